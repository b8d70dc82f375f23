//! What can go wrong with an audit, part by part.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::groth16::{JsonError, ProveError, VerifyError, VerifyingKeyError};
use crate::jobs::Lost;

/// One proof of an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The shard with this place, from 0.
    Shard(usize),
    /// The verdict over all shards.
    Verdict,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shard(index) => write!(f, "shard {index}"),
            Self::Verdict => f.write_str("the verdict"),
        }
    }
}

/// What is wrong with a file of an audit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// Larger than any such file can be.
    #[error("larger than the {0} bytes allowed")]
    Oversized(u64),
    /// Bytes that are no text.
    #[error("not text: invalid UTF-8 at byte {0}")]
    NotText(usize),
    /// Not the JSON expected; says where.
    #[error("damaged: {0}")]
    Json(String),
    /// A version that this build does not read.
    #[error("version {found} is not known here, only {known}")]
    Version {
        /// Version in the file.
        found: u64,
        /// Version that this build reads.
        known: u64,
    },
    /// Some byte was changed.
    #[error("its checksum does not match: some byte was changed")]
    Checksum,
    /// A value that no such file has.
    #[error("damaged: {0}")]
    Value(String),
    /// Not a proof.
    #[error("not a proof: {0}")]
    Proof(#[from] JsonError),
    /// A sound file, of something else.
    #[error("it belongs to another audit: {0} differs")]
    Another(&'static str),
    /// A sound proof, in the wrong place.
    #[error("a proof, but not of {0} of this audit")]
    Foreign(Part),
    /// A file that must not be overwritten.
    #[error("exists already and is never overwritten")]
    Exists,
}

/// An audit could not be prepared, proven or accepted.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The operating system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the audit is not what it should be; nothing was overwritten.
    #[error("{path}: {fault}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: FileFault,
    },
    /// There is no such audit, or a proof of it has not been made.
    #[error("{path}: no such file: {what}", path = path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
        /// What it would hold.
        what: String,
    },
    /// A number of records or shards that the circuits do not take.
    #[error("{rows} records in {shards} shards: {reason}")]
    Shape {
        /// Valid records.
        rows: u64,
        /// Shards.
        shards: usize,
        /// Why not.
        reason: String,
    },
    /// What was given natively is not provable: a record without a prediction, a policy of another schema, and the like.
    #[error("{0}")]
    Input(String),
    /// The claim says something else than what the verifier expects.
    #[error("the audit is of another {what}: it says {found}, expected is {expected}")]
    Differs {
        /// Which of its words: `data root`, `model`, `policy`, `context`, `schema`.
        what: &'static str,
        /// What was expected.
        expected: String,
        /// What the claim says.
        found: String,
    },
    /// The claim was made with another circuit, version or key.
    #[error("the audit's {circuit} proofs are of {found}, this is {expected}")]
    Key {
        /// `shard` or `verdict`.
        circuit: &'static str,
        /// The key here.
        expected: String,
        /// The key that the claim names.
        found: String,
    },
    /// The verifying key must not be used.
    #[error("verifying key: {0}")]
    VerifyingKey(#[from] VerifyingKeyError),
    /// A proof could not be made.
    #[error("{part}: {source}")]
    Prove {
        /// Which.
        part: Part,
        /// Why.
        source: Box<ProveError>,
    },
    /// A proof is not one of what the claim says.
    #[error("{part}: {source}")]
    Invalid {
        /// Which.
        part: Part,
        /// Why.
        source: VerifyError,
    },
    /// A bug: a thread of the pool ended without an answer.
    #[error(transparent)]
    Lost(#[from] Lost),
}

impl JobError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |source| Self::Io { path: path.to_owned(), source }
    }

    pub(super) fn file(path: &Path, fault: impl Into<FileFault>) -> Self {
        Self::File { path: path.to_owned(), fault: fault.into() }
    }
}
