//! The job, its files and its pool, on small statements.

mod audit;
mod files;
mod pool;

use ark_bn254::Fr;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use tabella_circuits::compliance::counts::Counts;
use tabella_circuits::compliance::metrics::Verdict;
use tabella_circuits::compliance::policy::{Bound, Comparison, Fraction, Line, Policy, Terms};

use super::{Claim, KeyNote, Opening, Openings, ShardClaim};

/// An accuracy of a half, for the schema with this hash.
fn policy(schema: Fr) -> Policy {
    let line = Line { comparison: Comparison::Accuracy, bound: Bound::new(1, 2, false).unwrap() };
    let (lines, exclude) = (vec![line], Fraction::NONE);
    Policy::new(Terms { schema, min_rows: 1, min_group: 0, min_positive: 0, exclude, lines, z: None }).unwrap()
}

fn note(circuit: &str) -> KeyNote {
    KeyNote {
        circuit: circuit.to_owned(),
        version: 1,
        kind: "development".to_owned(),
        key_digest: "11".repeat(32),
        matrix_digest: "22".repeat(32),
    }
}

/// A claim about nothing, with openings of the right number.
fn sample() -> (Claim, Openings) {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let mut counts = Counts::default();
    (counts.0[1], counts.0[255]) = (4, 7);
    let openings: Vec<Opening> = (0..2).map(|_| Opening::new(&counts, &mut rng)).collect();
    let shard = |(k, opening): (u64, &Opening)| ShardClaim { digest: Fr::from(k + 40), counts: opening.commitment() };
    let claim = Claim {
        context: Fr::from(0u64),
        model: Fr::from(5u64),
        policy: policy(Fr::from(6u64)).words(),
        rows: 9,
        shards: (0..).zip(&openings).map(shard).collect(),
        verdict: Verdict::Pass,
        shard_key: note("shard-linear-r5"),
        verdict_key: note("verdict-s2"),
    };
    let openings = Openings { statement: claim.statement(), shards: openings };
    (claim, openings)
}
