"""A runner that miscounts would hide everything else, so it is tested first."""

import unittest
from . import parse
from .stage import Outcome, Stage, finish

CARGO = """
   Compiling tabella-circuits v0.1.0
     Running unittests src/lib.rs (target/release/deps/tabella_circuits-0123456789abcdef)
running 2 tests
test a ... ok
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/all.rs (target/release/deps/all-0123456789abcdef)
test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
   Doc-tests tabella_circuits
test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
"""
FORGE = """
Suite result: ok. 4 passed; 0 failed; 0 skipped; finished in 1.00ms
\x1b[32mRan 3 test suites in 20.35ms (49.93ms CPU time): \x1b[32m40\x1b[0m tests passed, \x1b[31m1\x1b[0m failed, \x1b[33m2\x1b[0m skipped (43 total tests)
"""


class Parse(unittest.TestCase):
    def test_cargo_sums_every_binary(self):
        counts = parse.cargo(CARGO)
        self.assertEqual((counts.passed, counts.failed, counts.ignored), (6, 2, 1))
        self.assertEqual(sorted(counts.groups), ["all", "doc tabella_circuits", "tabella_circuits"])
        self.assertEqual(counts.groups["all"].failed, 2)

    def test_cargo_without_results_is_nothing(self):
        self.assertEqual(parse.cargo("error: could not compile").passed, 0)

    def test_forge_counts_skips_as_failures(self):
        counts = parse.forge(FORGE)
        self.assertEqual((counts.passed, counts.failed), (40, 3))

    def test_forge_single_suite(self):
        line = "Ran 1 test suite in 1.35ms (0.93ms CPU time): 1 tests passed, 0 failed, 0 skipped (1 total tests)"
        self.assertEqual(parse.forge(line).passed, 1)

    def test_halmos_counts_what_was_not_finished(self):
        counts = parse.halmos("[PASS] check_A() (paths: 1)\n\x1b[31m[TIMEOUT]\x1b[0m check_B()\n[ERROR] check_C()\n[FAIL] check_D()\n")
        self.assertEqual((counts.passed, counts.failed), (1, 3))
        self.assertEqual(parse.halmos("[PASS] check_A()\nWARNING  check_A(): paths have not been fully explored due to\n").failed, 1)

    def test_unittest(self):
        self.assertEqual(parse.unittest("Ran 5 tests in 0.1s\n\nOK\n").passed, 5)
        counts = parse.unittest("Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=1)\n")
        self.assertEqual((counts.passed, counts.failed), (3, 2))
        self.assertEqual(parse.unittest("Ran 5 tests in 0.1s\n\nOK (skipped=2)\n").failed, 2)


class Verdict(unittest.TestCase):
    """What makes a stage, and then the whole run, fail."""

    def verdict(self, counts, problem=None, tests=True):
        stage = Stage("x", None, tests=tests)
        return finish(stage, Outcome(counts, problem))

    def test_no_tests_is_a_failure(self):
        self.assertEqual(self.verdict(parse.Counts()).counts.failed, 1)

    def test_no_tests_is_fine_for_a_preparation(self):
        self.assertEqual(self.verdict(parse.Counts(), tests=False).counts.failed, 0)

    def test_a_problem_without_failed_tests_counts_once(self):
        self.assertEqual(self.verdict(parse.Counts(3), "exit code 101").counts.failed, 1)
        self.assertEqual(self.verdict(parse.Counts(3, 2), "exit code 101").counts.failed, 2)

    def test_failed_tests_are_a_problem_even_with_exit_code_0(self):
        self.assertIsNotNone(self.verdict(parse.Counts(3, 1)).problem)
