//! `tabella model show`.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use tabella_circuits::field::to_decimal;

use crate::audit::model::Model;
use crate::audit::schema::{Kind, NumberMissing, Schema, lane_weights};
use crate::context::Ctx;
use crate::error::CliError;
use crate::output::{Outcome, path_text};

/// Options of `model show`.
#[derive(Debug, Args)]
#[command(after_help = "\
With --schema the model's parameters are printed: they are its owner's secret.

Examples:
  tabella model show model.json
  tabella model show model.json --schema german/schema.json")]
pub struct ShowOpts {
    /// The model's file
    model: PathBuf,
    /// The schema, to show what each column adds
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
}

/// What a column adds: of a category each code, of a number each unit of 1.
struct Part {
    column: String,
    adds: Vec<(String, f64)>,
}

pub(super) fn run(ctx: &Ctx, options: &ShowOpts) -> Result<Outcome, CliError> {
    let model = super::read(ctx, &options.model)?;
    let mut data = json!({
        "model": path_text(&options.model), "library": model.library, "schema_hash": to_decimal(&model.schema_hash),
        "scale_odd": model.scale.odd, "scale_log2": model.scale.log2, "rounding": model.rounding,
        "lanes_used": model.linear.weights.iter().zip(&model.linear.category).filter(|(w, c)| **w != 0 || **c).count(),
        "table_cells": model.linear.table.iter().filter(|cell| **cell != 0).count(),
    });
    let mut text = format!(
        "library      {}\nschema hash  {}\nscale        {}; a score differs from the library's by less than {:.1e}",
        model.library,
        to_decimal(&model.schema_hash),
        model.scale,
        model.rounding
    );
    if let Some(path) = &options.schema {
        let schema = Schema::read(path)?;
        if schema.hash()? != model.schema_hash {
            return Err(CliError::file("model-does-not-fit", path, "the model was made for another schema"));
        }
        let parts: Vec<Part> = schema.columns.iter().filter_map(|c| part(&model, &c.name, &c.kind)).collect();
        data["columns"] = parts.iter().map(as_json).collect();
        for part in &parts {
            text.push_str(&format!("\n  {}", part.column));
            part.adds.iter().for_each(|(what, value)| text.push_str(&format!("\n    {value:>14.6}  {what}")));
        }
    }
    Outcome::new(data, text)
}

fn as_json(part: &Part) -> Value {
    let adds: Vec<Value> = part.adds.iter().map(|(what, value)| json!({ "what": what, "adds": value })).collect();
    json!({ "column": part.column, "adds": adds })
}

fn part(model: &Model, column: &str, kind: &Kind) -> Option<Part> {
    let unit = model.scale.unit();
    let weight = |lane: usize| model.linear.weights[lane] as f64 / unit;
    let adds = match kind {
        Kind::Number(number) => {
            let first = lane_weights(&number.lanes).first().map_or(0.0, |(lane, _)| weight(*lane));
            let mut adds = vec![("for each 1".to_owned(), first * f64::from(number.scale))];
            if let NumberMissing::Indicator { lane, .. } = number.missing {
                adds.push(("more where it is missing".to_owned(), weight(lane)));
            }
            adds
        }
        Kind::Category(category) if model.linear.category[category.lane] => {
            let offset = usize::from(model.linear.offset[category.lane]);
            let cell = |code: usize| model.linear.table.get(offset + code).map_or(0.0, |c| *c as f64 / unit);
            category.code_names().into_iter().enumerate().map(|(code, name)| (name, cell(code))).collect()
        }
        Kind::Category(_) => vec![],
        Kind::Drop { .. } => return None,
    };
    Some(Part { column: column.to_owned(), adds })
}
