//! Independent implementations from npm, each behind a small script in `tests/peers`: JSON in, JSON out.
//!
//! Invariant: a peer that is missing, or that is another version than the lock file's, fails the test. Nothing is skipped.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the scripts, `tests/peers`.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a workspace").to_path_buf()
}

/// Sends `request` to `tests/peers/SCRIPT.js` and returns its answer.
///
/// # Panics
/// When Node or the packages are missing, or the script fails: the message says which, and what to do.
pub fn ask(script: &str, request: &Value) -> Value {
    let output = run(script, &[], request.to_string().as_bytes());
    serde_json::from_slice(&output).unwrap_or_else(|error| panic!("{script}.js answered no JSON: {error}"))
}

/// Runs `tests/peers/SCRIPT.js ARGUMENTS` with `input` on its standard input and returns its standard output.
///
/// # Panics
/// As [`ask`].
pub fn run(script: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    require_installed();
    let mut child = Command::new("node")
        .arg(format!("{script}.js"))
        .args(arguments)
        .current_dir(folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start `node` ({error}): these tests need Node >= 20"));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let input = input.to_vec();
    // Written beside the reading, so that neither side waits for a full pipe; a script that ends early reports by itself.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("node was started");
    writer.join().expect("writing does not panic");
    assert!(
        output.status.success(),
        "{script}.js failed ({}):\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// Every package of `package.json` is installed in exactly the version written there.
fn require_installed() {
    let wanted = json(&folder().join("package.json"));
    for (name, version) in wanted["dependencies"].as_object().expect("package.json lists dependencies") {
        let path = folder().join("node_modules").join(name).join("package.json");
        assert!(
            path.exists(),
            "the peer {name} is not installed: run `npm ci --ignore-scripts` in tests/peers, or `make test`"
        );
        let installed = &json(&path)["version"];
        assert_eq!(
            installed, version,
            "the peer {name} has another version: run `npm ci --ignore-scripts` in tests/peers"
        );
    }
}

/// Reads a JSON file.
///
/// # Panics
/// When it cannot be read or is not JSON; the message names it.
pub fn json(path: &Path) -> Value {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
