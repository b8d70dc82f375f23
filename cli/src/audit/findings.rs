//! A policy's report in the words of the schema: groups by name, lines with their values, the verdict.

use serde::Serialize;
use serde_json::{Value, json};
use tabella_circuits::compliance::metrics::{GroupReport, LineReport, Report, Verdict};

use super::policy::LineName;
use super::schema::Schema;

/// A group's counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupFinding {
    /// The attribute.
    pub attribute: String,
    /// The group.
    pub name: String,
    /// Records.
    pub n: u64,
    /// Records with label 1.
    pub label_positive: u64,
    /// Records predicted 1.
    pub predicted_positive: u64,
    /// Records with label 1 predicted 1.
    pub true_positive: u64,
    /// Whether the policy compares it.
    pub included: bool,
    /// Whether it has the policy's minimum of records and of records with label 1.
    pub large_enough: bool,
}

/// A line's value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineFinding {
    /// Metric and attribute: `demographic_parity_ratio(sex)`.
    pub name: String,
    /// Numerator of the compared value; a number below 2^53, else its decimal digits as text. 0 where undefined.
    pub num: Value,
    /// Its denominator, likewise.
    pub den: Value,
    /// Whether the line holds; `false` where undefined.
    pub holds: bool,
    /// Whether the compared value exists.
    pub defined: bool,
    /// Whether there is evidence enough.
    pub supported: bool,
    /// The bound: `4/5`; of z, on z^2.
    pub threshold: String,
    /// Whether the value must stay at or above the bound.
    pub at_least: bool,
    /// Whether equality does not hold.
    pub exclusive: bool,
    /// What groups are compared with, where that is one of them.
    pub reference: Option<String>,
    #[serde(skip)]
    value: (u128, u128),
    #[serde(skip)]
    words: String,
}

/// Everything a policy says about counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Findings {
    /// The groups, attribute by attribute.
    pub groups: Vec<GroupFinding>,
    /// The policy's lines in order, the two-proportion z last.
    pub metrics: Vec<LineFinding>,
    /// The verdict.
    pub verdict: Verdict,
}

/// The verdict as a word.
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "fail",
        Verdict::Pass => "pass",
        Verdict::Insufficient => "insufficient",
    }
}

impl Findings {
    /// A report with its names: `lines` and `z` are the policy's.
    pub fn new(report: &Report, schema: &Schema, lines: &[LineName], z: Option<&LineName>) -> Self {
        let groups = schema.attributes.iter().zip(&report.attributes).flat_map(|(attribute, groups)| {
            attribute.groups.iter().zip(groups).map(|(name, group)| GroupFinding::new(&attribute.name, name, group))
        });
        let all = lines.iter().zip(&report.lines).chain(z.iter().copied().zip(&report.z));
        Self {
            groups: groups.collect(),
            metrics: all.map(|(name, line)| LineFinding::new(name, line)).collect(),
            verdict: report.verdict,
        }
    }

    /// The same for a reader.
    pub fn text(&self) -> String {
        let mut rows = vec![["group", "records", "positive", "selected", "both"].map(str::to_owned)];
        for group in &self.groups {
            let counts = [group.n, group.label_positive, group.predicted_positive, group.true_positive];
            let [n, label, predicted, both] = counts.map(|count| count.to_string());
            let note = match (group.included, group.large_enough) {
                (false, _) => "  left out: too small a share",
                (true, false) => "  too small for evidence",
                _ => "",
            };
            rows.push([format!("{} {}", group.attribute, group.name), n, label, predicted, format!("{both}{note}")]);
        }
        let mut text = table(&rows);
        for line in &self.metrics {
            text.push_str(&format!("{:<12} {} = {}\n", line.word(), line.words, line.shown()));
        }
        text.push_str(&format!("verdict      {}", verdict_word(self.verdict)));
        text
    }
}

impl GroupFinding {
    fn new(attribute: &str, name: &str, group: &GroupReport) -> Self {
        Self {
            attribute: attribute.to_owned(),
            name: name.to_owned(),
            n: group.counts.n,
            label_positive: group.counts.label_positive,
            predicted_positive: group.counts.predicted_positive,
            true_positive: group.counts.true_positive,
            included: group.included,
            large_enough: group.large_enough,
        }
    }
}

impl LineFinding {
    fn new(name: &LineName, line: &LineReport) -> Self {
        Self {
            name: name.name(),
            num: number(line.num),
            den: number(line.den),
            holds: line.holds,
            defined: line.defined,
            supported: line.supported,
            threshold: name.threshold.clone(),
            at_least: name.at_least,
            exclusive: name.exclusive,
            reference: name.reference.clone(),
            value: (line.num, line.den),
            words: name.to_string(),
        }
    }

    fn word(&self) -> &'static str {
        match (self.defined, self.supported, self.holds) {
            (false, ..) => "undefined",
            (_, false, _) => "unsupported",
            (.., true) => "holds",
            (.., false) => "violated",
        }
    }

    fn shown(&self) -> String {
        let (num, den) = self.value;
        if !self.defined { "-".to_owned() } else { format!("{:.4} ({num}/{den})", num as f64 / den as f64) }
    }
}

/// JSON's numbers are exact below 2^53 for every reader.
fn number(value: u128) -> Value {
    match u64::try_from(value) {
        Ok(small) if small < 1 << 53 => json!(small),
        _ => json!(value.to_string()),
    }
}

/// Columns side by side, the first to the left, the others to the right.
fn table(rows: &[[String; 5]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..4).map(width).collect();
    let mut text = String::new();
    for [name, a, b, c, d] in rows {
        let line = format!("{name:<0$}  {a:>1$}  {b:>2$}  {c:>3$}  {d}", widths[0], widths[1], widths[2], widths[3]);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text + "\n"
}
