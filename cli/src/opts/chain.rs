//! Which node, which DAO, which keys.

use std::path::PathBuf;

use clap::Args;
use tabella_prover::KeyStore;

use crate::chain::Chain;
use crate::context::Ctx;
use crate::error::CliError;

use super::Sender;

/// Which node to talk to.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Chain")]
pub struct ChainOpts {
    /// URL of the Ethereum node [TABELLA_RPC, rpc; default: the running devnet]
    #[arg(long, value_name = "URL")]
    pub rpc: Option<String>,
}

impl ChainOpts {
    /// Connects and asks for the chain id; with a `sender` that holds a key, the provider signs with it.
    ///
    /// # Errors
    /// Exit 2 when no node is named, 3 when it does not answer.
    pub async fn connect(&self, ctx: &Ctx, sender: Option<&Sender>) -> Result<Chain, CliError> {
        let url = crate::chain::endpoint(ctx, self.rpc.clone())?;
        Chain::connect(&url, sender).await
    }
}

/// Which DAO.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Chain")]
pub struct DaoOpts {
    /// File that says where the DAO's contracts are [TABELLA_DAO, dao; default: dao.json in the home directory]
    #[arg(long, value_name = "FILE")]
    pub dao: Option<PathBuf>,
}

impl DaoOpts {
    /// The DAO's file.
    pub fn path(&self, ctx: &Ctx) -> PathBuf {
        ctx.settings().dao_file(self.dao.clone())
    }
}

/// Where proving keys are.
#[derive(Debug, Clone, Default, Args)]
pub struct KeysOpts {
    /// Directory of proving keys [TABELLA_KEYS, keys; default: keys in the home directory]
    #[arg(long, value_name = "DIR")]
    pub keys: Option<PathBuf>,
}

impl KeysOpts {
    /// The directory; it need not exist.
    pub fn dir(&self, ctx: &Ctx) -> PathBuf {
        ctx.settings().keys_dir(self.keys.clone())
    }

    /// The store in that directory, ready to be written to.
    ///
    /// # Errors
    /// `directory-unusable`.
    pub fn store(&self, ctx: &Ctx) -> Result<KeyStore, CliError> {
        let dir = self.dir(ctx);
        if dir.starts_with(ctx.settings().home()) {
            // Whoever makes the home first must make it private; keys themselves are not secret.
            ctx.home()?;
        }
        Ok(KeyStore::open(dir))
    }
}

/// Which keys an audit's proofs are checked with.
#[derive(Debug, Clone, Default, Args)]
pub struct VerifyKeys {
    /// Where the development keys are
    #[command(flatten)]
    pub keys: KeysOpts,
    /// The shards' verifying key, as snarkjs writes it [default: the development key's]
    #[arg(long, value_name = "FILE", requires = "verdict_vkey")]
    pub shard_vkey: Option<PathBuf>,
    /// The verdict's verifying key, likewise
    #[arg(long, value_name = "FILE", requires = "shard_vkey")]
    pub verdict_vkey: Option<PathBuf>,
}
