//! `tabella demo`: the whole story, and nothing left behind.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::keys::shared_keys;
use crate::support::{Run, User, anvil};

/// A user whose temporary files go where the test can see them.
fn demo(user: &User, options: &[&str]) -> std::process::Command {
    fs::create_dir_all(user.root().join("tmp")).expect("a directory");
    let mut command = user.program();
    command.env("TMPDIR", user.root().join("tmp")).env("TABELLA_KEYS", shared_keys()).arg("demo").args(options);
    command
}

fn nothing_is_left(user: &User) {
    assert_eq!(fs::read_dir(user.root().join("tmp")).expect("a directory").count(), 0, "temporary files");
    assert!(!user.home().exists(), "the user's own directory");
    let mark = user.root().to_string_lossy().into_owned();
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&line).contains(&mark), "{process:?} runs still");
    }
}

#[test]
fn the_demo_tells_the_story_and_leaves_nothing_behind() {
    let user = User::new();
    let run = Run::of(demo(&user, &[]).output().expect("it runs")).expect(0);
    for part in ["executed", "NullifierSpent", "ProofInvalid", "against 3, for 14, abstain 2", "2.5 ether", " gas"] {
        assert!(run.stdout.contains(part), "{part} is missing:\n{}", run.stdout);
    }
    nothing_is_left(&user);
    let run = Run::of(demo(&user, &["--json"]).output().expect("it runs")).expect(0);
    let data = run.data();
    let steps = data["steps"].as_array().expect("a list");
    assert!(steps.iter().filter(|step| step["gas"].is_string()).count() >= 13);
    assert!(data["ending"].as_str().is_some_and(|ending| ending.contains("executed")));
    nothing_is_left(&user);
}

#[test]
fn an_interrupted_demo_leaves_nothing_behind() {
    for signal in [Signal::INT, Signal::TERM] {
        let user = User::new();
        let mut command = demo(&user, &["--json"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let pid = Pid::from_child(&child);
        let begun = Instant::now();
        let tmp = user.root().join("tmp");
        // Once the chain runs.
        while !tmp.read_dir().into_iter().flatten().flatten().any(|dir| dir.path().join("devnet.json").exists()) {
            assert!(begun.elapsed() < Duration::from_secs(30), "the demo does not start its chain");
            std::thread::sleep(Duration::from_millis(20));
        }
        kill_process(pid, signal).expect("it runs");
        let run = Run::of(child.wait_with_output().expect("it ends")).expect(2);
        assert_eq!(run.error_code(), "interrupted");
        nothing_is_left(&user);
    }
}

#[test]
fn the_demo_wants_a_directory_of_its_own_and_a_chain() {
    let user = User::new();
    let used = user.work("used");
    fs::create_dir(&used).expect("a directory");
    fs::write(used.join("mine"), "mine").expect("a file");
    let run = Run::of(demo(&user, &["--json", "--dir", "used"]).output().expect("it runs")).expect(2);
    assert_eq!(run.error_code(), "directory-not-empty");
    assert_eq!(fs::read_to_string(used.join("mine")).expect("it is there"), "mine");

    let mut command = demo(&user, &["--json"]);
    let run = Run::of(command.env("TABELLA_ANVIL", anvil().join("none")).output().expect("it runs")).expect(2);
    assert_eq!(run.error_code(), "anvil-not-found");
    nothing_is_left(&user);
}

#[test]
fn a_step_that_fails_is_named_and_what_came_before_is_kept() {
    let user = User::new();
    let mut command = demo(&user, &["--json"]);
    // Keys cannot be written below a file.
    let blocked = user.write_secret("blocked", "");
    let run = Run::of(command.env("TABELLA_KEYS", blocked.join("keys")).output().expect("it runs")).expect(2);
    let envelope = run.envelope();
    assert!(envelope["errors"][0]["message"].as_str().is_some_and(|m| m.starts_with("Development keys")));
    assert_eq!(envelope["data"]["steps"].as_array().map(Vec::len), Some(2));
    assert_eq!(envelope["data"]["steps"][0]["title"], Value::from("A chain of our own"));
    nothing_is_left(&user);
}
