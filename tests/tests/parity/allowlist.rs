//! Lists of addresses against @openzeppelin/merkle-tree: root, proofs, and the dumped file, both ways.

use alloy::primitives::Address;
use rand::Rng;
use serde_json::{Value, json};
use tabella_contracts::roster::allowlist::Allowlist;
use tabella_tests::{peer, seed};

#[test]
fn lists_equal_openzeppelins() {
    let mut rng = seed::rng();
    for size in [1, 2, 3, 7, 8, 33] {
        let values: Vec<(Address, u32)> =
            (0..size).map(|_| (Address::from(rng.r#gen::<[u8; 20]>()), rng.r#gen())).collect();
        let ours = Allowlist::new(values.clone()).unwrap();
        let request: Vec<Value> = values.iter().map(|(a, w)| json!([a.to_string(), w.to_string()])).collect();
        let theirs = peer::ask("allowlist", &json!({ "values": request }));
        assert_eq!(json!(ours.root()), theirs["root"], "{size}");
        for (i, (account, weight)) in values.iter().enumerate() {
            let (listed, proof) = ours.proof(*account).unwrap();
            assert_eq!(listed, *weight);
            assert_eq!(json!(proof), theirs["proofs"][i], "{size}");
        }
        assert_eq!(Allowlist::parse(theirs["dump"].as_str().unwrap()).unwrap(), ours);
        let loaded = peer::ask("allowlist", &json!({ "load": ours.to_text().unwrap() }));
        assert_eq!(loaded["root"], json!(ours.root()));
    }
}
