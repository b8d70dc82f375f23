//! The development setup: a key that anyone can make again, and anyone can forge with.

pub(crate) mod key;

use ark_bn254::{Bn254, Fr};
use ark_ff::{PrimeField, Zero};
use ark_groth16::ProvingKey;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use sha2::{Digest, Sha256};

use crate::backend::BackendError;
use crate::circuit::CompiledCircuit;
use crate::engine::Backend;
use crate::groth16::{VerifyingKeyError, check_verifying_key};
use key::Trapdoor;

/// First bytes of what the seed hashes.
const SEED_TAG: &[u8] = b"tabella.development-setup.v1";

/// The setup failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The environment asks for a back end that cannot run.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The field has no domain of this size.
    #[error("setup of circuit {id} failed: no domain of {domain} elements")]
    Domain {
        /// Circuit id.
        id: String,
        /// The circuit's domain.
        domain: usize,
    },
    /// The trapdoor is one that makes no key; the chance is about 2^-226 for the largest domain.
    #[error("setup of circuit {id} failed: tau is a root of unity")]
    Trapdoor {
        /// Circuit id.
        id: String,
    },
    /// The key is one that must not be used; with a random trapdoor the chance is about 2^-250.
    #[error("setup of circuit {id} gave an unusable key: {source}")]
    Key {
        /// Circuit id.
        id: String,
        /// What is wrong with the key.
        source: VerifyingKeyError,
    },
}

/// The development seed of a circuit: SHA-256 of the tag, the id's length (4 bytes little-endian) and bytes, the version
/// (4 bytes little-endian) and the matrix digest.
fn seed(circuit: &CompiledCircuit) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(SEED_TAG);
    hash.update((circuit.id().len() as u32).to_le_bytes());
    hash.update(circuit.id());
    hash.update(circuit.version().to_le_bytes());
    hash.update(circuit.digest());
    hash.finalize().into()
}

/// A uniform non-zero scalar: 64 bytes of the stream, little-endian, modulo r.
fn scalar(rng: &mut ChaCha20Rng) -> Fr {
    loop {
        let mut bytes = [0u8; 64];
        rng.fill_bytes(&mut bytes);
        let scalar = Fr::from_le_bytes_mod_order(&bytes);
        if !scalar.is_zero() {
            return scalar;
        }
    }
}

/// A proving key from public randomness: everyone knows its trapdoor, so everyone can forge. The generators of G1 and G2
/// are the standard ones.
pub(crate) fn development_setup(circuit: &CompiledCircuit) -> Result<ProvingKey<Bn254>, SetupError> {
    let id = || circuit.id().to_owned();
    let (trapdoor, _) = trapdoor(circuit).ok_or_else(|| SetupError::Domain { id: id(), domain: circuit.domain() })?;
    let backend = Backend::from_environment()?;
    let key = key::key(backend, circuit, &trapdoor).ok_or_else(|| SetupError::Trapdoor { id: id() })?;
    check_verifying_key(&key.vk, circuit.num_inputs()).map_err(|source| SetupError::Key { id: id(), source })?;
    Ok(key)
}

/// The trapdoor of a circuit's development key, and the generator that it comes from as it was before tau. Nothing if
/// the field has no domain of the circuit's size.
pub(crate) fn trapdoor(circuit: &CompiledCircuit) -> Option<(Trapdoor, ChaCha20Rng)> {
    let mut rng = ChaCha20Rng::from_seed(seed(circuit));
    let [alpha, beta, gamma, delta] = [(); 4].map(|()| scalar(&mut rng));
    let before = rng.clone();
    let tau = Radix2EvaluationDomain::<Fr>::new(circuit.domain())?.sample_element_outside_domain(&mut rng);
    Some((Trapdoor { alpha, beta, gamma, delta, tau }, before))
}
