//! What an audit costs, before anything is made.

use std::time::Duration;

use super::error::JobError;
use crate::circuit::{Circuit, CompiledCircuit};
use crate::engine::Backend;
use crate::keys::KeyStore;

/// What a pair of circuits takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Records of a shard.
    pub records: usize,
    /// Shards of a data set.
    pub shards: usize,
}

impl Capacity {
    /// Records in all.
    pub fn rows(&self) -> u64 {
        self.records as u64 * self.shards as u64
    }

    /// Shards that so many records fill.
    ///
    /// # Errors
    /// [`JobError::Shape`] for none, or more than there is room for.
    pub fn shards_for(&self, rows: u64) -> Result<usize, JobError> {
        let shards = rows.div_ceil(self.records.max(1) as u64);
        match usize::try_from(shards) {
            Ok(shards) if (1..=self.shards).contains(&shards) => Ok(shards),
            other => Err(JobError::Shape {
                rows,
                shards: other.unwrap_or(usize::MAX),
                reason: format!(
                    "1 to {} shards of {} records are possible, {} records in all",
                    self.shards,
                    self.records,
                    self.rows()
                ),
            }),
        }
    }
}

/// Where a rate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Measured once on a server of two cores: another machine differs.
    Estimate,
    /// Measured here.
    Calibrated,
}

/// How fast proofs are made: seconds of one core, by the size of a proof ([`size`]).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Seconds for a size of one million, on one core.
    pub seconds_per_million: f64,
    /// Where it comes from.
    pub origin: Origin,
}

impl Default for Rates {
    /// The measured constant of the engine's back end here.
    fn default() -> Self {
        let seconds_per_million = match Backend::from_environment() {
            Ok(Backend::Portable) | Err(_) => SECONDS_PER_MILLION_PORTABLE,
            Ok(_) => SECONDS_PER_MILLION_IFMA,
        };
        Self { seconds_per_million, origin: Origin::Estimate }
    }
}

impl Rates {
    /// From one proof that took this long on one core, see [`crate::jobs::on_one_core`].
    pub fn measured(circuit: &Circuit, took: Duration) -> Self {
        let seconds_per_million = took.as_secs_f64() * 1e6 / size(circuit) as f64;
        Self { seconds_per_million, origin: Origin::Calibrated }
    }

    /// Seconds of one core for a proof.
    pub fn seconds(&self, circuit: &Circuit) -> f64 {
        self.seconds_per_million * size(circuit) as f64 / 1e6
    }
}

/// What a proof's time and memory grow with: variables and domain, which are the lengths of its sums of points.
pub fn size(circuit: &Circuit) -> usize {
    circuit.num_variables() + circuit.domain()
}

/// Measured on a quiet server of two cores with AVX-512 IFMA: 4.2 core seconds for five shards and a verdict.
const SECONDS_PER_MILLION_IFMA: f64 = 2.3;
/// The portable back end took 12.5.
const SECONDS_PER_MILLION_PORTABLE: f64 = 6.9;
/// Bytes of a key, by [`size`]: its file, mapped.
const KEY_BYTES: u64 = 240;
/// Bytes in memory of a proof being made, by [`size`], measured: 234 MB for both keys and two proofs at once.
const PROOF_BYTES: u64 = 240;
/// Bytes of a proof's file, rounded up to a page.
const PROOF_FILE: u64 = 4096;

/// An audit's costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Valid records.
    pub rows: u64,
    /// Shards; the last one is filled with padding.
    pub shards: usize,
    /// Records of padding.
    pub padding: u64,
    /// Proofs: one a shard, and the verdict.
    pub proofs: usize,
    /// Proofs made at once.
    pub jobs: usize,
    /// Constraints of a shard.
    pub shard_constraints: usize,
    /// Constraints of the verdict.
    pub verdict_constraints: usize,
    /// Constraints of all proofs.
    pub constraints: u64,
    /// Seconds for all proofs, keys being there.
    pub seconds: f64,
    /// How that is known.
    pub origin: Origin,
    /// Bytes of memory, an estimate.
    pub memory: u64,
    /// Bytes of both key files.
    pub key_bytes: u64,
    /// Bytes of the audit's directory, at most.
    pub audit_bytes: u64,
}

impl Plan {
    /// The costs of `rows` records with `jobs` proofs at once, by two compiled circuits of this capacity.
    ///
    /// # Errors
    /// [`JobError::Shape`] for a number of records that the circuits do not take.
    pub fn new(
        rows: u64,
        capacity: Capacity,
        shard: &CompiledCircuit,
        verdict: &CompiledCircuit,
        rates: Rates,
        jobs: usize,
    ) -> Result<Self, JobError> {
        let shards = capacity.shards_for(rows)?;
        let jobs = jobs.clamp(1, shards + 1);
        Ok(Self {
            rows,
            shards,
            padding: shards as u64 * capacity.records as u64 - rows,
            proofs: shards + 1,
            jobs,
            shard_constraints: shard.num_constraints(),
            verdict_constraints: verdict.num_constraints(),
            constraints: shards as u64 * shard.num_constraints() as u64 + verdict.num_constraints() as u64,
            seconds: makespan(shards, rates.seconds(shard), rates.seconds(verdict), jobs),
            origin: rates.origin,
            memory: memory(shard, verdict, jobs),
            key_bytes: KeyStore::file_size(shard) + KeyStore::file_size(verdict),
            audit_bytes: (shards as u64 + 3) * PROOF_FILE + shards as u64 * PROOF_FILE,
        })
    }
}

/// Bytes of memory that so many proofs at once take, both keys included; a key's first check, which compiles its circuit, is apart.
pub fn memory(shard: &Circuit, verdict: &Circuit, jobs: usize) -> u64 {
    let (shard, verdict) = (size(shard) as u64, size(verdict) as u64);
    let jobs = jobs.max(1) as u64;
    // The verdict is one of the proofs, and the largest first.
    let proving = (jobs - 1) * shard + shard.max(verdict);
    (shard + verdict) * KEY_BYTES + proving * PROOF_BYTES
}

/// How many proofs to make at once: as many as there are cores, fewer if `available` bytes of memory would not hold them.
pub fn jobs(cores: usize, available: Option<u64>, shard: &Circuit, verdict: &Circuit) -> usize {
    let fits = |jobs: &usize| available.is_none_or(|available| memory(shard, verdict, *jobs) <= available);
    (1..=cores.max(1)).rev().find(fits).unwrap_or(1)
}

/// Seconds until the last of `jobs` workers is done: the verdict and `shards` shards, the larger kind first.
fn makespan(shards: usize, shard: f64, verdict: f64, jobs: usize) -> f64 {
    let mut workers = vec![0.0f64; jobs.max(1)];
    let first = if verdict > shard { Some(verdict) } else { None };
    let last = if verdict > shard { None } else { Some(verdict) };
    for cost in first.into_iter().chain(std::iter::repeat_n(shard, shards)).chain(last) {
        if let Some(worker) = workers.iter_mut().min_by(|a, b| a.total_cmp(b)) {
            *worker += cost;
        }
    }
    workers.into_iter().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_share_the_proofs() {
        assert_eq!(makespan(5, 2.0, 2.0, 1), 12.0);
        assert_eq!(makespan(5, 2.0, 2.0, 2), 6.0);
        assert_eq!(makespan(5, 2.0, 3.0, 2), 7.0);
        assert_eq!(makespan(1, 2.0, 1.0, 8), 2.0);
    }

    #[test]
    fn capacities_have_edges() {
        let capacity = Capacity { records: 205, shards: 160 };
        for (rows, shards) in [(1, 1), (205, 1), (206, 2), (1000, 5), (16281, 80), (32561, 159), (32800, 160)] {
            assert_eq!(capacity.shards_for(rows).unwrap(), shards, "{rows}");
        }
        for rows in [0, 32801, u64::MAX] {
            let error = capacity.shards_for(rows).unwrap_err();
            assert!(error.to_string().contains("32800"), "{error}");
        }
    }
}
