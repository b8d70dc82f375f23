//! What is proven: a real statement of each circuit.

use tabella_circuits::compliance::shard::ShardLinearR205;
use tabella_circuits::compliance::verdict::VerdictS160;
use tabella_circuits::sample::{sample_audit, sample_ballot, sample_poll, sample_tally, sample_verdict};
use tabella_circuits::statement::Statement;
use tabella_circuits::voting::ballot::{BallotK3D20, BallotK8D20};
use tabella_circuits::voting::electorate::Kind;
use tabella_circuits::voting::tally::{TallyK3T1, TallyK8T1};

use crate::error::CliError;

/// The circuits that can be measured: all of this build.
pub(super) const CIRCUITS: [&str; 6] =
    ["ballot-k3-d20", "tally-k3-t1", "ballot-k8-d20", "tally-k8-t1", "shard-linear-r205", "verdict-s160"];

/// Something that can be done with any statement.
pub(super) trait Task {
    /// What comes of it.
    type Made;
    /// Does it.
    fn of<S: Statement<Public: Sync, Witness: Sync>>(self, public: &S::Public, witness: &S::Witness) -> Self::Made;
}

/// Does `task` with a statement of this circuit.
pub(super) fn with<T: Task>(circuit: &str, task: T) -> Result<T::Made, CliError> {
    let election = |options| sample_poll(Kind::Weighted, 1000, options, 1);
    let ballot = |options| sample_ballot(&mut election(options), 500, 1);
    let tally = |options| sample_tally(&mut election(options), 30);
    Ok(match circuit {
        "ballot-k3-d20" => {
            let sealed = ballot(3);
            task.of::<BallotK3D20>(&sealed.public, &sealed.witness)
        }
        "ballot-k8-d20" => {
            let sealed = ballot(8);
            task.of::<BallotK8D20>(&sealed.public, &sealed.witness)
        }
        "tally-k3-t1" => {
            let witness = tally(3);
            task.of::<TallyK3T1>(&witness.public(), &witness)
        }
        "tally-k8-t1" => {
            let witness = tally(8);
            task.of::<TallyK8T1>(&witness.public(), &witness)
        }
        "shard-linear-r205" => {
            let (public, witness) = sample_audit::<205>(205, 1).shard(0);
            task.of::<ShardLinearR205>(&public, &witness)
        }
        "verdict-s160" => {
            let judged = sample_verdict::<160>(1);
            task.of::<VerdictS160>(&judged.public, &judged.witness)
        }
        other => return Err(CliError::internal(format!("no sample for circuit {other}"))),
    })
}

#[cfg(test)]
mod tests {
    use super::CIRCUITS;

    #[test]
    fn every_circuit_of_the_build_can_be_measured() {
        let mut known: Vec<String> = tabella_prover::circuits().into_iter().map(|circuit| circuit.id).collect();
        let mut listed = CIRCUITS.map(str::to_owned).to_vec();
        known.sort();
        listed.sort();
        assert_eq!(listed, known);
    }
}
