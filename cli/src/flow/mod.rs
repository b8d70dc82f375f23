//! What several commands do with a chain: open a DAO, send a call, seal a ballot, open a tally.
//!
//! `tabella demo` is made of the same functions as the commands.

pub mod ballot;
pub mod choice;
pub mod errors;
pub mod lists;
pub mod numbers;
pub mod propose;
pub mod submit;
pub mod tally;

use std::path::Path;

use alloy::primitives::U256;
use tabella_circuits::Fr;
use tabella_contracts::deployment::{Audit, Deployment};
use tabella_contracts::{Chain, ChainError, Dao};

use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::opts::{ChainOpts, DaoOpts, SenderOpts};
use crate::store::IdentityStore;

/// A deployment file is a few kilobytes.
const DEPLOYMENT_LIMIT: u64 = 64 * 1024;

/// Connects to the node that the options or settings name.
///
/// # Errors
/// Exit 2 when no node is named, 3 when it does not answer.
pub async fn connect(ctx: &Ctx, chain: &ChainOpts) -> Result<Chain, CliError> {
    let url = crate::chain::endpoint(ctx, chain.rpc.clone())?;
    Chain::connect(&url).await.map_err(errors::chain)
}

/// Opens the DAO that the options or settings name.
///
/// # Errors
/// Exit 2 for the file, 3 for a chain that is not the DAO's or lacks its contracts.
pub async fn dao(ctx: &Ctx, chain: &ChainOpts, dao: &DaoOpts) -> Result<Dao, CliError> {
    let deployment = deployment(&dao.path(ctx))?;
    let chain = connect(ctx, chain).await?;
    Dao::open(chain, deployment).await.map_err(errors::chain)
}

/// The same, at the box that holds this election: a proposal's or a poll's.
///
/// # Errors
/// As [`dao`].
pub async fn dao_holding(ctx: &Ctx, chain: &ChainOpts, dao: &DaoOpts, election: U256) -> Result<Dao, CliError> {
    self::dao(ctx, chain, dao).await?.holding(election).await.map_err(errors::chain)
}

/// Reads a deployment file.
///
/// # Errors
/// `file-not-found` and the like, `deployment-invalid`.
pub fn deployment(path: &Path) -> Result<Deployment, CliError> {
    let bytes = files::read_bounded(path, DEPLOYMENT_LIMIT).map_err(|error| match error.code.as_ref() {
        "file-not-found" => error.hint("deploy a DAO with `tabella dao deploy`, or name its file with --dao FILE"),
        _ => error,
    })?;
    let text = files::text(bytes, path)?;
    Deployment::parse(&text).map_err(|error| CliError::file("deployment-invalid", path, error))
}

/// The chain's id and where models are audited, from the DAO's file: no node is asked.
///
/// # Errors
/// Those of [`deployment`]; `no-audits`.
pub fn audited_at(ctx: &Ctx, dao: &DaoOpts) -> Result<(u64, Audit), CliError> {
    let found = deployment(&dao.path(ctx)).map_err(|error| match error.code.as_ref() {
        "file-not-found" => error
            .hint("name the DAO's file with --dao FILE, or the contract and its chain with --registry and --chain-id"),
        _ => error,
    })?;
    let audit = found.audit.ok_or_else(|| errors::chain(ChainError::NoAudits))?;
    Ok((found.chain_id, audit))
}

/// The commitment of an identity of this home directory; no passphrase is needed.
///
/// # Errors
/// `not-found`, `file-damaged`.
pub fn commitment(ctx: &Ctx, name: &str) -> Result<Fr, CliError> {
    IdentityStore::at(ctx.settings().home()).load(ctx, name)?.commitment()
}

/// Who sends, as the options or settings say.
///
/// # Errors
/// As [`SenderOpts::resolve`].
pub fn sender(ctx: &Ctx, opts: &SenderOpts) -> Result<tabella_contracts::Sender, CliError> {
    Ok(match opts.resolve(ctx)? {
        crate::opts::Sender::Node(address) => tabella_contracts::Sender::node_account(address),
        crate::opts::Sender::Local(signer) => tabella_contracts::Sender::local(*signer),
    })
}
