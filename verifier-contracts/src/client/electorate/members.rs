//! Members of a tree on the chain, from `MemberAdmitted` and `MemberRemoved`.

use alloy::eips::BlockId;
use alloy::primitives::U256;
use tabella_circuits::field::to_decimal;
use tabella_circuits::voting::electorate::{Kind, leaf};

use super::{AdmittedMember, Change, Electorate, same};
use crate::bindings::IElectorate;
use crate::chain::{Found, bad_answer};
use crate::client::{Dao, to_field};
use crate::error::ChainError;

impl Dao {
    /// The members at a block, compared with the contract.
    pub(super) async fn members_until(&self, last: u64) -> Result<Electorate, ChainError> {
        let (at, from, kind) = (self.deployment.contracts.electorate, self.deployment.block, self.leaf_kind());
        let admitted = self.chain.events_until::<IElectorate::MemberAdmitted>(at, from, last, None).await?;
        let removed = self.chain.events_until::<IElectorate::MemberRemoved>(at, from, last, None).await?;
        let mut changes = Vec::with_capacity(admitted.len() + removed.len());
        for (i, found) in admitted.iter().enumerate() {
            changes.push(((found.block, found.index), Change::Admitted(member(i, found, kind)?)));
        }
        for found in &removed {
            let index = u64::try_from(found.event.index)
                .map_err(|_| bad_answer("MemberRemoved", format!("the index {}", found.event.index)))?;
            changes.push(((found.block, found.index), Change::Removed(index)));
        }
        changes.sort_by_key(|(place, _)| *place);
        let electorate = Electorate::build(kind, changes.into_iter().map(|(_, change)| change).collect())?;
        let (root, size, weight) = self.roots_at(BlockId::number(last)).await?;
        same("the electorate's root", root, &to_decimal(&electorate.tree.root()))?;
        same("the electorate's size", size, &electorate.tree.size().to_string())?;
        same("the electorate's total weight", weight, &electorate.total_weight.to_string())?;
        Ok(electorate)
    }
}

/// One member from its event; the leaf is computed, not believed.
fn member(
    position: usize,
    found: &Found<IElectorate::MemberAdmitted>,
    kind: Kind,
) -> Result<AdmittedMember, ChainError> {
    let what = "MemberAdmitted";
    let event = &found.event;
    if event.index != U256::from(position) {
        return Err(bad_answer(what, format!("member {position} has the index {}", event.index)));
    }
    let commitment = to_field(what, event.commitment)?;
    let weight = u32::try_from(event.weight).map_err(|_| bad_answer(what, "a weight above 2^32".to_owned()))?;
    let leaf = leaf(kind, commitment, weight).map_err(|error| bad_answer(what, error.to_string()))?;
    same("a member's leaf", event.leaf, &to_decimal(&leaf))?;
    Ok(AdmittedMember { index: position as u64, commitment, weight, leaf, removed: false })
}
