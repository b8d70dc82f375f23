//! From a specification and the data at hand to the canonical schema: what the author left out is filled in here, once.

use std::collections::BTreeSet;

use super::decimal::Decimal;
use super::lanes::Lanes;
use super::schema::{
    Attribute, Category, Column, GroupOther, GroupRule, Kind, Label, LabelRule, Number, NumberMissing, Other, Schema,
    VERSION,
};
use super::spec::{AttributeSpec, ColumnSpec, KindWord, LabelSpec, OtherSpec, Spec, Text, ValueSpec};
use super::table::{Table, shown};
use crate::error::CliError;

/// The schema that this specification means for this file.
///
/// # Errors
/// `spec-invalid`, `column-missing`, `csv-invalid`, `schema-invalid`, `capacity`.
pub fn resolve(spec: &Spec, table: &Table) -> Result<Schema, CliError> {
    let data = Data { table, missing: &spec.missing };
    let mut kinds = vec![];
    for column in &spec.column {
        let place = table.place(&column.name)?;
        kinds.push((column.name.clone(), data.kind(column, place)?));
    }
    let columns = Lanes::assign(kinds)?;
    let mut attributes = vec![];
    for attribute in &spec.attribute {
        let done = data.attribute(attribute, &attributes, &columns)?;
        attributes.push(done);
    }
    let schema = Schema {
        version: VERSION,
        missing: spec.missing.clone(),
        others_dropped: spec.others.is_some(),
        columns,
        label: data.label(&spec.label)?,
        attributes,
    };
    schema.check()?;
    Ok(schema)
}

fn invalid(what: impl std::fmt::Display) -> CliError {
    CliError::usage("spec-invalid", what.to_string())
}

/// The file as the specification sees it.
struct Data<'a> {
    table: &'a Table,
    missing: &'a [String],
}

impl Data<'_> {
    fn is_missing(&self, text: &str) -> bool {
        self.missing.iter().any(|m| m == text)
    }

    /// The texts of a column, sorted, without those that mean "no value".
    fn distinct(&self, place: usize) -> Vec<String> {
        let all: BTreeSet<&str> =
            self.table.rows.iter().map(|row| row.cell(place)).filter(|text| !self.is_missing(text)).collect();
        all.into_iter().map(str::to_owned).collect()
    }

    fn kind(&self, spec: &ColumnSpec, place: usize) -> Result<Kind, CliError> {
        let name = &spec.name;
        let numeric = spec.scale.is_some() || spec.min.is_some() || spec.max.is_some();
        let numeric = numeric || spec.round.is_some() || spec.clip.is_some();
        let categorical = spec.values.is_some() || spec.unseen.is_some();
        let foreign = match spec.kind {
            KindWord::Number => categorical || spec.why.is_some(),
            KindWord::Category => numeric || spec.why.is_some(),
            KindWord::Drop => numeric || categorical || spec.missing.is_some(),
        };
        if foreign {
            return Err(invalid(format!(
                "column {name:?}: scale, min, max, round and clip belong to a number, values and unseen to a category, why to drop"
            )));
        }
        match spec.kind {
            KindWord::Number => self.number(spec, place).map(Kind::Number),
            KindWord::Category => self.category(spec, place).map(Kind::Category),
            KindWord::Drop => Ok(Kind::Drop { why: spec.why.clone().unwrap_or_default() }),
        }
    }

    fn number(&self, spec: &ColumnSpec, place: usize) -> Result<Number, CliError> {
        let name = &spec.name;
        let (scale, round) = (spec.scale.unwrap_or(1), spec.round.unwrap_or(false));
        let units = |value: Decimal, what: &str| {
            value.scaled(scale).ok_or_else(|| {
                invalid(format!("column {name:?}: {what} = {value} is no whole number of units at scale {scale}"))
            })
        };
        let fill = |text: &Text| {
            let text = text.text();
            let value = Decimal::parse(&text)
                .ok_or_else(|| invalid(format!("column {name:?}: {} is no number", shown(&text))))?;
            units(value, "missing")
        };
        let missing = match &spec.missing {
            None => NumberMissing::Refuse,
            Some(OtherSpec::Word(word)) => match word.as_str() {
                "refuse" => NumberMissing::Refuse,
                "drop" => NumberMissing::DropRow,
                "indicator" => NumberMissing::Indicator { value: 0, lane: 0 },
                _ => return Err(unknown_word(name, "missing", word, "refuse, drop, indicator, { value = X }")),
            },
            Some(OtherSpec::Value(ValueSpec::Value(text))) => NumberMissing::Value(fill(text)?),
            Some(OtherSpec::Value(ValueSpec::Indicator(text))) => {
                NumberMissing::Indicator { value: fill(text)?, lane: 0 }
            }
            Some(OtherSpec::Value(ValueSpec::Group(_))) => {
                return Err(unknown_word(name, "missing", "group", "refuse, drop, indicator, { value = X }"));
            }
        };
        let (low, high) = match (spec.min, spec.max) {
            (Some(min), Some(max)) => (units(min, "min")?, units(max, "max")?),
            (None, None) => self.bounds(place, scale, round, &missing)?,
            _ => return Err(invalid(format!("column {name:?}: min and max go together"))),
        };
        // The word alone means 0, or the smallest value where 0 is none.
        let missing = match (missing, &spec.missing) {
            (NumberMissing::Indicator { lane, .. }, Some(OtherSpec::Word(_))) if !(low..=high).contains(&0) => {
                NumberMissing::Indicator { value: low, lane }
            }
            (missing, _) => missing,
        };
        Ok(Number { scale, low, high, round, clip: spec.clip.unwrap_or(false), lanes: vec![], missing })
    }

    /// The bounds of the smallest type (8, 16, 24, 32 bits, unsigned before signed) that holds the column.
    fn bounds(&self, place: usize, scale: u32, round: bool, missing: &NumberMissing) -> Result<(i64, i64), CliError> {
        let (mut low, mut high) = match missing {
            NumberMissing::Value(value) | NumberMissing::Indicator { value, .. } => (*value, *value),
            _ => (0, 0),
        };
        for row in &self.table.rows {
            let text = row.cell(place);
            if self.is_missing(text) {
                continue;
            }
            let value = units(text, scale, round).map_err(|what| self.table.cell_error(row, place, what))?;
            (low, high) = (low.min(value), high.max(value));
        }
        [8u32, 16, 24, 32]
            .into_iter()
            .find_map(|bits| {
                let half = 1i64 << (bits - 1);
                if low >= 0 && high < 2 * half {
                    return Some((0, 2 * half - 1));
                }
                (low >= -half && high < half).then_some((-half, half - 1))
            })
            .ok_or_else(|| {
                let name = &self.table.names[place];
                let what = format!(
                    "column {name:?}: {low} to {high} units at scale {scale} need more than 32 bits; take a smaller scale"
                );
                CliError::usage("capacity", what).hint(super::schema::CAPACITY)
            })
    }

    fn category(&self, spec: &ColumnSpec, place: usize) -> Result<Category, CliError> {
        let values = match &spec.values {
            Some(values) => values.iter().map(Text::text).collect(),
            None => self.distinct(place),
        };
        let other = |given: &Option<OtherSpec>, key: &str| match given {
            None => Ok(Other::Refuse),
            Some(OtherSpec::Word(word)) => match word.as_str() {
                "refuse" => Ok(Other::Refuse),
                "drop" => Ok(Other::DropRow),
                "own" => Ok(Other::Own),
                _ => Err(unknown_word(&spec.name, key, word, "refuse, drop, own, { value = X }")),
            },
            Some(OtherSpec::Value(ValueSpec::Value(text))) => Ok(Other::Value(text.text())),
            Some(OtherSpec::Value(_)) => {
                Err(unknown_word(&spec.name, key, "table", "refuse, drop, own, { value = X }"))
            }
        };
        Ok(Category {
            values,
            unseen: other(&spec.unseen, "unseen")?,
            missing: other(&spec.missing, "missing")?,
            lane: 0,
        })
    }

    fn label(&self, spec: &LabelSpec) -> Result<Label, CliError> {
        let place = self.table.place(&spec.column)?;
        let texts = |list: &[Text]| list.iter().map(Text::text).collect::<Vec<_>>();
        let rule = match (&spec.positive, &spec.negative, spec.above, spec.at_least) {
            (Some(positive), negative, None, None) => {
                let positive = texts(positive);
                let negative = match negative {
                    Some(negative) => texts(negative),
                    None => self.distinct(place).into_iter().filter(|text| !positive.contains(text)).collect(),
                };
                LabelRule::Values { positive, negative }
            }
            (None, None, Some(cut), None) => LabelRule::Above { cut, inclusive: false },
            (None, None, None, Some(cut)) => LabelRule::Above { cut, inclusive: true },
            _ => return Err(invalid("the label takes either positive (with or without negative), above or at_least")),
        };
        let drop_missing = match &spec.missing {
            None => false,
            Some(OtherSpec::Word(word)) if word == "refuse" => false,
            Some(OtherSpec::Word(word)) if word == "drop" => true,
            Some(_) => return Err(invalid("label: missing is refuse or drop")),
        };
        Ok(Label { column: spec.column.clone(), rule, drop_missing })
    }

    fn attribute(&self, spec: &AttributeSpec, before: &[Attribute], columns: &[Column]) -> Result<Attribute, CliError> {
        let name = spec.name.clone();
        let by_number = spec.above.is_some() || spec.at_least.is_some() || spec.cuts.is_some();
        if let Some(of) = &spec.of {
            let alone = spec.column.is_none() && spec.groups.is_none() && !by_number && spec.names.is_none();
            if !alone || spec.other.is_some() || spec.missing.is_some() || spec.inclusive.is_some() {
                return Err(invalid(format!("attribute {name:?}: `of` stands alone")));
            }
            return Ok(Attribute { name, groups: crossed(of, before)?, rule: GroupRule::Cross { of: of.clone() } });
        }
        let Some(column) = spec.column.clone() else {
            return Err(invalid(format!("attribute {name:?} needs column = NAME, or of = [ATTRIBUTES]")));
        };
        let place = self.table.place(&column)?;
        if by_number { cuts(spec, column) } else { self.by_values(spec, column, place, columns) }
    }

    fn by_values(
        &self,
        spec: &AttributeSpec,
        column: String,
        place: usize,
        columns: &[Column],
    ) -> Result<Attribute, CliError> {
        if spec.names.is_some() || spec.inclusive.is_some() {
            let what = format!("attribute {:?}: names and inclusive go with above, at_least or cuts", spec.name);
            return Err(invalid(what));
        }
        let (groups, values): (Vec<String>, Vec<Vec<String>>) = match &spec.groups {
            Some(groups) => groups.iter().map(|g| (g.name.clone(), g.values.iter().map(Text::text).collect())).unzip(),
            None => {
                let declared = columns.iter().find(|c| c.name == column).and_then(|c| match &c.kind {
                    Kind::Category(category) => Some(category.values.clone()),
                    _ => None,
                });
                declared.unwrap_or_else(|| self.distinct(place)).into_iter().map(|v| (v.clone(), vec![v])).unzip()
            }
        };
        let other = group_other(spec, &spec.other, "other", &groups)?;
        let missing = group_other(spec, &spec.missing, "missing", &groups)?;
        Ok(Attribute { name: spec.name.clone(), groups, rule: GroupRule::Values { column, values, other, missing } })
    }
}

/// x·scale of a text, or what is wrong with it.
pub(super) fn units(text: &str, scale: u32, round: bool) -> Result<i64, String> {
    let value = Decimal::parse(text).ok_or_else(|| format!("{} is no number", shown(text)))?;
    if round {
        value.rounded(scale).ok_or_else(|| format!("{} is too large at scale {scale}", shown(text)))
    } else {
        value.scaled(scale).ok_or_else(|| {
            format!("{} is no whole number of units at scale {scale}; set scale, or round = true", shown(text))
        })
    }
}

fn unknown_word(name: &str, key: &str, word: &str, known: &str) -> CliError {
    invalid(format!("{name:?}: {key} does not know {word:?}, only {known}"))
}

fn cuts(spec: &AttributeSpec, column: String) -> Result<Attribute, CliError> {
    let name = spec.name.clone();
    let (cuts, inclusive) = match (spec.above, spec.at_least, &spec.cuts) {
        (Some(cut), None, None) if spec.inclusive.is_none() => (vec![cut], false),
        (None, Some(cut), None) if spec.inclusive.is_none() => (vec![cut], true),
        (None, None, Some(cuts)) => (cuts.clone(), spec.inclusive.unwrap_or(false)),
        _ => {
            return Err(invalid(format!(
                "attribute {name:?} takes one of above, at_least, cuts (with or without inclusive)"
            )));
        }
    };
    if spec.groups.is_some() || spec.other.is_some() {
        return Err(invalid(format!("attribute {name:?}: groups and other go with values, not with numbers")));
    }
    let (below, above) = if inclusive { ("<", ">=") } else { ("<=", ">") };
    let names = || {
        let first = cuts.first().map(|cut| format!("{below} {cut}"));
        let middle = cuts.windows(2).map(|pair| format!("{above} {}, {below} {}", pair[0], pair[1]));
        let last = cuts.last().map(|cut| format!("{above} {cut}"));
        first.into_iter().chain(middle).chain(last).collect()
    };
    let groups = spec.names.clone().unwrap_or_else(names);
    let missing = group_other(spec, &spec.missing, "missing", &groups)?;
    Ok(Attribute { name, groups, rule: GroupRule::Cuts { column, cuts, inclusive, missing } })
}

fn crossed(of: &[String], before: &[Attribute]) -> Result<Vec<String>, CliError> {
    let mut names = vec![String::new()];
    for part in of {
        let attribute = before
            .iter()
            .find(|a| a.name == *part)
            .ok_or_else(|| invalid(format!("`of` names the attribute {part:?}, which is not declared before")))?;
        names = names
            .iter()
            .flat_map(|head| {
                attribute.groups.iter().map(move |g| if head.is_empty() { g.clone() } else { format!("{head} & {g}") })
            })
            .take(1 << 12)
            .collect();
    }
    Ok(names)
}

fn group_other(
    spec: &AttributeSpec,
    given: &Option<OtherSpec>,
    key: &str,
    groups: &[String],
) -> Result<GroupOther, CliError> {
    match given {
        None => Ok(GroupOther::Refuse),
        Some(OtherSpec::Word(word)) if word == "refuse" => Ok(GroupOther::Refuse),
        Some(OtherSpec::Word(word)) if word == "drop" => Ok(GroupOther::DropRow),
        Some(OtherSpec::Value(ValueSpec::Group(group))) => {
            groups.iter().position(|g| g == group).map(GroupOther::Group).ok_or_else(|| {
                invalid(format!("attribute {:?}: {key} names the group {group:?}, which it does not have", spec.name))
            })
        }
        Some(OtherSpec::Word(word)) => Err(unknown_word(&spec.name, key, word, "refuse, drop, { group = NAME }")),
        Some(OtherSpec::Value(_)) => Err(unknown_word(&spec.name, key, "value", "refuse, drop, { group = NAME }")),
    }
}
