"""Slither's findings against the file that explains them: one that is not explained fails, and so does an explanation of none."""

import json
import tomllib

from .shell import ROOT

# In place of a list of places: wherever the detector finds something.
ANYWHERE = "*"
EXPLAINED = ROOT / "verifier-contracts" / "slither.toml"


def found(report):
    """{(detector, what)} from slither's JSON; `what` is the contract's part that a finding begins with, without line numbers."""
    if not report.get("success"):
        raise ValueError(f"slither failed: {report.get('error')}")
    return {(finding["check"], name(finding["elements"][0])) for finding in report["results"].get("detectors", [])}


def name(element):
    """`Contract.function`, `Contract.variable` or `Contract`, whatever part of it the element is."""
    parts = []
    while element is not None:
        if element["type"] in ("function", "variable", "contract", "event", "struct", "enum", "custom_error"):
            parts.append(element["name"])
        element = element.get("type_specific_fields", {}).get("parent")
    return ".".join(reversed(parts)) or element_file(element)


def element_file(element):
    """Where an element that belongs to no contract is."""
    return element["source_mapping"]["filename_relative"] if element else "?"


def explained(path=EXPLAINED):
    """{(detector, what)} of the file; every entry must say why."""
    pairs = set()
    for entry in tomllib.loads(path.read_text(encoding="utf8")).get("finding", []):
        if set(entry) != {"detector", "in", "why"} or not entry["in"] or len(entry["why"]) < 20:
            raise ValueError(f"{path.name}: {entry} needs detector, in and why")
        for what in entry["in"]:
            if (entry["detector"], what) in pairs:
                raise ValueError(f"{path.name}: {entry['detector']} in {what} stands there twice")
            pairs.add((entry["detector"], what))
    return pairs


def compare(report, path=EXPLAINED):
    """Lines that say what is new and what is gone; none when file and findings agree."""
    known = explained(path)
    everywhere = {detector for detector, what in known if what == ANYWHERE}
    now = {(detector, what) for detector, what in found(report) if detector not in everywhere}
    known = {(detector, what) for detector, what in known if detector not in everywhere}
    lines = [f"new: {detector} in {what}: mend it, or explain it in {path.name}" for detector, what in sorted(now - known)]
    lines += [f"gone: {detector} in {what}: take it out of {path.name}" for detector, what in sorted(known - now)]
    lines += [finding["description"] for finding in report["results"].get("detectors", [])
              if (finding["check"], name(finding["elements"][0])) in now - known]
    return lines


def read(text):
    """Slither's JSON from the text that it wrote."""
    return json.loads(text)
