//! What can be wrong with keys and their files.

use std::io;
use std::path::{Path, PathBuf};

use super::KeyKind;
use crate::circuit::CircuitError;
use crate::groth16::VerifyingKeyError;
use crate::setup::SetupError;

/// A key could not be loaded, made or stored.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The operating system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no such key in the store.
    #[error("{path}: no {kind} key here", path = path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
        /// The kind that was looked for.
        kind: KeyKind,
    },
    /// A key file is damaged or is for something else.
    #[error("{path}, byte {offset}: {problem}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Offset in the file, in bytes.
        offset: u64,
        /// What is wrong there.
        problem: FileProblem,
    },
    /// The circuit does not compile.
    #[error(transparent)]
    Circuit(#[from] CircuitError),
    /// A circuit whose id or size does not fit a key file.
    #[error("circuit {0} does not fit a key file")]
    Unstorable(String),
    /// The setup failed.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// What is wrong with a key file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileProblem {
    /// The file ends too early.
    #[error("the file ends here, {expected} bytes are needed")]
    Truncated {
        /// Length the file should have.
        expected: u64,
    },
    /// The file goes on after its end.
    #[error("{extra} bytes follow the end of the key")]
    Oversized {
        /// Bytes too many.
        extra: u64,
    },
    /// Not a key file.
    #[error("not a Tabella key file")]
    Magic,
    /// A format version that this build does not read.
    #[error("format version {found}, this build reads version {expected}")]
    Format {
        /// Version this build reads.
        expected: u32,
        /// Version in the file.
        found: u32,
    },
    /// Reserved bytes are set, or a length or name is impossible.
    #[error("malformed header: {0}")]
    Header(&'static str),
    /// The checksum differs: some bit of the file has changed.
    #[error("the checksum does not match: the file is damaged")]
    Checksum,
    /// A development key where a ceremony key is needed, or the reverse.
    #[error("this is a {found} key, a {expected} key is needed")]
    Kind {
        /// Kind that was asked for.
        expected: KeyKind,
        /// Kind in the file.
        found: KeyKind,
    },
    /// A key for another circuit.
    #[error("this key is for circuit {found}, not for {expected}")]
    Circuit {
        /// Circuit that was asked for.
        expected: String,
        /// Circuit in the file.
        found: String,
    },
    /// A key for another version of the circuit.
    #[error("this key is for version {found} of the circuit, not for version {expected}")]
    Version {
        /// Version that was asked for.
        expected: u32,
        /// Version in the file.
        found: u32,
    },
    /// A key for other matrices under the same name and version.
    #[error("this key is for matrices {found}, not for {expected}")]
    Matrices {
        /// Digest of the compiled circuit, in hex.
        expected: String,
        /// Digest in the file, in hex.
        found: String,
    },
    /// A size is not the circuit's.
    #[error("{found} {name}, the circuit has {expected}")]
    Count {
        /// Of what.
        name: &'static str,
        /// How many the circuit has.
        expected: u64,
        /// How many the file has.
        found: u64,
    },
    /// A section whose place, length or content is not what it must be.
    #[error("the section \"{0}\" is not the circuit's")]
    Section(&'static str),
    /// A point that is not canonical, not on its curve or not in its subgroup.
    #[error("a point of {0} is not valid")]
    Point(&'static str),
    /// A verifying key that must not be used.
    #[error("{0}")]
    VerifyingKey(#[from] VerifyingKeyError),
}

impl KeyError {
    /// Whether a file is simply not there.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |source| Self::Io { path: path.to_owned(), source }
    }

    pub(super) fn file(path: &Path, offset: u64, problem: FileProblem) -> Self {
        Self::File { path: path.to_owned(), offset, problem }
    }
}
