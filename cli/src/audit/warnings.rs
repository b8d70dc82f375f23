//! What is odd about a policy, though it is one.

use super::fraction::Ratio;
use super::metric::Form;
use super::policy::{LineSpec, PolicyFile};

/// Warnings for a reader, in whole sentences.
pub fn warnings(file: &PolicyFile) -> Vec<String> {
    let mut found = vec![];
    let forms: Vec<Form> = file.lines.iter().map(|line| line.metric.form()).collect();
    if !forms.iter().any(|form| matches!(form, Form::Accuracy | Form::BalancedAccuracy)) {
        found.push(
            "there is no floor on accuracy or balanced_accuracy: a model that gives everybody the same answer can pass"
                .to_owned(),
        );
    }
    if file.lines.iter().any(|line| line.attribute.is_some()) && file.min_group < 2 {
        found.push("min_group is below 2: a group of a single record decides".to_owned());
    }
    if file.min_rows == 0 {
        found.push("min_rows is 0: a handful of records is evidence enough".to_owned());
    }
    if let Some(share) = file.exclude.filter(|share| share.num * 10 > share.den) {
        found.push(format!("exclude = {share}: groups of more than a tenth of all records can be left out"));
    }
    found.extend(file.lines.iter().filter_map(odd));
    found
}

fn odd(line: &LineSpec) -> Option<String> {
    let name = line.metric.name();
    let threshold = line.metric.fixed().or(line.threshold)?;
    let below = |part: Ratio| {
        u128::from(threshold.num) * u128::from(part.den) < u128::from(part.num) * u128::from(threshold.den)
    };
    let (half, one) = (Ratio { num: 1, den: 2 }, Ratio { num: 1, den: 1 });
    let at_most = line.metric.form() == Form::Difference;
    let what = match (at_most, line.exclusive) {
        (true, false) if threshold == one => "every model passes it",
        (true, true) if threshold.num == 0 => "no model passes it",
        (true, _) if threshold.num == 0 => "only exactly equal rates pass it",
        (true, _) if !below(half) => "it is very wide",
        (false, false) if threshold.num == 0 => "every model passes it",
        (false, true) if threshold == one => "no model passes it",
        (false, _) if threshold == one => "only a perfect value passes it",
        (false, _) if below(half) => "it is very wide",
        _ => return None,
    };
    Some(format!("the threshold {threshold} of {name} is odd: {what}"))
}
