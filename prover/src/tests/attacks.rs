//! Attacks of the catalogue (tests/attacks.toml) on keys, proofs and their files.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::Duration;

use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, PrimeField};
use serde_json::{Value, json};

use super::groth16::off_subgroup;
use super::statements::*;
use crate::circuit::{CircuitError, CompiledCircuit};
use crate::groth16::{JsonError, Proof, prove, verifying_key_from_json, verifying_key_to_json};
use crate::keys::{CircuitKey, DevelopmentKey, KeyStore};
use crate::registry::circuits;
use crate::verify;
use tabella_circuits::statement::Statement;

fn key() -> DevelopmentKey {
    KeyStore::open(tempfile::tempdir().unwrap().path()).development::<Quintic>().unwrap()
}

/// A public input that could take any value would let one proof serve for every value of it.
#[test]
fn attack_10_every_public_input_of_every_circuit_is_in_a_row_that_depends_on_it() {
    for info in circuits() {
        let circuit = info.compile().unwrap();
        let [a, b, c] = circuit.matrices();
        let has = |row: &[(Fr, usize)], input: usize| row.iter().any(|(_, variable)| *variable == input);
        for (i, name) in circuit.input_names().iter().enumerate() {
            let depends = (0..circuit.num_constraints()).any(|row| {
                has(&c[row], i + 1)
                    || (has(&a[row], i + 1) && !b[row].is_empty())
                    || (has(&b[row], i + 1) && !a[row].is_empty())
            });
            assert!(depends, "{}: no row depends on {name}", circuit.id());
        }
    }
}

#[test]
fn attack_10_a_circuit_with_an_unused_public_input_does_not_compile() {
    assert_eq!(
        CompiledCircuit::compile::<Defective<UNUSED_INPUT>>(),
        Err(CircuitError::UnusedInput { id: format!("defective-{UNUSED_INPUT}"), name: "y".to_owned() })
    );
    assert_eq!(
        CompiledCircuit::compile::<Defective<INPUT_TIMES_NOTHING>>(),
        Err(CircuitError::UnusedInput { id: format!("defective-{INPUT_TIMES_NOTHING}"), name: "y".to_owned() })
    );
}

/// A proof of ours as a JSON value that can be edited.
fn proof_json() -> (DevelopmentKey, Vec<Fr>, Value) {
    let (key, (public, x)) = (key(), quintic(5));
    let proof = prove::<Quintic>(&key, &public, &x).unwrap();
    (key, Quintic::<1, 0>::inputs(&public), serde_json::from_str(&proof.to_json()).unwrap())
}

#[test]
fn attack_19_coordinates_that_are_no_points_are_refused_by_name() {
    let (_, _, good) = proof_json();
    let q = Fq::MODULUS.to_string();
    let plus_q = |text: &Value| {
        let mut sum = text.as_str().unwrap().parse::<Fq>().unwrap().into_bigint();
        assert!(!sum.add_with_carry(&Fq::MODULUS));
        json!(sum.to_string())
    };
    let off = off_subgroup();
    let twist =
        json!([[off.x.c0.to_string(), off.x.c1.to_string()], [off.y.c0.to_string(), off.y.c1.to_string()], ["1", "0"]]);
    let cases = [
        ("/pi_a/0", plus_q(&good["pi_a"][0]), JsonError::NotInField("pi_a.x".into())),
        ("/pi_c/1", json!(q), JsonError::NotInField("pi_c.y".into())),
        ("/pi_b/0/1", plus_q(&good["pi_b"][0][1]), JsonError::NotInField("pi_b.x.im".into())),
        ("/pi_a/1", good["pi_a"][0].clone(), JsonError::NotOnCurve("pi_a".into())),
        ("/pi_a", json!(["0", "1", "0"]), JsonError::NotAffine("pi_a".into())),
        ("/pi_b/2", json!(["0", "0"]), JsonError::NotAffine("pi_b".into())),
        ("/pi_b", twist, JsonError::NotInSubgroup("pi_b".into())),
    ];
    for (place, value, expected) in cases {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap() = value;
        assert_eq!(Proof::from_json(&bad.to_string()), Err(expected), "{place}");
    }
}

/// snarkjs writes (real, imaginary), the EVM takes (imaginary, real): exchanged, B leaves its curve.
#[test]
fn attack_22_swapped_halves_are_no_point() {
    let (key, inputs, good) = proof_json();
    assert_eq!(verify(key.verifying_key(), &inputs, &Proof::from_json(&good.to_string()).unwrap()), Ok(()));
    for coordinates in [&[0usize, 1][..], &[0], &[1]] {
        let mut bad = good.clone();
        for i in coordinates {
            bad["pi_b"][i] = json!([good["pi_b"][i][1], good["pi_b"][i][0]]);
        }
        assert_eq!(Proof::from_json(&bad.to_string()), Err(JsonError::NotOnCurve("pi_b".into())));
    }
    let mut vkey: Value = serde_json::from_str(&verifying_key_to_json(key.verifying_key())).unwrap();
    let delta = vkey["vk_delta_2"].clone();
    vkey["vk_delta_2"][0] = json!([delta[0][1], delta[0][0]]);
    assert_eq!(verifying_key_from_json(&vkey.to_string()), Err(JsonError::NotOnCurve("vk_delta_2".into())));
}

/// Proof and verifying key in JSON: cut at every length, every bit flipped. What is read all the same is the same thing.
#[test]
fn attack_37_json_files_cut_and_flipped_are_errors_or_the_same_value() {
    let key = key();
    let (public, x) = quintic(5);
    let proof = prove::<Quintic>(&key, &public, &x).unwrap();
    let (proof_text, vkey_text) = (proof.to_json(), verifying_key_to_json(key.verifying_key()));
    let same = |text: &str, what: &str| {
        assert!(Proof::from_json(text).is_ok_and(|read| read == proof) || Proof::from_json(text).is_err(), "{what}");
        let read = verifying_key_from_json(text);
        assert!(read.is_err() || read.as_ref() == Ok(key.verifying_key()), "{what}");
    };
    for text in [&proof_text, &vkey_text] {
        for length in 0..text.trim_end().len() {
            assert!(Proof::from_json(&text[..length]).is_err(), "cut at {length}");
            assert!(verifying_key_from_json(&text[..length]).is_err(), "cut at {length}");
        }
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                if let Ok(changed) = String::from_utf8(bytes) {
                    same(&changed, &format!("byte {at}, bit {bit}"));
                }
            }
        }
        for extra in ["x", "{}", "\0"] {
            assert!(Proof::from_json(&(text.clone() + extra)).is_err());
            assert!(verifying_key_from_json(&(text.clone() + extra)).is_err());
        }
    }
}

const KILLED: &str = "TABELLA_TEST_KEY_DIR";

/// Makes a key where the variable says; `attack_38_...` runs this test in a process of its own and kills it.
#[test]
fn makes_a_key_for_the_test_that_kills_it() {
    if let Some(dir) = std::env::var_os(KILLED) {
        KeyStore::open(dir).development::<Quintic<1, 5000>>().unwrap();
    }
}

#[test]
fn attack_38_killed_while_it_makes_a_key_the_store_is_as_before_or_complete() {
    let dir = tempfile::tempdir().unwrap();
    let name = "tests::attacks::makes_a_key_for_the_test_that_kills_it";
    let mut seen = BTreeSet::new();
    for delay in [5, 40, 80, 160, 320, 640, 1280] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name])
            .env(KILLED, dir.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        let _ = child.kill();
        child.wait().unwrap();
        let keys: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        let named: Vec<_> = keys.iter().filter(|path| path.extension().is_some_and(|e| e == "key")).collect();
        seen.insert(named.len());
        assert!(named.len() <= 1);
    }
    assert!(seen.contains(&0), "no kill came before the end");
    // Whatever was left behind, the next maker succeeds, and what it finds under the name is whole.
    let store = KeyStore::open(dir.path());
    let made = store.development::<Quintic<1, 5000>>().unwrap();
    assert_eq!(made.proving_key(), store.development::<Quintic<1, 5000>>().unwrap().proving_key());
}
