//! Poseidon against circomlibjs.

use super::{decimals, element, list};
use ark_ff::{AdditiveGroup, Field, UniformRand};
use rand::Rng;
use serde_json::json;
use tabella_circuits::{Fr, poseidon};
use tabella_tests::{peer, seed};

fn assert_equal(inputs: &[Vec<Fr>]) {
    let request = json!({ "inputs": inputs.iter().map(|words| decimals(words)).collect::<Vec<_>>() });
    let answer = peer::ask("poseidon", &request);
    let hashes = list(&answer["hashes"]);
    assert_eq!(hashes.len(), inputs.len());
    for (words, hash) in inputs.iter().zip(hashes) {
        assert_eq!(poseidon::hash(words), element(hash), "{words:?}");
    }
}

#[test]
fn equals_circomlibjs_for_1_to_16_random_inputs() {
    let mut rng = seed::rng();
    let inputs: Vec<Vec<Fr>> =
        (1..=16).flat_map(|n| [n; 8]).map(|n| (0..n).map(|_| Fr::rand(&mut rng)).collect()).collect();
    assert_equal(&inputs);
}

#[test]
fn equals_circomlibjs_on_edges() {
    let edges = [Fr::ZERO, Fr::ONE, -Fr::ONE, -Fr::ONE - Fr::ONE];
    let mut rng = seed::rng();
    let mut inputs = Vec::new();
    for n in 1..=16 {
        inputs.extend(edges.map(|edge| vec![edge; n]));
        inputs.extend((0..4).map(|_| (0..n).map(|_| edges[rng.gen_range(0..edges.len())]).collect()));
    }
    assert_equal(&inputs);
}
