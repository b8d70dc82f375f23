//! Every circuit of this build.

use tabella_circuits::compliance::shard::ShardLinearR205;
use tabella_circuits::compliance::verdict::VerdictS160;
use tabella_circuits::statement::Statement;
use tabella_circuits::voting::ballot::{BallotK3D20, BallotK8D20};
use tabella_circuits::voting::tally::{TallyK3T1, TallyK8T1};

use crate::circuit::{CircuitError, CompiledCircuit};

/// A circuit of this build, not yet compiled.
#[derive(Debug, Clone)]
pub struct CircuitInfo {
    /// Circuit id, for example `ballot-k3-d20`.
    pub id: String,
    /// Version of the statement.
    pub version: u32,
    /// Number of leading public inputs that are constants of an election.
    pub constants: usize,
    /// Names of the public inputs in order, without the leading constant 1.
    pub input_names: Vec<String>,
    compile: fn() -> Result<CompiledCircuit, CircuitError>,
}

impl CircuitInfo {
    /// What a statement says about its circuit.
    pub fn of<S: Statement>() -> Self {
        Self {
            id: S::id(),
            version: S::VERSION,
            constants: S::constants(),
            input_names: S::input_names(),
            compile: CompiledCircuit::compile::<S>,
        }
    }

    /// Compiles the circuit (a fraction of a second): constraints, domain, matrix digest.
    ///
    /// # Errors
    /// [`CircuitError`] if the circuit is defective.
    pub fn compile(&self) -> Result<CompiledCircuit, CircuitError> {
        (self.compile)()
    }
}

/// Every circuit of this build, by id.
pub fn circuits() -> Vec<CircuitInfo> {
    vec![
        CircuitInfo::of::<BallotK3D20>(),
        CircuitInfo::of::<TallyK3T1>(),
        CircuitInfo::of::<BallotK8D20>(),
        CircuitInfo::of::<TallyK8T1>(),
        CircuitInfo::of::<ShardLinearR205>(),
        CircuitInfo::of::<VerdictS160>(),
    ]
}
