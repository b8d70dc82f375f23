#![doc = include_str!("../../compliance.md")]

#[cfg(test)]
mod attacks;
pub mod context;
pub mod counts;
pub mod data;
pub mod linear;
pub mod metrics;
pub mod model;
pub mod policy;
pub mod record;
pub mod schema;
pub mod shard;
#[cfg(test)]
mod vectors;
pub mod verdict;

use crate::Fr;
use crate::evm::tag;

/// The field element that starts every hash of one kind: tag(text) >> 8.
pub fn domain(text: &str) -> Fr {
    tag(text).shifted()
}
