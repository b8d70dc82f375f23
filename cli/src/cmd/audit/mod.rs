//! `tabella audit`: a model's compliance, proven and submitted.

use clap::Subcommand;

use crate::context::Ctx;
use crate::error::CliError;
use crate::output::Outcome;

mod submit;

/// A model's compliance, proven and submitted.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Example:
  tabella audit submit audit --engagement 1 --from 0x7099...")]
pub enum Command {
    /// Send the proofs to the chain in batches, then the verdict; goes on where it stopped
    Submit(Box<submit::Submit>),
}

/// Runs `tabella audit`.
///
/// # Errors
/// Exit 1 where what was checked is false, 2 for options and files, 3 for the chain, 4 where a contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Submit(options) => submit::submit(ctx, *options),
    }
}
