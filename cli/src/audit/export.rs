//! What an exporter writes about a library's model: JSON, version 1; `python/README.md` describes it for writers.
//!
//! Numbers are JSON strings in the shortest decimal form that reads back as the same double (Python's `repr`).

use std::path::Path;

use serde::Deserialize;

use crate::error::CliError;
use crate::files;

/// Coefficients of at most a few hundred categories, and one character for each row of a data set.
const LIMIT: u64 = 32 << 20;
/// The word in `format`.
const FORMAT: &str = "tabella-export";

/// A double, written as text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Double(pub f64);

impl<'de> Deserialize<'de> for Double {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Rust also reads "inf" and "nan".
        let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
        value.map(Self).ok_or_else(|| serde::de::Error::custom(format!("{text:?} is no finite number")))
    }
}

/// A library's model: positive where intercept + the terms' sum is above 0.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// `tabella-export`.
    pub format: String,
    /// 1.
    pub version: u32,
    /// `logistic_regression`.
    pub kind: String,
    /// Name and version of the library.
    pub library: String,
    /// What every score starts from.
    pub intercept: Double,
    /// A score of exactly 0 is positive too.
    #[serde(default)]
    pub inclusive: bool,
    /// What the columns add.
    pub terms: Vec<Term>,
    /// What the library predicted for the data at hand.
    pub predictions: Option<Predictions>,
}

/// What a column adds to the score.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The column.
    pub column: String,
    /// coefficient · (x - mean) / scale.
    pub number: Option<NumberTerm>,
    /// A summand for each value.
    pub category: Option<CategoryTerm>,
}

/// coefficient · (x - mean) / scale.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberTerm {
    /// Its factor.
    pub coefficient: Double,
    /// Taken off first.
    pub mean: Double,
    /// Divided by next; not 0.
    pub scale: Double,
    /// The summand of a missing value; nothing where the library refuses it.
    pub missing: Option<Double>,
}

/// A summand for each value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryTerm {
    /// The values as the file writes them.
    pub values: Vec<String>,
    /// Their summands.
    pub coefficients: Vec<Double>,
    /// The summand of any other value; nothing where the library refuses it.
    pub unseen: Option<Double>,
    /// The summand of a missing value; nothing where the library refuses it.
    pub missing: Option<Double>,
}

/// What the library predicted for a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predictions {
    /// SHA-256 of the CSV file, hexadecimal.
    pub csv_sha256: String,
    /// One character for each row of the file, in order: 1, 0, or - where the library refuses.
    pub rows: String,
}

/// Reads an export.
///
/// # Errors
/// Errors about the file; `export-invalid`, saying what about it.
pub fn read(path: &Path) -> Result<Export, CliError> {
    let bytes = files::read_bounded(path, LIMIT)?;
    let invalid = |what: String| {
        CliError::file("export-invalid", path, what).hint("exports are made by python/; its README describes them")
    };
    let export: Export = serde_json::from_slice(&bytes).map_err(|e| invalid(e.to_string()))?;
    if export.format != FORMAT || export.version != 1 || export.kind != "logistic_regression" {
        let (format, version, kind) = (&export.format, export.version, &export.kind);
        return Err(invalid(format!("{format:?} version {version} of kind {kind:?} is not known here")));
    }
    for term in &export.terms {
        let name = &term.column;
        match (&term.number, &term.category) {
            (Some(number), None) if number.scale.0 != 0.0 => {}
            (Some(_), None) => return Err(invalid(format!("the number {name:?} is divided by 0"))),
            (None, Some(category)) if category.values.len() == category.coefficients.len() => {}
            (None, Some(_)) => return Err(invalid(format!("{name:?} has more values than coefficients, or fewer"))),
            _ => return Err(invalid(format!("the term of {name:?} is either a number or a category"))),
        }
    }
    if let Some(at) = export.predictions.as_ref().and_then(|p| p.rows.find(|c| !"01-".contains(c))) {
        return Err(invalid(format!("prediction {at} is none of 1, 0, -")));
    }
    Ok(export)
}
