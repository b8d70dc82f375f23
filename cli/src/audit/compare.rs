//! The integer model against the library's own predictions, row by row.

use serde::Serialize;

use super::dataset::DataSet;
use super::export::Predictions;
use super::model::Model;
use crate::error::CliError;

/// Lines that are named.
const LINES_SHOWN: usize = 10;

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Records compared.
    pub rows: u64,
    /// Records for which the library says something else.
    pub mismatches: u64,
    /// Records for which the library says nothing.
    pub refused: u64,
    /// Lines of the first few of both.
    pub first_lines: Vec<u32>,
    /// The smallest |score|, in the library's units; nothing without records.
    pub closest: Option<f64>,
    /// Records whose |score| is within what rounding may do: for all others the two models provably agree.
    pub within_rounding: u64,
}

/// Compares with what the library predicted for the data set's own file.
///
/// # Errors
/// `predictions-differ` if they are of another file or number of rows; those of [`Model::scores`].
pub fn compare(model: &Model, data: &DataSet, predictions: &Predictions) -> Result<Comparison, CliError> {
    if predictions.csv_sha256.to_ascii_lowercase() != hex::encode(data.csv_sha256) {
        return Err(differ("the export's predictions are for another CSV file than these data"));
    }
    let theirs = predictions.rows.as_bytes();
    let unit = model.scale.unit();
    let mut found =
        Comparison { rows: 0, mismatches: 0, refused: 0, first_lines: vec![], closest: None, within_rounding: 0 };
    for (score, place) in model.scores(data)?.into_iter().zip(&data.places) {
        let their = theirs.get(place.row as usize).ok_or_else(|| {
            differ(&format!("the export has {} predictions, and the file has a row {}", theirs.len(), place.row + 1))
        })?;
        found.rows += 1;
        let real = score.unsigned_abs() as f64 / unit;
        found.closest = Some(found.closest.map_or(real, |closest: f64| closest.min(real)));
        found.within_rounding += u64::from(real <= model.rounding);
        match *their {
            b'-' => found.refused += 1,
            their if (their == b'1') != (score > 0) => found.mismatches += 1,
            _ => continue,
        }
        if found.first_lines.len() < LINES_SHOWN {
            found.first_lines.push(place.line);
        }
    }
    Ok(found)
}

fn differ(what: &str) -> CliError {
    CliError::usage("predictions-differ", what).hint(
        "export again with the CSV file that was imported, or import the model with --schema: then nothing is compared",
    )
}
