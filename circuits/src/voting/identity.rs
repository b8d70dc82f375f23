//! Semaphore v4 identities, byte for byte: a private key, a secret scalar, a public key, a commitment.
//!
//! Source: @semaphore-protocol/identity 4.14 and the zk-kit EdDSA-Poseidon it builds on.

use crate::Fr;
use crate::babyjubjub::{Point, Scalar};
use crate::poseidon::hash;
use ark_ff::PrimeField;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use blake_hash::{Blake512, Digest};
use rand::{CryptoRng, RngCore};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The longest private key accepted, in bytes; Semaphore's own are 32.
pub const MAX_PRIVATE_KEY: usize = 4096;

/// Why an identity cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not base64.
    #[error("a Semaphore export is base64 of the private key; this is not base64")]
    NotBase64,
    /// No bytes at all: everybody knows that key.
    #[error("the private key is empty: anybody could vote with it")]
    Empty,
    /// Over [`MAX_PRIVATE_KEY`].
    #[error("the private key has more than {MAX_PRIVATE_KEY} bytes")]
    TooLong,
}

/// A member's secret. Never printed; wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Identity {
    private_key: Vec<u8>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(..)")
    }
}

impl Identity {
    /// A new identity of 32 random bytes.
    pub fn generate(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut private_key = vec![0u8; 32];
        rng.fill_bytes(&mut private_key);
        Self { private_key }
    }

    /// The identity of these private key bytes (1 to 4096).
    ///
    /// # Errors
    /// [`IdentityError::Empty`], [`IdentityError::TooLong`].
    pub fn from_private_key(private_key: Vec<u8>) -> Result<Self, IdentityError> {
        match private_key.len() {
            0 => Err(IdentityError::Empty),
            n if n > MAX_PRIVATE_KEY => Err(IdentityError::TooLong),
            _ => Ok(Self { private_key }),
        }
    }

    /// Reads what Semaphore's `identity.export()` gives; white space around it is ignored.
    ///
    /// # Errors
    /// Any [`IdentityError`].
    pub fn from_export(export: &str) -> Result<Self, IdentityError> {
        let export = export.trim();
        if export.len() > 2 * MAX_PRIVATE_KEY {
            return Err(IdentityError::TooLong);
        }
        Self::from_private_key(STANDARD.decode(export).map_err(|_| IdentityError::NotBase64)?)
    }

    /// What Semaphore's `Identity.import()` reads.
    pub fn export(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(&self.private_key))
    }

    /// The secret scalar s, below l.
    pub fn secret(&self) -> Scalar {
        let mut digest = Blake512::digest(&self.private_key);
        let bytes = &mut digest[..32];
        bytes[0] &= 0xf8;
        bytes[31] = (bytes[31] & 0x7f) | 0x40;
        let mut low = Zeroizing::new([0u8; 32]);
        low.copy_from_slice(bytes);
        digest.as_mut_slice().zeroize();
        for i in 0..32 {
            let above = low.get(i + 1).copied().unwrap_or(0);
            low[i] = (low[i] >> 3) | (above << 5);
        }
        Scalar::from_le_bytes_mod_order(&*low)
    }

    /// PK = s·B8.
    pub fn public_key(&self) -> Point {
        Point::BASE8.mul(&self.secret())
    }

    /// H_2(PK.x, PK.y): what an electorate admits.
    pub fn commitment(&self) -> Fr {
        hash(&self.public_key().words())
    }

    /// H_2(scope, s): what a ballot spends.
    pub fn nullifier(&self, scope: Fr) -> Fr {
        hash(&[scope, scalar_to_field(&self.secret())])
    }
}

/// A scalar below l as a field element; l < r, so the number is the same.
pub fn scalar_to_field(scalar: &Scalar) -> Fr {
    Fr::from_bigint(scalar.into_bigint()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::to_decimal;

    #[test]
    fn equals_semaphore() {
        let text = include_str!("../../vectors/identity.json");
        let vectors: serde_json::Value = serde_json::from_str(text).unwrap();
        for case in vectors["cases"].as_array().unwrap() {
            let export = case["export"].as_str().unwrap();
            let Ok(identity) = Identity::from_export(export) else {
                assert_eq!(export, "");
                continue;
            };
            assert_eq!(*identity.export(), export);
            assert_eq!(to_decimal(&scalar_to_field(&identity.secret())), case["secretScalar"].as_str().unwrap());
            let key = identity.public_key();
            assert_eq!(to_decimal(&key.x), case["publicKey"][0].as_str().unwrap());
            assert_eq!(to_decimal(&key.y), case["publicKey"][1].as_str().unwrap());
            assert_eq!(to_decimal(&identity.commitment()), case["commitment"].as_str().unwrap());
        }
    }

    #[test]
    fn refuses_what_is_no_export() {
        assert_eq!(Identity::from_export(" \n").unwrap_err(), IdentityError::Empty);
        assert_eq!(Identity::from_export("not base64!").unwrap_err(), IdentityError::NotBase64);
        assert_eq!(Identity::from_private_key(vec![0; 5000]).unwrap_err(), IdentityError::TooLong);
        assert_eq!(format!("{:?}", Identity::from_export("AA==").unwrap()), "Identity(..)");
    }
}
