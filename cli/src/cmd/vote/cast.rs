//! `tabella vote cast` and `tabella vote send`.

use std::path::{Path, PathBuf};

use alloy::primitives::{Address, U256};
use clap::Args;
use serde_json::{Value, json};
use tabella_circuits::field::to_decimal;
use tabella_contracts::Dao;
use tabella_contracts::ballot::ProvenBallot;

use super::{Where, ballots};
use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::flow::ballot::{key, option_names, prove_ballot, voted, voting};
use crate::flow::submit::{self, Submitted, plan};
use crate::flow::{self, choice, numbers};
use crate::opts::{KeysOpts, PassphraseOpts, SenderOpts, address_of};
use crate::output::{Outcome, path_text};

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
    let nullifier = identity.nullifier(voting.state.election.scope);
    if voting.spent(&dao).await?.contains(&nullifier) {
        return Err(voted(&nullifier));
    }
    let member = voting.member(&identity)?;
    let ballot = {
        let _spinner = ctx.spinner("Sealing and proving the ballot");
        let key = key(&dao, &options.keys.store(ctx)?)?;
        prove_ballot(&key, &voting.state.election, &member, &choice, binding)?
    };
    let venue = &voting.state.venue;
    match (sender, &options.out) {
        (Some(sender), _) => {
            let keep = || ballots::write_receipt(&ballots::receipts(ctx)?, venue, &ballot).map(Some);
            deliver(ctx, &dao, proposal, &ballot, &sender, options.sender.dry_run, keep).await
        }
        (None, out) => {
            let out = out.as_deref().ok_or_else(|| CliError::internal("neither a sender nor a file"))?;
            let receipt = ballots::write_receipt(&ballots::receipts(ctx)?, venue, &ballot)?;
            ballots::write(&dao.seat().circuits.ballot, venue, &ballot, out)?;
            written(&ballot, out, &receipt)
        }
    }
}

fn written(ballot: &ProvenBallot, path: &Path, receipt: &Path) -> Result<Outcome, CliError> {
    let mut data = summary(ballot);
    data["ballot"] = json!(path_text(path));
    data["receipt"] = json!(path_text(receipt));
    let text = format!("ballot      {}\nreceipt     {}\n{}", path.display(), receipt.display(), summary_text(ballot));
    Outcome::new(data, text)
}

pub(super) async fn send(ctx: &Ctx, options: Send) -> Result<Outcome, CliError> {
    let path = &options.ballot;
    let (file, ballot) = ballots::read(path)?;
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
        data["receipt"] = json!(path_text(&receipt));
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
