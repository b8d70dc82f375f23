//! What can go wrong between this program and a chain.

use alloy::primitives::{Address, B256};
use alloy::transports::{RpcError, TransportErrorKind};
use thiserror::Error;

use crate::artifact::ArtifactError;
use crate::revert::{self, ContractError};

/// A failure of a read or a write on a chain.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ChainError {
    /// No JSON-RPC node answers at this URL.
    #[error("no chain answers at {host}: {reason}")]
    Unreachable {
        /// The node that was asked.
        host: String,
        /// The transport's words.
        reason: String,
    },
    /// The URL is not one that can be asked.
    #[error("the node's URL cannot be used: {reason}")]
    BadUrl {
        /// What is wrong with it.
        reason: String,
    },
    /// The node serves another chain than the deployment is on.
    #[error("{host} serves chain {actual}, but the DAO is on chain {expected}")]
    WrongChain {
        /// The node that was asked.
        host: String,
        /// Chain id expected.
        expected: u64,
        /// Chain id answered.
        actual: u64,
    },
    /// Nothing is deployed at the address.
    #[error("there is no {name} at {address} on this chain")]
    NoContract {
        /// The contract that should be there.
        name: &'static str,
        /// The address.
        address: Address,
    },
    /// The deployment has no box for polls.
    #[error("this DAO was deployed without a box for polls")]
    NoPolls,
    /// The deployment has no contracts that audit models.
    #[error("this DAO was deployed without the contracts that audit models")]
    NoAudits,
    /// A contract reverted, with its decoded error.
    #[error("{0}")]
    Refused(ContractError),
    /// The sender cannot pay for the transaction.
    #[error("{host} says that the sender cannot pay: {reason}")]
    InsufficientFunds {
        /// The node that was asked.
        host: String,
        /// The node's words.
        reason: String,
    },
    /// The node answered with an error that is not a revert.
    #[error("the node refused {method}: {reason}")]
    Node {
        /// The JSON-RPC method.
        method: &'static str,
        /// The node's words.
        reason: String,
    },
    /// The node's answer does not have the expected form.
    #[error("the answer to {what} cannot be read: {reason}")]
    BadAnswer {
        /// What was asked.
        what: String,
        /// Why it cannot be read.
        reason: String,
    },
    /// The transaction was sent, but not mined in time.
    #[error("transaction {hash} is not mined after {seconds} s; it may still be")]
    NotMined {
        /// The transaction's hash.
        hash: B256,
        /// How long was waited, in seconds.
        seconds: u64,
    },
    /// Two sources that must agree do not: the node, the contract or this program is wrong.
    #[error("{what}: the chain says {chain}, it should be {recomputed}")]
    Inconsistent {
        /// What was compared.
        what: &'static str,
        /// The contract's word.
        chain: String,
        /// The value recomputed from events, or named by the deployment file.
        recomputed: String,
    },
    /// The members are on a list that is not on the chain.
    #[error("the members of this electorate are not on the chain: their published list is needed")]
    ListNotOnChain,
    /// A committed artifact cannot be used.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
}

impl ChainError {
    /// Translates a transport's error: a revert into its contract error, the rest by kind.
    pub(crate) fn from_rpc(host: &str, method: &'static str, error: RpcError<TransportErrorKind>) -> Self {
        match error {
            RpcError::ErrorResp(payload) => match revert::from_payload(&payload) {
                Some(refusal) => Self::Refused(refusal),
                // Nodes have no common code for it, but common words.
                None if payload.message.to_lowercase().contains("insufficient funds") => {
                    Self::InsufficientFunds { host: host.to_owned(), reason: payload.message.to_string() }
                }
                None => Self::Node { method, reason: payload.message.to_string() },
            },
            RpcError::Transport(kind) => Self::Unreachable { host: host.to_owned(), reason: innermost(&kind) },
            RpcError::NullResp => Self::BadAnswer { what: method.to_owned(), reason: "null".to_owned() },
            other => Self::BadAnswer { what: method.to_owned(), reason: other.to_string() },
        }
    }

    /// The contract's refusal, if this is one.
    pub fn refusal(&self) -> Option<&ContractError> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// The last cause in an error's chain: "Connection refused" rather than "error sending request".
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string().chars().take(300).collect()
}
