//! The compliance circuits: real proofs.

use tabella_circuits::compliance::shard::ShardLinearR205;
use tabella_circuits::compliance::verdict::VerdictS160;
use tabella_circuits::testing::sample_audit;
use tabella_circuits::testing::verdicts::{judged, verdict_cases};
use tabella_circuits::voting::tally::TallyK3T1;

use super::voting::proves_and_refuses;
use crate::groth16::{ProveError, prove};
use crate::keys::KeyStore;

/// A full shard and one with padding are one circuit; the second is proven.
#[test]
fn a_shard_is_proven_and_bound_to_every_public_input() {
    let (public, witness) = sample_audit::<205>(205 + 150, 1).shard(1);
    proves_and_refuses::<ShardLinearR205>(&public, &witness);
}

#[test]
fn a_verdict_is_proven_and_bound_to_every_public_input() {
    let case = verdict_cases().into_iter().find(|case| case.name == "attributes: both").unwrap();
    let judged = judged::<160>(&case.policy(), &case.counts(), case.groups(), 2);
    assert_eq!(judged.witness.verdict, 0);
    proves_and_refuses::<VerdictS160>(&judged.public, &judged.witness);
}

#[test]
fn attack_15_a_verdict_is_not_proven_with_another_circuits_key() {
    let case = &verdict_cases()[0];
    let judged = judged::<160>(&case.policy(), &case.counts(), case.groups(), 3);
    let key = KeyStore::open(tempfile::tempdir().unwrap().path()).development::<TallyK3T1>().unwrap();
    let expected = ProveError::WrongCircuit { expected: "verdict-s160".into(), found: "tally-k3-t1".into() };
    assert_eq!(prove::<VerdictS160>(&key, &judged.public, &judged.witness), Err(expected));
}
