//! `tabella dao`: a DAO with private voting, deployed and looked at.

mod audit;
mod electorate;

use std::path::{Path, PathBuf};

use alloy::eips::BlockId;
use alloy::primitives::{Address, U256};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tabella_circuits::babyjubjub::Point;
use tabella_contracts::client::{Admission, to_word};
use tabella_contracts::deploy::{self, GOVERNOR_OPTIONS, Journal, POLL_OPTIONS, Plan, Step};
use tabella_contracts::deployment::Deployment;
use tabella_contracts::{Chain, Sender};

use crate::context::Ctx;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::flow::{self, errors, numbers};
use crate::opts::{ChainOpts, DaoOpts, SenderOpts, address_of};
use crate::output::Outcome;
use crate::store::trustee_keys;

/// A journal or a trustee's public file is a few kilobytes.
const FILE_LIMIT: u64 = 256 * 1024;

/// A DAO with private voting.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Times are in seconds. The vote lasts from the snapshot to the deadline; ballots are taken until the tally period, its
last part, begins.

Examples:
  tabella dao deploy --weighted --trustee council --from 0xf39F...
  tabella dao deploy --weighted --trustee council --audit --minimum-bond 1 --from 0xf39F...
  tabella dao status")]
pub enum Command {
    /// Deploy the contracts, wire them, and give up all power over them
    Deploy(Box<Deploy>),
    /// Show where the DAO is, how it is configured, and that its contracts belong together
    Status(Status),
}

/// Options of `dao deploy`.
#[derive(Debug, Args)]
#[group(id = "kind", multiple = false, args = ["weighted", "plain"])]
pub struct Deploy {
    /// Every member has a weight of its own
    #[arg(long)]
    weighted: bool,
    /// Every member has weight 1, as in a Semaphore group
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    electorate: electorate::Options,
    /// Name of the Governor
    #[arg(long, value_name = "TEXT", default_value = "Tabella")]
    name: String,
    /// Votes in the Governor per unit of weight
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    unit: String,
    /// From a proposal to its snapshot
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400)]
    voting_delay: u64,
    /// From the snapshot to the deadline
    #[arg(long, value_name = "SECONDS", default_value_t = 604_800)]
    voting_period: u32,
    /// From the last ballot to the deadline
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400)]
    tally_period: u32,
    /// Fewest ballots that are ever opened, at least 2
    #[arg(long, value_name = "NUMBER", default_value_t = 5)]
    min_turnout: u32,
    /// Votes for or abstaining that a proposal needs, in percent of all
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=100))]
    quorum_percent: u32,
    /// From the queue to the execution
    #[arg(long, value_name = "SECONDS", default_value_t = 172_800)]
    timelock_delay: u64,
    /// The trustee of this home directory whose keys seal the ballots
    #[arg(long, value_name = "NAME", conflicts_with = "trustee_file", required_unless_present = "trustee_file")]
    trustee: Option<String>,
    /// The same from the JSON that `trustee show --json` printed elsewhere
    #[arg(long, value_name = "FILE")]
    trustee_file: Option<PathBuf>,
    /// Who may post the trustee's shares [default: the sender]
    #[arg(long, value_name = "ADDRESS")]
    trustee_address: Option<String>,
    /// Who may admit members [default: the sender]
    #[arg(long, value_name = "ADDRESS")]
    registrar: Option<String>,
    /// Who may make proposals [default: the sender]
    #[arg(long, value_name = "ADDRESS")]
    proposer: Option<String>,
    /// Who may create polls [default: the sender]
    #[arg(long, value_name = "ADDRESS")]
    pollster: Option<String>,
    #[command(flatten)]
    audit: audit::Options,
    #[command(flatten)]
    chain: ChainOpts,
    #[command(flatten)]
    dao: DaoOpts,
    #[command(flatten)]
    sender: SenderOpts,
}

/// Options of `dao status`.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    chain: ChainOpts,
    #[command(flatten)]
    dao: DaoOpts,
}

/// Runs `tabella dao`.
///
/// # Errors
/// Exit 2 for options and files, 3 for the chain, 4 where a contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Deploy(options) => ctx.block_on(deploy(ctx, *options)),
        Command::Status(options) => ctx.block_on(status(ctx, options)),
    }
}

async fn deploy(ctx: &Ctx, options: Deploy) -> Result<Outcome, CliError> {
    let file = options.dao.path(ctx);
    if file.symlink_metadata().is_ok() {
        return Err(files::exists(&file));
    }
    let sender = flow::sender(ctx, &options.sender)?;
    let plan = plan(ctx, &options, sender.address())?;
    let chain = flow::connect(ctx, &options.chain).await?;
    if options.sender.dry_run {
        return dry_run(&chain, &sender, &plan);
    }
    if files::parent(&file) == ctx.settings().home() {
        ctx.home()?;
    }
    let unfinished = file.with_extension("unfinished.json");
    let journal = journal(ctx, &chain, &sender, plan, &unfinished).await?;
    let mut steps = Vec::new();
    let spinner = ctx.spinner("Deploying");
    let mut save = |journal: &Journal, step: &Step| {
        spinner.message(step.name.clone());
        steps.push(step.clone());
        write_journal(&unfinished, journal).map_err(|error| error.to_string())
    };
    let deployment = deploy::deploy(&chain, &sender, journal, &mut save).await.map_err(errors::deploy)?;
    drop(spinner);
    let text = deployment.to_text().map_err(CliError::internal)?;
    files::write_atomic(&file, text.as_bytes(), Existing::Refuse)?;
    // Only a trace of work that is done now.
    let _ = std::fs::remove_file(&unfinished);
    if deployment.circuits.ballot.development {
        ctx.warn("the verifiers hold development keys: anyone can forge ballots; for local chains only");
    }
    report(&deployment, &file, &steps)
}

fn plan(ctx: &Ctx, options: &Deploy, sender: Address) -> Result<Plan, CliError> {
    let or_sender = |text: &Option<String>| text.as_deref().map_or(Ok(sender), address_of);
    let unit = U256::from_str_radix(&options.unit, 10);
    let (keys, eighths) = trustee(ctx, options)?;
    Ok(Plan {
        name: options.name.clone(),
        electorate: options.electorate.plan(options.voting_delay.saturating_add(options.voting_period.into()))?,
        weighted: options.electorate.weighted(options.weighted, options.plain)?,
        unit: unit.map_err(|_| CliError::usage("unit-invalid", "--unit is not a decimal number"))?,
        voting_delay: options.voting_delay,
        voting_period: options.voting_period,
        tally_period: options.tally_period,
        min_turnout: options.min_turnout,
        quorum_percent: options.quorum_percent,
        timelock_delay: options.timelock_delay,
        registrar: or_sender(&options.registrar)?,
        proposer: or_sender(&options.proposer)?,
        pollster: or_sender(&options.pollster)?,
        trustee: or_sender(&options.trustee_address)?,
        keys,
        eighths,
        audit: options.audit.plan(sender)?,
    })
    .and_then(check_plan)
}

/// What the contracts would refuse after half of them are deployed.
fn check_plan(plan: Plan) -> Result<Plan, CliError> {
    let bad = |what: &str| Err(CliError::usage("option-invalid", what));
    if plan.tally_period == 0 || plan.tally_period >= plan.voting_period {
        return bad("--tally-period must be at least 1 and shorter than --voting-period");
    }
    if plan.min_turnout < 2 {
        return bad("--min-turnout must be at least 2: the tally of one ballot is that ballot");
    }
    if plan.unit == U256::ZERO || plan.unit > U256::ONE << 88 {
        return bad("--unit must be from 1 to 2^88");
    }
    if plan.voting_delay >= 1 << 48 {
        return bad("--voting-delay must be below 2^48");
    }
    Ok(plan)
}

type Keys = (Vec<[U256; 2]>, Vec<[U256; 2]>);

fn trustee(ctx: &Ctx, options: &Deploy) -> Result<Keys, CliError> {
    match (&options.trustee, &options.trustee_file) {
        (Some(name), _) => {
            let keys = trustee_keys(ctx, name, POLL_OPTIONS)?;
            Ok((words(&keys), words(&keys.iter().map(Point::eighth).collect::<Vec<_>>())))
        }
        (None, Some(path)) => trustee_file(path),
        (None, None) => Err(CliError::usage("usage", "one of --trustee and --trustee-file is needed")),
    }
}

fn words(points: &[Point]) -> Vec<[U256; 2]> {
    points.iter().map(|point| point.words().map(|x| to_word(&x))).collect()
}

/// Keys from `trustee show --json`: the whole envelope, or its `data`. The eighths are computed, not believed.
fn trustee_file(path: &Path) -> Result<Keys, CliError> {
    let invalid = |what: &str| CliError::file("trustee-invalid", path, what);
    let text = files::text(files::read_bounded(path, FILE_LIMIT)?, path)?;
    let value: Value = serde_json::from_str(&text).map_err(|error| invalid(&error.to_string()))?;
    let data = value.get("data").unwrap_or(&value);
    let keys: Vec<[String; 2]> =
        serde_json::from_value(data["keys"].clone()).map_err(|e| invalid(&format!("keys: {e}")))?;
    // With fewer keys than polls need there is a DAO, but without a box for polls.
    let used = match keys.len() {
        GOVERNOR_OPTIONS => GOVERNOR_OPTIONS,
        n if n >= POLL_OPTIONS => POLL_OPTIONS,
        n => return Err(invalid(&format!("{n} keys, not {GOVERNOR_OPTIONS}, or {POLL_OPTIONS} for polls as well"))),
    };
    let mut points = Vec::new();
    for [x, y] in keys.iter().take(used) {
        let word = |text| numbers::field_element("key", text).map_err(|error| invalid(&error.to_string()));
        let point = Point { x: word(x)?, y: word(y)? };
        if point == Point::IDENTITY || !point.is_in_subgroup() {
            return Err(invalid("a key is not a point of the subgroup"));
        }
        points.push(point);
    }
    Ok((words(&points), words(&points.iter().map(Point::eighth).collect::<Vec<_>>())))
}

/// The journal of an unfinished deployment with the same options, or a new one.
async fn journal(ctx: &Ctx, chain: &Chain, sender: &Sender, plan: Plan, path: &Path) -> Result<Journal, CliError> {
    if path.symlink_metadata().is_err() {
        let block = chain.latest().await.map_err(errors::chain)?.block;
        let journal = Journal::new(chain.id(), sender.address(), block, plan);
        write_journal(path, &journal)?;
        return Ok(journal);
    }
    let text = files::text(files::read_bounded(path, FILE_LIMIT)?, path)?;
    let journal: Journal = serde_json::from_str(&text).map_err(|e| CliError::file("journal-invalid", path, e))?;
    journal.same(chain.id(), sender.address(), &plan).map_err(|error| {
        CliError::file("unfinished-deployment", path, error)
            .hint("run it again with the same options to finish it, or remove that file to begin anew")
    })?;
    for (name, address) in &journal.created {
        check_code(chain, name, *address, path).await?;
    }
    ctx.note(format!("going on with the deployment of {}: {} steps are done", path.display(), journal.done.len()));
    Ok(journal)
}

/// A devnet that was started again has forgotten what the journal remembers.
async fn check_code(chain: &Chain, name: &str, address: Address, path: &Path) -> Result<(), CliError> {
    let contract = tabella_contracts::Contract::ALL.iter().find(|contract| contract.name() == name);
    let contract =
        contract.ok_or_else(|| CliError::file("journal-invalid", path, format!("unknown contract {name}")))?;
    chain.require(*contract, address).await.map_err(|error| {
        errors::chain(error).hint(format!("if that chain is gone, remove {} and begin anew", path.display()))
    })
}

fn write_journal(path: &Path, journal: &Journal) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(journal).map_err(CliError::internal)? + "\n";
    files::write_atomic(path, text.as_bytes(), Existing::Replace)
}

fn report(deployment: &Deployment, file: &Path, steps: &[Step]) -> Result<Outcome, CliError> {
    let gas: u64 = steps.iter().map(|step| step.mined.gas).sum();
    let rows: Vec<Value> = steps
        .iter()
        .map(|s| json!({ "step": s.name, "transaction": s.mined.hash, "gas": s.mined.gas.to_string() }))
        .collect();
    let mut data = serde_json::to_value(deployment).map_err(CliError::internal)?;
    data["file"] = json!(file);
    data["steps"] = json!(rows);
    data["gas_total"] = json!(gas.to_string());
    let mut text = String::new();
    for step in steps {
        text.push_str(&format!("{:<45}{:>14} gas\n", step.name, numbers::gas(step.mined.gas)));
    }
    text.push_str(&format!(
        "{:<45}{:>14} gas\n\n{}written to {}",
        "sum",
        numbers::gas(gas),
        addresses(deployment),
        file.display()
    ));
    Outcome::new(data, text)
}

fn addresses(deployment: &Deployment) -> String {
    let at = deployment.contracts;
    let rows = [
        ("Governor", at.governor),
        ("BallotBox", at.ballot_box),
        ("Electorate", at.electorate),
        ("Committee", at.committee),
        ("timelock (treasury)", at.timelock),
        ("AccessManager", at.access_manager),
        ("ballot verifier", at.ballot_verifier),
        ("tally verifier", at.tally_verifier),
    ];
    let polls = deployment.polls.iter().flat_map(|polls| {
        [
            ("PollBox", polls.poll_box),
            ("polls' ballots", polls.ballot_verifier),
            ("polls' tallies", polls.tally_verifier),
        ]
    });
    let audit = deployment.audit.iter().flat_map(audit::addresses);
    rows.into_iter().chain(polls).chain(audit).map(|(name, address)| format!("{name:<20}{address}\n")).collect()
}

/// Contracts need each other's addresses, so only the first could be estimated: the plan is shown, nothing else.
fn dry_run(chain: &Chain, sender: &Sender, plan: &Plan) -> Result<Outcome, CliError> {
    let calls = deploy::rehearse(plan, sender.address()).map_err(CliError::internal)?;
    let rows: Vec<Value> = calls
        .iter()
        .map(|(call, gas)| json!({ "contract": call.contract, "arguments": call.arguments, "gas_at_least": gas.to_string() }))
        .collect();
    let total: u64 = calls.iter().map(|(_, gas)| gas).sum();
    let mut text = format!("dry run: nothing is sent to chain {}\n", chain.id());
    for (call, gas) in &calls {
        let arguments: Vec<String> = call.arguments.iter().map(ToString::to_string).collect();
        text.push_str(&format!(
            "{:<22}at least {:>11} gas  ({})\n",
            call.contract,
            numbers::gas(*gas),
            arguments.join(", ")
        ));
    }
    text.push_str(&format!("{:<22}at least {:>11} gas", "sum", numbers::gas(total)));
    let data = json!({ "sent": false, "from": sender.address(), "chain_id": chain.id(), "contracts": rows, "gas_at_least": total.to_string() });
    Outcome::new(data, text)
}

async fn status(ctx: &Ctx, options: Status) -> Result<Outcome, CliError> {
    let dao = flow::dao(ctx, &options.chain, &options.dao).await?;
    dao.check_verifiers().await.map_err(errors::chain)?;
    let settings = dao.settings().await.map_err(errors::chain)?;
    let admission = dao.admission().await.map_err(errors::chain)?;
    let (_, size, weight) = dao.roots_at(BlockId::latest()).await.map_err(errors::chain)?;
    if admission != Admission::Published {
        // The members' events must give the contract's root.
        dao.electorate().await.map_err(errors::chain)?;
    }
    let treasury = dao.chain.balance(dao.deployment.contracts.timelock).await.map_err(errors::chain)?;
    let mut data = serde_json::to_value(&dao.deployment).map_err(CliError::internal)?;
    data["admission"] = json!(admission);
    data["members"] = json!(size.saturating_to::<u64>());
    data["total_weight"] = json!(weight.to_string());
    data["treasury"] = json!(treasury.to_string());
    data["settings"] = json!(settings);
    let mut text = addresses(&dao.deployment);
    text.push_str(&format!(
        "chain               {}\nmembers             {size}, total weight {weight}, by {}\ntreasury            {}\n",
        dao.chain.id(),
        admission.word(),
        numbers::in_ether(treasury)
    ));
    text.push_str(&format!(
        "voting delay        {}\nvoting period       {}\ntally period        {}\ntimelock delay      {}\nminimum turnout     {} ballots\ncommittee's term    {}\n",
        numbers::seconds(settings.voting_delay),
        numbers::seconds(settings.voting_period),
        numbers::seconds(settings.tally_period.into()),
        numbers::seconds(settings.timelock_delay),
        settings.min_turnout,
        settings.term
    ));
    audit::status(&dao, &mut data, &mut text).await?;
    let kind = if dao.deployment.circuits.ballot.development {
        "development (forgeable: local chains only)"
    } else {
        "ceremony"
    };
    text.push_str(&format!("keys                {kind}"));
    Outcome::new(data, text)
}
