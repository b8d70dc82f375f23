//! The tree of a list, hashed on all cores.

use tabella_circuits::Fr;
use tabella_circuits::field::to_decimal;
use tabella_circuits::poseidon::hash;
use tabella_circuits::voting::electorate::{Kind, LeafError, leaf};
use thiserror::Error;

use super::Row;

/// Totals stay below this, so that a tally is found.
const TOTAL_WEIGHT_BOUND: u64 = 1 << 40;
/// Hashes that are worth a thread.
const CHUNK: usize = 512;

/// A list of which no electorate can be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RosterError {
    /// A row's weight does not fit the electorate's kind.
    #[error("row {row}: {source}")]
    Leaf {
        /// Counted from 1, without the header.
        row: usize,
        /// What is wrong.
        #[source]
        source: LeafError,
    },
    /// The weights add up to 2^40 or more.
    #[error("the weights add up to {0}, which must stay below 2^40")]
    TotalWeight(u64),
}

/// All nodes of the LeanIMT over a list's rows, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberTree {
    /// Whether leaves carry weights.
    pub kind: Kind,
    /// The list.
    pub rows: Vec<Row>,
    /// Sum of the weights, below 2^40.
    pub total_weight: u64,
    /// Level 0 are the leaves, the last level is the root.
    pub levels: Vec<Vec<Fr>>,
}

impl MemberTree {
    /// Hashes the whole tree: about two hashes a row.
    ///
    /// # Errors
    /// A weight that does not fit the kind, or too large a sum.
    pub fn new(kind: Kind, rows: Vec<Row>) -> Result<Self, RosterError> {
        // At most 2^20 rows of weights below 2^32.
        let total_weight = rows.iter().map(|row| u64::from(row.weight)).sum();
        if total_weight >= TOTAL_WEIGHT_BOUND {
            return Err(RosterError::TotalWeight(total_weight));
        }
        let leaves: Vec<Result<Fr, LeafError>> = parallel(&rows, 1, |row| leaf(kind, row[0].commitment, row[0].weight));
        let leaves = leaves
            .into_iter()
            .enumerate()
            .map(|(i, leaf)| leaf.map_err(|source| RosterError::Leaf { row: i + 1, source }))
            .collect::<Result<Vec<_>, _>>()?;
        let mut levels = vec![leaves];
        while let Some(level) = levels.last().filter(|level| level.len() > 1) {
            let next = parallel(level, 2, |children| match children {
                [left, right] => hash(&[*left, *right]),
                _ => children[0],
            });
            levels.push(next);
        }
        Ok(Self { kind, rows, total_weight, levels })
    }

    /// The root; 0 of an empty list.
    pub fn root(&self) -> Fr {
        self.levels.last().and_then(|level| level.first()).copied().unwrap_or_default()
    }

    /// The root as a decimal number.
    pub fn root_decimal(&self) -> String {
        to_decimal(&self.root())
    }
}

/// Maps groups of `size` items, in order, on as many threads as there are cores.
fn parallel<T: Sync, U: Send>(items: &[T], size: usize, map: impl Fn(&[T]) -> U + Sync) -> Vec<U> {
    let groups = items.len().div_ceil(size);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(groups.div_ceil(CHUNK)).max(1);
    let part = groups.div_ceil(threads).max(1) * size;
    std::thread::scope(|scope| {
        let map = &map;
        let workers: Vec<_> = items
            .chunks(part)
            .map(|part| scope.spawn(move || part.chunks(size).map(map).collect::<Vec<U>>()))
            .collect();
        // A worker's panic is this thread's, as if there were one.
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|e| std::panic::resume_unwind(e))).collect()
    })
}

#[cfg(test)]
mod tests {
    use tabella_circuits::merkle::LeanImt;

    use super::*;

    #[test]
    fn the_tree_is_the_lean_imt_of_the_leaves() {
        for (kind, weight) in [(Kind::Plain, 1), (Kind::Weighted, 7)] {
            for size in (1..40).chain([1023, 1024, 2049]) {
                let rows: Vec<Row> = (1..=size).map(|i| Row { commitment: Fr::from(i), weight }).collect();
                let tree = MemberTree::new(kind, rows.clone()).expect("it can be made");
                let leaves: Vec<Fr> =
                    rows.iter().map(|r| leaf(kind, r.commitment, r.weight).expect("a leaf")).collect();
                assert_eq!(tree.levels[0], leaves);
                assert_eq!(tree.root(), LeanImt::from_leaves(&leaves).expect("a tree").root(), "{size}");
                assert_eq!(tree.total_weight, size * u64::from(weight));
            }
        }
    }

    #[test]
    fn weights_that_do_not_fit_are_refused() {
        let row = |weight| Row { commitment: Fr::from(5_u64), weight };
        let plain = MemberTree::new(Kind::Plain, vec![row(1), row(2)]);
        assert!(matches!(plain, Err(RosterError::Leaf { row: 2, .. })));
        let much = MemberTree::new(Kind::Weighted, vec![row(u32::MAX); 257]);
        assert_eq!(much, Err(RosterError::TotalWeight(257 * u64::from(u32::MAX))));
    }
}
