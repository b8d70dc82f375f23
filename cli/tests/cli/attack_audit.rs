//! Audits attacked where they lie on a disk: other proofs, other keys, damage, a kill, secrets.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::audit_stage::{POLICY, SUBJECT, owner, prove_line, proven, verify};
use crate::keys::shared_keys;
use crate::support::{User, mode};

#[test]
fn attack_38_a_killed_job_goes_on() {
    let user = owner();
    let line = prove_line("killed");
    // Slow enough to be met and killed on the way.
    let mut child =
        user.program().args(line.split_whitespace()).env("TABELLA_BACKEND", "portable").spawn().expect("it starts");
    let first = user.work("killed/secret.json");
    let start = Instant::now();
    let proofs = || {
        let shards = fs::read_dir(user.work("killed/shards")).into_iter().flatten().flatten();
        let shards = shards.filter(|e| e.path().extension().is_some_and(|x| x == "json")).count();
        shards + usize::from(user.work("killed/verdict.json").exists())
    };
    while (!first.exists() || proofs() == 0) && start.elapsed() < Duration::from_secs(900) {
        assert!(child.try_wait().expect("a status").is_none(), "it ended before it could be killed");
        std::thread::sleep(Duration::from_millis(20));
    }
    // While it runs, the directory is its own.
    let second = user.json(&line).expect(2);
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert_eq!(second.error_code(), "directory-in-use");
    let (kept, secret) = (proofs(), fs::read(&first).expect("blindings"));
    let claim = fs::read(user.work("killed/audit.json")).expect("the claim");
    let done = user.json(&line).expect(0).data();
    assert_eq!(done["made"], json!(3 - kept));
    assert_eq!(fs::read(&first).expect("blindings"), secret);
    assert_eq!(fs::read(user.work("killed/audit.json")).expect("the claim"), claim);
    let keys = shared_keys();
    let line = format!("audit verify killed --policy policy.toml --context 5 --keys {}", keys.display());
    user.json(&line).expect(0);
}

/// Edits a file of the audit.
fn edit(user: &User, file: &str, change: impl Fn(&str) -> String) -> PathBuf {
    let path = user.work("audit").join(file);
    let text = fs::read_to_string(&path).expect("the file");
    let changed = change(&text);
    assert_ne!(text, changed, "{file}: nothing was changed");
    fs::write(&path, changed).expect("written");
    path
}

#[test]
fn attack_37_an_audits_files_cut_or_changed_are_named() {
    let user = proven();
    let cut = |text: &str| text[..text.len() / 2].to_owned();
    type Change = Box<dyn Fn(&str) -> String>;
    let table: Vec<(&str, &str, Change)> = vec![
        ("audit.json", "audit-damaged", Box::new(cut)),
        ("audit.json", "audit-damaged", Box::new(|t| t.replacen("\"rows\": 211", "\"rows\": 210", 1))),
        ("audit.json", "audit-damaged", Box::new(|t| t.replacen("\"version\": 1", "\"version\": 2", 1))),
        ("audit.json", "audit-damaged", Box::new(|t| t.replacen("\"verdict\": \"", "\"verdict\": \"x", 1))),
        ("audit.json", "audit-damaged", Box::new(|_| " ".repeat((1 << 20) + 1))),
        ("schema.json", "schema-invalid", Box::new(cut)),
        ("schema.json", "audit-damaged", Box::new(|t| t.replacen("north", "North", 2))),
        ("verdict.json", "audit-damaged", Box::new(cut)),
        ("shards/0001.json", "audit-damaged", Box::new(|t| t.replacen("\"1\"", "\"2\"", 1))),
        ("shards/0001.json", "audit-damaged", Box::new(|_| String::new())),
    ];
    for (file, code, change) in table {
        let path = user.work("audit").join(file);
        let good = fs::read(&path).expect("the file");
        edit(&user, file, change);
        let run = verify(&user, "").expect(2);
        let name = file.rsplit('/').next().expect("a name");
        assert!(run.error_code() == code && run.stderr.contains(name), "{file}: {}", run.stderr);
        fs::write(&path, good).expect("written");
    }
    let run = user.json("audit verify nothing --policy policy.toml").expect(2);
    assert_eq!(run.error_code(), "file-not-found");
    edit(&user, "secret.json", |t| t.replacen("\"blinding\": \"", "\"blinding\": \"1", 1));
    let run = user.json(&prove_line("audit")).expect(2);
    assert!(run.error_code() == "audit-damaged" && run.stderr.contains("secret.json"), "{}", run.stderr);
}

#[test]
fn attack_08_proofs_of_another_place_and_another_expectation_are_refused() {
    let user = proven();
    let shards = user.work("audit/shards");
    fs::rename(shards.join("0000.json"), shards.join("x")).expect("moved");
    fs::rename(shards.join("0001.json"), shards.join("0000.json")).expect("moved");
    fs::rename(shards.join("x"), shards.join("0001.json")).expect("moved");
    let run = verify(&user, "").expect(1);
    assert!(run.error_code() == "audit-invalid" && run.data()["part"] == "shard 0", "{}", run.stderr);

    let user = proven();
    let zeros = "0".repeat(64);
    for (more, what) in [
        (format!("--data-root 0x{zeros}"), "data root"),
        ("--model 7".to_owned(), "model"),
        ("--context 6".to_owned(), "context"),
    ] {
        let run = verify(&user, &more).expect(1);
        assert!(run.error_code() == "audit-differs" && run.data()["what"] == what, "{}", run.stderr);
    }
    user.write_secret("policy.toml", POLICY.replace("1/2", "2/3"));
    let run = verify(&user, "").expect(1);
    assert_eq!(run.data()["what"], "policy");
}

#[test]
fn attack_15_keys_of_other_circuits_are_told_apart() {
    let user = proven();
    let claim = tabella_prover::shard::Directory::at(user.work("audit")).claim().expect("sound").expect("there");
    let mut other = claim.clone();
    other.shard_key.key_digest = "00".repeat(32);
    fs::write(user.work("audit/audit.json"), other.to_json()).expect("written");
    let run = verify(&user, "").expect(2);
    assert_eq!(run.error_code(), "key-mismatch");
    let run = user.json(&prove_line("audit")).expect(2);
    assert_eq!(run.error_code(), "key-mismatch");
    let mut other = claim;
    other.verdict_key.circuit = "verdict-s96".to_owned();
    fs::write(user.work("audit/audit.json"), other.to_json()).expect("written");
    let run = verify(&user, "").expect(2);
    assert!(run.error_code() == "key-mismatch" && run.stderr.contains("verdict-s96"), "{}", run.stderr);
}

#[test]
fn attack_39_nothing_secret_is_shown_or_left_readable() {
    let user = proven();
    assert_eq!(mode(&user.work("audit/secret.json")), 0o600);
    let secret: Value = serde_json::from_slice(&fs::read(user.work("audit/secret.json")).expect("read")).expect("JSON");
    let blinding: Value = serde_json::from_slice(&fs::read(user.work("model.blinding")).expect("read")).expect("JSON");
    let mut words: Vec<String> = secret["shards"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|s| s["blinding"].as_str().expect("text").to_owned())
        .collect();
    words.push(blinding["blinding"].as_str().expect("text").to_owned());
    let keys = format!("--keys {}", shared_keys().display());
    let mut outputs = vec![];
    for line in [
        prove_line("audit"),
        format!("audit report audit --counts {keys}"),
        format!("audit verify audit --policy policy.toml {keys}"),
        format!("audit check {SUBJECT}"),
    ] {
        for run in [user.say(&line), user.json(&line)] {
            outputs.push(run.stdout + &run.stderr);
        }
    }
    for file in ["audit.json", "schema.json", "verdict.json", "shards/0000.json"] {
        outputs.push(fs::read_to_string(user.work("audit").join(file)).expect("text"));
    }
    assert!(words.iter().all(|word| word.len() > 60 && outputs.iter().all(|output| !output.contains(word))));
}
