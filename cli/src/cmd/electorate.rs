//! `tabella electorate`: who may vote.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use alloy::primitives::U256;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::field::to_decimal;
use tabella_contracts::bindings::IElectorate;
use tabella_contracts::client::{Electorate, to_word};
use tabella_contracts::{Call, Contract, Dao};

use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::flow::submit::{Submitted, submit};
use crate::flow::{self, errors, numbers};
use crate::opts::{ChainOpts, DaoOpts, SenderOpts};
use crate::output::Outcome;

/// A million members of 100 bytes a line.
const CSV_LIMIT: u64 = 100 << 20;

/// Who may vote.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  tabella electorate add --identity alice --weight 5 --from 0xf39F...
  tabella electorate add --csv members.csv --private-key-file registrar.key
  tabella electorate show")]
pub enum Command {
    /// Admit members; the sender must be the registrar
    Add(Add),
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

/// Options of `electorate add`.
#[derive(Debug, Args)]
#[group(id = "who", required = true, multiple = false, args = ["identity", "commitment", "csv"])]
pub struct Add {
    /// Admit an identity of this home directory
    #[arg(long, value_name = "NAME")]
    identity: Option<String>,
    /// Admit an identity commitment (decimal, or 0x and hexadecimal digits)
    #[arg(long, value_name = "NUMBER")]
    commitment: Option<String>,
    /// Admit all rows `commitment,weight` of a CSV file with that header line
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Votes, 1 to 4294967295; needed in a weighted electorate and only there
    #[arg(long, value_name = "NUMBER", conflicts_with = "csv")]
    weight: Option<u32>,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

/// Runs `tabella electorate`.
///
/// # Errors
/// Exit 2 for options and files, 3 for the chain, 4 where the contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Add(options) => ctx.block_on(add(ctx, options)),
        Command::Root(at) => ctx.block_on(root(ctx, at)),
        Command::Show(at) => ctx.block_on(show(ctx, at)),
    }
}

/// The call that admits a member; `weight` as the electorate's kind wants it.
///
/// # Errors
/// `weight-missing`, `weight-unwanted`.
pub(crate) fn admit(dao: &Dao, commitment: &Fr, weight: Option<u32>) -> Result<Call, CliError> {
    let (at, commitment) = (dao.deployment.contracts.electorate, to_word(commitment));
    match (dao.deployment.weighted, weight) {
        (true, Some(weight)) => {
            Ok(Call::new(Contract::Electorate, at, &IElectorate::addWeightedCall { commitment, weight }))
        }
        (false, None | Some(1)) => Ok(Call::new(Contract::Electorate, at, &IElectorate::addCall { commitment })),
        (true, None) => Err(CliError::usage("weight-missing", "this electorate is weighted: give --weight NUMBER")),
        (false, Some(weight)) => Err(CliError::usage(
            "weight-unwanted",
            format!("this electorate is plain, every member has weight 1; --weight {weight} makes no sense"),
        )),
    }
}

async fn add(ctx: &Ctx, options: Add) -> Result<Outcome, CliError> {
    let members = members(ctx, &options)?;
    let sender = flow::sender(ctx, &options.sender)?;
    let dao = flow::dao(ctx, &options.at.chain, &options.at.dao).await?;
    let (members, skipped) = if options.csv.is_some() { fresh(&dao, members).await? } else { (members, 0) };
    // All calls are made before the first is sent: a bad line admits nobody.
    let calls = members.iter().map(|(c, weight)| admit(&dao, c, *weight)).collect::<Result<Vec<_>, _>>()?;
    let bar = ctx.bar(calls.len() as u64, "Admitting members");
    let (mut done, mut texts) = (Vec::new(), Vec::new());
    for ((commitment, weight), call) in members.iter().zip(calls) {
        let submitted = submit(ctx, &dao.chain, &sender, call, options.sender.dry_run).await;
        let submitted = submitted.map_err(|error| so_far(error, commitment, &done))?;
        done.push(row(commitment, *weight, &submitted));
        texts.push(format!("member      {}\n{}", to_decimal(commitment), submitted.text()));
        bar.step();
    }
    drop(bar);
    if skipped > 0 {
        texts.push(format!("{skipped} of the file are members already"));
    }
    Outcome::new(json!({ "members": done, "skipped": skipped }), texts.join("\n\n"))
}

/// A member to be: commitment, and a weight where the electorate is weighted.
type Candidate = (Fr, Option<u32>);

/// The candidates who are not members yet, so that an interrupted admission can be run again; and how many are.
///
/// # Errors
/// `member-with-another-weight`.
async fn fresh(dao: &Dao, candidates: Vec<Candidate>) -> Result<(Vec<Candidate>, usize), CliError> {
    let electorate = dao.electorate().await.map_err(errors::chain)?;
    let known: HashMap<Fr, u32> = electorate.members.iter().map(|member| (member.commitment, member.weight)).collect();
    let all = candidates.len();
    let mut left = Vec::new();
    for (commitment, weight) in candidates {
        match known.get(&commitment) {
            None => left.push((commitment, weight)),
            Some(there) if weight.unwrap_or(1) == *there => {}
            Some(there) => {
                let what = format!("{} is a member already, with weight {there}", to_decimal(&commitment));
                return Err(CliError::usage("member-with-another-weight", what));
            }
        }
    }
    let skipped = all - left.len();
    Ok((left, skipped))
}

/// Adds to an error's data whom it is about and who was admitted before.
fn so_far(error: CliError, failed: &Fr, admitted: &[Value]) -> CliError {
    let mut data = error.data.as_deref().and_then(Value::as_object).cloned().unwrap_or_default();
    data.insert("failed".to_owned(), json!(to_decimal(failed)));
    data.insert("members".to_owned(), json!(admitted));
    error.data(data)
}

fn row(commitment: &Fr, weight: Option<u32>, submitted: &Submitted) -> Value {
    json!({ "commitment": to_decimal(commitment), "weight": weight.unwrap_or(1), "transaction": submitted.data() })
}

fn members(ctx: &Ctx, options: &Add) -> Result<Vec<Candidate>, CliError> {
    if let Some(path) = &options.csv {
        return read_csv(path);
    }
    let commitment = match (&options.identity, &options.commitment) {
        (Some(name), _) => flow::commitment(ctx, name)?,
        (None, Some(text)) => numbers::field_element("the commitment", text)?,
        (None, None) => return Err(CliError::usage("usage", "one of --identity, --commitment and --csv is needed")),
    };
    Ok(vec![(commitment, options.weight)])
}

/// Rows `commitment,weight` below that header; the weight may be missing in a plain electorate.
fn read_csv(path: &Path) -> Result<Vec<Candidate>, CliError> {
    let text = files::text(files::read_bounded(path, CSV_LIMIT)?, path)?;
    let bad = |line: usize, what: &str| CliError::file("csv-invalid", path, format!("line {line}: {what}"));
    let mut lines = text.lines().enumerate().map(|(i, line)| (i + 1, line.trim()));
    match lines.next() {
        Some((_, "commitment,weight" | "commitment")) => {}
        _ => return Err(bad(1, "the header must be `commitment,weight` or `commitment`")),
    }
    let mut members = Vec::new();
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let (commitment, weight) = line.split_once(',').map_or((line, None), |(c, w)| (c.trim(), Some(w.trim())));
        let commitment = tabella_circuits::field::parse(commitment).map_err(|e| bad(number, &e.to_string()))?;
        let weight = weight.map(str::parse::<u32>).transpose();
        members.push((commitment, weight.map_err(|_| bad(number, "the weight is not a number below 2^32"))?));
    }
    if members.is_empty() {
        return Err(bad(2, "there are no members"));
    }
    Ok(members)
}

async fn root(ctx: &Ctx, at: Where) -> Result<Outcome, CliError> {
    let dao = flow::dao(ctx, &at.chain, &at.dao).await?;
    let electorate = dao.electorate().await.map_err(errors::chain)?;
    let root = to_decimal(&electorate.tree.root());
    Outcome::new(json!({ "root": root, "size": electorate.tree.size(), "depth": electorate.tree.depth() }), root)
}

async fn show(ctx: &Ctx, at: Where) -> Result<Outcome, CliError> {
    let dao = flow::dao(ctx, &at.chain, &at.dao).await?;
    let electorate = dao.electorate().await.map_err(errors::chain)?;
    let members: Vec<Value> = electorate
        .members
        .iter()
        .map(|m| json!({ "index": m.index, "commitment": to_decimal(&m.commitment), "weight": m.weight, "leaf": to_decimal(&m.leaf) }))
        .collect();
    let data = json!({
        "kind": electorate.kind,
        "size": electorate.tree.size(),
        "total_weight": electorate.total_weight.to_string(),
        "votes": (U256::from(electorate.total_weight) * dao.deployment.unit).to_string(),
        "root": to_decimal(&electorate.tree.root()),
        "root_on_chain_equal": true,
        "members": members,
    });
    Outcome::new(data, show_text(&electorate))
}

fn show_text(electorate: &Electorate) -> String {
    let mut text = format!(
        "members      {}\ntotal weight {}\nroot         {}\n             recomputed from the members' events and equal to the contract's\n",
        electorate.tree.size(),
        electorate.total_weight,
        to_decimal(&electorate.tree.root())
    );
    for member in &electorate.members {
        text.push_str(&format!(
            "\n{:>6}  weight {:>10}  {}",
            member.index,
            member.weight,
            to_decimal(&member.commitment)
        ));
    }
    text
}
