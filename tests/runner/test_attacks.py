"""The attack table must see every gap, so each kind of gap is made here."""

import tempfile
import unittest
from pathlib import Path

from . import attacks
from .attacks import CATALOGUE, Test

LISTED = [
    {"number": "7", "title": "zero", "where": ["circuits", "contracts"]},
    {"number": "35a", "title": "oracle", "where": ["cli"]},
]
RUST = """
     Running unittests src/lib.rs (target/release/deps/tabella_circuits-0123456789abcdef)
test babyjubjub::tests::attack_07_zero_key ... ok
warning: something test cli::attack_35a_oracle ... ok
"""
FORGE = """
Ran 2 tests for test/Committee.t.sol:CommitteeTest
\x1b[32m[PASS]\x1b[0m test_Attack07_Identity() (gas: 123)
[FAIL: revert: 1 != 2; counterexample: calldata=0x00 args=[1]] testFuzz_Attack35a_Any(uint256) (runs: 1, m: 2, ~: 3)
[PASS] invariant_Attack07_Keys() (runs: 32, calls: 2048, reverts: 0)
"""


def fresh():
    return [
        Test("attack_07_zero_key", ["7"], "circuits", "a.rs"),
        Test("test_Attack07_Identity", ["7"], "contracts", "a.sol"),
        Test("attack_35a_oracle", ["35a"], "cli", "b.rs"),
    ]


PASSED = {test.name: {"ok"} for test in fresh()}


class Names(unittest.TestCase):
    def test_results_are_read_wherever_they_stand_in_a_line(self):
        ran = attacks.results(RUST, FORGE)
        self.assertEqual(ran["attack_07_zero_key"], {"ok"})
        self.assertEqual(ran["attack_35a_oracle"], {"ok"})
        self.assertEqual(ran["test_Attack07_Identity"], {"ok"})
        self.assertEqual(ran["testFuzz_Attack35a_Any"], {"FAILED"})
        self.assertEqual(ran["invariant_Attack07_Keys"], {"ok"})

    def test_a_rust_failure_and_an_ignored_test_are_seen(self):
        ran = attacks.results("test a::attack_07_x ... FAILED\ntest attack_12a_y ... ignored, slow\n", "")
        self.assertEqual(ran, {"attack_07_x": {"FAILED"}, "attack_12a_y": {"ignored"}})

    def test_several_numbers(self):
        self.assertEqual(attacks.split("18_19"), ["18", "19"])
        self.assertEqual(attacks.split("07"), ["7"])
        self.assertEqual(attacks.split("35a"), ["35a"])

    def test_declarations_are_found_and_strange_ones_named(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for place in attacks.PLACES.values():
                for path in place:
                    (root / path).mkdir(parents=True)
            (root / "circuits/src/a.rs").write_text("fn attack_07_zero() {}\nfn attack_7_one_digit() {}\nfn attack(x: u8) {}\n")
            (root / "verifier-contracts/test/a.sol").write_text(
                "function test_Attack18_19_Word() public {}\nfunction test_RevertWhen_Attack18() public {}\nfunction testAttack20() public {}"
            )
            tests, strange = attacks.declared(root)
        self.assertEqual([(t.name, t.numbers, t.place) for t in tests], [
            ("attack_07_zero", ["7"], "circuits"), ("test_Attack18_19_Word", ["18", "19"], "contracts"),
        ])
        self.assertEqual(len(strange), 3)


class Gaps(unittest.TestCase):
    def gaps(self, tests=None, ran=None, listed=LISTED, strange=()):
        return attacks.report(listed, fresh() if tests is None else tests, list(strange), PASSED if ran is None else ran)

    def test_no_gap(self):
        found = self.gaps()
        self.assertEqual(found.gaps, [])
        self.assertEqual([row[3] for row in found.rows], ["ok", "ok"])
        self.assertIn("2 attacks, 3 tests, 0 gaps", attacks.table(found)[-1])

    def test_a_listed_attack_without_a_test(self):
        found = self.gaps(fresh()[:2], {k: v for k, v in PASSED.items() if k != "attack_35a_oracle"})
        self.assertEqual(found.gaps, ["attack 35a has no test in cli"])
        self.assertEqual([row[3] for row in found.rows], ["ok", "GAP"])

    def test_a_place_without_a_test(self):
        listed = [dict(LISTED[0], where=["circuits", "contracts", "prover"]), LISTED[1]]
        self.assertEqual(self.gaps(listed=listed).gaps, ["attack 7 has no test in prover"])

    def test_a_test_that_did_not_run_failed_or_was_ignored(self):
        for outcome, word in ((set(), "not run"), ({"ok", "FAILED"}, "FAILED"), ({"ignored"}, "ignored")):
            found = self.gaps(ran={**PASSED, "attack_07_zero_key": outcome})
            self.assertEqual(found.gaps, [f"attack_07_zero_key (a.rs): {word}"])
            self.assertEqual(found.rows[0][3], "GAP")

    def test_a_number_that_is_not_listed(self):
        tests = [*fresh(), Test("attack_99_x", ["99"], "cli", "c.rs")]
        found = self.gaps(tests, {**PASSED, "attack_99_x": {"ok"}})
        self.assertEqual(found.gaps, ["attack_99_x (c.rs): no attack 99 is listed"])

    def test_a_test_nobody_declares_and_a_strange_name(self):
        self.assertEqual(len(self.gaps(ran={**PASSED, "attack_07_ghost": {"ok"}}).gaps), 1)
        self.assertEqual(len(self.gaps(strange=["a.rs: attack_7"]).gaps), 1)


class Catalogue(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "attacks.toml"
            path.write_text(text)
            return attacks.catalogue(path)

    def test_the_committed_one_lists_what_concerns_voting_and_keys(self):
        listed = {attack["number"] for attack in attacks.catalogue(CATALOGUE)}
        wanted = {*range(1, 8), *range(9, 16), *range(18, 30), 32, 35, 37, 39}
        self.assertEqual(sorted({*map(str, wanted), "12a", "35a"} - listed), [])

    def test_defects_are_refused(self):
        one = '[[attack]]\nnumber = "7"\ntitle = "t"\nwhere = ["cli"]\n'
        self.assertEqual(len(self.read(one)), 1)
        for bad in ("", one + one, one.replace('"cli"', '"moon"'), one.replace('["cli"]', "[]"), one.replace('title = "t"\n', "")):
            with self.assertRaises(ValueError):
                self.read(bad)
