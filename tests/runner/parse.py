"""Reads the numbers of tests out of what cargo, forge and unittest print."""

import re
from dataclasses import dataclass, field

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
CARGO_RUNNING = re.compile(r"^\s+Running (?:unittests )?(\S+) \(.*?([A-Za-z0-9_]+)-[0-9a-f]{16}(?:\.exe)?\)", re.M)
CARGO_DOC = re.compile(r"^\s+Doc-tests (\S+)", re.M)
CARGO_RESULT = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;", re.M)
FORGE_TOTAL = re.compile(
    r"^Ran \d+ test suites? in .*: (\d+) tests? passed, (\d+) failed, (\d+) skipped \(\d+ total tests?\)", re.M
)
UNITTEST_RAN = re.compile(r"^Ran (\d+) tests? in ", re.M)
UNITTEST_FAILED = re.compile(r"^FAILED \((.*)\)", re.M)


@dataclass
class Counts:
    """How many tests passed, failed and were left out; `groups` says the same per test binary or crate."""

    passed: int = 0
    failed: int = 0
    ignored: int = 0
    groups: dict = field(default_factory=dict)

    def add(self, other, group=None):
        """Adds `other`, and notes it under the name `group`."""
        self.passed += other.passed
        self.failed += other.failed
        self.ignored += other.ignored
        if group is not None:
            self.groups.setdefault(group, Counts()).add(other)


def plain(text):
    """The text without terminal colours."""
    return ANSI.sub("", text)


def cargo(text):
    """Sums every `test result:` line, grouped by the test binary (doc tests by `doc NAME`)."""
    counts, group = Counts(), "?"
    for line in plain(text).splitlines():
        if running := CARGO_RUNNING.match(line):
            group = running[2]
        elif doc := CARGO_DOC.match(line):
            group = f"doc {doc[1]}"
        elif result := CARGO_RESULT.match(line):
            counts.add(Counts(*(int(n) for n in result.groups())), group)
    return counts


def forge(text):
    """Reads forge's total. A skipped test is a failed one: nothing in this repository may be skipped."""
    counts = Counts()
    for passed, failed, skipped in FORGE_TOTAL.findall(plain(text)):
        counts.add(Counts(int(passed), int(failed) + int(skipped)))
    return counts


def halmos(text):
    """Counts halmos's checks. An error, a timeout and a path that was not followed to its end are failures."""
    text = plain(text)
    passed = len(re.findall(r"^\[PASS\]", text, re.M))
    failed = len(re.findall(r"^\[(?!PASS)[A-Z]+\] check_", text, re.M)) + text.count("not been fully explored")
    return Counts(passed, failed)


def unittest(text):
    """Reads the total of Python's unittest; errors and skips count as failures."""
    text = plain(text)
    ran = sum(int(n) for n in UNITTEST_RAN.findall(text))
    failed = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", " ".join(UNITTEST_FAILED.findall(text))))
    failed += sum(int(n) for n in re.findall(r"^OK \(skipped=(\d+)\)", text, re.M))
    return Counts(ran - failed, failed)
