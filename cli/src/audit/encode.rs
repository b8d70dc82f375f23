//! From a row of text to lanes, label and group codes, as the schema says, and what was noticed on the way.

use std::collections::{BTreeMap, HashMap};

use tabella_circuits::compliance::record::LANES;
use tabella_circuits::compliance::schema::ATTRIBUTES;

use super::decimal::Decimal;
use super::resolve::units;
use super::schema::{
    Category, Column, GroupOther, GroupRule, Kind, LabelRule, Number, NumberMissing, Other, Schema, lane_weights,
};
use super::table::{Row, Table, shown};
use crate::error::CliError;

/// A row's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The features.
    pub lanes: [u16; LANES],
    /// The outcome.
    pub label: bool,
    /// The groups.
    pub codes: [u8; ATTRIBUTES],
}

/// How often something happened in a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Rows without a value.
    pub missing: u64,
    /// Rows with a text that is none of the category's.
    pub unseen: u64,
    /// Rows whose number was rounded.
    pub rounded: u64,
    /// Rows whose number was moved to a bound.
    pub clipped: u64,
}

/// Why a row is left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// The column.
    pub column: String,
    /// What about it.
    pub what: &'static str,
}

/// A row's fate: values, or a reason to leave it out.
enum Step<T> {
    Keep(T),
    Drop(Reason),
}

/// The lanes, and what was noticed in each feature's column.
type Features = ([u16; LANES], Vec<Seen>);

/// Leaves the surrounding function with the reason, if there is one.
macro_rules! keep {
    ($step:expr) => {
        match $step {
            Step::Keep(value) => value,
            Step::Drop(reason) => return Ok(Step::Drop(reason)),
        }
    };
}

/// A schema made ready for a file.
pub struct Encoder<'a> {
    schema: &'a Schema,
    table: &'a Table,
    features: Vec<Feature<'a>>,
    label: Option<usize>,
    attributes: Vec<Option<usize>>,
    /// What was noticed in each feature's column.
    pub seen: BTreeMap<String, Seen>,
}

struct Feature<'a> {
    column: &'a Column,
    place: usize,
    codes: HashMap<&'a str, usize>,
}

impl<'a> Encoder<'a> {
    /// An encoder of whole rows: features, label and groups.
    ///
    /// # Errors
    /// `column-missing`; `column-unknown` for a column that the schema does not speak of.
    pub fn new(schema: &'a Schema, table: &'a Table) -> Result<Self, CliError> {
        let mut encoder = Self::of_features(schema, table)?;
        encoder.label = Some(table.place(&schema.label.column)?);
        for (slot, attribute) in encoder.attributes.iter_mut().zip(&schema.attributes) {
            *slot = match &attribute.rule {
                GroupRule::Values { column, .. } | GroupRule::Cuts { column, .. } => Some(table.place(column)?),
                GroupRule::Cross { .. } => None,
            };
        }
        encoder.refuse_unknown()?;
        Ok(encoder)
    }

    /// An encoder of the features alone; label and groups need not be in the file.
    ///
    /// # Errors
    /// `column-missing`.
    pub fn of_features(schema: &'a Schema, table: &'a Table) -> Result<Self, CliError> {
        let mut features = vec![];
        for column in schema.columns.iter().filter(|c| !matches!(c.kind, Kind::Drop { .. })) {
            let codes = match &column.kind {
                Kind::Category(category) => category.values.iter().enumerate().map(|(i, v)| (v.as_str(), i)).collect(),
                _ => HashMap::new(),
            };
            features.push(Feature { column, place: table.place(&column.name)?, codes });
        }
        let seen = features.iter().map(|f| (f.column.name.clone(), Seen::default())).collect();
        Ok(Self { schema, table, features, label: None, attributes: vec![None; schema.attributes.len()], seen })
    }

    fn refuse_unknown(&self) -> Result<(), CliError> {
        let unknown = self.unnamed();
        if self.schema.others_dropped || unknown.is_empty() {
            return Ok(());
        }
        let what = format!("nothing is said about the columns {}", unknown.join(", "));
        Err(CliError::file("column-unknown", &self.table.path, what)
            .hint("name each of them with kind = \"drop\" and why, or write others = \"drop\" at the top"))
    }

    /// The file's columns that the schema does not speak of.
    pub fn unnamed(&self) -> Vec<String> {
        let sources: Vec<usize> = self.attributes.iter().copied().flatten().chain(self.label).collect();
        let names = self.table.names.iter().enumerate();
        names
            .filter(|(i, name)| self.schema.column(name).is_none() && !sources.contains(i))
            .map(|(_, name)| name.clone())
            .collect()
    }

    /// A row's values, or why it is left out.
    ///
    /// # Errors
    /// `csv-invalid` with line and column for a value that the schema refuses.
    pub fn row(&mut self, row: &Row) -> Result<Result<Encoded, Reason>, CliError> {
        Ok(match self.step(row)? {
            Step::Keep(encoded) => Ok(encoded),
            Step::Drop(reason) => Err(reason),
        })
    }

    /// A row's features, or why it is left out.
    ///
    /// # Errors
    /// As [`Self::row`].
    pub fn lanes(&mut self, row: &Row) -> Result<Result<[u16; LANES], Reason>, CliError> {
        Ok(match self.features(row)? {
            Step::Keep((lanes, _)) => Ok(lanes),
            Step::Drop(reason) => Err(reason),
        })
    }

    fn step(&mut self, row: &Row) -> Result<Step<Encoded>, CliError> {
        let label = keep!(self.label(row)?);
        let codes = keep!(self.codes(row)?);
        let (lanes, seen) = keep!(self.features(row)?);
        // Only rows that stay are counted.
        for (feature, new) in self.features.iter().zip(seen) {
            if let Some(sum) = self.seen.get_mut(&feature.column.name) {
                sum.missing += new.missing;
                sum.unseen += new.unseen;
                sum.rounded += new.rounded;
                sum.clipped += new.clipped;
            }
        }
        Ok(Step::Keep(Encoded { lanes, label, codes }))
    }

    fn features(&self, row: &Row) -> Result<Step<Features>, CliError> {
        let mut lanes = [0; LANES];
        let mut seen = Vec::with_capacity(self.features.len());
        for feature in &self.features {
            let mut noticed = Seen::default();
            let dropped = match &feature.column.kind {
                Kind::Number(number) => self.number(row, feature, number, &mut lanes, &mut noticed)?,
                Kind::Category(category) => self.category(row, feature, category, &mut lanes, &mut noticed)?,
                Kind::Drop { .. } => None,
            };
            if let Some(what) = dropped {
                return Ok(Step::Drop(Reason { column: feature.column.name.clone(), what }));
            }
            seen.push(noticed);
        }
        Ok(Step::Keep((lanes, seen)))
    }

    /// Writes a number's lanes; the reason if the row is left out.
    fn number(
        &self,
        row: &Row,
        feature: &Feature<'_>,
        number: &Number,
        lanes: &mut [u16; LANES],
        seen: &mut Seen,
    ) -> Result<Option<&'static str>, CliError> {
        let text = row.cell(feature.place);
        let fail = |what: String| self.table.cell_error(row, feature.place, what);
        let value = if self.schema.is_missing(text) {
            seen.missing = 1;
            match number.missing {
                NumberMissing::Refuse => return Err(no_value(self.table, row, feature.place)),
                NumberMissing::DropRow => return Ok(Some("missing")),
                NumberMissing::Value(value) => value,
                NumberMissing::Indicator { value, lane } => {
                    lanes[lane] = 1;
                    value
                }
            }
        } else {
            let value = units(text, number.scale, number.round).map_err(fail)?;
            let exact = Decimal::parse(text).and_then(|d| d.scaled(number.scale)).is_some();
            seen.rounded = u64::from(!exact);
            value
        };
        let inside = value.clamp(number.low, number.high);
        if inside != value && !number.clip {
            let bound = |units: i64| units as f64 / f64::from(number.scale);
            let (low, high) = (bound(number.low), bound(number.high));
            return Err(fail(format!("{} is outside the schema's bounds, {low} to {high}", shown(text))));
        }
        seen.clipped = u64::from(inside != value);
        let mut rest = (inside - number.low).unsigned_abs();
        for (lane, weight) in lane_weights(&number.lanes).into_iter().rev() {
            lanes[lane] = u16::try_from(rest / weight).map_err(CliError::internal)?;
            rest %= weight;
        }
        Ok(None)
    }

    fn category(
        &self,
        row: &Row,
        feature: &Feature<'_>,
        category: &Category,
        lanes: &mut [u16; LANES],
        seen: &mut Seen,
    ) -> Result<Option<&'static str>, CliError> {
        let text = row.cell(feature.place);
        let (rule, code, what) = if self.schema.is_missing(text) {
            seen.missing = 1;
            (&category.missing, category.missing_code(), "missing")
        } else if let Some(code) = feature.codes.get(text) {
            (&Other::Own, Some(*code), "")
        } else {
            seen.unseen = 1;
            (&category.unseen, category.unseen_code(), "unseen value")
        };
        match (rule, code) {
            (Other::DropRow, _) => Ok(Some(what)),
            (_, Some(code)) => {
                lanes[category.lane] = u16::try_from(code).map_err(CliError::internal)?;
                Ok(None)
            }
            _ if seen.missing == 1 => Err(no_value(self.table, row, feature.place)),
            _ => {
                let what = format!("{} is none of the column's {} values", shown(text), category.values.len());
                Err(self.table.cell_error(row, feature.place, what).hint(
                    "list it in values, or say what becomes of such rows: unseen = \"own\", \"drop\" or { value = X }",
                ))
            }
        }
    }

    fn label(&self, row: &Row) -> Result<Step<bool>, CliError> {
        let Some(place) = self.label else { return Ok(Step::Keep(false)) };
        let text = row.cell(place);
        let label = &self.schema.label;
        if self.schema.is_missing(text) {
            if label.drop_missing {
                return Ok(Step::Drop(Reason { column: label.column.clone(), what: "missing" }));
            }
            return Err(no_value(self.table, row, place));
        }
        match &label.rule {
            LabelRule::Values { positive, .. } if positive.iter().any(|p| p == text) => Ok(Step::Keep(true)),
            LabelRule::Values { negative, .. } if negative.iter().any(|n| n == text) => Ok(Step::Keep(false)),
            LabelRule::Values { .. } => Err(self.table.cell_error(
                row,
                place,
                format!("{} is neither a positive nor a negative label", shown(text)),
            )),
            LabelRule::Above { cut, inclusive } => {
                let value = self.decimal(row, place)?;
                Ok(Step::Keep(if *inclusive { value >= *cut } else { value > *cut }))
            }
        }
    }

    fn decimal(&self, row: &Row, place: usize) -> Result<Decimal, CliError> {
        let text = row.cell(place);
        Decimal::parse(text).ok_or_else(|| self.table.cell_error(row, place, format!("{} is no number", shown(text))))
    }

    fn codes(&self, row: &Row) -> Result<Step<[u8; ATTRIBUTES]>, CliError> {
        let mut codes = [0; ATTRIBUTES];
        for (i, attribute) in self.schema.attributes.iter().enumerate() {
            let code = match (&attribute.rule, self.attributes[i]) {
                (GroupRule::Cross { of }, _) => of.iter().fold(0, |code, part| {
                    let (j, groups) = self.schema.attribute(part).map_or((0, 1), |(j, a)| (j, a.groups.len()));
                    code * groups + usize::from(codes[j])
                }),
                (rule, Some(place)) => keep!(self.group(row, rule, place, &attribute.name)?),
                (_, None) => 0,
            };
            codes[i] = u8::try_from(code).map_err(CliError::internal)?;
        }
        Ok(Step::Keep(codes))
    }

    fn group(&self, row: &Row, rule: &GroupRule, place: usize, name: &str) -> Result<Step<usize>, CliError> {
        let text = row.cell(place);
        let reason = |what| Step::Drop(Reason { column: self.table.names[place].clone(), what });
        let missing = self.schema.is_missing(text);
        let found = match rule {
            GroupRule::Values { values, .. } if !missing => {
                values.iter().position(|list| list.iter().any(|v| v == text))
            }
            GroupRule::Cuts { cuts, inclusive, .. } if !missing => {
                let value = self.decimal(row, place)?;
                Some(cuts.iter().filter(|cut| if *inclusive { value >= **cut } else { value > **cut }).count())
            }
            _ => None,
        };
        let otherwise = match rule {
            GroupRule::Values { missing: rule, .. } | GroupRule::Cuts { missing: rule, .. } if missing => rule,
            GroupRule::Values { other, .. } => other,
            _ => &GroupOther::Refuse,
        };
        match (found, otherwise) {
            (Some(group), _) => Ok(Step::Keep(group)),
            (None, GroupOther::Group(group)) => Ok(Step::Keep(*group)),
            (None, GroupOther::DropRow) => Ok(reason(if missing { "missing" } else { "in no group" })),
            (None, GroupOther::Refuse) if missing => Err(no_value(self.table, row, place)),
            (None, GroupOther::Refuse) => {
                let what = format!("{} is in no group of the attribute {name:?}", shown(text));
                Err(self
                    .table
                    .cell_error(row, place, what)
                    .hint("add it to a group, or say what becomes of such rows: other = \"drop\" or { group = NAME }"))
            }
        }
    }
}

fn no_value(table: &Table, row: &Row, place: usize) -> CliError {
    let hint = "say what becomes of such rows: missing = \"drop\", { value = X }, \"own\" (category) or \"indicator\" (number)";
    table.cell_error(row, place, "no value").hint(hint)
}
