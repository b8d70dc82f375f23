//! The table of cases that circuit and native evaluation are held to (`circuits/vectors/verdict.json`), on the command line: data sets
//! whose counts give each case, a model that predicts what a column says, and the policy as a user writes it.

use std::collections::HashMap;
use std::fmt::Write;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::User;

#[derive(Deserialize)]
struct Table {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    policy: Policy,
    /// The groups of each attribute: n, P, p, TP.
    attributes: Vec<Vec<[usize; 4]>>,
    lines: Vec<String>,
    verdict: String,
}

#[derive(Deserialize)]
struct Policy {
    #[serde(default)]
    min_rows: u32,
    #[serde(default)]
    min_group: u32,
    #[serde(default)]
    min_positive: u32,
    exclude: Option<[u32; 2]>,
    lines: Vec<Line>,
    z: Option<Line>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    comparison: String,
    rate: Option<String>,
    attribute: Option<usize>,
    reference: Option<Value>,
    bound: [u32; 2],
    #[serde(default)]
    exclusive: bool,
}

fn table() -> Vec<Case> {
    let text = include_str!("../../../circuits/vectors/verdict.json");
    serde_json::from_str::<Table>(text).expect("the table").cases
}

impl Line {
    fn metric(&self) -> String {
        let stem = match self.rate.as_deref() {
            Some("selection") => "demographic_parity",
            Some("true_positive") => "equal_opportunity",
            Some("false_positive") => "false_positive_rate",
            Some("false_negative") => "false_negative_rate",
            Some("precision") => "predictive_parity",
            _ => "",
        };
        match self.comparison.as_str() {
            "difference" => format!("{stem}_difference"),
            "ratio" | "reference" => format!("{stem}_ratio"),
            "" => "two_proportion_z".to_owned(),
            other => other.to_owned(),
        }
    }

    fn toml(&self) -> String {
        let [num, den] = self.bound;
        let mut text = format!("[[line]]\nmetric = \"{}\"\nthreshold = \"{num}/{den}\"\n", self.metric());
        if let Some(attribute) = self.attribute {
            let _ = writeln!(text, "attribute = \"a{attribute}\"");
        }
        if self.exclusive {
            text.push_str("exclusive = true\n");
        }
        match &self.reference {
            Some(Value::String(word)) => {
                let _ = writeln!(text, "reference = \"{}\"", if word == "lowest" { "min" } else { word });
            }
            Some(group) => {
                let _ = writeln!(text, "reference = \"g{group}\"");
            }
            None => {}
        }
        text
    }
}

impl Policy {
    fn toml(&self) -> String {
        let mut text = format!("version = 1\nmin_rows = {}\nmin_group = {}\n", self.min_rows, self.min_group);
        let _ = writeln!(text, "min_positive = {}", self.min_positive);
        if let Some([num, den]) = self.exclude {
            let _ = writeln!(text, "exclude = \"{num}/{den}\"");
        }
        self.lines.iter().chain(&self.z).for_each(|line| text.push_str(&line.toml()));
        text
    }
}

/// The groups of each attribute's records with this label and prediction, in the order of the groups.
fn column(groups: &[[usize; 4]], label: bool, predicted: bool) -> Vec<usize> {
    let count = |[n, positive, selected, both]: &[usize; 4]| match (label, predicted) {
        (true, true) => *both,
        (true, false) => positive - both,
        (false, true) => selected - both,
        (false, false) => n + both - positive - selected,
    };
    groups.iter().enumerate().flat_map(|(group, counts)| std::iter::repeat_n(group, count(counts))).collect()
}

fn csv(attributes: &[Vec<[usize; 4]>]) -> String {
    let mut text = String::from("label,says");
    (0..attributes.len()).for_each(|a| text.push_str(&format!(",a{a}")));
    text.push('\n');
    for (label, predicted) in [(false, false), (false, true), (true, false), (true, true)] {
        let columns: Vec<Vec<usize>> = attributes.iter().map(|groups| column(groups, label, predicted)).collect();
        for row in 0..columns[0].len() {
            let _ = write!(text, "{},{}", u8::from(label), u8::from(predicted));
            columns.iter().for_each(|column| text.push_str(&format!(",g{}", column[row])));
            text.push('\n');
        }
    }
    text
}

fn spec(groups: &[usize]) -> String {
    let mut text = String::from(
        "version = 1\n[label]\ncolumn = \"label\"\npositive = [\"1\"]\nnegative = [\"0\"]\n[[column]]\nname = \"says\"\nkind = \"number\"\nmin = 0\nmax = 1\n",
    );
    for a in 0..groups.len() {
        let _ = write!(text, "[[column]]\nname = \"a{a}\"\nkind = \"drop\"\n");
    }
    for (a, count) in groups.iter().enumerate() {
        let list: Vec<String> = (0..*count).map(|g| format!("{{ name = \"g{g}\", values = [\"g{g}\"] }}")).collect();
        let _ = write!(text, "[[attribute]]\nname = \"a{a}\"\ncolumn = \"a{a}\"\ngroups = [{}]\n", list.join(", "));
    }
    text
}

/// Predicts what the column says.
fn export() -> String {
    json!({ "format": "tabella-export", "version": 1, "kind": "logistic_regression", "library": "by hand", "intercept": "-0.5",
        "inclusive": false, "predictions": null,
        "terms": [{ "column": "says", "number": { "coefficient": "1.0", "mean": "0.0", "scale": "1.0", "missing": null } }] })
    .to_string()
}

/// A data set for each list of counts, a model for each schema.
#[derive(Default)]
struct Made {
    data: HashMap<Vec<Vec<[usize; 4]>>, String>,
    models: HashMap<Vec<usize>, String>,
}

impl Made {
    /// The directory of a case's data and the file of its model; `None` for a case without a record, which no import takes.
    fn case(&mut self, user: &User, case: &Case) -> Option<(String, String)> {
        let groups: Vec<usize> = case.attributes.iter().map(Vec::len).collect();
        let number = self.data.len();
        let dir = self.data.entry(case.attributes.clone()).or_insert_with(|| {
            let dir = format!("data-{number}");
            user.write_secret("rows.csv", csv(&case.attributes));
            user.write_secret("spec.toml", spec(&groups));
            let run = user.json(&format!("data import rows.csv --spec spec.toml --out {dir}"));
            if case.attributes[0].iter().all(|[n, ..]| *n == 0) {
                assert_eq!(run.expect(2).error_code(), "data-empty", "{}", case.name);
                return String::new();
            }
            run.expect(0);
            dir
        });
        if dir.is_empty() {
            return None;
        }
        let number = self.models.len();
        let model = self.models.entry(groups).or_insert_with(|| {
            user.write_secret("export.json", export());
            let model = format!("model-{number}.json");
            user.json(&format!("model import export.json --schema {dir}/schema.json --out {model}")).expect(0);
            model
        });
        Some((dir.clone(), model.clone()))
    }
}

impl Case {
    /// Whether a line speaks of an attribute or a group that the schema does not have: words can, a policy's file cannot.
    fn is_unsayable(&self) -> bool {
        self.policy.lines.iter().chain(&self.policy.z).any(|line| {
            let Some(attribute) = line.attribute else { return false };
            let groups = self.attributes.get(attribute).map_or(0, Vec::len) as u64;
            groups == 0 || line.reference.as_ref().and_then(Value::as_u64).is_some_and(|group| group >= groups)
        })
    }
}

fn word(metric: &Value) -> String {
    let is = |key: &str| metric[key] == true;
    match (is("defined"), is("supported"), is("holds")) {
        (false, false, _) => "undefined unsupported",
        (false, ..) => "undefined",
        (_, false, _) => "unsupported",
        (.., true) => "holds",
        (.., false) => "violated",
    }
    .to_owned()
}

#[test]
fn attack_11_every_case_of_the_table_gets_its_verdict_on_the_command_line() {
    let (user, mut made) = (User::new(), Made::default());
    let (mut checked, mut empty, mut refused) = (0, 0, 0);
    for case in table() {
        let Some((dir, model)) = made.case(&user, &case) else {
            empty += 1;
            continue;
        };
        user.write_secret("policy.toml", case.policy.toml());
        let run = user.json(&format!("audit check --model {model} --data {dir} --policy policy.toml"));
        if case.is_unsayable() {
            assert_eq!(run.expect(2).error_code(), "policy-invalid", "{}", case.name);
            refused += 1;
            continue;
        }
        let data = run.expect(0).data();
        assert_eq!(data["verdict"], json!(case.verdict), "{}: {data}", case.name);
        let lines: Vec<String> = data["metrics"].as_array().expect("metrics").iter().map(word).collect();
        assert_eq!(lines, case.lines, "{}", case.name);
        let mut groups = data["groups"].as_array().expect("groups").iter();
        for [n, label, predicted, both] in case.attributes.iter().flatten() {
            let group = groups.next().expect("a group");
            let found = ["n", "label_positive", "predicted_positive", "true_positive"].map(|key| group[key].clone());
            assert_eq!(found, [n, label, predicted, both].map(|count| json!(count)), "{}", case.name);
        }
        checked += 1;
    }
    assert!(checked > 700 && empty > 0 && refused > 0, "{checked} cases, {empty} without a record, {refused} refused");
}
