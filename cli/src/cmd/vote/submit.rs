//! `tabella vote submit`: many ballot files in as few transactions as possible.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use alloy::primitives::{B256, U256};
use clap::Args;
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::field::to_decimal;
use tabella_contracts::ballot::{BallotFile, ProvenBallot, cast_batch};
use tabella_contracts::{Dao, Sender};
use tabella_prover::{CircuitKey, verify};

use super::{Where, ballots};
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::ballot::key;
use crate::flow::submit::{Submitted, submit};
use crate::flow::{self, errors};
use crate::opts::{KeysOpts, SenderOpts};
use crate::output::{Outcome, path_text};

/// Options of `vote submit`.
#[derive(Debug, Args)]
pub struct Submit {
    /// Ballot files of one election, as `vote cast --out` writes them
    #[arg(required = true, value_name = "FILE")]
    ballots: Vec<PathBuf>,
    #[command(flatten)]
    keys: KeysOpts,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

/// A ballot that is to be sent.
struct Ready<'a> {
    path: &'a Path,
    ballot: ProvenBallot,
}

pub(super) async fn submit_all(ctx: &Ctx, options: Submit) -> Result<Outcome, CliError> {
    let sender = flow::sender(ctx, &options.sender)?;
    let mut read = Vec::with_capacity(options.ballots.len());
    for path in &options.ballots {
        read.push((path.as_path(), ballots::read(path)?));
    }
    let proposal = read[0].1.0.proposal;
    let dao = flow::dao_holding(ctx, &options.at.chain, &options.at.dao, proposal).await?;
    dao.check_verifiers().await.map_err(errors::chain)?;
    for (path, (file, ballot)) in &read {
        check(&dao, &sender, proposal, path, file, ballot)?;
    }
    verify_all(ctx, &dao, &options.keys, &read)?;
    let ready = read.into_iter().map(|(path, (_, ballot))| Ready { path, ballot }).collect();
    deliver(ctx, &dao, proposal, ready, &sender, options.sender.dry_run).await
}

/// One file for another election, or bound to another sender, would be refused with the whole batch.
fn check(
    dao: &Dao,
    sender: &Sender,
    proposal: U256,
    path: &Path,
    file: &BallotFile,
    ballot: &ProvenBallot,
) -> Result<(), CliError> {
    if (file.chain_id, file.ballot_box) != (dao.chain.id(), dao.seat().address) {
        let what = format!("it is for the box {} on chain {}", file.ballot_box, file.chain_id);
        return Err(CliError::file("ballot-of-another-box", path, what));
    }
    if file.proposal != proposal {
        let what = format!("it is for the election {}, the first file for {proposal}", file.proposal);
        return Err(
            CliError::file("ballot-of-another-election", path, what).hint("submit the files of each election apart")
        );
    }
    if !ballot.binding.is_zero() && ballot.binding != sender.address() {
        let what = format!("it is bound to the sender {}", ballot.binding);
        return Err(CliError::file("ballot-bound", path, what));
    }
    Ok(())
}

/// One false proof makes the box refuse the whole batch: said here, with the file's name, before anything is sent.
fn verify_all(
    ctx: &Ctx,
    dao: &Dao,
    keys: &KeysOpts,
    read: &[(&Path, (BallotFile, ProvenBallot))],
) -> Result<(), CliError> {
    let _spinner = ctx.spinner("Verifying the ballots");
    let key = key(dao, &keys.store(ctx)?)?;
    for (path, (_, ballot)) in read {
        verify(key.verifying_key(), &ballot.inputs, &ballot.proof)
            .map_err(|error| CliError::check_failed("proof-invalid", format!("{}: {error}", path.display())))?;
    }
    Ok(())
}

async fn deliver(
    ctx: &Ctx,
    dao: &Dao,
    proposal: U256,
    ready: Vec<Ready<'_>>,
    sender: &Sender,
    dry_run: bool,
) -> Result<Outcome, CliError> {
    let mut report = Report::default();
    let waiting = unspent(dao, proposal, ready, &mut report).await?;
    let most = dao.max_batch().await.map_err(errors::chain)?.max(1);
    for chunk in waiting.chunks(most) {
        let ballots: Vec<ProvenBallot> = chunk.iter().map(|ready| ready.ballot.clone()).collect();
        let call = match &ballots[..] {
            [one] => one.cast(dao, proposal),
            many => cast_batch(dao, proposal, many),
        };
        let submitted = submit(ctx, &dao.chain, sender, call, dry_run).await?;
        report.transactions.push(submitted.data());
        report.text.push_str(&format!("{}\n", submitted.text()));
        let cast = match &submitted {
            Submitted::Mined(_, mined) => cast_in(dao, proposal, mined.hash).await?,
            Submitted::Planned(_) => HashSet::new(),
        };
        for ready in chunk {
            let counted = cast.contains(&ready.ballot.nullifier());
            report.row(
                ready,
                if dry_run {
                    "planned"
                } else if counted {
                    "cast"
                } else {
                    "skipped"
                },
            );
        }
    }
    report.finish(proposal)
}

/// The ballots of members who have not voted, each once; the others are reported.
async fn unspent<'a>(
    dao: &Dao,
    proposal: U256,
    ready: Vec<Ready<'a>>,
    report: &mut Report,
) -> Result<Vec<Ready<'a>>, CliError> {
    let block = dao.chain.latest().await.map_err(errors::chain)?.block;
    let before = dao.ballots(proposal, block).await.map_err(errors::chain)?;
    let mut spent: HashSet<Fr> = before.cast.iter().map(|ballot| ballot.nullifier).collect();
    let mut waiting = Vec::with_capacity(ready.len());
    for ready in ready {
        if spent.insert(ready.ballot.nullifier()) {
            waiting.push(ready);
        } else {
            report.row(&ready, "skipped");
        }
    }
    Ok(waiting)
}

/// The nullifiers that a transaction spent.
async fn cast_in(dao: &Dao, proposal: U256, transaction: B256) -> Result<HashSet<Fr>, CliError> {
    let block = dao.chain.latest().await.map_err(errors::chain)?.block;
    let ballots = dao.ballots(proposal, block).await.map_err(errors::chain)?;
    Ok(ballots.cast.iter().filter(|cast| cast.transaction == transaction).map(|cast| cast.nullifier).collect())
}

#[derive(Default)]
struct Report {
    rows: Vec<Value>,
    transactions: Vec<Value>,
    text: String,
}

impl Report {
    fn row(&mut self, ready: &Ready<'_>, status: &str) {
        let nullifier = to_decimal(&ready.ballot.nullifier());
        self.text.push_str(&format!("{status:<12}{}\n", ready.path.display()));
        self.rows.push(json!({ "ballot": path_text(ready.path), "nullifier": nullifier, "status": status }));
    }

    fn finish(self, proposal: U256) -> Result<Outcome, CliError> {
        let count = |status: &str| self.rows.iter().filter(|row| row["status"] == status).count();
        let (cast, skipped) = (count("cast"), count("skipped"));
        let data = json!({
            "proposal": proposal.to_string(), "cast": cast, "skipped": skipped,
            "ballots": self.rows, "transactions": self.transactions,
        });
        Outcome::new(data, format!("{}{cast} cast, {skipped} skipped (their members have voted)", self.text))
    }
}
