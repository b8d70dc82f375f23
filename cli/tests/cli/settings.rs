//! Flag, then variable, then ./tabella.toml, then <home>/tabella.toml.

use std::fs;

use crate::support::{Run, User};

/// The node that a command tried to reach, from its error: nothing listens on these ports.
fn tried(run: &Run) -> String {
    let message = run.envelope()["errors"][0]["message"].as_str().expect("a message").to_owned();
    message.split(' ').next().expect("a word").to_owned()
}

#[test]
fn the_stronger_place_wins() {
    let user = User::new();
    fs::create_dir_all(user.home()).expect("a directory");
    let ask = |flag: bool, variable: bool| {
        let mut command = user.program();
        command.args(["devnet", "accounts", "--json"]);
        if flag {
            command.args(["--rpc", "http://127.0.0.1:1"]);
        }
        if variable {
            command.env("TABELLA_RPC", "http://127.0.0.1:2");
        }
        Run::of(command.output().expect("it runs"))
    };
    assert_eq!(ask(false, false).expect(2).error_code(), "chain-not-configured");
    fs::write(user.home().join("tabella.toml"), "rpc = \"http://127.0.0.1:4\"\n").expect("a file");
    assert_eq!(tried(&ask(false, false).expect(3)), "http://127.0.0.1:4");
    fs::write(user.work("tabella.toml"), "rpc = \"http://127.0.0.1:3\"\n").expect("a file");
    assert_eq!(tried(&ask(false, false).expect(3)), "http://127.0.0.1:3");
    assert_eq!(tried(&ask(false, true).expect(3)), "http://127.0.0.1:2");
    assert_eq!(tried(&ask(true, true).expect(3)), "http://127.0.0.1:1");
    assert_eq!(tried(&ask(true, false).expect(3)), "http://127.0.0.1:1");
}

#[test]
fn an_empty_variable_is_no_setting() {
    let user = User::new();
    let run = Run::of(
        user.program().args(["devnet", "accounts", "--json"]).env("TABELLA_RPC", "").output().expect("it runs"),
    );
    assert_eq!(run.expect(2).error_code(), "chain-not-configured");
}

#[test]
fn the_home_is_found_in_the_same_order() {
    let user = User::new();
    let keys = |run: Run| run.expect(0).data()["directory"].as_str().expect("a path").to_owned();
    let wanted = |path: std::path::PathBuf| path.join("keys").to_string_lossy().into_owned();
    assert_eq!(keys(user.json("keys list")), wanted(user.home()));
    let xdg = |value: &str| {
        keys(Run::of(
            user.program().args(["keys", "list", "--json"]).env("XDG_DATA_HOME", value).output().expect("it runs"),
        ))
    };
    assert_eq!(xdg(&user.work("xdg").to_string_lossy()), wanted(user.work("xdg/tabella")));
    assert_eq!(xdg("relative"), wanted(user.home()));
    fs::write(user.work("tabella.toml"), "home = \"h3\"\n").expect("a file");
    assert_eq!(keys(user.json("keys list")), wanted(user.work("h3")));
    let variable = || {
        let mut command = user.program();
        command.args(["keys", "list", "--json"]).env("TABELLA_HOME", user.work("h2"));
        command
    };
    assert_eq!(keys(Run::of(variable().output().expect("it runs"))), wanted(user.work("h2")));
    assert_eq!(keys(Run::of(variable().args(["--home", "h1"]).output().expect("it runs"))), wanted(user.work("h1")));
    assert!(!user.home().exists(), "looking makes no directory");
}

#[test]
fn paths_in_a_file_are_relative_to_it() {
    let user = User::new();
    fs::create_dir_all(user.home()).expect("a directory");
    let keys = || user.json("keys list").expect(0).data()["directory"].as_str().expect("a path").to_owned();
    fs::write(user.home().join("tabella.toml"), "keys = \"elsewhere/k\"\n").expect("a file");
    assert_eq!(keys(), user.home().join("elsewhere/k").to_string_lossy());
    fs::write(user.home().join("tabella.toml"), "keys = \"~/k\"\n").expect("a file");
    assert_eq!(keys(), user.root().join("k").to_string_lossy());
}

#[test]
fn a_wrong_settings_file_is_an_error_with_its_line() {
    let user = User::new();
    fs::create_dir_all(user.home()).expect("a directory");
    for (content, line, word) in [
        ("# fine\n\nrcp = \"http://127.0.0.1:1\"\n", 3, "rcp"),
        ("rpc = \"a\"\nrpc = \"b\"\n", 2, "duplicate key"),
        ("rpc = 5\n", 1, "string"),
        ("rpc = \"a\n", 1, ""),
        ("[section]\nrpc = \"a\"\n", 1, "section"),
        ("passphrase = \"secret\"\n", 1, "passphrase"),
    ] {
        for file in [user.work("tabella.toml"), user.home().join("tabella.toml")] {
            fs::write(&file, content).expect("a file");
            let run = user.json("keys list").expect(2);
            assert_eq!(run.error_code(), "settings-invalid", "{content}");
            let message = run.envelope()["errors"][0]["message"].as_str().expect("a message").to_owned();
            assert!(message.contains(&format!("tabella.toml:{line}: ")) && message.contains(word), "{message}");
            fs::remove_file(&file).expect("removed");
        }
    }
    for content in [&b"rpc = \"\xff\"\n"[..], &[b'#'; 100_000]] {
        fs::write(user.work("tabella.toml"), content).expect("a file");
        assert!(user.json("keys list").expect(2).stderr.contains("tabella.toml"));
    }
    fs::remove_file(user.work("tabella.toml")).expect("removed");
    fs::write(user.home().join("tabella.toml"), "home = \"x\"\n").expect("a file");
    assert_eq!(user.json("keys list").expect(2).error_code(), "settings-invalid");
}

#[test]
fn an_empty_home_is_an_error() {
    let run = User::new().run(["keys", "list", "--json", "--home", ""]).expect(2);
    assert_eq!(run.error_code(), "usage");
}
