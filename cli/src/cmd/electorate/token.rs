//! `tabella electorate lock`, `unlock` and `withdraw`: members by locked tokens.

use alloy::primitives::{Address, U256};
use clap::Args;
use serde_json::json;
use tabella_circuits::Fr;
use tabella_circuits::field::to_decimal;
use tabella_contracts::bindings::{IToken, ITokenElectorate};
use tabella_contracts::client::{Admission, to_word};
use tabella_contracts::{Call, Contract, Dao};

use super::{Where, Whose, leaf_to_remove};
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::submit::{Submitted, submit};
use crate::flow::{self, errors};
use crate::opts::SenderOpts;
use crate::output::Outcome;

/// Options of `electorate lock`.
#[derive(Debug, Args)]
#[command(after_help = "\
The amount counts the token's smallest parts and must be a whole number of the electorate's units. Where the electorate may not
take it yet, the tokens are approved first, in a transaction of its own.

Example:
  tabella electorate lock 5000 --identity alice --from 0xf39F...")]
pub struct Lock {
    /// Tokens, in their smallest parts
    amount: String,
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

/// Options of `electorate unlock`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tabella electorate unlock --identity alice --from 0xf39F...")]
pub struct Unlock {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

/// Options of `electorate withdraw`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tabella electorate withdraw 1 --from 0xf39F...")]
pub struct Withdraw {
    /// The number that `unlock` gave
    id: u64,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    sender: SenderOpts,
}

pub(super) async fn lock(ctx: &Ctx, options: Lock) -> Result<Outcome, CliError> {
    let amount = U256::from_str_radix(&options.amount, 10);
    let amount = amount.map_err(|_| CliError::usage("amount-invalid", "the amount is not a decimal number"))?;
    let commitment = options.whose.commitment(ctx)?;
    let sender = flow::sender(ctx, &options.sender)?;
    let dao = options.at.dao_of_kind(ctx, &[Admission::Token]).await?;
    if amount.is_zero() || !(amount % dao.deployment.unit).is_zero() {
        let unit = dao.deployment.unit;
        return Err(CliError::usage("amount-invalid", format!("{amount} is no whole number of units of {unit}")));
    }
    let (at, token) = (dao.deployment.contracts.electorate, token(&dao).await?);
    let call = IToken::allowanceCall { owner: sender.address(), spender: at };
    let allowed = dao.chain.view(Contract::TokenElectorate, token, call).await.map_err(errors::chain)?;
    let mut approval = None;
    if allowed < amount {
        let call = Call::new(Contract::TokenElectorate, token, &IToken::approveCall { spender: at, value: amount });
        let submitted = submit(ctx, &dao.chain, &sender, call, options.sender.dry_run).await?;
        if options.sender.dry_run {
            ctx.note("the tokens must be approved first; locking itself can be tried only after that");
            return report(&commitment, amount, None, &submitted);
        }
        approval = Some(submitted);
    }
    let call = ITokenElectorate::lockCall { amount, commitment: to_word(&commitment) };
    let call = Call::new(Contract::TokenElectorate, at, &call);
    let submitted = submit(ctx, &dao.chain, &sender, call, options.sender.dry_run).await?;
    report(&commitment, amount, approval.as_ref(), &submitted)
}

pub(super) async fn unlock(ctx: &Ctx, options: Unlock) -> Result<Outcome, CliError> {
    let commitment = options.whose.commitment(ctx)?;
    let sender = flow::sender(ctx, &options.sender)?;
    let dao = options.at.dao_of_kind(ctx, &[Admission::Token]).await?;
    let (_, siblings) = leaf_to_remove(&dao, &commitment).await?;
    let at = dao.deployment.contracts.electorate;
    let call = ITokenElectorate::unlockCall {
        commitment: to_word(&commitment),
        siblings: siblings.iter().map(to_word).collect(),
    };
    let call = Call::new(Contract::TokenElectorate, at, &call);
    let submitted = submit(ctx, &dao.chain, &sender, call, options.sender.dry_run).await?;
    let mut data = json!({ "commitment": to_decimal(&commitment), "transaction": submitted.data() });
    let mut text = format!("unlocked    {}\n{}", to_decimal(&commitment), submitted.text());
    if let Submitted::Mined(_, mined) = &submitted {
        let topic = Some(sender.address().into_word());
        let events = dao.chain.events_until::<ITokenElectorate::Unlocked>(at, mined.block, mined.block, topic).await;
        let events = events.map_err(errors::chain)?;
        if let Some(found) = events.iter().find(|found| found.transaction == mined.hash) {
            data["id"] = json!(found.event.id.to_string());
            data["amount"] = json!(found.event.amount.to_string());
            data["withdraw_from"] = json!(found.event.at.to_string());
            text.push_str(&format!(
                "\nnumber      {} (for `tabella electorate withdraw`)\nfree from   {} (seconds since 1970)",
                found.event.id, found.event.at
            ));
        }
    }
    Outcome::new(data, text)
}

pub(super) async fn withdraw(ctx: &Ctx, options: Withdraw) -> Result<Outcome, CliError> {
    let sender = flow::sender(ctx, &options.sender)?;
    let dao = options.at.dao_of_kind(ctx, &[Admission::Token]).await?;
    let at = dao.deployment.contracts.electorate;
    let call = ITokenElectorate::withdrawCall { id: U256::from(options.id) };
    let call = Call::new(Contract::TokenElectorate, at, &call);
    let submitted = submit(ctx, &dao.chain, &sender, call, options.sender.dry_run).await?;
    Outcome::new(json!({ "id": options.id.to_string(), "transaction": submitted.data() }), submitted.text())
}

async fn token(dao: &Dao) -> Result<Address, CliError> {
    let at = dao.deployment.contracts.electorate;
    let call = ITokenElectorate::tokenCall {};
    dao.chain.view(Contract::TokenElectorate, at, call).await.map_err(errors::chain)
}

fn report(
    commitment: &Fr,
    amount: U256,
    approval: Option<&Submitted>,
    submitted: &Submitted,
) -> Result<Outcome, CliError> {
    let data = json!({
        "commitment": to_decimal(commitment), "amount": amount.to_string(),
        "approval": approval.map(Submitted::data), "transaction": submitted.data(),
    });
    let approved = approval.map(|submitted| submitted.text() + "\n").unwrap_or_default();
    Outcome::new(data, format!("member      {}\n{approved}{}", to_decimal(commitment), submitted.text()))
}
