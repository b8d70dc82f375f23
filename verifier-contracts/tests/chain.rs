//! The client against a real chain: deployment, reads, refusals, and one sealed vote from the first block to the Governor.
//!
//! anvil is needed; where it is missing these tests fail.

#[path = "chain/anvil.rs"]
mod anvil;
#[path = "chain/audit/mod.rs"]
mod audit;
#[path = "chain/deployment.rs"]
mod deployment;
#[path = "chain/vote.rs"]
mod vote;
