//! `tabella vote check`.

use std::path::{Path, PathBuf};

use alloy::primitives::U256;
use clap::Args;
use serde_json::json;
use tabella_circuits::Fr;
use tabella_circuits::field::{from_be_bytes, to_decimal};
use tabella_contracts::Dao;
use tabella_contracts::ballot::Receipt;
use tabella_contracts::client::{CastBallot, to_words};

use super::Where;
use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::flow::{self, errors, numbers};
use crate::opts::PassphraseOpts;
use crate::output::Outcome;

/// A receipt is about 2 KiB.
const RECEIPT_LIMIT: u64 = 64 * 1024;

/// Options of `vote check`.
#[derive(Debug, Args)]
#[group(id = "whose", required = true, multiple = false, args = ["identity", "receipt"])]
pub struct Check {
    /// The proposal's id
    proposal: String,
    /// Look for the ballot of this identity
    #[arg(long, value_name = "NAME")]
    identity: Option<String>,
    /// Look for the ballot of this receipt, and compare its ciphertext
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOpts,
    #[command(flatten)]
    at: Where,
}

pub(super) async fn check(ctx: &Ctx, options: Check) -> Result<Outcome, CliError> {
    let proposal = numbers::proposal(&options.proposal)?;
    let receipt = options.receipt.as_deref().map(|path| read_receipt(path).map(|read| (path, read))).transpose()?;
    let dao = flow::dao_holding(ctx, &options.at.chain, &options.at.dao, proposal).await?;
    let nullifier = match &receipt {
        Some((path, receipt)) => {
            let named = |error: CliError| CliError::file(error.code.clone(), path, error);
            of_receipt(receipt, &dao, proposal).map_err(named)?
        }
        None => {
            let name = options.identity.as_deref().unwrap_or_default();
            let identity = crate::store::open_identity(ctx, name, &options.passphrase)?;
            let state = dao.election(proposal).await.map_err(errors::chain)?;
            identity.nullifier(state.election.scope)
        }
    };
    // All ballots are summed again, and compared with the box's sums: being in the list is being counted.
    let block = dao.chain.latest().await.map_err(errors::chain)?.block;
    let ballots = dao.ballots(proposal, block).await.map_err(errors::chain)?;
    let data =
        json!({ "proposal": proposal.to_string(), "nullifier": to_decimal(&nullifier), "ballots": ballots.cast.len() });
    let Some(found) = ballots.cast.iter().find(|ballot| ballot.nullifier == nullifier) else {
        return Err(
            CliError::check_failed("ballot-not-found", "no ballot with this nullifier is on the chain").data(data)
        );
    };
    let kept = match receipt {
        Some((_, receipt)) => vec![receipt],
        None => find_receipts(ctx, &dao, proposal, &nullifier),
    };
    compare(found, &kept).map_err(|error| error.data(data.clone()))?;
    report(found, &nullifier, proposal, ballots.cast.len(), !kept.is_empty())
}

fn report(
    found: &CastBallot,
    nullifier: &Fr,
    proposal: U256,
    ballots: usize,
    compared: bool,
) -> Result<Outcome, CliError> {
    let data = json!({
        "proposal": proposal.to_string(),
        "nullifier": to_decimal(nullifier),
        "on_chain": true,
        "summed": true,
        "ciphertext_equal": compared.then_some(true),
        "transaction": found.transaction,
        "block": found.block,
        "ballots": ballots,
    });
    let ciphertext = if compared { "the same as in the receipt" } else { "not compared: there is no receipt" };
    let text = format!(
        "on chain    yes, transaction {} in block {}\nciphertext  {ciphertext}\nsummed      yes: all {ballots} ballots add up to the box's sums\nnullifier   {}",
        found.transaction,
        found.block,
        to_decimal(nullifier)
    );
    Outcome::new(data, text)
}

fn read_receipt(path: &Path) -> Result<Receipt, CliError> {
    let text = files::text(files::read_bounded(path, RECEIPT_LIMIT)?, path)?;
    Receipt::parse(&text).map_err(|error| CliError::file("receipt-invalid", path, error))
}

fn of_receipt(receipt: &Receipt, dao: &Dao, proposal: U256) -> Result<Fr, CliError> {
    let here = (dao.chain.id(), dao.seat().address, proposal);
    if (receipt.chain_id, receipt.ballot_box, receipt.proposal) != here {
        let what = format!(
            "the receipt is of proposal {} in the box {} on chain {}",
            receipt.proposal, receipt.ballot_box, receipt.chain_id
        );
        return Err(CliError::usage("receipt-of-another-election", what));
    }
    from_be_bytes(&receipt.nullifier.to_be_bytes()).map_err(|e| CliError::usage("receipt-invalid", e.to_string()))
}

/// The receipts in the home directory with this nullifier: one for each ballot that was sealed.
fn find_receipts(ctx: &Ctx, dao: &Dao, proposal: U256, nullifier: &Fr) -> Vec<Receipt> {
    let entries = std::fs::read_dir(ctx.settings().home().join("receipts")).into_iter().flatten();
    let receipts = entries.filter_map(|entry| read_receipt(&entry.ok()?.path()).ok());
    receipts.filter(|receipt| of_receipt(receipt, dao, proposal).is_ok_and(|found| found == *nullifier)).collect()
}

fn compare(found: &CastBallot, receipts: &[Receipt]) -> Result<(), CliError> {
    let same = |receipt: &Receipt| to_words(&found.ciphertext) == receipt.ciphertext && found.digest == receipt.digest;
    if receipts.is_empty() || receipts.iter().any(same) {
        return Ok(());
    }
    Err(CliError::check_failed(
        "ballot-differs",
        "a ballot with this nullifier is on the chain, but it is not the one of the receipt",
    )
    .hint("if you voted once only, someone else has your identity's secret"))
}
