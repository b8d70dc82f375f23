//! A schema's bytes, its hash, and whether it makes sense: also for a file that somebody else wrote.

use std::collections::HashSet;
use std::path::Path;

use tabella_circuits::Fr;
use tabella_circuits::compliance::record::{LANES, lane_bits};
use tabella_circuits::compliance::schema::{ATTRIBUTES, GROUPS, schema_body, schema_hash};

use super::schema::{
    Attribute, CAPACITY, CODES, Category, GroupOther, GroupRule, Kind, LabelRule, Number, NumberMissing, Other, Schema,
    VERSION,
};
use crate::error::CliError;
use crate::files;

/// Schemas are small: a few hundred texts.
const LIMIT: u64 = 1 << 20;
/// Words with a meaning of their own in policies.
const RESERVED: [&str; 2] = ["majority", "min"];

fn invalid(what: impl std::fmt::Display) -> CliError {
    CliError::usage("schema-invalid", what.to_string())
}

fn capacity(what: impl std::fmt::Display) -> CliError {
    CliError::usage("capacity", what.to_string()).hint(CAPACITY)
}

fn unique<'a>(texts: impl IntoIterator<Item = &'a String>, what: &str) -> Result<(), CliError> {
    let mut seen = HashSet::new();
    match texts.into_iter().find(|text| !seen.insert(text.as_str())) {
        Some(text) => Err(invalid(format!("{what}: {text:?} stands there twice"))),
        None => Ok(()),
    }
}

impl Schema {
    /// The canonical bytes.
    ///
    /// # Errors
    /// `internal-error`: never for a schema that was read or made here.
    pub fn bytes(&self) -> Result<Vec<u8>, CliError> {
        serde_json::to_vec(self).map_err(CliError::internal)
    }

    /// The schema's hash, as policies, models and data roots name it.
    ///
    /// # Errors
    /// `schema-invalid` for more than 16 groups.
    pub fn hash(&self) -> Result<Fr, CliError> {
        schema_hash(schema_body(&self.bytes()?), self.group_counts()).map_err(invalid)
    }

    /// Reads a schema's file: exactly the canonical bytes, or those with one newline behind them.
    ///
    /// # Errors
    /// Errors about the file; `schema-invalid`; `capacity`.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let bytes = files::read_bounded(path, LIMIT)?;
        Self::parse(&bytes).map_err(|mut error| {
            error.message = format!("{}: {}", path.display(), error.message);
            error
        })
    }

    /// Reads a schema's bytes.
    ///
    /// # Errors
    /// `schema-invalid`, `capacity`.
    pub fn parse(bytes: &[u8]) -> Result<Self, CliError> {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let schema: Self = serde_json::from_slice(bytes).map_err(|e| invalid(format!("not a schema: {e}")))?;
        if schema.version != VERSION {
            let what = format!("version {} of a schema is not known here, only {VERSION}", schema.version);
            return Err(invalid(what));
        }
        let canonical = schema.bytes()?;
        if canonical != bytes {
            let at = canonical.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            return Err(invalid(format!("not the canonical form of this schema: it differs from byte {at} on"))
                .hint("the schema's hash covers its bytes, so a schema is written in one form only"));
        }
        schema.check()?;
        Ok(schema)
    }

    /// Whether everything fits together and into a record.
    ///
    /// # Errors
    /// `schema-invalid`, `capacity`.
    pub fn check(&self) -> Result<(), CliError> {
        unique(&self.missing, "missing")?;
        unique(self.columns.iter().map(|c| &c.name), "columns")?;
        unique(self.attributes.iter().map(|a| &a.name), "attributes")?;
        let mut used = [false; LANES];
        let mut codes = 0;
        for column in &self.columns {
            let lanes = match &column.kind {
                Kind::Number(number) => check_number(&column.name, number)?,
                Kind::Category(category) => {
                    codes += category.codes();
                    self.check_category(&column.name, category)?
                }
                Kind::Drop { .. } => vec![],
            };
            for lane in lanes {
                if lane >= LANES || std::mem::replace(&mut used[lane], true) {
                    return Err(invalid(format!("column {:?}: lane {lane} does not exist or is taken", column.name)));
                }
            }
        }
        if codes > CODES {
            return Err(capacity(format!("the categories have {codes} codes together, at most {CODES} are possible")));
        }
        if !used.iter().any(|used| *used) {
            return Err(invalid("no column is given to the model"));
        }
        self.check_label()?;
        if self.attributes.len() > ATTRIBUTES {
            let count = self.attributes.len();
            return Err(capacity(format!("{count} attributes, at most {ATTRIBUTES} are possible")));
        }
        self.attributes.iter().enumerate().try_for_each(|(i, a)| self.check_attribute(i, a))
    }

    fn check_category(&self, name: &str, category: &Category) -> Result<Vec<usize>, CliError> {
        unique(&category.values, &format!("column {name:?}"))?;
        if let Some(value) = category.values.iter().find(|v| self.is_missing(v)) {
            return Err(invalid(format!("column {name:?}: {value:?} means \"no value\" and is no value")));
        }
        for other in [&category.unseen, &category.missing] {
            if let Other::Value(value) = other
                && category.code(value).is_none()
            {
                return Err(invalid(format!("column {name:?}: {value:?} is none of its values")));
            }
        }
        match category.codes() {
            0 => Err(invalid(format!("column {name:?} has no values"))),
            _ => Ok(vec![category.lane]),
        }
    }

    fn check_label(&self) -> Result<(), CliError> {
        let label = &self.label;
        if self.column(&label.column).is_some_and(|c| !matches!(c.kind, Kind::Drop { .. })) {
            let what = format!("the label's column {:?} is given to the model as well", label.column);
            return Err(invalid(what).hint("a model that sees the outcome is not audited; leave the column out"));
        }
        if let LabelRule::Values { positive, negative } = &label.rule {
            unique(positive.iter().chain(negative), "label")?;
            if positive.is_empty() {
                return Err(invalid("label: no value is positive"));
            }
            if let Some(value) = positive.iter().chain(negative).find(|v| self.is_missing(v)) {
                return Err(invalid(format!("label: {value:?} means \"no value\" and is no label")));
            }
        }
        Ok(())
    }

    fn check_attribute(&self, index: usize, attribute: &Attribute) -> Result<(), CliError> {
        let name = &attribute.name;
        let count = attribute.groups.len();
        if count > GROUPS {
            return Err(capacity(format!("attribute {name:?} has {count} groups, at most {GROUPS} are possible")));
        }
        unique(&attribute.groups, &format!("attribute {name:?}"))?;
        if count == 0 || name.is_empty() || attribute.groups.iter().any(String::is_empty) {
            return Err(invalid(format!("attribute {name:?}: it needs a name, and groups with names")));
        }
        if let Some(word) = attribute.groups.iter().find(|g| RESERVED.contains(&g.as_str())) {
            return Err(invalid(format!("attribute {name:?}: the name {word:?} means something else in policies")));
        }
        let fits = |other: &GroupOther| !matches!(other, GroupOther::Group(group) if *group >= count);
        let good = match &attribute.rule {
            GroupRule::Values { values, other, missing, .. } => {
                unique(values.iter().flatten(), &format!("attribute {name:?}"))?;
                values.len() == count && fits(other) && fits(missing)
            }
            GroupRule::Cuts { cuts, missing, .. } => {
                if !cuts.windows(2).all(|pair| pair[0] < pair[1]) {
                    return Err(invalid(format!("attribute {name:?}: cuts go up")));
                }
                cuts.len() + 1 == count && fits(missing)
            }
            GroupRule::Cross { of } => {
                let parts = of.iter().map(|part| self.attribute(part).filter(|(i, _)| *i < index));
                let product = parts.map(|p| p.map_or(0, |(_, a)| a.groups.len())).try_fold(1, usize::checked_mul);
                of.len() > 1 && product == Some(count)
            }
        };
        if good {
            Ok(())
        } else {
            Err(invalid(format!("attribute {name:?}: its groups and its rule do not go together")))
        }
    }
}

/// The lanes of a number, if its bounds make sense and fit them.
fn check_number(name: &str, number: &Number) -> Result<Vec<usize>, CliError> {
    let bits: usize = number.lanes.iter().map(|&lane| if lane < LANES { lane_bits(lane) } else { 0 }).sum();
    let span = number.high.checked_sub(number.low).filter(|span| *span >= 0);
    let Some(span) = span else {
        return Err(invalid(format!("column {name:?}: its largest value is below its smallest")));
    };
    if span > i64::from(u32::MAX) || bits > 48 || span >> bits != 0 {
        return Err(capacity(format!("column {name:?}: {} to {} units do not fit its lanes", number.low, number.high)));
    }
    if number.scale == 0 {
        return Err(invalid(format!("column {name:?}: a scale is at least 1")));
    }
    let mut lanes = number.lanes.clone();
    let value = match number.missing {
        NumberMissing::Value(value) => Some(value),
        NumberMissing::Indicator { value, lane } => {
            lanes.push(lane);
            Some(value)
        }
        _ => None,
    };
    if value.is_some_and(|value| !(number.low..=number.high).contains(&value)) {
        return Err(invalid(format!("column {name:?}: what stands for a missing value is outside its bounds")));
    }
    Ok(lanes)
}
