//! The compliance circuits: real proofs.

use tabella_circuits::compliance::shard::ShardLinearR205;
use tabella_circuits::testing::sample_audit;

use super::voting::proves_and_refuses;

/// A full shard and one with padding are one circuit; the second is proven.
#[test]
fn a_shard_is_proven_and_bound_to_every_public_input() {
    let (public, witness) = sample_audit::<205>(205 + 150, 1).shard(1);
    proves_and_refuses::<ShardLinearR205>(&public, &witness);
}
