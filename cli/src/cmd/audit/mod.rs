//! `tabella audit`: from a model, a data set and a policy to a verdict that anyone can check.

use clap::Subcommand;

use crate::context::Ctx;
use crate::error::CliError;
use crate::output::Outcome;

mod check;
mod errors;
mod place;
mod plan;
mod prove;
mod report;
mod subject;
mod submit;
mod verify;

/// A model's compliance: what it costs, what comes out, the proofs.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
The model's owner sees the records and the model; a verifier sees the data root that auditors signed, the policy, the verdict, and
commitments. What is proven is exactly what `audit check` computes.

Examples:
  tabella audit plan --rows 1000
  tabella audit check --model model.json --data german --policy policy.toml
  tabella audit prove --model model.json --data german --policy policy.toml --out audit
  tabella audit verify audit --policy policy.toml --data-root 0x...
  tabella audit report audit
  tabella audit submit audit --engagement 1 --from 0x7099...")]
pub enum Command {
    /// What a number of records costs: proofs, time, memory, disk, gas
    Plan(plan::PlanOpts),
    /// The counts and the verdict, computed and not proven
    Check(check::CheckOpts),
    /// Prove every shard and the verdict into a directory; a job that was killed goes on
    Prove(prove::ProveOpts),
    /// Check all proofs of a directory; exit code 1 if one does not hold
    Verify(verify::VerifyOpts),
    /// What an audit proves, with which circuits and keys, what it reveals and what not
    Report(report::ReportOpts),
    /// Send the proofs to the chain in batches, then the verdict; goes on where it stopped
    Submit(Box<submit::Submit>),
}

/// Runs `tabella audit`.
///
/// # Errors
/// Exit 1 for proofs that do not hold or are of something else than expected, 2 for options and files, 3 for the chain, 4 where a
/// contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Plan(options) => plan::run(ctx, &options),
        Command::Check(options) => check::run(ctx, &options),
        Command::Prove(options) => prove::run(ctx, &options),
        Command::Verify(options) => verify::run(ctx, &options),
        Command::Report(options) => report::run(ctx, &options),
        Command::Submit(options) => submit::submit(ctx, *options),
    }
}
