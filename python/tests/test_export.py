"""Every supported part in front of a regression: the exported terms give the library's scores, also for what training never saw."""

import copy
import json
import math
import os
import stat
import tempfile
import unittest
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

from tabella_export import Unsupported, export, score, write


def people(rows=400, seed=1, missing=False):
    """Numbers and categories, some of them missing, and an outcome that depends on them."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "age": draw.integers(18, 90, rows).astype(float),
        "debt": draw.normal(-200, 900, rows).round(2),
        "region": draw.choice(["north", "south", "east", "isle"], rows, p=[0.5, 0.3, 0.18, 0.02]),
        "rooms": draw.integers(1, 5, rows),
    })
    z = 0.05 * (frame["age"] - 50) - frame["debt"] / 900 + (frame["region"] == "south") + draw.normal(0, 1, rows)
    frame["paid"] = np.where(z > 0, "yes", "no")
    if missing:
        frame.loc[draw.random(rows) < 0.1, "debt"] = np.nan
        frame["region"] = frame["region"].astype(object)
        frame.loc[draw.random(rows) < 0.1, "region"] = None
    return frame


def fit(numbers, categories, frame):
    steps = ColumnTransformer([("c", categories, ["region", "rooms"]), ("n", numbers, ["age", "debt"])])
    return make_pipeline(steps, LogisticRegression(max_iter=2000)).fit(frame.drop(columns="paid"), frame["paid"])


class ExportTest(unittest.TestCase):
    def same(self, model, frame, **how):
        """Equal predictions; export() itself compares the scores."""
        with tempfile.NamedTemporaryFile(suffix=".csv") as file:
            frame.to_csv(file.name, index=False)
            exported = export(model, frame, csv=file.name, **how)
        ours = score(exported, frame)
        said = ours >= 0 if exported["inclusive"] else ours > 0
        rows = exported["predictions"]["rows"]
        self.assertEqual(rows, "".join("-" if math.isnan(z) else "1" if yes else "0" for yes, z in zip(said, ours, strict=True)))
        return exported

    def test_scalers_and_encoders(self):
        train, other = people(), people(seed=2)
        other.loc[3, "region"] = "moon"
        scalers = [StandardScaler(), StandardScaler(with_mean=False), StandardScaler(with_std=False), RobustScaler(), MinMaxScaler((-1, 3)),
                   MaxAbsScaler(), FunctionTransformer(), "passthrough", make_pipeline(StandardScaler(), MinMaxScaler())]
        encoders = [OneHotEncoder(handle_unknown="ignore"), OneHotEncoder(handle_unknown="ignore", drop="first"),
                    OneHotEncoder(handle_unknown="ignore", drop="if_binary"),
                    OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20),
                    OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=2, drop="first"),
                    OneHotEncoder(handle_unknown="error"),
                    make_pipeline(OneHotEncoder(handle_unknown="ignore", sparse_output=False), StandardScaler())]
        # Every scaler and every encoder, each beside several of the others.
        for i in range(len(scalers) + len(encoders)):
            numbers, encoder = scalers[i % len(scalers)], encoders[i % len(encoders)]
            with self.subTest(numbers=numbers, encoder=encoder):
                model = fit(numbers, encoder, train)
                exported = self.same(model, other, positive="yes")
                refused = exported["predictions"]["rows"][3] == "-"
                self.assertEqual(refused, getattr(encoder, "handle_unknown", "") == "error")
                library = model.predict(train.drop(columns="paid"))
                said = self.same(model, train, positive="yes")["predictions"]["rows"]
                self.assertEqual(said, "".join("1" if y == "yes" else "0" for y in library))

    def test_missing_values(self):
        train, other = people(missing=True), people(seed=3, missing=True)
        impute = [("i", SimpleImputer(strategy="median", add_indicator=True)), ("s", StandardScaler())]
        for frame in [train, other]:
            frame["rooms"] = frame["rooms"].astype(str).astype(object)
        for categories in [OneHotEncoder(handle_unknown="ignore"), OneHotEncoder(handle_unknown="error"),
                           make_pipeline(SimpleImputer(missing_values=None, strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")),
                           make_pipeline(SimpleImputer(missing_values=None, strategy="constant", fill_value="none"), OneHotEncoder(handle_unknown="ignore"))]:
            with self.subTest(categories=categories):
                exported = self.same(fit(Pipeline(impute), categories, train), other)
                self.assertNotIn("-", exported["predictions"]["rows"])
        # Without an imputer the library refuses a missing number.
        whole = train.dropna(subset=["debt"])
        exported = self.same(fit(StandardScaler(), OneHotEncoder(handle_unknown="ignore"), whole), other)
        self.assertIn("-", exported["predictions"]["rows"])

    def test_which_class_and_which_threshold(self):
        train = people()
        x = train.drop(columns="paid")
        model = fit(StandardScaler(), OneHotEncoder(), train)
        yes = self.same(model, train)["predictions"]["rows"]
        no = self.same(model, train, positive="no")["predictions"]["rows"]
        self.assertEqual(yes, no.translate(str.maketrans("01", "10")))
        self.assertTrue(self.same(model, train, positive="no")["inclusive"])
        for positive, column in [("yes", 1), ("no", 0)]:
            strict = self.same(model, train, positive=positive, threshold=0.7)
            wanted = model.predict_proba(x)[:, column] > 0.7
            self.assertEqual(strict["predictions"]["rows"], "".join("1" if y else "0" for y in wanted))
        fixed = FixedThresholdClassifier(model, threshold=0.3).fit(x, (train["paid"] == "yes").astype(int))
        said = self.same(fixed, train)["predictions"]["rows"]
        self.assertEqual(said, "".join(map(str, fixed.predict(x))))
        said = self.same(fixed, train, positive=0)["predictions"]["rows"]
        self.assertEqual(said, "".join(str(1 - y) for y in fixed.predict(x)))

    def test_a_regression_alone(self):
        train = people()[["age", "debt", "paid"]]
        exported = self.same(LogisticRegression().fit(train[["age", "debt"]], train["paid"]), train)
        self.assertEqual([term["column"] for term in exported["terms"]], ["age", "debt"])

    def test_what_is_not_supported_says_so(self):
        train = people()
        x, y = train[["age", "debt"]], train["paid"]
        for model in [
            make_pipeline(PolynomialFeatures(), LogisticRegression()).fit(x / 1000, y),
            make_pipeline(FunctionTransformer(np.exp), LogisticRegression()).fit(x / 1000, y),
            make_pipeline(MinMaxScaler(clip=True), LogisticRegression()).fit(x, y),
            RandomForestClassifier(2).fit(x, y),
            LogisticRegression().fit(x.to_numpy(), y),
            LogisticRegression(max_iter=2000).fit(x / 1000, train["region"]),
        ]:
            with self.subTest(model=model), self.assertRaises(Unsupported):
                export(model, train)
        good = LogisticRegression().fit(x, y)
        for how in [{"positive": "maybe"}, {"threshold": 0}, {"threshold": 1.5}]:
            with self.subTest(how=how), self.assertRaises(Unsupported):
                export(good, train, **how)
        with self.assertRaises(Unsupported):
            export(good, train[["age"]])

    def test_a_wrong_term_is_noticed(self):
        """The export is checked against the library's scores, whatever went wrong on the way."""
        train = people()
        model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train[["age", "debt"]], train["paid"])
        broken = copy.deepcopy(model)
        # Its arithmetic and its attributes disagree.
        broken.steps[0][1].transform = lambda x: np.asarray(x) * 2
        with self.assertRaises(Unsupported):
            export(broken, train)

    def test_the_file_is_its_owners_and_whole(self):
        train = people()
        exported = export(LogisticRegression().fit(train[["age"]], train["paid"]), train)
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "model.json"
            write(path, exported)
            self.assertEqual(json.loads(path.read_text(encoding="utf8")), exported)
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
            self.assertEqual(os.listdir(directory), ["model.json"])


if __name__ == "__main__":
    unittest.main()
