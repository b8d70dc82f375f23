//! Checking a proof.

use ark_bn254::{Bn254, Fr};
use ark_groth16::{Groth16, PreparedVerifyingKey, prepare_verifying_key};

use super::{Proof, VerifyingKey, VerifyingKeyError, check_verifying_key};
use crate::reduction::OddCosetReduction;

/// Why a proof is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The key itself must not be used.
    #[error("verifying key: {0}")]
    Key(#[from] VerifyingKeyError),
    /// Another number of public inputs than the key's.
    #[error("{found} public inputs were given, the key takes {expected}")]
    Inputs {
        /// Public inputs of the key, without the constant 1.
        expected: usize,
        /// Public inputs given.
        found: usize,
    },
    /// The pairing product is not 1: the proof is not of these inputs under this key.
    #[error("the proof is not valid for these public inputs and this key")]
    Invalid,
}

/// A verifying key, checked and prepared for many proofs.
#[derive(Debug, Clone)]
pub struct Verifier {
    prepared: PreparedVerifyingKey<Bn254>,
    inputs: usize,
}

impl Verifier {
    /// Checks and prepares a key for `inputs` public inputs (without the constant 1).
    ///
    /// # Errors
    /// [`VerifyingKeyError`] if the key must not be used.
    pub fn new(vk: &VerifyingKey, inputs: usize) -> Result<Self, VerifyingKeyError> {
        check_verifying_key(vk, inputs)?;
        Ok(Self { prepared: prepare_verifying_key(vk), inputs })
    }

    /// Checks a proof of these public inputs (without the constant 1).
    ///
    /// # Errors
    /// [`VerifyError::Inputs`] for a wrong number of inputs, [`VerifyError::Invalid`] for a proof of something else.
    pub fn verify(&self, inputs: &[Fr], proof: &Proof) -> Result<(), VerifyError> {
        if inputs.len() != self.inputs {
            return Err(VerifyError::Inputs { expected: self.inputs, found: inputs.len() });
        }
        // ark's only error cannot occur here; it counts as a refusal all the same.
        match Groth16::<Bn254, OddCosetReduction>::verify_proof(&self.prepared, &proof.to_ark(), inputs) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(VerifyError::Invalid),
        }
    }
}

/// Checks one proof: the key first, then the number of inputs, then the pairing. For many proofs use [`Verifier`].
///
/// # Errors
/// [`VerifyError`] says which of the three failed.
pub fn verify(vk: &VerifyingKey, inputs: &[Fr], proof: &Proof) -> Result<(), VerifyError> {
    let expected = vk.gamma_abc_g1.len().saturating_sub(1);
    Verifier::new(vk, expected)?.verify(inputs, proof)
}
