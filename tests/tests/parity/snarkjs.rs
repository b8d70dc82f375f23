//! Our proofs under snarkjs: verifying key, proof and public inputs in its own JSON.

use super::{decimals, list};
use ark_ff::Field;
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::voting::electorate::Kind;
use tabella_prover::{Proof, verify};
use tabella_tests::votes::{self, Proven};
use tabella_tests::{peer, seed};

fn case(key: &str, proof: &Proof, inputs: &[Fr]) -> Value {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).expect("our JSON is JSON");
    json!({ "vk": parsed(key), "proof": parsed(&proof.to_json()), "inputs": decimals(inputs) })
}

fn verdicts(cases: &[Value]) -> Vec<bool> {
    let answer = peer::ask("verify", &json!({ "cases": cases }));
    let verdicts: Vec<bool> = list(&answer["verdicts"]).iter().map(|v| v.as_bool().expect("a verdict")).collect();
    assert_eq!(verdicts.len(), cases.len());
    verdicts
}

/// snarkjs accepts every proof, and refuses it with any public input changed and with another's proof.
fn assert_verifies(proven: &[Proven]) {
    let honest: Vec<Value> = proven.iter().map(|p| case(&p.key, &p.proof, &p.inputs)).collect();
    assert_eq!(verdicts(&honest), vec![true; honest.len()]);

    let mut wrong = Vec::new();
    let first = &proven[0];
    for position in 0..first.inputs.len() {
        let mut inputs = first.inputs.clone();
        inputs[position] += Fr::ONE;
        wrong.push(case(&first.key, &first.proof, &inputs));
    }
    wrong.push(case(&first.key, &proven[1].proof, &first.inputs));
    assert_eq!(verdicts(&wrong), vec![false; wrong.len()]);
}

#[test]
fn accepts_our_ballots_and_no_changed_input() {
    let mut rng = seed::rng();
    assert_verifies(&[
        votes::proven_ballot(Kind::Weighted, 5, &mut rng),
        votes::proven_ballot(Kind::Plain, 4, &mut rng),
    ]);
}

#[test]
fn accepts_our_tallies_and_no_changed_input() {
    let mut rng = seed::rng();
    assert_verifies(&[votes::proven_tally(Kind::Weighted, 5, &mut rng), votes::proven_tally(Kind::Plain, 3, &mut rng)]);
}

/// The JSON that snarkjs accepted reads back here as the same proof and the same key.
#[test]
fn what_snarkjs_accepts_is_read_back() {
    use tabella_prover::groth16::verifying_key_from_json;
    let Proven { key, inputs, proof } = votes::proven_ballot(Kind::Weighted, 3, &mut seed::rng());
    assert_eq!(verdicts(&[case(&key, &proof, &inputs)]), [true]);
    let read = Proof::from_json(&proof.to_json()).unwrap();
    assert_eq!(read.to_json(), proof.to_json());
    verify(&verifying_key_from_json(&key).unwrap(), &inputs, &read).unwrap();
}
