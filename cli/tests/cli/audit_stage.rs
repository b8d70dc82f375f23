//! An owner with data, a model and a policy that are not the repository's example: applications for a course.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::keys::shared_keys;
use crate::support::{Run, User};

/// Records: one shard is full, the second is not.
pub(crate) const ROWS: usize = 211;

/// A row: years of school, a test's points (one decimal), kind of school, home, sex, admitted.
pub(crate) struct Row {
    pub(crate) years: u32,
    pub(crate) points: u32,
    pub(crate) school: &'static str,
    pub(crate) home: &'static str,
    pub(crate) sex: &'static str,
    pub(crate) admitted: bool,
}

pub(crate) fn rows() -> Vec<Row> {
    let mut state = 12345u64;
    let mut next = move |n: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % n
    };
    let mut row = || {
        let points = next(1001) as u32;
        Row {
            years: 8 + next(6) as u32,
            points,
            school: ["state", "private", "abroad"][next(3) as usize],
            home: ["north", "south", "isles"][next(10).saturating_sub(7) as usize],
            sex: ["f", "m"][next(2) as usize],
            admitted: u64::from(points) + next(400) > 600,
        }
    };
    (0..ROWS).map(|_| row()).collect()
}

pub(crate) fn csv() -> String {
    let mut text = String::from("school;points;years;home;sex;admitted\n");
    for r in rows() {
        let admitted = if r.admitted { "yes" } else { "no" };
        let (whole, tenth) = (r.points / 10, r.points % 10);
        text.push_str(&format!("{};{whole}.{tenth};{};{};{};{admitted}\n", r.school, r.years, r.home, r.sex));
    }
    text
}

pub(crate) const SPEC: &str = r#"version = 1
[csv]
delimiter = ";"
[label]
column = "admitted"
positive = ["yes"]
negative = ["no"]
[[column]]
name = "school"
kind = "category"
values = ["state", "private", "abroad"]
[[column]]
name = "points"
kind = "number"
scale = 10
min = 0
max = 100
[[column]]
name = "years"
kind = "number"
min = 0
max = 20
[[column]]
name = "home"
kind = "drop"
why = "a group"
[[column]]
name = "sex"
kind = "drop"
why = "a group"
[[attribute]]
name = "home"
column = "home"
groups = [{ name = "north", values = ["north"] }, { name = "south", values = ["south"] }, { name = "isles", values = ["isles"] }]
[[attribute]]
name = "sex"
column = "sex"
groups = [{ name = "f", values = ["f"] }, { name = "m", values = ["m"] }]
"#;

pub(crate) const POLICY: &str = r#"version = 1
title = "admission"
min_rows = 100
min_group = 5
[[line]]
metric = "demographic_parity_ratio"
attribute = "*"
threshold = "1/2"
[[line]]
metric = "accuracy"
threshold = "0.6"
[[line]]
metric = "two_proportion_z"
attribute = "sex"
z = "3"
"#;

/// points/10 - 40, and something for the kind of school.
pub(crate) fn export() -> Value {
    json!({ "format": "tabella-export", "version": 1, "kind": "logistic_regression", "library": "by hand", "intercept": "-40.25",
        "inclusive": false, "predictions": null, "terms": [
        { "column": "points", "number": { "coefficient": "1.0", "mean": "0.0", "scale": "1.0", "missing": null } },
        { "column": "school", "category": { "values": ["state", "private", "abroad"], "coefficients": ["0.0", "-5.5", "9.0"],
          "unseen": null, "missing": null } } ] })
}

pub(crate) fn selected(row: &Row) -> bool {
    let school = match row.school {
        "private" => -5.5,
        "abroad" => 9.0,
        _ => 0.0,
    };
    f64::from(row.points) / 10.0 - 40.25 + school > 0.0
}

/// A user with the data imported as `data` and the model as `model.json`.
pub(crate) fn owner() -> User {
    let user = User::new();
    user.write_secret("data.csv", csv());
    user.write_secret("spec.toml", SPEC);
    user.write_secret("policy.toml", POLICY);
    user.write_secret("export.json", export().to_string());
    user.json("data import data.csv --spec spec.toml --out data").expect(0);
    user.json("model import export.json --schema data/schema.json --out model.json").expect(0);
    user
}

pub(crate) const SUBJECT: &str = "--model model.json --data data --policy policy.toml";

pub(crate) fn prove_line(out: &str) -> String {
    format!("audit prove {SUBJECT} --context 5 --out {out} --keys {}", shared_keys().display())
}

/// A user with an audit in `audit`, proven once for all tests; the directory holds everything that [`owner`] makes, too.
pub(crate) fn proven() -> User {
    static MADE: OnceLock<User> = OnceLock::new();
    let from = MADE.get_or_init(|| {
        let user = owner();
        let done = user.json(&prove_line("audit")).expect(0).data();
        assert_eq!((&done["proofs"], &done["made"]), (&json!(3), &json!(3)));
        user
    });
    let user = User::new();
    copy(&from.work(""), &user.work(""));
    user
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(drop).expect("a copy") }
    }
}

pub(crate) fn verify(user: &User, more: &str) -> Run {
    user.json(&format!("audit verify audit --policy policy.toml --keys {} {more}", shared_keys().display()))
}
