//! What holds for every command: the envelope, exit codes, odd arguments, odd streams.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use crate::support::{Run, User};

#[test]
fn success_is_one_envelope_or_plain_text() {
    let user = User::new();
    let run = user.json("circuits").expect(0);
    let circuits = run.data()["circuits"].clone();
    assert!(circuits.as_array().is_some_and(|c| c.iter().any(|c| c["id"] == "ballot-k3-d20")));
    let plain = user.say("circuits").expect(0);
    assert!(plain.stdout.starts_with("ballot-k3-d20, version 2\n") && plain.stderr.is_empty());
}

#[test]
fn circuits_says_what_is_pinned() {
    let circuits = User::new().json("circuits").expect(0).data()["circuits"].clone();
    for text in [
        include_str!("../../../circuits/pinned/ballot-k3-d20.json"),
        include_str!("../../../circuits/pinned/tally-k3-t1.json"),
    ] {
        let pinned: serde_json::Value = serde_json::from_str(text).expect("pinned");
        let shown =
            circuits.as_array().expect("a list").iter().find(|c| c["id"] == pinned["id"]).expect("it is listed");
        for (key, value) in pinned.as_object().expect("an object") {
            assert_eq!(&shown[key], value, "{key}");
        }
    }
}

#[test]
fn each_kind_of_failure_has_its_exit_code_and_an_envelope() {
    let user = User::new();
    for (line, exit, code) in [
        ("devnet status", 1, "devnet-not-running"),
        ("", 2, "usage"),
        ("nonsense", 2, "usage"),
        ("circuits --nonsense", 2, "usage"),
        ("devnet advance many", 2, "usage"),
        ("devnet advance 0", 2, "chain-not-configured"),
        ("devnet fund", 2, "usage"),
        ("identity show nobody", 2, "not-found"),
        ("identity show ../x", 2, "name-invalid"),
        ("devnet accounts", 2, "chain-not-configured"),
        ("devnet accounts --rpc http://127.0.0.1:1", 3, "chain-unreachable"),
        ("devnet accounts --rpc https://127.0.0.1:1", 2, "rpc-url-invalid"),
        ("devnet accounts --rpc nonsense", 2, "rpc-url-invalid"),
    ] {
        let run = user.json(line).expect(exit);
        // An argument that is wrong in itself is found before the chain is looked for, or after; both are exit 2.
        if line != "devnet advance 0" {
            assert_eq!(run.error_code(), code, "{line}");
        }
        let plain = user.say(line).expect(exit);
        assert!(plain.stdout.is_empty(), "{line} wrote to stdout: {}", plain.stdout);
        assert!(plain.stderr.starts_with("error[") || plain.stderr.contains("\nerror["), "{line}: {}", plain.stderr);
    }
    assert_eq!(user.json("devnet status").data()["running"], false);
}

#[test]
fn help_and_version_are_results() {
    let user = User::new();
    assert!(user.say("--help").expect(0).stdout.contains("tabella devnet start"));
    assert!(user.say("--version").expect(0).stdout.starts_with("tabella "));
    assert!(user.json("devnet --help").expect(0).data()["text"].as_str().is_some_and(|t| t.contains("advance")));
}

#[test]
fn arguments_that_are_no_text_are_refused_like_others() {
    let user = User::new();
    let bad = OsStr::from_bytes(b"\xff\xfe");
    for args in [vec![bad], vec![OsStr::new("identity"), OsStr::new("show"), bad], vec![OsStr::new("--home"), bad, bad]]
    {
        let run = user.run(args.into_iter().chain([OsStr::new("--json")])).expect(2);
        assert_eq!(run.error_code(), "usage");
    }
}

#[test]
fn a_path_need_not_be_text() {
    let user = User::new();
    let home = OsStr::from_bytes(b"h\xff\xfe\n");
    let run = |line: &str| user.run(["--home".as_ref(), home].into_iter().chain(line.split(' ').map(OsStr::new)));
    for line in ["identity new a --passphrase-file pass", "identity show a", "keys list", "identity list"] {
        run(&format!("{line} --json")).expect(0).envelope();
    }
    assert_eq!(run("devnet start --json").expect(2).error_code(), "home-not-text");
    run("devnet stop --json").expect(0).envelope();
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let user = User::new();
    let mut child =
        user.program().arg("circuits").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    drop(child.stdout.take());
    let run = Run::of(child.wait_with_output().expect("it ends")).expect(0);
    assert!(run.stderr.is_empty(), "{}", run.stderr);
}

#[test]
fn closed_and_full_streams_are_handled() {
    let user = User::new();
    let program = env!("CARGO_BIN_EXE_tabella");
    let shell = |script: &str| {
        let mut command = user.at("/bin/sh".as_ref());
        Run::of(command.args(["-c", script, "sh", program]).output().expect("a shell"))
    };
    shell("\"$1\" circuits >&-").expect(0);
    shell("\"$1\" --json nonsense >&- 2>&-").expect(2);
    shell("\"$1\" nonsense 2>&-").expect(2);
    let full = File::options().write(true).open("/dev/full").expect("/dev/full");
    let run = Run::of(user.program().arg("circuits").stdout(full).output().expect("it runs")).expect(2);
    assert!(run.stderr.contains("error[output-failed]"), "{}", run.stderr);
}

#[test]
fn quiet_silences_notes_and_keeps_errors() {
    let user = User::new();
    assert!(user.say("keys list").expect(0).stderr.contains("no keys in"));
    assert!(user.say("keys list --quiet").expect(0).stderr.is_empty());
    assert!(user.say("devnet status -q").expect(1).stderr.contains("error[devnet-not-running]"));
}
