//! All proofs of an audit against its claim: every public input is formed here as the contract forms it, none is taken from a proof's maker.

use ark_bn254::Fr;
use tabella_circuits::compliance::policy::POLICY_WORDS;
use tabella_circuits::compliance::shard::{ShardLinear, ShardPublic};
use tabella_circuits::compliance::verdict::{Verdict, VerdictPublic};
use tabella_circuits::evm::Word;
use tabella_circuits::field::to_decimal;
use tabella_circuits::statement::Statement;

use super::claim::{Claim, KeyNote};
use super::directory::Directory;
use super::error::{JobError, Part};
use super::plan::Capacity;
use crate::groth16::{Verifier, VerifyingKey};
use crate::keys::CircuitKey;

/// Proving keys of both circuits.
#[derive(Debug, Clone)]
pub struct KeyPair<K> {
    /// Of the shards' circuit.
    pub shard: K,
    /// Of the verdict's.
    pub verdict: K,
}

/// What whoever checks an audit knows from elsewhere; what is `None` is not compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expected {
    /// The data root, as auditors signed it.
    pub data_root: Option<Word>,
    /// The model's commitment, as it is registered.
    pub model: Option<Fr>,
    /// The policy's words, the schema's hash first.
    pub policy: Option<[Fr; POLICY_WORDS]>,
    /// The engagement's context.
    pub context: Option<Fr>,
}

/// Verifying keys of both circuits, checked and prepared: shards of R records, verdicts over S shards.
#[derive(Debug, Clone)]
pub struct Verifiers<const R: usize, const S: usize> {
    pub(super) shard: Verifier,
    pub(super) verdict: Verifier,
    pub(super) shard_note: KeyNote,
    pub(super) verdict_note: KeyNote,
}

impl<const R: usize, const S: usize> Verifiers<R, S> {
    /// The verifying keys of proving keys.
    ///
    /// # Errors
    /// [`JobError::VerifyingKey`], [`JobError::Key`] for keys of other circuits.
    pub fn of<K: CircuitKey>(keys: &KeyPair<K>) -> Result<Self, JobError> {
        let notes = (KeyNote::of(&keys.shard), KeyNote::of(&keys.verdict));
        Self::new((keys.shard.verifying_key(), notes.0), (keys.verdict.verifying_key(), notes.1))
    }

    /// Verifying keys, and what they are.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn new(shard: (&VerifyingKey, KeyNote), verdict: (&VerifyingKey, KeyNote)) -> Result<Self, JobError> {
        same_circuit::<ShardLinear<R>>("shard", &shard.1)?;
        same_circuit::<Verdict<S>>("verdict", &verdict.1)?;
        Ok(Self {
            shard: Verifier::new(shard.0, ShardLinear::<R>::input_names().len())?,
            verdict: Verifier::new(verdict.0, Verdict::<S>::input_names().len())?,
            shard_note: shard.1,
            verdict_note: verdict.1,
        })
    }

    /// What the circuits take.
    pub fn capacity() -> Capacity {
        Capacity { records: R, shards: S }
    }

    /// Checks an audit: its shape, its keys, what is expected of it, then each shard's proof in order, then the verdict's. `told`
    /// hears of each proof that holds.
    ///
    /// # Errors
    /// [`JobError`], naming the part; [`JobError::Missing`] for a proof that is not there.
    pub fn verify(
        &self,
        directory: &Directory,
        claim: &Claim,
        expected: &Expected,
        told: impl Fn(Part),
    ) -> Result<(), JobError> {
        claim.check_shape(R, S)?;
        same_key("shard", &self.shard_note, &claim.shard_key)?;
        same_key("verdict", &self.verdict_note, &claim.verdict_key)?;
        expected.check(claim)?;
        for index in 0..claim.shards.len() {
            let inputs = ShardLinear::<R>::inputs(&claim.shard(index));
            self.proof(directory, Part::Shard(index), &self.shard, &inputs)?;
            told(Part::Shard(index));
        }
        let inputs = Verdict::<S>::inputs(&claim.judged::<S>());
        self.proof(directory, Part::Verdict, &self.verdict, &inputs)?;
        told(Part::Verdict);
        Ok(())
    }

    fn proof(&self, directory: &Directory, part: Part, verifier: &Verifier, inputs: &[Fr]) -> Result<(), JobError> {
        let proof = directory.required_proof(part)?;
        verifier.verify(inputs, &proof).map_err(|source| JobError::Invalid { part, source })
    }
}

impl Claim {
    /// The public inputs of a shard's proof; 0 for a shard that there is not.
    pub fn shard(&self, index: usize) -> ShardPublic<Fr> {
        let (digest, counts) = self.shards.get(index).map(|shard| (shard.digest, shard.counts)).unwrap_or_default();
        ShardPublic { context: self.context, model: self.model, digest, index: Fr::from(index as u64), counts }
    }

    /// The public inputs of the verdict's proof in a circuit for S shards.
    pub fn judged<const S: usize>(&self) -> VerdictPublic<Fr> {
        VerdictPublic::of(&self.policy, &self.verdict_words(S))
    }
}

impl Expected {
    /// Compares the claim with what is expected.
    ///
    /// # Errors
    /// [`JobError::Differs`], naming what differs.
    pub fn check(&self, claim: &Claim) -> Result<(), JobError> {
        let hex = |word: &Word| format!("0x{}", hex::encode(word));
        let differs = |what, expected: String, found: String| Err(JobError::Differs { what, expected, found });
        let number = |what, expected: Option<Fr>, found: Fr| match expected {
            Some(expected) if expected != found => differs(what, to_decimal(&expected), to_decimal(&found)),
            _ => Ok(()),
        };
        number("schema", self.policy.map(|words| words[0]), claim.schema_hash())?;
        let root = claim.data_root();
        if let Some(expected) = self.data_root.filter(|expected| *expected != root) {
            return differs("data root", hex(&expected), hex(&root));
        }
        number("model", self.model, claim.model)?;
        if let Some(expected) = self.policy.filter(|expected| *expected != claim.policy) {
            let list = |words: &[Fr]| words.iter().map(to_decimal).collect::<Vec<_>>().join(", ");
            return differs("policy", list(&expected), list(&claim.policy));
        }
        number("context", self.context, claim.context)
    }
}

fn same_circuit<S: Statement>(circuit: &'static str, note: &KeyNote) -> Result<(), JobError> {
    if note.circuit == S::id() && note.version == S::VERSION {
        return Ok(());
    }
    let expected = format!("{} version {}", S::id(), S::VERSION);
    Err(JobError::Key { circuit, expected, found: format!("{} version {}", note.circuit, note.version) })
}

pub(super) fn same_key(circuit: &'static str, here: &KeyNote, there: &KeyNote) -> Result<(), JobError> {
    let essence = |note: &KeyNote| (note.circuit.clone(), note.version, note.key_digest.clone());
    if essence(here) == essence(there) {
        return Ok(());
    }
    Err(JobError::Key { circuit, expected: here.to_string(), found: there.to_string() })
}
