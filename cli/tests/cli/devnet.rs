//! `tabella devnet`, with the real anvil.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Run, User, anvil, mode};

const ADDRESS: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

fn alive(pid: u64) -> bool {
    // A process that has ended and was not waited for has an empty command line.
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
}

fn kill(pid: u64) {
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().expect("kill").success());
    let begun = Instant::now();
    while alive(pid) {
        assert!(begun.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn script(user: &User, name: &str, text: &str) -> std::path::PathBuf {
    let path = user.work(name);
    fs::write(&path, text).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("a mode");
    path
}

#[test]
fn from_start_to_stop() {
    let user = User::new();
    assert_eq!(user.json("devnet stop").expect(0).data()["stopped"], false);
    let started = user.json("devnet start").expect(0).data();
    let pid = started["pid"].as_u64().expect("a process id");
    assert_eq!((&started["started"], &started["chain_id"]), (&true.into(), &31337.into()));
    assert_ne!(started["url"], "http://127.0.0.1:8545");
    assert!(alive(pid));
    let state: serde_json::Value =
        serde_json::from_slice(&fs::read(user.home().join("devnet.json")).expect("the state")).expect("JSON");
    assert_eq!((&state["url"], &state["pid"]), (&started["url"], &started["pid"]));
    for file in ["devnet.json", "devnet/anvil.log", "devnet/accounts.json", "devnet/anvil.pid"] {
        assert_eq!(mode(&user.home().join(file)), 0o600, "{file}");
    }

    let again = user.json("devnet start").expect(0).data();
    assert_eq!((&again["started"], &again["pid"], &again["url"]), (&false.into(), &started["pid"], &started["url"]));
    assert!(user.say("devnet start").expect(0).stdout.contains("already running"));

    let before = user.json("devnet status").expect(0).data();
    let moved = user.json("devnet advance 86400").expect(0).data();
    assert_eq!(moved["block"], before["block"].as_u64().expect("a block") + 1);
    assert!(moved["timestamp"].as_u64() >= before["timestamp"].as_u64().map(|t| t + 86400));
    let funded = user.json(&format!("devnet fund {ADDRESS} 1.5")).expect(0).data();
    assert_eq!(
        (&funded["before"], &funded["balance"]),
        (&"10000000000000000000000".into(), &"10001500000000000000000".into())
    );
    let accounts = user.json("devnet accounts").expect(0).data()["accounts"].clone();
    assert!(
        accounts
            .as_array()
            .expect("a list")
            .iter()
            .any(|a| a["address"] == ADDRESS && a["balance"] == funded["balance"])
    );
    assert!(user.say("devnet accounts").expect(0).stdout.lines().all(|l| l.len() == 42 && l.starts_with("0x")));

    assert_eq!(user.json("devnet stop").expect(0).data()["pid"], started["pid"]);
    assert!(!alive(pid));
    assert!(!user.home().join("devnet.json").exists());
    assert_eq!(user.json("devnet status").expect(1).error_code(), "devnet-not-running");
    assert_eq!(user.json("devnet stop").expect(0).data()["stopped"], false);
}

#[test]
fn wrong_arguments_change_nothing() {
    let user = User::new();
    user.say("devnet start").expect(0);
    for line in ["devnet advance 0", "devnet advance 99999999999", "devnet advance -5", "devnet fund 0x1 1"] {
        user.json(line).expect(2);
    }
    let wrong_checksum = ADDRESS.replace("C8", "c8");
    for (address, ether, code) in [
        (ADDRESS, "1e18", "amount-invalid"),
        (ADDRESS, "0.0000000000000000001", "amount-invalid"),
        (ADDRESS, "1,5", "amount-invalid"),
        (wrong_checksum.as_str(), "1", "address-invalid"),
        (&ADDRESS[2..], "1", "address-invalid"),
    ] {
        assert_eq!(user.json(&format!("devnet fund {address} {ether}")).expect(2).error_code(), code);
    }
    assert_eq!(user.json("devnet status").expect(0).data()["block"], 0);
}

#[test]
fn two_homes_have_two_chains() {
    let (one, two) = (User::new(), User::new());
    let url = |user: &User| user.json("devnet start").expect(0).data()["url"].as_str().expect("a url").to_owned();
    assert_ne!(url(&one), url(&two));
    one.say("devnet stop").expect(0);
    two.say("devnet status").expect(0);
}

#[test]
fn of_many_starts_at_once_one_starts() {
    let user = User::new();
    let start = || {
        let mut command = user.program();
        command.args(["devnet", "start", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("it runs")
    };
    let children: Vec<_> = (0..3).map(|_| start()).collect();
    let runs: Vec<_> =
        children.into_iter().map(|c| Run::of(c.wait_with_output().expect("it ends")).expect(0).data()).collect();
    assert_eq!(runs.iter().filter(|run| run["started"] == true).count(), 1);
    assert!(runs.iter().all(|run| run["pid"] == runs[0]["pid"]));
}

#[test]
fn a_stale_process_id_harms_nobody() {
    let user = User::new();
    user.say("devnet start").expect(0);
    user.say("devnet stop").expect(0);
    let mut bystander = Command::new("sleep").arg("60").spawn().expect("sleep");
    for content in [
        bystander.id().to_string(),
        "1".to_owned(),
        "0".to_owned(),
        "-1".to_owned(),
        "99999999999".to_owned(),
        "x".to_owned(),
        String::new(),
    ] {
        fs::write(user.home().join("devnet/anvil.pid"), &content).expect("a file");
        assert_eq!(user.json("devnet status").expect(1).error_code(), "devnet-not-running", "{content}");
        assert_eq!(user.json("devnet stop").expect(0).data()["stopped"], false, "{content}");
    }
    fs::write(user.home().join("devnet/anvil.pid"), bystander.id().to_string()).expect("a file");
    assert_eq!(user.json("devnet start").expect(0).data()["started"], true);
    user.say("devnet stop").expect(0);
    assert!(bystander.try_wait().expect("a process").is_none(), "another process was killed");
    bystander.kill().expect("killed");
    bystander.wait().expect("ended");
}

#[test]
fn a_chain_that_was_killed_is_started_anew() {
    let user = User::new();
    let first = user.json("devnet start").expect(0).data()["pid"].as_u64().expect("a process id");
    kill(first);
    assert_eq!(user.json("devnet status").expect(1).error_code(), "devnet-not-running");
    assert_eq!(user.json("devnet accounts").expect(2).error_code(), "chain-not-configured");
    let second = user.json("devnet start").expect(0).data();
    assert_eq!(second["started"], true);
    assert_ne!(second["pid"].as_u64(), Some(first));
}

#[test]
fn a_start_that_was_killed_leaves_a_chain_that_stop_finds() {
    let user = User::new();
    let slow = script(&user, "slow-anvil", &format!("#!/bin/sh\nsleep 1\nexec '{}' \"$@\"\n", anvil().display()));
    let mut start = user.program();
    start.args(["devnet", "start"]).env("TABELLA_ANVIL", &slow).stdout(Stdio::null()).stderr(Stdio::null());
    let mut start = start.spawn().expect("it runs");
    let pid_file = user.home().join("devnet/anvil.pid");
    let begun = Instant::now();
    while fs::read_to_string(&pid_file).map_or(true, |text| text.is_empty()) {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(5));
    }
    start.kill().expect("killed");
    start.wait().expect("ended");
    let pid: u64 = fs::read_to_string(&pid_file).expect("the file").trim().parse().expect("a number");
    assert!(alive(pid));
    let run = user.json("devnet status");
    assert!(run.code == 0 || run.error_code() == "devnet-starting", "{}", run.stderr);
    assert_eq!(user.json("devnet start").expect(0).data()["pid"], pid, "a second start waits for the first chain");
    assert_eq!(user.json("devnet stop").expect(0).data()["pid"], pid);
    assert!(!alive(pid));
}

#[test]
fn an_anvil_that_fails_is_quoted() {
    let user = User::new();
    let broken = script(&user, "broken-anvil", "#!/bin/sh\necho 'no such luck' >&2\nexit 3\n");
    let run =
        user.program().args(["devnet", "start", "--json"]).env("TABELLA_ANVIL", &broken).output().expect("it runs");
    let run = Run::of(run).expect(2);
    assert_eq!(run.error_code(), "anvil-failed");
    assert!(run.stderr.contains("no such luck"), "{}", run.stderr);
    user.say("devnet status").expect(1);
    let run =
        user.program().args(["devnet", "start", "--json"]).env("TABELLA_ANVIL", "/nowhere").output().expect("it runs");
    assert_eq!(Run::of(run).expect(2).error_code(), "anvil-not-found");
}

#[test]
fn anvil_is_found_on_the_path_and_in_npm_trees() {
    let user = User::new();
    // Away from this repository, so that the search beside the program finds nothing.
    let program = user.work("tabella");
    fs::copy(env!("CARGO_BIN_EXE_tabella"), &program).expect("a copy");
    let start = |dir: &Path, path: &str| {
        let mut command = user.at(&program);
        command.env_remove("TABELLA_ANVIL").env("PATH", path).current_dir(dir).args(["devnet", "start", "--json"]);
        let run = Run::of(command.output().expect("it runs"));
        user.say("devnet stop").expect(0);
        run
    };
    let run = start(&user.work(""), "/nowhere").expect(2);
    assert_eq!(run.error_code(), "anvil-not-found");
    assert!(run.stderr.contains("npm ci"));
    // npm's launcher would leave the chain running when it is stopped.
    script(&user, "anvil", "#!/usr/bin/env node\n");
    assert_eq!(start(&user.work(""), &user.work("").to_string_lossy()).expect(2).error_code(), "anvil-not-found");
    fs::remove_file(user.work("anvil")).expect("removed");
    std::os::unix::fs::symlink(anvil(), user.work("anvil")).expect("a link");
    start(&user.work(""), &user.work("").to_string_lossy()).expect(0);
    let package = anvil().components().rev().nth(2).expect("the package").as_os_str().to_owned();
    let tree = user.work("cli/devnet/node_modules/@foundry-rs").join(package).join("bin");
    fs::create_dir_all(&tree).expect("a directory");
    fs::create_dir_all(user.work("deep/er")).expect("a directory");
    std::os::unix::fs::symlink(anvil(), tree.join("anvil")).expect("a link");
    start(&user.work("deep/er"), "/nowhere").expect(0);
}

#[test]
fn the_chain_follows_the_pinned_rules() {
    let user = User::new();
    let url = user.json("devnet start").expect(0).data()["url"].as_str().expect("a url").to_owned();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let info: serde_json::Value = runtime
        .block_on(async {
            let chain = tabella::chain::Chain::connect(&url, None).await?;
            chain.request("anvil_nodeInfo", serde_json::json!([])).await
        })
        .expect("an answer");
    assert_eq!(info["hardFork"].as_str().map(str::to_lowercase).as_deref(), Some(tabella::devnet::HARDFORK), "{info}");
}
