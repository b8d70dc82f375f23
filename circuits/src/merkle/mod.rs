//! LeanIMT, the tree of Semaphore v4: parent = H_2(left, right), or left itself where there is no right child.
//!
//! Source: the LeanIMT paper of Privacy & Scaling Explorations; checked against @zk-kit/lean-imt and @semaphore-protocol/group.

pub mod gadget;

use crate::Fr;
use crate::poseidon::hash;
use ark_ff::AdditiveGroup;

/// Why a leaf or position is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MerkleError {
    /// A leaf of 0 stands for "removed" and cannot be inserted.
    #[error("a leaf cannot be 0")]
    ZeroLeaf,
    /// No such position.
    #[error("there is no leaf at position {index}: the tree has {size}")]
    NoLeaf {
        /// Position asked for.
        index: u64,
        /// Number of leaves.
        size: u64,
    },
}

/// The path from a leaf to the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerkleProof {
    /// Position of the leaf.
    pub index: u64,
    /// One entry a level, from the leaves up; `None` where the node rises without a sibling.
    pub siblings: Vec<Option<Fr>>,
}

impl MerkleProof {
    /// The root that this path gives to `leaf`.
    pub fn root(&self, leaf: Fr) -> Fr {
        self.siblings.iter().enumerate().fold(leaf, |node, (level, sibling)| match sibling {
            None => node,
            Some(sibling) if self.index >> level & 1 == 1 => hash(&[*sibling, node]),
            Some(sibling) => hash(&[node, *sibling]),
        })
    }
}

/// The whole tree in memory, all levels.
#[derive(Clone, Debug)]
pub struct LeanImt {
    levels: Vec<Vec<Fr>>,
}

impl Default for LeanImt {
    fn default() -> Self {
        Self::new()
    }
}

impl LeanImt {
    /// A tree without leaves; its root is 0.
    pub fn new() -> Self {
        Self { levels: vec![Vec::new()] }
    }

    /// The tree of these leaves, in order; each level is hashed once.
    pub fn from_leaves(leaves: &[Fr]) -> Result<Self, MerkleError> {
        if leaves.contains(&Fr::ZERO) {
            return Err(MerkleError::ZeroLeaf);
        }
        let mut levels = vec![leaves.to_vec()];
        while let Some(level) = levels.last().filter(|level| level.len() > 1) {
            let parents = level.chunks(2).map(parent).collect();
            levels.push(parents);
        }
        Ok(Self { levels })
    }

    /// Appends a leaf.
    pub fn insert(&mut self, leaf: Fr) -> Result<(), MerkleError> {
        if leaf == Fr::ZERO {
            return Err(MerkleError::ZeroLeaf);
        }
        self.levels[0].push(leaf);
        let mut level = 0;
        while self.levels[level].len() > 1 {
            if self.levels.len() == level + 1 {
                self.levels.push(Vec::new());
            }
            let position = (self.levels[level].len() - 1) / 2;
            let node = parent(&self.levels[level][2 * position..]);
            self.levels[level + 1].truncate(position);
            self.levels[level + 1].push(node);
            level += 1;
        }
        Ok(())
    }

    /// The root; 0 for an empty tree.
    pub fn root(&self) -> Fr {
        self.levels.last().and_then(|level| level.first()).copied().unwrap_or(Fr::ZERO)
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.levels[0].len() as u64
    }

    /// Number of levels above the leaves.
    pub fn depth(&self) -> usize {
        self.levels.len() - 1
    }

    /// The leaves, in order.
    pub fn leaves(&self) -> &[Fr] {
        &self.levels[0]
    }

    /// The path of the leaf at `index`.
    pub fn proof(&self, index: u64) -> Result<MerkleProof, MerkleError> {
        if index >= self.size() {
            return Err(MerkleError::NoLeaf { index, size: self.size() });
        }
        let siblings = self.levels[..self.depth()]
            .iter()
            .enumerate()
            .map(|(level, nodes)| nodes.get(((index >> level) ^ 1) as usize).copied())
            .collect();
        Ok(MerkleProof { index, siblings })
    }
}

fn parent(children: &[Fr]) -> Fr {
    match children {
        [left, right] => hash(&[*left, *right]),
        _ => children[0],
    }
}
