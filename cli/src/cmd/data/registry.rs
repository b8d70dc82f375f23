//! The commands of `tabella data` that talk to the DataRegistry.

use std::path::{Path, PathBuf};

use alloy::primitives::{Address, B256, U256};
use clap::{Args, Subcommand};
use serde_json::json;
use tabella_contracts::client::to_word;
use tabella_contracts::{DataClaim, DataSignature};

use crate::audit::store;
use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::flow::{errors, numbers};
use crate::opts::{Acting, address_of};
use crate::output::Outcome;

/// A signature file has less than a kilobyte; a contract's signature may be longer.
const SIGNATURE_LIMIT: u64 = 64 * 1024;

/// What auditors and providers do with data on the chain.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register the data of an engagement with auditors' signatures; for an auditor of its policy
    Register(Register),
    /// Revoke a data root: its engagement ends, and nothing is paid on its attestation any more; for its provider
    Revoke(Revoke),
}

/// Options of `data register`.
#[derive(Debug, Args)]
#[command(after_help = "\
Only hashes and sizes are sent: the root, the numbers of records and shards, the schema's hash.

Example:
  tabella data register german --engagement 1 --signature anna.json --signature ben.json --from 0x9965...")]
pub struct Register {
    /// The data set's directory
    dir: PathBuf,
    /// The engagement that the data are for
    #[arg(long, value_name = "ID")]
    engagement: String,
    /// A signature that `data sign` wrote; repeat it
    #[arg(long, value_name = "FILE", required = true)]
    signature: Vec<PathBuf>,
    /// Who gave the data and may revoke them [default: nobody but the DAO]
    #[arg(long, value_name = "ADDRESS")]
    provider: Option<String>,
    #[command(flatten)]
    by: Acting,
}

/// Options of `data revoke`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tabella data revoke --engagement 1 --reason 'consent withdrawn' --from 0x15d3...
  tabella data revoke 0x1f2e... --reason 'consent withdrawn' --from 0x15d3...")]
#[group(id = "which", required = true, multiple = false, args = ["root", "engagement"])]
pub struct Revoke {
    /// The data root
    root: Option<String>,
    /// The engagement whose data are revoked
    #[arg(long, value_name = "ID")]
    engagement: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    by: Acting,
}

/// Runs a command of this list.
///
/// # Errors
/// Exit 2 for options and files, 3 for the chain, 4 where a contract refuses.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Register(options) => ctx.block_on(register(ctx, options)),
        Command::Revoke(options) => ctx.block_on(revoke(ctx, options)),
    }
}

async fn register(ctx: &Ctx, options: Register) -> Result<Outcome, CliError> {
    let id = numbers::id("--engagement", &options.engagement)?;
    let provider = options.provider.as_deref().map_or(Ok(Address::ZERO), address_of)?;
    let data = {
        let _spinner = ctx.spinner("Recomputing the data root");
        store::load(&options.dir)?
    };
    let signatures = options.signature.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let actor = options.by.open(ctx).await?;
    let (root, shards) = (B256::from(data.root), data.digests.len() as u64);
    let claim = actor.audits.data_claim(id, root, data.rows, shards, to_word(&data.schema_hash));
    for (path, signature) in options.signature.iter().zip(&signatures) {
        check(path, &claim, signature)?;
    }
    let submitted = actor.submit(ctx, actor.audits.register_data(&claim, provider, &signatures)).await?;
    let mut out = json!({
        "engagement": id.to_string(), "data_root": root, "rows": data.rows, "shards": shards,
        "signers": signatures.iter().map(|s| s.signer).collect::<Vec<_>>(), "transaction": submitted.data(),
    });
    let mut text = format!("data root   {root}\nrecords     {} in {shards} shards\n{}", data.rows, submitted.text());
    if submitted.sent() {
        let record = actor.audits.engagement(id).await.map_err(errors::chain)?;
        let start: u64 = record.engagement.start.to();
        out["start"] = json!(start);
        out["deadline"] = json!(record.engagement.deadline.to::<u64>());
        text.push_str(&format!("\nstart       {start}, or when the owner acknowledges"));
    }
    Outcome::new(out, text)
}

fn read(path: &Path) -> Result<DataSignature, CliError> {
    let text = files::text(files::read_bounded(path, SIGNATURE_LIMIT)?, path)?;
    DataSignature::parse(&text).map_err(|error| CliError::file("signature-invalid", path, error))
}

/// A signature of something else is told apart from a bad one; a contract's can only be judged by the chain.
fn check(path: &Path, claim: &DataClaim, signature: &DataSignature) -> Result<(), CliError> {
    let signed = &signature.claim;
    let differs = [
        ("chain", signed.chain_id != claim.chain_id),
        ("DataRegistry", signed.data_registry != claim.data_registry),
        ("engagement", signed.engagement != claim.engagement),
        ("data root", signed.data_root != claim.data_root),
        ("number of records", signed.rows != claim.rows),
        ("number of shards", signed.shards != claim.shards),
        ("schema", signed.schema_hash != claim.schema_hash),
    ];
    if let Some((what, _)) = differs.iter().find(|(_, differs)| *differs) {
        return Err(CliError::file("signature-differs", path, format!("it is over another {what}")));
    }
    if signature.signature.len() == 65 && !signature.is_by_signer() {
        return Err(CliError::file(
            "signature-invalid",
            path,
            format!("it is not {}'s over these data", signature.signer),
        ));
    }
    Ok(())
}

async fn revoke(ctx: &Ctx, options: Revoke) -> Result<Outcome, CliError> {
    let engagement = options.engagement.as_deref().map(|text| numbers::id("--engagement", text)).transpose()?;
    let given = options.root.as_deref().map(root).transpose()?;
    let actor = options.by.open(ctx).await?;
    let root = match (given, engagement) {
        (Some(root), _) => root,
        (None, Some(id)) => registered(&actor.audits, id).await?,
        (None, None) => return Err(CliError::usage("usage", "a root or --engagement is needed")),
    };
    let call = actor.audits.revoke_data(root, &options.reason);
    actor.act(ctx, call, json!({ "data_root": root }), &format!("data root   {root} is revoked")).await
}

fn root(text: &str) -> Result<B256, CliError> {
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 64);
    let parsed = digits.and_then(|digits| digits.parse::<B256>().ok());
    parsed.ok_or_else(|| CliError::usage("root-invalid", "a data root is 0x and 64 hexadecimal digits"))
}

async fn registered(audits: &tabella_contracts::client::audit::Audits, id: U256) -> Result<B256, CliError> {
    let data = audits.registered_data(id).await.map_err(errors::chain)?;
    let data = data.ok_or_else(|| CliError::usage("data-unknown", format!("engagement {id} has no data")))?;
    Ok(data.claim.data_root)
}
