//! `tabella audit` and `data sign`.

use std::fs;

use alloy::signers::local::PrivateKeySigner;
use serde_json::{Value, json};

use crate::audit_stage::{
    POLICY, ROWS, Row, SPEC, SUBJECT, copy, csv, owner, prove_line, proven, rows, selected, verify,
};
use crate::keys::shared_keys;
use crate::support::{Run, User, repository};

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
    for rows in ["0", "32801"] {
        assert_eq!(user.json(&format!("audit plan --rows {rows}")).expect(2).error_code(), "capacity");
    }
    let mut long = csv();
    let body = csv().split_once('\n').expect("a header").1.repeat(159);
    long.push_str(&body);
    user.write_secret("long.csv", long);
    user.json("data import long.csv --spec spec.toml --out long").expect(0);
    let run = user.json("audit check --model model.json --data long --policy policy.toml").expect(2);
    assert!(run.error_code() == "capacity" && run.stderr.contains("32800"), "{}", run.stderr);
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
    // What was measured stands beside the budget; the snapshot has this very number.
    let gas = user.json("audit plan --rows 1000").expect(0).data()["gas"].clone();
    assert_eq!((&gas["total"], &gas["is"]), (&json!(756_500), &json!("budget")));
    let snapshot = repository().join("verifier-contracts/test/fixtures/audit-gas.json");
    let snapshot: Value = serde_json::from_str(&fs::read_to_string(snapshot).expect("a file")).expect("JSON");
    let (pass, measured) = (number(&snapshot["verdict over 5 shards: pass"]), &gas["measured"]);
    assert_eq!(number(&measured["verdict"]), pass);
    let five = number(&snapshot["submit shards, 5"]);
    assert!(number(&measured["shards"]).abs_diff(five) * 1000 < five, "{measured}");
    assert_eq!(number(&measured["total"]), number(&measured["shards"]) + pass);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let total = number(&measured["total"]).to_string();
    assert!(digits.contains(&total) && digits.contains("756500"), "{text}");
}

/// The file of a DAO that was never deployed: only what is read of it without a node counts.
fn dao_file(registries: bool) -> Value {
    let address = |n: u64| json!(format!("{n:#042x}"));
    let circuit = |id: &str| json!({ "id": id, "version": 1, "key_digest": format!("0x{}", "5".repeat(64)), "development": true });
    let names = [
        "access_manager",
        "electorate",
        "timelock",
        "governor",
        "committee",
        "ballot_box",
        "ballot_verifier",
        "tally_verifier",
    ];
    let contracts: serde_json::Map<_, _> =
        names.iter().zip(1..).map(|(name, n)| ((*name).to_owned(), address(n))).collect();
    let mut dao = json!({ "schema_version": 1, "chain_id": 1337, "block": 0, "contracts": contracts, "weighted": true, "unit": "1",
        "circuits": { "ballot": circuit("ballot-k3-d20"), "tally": circuit("tally-k3-t1") } });
    if registries {
        dao["audit"] = json!({ "model_registry": address(20), "policy_registry": address(21), "data_registry": address(22),
            "audit_registry": address(23), "milestone_treasury": address(24), "shard_verifier": address(25), "verdict_verifier": address(26),
            "circuits": { "shard": circuit("shard-linear-r205"), "verdict": circuit("verdict-s160") } });
    }
    dao
}

/// The DAO's file says where and on which chain, without a node; options say it louder.
#[test]
fn the_daos_file_names_registry_and_chain_and_options_win() {
    let user = proven();
    user.write_secret("key", "11".repeat(32));
    let sign = |more: &str| {
        let line = "data sign data --csv data.csv --spec spec.toml --engagement 3 --private-key-file key";
        user.json(&format!("{line} {more}"))
    };
    let verify = |more: &str| verify(&user, &format!("--engagement 3 {more}"));
    assert_eq!(sign("").expect(2).error_code(), "file-not-found");
    assert_eq!(verify("").expect(2).error_code(), "file-not-found");
    user.write_secret("plain.json", dao_file(false).to_string());
    assert_eq!(sign("--dao plain.json").expect(2).error_code(), "no-audits");
    assert_eq!(verify("--dao plain.json").expect(2).error_code(), "no-audits");
    fs::create_dir_all(user.home()).expect("a directory");
    fs::write(user.home().join("dao.json"), dao_file(true).to_string()).expect("written");

    let claim = |run: Run| run.expect(0).data()["claim"].clone();
    let found = claim(sign(""));
    assert_eq!((&found["chain_id"], &found["data_registry"]), (&json!(1337), &json!(format!("{:#042x}", 22))));
    assert_eq!(claim(sign("--chain-id 1337")), found);
    assert_eq!(sign("--chain-id 5").expect(3).error_code(), "wrong-chain");
    let other = format!("{:#042x}", 7);
    let named = claim(sign(&format!("--registry {other} --chain-id 5")));
    assert_eq!((&named["chain_id"], &named["data_registry"]), (&json!(5), &json!(other)));

    // The proofs have the context 5: what is expected instead is in the message.
    let expected = |more: &str| {
        let run = verify(more).expect(1);
        assert!(run.stderr.contains("context"), "{}", run.stderr);
        run.envelope()["errors"][0]["message"].clone()
    };
    let place = |registry: u64, chain: u64| expected(&format!("--registry {registry:#042x} --chain-id {chain}"));
    assert_eq!(expected(""), place(23, 1337));
    assert_ne!(expected(""), place(22, 1337));
    assert_ne!(expected(""), place(23, 1));
    verify("--chain-id 1337").expect(2);
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
