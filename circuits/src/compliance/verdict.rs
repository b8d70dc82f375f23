//! The `verdict` statement; its page is in `circuits/compliance.md`.

mod circuit;
mod gadget;
mod lines;
mod opening;
mod policy;
mod support;
mod z;

pub use opening::{Judged, OpenedCounts, Opening, OpeningError};

use super::context::verdict_gamma;
use super::counts::{CELLS_PER_WORD, COUNT_BITS, COUNT_WORDS, Counts};
use super::metrics::{Totals, evaluate};
use super::model::model_commitment;
use super::policy::{POLICY_WORDS, Policy, word_names};
use super::schema::{ATTRIBUTES, schema_hash};
use crate::Fr;
use crate::evm::fold;
use crate::poseidon::hash_words;
use crate::r1cs::Builder;
use crate::statement::{Statement, StatementError};
use ark_ff::{AdditiveGroup, BigInteger, PrimeField};
use ark_relations::gr1cs::SynthesisError;
use std::convert::Infallible;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The verdict of a policy over up to `S` shards.
#[derive(Clone, Copy, Debug)]
pub struct Verdict<const S: usize>;

/// `verdict-s160`.
pub type VerdictS160 = Verdict<160>;

/// Words before the commitments: context, model, rows, verdict.
pub const HEAD_WORDS: usize = 4;

/// The public inputs, generic over what stands for a field element (values here, variables in the circuit).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictPublic<T> {
    /// The policy's words: schema, header, line_0..line_7, z.
    pub policy: Vec<T>,
    /// H* of the words.
    pub h: T,
    /// The folding challenge.
    pub gamma: T,
    /// Sum of gamma^i · word_i.
    pub e: T,
}

impl<T> VerdictPublic<T> {
    /// Applies `f` to every input, in order: **the only place where the order is written**.
    pub(crate) fn try_map<U, E>(&self, mut f: impl FnMut(&str, &T) -> Result<U, E>) -> Result<VerdictPublic<U>, E> {
        let names = word_names();
        Ok(VerdictPublic {
            policy: self.policy.iter().zip(&names).map(|(word, name)| f(name, word)).collect::<Result<_, E>>()?,
            h: f("h", &self.h)?,
            gamma: f("gamma", &self.gamma)?,
            e: f("e", &self.e)?,
        })
    }
}

impl VerdictPublic<Fr> {
    /// The public inputs of these words under a policy with these words: what the registry computes.
    pub fn of(policy: &[Fr; POLICY_WORDS], words: &[Fr]) -> Self {
        let h = hash_words(words);
        let gamma = verdict_gamma(h, words);
        Self { policy: policy.to_vec(), h, gamma, e: fold(gamma, words) }
    }
}

/// What only the model's owner knows, and the words. Wiped when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct VerdictWitness {
    /// The audit's context.
    pub context: Fr,
    /// The model's commitment.
    pub model: Fr,
    /// Number of records, below 2^24.
    pub rows: u64,
    /// The verdict's word, 0..=2.
    pub verdict: u8,
    /// C_k, and EMPTY where there is no shard k: S of them.
    pub commitments: Vec<Fr>,
    /// Hash of the model's parameters.
    pub params: Fr,
    /// Blinding of the model's commitment.
    pub blinding: Fr,
    /// keccak256(the canonical schema's bytes) >> 8.
    pub body: Fr,
    /// Number of groups of each attribute, 0..=16.
    pub groups: [u8; ATTRIBUTES],
    /// What the commitments open to: S of them.
    pub shards: Vec<OpenedCounts>,
}

impl fmt::Debug for VerdictWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerdictWitness(..)")
    }
}

impl VerdictWitness {
    /// context, model, rows, verdict, C_0..C_(S-1).
    pub fn words(&self) -> Vec<Fr> {
        let head = [self.context, self.model, Fr::from(self.rows), Fr::from(self.verdict)];
        head.into_iter().chain(self.commitments.iter().copied()).collect()
    }

    /// The sum of all shards' counts.
    ///
    /// # Errors
    /// The first of the 26 words whose sum is not ten (the last: six) numbers of 24 bits.
    pub fn totals(&self) -> Result<Counts, usize> {
        let mut totals = Counts::default();
        for (j, cells) in totals.0.chunks_mut(CELLS_PER_WORD).enumerate() {
            let sum: Fr = self.shards.iter().map(|shard| shard.words[j]).sum();
            let mut sum = sum.into_bigint();
            if sum.num_bits() as usize > cells.len() * COUNT_BITS {
                return Err(j);
            }
            for cell in cells {
                *cell = sum.0[0] & ((1 << COUNT_BITS) - 1);
                sum >>= COUNT_BITS as u32;
            }
        }
        Ok(totals)
    }
}

impl<const S: usize> Statement for Verdict<S> {
    type Public = VerdictPublic<Fr>;
    type Witness = VerdictWitness;
    const VERSION: u32 = 1;

    fn id() -> String {
        format!("verdict-s{S}")
    }

    fn constants() -> usize {
        POLICY_WORDS
    }

    fn input_names() -> Vec<String> {
        let mut names = Vec::new();
        let Ok(_) = Self::blank().0.try_map(|name, _| {
            names.push(name.to_owned());
            Ok::<_, Infallible>(())
        });
        names
    }

    fn inputs(public: &Self::Public) -> Vec<Fr> {
        let mut values = Vec::new();
        let Ok(_) = public.try_map(|_, value| {
            values.push(*value);
            Ok::<_, Infallible>(())
        });
        values
    }

    fn blank() -> (Self::Public, Self::Witness) {
        let zero = Fr::ZERO;
        let public = VerdictPublic { policy: vec![zero; POLICY_WORDS], h: zero, gamma: zero, e: zero };
        let witness = VerdictWitness {
            context: zero,
            model: zero,
            rows: 0,
            verdict: 0,
            commitments: vec![zero; S],
            params: zero,
            blinding: zero,
            body: zero,
            groups: [0; ATTRIBUTES],
            shards: vec![OpenedCounts { words: [zero; COUNT_WORDS], blinding: zero }; S],
        };
        (public, witness)
    }

    fn check(public: &Self::Public, witness: &Self::Witness) -> Result<(), StatementError> {
        if public.policy.len() != POLICY_WORDS || witness.commitments.len() != S || witness.shards.len() != S {
            return Err(StatementError::new("shape", format!("this circuit has {S} shards and a policy of 11 words")));
        }
        check_words(public, &witness.words())?;
        let schema = public.policy[0];
        if model_commitment(schema, witness.params, witness.blinding) != witness.model {
            let reason = "the model's commitment does not open to these parameters under the policy's schema";
            return Err(StatementError::new("model", reason));
        }
        if schema_hash(witness.body, witness.groups) != Ok(schema) {
            return Err(StatementError::new("schema", "the schema's hash is not that of this body and these groups"));
        }
        let opens = |(shard, c): (&OpenedCounts, &Fr)| shard.commitment() == *c;
        if let Some(k) = witness.shards.iter().zip(&witness.commitments).position(|pair| !opens(pair)) {
            return Err(StatementError::new("shards", format!("the commitment of shard {k} does not open")));
        }
        check_verdict(&public.policy, witness)
    }

    fn build(builder: &mut Builder<'_>, public: &Self::Public, witness: &Self::Witness) -> Result<(), SynthesisError> {
        // A shard's slots are below 2^8: their sum does not carry into the next slot.
        const { assert!(S << 8 <= 1 << COUNT_BITS) }
        circuit::build(builder, public, witness)
    }
}

fn check_words(public: &VerdictPublic<Fr>, words: &[Fr]) -> Result<(), StatementError> {
    if hash_words(words) != public.h {
        return Err(StatementError::new("fold", "h is not the hash of the words"));
    }
    if fold(public.gamma, words) != public.e {
        return Err(StatementError::new("fold", "e is not the sum of gamma^i · word_i"));
    }
    Ok(())
}

fn check_verdict(policy: &[Fr], witness: &VerdictWitness) -> Result<(), StatementError> {
    let counts = witness.totals().map_err(|word| {
        StatementError::new("totals", format!("word {word} of the counts does not add up to numbers of 24 bits"))
    })?;
    let totals =
        Totals::new(&counts, witness.groups).map_err(|error| StatementError::new("rows", error.to_string()))?;
    if totals.rows() != witness.rows {
        let reason = format!("the counts are of {} records, {} are stated", totals.rows(), witness.rows);
        return Err(StatementError::new("rows", reason));
    }
    let policy: &[Fr; POLICY_WORDS] = policy.try_into().expect("the shape was checked");
    let policy = Policy::from_words(policy).map_err(|error| StatementError::new("policy", error.to_string()))?;
    let verdict = evaluate(&policy, &totals).verdict;
    if verdict.word() != witness.verdict {
        let reason = format!("the policy's verdict is {} ({verdict:?}), not {}", verdict.word(), witness.verdict);
        return Err(StatementError::new("verdict", reason));
    }
    Ok(())
}

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod tests;
