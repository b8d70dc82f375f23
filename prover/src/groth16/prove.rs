//! Making a proof.

use ark_bn254::Fr;
use ark_ff::UniformRand;
use ark_relations::gr1cs::SynthesisError;
use rand::rngs::OsRng;
use tabella_circuits::statement::{Statement, StatementError};
use zeroize::Zeroizing;

use super::{Proof, ProofError};
use crate::backend::BackendError;
use crate::circuit::Circuit;
use crate::engine::matrices::EvaluateError;
use crate::engine::{self, Backend, EngineError};
use crate::keys::CircuitKey;

/// Why no proof was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProveError {
    /// The key is for another circuit.
    #[error("the key is for circuit {found}, the statement is {expected}")]
    WrongCircuit {
        /// The statement's circuit.
        expected: String,
        /// The key's circuit.
        found: String,
    },
    /// The key is for another version of the circuit.
    #[error("the key is for version {found} of {id}, the statement is version {expected}")]
    WrongVersion {
        /// Circuit id.
        id: String,
        /// The statement's version.
        expected: u32,
        /// The key's version.
        found: u32,
    },
    /// The witness could not be synthesised.
    #[error("circuit {id}: synthesis failed: {source}{}", because(.rule))]
    Synthesis {
        /// Circuit id.
        id: String,
        /// What the constraint system reported.
        source: SynthesisError,
        /// The rule that is broken, where the native twin finds one.
        rule: Option<StatementError>,
    },
    /// The witness does not satisfy the circuit.
    #[error("circuit {id}: constraint {row} is not satisfied{}", because(.rule))]
    Unsatisfied {
        /// Circuit id.
        id: String,
        /// The first failing constraint, counted from 0.
        row: usize,
        /// The rule that is broken, where the native twin finds one.
        rule: Option<StatementError>,
    },
    /// The circuit allocates other public inputs than the statement lists: a defect of the circuit.
    #[error("circuit {id}: public input {index} differs between circuit and statement")]
    InputMismatch {
        /// Circuit id.
        id: String,
        /// Position among the public inputs, without the constant 1.
        index: usize,
    },
    /// The key's rows are not the circuit's, or of impossible lengths: the key file has been tampered with.
    #[error("circuit {id}: the key cannot be used: {source}")]
    Engine {
        /// Circuit id.
        id: String,
        /// What the engine reported.
        source: EngineError,
    },
    /// The environment asks for a back end that cannot run.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The points came out degenerate; the chance is about 2^-250, so suspect the key.
    #[error("the proof is degenerate: {0}")]
    Degenerate(#[from] ProofError),
}

fn because(rule: &Option<StatementError>) -> String {
    rule.as_ref().map(|rule| format!(": {rule}")).unwrap_or_default()
}

/// Proves that `witness` satisfies statement `S` with these public inputs; r and s come from the operating system.
///
/// Every constraint is checked first: with this reduction an unsatisfied witness would otherwise give a proof that
/// nobody accepts, without a word.
///
/// # Errors
/// [`ProveError`]: a key for another circuit or version, or a witness that breaks a constraint.
pub fn prove<S: Statement>(
    key: &impl CircuitKey,
    public: &S::Public,
    witness: &S::Witness,
) -> Result<Proof, ProveError> {
    let [r, s] = [(); 2].map(|()| Zeroizing::new(Fr::rand(&mut OsRng)));
    prove_with::<S>(key, public, witness, &r, &s)
}

/// [`prove`] with chosen randomness, for fixtures and comparisons: **a proof with known r and s is not
/// zero-knowledge**.
///
/// # Errors
/// As [`prove`].
#[cfg(any(test, feature = "test-utils"))]
pub fn prove_with_randomness<S: Statement>(
    key: &impl CircuitKey,
    public: &S::Public,
    witness: &S::Witness,
    r: Fr,
    s: Fr,
) -> Result<Proof, ProveError> {
    prove_with::<S>(key, public, witness, &r, &s)
}

fn prove_with<S: Statement>(
    key: &impl CircuitKey,
    public: &S::Public,
    witness: &S::Witness,
    r: &Fr,
    s: &Fr,
) -> Result<Proof, ProveError> {
    let circuit = key.circuit();
    check_circuit::<S>(circuit)?;
    let id = || circuit.id().to_owned();
    // The native twin runs only to explain a failure.
    let rule = || S::check(public, witness).err();
    let synthesis = |source| ProveError::Synthesis { id: id(), source, rule: rule() };

    let assignment = circuit.assign::<S>(public, witness).map_err(synthesis)?;
    let inputs = S::inputs(public);
    let allocated = &assignment[1..1 + circuit.num_inputs()];
    if let Some(index) = (0..allocated.len().max(inputs.len())).find(|&i| inputs.get(i) != allocated.get(i)) {
        return Err(ProveError::InputMismatch { id: id(), index });
    }
    let refused = |error| match error {
        EngineError::Evaluate(EvaluateError::Unsatisfied(row)) => {
            ProveError::Unsatisfied { id: id(), row, rule: rule() }
        }
        source => ProveError::Engine { id: id(), source },
    };
    let backend = Backend::from_environment()?;
    let proof = engine::prove::prove(backend, key.engine(), &assignment, r, s).map_err(refused)?;
    Ok(Proof::new(proof.a, proof.b, proof.c)?)
}

fn check_circuit<S: Statement>(circuit: &Circuit) -> Result<(), ProveError> {
    if circuit.id() != S::id() {
        return Err(ProveError::WrongCircuit { expected: S::id(), found: circuit.id().to_owned() });
    }
    if circuit.version() != S::VERSION {
        let (expected, found) = (S::VERSION, circuit.version());
        return Err(ProveError::WrongVersion { id: S::id(), expected, found });
    }
    Ok(())
}
