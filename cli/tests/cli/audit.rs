//! `tabella audit` and `data sign`.

use std::fs;

use alloy::signers::local::PrivateKeySigner;
use serde_json::{Value, json};

use crate::audit_stage::{
    POLICY, ROWS, Row, SPEC, SUBJECT, copy, csv, owner, prove_line, proven, rows, selected, verify,
};
use crate::keys::shared_keys;
use crate::support::User;

#[test]
fn check_counts_what_the_model_does_group_by_group() {
    let user = owner();
    let data = user.json(&format!("audit check {SUBJECT}")).expect(0).data();
    let rows = rows();
    let of = |attribute: &str, name: &str| -> Vec<&Row> {
        rows.iter().filter(|r| if attribute == "sex" { r.sex == name } else { r.home == name }).collect()
    };
    let groups = data["groups"].as_array().expect("groups");
    let names: Vec<(&str, &str)> =
        groups.iter().map(|g| (g["attribute"].as_str().expect("text"), g["name"].as_str().expect("text"))).collect();
    assert_eq!(names, [("home", "north"), ("home", "south"), ("home", "isles"), ("sex", "f"), ("sex", "m")]);
    for (group, (attribute, name)) in groups.iter().zip(&names) {
        let members = of(attribute, name);
        let count = |wanted: &dyn Fn(&Row) -> bool| json!(members.iter().filter(|r| wanted(r)).count());
        assert_eq!(group["n"], json!(members.len()), "{name}");
        assert_eq!(group["label_positive"], count(&|r| r.admitted), "{name}");
        assert_eq!(group["predicted_positive"], count(&selected), "{name}");
        assert_eq!(group["true_positive"], count(&|r| r.admitted && selected(r)), "{name}");
    }
    let metrics: Vec<&str> =
        data["metrics"].as_array().expect("metrics").iter().map(|m| m["name"].as_str().expect("text")).collect();
    let expected =
        ["demographic_parity_ratio(home)", "demographic_parity_ratio(sex)", "accuracy", "two_proportion_z(sex)"];
    assert_eq!(metrics, expected);
    let right = rows.iter().filter(|r| r.admitted == selected(r)).count();
    assert_eq!((&data["metrics"][2]["num"], &data["metrics"][2]["den"]), (&json!(right), &json!(ROWS)));
    let violated = |m: &Value| m["supported"] == true && m["defined"] == true && m["holds"] == false;
    let lacking = |m: &Value| m["supported"] == false || m["defined"] == false;
    let list = data["metrics"].as_array().expect("metrics");
    let verdict = if list.iter().any(violated) {
        "fail"
    } else if list.iter().any(lacking) {
        "insufficient"
    } else {
        "pass"
    };
    assert_eq!(data["verdict"], verdict);
    let text = user.say(&format!("audit check {SUBJECT}")).expect(0).stdout;
    assert!(text.ends_with(&format!("verdict      {verdict}\n")) && text.contains("home isles"), "{text}");
}

#[test]
fn a_required_verdict_decides_the_exit_code() {
    let user = owner();
    let verdict = user.json(&format!("audit check {SUBJECT}")).expect(0).data()["verdict"].clone();
    let verdict = verdict.as_str().expect("a word").to_owned();
    user.json(&format!("audit check {SUBJECT} --require {verdict}")).expect(0);
    let other = if verdict == "pass" { "fail" } else { "pass" };
    let run = user.json(&format!("audit check {SUBJECT} --require {other}")).expect(1);
    assert_eq!(run.error_code(), "verdict-not-required");
    assert_eq!(run.data()["verdict"], json!(verdict));
    // Exclusive bounds that nothing meets: a fail; more evidence than there is: insufficient.
    user.write_secret(
        "hard.toml",
        "version = 1\n[[line]]\nmetric = \"accuracy\"\nthreshold = \"1/1\"\nexclusive = true\n",
    );
    let run = user.json("audit check --model model.json --data data --policy hard.toml --require fail").expect(0);
    assert_eq!(run.data()["verdict"], "fail");
    user.write_secret("more.toml", "version = 1\nmin_rows = 212\n[[line]]\nmetric = \"accuracy\"\nthreshold = 0\n");
    let run =
        user.json("audit check --model model.json --data data --policy more.toml --require insufficient").expect(0);
    assert_eq!(run.data()["metrics"][0]["supported"], false);
}

#[test]
fn an_audit_is_proven_verified_by_anyone_and_reported() {
    let user = proven();
    let check = user.json(&format!("audit check {SUBJECT}")).expect(0).data();
    let commitment = user.json("model commit model.json").expect(0).data()["commitment"].clone();
    let commitment = commitment.as_str().expect("a number").to_owned();
    let root = check["data_root"].as_str().expect("a root").to_owned();

    // A stranger has the public files, and nothing else.
    let stranger = User::new();
    copy(&user.work("audit"), &stranger.work("audit"));
    fs::remove_file(stranger.work("audit/secret.json")).expect("it is there");
    stranger.write_secret("policy.toml", POLICY);
    let run = verify(&stranger, &format!("--data-root {root} --model {commitment} --context 5")).expect(0);
    let data = run.data();
    assert_eq!(
        (&data["valid"], &data["verdict"], &data["not_compared"]),
        (&json!(true), &check["verdict"], &json!([]))
    );
    assert_eq!((&data["rows"], &data["shards"], &data["proofs"]), (&json!(ROWS), &json!(2), &json!(3)));
    assert!(run.envelope()["warnings"][0].as_str().is_some_and(|w| w.contains("development")));

    let keys = format!("--keys {}", shared_keys().display());
    let report = stranger.json(&format!("audit report audit {keys}")).expect(0).data();
    assert!(report["counts"].is_null());
    assert_eq!(report["circuits"]["shard"]["id"], "shard-linear-r205");
    assert_eq!(report["lines"][0], "demographic_parity_ratio(home) >= 1/2");
    let run = stranger.json(&format!("audit report audit --counts {keys}")).expect(2);
    assert!(run.stderr.contains("secret.json"), "{}", run.stderr);
    let own = user.json(&format!("audit report audit --counts {keys}")).expect(0).data();
    assert_eq!(own["counts"]["groups"], check["groups"]);
    assert_eq!(own["counts"]["verdict"], check["verdict"]);
    let text = stranger.say(&format!("audit report audit {keys}")).expect(0).stdout;
    assert!(text.contains("not revealed") && !text.contains("isles"), "{text}");

    // The same again makes nothing; the policy, the model or the context of another audit are refused.
    let again = user.json(&prove_line("audit")).expect(0).data();
    assert_eq!(again["made"], 0);
    let elsewhere = prove_line("audit").replace("--context 5", "--context 6");
    let run = user.json(&elsewhere).expect(2);
    assert!(run.error_code() == "audit-of-something-else" && run.stderr.contains("context"), "{}", run.stderr);
}

#[test]
fn what_cannot_be_audited_is_refused() {
    let user = owner();
    // A model of another schema.
    user.write_secret("other.toml", SPEC.replace("max = 20", "max = 30"));
    user.json("data import data.csv --spec other.toml --out other").expect(0);
    let run = user.json("audit check --model model.json --data other --policy policy.toml").expect(2);
    assert_eq!(run.error_code(), "model-does-not-fit");
    // More records than the circuits take.
    for rows in ["0", "9841"] {
        assert_eq!(user.json(&format!("audit plan --rows {rows}")).expect(2).error_code(), "capacity");
    }
    let mut long = csv();
    let body = csv().split_once('\n').expect("a header").1.repeat(47);
    long.push_str(&body);
    user.write_secret("long.csv", long);
    user.json("data import long.csv --spec spec.toml --out long").expect(0);
    let run = user.json("audit check --model model.json --data long --policy policy.toml").expect(2);
    assert!(run.error_code() == "capacity" && run.stderr.contains("9840"), "{}", run.stderr);
    // A policy about an attribute that is not there, and options that contradict each other.
    user.write_secret("bad.toml", POLICY.replace("\"sex\"", "\"age\""));
    let run = user.json("audit check --model model.json --data data --policy bad.toml").expect(2);
    assert_eq!(run.error_code(), "policy-invalid");
    user.json(&format!("audit prove {SUBJECT} --out x --context 5 --engagement 1")).expect(2);
    user.json(&format!("audit prove {SUBJECT} --out x --engagement 1")).expect(2);
    user.json(&format!("audit check {SUBJECT} --pack four-fifths")).expect(2);
    assert!(!user.work("x").exists());
}

#[test]
fn a_plan_says_what_an_audit_costs() {
    let user = owner();
    let plan = user.json("audit plan --data data --jobs 2").expect(0).data();
    assert_eq!(
        (&plan["rows"], &plan["shards"], &plan["padding"], &plan["proofs"]),
        (&json!(ROWS), &json!(2), &json!(199), &json!(3))
    );
    let constraints = &plan["constraints"];
    let number = |v: &Value| v.as_u64().expect("a number");
    assert_eq!(number(&constraints["total"]), 2 * number(&constraints["shard"]) + number(&constraints["verdict"]));
    let one = user.json("audit plan --data data --jobs 1").expect(0).data();
    assert!(
        one["seconds"].as_f64() > plan["seconds"].as_f64()
            && number(&one["memory_bytes"]) < number(&plan["memory_bytes"])
    );
    assert_eq!(plan["seconds_are"], "estimate");
    let text = user.say("audit plan --rows 1000").expect(0).stdout;
    assert!(text.contains("5 shards") && text.contains("estimate"), "{text}");
}

#[test]
fn an_auditor_signs_only_the_root_that_comes_out_of_the_raw_file() {
    let user = owner();
    let signer: PrivateKeySigner = "11".repeat(32).parse().expect("a key");
    user.write_secret("key", "11".repeat(32));
    let registry = "0x0000000000000000000000000000000000000007";
    let line = |csv: &str, more: &str| {
        format!(
            "data sign data --csv {csv} --spec spec.toml --engagement 3 --registry {registry} --chain-id 31337 --private-key-file key {more}"
        )
    };
    user.json(&line("data.csv", "--out sig.json")).expect(0);
    let text = fs::read_to_string(user.work("sig.json")).expect("a file");
    let signed = tabella_contracts::data_signature::DataSignature::parse(&text).expect("a signature");
    assert!(signed.is_by_signer() && signed.signer == signer.address());
    let shown = user.json("data show data").expect(0).data();
    assert_eq!(shown["data_root"], json!(signed.claim.data_root.to_string()));
    assert_eq!((signed.claim.rows, signed.claim.shards, signed.claim.chain_id), (ROWS as u64, 2, 31337));
    assert_eq!(user.json(&line("data.csv", "--out sig.json")).expect(2).error_code(), "file-exists");

    // One record changed, in the file or in its order; another description.
    let flipped = csv().replacen(";yes\n", ";no\n", 1);
    user.write_secret("flipped.csv", flipped);
    let mut lines: Vec<String> = csv().lines().map(str::to_owned).collect();
    let other = (2..lines.len()).find(|i| lines[*i] != lines[1]).expect("another row");
    lines.swap(1, other);
    user.write_secret("swapped.csv", lines.join("\n") + "\n");
    for csv in ["flipped.csv", "swapped.csv"] {
        let run = user.json(&line(csv, "--out no.json")).expect(1);
        assert_eq!(run.error_code(), "data-root-differs");
    }
    user.write_secret("spec.toml", SPEC.replace("max = 20", "max = 30"));
    assert_eq!(user.json(&line("data.csv", "--out no.json")).expect(1).error_code(), "data-root-differs");
    assert!(!user.work("no.json").exists());
}
