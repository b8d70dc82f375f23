//! The specification of a data set, as its author writes it: TOML, version 1.
//!
//! It may leave out bounds, categories, group lists and lanes; [`super::resolve`] fills them in from the data. Every column of
//! the file must be named, or `others = "drop"` must say that the rest is dropped.

use std::path::Path;

use serde::Deserialize;

use super::decimal::Decimal;
use crate::error::CliError;
use crate::files;

/// Specifications are small.
const LIMIT: u64 = 1 << 20;

/// A specification.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// 1.
    pub version: u32,
    /// Texts that mean "no value"; the empty text if the list is left out.
    #[serde(default = "empty_text")]
    pub missing: Vec<String>,
    /// `"drop"`: columns that are not named are dropped. Left out: they are an error.
    pub others: Option<Word>,
    /// How the file is written.
    #[serde(default)]
    pub csv: Dialect,
    /// The columns, features in the order of their lanes.
    #[serde(default)]
    pub column: Vec<ColumnSpec>,
    /// What is predicted.
    pub label: LabelSpec,
    /// Whose rates are compared.
    #[serde(default)]
    pub attribute: Vec<AttributeSpec>,
}

fn empty_text() -> Vec<String> {
    vec![String::new()]
}

/// The only word that `others` knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Columns that are not named are dropped.
    Drop,
}

/// How a CSV file is written: RFC 4180, with these differences.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// One ASCII character; a comma if left out.
    pub delimiter: Option<char>,
    /// The columns' names where the file has no header.
    pub names: Option<Vec<String>>,
    /// Spaces around a value do not belong to it.
    #[serde(default)]
    pub trim: bool,
    /// Lines that begin with this ASCII character are left out.
    pub comment: Option<char>,
}

/// A column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// As the header writes it.
    pub name: String,
    /// What becomes of it.
    pub kind: KindWord,
    /// Number: units per 1; 1 if left out.
    pub scale: Option<u32>,
    /// Number: smallest value. Left out with `max`: bounds of the smallest type of lanes that holds the data.
    pub min: Option<Decimal>,
    /// Number: largest value.
    pub max: Option<Decimal>,
    /// Number: round to the nearest unit instead of refusing.
    pub round: Option<bool>,
    /// Number: move what is outside the bounds to the nearer one instead of refusing.
    pub clip: Option<bool>,
    /// Category: the values by code; the data's, sorted, if left out.
    pub values: Option<Vec<Text>>,
    /// Category: `"refuse"` (if left out), `"drop"`, `"own"` or `{ value = X }`.
    pub unseen: Option<OtherSpec>,
    /// `"refuse"` (if left out), `"drop"`, `{ value = X }`; a number also `"indicator"`, a category also `"own"`.
    pub missing: Option<OtherSpec>,
    /// Drop: the reason, for the report.
    pub why: Option<String>,
}

/// What becomes of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KindWord {
    /// Digits.
    Number,
    /// One of a list of texts.
    Category,
    /// Not given to the model.
    Drop,
}

/// A text that may also be written as a number (`values = [1, 2]`).
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// A whole number.
    Whole(i64),
    /// As it stands.
    Text(String),
}

impl Text {
    /// As the CSV file writes it.
    pub fn text(&self) -> String {
        match self {
            Self::Whole(value) => value.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// What stands for something missing or unseen: a word, or a value.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OtherSpec {
    /// `"refuse"`, `"drop"`, `"own"`, `"indicator"`.
    Word(String),
    /// `{ value = X }`, for indicators too: `{ indicator = X }`.
    #[serde(deserialize_with = "value_table")]
    Value(ValueSpec),
}

/// `{ value = X }` or `{ indicator = X }`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum ValueSpec {
    /// X stands for it.
    Value(Text),
    /// X stands for it, and a lane says so.
    Indicator(Text),
    /// The group X.
    Group(String),
}

fn value_table<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<ValueSpec, D::Error> {
    ValueSpec::deserialize(deserializer)
}

/// What is predicted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelSpec {
    /// The column.
    pub column: String,
    /// Positive outcomes.
    pub positive: Option<Vec<Text>>,
    /// Negative outcomes; whatever else the data has, sorted, if left out.
    pub negative: Option<Vec<Text>>,
    /// Positive is above this number.
    pub above: Option<Decimal>,
    /// Positive is at least this number.
    pub at_least: Option<Decimal>,
    /// `"refuse"` (if left out) or `"drop"`.
    pub missing: Option<OtherSpec>,
}

/// A partition of the rows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeSpec {
    /// As policies name it.
    pub name: String,
    /// The column whose value decides.
    pub column: Option<String>,
    /// By value: the groups; one for each value if left out.
    pub groups: Option<Vec<GroupSpec>>,
    /// By number: two groups, up to this number and above it.
    pub above: Option<Decimal>,
    /// By number: two groups, below this number and from it on.
    pub at_least: Option<Decimal>,
    /// By number: group k reaches up to the k-th cut (or below it, with `inclusive`).
    pub cuts: Option<Vec<Decimal>>,
    /// A cut belongs to the group above it.
    pub inclusive: Option<bool>,
    /// Names of the groups made by numbers.
    pub names: Option<Vec<String>>,
    /// Every combination of the groups of these attributes.
    pub of: Option<Vec<String>>,
    /// By value, a value in no group: `"refuse"` (if left out), `"drop"` or `{ group = NAME }`.
    pub other: Option<OtherSpec>,
    /// No value: the same words.
    pub missing: Option<OtherSpec>,
}

/// A group by value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSpec {
    /// As policies name it.
    pub name: String,
    /// The column's values.
    pub values: Vec<Text>,
}

/// Reads a specification.
///
/// # Errors
/// Errors about the file; `spec-invalid` with its line.
pub fn read(path: &Path) -> Result<Spec, CliError> {
    let text = files::text(files::read_bounded(path, LIMIT)?, path)?;
    parse(&text, path)
}

/// Reads a specification from its text; `path` names it in errors.
///
/// # Errors
/// `spec-invalid`, with the line.
pub fn parse(text: &str, path: &Path) -> Result<Spec, CliError> {
    let spec: Spec = from_toml(text, path, "spec-invalid")?;
    if spec.version != 1 {
        let what = format!("version {} of a specification is not known here, only 1", spec.version);
        return Err(CliError::file("spec-invalid", path, what));
    }
    Ok(spec)
}

/// Reads TOML; an error of this code names the line.
pub(super) fn from_toml<T: serde::de::DeserializeOwned>(
    text: &str,
    path: &Path,
    code: &'static str,
) -> Result<T, CliError> {
    toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(1, |span| {
            1 + text.as_bytes()[..span.start.min(text.len())].iter().filter(|b| **b == b'\n').count()
        });
        CliError::usage(code, format!("{}:{line}: {}", path.display(), e.message()))
    })
}
