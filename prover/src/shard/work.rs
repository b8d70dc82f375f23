//! From a subject to a directory full of proofs, in as many goes as it takes.

use rand::rngs::OsRng;
use tabella_circuits::compliance::metrics::Report;
use tabella_circuits::compliance::shard::{ShardLinear, ShardWitness};
use tabella_circuits::compliance::verdict::{self, OpenedCounts, Verdict};

use super::claim::{Claim, ShardClaim};
use super::directory::Directory;
use super::error::{FileFault, JobError, Part};
use super::merge::{KeyPair, Verifiers, same_key};
use super::openings::{Opening, Openings};
use super::pool::{Task, run};
use super::subject::{Answers, Subject};
use crate::keys::CircuitKey;

/// What a job has done.
#[derive(Debug, Clone)]
pub struct Done {
    /// What is proven.
    pub claim: Claim,
    /// How the verdict comes about: for the owner alone.
    pub report: Report,
    /// Proofs made in this go; the others were there.
    pub made: usize,
}

/// An audit with its blindings and its claim written down, and its proofs to be made.
#[derive(Debug)]
pub struct Work<'a, K, const R: usize, const S: usize> {
    directory: &'a Directory,
    subject: &'a Subject,
    keys: &'a KeyPair<K>,
    verifiers: Verifiers<R, S>,
    answers: Answers,
    openings: Openings,
    claim: Claim,
}

impl<'a, K: CircuitKey + Sync, const R: usize, const S: usize> Work<'a, K, R, S> {
    /// Computes the native answers and writes blindings and claim; where they are already written, they must be this subject's,
    /// and the blindings are used again.
    ///
    /// # Errors
    /// [`JobError`]: a subject that cannot be proven, a directory of another audit, a damaged file.
    pub fn prepare(subject: &'a Subject, directory: &'a Directory, keys: &'a KeyPair<K>) -> Result<Self, JobError> {
        let verifiers = Verifiers::of(keys)?;
        let answers = subject.answers(Verifiers::<R, S>::capacity())?;
        let shards = answers.digests.iter().map(|digest| ShardClaim { digest: *digest, counts: *digest });
        let mut claim = Claim {
            context: subject.context,
            model: subject.commitment(),
            policy: subject.policy.words(),
            rows: answers.rows,
            shards: shards.collect(),
            verdict: answers.report.verdict,
            shard_key: verifiers.shard_note.clone(),
            verdict_key: verifiers.verdict_note.clone(),
        };
        // A directory of another audit is left as it is, secrets included.
        if let Some(written) = directory.claim()? {
            same_audit(directory, &claim, &written)?;
        }
        directory.create()?;
        let openings = openings(directory, &claim, &answers)?;
        for (shard, opening) in claim.shards.iter_mut().zip(&openings.shards) {
            shard.counts = opening.commitment();
        }
        write_claim(directory, &claim)?;
        Ok(Self { directory, subject, keys, verifiers, answers, openings, claim })
    }

    /// What will be proven.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// Makes every proof that is missing, `jobs` at once. `told` hears of each part that is there.
    ///
    /// # Errors
    /// As [`run`].
    pub fn prove(self, jobs: usize, told: impl Fn(Part) + Sync) -> Result<Done, JobError> {
        let mut tasks: Vec<Task<'_>> = (0..self.claim.shards.len()).map(|index| self.shard(index)).collect();
        tasks.push(self.verdict()?);
        let made = run(self.directory, &tasks, jobs, told)?;
        drop(tasks);
        Ok(Done { claim: self.claim, report: self.answers.report, made })
    }

    fn shard(&self, index: usize) -> Task<'_> {
        let public = self.claim.shard(index);
        Task::new::<ShardLinear<R>>(Part::Shard(index), public, &self.keys.shard, &self.verifiers.shard, move || {
            let subject = self.subject;
            let (records, model) = (subject.shards[index].clone(), subject.model.clone());
            let blinding = self.openings.shards[index].blinding;
            let witness = ShardWitness::new(records, model, subject.policy.schema, subject.blinding, blinding);
            witness.map_err(|error| JobError::Input(format!("shard {index}: {error}")))
        })
    }

    fn verdict(&self) -> Result<Task<'_>, JobError> {
        let opened = |opening: &Opening| OpenedCounts::new(&opening.counts(), opening.blinding);
        let opening = verdict::Opening {
            context: self.subject.context,
            params: self.subject.model.params(),
            blinding: self.subject.blinding,
            body: self.subject.body,
            groups: self.subject.groups,
            shards: self.openings.shards.iter().map(opened).collect(),
        };
        let judged = opening.judge::<S>(&self.subject.policy).map_err(|error| JobError::Input(error.to_string()))?;
        let witness = judged.witness;
        let public = self.claim.judged::<S>();
        Ok(Task::new::<Verdict<S>>(Part::Verdict, public, &self.keys.verdict, &self.verifiers.verdict, move || {
            Ok(witness.clone())
        }))
    }
}

/// The openings of this directory, made if there are none: written before anything depends on them.
fn openings(directory: &Directory, claim: &Claim, answers: &Answers) -> Result<Openings, JobError> {
    let fault = |fault| JobError::file(&directory.openings_path(), fault);
    let found = match directory.openings()? {
        Some(found) => found,
        None => {
            let fresh = answers.counts.iter().map(|counts| Opening::new(counts, &mut OsRng)).collect();
            let made = Openings { statement: claim.statement(), shards: fresh };
            match directory.write_openings(&made) {
                Ok(()) => made,
                // Another process was faster: its blindings count.
                Err(JobError::File { fault: FileFault::Exists, .. }) => {
                    directory.openings()?.ok_or_else(|| fault(FileFault::Exists))?
                }
                Err(error) => return Err(error),
            }
        }
    };
    if found.statement != claim.statement() {
        return Err(fault(FileFault::Another("model, data, policy or context")));
    }
    let counts = found.shards.iter().map(Opening::counts);
    if !counts.eq(answers.counts.iter().cloned()) {
        return Err(fault(FileFault::Value("these are not the counts of the data".to_owned())));
    }
    Ok(found)
}

/// Whether a claim that is already written is this audit's; commitments to counts are compared later.
fn same_audit(directory: &Directory, here: &Claim, written: &Claim) -> Result<(), JobError> {
    let another = |what| Err(JobError::file(&directory.claim_path(), FileFault::Another(what)));
    if written.model != here.model {
        return another("the model");
    }
    if written.schema_hash() != here.schema_hash() || written.data_root() != here.data_root() {
        return another("the data");
    }
    if written.policy != here.policy {
        return another("the policy");
    }
    if written.context != here.context {
        return another("the context");
    }
    same_key("shard", &here.shard_key, &written.shard_key)?;
    same_key("verdict", &here.verdict_key, &written.verdict_key)
}

fn write_claim(directory: &Directory, claim: &Claim) -> Result<(), JobError> {
    match directory.write_claim(claim) {
        Err(JobError::File { fault: FileFault::Exists, .. }) => {}
        other => return other,
    }
    match directory.claim()? {
        Some(written) if written == *claim => Ok(()),
        _ => Err(JobError::file(&directory.claim_path(), FileFault::Another("the counts' blindings"))),
    }
}
