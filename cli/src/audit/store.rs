//! A data set on disk: a directory that only its owner can enter.
//!
//! | file | what is in it |
//! |---|---|
//! | `schema.json` | the canonical schema, exactly the bytes that the schema hash covers |
//! | `records.bin` | the records without salts: `tabella-recs-01\n`, rows u64, schema hash (32 bytes, big-endian), SHA-256 of the CSV file, then 45 bytes for each record: 8 lanes of 16 bits, 16 of 8 bits, label, 4 group codes, row (from 0) and line (from 1) of the CSV file u32; SHA-256 of all of this |
//! | `salts.bin` | the salts, secret: `tabella-salts-1\n`, count u64, 32 bytes each, big-endian, padding's included; SHA-256 of all of this |
//! | `data.json` | rows, shards, schema hash, data root, digests |
//! | `report.json` | what the import did |
//!
//! Numbers are little-endian where nothing else is said. Version 1; the magic words carry it.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tabella_circuits::Fr;
use tabella_circuits::compliance::data::SHARD_RECORDS;
use tabella_circuits::compliance::record::{LANES, WIDE};
use tabella_circuits::field::{from_be_bytes, to_be_bytes, to_decimal};
use zeroize::Zeroizing;

use super::dataset::{DataSet, Place, Salts};
use super::encode::Encoded;
use super::import::{Imported, Report};
use super::schema::Schema;
use super::table::MAX_ROWS;
use crate::error::CliError;
use crate::files::{self, Existing};

const RECORDS_MAGIC: &[u8; 16] = b"tabella-recs-01\n";
const SALTS_MAGIC: &[u8; 16] = b"tabella-salts-1\n";
const RECORD_BYTES: usize = 45;
const RECORDS_HEAD: usize = 16 + 8 + 32 + 32;
const SALTS_HEAD: usize = 16 + 8;
const CHECKSUM: usize = 32;
const JSON_LIMIT: u64 = 4 << 20;

/// `data.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// 1.
    pub version: u32,
    /// Records.
    pub rows: u64,
    /// Shards.
    pub shards: u64,
    /// Records of a shard.
    pub shard_records: usize,
    /// The schema's hash, decimal.
    pub schema_hash: String,
    /// The data root, 0x and 64 digits.
    pub data_root: String,
    /// Digests of the shards, decimal.
    pub digests: Vec<String>,
}

impl Summary {
    /// The summary of a data set.
    pub fn of(data: &DataSet) -> Self {
        Self {
            version: 1,
            rows: data.rows,
            shards: data.digests.len() as u64,
            shard_records: SHARD_RECORDS,
            schema_hash: to_decimal(&data.schema_hash),
            data_root: format!("0x{}", hex::encode(data.root)),
            digests: data.digests.iter().map(to_decimal).collect(),
        }
    }
}

/// Writes a data set into a new directory, in one step: it is there whole, or not at all.
///
/// # Errors
/// `file-exists` if there is something at `dir`; `file-unwritable`, `directory-unusable`.
pub fn write(dir: &Path, imported: &Imported) -> Result<(), CliError> {
    let taken =
        fs::symlink_metadata(dir).is_ok_and(|m| !m.is_dir()) || fs::read_dir(dir).is_ok_and(|mut d| d.next().is_some());
    if taken {
        return Err(files::exists(dir));
    }
    let data = &imported.data;
    let unusable = |e: std::io::Error| CliError::file("directory-unusable", dir, e);
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let temp = builder.prefix(".tabella-").tempdir_in(files::parent(dir)).map_err(unusable)?;
    let put = |name: &str, bytes: &[u8]| files::write_atomic(&temp.path().join(name), bytes, Existing::Refuse);
    put("schema.json", &data.schema.bytes()?)?;
    put("records.bin", &records_bytes(data))?;
    put("salts.bin", &salts_bytes(&data.salts()))?;
    put("report.json", &pretty(&imported.report)?)?;
    put("data.json", &pretty(&Summary::of(data))?)?;
    let temp = temp.keep();
    fs::rename(&temp, dir).map_err(|e| {
        // Nothing of a data set stays behind under a name that nobody knows.
        let _ = fs::remove_dir_all(&temp);
        unusable(e)
    })
}

/// JSON for a reader, with a final newline.
pub(super) fn pretty(value: &impl Serialize) -> Result<Vec<u8>, CliError> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(CliError::internal)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads a data set, recomputes its digests and root, and compares them with `data.json`.
///
/// # Errors
/// Errors about the files; `data-damaged`, naming file and offset; `data-differs` if the root is another.
pub fn load(dir: &Path) -> Result<DataSet, CliError> {
    let summary = summary(dir)?;
    let schema = Schema::read(&dir.join("schema.json"))?;
    let salts = read_salts(&dir.join("salts.bin"))?;
    let path = dir.join("records.bin");
    let (rows, schema_hash, csv_sha256) = records_parse(&read_binary(&path, MAX_ROWS * RECORD_BYTES)?, &path)?;
    if schema_hash != schema.hash()? {
        return Err(damaged(&path, 24, "the records were made under another schema"));
    }
    let data = DataSet::new(schema, rows, &salts, csv_sha256)?;
    if Summary::of(&data) != summary {
        let what = format!("the root of these records is 0x{}, not what the file says", hex::encode(data.root));
        return Err(CliError::file("data-differs", &dir.join("data.json"), what).hint(
            "a file of the directory was changed; import the CSV file again, with --salts to get the same root",
        ));
    }
    Ok(data)
}

/// Reads `data.json` alone.
///
/// # Errors
/// Errors about the file; `data-damaged`.
pub fn summary(dir: &Path) -> Result<Summary, CliError> {
    let path = dir.join("data.json");
    let summary: Summary = json(&path)?;
    if summary.version != 1 {
        let what = format!("version {} is not known here, only 1", summary.version);
        return Err(CliError::file("data-damaged", &path, what));
    }
    Ok(summary)
}

/// Reads `report.json`.
///
/// # Errors
/// Errors about the file; `data-damaged`.
pub fn report(dir: &Path) -> Result<Report, CliError> {
    json(&dir.join("report.json"))
}

fn json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, CliError> {
    let bytes = files::read_bounded(path, JSON_LIMIT)?;
    serde_json::from_slice(&bytes).map_err(|e| CliError::file("data-damaged", path, e))
}

/// Reads salts; the file must belong to its owner alone, or a warning is due (see [`files::is_shared`]).
///
/// # Errors
/// Errors about the file; `data-damaged`, naming the offset.
pub fn read_salts(path: &Path) -> Result<Salts, CliError> {
    let bytes = read_binary(path, (MAX_ROWS + SHARD_RECORDS) * 32)?;
    let body = framed(&bytes, path, SALTS_MAGIC, SALTS_HEAD, 32)?;
    let field = |(i, chunk): (usize, &[u8])| {
        let bytes: &[u8; 32] = chunk.try_into().map_err(CliError::internal)?;
        from_be_bytes(bytes).map_err(|e| damaged(path, SALTS_HEAD + 32 * i, e))
    };
    body.chunks_exact(32).enumerate().map(field).collect::<Result<Vec<Fr>, _>>().map(Salts)
}

fn read_binary(path: &Path, body: usize) -> Result<Zeroizing<Vec<u8>>, CliError> {
    files::read_bounded(path, (RECORDS_HEAD + body + CHECKSUM) as u64)
}

fn salts_bytes(salts: &Salts) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(SALTS_HEAD + 32 * salts.len() + CHECKSUM));
    bytes.extend_from_slice(SALTS_MAGIC);
    bytes.extend_from_slice(&(salts.len() as u64).to_le_bytes());
    salts.0.iter().for_each(|salt| bytes.extend_from_slice(&to_be_bytes(salt)));
    seal(&mut bytes);
    bytes
}

fn records_bytes(data: &DataSet) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(RECORDS_HEAD + RECORD_BYTES * data.places.len() + CHECKSUM));
    bytes.extend_from_slice(RECORDS_MAGIC);
    bytes.extend_from_slice(&data.rows.to_le_bytes());
    bytes.extend_from_slice(&to_be_bytes(&data.schema_hash));
    bytes.extend_from_slice(&data.csv_sha256);
    for (record, place) in data.records().iter().zip(&data.places) {
        record.lanes[..WIDE].iter().for_each(|x| bytes.extend_from_slice(&x.to_le_bytes()));
        bytes.extend(record.lanes[WIDE..].iter().map(|x| x.to_le_bytes()[0]));
        bytes.push(u8::from(record.label));
        bytes.extend_from_slice(&record.codes);
        bytes.extend_from_slice(&place.row.to_le_bytes());
        bytes.extend_from_slice(&place.line.to_le_bytes());
    }
    seal(&mut bytes);
    bytes
}

fn seal(bytes: &mut Vec<u8>) {
    let digest = Sha256::digest(&bytes[..]);
    bytes.extend_from_slice(&digest);
}

type Records = (Vec<(Encoded, Place)>, Fr, [u8; 32]);

fn records_parse(bytes: &[u8], path: &Path) -> Result<Records, CliError> {
    let body = framed(bytes, path, RECORDS_MAGIC, RECORDS_HEAD, RECORD_BYTES)?;
    let word = |at: usize| bytes[at..at + 32].try_into().map_err(CliError::internal);
    let schema_hash = from_be_bytes(&word(24)?).map_err(|e| damaged(path, 24, e))?;
    let mut rows = Vec::with_capacity(body.len() / RECORD_BYTES);
    for (i, chunk) in body.chunks_exact(RECORD_BYTES).enumerate() {
        let mut lanes = [0u16; LANES];
        for (lane, pair) in lanes.iter_mut().zip(chunk[..2 * WIDE].chunks_exact(2)) {
            *lane = u16::from_le_bytes([pair[0], pair[1]]);
        }
        for (lane, byte) in lanes[WIDE..].iter_mut().zip(&chunk[2 * WIDE..]) {
            *lane = u16::from(*byte);
        }
        let rest = &chunk[2 * WIDE + LANES - WIDE..];
        let codes = [rest[1], rest[2], rest[3], rest[4]];
        if rest[0] > 1 || codes.iter().any(|code| *code > 15) {
            return Err(damaged(
                path,
                RECORDS_HEAD + i * RECORD_BYTES + 32,
                "a label above 1 or a group code above 15",
            ));
        }
        let number = |at: usize| rest[at..at + 4].try_into().map(u32::from_le_bytes).map_err(CliError::internal);
        let place = Place { row: number(5)?, line: number(9)? };
        rows.push((Encoded { lanes, label: rest[0] == 1, codes }, place));
    }
    Ok((rows, schema_hash, word(56)?))
}

/// The items of a file, once magic word, count, length and checksum hold.
fn framed<'a>(bytes: &'a [u8], path: &Path, magic: &[u8; 16], head: usize, item: usize) -> Result<&'a [u8], CliError> {
    if !bytes.starts_with(magic) {
        let name = String::from_utf8_lossy(magic);
        return Err(damaged(path, 0, format!("this is no file of the version {}", name.trim_end())));
    }
    if bytes.len() < head + CHECKSUM {
        return Err(damaged(path, bytes.len(), "the file ends in its header"));
    }
    let count = u64::from_le_bytes(bytes[16..24].try_into().map_err(CliError::internal)?);
    let expected =
        usize::try_from(count).ok().and_then(|n| n.checked_mul(item)).and_then(|n| n.checked_add(head + CHECKSUM));
    if expected != Some(bytes.len()) {
        return Err(damaged(path, 16, format!("{count} entries do not fit the file's {} bytes", bytes.len())));
    }
    let end = bytes.len() - CHECKSUM;
    if Sha256::digest(&bytes[..end])[..] != bytes[end..] {
        return Err(damaged(path, end, "the checksum does not match: some byte was changed"));
    }
    Ok(&bytes[head..end])
}

fn damaged(path: &Path, offset: usize, what: impl std::fmt::Display) -> CliError {
    CliError::file("data-damaged", path, format!("offset {offset}: {what}"))
        .hint("nothing was overwritten; import the CSV file again, with --salts to get the same root")
}
