//! Whole audits of a few records: shards of five, verdicts over two shards.

use std::fs;
use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_ff::UniformRand;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use tabella_circuits::compliance::data::shards;
use tabella_circuits::compliance::linear::LinearModel;
use tabella_circuits::compliance::policy::{Attribute, Bound, Comparison, Fraction, Line, Over, Policy, Rate, Terms};
use tabella_circuits::compliance::record::Record;
use tabella_circuits::compliance::schema::schema_hash;
use tabella_circuits::compliance::shard::ShardLinear;
use tabella_circuits::compliance::verdict::Verdict;

use crate::groth16::{VerifyError, key_digest};
use crate::keys::{CircuitKey, DevelopmentKey, KeyStore};
use crate::shard::{
    Claim, Directory, Done, Expected, FileFault, JobError, KeyNote, KeyPair, Part, Subject, Verifiers, Work,
};

const R: usize = 5;
const S: usize = 2;
const GROUPS: [u8; 4] = [2, 3, 0, 0];

fn keys() -> &'static KeyPair<DevelopmentKey> {
    static KEYS: OnceLock<KeyPair<DevelopmentKey>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let store = KeyStore::open(dir.path());
        KeyPair {
            shard: store.development::<ShardLinear<R>>().unwrap(),
            verdict: store.development::<Verdict<S>>().unwrap(),
        }
    })
}

fn policy(body: Fr, bound: Bound) -> Policy {
    let over = Over { rate: Rate::Selection, attribute: Attribute::new(0).unwrap() };
    let lines = vec![
        Line { comparison: Comparison::Ratio(over), bound },
        Line { comparison: Comparison::Accuracy, bound: Bound::new(0, 1, false).unwrap() },
    ];
    let schema = schema_hash(body, GROUPS).unwrap();
    let exclude = Fraction::NONE;
    Policy::new(Terms { schema, min_rows: 3, min_group: 1, min_positive: 0, exclude, lines, z: None }).unwrap()
}

/// `rows` records, made from `seed`; the model selects everyone whose first lane is above 20.
fn subject(rows: usize, seed: u64) -> Subject {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let records = (0..rows).map(|row| {
        let mut lanes = [0; 24];
        (lanes[0], lanes[9]) = (10 + 7 * (row as u16 % 4), rng.gen_range(0..3));
        Record::new(lanes, rng.r#gen(), [row as u8 % 2, rng.gen_range(0..3), 0, 0], Fr::rand(&mut rng)).unwrap()
    });
    let records: Vec<Record> = records.collect();
    let mut model = LinearModel { bias: -20, ..LinearModel::default() };
    (model.weights[0], model.category[9], model.offset[9]) = (1, true, 1);
    let body = Fr::from(77u64);
    Subject {
        shards: shards::<R>(records, &mut rng).unwrap(),
        body,
        groups: GROUPS,
        model,
        blinding: Fr::rand(&mut rng),
        policy: policy(body, Bound::new(4, 5, false).unwrap()),
        context: Fr::from(99u64),
    }
}

fn prove(subject: &Subject, directory: &Directory, jobs: usize) -> Result<Done, JobError> {
    Work::<_, R, S>::prepare(subject, directory, keys())?.prove(jobs, |_| ())
}

fn verify(directory: &Directory, expected: &Expected) -> Result<(), JobError> {
    let claim = directory.claim().unwrap().unwrap();
    Verifiers::<R, S>::of(keys()).unwrap().verify(directory, &claim, expected, |_| ())
}

/// A proven audit in a directory of its own.
fn proven(subject: &Subject) -> (tempfile::TempDir, Directory, Done) {
    let dir = tempfile::tempdir().unwrap();
    let directory = Directory::at(dir.path().join("audit"));
    let done = prove(subject, &directory, 2).unwrap();
    (dir, directory, done)
}

/// The subject of most tests.
fn sample() -> Subject {
    subject(9, 1)
}

/// Its audit, proven once for all tests, in a directory of the test's own.
fn sample_proven() -> (tempfile::TempDir, Directory, Done) {
    static MADE: OnceLock<(tempfile::TempDir, Directory, Done)> = OnceLock::new();
    let (_, from, done) = MADE.get_or_init(|| proven(&sample()));
    let dir = tempfile::tempdir().unwrap();
    let directory = Directory::at(dir.path().join("audit"));
    directory.create().unwrap();
    fs::copy(from.claim_path(), directory.claim_path()).unwrap();
    fs::copy(from.openings_path(), directory.openings_path()).unwrap();
    for part in [Part::Shard(0), Part::Shard(1), Part::Verdict] {
        fs::copy(from.proof_path(part), directory.proof_path(part)).unwrap();
    }
    (dir, directory, done.clone())
}

/// Puts a claim in place of the one that is there.
fn replace(directory: &Directory, claim: &Claim) {
    fs::remove_file(directory.claim_path()).unwrap();
    directory.write_claim(claim).unwrap();
}

#[test]
fn an_audit_is_proven_and_whoever_has_the_public_files_can_check_it() {
    let subject = sample();
    let (_dir, directory, done) = sample_proven();
    assert_eq!((done.made, done.claim.rows, done.claim.shards.len()), (3, 9, 2));
    assert_eq!(done.claim.verdict, done.report.verdict);
    fs::remove_file(directory.openings_path()).unwrap();
    let words = subject.policy.words();
    let everything = Expected {
        data_root: Some(done.claim.data_root()),
        model: Some(subject.commitment()),
        policy: Some(words),
        context: Some(subject.context),
    };
    verify(&directory, &everything).unwrap();
    verify(&directory, &Expected::default()).unwrap();
}

#[test]
fn every_number_of_records_that_fits_is_proven() {
    for (rows, seed) in [(1, 2), (5, 3), (10, 5)] {
        let (_dir, directory, done) = proven(&subject(rows, seed));
        assert_eq!((done.claim.rows, done.claim.shards.len()), (rows as u64, rows.div_ceil(5)));
        verify(&directory, &Expected::default()).unwrap();
    }
}

#[test]
fn attack_38_a_job_killed_anywhere_goes_on_with_the_same_blindings() {
    let subject = sample();
    let (_dir, directory, done) = sample_proven();
    let secret = fs::read(directory.openings_path()).unwrap();
    // Killed before a proof, before the claim, before everything but the blindings.
    let parts = [Part::Shard(0), Part::Shard(1), Part::Verdict];
    for (lost, claim) in [(1, false), (2, false), (3, true)] {
        for part in &parts[..lost] {
            fs::remove_file(directory.proof_path(*part)).unwrap();
        }
        if claim {
            fs::remove_file(directory.claim_path()).unwrap();
        }
        let again = prove(&subject, &directory, 2).unwrap();
        assert_eq!((again.made, &again.claim), (lost, &done.claim));
        assert_eq!(fs::read(directory.openings_path()).unwrap(), secret);
    }
    verify(&directory, &Expected::default()).unwrap();
    assert_eq!(prove(&subject, &directory, 1).unwrap().made, 0);
    // Without the blindings nothing can go on: the commitments that are published would have to change.
    fs::remove_file(directory.openings_path()).unwrap();
    let error = prove(&subject, &directory, 1).unwrap_err();
    assert!(matches!(&error, JobError::File { fault: FileFault::Another("the counts' blindings"), .. }), "{error}");
}

#[test]
fn a_directory_of_another_audit_is_left_as_it_is() {
    let good = sample();
    let (_dir, directory, done) = sample_proven();
    let (before, secret) = (fs::read(directory.claim_path()).unwrap(), fs::read(directory.openings_path()).unwrap());
    let mut others: Vec<(&str, Subject)> =
        ["the model", "the data", "the policy", "the context"].map(|what| (what, sample())).into_iter().collect();
    others[0].1.model.bias += 1;
    others[1].1.shards[1][0].label ^= true;
    others[2].1.policy = policy(good.body, Bound::new(3, 5, false).unwrap());
    others[3].1.context += Fr::from(1u64);
    for (what, other) in &others {
        let error = prove(other, &directory, 1).unwrap_err();
        let JobError::File { path, fault: FileFault::Another(found) } = &error else { panic!("{what}: {error}") };
        assert_eq!((found, path), (what, &directory.claim_path()));
        // A kill may have left the blindings alone.
        fs::remove_file(directory.claim_path()).unwrap();
        let error = prove(other, &directory, 1).unwrap_err();
        assert!(matches!(&error, JobError::File { path, .. } if *path == directory.openings_path()), "{what}: {error}");
        directory.write_claim(&done.claim).unwrap();
    }
    assert_eq!(fs::read(directory.claim_path()).unwrap(), before);
    assert_eq!(fs::read(directory.openings_path()).unwrap(), secret);
}

#[test]
fn attack_08_shards_swapped_foreign_repeated_or_dropped_are_named() {
    let (_dir, directory, done) = sample_proven();
    let (_other_dir, other, foreign) = proven(&subject(9, 9));
    let invalid = |part| move |error: &JobError| matches!(error, JobError::Invalid { part: found, source: VerifyError::Invalid } if *found == part);
    let refused = |claim: &Claim, expected: &dyn Fn(&JobError) -> bool, what: &str| {
        replace(&directory, claim);
        let error = verify(&directory, &Expected::default()).unwrap_err();
        assert!(expected(&error), "{what}: {error}");
    };

    let mut claim = done.claim.clone();
    claim.shards.swap(0, 1);
    refused(&claim, &invalid(Part::Shard(0)), "swapped");
    let mut claim = done.claim.clone();
    claim.shards[1] = claim.shards[0];
    refused(&claim, &invalid(Part::Shard(1)), "repeated");
    let mut claim = done.claim.clone();
    claim.shards[1] = foreign.claim.shards[1];
    refused(&claim, &invalid(Part::Shard(1)), "foreign");
    let mut claim = done.claim.clone();
    claim.shards.pop();
    refused(&claim, &|error| matches!(error, JobError::Shape { .. }), "dropped");
    claim.rows = 5;
    refused(&claim, &invalid(Part::Verdict), "dropped, with fewer rows");
    let mut claim = done.claim.clone();
    claim.rows = 10;
    refused(&claim, &invalid(Part::Verdict), "a row too many");

    // Proof files in each other's places, and one of another audit.
    replace(&directory, &done.claim);
    let (zero, one) = (directory.proof_path(Part::Shard(0)), directory.proof_path(Part::Shard(1)));
    let kept = fs::read(&one).unwrap();
    for file in [zero, other.proof_path(Part::Shard(1))] {
        fs::copy(file, &one).unwrap();
        let error = verify(&directory, &Expected::default()).unwrap_err();
        assert!(invalid(Part::Shard(1))(&error), "{error}");
    }
    fs::write(&one, kept).unwrap();
    verify(&directory, &Expected::default()).unwrap();
    fs::remove_file(&one).unwrap();
    let error = verify(&directory, &Expected::default()).unwrap_err();
    assert!(matches!(&error, JobError::Missing { path, .. } if *path == one), "{error}");
}

#[test]
fn every_word_of_the_claim_is_bound_by_a_proof() {
    let (_dir, directory, done) = sample_proven();
    let one = Fr::from(1u64);
    type Edit = fn(&mut Claim, Fr);
    let table: [(&str, Part, Edit); 7] = [
        ("context", Part::Shard(0), |claim, one| claim.context += one),
        ("model", Part::Shard(0), |claim, one| claim.model += one),
        ("digest", Part::Shard(1), |claim, one| claim.shards[1].digest += one),
        ("counts", Part::Shard(1), |claim, one| claim.shards[1].counts += one),
        ("policy", Part::Verdict, |claim, _| {
            claim.policy = policy(Fr::from(77u64), Bound::new(1, 2, true).unwrap()).words()
        }),
        ("rows", Part::Verdict, |claim, _| claim.rows -= 1),
        ("verdict", Part::Verdict, |claim, _| {
            use tabella_circuits::compliance::metrics::Verdict;
            claim.verdict = if claim.verdict == Verdict::Pass { Verdict::Fail } else { Verdict::Pass };
        }),
    ];
    for (what, part, edit) in table {
        let mut claim = done.claim.clone();
        edit(&mut claim, one);
        replace(&directory, &claim);
        let error = verify(&directory, &Expected::default()).unwrap_err();
        assert!(matches!(&error, JobError::Invalid { part: found, .. } if *found == part), "{what}: {error}");
    }
}

#[test]
fn what_is_expected_is_compared_and_named() {
    let subject = sample();
    let (_dir, directory, _) = sample_proven();
    let other = policy(subject.body, Bound::new(9, 10, false).unwrap()).words();
    let another_schema = policy(Fr::from(78u64), Bound::new(4, 5, false).unwrap()).words();
    let one = Some(Fr::from(1u64));
    for (what, expected) in [
        ("data root", Expected { data_root: Some([1; 32]), ..Expected::default() }),
        ("model", Expected { model: one, ..Expected::default() }),
        ("policy", Expected { policy: Some(other), ..Expected::default() }),
        ("schema", Expected { policy: Some(another_schema), ..Expected::default() }),
        ("context", Expected { context: one, ..Expected::default() }),
    ] {
        let error = verify(&directory, &expected).unwrap_err();
        assert!(matches!(&error, JobError::Differs { what: found, .. } if *found == what), "{what}: {error}");
    }
}

#[test]
fn attack_15_an_audit_under_another_circuit_version_or_key_is_told_apart() {
    let (_dir, directory, done) = sample_proven();
    let edits: [fn(&mut KeyNote); 3] = [
        |note| note.circuit = "shard-linear-r7".to_owned(),
        |note| note.version += 1,
        |note| note.key_digest = "00".repeat(32),
    ];
    for edit in edits {
        let mut claim = done.claim.clone();
        edit(&mut claim.shard_key);
        replace(&directory, &claim);
        let error = verify(&directory, &Expected::default()).unwrap_err();
        assert!(matches!(&error, JobError::Key { circuit: "shard", .. }), "{error}");
        let error = prove(&sample(), &directory, 1).unwrap_err();
        assert!(matches!(&error, JobError::Key { circuit: "shard", .. }), "{error}");
    }
    let (shard, verdict) = (&keys().shard, &keys().verdict);
    let swapped = KeyPair { shard: verdict.clone(), verdict: shard.clone() };
    assert!(matches!(Verifiers::<R, S>::of(&swapped), Err(JobError::Key { circuit: "shard", .. })));
    // A verifying key of another circuit under this one's name has another number of inputs.
    let wrong = Verifiers::<R, S>::new(
        (verdict.verifying_key(), KeyNote::of(shard)),
        (verdict.verifying_key(), KeyNote::of(verdict)),
    );
    assert!(matches!(wrong, Err(JobError::VerifyingKey(_))));
    assert_eq!(KeyNote::of(shard).key_digest, hex::encode(key_digest(shard.verifying_key())));
}

#[test]
fn a_subject_that_cannot_be_proven_is_refused_before_anything_is_written() {
    type Edit = fn(&mut Subject);
    let edits: [(&str, Edit); 8] = [
        ("another schema", |s| s.body += Fr::from(1u64)),
        ("record 7 (from 0): lane 9", |s| s.shards[1][2].lanes[9] = 200),
        ("padding stands before a record", |s| s.shards[0][3] = Record::padding(Fr::from(3u64))),
        ("padding included", |s| s.shards[0].truncate(R - 1)),
        ("a shard of padding alone", |s| s.shards.push(vec![Record::padding(Fr::from(3u64)); R])),
        ("group 2 has", |s| s.shards[0][0].codes[0] = 2),
        ("the bias", |s| s.model.bias = i64::MAX),
        ("1 to 2 shards", |s| {
            let shard = s.shards[0].clone();
            s.shards.insert(0, shard);
        }),
    ];
    for (what, edit) in edits {
        let mut bad = subject(9, 13);
        edit(&mut bad);
        let dir = tempfile::tempdir().unwrap();
        let directory = Directory::at(dir.path().join("audit"));
        let error = prove(&bad, &directory, 1).unwrap_err();
        assert!(error.to_string().contains(what), "{what}: {error}");
        assert!(!directory.root().exists(), "{what}: something was written");
    }
}
