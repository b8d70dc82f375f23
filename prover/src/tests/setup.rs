//! The setup against ark-groth16's generator: the same trapdoor gives the same key.

use ark_bn254::{Bn254, Fr, G1Projective, G2Projective};
use ark_ec::PrimeGroup;
use ark_ff::{FftField, Field, Zero};
use ark_groth16::{Groth16, ProvingKey};
use tabella_circuits::voting::ballot::BallotK3D20;

use super::statements::*;
use crate::circuit::CompiledCircuit;
use crate::engine::Backend;
use crate::reduction::OddCosetReduction;
use crate::setup::key::key;
use crate::setup::{development_setup, trapdoor};

/// ark's key for the development trapdoor; it draws the same tau.
fn ark(circuit: &CompiledCircuit) -> ProvingKey<Bn254> {
    let (trapdoor, mut rng) = trapdoor(circuit).unwrap();
    Groth16::<Bn254, OddCosetReduction>::generate_parameters_with_qap(
        circuit,
        trapdoor.alpha,
        trapdoor.beta,
        trapdoor.gamma,
        trapdoor.delta,
        G1Projective::generator(),
        G2Projective::generator(),
        &mut rng,
    )
    .unwrap()
}

fn equals_ark(circuit: &CompiledCircuit) {
    let expected = ark(circuit);
    assert!(development_setup(circuit).unwrap() == expected, "{}", circuit.id());
    let (trapdoor, _) = trapdoor(circuit).unwrap();
    for backend in Backend::available() {
        assert!(key(backend, circuit, &trapdoor).unwrap() == expected, "{}, {backend:?}", circuit.id());
    }
}

#[test]
fn keys_are_those_of_ark_at_every_edge_of_the_domain() {
    fn check<const EXTRA: usize>() {
        equals_ark(&CompiledCircuit::compile::<Quintic<1, EXTRA>>().unwrap());
    }
    check::<0>(); // 7 of 8
    check::<1>(); // 8 of 8
    check::<2>(); // 9 of 16
    check::<9>(); // 16 of 16
    check::<600>();
}

#[test]
fn the_key_of_the_ballot_is_that_of_ark() {
    equals_ark(&CompiledCircuit::compile::<BallotK3D20>().unwrap());
}

#[test]
fn a_degenerate_trapdoor_gives_no_key() {
    let circuit = CompiledCircuit::compile::<Quintic>().unwrap();
    let root = Fr::get_root_of_unity(2 * circuit.domain() as u64).unwrap();
    for bad in [root, root.square(), Fr::ONE, root.pow([5])] {
        let (mut trapdoor, _) = trapdoor(&circuit).unwrap();
        trapdoor.tau = bad;
        assert!(key(Backend::Portable, &circuit, &trapdoor).is_none());
    }
    for of_delta in [false, true] {
        let (mut trapdoor, _) = trapdoor(&circuit).unwrap();
        *if of_delta { &mut trapdoor.delta } else { &mut trapdoor.gamma } = Fr::zero();
        assert!(key(Backend::Portable, &circuit, &trapdoor).is_none());
    }
}
