//! An audit's proofs: as calldata, and back from it. What the AuditRegistry computes about them, computed the same way here.

use alloy::primitives::U256;
use tabella_circuits::Fr;
use tabella_circuits::compliance::context::verdict_gamma;
use tabella_circuits::compliance::counts::EMPTY;
use tabella_circuits::compliance::data::MAX_SHARDS;
use tabella_circuits::compliance::metrics::Verdict;
use tabella_circuits::compliance::policy::POLICY_WORDS;
use tabella_circuits::evm::{fold, keccak};
use tabella_circuits::field::to_be_bytes;
use tabella_circuits::poseidon::hash_words;
use tabella_prover::Proof;

use super::super::{to_field, to_word};
use super::Audits;
use crate::bindings::IAuditRegistry;
use crate::call::Call;
use crate::calldata::{proof_from_words, proof_words};
use crate::chain::bad_answer;
use crate::error::ChainError;

/// One shard with its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardProof {
    /// digest_k.
    pub digest: Fr,
    /// C_k.
    pub counts: Fr,
    /// The proof.
    pub proof: Proof,
}

/// A verdict with its proof, over a whole list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictProof {
    /// The verdict.
    pub verdict: Verdict,
    /// H* of the words.
    pub h: Fr,
    /// The proof.
    pub proof: Proof,
    /// digest_k of every shard.
    pub digests: Vec<Fr>,
    /// C_k of every shard.
    pub counts: Vec<Fr>,
}

/// All proofs of an engagement, read back from the transactions that brought them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmittedProofs {
    /// The shards, in order.
    pub shards: Vec<ShardProof>,
    /// The verdict.
    pub verdict: VerdictProof,
}

/// acc = keccak(acc, digest_k, C_k) >> 8, beginning with the context: which list was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accumulator(pub Fr);

impl Accumulator {
    /// The accumulator of no shard.
    pub fn new(context: Fr) -> Self {
        Self(context)
    }

    /// The accumulator with one shard more.
    pub fn push(self, digest: &Fr, counts: &Fr) -> Self {
        Self(keccak([self.0, *digest, *counts].iter().map(to_be_bytes)).shifted())
    }
}

/// The public inputs of a shard's proof.
pub fn shard_inputs(context: Fr, model: Fr, shard: &ShardProof, index: usize) -> [Fr; 5] {
    [context, model, shard.digest, Fr::from(index as u64), shard.counts]
}

/// The words of a verdict: context, model, rows, verdict, C_0, .., EMPTY where there is no shard.
pub fn verdict_words(context: Fr, model: Fr, rows: u64, verdict: Verdict, counts: &[Fr]) -> Vec<Fr> {
    let head = [context, model, Fr::from(rows), Fr::from(verdict.word())];
    head.into_iter().chain(counts.iter().copied().chain(std::iter::repeat(*EMPTY)).take(MAX_SHARDS)).collect()
}

/// The public inputs of a verdict's proof under a policy with these words.
pub fn verdict_inputs(policy: &[Fr; POLICY_WORDS], h: Fr, words: &[Fr]) -> Vec<Fr> {
    let gamma = verdict_gamma(h, words);
    policy.iter().copied().chain([h, gamma, fold(gamma, words)]).collect()
}

/// A verdict as the circuits number it.
pub fn verdict_word(verdict: IAuditRegistry::Verdict) -> Option<Verdict> {
    match verdict {
        IAuditRegistry::Verdict::Fail => Some(Verdict::Fail),
        IAuditRegistry::Verdict::Pass => Some(Verdict::Pass),
        IAuditRegistry::Verdict::Insufficient => Some(Verdict::Insufficient),
        _ => None,
    }
}

impl VerdictProof {
    /// A verdict over these shards; h is computed here.
    pub fn new(context: Fr, model: Fr, rows: u64, verdict: Verdict, proof: Proof, shards: &[(Fr, Fr)]) -> Self {
        let (digests, counts): (Vec<Fr>, Vec<Fr>) = shards.iter().copied().unzip();
        let h = hash_words(&verdict_words(context, model, rows, verdict, &counts));
        Self { verdict, h, proof, digests, counts }
    }

    fn to_abi(&self) -> IAuditRegistry::VerdictProof {
        IAuditRegistry::VerdictProof {
            verdict: U256::from(self.verdict.word()),
            h: to_word(&self.h),
            proof: proof_words(&self.proof),
            digests: self.digests.iter().map(to_word).collect(),
            counts: self.counts.iter().map(to_word).collect(),
        }
    }

    /// Reads what a transaction brought.
    pub(super) fn from_abi(given: &IAuditRegistry::VerdictProof) -> Result<Self, ChainError> {
        let unreadable = |reason: String| bad_answer("submitVerdict", reason);
        let verdict = u8::try_from(given.verdict).ok().and_then(Verdict::from_word);
        Ok(Self {
            verdict: verdict.ok_or_else(|| unreadable(format!("{} is no verdict", given.verdict)))?,
            h: to_field("submitVerdict", given.h)?,
            proof: proof_from_words(&given.proof).map_err(|error| unreadable(error.to_string()))?,
            digests: fields("submitVerdict", &given.digests)?,
            counts: fields("submitVerdict", &given.counts)?,
        })
    }
}

/// Reads the shards that a transaction brought.
pub(super) fn shards_from_abi(call: &IAuditRegistry::submitShardsCall) -> Result<Vec<ShardProof>, ChainError> {
    let unreadable = |reason: String| bad_answer("submitShards", reason);
    if call.digests.len() != call.counts.len() || call.digests.len() != call.proofs.len() {
        return Err(unreadable("lists of different lengths".to_owned()));
    }
    let digests = fields("submitShards", &call.digests)?;
    let counts = fields("submitShards", &call.counts)?;
    let mut shards = Vec::new();
    for ((digest, counts), words) in digests.into_iter().zip(counts).zip(&call.proofs) {
        let proof = proof_from_words(words).map_err(|error| unreadable(error.to_string()))?;
        shards.push(ShardProof { digest, counts, proof });
    }
    Ok(shards)
}

/// Words as field elements.
pub(super) fn fields(what: &str, words: &[U256]) -> Result<Vec<Fr>, ChainError> {
    words.iter().map(|word| to_field(what, *word)).collect()
}

impl Audits {
    /// The call that verifies the next shards of an engagement, in order from the first one not verified yet; for the owner.
    pub fn submit_shards(&self, engagement: U256, shards: &[ShardProof]) -> Call {
        self.audit_call(&IAuditRegistry::submitShardsCall {
            engagementId: engagement,
            digests: shards.iter().map(|shard| to_word(&shard.digest)).collect(),
            counts: shards.iter().map(|shard| to_word(&shard.counts)).collect(),
            proofs: shards.iter().map(|shard| proof_words(&shard.proof)).collect(),
        })
    }

    /// The call that verifies a verdict over all shards of an engagement; for the owner.
    pub fn submit_verdict(&self, engagement: U256, verdict: &VerdictProof) -> Call {
        self.audit_call(&IAuditRegistry::submitVerdictCall { engagementId: engagement, given: verdict.to_abi() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accumulator_depends_on_context_place_and_both_words() {
        let one = |x: u64| Fr::from(x);
        let acc = Accumulator::new(one(1)).push(&one(2), &one(3)).push(&one(4), &one(5));
        for other in [
            Accumulator::new(one(9)).push(&one(2), &one(3)).push(&one(4), &one(5)),
            Accumulator::new(one(1)).push(&one(4), &one(5)).push(&one(2), &one(3)),
            Accumulator::new(one(1)).push(&one(3), &one(2)).push(&one(4), &one(5)),
            Accumulator::new(one(1)).push(&one(2), &one(3)),
        ] {
            assert_ne!(acc, other);
        }
    }

    #[test]
    fn a_verdicts_words_are_filled_with_empty_places() {
        let words = verdict_words(Fr::from(1_u64), Fr::from(2_u64), 3, Verdict::Pass, &[Fr::from(7_u64)]);
        assert_eq!((words.len(), words[2], words[3]), (164, Fr::from(3_u64), Fr::from(1_u64)));
        assert_eq!((words[4], words[5], words[163]), (Fr::from(7_u64), *EMPTY, *EMPTY));
    }
}
