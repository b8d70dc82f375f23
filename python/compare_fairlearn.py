#!/usr/bin/env python3
"""Compares what `tabella audit check` says with fairlearn: counts, metrics, verdicts. The last line is `N mismatches`, exit code 1 if N > 0.

compare_fairlearn.py [--tabella PATH] [--data german,adult,compas,drawn] [--drawn 20] [--prove adult]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "src")]
from comparison import cases, expected  # noqa: E402


class Comparison:
    """Everything compared so far."""

    def __init__(self, tabella, work):
        self.tabella, self.work = tabella, work
        self.mismatches, self.compared = 0, 0

    def run(self, *arguments):
        """The data of a command's envelope."""
        command = [str(self.tabella), *map(str, arguments), "--json", "--home", str(self.work / "home")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\n{done.stderr}")
        return json.loads(done.stdout)["data"]

    def same(self, what, ours, theirs):
        self.compared += 1
        if ours != theirs:
            self.mismatches += 1
            print(f"  MISMATCH {what}: {ours} here, {theirs} expected")

    def case(self, number, case, prove):
        """One data set and model under every policy; one verdict is proven if asked."""
        before = self.compared, self.mismatches
        data, model = self.work / f"data-{number}", self.work / f"model-{number}.json"
        self.run("data", "import", case.csv, *case.described, "--out", data)
        imported = self.run("model", "import", case.export, "--data", data, "--out", model)
        if imported["comparison"]:
            found = imported["comparison"]["mismatches"] + imported["comparison"]["refused"]
            self.same(f"{case.name}: predictions that differ from the library's", found, 0)
        verdicts, metrics = [], 0
        for usual in expected.policies(case.groups):
            near = [expected.near(case, usual, met) for met in [True, False]]
            for lines, exclusive in [(usual, False), (usual, True), (near[0], False), (near[1], False)]:
                policy = self.work / "policy.toml"
                policy.write_text(expected.policy_text(lines, exclusive), encoding="utf8")
                checked = self.run("audit", "check", "--model", model, "--data", data, "--policy", policy)
                self.counts(case, checked)
                metrics += self.lines(case, lines, exclusive, checked)
                verdicts.append(checked["verdict"])
                self.same(f"{case.name}: verdict of {lines}", checked["verdict"], expected.verdict(case, lines, exclusive))
        if prove:
            self.prove(number, case, data, model)
        summary = ", ".join(f"{verdicts.count(word)} {word}" for word in sorted(set(verdicts)))
        made = self.compared - before[0]
        print(f"{case.name}: {len(case.label)} rows, {metrics} metrics, verdicts {summary}; {made} comparisons, {self.mismatches - before[1]} mismatches", flush=True)

    def prove(self, number, case, data, model):
        """All records under the first policy: every shard and the verdict are proven, then verified from what is public."""
        lines = next(iter(expected.policies(case.groups)))
        policy, audit = self.work / "policy.toml", self.work / f"audit-{number}"
        policy.write_text(expected.policy_text(lines, False), encoding="utf8")
        planned = self.run("audit", "plan", "--data", data)
        proven = self.run("audit", "prove", "--model", model, "--data", data, "--policy", policy, "--out", audit)
        verified = self.run("audit", "verify", audit, "--policy", policy, "--data-root", proven["data_root"])
        self.same(f"{case.name}: proofs", proven["made"], planned["proofs"])
        self.same(f"{case.name}: valid", verified["valid"], True)
        for said in [proven, verified]:
            self.same(f"{case.name}: rows", said["rows"], len(case.label))
            self.same(f"{case.name}: proven verdict", said["verdict"], expected.verdict(case, lines, False))
        print(f"{case.name}: {proven['made']} proofs in {proven['seconds']:.1f} s, verified: {verified['verdict']}", flush=True)

    def counts(self, case, checked):
        keys = ["n", "label_positive", "predicted_positive", "true_positive"]
        ours = {(g["attribute"], g["name"]): tuple(g[key] for key in keys) for g in checked["groups"]}
        # Groups of the schema without a record have no row that fairlearn could see.
        self.same(f"{case.name}: counts", {k: v for k, v in ours.items() if v[0]}, expected.counts(case))

    def lines(self, case, lines, exclusive, checked):
        # The z line is the last of the report.
        wanted = [(m, a, b, i) for m, a, b in sorted(lines, key=lambda line: line[0] == "two_proportion_z") for i in range(2 if m in expected.WORST else 1)]
        self.same(f"{case.name}: number of lines", len(checked["metrics"]), len(wanted))
        combined = {}
        for ours, (metric, attribute, bound, part) in zip(checked["metrics"], wanted, strict=False):
            what = f"{case.name}: {ours['name']}"
            values, supported = expected.line(case, metric, attribute)
            exact = values[part]
            value = Fraction(int(ours["num"]), int(ours["den"])) if ours["defined"] else None
            self.same(f"{what} exactly", value, exact)
            self.same(f"{what} supported", ours["supported"], supported)
            self.same(f"{what} holds", ours["holds"], exact is not None and expected.holds(metric, exact, bound, exclusive))
            combined.setdefault((metric, attribute), []).append(value)
        for (metric, attribute), values in combined.items():
            if metric != "two_proportion_z" and None not in values:
                self.library(case, metric, attribute, max(values) if metric.endswith("difference") else min(values))
        return len(combined)

    def library(self, case, metric, attribute, value):
        theirs = expected.library(case, metric, attribute)
        close = not expected.is_nan(theirs) and abs(float(value) - float(theirs)) < expected.TOLERANCE
        self.same(f"{case.name}: {metric}({attribute}) is {float(value)}, in the library {theirs}", close, True)


def find_tabella():
    """The release build of this repository."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target"))
    return target / "release" / "tabella"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tabella", type=Path, default=find_tabella(), help="the program")
    parser.add_argument("--data", default="german", help="german, adult, compas, drawn, with commas between them")
    parser.add_argument("--prove", default="", help="prove and verify an audit of these too, with commas between them")
    parser.add_argument("--drawn", type=int, default=20, help="how many random files")
    options = parser.parse_args()
    sources = {"german": cases.german, "adult": cases.adult, "compas": cases.compas, "drawn": lambda work: cases.drawn(work, options.drawn)}
    if unknown := [name for name in options.data.split(",") if name not in sources]:
        parser.error(f"unknown data: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory() as directory:
        comparison = Comparison(options.tabella, Path(directory))
        for name in options.data.split(","):
            if name == "german":
                comparison.same("german.csv has the published values", cases.german_is_as_published(), True)
            for number, case in enumerate(sources[name](comparison.work)):
                comparison.case(f"{name}-{number}", case, name in options.prove.split(","))
    print(f"{comparison.compared} comparisons\n{comparison.mismatches} mismatches")
    return 1 if comparison.mismatches or not comparison.compared else 0


if __name__ == "__main__":
    sys.exit(main())
