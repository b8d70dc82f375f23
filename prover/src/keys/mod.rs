//! Proving keys and where they are kept.
//!
//! A development key and a ceremony key are different types: nothing turns one into the other, and every file and every
//! exported verifier says which of the two it came from.

mod ark;
mod error;
mod file;
mod header;
mod stamp;
mod store;

use std::fmt;
use std::sync::Arc;

use ark_bn254::Bn254;
use ark_groth16::ProvingKey;

use crate::circuit::Circuit;
use crate::engine::key::EngineKey;
use crate::groth16::{VerifyingKey, key_digest};

pub use error::{FileProblem, KeyError};
pub use header::KeyHeader;
pub use store::{KeyEntry, KeyStore};

/// Where a key's randomness came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// Public randomness: anyone can forge proofs. For tests and local chains.
    Development,
    /// A ceremony: sound if one contributor was honest.
    Ceremony,
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Development => "development",
            Self::Ceremony => "ceremony",
        })
    }
}

pub(crate) mod sealed {
    use crate::engine::key::EngineKey;

    /// What only this crate sees of a key.
    pub trait Sealed {
        /// The key that proofs are made from.
        fn engine(&self) -> &EngineKey;
    }
    impl Sealed for super::DevelopmentKey {
        fn engine(&self) -> &EngineKey {
            &self.key
        }
    }
    impl Sealed for super::CeremonyKey {
        fn engine(&self) -> &EngineKey {
            &self.key
        }
    }
}

/// A proving key together with the circuit it belongs to. Implemented by [`DevelopmentKey`] and [`CeremonyKey`] only.
pub trait CircuitKey: sealed::Sealed {
    /// Development or ceremony; belongs in every output made from this key.
    fn kind(&self) -> KeyKind;

    /// The circuit: names, sizes, digest.
    fn circuit(&self) -> &Circuit;

    /// A copy in ark-groth16's type, its H in Lagrange form (see [`crate::reduction`]): for comparison and export.
    fn proving_key(&self) -> ProvingKey<Bn254> {
        self.engine().to_ark()
    }

    /// The verifying key.
    fn verifying_key(&self) -> &VerifyingKey {
        self.engine().vk()
    }

    /// Digest of the verifying key, see [`key_digest`].
    fn digest(&self) -> [u8; 32] {
        key_digest(self.verifying_key())
    }
}

/// A key from the deterministic development setup: the same for everyone, forgeable by everyone.
#[derive(Debug, Clone)]
pub struct DevelopmentKey {
    circuit: Circuit,
    key: Arc<EngineKey>,
}

/// A key from a ceremony. It comes from a key file marked so and from nowhere else.
#[derive(Debug, Clone)]
pub struct CeremonyKey {
    circuit: Circuit,
    key: Arc<EngineKey>,
}

impl CircuitKey for DevelopmentKey {
    fn kind(&self) -> KeyKind {
        KeyKind::Development
    }
    fn circuit(&self) -> &Circuit {
        &self.circuit
    }
}

impl CircuitKey for CeremonyKey {
    fn kind(&self) -> KeyKind {
        KeyKind::Ceremony
    }
    fn circuit(&self) -> &Circuit {
        &self.circuit
    }
}
