//! Proposals read from the Governor's events, which hold what queue and execute must be told again.

use std::fmt;

use alloy::primitives::{Address, B256, Bytes, U256, keccak256};

use super::Dao;
use super::election::number;
use crate::artifact::Contract;
use crate::bindings::{IBallotBox, ITabellaGovernor, ITimelock};
use crate::call::Call;
use crate::chain::{Found, bad_answer};
use crate::error::ChainError;

/// A proposal as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The Governor's id.
    pub id: U256,
    /// Who made it.
    pub proposer: Address,
    /// Contracts or accounts called.
    pub targets: Vec<Address>,
    /// Wei sent to each.
    pub values: Vec<U256>,
    /// Calldata for each.
    pub calldatas: Vec<Bytes>,
    /// Its text: the first line is the title.
    pub description: String,
    /// The snapshot: the second whose electorate votes.
    pub snapshot: u64,
    /// The last second of the Governor's vote.
    pub deadline: u64,
    /// The transaction that made it.
    pub transaction: B256,
}

/// Where a proposal stands in the Governor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProposalState {
    /// Before its snapshot.
    Pending,
    /// Up for votes.
    Active,
    /// Cancelled.
    Canceled,
    /// Voted down, or without quorum.
    Defeated,
    /// Accepted, not queued.
    Succeeded,
    /// In the timelock.
    Queued,
    /// Never executed in time.
    Expired,
    /// Done.
    Executed,
}

impl ProposalState {
    /// OpenZeppelin's number.
    fn from_number(number: u8) -> Option<Self> {
        use ProposalState::{Active, Canceled, Defeated, Executed, Expired, Pending, Queued, Succeeded};
        [Pending, Active, Canceled, Defeated, Succeeded, Queued, Expired, Executed].get(usize::from(number)).copied()
    }

    /// One word, lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Canceled => "canceled",
            Self::Defeated => "defeated",
            Self::Succeeded => "succeeded",
            Self::Queued => "queued",
            Self::Expired => "expired",
            Self::Executed => "executed",
        }
    }
}

impl fmt::Display for ProposalState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Proposal {
    /// The description's first line, without a leading `#`.
    pub fn title(&self) -> &str {
        self.description.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }

    fn description_hash(&self) -> B256 {
        keccak256(self.description.as_bytes())
    }
}

/// How the DAO is configured now. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Settings {
    /// From a proposal to its snapshot.
    pub voting_delay: u64,
    /// From the snapshot to the deadline.
    pub voting_period: u64,
    /// From the last ballot to the deadline.
    pub tally_period: u32,
    /// Fewest ballots that are opened.
    pub min_turnout: u32,
    /// From the queue to the execution.
    pub timelock_delay: u64,
    /// The Committee's term for new elections.
    pub term: u64,
    /// The rule word for new elections, without its weighted bit.
    pub rule: u64,
}

impl Dao {
    /// How the DAO is configured now.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn settings(&self) -> Result<Settings, ChainError> {
        let (chain, at) = (&self.chain, self.deployment.contracts);
        let governor = Contract::TabellaGovernor;
        let delay = chain.view(governor, at.governor, ITabellaGovernor::votingDelayCall {}).await?;
        let period = chain.view(governor, at.governor, ITabellaGovernor::votingPeriodCall {}).await?;
        let timelock = chain.view(Contract::TimelockController, at.timelock, ITimelock::getMinDelayCall {}).await?;
        let config = chain.view(Contract::BallotBox, at.ballot_box, IBallotBox::configurationCall {}).await?;
        Ok(Settings {
            voting_delay: number("votingDelay", delay)?,
            voting_period: number("votingPeriod", period)?,
            tally_period: config.tallyPeriod,
            min_turnout: config.minTurnout,
            timelock_delay: number("getMinDelay", timelock)?,
            term: config.term,
            rule: config.rule,
        })
    }

    /// Every proposal, oldest first.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn proposals(&self) -> Result<Vec<Proposal>, ChainError> {
        let (at, from) = (self.deployment.contracts.governor, self.deployment.block);
        let events = self.chain.events::<ITabellaGovernor::ProposalCreated>(at, from, None).await?;
        events.into_iter().map(proposal).collect()
    }

    /// The proposal with this id, if there is one.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn proposal(&self, id: U256) -> Result<Option<Proposal>, ChainError> {
        Ok(self.proposals().await?.into_iter().find(|proposal| proposal.id == id))
    }

    /// Where a proposal stands.
    ///
    /// # Errors
    /// `Refused(GovernorNonexistentProposal)`, or the node's failures.
    pub async fn proposal_state(&self, id: U256) -> Result<ProposalState, ChainError> {
        let call = ITabellaGovernor::stateCall { proposalId: id };
        let word = self.chain.view(Contract::TabellaGovernor, self.deployment.contracts.governor, call).await?;
        ProposalState::from_number(word).ok_or_else(|| bad_answer("state", format!("{word} is not a state")))
    }

    /// The second from which a queued proposal may be executed; 0 where it is not queued.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn proposal_eta(&self, id: U256) -> Result<u64, ChainError> {
        let call = ITabellaGovernor::proposalEtaCall { proposalId: id };
        let word = self.chain.view(Contract::TabellaGovernor, self.deployment.contracts.governor, call).await?;
        number("proposalEta", word)
    }

    /// Votes that the Governor counts: against, for, abstain.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn proposal_votes(&self, id: U256) -> Result<[U256; 3], ChainError> {
        let call = ITabellaGovernor::proposalVotesCall { proposalId: id };
        let votes = self.chain.view(Contract::TabellaGovernor, self.deployment.contracts.governor, call).await?;
        Ok([votes.againstVotes, votes.forVotes, votes.abstainVotes])
    }

    /// Votes needed at a snapshot for a quorum.
    ///
    /// # Errors
    /// `Refused(ERC5805FutureLookup)` before the snapshot has passed, or the node's failures.
    pub async fn quorum(&self, snapshot: u64) -> Result<U256, ChainError> {
        let call = ITabellaGovernor::quorumCall { timepoint: U256::from(snapshot) };
        self.chain.view(Contract::TabellaGovernor, self.deployment.contracts.governor, call).await
    }

    /// The id that a proposal of these actions and description has.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn proposal_id(&self, actions: &[(Address, U256, Bytes)], description: &str) -> Result<U256, ChainError> {
        let call = ITabellaGovernor::hashProposalCall {
            targets: actions.iter().map(|action| action.0).collect(),
            values: actions.iter().map(|action| action.1).collect(),
            calldatas: actions.iter().map(|action| action.2.clone()).collect(),
            descriptionHash: keccak256(description.as_bytes()),
        };
        self.chain.view(Contract::TabellaGovernor, self.deployment.contracts.governor, call).await
    }

    /// The call that makes a proposal.
    pub fn propose(&self, actions: &[(Address, U256, Bytes)], description: &str) -> Call {
        let call = ITabellaGovernor::proposeCall {
            targets: actions.iter().map(|action| action.0).collect(),
            values: actions.iter().map(|action| action.1).collect(),
            calldatas: actions.iter().map(|action| action.2.clone()).collect(),
            description: description.to_owned(),
        };
        Call::new(Contract::TabellaGovernor, self.deployment.contracts.governor, &call)
    }

    /// The call that queues an accepted proposal.
    pub fn queue(&self, proposal: &Proposal) -> Call {
        let call = ITabellaGovernor::queueCall {
            targets: proposal.targets.clone(),
            values: proposal.values.clone(),
            calldatas: proposal.calldatas.clone(),
            descriptionHash: proposal.description_hash(),
        };
        Call::new(Contract::TabellaGovernor, self.deployment.contracts.governor, &call)
    }

    /// The call that executes a queued proposal.
    pub fn execute(&self, proposal: &Proposal) -> Call {
        let call = ITabellaGovernor::executeCall {
            targets: proposal.targets.clone(),
            values: proposal.values.clone(),
            calldatas: proposal.calldatas.clone(),
            descriptionHash: proposal.description_hash(),
        };
        Call::new(Contract::TabellaGovernor, self.deployment.contracts.governor, &call)
    }
}

fn proposal(found: Found<ITabellaGovernor::ProposalCreated>) -> Result<Proposal, ChainError> {
    let event = found.event;
    Ok(Proposal {
        id: event.proposalId,
        proposer: event.proposer,
        targets: event.targets,
        values: event.values,
        calldatas: event.calldatas,
        description: event.description,
        snapshot: number("ProposalCreated", event.voteStart)?,
        deadline: number("ProposalCreated", event.voteEnd)?,
        transaction: found.transaction,
    })
}
