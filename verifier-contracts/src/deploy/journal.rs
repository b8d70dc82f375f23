//! What is deployed, and how far it is.

use std::collections::BTreeMap;

use alloy::primitives::{Address, B256, U256};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::client::Admission;
use crate::deployment::{SCHEMA_VERSION, decimal};
use crate::error::ChainError;
use crate::sender::Mined;

/// What is deployed. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Name of the DAO's Governor.
    pub name: String,
    /// How members come in.
    #[serde(default, skip_serializing_if = "ElectoratePlan::is_registrar")]
    pub electorate: ElectoratePlan,
    /// Whether leaves carry weights.
    pub weighted: bool,
    /// Governor's votes per unit of weight, 1..2^88.
    #[serde(with = "decimal")]
    pub unit: U256,
    /// From a proposal to its snapshot.
    pub voting_delay: u64,
    /// From the snapshot to the Governor's deadline; the tally period is its last part.
    pub voting_period: u32,
    /// From the close of the box to the Governor's deadline.
    pub tally_period: u32,
    /// Fewest ballots that are ever opened.
    pub min_turnout: u32,
    /// For and Abstain votes needed, in percent of all.
    pub quorum_percent: u32,
    /// From the queue to the execution.
    pub timelock_delay: u64,
    /// Who may admit members.
    pub registrar: Address,
    /// Who may make proposals.
    pub proposer: Address,
    /// Who may create polls.
    pub pollster: Address,
    /// The trustee's address, who may post shares.
    pub trustee: Address,
    /// The trustee's keys, one per option, as (x, y): 3, or 8 for a DAO that holds polls as well.
    pub keys: Vec<[U256; 2]>,
    /// For each key Y a point Z with 8·Z = Y.
    pub eighths: Vec<[U256; 2]>,
    /// The contracts that audit models; `None` deploys none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit: Option<AuditPlan>,
}

/// How models are audited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditPlan {
    /// Who may flag and halt models without delay.
    pub guardian: Address,
    /// Who may open engagements of models that are not its own.
    pub opener: Address,
    /// Least bond of a model, in wei.
    #[serde(with = "decimal")]
    pub minimum_bond: U256,
    /// Part of the bond that a fail costs, of 10,000: 1 to 9,999.
    pub fail_share: u16,
}

/// How members come into the electorate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum ElectoratePlan {
    /// A registrar admits and removes them.
    #[default]
    Registrar,
    /// Addresses of a list prove that they are on it.
    Allowlist {
        /// The list's root.
        root: B256,
    },
    /// Holders lock tokens.
    Token {
        /// The token.
        token: Address,
        /// Seconds from unlocking to withdrawing.
        cooling: u64,
        /// Whether the Governor counts the token itself, so that holders who do not lock vote in the open.
        open_votes: bool,
    },
    /// They are those of a Semaphore group.
    Semaphore {
        /// The Semaphore contract.
        semaphore: Address,
        /// The group in it.
        #[serde(with = "decimal")]
        group: U256,
        /// Seconds for which a record of the group may be voted on.
        max_age: u64,
    },
    /// They are on a list whose root the registrar publishes.
    Published,
}

impl ElectoratePlan {
    fn is_registrar(&self) -> bool {
        *self == Self::Registrar
    }

    /// The kind, by which contracts and files know it.
    pub const fn admission(&self) -> Admission {
        match self {
            Self::Registrar => Admission::Registrar,
            Self::Allowlist { .. } => Admission::Allowlist,
            Self::Token { .. } => Admission::Token,
            Self::Semaphore { .. } => Admission::Semaphore,
            Self::Published => Admission::Published,
        }
    }
}

/// What is done so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// Version of this form.
    pub schema_version: u32,
    /// The chain's id.
    pub chain_id: u64,
    /// Who deploys.
    pub deployer: Address,
    /// Block before the first step.
    pub block: u64,
    /// What is deployed.
    pub plan: Plan,
    /// Contracts created, by name.
    pub created: BTreeMap<String, Address>,
    /// Steps mined, by name, with their transactions.
    pub done: BTreeMap<String, B256>,
}

/// One mined step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// The transaction.
    pub mined: Mined,
}

/// A deployment that stopped.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeployError {
    /// A step failed on the chain.
    #[error("{step}: {source}")]
    Step {
        /// The step.
        step: String,
        /// Why.
        #[source]
        source: ChainError,
    },
    /// The journal could not be written.
    #[error("the journal of the deployment cannot be written: {0}")]
    Journal(String),
    /// The journal belongs to another chain, deployer or plan.
    #[error("an unfinished deployment has another {0}")]
    OtherJournal(&'static str),
}

/// Options of a Governor's elections: keys of the first term.
pub const GOVERNOR_OPTIONS: usize = 3;
/// Options of polls: keys of the polls' term.
pub const POLL_OPTIONS: usize = 8;

impl Plan {
    /// Whether the trustee's keys suffice for polls.
    pub fn holds_polls(&self) -> bool {
        self.keys.len() >= POLL_OPTIONS && self.eighths.len() >= POLL_OPTIONS
    }
}

impl Journal {
    /// A journal for a deployment that has not begun.
    pub fn new(chain_id: u64, deployer: Address, block: u64, plan: Plan) -> Self {
        let (created, done) = (BTreeMap::new(), BTreeMap::new());
        Self { schema_version: SCHEMA_VERSION, chain_id, deployer, block, plan, created, done }
    }

    /// Fails unless this journal is of the same deployment.
    ///
    /// # Errors
    /// `OtherJournal` says what differs.
    pub fn same(&self, chain_id: u64, deployer: Address, plan: &Plan) -> Result<(), DeployError> {
        let differs = [
            (self.schema_version != SCHEMA_VERSION, "schema version"),
            (self.chain_id != chain_id, "chain id"),
            (self.deployer != deployer, "deployer"),
            (self.plan != *plan, "set of options"),
        ];
        match differs.iter().find(|(differs, _)| *differs) {
            Some((_, what)) => Err(DeployError::OtherJournal(what)),
            None => Ok(()),
        }
    }
}
