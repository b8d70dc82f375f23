//! A LeanIMT path whose shape is fixed by (index, size), so that a leaf can only be opened at the level of the leaves.

use crate::Fr;
use crate::poseidon::gadget::hash;
use crate::r1cs::{Builder, Num};
use crate::range;
use ark_ff::{AdditiveGroup, Field};
use ark_relations::gr1cs::SynthesisError;

/// The root of the tree of `size` leaves whose leaf at the witnessed position is `leaf`.
///
/// `siblings` has one entry for each of the D levels, 0 where the tree has none. Enforces 1 <= size <= 2^D and
/// index < size.
pub fn root(
    builder: &mut Builder<'_>,
    leaf: &Num,
    size: &Num,
    index: u64,
    siblings: &[Fr],
) -> Result<Num, SynthesisError> {
    let depth = siblings.len();
    let index = range::allocate_bits(builder, ark_ff::BigInt::from(index), depth)?;
    let last = range::bits(builder, &size.plus(-Fr::ONE), depth)?;
    let alone = risers(builder, &index, &last)?;
    let mut node = leaf.clone();
    for ((sibling, side), alone) in siblings.iter().zip(&index).zip(&alone) {
        let sibling = builder.witness(*sibling)?;
        // Unused, but not free: an assignment is then the only one of its statement.
        builder.enforce(alone, &sibling, &Num::zero())?;
        let swapped = builder.mul(side, &sibling.sub(&node))?;
        let parent = hash(builder, &[node.add(&swapped), sibling.sub(&swapped)])?;
        node = builder.select(alone, &node, &parent)?;
    }
    Ok(node)
}

/// For each level: 1 where the node is the level's last and even, so that it has no sibling. Enforces index <= last.
fn risers(builder: &mut Builder<'_>, index: &[Num], last: &[Num]) -> Result<Vec<Num>, SynthesisError> {
    let mut equal = Num::one();
    let mut alone = Vec::with_capacity(index.len());
    for (i, m) in index.iter().zip(last).rev() {
        let both = builder.mul(i, m)?;
        // While all higher bits agree, index must not have a 1 where last has a 0.
        builder.enforce(&equal, &i.sub(&both), &Num::zero())?;
        let differ = builder.mul(&equal, &m.sub(&both))?;
        equal = equal.sub(&differ);
        alone.push(builder.mul(&equal, &m.not())?);
    }
    alone.reverse();
    Ok(alone)
}

/// The siblings of a native proof, padded to `depth` levels.
pub fn padded(siblings: &[Option<Fr>], depth: usize) -> Vec<Fr> {
    let mut all: Vec<Fr> = siblings.iter().map(|s| s.unwrap_or(Fr::ZERO)).collect();
    all.resize(depth, Fr::ZERO);
    all
}

/// The largest number of leaves of a tree of `depth` levels.
pub fn capacity(depth: usize) -> u64 {
    1 << depth
}
