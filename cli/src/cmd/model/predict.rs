//! `tabella model predict`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::audit::encode::Encoder;
use crate::audit::model::{self, Model};
use crate::audit::schema::Schema;
use crate::audit::spec::Dialect;
use crate::audit::store;
use crate::audit::table::Table;
use crate::context::Ctx;
use crate::error::CliError;
use crate::output::Outcome;

/// Options of `model predict`.
#[derive(Debug, Args)]
#[command(after_help = "\
The CSV file needs a header and the columns that the model gets, no others. 1: the score is above 0.

Examples:
  tabella model predict model.json --data german
  tabella model predict model.json --csv applicant.csv --schema german/schema.json")]
pub struct PredictOpts {
    /// The model's file
    model: PathBuf,
    /// A data set
    #[arg(long, value_name = "DIR", conflicts_with_all = ["csv", "schema"], required_unless_present = "csv")]
    data: Option<PathBuf>,
    /// A CSV file of one or more rows
    #[arg(long, value_name = "FILE", requires = "schema")]
    csv: Option<PathBuf>,
    /// The schema that says what the CSV file's columns are
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
}

/// A row's line, and its score or why it has none.
type Row = (u64, Result<i64, String>);

pub(super) fn run(ctx: &Ctx, options: &PredictOpts) -> Result<Outcome, CliError> {
    let model = super::read(ctx, &options.model)?;
    let rows = match (&options.data, &options.csv, &options.schema) {
        (Some(dir), ..) => of_data(&model, dir)?,
        (None, Some(csv), Some(schema)) => of_csv(&model, csv, schema)?,
        _ => return Err(CliError::internal("neither --data nor --csv")),
    };
    let unit = model.scale.unit();
    let list: Vec<_> = rows
        .iter()
        .map(|(line, score)| match score {
            Ok(z) => json!({ "line": line, "prediction": i32::from(*z > 0), "score": z.to_string(), "value": *z as f64 / unit }),
            Err(why) => json!({ "line": line, "prediction": null, "why": why }),
        })
        .collect();
    let mut text = String::from("line,prediction,score");
    for (line, score) in &rows {
        match score {
            Ok(z) => text.push_str(&format!("\n{line},{},{:.6}", i32::from(*z > 0), *z as f64 / unit)),
            Err(why) => text.push_str(&format!("\n{line},,{why}")),
        }
    }
    let positive = rows.iter().filter(|(_, score)| matches!(score, Ok(z) if *z > 0)).count();
    Outcome::new(
        json!({ "rows": list, "count": rows.len(), "positive": positive, "scale_odd": model.scale.odd, "scale_log2": model.scale.log2 }),
        text,
    )
}

fn of_data(model: &Model, dir: &Path) -> Result<Vec<Row>, CliError> {
    let data = store::load(dir)?;
    let scores = model.scores(&data)?;
    Ok(data.places.iter().zip(scores).map(|(place, score)| (place.line.into(), Ok(score))).collect())
}

fn of_csv(model: &Model, csv: &Path, schema: &Path) -> Result<Vec<Row>, CliError> {
    let path = schema;
    let schema = Schema::read(path)?;
    if schema.hash()? != model.schema_hash {
        return Err(CliError::file("model-does-not-fit", path, "the model was made for another schema"));
    }
    let table = Table::read(csv, &Dialect::default())?;
    let mut encoder = Encoder::of_features(&schema, &table)?;
    let mut rows = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let score = match encoder.lanes(row)? {
            Ok(lanes) => Ok(model::score(model, &lanes, row.line)?),
            Err(reason) => Err(format!("dropped: {} {}", reason.column, reason.what)),
        };
        rows.push((row.line, score));
    }
    Ok(rows)
}
