//! Several proofs at once, killed and started again.

use std::fs;
use std::sync::Mutex;

use tabella_circuits::statement::Statement;

use crate::groth16::{ProveError, Verifier};
use crate::keys::{CircuitKey, DevelopmentKey, KeyStore};
use crate::shard::{Directory, FileFault, JobError, Part, Task, run};
use crate::tests::statements::{Quintic, quintic};

type Small = Quintic<1, 0>;
type Large = Quintic<1, 9>;

struct Job {
    _dir: tempfile::TempDir,
    directory: Directory,
    small: (DevelopmentKey, Verifier),
    large: (DevelopmentKey, Verifier),
}

fn key<S: Statement>(store: &KeyStore) -> (DevelopmentKey, Verifier) {
    let key = store.development::<S>().unwrap();
    let verifier = Verifier::new(key.verifying_key(), 2).unwrap();
    (key, verifier)
}

impl Job {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = KeyStore::open(dir.path().join("keys"));
        let directory = Directory::at(dir.path().join("audit"));
        directory.create().unwrap();
        Self { directory, small: key::<Small>(&store), large: key::<Large>(&store), _dir: dir }
    }

    /// Six shards and a verdict; `secret` is the witness of shard k.
    fn tasks(&self, secret: impl Fn(usize) -> u64) -> Vec<Task<'_>> {
        let shard = |k: usize| {
            let (public, _) = quintic(k as u64);
            let x = quintic(secret(k)).1;
            Task::new::<Small>(Part::Shard(k), public, &self.small.0, &self.small.1, move || Ok(x))
        };
        let (public, x) = quintic(77);
        let verdict = Task::new::<Large>(Part::Verdict, public, &self.large.0, &self.large.1, move || Ok(x));
        (0..6).map(shard).chain([verdict]).collect()
    }

    fn run(&self, jobs: usize, secret: impl Fn(usize) -> u64) -> Result<(usize, Vec<Part>), JobError> {
        let told = Mutex::new(Vec::new());
        let made = run(&self.directory, &self.tasks(secret), jobs, |part| told.lock().unwrap().push(part))?;
        Ok((made, told.into_inner().unwrap()))
    }
}

#[test]
fn every_proof_is_made_once_whatever_the_number_of_jobs() {
    for jobs in [0, 1, 2, 20] {
        let job = Job::new();
        let (made, mut told) = job.run(jobs, |k| k as u64).unwrap();
        told.sort();
        assert_eq!(made, 7);
        let parts: Vec<Part> = (0..6).map(Part::Shard).chain([Part::Verdict]).collect();
        assert_eq!(told, parts);
        let (made, told) = job.run(jobs, |k| k as u64).unwrap();
        assert_eq!((made, told.len()), (0, 7), "a second run makes none");
    }
}

#[test]
fn attack_38_what_was_made_before_a_kill_is_kept_and_the_rest_is_made() {
    let job = Job::new();
    job.run(2, |k| k as u64).unwrap();
    let kept = fs::read(job.directory.proof_path(Part::Shard(1))).unwrap();
    for part in [Part::Shard(0), Part::Shard(4), Part::Verdict] {
        fs::remove_file(job.directory.proof_path(part)).unwrap();
    }
    // What a kill leaves of the file being written.
    fs::write(job.directory.root().join("shards/.tabella-x.tmp"), b"{\"pi_a\":").unwrap();
    let (made, told) = job.run(2, |k| k as u64).unwrap();
    assert_eq!((made, told.len()), (3, 7));
    assert_eq!(fs::read(job.directory.proof_path(Part::Shard(1))).unwrap(), kept);
}

#[test]
fn a_witness_that_does_not_fit_stops_the_job_and_names_its_part() {
    for jobs in [1, 3] {
        let job = Job::new();
        let error = job.run(jobs, |k| if k == 3 { 99 } else { k as u64 }).unwrap_err();
        let JobError::Prove { part: Part::Shard(3), source } = &error else { panic!("{error}") };
        assert!(matches!(**source, ProveError::Unsatisfied { .. }), "{error}");
        assert!(!job.directory.proof_path(Part::Shard(3)).exists());
        let (made, _) = job.run(jobs, |k| k as u64).unwrap();
        assert!((1..=6).contains(&made), "what was proven is kept: {made}");
    }
}

#[test]
fn attack_37_a_damaged_or_foreign_proof_file_is_named_and_kept() {
    let job = Job::new();
    job.run(2, |k| k as u64).unwrap();
    let (two, three) = (job.directory.proof_path(Part::Shard(2)), job.directory.proof_path(Part::Shard(3)));
    let good = fs::read(&two).unwrap();
    for bytes in [good[..good.len() / 2].to_vec(), b"".to_vec(), vec![b'x'; 1 << 17]] {
        fs::write(&two, &bytes).unwrap();
        let error = job.run(2, |k| k as u64).unwrap_err();
        assert!(error.to_string().contains("0002.json"), "{error}");
        assert_eq!(fs::read(&two).unwrap(), bytes, "nothing is overwritten");
    }
    // The proof of another shard in its place.
    fs::copy(&three, &two).unwrap();
    let error = job.run(2, |k| k as u64).unwrap_err();
    assert!(
        matches!(&error, JobError::File { path, fault: FileFault::Foreign(Part::Shard(2)) } if *path == two),
        "{error}"
    );
    fs::remove_file(&two).unwrap();
    assert_eq!(job.run(2, |k| k as u64).unwrap().0, 1);
}
