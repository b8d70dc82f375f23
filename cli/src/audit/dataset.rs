//! A data set: records with their salts, in shards, with the digests and the root that auditors sign.

use ark_ff::UniformRand;
use rand::rngs::OsRng;
use rand::{CryptoRng, RngCore};
use tabella_circuits::Fr;
use tabella_circuits::compliance::data::{MAX_SHARDS, SHARD_RECORDS, data_root, shard_digest};
use tabella_circuits::compliance::record::Record;
use tabella_circuits::evm::Word;
use zeroize::Zeroize;

use super::encode::Encoded;
use super::schema::Schema;
use crate::error::CliError;

/// Salts of all places of all shards, padding included; wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Salts(pub(super) Vec<Fr>);

impl std::fmt::Debug for Salts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salts(..)")
    }
}

impl Drop for Salts {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Salts {
    /// Fresh salts for this many records, filled up to whole shards.
    pub fn fresh(rows: usize) -> Self {
        Self::from_rng(rows, &mut OsRng)
    }

    /// The same from a given source of randomness.
    pub fn from_rng(rows: usize, rng: &mut (impl RngCore + CryptoRng)) -> Self {
        Self((0..slots(rows)).map(|_| Fr::rand(rng)).collect())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Where a record comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The row of the file, from 0, the header not counted.
    pub row: u32,
    /// The line where the row begins, from 1.
    pub line: u32,
}

/// Places in the shards that hold this many records.
fn slots(rows: usize) -> usize {
    rows.div_ceil(SHARD_RECORDS) * SHARD_RECORDS
}

/// A data set; its records are wiped when it is dropped.
pub struct DataSet {
    /// What its columns mean.
    pub schema: Schema,
    /// The schema's hash.
    pub schema_hash: Fr,
    /// Valid records.
    pub rows: u64,
    /// For each valid record, where in the CSV file it comes from.
    pub places: Vec<Place>,
    /// One for each shard, in order.
    pub digests: Vec<Fr>,
    /// The data root.
    pub root: Word,
    /// SHA-256 of the CSV file.
    pub csv_sha256: [u8; 32],
    records: Vec<Record>,
}

impl std::fmt::Debug for DataSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DataSet").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Drop for DataSet {
    fn drop(&mut self) {
        self.records.zeroize();
    }
}

impl DataSet {
    /// Puts encoded rows into shards, under these salts, and hashes them.
    ///
    /// # Errors
    /// `data-empty`; `salts-differ` unless there is one salt for each place; `internal-error` for a value without a place.
    pub fn new(
        schema: Schema,
        rows: Vec<(Encoded, Place)>,
        salts: &Salts,
        csv_sha256: [u8; 32],
    ) -> Result<Self, CliError> {
        if rows.is_empty() {
            let hint = "see which rows were dropped, and why; a data set has at least one record";
            return Err(CliError::usage("data-empty", "no row is left: there is nothing to audit").hint(hint));
        }
        if salts.len() != slots(rows.len()) {
            let what = format!(
                "there are {} salts, and {} records in whole shards of {SHARD_RECORDS} take {}",
                salts.len(),
                rows.len(),
                slots(rows.len())
            );
            return Err(CliError::usage("salts-differ", what).hint("the salts belong to another file or specification"));
        }
        let mut records = Vec::with_capacity(salts.len());
        for ((row, _), salt) in rows.iter().zip(&salts.0) {
            records.push(Record::new(row.lanes, row.label, row.codes, *salt).map_err(CliError::internal)?);
        }
        records.extend(salts.0[rows.len()..].iter().map(|salt| Record::padding(*salt)));
        let schema_hash = schema.hash()?;
        let digests = digests(&records)?;
        let count = rows.len() as u64;
        Ok(Self {
            root: data_root(schema_hash, count, &digests),
            schema,
            schema_hash,
            rows: count,
            places: rows.into_iter().map(|(_, place)| place).collect(),
            digests,
            csv_sha256,
            records,
        })
    }

    /// All shards in order, padding included; each has [`SHARD_RECORDS`] records.
    pub fn shards(&self) -> impl ExactSizeIterator<Item = &[Record]> {
        self.records.chunks(SHARD_RECORDS)
    }

    /// The valid records, in order.
    pub fn records(&self) -> &[Record] {
        &self.records[..self.places.len()]
    }

    /// Every record's salt, padding included.
    pub fn salts(&self) -> Salts {
        Salts(self.records.iter().map(|record| record.salt).collect())
    }

    /// Whether the verdict's circuit takes this many shards.
    pub fn fits_verdict(&self) -> bool {
        self.digests.len() <= MAX_SHARDS
    }
}

/// Shards are hashed on all cores: 16,000 records take a second on one.
fn digests(records: &[Record]) -> Result<Vec<Fr>, CliError> {
    let shards: Vec<&[Record]> = records.chunks(SHARD_RECORDS).collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let per_core = shards.len().div_ceil(cores).max(1);
    let hash = |first: usize, part: &[&[Record]]| -> Result<Vec<Fr>, CliError> {
        part.iter()
            .enumerate()
            .map(|(i, shard)| Ok(shard_digest(u32::try_from(first + i).map_err(CliError::internal)?, shard)))
            .collect()
    };
    let parts: Vec<Result<Vec<Fr>, CliError>> = std::thread::scope(|scope| {
        let threads: Vec<_> = shards
            .chunks(per_core)
            .enumerate()
            .map(|(i, part)| scope.spawn(move || hash(i * per_core, part)))
            .collect();
        threads.into_iter().map(|t| t.join().unwrap_or_else(|_| Err(CliError::internal("a hashing thread")))).collect()
    });
    Ok(parts.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
}
