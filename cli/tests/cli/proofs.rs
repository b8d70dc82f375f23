//! `tabella verify` and `tabella verifier`, with the proofs that the contracts' tests use.

use std::fs;

use serde_json::{Value, json};

use crate::keys::shared_keys;
use crate::support::{User, repository};

#[test]
fn an_exported_verifier_is_the_committed_one() {
    let user = User::new();
    let keys = shared_keys();
    for (circuit, contract) in [("ballot-k3-d20", "BallotK3D20Verifier"), ("tally-k3-t1", "TallyK3T1Verifier")] {
        let line = format!("verifier export --circuit {circuit} --keys {}", keys.display());
        let committed = repository().join(format!("verifier-contracts/contracts/generated/{contract}.sol"));
        let committed = fs::read_to_string(committed).expect("it is committed");
        assert_eq!(user.say(&line).expect(0).stdout, committed);
        let data = user.json(&format!("{line} --out {contract}.sol")).expect(0).data();
        assert_eq!((&data["contract"], &data["kind"]), (&json!(contract), &json!("development")));
        assert_eq!(fs::read_to_string(user.work(format!("{contract}.sol"))).expect("it is written"), committed);
        assert_eq!(user.json(&format!("{line} --out {contract}.sol")).expect(2).error_code(), "file-exists");
    }
    let unknown = user.json("verifier export --circuit ballot-k9-d99").expect(2);
    assert_eq!(unknown.error_code(), "circuit-unknown");
}

#[test]
fn snarkjs_files_are_read_strictly() {
    let user = User::new();
    let keys = shared_keys();
    let coordinate = json!(["1", "2", "1"]);
    // The generators: on their curves, and no proof of anything.
    let g2 = json!([
        [
            "10857046999023057135944570762232829481370756359578518086990519993285655852781",
            "11559732032986387107991004021392285783925812861821192530917403151452391805634"
        ],
        [
            "8495653923123431417604973247489272438418190587263600148770280649306958101930",
            "4082367875863433681332203403145435568316851327593401208105741076214120093531"
        ],
        ["1", "0"]
    ]);
    let good = json!({ "pi_a": coordinate, "pi_b": g2, "pi_c": coordinate, "protocol": "groth16", "curve": "bn128" });
    let inputs = json!(["1", "2", "3"]);
    let run = |proof: &Value, public: &Value| {
        user.write_secret("proof.json", proof.to_string());
        user.write_secret("public.json", public.to_string());
        let files = "--circuit tally-k3-t1 --proof proof.json --public public.json";
        let calldata = user.json(&format!("verifier calldata {files}"));
        let verified = user.json(&format!("verify proof {files} --keys {}", keys.display()));
        (verified, calldata)
    };
    let (verified, calldata) = run(&good, &inputs);
    assert_eq!(verified.expect(1).error_code(), "proof-invalid");
    let data = calldata.expect(0).data();
    let bytes = hex::decode(data["calldata"].as_str().expect("text").trim_start_matches("0x")).expect("hexadecimal");
    assert_eq!(bytes.len(), 4 + 32 * 11);
    // The imaginary half of an Fp2 coordinate comes first on the chain, and last in snarkjs's files.
    assert_eq!(data["proof"][2], "0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2");

    for (name, value, exit) in [
        ("pi_a", json!(["1", "3", "1"]), 1),
        ("pi_a", json!(["0", "0", "1"]), 1),
        ("pi_a", json!(["1", "2", "0"]), 1),
        ("pi_a", json!(["1", "x", "1"]), 1),
        ("pi_a", json!(["1", "2"]), 2),
        ("protocol", json!("plonk"), 2),
        ("curve", json!("bls12381"), 2),
        ("extra", json!(1), 2),
    ] {
        let mut proof = good.clone();
        proof[name] = value;
        let (verified, calldata) = run(&proof, &inputs);
        assert_eq!((verified.code, calldata.code), (exit, exit), "{proof}");
    }
    let modulus = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    for (public, exit) in [
        (json!(["1", "2"]), 2),
        (json!(["1", "2", modulus]), 1),
        (json!(["1", "2", "x"]), 2),
        (json!({ "a": 1 }), 2),
        (json!([1, 2, 3]), 2),
    ] {
        let (verified, calldata) = run(&good, &public);
        assert_eq!((verified.code, calldata.code), (exit, exit), "{public}");
    }
    let none = user.json("verify proof --circuit tally-k3-t1 --proof none --public none").expect(2);
    assert_eq!(none.error_code(), "file-not-found");
    assert_eq!(user.json("verify proof --circuit tally-k3-t1").expect(2).error_code(), "usage");
}
