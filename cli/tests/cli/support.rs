//! A home of its own for every test, and the program run in it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The passphrase of every test secret; no output may contain it.
pub(crate) const PASSPHRASE: &str = "correct horse battery staple";

/// An export made by @semaphore-protocol/identity, and its commitment.
pub(crate) fn semaphore_export() -> (PathBuf, String) {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../circuits/vectors/identity.json")).expect("vectors");
    let file = repository().join("tests/fixtures/semaphore/member-a.txt");
    let export = fs::read_to_string(&file).expect("the fixture").trim().to_owned();
    let identity = tabella_circuits::voting::identity::Identity::from_export(&export).expect("the fixture");
    assert!(
        vectors["cases"].as_array().is_some_and(|cases| !cases.is_empty()),
        "the vectors that tie this to Semaphore are there"
    );
    (file, tabella_circuits::field::to_decimal(&identity.commitment()))
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The real anvil; a test without it fails.
pub(crate) fn anvil() -> PathBuf {
    if let Some(named) = std::env::var_os("TABELLA_ANVIL") {
        return PathBuf::from(named);
    }
    let os = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let package = format!("node_modules/@foundry-rs/anvil-{os}-{arch}/bin/anvil");
    let found = ["cli/devnet", "verifier-contracts"]
        .map(|tree| repository().join(tree).join(&package))
        .into_iter()
        .find(|p| p.exists());
    found.expect("anvil is missing: run `npm ci --ignore-scripts` in cli/devnet, or set TABELLA_ANVIL")
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        let run = Self {
            code: output.status.code().expect("ended by a signal"),
            stdout: String::from_utf8(output.stdout).expect("stdout is text"),
            stderr: String::from_utf8(output.stderr).expect("stderr is text"),
        };
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        assert!(
            !run.stderr.contains('\x1b') && !run.stderr.contains('\r'),
            "colour or progress without a terminal: {:?}",
            run.stderr
        );
        assert!(!run.stdout.contains('\x1b'), "colour without a terminal: {:?}", run.stdout);
        assert!(!run.stdout.contains(PASSPHRASE) && !run.stderr.contains(PASSPHRASE), "a secret was printed");
        run
    }

    /// Checks the exit code and that human output follows the rules.
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// The single envelope on stdout, whose parts were checked.
    pub(crate) fn envelope(&self) -> Value {
        assert_eq!(self.stdout.matches('\n').count(), 1, "exactly one line: {:?}", self.stdout);
        let envelope: Value = serde_json::from_str(&self.stdout).expect("stdout is JSON");
        let keys: Vec<&String> = envelope.as_object().expect("an object").keys().collect();
        assert_eq!(keys.len(), 5, "{keys:?}");
        assert_eq!(envelope["schema_version"], 1);
        assert_eq!(envelope["success"], Value::Bool(self.code == 0));
        assert_eq!(envelope["errors"].as_array().expect("a list").is_empty(), self.code == 0);
        for error in envelope["errors"].as_array().expect("a list") {
            assert_eq!(error.as_object().expect("an object").len(), 3);
            let code = error["code"].as_str().expect("a code");
            assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{code}");
            assert!(error["message"].as_str().is_some_and(|m| !m.is_empty()));
            assert!(error["hint"].is_null() || error["hint"].is_string());
        }
        assert!(envelope["warnings"].as_array().expect("a list").iter().all(Value::is_string));
        envelope
    }

    /// The code of the one error in the envelope.
    pub(crate) fn error_code(&self) -> String {
        let envelope = self.envelope();
        assert_eq!(envelope["errors"].as_array().map(Vec::len), Some(1));
        envelope["errors"][0]["code"].as_str().expect("a code").to_owned()
    }

    /// The envelope's data.
    pub(crate) fn data(&self) -> Value {
        self.envelope()["data"].clone()
    }
}

/// A user with an empty home directory, working in an empty directory.
pub(crate) struct User {
    dir: TempDir,
}

impl User {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        fs::create_dir(dir.path().join("work")).expect("a directory");
        let user = Self { dir };
        user.write_secret("pass", format!("{PASSPHRASE}\n"));
        user
    }

    /// The user's own home directory.
    pub(crate) fn root(&self) -> &Path {
        self.dir.path()
    }

    /// Something in the user's working directory.
    pub(crate) fn work(&self, path: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join("work").join(path)
    }

    /// Tabella's home, by default.
    pub(crate) fn home(&self) -> PathBuf {
        self.dir.path().join(".local/share/tabella")
    }

    /// Writes a file (0600) in the working directory.
    pub(crate) fn write_secret(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work(name);
        fs::write(&path, content).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
        path
    }

    /// The program, in a clean environment.
    pub(crate) fn program(&self) -> Command {
        self.at(Path::new(env!("CARGO_BIN_EXE_tabella")))
    }

    /// Some program in the same environment.
    pub(crate) fn at(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", self.dir.path()).env("PATH", "/usr/bin:/bin").env("TABELLA_ANVIL", anvil());
        command.current_dir(self.work("")).stdin(Stdio::null());
        command
    }

    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        Run::of(self.program().args(args).output().expect("the program runs"))
    }

    /// Runs a line of arguments without spaces in them.
    pub(crate) fn say(&self, line: &str) -> Run {
        self.run(line.split_whitespace())
    }

    /// The same with `--json`; the envelope is checked.
    pub(crate) fn json(&self, line: &str) -> Run {
        let run = self.run(line.split_whitespace().chain(["--json"]));
        run.envelope();
        run
    }
}

impl Drop for User {
    fn drop(&mut self) {
        // A failed test must not leave a chain behind.
        let _ = self.program().args(["devnet", "stop"]).output();
    }
}

pub(crate) fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it exists").permissions().mode() & 0o777
}
