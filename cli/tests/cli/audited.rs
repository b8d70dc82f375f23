//! One audit from the vote to the payment, with real proofs over German credit; and one owner who stays silent.

use std::fs;

use serde_json::{Value, json};
use tabella_circuits::compliance::shard::ShardLinearR205;
use tabella_circuits::compliance::verdict::VerdictS160;
use tabella_prover::groth16::verifying_key_to_json;
use tabella_prover::{CircuitKey, KeyStore};

use crate::dao::text;
use crate::keys::shared_keys;
use crate::registries::{Auditing, german};

/// Signs as an auditor and says where the signature is.
fn sign(stage: &Auditing, data: &str, engagement: u64, auditor: usize) -> String {
    let file = format!("{data}-{engagement}-{auditor}.json");
    let line = format!(
        "data sign {data} --csv {} --spec {} --engagement {engagement} --out {file}",
        german("german.csv"),
        german("german.toml")
    );
    stage.done(&line, auditor);
    file
}

fn engage(stage: &Auditing, model: &str) -> Value {
    let made = stage.done(&format!("model register {model} --bond 2"), 7);
    stage.done(&format!("engagement open --model {} --policy 1", text(&made["model"])), 7)
}

#[test]
fn a_model_is_audited_paid_and_checked_by_anyone_and_silence_is_halted() {
    let stage = Auditing::new();
    let user = &stage.operator.user;
    stage.adopt_german(1_000_000);
    user.json(&format!("model import {} --data german --out even.json", german("models/even.json"))).expect(0);
    let opened = engage(&stage, "--model even.json");
    let to = stage.operator.accounts[4].clone();
    let create = format!("milestone create --model 1 --policy 1 --beneficiary {to} --amount 3 --period 900000");
    stage.accept(&stage.done(&create, 2));
    register(&stage);

    let keys = shared_keys().display().to_string();
    let prove = format!(
        "audit prove --model even.json --data german --policy {} --engagement 1 --out audit --keys {keys}",
        german("policies/four-fifths.toml")
    );
    let proven = user.json(&prove).expect(0).data();
    assert_eq!(proven["context"], opened["context"], "made of the DAO's file");
    submit(&stage, &keys);
    let shown = stage.read("attestation show 1");
    assert_eq!((&shown["verdict"], &shown["valid"]), (&json!("pass"), &json!(true)));
    let verified = stage.read(&format!("attestation verify 1 --keys {keys}"));
    assert_eq!((&verified["proofs"], &verified["rows"]), (&json!(6), &json!(1000)));
    named_keys(&stage, &keys);
    let paid = stage.done("milestone release 1", 8);
    assert_eq!((&paid["state"], &paid["attestation"]), (&json!("paid"), &json!("1")));
    assert_eq!(stage.refused("milestone release 1", 8), "MilestoneClosed");
    assert_eq!(stage.read("model status 1")["passes"][0]["valid"], true);
    silence(&stage, &keys);
    // A pass of one model is no pass of another.
    let other = create.replace("--model 1", "--model 2");
    stage.accept(&stage.done(&other, 2));
    assert_eq!(stage.refused("milestone release 2 --attestation 1", 8), "ModelNotActive");
    let revoke = stage.done("attestation revoke 1 --reason collusion", 2);
    stage.accept(&revoke);
    let gone = user.json("attestation show 1").expect(1);
    assert_eq!(gone.error_code(), "attestation-not-valid");
    assert!(gone.envelope()["errors"][0]["message"].as_str().is_some_and(|m| m.contains("revoked")));
}

/// Verifying keys from files, as under a ceremony's keys: those of the chain's verifiers, and others.
fn named_keys(stage: &Auditing, keys: &str) {
    let user = &stage.operator.user;
    let store = KeyStore::open(keys);
    let (shard, verdict) = (store.development::<ShardLinearR205>(), store.development::<VerdictS160>());
    user.write_secret("shard.json", verifying_key_to_json(shard.expect("a key").verifying_key()));
    user.write_secret("verdict.json", verifying_key_to_json(verdict.expect("a key").verifying_key()));
    let verify =
        |shard: &str, verdict: &str| format!("attestation verify 1 --shard-vkey {shard} --verdict-vkey {verdict}");
    assert_eq!(stage.read(&verify("shard.json", "verdict.json"))["verified"], json!(true));
    let swapped = user.json(&verify("verdict.json", "shard.json")).expect(2);
    assert!(swapped.error_code() == "key-mismatch" && swapped.stderr.contains("verdict.json"), "{}", swapped.stderr);
    assert_eq!(user.json(&verify("shard.json", "none.json")).expect(2).error_code(), "file-not-found");
    user.json("attestation verify 1 --shard-vkey shard.json").expect(2);
}

/// The data of engagement 1, and what is no signature over them.
fn register(stage: &Auditing) {
    let user = &stage.operator.user;
    let (ben, anna) = (sign(stage, "german", 1, 9), sign(stage, "german", 1, 8));
    let line = |signatures: &str| format!("data register german --engagement 1 {signatures}");
    assert_eq!(stage.refused(&line(&format!("--signature {ben}")), 8), "TooFewSignatures");
    assert_eq!(stage.refused(&line(&format!("--signature {ben} --signature {ben}")), 8), "SignersNotAscending");
    let both = line(&format!("--signature {ben} --signature {anna}"));
    assert_eq!(stage.refused(&both, 7), "NotAnAuditor");
    let signed = fs::read_to_string(user.work(&anna)).expect("it is there");
    for (from, to, code) in [
        ("\"rows\": 1000", "\"rows\": 999", "signature-differs"),
        ("\"engagement\": \"1\"", "\"engagement\": \"2\"", "signature-differs"),
        ("\"signer\": \"0x", "\"signer\": \"0x00", "signature-invalid"),
        ("\"signature\": \"0x", "\"signature\": \"0x00", "refused"),
    ] {
        user.write_secret("bad.json", signed.replacen(from, to, 1));
        let exit = if code == "refused" { 4 } else { 2 };
        let bad = stage.from(&line(&format!("--signature {ben} --signature bad.json")), 8);
        assert_eq!(user.json(&bad).expect(exit).error_code(), code, "{from}");
    }
    let provider = stage.operator.accounts[4].clone();
    let done = stage.done(&format!("{both} --provider {provider}"), 8);
    assert_eq!((&done["rows"], &done["shards"]), (&json!(1000), &json!(5)));
    assert_eq!(stage.done("engagement acknowledge 1", 7)["state"], "running");
    assert_eq!(stage.refused("engagement acknowledge 1", 7), "ClockRuns");
}

/// Submits the audit of engagement 1, stopped once on its way.
fn submit(stage: &Auditing, keys: &str) {
    let user = &stage.operator.user;
    let line = &format!("audit submit audit --engagement 1 --batch 2 --keys {keys}");
    let last = user.work("audit/shards/0004.json");
    let proof = fs::read(&last).expect("it is there");
    fs::remove_file(&last).expect("it is there");
    assert_eq!(stage.mistaken(line, 7), "file-not-found", "nothing is sent before everything is there");
    fs::copy(user.work("audit/shards/0000.json"), &last).expect("it can be written");
    let invalid = user.json(&stage.from(line, 7)).expect(1);
    assert_eq!((invalid.error_code(), &invalid.data()["part"]), ("audit-invalid".to_owned(), &json!("shard 4")));
    fs::write(&last, &proof).expect("it can be written");
    assert_eq!(stage.refused(line, 8), "NotTheOwner");
    let dry = stage.done(&format!("{line} --dry-run"), 7);
    assert_eq!((&dry["attested"], dry["steps"].as_array().map(Vec::len)), (&json!(false), Some(1)));

    // As if the program had been killed after its first batch.
    let first = &dry["steps"][0]["transaction"];
    let call = json!({ "from": first["from"], "to": first["to"], "data": first["data"] });
    stage.operator.rpc("eth_sendTransaction", json!([call]));
    assert_eq!(stage.read("engagement show 1")["shards_verified"], "2");
    let done = stage.done(line, 7);
    let steps: Vec<&Value> = done["steps"].as_array().expect("a list").iter().map(|step| &step["step"]).collect();
    assert_eq!(steps, [&json!("shards 2 to 3"), &json!("shards 4 to 4"), &json!("verdict")]);
    let after = (&done["verdict"], &done["valid"], &done["model_status"]);
    assert_eq!(after, (&json!("pass"), &json!(true), &json!("active")));
    let again = stage.done(line, 7);
    assert_eq!((&again["attested"], &again["steps"]), (&json!(true), &json!([])));
}

/// The owner of another model has the data and says nothing.
fn silence(stage: &Auditing, keys: &str) {
    let user = &stage.operator.user;
    engage(stage, "--commitment 77");
    let import = format!("data import {} --spec {} --out again", german("german.csv"), german("german.toml"));
    user.json(&import).expect(0);
    let (ben, anna) = (sign(stage, "again", 2, 9), sign(stage, "again", 2, 8));
    stage.done(&format!("data register again --engagement 2 --signature {ben} --signature {anna}"), 8);
    let elsewhere = user.json(&stage.from(&format!("audit submit audit --engagement 2 --keys {keys}"), 7)).expect(1);
    assert_eq!(elsewhere.error_code(), "audit-differs", "proofs of another engagement");
    assert_eq!(stage.refused("engagement enforce 2", 4), "DeadlineNotPassed");
    stage.operator.advance(600 + 7200 + 10);
    let enforced = stage.done("engagement enforce 2", 4);
    assert_eq!((&enforced["state"], &enforced["model_status"]), (&json!("defaulted"), &json!("halted")));
    assert_eq!(stage.read("model status 2")["bond"], "0");
}
