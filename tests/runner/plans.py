"""Which stages each `make` target runs."""

import os
import re
import secrets
import sys

from . import attacks as catalogue
from . import guards, parse, sanitizer, slither
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
TOOLS = TARGET / "python-tools"
EXPORTER = ROOT / "python"
LIBRARIES = TARGET / "python-libraries"
CARGO = ["--release", "--locked"]
RUNNERS_TESTS = ["tests.runner.test_parse", "tests.runner.test_attacks", "tests.runner.test_slither", "tests.runner.test_sanitizer"]
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
    command = [sys.executable, "-m", "unittest", *RUNNERS_TESTS]
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


def forge_test(*what, name="forge test", heard=None, **variables):
    """Runs the Solidity tests. What they print is left in `heard`."""

    def tests():
        outcome = counted(parse.forge, [FORGE, "test", *what], 20 * MINUTE, cwd=CONTRACTS, env=forge_environment(**variables))
        if heard is not None:
            heard["forge"] = heard.get("forge", "") + outcome.output
        return outcome

    return Stage(name, tests)


def attack_table(heard):
    """The table of attacks, from what the Rust and Solidity tests before it printed. Each listed attack is one test here."""

    def compared():
        ran = catalogue.results(heard.get("rust", ""), heard.get("forge", ""))
        found = catalogue.report(catalogue.catalogue(), *catalogue.declared(), ran)
        good = sum(result == "ok" for _, _, _, result in found.rows)
        problem = f"{len(found.gaps)} gaps in the attack catalogue" if found.gaps else None
        return Outcome(Counts(good, len(found.rows) - good), problem, shown="\n".join(catalogue.table(found)))

    return Stage("attacks", compared)


def python_tools():
    """Installs slither and halmos under target/."""
    return prepared("pip install", ["sh", ROOT / "tests" / "setup" / "python-tools.sh"], 20 * MINUTE)


def libraries():
    """Installs scikit-learn and fairlearn under target/."""
    install = ["sh", ROOT / "tests" / "setup" / "python-tools.sh", "python/requirements.txt", LIBRARIES.name]
    return prepared("pip install (libraries)", install, 20 * MINUTE)


def libraries_environment():
    """One thread: the models are small, and the last digits do not depend on how sums are split."""
    return shared_environment(PYTHONPATH=EXPORTER / "src", PYTHONWARNINGS="ignore", OMP_NUM_THREADS=1, OPENBLAS_NUM_THREADS=1)


def exporter():
    """The exporter of scikit-learn's models."""
    command = [LIBRARIES / "bin" / "python", EXPORTER / "tests" / "test_export.py"]
    return Stage("exporter", lambda: counted(parse.unittest, command, 20 * MINUTE, env=libraries_environment()))


def fairlearn(data, *options):
    """Counts, metrics and verdicts are fairlearn's. What was compared is shown."""

    def compared():
        command = [LIBRARIES / "bin" / "python", EXPORTER / "compare_fairlearn.py", "--tabella", TARGET / "release/tabella", "--data", data, *options]
        _, output = run(command, 60 * MINUTE, env=libraries_environment())
        return Outcome(Counts(1), None if output.rstrip().endswith("\n0 mismatches") else "mismatches", output, shown=output.rstrip())

    return Stage("fairlearn", compared)


def tools_environment(**extra):
    """The Python tools and forge first in the path."""
    path = os.pathsep.join(map(str, [TOOLS / "bin", CONTRACTS / "node_modules" / ".bin", os.environ.get("PATH", "")]))
    return forge_environment(PATH=path, **extra)


def artifacts():
    """The committed artifacts are what the sources give. Its build is what slither reads."""
    return checked("artifacts", ["node", "tools/artifacts.mjs", "--check"], 10 * MINUTE, cwd=CONTRACTS, env=forge_environment())


def slither_findings():
    """Slither over the contracts as the artifacts' stage has built them; every finding is explained in slither.toml."""

    def findings():
        report = TARGET / "slither.json"
        report.unlink(missing_ok=True)
        command = [
            TOOLS / "bin" / "slither", ".", "--ignore-compile", "--foundry-out-directory", "cache/artifacts-out", "--filter-paths",
            "node_modules", "--exclude-informational", "--exclude-optimization", "--json", report,
        ]
        try:
            _, output = run(command, 20 * MINUTE, cwd=CONTRACTS, env=tools_environment())
        except Failed as failure:
            # Slither's exit code says that there are findings; whether it ran, its report says.
            if not report.exists():
                raise
            output = failure.output
        lines = slither.compare(slither.read(report.read_text(encoding="utf8")))
        return Outcome(Counts(1), f"{len(lines)} differences from slither.toml" if lines else None, "\n".join([*lines, output]))

    return Stage("slither", findings)


def halmos(name, *what, heard=None):
    """Symbolic checks of the contracts' rules; a path that was cut short is a failure."""

    def checks():
        command = [
            TOOLS / "bin" / "python", ROOT / "tests" / "python" / "halmos_main.py", "--forge-build-out", "cache/symbolic-out",
            "--solver-timeout-assertion", "120s", *what,
        ]
        env = tools_environment(FOUNDRY_PROFILE="symbolic", NO_COLOR=1)
        outcome = counted(parse.halmos, command, 40 * MINUTE, cwd=CONTRACTS, env=env)
        if heard is not None:
            heard["forge"] = heard.get("forge", "") + outcome.output
        return outcome

    return Stage(name, checks)


def symbolic(heard=None):
    """The symbolic checks that take about a minute."""
    return halmos("halmos", "--match-contract", "^(Box|Audit)RulesTest$", heard=heard)


def kill_constraints(step):
    """Deletes every step-th constraint of the big circuits, one by one; each must be noticed."""
    return checked("kill constraints", [TARGET / "release/examples/kill-constraints", str(step)], 180 * MINUTE)


def kill_guards(*words):
    """Takes every listed guard out of a copy, one at a time; with words only those that they name."""
    return Stage("kill guards", lambda: guards.kill(words))


def locks():
    """Lock files name no registry host: they must work behind any mirror."""
    counts, found = Counts(), []
    for tree in TREES:
        for name in ("package-lock.json", ".npmrc"):
            text = (tree / name).read_text(encoding="utf8")
            hosts = re.findall(r'"resolved": "[^"]*"|^(?:@[^=\n]*:)?registry *=.*', text, re.MULTILINE)
            found += [f"{tree.relative_to(ROOT)}/{name}: {hit}" for hit in hosts]
        counts.add(Counts(1))
    for folder in ("tests/python", "python"):
        for line in (ROOT / folder / "requirements.txt").read_text(encoding="utf8").splitlines():
            if not re.fullmatch(r"#.*|[A-Za-z0-9_.-]+==[0-9][0-9a-z.]*", line):
                found.append(f"{folder}/requirements.txt: {line}")
        counts.add(Counts(1))
    problem = None if not found else f"{len(found)} lines that name a registry or no exact version"
    return Outcome(counts, problem, "\n".join(found))


def static(*crates):
    """Formatting, lints and documentation; no warning is allowed."""
    return [
        checked("rustfmt", ["cargo", "fmt", "--all", "--check"], 5 * MINUTE),
        checked("forge fmt", [FORGE, "fmt", "--check"], 5 * MINUTE, cwd=CONTRACTS, env=forge_environment()),
        Stage("lock files", locks),
        checked("clippy", ["cargo", "clippy", *crates, "--all-targets", *CARGO, "--", "-D", "warnings"], 40 * MINUTE),
        checked("no threads, no mapped files", ["cargo", "clippy", "-p", "tabella-prover", "--no-default-features", *CARGO, "--", "-D", "warnings"], 20 * MINUTE),
        checked("rustdoc", ["cargo", "doc", *crates, "--no-deps", *CARGO], 40 * MINUTE, env=environment(RUSTDOCFLAGS="-D warnings")),
    ]


def portable():
    """The prover without AVX-512 instructions, on any machine."""
    env = shared_environment(TABELLA_BACKEND="portable")
    return cargo_test("-p", "tabella-prover", "--lib", name="portable back end", after=["engine", "groth16"], env=env)


def generated():
    """What is generated and committed is what the generators give: verifiers, fixtures, artifacts."""
    return [
        checked("generated verifiers", [TARGET / "release/examples/generate-verifiers", "--check"], 10 * MINUTE, env=shared_environment()),
        checked("fixtures", [TARGET / "release/examples/election-fixtures", "--check"], 10 * MINUTE, env=shared_environment()),
        checked("audit fixtures", [TARGET / "release/examples/audit-fixtures", "--check"], 10 * MINUTE, env=shared_environment()),
        artifacts(),
    ]


def test():
    """Everything that must hold before a change is accepted; `check` is part of it."""
    heard = {}
    return [
        runner(),
        npm(*TREES),
        python_tools(),
        *static("--workspace"),
        cargo_build("--workspace"),
        cargo_test("--workspace", binaries=BINARIES, heard=heard),
        portable(),
        Stage("address sanitizer", sanitizer.tests),
        libraries(),
        exporter(),
        fairlearn("german"),
        *generated(),
        kill_constraints(211),
        slither_findings(),
        forge_test(heard=heard),
        symbolic(heard),
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
        portable(),
    ]


def check():
    """Formatting, lints, documentation, analysis, and everything generated as it is committed; no test runs."""
    build = prepared("cargo build", ["cargo", "build", *CARGO, "-p", "tabella-contracts", "--examples"], 40 * MINUTE)
    return [runner(), npm(CONTRACTS), python_tools(), *static("--workspace"), build, *generated(), slither_findings()]


def attacks():
    """The named attack tests, and the catalogue compared with them."""
    heard = {}
    return [
        runner(),
        npm(*TREES),
        python_tools(),
        cargo_build("--workspace"),
        cargo_test("--workspace", "--lib", "--bins", "--tests", after=["attack_"], heard=heard),
        forge_test("--match-test", "_Attack[0-9]", heard=heard),
        symbolic(heard),
        attack_table(heard),
    ]


def slow():
    """What `test` leaves out: ignored Rust tests, and property tests and fuzzing with many more cases."""
    many = shared_environment(PROPTEST_CASES=1000)
    # Other sequences than those of every `make test`; the stage's name says which, to repeat them.
    seed = os.environ.get("FOUNDRY_FUZZ_SEED") or hex(secrets.randbits(64))
    return [
        npm(*TREES),
        cargo_build("--workspace"),
        cargo_test("--workspace", name="properties and ignored tests", after=["--include-ignored"], env=many),
        forge_test(name=f"forge test, seed {seed}", FOUNDRY_FUZZ_SEED=seed, FOUNDRY_FUZZ_RUNS=10000, FOUNDRY_INVARIANT_RUNS=512),
        python_tools(),
        halmos("halmos"),
        libraries(),
        fairlearn("german,adult,compas,drawn", "--prove", "adult"),
        kill_guards(),
        kill_constraints(1),
    ]


def kill():
    """Every constraint of every circuit; some hours."""
    build = ["-p", "tabella-circuits", "--features", "test-utils", "--example", "kill-constraints"]
    return [prepared("cargo build", ["cargo", "build", *CARGO, *build], 20 * MINUTE), kill_constraints(1)]


def without_guards(*words):
    """Each listed guard's test goes red without it; about half an hour."""
    return [npm(CONTRACTS, DEVNET), kill_guards(*words)]


PLANS = {"kill-guards": without_guards, "kill-constraints": kill, "test": test, "quick": quick, "check": check, "attacks": attacks, "slow": slow}
