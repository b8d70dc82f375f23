//! `tabella data sign`: an auditor signs the root of data that they have themselves.

use std::path::PathBuf;

use alloy::primitives::{Address, B256, U256};
use alloy::signers::SignerSync;
use clap::Args;
use serde_json::json;
use tabella_circuits::field::to_be_bytes;
use tabella_contracts::data_signature::{DataClaim, DataSignature};

use super::{DescriptionOpts, read_salts};
use crate::audit::dataset::DataSet;
use crate::audit::import;
use crate::audit::store::{self, Summary};
use crate::context::Ctx;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::flow::{self, errors};
use crate::opts::{ChainOpts, DaoOpts, Sender, SenderOpts, address_of};
use crate::output::{Outcome, path_text};

/// Options of `data sign`.
#[derive(Debug, Args)]
#[command(override_usage = "tabella data sign [OPTIONS] --csv <FILE> <--spec|..> --engagement <ID> <DIR>")]
#[command(after_help = "\
The root is recomputed from the raw file, its description and the salts; if it is not the data set's, nothing is signed. What
is signed (EIP-712) holds for one engagement on one chain. With a key of one's own and the DAO's file (or --registry and
--chain-id) no node is needed.

Examples:
  tabella data sign german --csv german.csv --spec german.toml --engagement 1 --from 0x... --out anna.json
  tabella data sign german --csv german.csv --spec german.toml --engagement 1 --registry 0x... --chain-id 31337 \\
      --private-key-file key --out anna.json")]
pub struct SignOpts {
    /// The data set's directory
    dir: PathBuf,
    /// The raw CSV file
    #[arg(long, value_name = "FILE")]
    csv: PathBuf,
    #[command(flatten)]
    description: DescriptionOpts,
    /// The salts [default: those of the data set]
    #[arg(long, value_name = "FILE")]
    salts: Option<PathBuf>,
    /// The engagement's id
    #[arg(long, value_name = "ID")]
    engagement: String,
    /// The DataRegistry [default: the DAO's]
    #[arg(long, value_name = "ADDRESS", conflicts_with = "dao")]
    registry: Option<String>,
    /// The chain's id [default: the DAO's; with --registry: the node's]
    #[arg(long, value_name = "N")]
    chain_id: Option<u64>,
    /// File to write the signature to; without it, stdout has it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    chain: ChainOpts,
    #[command(flatten)]
    dao: DaoOpts,
    #[command(flatten)]
    sender: SenderOpts,
}

pub(super) fn run(ctx: &Ctx, options: &SignOpts) -> Result<Outcome, CliError> {
    let engagement = U256::from_str_radix(&options.engagement, 10)
        .map_err(|_| CliError::usage("engagement-invalid", "an engagement's id is a decimal number"))?;
    let (registry, chain_id) = place(ctx, options)?;
    if let Some(taken) = options.out.as_ref().filter(|out| out.symlink_metadata().is_ok()) {
        return Err(files::exists(taken));
    }
    let data = recompute(ctx, options)?;
    let claim = |chain_id: u64| DataClaim {
        chain_id,
        data_registry: registry,
        engagement,
        data_root: B256::from(data.root),
        rows: data.rows,
        shards: data.digests.len() as u64,
        schema_hash: U256::from_be_bytes(to_be_bytes(&data.schema_hash)),
    };
    let signed = match (options.sender.resolve(ctx)?, chain_id) {
        (Sender::Local(signer), Some(chain_id)) => {
            let claim = claim(chain_id);
            let signature = signer.sign_hash_sync(&claim.digest()).map_err(CliError::internal)?;
            DataSignature::new(claim, signer.address(), signature.as_bytes().into())
        }
        (_, named) => ctx.block_on(async {
            let chain = flow::connect(ctx, &options.chain).await?;
            if let Some(named) = named.filter(|named| *named != chain.id()) {
                let what = format!("the node's chain has the id {}, not {named}", chain.id());
                return Err(CliError::chain("wrong-chain", what));
            }
            let sender = flow::sender(ctx, &options.sender)?;
            claim(chain.id()).sign(&chain, &sender).await.map_err(errors::chain)
        })?,
    };
    report(options, &signed)
}

/// The DataRegistry and, where one is known, the id of its chain: as the options say, or as the DAO's file does.
fn place(ctx: &Ctx, options: &SignOpts) -> Result<(Address, Option<u64>), CliError> {
    if let Some(registry) = &options.registry {
        return Ok((address_of(registry)?, options.chain_id));
    }
    let (chain_id, at) = flow::audited_at(ctx, &options.dao)?;
    match options.chain_id.filter(|named| *named != chain_id) {
        Some(named) => {
            let what = format!("the DAO's chain has the id {chain_id}, not {named}");
            Err(CliError::chain("wrong-chain", what))
        }
        None => Ok((at.data_registry, Some(chain_id))),
    }
}

/// The data set from the raw file; it must have the root that the directory states.
fn recompute(ctx: &Ctx, options: &SignOpts) -> Result<DataSet, CliError> {
    let stated = store::summary(&options.dir)?;
    let salts = options.salts.clone().unwrap_or_else(|| options.dir.join("salts.bin"));
    let salts = read_salts(ctx, &salts)?;
    let _spinner = ctx.spinner(format!("Recomputing the root from {}", options.csv.display()));
    let data = import::import(&options.csv, options.description.description(), Some(&salts))?.data;
    let found = Summary::of(&data);
    if found == stated {
        return Ok(data);
    }
    let what = format!("the raw file's data root is {}, the data set's is {}", found.data_root, stated.data_root);
    Err(CliError::check_failed("data-root-differs", what)
        .hint("nothing was signed: the file, its description or the salts are not those of this data set")
        .data(json!({ "found": found.data_root, "stated": stated.data_root })))
}

fn report(options: &SignOpts, signed: &DataSignature) -> Result<Outcome, CliError> {
    let text = signed.to_text().map_err(CliError::internal)?;
    let data = serde_json::to_value(signed).map_err(CliError::internal)?;
    let Some(out) = &options.out else { return Outcome::new(data, text) };
    files::write_atomic(out, text.as_bytes(), Existing::Refuse)?;
    let said = format!(
        "signed       {} for engagement {}\nby           {}\nwritten to   {}",
        signed.claim.data_root,
        signed.claim.engagement,
        signed.signer,
        out.display()
    );
    Outcome::new(json!({ "file": path_text(out), "signature": data }), said)
}
