"""Runs `make demo` as a newcomer would and checks what it prints and what it leaves behind."""

import os
import tempfile
import uuid
from pathlib import Path

from .parse import Counts
from .shell import ROOT, TARGET, Failed, environment, run
from .stage import Outcome

MARK = "TABELLA_DEMO_TEST"


def demo():
    """Exit code, what must be on stdout, the binary, no process, an empty home, an empty temporary folder."""
    mark = uuid.uuid4().hex
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as temporary:
        # Only the toolchain and the registries' caches stay where they are.
        real = Path.home()
        env = environment(
            HOME=home, TMPDIR=temporary, **{MARK: mark},
            CARGO_HOME=os.environ.get("CARGO_HOME", real / ".cargo"),
            RUSTUP_HOME=os.environ.get("RUSTUP_HOME", real / ".rustup"),
        )
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            env.pop(variable, None)
        problem = None
        try:
            stdout, output = run(["make", "--no-print-directory", "demo"], 1800, env=env, merge=False)
        except Failed as failure:
            stdout, output, problem = "", failure.output, str(failure)
        checks = {
            "exits 0": problem is None,
            "prints `executed`": "executed" in stdout,
            "prints `paid`": "paid" in stdout,
            "prints `halted`": "halted" in stdout,
            "leaves target/release/tabella": os.access(TARGET / "release" / "tabella", os.X_OK),
            "leaves nothing running": not (alive := processes(mark)),
            "leaves nothing in the home directory": not (in_home := listing(home)),
            "leaves nothing in the temporary folder": not (in_temporary := listing(temporary)),
        }
    output += "".join(f"\nleft behind: {thing}" for thing in alive + in_home + in_temporary)
    wrong = [name for name, holds in checks.items() if not holds]
    counts = Counts(len(checks) - len(wrong), len(wrong))
    return Outcome(counts, f"not true that it {', '.join(wrong)}" if wrong else None, output)


def listing(folder):
    """Every file below `folder`."""
    return [os.path.join(path, name) for path, _, names in os.walk(folder) for name in names]


def processes(mark):
    """Processes whose environment carries the mark: all that the demo started, however they detached themselves."""
    if Path("/proc/self/environ").exists():
        found = []
        for environ in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark.encode() in environ.read_bytes():
                    command = (environ.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    found.append(f"process {environ.parent.name}: {command}")
            except OSError:
                continue  # ended meanwhile, or another user's
        return found
    listed, _ = run(["ps", "-axEww", "-o", "pid=,command="], 30, cwd=ROOT)
    return [f"process {line.strip()[:200]}" for line in listed.splitlines() if mark in line]
