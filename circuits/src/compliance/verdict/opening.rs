//! From counts to a verdict's witness.

use super::{Verdict, VerdictPublic, VerdictWitness};
use crate::Fr;
use crate::compliance::counts::{COUNT_WORDS, COUNTS_DOMAIN, Counts};
use crate::compliance::metrics::{Report, Totals, TotalsError, evaluate};
use crate::compliance::model::model_commitment;
use crate::compliance::policy::Policy;
use crate::compliance::schema::{ATTRIBUTES, GroupsError, schema_hash};
use crate::poseidon::hash_words;
use ark_ff::AdditiveGroup;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A shard's counts as their words, and the blinding of their commitment.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct OpenedCounts {
    /// The 26 words.
    pub words: [Fr; COUNT_WORDS],
    /// Uniform in Fr; 0 for counts of nothing in an unused place.
    pub blinding: Fr,
}

impl OpenedCounts {
    /// These counts under this blinding.
    pub fn new(counts: &Counts, blinding: Fr) -> Self {
        Self { words: counts.words(), blinding }
    }

    /// What an unused place opens to.
    pub fn empty() -> Self {
        Self { words: [Fr::ZERO; COUNT_WORDS], blinding: Fr::ZERO }
    }

    /// H*(COUNTS_DOMAIN, words, blinding).
    pub fn commitment(&self) -> Fr {
        let words: Vec<Fr> = [*COUNTS_DOMAIN].into_iter().chain(self.words).chain([self.blinding]).collect();
        hash_words(&words)
    }
}

impl fmt::Debug for OpenedCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenedCounts(..)")
    }
}

/// Why there is no verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// More shards than the circuit has places.
    #[error(
        "{shards} shards, and the circuit has room for {capacity}: a data set for it has at most {capacity} shards"
    )]
    Shards {
        /// Given.
        shards: usize,
        /// Places.
        capacity: usize,
    },
    /// More groups than an attribute has.
    #[error(transparent)]
    Groups(#[from] GroupsError),
    /// The policy is for another schema.
    #[error("the policy is for another schema than this data set's")]
    Schema,
    /// The counts are of no data set.
    #[error(transparent)]
    Totals(#[from] TotalsError),
}

/// Everything behind a verdict that its prover knows. Wiped when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Opening {
    /// The audit's context; 0 for a check off chain.
    pub context: Fr,
    /// Hash of the model's parameters.
    pub params: Fr,
    /// Blinding of the model's commitment.
    pub blinding: Fr,
    /// keccak256(the canonical schema's bytes) >> 8.
    pub body: Fr,
    /// Number of groups of each attribute.
    pub groups: [u8; ATTRIBUTES],
    /// The shards' counts with the blindings of their commitments, in order.
    pub shards: Vec<OpenedCounts>,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opening(..)")
    }
}

/// A verdict ready to be proven.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The public inputs.
    pub public: VerdictPublic<Fr>,
    /// The witness; its words are what the registry folds.
    pub witness: VerdictWitness,
    /// How the verdict comes about.
    pub report: Report,
}

impl Opening {
    /// The policy's verdict on the sum of the shards, with the witness for a circuit of `S` places.
    ///
    /// # Errors
    /// [`OpeningError`] if there are more shards than places, the policy is for another schema, or the counts are of no data set.
    pub fn judge<const S: usize>(&self, policy: &Policy) -> Result<Judged, OpeningError> {
        if self.shards.len() > S {
            return Err(OpeningError::Shards { shards: self.shards.len(), capacity: S });
        }
        if schema_hash(self.body, self.groups)? != policy.schema {
            return Err(OpeningError::Schema);
        }
        let mut shards = self.shards.clone();
        shards.resize_with(S, OpenedCounts::empty);
        let mut witness = VerdictWitness {
            context: self.context,
            model: model_commitment(policy.schema, self.params, self.blinding),
            rows: 0,
            verdict: 0,
            commitments: shards.iter().map(OpenedCounts::commitment).collect(),
            params: self.params,
            blinding: self.blinding,
            body: self.body,
            groups: self.groups,
            shards,
        };
        // Words that do not add up hold a count of 2^24 or more.
        let counts = witness.totals().map_err(|_| TotalsError::TooMany { attribute: 0 })?;
        let totals = Totals::new(&counts, self.groups)?;
        let report = evaluate(policy, &totals);
        witness.rows = totals.rows();
        witness.verdict = report.verdict.word();
        let public = VerdictPublic::of(&policy.words(), &witness.words());
        debug_assert!(<Verdict<S> as crate::statement::Statement>::check(&public, &witness).is_ok());
        Ok(Judged { public, witness, report })
    }
}
