//! `tabella demo`: a whole private vote on a chain of its own, made of the same commands that a DAO would run.

mod script;
mod stage;
mod story;

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::context::Ctx;
use crate::error::CliError;
use crate::opts::KeysOpts;
use crate::output::Outcome;
use crate::settings::Origin;

/// A whole private vote on a chain of its own: sealed ballots, a proven tally, an executed proposal
#[derive(Debug, Args)]
#[command(after_help = "\
Five members of different weights vote on a payment from the treasury; two of them have identities made by Semaphore's
own package. A second vote and a forged ballot are refused. Everything happens on a chain started for it, in a directory
of its own; both are gone afterwards. Your own home directory is not touched.

Examples:
  tabella demo
  tabella demo --json | jq '.data.steps[] | [.title, .gas]'")]
pub struct Command {
    /// Keep everything in DIR, which must be empty or new, and leave it there [default: a temporary directory]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    keys: KeysOpts,
}

/// Runs `tabella demo`.
///
/// # Errors
/// Whatever step fails; `demo-expectation` (exit 1) if a step that must be refused is not, or the money does not arrive.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    // From the flag or the environment only: a settings file speaks of the user's own keys, which are left alone.
    let keys = ctx.settings().pick(command.keys.keys, |values| values.keys.clone());
    let keys = keys.filter(|keys| !matches!(keys.origin, Origin::File(_))).map(|keys| keys.value);
    let mut stage = stage::Stage::new(ctx, command.dir, keys)?;
    let result = script::play(&mut stage);
    let stopped = stage.stop();
    let story = stage.into_story();
    match result.and(stopped) {
        Ok(()) => Outcome::new(story.data(), story.text()),
        Err(error) => {
            // What went well before is the way to the fault.
            ctx.note(story.text());
            let data = json!({ "steps": story.data()["steps"], "cause": error.data });
            Err(error.data(data))
        }
    }
}
