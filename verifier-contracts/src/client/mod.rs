//! Typed reads of a DAO, each recomputed from events where a contract only gives a result.
//!
//! Nothing here trusts a single answer: members are compared with the contract's root, ballots with its accumulators.

pub mod audit;
mod ballots;
mod election;
mod electorate;
mod governor;
mod polls;

pub use ballots::{Ballots, CastBallot};
pub use election::{ElectionState, PostedShare};
pub use electorate::{Admission, AdmittedMember, Electorate, PublishedList};
pub use governor::{Proposal, ProposalState, Settings};
pub use polls::{Poll, PollSettings};

use alloy::primitives::{Address, U256};
use alloy::sol_types::SolCall;
use tabella_circuits::{Fr, babyjubjub::Point, field};

use crate::artifact::Contract;
use crate::bindings::{IBallotBox, IPollBox};
use crate::call::Call;
use crate::chain::{Chain, bad_answer};
use crate::deploy;
use crate::deployment::{Circuits, Deployment, Polls};
use crate::error::ChainError;

/// A DAO on a chain.
#[derive(Debug, Clone)]
pub struct Dao {
    /// The chain.
    pub chain: Chain,
    /// Where its contracts are.
    pub deployment: Deployment,
    /// Whether elections are read from and sent to the PollBox instead of the Governor's box.
    polling: bool,
}

/// A box of a DAO, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// BallotBox or PollBox.
    pub contract: Contract,
    /// Its address.
    pub address: Address,
    /// Whom its elections are held for, as it stands in their scopes: the Governor, or the PollBox itself.
    pub principal: Address,
    /// Its verifiers of ballots and of tallies.
    pub verifiers: [(Contract, Address); 2],
    /// The circuits that they are for.
    pub circuits: Circuits,
}

impl Seat {
    fn governors(deployment: &Deployment) -> Self {
        let at = deployment.contracts;
        Self {
            contract: Contract::BallotBox,
            address: at.ballot_box,
            principal: at.governor,
            verifiers: [
                (Contract::BallotK3D20Verifier, at.ballot_verifier),
                (Contract::TallyK3T1Verifier, at.tally_verifier),
            ],
            circuits: deployment.circuits.clone(),
        }
    }

    fn polls(polls: &Polls) -> Self {
        Self {
            contract: Contract::PollBox,
            address: polls.poll_box,
            principal: polls.poll_box,
            verifiers: [
                (Contract::BallotK8D20Verifier, polls.ballot_verifier),
                (Contract::TallyK8T1Verifier, polls.tally_verifier),
            ],
            circuits: polls.circuits.clone(),
        }
    }
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
        let dao = Self { chain, deployment, polling: false };
        let governor: Address = dao.ask(IBallotBox::governorCall {}).await?;
        wired("the box's Governor", governor, at.governor)?;
        dao.check_box().await?;
        Ok(dao)
    }

    /// The same DAO, but elections are those of its PollBox: everything that is done with a sealed ballot is done alike.
    ///
    /// # Errors
    /// `NoPolls`, `NoContract`, `Inconsistent`, or the node's failures.
    pub async fn polls(&self) -> Result<Self, ChainError> {
        let polls = self.deployment.polls.as_ref().ok_or(ChainError::NoPolls)?;
        self.chain.require(Contract::PollBox, polls.poll_box).await?;
        let dao = Self { polling: true, ..self.clone() };
        dao.check_box().await?;
        Ok(dao)
    }

    /// The same DAO, at the box that holds this election: the PollBox if it has a poll of this id, else the Governor's.
    ///
    /// # Errors
    /// As [`Dao::polls`].
    pub async fn holding(self, election: U256) -> Result<Self, ChainError> {
        if self.deployment.polls.is_none() {
            return Ok(self);
        }
        let polls = self.polls().await?;
        match polls.ask(IPollBox::pollCall { pollId: election }).await {
            Ok(_) => Ok(polls),
            Err(error) if error.refusal().is_some_and(|refusal| refusal.name == "UnknownPoll") => Ok(self),
            Err(error) => Err(error),
        }
    }

    /// Whether elections are those of the PollBox, which no Governor counts.
    pub fn holds_polls(&self) -> bool {
        self.polling
    }

    /// The box that elections are read from and sent to.
    pub fn seat(&self) -> Seat {
        let polls = self.deployment.polls.as_ref().filter(|_| self.polling);
        polls.map_or_else(|| Seat::governors(&self.deployment), Seat::polls)
    }

    /// A call of the box.
    pub fn box_call<C: SolCall>(&self, call: &C) -> Call {
        let seat = self.seat();
        Call::new(seat.contract, seat.address, call)
    }

    /// Asks the box.
    async fn ask<C: SolCall>(&self, call: C) -> Result<C::Return, ChainError> {
        let seat = self.seat();
        self.chain.view(seat.contract, seat.address, call).await
    }

    /// The box must be wired to the contracts that the file names.
    async fn check_box(&self) -> Result<(), ChainError> {
        let (at, [ballots, tallies]) = (self.deployment.contracts, self.seat().verifiers);
        wired("the box's electorate", self.ask(IBallotBox::electorateCall {}).await?, at.electorate)?;
        wired("the box's committee", self.ask(IBallotBox::committeeCall {}).await?, at.committee)?;
        wired("the box's ballot verifier", self.ask(IBallotBox::ballotVerifierCall {}).await?, ballots.1)?;
        wired("the box's tally verifier", self.ask(IBallotBox::tallyVerifierCall {}).await?, tallies.1)
    }

    /// Fails unless both verifiers on the chain are those that the deployment file names.
    ///
    /// # Errors
    /// `Inconsistent`, or the node's failures.
    pub async fn check_verifiers(&self) -> Result<(), ChainError> {
        let Seat { circuits, verifiers: [ballots, tallies], .. } = self.seat();
        for (what, (contract, address), named) in
            [("the ballot verifier", ballots, &circuits.ballot), ("the tally verifier", tallies, &circuits.tally)]
        {
            let found = deploy::circuit(&self.chain, contract, address).await?;
            if found != *named {
                let words = |c: &crate::deployment::CircuitRef| format!("{} v{} key {}", c.id, c.version, c.key_digest);
                return Err(ChainError::Inconsistent { what, chain: words(&found), recomputed: words(named) });
            }
        }
        Ok(())
    }
}

fn wired(what: &'static str, found: Address, named: Address) -> Result<(), ChainError> {
    if found == named {
        return Ok(());
    }
    let recomputed = format!("{named} in the deployment's file");
    Err(ChainError::Inconsistent { what, chain: found.to_string(), recomputed })
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
