//! LeanIMT roots and paths against @semaphore-protocol/group and @zk-kit/lean-imt (the script compares those two as well).

use super::{decimals, element, list};
use ark_ff::UniformRand;
use rand::Rng;
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::merkle::{LeanImt, MerkleProof};
use tabella_tests::{peer, seed};

fn leaves(count: usize) -> Vec<Fr> {
    let mut rng = seed::rng();
    (0..count).map(|_| Fr::rand(&mut rng)).collect()
}

/// Our path in Semaphore's form: only the siblings that exist, and an index of one bit for each of them.
fn packed(proof: &MerkleProof) -> (u64, Vec<Fr>) {
    let (mut index, mut siblings) = (0, Vec::new());
    for (level, sibling) in proof.siblings.iter().enumerate() {
        if let Some(sibling) = sibling {
            index |= (proof.index >> level & 1) << siblings.len();
            siblings.push(*sibling);
        }
    }
    (index, siblings)
}

fn assert_tree(ours: &LeanImt, theirs: &Value) {
    let size = ours.size();
    assert_eq!(json!(size), theirs["size"]);
    assert_eq!(json!(ours.depth()), theirs["depth"], "size {size}");
    assert_eq!(ours.root(), element(&theirs["root"]), "size {size}");
    for proof in list(&theirs["proofs"]) {
        let position = proof["position"].as_u64().unwrap();
        let path = ours.proof(position).unwrap();
        let (index, siblings) = packed(&path);
        assert_eq!(json!(index), proof["index"], "size {size}, position {position}");
        assert_eq!(decimals(&siblings), proof["siblings"], "size {size}, position {position}");
        assert_eq!(path.root(element(&proof["leaf"])), ours.root(), "size {size}, position {position}");
    }
}

fn assert_trees(sizes: &[usize]) {
    let all = leaves(*sizes.iter().max().expect("some size"));
    let mut rng = seed::rng();
    let requests: Vec<Value> = sizes
        .iter()
        .map(|&size| {
            let positions =
                if size <= 33 { (0..size).collect() } else { vec![0, rng.gen_range(0..size), size - 2, size - 1] };
            json!({ "leaves": decimals(&all[..size]), "proofs": positions })
        })
        .collect();
    let answer = peer::ask("group", &json!({ "groups": requests }));
    assert_eq!(list(&answer["groups"]).len(), sizes.len());
    for (&size, theirs) in sizes.iter().zip(list(&answer["groups"])) {
        assert_tree(&LeanImt::from_leaves(&all[..size]).unwrap(), theirs);
    }
    let mut grown = LeanImt::new();
    for (leaf, size) in all.iter().zip(1..) {
        grown.insert(*leaf).unwrap();
        if let Some(at) = sizes.iter().position(|&s| s == size) {
            assert_tree(&grown, &answer["groups"][at]);
        }
    }
}

#[test]
fn roots_and_paths_of_1_to_33_leaves_equal_semaphore() {
    assert_trees(&(1..=33).collect::<Vec<_>>());
}

#[test]
fn roots_and_paths_of_larger_trees_equal_semaphore() {
    assert_trees(&[63, 64, 65, 100, 127, 128, 129, 255, 256, 257, 500]);
}

#[test]
fn an_empty_tree_has_root_0_in_both() {
    let answer = peer::ask("group", &json!({ "groups": [{ "leaves": [] }] }));
    assert_eq!(element(&answer["groups"][0]["root"]), LeanImt::new().root());
    assert_eq!(answer["groups"][0]["depth"], json!(LeanImt::new().depth()));
}

#[test]
fn removed_members_leave_the_tree_that_semaphore_has() {
    let mut rng = seed::rng();
    for size in [1, 2, 5, 8, 13, 33] {
        let mut all = leaves(size);
        let mut ours = LeanImt::from_leaves(&all).unwrap();
        let mut gone: Vec<usize> = (0..3).map(|_| rng.gen_range(0..size)).collect();
        gone.dedup();
        for place in &gone {
            ours.remove(*place as u64).unwrap();
            all[*place] = Fr::from(0_u64);
        }
        let answer = peer::ask("group", &json!({ "groups": [{ "leaves": decimals(&all) }] }));
        let theirs = &list(&answer["groups"])[0];
        assert_eq!(json!(ours.size()), theirs["size"]);
        assert_eq!(ours.root(), element(&theirs["root"]), "{size} without {gone:?}");
    }
}
