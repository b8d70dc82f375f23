//! Aequitas' CSV convention as a specification: `score` and `label_value`, an optional `entity_id`, every other column an attribute.
//!
//! The score is the one thing that the model sees; a model that says yes above a threshold is an export with one number term
//! (coefficient 1, intercept minus the threshold). A score may have up to four decimal places. `label_value` is 1 or 0. An attribute whose values
//! are more than 16 is refused: it needs a specification that forms groups. Empty attribute values are a group, `(missing)`.

use super::decimal::Decimal;
use super::spec::{
    AttributeSpec, ColumnSpec, Dialect, GroupSpec, KindWord, LabelSpec, OtherSpec, Spec, Text, ValueSpec, Word,
};
use super::table::Table;
use crate::error::CliError;
use tabella_circuits::compliance::schema::ATTRIBUTES;

const SCORE: &str = "score";
const LABEL: &str = "label_value";
const ENTITY: &str = "entity_id";
const MISSING: &str = "(missing)";
/// Units of a score: four decimal places.
const SCALE: u32 = 10_000;

/// The specification of such a file.
///
/// # Errors
/// `column-missing` without `score` or `label_value`; `capacity` for more than four attributes.
pub fn spec(table: &Table) -> Result<Spec, CliError> {
    let score = table.place(SCORE)?;
    table.place(LABEL)?;
    let others: Vec<&String> = table.names.iter().filter(|n| ![SCORE, LABEL, ENTITY].contains(&n.as_str())).collect();
    if others.len() > ATTRIBUTES {
        let what = format!("{} attributes, at most {ATTRIBUTES} are possible", others.len());
        return Err(
            CliError::file("capacity", &table.path, what).hint("drop columns from the file, or write a specification")
        );
    }
    let whole = table.rows.iter().all(|row| Decimal::parse(row.cell(score)).is_none_or(|d| d.scaled(1).is_some()));
    let mut column = vec![ColumnSpec {
        name: SCORE.to_owned(),
        kind: KindWord::Number,
        scale: Some(if whole { 1 } else { SCALE }),
        min: None,
        max: None,
        round: Some(!whole),
        clip: None,
        values: None,
        unseen: None,
        missing: None,
        why: None,
    }];
    let why =
        |name: &str| if name == ENTITY { "names a person or case" } else { "an attribute, not seen by the model" };
    for name in table.names.iter().filter(|n| ![SCORE, LABEL].contains(&n.as_str())) {
        column.push(ColumnSpec {
            name: name.clone(),
            kind: KindWord::Drop,
            why: Some(why(name).to_owned()),
            ..empty()
        });
    }
    Ok(Spec {
        version: 1,
        missing: vec![String::new()],
        others: None::<Word>,
        csv: Dialect::default(),
        column,
        label: LabelSpec {
            column: LABEL.to_owned(),
            positive: Some(["1", "1.0"].map(text).to_vec()),
            negative: Some(["0", "0.0"].map(text).to_vec()),
            above: None,
            at_least: None,
            missing: None,
        },
        attribute: others.into_iter().map(|name| attribute(table, name)).collect(),
    })
}

fn text(text: &str) -> Text {
    Text::Text(text.to_owned())
}

fn empty() -> ColumnSpec {
    ColumnSpec {
        name: String::new(),
        kind: KindWord::Drop,
        scale: None,
        min: None,
        max: None,
        round: None,
        clip: None,
        values: None,
        unseen: None,
        missing: None,
        why: None,
    }
}

/// One group for each value, and one for none where there are such rows.
fn attribute(table: &Table, name: &str) -> AttributeSpec {
    let place = table.place(name).unwrap_or_default();
    let values: std::collections::BTreeSet<&str> = table.rows.iter().map(|row| row.cell(place)).collect();
    let missing = values.contains("").then(|| OtherSpec::Value(ValueSpec::Group(MISSING.to_owned())));
    let named = |value: &&str| {
        if value.is_empty() {
            GroupSpec { name: MISSING.to_owned(), values: vec![] }
        } else {
            GroupSpec { name: (*value).to_owned(), values: vec![text(value)] }
        }
    };
    AttributeSpec {
        name: name.to_owned(),
        column: Some(name.to_owned()),
        groups: Some(values.iter().map(named).collect()),
        above: None,
        at_least: None,
        cuts: None,
        inclusive: None,
        names: None,
        of: None,
        other: None,
        missing,
    }
}
