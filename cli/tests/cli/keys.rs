//! `tabella keys`.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::support::User;

/// Development keys, made once for all tests and all runs, beside the program.
pub(crate) fn shared_keys() -> PathBuf {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    let make = || {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_tabella"));
        let dir = program.ancestors().nth(2).expect("the target directory").join("dev-keys");
        User::new().say(&format!("keys dev --keys {}", dir.display())).expect(0);
        dir
    };
    MADE.get_or_init(make).clone()
}

#[test]
fn development_keys_are_made_once_and_labelled_everywhere() {
    let user = User::new();
    let dir = shared_keys();
    let line = format!("keys dev --keys {}", dir.display());
    let first = user.json(&line).expect(0).data();
    let run = user.json(&line).expect(0);
    let second = run.data();
    let keys = second["keys"].as_array().expect("a list");
    assert_eq!(keys.len(), tabella_prover::circuits().len());
    for (now, before) in keys.iter().zip(first["keys"].as_array().expect("a list")) {
        assert_eq!(now["kind"], "development");
        assert_eq!(now["made"], false, "a second run loads");
        assert_eq!(now["key_digest"], before["key_digest"]);
        assert_eq!(now["key_digest"].as_str().map(str::len), Some(64));
    }
    let loud =
        |run: &crate::support::Run| run.envelope()["warnings"][0].as_str().is_some_and(|w| w.contains("DEVELOPMENT"));
    assert!(loud(&run));
    let listed = user.json(&format!("keys list --keys {}", dir.display())).expect(0);
    assert!(loud(&listed));
    assert!(
        listed.data()["keys"]
            .as_array()
            .is_some_and(|l| l.len() >= keys.len() && l.iter().all(|k| k["kind"] == "development"))
    );
    let plain = user.say(&format!("keys list --keys {}", dir.display())).expect(0);
    assert!(plain.stdout.lines().all(|l| l.starts_with("DEVELOPMENT ")), "{}", plain.stdout);
}

#[test]
fn a_damaged_key_file_is_named_and_kept() {
    let user = User::new();
    let listed = user.json(&format!("keys list --keys {}", shared_keys().display())).expect(0).data();
    let good = listed["keys"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|k| k["circuit"] == "ballot-k3-d20")
        .expect("a key")["file"]
        .clone();
    let good = PathBuf::from(good.as_str().expect("a path"));
    fs::create_dir(user.work("k")).expect("a directory");
    let copy = user.work("k").join(good.file_name().expect("a name"));
    let mut bytes = fs::read(&good).expect("the key");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&copy, &bytes).expect("a file");
    let run = user.json("keys dev --keys k").expect(2);
    assert_eq!(run.error_code(), "key-file-damaged");
    assert!(
        run.stderr.contains(&*copy.file_name().expect("a name").to_string_lossy()) && run.stderr.contains("byte "),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read(&copy).expect("still there"), bytes, "a damaged file is not overwritten");
    fs::write(&copy, b"short").expect("a file");
    let run = user.json("keys list --keys k").expect(0);
    assert!(run.data()["keys"][0]["error"].is_string());
    assert!(user.say("keys list --keys k").expect(0).stdout.starts_with("DAMAGED "));
    assert_eq!(user.json("keys dev --keys k").expect(2).error_code(), "key-file-damaged");
}
