//! Groth16 over BN254: making proofs, checking them, and the files they travel in.

mod json;
mod proof;
mod prove;
mod verify;
mod verifying_key;

pub use json::JsonError;
pub use proof::{Proof, ProofError};
#[cfg(any(test, feature = "test-utils"))]
pub use prove::prove_with_randomness;
pub use prove::{ProveError, prove};
pub use verify::{Verifier, VerifyError, verify};
pub use verifying_key::{
    VerifyingKey, VerifyingKeyError, check_verifying_key, key_digest, verifying_key_from_json, verifying_key_to_json,
};
