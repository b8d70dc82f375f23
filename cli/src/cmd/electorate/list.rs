//! `tabella electorate publish` and `verify`: a list of members that stays off the chain.

use std::path::{Path, PathBuf};

use alloy::eips::BlockId;
use alloy::primitives::{B256, U256};
use clap::Args;
use serde_json::json;
use tabella_circuits::voting::electorate::Kind;
use tabella_contracts::bindings::IPublishedElectorate;
use tabella_contracts::client::{Admission, to_word};
use tabella_contracts::roster::{self, MemberTree, csv};
use tabella_contracts::{Call, Contract, Dao};

use super::{CSV_LIMIT, Where, csv_error};
use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::flow::submit::submit;
use crate::flow::{self, errors, lists};
use crate::opts::SenderOpts;
use crate::output::Outcome;

/// Options of `electorate publish`.
#[derive(Debug, Args)]
#[command(after_help = "\
On the chain are only the list's root, size, total weight and keccak256. Give the file itself to everybody who votes.

Example:
  tabella electorate publish members.csv --uri ipfs://... --from 0xf39F...")]
pub struct Publish {
    /// CSV file with the header `commitment,weight`, or `commitment` for weights of 1
    csv: PathBuf,
    /// Where the file can be had; goes on the chain as it is
    #[arg(long, value_name = "TEXT", default_value = "")]
    uri: String,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

/// Options of `electorate verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Compares digest, size, total weight and root. A list that agrees is kept as a tree file in the home directory, from which
`tabella vote cast` takes a member's path.

Example:
  tabella electorate verify members.csv")]
pub struct Verify {
    /// The published CSV file
    csv: PathBuf,
    #[command(flatten)]
    at: Where,
}

/// A list read and hashed.
struct Read {
    tree: MemberTree,
    digest: B256,
}

pub(super) async fn publish(ctx: &Ctx, options: Publish) -> Result<Outcome, CliError> {
    let sender = flow::sender(ctx, &options.sender)?;
    let dao = options.at.dao_of_kind(ctx, &[Admission::Published]).await?;
    let list = read(ctx, &dao, &options.csv)?;
    let call = IPublishedElectorate::publishCall {
        root: to_word(&list.tree.root()),
        size: U256::from(list.tree.rows.len()),
        totalWeight: U256::from(list.tree.total_weight),
        digest: list.digest,
        uri: options.uri,
    };
    let call = Call::new(Contract::PublishedElectorate, dao.deployment.contracts.electorate, &call);
    let submitted = submit(ctx, &dao.chain, &sender, call, options.sender.dry_run).await?;
    let mut data = facts(&list);
    data["transaction"] = submitted.data();
    if submitted.sent() {
        data["tree"] = json!(lists::keep(ctx, &list.tree, list.digest)?);
    }
    Outcome::new(data, format!("{}\n{}", words(&list), submitted.text()))
}

pub(super) async fn verify(ctx: &Ctx, options: Verify) -> Result<Outcome, CliError> {
    let dao = options.at.dao_of_kind(ctx, &[Admission::Published]).await?;
    let list = read(ctx, &dao, &options.csv)?;
    let published = dao.published().await.map_err(errors::chain)?;
    let published = published.ok_or_else(|| CliError::check_failed("nothing-published", "no list is published yet"))?;
    let (root, size, weight) = dao.roots_at(BlockId::latest()).await.map_err(errors::chain)?;
    let compared = [
        ("digest", published.digest.to_string(), list.digest.to_string()),
        ("size", size.to_string(), list.tree.rows.len().to_string()),
        ("total weight", weight.to_string(), list.tree.total_weight.to_string()),
        ("root", root.to_string(), list.tree.root_decimal()),
    ];
    let mut data = facts(&list);
    let differing: Vec<String> = compared
        .iter()
        .filter(|(_, there, here)| there != here)
        .map(|(what, there, here)| format!("the {what} published is {there}, the file has {here}"))
        .collect();
    data["equal"] = json!(differing.is_empty());
    if !differing.is_empty() {
        let what = format!("{}: {}", options.csv.display(), differing.join("; "));
        return Err(CliError::check_failed("list-differs", what).data(data));
    }
    data["tree"] = json!(lists::keep(ctx, &list.tree, list.digest)?);
    Outcome::new(data, format!("{}\n            equal to what is published", words(&list)))
}

fn read(ctx: &Ctx, dao: &Dao, path: &Path) -> Result<Read, CliError> {
    let bytes = files::read_bounded(path, CSV_LIMIT)?;
    let rows = csv::members(&bytes).map_err(|error| csv_error(path, error))?;
    let kind = if dao.deployment.weighted { Kind::Weighted } else { Kind::Plain };
    if kind == Kind::Weighted && !csv::has_weights(&bytes) {
        return Err(csv_error(path, "the electorate is weighted and the file has no weights"));
    }
    let _spinner = ctx.spinner(format!("Hashing the tree of {} members", rows.len()));
    let tree = MemberTree::new(kind, rows).map_err(|error| csv_error(path, error))?;
    Ok(Read { tree, digest: roster::digest(&bytes) })
}

fn facts(list: &Read) -> serde_json::Value {
    json!({
        "size": list.tree.rows.len(),
        "total_weight": list.tree.total_weight.to_string(),
        "root": list.tree.root_decimal(),
        "csv_keccak256": list.digest,
    })
}

fn words(list: &Read) -> String {
    format!(
        "members     {}\ntotal       {}\nroot        {}\nkeccak256   {}",
        list.tree.rows.len(),
        list.tree.total_weight,
        list.tree.root_decimal(),
        list.digest
    )
}
