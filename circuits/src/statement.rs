//! What a circuit is: its public inputs, its witness, its native twin and its constraints.
//!
//! A statement is written once, here; the order of its public inputs is the order of [`Statement::inputs`], and circuit
//! allocation, verification, Solidity and documentation all read it from there.

use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use crate::Fr;

/// A statement that a Groth16 proof can be about.
pub trait Statement {
    /// The public inputs, as a structure with names.
    type Public;
    /// The private witness.
    type Witness;
    /// Version of the statement; any change of its words, inputs or constraints is a new version.
    const VERSION: u32;

    /// Name of the circuit with its sizes, lower case with hyphens, for example `ballot-k3-d20`.
    fn id() -> String;

    /// Number of leading public inputs that stay the same for a whole election.
    fn constants() -> usize;

    /// Names of the public inputs, in order, without the leading constant 1.
    fn input_names() -> Vec<String>;

    /// Values of the public inputs, in the order of [`Statement::input_names`], without the leading constant 1.
    fn inputs(public: &Self::Public) -> Vec<Fr>;

    /// An instance of the right shape with any values: what the setup synthesises.
    fn blank() -> (Self::Public, Self::Witness);

    /// The native twin of the constraints.
    ///
    /// # Errors
    /// Names the first rule that the witness breaks.
    fn check(public: &Self::Public, witness: &Self::Witness) -> Result<(), StatementError>;

    /// Allocates the public inputs in order and lays down the constraints.
    ///
    /// The shape (variables and rows, in order) must not depend on any value.
    ///
    /// # Errors
    /// Whatever the constraint system reports.
    fn synthesize(
        cs: ConstraintSystemRef<Fr>,
        public: &Self::Public,
        witness: &Self::Witness,
    ) -> Result<(), SynthesisError>;
}

/// A witness breaks a rule of its statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule `{rule}` is broken: {reason}")]
pub struct StatementError {
    /// Name of the constraint block, as in the statement's page.
    pub rule: &'static str,
    /// What is wrong; never a secret value.
    pub reason: String,
}

impl StatementError {
    /// A broken `rule`, with the `reason` in words.
    pub fn new(rule: &'static str, reason: impl Into<String>) -> Self {
        Self {
            rule,
            reason: reason.into(),
        }
    }
}
