//! `tabella data`: the data that a model is audited on.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tabella_circuits::compliance::data::{MAX_SHARDS, SHARD_RECORDS};

use crate::audit::dataset::DataSet;
use crate::audit::import::{self, Description, Report};
use crate::audit::schema::CAPACITY;
use crate::audit::store::{self, Summary};
use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::output::{Outcome, path_text};

pub mod registry;
mod sign;
mod text;

/// The data that a model is audited on.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
A specification (TOML) says what the columns of a CSV file are; the import makes the canonical schema from it, and records with random
salts in shards, whose root auditors sign. Everybody with the file, the specification and the salts gets the same root.

Examples:
  tabella data import german.csv --spec german.toml --out german
  tabella data show german
  tabella data register german --engagement 1 --signature anna.json --from 0x9965...")]
pub enum Command {
    /// Make a data set from a CSV file
    Import(ImportOpts),
    /// Show a data set, after recomputing its root
    Show {
        /// The data set's directory
        dir: PathBuf,
    },
    /// What is done on the chain, with the DataRegistry
    #[command(flatten)]
    Registry(registry::Command),
    /// Sign a data set's root for an engagement, after recomputing it from the raw file; for auditors
    Sign(sign::SignOpts),
}

/// Options of `data import`.
#[derive(Debug, Args)]
#[command(after_help = "\
The directory gets schema.json, records.bin, salts.bin (secret), data.json and report.json.

Examples:
  tabella data import german.csv --spec german.toml --out german
  tabella data import next-year.csv --schema german/schema.json --out next-year
  tabella data import german.csv --spec german.toml --salts german/salts.bin --out again")]
pub struct ImportOpts {
    /// CSV file with a header
    csv: PathBuf,
    #[command(flatten)]
    description: DescriptionOpts,
    /// Directory to make
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Salts of an earlier import, to get the same root
    #[arg(long, value_name = "FILE")]
    salts: Option<PathBuf>,
}

/// What describes a CSV file: one of three.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct DescriptionOpts {
    /// Specification of the columns, in TOML
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Schema of an earlier import, for a file of the same kind
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// The file has Aequitas' columns: score, label_value, entity_id, and attributes
    #[arg(long)]
    aequitas: bool,
}

impl DescriptionOpts {
    /// The description, as the import takes it.
    pub fn description(&self) -> Description<'_> {
        match (&self.spec, &self.schema) {
            (Some(path), _) => Description::Spec(path),
            (_, Some(path)) => Description::Schema(path),
            _ => Description::Aequitas,
        }
    }
}

/// Runs `tabella data`.
///
/// # Errors
/// Exit 1 where data to be signed have another root, 2 for whatever is wrong with a file, 3 for the chain, 4 where a contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Import(options) => import(ctx, &options),
        Command::Show { dir } => show(ctx, &dir),
        Command::Registry(command) => registry::run(command, ctx),
        Command::Sign(options) => sign::run(ctx, &options),
    }
}

fn import(ctx: &Ctx, options: &ImportOpts) -> Result<Outcome, CliError> {
    let salts = options.salts.as_deref().map(|path| read_salts(ctx, path)).transpose()?;
    let spinner = ctx.spinner(format!("Importing {}", options.csv.display()));
    let imported = import::import(&options.csv, options.description.description(), salts.as_ref())?;
    store::write(&options.out, &imported)?;
    drop(spinner);
    warn_size(ctx, &imported.data);
    let mut data = facts(&imported.data, &imported.report);
    data["directory"] = json!(path_text(&options.out));
    let text = format!(
        "{}\n\nkept in {}; salts.bin and records.bin are secret",
        text::data(&imported.data, &imported.report),
        options.out.display()
    );
    Outcome::new(data, text)
}

fn show(ctx: &Ctx, dir: &std::path::Path) -> Result<Outcome, CliError> {
    warn_shared(ctx, &dir.join("salts.bin"));
    let spinner = ctx.spinner(format!("Hashing {}", dir.display()));
    let data = store::load(dir)?;
    drop(spinner);
    let report = store::report(dir)?;
    warn_size(ctx, &data);
    let mut facts = facts(&data, &report);
    facts["directory"] = json!(path_text(dir));
    Outcome::new(facts, text::data(&data, &report))
}

/// Salts from a file, with a warning if others can read it.
///
/// # Errors
/// Those of [`store::read_salts`].
pub fn read_salts(ctx: &Ctx, path: &std::path::Path) -> Result<crate::audit::dataset::Salts, CliError> {
    warn_shared(ctx, path);
    store::read_salts(path)
}

fn warn_shared(ctx: &Ctx, path: &std::path::Path) {
    if files::is_shared(path) {
        ctx.warn(format!("{} can be read by others; run: chmod 600 {}", path.display(), path.display()));
    }
}

fn warn_size(ctx: &Ctx, data: &DataSet) {
    if !data.fits_verdict() {
        let most = MAX_SHARDS * SHARD_RECORDS;
        ctx.warn(format!(
            "{} records are {} shards; verdict-s{MAX_SHARDS} takes {MAX_SHARDS} ({most} records): it cannot be audited whole",
            data.rows,
            data.digests.len()
        ));
    }
}

fn facts(data: &DataSet, report: &Report) -> Value {
    let summary = Summary::of(data);
    json!({
        "rows": summary.rows, "shards": summary.shards, "shard_records": summary.shard_records,
        "schema_hash": summary.schema_hash, "data_root": summary.data_root, "digests": summary.digests,
        "fits_verdict": data.fits_verdict(), "report": report, "capacity": CAPACITY,
    })
}
