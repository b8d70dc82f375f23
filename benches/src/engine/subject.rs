//! The circuits that are measured: real statements of the four sizes, none of them a chain of hashes.

use tabella_circuits::compliance::shard::{ShardLinear, ShardLinearR205};
use tabella_circuits::compliance::verdict::Verdict;
use tabella_circuits::sample::{sample_audit, sample_ballot, sample_poll, sample_tally, sample_verdict};
use tabella_circuits::statement::Statement;
use tabella_circuits::voting::ballot::{BallotK3D20, BallotK8D20};
use tabella_circuits::voting::electorate::Kind;
use tabella_circuits::voting::tally::TallyK3T1;

/// Names of the subjects, smallest first.
pub const SUBJECTS: [&str; 6] = ["ballot", "tally", "ballot-k8", "2^16", "2^17", "2^18"];

/// Something that can be done with any statement.
pub trait Task {
    /// What comes of it.
    type Made;
    /// Does it.
    fn of<S: Statement<Public: Sync, Witness: Sync>>(self, public: &S::Public, witness: &S::Witness) -> Self::Made;
}

/// Does `task` with the statement of this name: an election of a thousand members, a shard that fits 2^16 rows (86 records), the
/// registry's shard (205), a verdict over 165 shards, which fits 2^18.
///
/// # Panics
/// If there is no subject of this name.
pub fn with<T: Task>(name: &str, task: T) -> T::Made {
    let election = |options| sample_poll(Kind::Weighted, 1000, options, 1);
    match name {
        "ballot" => {
            let sealed = sample_ballot(&mut election(3), 500, 1);
            task.of::<BallotK3D20>(&sealed.public, &sealed.witness)
        }
        "ballot-k8" => {
            let sealed = sample_ballot(&mut election(8), 500, 1);
            task.of::<BallotK8D20>(&sealed.public, &sealed.witness)
        }
        "tally" => {
            let witness = sample_tally(&mut election(3), 30);
            task.of::<TallyK3T1>(&witness.public(), &witness)
        }
        "2^16" => {
            let (public, witness) = sample_audit::<86>(86, 1).shard(0);
            task.of::<ShardLinear<86>>(&public, &witness)
        }
        "2^17" => {
            let (public, witness) = sample_audit::<205>(205, 1).shard(0);
            task.of::<ShardLinearR205>(&public, &witness)
        }
        "2^18" => {
            let judged = sample_verdict::<165>(1);
            task.of::<Verdict<165>>(&judged.public, &judged.witness)
        }
        other => panic!("no subject {other}: {}", SUBJECTS.join(", ")),
    }
}
