//! What contracts compute, computed the same way here: keccak256 of words, and the fold of words that a challenge binds.

use crate::Fr;
use ark_ff::{AdditiveGroup, PrimeField};
use sha3::{Digest, Keccak256};

/// 32 bytes as the EVM has them: big-endian.
pub type Word = [u8; 32];
/// An Ethereum address.
pub type Address = [u8; 20];

/// A keccak256 hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keccak(pub Word);

impl Keccak {
    /// The hash shifted right by 8 bits: below 2^248, so a field element as it stands.
    pub fn shifted(&self) -> Fr {
        Fr::from_be_bytes_mod_order(&self.0[..31])
    }
}

/// keccak256 of a text: a domain tag.
pub fn tag(text: &str) -> Keccak {
    Keccak(Keccak256::digest(text.as_bytes()).into())
}

/// keccak256 of these words, one after the other.
pub fn keccak(words: impl IntoIterator<Item = Word>) -> Keccak {
    let mut hasher = Keccak256::new();
    for word in words {
        hasher.update(word);
    }
    Keccak(hasher.finalize().into())
}

/// An address as a word.
pub fn address_word(address: &Address) -> Word {
    let mut word = [0u8; 32];
    word[12..].copy_from_slice(address);
    word
}

/// A number as a word.
pub fn number_word(number: u64) -> Word {
    let mut word = [0u8; 32];
    word[24..].copy_from_slice(&number.to_be_bytes());
    word
}

/// e = sum of gamma^i · word_i.
pub fn fold(gamma: Fr, words: &[Fr]) -> Fr {
    words.iter().rev().fold(Fr::ZERO, |sum, word| sum * gamma + word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keccak_is_ethereums() {
        // keccak256("") and keccak256("abc"): Ethereum's, not SHA-3's.
        assert_eq!(hex::encode(tag("").0), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
        assert_eq!(hex::encode(tag("abc").0), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    }
}
