//! Members read from events, their tree rebuilt and compared with the contract's.

mod group;
mod members;

use alloy::eips::BlockId;
use alloy::primitives::{B256, U256};
use tabella_circuits::Fr;
use tabella_circuits::field::to_decimal;
use tabella_circuits::merkle::{LeanImt, MerkleError};
use tabella_circuits::voting::electorate::Kind;

use super::Dao;
use crate::artifact::Contract;
use crate::bindings::{IElectorate, IPublishedElectorate};
use crate::chain::bad_answer;
use crate::error::ChainError;

/// How members come into an electorate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Admission {
    /// A registrar admits and removes them.
    Registrar,
    /// Addresses of a list prove that they are on it.
    Allowlist,
    /// Holders lock tokens.
    Token,
    /// They are those of a Semaphore group.
    Semaphore,
    /// They are on a list whose root is published.
    Published,
}

impl Admission {
    /// The contract of this kind.
    pub const fn contract(self) -> Contract {
        match self {
            Self::Registrar => Contract::Electorate,
            Self::Allowlist => Contract::AllowlistElectorate,
            Self::Token => Contract::TokenElectorate,
            Self::Semaphore => Contract::SemaphoreElectorate,
            Self::Published => Contract::PublishedElectorate,
        }
    }

    /// The word by which contracts, files and options call it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Registrar => "registrar",
            Self::Allowlist => "allowlist",
            Self::Token => "token",
            Self::Semaphore => "semaphore",
            Self::Published => "published",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Registrar, Self::Allowlist, Self::Token, Self::Semaphore, Self::Published]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// A member as admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmittedMember {
    /// Position of the leaf, from 0.
    pub index: u64,
    /// Semaphore v4 identity commitment.
    pub commitment: Fr,
    /// Votes in units, 1..2^32 - 1.
    pub weight: u32,
    /// The leaf in the tree; 0 stands there when the member is removed.
    pub leaf: Fr,
    /// Whether the member was removed.
    pub removed: bool,
}

/// A list of members as the registrar published it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedList {
    /// Root of its tree.
    pub root: U256,
    /// Number of members.
    pub size: U256,
    /// Sum of their weights.
    pub total_weight: U256,
    /// keccak256 of the CSV file.
    pub digest: B256,
    /// Where the file is said to be.
    pub uri: String,
}

/// What an event did to the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A leaf was appended.
    Admitted(AdmittedMember),
    /// 0 was put in a leaf's place.
    Removed(u64),
    /// Another member was put in a leaf's place.
    Replaced(AdmittedMember),
}

/// All members, whose tree has the contract's root.
#[derive(Debug, Clone)]
pub struct Electorate {
    /// In the order of admission, removed ones included.
    pub members: Vec<AdmittedMember>,
    /// The tree of their leaves.
    pub tree: LeanImt,
    /// Sum of the weights; in a Semaphore group of the leaves, removed ones included.
    pub total_weight: u64,
    /// Whether leaves carry weights.
    pub kind: Kind,
    changes: Vec<Change>,
}

impl Electorate {
    /// The tree that these changes make.
    pub(crate) fn build(kind: Kind, changes: Vec<Change>) -> Result<Self, ChainError> {
        let mut electorate = Self::replay(kind, &changes)?;
        electorate.changes = changes;
        Ok(electorate)
    }

    fn replay(kind: Kind, changes: &[Change]) -> Result<Self, ChainError> {
        let mut members: Vec<AdmittedMember> = Vec::new();
        for change in changes {
            match change {
                Change::Admitted(member) if member.index == members.len() as u64 => members.push(member.clone()),
                Change::Admitted(member) => {
                    return Err(bad_answer("members' events", format!("leaf {} is added out of turn", member.index)));
                }
                Change::Replaced(member) => *at(&mut members, member.index)? = member.clone(),
                Change::Removed(index) => at(&mut members, *index)?.removed = true,
            }
        }
        let leaves: Vec<Fr> = members.iter().map(|member| member.leaf).collect();
        let bad = |error: MerkleError| bad_answer("members' events", error.to_string());
        let mut tree = LeanImt::from_leaves(&leaves).map_err(bad)?;
        for member in members.iter().filter(|member| member.removed) {
            tree.remove(member.index).map_err(bad)?;
        }
        // Fewer than 2^32 members of weights below 2^32.
        let total_weight = members.iter().filter(|m| !m.removed).map(|m| u64::from(m.weight)).sum();
        Ok(Self { members, tree, total_weight, kind, changes: Vec::new() })
    }

    /// The member with this commitment.
    pub fn find(&self, commitment: &Fr) -> Option<&AdmittedMember> {
        self.members.iter().rev().find(|member| member.commitment == *commitment && !member.removed)
    }

    /// The electorate as it was when it had `size` leaves and the root `root`.
    ///
    /// # Errors
    /// It never was like that.
    pub fn at(&self, size: u64, root: &Fr) -> Result<Self, ChainError> {
        // The changes that leave `size` leaves: one admission, and what follows up to the next.
        let mut leaves = 0;
        let mut until = None;
        for (i, change) in self.changes.iter().enumerate() {
            if matches!(change, Change::Admitted(_)) {
                leaves += 1;
            }
            if leaves == size {
                until = Some(i + 1);
                break;
            }
        }
        let until = until.ok_or_else(|| bad_answer("members' events", format!("fewer than {size} members")))?;
        let rest = self.changes[until..].iter().take_while(|change| !matches!(change, Change::Admitted(_))).count();
        let mut nearest = String::new();
        for end in until..=until + rest {
            let then = Self::build(self.kind, self.changes[..end].to_vec())?;
            if then.tree.root() == *root {
                return Ok(then);
            }
            nearest = to_decimal(&then.tree.root());
        }
        Err(ChainError::Inconsistent { what: "the frozen root", chain: to_decimal(root), recomputed: nearest })
    }

    /// What a removal on the chain needs: the siblings of a leaf within the complete subtree that holds it.
    ///
    /// # Errors
    /// There is no leaf at `index`.
    pub fn removal_siblings(&self, index: u64) -> Result<Vec<Fr>, MerkleError> {
        let height = u64::BITS - 1 - (self.tree.size() ^ index).max(1).leading_zeros();
        let proof = self.tree.proof(index)?;
        Ok(proof.siblings.into_iter().take(height as usize).flatten().collect())
    }
}

fn at(members: &mut [AdmittedMember], index: u64) -> Result<&mut AdmittedMember, ChainError> {
    let place = usize::try_from(index).ok().and_then(|index| members.get_mut(index));
    place.ok_or_else(|| bad_answer("members' events", format!("leaf {index} is changed before it is there")))
}

impl Dao {
    /// How members come into the electorate.
    ///
    /// # Errors
    /// The contract names no kind that is known here, or the node's failures.
    pub async fn admission(&self) -> Result<Admission, ChainError> {
        let at = self.deployment.contracts.electorate;
        let word = self.chain.view(Contract::Electorate, at, IElectorate::kindCall {}).await?;
        Admission::from_word(&word).ok_or_else(|| bad_answer("kind", format!("`{word}` is not known here")))
    }

    /// All members now, compared with the contract's root, size and total weight.
    ///
    /// # Errors
    /// `Inconsistent` where they differ, `ListNotOnChain` where only a root is published, or the node's failures.
    pub async fn electorate(&self) -> Result<Electorate, ChainError> {
        let last = self.chain.latest().await?.block;
        match self.admission().await? {
            Admission::Registrar | Admission::Allowlist | Admission::Token => self.members_until(last).await,
            Admission::Semaphore => self.group_until(last).await,
            Admission::Published => Err(ChainError::ListNotOnChain),
        }
    }

    /// The contract's root, size and total weight at a block.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn roots_at(&self, block: BlockId) -> Result<(U256, U256, U256), ChainError> {
        let (chain, at) = (&self.chain, self.deployment.contracts.electorate);
        let root = chain.view_at(Contract::Electorate, at, IElectorate::rootCall {}, block).await?;
        let size = chain.view_at(Contract::Electorate, at, IElectorate::sizeCall {}, block).await?;
        let weight = chain.view_at(Contract::Electorate, at, IElectorate::totalWeightCall {}, block).await?;
        Ok((root, size, weight))
    }

    /// The list that was published last, if there is one.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn published(&self) -> Result<Option<PublishedList>, ChainError> {
        let (at, from) = (self.deployment.contracts.electorate, self.deployment.block);
        let events = self.chain.events::<IPublishedElectorate::ElectoratePublished>(at, from, None).await?;
        Ok(events.into_iter().last().map(|found| PublishedList {
            root: found.event.root,
            size: found.event.size,
            total_weight: found.event.totalWeight,
            digest: found.event.digest,
            uri: found.event.uri,
        }))
    }

    fn leaf_kind(&self) -> Kind {
        if self.deployment.weighted { Kind::Weighted } else { Kind::Plain }
    }
}

/// Compares a contract's word with a recomputed decimal number.
pub(super) fn same(what: &'static str, chain: U256, recomputed: &str) -> Result<(), ChainError> {
    let chain = chain.to_string();
    if chain == recomputed {
        return Ok(());
    }
    Err(ChainError::Inconsistent { what, chain, recomputed: recomputed.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(index: u64) -> AdmittedMember {
        let commitment = Fr::from(index + 100);
        AdmittedMember { index, commitment, weight: 1, leaf: commitment, removed: false }
    }

    #[test]
    fn every_state_between_two_admissions_is_found_by_its_root() {
        let mut changes: Vec<Change> = (0..5).map(|i| Change::Admitted(member(i))).collect();
        changes.insert(3, Change::Removed(0));
        changes.insert(4, Change::Removed(2));
        changes.push(Change::Removed(4));
        let all = Electorate::build(Kind::Plain, changes.clone()).expect("they fit");
        assert_eq!((all.tree.size(), all.total_weight), (5, 2));
        assert!(all.find(&member(0).commitment).is_none() && all.find(&member(1).commitment).is_some());
        for end in 1..=changes.len() {
            let then = Electorate::build(Kind::Plain, changes[..end].to_vec()).expect("they fit");
            let found = all.at(then.tree.size(), &then.tree.root()).expect("it was like that");
            assert_eq!((found.members, found.total_weight), (then.members, then.total_weight));
        }
        assert!(matches!(all.at(3, &Fr::from(1_u64)), Err(ChainError::Inconsistent { .. })));
        assert!(matches!(all.at(6, &all.tree.root()), Err(ChainError::BadAnswer { .. })));
        assert!(Electorate::build(Kind::Plain, vec![Change::Removed(0)]).is_err());
        assert!(Electorate::build(Kind::Plain, vec![Change::Admitted(member(1))]).is_err());
    }

    #[test]
    fn siblings_of_a_removal_end_at_the_complete_subtree() {
        let all =
            Electorate::build(Kind::Plain, (0..13).map(|i| Change::Admitted(member(i))).collect()).expect("they fit");
        let heights: Vec<usize> = (0..13).map(|i| all.removal_siblings(i).expect("it is there").len()).collect();
        assert_eq!(heights, [3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 0]);
        assert!(all.removal_siblings(13).is_err());
    }
}
