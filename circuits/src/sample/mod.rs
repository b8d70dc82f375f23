//! Small real elections and audits in memory, for measuring provers and for tests: nobody's secrets, the same for the same seed.

mod audit;
mod election;

pub use audit::{SampleAudit, sample_audit, sample_verdict};
pub use election::{SampleElection, accumulate, sample_ballot, sample_election, sample_poll, sample_tally};
