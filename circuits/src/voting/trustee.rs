//! A trustee's secret and its share of a tally: decryptions with one batched Chaum-Pedersen proof.

use crate::Fr;
use crate::babyjubjub::{Point, Scalar, random_scalar};
use crate::field::low128;
use crate::poseidon::{hash, hash_words};
use ark_ff::{AdditiveGroup, Field, PrimeField};
use rand::{CryptoRng, RngCore};
use sha2::{Digest, Sha512};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Domain of the derivation of a trustee's scalars from its seed.
const SEED_TAG: &[u8] = b"tabella.trustee.v1";

/// A trustee's secret: 32 random bytes, from which one independent scalar an option is derived. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TrusteeSecret {
    seed: [u8; 32],
}

impl fmt::Debug for TrusteeSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TrusteeSecret(..)")
    }
}

impl TrusteeSecret {
    /// A new secret.
    pub fn generate(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut seed = [0u8; 32];
        rng.fill_bytes(&mut seed);
        Self { seed }
    }

    /// The secret of a stored seed.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self { seed }
    }

    /// The seed, to be stored encrypted.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.seed)
    }

    /// s_k = SHA-512(tag, seed, k as 4 little-endian bytes) mod l, for k below `options`; none is 0.
    pub fn secrets(&self, options: usize) -> Zeroizing<Vec<Scalar>> {
        let scalar = |k: usize| {
            let mut hasher = Sha512::new();
            hasher.update(SEED_TAG);
            hasher.update(self.seed);
            hasher.update((k as u32).to_le_bytes());
            let mut digest = Zeroizing::new([0u8; 64]);
            digest.copy_from_slice(&hasher.finalize());
            let scalar = Scalar::from_le_bytes_mod_order(&*digest);
            // A hash that is 0 modulo l will not be seen; 1 keeps the function total.
            if scalar == Scalar::ZERO { Scalar::ONE } else { scalar }
        };
        Zeroizing::new((0..options).map(scalar).collect())
    }

    /// The election keys Y_k = s_k·B8.
    pub fn keys(&self, options: usize) -> Vec<Point> {
        self.secrets(options).iter().map(|s| Point::BASE8.mul(s)).collect()
    }

    /// This trustee's share for the accumulator `c1`; `options` as in the election.
    pub fn share(&self, context: Fr, c1: &Point, options: usize, rng: &mut (impl RngCore + CryptoRng)) -> Share {
        let secrets = self.secrets(options);
        let decryptions: Vec<Point> = secrets.iter().map(|s| c1.mul(s)).collect();
        let statement = ShareStatement::new(context, c1, &self.keys(options), &decryptions);
        let mut nonce = random_scalar(rng);
        let challenge = statement.challenge(&Point::BASE8.mul(&nonce), &c1.mul(&nonce));
        let mut combined = powers(statement.beta).zip(secrets.iter()).map(|(p, s)| p * s).sum::<Scalar>();
        let response = nonce + Scalar::from(challenge) * combined;
        nonce.zeroize();
        combined.zeroize();
        Share { decryptions, challenge, response }
    }
}

/// What a trustee posts: D_k = s_k·C1 and a proof (c, z) that these are the secrets of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// D_k, one an option.
    pub decryptions: Vec<Point>,
    /// The challenge c.
    pub challenge: u128,
    /// The response z, below l.
    pub response: Scalar,
}

/// Why a share is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// Not 2 K + 2 words.
    #[error("a share of {options} options has {} words, not {words}", 2 * options + 2)]
    Length {
        /// Options of the election.
        options: usize,
        /// Words given.
        words: usize,
    },
    /// c or z out of range.
    #[error("the proof of the share is out of range: c must be below 2^128 and z below l")]
    Range,
    /// A decryption outside the subgroup.
    #[error("decryption {0} is not a point of the subgroup")]
    Subgroup(usize),
    /// The Chaum-Pedersen equation does not hold.
    #[error("the proof does not hold: these are not the decryptions under the trustee's keys")]
    Proof,
}

impl Share {
    /// The words posted on chain: D_0.x, D_0.y, .., c, z.
    pub fn to_words(&self) -> Vec<Fr> {
        let mut words: Vec<Fr> = self.decryptions.iter().flat_map(Point::words).collect();
        words.push(Fr::from(self.challenge));
        words.push(crate::voting::identity::scalar_to_field(&self.response));
        words
    }

    /// Reads posted words; [`Share::verify`] says whether they mean anything.
    ///
    /// # Errors
    /// [`ShareError::Length`], [`ShareError::Range`].
    pub fn from_words(words: &[Fr], options: usize) -> Result<Self, ShareError> {
        if words.len() != 2 * options + 2 {
            return Err(ShareError::Length { options, words: words.len() });
        }
        let (points, proof) = words.split_at(2 * options);
        let challenge = low128(&proof[0]);
        if Fr::from(challenge) != proof[0] {
            return Err(ShareError::Range);
        }
        let response = Scalar::from_bigint(proof[1].into_bigint()).ok_or(ShareError::Range)?;
        let decryptions = points.chunks(2).map(|p| Point { x: p[0], y: p[1] }).collect();
        Ok(Self { decryptions, challenge, response })
    }

    /// Checks the share against the trustee's keys.
    ///
    /// # Errors
    /// [`ShareError`] saying which check failed.
    pub fn verify(&self, context: Fr, c1: &Point, keys: &[Point]) -> Result<(), ShareError> {
        if self.decryptions.len() != keys.len() {
            return Err(ShareError::Length { options: keys.len(), words: 2 * self.decryptions.len() + 2 });
        }
        if let Some(k) = self.decryptions.iter().position(|d| !d.is_in_subgroup()) {
            return Err(ShareError::Subgroup(k));
        }
        let statement = ShareStatement::new(context, c1, keys, &self.decryptions);
        let minus_c = -Scalar::from(self.challenge);
        let r1 = Point::BASE8.mul(&self.response).add(&statement.combine(keys).mul(&minus_c));
        let r2 = c1.mul(&self.response).add(&statement.combine(&self.decryptions).mul(&minus_c));
        if statement.challenge(&r1, &r2) != self.challenge {
            return Err(ShareError::Proof);
        }
        Ok(())
    }
}

/// What the Chaum-Pedersen proof is about, hashed.
struct ShareStatement {
    digest: Fr,
    beta: u128,
}

impl ShareStatement {
    fn new(context: Fr, c1: &Point, keys: &[Point], decryptions: &[Point]) -> Self {
        let points = std::iter::once(c1).chain(keys).chain(decryptions);
        let words: Vec<Fr> = std::iter::once(context).chain(points.flat_map(Point::words)).collect();
        let digest = hash_words(&words);
        Self { digest, beta: low128(&digest) }
    }

    fn challenge(&self, r1: &Point, r2: &Point) -> u128 {
        low128(&hash(&[self.digest, r1.x, r1.y, r2.x, r2.y]))
    }

    /// Sum of beta^k P_k.
    fn combine(&self, points: &[Point]) -> Point {
        let scaled = powers(self.beta).zip(points).map(|(power, point)| point.mul(&power));
        scaled.fold(Point::IDENTITY, |sum, point| sum.add(&point))
    }
}

fn powers(beta: u128) -> impl Iterator<Item = Scalar> {
    let beta = Scalar::from(beta);
    std::iter::successors(Some(Scalar::ONE), move |power| Some(*power * beta))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn a_share_verifies_and_any_change_is_refused() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let trustee = TrusteeSecret::generate(&mut rng);
        let (context, c1) = (Fr::from(7u64), Point::BASE8.mul(&random_scalar(&mut rng)));
        let keys = trustee.keys(3);
        let share = trustee.share(context, &c1, 3, &mut rng);
        assert_eq!(share.verify(context, &c1, &keys), Ok(()));
        assert_eq!(Share::from_words(&share.to_words(), 3), Ok(share.clone()));

        assert_eq!(share.verify(context + Fr::ONE, &c1, &keys), Err(ShareError::Proof));
        assert_eq!(share.verify(context, &c1.double(), &keys), Err(ShareError::Proof));
        for k in 0..3 {
            let mut wrong = share.clone();
            wrong.decryptions[k] = wrong.decryptions[k].add(&Point::BASE8);
            assert_eq!(wrong.verify(context, &c1, &keys), Err(ShareError::Proof));
            wrong.decryptions[k] = share.decryptions[k].add(&Point { x: Fr::ZERO, y: -Fr::ONE });
            assert_eq!(wrong.verify(context, &c1, &keys), Err(ShareError::Subgroup(k)));
            let mut wrong = keys.clone();
            wrong[k] = wrong[k].double();
            assert_eq!(share.verify(context, &c1, &wrong), Err(ShareError::Proof));
        }
        let wrong = Share { challenge: share.challenge ^ 1, ..share.clone() };
        assert_eq!(wrong.verify(context, &c1, &keys), Err(ShareError::Proof));
        let wrong = Share { response: share.response + Scalar::ONE, ..share };
        assert_eq!(wrong.verify(context, &c1, &keys), Err(ShareError::Proof));
    }

    #[test]
    fn words_out_of_range_are_refused() {
        let mut words = vec![Fr::ONE; 8];
        assert_eq!(Share::from_words(&words[1..], 3), Err(ShareError::Length { options: 3, words: 7 }));
        words[6] = -Fr::ONE;
        assert_eq!(Share::from_words(&words, 3), Err(ShareError::Range));
        words[6] = Fr::ONE;
        words[7] = -Fr::ONE;
        assert_eq!(Share::from_words(&words, 3), Err(ShareError::Range));
    }
}
