//! What contracts hash with keccak256, computed the same way here: scope, election, context, gamma, digests.

use crate::Fr;
use crate::field::to_be_bytes;
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

/// Where an election takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Venue {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The BallotBox.
    pub ballot_box: Address,
    /// The Governor.
    pub governor: Address,
    /// The Committee.
    pub committee: Address,
    /// The committee's term that holds the keys.
    pub term: u64,
    /// The Governor's proposal id.
    pub proposal_id: Word,
}

impl Venue {
    /// The scope of nullifiers: keccak(tag, chainid, box, governor, proposalId, root) >> 8.
    pub fn scope(&self, root: Fr) -> Fr {
        keccak([
            tag("tabella.scope.v1").0,
            number_word(self.chain_id),
            address_word(&self.ballot_box),
            address_word(&self.governor),
            self.proposal_id,
            to_be_bytes(&root),
        ])
        .shifted()
    }

    /// The election's name inside gamma: keccak(tag, chainid, box, proposalId).
    pub fn election(&self) -> Word {
        let tag = tag("tabella.election.v1").0;
        keccak([tag, number_word(self.chain_id), address_word(&self.ballot_box), self.proposal_id]).0
    }

    /// The tally's context: keccak(tag, chainid, committee, term, box, proposalId) >> 8.
    pub fn context(&self) -> Fr {
        keccak([
            tag("tabella.tally.v1").0,
            number_word(self.chain_id),
            address_word(&self.committee),
            number_word(self.term),
            address_word(&self.ballot_box),
            self.proposal_id,
        ])
        .shifted()
    }
}

/// A ballot's gamma: keccak(election, h, binding, words) >> 8.
pub fn ballot_gamma(election: &Word, h: Fr, binding: &Address, words: &[Fr]) -> Fr {
    let head = [*election, to_be_bytes(&h), address_word(binding)];
    keccak(head.into_iter().chain(words.iter().map(to_be_bytes))).shifted()
}

/// A tally's gamma: keccak(tag, h, words) >> 8.
pub fn tally_gamma(h: Fr, words: &[Fr]) -> Fr {
    let head = [tag("tabella.tally.v1").0, to_be_bytes(&h)];
    keccak(head.into_iter().chain(words.iter().map(to_be_bytes))).shifted()
}

/// e = sum of gamma^i · word_i.
pub fn fold(gamma: Fr, words: &[Fr]) -> Fr {
    words.iter().rev().fold(Fr::ZERO, |sum, word| sum * gamma + word)
}

/// The digest in a `BallotCast` event: keccak(binding, h, proof, words).
pub fn ballot_digest(binding: &Address, h: Fr, proof: &[Word; 8], words: &[Fr]) -> Word {
    let head = [address_word(binding), to_be_bytes(&h)];
    keccak(head.into_iter().chain(*proof).chain(words.iter().map(to_be_bytes))).0
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

    #[test]
    fn everything_hashed_changes_the_scope() {
        let venue = Venue {
            chain_id: 31337,
            ballot_box: [1; 20],
            governor: [2; 20],
            committee: [3; 20],
            term: 1,
            proposal_id: [4; 32],
        };
        let root = Fr::from(5u64);
        let others = [
            Venue { chain_id: 1, ..venue },
            Venue { ballot_box: [9; 20], ..venue },
            Venue { governor: [9; 20], ..venue },
            Venue { proposal_id: [9; 32], ..venue },
        ];
        for other in others {
            assert_ne!(other.scope(root), venue.scope(root));
        }
        assert_ne!(venue.scope(Fr::from(6u64)), venue.scope(root));
        assert_ne!(Venue { chain_id: 1, ..venue }.election(), venue.election());
        assert_ne!(Venue { term: 2, ..venue }.context(), venue.context());
        assert_ne!(Venue { committee: [9; 20], ..venue }.context(), venue.context());
    }
}
