#!/usr/bin/env python3
"""Writes verdict.json, the table of cases for policies and verdicts. The outcomes are stated here by hand, never computed.

A case is a policy, the groups of one to four attributes as [n, P, p, TP] (records, label 1, predicted 1, both), and what the policy
says of them: for each line (the z last) "holds", "violated", "undefined", "unsupported" or "undefined unsupported", and the verdict
"pass", "fail" or "insufficient". Groups of several attributes hold the same records: those of one (label, prediction) are paired in
the order of the groups. A policy's fractions are [num, den]; what is left out is 0, none or inclusive.

Run it in this directory: python3 verdict-cases.py
"""

import json

RATES = ["selection", "true_positive", "false_positive", "false_negative", "precision"]
cases = []


def group(rate, num, den):
    """A group [n, P, p, TP] whose rate is num/den; with num = den = 0 the rate does not exist, though the group has records."""
    if rate == "selection":
        label, hit = den // 2, min(den // 2, num)
        return [den, label, num, hit]
    if rate == "true_positive":
        return [den + 6, den, num + 2, num]
    if rate == "false_positive":
        return [den + 6, 6, num + 3, 3]
    if rate == "false_negative":
        return [den + 6, den, den - num + 2, den - num]
    return [den + 6, num + 3, den, num]


def line(comparison, bound, rate=None, attribute=0, reference=None, exclusive=False):
    fields = {"comparison": comparison}
    if rate is not None:
        fields |= {"rate": rate, "attribute": attribute}
    if reference is not None:
        fields["reference"] = reference
    return fields | {"bound": bound} | ({"exclusive": True} if exclusive else {})


def add(name, groups, lines, outcome, verdict, z=None, **header):
    """`groups` of attribute 0, or a list of attributes; `outcome` of the only line, or a list."""
    attributes = groups if groups and isinstance(groups[0][0], list) else [groups]
    policy = dict(header)
    policy["lines"] = lines if isinstance(lines, list) else [lines]
    if z is not None:
        policy["z"] = z
    outcomes = outcome if isinstance(outcome, list) else [outcome]
    assert len(outcomes) == len(policy["lines"]) + (z is not None), name
    assert name not in [case["name"] for case in cases], name
    cases.append({"name": name, "policy": policy, "attributes": attributes, "lines": outcomes, "verdict": verdict})


def add_both(name, groups, make, outcome, exclusive_outcome=None):
    """Inclusive and exclusive; they differ only at equality."""
    verdicts = {"holds": "pass", "violated": "fail"}
    for exclusive, out in [(False, outcome), (True, exclusive_outcome or outcome)]:
        suffix = ", exclusive" if exclusive else ""
        add(name + suffix, groups, make(exclusive), out, verdicts.get(out, "insufficient"))


for rate in RATES:
    g = lambda num, den, rate=rate: group(rate, num, den)
    three = lambda *values: [g(*value) for value in values]
    dif = lambda exclusive: line("difference", [1, 10], rate, exclusive=exclusive)
    rat = lambda exclusive: line("ratio", [4, 5], rate, exclusive=exclusive)
    ref = lambda to: lambda exclusive: line("reference", [4, 5], rate, reference=to, exclusive=exclusive)

    # 12/24 - 10/25 = 1/10, and 10/25 : 12/24 = 4/5; the middle group decides nothing.
    at = [(12, 24), (9, 20), (10, 25)]
    for name, make in [("difference", dif), ("ratio", rat), ("to the lowest", ref("lowest")), ("to a named group", ref(2))]:
        add_both(f"{rate} {name}: equal", three(*at), make, "holds", "violated")
        add_both(f"{rate} {name}: highest one more", three((13, 24), *at[1:]), make, "violated")
        add_both(f"{rate} {name}: highest one less", three((11, 24), *at[1:]), make, "holds")
        add_both(f"{rate} {name}: lowest one less", three(*at[:2], (9, 25)), make, "violated")
        add_both(f"{rate} {name}: lowest one more", three(*at[:2], (11, 25)), make, "holds")

    # 8/20 and 15/24 = 25/40 against 10/20: both ends are exactly 4/5; the named group and the majority are the same group.
    pair = [(10, 20), (8, 20)]
    for name, to in [("a named group", 0), ("the majority", "majority")]:
        make = ref(to)
        add_both(f"{rate} to {name}, from below: equal", three(*pair), make, "holds", "violated")
        add_both(f"{rate} to {name}, from below: one less", three((10, 20), (7, 20)), make, "violated")
        add_both(f"{rate} to {name}, from below: one more", three((10, 20), (9, 20)), make, "holds")
        # The first of equals is the majority, so in this order the other rate is the reference.
        add_both(f"{rate} to {name}, from above: equal", three((8, 20), (10, 20)), make, "holds", "violated")
        add_both(f"{rate} to {name}, from above: one more", three((8, 20), (11, 20)), make, "violated")
        add_both(f"{rate} to {name}, from above: one less", three((8, 20), (9, 20)), make, "holds")
    # A larger group with the rate 10/20 = 20/40 is the majority wherever it stands: 7/20 misses it, 9/20 does not.
    add(f"{rate} to the majority: the larger group", three((7, 20), (20, 40), (9, 20)), ref("majority")(False), "violated", "fail")
    add(f"{rate} to the majority: all near it", three((8, 20), (20, 40), (9, 20)), ref("majority")(False), "holds", "pass")

    # Denominators of 0.
    empty, none = [0, 0, 0, 0], g(0, 0)
    for name, make in [("difference", dif), ("ratio", rat), ("to the lowest", ref("lowest")), ("to the majority", ref("majority"))]:
        add_both(f"{rate} {name}: an empty group", three(*at) + [empty], make, "undefined")
        add_both(f"{rate} {name}: an empty group comes first", [empty] + three((5, 20), (15, 20)), make, "undefined")
        add_both(f"{rate} {name}: no group has a rate", [none, none], make, "undefined")
        if rate != "selection":
            add_both(f"{rate} {name}: a group without a denominator", three((12, 24), (1, 25)) + [none], make, "undefined")
    add_both(f"{rate} difference: all rates 0", three((0, 20), (0, 30)), dif, "holds")
    add_both(f"{rate} difference: all rates 1", three((20, 20), (30, 30)), dif, "holds")
    add_both(f"{rate} ratio: all rates 0", three((0, 20), (0, 30)), rat, "undefined")
    add_both(f"{rate} ratio: all rates 1", three((20, 20), (30, 30)), rat, "holds")
    add_both(f"{rate} ratio: one rate 0", three((0, 20), (1, 30)), rat, "violated")
    add_both(f"{rate} to the lowest: the lowest is 0", three((0, 20), (1, 30)), ref("lowest"), "undefined")
    add_both(f"{rate} to the majority: the majority's rate is 0", three((1, 20), (0, 30)), ref("majority"), "undefined")
    add_both(f"{rate} to a named group: no such group", three(*pair), ref(2), "undefined")
    add_both(f"{rate} to a named group: code 15", three(*pair), ref(15), "undefined")

    # Bounds at their ends.
    add(f"{rate} difference: at most 0, equal rates", three((5, 20), (10, 40)), line("difference", [0, 1], rate), "holds", "pass")
    add(f"{rate} difference: below 0", three((5, 20), (10, 40)), line("difference", [0, 1], rate, exclusive=True), "violated", "fail")
    add(f"{rate} difference: at most 0, one off", three((5, 20), (11, 40)), line("difference", [0, 7], rate), "violated", "fail")
    add(f"{rate} difference: at most 1", three((0, 20), (20, 20)), line("difference", [1, 1], rate), "holds", "pass")
    add(f"{rate} difference: below 1", three((0, 20), (20, 20)), line("difference", [1, 1], rate, exclusive=True), "violated", "fail")
    add(f"{rate} ratio: at least 1, equal rates", three((5, 20), (10, 40)), line("ratio", [1048575, 1048575], rate), "holds", "pass")
    add(f"{rate} ratio: at least 1, one off", three((5, 20), (11, 40)), line("ratio", [1048575, 1048575], rate), "violated", "fail")
    add(f"{rate} ratio: at least 0", three((0, 20), (1, 20)), line("ratio", [0, 5], rate), "holds", "pass")
    add(f"{rate} ratio: above 0", three((0, 20), (1, 20)), line("ratio", [0, 5], rate, exclusive=True), "violated", "fail")

    # Small groups: here every group has 20 records or more, of which at least 3 have label 1.
    two = three((10, 20), (10, 20))
    n, labels = two[0][0], two[0][1]
    for limit, size in [("min_group", n), ("min_positive", labels), ("min_rows", 2 * n)]:
        add(f"{rate} ratio: {limit} reached", two, rat(False), "holds", "pass", **{limit: size})
        add(f"{rate} ratio: {limit} missed by one", two, rat(False), "unsupported", "insufficient", **{limit: size + 1})
        bad = three((10, 20), (1, 20))
        add(f"{rate} ratio: {limit} missed, and violated", bad, rat(False), "unsupported", "insufficient", **{limit: 1 << 23})
    add(f"{rate} ratio: one group", two[:1], rat(False), "unsupported", "insufficient")
    add(f"{rate} ratio: an attribute not in use", two, line("ratio", [4, 5], rate, attribute=3), "undefined unsupported", "insufficient")

# Exclusion: 1/50 of 1000 records is 20.
selection = lambda exclusive=False, to=None: (
    line("reference", [4, 5], "selection", reference=to) if to is not None else line("ratio", [4, 5], "selection", exclusive=exclusive)
)
for size, outcome, verdict in [(19, "holds", "pass"), (20, "violated", "fail"), (21, "violated", "fail")]:
    groups = [[500, 200, 250, 150], [500 - size, 200, 250, 150], [size, 5, 0, 0]]
    add(f"exclusion: a group of {size} of 1000 under 1/50", groups, selection(), outcome, verdict, exclude=[1, 50])
    add(f"exclusion: a group of {size} of 1000 under 1/50, first", groups[::-1], selection(), outcome, verdict, exclude=[1, 50])
wide = [[600, 200, 300, 150], [385, 100, 190, 80], [15, 5, 0, 0]]
add("exclusion: none, the small group counts", wide, selection(), "violated", "fail")
add("exclusion: the small group counts for no minimum", wide, selection(), "holds", "pass", exclude=[1, 50], min_group=385, min_positive=100)
add("exclusion: it counts without it", wide, selection(), "unsupported", "insufficient", exclude=[1, 100], min_group=385)
add("exclusion: an empty group is left out", wide[:2] + [[0, 0, 0, 0]], selection(), "holds", "pass", exclude=[1, 4095])
add("exclusion: one group is left", [[990, 300, 300, 200], [10, 5, 5, 5]], selection(), "unsupported", "insufficient", exclude=[1, 50])
add("exclusion: no group is left", [[10, 5, 5, 3]] * 10, selection(), "undefined unsupported", "insufficient", exclude=[1, 5])
add("exclusion: the named group is left out", wide, selection(to=2), "undefined", "insufficient", exclude=[1, 50])
add("exclusion: the majority is not", wide, selection(to="majority"), "holds", "pass", exclude=[1, 50])
add("exclusion: the lowest rate is left out", wide, selection(to="lowest"), "holds", "pass", exclude=[1, 50])
sixteen = [[20 + i, 10, 10, 5] for i in range(16)]
add("sixteen groups: 10/20 to 10/35 is 4/7, bound 4/7", sixteen, line("ratio", [4, 7], "selection"), "holds", "pass")
add("sixteen groups: above 4/7", sixteen, line("ratio", [4, 7], "selection", exclusive=True), "violated", "fail")
add("sixteen groups: the majority is the last", sixteen, line("reference", [4, 7], "selection", reference="majority"), "holds", "pass")
add("sixteen groups: to the last by name, above 4/7", sixteen, line("reference", [4, 7], "selection", reference=15, exclusive=True), "violated", "fail")
add("sixteen equal groups", [[30, 10, 10, 5]] * 16, selection(True), "holds", "pass")

# Degenerate models and labels, every rate at once.
every = lambda kind: [line(kind, [4, 5] if kind == "ratio" else [1, 10], rate) for rate in RATES]
ok, no, un = "holds", "violated", "undefined"
positive, negative = [[30, 10, 30, 10], [40, 20, 40, 20]], [[30, 10, 0, 0], [40, 20, 0, 0]]
add("all predicted 1: ratios", positive, every("ratio"), [ok, ok, ok, un, no], "fail")
add("all predicted 1: differences", positive, every("difference"), [ok, ok, ok, ok, no], "fail")
add("all predicted 0: ratios", negative, every("ratio"), [un, un, un, ok, un], "insufficient")
add("all predicted 0: differences", negative, every("difference"), [ok, ok, ok, ok, un], "insufficient")
ones, zeros = [[30, 30, 15, 15], [40, 40, 20, 20]], [[30, 0, 15, 0], [40, 0, 20, 0]]
add("all labels 1: ratios", ones, every("ratio"), [ok, ok, un, ok, ok], "insufficient")
add("all labels 1: differences", ones, every("difference"), [ok, ok, un, ok, ok], "insufficient")
add("all labels 0: ratios", zeros, every("ratio"), [ok, un, ok, un, un], "insufficient")
add("all labels 0: differences", zeros, every("difference"), [ok, un, ok, un, ok], "insufficient")
right = [[30, 10, 10, 10], [40, 20, 20, 20]]
add("always right: ratios", right, every("ratio"), [no, ok, un, un, ok], "fail")
wrong = [[30, 10, 20, 0], [40, 20, 20, 0]]
add("always wrong: differences", wrong, every("difference"), [no, ok, ok, ok, ok], "fail")
nothing = [[0, 0, 0, 0], [0, 0, 0, 0]]
add("no records", nothing, every("ratio") + every("difference")[:3], [un] * 8, "insufficient")

# Accuracy: 70 of 100 right (TP 20 of 40, TN 50 of 60); all records together.
both = lambda hit, false: [[60, 20, hit + false - 5, hit - 5], [40, 20, 5, 5]]
acc = lambda exclusive: line("accuracy", [7, 10], exclusive=exclusive)
add_both("accuracy: equal", both(20, 10), acc, "holds", "violated")
add_both("accuracy: one right less", both(19, 10), acc, "violated")
add_both("accuracy: one right more", both(20, 9), acc, "holds")
add("accuracy: 1, always right", right, line("accuracy", [1, 1]), ok, "pass")
add("accuracy: above 1", right, line("accuracy", [1, 1], exclusive=True), no, "fail")
add("accuracy: 0, always wrong", wrong, line("accuracy", [0, 1]), ok, "pass")
add("accuracy: above 0, always wrong", wrong, line("accuracy", [0, 1], exclusive=True), no, "fail")
add("accuracy: all labels 1", ones, line("accuracy", [1, 2]), ok, "pass")
add("accuracy: one group is enough", [[10, 5, 5, 5]], acc(False), ok, "pass")
add("accuracy: groups may be small", [[10, 5, 5, 5], [1, 0, 0, 0]], acc(False), ok, "pass", min_group=5, min_positive=5)
add("accuracy: min_rows reached", right, acc(False), ok, "pass", min_rows=70)
add("accuracy: min_rows missed by one", right, acc(False), "unsupported", "insufficient", min_rows=71)
add("accuracy: min_rows missed, and violated", wrong, acc(False), "unsupported", "insufficient", min_rows=71)
add("accuracy: no records", nothing, acc(False), un, "insufficient")
add("accuracy: above 0, no records", nothing, line("accuracy", [0, 1], exclusive=True), un, "insufficient")
add("accuracy: a group left out still counts", [[99, 40, 40, 40], [1, 1, 0, 0]], line("accuracy", [1, 1]), no, "fail", exclude=[1, 2])

# Balanced accuracy: TP 14 of 20, TN 21 of 30.
bal = lambda exclusive: line("balanced_accuracy", [7, 10], exclusive=exclusive)
add_both("balanced accuracy: equal", [[50, 20, 23, 14]], bal, "holds", "violated")
add_both("balanced accuracy: one hit less", [[50, 20, 22, 13]], bal, "violated")
add_both("balanced accuracy: one false positive less", [[50, 20, 22, 14]], bal, "holds")
add_both("balanced accuracy: one false positive more", [[50, 20, 24, 14]], bal, "violated")
add("balanced accuracy: a constant model", positive, line("balanced_accuracy", [1, 2]), ok, "pass")
add("balanced accuracy: above a constant model's", negative, line("balanced_accuracy", [1, 2], exclusive=True), no, "fail")
add("balanced accuracy: all labels 1", ones, bal(False), un, "insufficient")
add("balanced accuracy: all labels 0", zeros, bal(False), un, "insufficient")
add("balanced accuracy: no records", nothing, bal(False), un, "insufficient")
add("balanced accuracy: 1, always right", right, line("balanced_accuracy", [1, 1]), ok, "pass")
add("balanced accuracy: min_rows missed by one", right, bal(False), "unsupported", "insufficient", min_rows=71)

# z: 30 and 20 of 50 each: 500^2 * 100 = 4 * 50^4.
loose = line("accuracy", [0, 1])
z = lambda bound=(4, 1), exclusive=False, attribute=0: {"attribute": attribute, "bound": list(bound)} | ({"exclusive": True} if exclusive else {})
of = lambda *values: [[n, n // 2, p, min(p, n // 2)] for p, n in values]
add("z: equal", of((30, 50), (20, 50)), loose, [ok, ok], "pass", z=z())
add("z: equal, exclusive", of((30, 50), (20, 50)), loose, [ok, no], "fail", z=z(exclusive=True))
for exclusive in [False, True]:
    more = ", exclusive" if exclusive else ""
    add(f"z: one more{more}", of((31, 50), (20, 50)), loose, [ok, no], "fail", z=z(exclusive=exclusive))
    add(f"z: one less{more}", of((29, 50), (20, 50)), loose, [ok, ok], "pass", z=z(exclusive=exclusive))
    add(f"z: the middle pairs hold, the outer does not{more}", of((30, 50), (25, 50), (19, 50)), loose, [ok, no], "fail", z=z(exclusive=exclusive))
    add(f"z: none predicted 1{more}", of((0, 50), (0, 50)), loose, [ok, un], "insufficient", z=z(exclusive=exclusive))
    add(f"z: all predicted 1{more}", of((50, 50), (50, 50)), loose, [ok, un], "insufficient", z=z(exclusive=exclusive))
    add(f"z: an empty group{more}", of((30, 50), (20, 50), (0, 0)), loose, [ok, un], "insufficient", z=z(exclusive=exclusive))
    add(f"z: one pair is undefined, another violated{more}", of((0, 50), (50, 50), (0, 40)), loose, [ok, un], "insufficient", z=z(exclusive=exclusive))
    add(f"z: no records{more}", nothing, loose, [un, un], "insufficient", z=z(exclusive=exclusive))
add("z: in the other order", of((20, 50), (30, 50)), loose, [ok, ok], "pass", z=z())
add("z: a bound above 1 as a fraction", of((30, 50), (20, 50)), loose, [ok, ok], "pass", z=z((9604, 2401)))
add("z: a bound just below", of((30, 50), (20, 50)), loose, [ok, no], "fail", z=z((1048575, 262144)))
add("z: at most 0, equal rates", of((25, 50), (20, 40)), loose, [ok, ok], "pass", z=z((0, 1)))
add("z: below 0", of((25, 50), (20, 40)), loose, [ok, no], "fail", z=z((0, 1), True))
add("z: min_group reached", of((30, 50), (20, 50)), loose, [ok, ok], "pass", z=z(), min_group=50)
add("z: min_group missed by one", of((30, 50), (20, 50)), loose, [ok, "unsupported"], "insufficient", z=z(), min_group=51)
add("z: one group", of((30, 50)), loose, [ok, "undefined unsupported"], "insufficient", z=z())
add("z: an attribute not in use", of((30, 50), (20, 50)), loose, [ok, "undefined unsupported"], "insufficient", z=z(attribute=2))
add("z: a group left out", of((300, 500), (290, 500), (0, 10)), loose, [ok, ok], "pass", z=z(), exclude=[1, 50])

# Several lines: fail before insufficient before pass.
fair, unfair = of((10, 20), (9, 20)), of((10, 20), (1, 20))
lines = [line("ratio", [4, 5], "selection"), line("accuracy", [1, 10]), line("ratio", [4, 5], "selection", attribute=1)]
add("lines: all hold", fair, lines[:2], [ok, ok], "pass")
add("lines: one is violated", unfair, lines[:2], [no, ok], "fail")
add("lines: one is unsupported", fair, lines, [ok, ok, "undefined unsupported"], "insufficient")
add("lines: one is violated, one unsupported", unfair, lines, [no, ok, "undefined unsupported"], "fail")
add("lines: eight", fair, [lines[0], lines[1]] * 4, [ok] * 8, "pass")
add("lines: the eighth is violated", fair, [lines[1]] * 7 + [line("ratio", [19, 20], "selection")], [ok] * 7 + [no], "fail")
add("lines: equalized odds, the false positive rates differ", [[40, 20, 20, 10], [40, 20, 10, 10]],
    [line("difference", [1, 10], "true_positive"), line("difference", [1, 10], "false_positive")], [ok, no], "fail")
add("lines: equalized odds", [[40, 20, 20, 10], [40, 20, 20, 10]],
    [line("difference", [1, 10], "true_positive"), line("difference", [1, 10], "false_positive")], [ok, ok], "pass")
two = [[[20, 10, 10, 5], [20, 10, 10, 5]], [[10, 5, 10, 5], [30, 15, 10, 5]]]
over = lambda attribute: line("ratio", [4, 5], "selection", attribute=attribute)
add("attributes: fair in the first", two, over(0), ok, "pass")
add("attributes: unfair in the second", two, over(1), no, "fail")
add("attributes: both", two, [over(0), over(1)], [ok, no], "fail")
four = [two[0], two[1], [[40, 20, 20, 10]], [[4, 2, 2, 1], [6, 3, 3, 1], [30, 15, 15, 8]]]
add("attributes: the fourth, three groups", four, [over(3), line("reference", [1, 1], "selection", 3, 2)], [ok, ok], "pass")
add("attributes: the third has one group", four, [over(0), over(2)], [ok, "unsupported"], "insufficient")

header = {"about": __doc__.split("\n\n")[1].replace("\n", " "), "cases": len(cases)}
with open("verdict.json", "w", encoding="utf-8") as out:
    out.write("{\n" + ",\n".join(f'"{key}": {json.dumps(value)}' for key, value in header.items() if key != "cases") + ',\n"cases": [\n')
    out.write(",\n".join(json.dumps(case) for case in cases))
    out.write("\n]\n}\n")
