//! Every file that the program reads, in every state that a disk or an attacker can leave it in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use alloy::signers::local::PrivateKeySigner;
use tabella_circuits::voting::tally::TallyK3T1;
use tabella_prover::groth16::verifying_key_to_json;
use tabella_prover::{CircuitKey, KeyStore};

use crate::keys::shared_keys;
use crate::support::{PASSPHRASE, Run, User, repository, semaphore_export};
use crate::vote::Election;

/// A kind of file, a whole example of it, and a command that reads it.
struct Format {
    name: &'static str,
    file: PathBuf,
    /// Arguments, separated by single spaces.
    line: String,
    /// Longest content that is read.
    limit: usize,
    /// How the version stands in the file, and another version.
    version: Option<(&'static str, &'static str)>,
    /// Whether every change must be noticed: the file has a checksum, or its content is checked as a whole.
    sealed: bool,
}

/// What each damage is called, and the damaged content.
pub(crate) fn damages(good: &[u8], limit: usize, version: Option<(&str, &str)>) -> Vec<(String, Vec<u8>)> {
    let n = good.len();
    let mut list: Vec<(String, Vec<u8>)> = Vec::new();
    for length in (0..n).step_by((n / 12).max(1)).chain([1, n - 2]) {
        list.push((format!("cut at {length}"), good[..length].to_vec()));
    }
    for (i, at) in (0..n).step_by((n / 40).max(1)).enumerate() {
        let mut bytes = good.to_vec();
        bytes[at] ^= 1 << (i % 8);
        list.push((format!("byte {at}, bit {}", i % 8), bytes));
    }
    let mut long = good.to_vec();
    long.resize(limit + 1, b' ');
    list.push(("oversized".to_owned(), long));
    list.push(("not text".to_owned(), b"\xff\xfe\x00\x01".to_vec()));
    list.push(("zeros".to_owned(), vec![0; n]));
    list.push(("deep".to_owned(), b"[".repeat(3000)));
    list.push(("twice".to_owned(), [good, good].concat()));
    if let Some((now, other)) = version {
        let text = String::from_utf8(good.to_vec()).expect("text");
        assert!(text.contains(now), "{text}");
        list.push(("another version".to_owned(), text.replacen(now, other, 1).into_bytes()));
    }
    list
}

/// Every file below a directory with its content.
fn everything(dir: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        // The chain writes its own log while the test runs.
        if path.is_dir() && path.file_name().is_some_and(|name| name != "devnet") {
            everything(&path, into);
        } else if path.is_file() {
            let content = fs::read(&path).expect("readable");
            into.insert(path, content);
        }
    }
}

/// What a damaged file may do: be refused by name, with the place in it; or, where a change cannot be told from another valid
/// value, end without a panic. Never more than that. The answer is what is wrong with the answer.
fn wrong(format: &Format, what: &str, run: &Run, good: &Run) -> Option<&'static str> {
    let name = format.file.file_name().expect("a name").to_string_lossy().into_owned();
    let structural = ["cut", "oversized", "not text", "zeros", "deep", "twice", "another version"];
    let must_fail = format.sealed || structural.iter().any(|kind| what.starts_with(kind));
    match run.code {
        0 if must_fail && run.stdout != good.stdout => Some("the damage was not noticed"),
        2 if !run.stderr.contains(&name) => Some("the file is not named"),
        _ if run.stderr.contains("internal error") => Some("this is said to be a bug of the program"),
        _ if what == "another version" && !(run.code == 2 && run.stderr.contains("version")) => {
            Some("no word of the version")
        }
        _ if run.stderr.contains("UTF-8") && !run.stderr.contains("byte ") => Some("no place is named"),
        _ => None,
    }
}

fn try_all(user: &User, format: &Format) {
    let good = fs::read(&format.file).unwrap_or_else(|e| panic!("{}: {e}", format.name));
    let run = || user.run(format.line.split(' '));
    let whole = run();
    assert_eq!(whole.code, 0, "{}: {}", format.name, whole.stderr);
    let (mut before, mut problems) = (BTreeMap::new(), Vec::new());
    everything(user.root(), &mut before);
    for (what, bytes) in damages(&good, format.limit, format.version) {
        fs::write(&format.file, &bytes).expect("it can be written");
        let run = run();
        if let Some(problem) = wrong(format, &what, &run, &whole) {
            problems.push(format!("{}, {what}: {problem}: exit {}, {}", format.name, run.code, run.stderr));
        }
        assert_eq!(fs::read(&format.file).expect("it is there"), bytes, "{}, {what}: it was changed", format.name);
    }
    assert!(problems.is_empty(), "{}", problems.join(""));
    fs::write(&format.file, &good).expect("it can be written");
    let mut after = BTreeMap::new();
    everything(user.root(), &mut after);
    assert!(before == after, "{}: something was made or changed", format.name);
}

/// Files that need no chain.
fn local(user: &User) -> Vec<Format> {
    user.json("identity new alice --passphrase-file pass").expect(0);
    user.json("trustee new council --passphrase-file pass").expect(0);
    let export = fs::read_to_string(semaphore_export().0).expect("the fixture");
    user.write_secret("export.txt", export.trim());
    fs::write(user.work("tabella.toml"), "rpc = \"http://127.0.0.1:8545\"\npassphrase-file = \"pass\"\n")
        .expect("a file");
    let key = KeyStore::open(shared_keys()).development::<TallyK3T1>().expect("the shared key");
    user.write_secret("vkey.json", verifying_key_to_json(key.verifying_key()));
    let fixture = repository().join("verifier-contracts/test/fixtures/verifier-tally-k3-t1.json");
    let fixture: serde_json::Value = serde_json::from_slice(&fs::read(fixture).expect("the fixture")).expect("JSON");
    let words: Vec<alloy::primitives::U256> = (fixture["proof"].as_array().expect("words").iter())
        .map(|word| word.as_str().expect("text").parse().expect("a number"))
        .collect();
    let proof = tabella_contracts::calldata::proof_from_words(&words).expect("a proof");
    user.write_secret("proof.json", proof.to_json());
    let inputs: Vec<String> = (fixture["inputs"].as_array().expect("words").iter())
        .map(|word| {
            tabella_circuits::field::to_decimal(
                &tabella_circuits::field::parse(word.as_str().expect("text")).expect("one"),
            )
        })
        .collect();
    user.write_secret("public.json", serde_json::to_string(&inputs).expect("JSON"));
    let verify = "verify proof --circuit tally-k3-t1 --proof proof.json --public public.json --vkey vkey.json";
    let format = |name, file: PathBuf, line: &str, limit, version, sealed| Format {
        name,
        file,
        line: format!("{line} --json"),
        limit,
        version,
        sealed,
    };
    let stored = Some(("\"version\": 1", "\"version\": 2"));
    vec![
        format("identity", user.home().join("identities/alice.json"), "identity show alice", 256 << 10, stored, true),
        format("trustee", user.home().join("trustees/council.json"), "trustee show council", 256 << 10, stored, true),
        format("settings", user.work("tabella.toml"), "circuits", 64 << 10, None, false),
        format("proof", user.work("proof.json"), verify, 1 << 20, None, true),
        format("public inputs", user.work("public.json"), verify, 1 << 20, None, true),
        format("verifying key", user.work("vkey.json"), verify, 1 << 20, None, true),
    ]
}

#[test]
fn attack_37_every_local_file_damaged_in_every_way() {
    let user = User::new();
    for format in local(&user) {
        try_all(&user, &format);
    }
}

/// A secret is opened only when everything about its file is right; these commands take longer, so each damage is one of each kind.
#[test]
fn attack_37_files_with_secrets_damaged() {
    let user = User::new();
    let mut rng = rand::rngs::OsRng;
    PrivateKeySigner::encrypt_keystore(user.work(""), &mut rng, [7u8; 32], PASSPHRASE, Some("store"))
        .expect("a keystore");
    let keystore = fs::read(user.work("store")).expect("the keystore");
    let cast = |sender: &str| {
        // No chain answers here: a good sender ends with exit 3, a damaged file with exit 2 before anyone is asked.
        user.run(format!("proposal open 1 --rpc http://127.0.0.1:9 --dao dao.json {sender} --json").split(' '))
    };
    fs::write(user.work("dao.json"), DAO).expect("a file");
    assert_eq!(cast("--keystore store --password-file pass").code, 3);
    for length in [0, 1, keystore.len() / 3, keystore.len() - 2] {
        fs::write(user.work("store"), &keystore[..length]).expect("a file");
        let run = cast("--keystore store --password-file pass");
        assert!(
            run.code == 2 && run.error_code() == "keystore-invalid" && run.stderr.contains("store"),
            "{}",
            run.stderr
        );
    }
    for key in ["", "0x", "11", &"0".repeat(64), &"f".repeat(64), &"g".repeat(64), &"1".repeat(65), "\u{0}"] {
        user.write_secret("key", key);
        let run = cast("--private-key-file key");
        assert!(run.code == 2 && run.error_code() == "key-invalid" && run.stderr.contains("key"), "{}", run.stderr);
    }
    user.write_secret("key", "1".repeat(5000));
    assert_eq!(cast("--private-key-file key").error_code(), "file-too-large");
    user.write_secret("key", "1".repeat(64));
    assert_eq!(cast("--private-key-file key").code, 3);

    let export = fs::read_to_string(semaphore_export().0).expect("the fixture");
    for bad in ["", "=", "not base64!", &export.trim()[..export.trim().len() - 3], &"A".repeat(20_000)] {
        user.write_secret("export", bad);
        let run = user.json("identity import a --semaphore export --passphrase-file pass");
        assert!(run.code == 2 && run.stderr.contains("export"), "{}", run.stderr);
        assert!(!user.home().join("identities").exists(), "something was made from a damaged export");
    }
}

/// A deployment file of the right form, for commands that fail before they use it.
const DAO: &str = r#"{ "schema_version": 1, "chain_id": 31337, "block": 0, "contracts": {
  "access_manager": "0x0000000000000000000000000000000000000001", "electorate": "0x0000000000000000000000000000000000000002",
  "timelock": "0x0000000000000000000000000000000000000003", "governor": "0x0000000000000000000000000000000000000004",
  "committee": "0x0000000000000000000000000000000000000005", "ballot_box": "0x0000000000000000000000000000000000000006",
  "ballot_verifier": "0x0000000000000000000000000000000000000007", "tally_verifier": "0x0000000000000000000000000000000000000008" },
  "weighted": true, "unit": "1", "circuits": {
  "ballot": { "id": "ballot-k3-d20", "version": 1, "key_digest": "0x0000000000000000000000000000000000000000000000000000000000000000", "development": true },
  "tally": { "id": "tally-k3-t1", "version": 1, "key_digest": "0x0000000000000000000000000000000000000000000000000000000000000000", "development": true } } }"#;

/// Files that belong to a DAO on a chain.
#[test]
fn attack_37_every_file_of_a_dao_damaged_in_every_way() {
    let election = Election::new();
    election.open();
    let (user, relayer) = (&election.operator.user, election.relayer());
    election.cast("alice", "for", &relayer).expect(0);
    election.cast("bob", "for", "--out bob.json").expect(0);
    let key =
        KeyStore::open(shared_keys()).development::<tabella_circuits::voting::ballot::BallotK3D20>().expect("the key");
    user.write_secret("ballot-vkey.json", verifying_key_to_json(key.verifying_key()));
    let receipt =
        election.receipts().into_iter().find(|file| election.check(&format!("--receipt {}", file.display())).code == 0);
    fs::copy(receipt.expect("alice's"), user.work("receipt.json")).expect("a copy");
    let keys = user.json("trustee show tamsin").expect(0).stdout;
    user.write_secret("keys.json", keys);
    fs::copy(user.home().join("dao.json"), user.work("copy.json")).expect("a copy");

    let accounts = &election.operator.accounts;
    let schema = Some(("\"schema_version\": 1", "\"schema_version\": 2"));
    let deploy = format!(
        "dao deploy --plain --trustee-file keys.json --trustee-address {} --registrar {} --proposer {} --from {} --dao new.json --dry-run",
        accounts[3], accounts[1], accounts[2], accounts[0]
    );
    let proposal = &election.proposal;
    let table = [
        ("deployment", "copy.json", "electorate root --dao copy.json".to_owned(), 64 << 10, schema, false),
        (
            "ballot",
            "bob.json",
            "verify proof --ballot bob.json --vkey ballot-vkey.json".to_owned(),
            64 << 10,
            schema,
            false,
        ),
        ("ballot to send", "bob.json", format!("vote send bob.json {relayer} --dry-run"), 64 << 10, schema, false),
        ("receipt", "receipt.json", format!("vote check {proposal} --receipt receipt.json"), 64 << 10, schema, false),
        ("trustee's keys", "keys.json", deploy, 256 << 10, None, false),
    ];
    for (name, file, line, limit, version, sealed) in table {
        let file = user.work(file);
        try_all(user, &Format { name, file, line: format!("{line} --json"), limit, version, sealed });
    }
}
