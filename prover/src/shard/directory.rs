//! The directory of an audit: what is public, one file for each proof, what only the owner may read.
//!
//! ```text
//! audit.json          the claim: every public word of every proof
//! shards/0000.json    a proof, as snarkjs writes it; its public inputs follow from the claim
//! verdict.json        likewise
//! secret.json         blindings and counts of the shards, mode 0600: for the owner alone
//! ```

use std::fs::{self, DirBuilder, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::claim::Claim;
use super::error::{FileFault, JobError, Part};
use super::openings::Openings;
use crate::groth16::Proof;

/// A claim of 160 shards has 42 KB.
const CLAIM_LIMIT: u64 = 1 << 20;
/// A proof has 1 KB.
const PROOF_LIMIT: u64 = 1 << 16;
/// Openings of 160 shards have 2 MB if no cell is 0.
const OPENINGS_LIMIT: u64 = 4 << 20;

/// An audit's directory.
#[derive(Debug, Clone)]
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    /// The audit in this directory. Nothing is touched yet.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Makes the directory, for its owner alone; one that exists is left as it is.
    ///
    /// # Errors
    /// [`JobError::Io`].
    pub fn create(&self) -> Result<(), JobError> {
        let shards = self.root.join("shards");
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&shards).map_err(JobError::io(&shards))
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The claim's file.
    pub fn claim_path(&self) -> PathBuf {
        self.root.join("audit.json")
    }

    /// The openings' file.
    pub fn openings_path(&self) -> PathBuf {
        self.root.join("secret.json")
    }

    /// The file of a proof.
    pub fn proof_path(&self, part: Part) -> PathBuf {
        match part {
            Part::Shard(index) => self.root.join("shards").join(format!("{index:04}.json")),
            Part::Verdict => self.root.join("verdict.json"),
        }
    }

    /// The claim; `None` where there is none yet.
    ///
    /// # Errors
    /// [`JobError::File`] names what is wrong with it.
    pub fn claim(&self) -> Result<Option<Claim>, JobError> {
        let path = self.claim_path();
        let text = read(&path, CLAIM_LIMIT)?;
        text.map(|text| Claim::parse(&text)).transpose().map_err(|fault| JobError::file(&path, fault))
    }

    /// Writes the claim.
    ///
    /// # Errors
    /// [`FileFault::Exists`] if there is one, [`JobError::Io`].
    pub fn write_claim(&self, claim: &Claim) -> Result<(), JobError> {
        write(&self.claim_path(), claim.to_json().as_bytes())
    }

    /// The openings; `None` where there are none.
    ///
    /// # Errors
    /// As [`Self::claim`].
    pub fn openings(&self) -> Result<Option<Openings>, JobError> {
        let path = self.openings_path();
        let text = read(&path, OPENINGS_LIMIT)?;
        text.map(|text| Openings::parse(&text)).transpose().map_err(|fault| JobError::file(&path, fault))
    }

    /// Writes the openings, mode 0600.
    ///
    /// # Errors
    /// As [`Self::write_claim`].
    pub fn write_openings(&self, openings: &Openings) -> Result<(), JobError> {
        write(&self.openings_path(), openings.to_json().as_bytes())
    }

    /// A proof; `None` where it has not been made.
    ///
    /// # Errors
    /// As [`Self::claim`]. Whether it is a proof of the claim is for [`super::merge`].
    pub fn proof(&self, part: Part) -> Result<Option<Proof>, JobError> {
        let path = self.proof_path(part);
        let text = read(&path, PROOF_LIMIT)?;
        text.map(|text| Proof::from_json(&text)).transpose().map_err(|error| JobError::file(&path, error))
    }

    /// A proof that must be there.
    ///
    /// # Errors
    /// As [`Self::proof`]; [`JobError::Missing`].
    pub fn required_proof(&self, part: Part) -> Result<Proof, JobError> {
        let missing = || JobError::Missing { path: self.proof_path(part), what: format!("the proof of {part}") };
        self.proof(part)?.ok_or_else(missing)
    }

    /// Writes a proof. One that is there already stays: another process may have been faster.
    ///
    /// # Errors
    /// [`JobError::Io`].
    pub fn write_proof(&self, part: Part, proof: &Proof) -> Result<(), JobError> {
        match write(&self.proof_path(part), (proof.to_json() + "\n").as_bytes()) {
            Err(JobError::File { fault: FileFault::Exists, .. }) => Ok(()),
            other => other,
        }
    }
}

/// A file's text, wiped when dropped; `None` without the file.
fn read(path: &Path, limit: u64) -> Result<Option<Zeroizing<String>>, JobError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        other => other.map_err(JobError::io(path))?,
    };
    // Reserved at once so that a growing buffer leaves no copy of a secret behind.
    let length = file.metadata().map_err(JobError::io(path))?.len().min(limit);
    let mut bytes = Zeroizing::new(Vec::with_capacity(length as usize + 1));
    file.take(limit + 1).read_to_end(&mut bytes).map_err(JobError::io(path))?;
    if bytes.len() as u64 > limit {
        return Err(JobError::file(path, FileFault::Oversized(limit)));
    }
    let text = std::str::from_utf8(&bytes);
    let text = text.map_err(|error| JobError::file(path, FileFault::NotText(error.valid_up_to())))?;
    Ok(Some(Zeroizing::new(text.to_owned())))
}

/// Writes a new file with mode 0600 in one step: it is whole or absent, also after a power cut.
fn write(path: &Path, bytes: &[u8]) -> Result<(), JobError> {
    let fail = JobError::io;
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut temp = tempfile::Builder::new().prefix(".tabella-").suffix(".tmp").tempfile_in(dir).map_err(fail(path))?;
    temp.write_all(bytes).map_err(fail(path))?;
    temp.as_file().sync_all().map_err(fail(path))?;
    temp.persist_noclobber(path).map_err(|error| match error.error.kind() {
        ErrorKind::AlreadyExists => JobError::file(path, FileFault::Exists),
        _ => fail(path)(error.error),
    })?;
    // The name lasts only once the directory is synced.
    fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(fail(dir))
}
