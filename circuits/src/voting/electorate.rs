//! The leaves of an electorate.

use crate::Fr;
use crate::evm::tag;
use crate::poseidon::hash;
use ark_ff::AdditiveGroup;
use std::sync::LazyLock;

/// What a leaf commits to; part of the rule word, never the caller's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The leaf is the commitment and the weight is 1, as in a Semaphore group.
    Plain,
    /// The leaf is H_3(commitment, weight, LEAF_DOMAIN).
    Weighted,
}

/// Why there is no such leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// Commitment 0.
    #[error("an identity commitment is never 0")]
    ZeroCommitment,
    /// A weight outside its range.
    #[error("a weight of {0} is not allowed: 1 in a plain electorate, 1 to 2^32 - 1 in a weighted one")]
    Weight(u32),
}

/// tag("tabella.electorate.weighted-leaf.v1") >> 8.
pub static LEAF_DOMAIN: LazyLock<Fr> = LazyLock::new(|| tag("tabella.electorate.weighted-leaf.v1").shifted());

/// The leaf of a member with this weight.
///
/// # Errors
/// [`LeafError`] if the commitment is 0 or the weight out of range.
pub fn leaf(kind: Kind, commitment: Fr, weight: u32) -> Result<Fr, LeafError> {
    if commitment == Fr::ZERO {
        return Err(LeafError::ZeroCommitment);
    }
    match (kind, weight) {
        (_, 0) => Err(LeafError::Weight(0)),
        (Kind::Plain, 1) => Ok(commitment),
        (Kind::Plain, weight) => Err(LeafError::Weight(weight)),
        (Kind::Weighted, weight) => Ok(hash(&[commitment, Fr::from(weight), *LEAF_DOMAIN])),
    }
}
