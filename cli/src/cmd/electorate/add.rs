//! `tabella electorate add`: one member, or a file of them in as few transactions as they fit.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::field::to_decimal;
use tabella_contracts::bindings::IElectorate;
use tabella_contracts::client::{Admission, to_word};
use tabella_contracts::roster::csv;
use tabella_contracts::{Call, Contract, Dao};

use super::{CSV_LIMIT, Where, csv_error};
use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::flow::submit::{Submitted, submit};
use crate::flow::{self, errors, numbers};
use crate::opts::SenderOpts;
use crate::output::Outcome;

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
    /// Members of the file in one transaction
    #[arg(long, value_name = "NUMBER", default_value_t = 100, requires = "csv", value_parser = clap::value_parser!(u16).range(1..=250))]
    batch: u16,
    /// Votes, 1 to 4294967295; needed in a weighted electorate and only there
    #[arg(long, value_name = "NUMBER", conflicts_with = "csv")]
    weight: Option<u32>,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

/// A member to be: commitment, and a weight where the electorate is weighted.
type Candidate = (Fr, Option<u32>);

pub(super) async fn add(ctx: &Ctx, options: Add) -> Result<Outcome, CliError> {
    let members = members(ctx, &options)?;
    let sender = flow::sender(ctx, &options.sender)?;
    let dao = options.at.dao_of_kind(ctx, &[Admission::Registrar]).await?;
    let members = members.into_iter().map(|member| fitting(&dao, member)).collect::<Result<Vec<_>, _>>()?;
    let (members, skipped) = if options.csv.is_some() { fresh(&dao, members).await? } else { (members, 0) };
    let batches: Vec<&[(Fr, u32)]> = members.chunks(options.batch.into()).collect();
    let bar = ctx.bar(batches.len() as u64, "Admitting members");
    let (mut done, mut texts) = (Vec::new(), Vec::new());
    for batch in batches {
        let submitted = submit(ctx, &dao.chain, &sender, admission(&dao, batch), options.sender.dry_run).await;
        let submitted = submitted.map_err(|error| so_far(error, batch, &done))?;
        for (commitment, weight) in batch {
            done.push(row(commitment, *weight, &submitted));
            texts.push(format!("member      {}", to_decimal(commitment)));
        }
        texts.push(format!("{}\n", submitted.text()));
        bar.step();
    }
    drop(bar);
    if skipped > 0 {
        texts.push(format!("{skipped} of the file are members already"));
    }
    Outcome::new(json!({ "members": done, "skipped": skipped }), texts.join("\n").trim_end().to_owned())
}

/// The candidate with the weight that the electorate's kind wants.
///
/// # Errors
/// `weight-missing`, `weight-unwanted`.
fn fitting(dao: &Dao, (commitment, weight): Candidate) -> Result<(Fr, u32), CliError> {
    match (dao.deployment.weighted, weight) {
        (true, Some(weight)) => Ok((commitment, weight)),
        (false, None | Some(1)) => Ok((commitment, 1)),
        (true, None) => Err(CliError::usage("weight-missing", "this electorate is weighted: give --weight NUMBER")),
        (false, Some(weight)) => Err(CliError::usage(
            "weight-unwanted",
            format!("this electorate is plain, every member has weight 1; a weight of {weight} makes no sense"),
        )),
    }
}

/// The call that admits one member, or many at once.
fn admission(dao: &Dao, members: &[(Fr, u32)]) -> Call {
    let (at, contract) = (dao.deployment.contracts.electorate, Contract::Electorate);
    let commitments = members.iter().map(|(commitment, _)| to_word(commitment)).collect();
    let weights = members.iter().map(|(_, weight)| *weight).collect();
    match (dao.deployment.weighted, members) {
        (true, [(commitment, weight)]) => {
            Call::new(contract, at, &IElectorate::addWeightedCall { commitment: to_word(commitment), weight: *weight })
        }
        (false, [(commitment, _)]) => {
            Call::new(contract, at, &IElectorate::addCall { commitment: to_word(commitment) })
        }
        (true, _) => Call::new(contract, at, &IElectorate::addManyWeightedCall { commitments, weights }),
        (false, _) => Call::new(contract, at, &IElectorate::addManyCall { commitments }),
    }
}

/// The candidates who are not members yet, so that an interrupted admission can be run again; and how many are.
///
/// # Errors
/// `member-with-another-weight`.
async fn fresh(dao: &Dao, candidates: Vec<(Fr, u32)>) -> Result<(Vec<(Fr, u32)>, usize), CliError> {
    let electorate = dao.electorate().await.map_err(errors::chain)?;
    let present = electorate.members.iter().filter(|member| !member.removed);
    let known: HashMap<Fr, u32> = present.map(|member| (member.commitment, member.weight)).collect();
    let all = candidates.len();
    let mut left = Vec::new();
    for (commitment, weight) in candidates {
        match known.get(&commitment) {
            None => left.push((commitment, weight)),
            Some(there) if weight == *there => {}
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
fn so_far(error: CliError, failed: &[(Fr, u32)], admitted: &[Value]) -> CliError {
    let mut data = error.data.as_deref().and_then(Value::as_object).cloned().unwrap_or_default();
    let failed: Vec<String> = failed.iter().map(|(commitment, _)| to_decimal(commitment)).collect();
    let failed = if let [one] = failed.as_slice() { json!(one) } else { json!(failed) };
    data.insert("failed".to_owned(), failed);
    data.insert("members".to_owned(), json!(admitted));
    error.data(data)
}

fn row(commitment: &Fr, weight: u32, submitted: &Submitted) -> Value {
    json!({ "commitment": to_decimal(commitment), "weight": weight, "transaction": submitted.data() })
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

/// The rows of a file; without a column of weights they have none.
fn read_csv(path: &Path) -> Result<Vec<Candidate>, CliError> {
    let bytes = files::read_bounded(path, CSV_LIMIT)?;
    let rows = csv::members(&bytes).map_err(|error| csv_error(path, error))?;
    let weights = csv::has_weights(&bytes);
    Ok(rows.into_iter().map(|row| (row.commitment, weights.then_some(row.weight))).collect())
}
