//! Groth16 on BN254: from a statement to a key, a proof and a verdict.
//!
//! ```text
//! Statement --compile--> CompiledCircuit --KeyStore--> DevelopmentKey | CeremonyKey --prove--> Proof --verify--> Ok
//! ```
//!
//! The circuit is compiled once; a proof synthesises only values. Keys are snarkjs's in shape (H in Lagrange form, see
//! [`reduction`]), proofs and verifying keys read and write snarkjs's JSON. This crate knows no chain.

#![warn(missing_docs)]

pub mod backend;
pub mod circuit;
pub mod engine;
pub mod groth16;
pub mod jobs;
pub mod keys;
pub mod machine;
pub mod reduction;
pub mod registry;
pub mod setup;
pub mod shard;

pub use circuit::{Circuit, CircuitError, CircuitSummary, CompiledCircuit};
pub use groth16::{
    Proof, ProveError, Verifier, VerifyError, VerifyingKey, VerifyingKeyError, check_verifying_key, key_digest, prove,
    verify,
};
pub use keys::{CeremonyKey, CircuitKey, DevelopmentKey, KeyError, KeyKind, KeyStore};
pub use registry::{CircuitInfo, circuits};

#[cfg(test)]
mod tests;
