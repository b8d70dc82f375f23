//! `tabella policy`: what a DAO asks of a model.

use std::path::PathBuf;

use alloy::primitives::keccak256;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tabella_circuits::field::{to_be_bytes, to_decimal};

use crate::audit::metric::Metric;
use crate::audit::policy::{Compiled, PACKS, PolicyFile};
use crate::audit::schema::Schema;
use crate::audit::warnings::warnings;
use crate::context::Ctx;
use crate::error::CliError;
use crate::output::Outcome;

pub mod registry;

/// What a DAO asks of a model.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
A policy is a TOML file of lines, all of which must hold; `tabella policy metrics` lists what they can say. Against a schema it becomes
the eleven words that a DAO adopts.

Examples:
  tabella policy show --pack four-fifths > policy.toml
  tabella policy check policy.toml --schema german/schema.json
  tabella policy hash policy.toml --schema german/schema.json
  tabella policy adopt policy.toml --schema german/schema.json --auditor 0x9965... --from 0x3C44...
  tabella policy list")]
pub enum Command {
    /// Check a policy, and say what is odd about it
    Check(PolicyOpts),
    /// The hash of a policy's words for a schema, and of its text
    Hash(PolicyOpts),
    /// Show a policy: its text, or with --schema its lines and words
    Show(PolicyOpts),
    /// List the metrics and the policies that come with Tabella
    #[command(after_help = "Example:\n  tabella policy metrics")]
    Metrics,
    /// What is done on the chain, with the PolicyRegistry
    #[command(flatten)]
    Registry(registry::Command),
}

/// A policy, and the schema that it is for.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tabella policy check policy.toml
  tabella policy check policy.toml --schema german/schema.json
  tabella policy show --pack nyc-ll144")]
pub struct PolicyOpts {
    /// The policy's file
    #[arg(value_name = "FILE", required_unless_present = "pack", conflicts_with = "pack")]
    file: Option<PathBuf>,
    /// A policy that comes with Tabella: four-fifths, nyc-ll144
    #[arg(long, value_name = "NAME")]
    pack: Option<String>,
    /// The schema that it is for
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
}

impl PolicyOpts {
    fn read(&self) -> Result<PolicyFile, CliError> {
        match (&self.file, &self.pack) {
            (Some(path), _) => PolicyFile::read(path),
            (None, Some(name)) => PolicyFile::pack(name),
            (None, None) => Err(CliError::internal("neither a file nor --pack")),
        }
    }

    fn schema(&self) -> Result<Option<Schema>, CliError> {
        self.schema.as_deref().map(Schema::read).transpose()
    }
}

/// Runs `tabella policy`.
///
/// # Errors
/// Exit 2 for whatever is wrong with a file, 3 for the chain, 4 where a contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Check(options) => check(ctx, &options),
        Command::Hash(options) => hash(&options),
        Command::Show(options) => show(&options),
        Command::Metrics => metrics(),
        Command::Registry(command) => registry::run(command, ctx),
    }
}

fn check(ctx: &Ctx, options: &PolicyOpts) -> Result<Outcome, CliError> {
    let file = options.read()?;
    let compiled = options.schema()?.map(|schema| file.compile(&schema)).transpose()?;
    let odd = warnings(&file);
    odd.iter().for_each(|warning| ctx.warn(warning));
    let mut data = json!({ "title": file.title, "valid": true, "odd": odd });
    let text = match &compiled {
        None => format!("{} lines, in order; --schema also checks attributes and groups", file.lines.len()),
        Some(compiled) => {
            data["lines"] = lines(compiled);
            words(&file, compiled)
        }
    };
    Outcome::new(data, text)
}

fn hash(options: &PolicyOpts) -> Result<Outcome, CliError> {
    let file = options.read()?;
    let text_hash = keccak256(&file.text);
    let Some(schema) = options.schema()? else {
        return Err(CliError::usage("schema-needed", "a policy has words, and a hash of them, for a schema only")
            .hint("give --schema DIR/schema.json of an imported data set"));
    };
    let compiled = file.compile(&schema)?;
    let words_hash = words_hash(&compiled);
    let data =
        json!({ "words_hash": words_hash, "text_hash": text_hash, "schema_hash": to_decimal(&compiled.policy.schema) });
    Outcome::new(data, format!("{words_hash}  keccak256 of the words\n{text_hash}  keccak256 of the text"))
}

fn show(options: &PolicyOpts) -> Result<Outcome, CliError> {
    let file = options.read()?;
    let Some(schema) = options.schema()? else {
        return Outcome::new(json!({ "title": file.title, "text": file.text }), file.text);
    };
    let compiled = file.compile(&schema)?;
    let list: Vec<String> = compiled.policy.words().iter().map(to_decimal).collect();
    let data = json!({
        "title": file.title, "lines": lines(&compiled), "words": list, "words_hash": words_hash(&compiled),
        "text_hash": keccak256(&file.text), "min_rows": compiled.policy.min_rows, "min_group": compiled.policy.min_group,
        "min_positive": compiled.policy.min_positive,
        "exclude": format!("{}/{}", compiled.policy.exclude.num(), compiled.policy.exclude.den()),
    });
    let mut text = words(&file, &compiled);
    for (i, word) in list.iter().enumerate() {
        text.push_str(&format!("\n  word {i:>2}  {word}"));
    }
    Outcome::new(data, text)
}

fn metrics() -> Result<Outcome, CliError> {
    let all: Vec<(&str, &str)> = Metric::all().collect();
    let packs: Vec<&str> = PACKS.iter().map(|(name, _)| *name).collect();
    let list: Vec<Value> = all.iter().map(|(name, words)| json!({ "name": name, "means": words })).collect();
    let width = all.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text: Vec<String> = all.iter().map(|(name, words)| format!("{name:width$}  {words}")).collect();
    text.push(format!("\npacks: {}", packs.join(", ")));
    Outcome::new(json!({ "metrics": list, "packs": packs }), text.join("\n"))
}

/// keccak256 of the eleven words.
fn words_hash(compiled: &Compiled) -> alloy::primitives::B256 {
    keccak256(compiled.policy.words().iter().flat_map(to_be_bytes).collect::<Vec<u8>>())
}

fn lines(compiled: &Compiled) -> Value {
    compiled
        .lines
        .iter()
        .chain(&compiled.z)
        .map(|line| json!({ "name": line.name(), "line": line, "says": line.to_string() }))
        .collect()
}

fn words(file: &PolicyFile, compiled: &Compiled) -> String {
    let policy = &compiled.policy;
    let mut text = format!("{}\n\nall of these hold:", if file.title.is_empty() { "(no title)" } else { &file.title });
    for line in compiled.lines.iter().chain(&compiled.z) {
        text.push_str(&format!("\n  {line}"));
    }
    text.push_str(&format!(
        "\nsupported by at least {} records, and {} in each group, {} of them positive",
        policy.min_rows, policy.min_group, policy.min_positive
    ));
    if policy.exclude.num() > 0 {
        text.push_str(&format!(
            "\ngroups of less than {}/{} of all records are left out",
            policy.exclude.num(),
            policy.exclude.den()
        ));
    }
    text.push_str(&format!("\nschema {}", to_decimal(&policy.schema)));
    text
}
