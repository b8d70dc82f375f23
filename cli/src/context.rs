//! What every command gets: the settings, a place for messages, and a runtime for what talks to a chain.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use crate::error::CliError;
use crate::files;
use crate::output;
use crate::progress::Progress;
use crate::settings::Settings;

/// The surroundings of one command.
#[derive(Debug)]
pub struct Ctx {
    settings: Settings,
    quiet: bool,
    warnings: RefCell<Vec<String>>,
}

impl Ctx {
    /// Surroundings with these settings; `quiet` silences notes and progress, never warnings.
    pub fn new(settings: Settings, quiet: bool) -> Self {
        Self { settings, quiet, warnings: RefCell::default() }
    }

    /// The settings below the command line.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Tabella's directory, made (0700) if it is not there.
    ///
    /// # Errors
    /// `directory-unusable`.
    pub fn home(&self) -> Result<PathBuf, CliError> {
        files::private_dir(self.settings.home())?;
        Ok(self.settings.home().to_path_buf())
    }

    /// Says something that the user should mind: on stderr, and in the envelope's `warnings`.
    pub fn warn(&self, message: impl Into<String>) {
        let message = message.into();
        let (yellow, reset) = if output::color_on_stderr() { ("\x1b[1;33m", "\x1b[0m") } else { ("", "") };
        output::print_stderr(&format!("{yellow}warning{reset}: {message}"));
        self.warnings.borrow_mut().push(message);
    }

    /// Warns of a file whose content is nobody else's business, if others can read it.
    pub fn warn_if_shared(&self, path: &Path) {
        if files::is_shared(path) {
            self.warn(format!("{} can be read by others; run: chmod 600 {}", path.display(), path.display()));
        }
    }

    /// Says what is going on, on stderr.
    pub fn note(&self, message: impl AsRef<str>) {
        if !self.quiet {
            output::print_stderr(message.as_ref());
        }
    }

    /// A spinner for work of unknown length; visible on a terminal only.
    pub fn spinner(&self, message: impl Into<String>) -> Progress {
        Progress::spinner(message.into(), self.quiet)
    }

    /// A bar for `steps` steps of work; visible on a terminal only.
    pub fn bar(&self, steps: u64, message: impl Into<String>) -> Progress {
        Progress::bar(steps, message.into(), self.quiet)
    }

    /// Runs a future to its end on a runtime of one thread, made here because most commands need none.
    ///
    /// # Errors
    /// The future's own, or `internal-error` when the runtime cannot be made.
    pub fn block_on<T>(&self, future: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(CliError::internal)?.block_on(future)
    }

    /// All warnings so far.
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.borrow().clone()
    }
}
