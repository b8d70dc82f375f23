//! Admissions on a chain whose clock is set by the test.

use ark_ff::UniformRand;
use serde_json::json;
use tabella_circuits::Fr;
use tabella_circuits::voting::electorate::Kind;
use tabella_tests::devnet::{self, Devnet};
use tabella_tests::seed;

/// Several admissions in one second share a checkpoint. One that is estimated in that second and mined in the next writes
/// a checkpoint of its own, which costs more than was estimated; it must not fail for that.
#[tokio::test]
async fn an_admission_estimated_in_one_second_is_mined_in_the_next() {
    let devnet = Devnet::start().await;
    let electorate = devnet::electorate(&devnet, Kind::Weighted).await;
    let mut rng = seed::rng();
    let mut admission = || devnet::admission(electorate, Kind::Weighted, &Fr::rand(&mut rng), 7);
    let clock = async |seconds: u64| {
        devnet.chain.raw("anvil_setBlockTimestampInterval", json!([seconds])).await.unwrap();
    };
    clock(0).await;
    devnet.send(admission()).await;
    let planned = devnet.chain.plan(devnet.sender.address(), admission()).await.unwrap();
    clock(1).await;
    let mined = devnet.chain.send_planned(&devnet.sender, &planned).await.unwrap();
    assert!(mined.gas > planned.gas, "estimated {}, used {}: the clock stood still", planned.gas, mined.gas);
}
