//! For tests, here and in other crates: running a circuit on any assignment, and attacks on circuits by machine.
//!
//! The constraint harness, from the ground up: [`trace`] takes a circuit apart, [`solve`] recomputes an assignment from false
//! values, [`mutate`] sets every variable to false values, [`kill`] deletes rows, [`gadgets`] holds the gadgets as circuits of their own,
//! [`subjects`] the statements with honest assignments of every kind, [`lies`] a malicious witness for each block of the statement
//! page, and [`read`] reads assignments back for the native twins.

pub mod gadgets;
pub mod index;
pub mod inverse;
pub mod kill;
pub mod lies;
pub mod mutate;
pub mod read;
pub mod shard;
pub mod solve;
pub mod subjects;
pub mod trace;
pub mod verdict_subject;
pub mod verdicts;

pub use crate::sample::{SampleAudit, SampleElection, accumulate, sample_audit, sample_election};

use crate::Fr;
use crate::r1cs::{Block, Builder, System};
use crate::statement::Statement;
use ark_relations::gr1cs::{
    ConstraintSystem, ConstraintSystemRef, OptimizationGoal, R1CS_PREDICATE_LABEL, SynthesisError,
};

/// How many cases a property test runs: `default`, or more where `PROPTEST_CASES` asks for more (`make slow` does).
pub fn cases(default: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(default).max(default)
}

/// What a circuit makes of an assignment.
#[derive(Clone, Debug)]
pub struct Run {
    /// Number of constraints.
    pub constraints: usize,
    /// Named runs of rows.
    pub blocks: Vec<Block>,
    /// Rows that do not hold.
    pub unsatisfied: Vec<usize>,
}

impl Run {
    /// Names of the blocks with unsatisfied rows, each once, in order; rows outside any block are named "-".
    pub fn failing_blocks(&self) -> Vec<&'static str> {
        let name =
            |row: &usize| self.blocks.iter().find(|block| block.rows.contains(row)).map_or("-", |block| block.name);
        let mut names: Vec<_> = self.unsatisfied.iter().map(name).collect();
        names.dedup();
        names
    }
}

/// Runs `body` in a fresh constraint system and evaluates every row.
pub fn run(body: impl FnOnce(&mut Builder<'_>) -> Result<(), SynthesisError>) -> Run {
    let cs: ConstraintSystemRef<Fr> = ConstraintSystem::new_ref();
    cs.set_optimization_goal(OptimizationGoal::Constraints);
    let mut system = System::new(cs.clone());
    let mut builder = Builder::new(&mut system);
    body(&mut builder).expect("synthesis never fails, whatever the values");
    let blocks = builder.blocks().to_vec();
    cs.finalize();
    let matrices = cs.to_matrices().expect("matrices are built in this mode");
    let inner = cs.borrow().expect("the system exists");
    let inputs = inner.instance_assignment().expect("assigned");
    let assignment = [inputs, inner.witness_assignment().expect("assigned")].concat();
    let rows = matrices.get(R1CS_PREDICATE_LABEL).map(Vec::as_slice).unwrap_or_default();
    let value = |matrix: usize, row: usize| rows[matrix][row].iter().map(|(c, i)| *c * assignment[*i]).sum::<Fr>();
    let constraints = cs.num_constraints();
    let unsatisfied = (0..constraints).filter(|row| value(0, *row) * value(1, *row) != value(2, *row)).collect();
    Run { constraints, blocks, unsatisfied }
}

/// Runs a statement's circuit.
pub fn run_statement<S: Statement>(public: &S::Public, witness: &S::Witness) -> Run {
    run(|builder| S::build(builder, public, witness))
}

#[cfg(test)]
mod tests;
