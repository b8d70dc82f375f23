"""An explanation must fit the findings exactly, or a new finding could hide behind an old one."""

import tempfile
import unittest
from pathlib import Path

from . import slither


def finding(check, *names):
    element = None
    for kind, name in zip(["contract", "function", "node"], names):
        element = {"type": kind, "name": name, "type_specific_fields": {"parent": element} if element else {}}
    return {"check": check, "description": f"{check} in {names}", "elements": [element]}


def report(*findings):
    return {"success": True, "error": None, "results": {"detectors": list(findings)}}


EXPLANATION = '[[finding]]\ndetector = "timestamp"\nin = ["Box.cast"]\nwhy = "seconds are what the windows are made of"\n'


class Slither(unittest.TestCase):
    def compare(self, found, text=EXPLANATION):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "slither.toml"
            path.write_text(text)
            return slither.compare(found, path)

    def test_agreement(self):
        self.assertEqual(self.compare(report(finding("timestamp", "Box", "cast"))), [])
        self.assertEqual(self.compare(report(finding("timestamp", "Box", "cast", "now < closes"))), [])

    def test_a_new_finding_and_one_that_is_gone(self):
        for other in (finding("timestamp", "Box", "tally"), finding("reentrancy-eth", "Box", "cast")):
            lines = self.compare(report(other))
            self.assertTrue(lines[0].startswith("new: ") and lines[1].startswith("gone: "), lines)
        self.assertEqual(len(self.compare(report())), 1)

    def test_a_detector_that_is_explained_everywhere(self):
        everywhere = EXPLANATION.replace("Box.cast", "*")
        self.assertEqual(self.compare(report(finding("timestamp", "Box", "tally")), everywhere), [])
        self.assertEqual(self.compare(report(), everywhere), [])
        lines = self.compare(report(finding("reentrancy-eth", "Box", "cast")), everywhere)
        self.assertTrue(lines[0].startswith("new: "), lines)

    def test_a_failed_run_is_no_clean_run(self):
        with self.assertRaises(ValueError):
            self.compare({"success": False, "error": "x", "results": {}})

    def test_an_entry_without_a_reason_or_twice(self):
        for bad in (EXPLANATION.replace("seconds are what the windows are made of", "fine"), EXPLANATION * 2):
            with self.assertRaises(ValueError):
                self.compare(report(), bad)
