//! Typed reads of a DAO, each recomputed from events where a contract only gives a result.
//!
//! Nothing here trusts a single answer: members are compared with the contract's root, ballots with its accumulators.

mod ballots;
mod election;
mod electorate;
mod governor;

pub use ballots::{Ballots, CastBallot};
pub use election::{ElectionState, PostedShare};
pub use electorate::{Admission, AdmittedMember, Electorate};
pub use governor::{Proposal, ProposalState, Settings};

use alloy::primitives::U256;
use tabella_circuits::{Fr, babyjubjub::Point, field};

use crate::artifact::Contract;
use crate::bindings::IBallotBox;
use crate::chain::{Chain, bad_answer};
use crate::deploy;
use crate::deployment::Deployment;
use crate::error::ChainError;

/// A DAO on a chain.
#[derive(Debug, Clone)]
pub struct Dao {
    /// The chain.
    pub chain: Chain,
    /// Where its contracts are.
    pub deployment: Deployment,
}

impl Dao {
    /// The DAO of a deployment file; fails unless the contracts are there and belong together.
    ///
    /// # Errors
    /// `WrongChain`, `NoContract`, `Inconsistent`, or the node's failures.
    pub async fn open(chain: Chain, deployment: Deployment) -> Result<Self, ChainError> {
        if chain.id() != deployment.chain_id {
            let (expected, actual) = (deployment.chain_id, chain.id());
            return Err(ChainError::WrongChain { host: chain.host().to_owned(), expected, actual });
        }
        let at = deployment.contracts;
        for (contract, address) in [
            (Contract::BallotBox, at.ballot_box),
            (Contract::Electorate, at.electorate),
            (Contract::TabellaGovernor, at.governor),
            (Contract::Committee, at.committee),
            (Contract::TimelockController, at.timelock),
            (Contract::AccessManager, at.access_manager),
        ] {
            chain.require(contract, address).await?;
        }
        let dao = Self { chain, deployment };
        dao.check_box().await?;
        Ok(dao)
    }

    /// The box must be wired to the contracts that the file names.
    async fn check_box(&self) -> Result<(), ChainError> {
        let at = self.deployment.contracts;
        let (chain, contract, ballot_box) = (&self.chain, Contract::BallotBox, at.ballot_box);
        let wired = [
            ("the box's Governor", chain.view(contract, ballot_box, IBallotBox::governorCall {}).await?, at.governor),
            (
                "the box's electorate",
                chain.view(contract, ballot_box, IBallotBox::electorateCall {}).await?,
                at.electorate,
            ),
            (
                "the box's committee",
                chain.view(contract, ballot_box, IBallotBox::committeeCall {}).await?,
                at.committee,
            ),
            (
                "the box's ballot verifier",
                chain.view(contract, ballot_box, IBallotBox::ballotVerifierCall {}).await?,
                at.ballot_verifier,
            ),
            (
                "the box's tally verifier",
                chain.view(contract, ballot_box, IBallotBox::tallyVerifierCall {}).await?,
                at.tally_verifier,
            ),
        ];
        match wired.into_iter().find(|(_, found, named)| found != named) {
            None => Ok(()),
            Some((what, found, named)) => Err(ChainError::Inconsistent {
                what,
                chain: found.to_string(),
                recomputed: format!("{named} in the deployment's file"),
            }),
        }
    }

    /// Fails unless both verifiers on the chain are those that the deployment file names.
    ///
    /// # Errors
    /// `Inconsistent`, or the node's failures.
    pub async fn check_verifiers(&self) -> Result<(), ChainError> {
        let at = self.deployment.contracts;
        for (what, contract, address, named) in [
            (
                "the ballot verifier",
                Contract::BallotK3D20Verifier,
                at.ballot_verifier,
                &self.deployment.circuits.ballot,
            ),
            ("the tally verifier", Contract::TallyK3T1Verifier, at.tally_verifier, &self.deployment.circuits.tally),
        ] {
            let found = deploy::circuit(&self.chain, contract, address).await?;
            if found != *named {
                let words = |c: &crate::deployment::CircuitRef| format!("{} v{} key {}", c.id, c.version, c.key_digest);
                return Err(ChainError::Inconsistent { what, chain: words(&found), recomputed: words(named) });
            }
        }
        Ok(())
    }
}

/// An EVM word as a field element.
pub(crate) fn to_field(what: &str, word: U256) -> Result<Fr, ChainError> {
    field::from_be_bytes(&word.to_be_bytes()).map_err(|error| bad_answer(what, error.to_string()))
}

/// A field element as an EVM word.
pub fn to_word(x: &Fr) -> U256 {
    U256::from_be_bytes(field::to_be_bytes(x))
}

/// Words x, y, x, y, .. as points of the curve.
pub(crate) fn to_points(what: &str, words: &[U256]) -> Result<Vec<Point>, ChainError> {
    if !words.len().is_multiple_of(2) {
        return Err(bad_answer(what, "an odd number of coordinates".to_owned()));
    }
    words
        .chunks_exact(2)
        .map(|pair| {
            let point = Point { x: to_field(what, pair[0])?, y: to_field(what, pair[1])? };
            if point.is_on_curve() { Ok(point) } else { Err(bad_answer(what, "a point off the curve".to_owned())) }
        })
        .collect()
}

/// Points as words x, y, x, y, ..
pub fn to_words(points: &[Point]) -> Vec<U256> {
    points.iter().flat_map(Point::words).map(|x| to_word(&x)).collect()
}
