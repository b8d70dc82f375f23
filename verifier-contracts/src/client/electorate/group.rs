//! Members of a Semaphore group, from the Semaphore contract's events.

use alloy::eips::BlockId;
use alloy::primitives::{Address, U256};
use alloy::sol_types::SolEvent;
use tabella_circuits::field::to_decimal;
use tabella_circuits::voting::electorate::Kind;

use super::{AdmittedMember, Change, Electorate, same};
use crate::artifact::Contract;
use crate::bindings::{ISemaphore, ISemaphoreElectorate};
use crate::chain::{Found, bad_answer};
use crate::client::{Dao, to_field};
use crate::error::ChainError;

/// A change with its place on the chain: block, place in the block, place in the event.
type Placed = ((u64, u64, usize), Change);

impl Dao {
    /// The Semaphore contract of the electorate, and the group in it.
    ///
    /// # Errors
    /// The electorate is of another kind, or the node's failures.
    pub async fn group(&self) -> Result<(Address, U256), ChainError> {
        let at = self.deployment.contracts.electorate;
        let contract = Contract::SemaphoreElectorate;
        let semaphore = self.chain.view(contract, at, ISemaphoreElectorate::semaphoreCall {}).await?;
        let group = self.chain.view(contract, at, ISemaphoreElectorate::groupIdCall {}).await?;
        Ok((semaphore, group))
    }

    /// The group's members at a block, compared with the Semaphore contract. What is written down of it may be older.
    pub(super) async fn group_until(&self, last: u64) -> Result<Electorate, ChainError> {
        let (at, group) = self.group().await?;
        let mut changes = Vec::new();
        for found in self.group_events::<ISemaphore::MemberAdded>(at, group, last).await? {
            let event = &found.event;
            changes.push(admitted(&found, 0, event.index, event.identityCommitment)?);
        }
        for found in self.group_events::<ISemaphore::MembersAdded>(at, group, last).await? {
            for (i, commitment) in found.event.identityCommitments.iter().enumerate() {
                changes.push(admitted(&found, i, found.event.startIndex + U256::from(i), *commitment)?);
            }
        }
        for found in self.group_events::<ISemaphore::MemberUpdated>(at, group, last).await? {
            let member = member(found.event.index, found.event.newIdentityCommitment)?;
            changes.push(((found.block, found.index, 0), Change::Replaced(member)));
        }
        for found in self.group_events::<ISemaphore::MemberRemoved>(at, group, last).await? {
            changes.push(((found.block, found.index, 0), Change::Removed(place(found.event.index)?)));
        }
        changes.sort_by_key(|(place, _)| *place);
        let changes = changes.into_iter().map(|(_, change)| change).collect();
        let mut electorate = Electorate::build(Kind::Plain, changes)?;
        electorate.total_weight = electorate.tree.size();
        let (contract, block) = (Contract::SemaphoreElectorate, BlockId::number(last));
        let call = ISemaphore::getMerkleTreeRootCall { groupId: group };
        let root = self.chain.view_at(contract, at, call, block).await?;
        same("the group's root", root, &to_decimal(&electorate.tree.root()))?;
        let call = ISemaphore::getMerkleTreeSizeCall { groupId: group };
        let size = self.chain.view_at(contract, at, call, block).await?;
        same("the group's size", size, &electorate.tree.size().to_string())?;
        Ok(electorate)
    }

    /// A group may be older than the DAO, so its events are searched from the first block.
    async fn group_events<E: SolEvent>(
        &self,
        at: Address,
        group: U256,
        last: u64,
    ) -> Result<Vec<Found<E>>, ChainError> {
        self.chain.events_until::<E>(at, 0, last, Some(group.into())).await
    }
}

fn admitted<E>(found: &Found<E>, nth: usize, index: U256, commitment: U256) -> Result<Placed, ChainError> {
    Ok(((found.block, found.index, nth), Change::Admitted(member(index, commitment)?)))
}

fn member(index: U256, commitment: U256) -> Result<AdmittedMember, ChainError> {
    let commitment = to_field("a group's member", commitment)?;
    Ok(AdmittedMember { index: place(index)?, commitment, weight: 1, leaf: commitment, removed: false })
}

fn place(index: U256) -> Result<u64, ChainError> {
    u64::try_from(index).map_err(|_| bad_answer("a group's event", format!("the index {index}")))
}
