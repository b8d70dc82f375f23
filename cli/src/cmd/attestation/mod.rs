//! `tabella attestation`: verdicts that the chain verified.

mod verify;

use alloy::primitives::U256;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tabella_contracts::client::audit::{AttestedVerdict, verdict_text, verdict_word};

use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::propose::{description, propose_rehearsed, proposed};
use crate::flow::{errors, numbers};
use crate::opts::{Acting, AtDao};
use crate::output::Outcome;

/// Verdicts that the chain verified.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
An attestation has its engagement's id. It is valid while it is a pass that has not expired, is not revoked, and rests on data that
are not.

Examples:
  tabella attestation list
  tabella attestation show 1
  tabella attestation verify 1
  tabella attestation revoke 1 --reason 'the auditor admits collusion' --from 0xf39F...")]
pub enum Command {
    /// List all attestations
    List(AtDao),
    /// Show one; exit code 1 if it is not valid now
    Show(One),
    /// Check one again from nothing but the chain's data: lists, data root, policy, every proof; exit code 1 if something differs
    Verify(verify::Verify),
    /// Propose to the DAO to withdraw one
    Revoke(Revoke),
}

/// One attestation.
#[derive(Debug, Args)]
pub struct One {
    /// The attestation's id, which is its engagement's
    attestation: String,
    #[command(flatten)]
    at: AtDao,
}

/// Options of `attestation revoke`.
#[derive(Debug, Args)]
pub struct Revoke {
    /// The attestation's id
    attestation: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    by: Acting,
}

/// Runs `tabella attestation`.
///
/// # Errors
/// Exit 1 where an attestation is not valid or something differs, 2 for options, 3 for the chain, 4 where a contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::List(at) => ctx.block_on(list(ctx, at)),
        Command::Show(one) => ctx.block_on(show(ctx, one)),
        Command::Verify(options) => ctx.block_on(verify::verify(ctx, options)),
        Command::Revoke(options) => ctx.block_on(revoke(ctx, options)),
    }
}

async fn list(ctx: &Ctx, at: AtDao) -> Result<Outcome, CliError> {
    let (_, audits) = at.audits(ctx).await?;
    let all = audits.attestations().await.map_err(errors::chain)?;
    let lines: Vec<String> = all
        .iter()
        .map(|a| {
            let (of, valid) = (&a.attestation, if a.valid { "valid" } else { "not valid" });
            let verdict = verdict_of(a);
            format!("{:<6}{verdict:<14}{valid:<11}model {}, policy {}", a.id, of.modelId, of.policyVersion)
        })
        .collect();
    let text = if lines.is_empty() { "no attestations".to_owned() } else { lines.join("\n") };
    Outcome::new(json!({ "attestations": all.iter().map(row).collect::<Vec<_>>() }), text)
}

async fn show(ctx: &Ctx, one: One) -> Result<Outcome, CliError> {
    let id = numbers::id("attestation", &one.attestation)?;
    let (_, audits) = one.at.audits(ctx).await?;
    let attested = audits.attestation(id).await.map_err(errors::chain)?;
    let data = row(&attested);
    if !attested.valid {
        let why = why_not(&attested, audits.chain.latest().await.map_err(errors::chain)?.time);
        return Err(
            CliError::check_failed("attestation-not-valid", format!("attestation {id} is not valid: {why}")).data(data)
        );
    }
    Outcome::new(data, text(&attested))
}

/// Why an attestation is not valid, as far as it says itself.
fn why_not(attested: &AttestedVerdict, now: u64) -> String {
    let of = &attested.attestation;
    match verdict_of(attested) {
        "pass" if of.revokedAt.to::<u64>() != 0 => format!("it was revoked at {}", of.revokedAt),
        "pass" if of.expiry.to::<u64>() <= now => format!("it expired at {}", of.expiry),
        "pass" => "its data were revoked".to_owned(),
        verdict => format!("its verdict is {verdict}"),
    }
}

fn verdict_of(attested: &AttestedVerdict) -> &'static str {
    verdict_word(attested.attestation.verdict).map_or("unreadable", verdict_text)
}

fn row(attested: &AttestedVerdict) -> Value {
    let of = &attested.attestation;
    let time = |at: u64| if at == 0 { Value::Null } else { json!(at) };
    json!({
        "attestation": attested.id.to_string(),
        "verdict": verdict_of(attested),
        "valid": attested.valid,
        "model": of.modelId.to_string(),
        "policy": of.policyVersion.to_string(),
        "data_root": of.dataRoot,
        "issued_at": of.issuedAt.to::<u64>(),
        "expires_at": time(of.expiry.to()),
        "revoked_at": time(of.revokedAt.to()),
        "transaction": attested.transaction,
    })
}

fn text(attested: &AttestedVerdict) -> String {
    let of = &attested.attestation;
    let valid = if attested.valid { "valid" } else { "not valid" };
    format!(
        "attestation {}\nverdict     {}, {valid}\nmodel       {}\npolicy      {}\ndata root   {}\nissued      {}\nexpires     {}\ntransaction {}",
        attested.id,
        verdict_of(attested),
        of.modelId,
        of.policyVersion,
        of.dataRoot,
        of.issuedAt,
        of.expiry,
        attested.transaction
    )
}

async fn revoke(ctx: &Ctx, options: Revoke) -> Result<Outcome, CliError> {
    let id = numbers::id("attestation", &options.attestation)?;
    let actor = options.by.open(ctx).await?;
    let call = actor.audits.revoke_attestation(id, &options.reason);
    let words = description(&format!("Revoke attestation {id}"), &options.reason)?;
    let actions = [(actor.audits.at.audit_registry, U256::ZERO, call.data)];
    let parties = (&actor.dao, &actor.audits);
    let made = propose_rehearsed(ctx, parties, &actor.sender, &actions, &words, actor.dry_run).await?;
    proposed(json!({ "attestation": id.to_string() }), made)
}
