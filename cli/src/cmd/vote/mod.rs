//! `tabella vote`: a sealed ballot, and whether it was counted.

mod ballots;
mod batch;
mod cast;
mod check;
mod submit;

use clap::{Args, Subcommand};

use crate::context::Ctx;
use crate::error::CliError;
use crate::opts::{ChainOpts, DaoOpts};
use crate::output::Outcome;

/// A sealed ballot, and whether it was counted.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
The ballot says that some member voted, never who, what, or with what weight. Whoever sends the transaction is seen:
send from an account that is not known to be yours, or write the ballot to a file (--out) and let anyone send it.

Examples:
  tabella vote cast 4711 --identity alice --choice for --passphrase-file pass.txt --from 0x7099...
  tabella vote cast 4711 --identity alice --choice for --passphrase-file pass.txt --out ballot.json
  tabella vote send ballot.json --from 0x7099...
  tabella vote batch votes.csv --out ballots --passphrase-file pass.txt
  tabella vote submit ballots/*.json --from 0x7099...
  tabella vote cast 4712 --identity alice --choice 0=3,2=1 --passphrase-file pass.txt --from 0x7099...
  tabella vote check 4711 --identity alice --passphrase-file pass.txt")]
pub enum Command {
    /// Seal a vote, prove that it is a member's and follows the rule, and send it
    Cast(cast::Cast),
    /// Seal and prove many votes of this home's identities, into a directory of ballot files; goes on after a kill
    Batch(batch::Batch),
    /// Send a ballot that `vote cast --out` wrote; anyone may, unless it is bound
    Send(cast::Send),
    /// Send many ballot files of one election at once; those of members who have voted are skipped
    Submit(submit::Submit),
    /// Say whether a ballot is on the chain and in the sums; exit code 1 if not
    Check(check::Check),
}

/// Which DAO on which chain.
#[derive(Debug, Args)]
pub struct Where {
    #[command(flatten)]
    chain: ChainOpts,
    #[command(flatten)]
    dao: DaoOpts,
}

/// Runs `tabella vote`.
///
/// # Errors
/// Exit 1 where a check is false, 2 for options and files, 3 for the chain, 4 where the contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Cast(options) => ctx.block_on(cast::cast(ctx, options)),
        Command::Batch(options) => batch::batch(ctx, &options),
        Command::Send(options) => ctx.block_on(cast::send(ctx, options)),
        Command::Submit(options) => ctx.block_on(submit::submit_all(ctx, options)),
        Command::Check(options) => ctx.block_on(check::check(ctx, options)),
    }
}
