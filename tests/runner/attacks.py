"""The attack catalogue against the tests that ran: every listed attack needs tests, in every place that it names.

A test belongs to an attack by its name alone: `attack_07_...` in Rust, `test_Attack07_...` (also `testFuzz_`, `invariant_` and
`check_`) in Solidity. One test may name several: `test_Attack18_19_...`. What the sources declare must have run and passed.
"""

import re
import tomllib
from dataclasses import dataclass, field

from .parse import plain
from .shell import ROOT

CATALOGUE = ROOT / "tests" / "attacks.toml"
# Where attacks are tested: the folders of each place's tests.
PLACES = {
    "circuits": ["circuits/src"],
    "prover": ["prover/src"],
    "contracts": ["verifier-contracts/test"],
    "client": ["verifier-contracts/src", "verifier-contracts/tests"],
    "cli": ["cli/src", "cli/tests"],
    "elections": ["tests/src", "tests/tests"],
}
NUMBERS = r"\d\d[a-z]?(?:_\d\d[a-z]?)*"
RUST_NAME = rf"attack_({NUMBERS})_\w+"
SOLIDITY_NAME = rf"(?:test|testFuzz|invariant|check)_Attack({NUMBERS})_\w+"
RUST_DECLARED = re.compile(rf"\bfn ({RUST_NAME})\s*[(<]")
SOLIDITY_DECLARED = re.compile(rf"\bfunction ({SOLIDITY_NAME})\s*\(")
RUST_RAN = re.compile(rf"\btest (?:[\w<>]+::)*({RUST_NAME})(?: - should panic)? \.\.\. (ok|FAILED|ignored)")
FORGE_RAN = re.compile(rf"^\[(PASS|FAIL|SKIP)[^\n]*?\] ({SOLIDITY_NAME})\(", re.M)
# What a name that means to be an attack's test looks like; one that the forms above do not read is a mistake.
MEANT = re.compile(r"\bfn (\w*attack_\d\w*)\s*\(|\bfunction ((?:test|invariant|check)\w*Attack\d\w*)\s*\(")


@dataclass
class Test:
    """A test that the sources declare; `result` is None until it ran, then `ok` or `FAILED`."""

    name: str
    numbers: list
    place: str
    file: str
    result: str = None


@dataclass
class Report:
    """The table, one row an attack, and everything that is wrong."""

    rows: list = field(default_factory=list)
    gaps: list = field(default_factory=list)


def split(numbers):
    """`18_19` is 18 and 19; a leading 0 is for sorting by name only."""
    return [number.lstrip("0") for number in numbers.split("_")]


def catalogue(path=CATALOGUE):
    """The listed attacks; raises ValueError for a file that lists nothing, something twice, or a place that is none."""
    listed = tomllib.loads(path.read_text(encoding="utf8")).get("attack", [])
    numbers = [attack["number"] for attack in listed]
    twice = sorted({n for n in numbers if numbers.count(n) > 1})
    if not listed or twice:
        raise ValueError(f"{path.name}: listed twice: {', '.join(twice)}" if twice else f"{path.name} lists no attack")
    for attack in listed:
        if set(attack) != {"number", "title", "where"} or not attack["title"] or not attack["where"]:
            raise ValueError(f"{path.name}: {attack} needs number, title and where")
        if unknown := set(attack["where"]) - set(PLACES):
            raise ValueError(f"{path.name}: {attack['number']}: no such place: {', '.join(sorted(unknown))}")
    return listed


def declared(root=ROOT):
    """Every attack test that the sources declare, and the names that look like one and are none."""
    tests, strange = [], []
    for place, folders in PLACES.items():
        for folder in folders:
            for file in sorted((root / folder).rglob("*")):
                if file.suffix in (".rs", ".sol") and "node_modules" not in file.parts:
                    text = file.read_text(encoding="utf8")
                    found = (RUST_DECLARED if file.suffix == ".rs" else SOLIDITY_DECLARED).findall(text)
                    named = str(file.relative_to(root))
                    tests += [Test(name, split(numbers), place, named) for name, numbers in found]
                    read = {name for name, _ in found}
                    strange += [f"{named}: {a or b}" for a, b in MEANT.findall(text) if (a or b) not in read]
    return tests, strange


def results(rust, forge):
    """What ran: {name: set of `ok`, `FAILED`, `ignored`} from the outputs of cargo and forge."""
    ran = {}
    for name, _, result in RUST_RAN.findall(plain(rust)):
        ran.setdefault(name, set()).add(result)
    for result, name, _ in FORGE_RAN.findall(plain(forge)):
        ran.setdefault(name, set()).add({"PASS": "ok", "FAIL": "FAILED", "SKIP": "ignored"}[result])
    return ran


def report(listed, tests, strange, ran):
    """Compares the list, the sources and what ran."""
    known = [attack["number"] for attack in listed]
    found = Report(gaps=[f"{name}: not a name of an attack's test" for name in strange])
    for test in tests:
        outcomes = ran.get(test.name, set())
        test.result = "ok" if outcomes == {"ok"} else "FAILED" if "FAILED" in outcomes else "not run"
        if test.result != "ok":
            found.gaps.append(f"{test.name} ({test.file}): {'ignored' if 'ignored' in outcomes else test.result}")
        found.gaps += [f"{test.name} ({test.file}): no attack {n} is listed" for n in test.numbers if n not in known]
    found.gaps += [f"{name} ran and is not declared" for name in sorted(set(ran) - {test.name for test in tests})]
    for attack in listed:
        own = [test for test in tests if attack["number"] in test.numbers]
        missing = [place for place in attack["where"] if place not in {test.place for test in own}]
        found.gaps += [f"attack {attack['number']} has no test in {place}" for place in missing]
        bad = missing or any(test.result != "ok" for test in own)
        found.rows.append((attack["number"], attack["title"], own, "GAP" if bad else "ok"))
    return found


def table(found):
    """The rows as lines: number, title, how many tests in which place, result."""
    lines, width = [], max((len(title) for _, title, _, _ in found.rows), default=0)
    for number, title, own, result in found.rows:
        places = [place for place in PLACES if any(test.place == place for test in own)]
        tests = ", ".join(f"{sum(test.place == place for test in own)} {place}" for place in places) or "none"
        lines.append(f"{number:>4}  {title:<{width}}  {tests:<36}  {result}")
    lines += [f"gap: {gap}" for gap in found.gaps]
    counted = sum(len(own) for _, _, own, _ in found.rows)
    lines.append(f"{len(found.rows)} attacks, {counted} tests, {len(found.gaps)} gaps")
    return lines
