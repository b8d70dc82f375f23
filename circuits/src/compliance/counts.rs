//! Counts by attribute, group, label and prediction, and what a shard commits to of them.

use super::domain;
use super::record::Record;
use super::schema::{ATTRIBUTES, GROUPS};
use crate::Fr;
use crate::poseidon::hash_words;
use ark_ff::AdditiveGroup;
use std::sync::LazyLock;
use zeroize::Zeroize;

/// Cells: 4 attributes of 16 groups, each by label and prediction.
pub const CELLS: usize = 4 * ATTRIBUTES * GROUPS;
/// Cells in one word.
pub const CELLS_PER_WORD: usize = 10;
/// Bits of a cell in its word, and of every total.
pub const COUNT_BITS: usize = 24;
/// Words of the counts.
pub const COUNT_WORDS: usize = CELLS.div_ceil(CELLS_PER_WORD);

/// The first input of a counts' commitment.
pub static COUNTS_DOMAIN: LazyLock<Fr> = LazyLock::new(|| domain("tabella.counts.v1"));

/// EMPTY: the commitment to counts of nothing with blinding 0, in the verdict's unused places.
pub static EMPTY: LazyLock<Fr> = LazyLock::new(|| Counts::default().commitment(Fr::ZERO));

/// The cell of (attribute, group, label, prediction): 4·(16 a + g) + 2·label + y. Below 256 for an attribute below 4 and a code below 16.
pub const fn cell(attribute: usize, code: u8, label: bool, prediction: bool) -> usize {
    4 * (GROUPS * attribute + code as usize) + 2 * label as usize + prediction as usize
}

/// Numbers of valid records, by [`cell`].
#[derive(Clone, Debug, PartialEq, Eq, Zeroize)]
pub struct Counts(pub [u64; CELLS]);

impl Default for Counts {
    fn default() -> Self {
        Self([0; CELLS])
    }
}

impl Counts {
    /// Counts these records with these predictions; padding counts nothing. A code of 16 or more has no cell and is left out.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>, predictions: impl IntoIterator<Item = bool>) -> Self {
        let mut counts = Self::default();
        for (record, prediction) in records.into_iter().zip(predictions).filter(|(record, _)| record.valid) {
            for (attribute, code) in
                record.codes.into_iter().enumerate().filter(|(_, code)| usize::from(*code) < GROUPS)
            {
                counts.0[cell(attribute, code, record.label, prediction)] += 1;
            }
        }
        counts
    }

    /// The sum, cell by cell; a cell that would pass 2^64 stays at its end.
    pub fn add(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i].saturating_add(other.0[i])))
    }

    /// The 26 words: cells 10 j .. 10 j + 9 in 24 bits each, lowest first. Unique while every cell is below 2^24.
    pub fn words(&self) -> [Fr; COUNT_WORDS] {
        let shift = Fr::from(1u64 << COUNT_BITS);
        let mut cells = self.0.chunks(CELLS_PER_WORD);
        std::array::from_fn(|_| {
            let word = cells.next().unwrap_or_default();
            word.iter().rev().fold(Fr::ZERO, |sum, count| sum * shift + Fr::from(*count))
        })
    }

    /// C = H*(COUNTS_DOMAIN, 26 words, blinding).
    pub fn commitment(&self, blinding: Fr) -> Fr {
        let words: Vec<Fr> = [*COUNTS_DOMAIN].into_iter().chain(self.words()).chain([blinding]).collect();
        hash_words(&words)
    }

    /// How many records were counted: each has one group in attribute 0.
    pub fn rows(&self) -> u64 {
        self.0[..4 * GROUPS].iter().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::tests::any_record;
    use super::*;
    use ark_ff::Field;
    use proptest::prelude::*;

    #[test]
    fn every_cell_has_one_place() {
        let mut seen = [false; CELLS];
        for a in 0..ATTRIBUTES {
            for g in 0..GROUPS as u8 {
                for (label, y) in [(false, false), (false, true), (true, false), (true, true)] {
                    assert!(!std::mem::replace(&mut seen[cell(a, g, label, y)], true));
                }
            }
        }
        assert!(seen.iter().all(|seen| *seen));
        assert_eq!(cell(1, 2, true, false), 4 * 18 + 2);
    }

    #[test]
    fn words_are_the_pages() {
        let mut counts = Counts::default();
        (counts.0[0], counts.0[13], counts.0[255]) = (7, 5, (1 << 24) - 1);
        let words = counts.words();
        assert_eq!(words[0], Fr::from(7u64));
        assert_eq!(words[1], Fr::from(5u64) * Fr::from(2u64).pow([72u64]));
        assert_eq!(words[25], Fr::from((1u64 << 24) - 1) * Fr::from(2u64).pow([120u64]));
        assert!(words[2..25].iter().all(|word| *word == Fr::ZERO));
        assert_eq!(*EMPTY, Counts::of([], []).commitment(Fr::ZERO));
        assert_ne!(counts.commitment(Fr::ZERO), *EMPTY);
        assert_ne!(Counts::default().commitment(Fr::ONE), *EMPTY);
    }

    proptest! {
        #[test]
        fn shards_sum_to_the_whole(rows in prop::collection::vec((any_record(), any::<bool>()), 0..40), cut in 0usize..40) {
            let count = |rows: &[(Record, bool)]| Counts::of(rows.iter().map(|r| &r.0), rows.iter().map(|r| r.1));
            let (head, tail) = rows.split_at(cut.min(rows.len()));
            let whole = count(&rows);
            prop_assert_eq!(count(head).add(&count(tail)), whole.clone());
            prop_assert_eq!(whole.rows(), rows.len() as u64);
            prop_assert_eq!(whole.0.iter().sum::<u64>(), 4 * rows.len() as u64);
            for (record, y) in &rows {
                let n = rows.iter().filter(|(r, p)| (r.codes[3], r.label, p) == (record.codes[3], record.label, y)).count();
                prop_assert_eq!(whole.0[cell(3, record.codes[3], record.label, *y)], n as u64);
            }
            let padding: Vec<Record> = rows.iter().map(|(r, _)| Record::padding(r.salt)).collect();
            prop_assert_eq!(Counts::of(&padding, rows.iter().map(|r| r.1)), Counts::default());
        }
    }
}
