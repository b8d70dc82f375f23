//! Sending a call, or showing what would be sent.

use alloy::primitives::B256;
use serde_json::{Value, json};
use tabella_contracts::{Call, Chain, Mined, Planned, Sender};

use super::errors;
use super::numbers;
use crate::context::Ctx;
use crate::error::CliError;

/// A call that was sent, or only planned (`--dry-run`).
#[derive(Debug, Clone)]
pub enum Submitted {
    /// Mined.
    Mined(Call, Mined),
    /// Not sent.
    Planned(Planned),
}

/// Sends `call`, or with `dry_run` only asks the node whether it would succeed.
///
/// # Errors
/// Exit 4 when a contract refuses, 3 for the node.
pub async fn submit(
    ctx: &Ctx,
    chain: &Chain,
    sender: &Sender,
    call: Call,
    dry_run: bool,
) -> Result<Submitted, CliError> {
    let planned = plan(chain, sender, call).await?;
    if dry_run { Ok(Submitted::Planned(planned)) } else { send(ctx, chain, sender, planned).await }
}

/// Asks the node whether a call would succeed, and for how much gas.
///
/// # Errors
/// As [`submit`].
pub async fn plan(chain: &Chain, sender: &Sender, call: Call) -> Result<Planned, CliError> {
    chain.plan(sender.address(), call).await.map_err(errors::chain)
}

/// Sends a planned call.
///
/// # Errors
/// As [`submit`].
pub async fn send(ctx: &Ctx, chain: &Chain, sender: &Sender, planned: Planned) -> Result<Submitted, CliError> {
    let _spinner = ctx.spinner(format!("Sending {}.{}", planned.call.contract, planned.call.function));
    let mined = chain.send_planned(sender, &planned).await.map_err(errors::chain)?;
    Ok(Submitted::Mined(planned.call, mined))
}

impl Submitted {
    /// The transaction, or the decoded call with its gas.
    pub fn data(&self) -> Value {
        match self {
            Self::Mined(call, mined) => json!({
                "sent": true,
                "function": format!("{}.{}", call.contract, call.function),
                "transaction": mined.hash,
                "block": mined.block,
                "gas": mined.gas.to_string(),
            }),
            Self::Planned(planned) => json!({
                "sent": false,
                "from": planned.from,
                "to": planned.call.to,
                "contract": planned.call.contract,
                "function": planned.call.function,
                "arguments": planned.call.arguments,
                "value": planned.call.value.to_string(),
                "gas": planned.gas.to_string(),
                "data": planned.call.data,
            }),
        }
    }

    /// The same in words, one fact a line.
    pub fn text(&self) -> String {
        match self {
            Self::Mined(_, mined) => {
                format!(
                    "transaction {}\nblock       {}\ngas         {}",
                    mined.hash,
                    mined.block,
                    numbers::gas(mined.gas)
                )
            }
            Self::Planned(planned) => planned_text(planned),
        }
    }

    /// Whether it was sent.
    pub fn sent(&self) -> bool {
        self.mined_in().is_some()
    }

    /// The transaction, if it was sent.
    pub fn mined_in(&self) -> Option<B256> {
        match self {
            Self::Mined(_, mined) => Some(mined.hash),
            Self::Planned(_) => None,
        }
    }
}

fn planned_text(planned: &Planned) -> String {
    let call = &planned.call;
    let mut text = format!("dry run: nothing is sent\ncall        {}.{}\n", call.contract, call.function);
    for argument in &call.arguments {
        text.push_str(&format!("  {argument}\n"));
    }
    let to = call.to.map_or_else(|| "a new contract".to_owned(), |to| to.to_string());
    text.push_str(&format!("from        {}\nto          {to}\n", planned.from));
    text.push_str(&format!("value       {}\ngas         {}", numbers::in_ether(call.value), numbers::gas(planned.gas)));
    text
}
