//! How a secret is opened.

use std::path::PathBuf;

use clap::Args;

use crate::context::Ctx;
use crate::error::CliError;
use crate::secret::{self, Passphrase};

/// How a secret is opened.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Secrets")]
pub struct PassphraseOpts {
    /// Read the passphrase from FILE (one final newline is dropped); without it, ask on the terminal
    /// [TABELLA_PASSPHRASE_FILE, passphrase-file]
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

impl PassphraseOpts {
    /// The passphrase of `what` ("identity alice"), from a file or the terminal.
    ///
    /// # Errors
    /// `passphrase-needed` where there is neither; errors about the file.
    pub fn existing(&self, ctx: &Ctx, what: &str) -> Result<Passphrase, CliError> {
        match self.file(ctx) {
            Some(path) => secret::passphrase_from_file(ctx, &path),
            None => secret::ask(what),
        }
    }

    /// A passphrase for a new secret; on the terminal it is asked for twice.
    ///
    /// # Errors
    /// As [`Self::existing`], and `passphrase-mismatch`.
    pub fn fresh(&self, ctx: &Ctx, what: &str) -> Result<Passphrase, CliError> {
        match self.file(ctx) {
            Some(path) => secret::passphrase_from_file(ctx, &path),
            None => secret::ask_twice(what),
        }
    }

    /// Whether a file was named, on the command line itself or in the settings.
    pub fn file(&self, ctx: &Ctx) -> Option<PathBuf> {
        ctx.settings().pick(self.passphrase_file.clone(), |v| v.passphrase_file.clone()).map(|s| s.value)
    }
}
