//! The `shard-linear` statement: one shard's counts under a committed linear model.

mod circuit;

use super::counts::Counts;
use super::data::{SHARD_RECORDS, digest_at, shard_digest};
use super::linear::{LinearModel, OutOfTable};
use super::record::Record;
use crate::Fr;
use crate::r1cs::Builder;
use crate::statement::{Statement, StatementError};
use ark_ff::AdditiveGroup;
use ark_relations::gr1cs::SynthesisError;
use std::convert::Infallible;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// One shard of `R` records, at most 255, under a linear model.
#[derive(Clone, Copy, Debug)]
pub struct ShardLinear<const R: usize>;

/// `shard-linear-r205`.
pub type ShardLinearR205 = ShardLinear<SHARD_RECORDS>;

/// The public inputs, generic over what stands for a field element (values here, variables in the circuit).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardPublic<T> {
    /// The engagement's context; 0 for a check off chain.
    pub context: T,
    /// The model's commitment.
    pub model: T,
    /// The shard's digest.
    pub digest: T,
    /// The shard's place in the data set, from 0.
    pub index: T,
    /// The commitment to the shard's counts.
    pub counts: T,
}

impl<T> ShardPublic<T> {
    /// Applies `f` to every input, in order: **the only place where the order is written**.
    pub(crate) fn try_map<U, E>(&self, mut f: impl FnMut(&str, &T) -> Result<U, E>) -> Result<ShardPublic<U>, E> {
        Ok(ShardPublic {
            context: f("context", &self.context)?,
            model: f("model", &self.model)?,
            digest: f("digest", &self.digest)?,
            index: f("index", &self.index)?,
            counts: f("counts", &self.counts)?,
        })
    }
}

/// What only the prover knows. Wiped when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ShardWitness {
    /// The shard's records, padding included.
    pub records: Vec<Record>,
    /// The model's parameters.
    pub model: LinearModel,
    /// The schema that the model was made for.
    pub schema_hash: Fr,
    /// The blinding in the model's commitment.
    pub model_blinding: Fr,
    /// The model's score of each record, padding included.
    pub scores: Vec<i64>,
    /// The shard's counts.
    pub counts: Counts,
    /// The blinding in the counts' commitment.
    pub counts_blinding: Fr,
}

impl fmt::Debug for ShardWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShardWitness(..)")
    }
}

impl ShardWitness {
    /// Runs the model on every record and counts. The blindings are uniform in Fr; that of the counts is fresh for each proof.
    ///
    /// # Errors
    /// [`OutOfTable`] if a record has no prediction.
    pub fn new(
        records: Vec<Record>,
        model: LinearModel,
        schema_hash: Fr,
        model_blinding: Fr,
        counts_blinding: Fr,
    ) -> Result<Self, OutOfTable> {
        let scores: Vec<i64> = records.iter().map(|record| model.score(&record.lanes)).collect::<Result<_, _>>()?;
        let counts = Counts::of(&records, scores.iter().map(|score| *score > 0));
        Ok(Self { records, model, schema_hash, model_blinding, scores, counts, counts_blinding })
    }

    /// The public inputs for the shard at this place, in this context.
    pub fn public(&self, context: Fr, index: u32) -> ShardPublic<Fr> {
        ShardPublic {
            context,
            model: self.model.commitment(self.schema_hash, self.model_blinding),
            digest: shard_digest(index, &self.records),
            index: Fr::from(index),
            counts: self.counts.commitment(self.counts_blinding),
        }
    }
}

impl<const R: usize> Statement for ShardLinear<R> {
    type Public = ShardPublic<Fr>;
    type Witness = ShardWitness;
    const VERSION: u32 = 1;

    fn id() -> String {
        format!("shard-linear-r{R}")
    }

    fn constants() -> usize {
        2
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
        let public = ShardPublic { context: zero, model: zero, digest: zero, index: zero, counts: zero };
        let witness = ShardWitness {
            records: vec![Record::padding(zero); R],
            model: LinearModel::default(),
            schema_hash: zero,
            model_blinding: zero,
            scores: vec![0; R],
            counts: Counts::default(),
            counts_blinding: zero,
        };
        (public, witness)
    }

    fn check(public: &Self::Public, witness: &Self::Witness) -> Result<(), StatementError> {
        let w = witness;
        if w.records.len() != R || w.scores.len() != R {
            return Err(StatementError::new("shape", format!("this circuit has {R} records, with a score each")));
        }
        for (row, record) in w.records.iter().enumerate() {
            record.check_ranges().map_err(|error| StatementError::new("records", format!("record {row}: {error}")))?;
        }
        if digest_at(public.index, &w.records) != public.digest {
            return Err(StatementError::new("digest", "the records are not those of this digest and place"));
        }
        w.model.check().map_err(|error| StatementError::new("parameters", error.to_string()))?;
        if w.model.commitment(w.schema_hash, w.model_blinding) != public.model {
            return Err(StatementError::new("parameters", "the parameters are not those of the model's commitment"));
        }
        for (row, (record, claimed)) in w.records.iter().zip(&w.scores).enumerate() {
            let score = w.model.score(&record.lanes);
            let score = score.map_err(|error| StatementError::new("cells", format!("record {row}: {error}")))?;
            if score != *claimed {
                return Err(StatementError::new("linear", format!("record {row} has another score")));
            }
        }
        if w.counts.commitment(w.counts_blinding) != public.counts {
            return Err(StatementError::new("counts", "the counts are not those of their commitment"));
        }
        if w.counts != Counts::of(&w.records, w.scores.iter().map(|score| *score > 0)) {
            return Err(StatementError::new("histogram", "the counts are not those of the records and scores"));
        }
        Ok(())
    }

    fn build(builder: &mut Builder<'_>, public: &Self::Public, witness: &Self::Witness) -> Result<(), SynthesisError> {
        const { assert!(R > 0 && R < 256, "a count has 8 bits") };
        circuit::build(builder, public, witness)
    }
}

#[cfg(test)]
mod tests;
