#![doc = include_str!("../README.md")]

pub mod babyjubjub;
pub mod compliance;
pub mod evm;
pub mod field;
pub mod merkle;
pub mod poseidon;
pub mod r1cs;
pub mod range;
pub mod sample;
pub mod statement;
#[cfg(any(test, feature = "test-utils"))]
pub mod testing;
pub mod voting;

pub use ark_bn254::Fr;

/// Differs for programs built from other sources of this crate or other versions of its dependencies (16 hex digits):
/// equal digests mean equal circuits.
pub const SOURCE_DIGEST: &str = env!("TABELLA_CIRCUITS_DIGEST");
