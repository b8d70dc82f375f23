//! A circuit compiled once: its sizes, its digest, its matrices.

use std::ops::Deref;

use ark_bn254::Fr;
use ark_ff::{BigInteger, FftField, PrimeField, Zero};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, ConstraintSystemRef, LinearCombination, Matrix, OptimizationGoal,
    R1CS_PREDICATE_LABEL, Result as SynthesisResult, SynthesisError, SynthesisMode, Variable,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tabella_circuits::statement::Statement;
use zeroize::Zeroizing;

/// First 16 bytes of what the matrix digest hashes.
const DIGEST_TAG: &[u8; 16] = b"tabella.r1cs.v1\0";

/// A circuit could not be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CircuitError {
    /// Synthesis in setup mode failed.
    #[error("circuit {id}: synthesis failed: {source}")]
    Synthesis {
        /// Circuit id.
        id: String,
        /// What the constraint system reported.
        source: SynthesisError,
    },
    /// The circuit allocates another number of public inputs than its statement names.
    #[error("circuit {id}: {named} public inputs are named, {allocated} are allocated")]
    Inputs {
        /// Circuit id.
        id: String,
        /// Names in the statement.
        named: usize,
        /// Public inputs allocated by the circuit.
        allocated: usize,
    },
    /// More leading constants than public inputs.
    #[error("circuit {id}: {constants} leading constants among {inputs} public inputs")]
    Constants {
        /// Circuit id.
        id: String,
        /// Leading constants declared.
        constants: usize,
        /// Public inputs.
        inputs: usize,
    },
    /// A public input on which no constraint depends: it could take any value under one proof.
    #[error("circuit {id}: no constraint depends on the public input {name}")]
    UnusedInput {
        /// Circuit id.
        id: String,
        /// The input's name.
        name: String,
    },
    /// No constraint, another kind of constraint than R1CS, or a domain beyond the field's 2^27.
    #[error("circuit {id}: {reason}")]
    Shape {
        /// Circuit id.
        id: String,
        /// What is unsupported.
        reason: String,
    },
}

/// What a circuit is, without its rows: names, sizes, digest. A key has one; see [`CompiledCircuit`] for the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circuit {
    id: String,
    version: u32,
    input_names: Vec<String>,
    constants: usize,
    num_constraints: usize,
    num_witness: usize,
    domain: usize,
    digest: [u8; 32],
}

/// A circuit compiled from its [`Statement`]: everything about it that does not depend on a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompiledCircuit {
    circuit: Circuit,
    matrices: [Matrix<Fr>; 3],
}

impl Deref for CompiledCircuit {
    type Target = Circuit;

    fn deref(&self) -> &Circuit {
        &self.circuit
    }
}

/// A circuit in a few lines: what `circuits/pinned/` holds and commands print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitSummary {
    /// Circuit id.
    pub id: String,
    /// Version of the statement.
    pub version: u32,
    /// Number of constraints.
    pub constraints: usize,
    /// Size of the evaluation domain, a power of two.
    pub domain: usize,
    /// Matrix digest in hex, see [`Circuit::digest`].
    pub matrix_digest: String,
    /// Names of the public inputs in order, without the leading constant 1.
    pub public_inputs: Vec<String>,
}

impl CompiledCircuit {
    /// Synthesises `S` once, in setup mode, and keeps its matrices in canonical form (terms by variable, no zeros).
    ///
    /// # Errors
    /// [`CircuitError`] if synthesis fails or the circuit disagrees with its own statement.
    pub fn compile<S: Statement>() -> Result<Self, CircuitError> {
        let id = S::id();
        let failed = |source| CircuitError::Synthesis { id: S::id(), source };
        let shape = |reason: &str| CircuitError::Shape { id: S::id(), reason: reason.to_owned() };

        let cs = ConstraintSystem::<Fr>::new_ref();
        // Inlines linear combinations and adds no variables, so proving runs number variables alike without inlining.
        cs.set_optimization_goal(OptimizationGoal::Constraints);
        cs.set_mode(SynthesisMode::Setup);
        let (public, witness) = S::blank();
        S::synthesize(cs.clone(), &public, &witness).map_err(failed)?;
        cs.finalize();

        let mut predicates = cs.to_matrices().map_err(failed)?;
        let r1cs = predicates.remove(R1CS_PREDICATE_LABEL).unwrap_or_default();
        if predicates.values().flatten().any(|matrix| !matrix.is_empty()) {
            return Err(shape("constraints other than R1CS are not supported"));
        }
        let mut matrices: [Matrix<Fr>; 3] = r1cs.try_into().map_err(|_| shape("R1CS needs three matrices"))?;
        if matrices[0].is_empty() {
            return Err(shape("there are no constraints"));
        }
        matrices.iter_mut().flatten().for_each(canonicalise);

        let (input_names, constants) = (S::input_names(), S::constants());
        let allocated = cs.num_instance_variables() - 1;
        if input_names.len() != allocated {
            return Err(CircuitError::Inputs { id, named: input_names.len(), allocated });
        }
        if constants > allocated {
            return Err(CircuitError::Constants { id, constants, inputs: allocated });
        }
        if let Some(unused) = unused_input(&matrices, allocated) {
            return Err(CircuitError::UnusedInput { id, name: input_names[unused].clone() });
        }
        // The reduction needs the root of unity of twice the domain.
        let domain = matrices[0].len() + allocated + 1;
        let domain = domain
            .checked_next_power_of_two()
            .filter(|size| size.trailing_zeros() < Fr::TWO_ADICITY)
            .ok_or_else(|| shape("the evaluation domain is beyond 2^27"))?;
        let num_witness = cs.num_witness_variables();
        let digest = digest(&matrices, allocated + 1, num_witness);
        let num_constraints = matrices[0].len();
        let version = S::VERSION;
        let circuit = Circuit { id, version, input_names, constants, num_constraints, num_witness, domain, digest };
        Ok(Self { circuit, matrices })
    }

    /// The circuit without its rows.
    pub fn circuit(&self) -> &Circuit {
        &self.circuit
    }

    /// The matrices A, B, C by rows; a term is (coefficient, variable), variable 0 is the constant 1, then the public
    /// inputs, then the private variables.
    pub fn matrices(&self) -> &[Matrix<Fr>; 3] {
        &self.matrices
    }

    /// The first constraint that `assignment` (all variables, see [`Circuit::assign`]) does not satisfy.
    pub fn first_unsatisfied(&self, assignment: &[Fr]) -> Option<usize> {
        let [a, b, c] = &self.matrices;
        let value = |row: &[(Fr, usize)]| -> Fr { row.iter().map(|(k, variable)| *k * assignment[*variable]).sum() };
        (0..self.num_constraints()).find(|&i| value(&a[i]) * value(&b[i]) != value(&c[i]))
    }
}

impl Circuit {
    /// The circuit of `S` with sizes that are known from elsewhere.
    pub(crate) fn known<S: Statement>(
        num_constraints: usize,
        num_witness: usize,
        domain: usize,
        digest: [u8; 32],
    ) -> Self {
        let (id, version, input_names, constants) = (S::id(), S::VERSION, S::input_names(), S::constants());
        Self { id, version, input_names, constants, num_constraints, num_witness, domain, digest }
    }

    /// Circuit id, for example `ballot-k3-d20`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Version of the statement.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Names of the public inputs in order, without the leading constant 1.
    pub fn input_names(&self) -> &[String] {
        &self.input_names
    }

    /// Number of public inputs, without the leading constant 1.
    pub fn num_inputs(&self) -> usize {
        self.input_names.len()
    }

    /// Number of leading public inputs that are constants of an election.
    pub fn constants(&self) -> usize {
        self.constants
    }

    /// Number of rank-1 constraints, at least 1.
    pub fn num_constraints(&self) -> usize {
        self.num_constraints
    }

    /// Number of private variables.
    pub fn num_witness(&self) -> usize {
        self.num_witness
    }

    /// Number of all variables: the constant 1, the public inputs, the private ones.
    pub fn num_variables(&self) -> usize {
        1 + self.num_inputs() + self.num_witness
    }

    /// Size of the evaluation domain: the smallest power of two >= constraints + public inputs + 1.
    pub fn domain(&self) -> usize {
        self.domain
    }

    /// SHA-256 over the canonical encoding of the system:
    ///
    /// | bytes | content |
    /// |---|---|
    /// | 16 | ASCII `tabella.r1cs.v1` and one zero byte |
    /// | 8 | number of public variables with the constant 1 |
    /// | 8 | number of private variables |
    /// | 8 | number of constraints |
    ///
    /// then, constraint by constraint, for A, B and C in turn: 8 bytes number of terms, and per term, by increasing
    /// variable, 8 bytes variable and 32 bytes coefficient (big-endian, canonical, never 0). All numbers of 8 bytes are
    /// little-endian.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The circuit in a few lines.
    pub fn summary(&self) -> CircuitSummary {
        CircuitSummary {
            id: self.id.clone(),
            version: self.version,
            constraints: self.num_constraints(),
            domain: self.domain,
            matrix_digest: hex::encode(self.digest),
            public_inputs: self.input_names.clone(),
        }
    }

    /// The values of all variables for one instance: 1, public inputs, private variables; erased when dropped.
    ///
    /// Forms no linear combination, looks at no row.
    ///
    /// # Errors
    /// [`SynthesisError::Unsatisfiable`] if another number of variables is allocated than at compile time, else what the
    /// statement's synthesis reports.
    pub fn assign<S: Statement>(
        &self,
        public: &S::Public,
        witness: &S::Witness,
    ) -> SynthesisResult<Zeroizing<Vec<Fr>>> {
        S::assign(self.num_inputs(), self.num_variables(), public, witness)
    }
}

/// Lays the compiled rows down again, for a key generator that wants to synthesise by itself: no second source of truth.
impl ConstraintSynthesizer<Fr> for &CompiledCircuit {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> SynthesisResult<()> {
        let mut variables = vec![Variable::One];
        for _ in 0..self.num_inputs() {
            variables.push(cs.new_input_variable(|| Err(SynthesisError::AssignmentMissing))?);
        }
        for _ in 0..self.num_witness {
            variables.push(cs.new_witness_variable(|| Err(SynthesisError::AssignmentMissing))?);
        }
        let combination =
            |row: &[(Fr, usize)]| LinearCombination(row.iter().map(|(k, i)| (*k, variables[*i])).collect());
        let [a, b, c] = &self.matrices;
        for i in 0..self.num_constraints() {
            cs.enforce_r1cs_constraint(|| combination(&a[i]), || combination(&b[i]), || combination(&c[i]))?;
        }
        Ok(())
    }
}

/// Terms by increasing variable, one per variable, none zero.
fn canonicalise(row: &mut Vec<(Fr, usize)>) {
    row.sort_by_key(|(_, variable)| *variable);
    row.dedup_by(|next, kept| {
        let same = next.1 == kept.1;
        if same {
            kept.0 += next.0;
        }
        same
    });
    row.retain(|(coefficient, _)| !coefficient.is_zero());
}

/// The first public input on which no row depends: in C, or in A or B with something on the other side.
fn unused_input([a, b, c]: &[Matrix<Fr>; 3], inputs: usize) -> Option<usize> {
    let mut used = vec![false; inputs + 1];
    for row in 0..a.len() {
        let sides = [(&a[row], !b[row].is_empty()), (&b[row], !a[row].is_empty()), (&c[row], true)];
        for (terms, _) in sides.into_iter().filter(|(_, matters)| *matters) {
            terms.iter().filter(|(_, variable)| *variable <= inputs).for_each(|(_, variable)| used[*variable] = true);
        }
    }
    used[1..].iter().position(|used| !used)
}

fn digest(matrices: &[Matrix<Fr>; 3], num_public: usize, num_witness: usize) -> [u8; 32] {
    let mut hash = Sha256::new();
    let number = |hash: &mut Sha256, n: usize| hash.update((n as u64).to_le_bytes());
    hash.update(DIGEST_TAG);
    number(&mut hash, num_public);
    number(&mut hash, num_witness);
    number(&mut hash, matrices[0].len());
    for i in 0..matrices[0].len() {
        for matrix in matrices {
            number(&mut hash, matrix[i].len());
            for (coefficient, variable) in &matrix[i] {
                number(&mut hash, *variable);
                hash.update(coefficient.into_bigint().to_bytes_be());
            }
        }
    }
    hash.finalize().into()
}
