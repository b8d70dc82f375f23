//! `tabella identity` and `tabella trustee`.

use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use tabella_circuits::babyjubjub::{Point, Scalar};
use tabella_circuits::field;

use crate::support::{Run, User, mode, semaphore_export};

#[test]
fn an_identity_is_made_shown_exported_and_taken_back() {
    let user = User::new();
    let made = user.json("identity new alice --passphrase-file pass").expect(0).data();
    let commitment = made["commitment"].as_str().expect("a commitment").to_owned();
    assert!(field::parse(&commitment).is_ok() && commitment.bytes().all(|b| b.is_ascii_digit()));
    let shown = user.json("identity show alice").expect(0).data();
    assert_eq!((&shown["commitment"], &shown["secret_checked"]), (&made["commitment"], &false.into()));
    let checked = user.json("identity show alice --passphrase-file pass").expect(0).data();
    assert_eq!((&checked["commitment"], &checked["secret_checked"]), (&made["commitment"], &true.into()));

    let written = user.json("identity export alice --passphrase-file pass --out alice.export").expect(0);
    assert!(written.data().get("export").is_none());
    assert_eq!(mode(&user.work("alice.export")), 0o600);
    let export = fs::read_to_string(user.work("alice.export")).expect("the export");
    assert_eq!(user.say("identity export alice --passphrase-file pass").expect(0).stdout, export);
    assert_eq!(
        user.json("identity import again --semaphore alice.export --passphrase-file pass").expect(0).data()["commitment"],
        commitment
    );
    let list = user.json("identity list").expect(0).data();
    assert_eq!(list["identities"].as_array().map(Vec::len), Some(2));
    assert_eq!(user.say("identity list").expect(0).stdout, format!("again  {commitment}\nalice  {commitment}\n"));
    // Nothing readable in the home gives the secret away.
    let file = fs::read_to_string(user.home().join("identities/alice.json")).expect("the file");
    assert!(!file.contains(export.trim()));
}

#[test]
fn semaphores_export_comes_in_by_file_and_by_pipe() {
    let user = User::new();
    let (file, commitment) = semaphore_export();
    let by_file = user.run([
        "identity",
        "import",
        "a",
        "--passphrase-file",
        "pass",
        "--json",
        "--semaphore",
        &file.to_string_lossy(),
    ]);
    assert_eq!(by_file.expect(0).data()["commitment"], commitment);
    let mut child = user.program();
    child.args("identity import b --semaphore - --passphrase-file pass --json".split(' '));
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    child.stdin.take().expect("stdin").write_all(&fs::read(&file).expect("the export")).expect("a pipe");
    let by_pipe = Run::of(child.wait_with_output().expect("it ends"));
    assert_eq!(by_pipe.expect(0).data()["commitment"], commitment);
    assert_eq!(
        user.say("identity export b --passphrase-file pass").expect(0).stdout.trim(),
        fs::read_to_string(file).expect("it").trim()
    );
}

#[test]
fn bad_exports_are_refused_and_leave_nothing() {
    let user = User::new();
    let oversized = "A".repeat(20_000);
    let long_key = "AAAA".repeat(2000);
    for (content, code) in [
        (&b""[..], "export-invalid"),
        (b" \n", "export-invalid"),
        (b"not base64!\n", "export-invalid"),
        (b"AhpL5kyIAA7ZihSaSjIej+9JnIoxP8EBNsBCtOGaDU", "export-invalid"),
        (b"AhpL5kyIAA7ZihSa\nSjIej+9JnIoxP8EBNsBCtOGaDUg=", "export-invalid"),
        (b"\x00\x01\x02\xff\xfe", "file-not-text"),
        (oversized.as_bytes(), "file-too-large"),
        (long_key.as_bytes(), "export-invalid"),
    ] {
        user.write_secret("bad", content);
        let run = user.json("identity import x --semaphore bad --passphrase-file pass").expect(2);
        assert_eq!(run.error_code(), code, "{content:?}");
        assert!(run.stderr.contains("bad: "), "the file is named: {}", run.stderr);
        assert!(!run.stderr.contains("AhpL5"), "the export is not repeated");
    }
    assert_eq!(
        user.json("identity import x --semaphore - --passphrase-file pass").expect(2).error_code(),
        "export-invalid"
    );
    assert_eq!(
        user.json("identity import x --semaphore none --passphrase-file pass").expect(2).error_code(),
        "file-not-found"
    );
    assert_eq!(
        user.json("identity import x --semaphore . --passphrase-file pass").expect(2).error_code(),
        "file-unreadable"
    );
    assert!(!user.home().exists(), "nothing was made");
    // A text that was cut off can still be base64: the length gives it away.
    user.write_secret("cut", "AhpL5kyIAA7ZihSaSjIej+9JnIoxP8EBNsBCtOGa");
    let run = user.json("identity import cut --semaphore cut --passphrase-file pass").expect(0);
    assert!(run.envelope()["warnings"][0].as_str().is_some_and(|w| w.contains("30 bytes")));
}

#[test]
fn a_trustee_has_keys_in_the_subgroup_and_their_eighths() {
    let user = User::new();
    let made = user.json("trustee new council --passphrase-file pass").expect(0).data();
    let shown = user.json("trustee show council").expect(0).data();
    for part in ["keys", "eighths"] {
        assert_eq!(made[part], shown[part]);
        assert_eq!(shown[part].as_array().map(Vec::len), Some(3));
    }
    let point = |value: &serde_json::Value| {
        let word = |i: usize| field::parse(value[i].as_str().expect("a decimal")).expect("a field element");
        Point { x: word(0), y: word(1) }
    };
    for k in 0..3 {
        let (key, eighth) = (point(&shown["keys"][k]), point(&shown["eighths"][k]));
        assert!(key.is_in_subgroup() && eighth.is_in_subgroup());
        assert_eq!(eighth.mul(&Scalar::from(8u64)), key);
    }
    let more = user.json("trustee show council --options 16 --passphrase-file pass").expect(0).data();
    assert_eq!(more["keys"].as_array().map(Vec::len), Some(16));
    assert_eq!((&more["keys"][2], &more["secret_checked"]), (&shown["keys"][2], &true.into()));
    for options in ["0", "17", "-1"] {
        user.json(&format!("trustee show council --options {options}")).expect(2);
    }
    assert_eq!(user.say("trustee list").expect(0).stdout, "council\n");
    assert_eq!(user.json("identity show council").expect(2).error_code(), "not-found");
}

#[test]
fn a_secret_is_never_overwritten() {
    let user = User::new();
    user.say("identity new alice --passphrase-file pass").expect(0);
    let file = user.home().join("identities/alice.json");
    let before = fs::read(&file).expect("the file");
    for line in
        ["identity new alice --passphrase-file pass", "identity import alice --semaphore pass --passphrase-file pass"]
    {
        assert_eq!(user.json(line).expect(2).error_code(), "file-exists");
        assert_eq!(fs::read(&file).expect("the file"), before);
    }
    // A link is in the way as well, also where it leads nowhere.
    std::os::unix::fs::symlink("/nowhere", user.home().join("identities/bob.json")).expect("a link");
    assert_eq!(user.json("identity new bob --passphrase-file pass").expect(2).error_code(), "file-exists");
    fs::write(user.work("out"), "precious").expect("a file");
    assert_eq!(
        user.json("identity export alice --out out --passphrase-file pass").expect(2).error_code(),
        "file-exists"
    );
    assert_eq!(fs::read_to_string(user.work("out")).expect("the file"), "precious");
}

#[test]
fn of_many_at_once_one_wins_and_the_others_are_told() {
    let user = User::new();
    let start = || {
        let mut command = user.program();
        command.args("identity new same --passphrase-file pass --json".split(' '));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs")
    };
    let children: Vec<_> = (0..3).map(|_| start()).collect();
    let runs: Vec<Run> =
        children.into_iter().map(|child| Run::of(child.wait_with_output().expect("it ends"))).collect();
    let winners: Vec<&Run> = runs.iter().filter(|run| run.code == 0).collect();
    assert_eq!(winners.len(), 1);
    assert!(runs.iter().filter(|run| run.code != 0).all(|run| run.error_code() == "file-exists"));
    assert_eq!(
        user.json("identity show same --passphrase-file pass").expect(0).data()["commitment"],
        winners[0].data()["commitment"]
    );
}

#[test]
fn attack_38_killed_at_any_moment_a_secret_is_whole_or_absent() {
    let user = User::new();
    for (i, delay) in [1, 50, 150, 300, 400, 500].into_iter().enumerate() {
        let name = format!("n{i}");
        let mut child = user.program();
        child.args(["identity", "new", &name, "--passphrase-file", "pass"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = child.spawn().expect("it runs");
        std::thread::sleep(Duration::from_millis(delay));
        let _ = child.kill();
        let _ = child.wait();
        let run = user.json(&format!("identity show {name} --passphrase-file pass"));
        assert!(run.code == 0 || run.error_code() == "not-found", "{}", run.stderr);
        if run.code == 2 {
            user.json(&format!("identity new {name} --passphrase-file pass")).expect(0);
        }
    }
}
