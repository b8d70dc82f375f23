//! What the benchmarks share: a weighted electorate large enough that the path has real levels, and the keys on disk.

#[cfg(feature = "peer")]
pub mod engine;

use std::path::{Path, PathBuf};

use tabella_circuits::sample::{SampleElection, sample_election};
use tabella_circuits::statement::Statement;
use tabella_circuits::voting::electorate::Kind;
use tabella_prover::{DevelopmentKey, KeyStore};

/// Members of the electorate.
pub const MEMBERS: usize = 1000;

/// The election that every benchmark uses.
pub fn election() -> SampleElection {
    sample_election(Kind::Weighted, MEMBERS, 1)
}

/// The development key of `S` from `TABELLA_KEYS` or the repository's `target/dev-keys`, made there when it is missing.
///
/// # Panics
/// When the key cannot be made or read.
pub fn key<S: Statement>() -> DevelopmentKey {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/dev-keys");
    let folder = std::env::var_os("TABELLA_KEYS").map_or_else(default, PathBuf::from);
    KeyStore::open(&folder).development::<S>().unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}
