//! Compilation: canonical matrices, digest, the same numbering when proving.

use ark_bn254::Fr;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, OptimizationGoal, R1CS_PREDICATE_LABEL, SynthesisError, SynthesisMode,
};
use sha2::{Digest, Sha256};

use super::statements::*;
use crate::circuit::{CircuitError, CompiledCircuit};

#[test]
fn sizes_are_those_of_the_statement() {
    let circuit = CompiledCircuit::compile::<Quintic>().unwrap();
    assert_eq!((circuit.id(), circuit.version()), ("quintic-0", 1));
    assert_eq!((circuit.num_constraints(), circuit.num_inputs(), circuit.num_witness()), (4, 2, 4));
    assert_eq!((circuit.num_variables(), circuit.constants()), (7, 1));
    // 4 rows + 2 inputs + 1 = 7, in a domain of 8; one row more fills it, two need 16.
    assert_eq!(circuit.domain(), 8);
    assert_eq!(CompiledCircuit::compile::<Quintic<1, 1>>().unwrap().domain(), 8);
    assert_eq!(CompiledCircuit::compile::<Quintic<1, 2>>().unwrap().domain(), 16);
}

#[test]
fn rows_are_canonical_and_linear_combinations_are_inlined() {
    let circuit = CompiledCircuit::compile::<Quintic>().unwrap();
    let [a, b, c] = circuit.matrices();
    let one = Fr::from(1u64);
    // Row 3: x4 · x = y - slope·x - 3, over (1, slope, y, x, x2, x4, sx).
    assert_eq!(a[3], vec![(one, 5)]);
    assert_eq!(b[3], vec![(one, 3)]);
    assert_eq!(c[3], vec![(-Fr::from(3u64), 0), (one, 2), (-one, 6)]);
}

/// The encoding written out by hand for "x·x = y": anyone can recompute a digest from the documentation.
#[test]
fn the_digest_is_what_the_documentation_says() {
    let circuit = CompiledCircuit::compile::<Defective<SHAPE_BY_VALUE>>().unwrap();
    let mut bytes = b"tabella.r1cs.v1\0".to_vec();
    let mut push = |n: u64| bytes.extend_from_slice(&n.to_le_bytes());
    push(2);
    push(1);
    push(1);
    for variable in [2, 2, 1] {
        let mut coefficient = [0u8; 32];
        coefficient[31] = 1;
        bytes.extend_from_slice(&1u64.to_le_bytes());
        bytes.extend_from_slice(&(variable as u64).to_le_bytes());
        bytes.extend_from_slice(&coefficient);
    }
    assert_eq!(circuit.digest(), &<[u8; 32]>::from(Sha256::digest(&bytes)));
}

#[test]
fn every_change_of_the_rows_changes_the_digest() {
    let digests = [
        *CompiledCircuit::compile::<Quintic>().unwrap().digest(),
        *CompiledCircuit::compile::<Quintic<1, 1>>().unwrap().digest(),
        *CompiledCircuit::compile::<Defective<SHAPE_BY_VALUE>>().unwrap().digest(),
    ];
    assert!(digests[0] != digests[1] && digests[1] != digests[2] && digests[0] != digests[2]);
    // The version is not part of the matrices.
    assert_eq!(&digests[0], CompiledCircuit::compile::<Quintic<2>>().unwrap().digest());
}

#[test]
fn replaying_the_rows_gives_the_same_system() {
    let circuit = CompiledCircuit::compile::<Quintic<1, 2>>().unwrap();
    let cs = ConstraintSystem::<Fr>::new_ref();
    cs.set_optimization_goal(OptimizationGoal::Constraints);
    cs.set_mode(SynthesisMode::Setup);
    (&circuit).generate_constraints(cs.clone()).unwrap();
    cs.finalize();
    let matrices = cs.to_matrices().unwrap().remove(R1CS_PREDICATE_LABEL).unwrap();
    assert_eq!(matrices, circuit.matrices().to_vec());
    assert_eq!((cs.num_instance_variables(), cs.num_witness_variables()), (3, circuit.num_witness()));
}

#[test]
fn an_assignment_satisfies_the_rows_and_a_wrong_one_names_its_first_row() {
    let circuit = CompiledCircuit::compile::<Quintic<1, 2>>().unwrap();
    let (public, x) = quintic(5);
    let assignment = circuit.assign::<Quintic<1, 2>>(&public, &x).unwrap();
    assert_eq!(assignment[..4], [Fr::from(1u64), public.slope, public.y, x]);
    assert_eq!(circuit.first_unsatisfied(&assignment), None);
    // Over (1, slope, y, x, x2, x4, sx): the first row that each variable's change breaks.
    for (variable, row) in [(0, 3), (1, 2), (2, 3), (3, 0), (4, 0), (5, 1), (6, 2)] {
        let mut wrong = assignment.clone();
        wrong[variable] += Fr::from(1u64);
        assert_eq!(circuit.first_unsatisfied(&wrong), Some(row), "variable {variable}");
    }
}

#[test]
fn defective_circuits_are_refused() {
    let id = |defect: u8| format!("defective-{defect}");
    assert_eq!(
        CompiledCircuit::compile::<Defective<UNNAMED_INPUT>>(),
        Err(CircuitError::Inputs { id: id(UNNAMED_INPUT), named: 0, allocated: 1 })
    );
    assert_eq!(
        CompiledCircuit::compile::<Defective<TOO_MANY_CONSTANTS>>(),
        Err(CircuitError::Constants { id: id(TOO_MANY_CONSTANTS), constants: 2, inputs: 1 })
    );
    assert!(matches!(CompiledCircuit::compile::<Defective<NO_CONSTRAINTS>>(), Err(CircuitError::Shape { .. })));
    assert_eq!(
        CompiledCircuit::compile::<Defective<FAILS_IN_SETUP>>(),
        Err(CircuitError::Synthesis { id: id(FAILS_IN_SETUP), source: SynthesisError::DivisionByZero })
    );
}

#[test]
fn a_shape_that_depends_on_values_is_refused() {
    let circuit = CompiledCircuit::compile::<Defective<SHAPE_BY_VALUE>>().unwrap();
    let nine = Fr::from(9u64);
    let outcome = circuit.assign::<Defective<SHAPE_BY_VALUE>>(&nine, &Fr::from(3u64));
    assert_eq!(outcome.map(|_| ()), Err(SynthesisError::Unsatisfiable));
}
