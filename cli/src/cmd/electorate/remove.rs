//! `tabella electorate remove`: out of every later election.

use clap::Args;
use serde_json::json;
use tabella_circuits::field::to_decimal;
use tabella_contracts::bindings::IElectorate;
use tabella_contracts::client::{Admission, to_word};
use tabella_contracts::{Call, Contract};

use super::{Where, Whose, leaf_to_remove};
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow;
use crate::flow::submit::submit;
use crate::opts::SenderOpts;
use crate::output::Outcome;

/// Options of `electorate remove`.
#[derive(Debug, Args)]
#[command(after_help = "\
Elections whose snapshot is past keep their members. The commitment may be admitted again later.

Example:
  tabella electorate remove --identity alice --from 0xf39F...")]
pub struct Remove {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

pub(super) async fn remove(ctx: &Ctx, options: Remove) -> Result<Outcome, CliError> {
    let commitment = options.whose.commitment(ctx)?;
    let sender = flow::sender(ctx, &options.sender)?;
    let dao = options.at.dao_of_kind(ctx, &[Admission::Registrar]).await?;
    let (member, siblings) = leaf_to_remove(&dao, &commitment).await?;
    let call =
        IElectorate::removeCall { commitment: to_word(&commitment), siblings: siblings.iter().map(to_word).collect() };
    let call = Call::new(Contract::Electorate, dao.deployment.contracts.electorate, &call);
    let submitted = submit(ctx, &dao.chain, &sender, call, options.sender.dry_run).await?;
    let data = json!({
        "commitment": to_decimal(&commitment), "index": member.index, "weight": member.weight, "transaction": submitted.data(),
    });
    Outcome::new(data, format!("removed     {}\n{}", to_decimal(&commitment), submitted.text()))
}
