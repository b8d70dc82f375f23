"""A fitted LogisticRegression, alone or at the end of a Pipeline, as JSON."""

import hashlib
import json
import math
import os
import tempfile
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from .features import Feature, Unsupported, after, is_missing, text

# The terms must give the library's own scores on the data at hand, but for rounding.
TOLERANCE = 1e-9


def export(model, frame, csv=None, positive=None, threshold=None):
    """The model as a dictionary for JSON.

    frame: a DataFrame whose columns are named as in the CSV file. positive: the class that counts as positive (the second one
    if left out). threshold: positive above this probability of that class, instead of what the library predicts. csv: the file that the rows of frame come from, all of them in
    order; with it the library's predictions go into the export.
    """
    if threshold is not None and not 0 < threshold < 1:
        raise Unsupported("a threshold is a probability between 0 and 1")
    steps, regression, own, inclusive = _unwrap(model)
    inputs = [Feature(name) for name in _names(steps[0] if steps else regression, frame)]
    features = inputs
    for step in steps:
        features = after(step, features)
    if len(regression.classes_) != 2 or regression.coef_.shape != (1, len(features)):
        raise Unsupported("a regression of two classes, with one coefficient for each of its inputs")
    sign = 1.0
    if positive is not None and positive not in list(regression.classes_):
        raise Unsupported(f"{positive!r} is none of the classes {list(regression.classes_)}")
    if positive is not None and positive == regression.classes_[0]:
        # Positive where the library does not say classes_[1]: there a score of 0 belongs to it too.
        sign, inclusive = -1.0, not inclusive
    if threshold is not None:
        if own is not None:
            raise Unsupported("the model has a threshold of its own")
        inclusive = False

    def shifted(decision):
        # The model's own threshold is about its second class, the caller's about the positive one.
        return sign * (decision - _logit(own)) - _logit(threshold)

    out = {"format": "tabella-export", "version": 1, "kind": "logistic_regression", "library": f"scikit-learn {sklearn.__version__}"}
    intercept, out_terms = _terms(features, sign * regression.coef_[0])
    intercept += shifted(float(regression.intercept_[0]))
    out |= {"intercept": repr(intercept), "inclusive": inclusive, "terms": out_terms, "predictions": None}
    scores, known = _library(steps, regression, frame[[f.column for f in inputs]], shifted)
    _check(out, frame, scores, known)
    if csv is not None:
        said = scores >= 0 if inclusive else scores > 0
        rows = "".join("-" if not k else "1" if yes else "0" for yes, k in zip(said, known, strict=True))
        out["predictions"] = {"csv_sha256": hashlib.sha256(Path(csv).read_bytes()).hexdigest(), "rows": rows}
    return out


def write(path, exported):
    """Writes an export in one step, readable by its owner alone: it holds the model's parameters."""
    path = Path(path)
    # mkstemp makes the file with mode 0600.
    handle, name = tempfile.mkstemp(prefix=".export-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf8") as file:
        json.dump(exported, file, indent=1, ensure_ascii=False)
        file.write("\n")
    os.replace(name, path)


def score(exported, frame):
    """The scores of a DataFrame's rows by the exported terms alone; NaN where the library refuses the row."""
    total = np.full(len(frame), float(exported["intercept"]))
    for term in exported["terms"]:
        column = frame[term["column"]]
        total += np.array([_summand(term, value) for value in column], dtype=float)
    return total


def _summand(term, value):
    absent = is_missing(value)
    if number := term.get("number"):
        if absent:
            return _float(number["missing"])
        if float(number["coefficient"]) == 0:
            return 0.0
        return float(number["coefficient"]) * (float(value) - float(number["mean"])) / float(number["scale"])
    category = term["category"]
    if absent:
        return _float(category["missing"])
    known = dict(zip(category["values"], category["coefficients"], strict=True))
    return float(known[text(value)]) if text(value) in known else _float(category["unseen"])


def _float(written):
    return math.nan if written is None else float(written)


def _logit(probability):
    return 0.0 if probability is None else math.log(probability / (1 - probability))


def _unwrap(model):
    """The transformers, the regression, its own threshold for the second class, and whether equality is that class."""
    threshold, inclusive = None, False
    if type(model).__name__ in ("FixedThresholdClassifier", "TunedThresholdClassifierCV"):
        cut = getattr(model, "best_threshold_", None)
        cut = model.threshold if cut is None else cut
        threshold, inclusive = 0.5 if cut == "auto" else float(cut), True
        if model.response_method == "decision_function" or not 0 < threshold < 1:
            raise Unsupported("a threshold is a probability between 0 and 1")
        model = model.estimator_
    steps = [step for _, step in model.steps[:-1]] if isinstance(model, Pipeline) else []
    regression = model.steps[-1][1] if isinstance(model, Pipeline) else model
    if not isinstance(regression, LogisticRegression):
        raise Unsupported(f"the last step is a {type(regression).__name__}, not a LogisticRegression")
    return steps, regression, threshold, inclusive


def _names(first, frame):
    names = getattr(first, "feature_names_in_", None)
    if names is None:
        raise Unsupported("fit the model with a DataFrame, so that its columns have names")
    if absent := [name for name in names if name not in frame.columns]:
        raise Unsupported(f"the frame lacks the columns {absent}")
    return [str(name) for name in names]


def _terms(features, coefficients):
    """The constant part, and the terms by column."""
    constant, numbers, indicators, categories = 0.0, {}, {}, {}
    for feature, coefficient in zip(features, map(float, coefficients), strict=True):
        if feature.table == {}:
            # An imputer's indicator: no number, only whether there is one.
            constant -= coefficient * feature.mean / feature.scale
            absent = {"coefficient": "0.0", "mean": "0.0", "scale": "1.0", "missing": repr(coefficient / feature.scale)}
            indicators.setdefault(feature.column, []).append(absent)
        elif feature.table is None:
            numbers.setdefault(feature.column, []).append((feature, coefficient))
        else:
            constant -= coefficient * feature.mean / feature.scale
            categories.setdefault(feature.column, []).append((feature, coefficient / feature.scale))
    terms = []
    for column in dict.fromkeys(f.column for f in features):
        terms += [{"column": column, "number": _number(f, c)} for f, c in numbers.get(column, [])]
        terms += [{"column": column, "number": indicator} for indicator in indicators.get(column, [])]
        if column in categories:
            terms.append({"column": column, "category": _category(categories[column])})
    return constant, terms


def _number(feature, coefficient):
    missing = None if feature.missing is None else coefficient * (feature.missing - feature.mean) / feature.scale
    return {
        "coefficient": repr(coefficient), "mean": repr(float(feature.mean)), "scale": repr(float(feature.scale)),
        "missing": None if missing is None else repr(missing),
    }


def _category(parts):
    values = list(dict.fromkeys(value for feature, _ in parts for value in feature.table))

    def total(base):
        found = [(base(feature), coefficient) for feature, coefficient in parts]
        return None if any(b is None for b, _ in found) else repr(sum((b * c for b, c in found), 0.0))

    coefficients = [total(lambda f, v=v: f.table.get(v, f.unseen)) for v in values]
    if None in coefficients:
        raise Unsupported(f"two encoders of the column {parts[0][0].column!r} know different values")
    return {"values": values, "coefficients": coefficients, "unseen": total(lambda f: f.unseen), "missing": total(lambda f: f.missing)}


def _library(steps, regression, frame, shifted):
    """The library's scores, row by row where it refuses some; NaN there."""

    def decide(part):
        for step in steps:
            part = step.transform(part)
        return shifted(regression.decision_function(part))

    try:
        return np.asarray(decide(frame)), np.ones(len(frame), dtype=bool)
    except ValueError:
        scores = np.full(len(frame), np.nan)
        for i in range(len(frame)):
            try:
                scores[i] = decide(frame.iloc[i : i + 1])[0]
            except ValueError:
                continue
        return scores, ~np.isnan(scores)


def _check(exported, frame, scores, known):
    ours = score(exported, frame)
    if not np.array_equal(np.isnan(ours), ~known):
        row = int(np.flatnonzero(np.isnan(ours) == known)[0])
        raise Unsupported(f"row {row}: the library and the exported terms refuse different rows")
    worst = np.abs(ours[known] - scores[known]).max(initial=0.0)
    if worst > TOLERANCE * (1 + np.abs(scores[known]).max(initial=0.0)):
        raise Unsupported(f"the exported terms differ from the library's scores by {worst}: the model is not additive in its columns")
