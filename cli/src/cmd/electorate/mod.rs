//! `tabella electorate`: who may vote.

mod add;
mod allowlist;
mod list;
mod remove;
mod show;
mod sync;
mod token;

pub(crate) use allowlist::read as read_allowlist;

use std::path::Path;

use clap::{Args, Subcommand};
use tabella_circuits::Fr;
use tabella_contracts::Dao;
use tabella_contracts::client::{Admission, AdmittedMember};

use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::{self, errors, numbers};
use crate::opts::{ChainOpts, DaoOpts};
use crate::output::Outcome;

/// A million members of 100 bytes a line.
const CSV_LIMIT: u64 = 100 << 20;

/// Who may vote.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Which of these an electorate knows depends on its kind, chosen with `tabella dao deploy --electorate`:
  registrar   add, remove
  allowlist   allowlist build (before the deployment), allowlist claim
  token       lock, unlock, withdraw
  semaphore   sync
  published   publish, verify
show, root and verify work with every kind they make sense for.

Examples:
  tabella electorate add --identity alice --weight 5 --from 0xf39F...
  tabella electorate add --csv members.csv --private-key-file registrar.key
  tabella electorate show")]
pub enum Command {
    /// Admit members; the sender must be the registrar
    Add(add::Add),
    /// Remove a member; the sender must be the registrar
    Remove(remove::Remove),
    /// A list of addresses that may each put in one commitment
    #[command(subcommand)]
    Allowlist(allowlist::Command),
    /// Become a member by locking tokens
    Lock(token::Lock),
    /// Leave, and let the tokens go after the cooling period
    Unlock(token::Unlock),
    /// Take unlocked tokens back
    Withdraw(token::Withdraw),
    /// Write down a Semaphore group's present members; anyone may
    Sync(sync::Sync),
    /// Publish a list of members that stays off the chain; the sender must be the registrar
    Publish(list::Publish),
    /// Rebuild a published list's tree from its CSV file and compare it with the chain
    Verify(list::Verify),
    /// Print the tree's root, recomputed from the members and compared with the contract's
    Root(Where),
    /// List the members and compare them with the contract
    Show(Where),
}

/// Which DAO on which chain.
#[derive(Debug, Args)]
pub struct Where {
    #[command(flatten)]
    chain: ChainOpts,
    #[command(flatten)]
    dao: DaoOpts,
}

impl Where {
    /// The DAO, whose electorate must be of one of these kinds.
    async fn dao_of_kind(&self, ctx: &Ctx, wanted: &[Admission]) -> Result<Dao, CliError> {
        let dao = flow::dao(ctx, &self.chain, &self.dao).await?;
        let kind = dao.admission().await.map_err(errors::chain)?;
        if wanted.contains(&kind) {
            return Ok(dao);
        }
        let words: Vec<&str> = wanted.iter().map(|kind| kind.word()).collect();
        Err(CliError::usage(
            "another-kind",
            format!("this electorate is of the kind {}, the command is for {}", kind.word(), words.join(", ")),
        )
        .hint("see `tabella electorate --help`"))
    }
}

/// A commitment: an identity of this home directory, or a number.
#[derive(Debug, Args)]
#[group(id = "whose", required = true, multiple = false, args = ["identity", "commitment"])]
pub struct Whose {
    /// An identity of this home directory
    #[arg(long, value_name = "NAME")]
    identity: Option<String>,
    /// An identity commitment (decimal, or 0x and hexadecimal digits)
    #[arg(long, value_name = "NUMBER")]
    commitment: Option<String>,
}

impl Whose {
    fn commitment(&self, ctx: &Ctx) -> Result<Fr, CliError> {
        match (&self.identity, &self.commitment) {
            (Some(name), _) => flow::commitment(ctx, name),
            (None, Some(text)) => numbers::field_element("the commitment", text),
            (None, None) => Err(CliError::usage("usage", "one of --identity and --commitment is needed")),
        }
    }
}

/// Runs `tabella electorate`.
///
/// # Errors
/// Exit 1 where a list is not what is published, 2 for options and files, 3 for the chain, 4 where the contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Add(options) => ctx.block_on(add::add(ctx, options)),
        Command::Remove(options) => ctx.block_on(remove::remove(ctx, options)),
        Command::Allowlist(command) => allowlist::run(ctx, command),
        Command::Lock(options) => ctx.block_on(token::lock(ctx, options)),
        Command::Unlock(options) => ctx.block_on(token::unlock(ctx, options)),
        Command::Withdraw(options) => ctx.block_on(token::withdraw(ctx, options)),
        Command::Sync(options) => ctx.block_on(sync::sync(ctx, options)),
        Command::Publish(options) => ctx.block_on(list::publish(ctx, options)),
        Command::Verify(options) => ctx.block_on(list::verify(ctx, options)),
        Command::Root(at) => ctx.block_on(show::root(ctx, at)),
        Command::Show(at) => ctx.block_on(show::show(ctx, at)),
    }
}

/// A member's leaf and the siblings that its removal needs.
async fn leaf_to_remove(dao: &Dao, commitment: &Fr) -> Result<(AdmittedMember, Vec<Fr>), CliError> {
    let electorate = dao.electorate().await.map_err(errors::chain)?;
    let member = electorate.find(commitment).cloned();
    let member = member.ok_or_else(|| CliError::check_failed("not-a-member", "no member has this commitment"))?;
    let siblings = electorate.removal_siblings(member.index).map_err(CliError::internal)?;
    Ok((member, siblings))
}

/// A CSV file's error, with the file's name.
fn csv_error(path: &Path, error: impl std::fmt::Display) -> CliError {
    CliError::file("csv-invalid", path, error)
}
