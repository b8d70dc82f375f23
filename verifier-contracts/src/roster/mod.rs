//! Lists of members that are not on a chain: their CSV file, the tree of it, and OpenZeppelin's lists of addresses.

pub mod allowlist;
pub mod csv;
mod tree;
mod tree_file;

pub use tree::{MemberTree, RosterError};
pub use tree_file::{TreeFile, TreeFileError};

use alloy::primitives::{B256, keccak256};
use tabella_circuits::Fr;

/// Most members that a tree of the ballot circuit holds.
pub const MAX_MEMBERS: usize = 1 << 20;

/// A row of a list of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Semaphore v4 identity commitment.
    pub commitment: Fr,
    /// Votes in units, 1..2^32 - 1.
    pub weight: u32,
}

/// keccak256 of a file's bytes, by which a published list is known.
pub fn digest(bytes: &[u8]) -> B256 {
    keccak256(bytes)
}
