//! `tabella poll`: a question to the electorate, without a Governor.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use tabella_circuits::voting::electorate::Kind;
use tabella_circuits::voting::rule::{Rule, RuleKind};
use tabella_contracts::bindings::IBallotBox;
use tabella_contracts::client::{Poll, PollSettings};
use tabella_contracts::{ChainError, Dao};

use super::proposal::{printable, status_word};
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::submit::submit;
use crate::flow::{self, errors, numbers};
use crate::opts::{ChainOpts, DaoOpts, SenderOpts};
use crate::output::Outcome;

/// A question to the electorate, without a Governor.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
A poll goes: create - (its beginning) - open - votes - (close) - tally. Members vote with `tabella vote cast ID`,
`tabella tally ID` opens the sum. No Governor counts it: it stays in the box for whoever reads it.

Examples:
  tabella poll create --title 'Which audits?' --rule approval --options 5 --limit 2 --from 0xf39F...
  tabella poll open 4711 --from 0xf39F...
  tabella vote cast 4711 --identity alice --choice 0,3 --passphrase-file pass.txt --from 0x7099...
  tabella poll show 4711")]
pub enum Command {
    /// Create a poll; the sender must have the role POLLSTER
    Create(Create),
    /// Open a poll that has begun; anyone may
    Open(One),
    /// List all polls
    List(Where),
    /// Show one poll, its times and its totals
    Show(Read),
}

/// Which DAO on which chain.
#[derive(Debug, Args)]
pub struct Where {
    #[command(flatten)]
    chain: ChainOpts,
    #[command(flatten)]
    dao: DaoOpts,
}

/// One poll, to be looked at.
#[derive(Debug, Args)]
pub struct Read {
    /// The poll's id
    poll: String,
    #[command(flatten)]
    at: Where,
}

/// One poll, to be moved on.
#[derive(Debug, Args)]
pub struct One {
    /// The poll's id
    poll: String,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

/// What a ballot may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RuleName {
    /// One option gets the whole weight
    Single,
    /// Up to --limit options get the whole weight each
    Approval,
    /// Votes that sum to at most --limit times the weight
    Split,
    /// Votes whose squares sum to at most --limit times the weight
    Quadratic,
}

/// Options of `poll create`.
#[derive(Debug, Args)]
pub struct Create {
    /// First line of the description
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// The rest of the description, such as what the options mean
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: String,
    /// What a ballot may contain
    #[arg(long, value_enum, default_value = "single")]
    rule: RuleName,
    /// Options, numbered from 0
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(2..=8))]
    options: u8,
    /// See --rule; 1 for single
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
    /// From now to the beginning, whose members vote
    #[arg(long, value_name = "SECONDS", default_value_t = 3_600)]
    delay: u64,
    /// From the beginning to the last ballot
    #[arg(long, value_name = "SECONDS", default_value_t = 604_800)]
    period: u64,
    /// From the last ballot to the last moment for a tally
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400, value_parser = clap::value_parser!(u32).range(1..))]
    tally_period: u32,
    /// Fewest ballots that are ever opened, at least 2
    #[arg(long, value_name = "NUMBER", default_value_t = 5, value_parser = clap::value_parser!(u32).range(2..))]
    min_turnout: u32,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

/// Runs `tabella poll`.
///
/// # Errors
/// Exit 2 for options and a DAO without polls, 3 for the chain, 4 where the contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Create(options) => ctx.block_on(create(ctx, options)),
        Command::Open(one) => ctx.block_on(open(ctx, one)),
        Command::List(at) => ctx.block_on(list(ctx, at)),
        Command::Show(read) => ctx.block_on(show(ctx, read)),
    }
}

/// The DAO at its poll box.
async fn dao(ctx: &Ctx, at: &Where) -> Result<Dao, CliError> {
    let dao = flow::dao(ctx, &at.chain, &at.dao).await?;
    dao.polls().await.map_err(|error| match error {
        ChainError::NoPolls => CliError::usage("no-polls", "this DAO has no poll box")
            .hint("`tabella dao deploy` makes one if the trustee has keys for eight options"),
        error => errors::chain(error),
    })
}

async fn create(ctx: &Ctx, options: Create) -> Result<Outcome, CliError> {
    let description = description(&options)?;
    let sender = flow::sender(ctx, &options.sender)?;
    let dao = dao(ctx, &options.at).await?;
    let settings = settings(&dao, &options).await?;
    let call = dao.create_poll(&description, &settings).map_err(errors::chain)?;
    let submitted = submit(ctx, &dao.chain, &sender, call, options.sender.dry_run).await?;
    let (opens, closes) = (settings.opens, settings.closes);
    let mut data = json!({ "opens": opens, "closes": closes, "transaction": submitted.data() });
    let mut text = format!("begins      {opens}\ncloses      {closes}\n{}", submitted.text());
    if let Some(made) = submitted.mined_in() {
        let polls = dao.all_polls().await.map_err(errors::chain)?;
        let poll = polls.iter().find(|poll| poll.transaction == made);
        let id = poll.ok_or_else(|| CliError::internal("the transaction created no poll"))?.id;
        data["poll"] = json!(id.to_string());
        text = format!("poll        {id}\n{text}");
    }
    Outcome::new(data, text)
}

fn description(options: &Create) -> Result<String, CliError> {
    let title = options.title.trim();
    if title.is_empty() || title.contains('\n') {
        return Err(CliError::usage("title-invalid", "the title must be one line with something in it"));
    }
    let rest = &options.description;
    Ok(if rest.is_empty() { title.to_owned() } else { format!("{title}\n\n{rest}") })
}

async fn settings(dao: &Dao, options: &Create) -> Result<PollSettings, CliError> {
    let kind = match options.rule {
        RuleName::Single => RuleKind::Single,
        RuleName::Approval => RuleKind::Approval,
        RuleName::Split => RuleKind::Split,
        RuleName::Quadratic => RuleKind::Quadratic,
    };
    if kind == RuleKind::Single && options.limit != 1 {
        return Err(CliError::usage("option-invalid", "--limit must be 1 under --rule single"));
    }
    let electorate = if dao.deployment.weighted { Kind::Weighted } else { Kind::Plain };
    let now = dao.chain.latest().await.map_err(errors::chain)?.time;
    let too_long = || CliError::usage("option-invalid", "--delay or --period is too long: times have 48 bits");
    let opens = now.checked_add(options.delay).ok_or_else(too_long)?;
    let closes = opens.checked_add(options.period).filter(|closes| closes >> 48 == 0).ok_or_else(too_long)?;
    Ok(PollSettings {
        rule: Rule { electorate, kind, options: options.options, limit: options.limit },
        term: dao.deployment.polls.as_ref().map_or(0, |polls| polls.term),
        opens,
        closes,
        tally_period: options.tally_period,
        min_turnout: options.min_turnout,
    })
}

async fn open(ctx: &Ctx, one: One) -> Result<Outcome, CliError> {
    let id = numbers::proposal(&one.poll)?;
    let sender = flow::sender(ctx, &one.sender)?;
    let dao = dao(ctx, &one.at).await?;
    let submitted = submit(ctx, &dao.chain, &sender, dao.open_election(id), one.sender.dry_run).await?;
    let mut data = json!({ "poll": id.to_string(), "transaction": submitted.data() });
    let mut text = submitted.text();
    if submitted.sent() {
        let state = dao.election(id).await.map_err(errors::chain)?;
        data["members"] = state.election.size.into();
        data["closes"] = state.closes.into();
        data["tally_by"] = state.tally_by.into();
        text.push_str(&format!(
            "\nmembers     {}\ncloses      {}\ntally by    {}",
            state.election.size, state.closes, state.tally_by
        ));
    }
    Outcome::new(data, text)
}

async fn list(ctx: &Ctx, at: Where) -> Result<Outcome, CliError> {
    let dao = dao(ctx, &at).await?;
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for poll in dao.all_polls().await.map_err(errors::chain)? {
        let status = dao.box_status(poll.id).await.map_err(errors::chain)?;
        let status = status_word(&status);
        rows.push(json!({ "poll": poll.id.to_string(), "status": status, "title": poll.title() }));
        lines.push(format!("{status:<14} {}  {}", poll.id, printable(poll.title())));
    }
    let text = if lines.is_empty() { "no polls".to_owned() } else { lines.join("\n") };
    Outcome::new(json!({ "polls": rows }), text)
}

async fn show(ctx: &Ctx, read: Read) -> Result<Outcome, CliError> {
    let id = numbers::proposal(&read.poll)?;
    let dao = dao(ctx, &read.at).await?;
    let poll = dao.poll(id).await.map_err(errors::chain)?.ok_or_else(|| {
        CliError::usage("poll-unknown", format!("this DAO has no poll {id}")).hint("`tabella poll list` shows them")
    })?;
    let status = dao.box_status(id).await.map_err(errors::chain)?;
    let now = dao.chain.latest().await.map_err(errors::chain)?.time;
    let settings = poll.settings;
    let rule = settings.rule;
    let mut data = json!({
        "poll": id.to_string(),
        "status": status_word(&status),
        "title": poll.title(),
        "description": poll.description,
        "creator": poll.creator,
        "rule": rule.kind,
        "options": rule.options,
        "limit": rule.limit,
        "opens": settings.opens,
        "closes": settings.closes,
        "tally_period": settings.tally_period,
        "min_turnout": settings.min_turnout,
        "chain_time": now,
    });
    if status != IBallotBox::Status::Unopened {
        let state = dao.election(id).await.map_err(errors::chain)?;
        data["members"] = json!(state.election.size);
        data["total_weight"] = json!(state.total_weight.to_string());
        data["ballots"] = json!(state.ballots);
    }
    if status == IBallotBox::Status::Tallied {
        let totals = dao.totals(id).await.map_err(errors::chain)?;
        let used = totals.iter().take(rule.options.into());
        data["totals"] = used.map(|total| json!(total.to_string())).collect();
    }
    Outcome::new(&data, show_text(&poll, &data))
}

fn show_text(poll: &Poll, data: &Value) -> String {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut text = printable(poll.title());
    for key in
        ["poll", "status", "creator", "rule", "options", "limit", "opens", "closes", "chain_time", "members", "ballots"]
    {
        if !data[key].is_null() {
            text.push_str(&format!("\n{:<12}{}", key.replace('_', " "), word(&data[key])));
        }
    }
    for (option, total) in data["totals"].as_array().into_iter().flatten().enumerate() {
        text.push_str(&format!("\noption {option:<5}{}", word(total)));
    }
    text
}
