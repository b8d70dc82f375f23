"""Which stages each `make` target runs."""

import re
import sys

from . import attacks as catalogue
from . import parse
from .demo import demo
from .parse import Counts
from .shell import ROOT, TARGET, Failed, environment, run
from .stage import Outcome, Stage

MINUTE = 60
CONTRACTS = ROOT / "verifier-contracts"
PEERS = ROOT / "tests" / "peers"
DEVNET = ROOT / "cli" / "devnet"
FORGE = CONTRACTS / "node_modules" / ".bin" / "forge"
TREES = [DEVNET, CONTRACTS, PEERS]
CARGO = ["--release", "--locked"]
# Test binaries that must have run at least one test: a crate that silently lost its tests is a failure.
BINARIES = ["tabella_circuits", "tabella_prover", "tabella_contracts", "tabella", "cli", "all"]


def shared_environment(**extra):
    """Development keys are made once under target/ and shared by all tests and the demo."""
    return environment(TABELLA_KEYS=TARGET / "dev-keys", **extra)


def forge_environment(**extra):
    """forge keeps a cache in the home directory; here it is under target/ instead."""
    return environment(HOME=TARGET / "forge-home", **extra)


def counted(parser, command, limit, **options):
    """Runs a command that runs tests; its results are read even when it fails."""
    try:
        _, output = run(command, limit, **options)
        return Outcome(parser(output), None, output)
    except Failed as failure:
        return Outcome(parser(failure.output), str(failure), failure.output)


def prepared(name, command, limit, **options):
    """A stage that only has to succeed."""
    return Stage(name, lambda: Outcome(output=run(command, limit, **options)[1]), tests=False, needed=True)


def checked(name, command, limit, **options):
    """A stage that is one test: the command succeeds."""
    return Stage(name, lambda: Outcome(Counts(1), None, run(command, limit, **options)[1]))


def runner():
    """The runner's own tests."""
    command = [sys.executable, "-m", "unittest", "tests.runner.test_parse", "tests.runner.test_attacks"]
    return Stage("runner", lambda: counted(parse.unittest, command, MINUTE))


def npm(*trees):
    """Installs npm trees from their lock files."""
    return prepared("npm ci", ["sh", ROOT / "tests" / "setup" / "npm-ci.sh", *(t.relative_to(ROOT) for t in trees)], 20 * MINUTE)


def cargo_build(*what):
    """Compiles everything that `cargo test` will run, so that its time stands apart."""
    return prepared("cargo build", ["cargo", "test", "--no-run", *CARGO, *what], 40 * MINUTE)


def cargo_test(*what, name="cargo test", binaries=(), after=(), env=None, heard=None):
    """Runs Rust tests; each of `binaries` must have run at least one. What they print is left in `heard`."""

    def tests():
        command = ["cargo", "test", "--no-fail-fast", *CARGO, *what, "--", *after]
        outcome = counted(parse.cargo, command, 40 * MINUTE, env=env or shared_environment())
        if heard is not None:
            heard["rust"] = outcome.output
        empty = [b for b in binaries if (group := outcome.counts.groups.get(b)) is None or not group.passed + group.failed]
        if outcome.problem is None and empty:
            outcome.problem = f"no test ran in {', '.join(empty)}"
        return outcome

    return Stage(name, tests)


def forge_test(*what, heard=None, **variables):
    """Runs the Solidity tests. What they print is left in `heard`."""

    def tests():
        outcome = counted(parse.forge, [FORGE, "test", *what], 20 * MINUTE, cwd=CONTRACTS, env=forge_environment(**variables))
        if heard is not None:
            heard["forge"] = outcome.output
        return outcome

    return Stage("forge test", tests)


def attack_table(heard):
    """The table of attacks, from what the Rust and Solidity tests before it printed. Each listed attack is one test here."""

    def compared():
        ran = catalogue.results(heard.get("rust", ""), heard.get("forge", ""))
        found = catalogue.report(catalogue.catalogue(), *catalogue.declared(), ran)
        good = sum(result == "ok" for _, _, _, result in found.rows)
        problem = f"{len(found.gaps)} gaps in the attack catalogue" if found.gaps else None
        return Outcome(Counts(good, len(found.rows) - good), problem, shown="\n".join(catalogue.table(found)))

    return Stage("attacks", compared)


def kill_constraints(step):
    """Deletes every step-th constraint of the big circuits, one by one; each must be noticed."""
    return checked("kill constraints", [TARGET / "release/examples/kill-constraints", str(step)], 180 * MINUTE)


def locks():
    """Lock files name no registry host: they must work behind any mirror."""
    counts, found = Counts(), []
    for tree in TREES:
        for name in ("package-lock.json", ".npmrc"):
            text = (tree / name).read_text(encoding="utf8")
            hosts = re.findall(r'"resolved": "[^"]*"|^(?:@[^=\n]*:)?registry *=.*', text, re.MULTILINE)
            found += [f"{tree.relative_to(ROOT)}/{name}: {hit}" for hit in hosts]
        counts.add(Counts(1))
    problem = None if not found else f"{len(found)} registry hosts in lock files"
    return Outcome(counts, problem, "\n".join(found))


def test():
    """Everything that must hold before a change is accepted."""
    heard = {}
    return [
        runner(),
        npm(*TREES),
        cargo_build("--workspace"),
        cargo_test("--workspace", binaries=BINARIES, heard=heard),
        checked("generated verifiers", [TARGET / "release/examples/generate-verifiers", "--check"], 10 * MINUTE, env=shared_environment()),
        checked("fixtures", [TARGET / "release/examples/election-fixtures", "--check"], 10 * MINUTE, env=shared_environment()),
        kill_constraints(101),
        checked("artifacts", ["node", "tools/artifacts.mjs", "--check"], 10 * MINUTE, cwd=CONTRACTS, env=forge_environment()),
        forge_test(heard=heard),
        attack_table(heard),
        Stage("demo", demo),
    ]


def quick():
    """A few minutes: what a change of a circuit or of the prover breaks first."""
    crates = ["-p", "tabella-circuits", "-p", "tabella-prover"]
    return [
        runner(),
        checked("rustfmt", ["cargo", "fmt", "--all", "--check"], 5 * MINUTE),
        cargo_build(*crates),
        cargo_test(*crates, binaries=BINARIES[:2]),
    ]


def check():
    """Formatting, lints, documentation and lock files; no warning is allowed."""
    return [
        npm(CONTRACTS),
        checked("rustfmt", ["cargo", "fmt", "--all", "--check"], 5 * MINUTE),
        checked("clippy", ["cargo", "clippy", "--workspace", "--all-targets", *CARGO, "--", "-D", "warnings"], 40 * MINUTE),
        checked("rustdoc", ["cargo", "doc", "--workspace", "--no-deps", *CARGO], 40 * MINUTE, env=environment(RUSTDOCFLAGS="-D warnings")),
        checked("forge fmt", [FORGE, "fmt", "--check"], 5 * MINUTE, cwd=CONTRACTS),
        Stage("lock files", locks),
    ]


def attacks():
    """The named attack tests, and the catalogue compared with them."""
    heard = {}
    return [
        runner(),
        npm(*TREES),
        cargo_build("--workspace"),
        cargo_test("--workspace", "--lib", "--bins", "--tests", after=["attack_"], heard=heard),
        forge_test("--match-test", "_Attack[0-9]", heard=heard),
        attack_table(heard),
    ]


def slow():
    """What `test` leaves out: ignored Rust tests, and property tests and fuzzing with many more cases."""
    many = shared_environment(PROPTEST_CASES=1000)
    return [
        npm(*TREES),
        cargo_build("--workspace"),
        cargo_test("--workspace", name="properties and ignored tests", after=["--include-ignored"], env=many),
        forge_test(FOUNDRY_FUZZ_RUNS=10000, FOUNDRY_INVARIANT_RUNS=512),
        kill_constraints(1),
    ]


def kill():
    """Every constraint of every circuit; about an hour."""
    build = ["-p", "tabella-circuits", "--features", "test-utils", "--example", "kill-constraints"]
    return [prepared("cargo build", ["cargo", "build", *CARGO, *build], 20 * MINUTE), kill_constraints(1)]


PLANS = {"kill-constraints": kill, "test": test, "quick": quick, "check": check, "attacks": attacks, "slow": slow}
