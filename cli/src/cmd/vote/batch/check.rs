//! From rows to ballots that can be proven: whatever is wrong with any of them is found here, before the slow part.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use alloy::primitives::U256;
use tabella_circuits::Fr;
use tabella_circuits::merkle::MerkleProof;
use tabella_circuits::voting::ballot::Member;
use tabella_circuits::voting::identity::Identity;
use tabella_contracts::Dao;
use tabella_prover::jobs;

use super::Batch;
use super::votes::{self, Mistakes, Row};
use crate::audit::machine;
use crate::context::Ctx;
use crate::error::{CliError, Exit};
use crate::flow::ballot::{Voting, option_names, voted, voting};
use crate::flow::{self, choice, errors};
use crate::secret::Passphrase;
use crate::store::{IdentityKind, IdentityStore, Record};

/// An election that takes ballots now.
pub(super) struct Election {
    pub(super) dao: Dao,
    pub(super) voting: Voting,
    spent: HashSet<Fr>,
}

/// A ballot that can be proven.
pub(super) struct Ballot {
    pub(super) line: u64,
    pub(super) name: String,
    pub(super) election: Arc<Election>,
    pub(super) member: Member,
    pub(super) choice: Vec<u64>,
    pub(super) nullifier: Fr,
}

/// A row that is right as far as can be told without its secret.
struct Candidate {
    line: u64,
    name: String,
    election: Arc<Election>,
    weight: u32,
    proof: MerkleProof,
    choice: Vec<u64>,
}

type Records = BTreeMap<String, Record<IdentityKind>>;

/// The ballots of a file, in its order.
///
/// # Errors
/// `votes-invalid`, which names every mistake; errors about the file, the DAO and the chain.
pub(super) fn ballots(ctx: &Ctx, options: &Batch) -> Result<Vec<Ballot>, CliError> {
    let mut mistakes = Mistakes::in_file(&options.votes);
    let rows = votes::read(ctx, &options.votes, &mut mistakes)?;
    let records = records(ctx, &rows, &mut mistakes);
    let elections = ctx.block_on(elections(ctx, options, &rows, &mut mistakes))?;
    let candidates = candidates(rows, &records, &elections, &mut mistakes);
    let refuse =
        |mistakes: &Mistakes| mistakes.refuse("votes-invalid", "correct or take out these rows, then run it again");
    // Nobody should type passphrases for a file that is refused anyway.
    if options.passphrase.file(ctx).is_none() {
        refuse(&mistakes)?;
    }
    let identities = identities(ctx, options, &candidates, &records)?;
    let ballots = candidates.into_iter().filter_map(|candidate| {
        let identity = identities.get(&candidate.name)?.clone();
        let line = candidate.line;
        mistakes.keep(line, identity.and_then(|identity| ballot(candidate, identity)))
    });
    let ballots = ballots.collect();
    refuse(&mistakes)?;
    Ok(ballots)
}

/// The identities that the rows name, each read once.
fn records(ctx: &Ctx, rows: &[Row], mistakes: &mut Mistakes) -> Records {
    let store = IdentityStore::at(ctx.settings().home());
    let mut read: BTreeMap<&str, Result<Record<IdentityKind>, CliError>> = BTreeMap::new();
    for row in rows {
        let record = read.entry(&row.identity).or_insert_with(|| store.load(ctx, &row.identity));
        if let Err(error) = record {
            mistakes.add(row.line, error.clone());
        }
    }
    read.into_iter().filter_map(|(name, record)| Some((name.to_owned(), record.ok()?))).collect()
}

/// The elections that the rows name, each read once.
async fn elections(
    ctx: &Ctx,
    options: &Batch,
    rows: &[Row],
    mistakes: &mut Mistakes,
) -> Result<HashMap<U256, Arc<Election>>, CliError> {
    let _spinner = ctx.spinner("Reading the elections and their members");
    let dao = flow::dao(ctx, &options.at.chain, &options.at.dao).await?;
    let mut read = HashMap::new();
    for proposal in rows.iter().filter_map(|row| row.proposal).collect::<BTreeSet<_>>() {
        match election(ctx, &dao, proposal).await {
            Err(error) if error.exit == Exit::Chain => return Err(error),
            other => read.insert(proposal, other.map(Arc::new)),
        };
    }
    for row in rows {
        if let Some(Err(error)) = row.proposal.and_then(|proposal| read.get(&proposal)) {
            mistakes.add(row.line, error.clone());
        }
    }
    Ok(read.into_iter().filter_map(|(proposal, election)| Some((proposal, election.ok()?))).collect())
}

async fn election(ctx: &Ctx, dao: &Dao, proposal: U256) -> Result<Election, CliError> {
    let dao = dao.clone().holding(proposal).await.map_err(errors::chain)?;
    let voting = voting(ctx, &dao, proposal).await?;
    let spent = voting.spent(&dao).await?;
    Ok(Election { dao, voting, spent })
}

/// The rows that are right as far as can be told without secrets.
fn candidates(
    rows: Vec<Row>,
    records: &Records,
    elections: &HashMap<U256, Arc<Election>>,
    mistakes: &mut Mistakes,
) -> Vec<Candidate> {
    let mut seen = HashMap::new();
    let mut candidates = Vec::new();
    for row in rows {
        let commitment = records.get(&row.identity).map(|record| record.commitment());
        let commitment = commitment.and_then(|commitment| mistakes.keep(row.line, commitment));
        if let (Some(commitment), Some(proposal)) = (commitment, row.proposal)
            && let Some(before) = seen.insert((commitment, proposal), row.line)
        {
            let what = format!("this identity votes on this proposal in line {before} already");
            mistakes.add(row.line, CliError::usage("vote-repeated", what));
        }
        let Some(election) = row.proposal.and_then(|proposal| elections.get(&proposal)) else { continue };
        let rule = &election.voting.state.election.rule;
        let choice = mistakes.keep(row.line, choice::parse(&row.choice, rule, option_names(&election.dao)));
        let place = commitment.and_then(|commitment| mistakes.keep(row.line, election.voting.place(&commitment)));
        let (Some(choice), Some((weight, proof))) = (choice, place) else { continue };
        match rule.votes(weight, &choice) {
            Ok(_) => {
                let (line, name, election) = (row.line, row.identity, election.clone());
                candidates.push(Candidate { line, name, election, weight, proof, choice });
            }
            Err(error) => mistakes.add(row.line, CliError::usage("ballot-invalid", error.to_string())),
        }
    }
    candidates
}

/// Opens the candidates' identities, as many at once as there are cores: deriving a passphrase's key takes longer than a proof.
fn identities(
    ctx: &Ctx,
    options: &Batch,
    candidates: &[Candidate],
    records: &Records,
) -> Result<HashMap<String, Result<Identity, CliError>>, CliError> {
    let names: HashSet<&str> = candidates.iter().map(|candidate| candidate.name.as_str()).collect();
    let records: Vec<_> = records.values().filter(|record| names.contains(record.name.as_str())).collect();
    let passphrases: Vec<Passphrase> = match options.passphrase.file(ctx) {
        Some(_) => vec![options.passphrase.existing(ctx, "the identities")?],
        None => {
            let ask = |name: &String| options.passphrase.existing(ctx, &format!("identity {name}"));
            records.iter().map(|record| ask(&record.name)).collect::<Result<_, _>>()?
        }
    };
    let _spinner = ctx.spinner(format!("Opening {} identities", records.len()));
    let sealed: Vec<_> = records.into_iter().zip(passphrases.iter().cycle()).collect();
    let opened = jobs::run(&sealed, machine::cores(), |(record, passphrase)| {
        Ok::<_, CliError>((record.name.clone(), record.unlock(passphrase)))
    })?;
    Ok(opened.into_iter().collect())
}

fn ballot(candidate: Candidate, identity: Identity) -> Result<Ballot, CliError> {
    let Candidate { line, name, election, weight, proof, choice } = candidate;
    let nullifier = identity.nullifier(election.voting.state.election.scope);
    if election.spent.contains(&nullifier) {
        return Err(voted(&nullifier));
    }
    Ok(Ballot { line, name, election, member: Member { identity, weight, proof }, choice, nullifier })
}
