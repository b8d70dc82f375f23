//! The circuits of this build: real proofs, and the files that pin them.

use std::fs;
use std::path::{Path, PathBuf};

use ark_bn254::Fr;
use tabella_circuits::statement::Statement;
use tabella_circuits::testing::{SampleElection, accumulate, sample_election};
use tabella_circuits::voting::ballot::{BallotK3D20, BallotK8D20, BallotPublic, BallotWitness, seal};
use tabella_circuits::voting::electorate::Kind;
use tabella_circuits::voting::rule::{Rule, choose};
use tabella_circuits::voting::tally::{TallyK3T1, TallyK8T1, TallyPublic, TallyWitness};

use super::engine::equals_ark;
use crate::circuit::CompiledCircuit;
use crate::groth16::{ProveError, Verifier, VerifyError, prove};
use crate::keys::{CircuitKey, KeyStore};
use crate::registry::circuits;

/// An election with this many options.
fn election(members: usize, options: usize) -> SampleElection {
    let mut sample = sample_election(Kind::Weighted, members, 1);
    sample.election.rule = Rule::single(Kind::Weighted, options as u8);
    sample.election.keys = sample.trustee.keys(options);
    sample
}

pub(crate) fn ballot(options: usize) -> (BallotPublic<Fr>, BallotWitness) {
    let mut sample = election(5, options);
    let choice = choose(options, &[1]).unwrap();
    let sealed = seal(&sample.election, &sample.members[3], &choice, &[0; 20], &mut sample.rng).unwrap();
    (sealed.public, sealed.witness.clone())
}

pub(crate) fn tally(options: usize) -> (TallyPublic<Fr>, TallyWitness) {
    let mut sample = election(3, options);
    let words: Vec<Vec<Fr>> = (0..3)
        .map(|i| {
            let choice = choose(options, &[i]).unwrap();
            seal(&sample.election, &sample.members[i], &choice, &[0; 20], &mut sample.rng)
                .unwrap()
                .witness
                .words
                .clone()
        })
        .collect();
    let sums = accumulate(words.iter().map(Vec::as_slice), options);
    let context = sample.venue.context();
    let share = sample.trustee.share(context, &sums[0], options, &mut sample.rng);
    let witness = TallyWitness {
        context,
        c1: sums[0],
        c2: sums[1..].to_vec(),
        keys: sample.trustee.keys(options),
        totals: (0..options).map(|i| if i < 3 { i as u64 + 1 } else { 0 }).collect(),
        share,
    };
    (witness.public(), witness)
}

pub(crate) fn proves_and_refuses<S: Statement>(public: &S::Public, witness: &S::Witness) {
    S::check(public, witness).unwrap();
    let circuit = CompiledCircuit::compile::<S>().unwrap();
    let assignment = circuit.assign::<S>(public, witness).unwrap();
    // Setup and proving number variables alike: the values satisfy the compiled rows, each of them.
    assert_eq!(circuit.first_unsatisfied(&assignment), None);

    let key = KeyStore::open(tempfile::tempdir().unwrap().path()).development_for(circuit).unwrap();
    equals_ark(&key, &assignment);

    let proof = prove::<S>(&key, public, witness).unwrap();

    let mut inputs = S::inputs(public);
    let verifier = Verifier::new(key.verifying_key(), inputs.len()).unwrap();
    assert_eq!(verifier.verify(&inputs, &proof), Ok(()));
    for i in 0..inputs.len() {
        inputs[i] += Fr::from(1u64);
        assert_eq!(verifier.verify(&inputs, &proof), Err(VerifyError::Invalid), "{}", S::input_names()[i]);
        inputs[i] -= Fr::from(1u64);
    }
}

#[test]
fn larger_ballots_and_tallies_are_proven_and_bound_to_every_public_input() {
    let (public, witness) = ballot(8);
    proves_and_refuses::<BallotK8D20>(&public, &witness);
    let (public, witness) = tally(8);
    proves_and_refuses::<TallyK8T1>(&public, &witness);
}

#[test]
fn a_ballot_is_proven_and_bound_to_every_public_input() {
    let (public, witness) = ballot(3);
    proves_and_refuses::<BallotK3D20>(&public, &witness);
}

#[test]
fn a_tally_is_proven_and_bound_to_every_public_input() {
    let (public, witness) = tally(3);
    proves_and_refuses::<TallyK3T1>(&public, &witness);
}

#[test]
fn a_wrong_ballot_is_refused_with_the_block_that_refuses() {
    let key = KeyStore::open(tempfile::tempdir().unwrap().path()).development::<BallotK3D20>().unwrap();
    let (public, mut witness) = ballot(3);
    witness.index ^= 1;
    let error = prove::<BallotK3D20>(&key, &public, &witness).unwrap_err();
    let ProveError::Unsatisfied { rule: Some(rule), .. } = &error else { panic!("{error}") };
    assert_eq!(rule.block, "path");
}

/// `circuits/pinned/ID.json` is what the circuit was when it was last meant to change. To change it, set
/// `TABELLA_REWRITE=1`.
#[test]
fn every_circuit_is_the_pinned_one() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../circuits/pinned");
    let mut expected: Vec<PathBuf> = Vec::new();
    for info in circuits() {
        let path = dir.join(format!("{}.json", info.id));
        let found = serde_json::to_string_pretty(&info.compile().unwrap().summary()).unwrap() + "\n";
        if std::env::var_os("TABELLA_REWRITE").is_some() {
            fs::create_dir_all(&dir).unwrap();
            fs::write(&path, &found).unwrap();
        }
        let pinned = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(found, pinned, "{} has changed: a new version, or a mistake", info.id);
        // What may vary freely in it; the circuits' own tests compare the list with what they find.
        expected.extend([path.with_extension("free.json"), path]);
    }
    let mut present: Vec<PathBuf> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    present.sort();
    expected.sort();
    assert_eq!(present, expected, "a pinned file without its circuit");
}
