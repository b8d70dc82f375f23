//! `tabella vote cast` and `tabella vote send`.

use std::path::{Path, PathBuf};

use alloy::primitives::{Address, U256};
use clap::Args;
use serde_json::{Value, json};
use tabella_circuits::field::to_decimal;
use tabella_circuits::voting::scope::Venue;
use tabella_contracts::Dao;
use tabella_contracts::ballot::{BallotFile, ProvenBallot, Receipt};
use tabella_contracts::deployment::CircuitRef;

use super::Where;
use crate::context::Ctx;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::flow::ballot::{Voting, key, option_names, prove_ballot, voting};
use crate::flow::submit::{self, Submitted, plan};
use crate::flow::{self, choice, errors, numbers};
use crate::opts::{KeysOpts, PassphraseOpts, SenderOpts, address_of};
use crate::output::Outcome;

/// A ballot file is about 4 KiB.
const BALLOT_LIMIT: u64 = 64 * 1024;

/// Options of `vote cast`.
#[derive(Debug, Args)]
pub struct Cast {
    /// The proposal's or the poll's id
    proposal: String,
    /// The identity of this home directory that votes
    #[arg(long, value_name = "NAME")]
    identity: String,
    /// The vote: against, for or abstain; an option's number; several (0,2); or votes for each (0=3,2=1)
    #[arg(long, value_name = "CHOICE")]
    choice: String,
    /// Let only this address send the ballot
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<String>,
    /// Write the ballot to FILE and send nothing
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    out: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOpts,
    #[command(flatten)]
    keys: KeysOpts,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

/// Options of `vote send`.
#[derive(Debug, Args)]
pub struct Send {
    /// The ballot's file
    ballot: PathBuf,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

pub(super) async fn cast(ctx: &Ctx, options: Cast) -> Result<Outcome, CliError> {
    let proposal = numbers::proposal(&options.proposal)?;
    let binding = options.bind.as_deref().map(address_of).transpose()?.unwrap_or_default();
    if let Some(out) = options.out.as_deref().filter(|out| out.symlink_metadata().is_ok()) {
        return Err(files::exists(out));
    }
    // Opened before the slow part, so that a missing sender is said at once.
    let sender = if options.out.is_none() { Some(flow::sender(ctx, &options.sender)?) } else { None };
    let identity = crate::store::open_identity(ctx, &options.identity, &options.passphrase)?;
    let dao = flow::dao_holding(ctx, &options.at.chain, &options.at.dao, proposal).await?;
    let voting = voting(ctx, &dao, proposal).await?;
    let choice = choice::parse(&options.choice, &voting.state.election.rule, option_names(&dao))?;
    check_open(&dao, &voting, proposal, &identity.nullifier(voting.state.election.scope)).await?;
    let member = voting.member(&identity)?;
    let ballot = {
        let _spinner = ctx.spinner("Sealing and proving the ballot");
        let key = key(&dao, &options.keys.store(ctx)?)?;
        prove_ballot(&key, &voting.state.election, &member, &choice, binding)?
    };
    let venue = &voting.state.venue;
    match (sender, &options.out) {
        (Some(sender), _) => {
            let keep = || write_receipt(ctx, venue, &ballot).map(Some);
            deliver(ctx, &dao, proposal, &ballot, &sender, options.sender.dry_run, keep).await
        }
        (None, out) => {
            let out = out.as_deref().ok_or_else(|| CliError::internal("neither a sender nor a file"))?;
            write_ballot(&dao.seat().circuits.ballot, venue, &ballot, out, &write_receipt(ctx, venue, &ballot)?)
        }
    }
}

/// Says before the slow part what the box would say after it.
async fn check_open(
    dao: &Dao,
    voting: &Voting,
    proposal: U256,
    nullifier: &tabella_circuits::Fr,
) -> Result<(), CliError> {
    let now = dao.chain.latest().await.map_err(errors::chain)?.time;
    if now >= voting.state.closes {
        let arguments = format!("closes: {}, now_: {now}", voting.state.closes);
        return Err(CliError::refused("VotingClosed", &arguments));
    }
    // Looked for here among all ballots: asking the node for this nullifier would tell it whose ballot comes next.
    let block = dao.chain.latest().await.map_err(errors::chain)?.block;
    let ballots = dao.ballots(proposal, block).await.map_err(errors::chain)?;
    if ballots.cast.iter().any(|ballot| ballot.nullifier == *nullifier) {
        return Err(CliError::refused("NullifierSpent", &format!("nullifier: {}", to_decimal(nullifier)))
            .hint("this identity has voted on this proposal; `tabella vote check` shows its ballot"));
    }
    Ok(())
}

/// Saved before anything is sent: a crash in between loses nothing that the voter needs.
fn write_receipt(ctx: &Ctx, venue: &Venue, ballot: &ProvenBallot) -> Result<PathBuf, CliError> {
    let receipt = Receipt::new(venue, ballot);
    let dir = ctx.home()?.join("receipts");
    files::private_dir(&dir)?;
    let digest = hex::encode(&receipt.digest[..8]);
    let path = dir.join(format!("{digest}.json"));
    let text = serde_json::to_string_pretty(&receipt).map_err(CliError::internal)? + "\n";
    files::write_atomic(&path, text.as_bytes(), Existing::Refuse)?;
    Ok(path)
}

fn write_ballot(
    circuit: &CircuitRef,
    venue: &Venue,
    ballot: &ProvenBallot,
    path: &Path,
    receipt: &Path,
) -> Result<Outcome, CliError> {
    let version = u32::try_from(circuit.version).map_err(CliError::internal)?;
    let file = BallotFile::new(&circuit.id, version, venue, ballot).map_err(CliError::internal)?;
    let text = serde_json::to_string_pretty(&file).map_err(CliError::internal)? + "\n";
    files::write_atomic(path, text.as_bytes(), Existing::Refuse)?;
    let mut data = summary(ballot);
    data["ballot"] = json!(path);
    data["receipt"] = json!(receipt);
    let text = format!("ballot      {}\nreceipt     {}\n{}", path.display(), receipt.display(), summary_text(ballot));
    Outcome::new(data, text)
}

/// A ballot's file, and the ballot in it.
pub(super) fn read_ballot(path: &Path) -> Result<(BallotFile, ProvenBallot), CliError> {
    let invalid = |error: tabella_contracts::ballot::BallotFileError| CliError::file("ballot-invalid", path, error);
    let text = files::text(files::read_bounded(path, BALLOT_LIMIT)?, path)?;
    let file = BallotFile::parse(&text).map_err(invalid)?;
    let ballot = file.ballot().map_err(invalid)?;
    Ok((file, ballot))
}

pub(super) async fn send(ctx: &Ctx, options: Send) -> Result<Outcome, CliError> {
    let path = &options.ballot;
    let (file, ballot) = read_ballot(path)?;
    let sender = flow::sender(ctx, &options.sender)?;
    let dao = flow::dao_holding(ctx, &options.at.chain, &options.at.dao, file.proposal).await?;
    if (file.chain_id, file.ballot_box) != (dao.chain.id(), dao.seat().address) {
        let what = format!("it is for the box {} on chain {}", file.ballot_box, file.chain_id);
        return Err(CliError::file("ballot-of-another-box", path, what));
    }
    deliver(ctx, &dao, file.proposal, &ballot, &sender, options.sender.dry_run, || Ok(None)).await
}

/// Sends a ballot; `keep` writes the receipt once the node has said that the box will take it, before it is sent.
async fn deliver(
    ctx: &Ctx,
    dao: &Dao,
    proposal: U256,
    ballot: &ProvenBallot,
    sender: &tabella_contracts::Sender,
    dry_run: bool,
    keep: impl FnOnce() -> Result<Option<PathBuf>, CliError>,
) -> Result<Outcome, CliError> {
    let planned = plan(&dao.chain, sender, ballot.cast(dao, proposal)).await?;
    let receipt = if dry_run { None } else { keep()? };
    let submitted =
        if dry_run { Submitted::Planned(planned) } else { submit::send(ctx, &dao.chain, sender, planned).await? };
    let mut data = summary(ballot);
    data["proposal"] = json!(proposal.to_string());
    data["transaction"] = submitted.data();
    let mut text = format!("{}\n{}", summary_text(ballot), submitted.text());
    if let Some(receipt) = receipt {
        data["receipt"] = json!(receipt);
        text.push_str(&format!("\nreceipt     {}", receipt.display()));
    }
    Outcome::new(data, text)
}

fn summary(ballot: &ProvenBallot) -> Value {
    json!({
        "nullifier": to_decimal(&ballot.nullifier()),
        "digest": ballot.digest(),
        "binding": (ballot.binding != Address::ZERO).then_some(ballot.binding),
    })
}

fn summary_text(ballot: &ProvenBallot) -> String {
    format!("nullifier   {}\ndigest      {}", to_decimal(&ballot.nullifier()), ballot.digest())
}
