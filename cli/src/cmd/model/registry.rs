//! The commands of `tabella model` that talk to the ModelRegistry.

use std::path::PathBuf;

use alloy::primitives::U256;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::field::to_decimal;
use tabella_contracts::bindings::IModelRegistry::Status as ModelStatus;
use tabella_contracts::client::audit::{Audits, ModelRecord, StatusChange};
use tabella_contracts::client::to_word;
use tabella_contracts::{Call, ChainError};

use crate::audit::model::{Model, blinding_path};
use crate::cmd::proposal::printable;
use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::flow::propose::{description, propose_rehearsed, proposed};
use crate::flow::{errors, numbers};
use crate::opts::{Acting, AtDao, address_of};
use crate::output::Outcome;

/// What is done with a model on the chain.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register a model by its commitment, with a bond
    Register(Register),
    /// Show how a registered model stands, its passes, and what happened to it
    Status(Status),
    /// Put a model in doubt: nothing is paid; for the guardian
    Flag(Worsen),
    /// Stop a model: nothing is paid, milestones may be clawed back; for the guardian
    Halt(Worsen),
    /// Propose to the DAO to make a flagged or halted model active again
    Restore(Worsen),
    /// Withdraw a model for good; for its owner
    Retire(One),
    /// Get a retired model's bond back; for its owner
    WithdrawBond(WithdrawBond),
}

/// Options of `model register`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tabella model register --model model.json --bond 1 --from 0x7099...
  tabella model register --commitment 1234 --bond 1.5 --uri https://example.org/card --follows 1 --from 0x7099...")]
#[group(id = "which", required = true, multiple = false, args = ["model", "commitment"])]
pub struct Register {
    /// The model's file; its blinding is read too
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The blinding's file [default: the model's name with .blinding]
    #[arg(long, value_name = "FILE", requires = "model")]
    blinding: Option<PathBuf>,
    /// The model's commitment, as `model commit` prints it
    #[arg(long, value_name = "NUMBER")]
    commitment: Option<String>,
    /// What the owner stakes, at least the DAO's minimum
    #[arg(long, value_name = "ETHER")]
    bond: String,
    /// Where people read about the model
    #[arg(long, value_name = "TEXT", default_value = "")]
    uri: String,
    /// The sender's earlier model that this one follows
    #[arg(long, value_name = "ID")]
    follows: Option<String>,
    #[command(flatten)]
    by: Acting,
}

/// Options of `model status`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tabella model status 1
  tabella model status --commitment 1234 --json")]
#[group(id = "which", required = true, multiple = false, args = ["id", "commitment"])]
pub struct Status {
    /// The model's id
    id: Option<String>,
    /// The model's commitment
    #[arg(long, value_name = "NUMBER")]
    commitment: Option<String>,
    #[command(flatten)]
    at: AtDao,
}

/// One model, and why.
#[derive(Debug, Args)]
pub struct Worsen {
    /// The model's id
    id: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    by: Acting,
}

/// One model.
#[derive(Debug, Args)]
pub struct One {
    /// The model's id
    id: String,
    #[command(flatten)]
    by: Acting,
}

/// Options of `model withdraw-bond`.
#[derive(Debug, Args)]
pub struct WithdrawBond {
    /// The model's id
    id: String,
    /// Who receives it [default: the sender]
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    #[command(flatten)]
    by: Acting,
}

/// Runs a command of this list.
///
/// # Errors
/// Exit 2 for options and files, 3 for the chain, 4 where a contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Register(options) => ctx.block_on(register(ctx, options)),
        Command::Status(options) => ctx.block_on(status(ctx, options)),
        Command::Flag(options) => ctx.block_on(worsen(ctx, options, Audits::flag_model)),
        Command::Halt(options) => ctx.block_on(worsen(ctx, options, Audits::halt_model)),
        Command::Restore(options) => ctx.block_on(restore(ctx, options)),
        Command::Retire(one) => ctx.block_on(retire(ctx, one)),
        Command::WithdrawBond(options) => ctx.block_on(withdraw_bond(ctx, options)),
    }
}

/// A status in one word.
pub(crate) fn status_word(status: ModelStatus) -> &'static str {
    match status {
        ModelStatus::Active => "active",
        ModelStatus::Flagged => "flagged",
        ModelStatus::Halted => "halted",
        _ => "unknown",
    }
}

fn commitment(ctx: &Ctx, options: &Register) -> Result<Fr, CliError> {
    match (&options.model, &options.commitment) {
        (Some(path), _) => {
            let model = Model::read(path)?;
            let blinding = options.blinding.clone().unwrap_or_else(|| blinding_path(path));
            for secret in [path, &blinding] {
                if files::is_shared(secret) {
                    ctx.warn(format!("{} can be read by others; run: chmod 600 {0}", secret.display()));
                }
            }
            Ok(model.commitment(&model.read_blinding(&blinding)?))
        }
        (None, Some(text)) => numbers::field_element("--commitment", text),
        (None, None) => Err(CliError::usage("usage", "one of --model and --commitment is needed")),
    }
}

async fn register(ctx: &Ctx, options: Register) -> Result<Outcome, CliError> {
    let commitment = commitment(ctx, &options)?;
    let bond = numbers::ether(&options.bond)?;
    let lineage = options.follows.as_deref().map_or(Ok(U256::ZERO), |text| numbers::id("--follows", text))?;
    let actor = options.by.open(ctx).await?;
    let call = actor.audits.register_model(to_word(&commitment), lineage, &options.uri, bond);
    let submitted = actor.submit(ctx, call).await?;
    let text_of = to_decimal(&commitment);
    let mut data = json!({
        "commitment": text_of, "bond": bond.to_string(), "owner": actor.sender.address(), "transaction": submitted.data(),
    });
    let mut text = submitted.text();
    if submitted.sent() {
        let id = actor.audits.model_of(to_word(&commitment)).await.map_err(errors::chain)?;
        let id = id.ok_or_else(|| CliError::internal("the transaction registered no model"))?;
        data["model"] = json!(id.to_string());
        text = format!("model       {id}\ncommitment  {text_of}\nbond        {}\n{text}", numbers::in_ether(bond));
    }
    Outcome::new(data, text)
}

async fn status(ctx: &Ctx, options: Status) -> Result<Outcome, CliError> {
    let id = options.id.as_deref().map(|text| numbers::id("model", text)).transpose()?;
    let commitment =
        options.commitment.as_deref().map(|text| numbers::field_element("--commitment", text)).transpose()?;
    let (_, audits) = options.at.audits(ctx).await?;
    let id = match (id, commitment) {
        (Some(id), _) => id,
        (None, Some(commitment)) => {
            let found = audits.model_of(to_word(&commitment)).await.map_err(errors::chain)?;
            found.ok_or_else(|| CliError::usage("model-unknown", "no model is registered under this commitment"))?
        }
        (None, None) => return Err(CliError::usage("usage", "an id or --commitment is needed")),
    };
    let record = audits.model_record(id).await.map_err(errors::chain)?;
    let open = audits.open_engagements(id).await.map_err(errors::chain)?;
    let history = audits.model_history(id).await.map_err(errors::chain)?;
    let passes = passes(&audits, id).await.map_err(errors::chain)?;
    let mut data = row(&record);
    data["open_engagements"] = json!(open.to_string());
    data["passes"] = passes
        .iter()
        .map(|(policy, attestation, valid)| {
            json!({ "policy": policy.to_string(), "attestation": attestation.to_string(), "valid": valid })
        })
        .collect();
    data["history"] = history.iter().map(change).collect();
    let mut text = show_text(&record, open);
    for (policy, attestation, valid) in &passes {
        let valid = if *valid { "valid" } else { "no longer valid" };
        text.push_str(&format!("\npassed      policy {policy}, attestation {attestation}, {valid}"));
    }
    for change in &history {
        let (from, to) = (status_word(change.from), status_word(change.to));
        text.push_str(&format!("\n  block {:<8}{from} -> {to}: {}", change.block, printable(&change.reason)));
    }
    Outcome::new(data, text)
}

/// The model's last pass under each policy, and whether it is good now: policy, attestation, validity.
async fn passes(audits: &Audits, model: U256) -> Result<Vec<(U256, U256, bool)>, ChainError> {
    let mut passes = Vec::new();
    for version in 1..=audits.policies().await?.saturating_to::<u64>() {
        let policy = U256::from(version);
        if let Some(id) = audits.last_pass(model, policy).await? {
            passes.push((policy, id, audits.attestation(id).await?.valid));
        }
    }
    Ok(passes)
}

fn row(record: &ModelRecord) -> Value {
    let model = &record.model;
    json!({
        "model": record.id.to_string(),
        "status": status_word(model.status),
        "retired": model.retired,
        "commitment": model.commitment.to_string(),
        "owner": model.owner,
        "bond": model.bond.to_string(),
        "registered_at": model.registeredAt.to::<u64>(),
        "follows": (model.lineage != 0).then(|| model.lineage.to_string()),
        "uri": record.uri,
        "transaction": record.transaction,
    })
}

fn change(change: &StatusChange) -> Value {
    json!({
        "from": status_word(change.from), "to": status_word(change.to), "by": change.by, "reason": change.reason,
        "block": change.block, "transaction": change.transaction,
    })
}

fn show_text(record: &ModelRecord, open: U256) -> String {
    let model = &record.model;
    let retired = if model.retired { ", retired" } else { "" };
    let mut text = format!(
        "model       {} is {}{retired}\ncommitment  {}\nowner       {}\nbond        {}\nengagements {open} open",
        record.id,
        status_word(model.status),
        model.commitment,
        model.owner,
        numbers::in_ether(U256::from(model.bond))
    );
    if model.lineage != 0 {
        text.push_str(&format!("\nfollows     model {}", model.lineage));
    }
    if !record.uri.is_empty() {
        text.push_str(&format!("\nread        {}", printable(&record.uri)));
    }
    text
}

async fn worsen(ctx: &Ctx, options: Worsen, call: impl Fn(&Audits, U256, &str) -> Call) -> Result<Outcome, CliError> {
    let id = numbers::id("model", &options.id)?;
    let actor = options.by.open(ctx).await?;
    let submitted = actor.submit(ctx, call(&actor.audits, id, &options.reason)).await?;
    let status = status_word(actor.audits.model(id).await.map_err(errors::chain)?.status);
    let data = json!({ "model": id.to_string(), "status": status, "transaction": submitted.data() });
    Outcome::new(data, format!("model       {id} is {status}\n{}", submitted.text()))
}

async fn restore(ctx: &Ctx, options: Worsen) -> Result<Outcome, CliError> {
    let id = numbers::id("model", &options.id)?;
    let actor = options.by.open(ctx).await?;
    let call = actor.audits.restore_model(id, &options.reason);
    let text = description(&format!("Restore model {id}"), &options.reason)?;
    let actions = [(actor.audits.at.model_registry, U256::ZERO, call.data)];
    let parties = (&actor.dao, &actor.audits);
    let made = propose_rehearsed(ctx, parties, &actor.sender, &actions, &text, actor.dry_run).await?;
    proposed(json!({ "model": id.to_string() }), made)
}

async fn retire(ctx: &Ctx, one: One) -> Result<Outcome, CliError> {
    let id = numbers::id("model", &one.id)?;
    let actor = one.by.open(ctx).await?;
    let call = actor.audits.retire_model(id);
    actor.act(ctx, call, json!({ "model": id.to_string() }), &format!("model       {id} is retired")).await
}

async fn withdraw_bond(ctx: &Ctx, options: WithdrawBond) -> Result<Outcome, CliError> {
    let id = numbers::id("model", &options.id)?;
    let to = options.to.as_deref().map(address_of).transpose()?;
    let actor = options.by.open(ctx).await?;
    let to = to.unwrap_or(actor.sender.address());
    let bond = U256::from(actor.audits.model(id).await.map_err(errors::chain)?.bond);
    let data = json!({ "model": id.to_string(), "to": to, "amount": bond.to_string() });
    let text = format!("model       {id}: {} went to {to}", numbers::in_ether(bond));
    actor.act(ctx, actor.audits.withdraw_bond(id, to), data, &text).await
}
