//! snarkjs's JSON, both ways and strictly.

use ark_bn254::{Fq, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::PrimeField;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::groth16::off_subgroup;
use crate::groth16::{JsonError, Proof, VerifyingKey, verifying_key_from_json, verifying_key_to_json};

fn proof(a: u64, b: u64, c: u64) -> Proof {
    let g1 = |k: u64| (G1Affine::generator() * ark_bn254::Fr::from(k)).into();
    Proof::new(g1(a), (G2Affine::generator() * ark_bn254::Fr::from(b)).into(), g1(c)).unwrap()
}

fn key(inputs: usize) -> VerifyingKey {
    let p = proof(2, 3, 5);
    VerifyingKey {
        alpha_g1: *p.a(),
        beta_g2: *p.b(),
        gamma_g2: *proof(1, 7, 1).b(),
        delta_g2: *proof(1, 11, 1).b(),
        gamma_abc_g1: (0..=inputs as u64).map(|i| *proof(20 + i, 1, 1).a()).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tabella_circuits::testing::cases(32)))]

    #[test]
    fn a_proof_survives_the_round_trip(a in 1u64.., b in 1u64.., c in 1u64..) {
        let proof = proof(a, b, c);
        prop_assert_eq!(Proof::from_json(&proof.to_json()).unwrap(), proof);
    }

    #[test]
    fn any_text_is_a_proof_or_an_error(text in ".{0,200}") {
        prop_assert!(Proof::from_json(&text).is_err());
        prop_assert!(verifying_key_from_json(&text).is_err());
    }

    #[test]
    fn a_proof_with_a_byte_changed_is_never_read_as_another_proof_by_accident(at in 0usize..800, to in 0u8..128) {
        let proof = proof(4, 5, 6);
        let mut bytes = proof.to_json().into_bytes();
        let at = at % bytes.len();
        bytes[at] = to;
        if let Ok(text) = String::from_utf8(bytes) && let Ok(read) = Proof::from_json(&text) {
            prop_assert_eq!(read, proof);
        }
    }
}

#[test]
fn a_key_survives_the_round_trip() {
    for inputs in [0, 1, 13] {
        let key = key(inputs);
        assert_eq!(verifying_key_from_json(&verifying_key_to_json(&key)).unwrap(), key);
    }
}

#[test]
fn the_generators_are_written_as_snarkjs_writes_them() {
    let expected = json!({
        "pi_a": ["1", "2", "1"],
        "pi_b": [
            ["10857046999023057135944570762232829481370756359578518086990519993285655852781",
             "11559732032986387107991004021392285783925812861821192530917403151452391805634"],
            ["8495653923123431417604973247489272438418190587263600148770280649306958101930",
             "4082367875863433681332203403145435568316851327593401208105741076214120093531"],
            ["1", "0"],
        ],
        "pi_c": ["1", "2", "1"],
        "protocol": "groth16",
        "curve": "bn128",
    });
    assert_eq!(serde_json::from_str::<Value>(&proof(1, 1, 1).to_json()).unwrap(), expected);
}

fn edited(edit: impl FnOnce(&mut Value)) -> Result<Proof, JsonError> {
    let mut value: Value = serde_json::from_str(&proof(2, 3, 5).to_json()).unwrap();
    edit(&mut value);
    Proof::from_json(&value.to_string())
}

#[test]
fn every_departure_from_the_format_is_a_typed_error() {
    use JsonError::*;
    let q = Fq::MODULUS.to_string();
    let y = json!(proof(2, 3, 5).a().y.to_string());
    let off = off_subgroup();
    let (off_x, off_y) =
        (json!([off.x.c0.to_string(), off.x.c1.to_string()]), json!([off.y.c0.to_string(), off.y.c1.to_string()]));
    type Edit = Box<dyn FnOnce(&mut Value)>;
    let table: Vec<(Edit, JsonError)> = vec![
        (Box::new(|p| p["protocol"] = json!("plonk")), Protocol("plonk".into())),
        (Box::new(|p| p["curve"] = json!("bls12381")), Curve("bls12381".into())),
        (Box::new(move |p| p["pi_a"][0] = json!(q)), NotInField("pi_a.x".into())),
        (Box::new(|p| p["pi_a"][0] = json!("9".repeat(78))), NotInField("pi_a.x".into())),
        (Box::new(|p| p["pi_a"][0] = json!("9".repeat(100_000))), NotInField("pi_a.x".into())),
        (Box::new(|p| p["pi_a"][0] = json!("")), NotDecimal("pi_a.x".into())),
        (Box::new(|p| p["pi_a"][0] = json!("01")), NotDecimal("pi_a.x".into())),
        (Box::new(|p| p["pi_a"][0] = json!("+1")), NotDecimal("pi_a.x".into())),
        (Box::new(|p| p["pi_a"][0] = json!("-1")), NotDecimal("pi_a.x".into())),
        (Box::new(|p| p["pi_a"][0] = json!("0x1")), NotDecimal("pi_a.x".into())),
        (Box::new(|p| p["pi_a"][0] = json!("1 ")), NotDecimal("pi_a.x".into())),
        (Box::new(|p| p["pi_c"][1] = json!("1_0")), NotDecimal("pi_c.y".into())),
        (Box::new(|p| p["pi_b"][0][1] = json!("x")), NotDecimal("pi_b.x.im".into())),
        (Box::new(|p| p["pi_a"][2] = json!("2")), NotAffine("pi_a".into())),
        (Box::new(|p| p["pi_a"] = json!(["0", "1", "0"])), NotAffine("pi_a".into())),
        (Box::new(|p| p["pi_b"][2] = json!(["0", "0"])), NotAffine("pi_b".into())),
        (Box::new(|p| p["pi_a"][0] = json!("5")), NotOnCurve("pi_a".into())),
        (Box::new(|p| p["pi_a"] = json!(["0", "0", "1"])), NotOnCurve("pi_a".into())),
        (Box::new(move |p| p["pi_c"][0] = y), NotOnCurve("pi_c".into())),
        (Box::new(|p| p["pi_b"][0][0] = json!("5")), NotOnCurve("pi_b".into())),
        (Box::new(move |p| (p["pi_b"][0], p["pi_b"][1]) = (off_x, off_y)), NotInSubgroup("pi_b".into())),
    ];
    for (i, (edit, expected)) in table.into_iter().enumerate() {
        assert_eq!(edited(edit), Err(expected), "row {i}");
    }
    let syntax: Vec<Edit> = vec![
        Box::new(|p| p["extra"] = json!(1)),
        Box::new(|p| drop(p.as_object_mut().unwrap().remove("pi_c"))),
        Box::new(|p| p["pi_a"] = json!(["1", "2"])),
        Box::new(|p| p["pi_a"] = json!(["1", "2", "1", "1"])),
        Box::new(|p| p["pi_a"][0] = json!(1)),
        Box::new(|p| *p = json!([])),
    ];
    for (i, edit) in syntax.into_iter().enumerate() {
        assert!(matches!(edited(edit), Err(Syntax(_))), "syntax row {i}");
    }
    let twice = proof(2, 3, 5).to_json().replacen('{', "{\"curve\":\"bn128\",", 1);
    assert!(matches!(Proof::from_json(&twice), Err(Syntax(_))));
}

#[test]
fn a_key_with_a_wrong_count_or_point_is_refused() {
    let edited = |edit: &dyn Fn(&mut Value)| {
        let mut value: Value = serde_json::from_str(&verifying_key_to_json(&key(2))).unwrap();
        edit(&mut value);
        verifying_key_from_json(&value.to_string())
    };
    assert!(matches!(edited(&|k| k["nPublic"] = json!(3)), Err(JsonError::Syntax(_))));
    assert!(matches!(edited(&|k| k["IC"] = json!([])), Err(JsonError::Syntax(_))));
    assert_eq!(edited(&|k| k["IC"][1][0] = json!("5")), Err(JsonError::NotOnCurve("IC[1]".into())));
    assert_eq!(edited(&|k| k["vk_delta_2"][2] = json!(["0", "0"])), Err(JsonError::NotAffine("vk_delta_2".into())));
    // snarkjs's own files carry the pairing of alpha and beta.
    assert_eq!(edited(&|k| k["vk_alphabeta_12"] = json!([[["1", "2"]]])), Ok(key(2)));
}
