//! The local chain: one anvil per home directory, on a port that the system chooses.
//!
//! `<home>/devnet/` holds the process id, the log and anvil's own account list; `<home>/devnet.json` the URL for other programs.
//! The shell that becomes anvil writes its process id first, so no crash of ours can leave a chain that `stop` cannot find.
//!
//! Invariant: only a process whose command line names this home's account list is ever signalled.

mod find;
mod process;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Serialize, Serializer};

use crate::error::CliError;
use crate::files::{self, Existing};

pub use find::find_anvil;

/// The chain id of a devnet; development keys are accepted on it.
pub const CHAIN_ID: u64 = 31337;
/// The rules of the EVM, pinned so that gas figures stay comparable.
pub const HARDFORK: &str = "osaka";
const START_TIMEOUT: Duration = Duration::from_secs(20);
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
const LOG_LIMIT: u64 = 16 * 1024;

/// A devnet that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Running {
    /// Where it answers JSON-RPC.
    pub url: String,
    /// Its process id.
    pub pid: u32,
    /// [`CHAIN_ID`].
    pub chain_id: u64,
    /// What it prints.
    #[serde(serialize_with = "as_text")]
    pub log: PathBuf,
}

fn as_text<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&crate::output::path_text(path))
}

/// The devnet of a home directory, running or not.
#[derive(Debug, Clone)]
pub struct Devnet {
    home: PathBuf,
}

/// Held while a devnet is started or stopped.
struct Lock(#[allow(dead_code, reason = "the lock lives as long as the file is open")] fs::File);

impl Devnet {
    /// The devnet of this home; nothing is made or started.
    pub fn at(home: &Path) -> Self {
        // Two spellings of one directory must name one devnet: the process is recognised by its path.
        Self { home: fs::canonicalize(home).unwrap_or_else(|_| home.to_path_buf()) }
    }

    fn dir(&self) -> PathBuf {
        self.home.join("devnet")
    }

    fn pid_file(&self) -> PathBuf {
        self.dir().join("anvil.pid")
    }

    /// anvil's account list; its path on the command line is the mark by which our process is known.
    fn mark(&self) -> PathBuf {
        self.dir().join("accounts.json")
    }

    fn log(&self) -> PathBuf {
        self.dir().join("anvil.log")
    }

    fn state_file(&self) -> PathBuf {
        self.home.join("devnet.json")
    }

    /// The running devnet, or none; a stale process id counts as none.
    ///
    /// # Errors
    /// `devnet-starting` when it runs but has not said yet where it listens.
    pub fn running(&self) -> Result<Option<Running>, CliError> {
        let Some(pid) = self.live_pid() else {
            return Ok(None);
        };
        match self.listening_url() {
            Some(url) => Ok(Some(Running { url, pid, chain_id: CHAIN_ID, log: self.log() })),
            None => Err(CliError::chain("devnet-starting", format!("the devnet (process {pid}) does not listen yet"))
                .hint("wait a moment; if that does not help: tabella devnet stop")),
        }
    }

    /// Our process, if it lives.
    fn live_pid(&self) -> Option<u32> {
        let pid = fs::read_to_string(self.pid_file()).ok()?.trim().parse().ok()?;
        process::is_ours(pid, &self.mark()).then_some(pid)
    }

    /// anvil says in its log where it listens.
    fn listening_url(&self) -> Option<String> {
        // The line is near the top; the rest of the log may be long.
        let mut head = Vec::new();
        fs::File::open(self.log()).ok()?.take(LOG_LIMIT).read_to_end(&mut head).ok()?;
        let log = String::from_utf8_lossy(&head);
        let line = log.lines().find_map(|line| line.trim().strip_prefix("Listening on "))?;
        line.trim().parse::<std::net::SocketAddr>().ok().map(|at| format!("http://{at}"))
    }

    fn lock(&self) -> Result<Lock, CliError> {
        files::private_dir(&self.dir())?;
        let path = self.dir().join("lock");
        let file = files::open_private(&path, false)?;
        file.lock().map_err(|e| CliError::file("devnet-locked", &path, e))?;
        Ok(Lock(file))
    }

    /// Starts the devnet, or finds it running; true when it was started now. `answers` says whether the URL answers yet.
    ///
    /// # Errors
    /// `home-not-text`, `anvil-failed` with the end of its log, `devnet-timeout`.
    pub fn start(&self, anvil: &Path, mut answers: impl FnMut(&str) -> bool) -> Result<(Running, bool), CliError> {
        if self.home.to_str().is_none() {
            return Err(CliError::file(
                "home-not-text",
                &self.home,
                "anvil cannot work in a directory whose name is not UTF-8",
            ));
        }
        files::private_dir(&self.home)?;
        // The home may only exist now, so its true name is only known now.
        let this = Self::at(&self.home);
        let _lock = this.lock()?;
        if this.live_pid().is_some()
            && let Some(running) = this.wait(None, &mut answers)?
        {
            return Ok((running, false));
        }
        let mut child = this.spawn(anvil)?;
        match this.wait(Some(&mut child), &mut answers) {
            Ok(Some(running)) => {
                let json = serde_json::to_vec_pretty(&running).map_err(CliError::internal)?;
                files::write_atomic(&this.state_file(), &json, Existing::Replace)?;
                Ok((running, true))
            }
            Ok(None) => Err(this.failed(anvil)),
            Err(e) => {
                let _ = this.end();
                Err(e)
            }
        }
    }

    fn spawn(&self, anvil: &Path) -> Result<Child, CliError> {
        for stale in [self.state_file(), self.pid_file(), self.mark()] {
            let _ = fs::remove_file(stale);
        }
        let log = files::open_private(&self.log(), true)?;
        let copy = log.try_clone().map_err(|e| CliError::file("file-unwritable", &self.log(), e))?;
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "umask 077; echo $$ >\"$1\" && shift && exec \"$@\"", "sh"]).arg(self.pid_file()).arg(anvil);
        shell.args(["--host", "127.0.0.1", "--port", "0", "--chain-id", "31337", "--hardfork", HARDFORK]);
        shell.arg("--config-out").arg(self.mark());
        shell.env("NO_COLOR", "1").env("RUST_BACKTRACE", "0");
        shell.current_dir(self.dir()).stdin(Stdio::null()).stdout(log).stderr(copy);
        // A process group of its own: Ctrl-C meant for a command must not end the chain.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        shell.spawn().map_err(|e| CliError::file("anvil-failed", anvil, e))
    }

    /// Waits until the devnet answers; none when its process has ended.
    fn wait(
        &self,
        mut child: Option<&mut Child>,
        answers: &mut impl FnMut(&str) -> bool,
    ) -> Result<Option<Running>, CliError> {
        let begun = Instant::now();
        while begun.elapsed() < START_TIMEOUT {
            let ended = match child.as_mut() {
                Some(child) => child.try_wait().map_err(CliError::internal)?.is_some(),
                None => self.live_pid().is_none(),
            };
            if ended {
                return Ok(None);
            }
            if let (Some(pid), Some(url)) = (self.live_pid(), self.listening_url())
                && answers(&url)
            {
                return Ok(Some(Running { url, pid, chain_id: CHAIN_ID, log: self.log() }));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(CliError::chain(
            "devnet-timeout",
            format!("the devnet did not answer within {} s", START_TIMEOUT.as_secs()),
        )
        .hint(format!("its log is {}", self.log().display())))
    }

    fn failed(&self, anvil: &Path) -> CliError {
        let log = files::read_bounded(&self.log(), LOG_LIMIT)
            .map(|b| String::from_utf8_lossy(&b).into_owned())
            .unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().filter(|line| !line.trim().is_empty()).take(3).collect();
        let last = last.into_iter().rev().map(str::trim).collect::<Vec<_>>().join(" / ").replace(char::is_control, "");
        let last = if last.is_empty() { "it printed nothing".to_owned() } else { last };
        CliError::file("anvil-failed", anvil, format!("ended at once: {last}"))
    }

    /// Stops the devnet; the process id that was stopped, or none when nothing of ours ran. Its files but the log are removed.
    ///
    /// # Errors
    /// `devnet-will-not-stop`.
    pub fn stop(&self) -> Result<Option<u32>, CliError> {
        if !self.dir().exists() {
            return Ok(None);
        }
        let _lock = self.lock()?;
        self.end()
    }

    fn end(&self) -> Result<Option<u32>, CliError> {
        let stopped = self.live_pid();
        if let Some(pid) = stopped {
            for force in [false, true] {
                process::signal(pid, &self.mark(), force)?;
                let begun = Instant::now();
                while begun.elapsed() < STOP_TIMEOUT && process::is_ours(pid, &self.mark()) {
                    std::thread::sleep(Duration::from_millis(10));
                }
            }
            if process::is_ours(pid, &self.mark()) {
                return Err(CliError::chain("devnet-will-not-stop", format!("process {pid} does not end")));
            }
        }
        for file in [self.state_file(), self.pid_file(), self.mark()] {
            let _ = fs::remove_file(file);
        }
        Ok(stopped)
    }
}
