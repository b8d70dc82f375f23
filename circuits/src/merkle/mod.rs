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

    /// Puts 0 in the place of a leaf, as a Semaphore group does for a removed member. The size stays.
    ///
    /// # Errors
    /// There is no leaf at `index`.
    pub fn remove(&mut self, index: u64) -> Result<(), MerkleError> {
        if index >= self.size() {
            return Err(MerkleError::NoLeaf { index, size: self.size() });
        }
        let mut position = index as usize;
        self.levels[0][position] = Fr::ZERO;
        for level in 0..self.depth() {
            position /= 2;
            let below = &self.levels[level];
            let node = parent(&below[2 * position..below.len().min(2 * position + 2)]);
            self.levels[level + 1][position] = node;
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

#[cfg(test)]
mod tests {
    use super::gadget::{padded, root};
    use super::*;
    use crate::field::parse;
    use crate::testing::run;
    use proptest::prelude::*;

    fn leaves(count: u64) -> Vec<Fr> {
        (1..=count).map(|i| hash(&[Fr::from(i)])).collect()
    }

    /// Whether the circuit accepts `leaf` at `index` of a tree of `size` leaves with this root.
    fn accepts(leaf: Fr, size: u64, index: u64, siblings: &[Fr], expected: Fr) -> bool {
        run(|b| {
            let (leaf, size) = (b.witness(leaf)?, b.witness(Fr::from(size))?);
            let reached = root(b, &leaf, &size, index, siblings)?;
            b.equal(&reached, &crate::r1cs::Num::constant(expected))
        })
        .unsatisfied
        .is_empty()
    }

    #[test]
    fn equals_zk_kit_and_semaphore() {
        let text = include_str!("../../vectors/lean-imt.json");
        let vectors: serde_json::Value = serde_json::from_str(text).unwrap();
        let word = |v: &serde_json::Value| parse(v.as_str().unwrap()).unwrap();
        let leaves: Vec<Fr> = vectors["leaves"].as_array().unwrap().iter().map(word).collect();
        for case in vectors["trees"].as_array().unwrap() {
            let size = case["size"].as_u64().unwrap() as usize;
            let tree = LeanImt::from_leaves(&leaves[..size]).unwrap();
            assert_eq!(tree.root(), word(&case["root"]), "{size} leaves");
            assert_eq!(tree.depth() as u64, case["depth"].as_u64().unwrap());
            for theirs in case["proofs"].as_array().unwrap() {
                let ours = tree.proof(theirs["position"].as_u64().unwrap()).unwrap();
                let siblings: Vec<Fr> = theirs["siblings"].as_array().unwrap().iter().map(word).collect();
                assert_eq!(ours.siblings.into_iter().flatten().collect::<Vec<_>>(), siblings);
            }
        }
    }

    #[test]
    fn one_by_one_equals_all_at_once() {
        let mut tree = LeanImt::new();
        assert_eq!((tree.root(), tree.size()), (Fr::ZERO, 0));
        for size in 1..=33u64 {
            tree.insert(leaves(size)[size as usize - 1]).unwrap();
            let whole = LeanImt::from_leaves(&leaves(size)).unwrap();
            assert_eq!(tree.levels, whole.levels);
            for index in 0..size {
                assert_eq!(tree.proof(index).unwrap().root(leaves(size)[index as usize]), tree.root());
            }
            assert_eq!(tree.proof(size), Err(MerkleError::NoLeaf { index: size, size }));
        }
        assert_eq!(tree.insert(Fr::ZERO), Err(MerkleError::ZeroLeaf));
    }

    #[test]
    fn a_removed_leaf_is_a_zero_in_its_place() {
        for size in 1..=17u64 {
            for index in 0..size {
                let mut tree = LeanImt::from_leaves(&leaves(size)).unwrap();
                tree.remove(index).unwrap();
                let mut changed = leaves(size);
                changed[index as usize] = Fr::ZERO;
                let mut levels = vec![changed];
                while let Some(level) = levels.last().filter(|level| level.len() > 1) {
                    levels.push(level.chunks(2).map(parent).collect());
                }
                assert_eq!(tree.levels, levels);
                assert_eq!(tree.remove(size), Err(MerkleError::NoLeaf { index: size, size }));
                // Going on is as if the zero had always been there.
                tree.insert(Fr::from(7u64)).unwrap();
                assert_eq!(tree.proof(size).unwrap().root(Fr::from(7u64)), tree.root());
            }
        }
    }

    #[test]
    fn the_circuit_accepts_each_leaf_at_its_place_only() {
        for size in 1..=9u64 {
            let tree = LeanImt::from_leaves(&leaves(size)).unwrap();
            for index in 0..size {
                let proof = tree.proof(index).unwrap();
                let (leaf, siblings) = (tree.leaves()[index as usize], padded(&proof.siblings, 5));
                assert!(accepts(leaf, size, index, &siblings, tree.root()), "{index} of {size}");
                for other in (0..32).filter(|other| *other != index) {
                    assert!(!accepts(leaf, size, other, &siblings, tree.root()), "{index} of {size} as {other}");
                }
                assert!(!accepts(leaf + Fr::from(1u64), size, index, &siblings, tree.root()));
            }
            // Size 0 and a size over the capacity have no witness.
            let siblings = padded(&tree.proof(0).unwrap().siblings, 5);
            assert!(!accepts(tree.leaves()[0], 0, 0, &siblings, tree.root()));
            assert!(!accepts(tree.leaves()[0], 33, 0, &siblings, tree.root()));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::testing::cases(16)))]
        #[test]
        fn gadget_equals_twin(size in 1u64..200, pick in any::<u64>()) {
            let tree = LeanImt::from_leaves(&leaves(size)).unwrap();
            let index = pick % size;
            let siblings = padded(&tree.proof(index).unwrap().siblings, 20);
            prop_assert!(accepts(tree.leaves()[index as usize], size, index, &siblings, tree.root()));
        }
    }
}
