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


def guards(words=(), path=LIST):
    """The listed guards; raises Failed where one does not stand exactly once in its file.

    With `words` only those that have one of them in their file's name, their text or their tests' names.
    """
    listed = tomllib.loads(path.read_text(encoding="utf8"))["guard"]
    for guard in listed:
        if set(guard) != {"attack", "file", "guard", "without", "red"} or not guard["red"]:
            raise Failed(f"{path.name}: {guard} needs attack, file, guard, without and red", "")
        found = (ROOT / guard["file"]).read_text(encoding="utf8").count(guard["guard"])
        if found != 1 or guard["guard"] == guard["without"]:
            raise Failed(f"{path.name}: `{guard['guard']}` stands {found} times in {guard['file']}", "")
    chosen = [guard for guard in listed if not words or any(word in text for word in words for text in named(guard))]
    if not chosen:
        raise Failed(f"{path.name}: no guard has {' or '.join(words)} in it", "")
    return chosen


def named(guard):
    """What a word may choose a guard by."""
    return [guard["file"], guard["guard"], *guard["red"]]


def copy():
    """A copy of what git tracks, with the packages and the forge cache that are here already."""
    listed, _ = run(["git", "ls-files", "-z"], MINUTE)
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, COPY / name
        if source.is_file() and not (target.exists() and target.read_bytes() == source.read_bytes()):
            target.parent.mkdir(parents=True, exist_ok=True)
            # With the time of now: what cargo built of an earlier copy, perhaps without a guard, is then out of date.
            shutil.copyfile(source, target)
            shutil.copymode(source, target)
    # Packages of the contracts, and the chain of the command line's tests.
    for tree in ("verifier-contracts", "cli/devnet"):
        modules = COPY / tree / "node_modules"
        if not modules.exists():
            modules.symlink_to(ROOT / tree / "node_modules")


# For a guard in this folder: the package whose tests are run, and which of them.
PACKAGES = {
    "verifier-contracts": None,
    "prover": ["tabella-prover", "--lib"],
    "circuits": ["tabella-circuits", "--lib"],
    "cli": ["tabella", "--lib", "--test", "cli"],
}


def folder(guard):
    """Where the guard is: one of PACKAGES."""
    return Path(guard["file"]).parts[0]


def command(where, names, linked):
    """What runs the tests of these names in a folder of the copy. `linked`: a Solidity test that only deploys a contract is not compiled
    again when the contract changes; but where a deployment is to be refused, such a test stops there and passes."""
    if PACKAGES[where] is None:
        forge = ROOT / "verifier-contracts" / "node_modules" / ".bin" / "forge"
        how = ["--dynamic-test-linking"] if linked else ["--out", "out-whole", "--cache-path", "cache-whole"]
        return [forge, "test", *how, "--match-test", f"^({'|'.join(names)})"], COPY / where
    return ["cargo", "test", "--no-fail-fast", "--release", "--locked", "-p", *PACKAGES[where], "--", *names], COPY


def output_of(where, names, environ, linked=True):
    """What these tests print, red or green."""
    what, directory = command(where, names, linked)
    try:
        return run(what, 40 * MINUTE, cwd=directory, env=environ)[1]
    except Failed as failure:
        return failure.output


def check_green(listed, environ):
    """Every test that must go red is green before; raises Failed where it is not, or is not there."""
    for where in sorted({folder(guard) for guard in listed}):
        names = sorted({name for guard in listed if folder(guard) == where for name in guard["red"]})
        output = output_of(where, names, environ)
        bad = [name for name in names if failed(name, output) or not passed(name, output)]
        if bad:
            raise Failed(f"with every guard in its place these tests are not green: {', '.join(bad)}", output)


def outcome(guard, environ):
    """The guard's tests that are red, those that are not, and what they printed. What stays green in Solidity is compiled whole once more."""
    output = output_of(folder(guard), guard["red"], environ)
    missing = [name for name in guard["red"] if not failed(name, output)]
    if missing and PACKAGES[folder(guard)] is None:
        output += output_of(folder(guard), missing, environ, linked=False)
        missing = [name for name in missing if not failed(name, output)]
    return [name for name in guard["red"] if name not in missing], missing, output


def passed(name, output):
    """Whether the output says that this very test passed, in one suite at least."""
    solidity = rf"^\[PASS\](?:(?!^\[|^Suite result).)*?[ \t]{name}\("
    return bool(re.search(solidity, plain(output), re.M | re.S) or re.search(rf"::{name} \.\.\. ok", output))


def failed(name, output):
    """Whether the output says that this very test failed; a copy that does not compile says nothing of the kind.

    forge names a failed invariant only after the sequence of calls that broke it, some lines below its `[FAIL`.
    """
    solidity = rf"^\[FAIL(?:(?!^\[|^Suite result).)*?[ \t]{name}\("
    return bool(re.search(solidity, plain(output), re.M | re.S) or re.search(rf"::{name} \.\.\. FAILED", output))


def kill(words=()):
    """One check a guard."""
    environ = environment(
        # What a guard leaves unused is no reason not to compile; and the compiler's optimizer is most of its time.
        FOUNDRY_DENY="never",
        FOUNDRY_OPTIMIZER="false",
        HOME=TARGET / "forge-home",
        CARGO_HOME=cargo_home(),
        RUSTUP_HOME=rustup_home(),
        # Never where the repository itself is built: cargo would take what lacks a guard for up to date.
        CARGO_TARGET_DIR=TARGET / "guards-build",
        TABELLA_KEYS=os.environ.get("TABELLA_KEYS", TARGET / "dev-keys"),
    )
    counts, lines = Counts(), []
    try:
        listed = guards(words)
        copy()
        check_green(listed, environ)
        say(f"    the tests of {len(listed)} guards are green")
        for guard in listed:
            path = COPY / guard["file"]
            text = path.read_text(encoding="utf8")
            path.write_text(text.replace(guard["guard"], guard["without"]), encoding="utf8")
            red, missing, output = outcome(guard, environ)
            path.write_text(text, encoding="utf8")
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
