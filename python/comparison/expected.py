"""What fairlearn and exact fractions say: the values of the metrics, and the verdict of a policy."""

import math
import warnings
from fractions import Fraction

import fairlearn.metrics as fl
import pandas as pd
from sklearn.metrics import accuracy_score, balanced_accuracy_score, precision_score

TOLERANCE = 1e-9
MIN_ROWS, MIN_GROUP, MIN_POSITIVE = 20, 5, 2
# Every metric, with a threshold that real models meet or miss.
DIFFERENCES = {
    "demographic_parity_difference": (fl.selection_rate, "1/10"),
    "equal_opportunity_difference": (fl.true_positive_rate, "1/10"),
    "false_positive_rate_difference": (fl.false_positive_rate, "1/10"),
    "false_negative_rate_difference": (fl.false_negative_rate, "1/10"),
    "predictive_parity_difference": (None, "1/5"),
}
RATIOS = {
    "demographic_parity_ratio": (fl.selection_rate, "4/5"),
    "equal_opportunity_ratio": (fl.true_positive_rate, "9/10"),
    "false_positive_rate_ratio": (fl.false_positive_rate, "4/5"),
    "false_negative_rate_ratio": (fl.false_negative_rate, "4/5"),
    "predictive_parity_ratio": (None, "4/5"),
}
WORST = {"equalized_odds_difference": "1/10", "equalized_odds_ratio": "4/5"}
FLOORS = {"accuracy": "7/10", "balanced_accuracy": "7/10"}
Z = Fraction(196, 100)
# A bound's denominator has 20 bits.
STEPS = 10**6


def policies(attributes):
    """Policies of at most eight lines that name every metric for every attribute."""
    for attribute in attributes:
        lines = [(name, attribute, text) for name, (_, text) in DIFFERENCES.items()]
        yield [*lines, ("accuracy", None, FLOORS["accuracy"]), ("two_proportion_z", attribute, "1.96")]
        yield [*[(name, attribute, text) for name, (_, text) in RATIOS.items()], ("balanced_accuracy", None, FLOORS["balanced_accuracy"])]
        yield [*[(name, attribute, text) for name, text in WORST.items()], ("disparate_impact", attribute, "4/5")]


def near(case, lines, met):
    """The same lines with every bound within a millionth of the metric's value: where it is just met, or just missed."""
    moved = []
    for metric, attribute, bound in lines:
        values, _ = line(case, metric, attribute)
        if metric != "two_proportion_z" and None not in values:
            ceiling = metric.endswith("difference")
            steps = (max if ceiling else min)(values) * STEPS
            # Equality is met: what is missed is the next step beyond it.
            nearest = (math.ceil(steps) if met else math.ceil(steps) - 1) if ceiling else (math.floor(steps) if met else math.floor(steps) + 1)
            bound = f"{nearest}/{STEPS}" if 0 <= nearest <= STEPS else bound
        moved.append((metric, attribute, bound))
    return moved


def policy_text(lines, exclusive):
    """The TOML of a policy."""
    text = f'version = 1\ntitle = "comparison"\nmin_rows = {MIN_ROWS}\nmin_group = {MIN_GROUP}\nmin_positive = {MIN_POSITIVE}\n'
    for metric, attribute, bound in lines:
        text += f'[[line]]\nmetric = "{metric}"\n' + (f'attribute = "{attribute}"\n' if attribute else "")
        text += f'z = "{bound}"\n' if metric == "two_proportion_z" else f'threshold = "{bound}"\n'
        text += "exclusive = true\n" if exclusive else ""
    return text


def counts(case):
    """n, P, p, TP of every group, by attribute and name."""
    return {
        (attribute, name): (int(part.sum()), int((part & case.label).sum()), int((part & case.said).sum()), int((part & case.label & case.said).sum()))
        for attribute, column in case.groups.items()
        for name in sorted(column.unique())
        for part in [column == name]
    }


def _rates(metric, group):
    """The two rates' or the one rate's numerators and denominators."""
    n, p_true, p_said, tp = group
    fp = p_said - tp
    selection, true, false = (p_said, n), (tp, p_true), (fp, n - p_true)
    if metric.startswith("equalized"):
        return [true, false]
    for start, rate in [("demographic", selection), ("disparate", selection), ("equal_opp", true), ("false_pos", false),
                        ("false_neg", (p_true - tp, p_true)), ("predictive", (tp, p_said))]:
        if metric.startswith(start):
            return [rate]
    raise ValueError(metric)


def library(case, metric, attribute):
    """fairlearn's value of a metric, or scikit-learn's; None where it has none of that name."""
    y, said = case.label.astype(int), case.said.astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if metric == "accuracy":
            return accuracy_score(y, said)
        if metric == "balanced_accuracy":
            return balanced_accuracy_score(y, said)
        features = case.groups[attribute]
        if metric == "disparate_impact":
            rates = fl.MetricFrame(metrics=fl.selection_rate, y_true=y, y_pred=said, sensitive_features=features).by_group
            # The largest group; of equals the first one by name, as codes are in order of the names here.
            sizes = features.value_counts()
            reference = rates[min(name for name in sizes.index if sizes[name] == sizes.max())]
            return min(rates.min() / reference, reference / rates.max()) if reference and rates.max() else None
        named = getattr(fl, metric, None)
        if named is not None:
            return named(y, said, sensitive_features=features)
        rate = (DIFFERENCES | RATIOS)[metric][0] or (lambda a, b: precision_score(a, b, zero_division=math.nan))
        frame = fl.MetricFrame(metrics=rate, y_true=y, y_pred=said, sensitive_features=features)
        return frame.difference(method="between_groups") if metric.endswith("difference") else frame.ratio(method="between_groups")


def _z_squared(groups):
    """The largest z^2 over all pairs, exactly; None where a pair has none, or where there is no pair."""
    worst = Fraction(0) if len(groups) > 1 else None
    for i, (n, _, p, _) in enumerate(groups):
        for m, _, q, _ in groups[:i]:
            both, chosen = n + m, p + q
            if chosen in (0, both) or not n or not m:
                return None
            variance = Fraction(chosen, both) * (1 - Fraction(chosen, both)) * (Fraction(1, n) + Fraction(1, m))
            worst = max(worst, (Fraction(p, n) - Fraction(q, m)) ** 2 / variance)
    return worst


def line(case, metric, attribute):
    """The exact values of a line (two for the equalized odds), and whether there is evidence enough."""
    rows = len(case.label)
    if attribute is None:
        n, p_true, p_said, tp = rows, int(case.label.sum()), int(case.said.sum()), int((case.label & case.said).sum())
        tn = n - p_true - p_said + tp
        if metric == "accuracy":
            return [Fraction(tp + tn, n)], rows >= MIN_ROWS
        defined = p_true and n - p_true
        return [(Fraction(tp, p_true) + Fraction(tn, n - p_true)) / 2 if defined else None], rows >= MIN_ROWS
    groups = [group for (name, _), group in counts(case).items() if name == attribute]
    supported = rows >= MIN_ROWS and len(groups) > 1 and all(n >= MIN_GROUP and p >= MIN_POSITIVE for n, p, _, _ in groups)
    if metric == "two_proportion_z":
        return [_z_squared(groups)], supported
    values = []
    for parts in zip(*[_rates(metric, group) for group in groups], strict=True):
        rates = None if any(den == 0 for _, den in parts) else [Fraction(num, den) for num, den in parts]
        values.append(rates and _compared(metric, rates, [group[0] for group in groups]))
    return values, supported


def _compared(metric, rates, sizes):
    if metric.endswith("difference"):
        return max(rates) - min(rates)
    reference = max(rates)
    if metric == "disparate_impact":
        reference = rates[sizes.index(max(sizes))]
    if reference == 0:
        return None
    return min(min(rates) / reference, reference / max(rates))


def holds(metric, value, bound, exclusive):
    """Whether a value meets its bound."""
    if metric == "two_proportion_z":
        return value < Z**2 if exclusive else value <= Z**2
    bound = Fraction(bound)
    if metric.endswith("difference"):
        return value < bound if exclusive else value <= bound
    return value > bound if exclusive else value >= bound


def verdict(case, lines, exclusive):
    """The policy's verdict."""
    lacking = False
    for metric, attribute, bound in lines:
        values, supported = line(case, metric, attribute)
        for value in values:
            if value is None or not supported:
                lacking = True
            elif not holds(metric, value, bound, exclusive):
                return "fail"
    return "insufficient" if lacking else "pass"


def is_nan(value):
    return value is None or bool(pd.isna(value))
