//! `tabella vote batch`: many ballots proven at once, into a directory.

mod check;
mod place;
mod votes;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::Instant;

use alloy::primitives::Address;
use clap::Args;
use serde_json::{Value, json};
use tabella_circuits::field::to_decimal;
use tabella_contracts::ballot::ProvenBallot;
use tabella_prover::{DevelopmentKey, jobs};

use self::check::Ballot;
use self::place::Place;
use self::votes::Mistakes;
use super::Where;
use crate::audit::machine;
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::ballot::{key, prove_ballot};
use crate::opts::{KeysOpts, PassphraseOpts, address_of};
use crate::output::{Outcome, path_text};

/// Options of `vote batch`.
#[derive(Debug, Args)]
#[command(after_help = "\
VOTES has the header `identity,proposal,choice` and a row for each ballot; choices are those of `vote cast`, in quotes
where they have a comma. If any row is wrong, every mistake is named by its line and nothing is proven.

A ballot is written when it is made and checked: after a kill the same command goes on. Its name begins with the digits
of the proposal's id and of the nullifier, which tell nothing that the ballot does not; receipts go to the home
directory. Whoever gets ballots of several elections together learns that they may be one member's: submit each
election's files apart, and keep VOTES as a secret.

Examples:
  tabella vote batch votes.csv --out ballots --passphrase-file pass.txt
  tabella vote submit ballots/*.json --from 0x7099...")]
pub struct Batch {
    /// The votes: a CSV file
    votes: PathBuf,
    /// Directory for the ballots; one of the same votes is gone on with
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Let only this address send the ballots
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<String>,
    /// Ballots at once [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    #[command(flatten)]
    passphrase: PassphraseOpts,
    #[command(flatten)]
    keys: KeysOpts,
    #[command(flatten)]
    at: Where,
}

/// A ballot that is in the directory.
struct Made<'a> {
    ballot: &'a Ballot,
    proven: ProvenBallot,
    /// In this go; or it was there.
    now: bool,
}

pub(super) fn batch(ctx: &Ctx, options: &Batch) -> Result<Outcome, CliError> {
    let start = Instant::now();
    let binding = options.bind.as_deref().map(address_of).transpose()?.unwrap_or_default();
    let mut ballots = check::ballots(ctx, options)?;
    let keys = keys(ctx, options, &ballots)?;
    let place = Place::take(ctx, &options.out)?;
    // Files' times must not tell the order of the rows.
    ballots.sort_by_cached_key(|ballot| place.path(ballot));
    for path in place.strangers(&ballots) {
        ctx.warn(format!("{} is of no row of {}", path.display(), options.votes.display()));
    }
    let jobs = options.jobs.unwrap_or_else(machine::cores).max(1);
    let mut made = prove(ctx, options, &place, &ballots, &keys, binding, jobs)?;
    made.sort_by_key(|made| made.ballot.line);
    report(options, &place, &made, jobs, start.elapsed().as_secs_f64())
}

/// The keys of the boxes that the ballots are for.
fn keys(ctx: &Ctx, options: &Batch, ballots: &[Ballot]) -> Result<HashMap<Address, DevelopmentKey>, CliError> {
    let store = options.keys.store(ctx)?;
    let _spinner = ctx.spinner("Loading the ballots' key, or making it");
    let mut keys = HashMap::new();
    for dao in ballots.iter().map(|ballot| &ballot.election.dao) {
        if let std::collections::hash_map::Entry::Vacant(free) = keys.entry(dao.seat().address) {
            free.insert(key(dao, &store)?);
        }
    }
    Ok(keys)
}

/// Proves what is missing, after looking at all that is there.
fn prove<'a>(
    ctx: &Ctx,
    options: &Batch,
    place: &Place,
    ballots: &'a [Ballot],
    keys: &HashMap<Address, DevelopmentKey>,
    binding: Address,
    jobs: usize,
) -> Result<Vec<Made<'a>>, CliError> {
    let key = |ballot: &Ballot| &keys[&ballot.election.dao.seat().address];
    let found = jobs::run(ballots, jobs, |ballot| Ok::<_, CliError>(place.kept(ballot, binding, key(ballot))))?;
    let mut mistakes = Mistakes::in_file(&options.votes);
    let (mut made, mut missing) = (Vec::new(), Vec::new());
    for (ballot, found) in ballots.iter().zip(found) {
        match mistakes.keep(ballot.line, found) {
            Some(Some(proven)) => made.push(Made { ballot, proven, now: false }),
            Some(None) => missing.push(ballot),
            None => {}
        }
    }
    mistakes.refuse(
        "batch-differs",
        "nothing was overwritten: move these ballots away to make them again, or choose another directory; \
         of two ballots of a member the one that is sent first counts",
    )?;
    let bar = ctx.bar(missing.len() as u64, "Proving the ballots");
    made.extend(jobs::run(&missing, jobs, |ballot| {
        let election = &ballot.election.voting.state.election;
        let proven = prove_ballot(key(ballot), election, &ballot.member, &ballot.choice, binding)?;
        place.write(ballot, &proven)?;
        bar.step();
        Ok::<_, CliError>(Made { ballot, proven, now: true })
    })?);
    Ok(made)
}

fn report(options: &Batch, place: &Place, made: &[Made<'_>], jobs: usize, seconds: f64) -> Result<Outcome, CliError> {
    let now = made.iter().filter(|made| made.now).count();
    let data = json!({
        "directory": path_text(&options.out), "made": now, "kept": made.len() - now, "jobs": jobs, "seconds": seconds,
        "ballots": made.iter().map(|made| data(place, made)).collect::<Vec<_>>(),
    });
    let mut text = String::new();
    let width = made.iter().map(|made| made.ballot.name.len()).max().unwrap_or_default().max("identity".len());
    let mut row = |line: &str, identity: &str, digest: &str, ballot: &dyn std::fmt::Display| {
        text.push_str(&format!("{line:<6}{identity:<width$}  {digest:<18}{ballot}\n"));
    };
    row("line", "identity", "digest", &"ballot");
    for Made { ballot, proven, .. } in made {
        // The receipt's name.
        let digest = hex::encode(&proven.digest()[..8]);
        row(&ballot.line.to_string(), &ballot.name, &digest, &place.path(ballot).display());
    }
    text.push_str(&format!("{} ballots, {now} made now in {seconds:.1} s\n", made.len()));
    text.push_str(&format!("receipts are {}\n", place.receipts.join("DIGEST.json").display()));
    text.push_str("to send them, each election's apart:");
    let patterns: BTreeSet<PathBuf> = made.iter().map(|made| place.pattern(made.ballot)).collect();
    for pattern in patterns {
        text.push_str(&format!("\n  tabella vote submit {}", pattern.display()));
    }
    Outcome::new(data, text)
}

fn data(place: &Place, made: &Made<'_>) -> Value {
    json!({
        "line": made.ballot.line,
        "identity": made.ballot.name,
        "proposal": made.ballot.election.voting.state.proposal.to_string(),
        "ballot": path_text(&place.path(made.ballot)),
        "receipt": path_text(&place.receipt(&made.proven)),
        "nullifier": to_decimal(&made.ballot.nullifier),
        "digest": made.proven.digest(),
        "made": made.now,
    })
}
