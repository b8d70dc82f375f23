//! `tabella demo`: whole stories on a chain of their own, made of the same commands that a DAO would run.

mod audit;
mod dao;
mod stage;
mod story;
mod vote;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::context::Ctx;
use crate::error::CliError;
use crate::opts::KeysOpts;
use crate::output::Outcome;
use crate::settings::Origin;

/// A private vote, a model's audit, and what both make happen, on a chain of their own
#[derive(Debug, Args)]
#[command(after_help = "\
vote: five members of different weights vote on a payment from the treasury; two of them have identities made by Semaphore's
own package. A second vote and a forged ballot are refused.
audit: the DAO adopts the four-fifths rule by private vote. Of three owners of credit models one proves a pass and is paid, one
proves a fail and is halted, one keeps silent and is halted by default. An old attestation is refused.
Everything happens on a chain started for it, in a directory of its own; both are gone afterwards. Your own home directory
is not touched.

Examples:
  tabella demo
  tabella demo audit
  tabella demo all --json | jq '.data.steps[] | [.title, .gas]'")]
pub struct Command {
    /// What is played; all is both, in one DAO
    #[arg(value_enum, default_value_t = Play::Vote)]
    play: Play,
    /// Keep everything in DIR, which must be empty or new, and leave it there [default: a temporary directory]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    keys: KeysOpts,
}

/// What is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Play {
    /// A private vote
    Vote,
    /// Three models under a policy
    Audit,
    /// Both
    All,
}

impl Play {
    fn title(self) -> &'static str {
        match self {
            Self::Vote => "A sealed, anonymous, weighted vote that moves a DAO's money",
            Self::Audit => "A DAO that lets models prove what they keep",
            Self::All => "A DAO that votes in private and lets models prove what they keep",
        }
    }
}

fn play(play: Play, stage: &mut stage::Stage<'_>) -> Result<(), CliError> {
    let cast = dao::prepare(stage)?;
    dao::found(stage, &cast, play != Play::Vote)?;
    if play != Play::Audit {
        vote::play(stage, &cast)?;
    }
    if play != Play::Vote {
        audit::play(stage, &cast)?;
    }
    Ok(())
}

/// Runs `tabella demo`.
///
/// # Errors
/// Whatever step fails; `demo-expectation` (exit 1) if a step that must be refused is not, or the money does not arrive.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    // From the flag or the environment only: a settings file speaks of the user's own keys, which are left alone.
    let keys = ctx.settings().pick(command.keys.keys, |values| values.keys.clone());
    let keys = keys.filter(|keys| !matches!(keys.origin, Origin::File(_))).map(|keys| keys.value);
    let mut stage = stage::Stage::new(ctx, command.play.title(), command.dir, keys)?;
    let result = play(command.play, &mut stage);
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
