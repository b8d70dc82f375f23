//! Which DAO on which chain, and who sends: the options of commands that read or call its contracts.

use clap::Args;
use serde_json::Value;
use tabella_contracts::client::audit::Audits;
use tabella_contracts::{Call, Chain, Dao};

use super::{ChainOpts, DaoOpts, SenderOpts};
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::submit::{Submitted, submit};
use crate::flow::{self, errors};
use crate::output::Outcome;

/// Which DAO on which chain.
#[derive(Debug, Args)]
pub struct AtDao {
    #[command(flatten)]
    chain: ChainOpts,
    #[command(flatten)]
    dao: DaoOpts,
}

impl AtDao {
    /// The DAO.
    ///
    /// # Errors
    /// As [`flow::dao`].
    pub async fn dao(&self, ctx: &Ctx) -> Result<Dao, CliError> {
        flow::dao(ctx, &self.chain, &self.dao).await
    }

    /// The DAO and its contracts that audit models.
    ///
    /// # Errors
    /// As [`flow::dao`], and `no-audits`.
    pub async fn audits(&self, ctx: &Ctx) -> Result<(Dao, Audits), CliError> {
        let dao = self.dao(ctx).await?;
        let audits = dao.audits().await.map_err(errors::chain)?;
        Ok((dao, audits))
    }
}

/// Which DAO, and who sends.
#[derive(Debug, Args)]
pub struct Acting {
    #[command(flatten)]
    at: AtDao,
    #[command(flatten)]
    sender: SenderOpts,
}

impl Acting {
    /// Opens the sender first, so that a mistake there costs no question to the chain; then the DAO.
    ///
    /// # Errors
    /// As [`flow::sender`] and [`AtDao::audits`].
    pub async fn open(&self, ctx: &Ctx) -> Result<Actor, CliError> {
        let sender = flow::sender(ctx, &self.sender)?;
        let (dao, audits) = self.at.audits(ctx).await?;
        Ok(Actor { sender, dao, audits, dry_run: self.sender.dry_run })
    }
}

/// A sender before the contracts that audit models.
#[derive(Debug)]
pub struct Actor {
    /// Who sends.
    pub sender: tabella_contracts::Sender,
    /// The DAO.
    pub dao: Dao,
    /// Its contracts that audit models.
    pub audits: Audits,
    /// Nothing is sent.
    pub dry_run: bool,
}

impl Actor {
    /// The chain.
    pub fn chain(&self) -> &Chain {
        &self.audits.chain
    }

    /// Sends a call, or shows it.
    ///
    /// # Errors
    /// As [`submit`].
    pub async fn submit(&self, ctx: &Ctx, call: Call) -> Result<Submitted, CliError> {
        submit(ctx, &self.audits.chain, &self.sender, call, self.dry_run).await
    }

    /// Sends a call and reports it beside what it is about: `data` gets the transaction, `text` stands above it.
    ///
    /// # Errors
    /// As [`submit`].
    pub async fn act(&self, ctx: &Ctx, call: Call, mut data: Value, text: &str) -> Result<Outcome, CliError> {
        let submitted = self.submit(ctx, call).await?;
        data["transaction"] = submitted.data();
        let text = if submitted.sent() { format!("{text}\n{}", submitted.text()) } else { submitted.text() };
        Outcome::new(data, text)
    }
}
