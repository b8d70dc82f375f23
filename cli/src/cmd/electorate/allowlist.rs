//! `tabella electorate allowlist`: a list of addresses, made, and claimed from.

use std::path::{Path, PathBuf};

use alloy::primitives::{B256, U256};
use clap::{Args, Subcommand};
use serde_json::json;
use tabella_circuits::field::to_decimal;
use tabella_contracts::bindings::IAllowlistElectorate;
use tabella_contracts::client::{Admission, to_word};
use tabella_contracts::roster::allowlist::Allowlist;
use tabella_contracts::roster::csv;
use tabella_contracts::{Call, Contract};

use super::{CSV_LIMIT, Where, Whose, csv_error};
use crate::context::Ctx;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::flow::submit::submit;
use crate::flow::{self, errors};
use crate::opts::SenderOpts;
use crate::output::Outcome;

/// A million addresses, with their places and a tree.
const LIST_LIMIT: u64 = 400 << 20;

/// A list of addresses that may each put in one commitment.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
The file is the one that @openzeppelin/merkle-tree dumps for leaves (address, uint32).

Examples:
  tabella electorate allowlist build addresses.csv --out list.json
  tabella dao deploy --electorate allowlist --allowlist list.json --weighted ...
  tabella electorate allowlist claim --list list.json --identity alice --from 0xf39F...")]
pub enum Command {
    /// Make a list's tree from a CSV file `address,weight`
    Build(Build),
    /// Put in a commitment for the sender's address
    Claim(Claim),
}

/// Options of `electorate allowlist build`.
#[derive(Debug, Args)]
pub struct Build {
    /// CSV file with the header `address,weight`
    csv: PathBuf,
    /// Where the list is written; an existing file is kept
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Options of `electorate allowlist claim`.
#[derive(Debug, Args)]
pub struct Claim {
    /// The list's file
    #[arg(long, value_name = "FILE")]
    list: PathBuf,
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

pub(super) fn run(ctx: &Ctx, command: Command) -> Result<Outcome, CliError> {
    match command {
        Command::Build(options) => build(&options),
        Command::Claim(options) => ctx.block_on(claim(ctx, options)),
    }
}

/// Reads a list's file.
///
/// # Errors
/// `file-not-found` and the like, `list-invalid`.
pub(crate) fn read(path: &Path) -> Result<Allowlist, CliError> {
    let text = files::text(files::read_bounded(path, LIST_LIMIT)?, path)?;
    Allowlist::parse(&text).map_err(|error| CliError::file("list-invalid", path, error))
}

fn build(options: &Build) -> Result<Outcome, CliError> {
    let bytes = files::read_bounded(&options.csv, CSV_LIMIT)?;
    let values = csv::addresses(&bytes).map_err(|error| csv_error(&options.csv, error))?;
    let list = Allowlist::new(values).map_err(|error| csv_error(&options.csv, error))?;
    let text = list.to_text().map_err(CliError::internal)?;
    files::write_atomic(&options.out, text.as_bytes(), Existing::Refuse)?;
    let total: u64 = list.values.iter().map(|(_, weight)| u64::from(*weight)).sum();
    let data = json!({
        "root": list.root(), "addresses": list.values.len(), "total_weight": total.to_string(), "file": options.out,
    });
    let text = format!("root        {}\naddresses   {}\ntotal       {total}", list.root(), list.values.len());
    Outcome::new(data, text)
}

async fn claim(ctx: &Ctx, options: Claim) -> Result<Outcome, CliError> {
    let list = read(&options.list)?;
    let commitment = options.whose.commitment(ctx)?;
    let sender = flow::sender(ctx, &options.sender)?;
    let (weight, proof) = list.proof(sender.address()).ok_or_else(|| {
        CliError::check_failed("not-on-the-list", format!("{} is not on this list", sender.address()))
    })?;
    let dao = options.at.dao_of_kind(ctx, &[Admission::Allowlist]).await?;
    let (at, contract) = (dao.deployment.contracts.electorate, Contract::AllowlistElectorate);
    let call = IAllowlistElectorate::listRootCall {};
    let root: B256 = dao.chain.view(contract, at, call).await.map_err(errors::chain)?;
    if root != list.root() {
        let what = format!("the electorate's list has the root {root}, this file {}", list.root());
        return Err(CliError::file("another-list", &options.list, what));
    }
    let call = IAllowlistElectorate::claimCall { commitment: to_word(&commitment), weight, proof };
    let submitted = submit(ctx, &dao.chain, &sender, Call::new(contract, at, &call), options.sender.dry_run).await?;
    let data = json!({
        "commitment": to_decimal(&commitment), "weight": weight, "transaction": submitted.data(),
        "votes": (U256::from(weight) * dao.deployment.unit).to_string(),
    });
    Outcome::new(data, format!("member      {}\nweight      {weight}\n{}", to_decimal(&commitment), submitted.text()))
}
