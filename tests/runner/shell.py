"""Runs one command with a time limit, keeps its output, and says every minute that it is still at work."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
VERBOSE = bool(os.environ.get("V"))


class Failed(Exception):
    """A command that could not start, ended with a non-zero code, or took too long; `output` is all that it printed."""

    def __init__(self, reason, output):
        super().__init__(reason)
        self.output = output


def say(text):
    """Prints one line at once."""
    print(text, flush=True)


def environment(**extra):
    """This process's environment without what make leaves in it, with `extra` on top (None removes a variable)."""
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES")}
    env.update({k: str(v) for k, v in extra.items() if v is not None})
    for key in [k for k, v in extra.items() if v is None]:
        env.pop(key, None)
    return env


def run(command, limit, cwd=ROOT, env=None, merge=True):
    """Runs `command` for at most `limit` seconds and returns (stdout, everything). With `merge` the two are the same."""
    try:
        process = subprocess.Popen(
            [str(part) for part in command], cwd=cwd, env=env or environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT if merge else subprocess.PIPE,
            text=True, errors="replace", start_new_session=True,
        )
    except OSError as error:
        raise Failed(f"{command[0]}: {error.strerror}", "") from error
    out, everything = [], []
    readers = [_reader(process.stdout, out, everything)]
    if not merge:
        readers.append(_reader(process.stderr, None, everything))
    reason = _wait(process, limit, everything)
    for reader in readers:
        reader.join(timeout=10)  # a process left behind may hold the pipe open
    if reason is None and process.returncode != 0:
        reason = f"exit code {process.returncode}"
    text = "".join(everything)
    if reason is not None:
        raise Failed(f"`{' '.join(map(str, command))}`: {reason}", text)
    return "".join(out), text


def _reader(pipe, own, everything):
    def read():
        for line in pipe:
            if own is not None:
                own.append(line)
            everything.append(line)
            if VERBOSE:
                sys.stdout.write(line)
                sys.stdout.flush()

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


def _wait(process, limit, everything):
    """Waits; None when the process ended by itself, else why it was stopped."""
    started, next_note = time.monotonic(), 60
    try:
        while process.poll() is None:
            passed = time.monotonic() - started
            if passed > limit:
                _stop(process)
                return f"stopped after {limit} s"
            if passed > next_note:
                last = everything[-1].strip()[:100] if everything else "no output yet"
                say(f"    ... {passed:.0f} s: {last}")
                next_note += 60
            time.sleep(0.05)
    except KeyboardInterrupt:
        _stop(process)
        raise
    return None


def _stop(process):
    """Ends the process and everything in its group."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(timeout=5)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
