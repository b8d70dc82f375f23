//! Several proofs at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ark_bn254::Fr;
use tabella_circuits::statement::Statement;

use super::directory::Directory;
use super::error::{FileFault, JobError, Part};
use crate::engine::par::Share;
use crate::groth16::{Proof, Verifier, VerifyError, prove};
use crate::keys::CircuitKey;

/// One proof to be made.
pub struct Task<'a> {
    part: Part,
    inputs: Vec<Fr>,
    cost: usize,
    verifier: &'a Verifier,
    prove: Box<dyn Fn() -> Result<Proof, JobError> + Send + Sync + 'a>,
}

impl std::fmt::Debug for Task<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Task({})", self.part)
    }
}

impl<'a> Task<'a> {
    /// A proof of `public`. The witness is made when its turn comes, so that only the proofs being made take memory.
    pub fn new<S: Statement>(
        part: Part,
        public: S::Public,
        key: &'a (impl CircuitKey + Sync),
        verifier: &'a Verifier,
        witness: impl Fn() -> Result<S::Witness, JobError> + Send + Sync + 'a,
    ) -> Self
    where
        S::Public: Send + Sync + 'a,
    {
        let inputs = S::inputs(&public);
        let prove = Box::new(move || {
            let made = prove::<S>(key, &public, &witness()?);
            made.map_err(|source| JobError::Prove { part, source: Box::new(source) })
        });
        Self { part, inputs, cost: key.circuit().num_constraints(), verifier, prove }
    }

    /// Makes the proof and checks it.
    fn run(&self) -> Result<Proof, JobError> {
        let part = self.part;
        let proof = (self.prove)()?;
        self.verifier.verify(&self.inputs, &proof).map_err(|source| JobError::Invalid { part, source })?;
        Ok(proof)
    }

    /// Whether its proof is in the directory; one that is there must be valid.
    fn done(&self, directory: &Directory) -> Result<bool, JobError> {
        let Some(proof) = directory.proof(self.part)? else { return Ok(false) };
        match self.verifier.verify(&self.inputs, &proof) {
            Ok(()) => Ok(true),
            Err(VerifyError::Invalid) => {
                Err(JobError::file(&directory.proof_path(self.part), FileFault::Foreign(self.part)))
            }
            Err(source) => Err(JobError::Invalid { part: self.part, source }),
        }
    }
}

/// Does some work on one core, and says how long it took: what a proof costs where as many are made at once as there are cores.
pub fn on_one_core<T: Send>(work: impl FnOnce() -> T + Send) -> (T, Duration) {
    let share = Share::of(usize::MAX);
    let start = Instant::now();
    (share.run(work), start.elapsed())
}

/// Makes every proof that the directory lacks, `jobs` at once (at least one), the largest first. `told` hears of each part that
/// is there: at once if it was, else when it has been written.
///
/// One job gives each proof all cores, so that the first is there soonest; as many jobs as cores give each proof one, so that
/// no core waits and all are there soonest. Memory grows with the jobs, see [`super::plan::memory`].
///
/// # Errors
/// [`JobError`]: a file that is not the proof it should be (before any proof is made), or the first part that failed; the proofs
/// under way are finished and kept.
pub fn run(
    directory: &Directory,
    tasks: &[Task<'_>],
    jobs: usize,
    told: impl Fn(Part) + Sync,
) -> Result<usize, JobError> {
    let mut missing = Vec::new();
    for task in tasks {
        match task.done(directory)? {
            true => told(task.part),
            false => missing.push(task),
        }
    }
    missing.sort_by_key(|task| std::cmp::Reverse(task.cost));
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let failed: Mutex<Option<JobError>> = Mutex::new(None);
    let workers = jobs.clamp(1, missing.len().max(1));
    let work = || {
        let share = Share::of(workers);
        while let Some(task) = missing.get(next.fetch_add(1, Ordering::Relaxed)) {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            match share.run(|| task.run()).and_then(|proof| directory.write_proof(task.part, &proof)) {
                Ok(()) => told(task.part),
                Err(error) => {
                    stop.store(true, Ordering::Relaxed);
                    failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        work();
        for thread in threads {
            if thread.join().is_err() {
                failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(JobError::Lost);
            }
        }
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(missing.len()),
    }
}
