//! Writing key files, opening them, and the check of everything in one.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use ark_bn254::{Bn254, Fq};
use ark_ff::{BigInt, PrimeField};
use ark_groth16::ProvingKey;
use sha2::{Digest, Sha256};

use super::header::{CHECKSUM, HEADER, KeyHeader, NAMES, TABLE};
use super::{FileProblem, KeyError, KeyKind};
use crate::circuit::{Circuit, CompiledCircuit};
use crate::engine::image::Image;
use crate::engine::key::{Constants, EngineKey, Section, Table};
use crate::engine::matrices::Matrices;
use crate::engine::par;
use crate::engine::point::{G1Point, G2Point, Limbs, Point};
use crate::groth16::check_verifying_key;

/// A problem and its offset in the file.
type Fault = (u64, FileProblem);

/// The bytes of a complete key file. Nothing if the circuit's id does not fit one, or the key is another circuit's.
pub(super) fn image(kind: KeyKind, circuit: &CompiledCircuit, key: &ProvingKey<Bn254>) -> Option<Image> {
    let matrices = Matrices::new(circuit.matrices(), circuit.num_variables()).ok()?;
    let (mut image, table) = EngineKey::lay_out(key, &matrices, HEADER, CHECKSUM)?;
    let header = KeyHeader {
        kind,
        circuit: circuit.id().to_owned(),
        version: circuit.version(),
        matrix_digest: *circuit.digest(),
        inputs: circuit.num_inputs(),
        witness: circuit.num_witness(),
        table,
    };
    image.bytes_mut(0..HEADER).copy_from_slice(&header.encode()?);
    let end = header.table.end();
    let checksum = Sha256::digest(&image.bytes()[..end]);
    image.bytes_mut(end..end + CHECKSUM).copy_from_slice(&checksum);
    Some(image)
}

/// The length of a circuit's key file in bytes, for the usual key that is finite where a column is not zero.
pub(super) fn length(circuit: &CompiledCircuit) -> u64 {
    let (variables, public) = (circuit.num_variables(), circuit.num_inputs() + 1);
    let columns = [0, 1, 2].map(|side| {
        let mut used = vec![side == 0; public];
        used.resize(variables, false);
        circuit.matrices()[side].iter().flatten().for_each(|(_, variable)| used[*variable] = true);
        used
    });
    let count = |column: &[bool]| column.iter().filter(|used| **used).count();
    let (a, b) = (count(&columns[0]), count(&columns[1]));
    let l = (public..variables).filter(|i| columns.iter().any(|column| column[*i])).count();
    let rows = Matrices::new(circuit.matrices(), variables).map(|matrices| matrices.counts());
    let Ok([r0, r1, r2, r3]) = rows else { return u64::MAX };
    let counts = [1, public, a, a, b, b, b, circuit.domain(), l, l, r0, r1, r2, r3];
    Table::packed(HEADER, counts).map_or(u64::MAX, |table| (table.end() + CHECKSUM) as u64)
}

/// Reads the header and checks the file's length and layout against it; nothing else is looked at.
pub(super) fn read_header(path: &Path) -> Result<KeyHeader, KeyError> {
    let mut file = File::open(path).map_err(KeyError::io(path))?;
    let length = file.metadata().map_err(KeyError::io(path))?.len();
    let mut start = Vec::with_capacity(HEADER);
    Read::by_ref(&mut file).take(HEADER as u64).read_to_end(&mut start).map_err(KeyError::io(path))?;
    KeyHeader::decode(&start, length).map_err(|(offset, problem)| KeyError::file(path, offset, problem))
}

/// Opens a key file as it is: header, layout and identity are checked, the content is not.
pub(super) fn open(path: &Path, kind: KeyKind, mapped: bool) -> Result<(KeyHeader, EngineKey), KeyError> {
    let fail = |(offset, problem)| KeyError::file(path, offset, problem);
    let read = read_header(path)?;
    let image = if mapped { Image::open(path) } else { Image::read(path) }.map_err(KeyError::io(path))?;
    // What is used is what was mapped, should the file have been replaced in between.
    let header = KeyHeader::decode(image.bytes(), image.bytes().len() as u64).map_err(fail)?;
    if header != read {
        return Err(fail((0, FileProblem::Header("it changes while it is read"))));
    }
    if header.kind != kind {
        return Err(fail((12, FileProblem::Kind { expected: kind, found: header.kind })));
    }
    let key = EngineKey::view(image, header.table.clone(), header.variables());
    let key = key.ok_or_else(|| fail((TABLE as u64, FileProblem::Header("the sections' lengths disagree"))))?;
    Ok((header, key))
}

/// The checksum at the end of an open file.
pub(super) fn checksum(key: &EngineKey) -> &[u8] {
    let bytes = key.image().bytes();
    &bytes[bytes.len() - CHECKSUM..]
}

/// Checks all of an open file: checksum, identity, sizes, every row against the circuit's, every variable, every point on
/// its curve, and the verifying key. A ceremony key's G2 points must also be in the subgroup; for a development key that
/// would buy nothing.
pub(super) fn check(header: &KeyHeader, key: &EngineKey, circuit: &CompiledCircuit) -> Result<(), Fault> {
    let end = header.table.end();
    if Sha256::digest(&key.image().bytes()[..end]).as_slice() != checksum(key) {
        return Err((end as u64, FileProblem::Checksum));
    }
    check_identity(header, circuit)?;
    check_sizes(header, circuit)?;
    check_rows(header, key, circuit)?;
    let (first, variables) = (circuit.num_inputs() as u32 + 1, circuit.num_variables() as u32);
    for (section, from) in [(Section::AVariables, 0), (Section::BVariables, 0), (Section::LVariables, first)] {
        let list: &[u32] = key.section(section);
        let wrong = |i: usize| list[i] < from || list[i] >= variables || (i > 0 && list[i] <= list[i - 1]);
        fault_of(header, section, par::first(list.len(), wrong), FileProblem::Section)?;
    }
    check_points(header, key)?;
    let at = header.table.0[Section::Constants as usize].start as u64;
    check_verifying_key(key.vk(), circuit.num_inputs()).map_err(|error| (at, error.into()))
}

/// Whether the file says that it is for this circuit.
pub(super) fn check_identity(header: &KeyHeader, circuit: &Circuit) -> Result<(), Fault> {
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

fn check_sizes(header: &KeyHeader, circuit: &Circuit) -> Result<(), Fault> {
    let counts = header.table.counts();
    let at = |section: Section| TABLE + 16 * section as usize + 8;
    let sizes = [
        ("public inputs", 128, circuit.num_inputs(), header.inputs),
        ("private variables", 136, circuit.num_witness(), header.witness),
        ("points of IC", at(Section::Inputs), circuit.num_inputs() + 1, counts[Section::Inputs as usize]),
        ("points of H", at(Section::H), circuit.domain(), counts[Section::H as usize]),
        ("rows", at(Section::Rows), circuit.num_constraints(), counts[Section::Rows as usize]),
    ];
    for (name, at, expected, found) in sizes {
        if expected != found {
            let (expected, found) = (expected as u64, found as u64);
            return Err((at as u64, FileProblem::Count { name, expected, found }));
        }
    }
    Ok(())
}

/// The file's rows against a fresh encoding of the compiled ones, byte for byte.
fn check_rows(header: &KeyHeader, key: &EngineKey, circuit: &CompiledCircuit) -> Result<(), Fault> {
    let matrices = Matrices::new(circuit.matrices(), circuit.num_variables());
    let start = |section: Section| header.table.0[section as usize].start;
    let matrices = matrices.map_err(|_| (start(Section::Rows) as u64, FileProblem::Section("rows")))?;
    for (section, expected) in Section::MATRICES.into_iter().zip(matrices.sections()) {
        let found: &[u8] = key.section(section);
        if found != expected {
            let same = found.iter().zip(expected).take_while(|(found, expected)| found == expected).count();
            let problem = FileProblem::Section(NAMES[section as usize]);
            return Err(((start(section) + same) as u64, problem));
        }
    }
    Ok(())
}

fn check_points(header: &KeyHeader, key: &EngineKey) -> Result<(), Fault> {
    let subgroup = header.kind == KeyKind::Ceremony;
    let at = header.table.0[Section::Constants as usize].start;
    let Constants { g1, g2 } = key.constants();
    let bad = |place: usize, name: &'static str| ((at + place) as u64, FileProblem::Point(name));
    for (i, name) in ["alpha", "beta1", "delta1"].into_iter().enumerate() {
        if g1[i].is_infinity() || !is_valid(&g1[i], false) {
            return Err(bad(i * size_of::<G1Point>(), name));
        }
    }
    for (i, name) in ["beta2", "gamma2", "delta2"].into_iter().enumerate() {
        if !is_valid(&g2[i], false) {
            return Err(bad(3 * size_of::<G1Point>() + i * size_of::<G2Point>(), name));
        }
    }
    for (section, infinity) in
        [(Section::Inputs, false), (Section::A, false), (Section::B1, true), (Section::H, true), (Section::L, false)]
    {
        let points: &[G1Point] = key.section(section);
        let wrong = |i: usize| points[i].is_infinity() && !infinity || !is_valid(&points[i], false);
        fault_of(header, section, par::first(points.len(), wrong), FileProblem::Point)?;
    }
    let points: &[G2Point] = key.section(Section::B2);
    let wrong = par::first(points.len(), |i| !is_valid(&points[i], subgroup));
    fault_of(header, Section::B2, wrong, FileProblem::Point)
}

/// Canonical coordinates of a point on its curve, and in the subgroup if that is asked; infinity is.
fn is_valid<P: Point>(point: &P, subgroup: bool) -> bool {
    let limbs: &[Limbs] = bytemuck::cast_slice(std::slice::from_ref(point));
    let canonical = limbs.iter().all(|limbs| BigInt(*limbs) < Fq::MODULUS);
    let point = point.unpack();
    canonical && point.is_on_curve() && (!subgroup || point.is_in_correct_subgroup_assuming_on_curve())
}

/// An error at element `wrong` of a section, if there is one.
fn fault_of(
    header: &KeyHeader,
    section: Section,
    wrong: Option<usize>,
    problem: fn(&'static str) -> FileProblem,
) -> Result<(), Fault> {
    let Some(i) = wrong else { return Ok(()) };
    let at = header.table.0[section as usize].start + i * Section::ELEMENTS[section as usize];
    Err((at as u64, problem(NAMES[section as usize])))
}
