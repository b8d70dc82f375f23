"""The prover engine's tests under AddressSanitizer, and with debug assertions: it holds the repository's only unsafe code.

Rust's stable toolchains ship the sanitizer's runtime; only the flag that asks for it is not stable yet.
"""

import re
from pathlib import Path

from . import parse
from .shell import TARGET, Failed, environment, run
from .stage import Outcome

MINUTE = 60
# Without threads and mapped files: fewer packages to compile, and the one run of the tests in that configuration.
TESTS = ["-p", "tabella-prover", "--lib", "--no-default-features", "engine::"]


def host(version):
    """The target triple in what `rustc -vV` prints."""
    found = re.search(r"^host: (\S+)$", version, re.M)
    if found is None:
        raise Failed("`rustc -vV` names no host", version)
    return found[1]


def check_runtime(libraries, triple):
    """Raises Failed where the toolchain has no runtime of the sanitizer for this machine."""
    if not any(Path(libraries).glob("*rustc*_rt.asan.*")):
        reason = f"this Rust toolchain has no AddressSanitizer for {triple}: no librustc-*_rt.asan in {libraries}"
        raise Failed(f"{reason}. Toolchains of rustup have it on Linux (x86-64, arm64) and macOS", "")


def tests():
    """Every back end that this processor can run, built anew in a folder of its own."""
    triple = host(run(["rustc", "-vV"], MINUTE)[0])
    check_runtime(run(["rustc", "--print", "target-libdir"], MINUTE)[0].strip(), triple)
    environ = environment(
        ASAN_OPTIONS="detect_leaks=0",  # it needs ptrace, which containers often forbid; leaks are not what is looked for
        CARGO_ENCODED_RUSTFLAGS=None,
        CARGO_TARGET_DIR=TARGET / "sanitizer",
        RUSTC_BOOTSTRAP=1,
        RUSTFLAGS="-Zsanitizer=address -Cdebug-assertions",
    )
    # With the target named, the flags are not for build scripts and macros.
    command = ["cargo", "test", "--release", "--locked", "--target", triple, *TESTS]
    try:
        _, output = run(command, 20 * MINUTE, env=environ)
        return Outcome(parse.cargo(output), None, output)
    except Failed as failure:
        return Outcome(parse.cargo(failure.output), str(failure), failure.output)
