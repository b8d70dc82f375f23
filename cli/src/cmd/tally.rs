//! `tabella tally`: opens the sum of a closed election, never a single ballot.

use alloy::primitives::U256;
use clap::Args;
use serde_json::{Value, json};
use tabella_circuits::voting::trustee::Share;
use tabella_contracts::{Dao, Sender};

use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::choice::GOVERNOR;
use crate::flow::submit::{Submitted, submit};
use crate::flow::tally::{self, Readable, TRUSTEE};
use crate::flow::{self, errors, numbers};
use crate::opts::{ChainOpts, DaoOpts, KeysOpts, PassphraseOpts, SenderOpts};
use crate::output::Outcome;

/// Open the sum of a closed election: share, totals, proof, result
#[derive(Debug, Args)]
#[command(after_help = "\
Steps: the trustee's share is posted, the totals are found and proven, the box records them, the Governor gets them.
Each step is skipped if it is done already, so the command can be run again. Without --trustee, a share that the
trustee posted is used: anyone may finish a tally.

Nothing is decrypted before the close, below the minimum turnout, or if the box's sums are not those of its ballots.

Examples:
  tabella tally 4711 --trustee ministry --passphrase-file pass.txt --from 0xf39F...
  tabella tally 4711 --from 0xf39F...")]
pub struct Command {
    /// The proposal's or the poll's id
    proposal: String,
    /// The trustee of this home directory whose share is made; the sender must be the trustee's address
    #[arg(long, value_name = "NAME")]
    trustee: Option<String>,
    /// Stop after recording the totals: do not hand them to the Governor
    #[arg(long)]
    no_cast_result: bool,
    #[command(flatten)]
    passphrase: PassphraseOpts,
    #[command(flatten)]
    keys: KeysOpts,
    #[command(flatten)]
    chain: ChainOpts,
    #[command(flatten)]
    dao: DaoOpts,
    #[command(flatten)]
    sender: SenderOpts,
}

/// Runs `tabella tally`.
///
/// # Errors
/// Exit 1 where the election must not be opened or a share is wrong, 2 for options and files, 3 for the chain, 4 where a
/// contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    ctx.block_on(run_async(ctx, command))
}

struct Steps<'a> {
    ctx: &'a Ctx,
    dao: &'a Dao,
    sender: &'a Sender,
    dry_run: bool,
    data: serde_json::Map<String, Value>,
    text: String,
}

async fn run_async(ctx: &Ctx, command: Command) -> Result<Outcome, CliError> {
    let id = numbers::proposal(&command.proposal)?;
    let sender = flow::sender(ctx, &command.sender)?;
    let dao = flow::dao_holding(ctx, &command.chain, &command.dao, id).await?;
    let data = serde_json::Map::from_iter([("proposal".to_owned(), json!(id.to_string()))]);
    let dry_run = command.sender.dry_run;
    let mut steps = Steps { ctx, dao: &dao, sender: &sender, dry_run, data, text: String::new() };
    let state = dao.election(id).await.map_err(errors::chain)?;
    if !state.tallied {
        open_sum(&mut steps, &command, id).await?;
    } else {
        steps.say("tally", "recorded already");
    }
    if !dry_run || state.tallied {
        finish(&mut steps, id, state.result_cast, command.no_cast_result).await?;
    }
    Outcome::new(steps.data, steps.text)
}

/// Share, totals, proof, record.
async fn open_sum(steps: &mut Steps<'_>, command: &Command, id: U256) -> Result<(), CliError> {
    let readable = tally::readable(steps.dao, id).await?;
    steps.say("ballots", &readable.ballots.cast.len().to_string());
    let share = share(steps, command, &readable).await?;
    let totals = {
        let _spinner = steps.ctx.spinner("Finding the totals");
        readable.totals(&share)?
    };
    let call = {
        let _spinner = steps.ctx.spinner("Proving the totals");
        let key = tally::key(steps.dao, &command.keys.store(steps.ctx)?)?;
        readable.prove(steps.dao, &key, share, totals)?
    };
    steps.submit("tally", call).await.map(drop)
}

/// The trustee's share, made and posted here; or the one that is posted already.
async fn share(steps: &mut Steps<'_>, command: &Command, readable: &Readable) -> Result<Share, CliError> {
    let posted = steps.dao.posted_share(readable.state.proposal, TRUSTEE).await.map_err(errors::chain)?;
    if let Some(share) = posted.and_then(|posted| readable.read_share(&posted.words).ok()) {
        steps.say("share", "posted already");
        return Ok(share);
    }
    let Some(name) = &command.trustee else {
        return Err(CliError::usage(
            "share-missing",
            "the trustee has posted no valid share, and no --trustee is given",
        ));
    };
    let secret = crate::store::open_trustee(steps.ctx, name, &command.passphrase)?;
    let share = readable.share(&secret)?;
    steps.submit("share", readable.post_share(steps.dao, &share)).await?;
    Ok(share)
}

async fn finish(steps: &mut Steps<'_>, id: U256, cast: bool, stop: bool) -> Result<(), CliError> {
    let totals = steps.dao.totals(id).await.map_err(errors::chain)?;
    let shown: Vec<String> = totals.iter().map(u64::to_string).collect();
    if steps.dao.holds_polls() {
        for (option, total) in totals.iter().enumerate() {
            steps.text.push_str(&format!("option {option:<5}{total}\n"));
        }
        // Nobody counts a poll but those who read it.
        steps.data.insert("totals".to_owned(), json!(shown));
        return Ok(());
    }
    for (name, total) in GOVERNOR.iter().zip(&totals) {
        steps.text.push_str(&format!("{name:<12}{total}\n"));
    }
    steps.data.insert("totals".to_owned(), json!({ "against": shown[0], "for": shown[1], "abstain": shown[2] }));
    if cast {
        steps.say("result", "cast already");
        return Ok(());
    }
    if stop {
        return Ok(());
    }
    steps.submit("result", tally::cast_result(steps.dao, id)).await.map(drop)
}

impl Steps<'_> {
    fn say(&mut self, step: &str, what: &str) {
        self.data.insert(step.to_owned(), json!(what));
        self.text.push_str(&format!("{step:<12}{what}\n"));
    }

    async fn submit(&mut self, step: &str, call: tabella_contracts::Call) -> Result<Submitted, CliError> {
        let submitted = submit(self.ctx, &self.dao.chain, self.sender, call, self.dry_run).await?;
        self.data.insert(step.to_owned(), submitted.data());
        self.text.push_str(&format!("{step:<12}\n{}\n", submitted.text()));
        Ok(submitted)
    }
}
