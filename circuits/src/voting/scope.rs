//! What the voting contracts hash with keccak256, computed the same way here: scope, election, context, gamma, digests.

use crate::Fr;
use crate::evm::{address_word, keccak, number_word, tag};
use crate::field::to_be_bytes;

pub use crate::evm::{Address, Word, fold};

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

/// The digest in a `BallotCast` event: keccak(binding, h, proof, words).
pub fn ballot_digest(binding: &Address, h: Fr, proof: &[Word; 8], words: &[Fr]) -> Word {
    let head = [address_word(binding), to_be_bytes(&h)];
    keccak(head.into_iter().chain(*proof).chain(words.iter().map(to_be_bytes))).0
}

#[cfg(test)]
mod tests {
    use super::*;

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
