//! Where proofs bind: the Solidity contracts, their bindings, and the export of verifiers.

pub mod artifact;
pub mod audit_gas;
pub mod ballot;
pub mod bindings;
pub mod call;
pub mod calldata;
pub mod chain;
pub mod client;
pub mod data_signature;
pub mod deploy;
pub mod deployment;
pub mod error;
pub mod export;
pub mod poseidon;
pub mod revert;
pub mod roster;
pub mod sender;

pub use artifact::{Artifact, ArtifactError, Contract};
pub use call::{Argument, Call};
pub use chain::{Chain, Found, Moment, Planned};
pub use client::Dao;
pub use data_signature::{DataClaim, DataSignature};
pub use error::ChainError;
pub use revert::ContractError;
pub use sender::{Mined, Sender};

#[cfg(test)]
mod attacks;

// The generator of the committed verifiers is written against the crate from outside, and is a test as well.
#[cfg(test)]
extern crate self as tabella_contracts;
