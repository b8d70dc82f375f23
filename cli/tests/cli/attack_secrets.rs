//! Secrets stay where they belong: not on a command line, not in an environment of a child, not in a file that others can read, not
//! in any output, however much of it is asked for.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use tabella_circuits::voting::identity::Identity;

use crate::keys::shared_keys;
use crate::support::{PASSPHRASE, Run, User, mode};
use crate::vote::Election;

/// A secret's forms: text, hexadecimal, decimal, in either order of the bytes.
fn forms(bytes: &[u8]) -> Vec<String> {
    let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
    let number = |bytes: &[u8]| alloy::primitives::U256::try_from_be_slice(bytes).map(|n| n.to_string());
    let mut list = vec![hex::encode(bytes), hex::encode(&reversed)];
    list.push(base64::engine::general_purpose::STANDARD.encode(bytes));
    list.extend([number(bytes), number(&reversed)].into_iter().flatten());
    list
}

/// What must never be seen: the passphrase, the identity's private key and scalar, the sender's key.
fn secrets(user: &User, name: &str, key: &[u8]) -> Vec<String> {
    let export = user.say(&format!("identity export {name} --passphrase-file pass")).expect(0).stdout;
    let export = export.trim().to_owned();
    let identity = Identity::from_export(&export).expect("an export");
    let raw = base64::engine::general_purpose::STANDARD.decode(&export).expect("base64");
    let scalar: alloy::primitives::U256 = identity.secret().to_string().parse().expect("a decimal number");
    [vec![PASSPHRASE.to_owned(), export], forms(&raw), forms(&scalar.to_be_bytes::<32>()), forms(key)].concat()
}

fn holds(text: &[u8], secrets: &[String]) -> Option<usize> {
    let text = String::from_utf8_lossy(text).to_lowercase();
    secrets.iter().position(|secret| text.contains(&secret.to_lowercase()))
}

/// The command line and environment of every process that this user can see.
fn processes() -> Vec<u8> {
    let mut all = Vec::new();
    if Path::new("/proc/self/cmdline").exists() {
        for entry in fs::read_dir("/proc").expect("/proc").flatten() {
            for part in ["cmdline", "environ"] {
                all.extend(fs::read(entry.path().join(part)).unwrap_or_default());
                all.push(b'\n');
            }
        }
        return all;
    }
    std::process::Command::new("ps").args(["-axEww", "-o", "command="]).output().expect("ps").stdout
}

/// Runs a command while the list of processes is watched; returns what it did and how often the list was looked at.
fn watched(user: &User, line: &str, secrets: &[String]) -> (Run, usize) {
    let mut command = user.program();
    // Whoever asks for every message must not get a secret either.
    command.args(line.split_whitespace()).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut looks = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        assert_eq!(holds(&processes(), secrets), None, "a secret in the process list: {line}");
        looks += 1;
        std::thread::sleep(Duration::from_millis(2));
    }
    let run = Run::of(child.wait_with_output().expect("it ended"));
    for output in [&run.stdout, &run.stderr] {
        assert_eq!(holds(output.as_bytes(), secrets), None, "a secret was printed: {line}: {output}");
    }
    (run, looks)
}

/// Every file and directory below: none that others can read in Tabella's home, no secret in any.
fn walk(dir: &Path, private: bool, secrets: &[String], allowed: &[&str]) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(dir).expect("a directory").flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            files += walk(&path, private || name == "tabella", secrets, allowed);
            continue;
        }
        files += 1;
        if private {
            assert_eq!(mode(&path) & 0o077, 0, "{} can be read by others", path.display());
        }
        if !allowed.contains(&name.as_str()) {
            let content = fs::read(&path).expect("readable");
            assert_eq!(holds(&content, secrets), None, "a secret in {}", path.display());
        }
    }
    files
}

#[test]
fn attack_39_a_whole_election_shows_no_secret() {
    let election = Election::new();
    election.open();
    let user = &election.operator.user;
    let key = [0x42u8; 32];
    let signer = alloy::signers::local::PrivateKeySigner::from_slice(&key).expect("a key").address();
    user.json(&format!("devnet fund {signer} 1")).expect(0);
    user.write_secret("sender.key", hex::encode(key));
    let secrets = secrets(user, "alice", &key);
    // The search finds what is there.
    assert!(holds(&fs::read(user.work("pass")).expect("it"), &secrets).is_some());
    assert!(holds(&fs::read(user.work("sender.key")).expect("it"), &secrets).is_some());

    let keys = shared_keys();
    let cast = |name: &str| {
        format!(
            "vote cast {} --identity {name} --choice for --passphrase-file pass --keys {} --private-key-file sender.key --json",
            election.proposal,
            keys.display()
        )
    };
    user.write_secret("votes.csv", format!("identity,proposal,choice\nalice,{},against\n", election.proposal));
    let batch = format!("vote batch votes.csv --out ballots --passphrase-file pass --keys {} --json", keys.display());
    watched(user, &batch, &secrets).0.expect(0);
    let (run, looks) = watched(user, &cast("alice"), &secrets);
    assert!(run.code == 0 && looks > 20, "{looks} looks, {}", run.stderr);
    // The same again fails: errors show no secret either.
    assert_eq!(watched(user, &cast("alice"), &secrets).0.code, 4);
    let (run, _) = watched(user, &cast("bob"), &secrets);
    run.expect(0);
    election.operator.advance(9000);
    let line = format!(
        "tally {} --trustee tamsin --passphrase-file pass --keys {} --from {}",
        election.proposal,
        keys.display(),
        election.operator.accounts[3]
    );
    watched(user, &line, &secrets).0.expect(0);
    // All that was left on disk, the chain's own log included.
    assert!(walk(user.root(), false, &secrets, &["pass", "sender.key"]) > 8);
}

#[test]
fn attack_39_errors_repeat_no_secret() {
    let user = User::new();
    user.json("identity new alice --passphrase-file pass").expect(0);
    user.json("trustee new council --passphrase-file pass").expect(0);
    let key = [0x42u8; 32];
    let secrets = secrets(&user, "alice", &key);
    let export = &secrets[1];
    let hexadecimal = hex::encode(key);
    // Secrets in the wrong file, cut, or in the wrong form.
    user.write_secret("typo", format!("{PASSPHRASE} "));
    user.write_secret("export", &export[..export.len() - 1]);
    user.write_secret("long", format!("{hexadecimal}00"));
    user.write_secret("tabella.toml.bad", format!("passphrase = \"{PASSPHRASE}\"\n"));
    let tails: Vec<String> = [export[..export.len() - 1].to_owned(), hexadecimal].to_vec();
    let secrets = [secrets, tails].concat();
    for line in [
        "identity show alice --passphrase-file typo",
        "identity export alice --passphrase-file typo",
        "trustee show council --passphrase-file typo",
        "identity new alice --passphrase-file pass",
        "identity import bob --semaphore export --passphrase-file pass",
        "proposal open 1 --private-key-file long --rpc http://127.0.0.1:9",
        "proposal open 1 --keystore pass --password-file long --rpc http://127.0.0.1:9",
        "verify proof --circuit tally-k3-t1 --proof export --public pass --vkey long",
    ] {
        for json in ["", " --json"] {
            let (run, _) = watched(&user, &format!("{line}{json}"), &secrets);
            assert_ne!(run.code, 0, "{line}");
        }
    }
    // A settings file that holds what it must not.
    fs::rename(user.work("tabella.toml.bad"), user.work("tabella.toml")).expect("renamed");
    let (run, _) = watched(&user, "circuits", &secrets);
    assert!(run.code == 2 && run.stderr.contains("tabella.toml:1"), "{}", run.stderr);
}
