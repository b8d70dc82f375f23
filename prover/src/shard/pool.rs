//! An audit's proofs as tasks, several at once.

use ark_bn254::Fr;
use tabella_circuits::statement::Statement;

use super::directory::Directory;
use super::error::{FileFault, JobError, Part};
use crate::groth16::{Proof, Verifier, VerifyError, prove};
use crate::jobs;
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

/// Makes every proof that the directory lacks, `jobs` at once (at least one, see [`jobs::run`]), the largest first. `told` hears of
/// each part that is there: at once if it was, else when it has been written. Memory grows with the jobs, see
/// [`super::plan::memory`].
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
    let made = jobs::run(&missing, jobs, |task| {
        directory.write_proof(task.part, &task.run()?)?;
        told(task.part);
        Ok::<_, JobError>(())
    })?;
    Ok(made.len())
}
