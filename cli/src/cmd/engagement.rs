//! `tabella engagement`: a model is audited under a policy on data that auditors signed.

use alloy::primitives::U256;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tabella_contracts::Call;
use tabella_contracts::client::audit::{Audits, EngagementRecord, state_word};

use super::proposal::printable;
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::propose::{description, propose_rehearsed, proposed};
use crate::flow::{errors, numbers};
use crate::opts::{Acting, Actor, AtDao};
use crate::output::Outcome;

/// A model is audited under a policy on data that auditors signed.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
An engagement goes: open - (data period) - data register - acknowledge - (audit period) - audit submit. Without data it lapses;
without pass or fail by its deadline anyone may enforce it, and the model is halted.

Examples:
  tabella engagement open --model 1 --policy 1 --from 0x7099...
  tabella engagement show 1
  tabella engagement acknowledge 1 --from 0x7099...
  tabella engagement enforce 1 --from 0x3C44...")]
pub enum Command {
    /// Open an engagement; for the model's owner and the role AUDIT_OPENER
    Open(Open),
    /// Show an engagement, its times, its data and what happened
    Show(Read),
    /// List all engagements
    List(AtDao),
    /// Say that the data have arrived: the audit period begins; for the model's owner
    Acknowledge(One),
    /// Say that they have not, or are not what they should be: the clock stands until the DAO decides; for the model's owner
    Object(Object),
    /// Propose to the DAO how to decide: overrule the objection, or dismiss the engagement
    Resolve(Resolve),
    /// End an engagement that got no data in time, or whose data were revoked; anyone may
    Lapse(One),
    /// Halt a model that got neither pass nor fail by the deadline; anyone may
    Enforce(One),
}

/// Options of `engagement open`.
#[derive(Debug, Args)]
pub struct Open {
    /// The model's id
    #[arg(long, value_name = "ID")]
    model: String,
    /// The adopted policy's version
    #[arg(long, value_name = "VERSION")]
    policy: String,
    #[command(flatten)]
    by: Acting,
}

/// One engagement, to be looked at.
#[derive(Debug, Args)]
pub struct Read {
    /// The engagement's id
    engagement: String,
    #[command(flatten)]
    at: AtDao,
}

/// One engagement, to be moved on.
#[derive(Debug, Args)]
pub struct One {
    /// The engagement's id
    engagement: String,
    #[command(flatten)]
    by: Acting,
}

/// Options of `engagement object`.
#[derive(Debug, Args)]
pub struct Object {
    /// The engagement's id
    engagement: String,
    /// What is wrong with the data
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    by: Acting,
}

/// Options of `engagement resolve`.
#[derive(Debug, Args)]
pub struct Resolve {
    /// The engagement's id
    engagement: String,
    /// End the engagement without a verdict, in place of overruling the objection
    #[arg(long)]
    dismiss: bool,
    /// Why: the proposal's text
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    #[command(flatten)]
    by: Acting,
}

/// Runs `tabella engagement`.
///
/// # Errors
/// Exit 2 for options and a DAO without audits, 3 for the chain, 4 where a contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Open(options) => ctx.block_on(open(ctx, options)),
        Command::Show(read) => ctx.block_on(show(ctx, read)),
        Command::List(at) => ctx.block_on(list(ctx, at)),
        Command::Acknowledge(one) => ctx.block_on(advance(ctx, one, Audits::acknowledge)),
        Command::Object(options) => ctx.block_on(object(ctx, options)),
        Command::Resolve(options) => ctx.block_on(resolve(ctx, options)),
        Command::Lapse(one) => ctx.block_on(advance(ctx, one, Audits::lapse)),
        Command::Enforce(one) => ctx.block_on(advance(ctx, one, Audits::enforce_deadline)),
    }
}

async fn open(ctx: &Ctx, options: Open) -> Result<Outcome, CliError> {
    let (model, policy) = (numbers::id("--model", &options.model)?, numbers::id("--policy", &options.policy)?);
    let actor = options.by.open(ctx).await?;
    let submitted = actor.submit(ctx, actor.audits.open_engagement(model, policy)).await?;
    let mut data = json!({
        "model": model.to_string(), "policy": policy.to_string(), "transaction": submitted.data(),
    });
    let mut text = submitted.text();
    if let Some(made) = submitted.mined_in() {
        let id = actor.audits.opened_in(made).await.map_err(errors::chain)?;
        let id = id.ok_or_else(|| CliError::internal("the transaction opened no engagement"))?;
        let record = actor.audits.engagement(id).await.map_err(errors::chain)?;
        data["engagement"] = json!(id.to_string());
        data["context"] = json!(record.engagement.context.to_string());
        data["data_by"] = json!(record.engagement.dataBy.to::<u64>());
        text = format!("engagement  {id}\ndata by     {}\n{text}", record.engagement.dataBy);
    }
    Outcome::new(data, text)
}

async fn show(ctx: &Ctx, read: Read) -> Result<Outcome, CliError> {
    let id = numbers::id("engagement", &read.engagement)?;
    let (_, audits) = read.at.audits(ctx).await?;
    let record = audits.engagement(id).await.map_err(errors::chain)?;
    // The list must give the registry's accumulator, else nothing is shown.
    audits.verified_list(&record).await.map_err(errors::chain)?;
    let now = audits.chain.latest().await.map_err(errors::chain)?.time;
    let mut data = row(&record);
    data["chain_time"] = json!(now);
    data["data"] = data_of(&record);
    let mut text = show_text(&data);
    let history = audits.engagement_history(id).await.map_err(errors::chain)?;
    for happened in &history {
        text.push_str(&format!("\n  block {:<8}{:<20}{}", happened.block, happened.event, printable(&happened.what)));
    }
    let event = |h: &tabella_contracts::client::audit::Happened| json!({ "event": h.event, "what": h.what, "block": h.block, "transaction": h.transaction });
    data["history"] = history.iter().map(event).collect();
    Outcome::new(data, text)
}

/// An engagement as the registry has it; times are seconds since 1970, `null` where they do not run yet.
fn row(record: &EngagementRecord) -> Value {
    let e = &record.engagement;
    let time = |at: u64| if at == 0 { Value::Null } else { json!(at) };
    json!({
        "engagement": record.id.to_string(),
        "state": state_word(e.state),
        "model": e.modelId.to_string(),
        "policy": e.policyVersion.to_string(),
        "owner": e.owner,
        "context": e.context.to_string(),
        "data_by": e.dataBy.to::<u64>(),
        "start": time(e.start.to()),
        "deadline": time(e.deadline.to()),
        "shards_verified": e.shards.to_string(),
        "shards_expected": record.expected(),
    })
}

fn data_of(record: &EngagementRecord) -> Value {
    let Some(data) = &record.data else { return Value::Null };
    json!({
        "data_root": data.claim.data_root,
        "rows": data.claim.rows,
        "shards": data.claim.shards,
        "schema_hash": data.claim.schema_hash.to_string(),
        "provider": data.provider,
        "signers": data.signers,
        "revoked_at": data.revoked_at,
        "transaction": data.transaction,
    })
}

fn show_text(data: &Value) -> String {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut lines = Vec::new();
    for key in ["engagement", "state", "model", "policy", "owner", "chain_time", "data_by", "start", "deadline"] {
        if !data[key].is_null() {
            lines.push(format!("{:<12}{}", key.replace('_', " "), word(&data[key])));
        }
    }
    lines.push(format!("shards      {} of {} verified", word(&data["shards_verified"]), data["shards_expected"]));
    if !data["data"].is_null() {
        let of = &data["data"];
        lines.push(format!("data root   {}, {} records", word(&of["data_root"]), of["rows"]));
        for signer in of["signers"].as_array().into_iter().flatten() {
            lines.push(format!("signed by   {}", word(signer)));
        }
        if !of["revoked_at"].is_null() {
            lines.push(format!("revoked     at {}", of["revoked_at"]));
        }
    }
    lines.join("\n")
}

async fn list(ctx: &Ctx, at: AtDao) -> Result<Outcome, CliError> {
    let (_, audits) = at.audits(ctx).await?;
    let last = audits.engagements().await.map_err(errors::chain)?.saturating_to::<u64>();
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for id in 1..=last {
        let record = audits.engagement(U256::from(id)).await.map_err(errors::chain)?;
        let (e, state) = (&record.engagement, state_word(record.engagement.state));
        lines.push(format!("{id:<6}{state:<15}model {}, policy {}", e.modelId, e.policyVersion));
        rows.push(row(&record));
    }
    let text = if lines.is_empty() { "no engagements".to_owned() } else { lines.join("\n") };
    Outcome::new(json!({ "engagements": rows }), text)
}

async fn advance(ctx: &Ctx, one: One, call: impl Fn(&Audits, U256) -> Call) -> Result<Outcome, CliError> {
    let id = numbers::id("engagement", &one.engagement)?;
    let actor = one.by.open(ctx).await?;
    let call = call(&actor.audits, id);
    moved(ctx, &actor, id, call).await
}

async fn object(ctx: &Ctx, options: Object) -> Result<Outcome, CliError> {
    let id = numbers::id("engagement", &options.engagement)?;
    let actor = options.by.open(ctx).await?;
    let call = actor.audits.object(id, &options.reason);
    moved(ctx, &actor, id, call).await
}

/// Sends the call and says where the engagement, and its model, stand after it.
async fn moved(ctx: &Ctx, actor: &Actor, id: U256, call: Call) -> Result<Outcome, CliError> {
    let submitted = actor.submit(ctx, call).await?;
    let mut data = json!({ "engagement": id.to_string(), "transaction": submitted.data() });
    let mut text = submitted.text();
    if submitted.sent() {
        let record = actor.audits.engagement(id).await.map_err(errors::chain)?;
        let model = actor.audits.model(record.engagement.modelId).await.map_err(errors::chain)?;
        let status = super::model::registry::status_word(model.status);
        let state = state_word(record.engagement.state);
        data["state"] = json!(state);
        data["model"] = json!(record.engagement.modelId.to_string());
        data["model_status"] = json!(status);
        let deadline: u64 = record.engagement.deadline.to();
        let mut head = format!("engagement  {id} is {state}\nmodel       {} is {status}\n", record.engagement.modelId);
        if state == "running" && deadline != 0 {
            data["deadline"] = json!(deadline);
            head.push_str(&format!("deadline    {deadline}\n"));
        }
        text = head + &text;
    }
    Outcome::new(data, text)
}

async fn resolve(ctx: &Ctx, options: Resolve) -> Result<Outcome, CliError> {
    let id = numbers::id("engagement", &options.engagement)?;
    let actor = options.by.open(ctx).await?;
    let call = actor.audits.resolve(id, options.dismiss);
    let verb = if options.dismiss { "Dismiss" } else { "Overrule the objection in" };
    let text = description(&format!("{verb} engagement {id}"), &options.reason)?;
    let actions = [(actor.audits.at.audit_registry, U256::ZERO, call.data)];
    let made =
        propose_rehearsed(ctx, (&actor.dao, &actor.audits), &actor.sender, &actions, &text, actor.dry_run).await?;
    proposed(json!({ "engagement": id.to_string(), "dismiss": options.dismiss }), made)
}
