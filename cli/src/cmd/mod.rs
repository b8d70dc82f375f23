//! One file per command. Each has its arguments and `run(arguments, &Ctx) -> Result<Outcome, CliError>`.

pub mod attestation;
pub mod audit;
pub mod bench;
pub mod circuits;
pub mod dao;
pub mod data;
pub mod demo;
pub mod devnet;
pub mod electorate;
pub mod engagement;
pub mod identity;
pub mod keys;
pub mod milestone;
pub mod model;
pub mod policy;
pub mod poll;
pub mod proposal;
pub mod tally;
pub mod trustee;
pub mod verifier;
pub mod verify;
pub mod vote;
