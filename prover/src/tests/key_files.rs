//! The key store, and every way a key file can be wrong.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use sha2::{Digest, Sha256};

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

/// Replaces the checksum, so that what lies behind it is reached.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 32;
    let checksum = Sha256::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&checksum);
    bytes
}

fn problem(store: &KeyStore, path: &Path, bytes: &[u8]) -> (u64, FileProblem) {
    fs::write(path, bytes).unwrap();
    match store.development::<Small>() {
        Err(KeyError::File { path: named, offset, problem }) => {
            assert_eq!(named, path);
            assert_eq!(fs::read(path).unwrap(), bytes, "a damaged file must not be touched");
            (offset, problem)
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("a damaged key was accepted"),
    }
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
    // One file, nothing left beside it.
    assert_eq!(fs::read_dir(store.dir()).unwrap().count(), 1);
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
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn the_list_shows_headers_and_says_what_is_not_a_key() {
    let (_dir, store, path, _) = stored();
    fs::write(store.dir().join("broken.key"), b"TABELKEX").unwrap();
    fs::write(store.dir().join("notes.txt"), b"not a key").unwrap();
    let list = store.list().unwrap();
    assert_eq!(list.len(), 2);
    assert!(matches!(list[0].header, Err(KeyError::File { offset: 8, problem: FileProblem::Truncated { .. }, .. })));
    let header = list[1].header.as_ref().unwrap();
    assert_eq!((list[1].path.as_path(), header.kind), (path.as_path(), KeyKind::Development));
    assert_eq!((header.circuit.as_str(), header.version), ("quintic-0", 1));
    assert!(KeyStore::open(store.dir().join("absent")).list().unwrap().is_empty());
}

#[test]
fn attack_37_every_truncation_is_named_with_its_offset() {
    let (_dir, store, path, bytes) = stored();
    // Every boundary of the format and its neighbours, then every 61st byte.
    let edges = [
        0usize,
        1,
        8,
        12,
        13,
        16,
        20,
        24,
        88,
        120,
        127,
        128,
        129,
        152,
        216,
        bytes.len() - 33,
        bytes.len() - 32,
        bytes.len() - 1,
    ];
    for length in edges.into_iter().chain((0..bytes.len()).step_by(61)) {
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
    assert_eq!(flipped(8, 1), (8, FileProblem::Format { expected: 1, found: 3 }));
    assert_eq!(flipped(12, 7), (12, FileProblem::Header("unknown kind")));
    assert_eq!(flipped(14, 0), (13, FileProblem::Header("reserved bytes are set")));
    assert_eq!(flipped(21, 0), (20, FileProblem::Header("impossible length of the circuit id")));
    assert_eq!(flipped(24, 5), (24, FileProblem::Header("malformed circuit id")));
    assert_eq!(flipped(80, 0), (24, FileProblem::Header("malformed circuit id")));
    assert!(matches!(flipped(120, 0), (_, FileProblem::Truncated { .. })));
    assert_eq!(flipped(120, 3).1, FileProblem::Oversized { extra: 8 });
    assert!(matches!(flipped(127, 7), (_, FileProblem::Truncated { .. })));
    // Kind, version, id and digest are believed only under a good checksum.
    for at in [16, 88, 119, 128, 152, 700, bytes.len() - 33, bytes.len() - 32, bytes.len() - 1] {
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
    assert_eq!(with(128, &[9]), (128, Count { name: "IC", expected: 3, found: 9 }));
    assert_eq!(with(148, &[9]), (148, Count { name: "L", expected: 4, found: 9 }));
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
    let (alpha, gamma2, delta2) = (152, 152 + 3 * 64 + 128, 152 + 3 * 64 + 2 * 128);
    assert_eq!(with(alpha, &[0xff; 64]), (152, FileProblem::Point("alpha")));
    assert_eq!(with(alpha, &[5; 32]), (152, FileProblem::Point("alpha")));
    let ic1 = delta2 + 128 + 64;
    assert_eq!(with(ic1, &[1; 16]), (ic1 as u64, FileProblem::Point("IC")));
    let last = bytes.len() - 32 - 64;
    assert_eq!(with(last, &[1; 16]), (last as u64, FileProblem::Point("L")));
    // gamma replaced by delta: every point is fine, the key is not.
    let delta = bytes[delta2..delta2 + 128].to_vec();
    let (offset, problem) = with(gamma2, &delta);
    assert_eq!(offset, 152);
    assert_eq!(problem.to_string(), "gamma equals delta: proofs can be forged, no one contributed to this key");
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
