//! `tabella electorate root` and `show`.

use alloy::eips::BlockId;
use alloy::primitives::U256;
use serde_json::{Value, json};
use tabella_circuits::field::to_decimal;
use tabella_contracts::Dao;
use tabella_contracts::client::{Admission, Electorate};

use super::Where;
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::{self, errors};
use crate::output::Outcome;

pub(super) async fn root(ctx: &Ctx, at: Where) -> Result<Outcome, CliError> {
    let dao = flow::dao(ctx, &at.chain, &at.dao).await?;
    let electorate = dao.electorate().await.map_err(errors::chain)?;
    let root = to_decimal(&electorate.tree.root());
    Outcome::new(json!({ "root": root, "size": electorate.tree.size(), "depth": electorate.tree.depth() }), root)
}

pub(super) async fn show(ctx: &Ctx, at: Where) -> Result<Outcome, CliError> {
    let dao = flow::dao(ctx, &at.chain, &at.dao).await?;
    let admission = dao.admission().await.map_err(errors::chain)?;
    if admission == Admission::Published {
        return published(&dao).await;
    }
    let electorate = dao.electorate().await.map_err(errors::chain)?;
    let members: Vec<Value> = electorate
        .members
        .iter()
        .map(|m| {
            json!({
                "index": m.index, "commitment": to_decimal(&m.commitment), "weight": m.weight,
                "leaf": to_decimal(&m.leaf), "removed": m.removed,
            })
        })
        .collect();
    let data = json!({
        "admission": admission,
        "kind": electorate.kind,
        "size": electorate.tree.size(),
        "total_weight": electorate.total_weight.to_string(),
        "votes": (U256::from(electorate.total_weight) * dao.deployment.unit).to_string(),
        "root": to_decimal(&electorate.tree.root()),
        "root_on_chain_equal": true,
        "members": members,
    });
    Outcome::new(data, show_text(admission, &electorate))
}

/// Of a published list, only what the registrar says is on the chain.
async fn published(dao: &Dao) -> Result<Outcome, CliError> {
    let (root, size, weight) = dao.roots_at(BlockId::latest()).await.map_err(errors::chain)?;
    let list = dao.published().await.map_err(errors::chain)?;
    let (digest, uri) = list.as_ref().map_or((None, None), |list| (Some(list.digest), Some(list.uri.clone())));
    let data = json!({
        "admission": Admission::Published,
        "size": size.to_string().parse::<u64>().unwrap_or_default(),
        "total_weight": weight.to_string(),
        "root": root.to_string(),
        "csv_keccak256": digest,
        "uri": uri,
        "published": list.is_some(),
    });
    let mut text = format!("members      {size}\ntotal weight {weight}\nroot         {root}\n");
    match list {
        None => text.push_str("             nothing is published yet"),
        Some(list) => text.push_str(&format!(
            "CSV file     keccak256 {}, {}\n             as the registrar published it; check it with `tabella electorate verify FILE`",
            list.digest,
            if list.uri.is_empty() { "no address given" } else { &list.uri }
        )),
    }
    Outcome::new(data, text)
}

fn show_text(admission: Admission, electorate: &Electorate) -> String {
    let source = if admission == Admission::Semaphore { "the Semaphore contract's" } else { "the contract's" };
    let mut text = format!(
        "members      {}\ntotal weight {}\nroot         {}\n             recomputed from the members' events and equal to {source}\n",
        electorate.tree.size(),
        electorate.total_weight,
        to_decimal(&electorate.tree.root())
    );
    for member in &electorate.members {
        let removed = if member.removed { "  removed" } else { "" };
        text.push_str(&format!(
            "\n{:>6}  weight {:>10}  {}{removed}",
            member.index,
            member.weight,
            to_decimal(&member.commitment)
        ));
    }
    text
}
