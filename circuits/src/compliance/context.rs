//! What ties a proof to one engagement: the audit's context, and the verdict's folding challenge.

use crate::Fr;
use crate::evm::{Address, Word, address_word, keccak, number_word, tag};
use crate::field::to_be_bytes;

/// Where an audit takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Engagement {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The AuditRegistry.
    pub registry: Address,
    /// The engagement's id there.
    pub id: Word,
}

impl Engagement {
    /// The context of every shard and of the verdict: keccak(tag, chainid, AuditRegistry, engagementId) >> 8.
    pub fn context(&self) -> Fr {
        let tag = tag("tabella.audit.v1").0;
        keccak([tag, number_word(self.chain_id), address_word(&self.registry), self.id]).shifted()
    }
}

/// A verdict's gamma: keccak(tag, h, words) >> 8.
pub fn verdict_gamma(h: Fr, words: &[Fr]) -> Fr {
    let head = [tag("tabella.verdict.v1").0, to_be_bytes(&h)];
    keccak(head.into_iter().chain(words.iter().map(to_be_bytes))).shifted()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_hashed_changes_the_context() {
        let here = Engagement { chain_id: 31337, registry: [1; 20], id: number_word(1) };
        let others = [
            Engagement { chain_id: 1, ..here },
            Engagement { registry: [2; 20], ..here },
            Engagement { id: number_word(2), ..here },
        ];
        for other in others {
            assert_ne!(other.context(), here.context());
        }
    }

    #[test]
    fn everything_hashed_changes_gamma() {
        let words = [Fr::from(1u64), Fr::from(2u64)];
        let gamma = verdict_gamma(Fr::from(3u64), &words);
        assert_ne!(verdict_gamma(Fr::from(4u64), &words), gamma);
        assert_ne!(verdict_gamma(Fr::from(3u64), &[words[1], words[0]]), gamma);
        assert_ne!(verdict_gamma(Fr::from(3u64), &words[..1]), gamma);
    }
}
