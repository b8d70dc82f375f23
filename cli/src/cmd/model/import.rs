//! `tabella model import`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use tabella_circuits::field::to_decimal;

use crate::audit::compare::{Comparison, compare};
use crate::audit::dataset::DataSet;
use crate::audit::export::{self, Export};
use crate::audit::integer::{GOOD_SCALE, integers};
use crate::audit::model::{Blinding, Model, blinding_path};
use crate::audit::schema::Schema;
use crate::audit::store;
use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::output::{Outcome, path_text};

/// Options of `model import`.
#[derive(Debug, Args)]
#[command(after_help = "\
With --data the integer model is compared with the library's own predictions, row by row. Model and blinding are secret, and files
of their owner alone; the blinding is what hides the model in its commitment.

Examples:
  tabella model import export.json --data german --out model.json
  tabella model import export.json --schema german/schema.json --out model.json")]
pub struct ImportOpts {
    /// What the exporter wrote
    export: PathBuf,
    #[command(flatten)]
    at: At,
    /// File to write the model to
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// File to write the blinding to [default: the model's name with .blinding]
    #[arg(long, value_name = "FILE")]
    blinding: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct At {
    /// A data set, for its schema and to compare predictions on
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The schema alone; nothing is compared
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
}

pub(super) fn run(ctx: &Ctx, options: &ImportOpts) -> Result<Outcome, CliError> {
    let blinding_file = options.blinding.clone().unwrap_or_else(|| blinding_path(&options.out));
    // Before any work, and before one of the two is written.
    if let Some(taken) = [&options.out, &blinding_file].into_iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(files::exists(taken));
    }
    let export = export::read(&options.export)?;
    let data = options.at.data.as_deref().map(store::load).transpose()?;
    let schema = match (&data, &options.at.schema) {
        (Some(data), _) => data.schema.clone(),
        (None, Some(path)) => Schema::read(path)?,
        (None, None) => return Err(CliError::internal("neither --data nor --schema")),
    };
    let integers = integers(&export, &schema).map_err(|mut error| {
        error.message = format!("{}: {}", options.export.display(), error.message);
        error
    })?;
    let unused = integers.unused.clone();
    let model = Model::new(integers, schema.hash()?, export.library.clone());
    if model.scale.unit() < 2f64.powi(GOOD_SCALE as i32) {
        ctx.warn(format!("the model's numbers are so large that the scale is only {}", model.scale));
    }
    let compared = compared(ctx, &model, &export, data.as_ref())?;
    let blinding = Blinding::fresh();
    // The blinding first: a model without one would look complete.
    model.write_blinding(&blinding, &blinding_file)?;
    model.write(&options.out)?;
    let commitment = to_decimal(&model.commitment(&blinding));
    let facts = json!({
        "model": path_text(&options.out), "blinding": path_text(&blinding_file), "commitment": commitment, "library": model.library,
        "schema_hash": to_decimal(&model.schema_hash), "scale_odd": model.scale.odd, "scale_log2": model.scale.log2, "rounding": model.rounding,
        "unused_columns": unused, "comparison": compared,
    });
    let mut text = format!(
        "model        {}, from {}\nscale        {}; a score differs from the library's by less than {:.1e}\n{}\ncommitment   {commitment}\n",
        options.out.display(),
        model.library,
        model.scale,
        model.rounding,
        words(compared.as_ref()),
    );
    if !unused.is_empty() {
        text.push_str(&format!("not used     {}\n", unused.join(", ")));
    }
    text.push_str(&format!("             {} and {} are secret", options.out.display(), blinding_file.display()));
    Outcome::new(facts, text)
}

/// Warns about every mismatch; whether to use the model is its owner's decision.
fn compared(ctx: &Ctx, model: &Model, export: &Export, data: Option<&DataSet>) -> Result<Option<Comparison>, CliError> {
    let (Some(data), Some(predictions)) = (data, &export.predictions) else { return Ok(None) };
    let compared = compare(model, data, predictions)?;
    let bad = compared.mismatches + compared.refused;
    if bad > 0 {
        let lines: Vec<String> = compared.first_lines.iter().map(ToString::to_string).collect();
        ctx.warn(format!(
            "{bad} predictions are not the library's: lines {}{}",
            lines.join(", "),
            if bad > 10 { ", ..." } else { "" }
        ));
    }
    Ok(Some(compared))
}

fn words(compared: Option<&Comparison>) -> String {
    match compared {
        None => "mismatches   not compared: no data set, or no predictions in the export".to_owned(),
        Some(c) => format!(
            "mismatches   {} of {} records{}; the closest score is {:.1e} from 0, {} within the rounding",
            c.mismatches,
            c.rows,
            if c.refused == 0 { String::new() } else { format!(", and {} that the library refuses", c.refused) },
            c.closest.unwrap_or(0.0),
            c.within_rounding
        ),
    }
}
