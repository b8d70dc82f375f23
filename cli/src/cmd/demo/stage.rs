//! Where the demo plays: a directory, a chain, and the commands themselves.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use alloy::primitives::{Address, U256};
use serde_json::Value;
use tabella_contracts::Chain;

use super::story::{Step, Story};
use crate::context::Ctx;
use crate::devnet::Devnet;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::flow::errors;

/// The demo's surroundings. Dropping it stops the chain and removes the directory.
pub(super) struct Stage<'a> {
    ctx: &'a Ctx,
    home: PathBuf,
    keys: PathBuf,
    // Removed when dropped; none where the user named the directory.
    _temporary: Option<tempfile::TempDir>,
    interrupted: Arc<AtomicBool>,
    url: Option<String>,
    story: Story,
}

/// Which options a command takes that the story leaves out.
struct Needs {
    chain: bool,
    dao: bool,
    passphrase: bool,
    keys: bool,
}

impl Needs {
    fn of(first: &str, second: &str) -> Self {
        let command = (first, second);
        let dao = matches!(
            first,
            "dao" | "electorate" | "proposal" | "vote" | "tally" | "engagement" | "milestone" | "attestation"
        ) || matches!(
            command,
            ("model", "register" | "status") | ("policy", "adopt") | ("data", "register") | ("audit", "submit")
        );
        let devnet = first == "devnet" && !matches!(second, "start" | "stop");
        Self {
            chain: dao || devnet || command == ("data", "sign"),
            dao,
            passphrase: first == "tally"
                || matches!(
                    command,
                    ("identity", "new" | "import") | ("trustee", "new") | ("vote", "cast" | "batch" | "check")
                ),
            keys: first == "tally"
                || first == "keys"
                || matches!(
                    command,
                    ("vote", "cast" | "batch" | "submit") | ("audit", "prove" | "verify") | ("attestation", "verify")
                ),
        }
    }
}

/// What a step must do.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expect<'a> {
    /// Succeed.
    Success,
    /// Be refused by a contract with this error.
    Refusal(&'a str),
}

impl<'a> Stage<'a> {
    /// An empty directory and no chain yet.
    pub(super) fn new(
        ctx: &'a Ctx,
        title: &'static str,
        dir: Option<PathBuf>,
        keys: Option<PathBuf>,
    ) -> Result<Self, CliError> {
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupted);
        // Without the handler Ctrl-C would leave the chain running.
        ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst)).map_err(CliError::internal)?;
        let (home, temporary) = match dir {
            Some(dir) => (empty(dir)?, None),
            None => {
                let made = tempfile::Builder::new().prefix("tabella-demo-").tempdir().map_err(CliError::internal)?;
                (made.path().to_path_buf(), Some(made))
            }
        };
        let keys = keys.unwrap_or_else(|| home.join("keys"));
        let keys = std::path::absolute(&keys).map_err(|error| CliError::file("directory-unusable", &keys, error))?;
        let stage = Self { ctx, home, keys, _temporary: temporary, interrupted, url: None, story: Story::new(title) };
        stage.write("passphrase", &hex::encode(rand::random::<[u8; 16]>()))?;
        Ok(stage)
    }

    /// Writes a file into the demo's directory.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, CliError> {
        let path = self.path(name);
        files::write_atomic(&path, text.as_bytes(), Existing::Replace)?;
        Ok(path)
    }

    /// A file of the demo's directory.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }

    /// What an account has, in wei.
    pub(super) fn balance(&self, account: Address) -> Result<U256, CliError> {
        let url = self.url.clone().unwrap_or_default();
        self.ctx.block_on(async {
            let chain = Chain::connect(&url).await.map_err(errors::chain)?;
            chain.balance(account).await.map_err(errors::chain)
        })
    }

    /// Runs a command of this program and tells it as a step; `result` makes the words from the command's data.
    pub(super) fn step(
        &mut self,
        title: &str,
        command: &[&str],
        expect: Expect<'_>,
        result: impl Fn(&Value) -> String,
    ) -> Result<Value, CliError> {
        if self.interrupted.load(Ordering::SeqCst) {
            return Err(CliError::usage("interrupted", "the demo was interrupted"));
        }
        let _spinner = self.ctx.spinner(title);
        let started = Instant::now();
        let answer = crate::app::execute(&self.arguments(command));
        let milliseconds = started.elapsed().as_millis();
        let data = expected(title, expect, answer)?;
        let gas = gas_in(&data);
        let shown = Step { title: title.to_owned(), command: shown(command), result: result(&data), gas, milliseconds };
        self.story.tell(shown);
        Ok(data)
    }

    /// Tells a step that is no command.
    pub(super) fn tell(&mut self, title: &str, result: String, started: Instant) {
        let milliseconds = started.elapsed().as_millis();
        self.story.tell(Step { title: title.to_owned(), command: String::new(), result, gas: None, milliseconds });
    }

    /// Says how it ended.
    pub(super) fn end(&mut self, ending: String) {
        self.story.end(ending);
    }

    /// The command with what the story leaves out: directories, chain, passphrase.
    fn arguments(&self, command: &[&str]) -> Vec<OsString> {
        let mut all: Vec<OsString> =
            vec!["tabella".into(), "--quiet".into(), "--home".into(), self.home.clone().into()];
        all.extend(command.iter().map(OsString::from));
        let mut option = |name: &str, value: OsString| all.extend([OsString::from(name), value]);
        let [first, second, ..] = command else { return all };
        let needs = Needs::of(first, second);
        if needs.chain {
            option("--rpc", self.url.clone().unwrap_or_default().into());
        }
        if needs.dao {
            option("--dao", self.path("dao.json").into());
        }
        if needs.passphrase {
            option("--passphrase-file", self.path("passphrase").into());
        }
        if needs.keys {
            option("--keys", self.keys.clone().into());
        }
        all
    }

    /// Remembers the chain.
    pub(super) fn runs_at(&mut self, url: &str) {
        self.url = Some(url.to_owned());
    }

    /// Stops the chain; says so if it does not.
    pub(super) fn stop(&mut self) -> Result<(), CliError> {
        self.url = None;
        Devnet::at(&self.home).stop().map(drop)
    }

    /// The story; the directory is removed here.
    pub(super) fn into_story(mut self) -> Story {
        std::mem::take(&mut self.story)
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        // Also after a panic; an error has been reported where `stop` was called.
        let _ = Devnet::at(&self.home).stop();
    }
}

fn empty(dir: PathBuf) -> Result<PathBuf, CliError> {
    files::private_dir(&dir)?;
    let mut entries = std::fs::read_dir(&dir).map_err(|error| CliError::file("directory-unusable", &dir, error))?;
    if entries.next().is_some() {
        return Err(CliError::file("directory-not-empty", &dir, "the demo wants a directory of its own")
            .hint("name a directory that is empty or does not exist"));
    }
    std::path::absolute(&dir).map_err(|error| CliError::file("directory-unusable", &dir, error))
}

/// The data of a step that went as it must.
fn expected(
    title: &str,
    expect: Expect<'_>,
    answer: Result<crate::output::Outcome, CliError>,
) -> Result<Value, CliError> {
    let wrong = |what: String| CliError::check_failed("demo-expectation", format!("{title}: {what}"));
    match (expect, answer) {
        (Expect::Success, Ok(outcome)) => Ok(outcome.data().clone()),
        (Expect::Success, Err(mut error)) => {
            error.message = format!("{title}: {}", error.message);
            Err(error)
        }
        (Expect::Refusal(name), Ok(_)) => Err(wrong(format!("it must be refused with {name}, and was accepted"))),
        (Expect::Refusal(name), Err(error)) => {
            let data = error.data.as_deref().cloned().unwrap_or_default();
            if data["contract_error"] == name { Ok(data) } else { Err(wrong(format!("expected {name}, got: {error}"))) }
        }
    }
}

/// Sum of all gas in a command's data.
fn gas_in(data: &Value) -> Option<u64> {
    match data {
        Value::Object(map) => {
            let own =
                map.get("transaction").and(map.get("gas")).and_then(Value::as_str).and_then(|text| text.parse().ok());
            let rest = map.values().filter_map(gas_in);
            own.into_iter().chain(rest).reduce(|a: u64, b| a.saturating_add(b))
        }
        Value::Array(list) => list.iter().filter_map(gas_in).reduce(|a, b| a.saturating_add(b)),
        _ => None,
    }
}

/// The command as one would type it, long numbers shortened.
fn shown(command: &[&str]) -> String {
    let short = |word: &&str| match *word {
        word if word.len() > 24 && word.bytes().all(|b| b.is_ascii_digit()) => format!("{}...", &word[..8]),
        word if word.len() == 42 && word.starts_with("0x") => format!("{}...", &word[..8]),
        word if word.contains(' ') => format!("'{word}'"),
        word if word.contains('/') => {
            Path::new(word).file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
        }
        word => word.to_owned(),
    };
    let mut words: Vec<String> = command.iter().map(short).collect();
    // Ballots of one election differ in the ends of their names alone.
    for word in &mut words {
        let ballot = word.strip_suffix(".json").and_then(|name| name.split_once('-'));
        if let Some((proposal, _)) = ballot.filter(|(proposal, _)| proposal.bytes().all(|b| b.is_ascii_digit())) {
            *word = format!("{proposal}-*.json");
        }
    }
    words.dedup();
    format!("tabella {}", words.join(" "))
}
