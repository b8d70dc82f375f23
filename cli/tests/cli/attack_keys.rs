//! Keys that must not be used: forgeable ones, those of another circuit, development keys as production.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tabella_circuits::voting::ballot::BallotK3D20;
use tabella_circuits::voting::tally::TallyK3T1;
use tabella_prover::groth16::verifying_key_to_json;
use tabella_prover::{CircuitKey, CompiledCircuit, KeyKind, KeyStore};

use crate::keys::shared_keys;
use crate::support::{Run, User, anvil, repository};

/// The generator of G2, as snarkjs writes it.
fn g2() -> Value {
    json!([
        [
            "10857046999023057135944570762232829481370756359578518086990519993285655852781",
            "11559732032986387107991004021392285783925812861821192530917403151452391805634"
        ],
        [
            "8495653923123431417604973247489272438418190587263600148770280649306958101930",
            "4082367875863433681332203403145435568316851327593401208105741076214120093531"
        ],
        ["1", "0"]
    ])
}

/// A user with the proof of the contracts' tests and the key that it verifies under; `check` verifies it under a changed key.
struct Checked {
    user: User,
    key: Value,
}

impl Checked {
    fn new() -> Self {
        let user = User::new();
        let key = KeyStore::open(shared_keys()).development::<TallyK3T1>().expect("the shared key");
        let fixture = repository().join("verifier-contracts/test/fixtures/verifier-tally-k3-t1.json");
        let fixture: Value = serde_json::from_slice(&fs::read(fixture).expect("the fixture")).expect("JSON");
        let words = |name: &str| -> Vec<alloy::primitives::U256> {
            let list = fixture[name].as_array().expect("a list");
            list.iter().map(|word| word.as_str().expect("text").parse().expect("a number")).collect()
        };
        let proof = tabella_contracts::calldata::proof_from_words(&words("proof")).expect("a proof");
        let inputs: Vec<String> = words("inputs").iter().map(ToString::to_string).collect();
        user.write_secret("proof.json", proof.to_json());
        user.write_secret("public.json", json!(inputs).to_string());
        Self { user, key: serde_json::from_str(&verifying_key_to_json(key.verifying_key())).expect("JSON") }
    }

    fn under(&self, key: &Value) -> Run {
        self.user.write_secret("vkey.json", key.to_string());
        self.user.json("verify proof --circuit tally-k3-t1 --proof proof.json --public public.json --vkey vkey.json")
    }
}

#[test]
fn attack_13_a_forgeable_verifying_key_is_refused_whatever_the_proof() {
    let checked = Checked::new();
    let good = &checked.key;
    assert_eq!(checked.under(good).expect(0).data()["valid"], true);
    type Edit<'a> = Box<dyn Fn(&mut Value) + 'a>;
    let table: Vec<(&str, &str, Edit)> = vec![
        ("verifying-key-unusable", "gamma equals delta", Box::new(|k| k["vk_gamma_2"] = good["vk_delta_2"].clone())),
        ("verifying-key-unusable", "generator", Box::new(|k| k["vk_delta_2"] = g2())),
        ("verifying-key-invalid", "vk_alpha_1", Box::new(|k| k["vk_alpha_1"] = json!(["0", "1", "0"]))),
        ("verifying-key-invalid", "vk_alpha_1", Box::new(|k| k["vk_alpha_1"] = json!(["1", "1", "1"]))),
        ("verifying-key-invalid", "IC[1]", Box::new(|k| k["IC"][1] = json!(["0", "0", "1"]))),
        ("verifying-key-invalid", "vk_beta_2", Box::new(|k| k["vk_beta_2"][0][0] = json!("5"))),
        (
            "verifying-key-unusable",
            "input",
            Box::new(|k| {
                k["IC"].as_array_mut().expect("points").pop();
                k["nPublic"] = json!(2);
            }),
        ),
        (
            "verifying-key-unusable",
            "input",
            Box::new(|k| {
                k["IC"].as_array_mut().expect("points").push(json!(["1", "2", "1"]));
                k["nPublic"] = json!(4);
            }),
        ),
    ];
    for (code, word, edit) in table {
        let mut bad = good.clone();
        edit(&mut bad);
        let run = checked.under(&bad).expect(2);
        assert!(run.error_code() == code && run.stderr.contains(word), "{word}: {}", run.stderr);
    }
}

/// A key for another circuit or version says so; "proof invalid" would send the user looking in the wrong place.
#[test]
fn attack_15_a_key_of_another_circuit_or_version_is_told_apart() {
    let checked = Checked::new();
    let user = &checked.user;
    let store = KeyStore::open(shared_keys());
    let ballot = store.development::<BallotK3D20>().expect("the shared key");
    let vkey = serde_json::from_str(&verifying_key_to_json(ballot.verifying_key())).expect("JSON");
    let run = checked.under(&vkey).expect(2);
    assert_eq!(run.error_code(), "verifying-key-unusable");

    // A key file under another circuit's name, and one whose header says another version.
    let circuit = CompiledCircuit::compile::<TallyK3T1>().expect("it compiles");
    fs::create_dir(user.work("k")).expect("a directory");
    let place = KeyStore::open(user.work("k")).path(&circuit, KeyKind::Development);
    let own = store.path(&circuit, KeyKind::Development);
    let ballots = CompiledCircuit::compile::<BallotK3D20>().expect("it compiles");
    let line = "verify proof --circuit tally-k3-t1 --proof proof.json --public public.json --keys k";
    user.json(line).expect(0);
    fs::copy(store.path(&ballots, KeyKind::Development), &place).expect("a copy");
    let run = user.json(line).expect(2);
    assert_eq!(run.error_code(), "key-file-damaged");
    assert!(run.stderr.contains(ballots.id()) && run.stderr.contains("tally-k3-t1"), "{}", run.stderr);
    let mut bytes = fs::read(own).expect("the key");
    bytes[16] ^= 0x40;
    let end = bytes.len() - 32;
    let sum = <sha2::Sha256 as sha2::Digest>::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&sum);
    fs::write(&place, bytes).expect("a file");
    let run = user.json(line).expect(2);
    assert!(run.error_code() == "key-file-damaged" && run.stderr.contains("version"), "{}", run.stderr);
}

#[test]
fn attack_18_a_public_input_plus_r_is_no_input() {
    let checked = Checked::new();
    assert_eq!(checked.under(&checked.key).code, 0);
    let list = fs::read_to_string(checked.user.work("public.json")).expect("the inputs");
    let inputs: Vec<String> = serde_json::from_str(&list).expect("JSON");
    let r = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    let r: alloy::primitives::U256 = r.parse().expect("a number");
    for i in 0..inputs.len() {
        let mut changed = inputs.clone();
        changed[i] = (inputs[i].parse::<alloy::primitives::U256>().expect("a number") + r).to_string();
        checked.user.write_secret("public.json", json!(changed).to_string());
        let run = checked.under(&checked.key).expect(1);
        assert!(run.error_code() == "proof-invalid" && run.stderr.contains(&format!("input {i}")), "{}", run.stderr);
    }
}

/// An anvil that says it is some public chain; it ends with the test.
struct PublicChain(Child, String);

impl PublicChain {
    fn new(chain: u64, home: PathBuf) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
        let mut command = Command::new(anvil());
        command.args(["--port", &port.to_string(), "--chain-id", &chain.to_string(), "--hardfork", "osaka"]);
        command.env("HOME", home).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("anvil runs");
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "anvil does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self(child, format!("http://127.0.0.1:{port}"))
    }
}

impl Drop for PublicChain {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The verifiers' constructors, not a check of the program's, refuse a development key on a public chain.
#[test]
fn attack_14_a_development_key_is_not_deployed_on_a_public_chain() {
    let user = User::new();
    user.json("trustee new tamsin --passphrase-file pass").expect(0);
    let from = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    for chain in [1u64, 11_155_111] {
        let node = PublicChain::new(chain, user.root().to_path_buf());
        let run = user.json(&format!(
            "dao deploy --plain --trustee tamsin --trustee-address {from} --registrar {from} --proposer {from} \
             --from {from} --rpc {} --dao on-{chain}.json",
            node.1
        ));
        assert_ne!(run.code, 0);
        assert!(
            run.stderr.contains("DevelopmentKeyOnPublicChain") || run.stderr.contains("development"),
            "{}",
            run.stderr
        );
        assert!(!user.work(format!("on-{chain}.json")).exists());
    }
}
