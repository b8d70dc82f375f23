//! Setup, proofs and verdicts.

use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{UniformRand, Zero};
use ark_groth16::Groth16;
use ark_groth16::r1cs_to_qap::LibsnarkReduction;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use tabella_circuits::statement::Statement;

use super::statements::*;
use crate::circuit::CompiledCircuit;
use crate::groth16::{
    Proof, ProofError, ProveError, VerifyError, VerifyingKeyError, check_verifying_key, prove, prove_with_randomness,
    verify,
};
use crate::keys::{CircuitKey, DevelopmentKey, KeyKind, KeyStore};
use crate::reduction::OddCosetReduction;
use crate::setup::development_setup;

fn key<S: Statement>() -> DevelopmentKey {
    let dir = tempfile::tempdir().unwrap();
    KeyStore::open(dir.path()).development::<S>().unwrap()
}

#[test]
fn a_proof_verifies_for_its_inputs_and_no_others() {
    let key = key::<Quintic>();
    let (public, x) = quintic(5);
    let proof = prove::<Quintic>(&key, &public, &x).unwrap();
    let vk = key.verifying_key();
    let inputs = Quintic::<1, 0>::inputs(&public);
    assert_eq!(verify(vk, &inputs, &proof), Ok(()));
    for i in 0..inputs.len() {
        let mut wrong = inputs.clone();
        wrong[i] += Fr::from(1u64);
        assert_eq!(verify(vk, &wrong, &proof), Err(VerifyError::Invalid), "input {i}");
    }
    assert_eq!(verify(vk, &inputs[..1], &proof), Err(VerifyError::Inputs { expected: 2, found: 1 }));
    assert_eq!(
        verify(vk, &[inputs[0], inputs[1], Fr::zero()], &proof),
        Err(VerifyError::Inputs { expected: 2, found: 3 })
    );
    for swapped in [
        Proof::new(*proof.c(), *proof.b(), *proof.a()).unwrap(),
        Proof::new(-*proof.a(), *proof.b(), *proof.c()).unwrap(),
        Proof::new(*proof.a(), -*proof.b(), *proof.c()).unwrap(),
        Proof::new(*proof.a(), *proof.b(), G1Affine::generator()).unwrap(),
    ] {
        assert_eq!(verify(vk, &inputs, &swapped), Err(VerifyError::Invalid));
    }
}

#[test]
fn proofs_verify_at_every_edge_of_the_domain() {
    fn check<const EXTRA: usize>() {
        let key = key::<Quintic<1, EXTRA>>();
        let (public, x) = quintic(3);
        let proof = prove::<Quintic<1, EXTRA>>(&key, &public, &x).unwrap();
        let inputs = Quintic::<1, EXTRA>::inputs(&public);
        assert_eq!(verify(key.verifying_key(), &inputs, &proof), Ok(()), "{EXTRA} extra rows");
    }
    check::<0>(); // 7 of 8
    check::<1>(); // 8 of 8
    check::<2>(); // 9 of 16
    check::<9>(); // 16 of 16
    check::<10>(); // 17 of 32
}

#[test]
fn two_proofs_of_one_witness_differ() {
    let key = key::<Quintic>();
    let (public, x) = quintic(5);
    let (first, second) = (prove::<Quintic>(&key, &public, &x).unwrap(), prove::<Quintic>(&key, &public, &x).unwrap());
    assert!(first.a() != second.a() && first.b() != second.b() && first.c() != second.c());
}

/// One trapdoor, two reductions: with the same r and s, A and B are the same points, and so is C, since both H say the
/// same quotient at tau.
#[test]
fn the_proof_equals_that_of_ark_with_its_own_reduction_from_the_same_trapdoor() {
    let circuit = CompiledCircuit::compile::<Quintic<1, 2>>().unwrap();
    let trapdoor = |i: u64| Fr::from(1000 + i);
    let (g1, g2) =
        (ark_bn254::G1Projective::from(G1Affine::generator()), ark_bn254::G2Projective::from(G2Affine::generator()));
    let rng = || ChaCha20Rng::seed_from_u64(8);
    let [alpha, beta, gamma, delta] = [1, 2, 3, 4].map(trapdoor);
    let ours = Groth16::<Bn254, OddCosetReduction>::generate_parameters_with_qap(
        &circuit,
        alpha,
        beta,
        gamma,
        delta,
        g1,
        g2,
        &mut rng(),
    )
    .unwrap();
    let ark = Groth16::<Bn254, LibsnarkReduction>::generate_parameters_with_qap(
        &circuit,
        alpha,
        beta,
        gamma,
        delta,
        g1,
        g2,
        &mut rng(),
    )
    .unwrap();
    assert_eq!(ours.vk, ark.vk);
    assert_ne!(ours.h_query, ark.h_query);

    let (public, x) = quintic(5);
    let z = circuit.assign::<Quintic<1, 2>>(&public, &x).unwrap();
    let (r, s) = (Fr::from(77u64), Fr::from(88u64));
    let rows = circuit.num_constraints();
    let with_ours = Groth16::<Bn254, OddCosetReduction>::create_proof_with_reduction_and_matrices(
        &ours,
        r,
        s,
        circuit.matrices(),
        3,
        rows,
        &z,
    );
    let with_ark = Groth16::<Bn254, LibsnarkReduction>::create_proof_with_reduction_and_matrices(
        &ark,
        r,
        s,
        circuit.matrices(),
        3,
        rows,
        &z,
    );
    assert_eq!(with_ours.unwrap(), with_ark.unwrap());
}

#[test]
fn the_test_entry_is_deterministic_and_its_proof_is_the_plain_one() {
    let key = key::<Quintic>();
    let (public, x) = quintic(5);
    let (r, s) = (Fr::from(3u64), Fr::from(4u64));
    let once = prove_with_randomness::<Quintic>(&key, &public, &x, r, s).unwrap();
    assert_eq!(once, prove_with_randomness::<Quintic>(&key, &public, &x, r, s).unwrap());
    assert_ne!(once, prove_with_randomness::<Quintic>(&key, &public, &x, s, r).unwrap());
    assert_eq!(verify(key.verifying_key(), &Quintic::<1, 0>::inputs(&public), &once), Ok(()));
}

#[test]
fn an_unsatisfied_witness_is_refused_by_row_and_rule() {
    let key = key::<Quintic>();
    let (public, x) = quintic(5);
    let error = prove::<Quintic>(&key, &public, &(x + Fr::from(1u64))).unwrap_err();
    let ProveError::Unsatisfied { id, row: 3, rule: Some(rule) } = &error else { panic!("{error}") };
    assert_eq!((id.as_str(), rule.block), ("quintic-0", "curve"));
    assert_eq!(
        error.to_string(),
        "circuit quintic-0: constraint 3 is not satisfied: curve: y is not x^5 + slope·x + 3"
    );
}

#[test]
fn attack_15_a_key_for_another_circuit_or_version_is_refused_by_name() {
    let (public, x) = quintic(5);
    assert_eq!(
        prove::<Quintic<1, 1>>(&key::<Quintic>(), &public, &x),
        Err(ProveError::WrongCircuit { expected: "quintic-1".into(), found: "quintic-0".into() })
    );
    assert_eq!(
        prove::<Quintic<2, 0>>(&key::<Quintic>(), &public, &x),
        Err(ProveError::WrongVersion { id: "quintic-0".into(), expected: 2, found: 1 })
    );
}

#[test]
fn a_circuit_that_states_other_inputs_than_its_statement_is_refused() {
    let key = key::<Defective<ANOTHER_INPUT>>();
    let error = prove::<Defective<ANOTHER_INPUT>>(&key, &Fr::from(10u64), &Fr::from(3u64));
    assert_eq!(error, Err(ProveError::InputMismatch { id: "defective-4".into(), index: 0 }));
}

#[test]
fn the_development_setup_is_deterministic_and_depends_on_circuit_and_version() {
    let setup = |circuit: Result<CompiledCircuit, _>| development_setup(&circuit.unwrap()).unwrap();
    let first = setup(CompiledCircuit::compile::<Quintic>());
    assert_eq!(first, setup(CompiledCircuit::compile::<Quintic>()));
    let others = [setup(CompiledCircuit::compile::<Quintic<2>>()), setup(CompiledCircuit::compile::<Quintic<1, 1>>())];
    for other in others {
        assert_ne!(first.vk.delta_g2, other.vk.delta_g2);
        assert_ne!(first.vk.alpha_g1, other.vk.alpha_g1);
    }
}

#[test]
fn a_development_key_says_so() {
    let key = key::<Quintic>();
    assert_eq!(key.kind(), KeyKind::Development);
    assert_eq!(key.kind().to_string(), "development");
    assert_eq!(key.circuit().id(), "quintic-0");
    assert_eq!(check_verifying_key(key.verifying_key(), 2), Ok(()));
}

/// A G2 point on the curve but outside the subgroup: the cofactor is not 1, so almost any point found by its x is one.
pub(crate) fn off_subgroup() -> G2Affine {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    std::iter::repeat_with(|| Fq2::rand(&mut rng))
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(x, false))
        .find(|point| point.is_on_curve() && !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap()
}

#[test]
fn attack_13_keys_that_must_not_be_used_are_refused() {
    let good = key::<Quintic>().verifying_key().clone();
    let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
    let (off_g1, off_g2) = (G1Affine::new_unchecked(Fq::from(1u64), Fq::from(1u64)), off_subgroup());
    let off_curve_g2 = G2Affine::new_unchecked(Fq2::from(1u64), Fq2::from(1u64));
    type Edit<'a> = Box<dyn Fn(&mut crate::VerifyingKey) + 'a>;
    use VerifyingKeyError::*;
    let table: Vec<(Edit, VerifyingKeyError)> = vec![
        (Box::new(|k| k.gamma_g2 = k.delta_g2), GammaIsDelta),
        (Box::new(|k| k.gamma_g2 = -k.delta_g2), GammaIsDelta),
        (Box::new(|k| k.delta_g2 = g2), DeltaIsGenerator),
        (Box::new(|k| k.delta_g2 = -g2), DeltaIsGenerator),
        (Box::new(|k| k.alpha_g1 = G1Affine::zero()), Identity("alpha".into())),
        (Box::new(|k| k.beta_g2 = G2Affine::zero()), Identity("beta".into())),
        (Box::new(|k| k.gamma_g2 = G2Affine::zero()), Identity("gamma".into())),
        (Box::new(|k| k.delta_g2 = G2Affine::zero()), Identity("delta".into())),
        (Box::new(|k| k.gamma_abc_g1[1] = G1Affine::zero()), Identity("IC[1]".into())),
        (Box::new(|k| k.alpha_g1 = off_g1), NotOnCurve("alpha".into())),
        (Box::new(|k| k.gamma_abc_g1[2] = off_g1), NotOnCurve("IC[2]".into())),
        (Box::new(|k| k.delta_g2 = off_curve_g2), NotOnCurve("delta".into())),
        (Box::new(|k| k.beta_g2 = off_g2), NotInSubgroup("beta".into())),
        (Box::new(|k| k.gamma_g2 = off_g2), NotInSubgroup("gamma".into())),
        (Box::new(|k| k.delta_g2 = off_g2), NotInSubgroup("delta".into())),
        (Box::new(|k| k.gamma_abc_g1.push(g1)), InputPoints { expected: 3, found: 4 }),
        (Box::new(|k| k.gamma_abc_g1.truncate(2)), InputPoints { expected: 3, found: 2 }),
        (Box::new(|k| k.gamma_abc_g1.clear()), InputPoints { expected: 3, found: 0 }),
    ];
    for (edit, expected) in table {
        let mut bad = good.clone();
        edit(&mut bad);
        assert_eq!(check_verifying_key(&bad, 2), Err(expected));
    }
    // snarkjs sets gamma to the generator; that is sound.
    let snarkjs = crate::VerifyingKey { gamma_g2: g2, ..good.clone() };
    assert_eq!(check_verifying_key(&snarkjs, 2), Ok(()));
    // verify() itself refuses such a key, whatever the proof.
    let (public, x) = quintic(5);
    let proof = prove::<Quintic>(&key::<Quintic>(), &public, &x).unwrap();
    let bad = crate::VerifyingKey { delta_g2: good.gamma_g2, ..good };
    let outcome = verify(&bad, &Quintic::<1, 0>::inputs(&public), &proof);
    assert_eq!(outcome, Err(VerifyError::Key(GammaIsDelta)));
}

#[test]
fn points_that_make_no_proof_are_refused() {
    let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
    let off_g1 = G1Affine::new_unchecked(Fq::from(1u64), Fq::from(1u64));
    let off_g2 = G2Affine::new_unchecked(Fq2::from(1u64), Fq2::from(1u64));
    assert_eq!(Proof::new(G1Affine::zero(), g2, g1), Err(ProofError::Identity("A")));
    assert_eq!(Proof::new(g1, G2Affine::zero(), g1), Err(ProofError::Identity("B")));
    assert_eq!(Proof::new(g1, g2, G1Affine::zero()), Err(ProofError::Identity("C")));
    assert_eq!(Proof::new(off_g1, g2, g1), Err(ProofError::NotOnCurve("A")));
    assert_eq!(Proof::new(g1, off_g2, g1), Err(ProofError::NotOnCurve("B")));
    assert_eq!(Proof::new(g1, g2, off_g1), Err(ProofError::NotOnCurve("C")));
    assert_eq!(Proof::new(g1, off_subgroup(), g1), Err(ProofError::NotInSubgroup("B")));
}
