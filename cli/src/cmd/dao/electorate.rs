//! The electorate of a DAO to be: its kind, and what that kind needs.

use std::path::PathBuf;

use alloy::primitives::U256;
use clap::{Args, ValueEnum};
use tabella_contracts::deploy::ElectoratePlan;

use crate::cmd::electorate::read_allowlist;
use crate::error::CliError;
use crate::opts::address_of;

/// How members come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Electorate {
    /// A registrar admits and removes them
    Registrar,
    /// Every address of a list puts in one commitment (--allowlist)
    Allowlist,
    /// Holders lock tokens with votes (--token)
    Token,
    /// They are those of an existing Semaphore group (--semaphore, --group)
    Semaphore,
    /// They are on a list off the chain whose root the registrar publishes
    Published,
}

/// Options of `dao deploy` for the electorate.
#[derive(Debug, Args)]
#[command(next_help_heading = "Electorate")]
pub(super) struct Options {
    /// How members come in
    #[arg(long, value_name = "KIND", value_enum, default_value = "registrar")]
    electorate: Electorate,
    /// The list's file, from `electorate allowlist build`
    #[arg(long, value_name = "FILE")]
    allowlist: Option<PathBuf>,
    /// The token; --unit is how many of its smallest parts make one unit of weight
    #[arg(long, value_name = "ADDRESS")]
    token: Option<String>,
    /// From unlocking tokens to withdrawing them, at least delay and period of a vote [default: exactly these]
    #[arg(long, value_name = "SECONDS")]
    cooling: Option<u64>,
    /// Let the Governor count the token itself: holders who do not lock vote in the open
    #[arg(long)]
    open_votes: bool,
    /// The Semaphore contract
    #[arg(long, value_name = "ADDRESS")]
    semaphore: Option<String>,
    /// The group in it
    #[arg(long, value_name = "NUMBER")]
    group: Option<String>,
    /// How long a record of the group may be voted on
    #[arg(long, value_name = "SECONDS", default_value_t = 604_800)]
    max_age: u64,
}

impl Options {
    /// Whether leaves carry weights: locked tokens always do, a Semaphore group's members never, else it is asked for.
    ///
    /// # Errors
    /// `usage` where that is not what was asked for, or nothing was.
    pub(super) fn weighted(&self, weighted: bool, plain: bool) -> Result<bool, CliError> {
        match (self.electorate, weighted, plain) {
            (Electorate::Token, _, false) => Ok(true),
            (Electorate::Semaphore, false, _) => Ok(false),
            (Electorate::Token, _, true) => Err(usage("locked tokens are weights: --plain makes no sense")),
            (Electorate::Semaphore, true, _) => {
                Err(usage("a Semaphore group has no weights: --weighted makes no sense"))
            }
            (_, false, false) => Err(usage("one of --weighted and --plain is needed")),
            (_, weighted, _) => Ok(weighted),
        }
    }

    /// The plan's part; `vote` is delay and period of a vote, in seconds.
    ///
    /// # Errors
    /// `usage` where an option is missing or another kind's; the list's file.
    pub(super) fn plan(&self, vote: u64) -> Result<ElectoratePlan, CliError> {
        self.check_unwanted()?;
        Ok(match self.electorate {
            Electorate::Registrar => ElectoratePlan::Registrar,
            Electorate::Published => ElectoratePlan::Published,
            Electorate::Allowlist => {
                let path = self.allowlist.as_deref().ok_or_else(|| usage("--allowlist FILE is needed"))?;
                ElectoratePlan::Allowlist { root: read_allowlist(path)?.root() }
            }
            Electorate::Token => {
                let token = self.token.as_deref().ok_or_else(|| usage("--token ADDRESS is needed"))?;
                let cooling = self.cooling.unwrap_or(vote);
                if cooling < vote {
                    return Err(usage("--cooling must be at least --voting-delay and --voting-period together"));
                }
                ElectoratePlan::Token { token: address_of(token)?, cooling, open_votes: self.open_votes }
            }
            Electorate::Semaphore => {
                let semaphore = self.semaphore.as_deref().ok_or_else(|| usage("--semaphore ADDRESS is needed"))?;
                let group = self.group.as_deref().ok_or_else(|| usage("--group NUMBER is needed"))?;
                let group = U256::from_str_radix(group, 10).map_err(|_| usage("--group is not a decimal number"))?;
                if self.max_age == 0 {
                    return Err(usage("--max-age must be at least 1"));
                }
                ElectoratePlan::Semaphore { semaphore: address_of(semaphore)?, group, max_age: self.max_age }
            }
        })
    }

    /// An option of another kind is a misunderstanding.
    fn check_unwanted(&self) -> Result<(), CliError> {
        let given = [
            (Electorate::Allowlist, self.allowlist.is_some(), "--allowlist"),
            (Electorate::Token, self.token.is_some(), "--token"),
            (Electorate::Token, self.cooling.is_some(), "--cooling"),
            (Electorate::Token, self.open_votes, "--open-votes"),
            (Electorate::Semaphore, self.semaphore.is_some(), "--semaphore"),
            (Electorate::Semaphore, self.group.is_some(), "--group"),
        ];
        match given.iter().find(|(kind, given, _)| *given && *kind != self.electorate) {
            None => Ok(()),
            Some((_, _, option)) => Err(usage(&format!("{option} is for another kind of --electorate"))),
        }
    }
}

fn usage(what: &str) -> CliError {
    CliError::usage("usage", what)
}
