//! `tabella model`: the canonical integer model and its commitment.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use tabella_circuits::field::to_decimal;

use crate::audit::model::{Blinding, Model, blinding_path};
use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::output::{Outcome, path_text};

mod import;
mod predict;
pub mod registry;
mod show;

/// The canonical integer model and its commitment.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
What is committed is what is proven: an import turns a library's model into integers once and compares it with the library's own
predictions. python/ has the exporter for scikit-learn.

Examples:
  tabella model import export.json --data german --out model.json
  tabella model commit model.json
  tabella model predict model.json --data german
  tabella model register --model model.json --bond 1 --from 0x7099...
  tabella model status 1")]
pub enum Command {
    /// Make the integer model from an export
    Import(import::ImportOpts),
    /// Show a model: scale, schema, exactness; with --schema what each column adds
    Show(show::ShowOpts),
    /// What the model says about each row of a CSV file or record of a data set
    Predict(predict::PredictOpts),
    /// The model's commitment, as a registry knows it
    Commit(CommitOpts),
    /// What is done on the chain, with the ModelRegistry
    #[command(flatten)]
    Registry(registry::Command),
}

/// A model and its blinding.
#[derive(Debug, Clone, Args)]
pub struct ModelOpts {
    /// The model's file
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// The blinding's file [default: the model's name with .blinding]
    #[arg(long, value_name = "FILE")]
    blinding: Option<PathBuf>,
}

/// Options of `model commit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  tabella model commit model.json --json")]
pub struct CommitOpts {
    #[command(flatten)]
    model: ModelOpts,
}

impl ModelOpts {
    /// Reads both files, with a warning for each that others can read.
    ///
    /// # Errors
    /// Those of [`Model::read`] and [`Model::read_blinding`].
    pub fn read(&self, ctx: &Ctx) -> Result<(Model, Blinding), CliError> {
        let model = read(ctx, &self.model)?;
        let path = self.blinding.clone().unwrap_or_else(|| blinding_path(&self.model));
        warn_shared(ctx, &path);
        let blinding = model.read_blinding(&path)?;
        Ok((model, blinding))
    }
}

/// Runs `tabella model`.
///
/// # Errors
/// Exit 2 for whatever is wrong with a file, 3 for the chain, 4 where a contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Import(options) => import::run(ctx, &options),
        Command::Show(options) => show::run(ctx, &options),
        Command::Predict(options) => predict::run(ctx, &options),
        Command::Commit(options) => commit(ctx, &options),
        Command::Registry(command) => registry::run(command, ctx),
    }
}

fn commit(ctx: &Ctx, options: &CommitOpts) -> Result<Outcome, CliError> {
    let (model, blinding) = options.model.read(ctx)?;
    let commitment = to_decimal(&model.commitment(&blinding));
    let data = json!({
        "commitment": commitment, "schema_hash": to_decimal(&model.schema_hash), "file": path_text(&options.model.model),
    });
    Outcome::new(data, commitment)
}

/// Reads a model, with a warning if others can.
///
/// # Errors
/// Those of [`Model::read`].
pub fn read(ctx: &Ctx, path: &std::path::Path) -> Result<Model, CliError> {
    warn_shared(ctx, path);
    Model::read(path)
}

fn warn_shared(ctx: &Ctx, path: &std::path::Path) {
    if files::is_shared(path) {
        ctx.warn(format!("{} can be read by others; run: chmod 600 {}", path.display(), path.display()));
    }
}
