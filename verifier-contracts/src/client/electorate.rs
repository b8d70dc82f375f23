//! Members read from events, their tree rebuilt and compared with the contract's.

use alloy::eips::BlockId;
use alloy::primitives::U256;
use tabella_circuits::Fr;
use tabella_circuits::field::to_decimal;
use tabella_circuits::merkle::LeanImt;
use tabella_circuits::voting::electorate::{Kind, leaf};

use super::{Dao, to_field};
use crate::artifact::Contract;
use crate::bindings::IElectorate;
use crate::chain::{Found, bad_answer};
use crate::error::ChainError;

/// A member as admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmittedMember {
    /// Position of the leaf, from 0.
    pub index: u64,
    /// Semaphore v4 identity commitment.
    pub commitment: Fr,
    /// Votes in units, 1..2^32 - 1.
    pub weight: u32,
    /// The leaf in the tree.
    pub leaf: Fr,
}

/// All members, whose tree has the contract's root.
#[derive(Debug, Clone)]
pub struct Electorate {
    /// In the order of admission.
    pub members: Vec<AdmittedMember>,
    /// The tree of their leaves.
    pub tree: LeanImt,
    /// Sum of the weights.
    pub total_weight: u64,
    /// Whether leaves carry weights.
    pub kind: Kind,
}

impl Electorate {
    /// The member with this commitment.
    pub fn find(&self, commitment: &Fr) -> Option<&AdmittedMember> {
        self.members.iter().find(|member| member.commitment == *commitment)
    }

    /// The electorate as it was when it had `size` members: leaves are only ever appended.
    ///
    /// # Errors
    /// There are fewer members than that.
    pub fn first(&self, size: u64) -> Result<Self, ChainError> {
        let count = usize::try_from(size).ok().filter(|&count| count <= self.members.len());
        let count = count.ok_or_else(|| bad_answer("MemberAdmitted", format!("fewer than {size} members")))?;
        build(self.members[..count].to_vec(), self.kind)
    }
}

impl Dao {
    /// All members now, compared with the contract's root, size and total weight.
    ///
    /// # Errors
    /// `Inconsistent` where they differ, or the node's failures.
    pub async fn electorate(&self) -> Result<Electorate, ChainError> {
        let electorate = self.electorate_from_events().await?;
        let (chain, at) = (&self.chain, self.deployment.contracts.electorate);
        let block = BlockId::number(electorate.1);
        let root = chain.view_at(Contract::Electorate, at, IElectorate::rootCall {}, block).await?;
        let size = chain.view_at(Contract::Electorate, at, IElectorate::sizeCall {}, block).await?;
        let weight = chain.view_at(Contract::Electorate, at, IElectorate::totalWeightCall {}, block).await?;
        let electorate = electorate.0;
        same("the electorate's root", root, &to_decimal(&electorate.tree.root()))?;
        same("the electorate's size", size, &electorate.tree.size().to_string())?;
        same("the electorate's total weight", weight, &electorate.total_weight.to_string())?;
        Ok(electorate)
    }

    async fn electorate_from_events(&self) -> Result<(Electorate, u64), ChainError> {
        let last = self.chain.latest().await?.block;
        let at = self.deployment.contracts.electorate;
        let events =
            self.chain.events_until::<IElectorate::MemberAdmitted>(at, self.deployment.block, last, None).await?;
        let kind = if self.deployment.weighted { Kind::Weighted } else { Kind::Plain };
        let members = events.iter().enumerate().map(|(i, found)| member(i, found, kind)).collect::<Result<_, _>>()?;
        Ok((build(members, kind)?, last))
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
    Ok(AdmittedMember { index: position as u64, commitment, weight, leaf })
}

fn build(members: Vec<AdmittedMember>, kind: Kind) -> Result<Electorate, ChainError> {
    let leaves: Vec<Fr> = members.iter().map(|member| member.leaf).collect();
    let tree = LeanImt::from_leaves(&leaves).map_err(|error| bad_answer("MemberAdmitted", error.to_string()))?;
    // Fewer than 2^32 members of weights below 2^32.
    let total_weight = members.iter().map(|member| u64::from(member.weight)).sum();
    Ok(Electorate { members, tree, total_weight, kind })
}

/// Compares a contract's word with a recomputed decimal number.
pub(super) fn same(what: &'static str, chain: U256, recomputed: &str) -> Result<(), ChainError> {
    let chain = chain.to_string();
    if chain == recomputed {
        return Ok(());
    }
    Err(ChainError::Inconsistent { what, chain, recomputed: recomputed.to_owned() })
}
