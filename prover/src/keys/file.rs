//! The key file. All numbers are little-endian.
//!
//! | offset | bytes | content |
//! |---|---|---|
//! | 0 | 8 | ASCII `TABELKEY` |
//! | 8 | 4 | format version, 1 |
//! | 12 | 1 | kind: 1 development, 2 ceremony |
//! | 13 | 3 | zero |
//! | 16 | 4 | circuit version |
//! | 20 | 4 | length of the circuit id, 1..=64 |
//! | 24 | 64 | circuit id in ASCII, zero-padded |
//! | 88 | 32 | matrix digest |
//! | 120 | 8 | payload length |
//! | 128 | ... | payload |
//! | end | 32 | SHA-256 of everything before |
//!
//! The payload: six counts of 4 bytes (IC, A, B1, B2, H, L), then the points, uncompressed, as ark-serialize writes them
//! (64 bytes in G1, 128 in G2): alpha, beta1, delta1, beta2, gamma2, delta2, IC.., A.., B1.., B2.., H.., L...

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_groth16::{ProvingKey, VerifyingKey};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress, SerializationError, Validate};
use sha2::{Digest, Sha256};

use super::{FileProblem, KeyError, KeyKind};
use crate::circuit::CompiledCircuit;
use crate::engine::par;
use crate::groth16::check_verifying_key;

const MAGIC: &[u8; 8] = b"TABELKEY";
const FORMAT: u32 = 1;
const HEADER: usize = 128;
const CHECKSUM: usize = 32;
const MAX_ID: usize = 64;
const COUNTS: [&str; 6] = ["IC", "A", "B1", "B2", "H", "L"];
/// Points that a worker decodes in one go.
const RUN: usize = 1024;
const G1_BYTES: usize = 64;
const G2_BYTES: usize = 128;

/// The first 128 bytes of a key file: what the key is for.
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
    /// Length of the payload in bytes.
    pub payload: u64,
}

impl KeyHeader {
    fn encode(&self) -> [u8; HEADER] {
        let mut out = [0u8; HEADER];
        out[..8].copy_from_slice(MAGIC);
        out[8..12].copy_from_slice(&FORMAT.to_le_bytes());
        out[12] = match self.kind {
            KeyKind::Development => 1,
            KeyKind::Ceremony => 2,
        };
        out[16..20].copy_from_slice(&self.version.to_le_bytes());
        out[20..24].copy_from_slice(&(self.circuit.len() as u32).to_le_bytes());
        out[24..24 + self.circuit.len()].copy_from_slice(self.circuit.as_bytes());
        out[88..120].copy_from_slice(&self.matrix_digest);
        out[120..].copy_from_slice(&self.payload.to_le_bytes());
        out
    }

    /// Parses a header, or says at which offset it is wrong.
    fn decode(bytes: &[u8; HEADER]) -> Result<Self, (u64, FileProblem)> {
        let number = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        if &bytes[..8] != MAGIC {
            return Err((0, FileProblem::Magic));
        }
        if number(8) != FORMAT {
            return Err((8, FileProblem::Format { expected: FORMAT, found: number(8) }));
        }
        let kind = match bytes[12] {
            1 => KeyKind::Development,
            2 => KeyKind::Ceremony,
            _ => return Err((12, FileProblem::Header("unknown kind"))),
        };
        if bytes[13..16] != [0; 3] {
            return Err((13, FileProblem::Header("reserved bytes are set")));
        }
        let length = number(20) as usize;
        if length == 0 || length > MAX_ID {
            return Err((20, FileProblem::Header("impossible length of the circuit id")));
        }
        let (id, padding) = bytes[24..88].split_at(length);
        let circuit = std::str::from_utf8(id).ok().filter(|id| is_circuit_id(id)).map(str::to_owned);
        let Some(circuit) = circuit.filter(|_| padding.iter().all(|b| *b == 0)) else {
            return Err((24, FileProblem::Header("malformed circuit id")));
        };
        let mut matrix_digest = [0; 32];
        matrix_digest.copy_from_slice(&bytes[88..120]);
        let payload = u64::from(number(120)) | u64::from(number(124)) << 32;
        Ok(Self { kind, circuit, version: number(16), matrix_digest, payload })
    }
}

/// Lower case letters, digits and hyphens: safe in a file name.
fn is_circuit_id(id: &str) -> bool {
    id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Writes a complete key file.
pub(super) fn write(
    out: &mut impl Write,
    kind: KeyKind,
    circuit: &CompiledCircuit,
    key: &ProvingKey<Bn254>,
) -> io::Result<()> {
    if circuit.id().is_empty() || circuit.id().len() > MAX_ID || !is_circuit_id(circuit.id()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the circuit id does not fit a key file"));
    }
    let mut bytes = Vec::new();
    let counts = [
        key.vk.gamma_abc_g1.len(),
        key.a_query.len(),
        key.b_g1_query.len(),
        key.b_g2_query.len(),
        key.h_query.len(),
        key.l_query.len(),
    ];
    let header = KeyHeader {
        kind,
        circuit: circuit.id().to_owned(),
        version: circuit.version(),
        matrix_digest: *circuit.digest(),
        payload: payload_length(&counts.map(|n| n as u64)),
    };
    bytes.extend_from_slice(&header.encode());
    for count in counts {
        let count = u32::try_from(count).map_err(io::Error::other)?;
        bytes.extend_from_slice(&count.to_le_bytes());
    }
    write_points(&mut bytes, key).map_err(io::Error::other)?;
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    out.write_all(&bytes)
}

fn write_points(out: &mut Vec<u8>, key: &ProvingKey<Bn254>) -> Result<(), SerializationError> {
    fn all<P: CanonicalSerialize>(out: &mut Vec<u8>, points: &[P]) -> Result<(), SerializationError> {
        points.iter().try_for_each(|point| point.serialize_uncompressed(&mut *out))
    }
    all(out, &[key.vk.alpha_g1, key.beta_g1, key.delta_g1])?;
    all(out, &[key.vk.beta_g2, key.vk.gamma_g2, key.vk.delta_g2])?;
    all(out, &key.vk.gamma_abc_g1)?;
    all(out, &key.a_query)?;
    all(out, &key.b_g1_query)?;
    all(out, &key.b_g2_query)?;
    all(out, &key.h_query)?;
    all(out, &key.l_query)
}

/// Payload of so many IC, A, B1, B2, H and L points; saturates.
fn payload_length(counts: &[u64; 6]) -> u64 {
    let [ic, a, b1, b2, h, l] = counts.map(u128::from);
    let bytes = 24 + (3 + ic + a + b1 + h + l) * G1_BYTES as u128 + (3 + b2) * G2_BYTES as u128;
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// The length of a circuit's key file, in bytes.
pub(super) fn length(circuit: &CompiledCircuit) -> u64 {
    payload_length(&counts_of(circuit)).saturating_add((HEADER + CHECKSUM) as u64)
}

/// Reads the header and checks the file's length against it; nothing else is looked at.
pub(super) fn read_header(path: &Path) -> Result<KeyHeader, KeyError> {
    open(path).map(|(_, header)| header)
}

fn open(path: &Path) -> Result<(File, KeyHeader), KeyError> {
    let fail = |(offset, problem)| KeyError::file(path, offset, problem);
    let mut file = File::open(path).map_err(KeyError::io(path))?;
    let length = file.metadata().map_err(KeyError::io(path))?.len();
    let mut header = [0; HEADER];
    if length < HEADER as u64 {
        return Err(fail((length, FileProblem::Truncated { expected: (HEADER + CHECKSUM) as u64 })));
    }
    file.read_exact(&mut header).map_err(KeyError::io(path))?;
    let header = KeyHeader::decode(&header).map_err(fail)?;
    let expected = header.payload.saturating_add((HEADER + CHECKSUM) as u64);
    if length < expected {
        return Err(fail((length, FileProblem::Truncated { expected })));
    }
    if length > expected {
        return Err(fail((expected, FileProblem::Oversized { extra: length - expected })));
    }
    Ok((file, header))
}

/// Reads the key of `circuit` and checks all of it: length, checksum, identity, counts, every point on its curve, and the
/// verifying key. A ceremony key's G2 points are also checked to be in the subgroup; for a development key that would buy
/// nothing.
pub(super) fn read(path: &Path, kind: KeyKind, circuit: &CompiledCircuit) -> Result<ProvingKey<Bn254>, KeyError> {
    let fail = |(offset, problem)| KeyError::file(path, offset, problem);
    let (mut file, header) = open(path)?;
    check_checksum(&mut file, &header, path)?;
    check_identity(&header, kind, circuit).map_err(fail)?;

    let expected = counts_of(circuit);
    if header.payload != payload_length(&expected) {
        return Err(fail((120, FileProblem::Header("the payload has not the circuit's length"))));
    }
    // The length is now the circuit's own: reading it all is bounded.
    let mut payload = vec![0; header.payload as usize];
    file.seek(SeekFrom::Start(HEADER as u64)).map_err(KeyError::io(path))?;
    file.read_exact(&mut payload).map_err(KeyError::io(path))?;
    let mut reader = Points { payload: &payload, at: 0, subgroup: kind == KeyKind::Ceremony };
    reader.counts(&expected).map_err(fail)?;
    let key = reader.key(&expected).map_err(fail)?;
    check_verifying_key(&key.vk, circuit.num_inputs()).map_err(|e| fail((HEADER as u64 + 24, e.into())))?;
    Ok(key)
}

/// SHA-256 of header and payload, in constant memory.
fn check_checksum(file: &mut File, header: &KeyHeader, path: &Path) -> Result<(), KeyError> {
    file.rewind().map_err(KeyError::io(path))?;
    let hashed = HEADER as u64 + header.payload;
    let mut hash = Sha256::new();
    io::copy(&mut Read::by_ref(file).take(hashed), &mut hash).map_err(KeyError::io(path))?;
    let mut checksum = [0; CHECKSUM];
    file.read_exact(&mut checksum).map_err(KeyError::io(path))?;
    if hash.finalize().as_slice() == checksum {
        return Ok(());
    }
    Err(KeyError::file(path, hashed, FileProblem::Checksum))
}

fn check_identity(header: &KeyHeader, kind: KeyKind, circuit: &CompiledCircuit) -> Result<(), (u64, FileProblem)> {
    if header.kind != kind {
        return Err((12, FileProblem::Kind { expected: kind, found: header.kind }));
    }
    if header.circuit != circuit.id() {
        let (expected, found) = (circuit.id().to_owned(), header.circuit.clone());
        return Err((24, FileProblem::Circuit { expected, found }));
    }
    if header.version != circuit.version() {
        return Err((16, FileProblem::Version { expected: circuit.version(), found: header.version }));
    }
    if &header.matrix_digest != circuit.digest() {
        let (expected, found) = (hex::encode(circuit.digest()), hex::encode(header.matrix_digest));
        return Err((88, FileProblem::Matrices { expected, found }));
    }
    Ok(())
}

/// Points that the key of a circuit has: IC, A, B1, B2, H, L.
fn counts_of(circuit: &CompiledCircuit) -> [u64; 6] {
    let variables = circuit.num_variables();
    [circuit.num_inputs() + 1, variables, variables, variables, circuit.domain(), circuit.num_witness()]
        .map(|n| n as u64)
}

/// A cursor over the payload, whose length has been checked.
struct Points<'a> {
    payload: &'a [u8],
    at: usize,
    subgroup: bool,
}

impl Points<'_> {
    fn counts(&mut self, expected: &[u64; 6]) -> Result<(), (u64, FileProblem)> {
        for (name, expected) in COUNTS.into_iter().zip(*expected) {
            let bytes = &self.payload[self.at..self.at + 4];
            let found = bytes.iter().rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
            if found != expected {
                return Err(((HEADER + self.at) as u64, FileProblem::Count { name, expected, found }));
            }
            self.at += 4;
        }
        Ok(())
    }

    fn many<P: SWCurveConfig>(
        &mut self,
        name: &'static str,
        count: u64,
        size: usize,
    ) -> Result<Vec<Affine<P>>, (u64, FileProblem)> {
        let start = self.at;
        self.at += count as usize * size;
        let subgroup = self.subgroup;
        let point = |i: usize, bytes: &[u8]| {
            Affine::<P>::deserialize_with_mode(bytes, Compress::No, Validate::No)
                .ok()
                .filter(|point| point.is_on_curve())
                .filter(|point| !subgroup || point.is_in_correct_subgroup_assuming_on_curve())
                .ok_or(((HEADER + start + i * size) as u64, FileProblem::Point(name)))
        };
        let runs: Vec<&[u8]> = self.payload[start..self.at].chunks(RUN * size).collect();
        let runs = par::map(&runs, |run, bytes| -> Result<Vec<_>, _> {
            bytes.chunks_exact(size).enumerate().map(|(i, bytes)| point(run * RUN + i, bytes)).collect()
        });
        let runs: Vec<Vec<_>> = runs.into_iter().collect::<Result<_, _>>()?;
        Ok(runs.concat())
    }

    fn g1(&mut self, name: &'static str, count: u64) -> Result<Vec<G1Affine>, (u64, FileProblem)> {
        self.many(name, count, G1_BYTES)
    }

    fn g2(&mut self, name: &'static str, count: u64) -> Result<Vec<G2Affine>, (u64, FileProblem)> {
        self.many(name, count, G2_BYTES)
    }

    fn key(&mut self, [ic, a, b1, b2, h, l]: &[u64; 6]) -> Result<ProvingKey<Bn254>, (u64, FileProblem)> {
        let (alpha_g1, beta_g1) = (self.g1("alpha", 1)?[0], self.g1("beta1", 1)?[0]);
        let delta_g1 = self.g1("delta1", 1)?[0];
        let (beta_g2, gamma_g2) = (self.g2("beta2", 1)?[0], self.g2("gamma2", 1)?[0]);
        let delta_g2 = self.g2("delta2", 1)?[0];
        let gamma_abc_g1 = self.g1("IC", *ic)?;
        Ok(ProvingKey {
            vk: VerifyingKey { alpha_g1, beta_g2, gamma_g2, delta_g2, gamma_abc_g1 },
            beta_g1,
            delta_g1,
            a_query: self.g1("A", *a)?,
            b_g1_query: self.g1("B1", *b1)?,
            b_g2_query: self.g2("B2", *b2)?,
            h_query: self.g1("H", *h)?,
            l_query: self.g1("L", *l)?,
        })
    }
}
