//! What an audit is made from, and its native answers: counts, rates and the verdict, before anything is proven.

use std::fmt;

use ark_bn254::Fr;
use tabella_circuits::compliance::counts::Counts;
use tabella_circuits::compliance::data::shard_digest;
use tabella_circuits::compliance::linear::LinearModel;
use tabella_circuits::compliance::metrics::{Report, Totals, evaluate};
use tabella_circuits::compliance::policy::Policy;
use tabella_circuits::compliance::record::Record;
use tabella_circuits::compliance::schema::{ATTRIBUTES, schema_hash};
use zeroize::Zeroize;

use super::error::JobError;
use super::plan::Capacity;
use crate::engine::par;

/// Data, model and policy of an audit; only the model's owner has all of it. Records, model and blinding are wiped when dropped.
pub struct Subject {
    /// Shards of equal length, in order; padding at the end of the last.
    pub shards: Vec<Vec<Record>>,
    /// keccak256(the canonical schema's bytes) >> 8.
    pub body: Fr,
    /// Number of groups of each attribute.
    pub groups: [u8; ATTRIBUTES],
    /// The model's parameters.
    pub model: LinearModel,
    /// The blinding of the model's commitment.
    pub blinding: Fr,
    /// The policy.
    pub policy: Policy,
    /// The engagement's context; 0 for a check off chain.
    pub context: Fr,
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(..)")
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        self.shards.zeroize();
        self.blinding.zeroize();
    }
}

/// What the model does to the data, and what the policy says to that.
#[derive(Debug, Clone)]
pub struct Answers {
    /// N, the number of valid records.
    pub rows: u64,
    /// digest_k of each shard.
    pub digests: Vec<Fr>,
    /// The counts of each shard.
    pub counts: Vec<Counts>,
    /// The policy's lines and the verdict.
    pub report: Report,
}

impl Subject {
    /// The schema's hash.
    ///
    /// # Errors
    /// [`JobError::Input`] for more than 16 groups.
    pub fn schema_hash(&self) -> Result<Fr, JobError> {
        schema_hash(self.body, self.groups).map_err(|error| JobError::Input(error.to_string()))
    }

    /// The model's commitment.
    pub fn commitment(&self) -> Fr {
        self.model.commitment(self.policy.schema, self.blinding)
    }

    /// Runs the model on every record and the policy on the counts, with what the circuits take.
    ///
    /// # Errors
    /// [`JobError::Shape`]; [`JobError::Input`] for a policy of another schema, a record without a prediction, padding among the
    /// records, a parameter out of range, and counts that the schema does not allow.
    pub fn answers(&self, capacity: Capacity) -> Result<Answers, JobError> {
        let input = |what: String| JobError::Input(what);
        if self.schema_hash()? != self.policy.schema {
            return Err(input("the policy is for another schema than the data".to_owned()));
        }
        self.model.check().map_err(|error| input(error.to_string()))?;
        let rows = self.rows(capacity)?;
        let shards: Result<Vec<(Fr, Counts)>, JobError> =
            par::map(&self.shards, |k, shard| self.shard(k, shard)).into_iter().collect();
        let (digests, counts): (Vec<Fr>, Vec<Counts>) = shards?.into_iter().unzip();
        let total = counts.iter().fold(Counts::default(), |sum, counts| sum.add(counts));
        let totals = Totals::new(&total, self.groups).map_err(|error| input(error.to_string()))?;
        Ok(Answers { rows, digests, counts, report: evaluate(&self.policy, &totals) })
    }

    /// N; every shard is whole, and padding comes last.
    fn rows(&self, capacity: Capacity) -> Result<u64, JobError> {
        let rows = self.shards.iter().flatten().take_while(|record| record.valid).count() as u64;
        let shape = |reason: &str| JobError::Shape { rows, shards: self.shards.len(), reason: reason.to_owned() };
        if self.shards.iter().any(|shard| shard.len() != capacity.records) {
            return Err(shape(&format!("every shard has {} records, padding included", capacity.records)));
        }
        if self.shards.iter().flatten().skip(rows as usize).any(|record| record.valid) {
            return Err(shape("padding stands before a record"));
        }
        match capacity.shards_for(rows)? == self.shards.len() {
            true => Ok(rows),
            false => Err(shape("a shard of padding alone")),
        }
    }

    fn shard(&self, index: usize, records: &[Record]) -> Result<(Fr, Counts), JobError> {
        let place = |row: usize| index * records.len() + row;
        let mut predictions = Vec::with_capacity(records.len());
        for (row, record) in records.iter().enumerate() {
            let problem = |what: String| JobError::Input(format!("record {} (from 0): {what}", place(row)));
            record.check().map_err(|error| problem(error.to_string()))?;
            predictions.push(self.model.predict(&record.lanes).map_err(|error| problem(error.to_string()))?);
        }
        let digest = shard_digest(u32::try_from(index).unwrap_or(u32::MAX), records);
        Ok((digest, Counts::of(records, predictions)))
    }
}
