//! The commands of `tabella policy` that talk to the PolicyRegistry.

use std::path::PathBuf;

use alloy::primitives::Address;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tabella_circuits::field::to_decimal;
use tabella_contracts::client::audit::{AdoptedPolicy, PolicyTerms};

use crate::audit::policy::{Compiled, PolicyFile};
use crate::audit::schema::Schema;
use crate::cmd::proposal::printable;
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::propose::{description, propose_rehearsed, proposed};
use crate::flow::{errors, numbers};
use crate::opts::{Acting, AtDao, address_of};
use crate::output::Outcome;

/// What a DAO does with policies.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Propose to the DAO to adopt a policy; members vote on it in private
    Adopt(Box<Adopt>),
    /// List the policies that the DAO adopted
    #[command(after_help = "Example:\n  tabella policy list")]
    List(AtDao),
}

/// Options of `policy adopt`.
#[derive(Debug, Args)]
#[command(after_help = "\
The policy's text and its terms are the proposal's text. An adopted version never changes: a new one is another version.

Examples:
  tabella policy adopt policy.toml --schema german/schema.json --auditor 0x9965... --from 0x3C44...
  tabella policy adopt --pack four-fifths --schema german/schema.json --validity 7776000 --auditor 0x9965... \\
    --auditor 0x976E... --threshold 2 --from 0x3C44...")]
pub struct Adopt {
    /// The policy's file
    #[arg(value_name = "FILE", required_unless_present = "pack", conflicts_with = "pack")]
    file: Option<PathBuf>,
    /// A policy that comes with Tabella: four-fifths, nyc-ll144
    #[arg(long, value_name = "NAME")]
    pack: Option<String>,
    /// The schema that data and models must have
    #[arg(long, value_name = "FILE")]
    schema: PathBuf,
    /// For how long a pass is good
    #[arg(long, value_name = "SECONDS", default_value_t = 31_536_000, value_parser = clap::value_parser!(u32).range(1..=315_360_000))]
    validity: u32,
    /// From an engagement's opening to the last registration of its data
    #[arg(long, value_name = "SECONDS", default_value_t = 604_800, value_parser = clap::value_parser!(u32).range(1..=315_360_000))]
    data_period: u32,
    /// From the data's registration to the last objection of the model's owner
    #[arg(long, value_name = "SECONDS", default_value_t = 259_200, value_parser = clap::value_parser!(u32).range(1..=315_360_000))]
    ack_period: u32,
    /// From the owner's acknowledgement to the last verdict; then the model is halted
    #[arg(long, value_name = "SECONDS", default_value_t = 604_800, value_parser = clap::value_parser!(u32).range(1..=315_360_000))]
    audit_period: u32,
    /// An account or contract that may sign data roots; repeat it
    #[arg(long, value_name = "ADDRESS", required = true)]
    auditor: Vec<String>,
    /// Auditors that must sign [default: all of them]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=32))]
    threshold: Option<u8>,
    /// Where the policy's text is
    #[arg(long, value_name = "TEXT", default_value = "")]
    uri: String,
    /// First line of the proposal [default: the policy's title]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    #[command(flatten)]
    by: Acting,
}

/// Runs a command of this list.
///
/// # Errors
/// Exit 2 for options and files, 3 for the chain, 4 where a contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Adopt(options) => ctx.block_on(adopt(ctx, *options)),
        Command::List(at) => ctx.block_on(list(ctx, at)),
    }
}

/// The auditors, each once.
fn auditors(given: &[String], threshold: Option<u8>) -> Result<(Vec<Address>, u8), CliError> {
    let mut auditors = given.iter().map(|text| address_of(text)).collect::<Result<Vec<_>, _>>()?;
    auditors.sort_unstable();
    if auditors.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(CliError::usage("option-invalid", "--auditor names somebody twice"));
    }
    let count = u8::try_from(auditors.len()).ok().filter(|count| *count <= 32);
    let count = count.ok_or_else(|| CliError::usage("option-invalid", "a policy has 1 to 32 auditors"))?;
    match threshold.unwrap_or(count) {
        threshold if threshold > count => {
            Err(CliError::usage("option-invalid", format!("--threshold {threshold} is more than the {count} auditors")))
        }
        threshold => Ok((auditors, threshold)),
    }
}

async fn adopt(ctx: &Ctx, options: Adopt) -> Result<Outcome, CliError> {
    let file = match (&options.file, &options.pack) {
        (Some(path), _) => PolicyFile::read(path)?,
        (None, Some(name)) => PolicyFile::pack(name)?,
        (None, None) => return Err(CliError::usage("usage", "a FILE or --pack is needed")),
    };
    let compiled = file.compile(&Schema::read(&options.schema)?)?;
    let (auditors, threshold) = auditors(&options.auditor, options.threshold)?;
    let terms = PolicyTerms {
        words: compiled.policy.words(),
        validity: options.validity,
        data_period: options.data_period,
        ack_period: options.ack_period,
        audit_period: options.audit_period,
        threshold,
        auditors,
        text: file.text.clone(),
        uri: options.uri.clone(),
    };
    let default = if file.title.is_empty() { "Adopt a policy".to_owned() } else { format!("Adopt: {}", file.title) };
    let text = description(options.title.as_deref().unwrap_or(&default), &text_of(&compiled, &terms))?;
    let actor = options.by.open(ctx).await?;
    let actions = [terms.action(&actor.audits)];
    let parties = (&actor.dao, &actor.audits);
    let made = propose_rehearsed(ctx, parties, &actor.sender, &actions, &text, actor.dry_run).await?;
    let next = actor.audits.policies().await.map_err(errors::chain)?.saturating_to::<u64>() + 1;
    let about = json!({
        "schema_hash": to_decimal(&compiled.policy.schema), "auditors": terms.auditors, "threshold": threshold,
        "words": terms.words.iter().map(to_decimal).collect::<Vec<_>>(), "next_version": next.to_string(),
    });
    proposed(about, made)
}

/// What members vote on: the lines, the terms, and the policy's own text.
fn text_of(compiled: &Compiled, terms: &PolicyTerms) -> String {
    let lines: Vec<String> = compiled.lines.iter().chain(&compiled.z).map(|line| format!("- {line}")).collect();
    let auditors: Vec<String> = terms.auditors.iter().map(ToString::to_string).collect();
    format!(
        "All of these must hold:\n{}\n\nA pass is good for {}. Auditors have {} to register data, the owner {} to object and {} to prove; \
         who is silent is halted.\n{} of these auditors must sign: {}\nSchema: {}\n\n```toml\n{}```\n",
        lines.join("\n"),
        numbers::seconds(terms.validity.into()),
        numbers::seconds(terms.data_period.into()),
        numbers::seconds(terms.ack_period.into()),
        numbers::seconds(terms.audit_period.into()),
        terms.threshold,
        auditors.join(", "),
        to_decimal(&compiled.policy.schema),
        terms.text
    )
}

async fn list(ctx: &Ctx, at: AtDao) -> Result<Outcome, CliError> {
    let (_, audits) = at.audits(ctx).await?;
    let adopted = audits.adopted_policies().await.map_err(errors::chain)?;
    let rows: Vec<Value> = adopted.iter().map(row).collect();
    let texts: Vec<String> = adopted.iter().map(show).collect();
    let text = if texts.is_empty() { "no policies".to_owned() } else { texts.join("\n\n") };
    Outcome::new(json!({ "policies": rows }), text)
}

fn row(adopted: &AdoptedPolicy) -> Value {
    let terms = &adopted.terms;
    json!({
        "policy": adopted.version.to_string(),
        "schema_hash": to_decimal(&adopted.words[0]),
        "words": adopted.words.iter().map(to_decimal).collect::<Vec<_>>(),
        "validity": terms.validity,
        "data_period": terms.dataPeriod,
        "ack_period": terms.ackPeriod,
        "audit_period": terms.auditPeriod,
        "auditors": terms.auditors,
        "threshold": terms.auditorThreshold,
        "text_hash": terms.textHash,
        "uri": terms.uri,
        "adopted_at": adopted.adopted_at,
        "transaction": adopted.transaction,
    })
}

fn show(adopted: &AdoptedPolicy) -> String {
    let terms = &adopted.terms;
    let mut text = format!(
        "policy      {}, adopted at {}\nschema      {}\ntext hash   {}\na pass      is good for {}\nperiods     data {}, objection {}, audit {}\nauditors    {} of {} must sign",
        adopted.version,
        adopted.adopted_at,
        to_decimal(&adopted.words[0]),
        terms.textHash,
        numbers::seconds(terms.validity.into()),
        numbers::seconds(terms.dataPeriod.into()),
        numbers::seconds(terms.ackPeriod.into()),
        numbers::seconds(terms.auditPeriod.into()),
        terms.auditorThreshold,
        terms.auditors.len()
    );
    for auditor in &terms.auditors {
        text.push_str(&format!("\n  {auditor}"));
    }
    if !terms.uri.is_empty() {
        text.push_str(&format!("\nread        {}", printable(&terms.uri)));
    }
    text
}
