//! A data set: shards of records, their digests, and the root that auditors sign.

use super::domain;
use super::record::{Record, RecordError};
use crate::Fr;
use crate::evm::{Word, keccak, number_word, tag};
use crate::field::to_be_bytes;
use crate::poseidon::hash_words;
use ark_ff::UniformRand;
use rand::{CryptoRng, RngCore};
use std::sync::LazyLock;

/// Records of a shard in `shard-linear-r205`.
pub const SHARD_RECORDS: usize = 205;
/// Shards of a data set in `verdict-s160`.
pub const MAX_SHARDS: usize = 160;

/// What the shard's place is added to, in the first word of its digest.
pub static SHARD_DOMAIN: LazyLock<Fr> = LazyLock::new(|| domain("tabella.shard.v1"));

/// Records that are no data set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// Nothing to audit.
    #[error("the data set has no record")]
    Empty,
    /// More than the verdict's circuit takes.
    #[error("the data set has {rows} records: verdict-s{MAX_SHARDS} takes {MAX_SHARDS} shards of {capacity}, {} in all", MAX_SHARDS * capacity)]
    TooMany {
        /// Its records.
        rows: usize,
        /// Records of a shard.
        capacity: usize,
    },
    /// A record with a value that has no place.
    #[error("record {row} (from 0): {source}")]
    Record {
        /// The record's place, from 0.
        row: usize,
        /// What is wrong with it.
        source: RecordError,
    },
    /// Padding among the records.
    #[error("record {0} (from 0) is padding: that is added here, after the last record")]
    Padding(usize),
}

/// Splits valid records into shards of R, the last one filled with padding under fresh salts.
///
/// # Errors
/// [`DataError`] for no record, too many, one with a value that has no place, or padding.
pub fn shards<const R: usize>(
    mut records: Vec<Record>,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<Vec<Vec<Record>>, DataError> {
    if records.is_empty() {
        return Err(DataError::Empty);
    }
    if records.len() > MAX_SHARDS * R {
        return Err(DataError::TooMany { rows: records.len(), capacity: R });
    }
    for (row, record) in records.iter().enumerate() {
        record.check().map_err(|source| DataError::Record { row, source })?;
        if !record.valid {
            return Err(DataError::Padding(row));
        }
    }
    while !records.len().is_multiple_of(R) {
        records.push(Record::padding(Fr::rand(rng)));
    }
    Ok(records.chunks(R).map(<[Record]>::to_vec).collect())
}

/// digest_k = H*(SHARD_DOMAIN + k, the three words of each record). The number of records is the circuit's R.
pub fn shard_digest(index: u32, records: &[Record]) -> Fr {
    digest_at(Fr::from(index), records)
}

/// [`shard_digest`] for what a prover may claim as a place.
pub(crate) fn digest_at(index: Fr, records: &[Record]) -> Fr {
    let mut words = vec![*SHARD_DOMAIN + index];
    words.extend(records.iter().flat_map(Record::words));
    hash_words(&words)
}

/// dataRoot = keccak(tag, schemaHash, N, S, the digests); N = number of valid records, S = number of digests.
pub fn data_root(schema_hash: Fr, rows: u64, digests: &[Fr]) -> Word {
    let head =
        [tag("tabella.data.v1").0, to_be_bytes(&schema_hash), number_word(rows), number_word(digests.len() as u64)];
    keccak(head.into_iter().chain(digests.iter().map(to_be_bytes))).0
}

#[cfg(test)]
mod tests {
    use super::super::record::tests::any_record;
    use super::*;
    use ark_ff::{AdditiveGroup, Field};
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::seed_from_u64(5)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::testing::cases(24)))]
        #[test]
        fn shards_hold_every_record_in_order_then_padding(records in prop::collection::vec(any_record(), 1..17)) {
            let shards = shards::<5>(records.clone(), &mut rng()).unwrap();
            prop_assert_eq!(shards.len(), records.len().div_ceil(5));
            prop_assert!(shards.iter().all(|shard| shard.len() == 5));
            let all = shards.concat();
            prop_assert_eq!(&all[..records.len()], &records[..]);
            let padding = &all[records.len()..];
            prop_assert!(padding.iter().all(|record| !record.valid && record.check().is_ok()));
            prop_assert!(padding.windows(2).all(|pair| pair[0].salt != pair[1].salt));
        }

        #[test]
        fn place_and_order_are_in_the_digest(mut records in prop::collection::vec(any_record(), 5), k in 0..MAX_SHARDS as u32) {
            records[1].salt = records[0].salt + Fr::ONE;
            let digest = shard_digest(k, &records);
            prop_assert_ne!(shard_digest(k + 1, &records), digest);
            records.swap(0, 1);
            prop_assert_ne!(shard_digest(k, &records), digest);
        }
    }

    #[test]
    fn what_is_no_data_set_is_refused() {
        let record = Record::new([0; 24], false, [0; 4], Fr::ONE).unwrap();
        let many = |n| vec![record.clone(); n];
        assert_eq!(shards::<5>(vec![], &mut rng()), Err(DataError::Empty));
        assert_eq!(shards::<5>(many(5 * MAX_SHARDS), &mut rng()).unwrap().len(), MAX_SHARDS);
        assert_eq!(shards::<5>(many(801), &mut rng()), Err(DataError::TooMany { rows: 801, capacity: 5 }));
        let mut bad = many(3);
        bad[2].codes[0] = 16;
        let source = RecordError::Code { attribute: 0, code: 16 };
        assert_eq!(shards::<5>(bad, &mut rng()), Err(DataError::Record { row: 2, source }));
        let mut bad = many(3);
        bad[1] = Record::padding(Fr::ONE);
        assert_eq!(shards::<5>(bad, &mut rng()), Err(DataError::Padding(1)));
    }

    #[test]
    fn everything_hashed_changes_the_root() {
        let digests = [Fr::ONE, Fr::ZERO];
        let root = data_root(Fr::ONE, 10, &digests);
        assert_ne!(data_root(Fr::ZERO, 10, &digests), root);
        assert_ne!(data_root(Fr::ONE, 9, &digests), root);
        assert_ne!(data_root(Fr::ONE, 10, &[Fr::ZERO, Fr::ONE]), root);
        assert_ne!(data_root(Fr::ONE, 10, &digests[..1]), root);
    }
}
