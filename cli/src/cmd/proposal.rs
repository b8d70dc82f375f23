//! `tabella proposal`: what is voted on, from its making to its execution.

use std::path::PathBuf;

use alloy::primitives::{Address, Bytes, U256};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tabella_contracts::bindings::IBallotBox;
use tabella_contracts::client::{Proposal, ProposalState};
use tabella_contracts::{Call, Dao};

use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::flow::propose::propose;
use crate::flow::submit::submit;
use crate::flow::{self, errors, numbers};
use crate::opts::{ChainOpts, DaoOpts, SenderOpts, address_of};
use crate::output::Outcome;

/// Proposals are read by people; 64 KiB also bounds the gas.
const DESCRIPTION_LIMIT: u64 = 64 * 1024;

/// What is voted on.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
A proposal goes: create - (voting delay) - open - votes - (close) - tally - (deadline) - queue - (timelock) - execute.

Examples:
  tabella proposal create --title 'Pay the audit' --to 0x7099... --value 2.5 --from 0xf39F...
  tabella proposal open 4711 --from 0xf39F...
  tabella proposal show 4711
  tabella proposal execute 4711 --from 0xf39F...")]
pub enum Command {
    /// Make a proposal; the sender must have the role PROPOSER
    Create(Create),
    /// Open the ballot box for a proposal whose snapshot has passed; anyone may
    Open(One),
    /// List all proposals
    List(Where),
    /// Show one proposal, its votes and its times
    Show(Read),
    /// Put an accepted proposal into the timelock; anyone may
    Queue(One),
    /// Execute a proposal whose timelock has passed; anyone may
    Execute(One),
}

/// Which DAO on which chain.
#[derive(Debug, Args)]
pub struct Where {
    #[command(flatten)]
    chain: ChainOpts,
    #[command(flatten)]
    dao: DaoOpts,
}

/// One proposal, to be looked at.
#[derive(Debug, Args)]
pub struct Read {
    /// The proposal's id
    proposal: String,
    #[command(flatten)]
    at: Where,
}

/// One proposal, to be moved on.
#[derive(Debug, Args)]
pub struct One {
    /// The proposal's id
    proposal: String,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

/// Options of `proposal create`.
#[derive(Debug, Args)]
pub struct Create {
    /// First line of the description
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// The rest of the description
    #[arg(long, value_name = "TEXT", conflicts_with = "description_file")]
    description: Option<String>,
    /// Read the rest of the description from FILE
    #[arg(long, value_name = "FILE")]
    description_file: Option<PathBuf>,
    /// A contract or account to call; repeat it for several actions
    #[arg(long, value_name = "ADDRESS", required = true)]
    to: Vec<String>,
    /// Ether to send to it: none, or one for each --to
    #[arg(long, value_name = "ETHER")]
    value: Vec<String>,
    /// Calldata for it in hexadecimal (0x for none): none, or one for each --to
    #[arg(long, value_name = "HEX")]
    calldata: Vec<String>,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

/// Runs `tabella proposal`.
///
/// # Errors
/// Exit 2 for options and files, 3 for the chain, 4 where the contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Create(options) => ctx.block_on(create(ctx, options)),
        Command::Open(one) => ctx.block_on(open(ctx, one)),
        Command::List(at) => ctx.block_on(list(ctx, at)),
        Command::Show(read) => ctx.block_on(show(ctx, read)),
        Command::Queue(one) => ctx.block_on(advance(ctx, one, "queued", Dao::queue)),
        Command::Execute(one) => ctx.block_on(advance(ctx, one, "executed", Dao::execute)),
    }
}

/// The call that opens the box for a proposal.
pub(crate) fn open_call(dao: &Dao, proposal: U256) -> Call {
    dao.open_election(proposal)
}

async fn create(ctx: &Ctx, options: Create) -> Result<Outcome, CliError> {
    let actions = actions(&options)?;
    let description = description(&options)?;
    let sender = flow::sender(ctx, &options.sender)?;
    let dao = flow::dao(ctx, &options.at.chain, &options.at.dao).await?;
    let dry_run = options.sender.dry_run;
    let (data, text) = propose(ctx, &dao, &sender, &actions, &description, dry_run).await?;
    Outcome::new(data, text)
}

fn actions(options: &Create) -> Result<Vec<(Address, U256, Bytes)>, CliError> {
    let count = options.to.len();
    for (name, given) in [("--value", options.value.len()), ("--calldata", options.calldata.len())] {
        if given != 0 && given != count {
            return Err(CliError::usage("usage", format!("{name} is given {given} times and --to {count} times")));
        }
    }
    let action = |i: usize| {
        let value = options.value.get(i).map_or(Ok(U256::ZERO), |text| numbers::ether(text))?;
        let calldata = options.calldata.get(i).map_or(Ok(Bytes::new()), |text| calldata(text))?;
        Ok((address_of(&options.to[i])?, value, calldata))
    };
    (0..count).map(action).collect()
}

fn calldata(text: &str) -> Result<Bytes, CliError> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let bytes = hex::decode(digits).map_err(|e| CliError::usage("calldata-invalid", format!("--calldata: {e}")))?;
    Ok(bytes.into())
}

fn description(options: &Create) -> Result<String, CliError> {
    let rest = match &options.description_file {
        Some(path) => files::text(files::read_bounded(path, DESCRIPTION_LIMIT)?, path)?.to_string(),
        None => options.description.clone().unwrap_or_default(),
    };
    crate::flow::propose::description(&options.title, &rest)
}

async fn open(ctx: &Ctx, one: One) -> Result<Outcome, CliError> {
    let id = numbers::proposal(&one.proposal)?;
    let sender = flow::sender(ctx, &one.sender)?;
    let dao = flow::dao(ctx, &one.at.chain, &one.at.dao).await?;
    let submitted = submit(ctx, &dao.chain, &sender, open_call(&dao, id), one.sender.dry_run).await?;
    let mut data = json!({ "proposal": id.to_string(), "transaction": submitted.data() });
    let mut text = submitted.text();
    if submitted.sent() {
        let state = dao.election(id).await.map_err(errors::chain)?;
        data["closes"] = state.closes.into();
        data["tally_by"] = state.tally_by.into();
        data["members"] = state.election.size.into();
        let members = state.election.size;
        text.push_str(&format!(
            "\nmembers     {members}\ncloses      {}\ntally by    {}",
            state.closes, state.tally_by
        ));
    }
    Outcome::new(data, text)
}

async fn list(ctx: &Ctx, at: Where) -> Result<Outcome, CliError> {
    let dao = flow::dao(ctx, &at.chain, &at.dao).await?;
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for proposal in dao.proposals().await.map_err(errors::chain)? {
        let state = dao.proposal_state(proposal.id).await.map_err(errors::chain)?;
        rows.push(json!({ "proposal": proposal.id.to_string(), "state": state.word(), "title": proposal.title() }));
        lines.push(format!("{:<10} {}  {}", state.word(), proposal.id, printable(proposal.title())));
    }
    let text = if lines.is_empty() { "no proposals".to_owned() } else { lines.join("\n") };
    Outcome::new(json!({ "proposals": rows }), text)
}

async fn show(ctx: &Ctx, read: Read) -> Result<Outcome, CliError> {
    let id = numbers::proposal(&read.proposal)?;
    let dao = flow::dao(ctx, &read.at.chain, &read.at.dao).await?;
    let proposal = find(&dao, id).await?;
    let state = dao.proposal_state(id).await.map_err(errors::chain)?;
    let now = dao.chain.latest().await.map_err(errors::chain)?.time;
    let votes = dao.proposal_votes(id).await.map_err(errors::chain)?;
    let eta = dao.proposal_eta(id).await.map_err(errors::chain)?;
    let quorum =
        if now > proposal.snapshot { Some(dao.quorum(proposal.snapshot).await.map_err(errors::chain)?) } else { None };
    let ballot_box = ballot_box(&dao, id).await?;
    let data = json!({
        "proposal": id.to_string(),
        "state": state.word(),
        "title": proposal.title(),
        "description": proposal.description,
        "proposer": proposal.proposer,
        "actions": actions_data(&proposal),
        "snapshot": proposal.snapshot,
        "deadline": proposal.deadline,
        "chain_time": now,
        "eta": (eta != 0).then_some(eta),
        "quorum": quorum.map(|q| q.to_string()),
        "votes": { "against": votes[0].to_string(), "for": votes[1].to_string(), "abstain": votes[2].to_string() },
        "ballot_box": ballot_box,
    });
    Outcome::new(&data, show_text(&proposal, state, &data))
}

/// What the box says of the election, if it was opened.
async fn ballot_box(dao: &Dao, id: U256) -> Result<Value, CliError> {
    let status = dao.box_status(id).await.map_err(errors::chain)?;
    if status == IBallotBox::Status::Unopened {
        return Ok(json!({ "status": "unopened" }));
    }
    let state = dao.election(id).await.map_err(errors::chain)?;
    Ok(json!({
        "status": status_word(&status),
        "members": state.election.size,
        "total_weight": state.total_weight.to_string(),
        "ballots": state.ballots,
        "min_turnout": state.min_turnout,
        "closes": state.closes,
        "tally_by": state.tally_by,
    }))
}

/// The box's status in one word.
pub(crate) fn status_word(status: &IBallotBox::Status) -> &'static str {
    match status {
        IBallotBox::Status::Unopened => "unopened",
        IBallotBox::Status::Open => "open",
        IBallotBox::Status::Closed => "closed",
        IBallotBox::Status::BelowTurnout => "below-turnout",
        IBallotBox::Status::Expired => "expired",
        IBallotBox::Status::Tallied => "tallied",
        IBallotBox::Status::ResultCast => "result-cast",
        _ => "unknown",
    }
}

fn actions_data(proposal: &Proposal) -> Vec<Value> {
    let values = proposal.values.iter().map(U256::to_string);
    let actions = proposal.targets.iter().zip(values).zip(&proposal.calldatas);
    actions.map(|((to, value), data)| json!({ "to": to, "value": value, "calldata": data })).collect()
}

fn show_text(proposal: &Proposal, state: ProposalState, data: &Value) -> String {
    let number = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut text = format!(
        "{}\nproposal    {}\nstate       {state}\nproposer    {}\nsnapshot    {}\ndeadline    {}\nchain time  {}\n",
        printable(proposal.title()),
        proposal.id,
        proposal.proposer,
        proposal.snapshot,
        proposal.deadline,
        data["chain_time"]
    );
    for (i, to) in proposal.targets.iter().enumerate() {
        let value = proposal.values.get(i).copied().unwrap_or_default();
        let calldata = proposal.calldatas.get(i).cloned().unwrap_or_default();
        text.push_str(&format!("action      {} to {to} calldata {calldata}\n", numbers::in_ether(value)));
    }
    for key in ["status", "members", "ballots", "closes", "tally_by"] {
        let value = &data["ballot_box"][key];
        if !value.is_null() {
            let label = format!("box {}", key.replace('_', " "));
            text.push_str(&format!("{label:<12} {}\n", number(value)));
        }
    }
    for key in ["against", "for", "abstain"] {
        text.push_str(&format!("{key:<12}{}\n", number(&data["votes"][key])));
    }
    text
}

/// A proposal's text is a stranger's: control characters would move the terminal's cursor.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).take(200).collect()
}

/// The proposal with this id.
///
/// # Errors
/// `proposal-unknown` (exit 2).
pub(crate) async fn find(dao: &Dao, id: U256) -> Result<Proposal, CliError> {
    dao.proposal(id).await.map_err(errors::chain)?.ok_or_else(|| {
        CliError::usage("proposal-unknown", format!("this DAO has no proposal {id}"))
            .hint("`tabella proposal list` shows them")
    })
}

async fn advance(ctx: &Ctx, one: One, done: &str, call: impl Fn(&Dao, &Proposal) -> Call) -> Result<Outcome, CliError> {
    let id = numbers::proposal(&one.proposal)?;
    let sender = flow::sender(ctx, &one.sender)?;
    let dao = flow::dao(ctx, &one.at.chain, &one.at.dao).await?;
    let proposal = find(&dao, id).await?;
    let state = dao.proposal_state(id).await.map_err(errors::chain)?;
    let submitted =
        submit(ctx, &dao.chain, &sender, call(&dao, &proposal), one.sender.dry_run).await.map_err(|error| {
            let known = error.hint.is_some();
            if known {
                error
            } else {
                error.hint(format!("the proposal is {state}; `tabella proposal show` has its times"))
            }
        })?;
    let after = dao.proposal_state(id).await.map_err(errors::chain)?;
    let mut data = json!({ "proposal": id.to_string(), "state": after.word(), "transaction": submitted.data() });
    let mut text = submitted.text();
    if submitted.sent() {
        text = format!("proposal    {id} is {done}\n{text}");
    }
    if after == ProposalState::Queued {
        let eta = dao.proposal_eta(id).await.map_err(errors::chain)?;
        data["eta"] = eta.into();
        text.push_str(&format!("\nexecutable  from {eta}"));
    }
    Outcome::new(data, text)
}
