//! `tabella milestone`: money that is paid when a model passes.

use alloy::primitives::{Address, U256};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tabella_contracts::bindings::IMilestoneTreasury::{Milestone, State};
use tabella_contracts::client::audit::{Audits, MilestoneTerms};

use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::propose::{description, propose_rehearsed, proposed};
use crate::flow::{errors, numbers};
use crate::opts::{Acting, AtDao, address_of};
use crate::output::Outcome;

/// Money that is paid when a model passes.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
A milestone goes: create (a proposal) - fund - (the model passes) - release. Whether the model is active and its pass good is asked
at the release. Unpaid money goes back to the DAO when the model is halted or retired, or the deadline is over.

Examples:
  tabella milestone create --model 1 --policy 1 --beneficiary 0x7099... --amount 5 --period 7776000 --from 0xf39F...
  tabella milestone status
  tabella milestone release 1 --from 0x3C44...
  tabella milestone claw-back 1 --from 0x3C44...")]
pub enum Command {
    /// Propose a milestone to the DAO; its treasury funds it with ether unless --unfunded
    Create(Create),
    /// Bring money to a milestone; anyone may
    Fund(Fund),
    /// Pay a milestone whose model is active and has passed; anyone may
    Release(Release),
    /// Send an unpaid milestone's money back to the DAO; anyone may
    ClawBack(One),
    /// Show one milestone, or all
    Status(Status),
}

/// Options of `milestone create`.
#[derive(Debug, Args)]
pub struct Create {
    /// The model that must pass
    #[arg(long, value_name = "ID")]
    model: String,
    /// The adopted policy's version that it must pass
    #[arg(long, value_name = "VERSION")]
    policy: String,
    /// Who is paid
    #[arg(long, value_name = "ADDRESS")]
    beneficiary: String,
    /// What is paid, in ether
    #[arg(long, value_name = "ETHER", required_unless_present = "token")]
    amount: Option<String>,
    /// Pay in this ERC-20 token in place of ether
    #[arg(long, value_name = "ADDRESS", requires = "units", conflicts_with = "amount")]
    token: Option<String>,
    /// What is paid, in the token's smallest unit
    #[arg(long, value_name = "NUMBER", requires = "token")]
    units: Option<String>,
    /// From now to the last second in which it is paid; the vote is part of it
    #[arg(long, value_name = "SECONDS", required_unless_present = "deadline")]
    period: Option<u64>,
    /// Last second in which it is paid, since 1970
    #[arg(long, value_name = "TIME", conflicts_with = "period")]
    deadline: Option<u64>,
    /// The treasury does not fund it: somebody else will
    #[arg(long)]
    unfunded: bool,
    /// First line of the proposal [default: what it pays]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The rest of the proposal's text
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: String,
    #[command(flatten)]
    by: Acting,
}

/// Options of `milestone fund`.
#[derive(Debug, Args)]
#[group(id = "money", required = true, multiple = false, args = ["amount", "units"])]
pub struct Fund {
    /// The milestone's id
    milestone: String,
    /// What is brought, in ether
    #[arg(long, value_name = "ETHER")]
    amount: Option<String>,
    /// What is brought, in the smallest unit of the milestone's token
    #[arg(long, value_name = "NUMBER")]
    units: Option<String>,
    #[command(flatten)]
    by: Acting,
}

/// Options of `milestone release`.
#[derive(Debug, Args)]
pub struct Release {
    /// The milestone's id
    milestone: String,
    /// The pass that it is paid on [default: the model's last pass under the policy]
    #[arg(long, value_name = "ID")]
    attestation: Option<String>,
    #[command(flatten)]
    by: Acting,
}

/// One milestone, to be moved on.
#[derive(Debug, Args)]
pub struct One {
    /// The milestone's id
    milestone: String,
    #[command(flatten)]
    by: Acting,
}

/// Options of `milestone status`.
#[derive(Debug, Args)]
pub struct Status {
    /// The milestone's id [default: all]
    milestone: Option<String>,
    #[command(flatten)]
    at: AtDao,
}

/// Runs `tabella milestone`.
///
/// # Errors
/// Exit 2 for options and a DAO without audits, 3 for the chain, 4 where a contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Create(options) => ctx.block_on(create(ctx, options)),
        Command::Fund(options) => ctx.block_on(fund(ctx, options)),
        Command::Release(options) => ctx.block_on(release(ctx, options)),
        Command::ClawBack(one) => ctx.block_on(claw_back(ctx, one)),
        Command::Status(options) => ctx.block_on(status(ctx, options)),
    }
}

fn units(text: &str) -> Result<U256, CliError> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let parsed = plain.then(|| U256::from_str_radix(text, 10).ok()).flatten();
    parsed.ok_or_else(|| CliError::usage("units-invalid", format!("`{text}` is not a decimal number")))
}

async fn create(ctx: &Ctx, options: Create) -> Result<Outcome, CliError> {
    let (model, policy) = (numbers::id("--model", &options.model)?, numbers::id("--policy", &options.policy)?);
    let beneficiary = address_of(&options.beneficiary)?;
    let token = options.token.as_deref().map_or(Ok(Address::ZERO), address_of)?;
    let amount = match (&options.amount, &options.units) {
        (Some(ether), _) => numbers::ether(ether)?,
        (None, Some(number)) => units(number)?,
        (None, None) => return Err(CliError::usage("usage", "one of --amount and --units is needed")),
    };
    let actor = options.by.open(ctx).await?;
    let now = actor.chain().latest().await.map_err(errors::chain)?.time;
    let deadline = options.deadline.unwrap_or_else(|| now.saturating_add(options.period.unwrap_or_default()));
    if deadline >> 40 != 0 {
        return Err(CliError::usage("option-invalid", "--period or --deadline is too late: times have 40 bits"));
    }
    let funded = if options.unfunded || token != Address::ZERO { U256::ZERO } else { amount };
    let terms = MilestoneTerms { model, policy, beneficiary, token, amount, deadline, funded };
    let action = terms.action(&actor.audits).map_err(errors::chain)?;
    let what = money(token, amount);
    let title =
        options.title.clone().unwrap_or_else(|| format!("Pay {what} when model {model} passes policy {policy}"));
    let text = description(&title, &options.description)?;
    let parties = (&actor.dao, &actor.audits);
    let made = propose_rehearsed(ctx, parties, &actor.sender, &[action], &text, actor.dry_run).await?;
    let about = json!({
        "model": model.to_string(), "policy": policy.to_string(), "beneficiary": beneficiary, "token": token,
        "amount": amount.to_string(), "funded": funded.to_string(), "paid_by": deadline,
    });
    proposed(about, made)
}

async fn fund(ctx: &Ctx, options: Fund) -> Result<Outcome, CliError> {
    let id = numbers::id("milestone", &options.milestone)?;
    let actor = options.by.open(ctx).await?;
    let milestone = actor.audits.milestone(id).await.map_err(errors::chain)?;
    let in_ether = milestone.token == Address::ZERO;
    let amount = match (&options.amount, &options.units) {
        (Some(ether), _) if in_ether => numbers::ether(ether)?,
        (None, Some(number)) if !in_ether => units(number)?,
        _ => {
            let what = if in_ether { "in ether: give --amount" } else { "in a token: give --units" };
            return Err(CliError::usage("option-invalid", format!("milestone {id} is paid {what}")));
        }
    };
    let mut data = json!({ "milestone": id.to_string(), "amount": amount.to_string() });
    // What the contract will refuse anyway needs no approval, which would stay.
    let fits = milestone.state == State::Open && amount <= milestone.amount.saturating_sub(milestone.funded);
    if !in_ether && fits {
        // Only what is brought now may be taken.
        let approval = actor.submit(ctx, actor.audits.approve(milestone.token, amount)).await?;
        if actor.dry_run {
            ctx.note("the tokens must be approved first; bringing them can be tried only after that");
            data["transaction"] = approval.data();
            return Outcome::new(data, approval.text());
        }
    }
    let call = actor.audits.fund_milestone(id, milestone.token, amount);
    actor.act(ctx, call, data, &format!("milestone   {id} got {}", money(milestone.token, amount))).await
}

async fn release(ctx: &Ctx, options: Release) -> Result<Outcome, CliError> {
    let id = numbers::id("milestone", &options.milestone)?;
    let given = options.attestation.as_deref().map(|text| numbers::id("--attestation", text)).transpose()?;
    let actor = options.by.open(ctx).await?;
    let milestone = actor.audits.milestone(id).await.map_err(errors::chain)?;
    let (model, policy) = (U256::from(milestone.modelId), U256::from(milestone.policyVersion));
    let attestation = match given {
        Some(attestation) => attestation,
        None => actor.audits.last_pass(model, policy).await.map_err(errors::chain)?.ok_or_else(|| {
            CliError::check_failed("no-pass", format!("model {model} has never passed policy {policy}"))
                .hint("`tabella attestation list` shows what there is")
        })?,
    };
    let call = actor.audits.release_milestone(id, attestation);
    let data = json!({
        "milestone": id.to_string(), "attestation": attestation.to_string(), "beneficiary": milestone.beneficiary,
        "amount": milestone.amount.to_string(), "state": if actor.dry_run { "open" } else { "paid" },
    });
    let text = format!(
        "milestone   {id} is paid: {} to {}\nattestation {attestation}",
        money(milestone.token, milestone.amount),
        milestone.beneficiary
    );
    actor.act(ctx, call, data, &text).await
}

async fn claw_back(ctx: &Ctx, one: One) -> Result<Outcome, CliError> {
    let id = numbers::id("milestone", &one.milestone)?;
    let actor = one.by.open(ctx).await?;
    let milestone = actor.audits.milestone(id).await.map_err(errors::chain)?;
    let call = actor.audits.claw_back_milestone(id);
    let data = json!({ "milestone": id.to_string(), "amount": milestone.funded.to_string() });
    let text = format!("milestone   {id} is clawed back: {}", money(milestone.token, milestone.funded));
    actor.act(ctx, call, data, &text).await
}

async fn status(ctx: &Ctx, options: Status) -> Result<Outcome, CliError> {
    let given = options.milestone.as_deref().map(|text| numbers::id("milestone", text)).transpose()?;
    let (_, audits) = options.at.audits(ctx).await?;
    if let Some(id) = given {
        let (data, text) = described(&audits, id).await?;
        return Outcome::new(data, text);
    }
    let last = audits.milestones().await.map_err(errors::chain)?.saturating_to::<u64>();
    let (mut rows, mut texts) = (Vec::new(), Vec::new());
    for id in 1..=last {
        let (data, text) = described(&audits, U256::from(id)).await?;
        rows.push(data);
        texts.push(text);
    }
    let text = if texts.is_empty() { "no milestones".to_owned() } else { texts.join("\n\n") };
    Outcome::new(json!({ "milestones": rows }), text)
}

/// A state in one word.
fn state_word(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Released => "paid",
        State::ClawedBack => "clawed-back",
        _ => "unknown",
    }
}

async fn described(audits: &Audits, id: U256) -> Result<(Value, String), CliError> {
    let m: Milestone = audits.milestone(id).await.map_err(errors::chain)?;
    let released_on = audits.released_on(id).await.map_err(errors::chain)?;
    let state = state_word(m.state);
    let data = json!({
        "milestone": id.to_string(), "state": state, "model": m.modelId.to_string(), "policy": m.policyVersion.to_string(),
        "beneficiary": m.beneficiary, "token": m.token, "amount": m.amount.to_string(), "funded": m.funded.to_string(),
        "created_at": m.createdAt.to::<u64>(), "deadline": m.deadline.to::<u64>(),
        "attestation": released_on.map(|id| id.to_string()),
    });
    let mut text = format!(
        "milestone   {id} is {state}\nfor         model {} passing policy {}\npays        {} to {}\nfunded      {}\ndeadline    {}",
        m.modelId,
        m.policyVersion,
        money(m.token, m.amount),
        m.beneficiary,
        money(m.token, m.funded),
        m.deadline
    );
    if let Some(attestation) = released_on {
        text.push_str(&format!("\npaid on     attestation {attestation}"));
    }
    Ok((data, text))
}

fn money(token: Address, amount: U256) -> String {
    if token == Address::ZERO { numbers::in_ether(amount) } else { format!("{amount} units of {token}") }
}
