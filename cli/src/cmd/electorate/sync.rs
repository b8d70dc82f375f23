//! `tabella electorate sync`: a Semaphore group's present root and size, written down.

use clap::Args;
use serde_json::json;
use tabella_circuits::field::to_decimal;
use tabella_contracts::bindings::ISemaphoreElectorate;
use tabella_contracts::client::Admission;
use tabella_contracts::{Call, Contract};

use super::Where;
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::submit::submit;
use crate::flow::{self, errors};
use crate::opts::SenderOpts;
use crate::output::Outcome;

/// Options of `electorate sync`.
#[derive(Debug, Args)]
#[command(after_help = "\
A proposal votes on the group as it was written down last before its snapshot, if that is not too old. Sync between making a
proposal and its snapshot.

Example:
  tabella electorate sync --from 0xf39F...")]
pub struct Sync {
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

pub(super) async fn sync(ctx: &Ctx, options: Sync) -> Result<Outcome, CliError> {
    let sender = flow::sender(ctx, &options.sender)?;
    let dao = options.at.dao_of_kind(ctx, &[Admission::Semaphore]).await?;
    let group = dao.electorate().await.map_err(errors::chain)?;
    let at = dao.deployment.contracts.electorate;
    let call = Call::new(Contract::SemaphoreElectorate, at, &ISemaphoreElectorate::syncCall {});
    let submitted = submit(ctx, &dao.chain, &sender, call, options.sender.dry_run).await?;
    let (root, size) = (to_decimal(&group.tree.root()), group.tree.size());
    let data = json!({ "root": root, "size": size, "transaction": submitted.data() });
    Outcome::new(data, format!("members     {size}\nroot        {root}\n{}", submitted.text()))
}
