//! The circuit and its native twin agree on true and on false statements.

use super::*;
use crate::testing::{run_statement, sample_audit};

fn failing<const R: usize>(public: &ShardPublic<Fr>, witness: &ShardWitness) -> Vec<&'static str> {
    run_statement::<ShardLinear<R>>(public, witness).failing_blocks()
}

#[test]
fn true_statements_hold() {
    let mut audit = sample_audit::<5>(8, 1);
    for index in 0..2 {
        let (public, witness) = audit.shard(index);
        assert_eq!(ShardLinear::<5>::check(&public, &witness), Ok(()));
        assert_eq!(failing::<5>(&public, &witness), Vec::<&str>::new());
    }
    let positive: u64 = audit.shard(0).1.scores.iter().map(|z| u64::from(*z > 0)).sum();
    assert!(positive > 0 && positive < 5, "scores of both signs");
}
