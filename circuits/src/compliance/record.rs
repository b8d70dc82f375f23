//! A record: raw features, label, group codes, and a salt.

use super::schema::{ATTRIBUTES, GROUPS};
use crate::Fr;
use std::fmt;
use zeroize::Zeroize;

/// Lanes of a record.
pub const LANES: usize = 24;
/// The leading lanes that have 16 bits.
pub const WIDE: usize = 8;
/// The last lane of a record's first word is the one before this.
const FIRST_WORD: usize = 22;

/// The bits of a lane: 16 for the first eight, 8 for the others.
pub const fn lane_bits(lane: usize) -> usize {
    if lane < WIDE { 16 } else { 8 }
}

/// A value that has no place in a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// More bits than the lane has.
    #[error("lane {lane} holds {value}, more than {}: a wider number takes two lanes or one of lanes 0 to 7", (1u32 << lane_bits(*lane)) - 1)]
    Lane {
        /// The lane.
        lane: usize,
        /// Its value.
        value: u16,
    },
    /// More than four bits.
    #[error("attribute {attribute} has the code {code}: an attribute has at most {GROUPS} groups, 0 to 15")]
    Code {
        /// The attribute.
        attribute: usize,
        /// Its code.
        code: u8,
    },
    /// Padding with something in it.
    #[error("a padding record holds something: every field but the salt is 0")]
    Padding,
}

/// One person or case of an audit data set, or padding.
#[derive(Clone, PartialEq, Eq, Zeroize)]
pub struct Record {
    /// Raw features, [`lane_bits`] each.
    pub lanes: [u16; LANES],
    /// Whether the positive outcome happened.
    pub label: bool,
    /// False for padding, which counts nothing.
    pub valid: bool,
    /// The group in each attribute, below 16.
    pub codes: [u8; ATTRIBUTES],
    /// Uniform in Fr: what makes the digest hiding.
    pub salt: Fr,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Record(..)")
    }
}

impl Record {
    /// A valid record.
    ///
    /// # Errors
    /// [`RecordError`] for a value without a place.
    pub fn new(lanes: [u16; LANES], label: bool, codes: [u8; ATTRIBUTES], salt: Fr) -> Result<Self, RecordError> {
        let record = Self { lanes, label, valid: true, codes, salt };
        record.check().map(|()| record)
    }

    /// Padding: 0 in every field but the salt.
    pub fn padding(salt: Fr) -> Self {
        Self { lanes: [0; LANES], label: false, valid: false, codes: [0; ATTRIBUTES], salt }
    }

    /// Whether every value has its place, and padding is 0.
    ///
    /// # Errors
    /// [`RecordError`] for the first that has none.
    pub fn check(&self) -> Result<(), RecordError> {
        self.check_ranges()?;
        if !self.valid && *self != Self::padding(self.salt) {
            return Err(RecordError::Padding);
        }
        Ok(())
    }

    /// Whether every value has its place: what the circuit asks. That padding is 0 is what an auditor sees.
    ///
    /// # Errors
    /// [`RecordError`] for the first that has none.
    pub fn check_ranges(&self) -> Result<(), RecordError> {
        if let Some((lane, value)) =
            self.lanes.iter().copied().enumerate().find(|(i, x)| u32::from(*x) >> lane_bits(*i) != 0)
        {
            return Err(RecordError::Lane { lane, value });
        }
        if let Some((attribute, code)) =
            self.codes.iter().copied().enumerate().find(|(_, code)| usize::from(*code) >= GROUPS)
        {
            return Err(RecordError::Code { attribute, code });
        }
        Ok(())
    }

    /// The three words that a shard's digest hashes. Words of records that [`Record::check`] accepts are equal only for equal records.
    pub fn words(&self) -> [Fr; 3] {
        let mut first = [0u64; 4];
        let mut second = 0u64;
        for (lane, value) in self.lanes.iter().enumerate() {
            let at = lane_shift(lane);
            if lane < FIRST_WORD {
                first[at / 64] |= u64::from(*value) << (at % 64);
            } else {
                second |= u64::from(*value) << at;
            }
        }
        second |= u64::from(self.label) << LABEL_BIT | u64::from(self.valid) << VALID_BIT;
        for (attribute, code) in self.codes.iter().enumerate() {
            second |= u64::from(*code) << code_shift(attribute);
        }
        [Fr::from(ark_ff::BigInt(first)), Fr::from(second), self.salt]
    }
}

/// The label's place in the second word.
pub(crate) const LABEL_BIT: usize = 16;
/// The validity's place in the second word.
pub(crate) const VALID_BIT: usize = 17;

/// An attribute's code's place in the second word.
pub(crate) const fn code_shift(attribute: usize) -> usize {
    18 + 4 * attribute
}

/// A lane's place in its word: lanes 0 to 21 in the first, 22 and 23 in the second.
pub(crate) const fn lane_shift(lane: usize) -> usize {
    match lane {
        0..WIDE => 16 * lane,
        WIDE..FIRST_WORD => 128 + 8 * (lane - WIDE),
        _ => 8 * (lane - FIRST_WORD),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use ark_ff::{AdditiveGroup, Field};
    use proptest::prelude::*;

    prop_compose! {
        /// Any valid record.
        pub(crate) fn any_record()(
            mut lanes: [u16; LANES],
            label: bool,
            codes in [0u8..16, 0u8..16, 0u8..16, 0u8..16],
            salt: u64,
        ) -> Record {
            lanes[WIDE..].iter_mut().for_each(|x| *x &= 0xff);
            Record::new(lanes, label, codes, -Fr::from(salt)).unwrap()
        }
    }

    /// The page's sums, term by term.
    fn by_the_page(record: &Record) -> [Fr; 3] {
        let two = Fr::from(2u64);
        let x = |i: usize| Fr::from(record.lanes[i]);
        let mut first = Fr::ZERO;
        for i in 0..8u64 {
            first += x(i as usize) * two.pow([16 * i]);
        }
        for j in 0..14u64 {
            first += x(8 + j as usize) * two.pow([128 + 8 * j]);
        }
        let mut second = x(22) + x(23) * two.pow([8u64]);
        second += Fr::from(record.label) * two.pow([16u64]) + Fr::from(record.valid) * two.pow([17u64]);
        for (a, code) in record.codes.iter().enumerate() {
            second += Fr::from(*code) * two.pow([18 + 4 * a as u64]);
        }
        [first, second, record.salt]
    }

    proptest! {
        #[test]
        fn words_are_the_pages(record in any_record()) {
            prop_assert_eq!(record.words(), by_the_page(&record));
            prop_assert_eq!(Record::padding(record.salt).words(), [Fr::ZERO, Fr::ZERO, record.salt]);
        }

        #[test]
        fn every_field_is_in_the_words(record in any_record(), lane in 0..LANES, attribute in 0..ATTRIBUTES) {
            let mut others = vec![record.clone(); 5];
            others[0].lanes[lane] ^= 1;
            others[1].codes[attribute] ^= 1;
            others[2].label = !record.label;
            others[3].valid = !record.valid;
            others[4].salt += Fr::ONE;
            for other in others {
                prop_assert_ne!(other.words(), record.words());
            }
        }
    }

    #[test]
    fn what_has_no_place_is_refused() {
        let lanes = [0; LANES];
        let new = |lanes, codes| Record::new(lanes, true, codes, Fr::ONE);
        for lane in 0..LANES {
            let mut full = lanes;
            full[lane] = ((1u32 << lane_bits(lane)) - 1) as u16;
            assert!(new(full, [0; 4]).is_ok(), "lane {lane}");
        }
        let mut wide = lanes;
        wide[8] = 256;
        assert_eq!(new(wide, [0; 4]), Err(RecordError::Lane { lane: 8, value: 256 }));
        assert_eq!(new(lanes, [0, 15, 16, 0]), Err(RecordError::Code { attribute: 2, code: 16 }));
        let mut padding = Record::padding(Fr::ONE);
        assert_eq!(padding.check(), Ok(()));
        padding.label = true;
        assert_eq!(padding.check(), Err(RecordError::Padding));
    }

    #[test]
    fn a_record_is_never_printed() {
        assert_eq!(format!("{:?}", Record::padding(Fr::ONE)), "Record(..)");
    }
}
