//! What every circuit has in common.

use crate::Fr;
use crate::r1cs::{Builder, System, Values};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use zeroize::Zeroizing;

/// A witness that does not satisfy its statement, found by the native twin before any proving.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{block}: {reason}")]
pub struct StatementError {
    /// The constraint block of the statement page that would not hold.
    pub block: &'static str,
    /// What is wrong, in words.
    pub reason: String,
}

impl StatementError {
    /// An error in `block` of the statement page.
    pub fn new(block: &'static str, reason: impl Into<String>) -> Self {
        Self { block, reason: reason.into() }
    }
}

/// A statement that a circuit proves: its page in `circuits/README.md`, as a type.
pub trait Statement {
    /// What the verifier sees.
    type Public;
    /// What only the prover knows.
    type Witness;
    /// The version of the circuit; any change to the constraints is a new one.
    const VERSION: u32;

    /// The circuit's name, such as `ballot-k3-d20`.
    fn id() -> String;
    /// How many of the leading public inputs stay the same for all proofs of one election.
    fn constants() -> usize;
    /// Names of the public inputs, in their order.
    fn input_names() -> Vec<String>;
    /// Values of the public inputs, in the same order, without the constant 1.
    fn inputs(public: &Self::Public) -> Vec<Fr>;
    /// Values of the right shape and of no meaning, for key generation.
    fn blank() -> (Self::Public, Self::Witness);
    /// The native twin: checks the statement without a circuit and says which block would fail.
    fn check(public: &Self::Public, witness: &Self::Witness) -> Result<(), StatementError>;
    /// Writes the constraints and the assignment; for any values, also false ones.
    fn build(builder: &mut Builder<'_>, public: &Self::Public, witness: &Self::Witness) -> Result<(), SynthesisError>;

    /// [`Statement::build`] into an arkworks constraint system.
    fn synthesize(
        cs: ConstraintSystemRef<Fr>,
        public: &Self::Public,
        witness: &Self::Witness,
    ) -> Result<(), SynthesisError> {
        Self::build(&mut Builder::new(&mut System::new(cs)), public, witness)
    }

    /// The values of all variables: 1, the public inputs, the private variables; erased when dropped. No linear
    /// combination is formed, no row is looked at.
    ///
    /// # Errors
    /// [`SynthesisError::Unsatisfiable`] unless [`Statement::build`] allocates so many public `inputs` (without the
    /// constant 1) and `variables` (of every kind), else what it reports.
    fn assign(
        inputs: usize,
        variables: usize,
        public: &Self::Public,
        witness: &Self::Witness,
    ) -> Result<Zeroizing<Vec<Fr>>, SynthesisError> {
        let mut values = Values::new(inputs, variables);
        Self::build(&mut Builder::new(&mut values), public, witness)?;
        values.finish()
    }
}
