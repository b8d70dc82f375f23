"""Takes every guard of tests/guards.toml out of a copy of the repository, one at a time: its test must go red."""

import os
import re
import shutil
import tomllib
from pathlib import Path

from .parse import Counts, plain
from .shell import ROOT, TARGET, Failed, environment, run, say
from .stage import Outcome

LIST = ROOT / "tests" / "guards.toml"
COPY = TARGET / "guards"
MINUTE = 60


def guards(path=LIST):
    """The listed guards; raises Failed where one does not stand exactly once in its file."""
    listed = tomllib.loads(path.read_text(encoding="utf8"))["guard"]
    for guard in listed:
        if set(guard) != {"attack", "file", "guard", "without", "red"} or not guard["red"]:
            raise Failed(f"{path.name}: {guard} needs attack, file, guard, without and red", "")
        found = (ROOT / guard["file"]).read_text(encoding="utf8").count(guard["guard"])
        if found != 1 or guard["guard"] == guard["without"]:
            raise Failed(f"{path.name}: `{guard['guard']}` stands {found} times in {guard['file']}", "")
    return listed


def copy():
    """A copy of what git tracks, with the packages and the forge cache that are here already."""
    listed, _ = run(["git", "ls-files", "-z"], MINUTE)
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, COPY / name
        if source.is_file() and not (target.exists() and target.read_bytes() == source.read_bytes()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    modules = COPY / "verifier-contracts" / "node_modules"
    if not modules.exists():
        modules.symlink_to(ROOT / "verifier-contracts" / "node_modules")


def command(guard):
    """What runs the tests that must go red."""
    names = "|".join(guard["red"])
    if guard["file"].endswith(".sol"):
        forge = ROOT / "verifier-contracts" / "node_modules" / ".bin" / "forge"
        return [forge, "test", "--match-test", f"^({names})"], COPY / "verifier-contracts"
    crate = {"prover": "tabella-prover", "circuits": "tabella-circuits"}[Path(guard["file"]).parts[0]]
    return ["cargo", "test", "--release", "--locked", "-p", crate, "--lib", "--", *guard["red"]], COPY


def outcome(guard, environ):
    """Runs the guard's tests in the copy: the names of those that failed, and the output."""
    what, where = command(guard)
    try:
        _, output = run(what, 20 * MINUTE, cwd=where, env=environ)
    except Failed as failure:
        output = failure.output
    return [name for name in guard["red"] if failed(name, output)], output


def failed(name, output):
    """Whether the output says that this very test failed; a copy that does not compile says nothing of the kind.

    forge names a failed invariant only after the sequence of calls that broke it, some lines below its `[FAIL`.
    """
    solidity = rf"^\[FAIL(?:(?!^\[|^Suite result).)*?[ \t]{name}\("
    return bool(re.search(solidity, plain(output), re.M | re.S) or re.search(rf"::{name} \.\.\. FAILED", output))


def kill():
    """One check a guard."""
    # What a guard leaves unused is no reason not to compile.
    environ = environment(FOUNDRY_DENY="never", HOME=TARGET / "forge-home", CARGO_HOME=cargo_home(), RUSTUP_HOME=rustup_home())
    counts, lines = Counts(), []
    try:
        copy()
        for guard in guards():
            path = COPY / guard["file"]
            text = path.read_text(encoding="utf8")
            path.write_text(text.replace(guard["guard"], guard["without"]), encoding="utf8")
            red, output = outcome(guard, environ)
            path.write_text(text, encoding="utf8")
            missing = [name for name in guard["red"] if name not in red]
            counts.add(Counts(not missing, bool(missing)))
            say(f"    {guard['attack']:>3}  {Path(guard['file']).name}: {guard['guard'][:60]} -> {', '.join(red) or 'NOTHING'}")
            if missing:
                lines += [f"{guard['file']}: without `{guard['guard']}` still green: {', '.join(missing)}", output]
    finally:
        shutil.rmtree(COPY, ignore_errors=True)
    return Outcome(counts, f"{counts.failed} guards are not missed" if lines else None, "\n".join(lines))


def cargo_home():
    """Where cargo keeps its packages, though HOME is another."""
    return os.environ.get("CARGO_HOME", Path.home() / ".cargo")


def rustup_home():
    """Where the toolchain is, though HOME is another."""
    return os.environ.get("RUSTUP_HOME", Path.home() / ".rustup")
