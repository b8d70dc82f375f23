//! The Electorate contract's tree against ours and @semaphore-protocol/group, after every admission.

use super::{decimals, element, list};
use alloy::primitives::U256;
use ark_ff::UniformRand;
use rand::Rng;
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::merkle::LeanImt;
use tabella_circuits::voting::electorate::{Kind, leaf};
use tabella_contracts::Contract;
use tabella_contracts::bindings::IElectorate;
use tabella_contracts::client::to_word;
use tabella_tests::devnet::{self, Devnet};
use tabella_tests::{peer, seed};

/// Members admitted, one by one: every shape of a tree up to six levels.
const MEMBERS: usize = 35;

/// The contract's root and size after each admission.
async fn admit(kind: Kind, members: &[(Fr, u32)]) -> Vec<(U256, U256)> {
    let devnet = Devnet::start().await;
    let electorate = devnet::electorate(&devnet, kind).await;
    let mut states = Vec::new();
    for (commitment, weight) in members {
        devnet.send(devnet::admission(electorate, kind, commitment, *weight)).await;
        let root = devnet.chain.view(Contract::Electorate, electorate, IElectorate::rootCall {}).await.unwrap();
        let size = devnet.chain.view(Contract::Electorate, electorate, IElectorate::sizeCall {}).await.unwrap();
        states.push((root, size));
    }
    states
}

async fn assert_equal(kind: Kind) {
    let mut rng = seed::rng();
    let weight = |rng: &mut rand_chacha::ChaCha20Rng| if kind == Kind::Plain { 1 } else { rng.gen_range(1..=u32::MAX) };
    let members: Vec<(Fr, u32)> = (0..MEMBERS).map(|_| (Fr::rand(&mut rng), weight(&mut rng))).collect();
    let leaves: Vec<Fr> = members.iter().map(|(c, w)| leaf(kind, *c, *w).unwrap()).collect();
    let requests: Vec<Value> = (1..=MEMBERS).map(|size| json!({ "leaves": decimals(&leaves[..size]) })).collect();
    let answer = peer::ask("group", &json!({ "groups": requests }));

    let states = admit(kind, &members).await;
    assert_eq!(states.len(), MEMBERS);
    assert_eq!(list(&answer["groups"]).len(), MEMBERS);
    for (i, (root, size)) in states.iter().enumerate() {
        assert_eq!(*size, U256::from(i + 1));
        assert_eq!(*root, to_word(&LeanImt::from_leaves(&leaves[..=i]).unwrap().root()), "our tree of {size}");
        assert_eq!(*root, to_word(&element(&answer["groups"][i]["root"])), "Semaphore's group of {size}");
    }
}

#[tokio::test]
async fn a_plain_electorate_is_a_semaphore_group() {
    assert_equal(Kind::Plain).await;
}

#[tokio::test]
async fn a_weighted_electorate_is_a_group_of_weighted_leaves() {
    assert_equal(Kind::Weighted).await;
}
