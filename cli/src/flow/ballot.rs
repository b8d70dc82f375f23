//! From a member and a choice to a proven ballot.

use std::collections::HashSet;

use alloy::primitives::{Address, U256};
use rand::rngs::OsRng;
use tabella_circuits::Fr;
use tabella_circuits::field::to_decimal;
use tabella_circuits::merkle::MerkleProof;
use tabella_circuits::statement::Statement;
use tabella_circuits::voting::ballot::{
    BallotK3D20, BallotK8D20, BallotPublic, BallotWitness, Election, Member, SealedBallot, seal,
};
use tabella_circuits::voting::identity::Identity;
use tabella_contracts::ballot::ProvenBallot;
use tabella_contracts::client::{ElectionState, Electorate};
use tabella_contracts::roster::TreeFile;
use tabella_contracts::{ChainError, Dao};
use tabella_prover::{CircuitKey, DevelopmentKey, KeyStore, VerifyError, prove, verify};

use super::choice::GOVERNOR;
use super::{errors, lists};
use crate::context::Ctx;
use crate::error::CliError;

/// An election with the electorate that votes in it.
#[derive(Debug, Clone)]
pub struct Voting {
    /// What the box says, checked.
    pub state: ElectionState,
    /// Its members.
    pub members: Members,
}

/// Where an election's members are known from.
#[derive(Debug, Clone)]
pub enum Members {
    /// Events, replayed up to the snapshot.
    Chain(Electorate),
    /// A published list that was checked.
    List(TreeFile),
}

impl Members {
    /// Weight and path of the member with this commitment.
    fn find(&self, commitment: &Fr) -> Option<(u32, MerkleProof)> {
        match self {
            Self::Chain(electorate) => {
                let found = electorate.find(commitment)?;
                Some((found.weight, electorate.tree.proof(found.index).ok()?))
            }
            Self::List(list) => {
                let (index, weight) = list.find(commitment)?;
                Some((weight, list.proof(index)?))
            }
        }
    }
}

/// Reads an election and rebuilds its electorate; root and size must be the election's.
///
/// # Errors
/// Exit 4 where the election is not open, 3 for the node or a root that differs.
pub async fn voting(ctx: &Ctx, dao: &Dao, proposal: U256) -> Result<Voting, CliError> {
    dao.check_verifiers().await.map_err(errors::chain)?;
    let state = dao.election(proposal).await.map_err(errors::chain)?;
    let (size, root) = (state.election.size, state.election.root);
    let members = match dao.electorate().await {
        Ok(now) => Members::Chain(now.at(size, &root).map_err(errors::chain)?),
        Err(ChainError::ListNotOnChain) => Members::List(lists::with_root(ctx, &root)?),
        Err(error) => return Err(errors::chain(error)),
    };
    Ok(Voting { state, members })
}

impl Voting {
    /// The member that this identity is, with its path.
    ///
    /// # Errors
    /// `not-a-member` (exit 1).
    pub fn member(&self, identity: &Identity) -> Result<Member, CliError> {
        let (weight, proof) = self.place(&identity.commitment())?;
        Ok(Member { identity: identity.clone(), weight, proof })
    }

    /// Weight and path of the member with this commitment.
    ///
    /// # Errors
    /// `not-a-member` (exit 1).
    pub fn place(&self, commitment: &Fr) -> Result<(u32, MerkleProof), CliError> {
        self.members.find(commitment).ok_or_else(|| {
            CliError::check_failed("not-a-member", "this identity was not a member at the proposal's snapshot").hint(
                format!(
                    "its commitment is {}; the registrar must admit it before a proposal's snapshot",
                    to_decimal(commitment)
                ),
            )
        })
    }

    /// The nullifiers that are spent, if ballots are taken now: says before the slow part what the box would say after it.
    ///
    /// All ballots are asked for: asking the node for one nullifier would tell it whose ballot comes next.
    ///
    /// # Errors
    /// `refused` (VotingClosed); the node's failures.
    pub async fn spent(&self, dao: &Dao) -> Result<HashSet<Fr>, CliError> {
        let latest = dao.chain.latest().await.map_err(errors::chain)?;
        if latest.time >= self.state.closes {
            let arguments = format!("closes: {}, now_: {}", self.state.closes, latest.time);
            return Err(CliError::refused("VotingClosed", &arguments));
        }
        let ballots = dao.ballots(self.state.proposal, latest.block).await.map_err(errors::chain)?;
        Ok(ballots.cast.iter().map(|ballot| ballot.nullifier).collect())
    }
}

/// The error for a second ballot of a member.
pub fn voted(nullifier: &Fr) -> CliError {
    CliError::refused("NullifierSpent", &format!("nullifier: {}", to_decimal(nullifier)))
        .hint("this identity has voted on this proposal; `tabella vote check` shows its ballot")
}

/// The development key of the box's ballot circuit; it must be the key of the verifier on the chain.
///
/// # Errors
/// `key-mismatch` and what is wrong with the key's file.
pub fn key(dao: &Dao, keys: &KeyStore) -> Result<DevelopmentKey, CliError> {
    let key = match dao.holds_polls() {
        false => keys.development::<BallotK3D20>()?,
        true => keys.development::<BallotK8D20>()?,
    };
    check_key(&key, dao.seat().circuits.ballot.key_digest.as_slice())?;
    Ok(key)
}

/// Fails unless the key is the verifier's.
///
/// # Errors
/// `key-mismatch`.
pub fn check_key(key: &impl CircuitKey, on_chain: &[u8]) -> Result<(), CliError> {
    if key.digest() == on_chain {
        return Ok(());
    }
    let (id, here, there) = (key.circuit().id(), hex::encode(key.digest()), hex::encode(on_chain));
    Err(CliError::usage(
        "key-mismatch",
        format!("the {} key of {id} here is {here}, the verifier on the chain has {there}", key.kind()),
    )
    .hint("the DAO was deployed by another version of tabella; use that one"))
}

/// The names of the options, where the election gives them any.
pub fn option_names(dao: &Dao) -> &'static [&'static str] {
    if dao.holds_polls() { &[] } else { &GOVERNOR }
}

/// Seals and proves a ballot, and verifies the proof before anyone else sees it. `choice` is as [`seal`] takes it.
///
/// # Errors
/// `ballot-invalid` if the member, the choice or the key do not fit the election.
pub fn prove_ballot(
    key: &DevelopmentKey,
    election: &Election,
    member: &Member,
    choice: &[u64],
    binding: Address,
) -> Result<ProvenBallot, CliError> {
    let sealed = seal(election, member, choice, &binding.into_array(), &mut OsRng);
    let sealed = sealed.map_err(|error| CliError::usage("ballot-invalid", error.to_string()))?;
    match election.keys.len() {
        8 => proven::<BallotK8D20>(key, &sealed, binding),
        _ => proven::<BallotK3D20>(key, &sealed, binding),
    }
}

/// Whether a ballot that was proven before is one of this election: its inputs are the election's, and its proof holds.
///
/// # Errors
/// What is wrong with it.
pub fn check_ballot(key: &DevelopmentKey, election: &Election, ballot: &ProvenBallot) -> Result<(), VerifyError> {
    let public = election.public_of(ballot.h, &ballot.binding.into_array(), &ballot.words);
    let inputs = match election.keys.len() {
        8 => BallotK8D20::inputs(&public),
        _ => BallotK3D20::inputs(&public),
    };
    verify(key.verifying_key(), &inputs, &ballot.proof)
}

fn proven<S: Statement<Public = BallotPublic<Fr>, Witness = BallotWitness>>(
    key: &DevelopmentKey,
    sealed: &SealedBallot,
    binding: Address,
) -> Result<ProvenBallot, CliError> {
    let invalid = |what: String| CliError::usage("ballot-invalid", what);
    let proof = prove::<S>(key, &sealed.public, &sealed.witness).map_err(|error| invalid(error.to_string()))?;
    let inputs = S::inputs(&sealed.public);
    verify(key.verifying_key(), &inputs, &proof).map_err(|error| invalid(format!("its own proof: {error}")))?;
    let (h, words) = (sealed.public.h, sealed.witness.words.clone());
    Ok(ProvenBallot { binding, h, words, inputs, proof })
}
