//! The engine against ark-groth16: the same key, assignment, r and s give the same bytes, on every back end of the machine.

use ark_bn254::{Bn254, Fr};
use ark_ff::{One, UniformRand, Zero};
use ark_groth16::{Groth16, Proof, ProvingKey};
use ark_relations::gr1cs::Matrix;
use ark_serialize::CanonicalSerialize;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

use super::statements::*;
use crate::circuit::CompiledCircuit;
use crate::engine::Backend;
use crate::engine::key::EngineKey;
use crate::engine::matrices::{EvaluateError, Matrices};
use crate::engine::prove::{EngineError, prove};
use crate::keys::sealed::Sealed;
use crate::keys::{CircuitKey, KeyStore};
use crate::reduction::OddCosetReduction;
use crate::reduction::tests::{Rows, random_system};
use crate::setup::development_setup;

type Ark = Groth16<Bn254, OddCosetReduction>;

fn bytes(proof: &Proof<Bn254>) -> Vec<u8> {
    let mut bytes = Vec::new();
    proof.serialize_uncompressed(&mut bytes).unwrap();
    bytes
}

/// The engine's key from ark's.
fn engine_key(key: &ProvingKey<Bn254>, matrices: &[Matrix<Fr>; 3], variables: usize) -> EngineKey {
    let matrices = Matrices::new(matrices, variables).unwrap();
    let (image, table) = EngineKey::lay_out(key, &matrices, 0, 0).unwrap();
    EngineKey::view(image, table, variables).unwrap()
}

fn same_proof(key: &EngineKey, ark: &ProvingKey<Bn254>, matrices: &[Matrix<Fr>; 3], z: &[Fr], [r, s]: [Fr; 2]) {
    let (rows, inputs) = (matrices[0].len(), ark.vk.gamma_abc_g1.len());
    let theirs = Ark::create_proof_with_reduction_and_matrices(ark, r, s, matrices, inputs, rows, z).unwrap();
    for backend in Backend::available() {
        assert_eq!(bytes(&prove(backend, key, z, &r, &s).unwrap()), bytes(&theirs), "{backend:?}");
    }
}

/// Compares proofs for random r and s and for the edge cases r = 0 and s = 0.
fn same_proofs(key: &EngineKey, ark: &ProvingKey<Bn254>, matrices: &[Matrix<Fr>; 3], z: &[Fr], seed: u64) {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let [r, s] = [(); 2].map(|()| Fr::rand(&mut rng));
    [[r, s], [Fr::zero(), s], [r, Fr::zero()]].into_iter().for_each(|rs| same_proof(key, ark, matrices, z, rs));
}

/// The engine's proofs of this assignment are ark's.
pub(crate) fn equals_ark(key: &impl CircuitKey, z: &[Fr]) {
    let ark = key.proving_key();
    let [r, s] = [3, 4].map(|seed| Fr::rand(&mut ChaCha20Rng::seed_from_u64(seed)));
    same_proof(key.engine(), &ark, &key.engine().matrices().unwrap().to_ark(), z, [r, s]);
}

#[test]
fn equals_ark_at_every_edge_of_the_domain() {
    fn check<const EXTRA: usize>() {
        let circuit = CompiledCircuit::compile::<Quintic<1, EXTRA>>().unwrap();
        let ark = development_setup(&circuit).unwrap();
        let key = engine_key(&ark, circuit.matrices(), circuit.num_variables());
        // Nothing is lost in the engine's layout.
        assert_eq!(key.to_ark(), ark);
        let (public, x) = quintic(3);
        let z = circuit.assign::<Quintic<1, EXTRA>>(&public, &x).unwrap();
        same_proofs(&key, &ark, circuit.matrices(), &z, EXTRA as u64);
    }
    check::<0>(); // 7 of 8
    check::<1>(); // 8 of 8
    check::<2>(); // 9 of 16
    check::<9>(); // 16 of 16
    check::<10>(); // 17 of 32
    check::<600>();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tabella_circuits::testing::cases(24)))]

    #[test]
    fn equals_ark_on_random_systems(rows in 1usize..150, inputs in 0usize..5, seed: u64) {
        let (matrices, z) = random_system(rows, inputs, seed);
        let circuit = Rows(&matrices, inputs, z.len() - 1 - inputs);
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let ark = Ark::generate_random_parameters_with_reduction(circuit, &mut rng).unwrap();
        let matrices: [Matrix<Fr>; 3] = matrices.try_into().unwrap();
        let key = engine_key(&ark, &matrices, z.len());
        prop_assert_eq!(&key.to_ark(), &ark);
        same_proofs(&key, &ark, &matrices, &z, seed);
    }
}

#[test]
fn an_assignment_that_does_not_fit_or_does_not_satisfy_gives_no_proof() {
    let circuit = CompiledCircuit::compile::<Quintic>().unwrap();
    let key = KeyStore::open(tempfile::tempdir().unwrap().path()).development_for(circuit).unwrap();
    let (public, x) = quintic(5);
    let z = key.circuit().assign::<Quintic>(&public, &x).unwrap();
    let one = Fr::one();
    let outcome = |z: &[Fr]| prove(Backend::Portable, key.engine(), z, &one, &one).map(|_| ());
    assert_eq!(outcome(&z), Ok(()));
    assert_eq!(outcome(&z[1..]), Err(EngineError::Evaluate(EvaluateError::Length { expected: 7, found: 6 })));
    let mut broken = z.clone();
    broken[5] += one;
    assert_eq!(outcome(&broken), Err(EngineError::Evaluate(EvaluateError::Unsatisfied(1))));
}
