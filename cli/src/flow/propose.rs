//! Making a proposal of any calls: `proposal create`, and every command whose act belongs to the whole DAO.

use alloy::primitives::{Address, Bytes, U256};
use serde_json::{Value, json};
use tabella_contracts::client::audit::Audits;
use tabella_contracts::{ChainError, Dao, Sender};

use super::errors;
use super::submit::submit;
use crate::context::Ctx;
use crate::error::CliError;
use crate::output::Outcome;

/// What the timelock does if the DAO accepts: target, wei, calldata.
pub type Action = (Address, U256, Bytes);

/// A proposal's text: its first line and the rest.
///
/// # Errors
/// `title-invalid`.
pub fn description(title: &str, rest: &str) -> Result<String, CliError> {
    let title = title.trim();
    if title.is_empty() || title.contains('\n') {
        return Err(CliError::usage("title-invalid", "the title must be one line with something in it"));
    }
    Ok(if rest.is_empty() { title.to_owned() } else { format!("{title}\n\n{rest}") })
}

/// Makes a proposal; its id, transaction and times go into the result beside `data` and `text`.
///
/// # Errors
/// As [`submit`].
pub async fn propose(
    ctx: &Ctx,
    dao: &Dao,
    sender: &Sender,
    actions: &[Action],
    description: &str,
    dry_run: bool,
) -> Result<(Value, String), CliError> {
    let id = dao.proposal_id(actions, description).await.map_err(errors::chain)?;
    let submitted = submit(ctx, &dao.chain, sender, dao.propose(actions, description), dry_run).await?;
    let mut data = json!({ "proposal": id.to_string(), "transaction": submitted.data() });
    let mut text = format!("proposal    {id}\n{}", submitted.text());
    if submitted.sent()
        && let Some(made) = dao.proposal(id).await.map_err(errors::chain)?
    {
        data["snapshot"] = made.snapshot.into();
        data["deadline"] = made.deadline.into();
        text.push_str(&format!("\nsnapshot    {}\ndeadline    {}", made.snapshot, made.deadline));
    }
    Ok((data, text))
}

/// Makes a proposal whose calls the timelock could make now; one that could not is refused before anybody votes on it.
///
/// # Errors
/// Exit 4 with the contract's error; as [`propose`].
pub async fn propose_rehearsed(
    ctx: &Ctx,
    (dao, audits): (&Dao, &Audits),
    sender: &Sender,
    actions: &[Action],
    description: &str,
    dry_run: bool,
) -> Result<(Value, String), CliError> {
    match audits.rehearse(actions).await {
        Err(ChainError::InsufficientFunds { .. }) => {
            ctx.warn("the treasury cannot pay this now: bring the money before it is executed");
        }
        other => other.map_err(errors::chain)?,
    }
    propose(ctx, dao, sender, actions, description, dry_run).await
}

/// The result of a command that made a proposal: what it is about, and what comes next.
///
/// # Errors
/// As [`Outcome::new`].
pub fn proposed(about: Value, (mut data, text): (Value, String)) -> Result<Outcome, CliError> {
    if let (Some(data), Value::Object(about)) = (data.as_object_mut(), about) {
        data.extend(about);
    }
    Outcome::new(data, format!("{text}\nnext        open it after its snapshot, vote, tally, queue, execute"))
}
