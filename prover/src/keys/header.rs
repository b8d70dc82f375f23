//! The key file, format version 2. All numbers are little-endian.
//!
//! | offset | bytes | content |
//! |---|---|---|
//! | 0 | 8 | ASCII `TABELKEY` |
//! | 8 | 4 | format version, 2 |
//! | 12 | 1 | kind: 1 development, 2 ceremony |
//! | 13 | 3 | zero |
//! | 16 | 4 | circuit version |
//! | 20 | 4 | length of the circuit id, 1..=64 |
//! | 24 | 64 | circuit id in ASCII, zero-padded |
//! | 88 | 32 | matrix digest |
//! | 120 | 8 | length of the file |
//! | 128 | 8 | public inputs, without the constant 1 |
//! | 136 | 8 | private variables |
//! | 144 | 224 | for each of 14 sections, offset and length in bytes, 8 bytes each |
//! | 368 | 144 | zero |
//! | 512 | ... | the sections, each at the next multiple of 64, zeros between them |
//! | end | 32 | SHA-256 of everything before |
//!
//! The sections, elements in the engine's layout ([`crate::engine`]), which for points is 64 bytes in G1 and 128 in G2:
//! constants (alpha, beta, delta in G1; beta, gamma, delta in G2), IC; variables of A (4 bytes each), A; variables of B, B
//! in G1, B in G2; H; variables of L, L; then the circuit's rows, offsets, terms and coefficients.

use super::{FileProblem, KeyKind};
use crate::engine::key::{SECTIONS, Section, Table};

const MAGIC: &[u8; 8] = b"TABELKEY";
const FORMAT: u32 = 2;
pub(super) const HEADER: usize = 512;
pub(super) const CHECKSUM: usize = 32;
const MAX_ID: usize = 64;
const LENGTH: usize = 120;
const SIZES: usize = 128;
pub(super) const TABLE: usize = 144;
const RESERVED: usize = TABLE + 16 * SECTIONS;

/// The sections' names in messages.
pub(super) const NAMES: [&str; SECTIONS] = [
    "constants",
    "IC",
    "variables of A",
    "A",
    "variables of B",
    "B1",
    "B2",
    "H",
    "variables of L",
    "L",
    "rows",
    "offsets",
    "terms",
    "coefficients",
];

/// What a key file says about itself: what the key is for, and where its parts lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHeader {
    /// Development or ceremony.
    pub kind: KeyKind,
    /// Circuit id.
    pub circuit: String,
    /// Version of the circuit.
    pub version: u32,
    /// Digest of the circuit's matrices.
    pub matrix_digest: [u8; 32],
    /// Public inputs, without the constant 1.
    pub inputs: usize,
    /// Private variables.
    pub witness: usize,
    pub(crate) table: Table,
}

impl KeyHeader {
    /// Number of variables with the constant 1; saturates.
    pub(super) fn variables(&self) -> usize {
        self.inputs.saturating_add(self.witness).saturating_add(1)
    }

    /// Number of rows of the matrices.
    pub(super) fn rows(&self) -> usize {
        self.table.counts()[Section::Rows as usize]
    }

    /// Length of the file in bytes.
    pub(super) fn length(&self) -> usize {
        self.table.end() + CHECKSUM
    }

    /// The header's bytes; nothing if the circuit id does not fit.
    pub(super) fn encode(&self) -> Option<[u8; HEADER]> {
        let id = self.circuit.as_bytes();
        if id.is_empty() || id.len() > MAX_ID || !is_circuit_id(&self.circuit) {
            return None;
        }
        let mut out = [0u8; HEADER];
        out[..8].copy_from_slice(MAGIC);
        out[8..12].copy_from_slice(&FORMAT.to_le_bytes());
        out[12] = match self.kind {
            KeyKind::Development => 1,
            KeyKind::Ceremony => 2,
        };
        out[16..20].copy_from_slice(&self.version.to_le_bytes());
        out[20..24].copy_from_slice(&(id.len() as u32).to_le_bytes());
        out[24..24 + id.len()].copy_from_slice(id);
        out[88..LENGTH].copy_from_slice(&self.matrix_digest);
        let ranges = self.table.0.iter().flat_map(|range| [range.start, range.len()]);
        let numbers = [self.length(), self.inputs, self.witness].into_iter().chain(ranges);
        for (place, number) in out[LENGTH..RESERVED].chunks_exact_mut(8).zip(numbers) {
            place.copy_from_slice(&(number as u64).to_le_bytes());
        }
        Some(out)
    }

    /// Parses the header of a file of `length` bytes, of which `bytes` are the first; says at which offset it is wrong.
    pub(super) fn decode(bytes: &[u8], length: u64) -> Result<Self, (u64, FileProblem)> {
        let malformed = |at: usize, problem: &'static str| Err((at as u64, FileProblem::Header(problem)));
        let Some(bytes) = bytes.first_chunk::<HEADER>() else {
            // A file of another kind says so before it is said to be short.
            return match bytes.first_chunk::<12>() {
                Some(start) => check_format(start).and_then(|()| Err(truncated(length, HEADER + CHECKSUM))),
                None => Err(truncated(length, HEADER + CHECKSUM)),
            };
        };
        check_format(bytes)?;
        let kind = match bytes[12] {
            1 => KeyKind::Development,
            2 => KeyKind::Ceremony,
            _ => return malformed(12, "unknown kind"),
        };
        if bytes[13..16] != [0; 3] {
            return malformed(13, "reserved bytes are set");
        }
        let id_length = number(bytes, 20, 4) as usize;
        if id_length == 0 || id_length > MAX_ID {
            return malformed(20, "impossible length of the circuit id");
        }
        let (id, padding) = bytes[24..88].split_at(id_length);
        let circuit = std::str::from_utf8(id).ok().filter(|id| is_circuit_id(id)).map(str::to_owned);
        let Some(circuit) = circuit.filter(|_| padding.iter().all(|byte| *byte == 0)) else {
            return malformed(24, "malformed circuit id");
        };
        if bytes[RESERVED..].iter().any(|byte| *byte != 0) {
            return malformed(RESERVED, "reserved bytes are set");
        }
        check_length(number(bytes, LENGTH, 8), length)?;
        let mut matrix_digest = [0; 32];
        matrix_digest.copy_from_slice(&bytes[88..LENGTH]);
        let table = decode_table(bytes, length)?;
        let size = |at: usize| usize::try_from(number(bytes, at, 8)).unwrap_or(usize::MAX);
        let version = number(bytes, 16, 4) as u32;
        Ok(Self { kind, circuit, version, matrix_digest, inputs: size(SIZES), witness: size(SIZES + 8), table })
    }
}

/// The table, if it is the one that its own lengths give and ends where the checksum begins.
fn decode_table(bytes: &[u8; HEADER], length: u64) -> Result<Table, (u64, FileProblem)> {
    let mut counts = [0; SECTIONS];
    for (i, (count, size)) in counts.iter_mut().zip(Section::ELEMENTS).enumerate() {
        let at = TABLE + 16 * i + 8;
        let bytes = usize::try_from(number(bytes, at, 8)).ok().filter(|length| length.is_multiple_of(size));
        *count = bytes.ok_or((at as u64, FileProblem::Section(NAMES[i])))? / size;
    }
    let table = Table::packed(HEADER, counts).ok_or((TABLE as u64, FileProblem::Header("impossible lengths")))?;
    for (i, range) in table.0.iter().enumerate() {
        let at = TABLE + 16 * i;
        if number(bytes, at, 8) != range.start as u64 {
            return Err((at as u64, FileProblem::Section(NAMES[i])));
        }
    }
    if (table.end() as u64).checked_add(CHECKSUM as u64) != Some(length) {
        return Err((TABLE as u64, FileProblem::Header("the sections do not fill the file")));
    }
    Ok(table)
}

fn check_format(bytes: &[u8]) -> Result<(), (u64, FileProblem)> {
    if &bytes[..8] != MAGIC {
        return Err((0, FileProblem::Magic));
    }
    match number(bytes, 8, 4) as u32 {
        FORMAT => Ok(()),
        found => Err((8, FileProblem::Format { expected: FORMAT, found })),
    }
}

fn check_length(expected: u64, length: u64) -> Result<(), (u64, FileProblem)> {
    if length < expected {
        return Err((length, FileProblem::Truncated { expected }));
    }
    if length > expected {
        return Err((expected, FileProblem::Oversized { extra: length - expected }));
    }
    Ok(())
}

fn truncated(length: u64, expected: usize) -> (u64, FileProblem) {
    (length, FileProblem::Truncated { expected: expected as u64 })
}

/// A little-endian number of up to 8 bytes.
fn number(bytes: &[u8], at: usize, size: usize) -> u64 {
    bytes[at..at + size].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Lower case letters, digits and hyphens: safe in a file name.
fn is_circuit_id(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
