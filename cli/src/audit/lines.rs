//! A policy's lines in words, from the words that were adopted and the schema alone.

use tabella_circuits::compliance::policy::{Bound, Comparison, Line, Over, Policy, Rate, Reference, ZLine};

use super::policy::LineName;
use super::schema::Schema;

/// The lines of a policy and its two-proportion z, named as `tabella policy metrics` names them.
pub fn names(policy: &Policy, schema: &Schema) -> (Vec<LineName>, Option<LineName>) {
    (policy.lines.iter().map(|line| name(line, schema)).collect(), policy.z.as_ref().map(|z| name_z(z, schema)))
}

fn name(line: &Line, schema: &Schema) -> LineName {
    let over = line.comparison.over();
    let metric = match line.comparison {
        Comparison::Difference(Over { rate, .. }) => format!("{}_difference", stem(rate)),
        Comparison::Ratio(Over { rate, .. }) => format!("{}_ratio", stem(rate)),
        Comparison::Reference(Over { rate: Rate::Selection, .. }, _) => "disparate_impact".to_owned(),
        Comparison::Reference(Over { rate, .. }, _) => format!("{}_ratio", stem(rate)),
        Comparison::Accuracy => "accuracy".to_owned(),
        Comparison::BalancedAccuracy => "balanced_accuracy".to_owned(),
    };
    let attribute = over.map(|over| over.attribute.index());
    let group = |code: usize| {
        let named = attribute.and_then(|a| schema.attributes.get(a)).and_then(|a| a.groups.get(code));
        named.cloned().unwrap_or_else(|| format!("group {code}"))
    };
    let reference = match line.comparison {
        Comparison::Reference(_, Reference::Majority) => Some("majority".to_owned()),
        Comparison::Reference(_, Reference::Lowest) => Some("min".to_owned()),
        Comparison::Reference(_, Reference::Named(code)) => Some(group(code.code())),
        _ => None,
    };
    LineName {
        metric,
        attribute: attribute.map(|a| attribute_name(a, schema)),
        reference,
        threshold: threshold(&line.bound),
        exclusive: line.bound.exclusive(),
        at_least: !matches!(line.comparison, Comparison::Difference(_)),
    }
}

fn name_z(z: &ZLine, schema: &Schema) -> LineName {
    LineName {
        metric: "two_proportion_z".to_owned(),
        attribute: Some(attribute_name(z.attribute.index(), schema)),
        reference: None,
        threshold: format!("{}/{}", z.num(), z.den()),
        exclusive: z.exclusive(),
        at_least: false,
    }
}

fn stem(rate: Rate) -> &'static str {
    match rate {
        Rate::Selection => "demographic_parity",
        Rate::TruePositive => "equal_opportunity",
        Rate::FalsePositive => "false_positive_rate",
        Rate::FalseNegative => "false_negative_rate",
        Rate::Precision => "predictive_parity",
    }
}

fn attribute_name(index: usize, schema: &Schema) -> String {
    schema.attributes.get(index).map_or_else(|| format!("attribute {index}"), |attribute| attribute.name.clone())
}

fn threshold(bound: &Bound) -> String {
    format!("{}/{}", bound.num(), bound.den())
}
