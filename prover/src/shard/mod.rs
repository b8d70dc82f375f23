//! An audit as a job: a proof for each shard and one for the verdict, in a directory.
//!
//! | step | what |
//! |---|---|
//! | [`plan`] | what a number of records costs, before anything is made |
//! | [`work`] | the native answers; then every proof that is missing, several at once |
//! | [`merge`] | all proofs against the public claim: what a contract will compute, computed the same way here |
//!
//! The directory ([`Directory`]) holds the public [`Claim`], one file for each finished proof, and the owner's [`Openings`].
//! Each file is written beside its place, synced and renamed, and a proof is verified before that. So a kill loses at most the
//! proofs being made, and a restart goes on. This module knows no chain and no table of data: records, model and policy come as types.

pub mod claim;
pub mod directory;
pub mod error;
pub mod merge;
pub mod openings;
pub mod plan;
pub mod pool;
pub mod subject;
pub mod work;

pub use claim::{Claim, KeyNote, ShardClaim};
pub use directory::Directory;
pub use error::{FileFault, JobError, Part};
pub use merge::{Expected, KeyPair, Verifiers};
pub use openings::{Opening, Openings};
pub use plan::{Capacity, Plan, Rates};
pub use pool::{Task, run};
pub use subject::{Answers, Subject};
pub use work::{Done, Work};

#[cfg(test)]
mod tests;
