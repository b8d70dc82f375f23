"""What a transformer's outputs are made of: each is an affine function of one column's number, value or absence."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, MinMaxScaler, OneHotEncoder, RobustScaler, StandardScaler


class Unsupported(ValueError):
    """The model has a part that this exporter does not know."""


@dataclass(frozen=True)
class Feature:
    """(base - mean) / scale, where base is a column's number, or 1 for some of its values and 0 for the others."""

    column: str
    mean: float = 0.0
    scale: float = 1.0
    # None for a number; else base by value. A value that is not listed is unseen.
    table: dict | None = None
    # base of an unseen value; None where the library refuses it.
    unseen: float | None = None
    # base of a missing value; None where the library refuses it.
    missing: float | None = None
    # What an imputer puts in the place of a missing value before an encoder sees it.
    filled: object = field(default=None, compare=False)

    def then(self, mean, scale):
        """(this - mean) / scale."""
        return replace(self, mean=self.mean + mean * self.scale, scale=self.scale * scale)


def text(value):
    """A category as a CSV file writes it."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value)


def is_missing(value):
    """None, NaN, NaT, pandas' NA."""
    return value is None or bool(pd.isna(value))


def after(transformer, inputs):
    """The features that a fitted transformer makes of these."""
    if transformer is None or isinstance(transformer, str):
        if transformer == "drop":
            return []
        return list(inputs)
    for kind, rule in RULES:
        if isinstance(transformer, kind):
            return rule(transformer, list(inputs))
    raise Unsupported(f"{type(transformer).__name__} is not supported; see README.md for what is")


def _pipeline(pipeline, inputs):
    for _, step in pipeline.steps:
        inputs = after(step, inputs)
    return inputs


def _columns(transformer, inputs):
    by_name = {feature.column: feature for feature in inputs}
    names = [feature.column for feature in inputs]
    made = {}
    for name, step, columns in transformer.transformers_:
        chosen = pd.DataFrame(columns=names).loc[:, columns] if callable(columns) else _chosen(names, columns)
        made[name] = after(step, [by_name[column] for column in chosen])
    # The outputs stand where scikit-learn says that it put them, which need not be the order of the steps.
    width = max((part.stop for part in transformer.output_indices_.values()), default=0)
    outputs = [None] * width
    for name, features in made.items():
        part = transformer.output_indices_[name]
        if part.stop - part.start != len(features):
            raise Unsupported(f"the step {name!r} makes {part.stop - part.start} outputs, not {len(features)}")
        outputs[part] = features
    return outputs


def _chosen(names, columns):
    if isinstance(columns, str):
        return [columns]
    columns = list(np.arange(len(names))[columns]) if isinstance(columns, slice) else list(columns)
    if columns and all(isinstance(c, (bool, np.bool_)) for c in columns):
        return [name for name, used in zip(names, columns, strict=True) if used]
    return [names[c] if isinstance(c, (int, np.integer)) else c for c in columns]


def _affine(means, scales):
    def rule(transformer, inputs):
        count = len(inputs)
        mean, scale = means(transformer), scales(transformer)
        mean = np.zeros(count) if mean is None else mean
        scale = np.ones(count) if scale is None else scale
        return [feature.then(float(m), float(s)) for feature, m, s in zip(inputs, mean, scale, strict=True)]

    return rule


def _min_max(scaler, inputs):
    if scaler.clip:
        raise Unsupported("MinMaxScaler(clip=True) is not linear")
    return [f.then(-float(m) / float(s), 1 / float(s)) for f, m, s in zip(inputs, scaler.min_, scaler.scale_, strict=True)]


def _imputer(imputer, inputs):
    outputs = []
    for feature, fill in zip(inputs, imputer.statistics_, strict=True):
        if is_missing(fill):
            raise Unsupported(f"the imputer has no value for the column {feature.column!r}")
        if feature.table is not None or not (is_missing(imputer.missing_values)):
            raise Unsupported("an imputer comes first, and replaces NaN")
        numeric = isinstance(fill, (int, float, np.number)) and not isinstance(fill, bool)
        outputs.append(replace(feature, missing=float(fill) if numeric else None, filled=fill))
    if imputer.add_indicator:
        absent = [inputs[i].column for i in imputer.indicator_.features_]
        # 0 for every value, seen or not; 1 where there is none.
        outputs += [Feature(column, table={}, unseen=0.0, missing=1.0) for column in absent]
    return outputs


def _one_hot(encoder, inputs):
    infrequent = getattr(encoder, "infrequent_categories_", None) or [None] * len(inputs)
    drops = encoder.drop_idx_ if encoder.drop_idx_ is not None else [None] * len(inputs)
    outputs = []
    for feature, values, rare, drop in zip(inputs, encoder.categories_, infrequent, drops, strict=True):
        if feature.table is not None or (feature.mean, feature.scale) != (0.0, 1.0):
            raise Unsupported("a OneHotEncoder reads columns, or what an imputer made of them")
        rare = set() if rare is None else {_key(v) for v in rare}
        dropped = set() if drop is None else {_key(values[drop])}
        keys = [_key(value) for value in values]
        sets = [{key} for key in keys if key not in rare] + ([rare] if rare else [])
        knows_rare = encoder.handle_unknown in ("infrequent_if_exist", "warn")
        for ones in sets:
            if dropped & ones:
                continue
            unseen = None if encoder.handle_unknown == "error" else float(knows_rare and ones is rare)
            table = {key: float(key in ones) for key in keys}
            absent = table.get(None, unseen)
            if feature.filled is not None:
                absent = table.get(_key(feature.filled), unseen)
            table.pop(None, None)
            outputs.append(Feature(feature.column, table=table, unseen=unseen, missing=absent))
    return outputs


def _key(value):
    return None if is_missing(value) else text(value)


def _function(transformer, inputs):
    if transformer.func is not None:
        raise Unsupported("a FunctionTransformer with a function of its own is not supported")
    return inputs


RULES = [
    (Pipeline, _pipeline),
    (ColumnTransformer, _columns),
    (StandardScaler, _affine(lambda s: s.mean_ if s.with_mean else None, lambda s: s.scale_)),
    (RobustScaler, _affine(lambda s: s.center_, lambda s: s.scale_)),
    (MaxAbsScaler, _affine(lambda s: None, lambda s: s.scale_)),
    (MinMaxScaler, _min_max),
    (SimpleImputer, _imputer),
    (OneHotEncoder, _one_hot),
    (FunctionTransformer, _function),
]
