//! From a CSV file to a data set, with a report of everything that happened on the way.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::aequitas;
use super::dataset::{DataSet, Place, Salts};
use super::encode::{Encoded, Encoder, Reason};
use super::resolve::resolve;
use super::schema::{Attribute, Kind, NumberMissing, Schema};
use super::spec::{self, Dialect};
use super::table::Table;
use crate::error::CliError;

/// Lines that the report names for each reason.
const LINES_SHOWN: usize = 5;

/// What describes a CSV file.
#[derive(Debug, Clone, Copy)]
pub enum Description<'a> {
    /// A specification in TOML.
    Spec(&'a Path),
    /// A schema that was made before, for a file of the same kind.
    Schema(&'a Path),
    /// Aequitas' columns: `score`, `label_value`, attributes.
    Aequitas,
}

/// A data set and what happened on the way to it.
#[derive(Debug)]
pub struct Imported {
    /// The data set.
    pub data: DataSet,
    /// The report.
    pub report: Report,
}

/// What an import did; `report.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// 1.
    pub version: u32,
    /// Rows of the file.
    pub rows_in_file: u64,
    /// Records.
    pub rows: u64,
    /// Rows that were left out, by reason.
    pub dropped_rows: Vec<DroppedRows>,
    /// Columns that the model gets.
    pub columns: Vec<ColumnReport>,
    /// Columns that it does not get.
    pub dropped_columns: Vec<DroppedColumn>,
    /// Records with a positive label.
    pub positive: u64,
    /// Attributes and their groups.
    pub attributes: Vec<AttributeReport>,
}

/// Rows left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DroppedRows {
    /// The column.
    pub column: String,
    /// What about it.
    pub why: String,
    /// How many.
    pub rows: u64,
    /// The first few lines of the file.
    pub first_lines: Vec<u64>,
}

/// What was noticed in a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnReport {
    /// The column.
    pub name: String,
    /// Its form in the records, in words.
    pub form: String,
    /// Its lanes.
    pub lanes: Vec<usize>,
    /// Records without a value.
    pub missing: u64,
    /// Records with a text that is no value of the category.
    pub unseen: u64,
    /// Records whose number was rounded.
    pub rounded: u64,
    /// Records whose number was moved to a bound.
    pub clipped: u64,
}

/// A column that is in no lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DroppedColumn {
    /// The column.
    pub name: String,
    /// The reason; empty if none was given.
    pub why: String,
}

/// Sizes of an attribute's groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeReport {
    /// The attribute.
    pub name: String,
    /// Its groups, by code.
    pub groups: Vec<GroupReport>,
}

/// Size of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupReport {
    /// The group.
    pub name: String,
    /// Its records.
    pub n: u64,
    /// Those with a positive label.
    pub positive: u64,
}

/// Reads a CSV file and makes the data set that its description means; with `salts` the same one as when those were made.
///
/// # Errors
/// Errors about the files; those of [`resolve`], [`Encoder`] and [`DataSet::new`].
pub fn import(csv: &Path, description: Description<'_>, salts: Option<&Salts>) -> Result<Imported, CliError> {
    let (schema, table) = match description {
        Description::Spec(path) => {
            let spec = spec::read(path)?;
            let table = Table::read(csv, &spec.csv)?;
            let schema = resolve(&spec, &table).map_err(|error| in_file(error, path))?;
            (schema, table)
        }
        Description::Schema(path) => (Schema::read(path)?, Table::read(csv, &Dialect::default())?),
        Description::Aequitas => {
            let table = Table::read(csv, &Dialect::default())?;
            (resolve(&aequitas::spec(&table)?, &table)?, table)
        }
    };
    encode(schema, &table, salts)
}

/// Errors about the specification name its file.
fn in_file(mut error: CliError, path: &Path) -> CliError {
    if ["spec-invalid", "schema-invalid", "capacity"].contains(&error.code.as_ref()) {
        error.message = format!("{}: {}", path.display(), error.message);
    }
    error
}

/// Makes the data set of a table under a schema.
///
/// # Errors
/// Those of [`Encoder`] and [`DataSet::new`].
pub fn encode(schema: Schema, table: &Table, salts: Option<&Salts>) -> Result<Imported, CliError> {
    let mut encoder = Encoder::new(&schema, table)?;
    let mut rows = Vec::with_capacity(table.rows.len());
    let mut dropped: BTreeMap<Reason, (u64, Vec<u64>)> = BTreeMap::new();
    for (row, number) in table.rows.iter().zip(0u32..) {
        match encoder.row(row)? {
            Ok(encoded) => {
                let line = u32::try_from(row.line).map_err(CliError::internal)?;
                rows.push((encoded, Place { row: number, line }));
            }
            Err(reason) => {
                let (count, lines) = dropped.entry(reason).or_default();
                *count += 1;
                if lines.len() < LINES_SHOWN {
                    lines.push(row.line);
                }
            }
        }
    }
    let report = report(&schema, table, &encoder, &rows, dropped);
    drop(encoder);
    let fresh;
    let salts = match salts {
        Some(salts) => salts,
        None => {
            fresh = Salts::fresh(rows.len());
            &fresh
        }
    };
    let data = DataSet::new(schema, rows, salts, table.sha256).map_err(|error| error.data(&report))?;
    Ok(Imported { data, report })
}

fn report(
    schema: &Schema,
    table: &Table,
    encoder: &Encoder<'_>,
    rows: &[(Encoded, Place)],
    dropped: BTreeMap<Reason, (u64, Vec<u64>)>,
) -> Report {
    let columns = schema.columns.iter().filter_map(|column| {
        let (form, lanes) = form(&column.kind)?;
        let seen = encoder.seen.get(&column.name).copied().unwrap_or_default();
        Some(ColumnReport {
            name: column.name.clone(),
            form,
            lanes,
            missing: seen.missing,
            unseen: seen.unseen,
            rounded: seen.rounded,
            clipped: seen.clipped,
        })
    });
    let named = schema.columns.iter().filter_map(|column| match &column.kind {
        Kind::Drop { why } => Some(DroppedColumn { name: column.name.clone(), why: why.clone() }),
        _ => None,
    });
    let others = encoder.unnamed().into_iter().map(|name| DroppedColumn { name, why: "not named".to_owned() });
    Report {
        version: 1,
        rows_in_file: table.rows.len() as u64,
        rows: rows.len() as u64,
        dropped_rows: dropped
            .into_iter()
            .map(|(reason, (rows, first_lines))| DroppedRows {
                column: reason.column,
                why: reason.what.to_owned(),
                rows,
                first_lines,
            })
            .collect(),
        columns: columns.collect(),
        dropped_columns: named.chain(others).collect(),
        positive: rows.iter().filter(|(row, _)| row.label).count() as u64,
        attributes: schema.attributes.iter().enumerate().map(|(i, a)| groups(i, a, rows)).collect(),
    }
}

/// A column's form in words, and its lanes; nothing for a dropped one.
fn form(kind: &Kind) -> Option<(String, Vec<usize>)> {
    match kind {
        Kind::Number(number) => {
            let mut text = format!("number, {} to {} units", number.low, number.high);
            if number.scale != 1 {
                text.push_str(&format!(" of 1/{}", number.scale));
            }
            let mut lanes = number.lanes.clone();
            if let NumberMissing::Indicator { lane, .. } = number.missing {
                lanes.push(lane);
                text.push_str(", with a lane that says whether it is missing");
            }
            Some((text, lanes))
        }
        Kind::Category(category) => Some((format!("category, {} codes", category.codes()), vec![category.lane])),
        Kind::Drop { .. } => None,
    }
}

fn groups(index: usize, attribute: &Attribute, rows: &[(Encoded, Place)]) -> AttributeReport {
    let mut groups: Vec<GroupReport> =
        attribute.groups.iter().map(|name| GroupReport { name: name.clone(), n: 0, positive: 0 }).collect();
    for (row, _) in rows {
        if let Some(group) = groups.get_mut(usize::from(row.codes[index])) {
            group.n += 1;
            group.positive += u64::from(row.label);
        }
    }
    AttributeReport { name: attribute.name.clone(), groups }
}
