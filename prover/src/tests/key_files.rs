//! The key store, and every way a key file can be wrong.

use std::fs;
use std::path::Path;

use ark_bn254::Fr;
use ark_relations::gr1cs::SynthesisError;
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use tabella_circuits::r1cs::Builder;
use tabella_circuits::statement::{Statement, StatementError};

use super::statements::*;
use crate::circuit::CompiledCircuit;
use crate::keys::{CircuitKey, FileProblem, KeyError, KeyKind, KeyStore};

type Small = Quintic<1, 0>;

/// A store with the development key of [`Small`], its file, and the file's bytes.
fn stored() -> (tempfile::TempDir, KeyStore, std::path::PathBuf, Vec<u8>) {
    let dir = tempfile::tempdir().unwrap();
    let store = KeyStore::open(dir.path().join("keys"));
    store.development::<Small>().unwrap();
    let circuit = CompiledCircuit::compile::<Small>().unwrap();
    let path = store.path(&circuit, KeyKind::Development);
    let bytes = fs::read(&path).unwrap();
    (dir, store, path, bytes)
}

fn stamp(path: &Path) -> std::path::PathBuf {
    path.with_file_name(format!("{}.stamp", path.file_name().unwrap().to_str().unwrap()))
}

/// Where section `i` of a key file begins, and its length.
fn section(bytes: &[u8], i: usize) -> (usize, usize) {
    let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
    (number(144 + 16 * i), number(152 + 16 * i))
}

/// Replaces the checksum, so that what lies behind it is reached.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 32;
    let checksum = Sha256::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&checksum);
    bytes
}

/// What is said of a file with these bytes in the key's place, mapped or read; the stamp of the good file is still there.
fn problem(store: &KeyStore, path: &Path, bytes: &[u8]) -> (u64, FileProblem) {
    fs::write(path, bytes).unwrap();
    let said = [store.clone(), store.clone().in_memory()].map(|store| match store.development::<Small>() {
        Err(KeyError::File { path: named, offset, problem }) => {
            assert_eq!(named, path);
            assert_eq!(fs::read(path).unwrap(), bytes, "a damaged file must not be touched");
            (offset, problem)
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("a damaged key was accepted"),
    });
    assert_eq!(said[0], said[1]);
    said[0].clone()
}

#[test]
fn a_key_is_made_once_and_then_read() {
    let (_dir, store, path, bytes) = stored();
    assert_eq!(path.file_name().unwrap().to_str().unwrap().split('-').next(), Some("quintic"));
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    let read = store.development::<Small>().unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
    // A store of its own makes the same file, byte for byte.
    let (_other_dir, other, _, other_bytes) = stored();
    assert_eq!(bytes, other_bytes);
    assert_eq!(read.proving_key(), other.development::<Small>().unwrap().proving_key());
    // One file and its stamp, both their owner's alone; nothing left beside them.
    assert_eq!(fs::read_dir(store.dir()).unwrap().count(), 2);
    #[cfg(unix)]
    for file in [path.clone(), stamp(&path), store.dir().to_owned()] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o077, 0);
    }
    let copy = store.clone().in_memory().development::<Small>().unwrap();
    assert_eq!((copy.proving_key(), copy.circuit()), (read.proving_key(), read.circuit()));
    let circuit = CompiledCircuit::compile::<Small>().unwrap();
    assert_eq!((read.circuit(), KeyStore::file_size(&circuit)), (circuit.circuit(), bytes.len() as u64));
}

thread_local! {
    static COMPILED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// "x·x = y" that counts how often it is compiled on this thread.
struct Counted;

impl Statement for Counted {
    type Public = Fr;
    type Witness = Fr;
    const VERSION: u32 = 1;

    fn id() -> String {
        "counted".to_owned()
    }
    fn constants() -> usize {
        0
    }
    fn input_names() -> Vec<String> {
        vec!["y".to_owned()]
    }
    fn inputs(y: &Fr) -> Vec<Fr> {
        vec![*y]
    }
    fn blank() -> (Fr, Fr) {
        COMPILED.set(COMPILED.get() + 1);
        (Fr::from(0u64), Fr::from(0u64))
    }
    fn check(_: &Fr, _: &Fr) -> Result<(), StatementError> {
        Ok(())
    }
    fn build(builder: &mut Builder, y: &Fr, x: &Fr) -> Result<(), SynthesisError> {
        let (y, x) = (builder.input(*y)?, builder.witness(*x)?);
        builder.enforce(&x, &x, &y)
    }
}

/// A warm start does not compile; whatever puts the stamp in doubt makes it compile and check again, and stamp anew.
#[test]
fn a_stamp_saves_compiling_and_counts_only_as_it_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let store = KeyStore::open(dir.path());
    let compiled = || {
        let before = COMPILED.get();
        store.development::<Counted>().unwrap();
        COMPILED.get() - before
    };
    assert_eq!((compiled(), compiled(), compiled()), (1, 0, 0));
    let key = store.list().unwrap().remove(0).path;
    let good = fs::read_to_string(stamp(&key)).unwrap();
    assert_eq!(good.lines().count(), 7);
    let doubt = |what: &str, text: &str| {
        fs::write(stamp(&key), text).unwrap();
        assert_eq!((compiled(), compiled()), (1, 0), "{what}");
        // Written anew, at most with a program more.
        let (state, program) = good.rsplit_once("program").unwrap();
        let now = fs::read_to_string(stamp(&key)).unwrap();
        assert!(now.starts_with(state) && now.ends_with(program), "{what}");
    };
    for line in good.lines() {
        let (start, end) = line.split_at(line.len() - 1);
        let changed = if end == "0" { "1" } else { "0" };
        doubt(line, &good.replace(line, &format!("{start}{changed}")));
        doubt(line, &good.replace(&format!("{line}\n"), ""));
    }
    doubt("empty", "");
    doubt("cut", &good[..good.len() - 9]);
    fs::remove_file(stamp(&key)).unwrap();
    assert_eq!((compiled(), compiled()), (1, 0));
    // Touched, or written again with the same bytes: another state of the file.
    fs::write(&key, fs::read(&key).unwrap()).unwrap();
    assert_eq!((compiled(), compiled()), (1, 0));
}

/// Stamps count only where nobody but the owner can write.
#[cfg(unix)]
#[test]
fn a_stamp_that_others_could_have_written_does_not_count() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let store = KeyStore::open(dir.path().join("keys"));
    store.development::<Counted>().unwrap();
    let key = store.list().unwrap().remove(0).path;
    let compiled = || {
        let before = COMPILED.get();
        store.development::<Counted>().unwrap();
        COMPILED.get() - before
    };
    assert_eq!(compiled(), 0);
    let mode = |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(&stamp(&key), 0o622);
    assert_eq!((compiled(), compiled()), (1, 0), "written again, with proper rights");
    mode(store.dir(), 0o770);
    assert_eq!((compiled(), compiled()), (1, 1));
    mode(store.dir(), 0o700);
    assert_eq!(compiled(), 0);
}

/// In place, with the old modification time put back: only the system's own time of change tells.
#[cfg(unix)]
#[test]
fn attack_37_a_change_hidden_behind_the_old_modification_time_is_found() {
    let (_dir, store, path, mut bytes) = stored();
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, &bytes).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), modified);
    assert!(matches!(store.development::<Small>(), Err(KeyError::File { problem: FileProblem::Checksum, .. })));
}

#[test]
fn two_makers_at_once_both_succeed() {
    let dir = tempfile::tempdir().unwrap();
    let keys: Vec<_> = std::thread::scope(|scope| {
        let maker = || KeyStore::open(dir.path()).development::<Small>().unwrap();
        let makers: Vec<_> = (0..4).map(|_| scope.spawn(maker)).collect();
        makers.into_iter().map(|maker| maker.join().unwrap()).collect()
    });
    assert!(keys.windows(2).all(|pair| pair[0].proving_key() == pair[1].proving_key()));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
}

#[test]
fn the_list_shows_headers_and_says_what_is_not_a_key() {
    let (_dir, store, path, _) = stored();
    fs::write(store.dir().join("broken.tkey"), b"TABELKE").unwrap();
    // Format version 1 had another name; its files are left alone.
    fs::write(store.dir().join("quintic-0-v1-0000000000000000.development.key"), b"TABELKEY").unwrap();
    fs::write(store.dir().join("notes.txt"), b"not a key").unwrap();
    let list = store.list().unwrap();
    assert_eq!(list.len(), 2);
    assert!(matches!(list[0].header, Err(KeyError::File { offset: 7, problem: FileProblem::Truncated { .. }, .. })));
    let header = list[1].header.as_ref().unwrap();
    assert_eq!((list[1].path.as_path(), header.kind), (path.as_path(), KeyKind::Development));
    assert_eq!((header.circuit.as_str(), header.version), ("quintic-0", 1));
    assert!(KeyStore::open(store.dir().join("absent")).list().unwrap().is_empty());
}

#[test]
fn attack_37_every_truncation_is_named_with_its_offset() {
    let (_dir, store, path, bytes) = stored();
    // Every boundary of the format and its neighbours, then every 61st byte.
    let fields = [0usize, 8, 12, 13, 16, 20, 24, 88, 120, 128, 136, 144, 368, 512];
    let sections = (0..14).flat_map(|i| [section(&bytes, i).0, section(&bytes, i).0 + section(&bytes, i).1]);
    let edges: Vec<usize> = fields.into_iter().chain(sections).chain([bytes.len() - 32, bytes.len()]).collect();
    let edges =
        edges.iter().flat_map(|edge| [edge.saturating_sub(1), *edge, edge + 1]).filter(|edge| *edge < bytes.len());
    for length in edges.chain((0..bytes.len()).step_by(61)) {
        let (offset, problem) = problem(&store, &path, &bytes[..length]);
        assert_eq!(offset, length as u64);
        assert!(matches!(problem, FileProblem::Truncated { .. }), "{length}: {problem}");
    }
}

#[test]
fn attack_37_every_region_reports_a_flipped_bit() {
    let (_dir, store, path, bytes) = stored();
    let flipped = |at: usize, bit: u8| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1 << bit;
        problem(&store, &path, &bytes)
    };
    let body = bytes.len() as u64 - 32;
    assert_eq!(flipped(3, 0), (0, FileProblem::Magic));
    assert_eq!(flipped(8, 1), (8, FileProblem::Format { expected: 2, found: 0 }));
    assert_eq!(flipped(12, 7), (12, FileProblem::Header("unknown kind")));
    assert_eq!(flipped(14, 0), (13, FileProblem::Header("reserved bytes are set")));
    assert_eq!(flipped(21, 0), (20, FileProblem::Header("impossible length of the circuit id")));
    assert_eq!(flipped(24, 5), (24, FileProblem::Header("malformed circuit id")));
    assert_eq!(flipped(80, 0), (24, FileProblem::Header("malformed circuit id")));
    assert!(matches!(flipped(120, 0), (_, FileProblem::Truncated { .. })));
    assert_eq!(flipped(120, 6).1, FileProblem::Oversized { extra: 64 });
    assert!(matches!(flipped(127, 7), (_, FileProblem::Truncated { .. })));
    assert_eq!(flipped(12, 1).1, FileProblem::Header("unknown kind"));
    assert_eq!(flipped(144, 6), (144, FileProblem::Section("constants")));
    assert_eq!(flipped(152, 0), (152, FileProblem::Section("constants")));
    assert_eq!(flipped(160, 3), (160, FileProblem::Section("IC")));
    assert_eq!(flipped(168, 6).0, 176, "one point more: all that follows has another place");
    assert_eq!(flipped(175, 7), (176, FileProblem::Section("variables of A")));
    assert_eq!(flipped(368, 0), (368, FileProblem::Header("reserved bytes are set")));
    assert_eq!(flipped(511, 0), (368, FileProblem::Header("reserved bytes are set")));
    // Version, digest, sizes and content are believed only under a good checksum.
    let sections = (0..14).flat_map(|i| [section(&bytes, i).0, section(&bytes, i).0 + section(&bytes, i).1 - 1]);
    let padding = section(&bytes, 2).0 + section(&bytes, 2).1;
    let others = [16, 88, 119, 128, 136, padding, bytes.len() - 33, bytes.len() - 32, bytes.len() - 1];
    for at in others.into_iter().chain(sections) {
        assert_eq!(flipped(at, 0), (body, FileProblem::Checksum), "byte {at}");
    }
}

#[test]
fn attack_37_a_longer_file_is_refused() {
    let (_dir, store, path, bytes) = stored();
    for extra in [1usize, 32, 4096] {
        let longer = [bytes.clone(), vec![0; extra]].concat();
        assert_eq!(
            problem(&store, &path, &longer),
            (bytes.len() as u64, FileProblem::Oversized { extra: extra as u64 })
        );
    }
}

#[test]
fn attack_15_a_key_for_something_else_is_a_distinct_error() {
    let (_dir, store, path, bytes) = stored();
    let with = |at: usize, new: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + new.len()].copy_from_slice(new);
        problem(&store, &path, &sealed(bytes))
    };
    use FileProblem::*;
    assert_eq!(with(12, &[2]), (12, Kind { expected: KeyKind::Development, found: KeyKind::Ceremony }));
    assert_eq!(with(24, b"quintic-7"), (24, Circuit { expected: "quintic-0".into(), found: "quintic-7".into() }));
    assert_eq!(with(16, &[2]), (16, Version { expected: 1, found: 2 }));
    assert!(matches!(with(88, &[0; 32]), (88, Matrices { .. })));
    assert_eq!(with(128, &[9]), (128, Count { name: "public inputs", expected: 2, found: 9 }));
    assert_eq!(with(136, &[9]), (136, Count { name: "private variables", expected: 4, found: 9 }));
    // A key of another shape, complete in itself, under this name.
    let other = KeyStore::open(store.dir().join("other"));
    other.development::<Quintic<1, 1>>().unwrap();
    let circuit = CompiledCircuit::compile::<Quintic<1, 1>>().unwrap();
    let foreign = fs::read(other.path(&circuit, KeyKind::Development)).unwrap();
    let found = Circuit { expected: "quintic-0".into(), found: "quintic-1".into() };
    assert_eq!(problem(&store, &path, &foreign), (24, found));
}

#[test]
fn attack_37_bad_points_under_a_good_checksum_are_refused() {
    let (_dir, store, path, bytes) = stored();
    let with = |at: usize, new: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + new.len()].copy_from_slice(new);
        problem(&store, &path, &sealed(bytes))
    };
    let start = |i: usize| section(&bytes, i).0;
    let (alpha, gamma2, delta2) = (start(0), start(0) + 3 * 64 + 128, start(0) + 3 * 64 + 2 * 128);
    let point = |at: usize, name| (at as u64, FileProblem::Point(name));
    assert_eq!(with(alpha, &[0xff; 64]), point(alpha, "alpha"));
    assert_eq!(with(alpha + 64, &[5; 32]), point(alpha + 64, "beta1"));
    assert_eq!(with(alpha + 128, &[0; 64]), point(alpha + 128, "delta1"));
    assert_eq!(with(gamma2, &[1; 16]), point(gamma2, "gamma2"));
    // The second point of each query; then infinity where a query has finite points only.
    for (i, size, name) in [(1, 64, "IC"), (3, 64, "A"), (5, 64, "B1"), (6, 128, "B2"), (7, 64, "H"), (9, 64, "L")] {
        assert_eq!(with(start(i) + size, &[1; 16]), point(start(i) + size, name));
    }
    for (i, name) in [(1, "IC"), (3, "A"), (9, "L")] {
        assert_eq!(with(start(i), &[0; 64]), point(start(i), name));
    }
    // A coordinate plus q is the same point, in another spelling.
    let mut limbs = [0u64; 4];
    bytemuck::bytes_of_mut(&mut limbs).copy_from_slice(&bytes[start(3)..start(3) + 32]);
    let mut number = ark_ff::BigInt(limbs);
    assert!(!ark_ff::BigInteger::add_with_carry(&mut number, &<ark_bn254::Fq as ark_ff::PrimeField>::MODULUS));
    assert_eq!(with(start(3), bytemuck::bytes_of(&number.0)), point(start(3), "A"));
    // gamma replaced by delta: every point is fine, the key is not.
    let delta = bytes[delta2..delta2 + 128].to_vec();
    let (offset, problem) = with(gamma2, &delta);
    assert_eq!(offset, alpha as u64);
    assert_eq!(problem.to_string(), "gamma equals delta: proofs can be forged, no one contributed to this key");
}

#[test]
fn attack_37_other_rows_and_variables_under_a_good_checksum_are_refused() {
    let (_dir, store, path, bytes) = stored();
    let with = |at: usize, new: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + new.len()].copy_from_slice(new);
        problem(&store, &path, &sealed(bytes))
    };
    let sections = [
        (2, "variables of A"),
        (4, "variables of B"),
        (8, "variables of L"),
        (10, "rows"),
        (11, "offsets"),
        (12, "terms"),
        (13, "coefficients"),
    ];
    for (i, name) in sections {
        let at = section(&bytes, i).0 + 4;
        assert_eq!(with(at, &[0xee; 4]), (at as u64, FileProblem::Section(name)));
    }
    // Twice the same variable; a public input among L's.
    let a = section(&bytes, 2).0;
    assert_eq!(with(a + 4, &bytes[a..a + 4]), (a as u64 + 4, FileProblem::Section("variables of A")));
    let l = section(&bytes, 8).0;
    assert_eq!(with(l, &[2]), (l as u64, FileProblem::Section("variables of L")));
}

#[test]
fn attack_14_a_ceremony_key_comes_only_from_a_file_marked_so() {
    let (_dir, store, path, bytes) = stored();
    let circuit = CompiledCircuit::compile::<Small>().unwrap();
    let place = store.path(&circuit, KeyKind::Ceremony);
    assert!(matches!(store.ceremony::<Small>(), Err(KeyError::Missing { kind: KeyKind::Ceremony, .. })));
    // The development file under the ceremony's name.
    fs::copy(&path, &place).unwrap();
    let Err(KeyError::File { offset: 12, problem, .. }) = store.ceremony::<Small>() else { panic!("accepted") };
    assert_eq!(problem, FileProblem::Kind { expected: KeyKind::Ceremony, found: KeyKind::Development });
    let mut marked = bytes;
    marked[12] = 2;
    fs::write(&place, sealed(marked)).unwrap();
    let key = store.ceremony::<Small>().unwrap();
    assert_eq!((key.kind(), key.kind().to_string()), (KeyKind::Ceremony, "ceremony".to_owned()));
    assert_eq!(key.proving_key(), store.development::<Small>().unwrap().proving_key());
}

#[test]
fn a_directory_that_cannot_be_made_is_an_error_with_its_path() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("occupied");
    fs::write(&file, b"").unwrap();
    let Err(KeyError::Io { path, .. }) = KeyStore::open(&file).development::<Small>() else { panic!("accepted") };
    assert!(path.starts_with(&file));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tabella_circuits::testing::cases(64)))]

    #[test]
    fn any_change_anywhere_is_refused(at in any::<prop::sample::Index>(), xor in 1u8..) {
        let (_dir, store, path, mut bytes) = stored();
        let at = at.index(bytes.len());
        bytes[at] ^= xor;
        problem(&store, &path, &bytes);
    }

    /// An attacker who can recompute the checksum still gets a typed error or a key that passes every check: no panic.
    #[test]
    fn no_sealed_change_panics(at in any::<prop::sample::Index>(), xor in 1u8..) {
        let (_dir, store, path, mut bytes) = stored();
        let at = at.index(bytes.len() - 32);
        bytes[at] ^= xor;
        fs::write(&path, sealed(bytes)).unwrap();
        drop(store.development::<Small>());
    }

    #[test]
    fn no_random_file_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (_dir, store, path, _) = stored();
        problem(&store, &path, &bytes);
    }
}
