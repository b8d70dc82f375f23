//! Files that hold secrets: permissions, damage, passphrases, names.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::support::{Run, User, mode};

fn with_alice() -> (User, PathBuf) {
    let user = User::new();
    user.say("identity new alice --passphrase-file pass").expect(0);
    let file = user.home().join("identities/alice.json");
    (user, file)
}

#[test]
fn secrets_belong_to_their_owner_alone() {
    let (user, file) = with_alice();
    user.say("trustee new council --passphrase-file pass").expect(0);
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(&user.home().join("trustees/council.json")), 0o600);
    for dir in [user.home(), user.home().join("identities"), user.home().join("trustees")] {
        assert_eq!(mode(&dir), 0o700, "{}", dir.display());
    }
    let left: Vec<_> = fs::read_dir(user.home().join("identities")).expect("the directory").collect();
    assert_eq!(left.len(), 1, "no temporary file is left");
}

#[test]
fn a_file_that_others_can_read_is_warned_about() {
    let (user, file) = with_alice();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("a mode");
    let run = user.json("identity show alice").expect(0);
    assert!(
        run.envelope()["warnings"][0].as_str().is_some_and(|w| w.contains("alice.json") && w.contains("chmod 600"))
    );
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("a mode");
    fs::set_permissions(user.work("pass"), fs::Permissions::from_mode(0o604)).expect("a mode");
    let run = user.json("identity show alice --passphrase-file pass").expect(0);
    assert!(run.envelope()["warnings"][0].as_str().is_some_and(|w| w.starts_with("pass ")));
    assert!(run.stderr.starts_with("warning: pass "));
}

#[test]
fn names_cannot_leave_the_directory() {
    let user = User::new();
    for name in ["../x", "..", ".", "a/b", "/etc/passwd", "A", ".hidden", "a b", "a\\b", "ä", &"x".repeat(65), ""] {
        for kind in ["identity", "trustee"] {
            for verb in ["new", "show"] {
                let run = user.run([kind, verb, name, "--passphrase-file", "pass", "--json"]).expect(2);
                assert_eq!(run.error_code(), "name-invalid", "{name}");
            }
        }
    }
    assert!(!user.home().exists());
}

#[test]
fn every_damage_is_an_error_that_names_the_file() {
    let (user, file) = with_alice();
    let good = fs::read(&file).expect("the file");
    let text = String::from_utf8(good.clone()).expect("text");
    let check = |content: &[u8], code: &str, word: &str| {
        fs::write(&file, content).expect("a file");
        let run = user.json("identity show alice").expect(2);
        assert_eq!(run.error_code(), code, "{}", run.stderr);
        assert!(run.stderr.contains("alice.json") && run.stderr.contains(word), "{}", run.stderr);
        assert_eq!(fs::read(&file).expect("the file"), content, "nothing is overwritten");
        assert!(
            user.json("identity list").expect(0).envelope()["warnings"][0]
                .as_str()
                .is_some_and(|w| w.contains("alice.json"))
        );
    };
    check(b"", "file-damaged", "line 1 column 0");
    check(&good[..good.len() / 2], "file-damaged", "column");
    check(b"[1,2]", "file-damaged", "line 1");
    check(b"\xff\xfe\x00", "file-damaged", "byte 0");
    check(&vec![b' '; 300_000], "file-too-large", "larger");
    check(text.replace("\"version\": 1", "\"version\": 2").as_bytes(), "file-version", "version 2");
    check(text.replace("\"version\": 1", "\"version\": -1").as_bytes(), "file-damaged", "line 2");
    check(text.replace("\"kind\": \"identity\"", "\"kind\": \"identitz\"").as_bytes(), "file-damaged", "checksum");
    check(text.replace("\"kind\"", "\"extra\": 1, \"kind\"").as_bytes(), "file-damaged", "extra");
    let digit = text.find("commitment\": \"").expect("a commitment") + 20;
    let mut flipped = good.clone();
    flipped[digit] ^= 1;
    check(&flipped, "file-damaged", "checksum");
    let mut flipped = good.clone();
    flipped[text.find("YWdl").expect("the sealed part") + 100] ^= 1;
    check(&flipped, "file-damaged", "");
    fs::remove_file(&file).expect("removed");
    fs::create_dir(&file).expect("a directory");
    assert_eq!(user.json("identity show alice").expect(2).error_code(), "file-unreadable");
    fs::remove_dir(&file).expect("removed");
    // A whole file in the wrong place.
    fs::write(user.home().join("identities/bob.json"), &good).expect("a file");
    assert!(user.json("identity show bob").expect(2).stderr.contains("renamed"));
    fs::create_dir_all(user.home().join("trustees")).expect("a directory");
    fs::write(user.home().join("trustees/alice.json"), &good).expect("a file");
    assert_eq!(user.json("trustee show alice").expect(2).error_code(), "file-damaged");
}

/// A file as an attacker could put it together: the checksum is right.
fn forge(file: &PathBuf, change: impl Fn(&mut serde_json::Value)) {
    let mut form: serde_json::Value = serde_json::from_slice(&fs::read(file).expect("the file")).expect("JSON");
    change(&mut form);
    let body = serde_json::to_vec(&(&form["version"], &form["kind"], &form["name"], &form["public"], &form["secret"]))
        .expect("JSON");
    form["checksum"] = hex::encode(Sha256::digest(body)).into();
    fs::write(file, serde_json::to_vec(&form).expect("JSON")).expect("a file");
}

#[test]
fn a_commitment_of_someone_else_is_found_by_the_passphrase() {
    let (user, file) = with_alice();
    forge(&file, |form| form["public"]["commitment"] = "7".into());
    assert_eq!(user.json("identity show alice").expect(0).data()["commitment"], "7");
    let run = user.json("identity show alice --passphrase-file pass").expect(1);
    assert_eq!(run.error_code(), "secret-mismatch");
    assert_eq!(user.json("identity export alice --passphrase-file pass").expect(1).error_code(), "secret-mismatch");
}

#[test]
fn a_file_that_asks_for_endless_work_is_refused() {
    use base64::Engine;
    let (user, file) = with_alice();
    let armored = |header: &str| {
        let body = base64::engine::general_purpose::STANDARD.encode(header);
        format!(
            "-----BEGIN AGE ENCRYPTED FILE-----\n{}\n-----END AGE ENCRYPTED FILE-----\n",
            body.as_bytes().chunks(64).map(|l| String::from_utf8_lossy(l).into_owned()).collect::<Vec<_>>().join("\n")
        )
    };
    let stanza = "n8Aqh895nqxTQmEVK4mAIKf7gYXdR0CInogszLyvVV4";
    let header = format!(
        "age-encryption.org/v1\n-> scrypt TE/BSyq7ULtZjs6CAzkBTA 40\n{stanza}\n--- inc/Rj0CaKy2EpdIqf2HiUoGi5Cy3C92USZeZjAl3io\n0123456789abcdef0123456789abcdef"
    );
    for sealed in [armored(&header), armored("nonsense"), "nonsense".to_owned(), String::new()] {
        forge(&file, |form| form["secret"] = sealed.clone().into());
        assert_eq!(user.json("identity show alice --passphrase-file pass").expect(2).error_code(), "file-damaged");
    }
}

#[test]
fn a_trustee_whose_keys_are_no_points_is_refused() {
    let user = User::new();
    user.say("trustee new council --passphrase-file pass").expect(0);
    let file = user.home().join("trustees/council.json");
    for point in [
        ["0", "1"],
        ["1", "1"],
        ["x", "1"],
        ["0", "21888242871839275222246405745257275088548364400416034343698204186575808495616"],
    ] {
        forge(&file, |form| form["public"]["keys"][1] = point.into());
        assert_eq!(user.json("trustee show council").expect(2).error_code(), "file-damaged", "{point:?}");
    }
}

#[test]
fn passphrases_are_taken_as_they_are_written() {
    let user = User::new();
    user.write_secret("with-newline", "two words\n");
    user.say("identity new alice --passphrase-file with-newline").expect(0);
    let open = |content: &[u8]| {
        user.write_secret("p", content);
        user.json("identity show alice --passphrase-file p")
    };
    open(b"two words").expect(0);
    open(b"two words\r\n").expect(0);
    for wrong in [&b"two words\n\n"[..], b" two words\n", b"two words \n", b"two wordS\n"] {
        let run = open(wrong).expect(2);
        assert_eq!(run.error_code(), "passphrase-wrong");
        assert!(run.stderr.contains("alice.json"));
    }
    for (bad, code) in [
        (&b""[..], "passphrase-empty"),
        (b"\n", "passphrase-empty"),
        (b"\xff\n", "file-not-text"),
        (&[b'x'; 5000], "file-too-large"),
    ] {
        assert_eq!(open(bad).expect(2).error_code(), code);
    }
    assert_eq!(user.json("identity show alice --passphrase-file none").expect(2).error_code(), "file-not-found");
    assert_eq!(user.json("identity new bob --passphrase-file none").expect(2).error_code(), "file-not-found");
}

#[test]
fn the_passphrase_file_can_come_from_the_settings() {
    let (user, _) = with_alice();
    assert_eq!(user.json("identity export alice").expect(2).error_code(), "passphrase-needed");
    let run = user.program().args(["identity", "export", "alice"]).env("TABELLA_PASSPHRASE_FILE", "pass").output();
    Run::of(run.expect("it runs")).expect(0);
    fs::write(user.work("tabella.toml"), "passphrase-file = \"pass\"\n").expect("a file");
    user.json("identity export alice").expect(0);
    // Looking stays quick: only the flag asks for the check.
    assert_eq!(user.json("identity show alice").expect(0).data()["secret_checked"], false);
}
