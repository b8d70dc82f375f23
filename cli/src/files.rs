//! Reading and writing files the way secrets deserve: bounded, owner-only, atomic, never over something else.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};

use zeroize::Zeroizing;

use crate::error::CliError;

/// Reads at most `limit` bytes of the file; a longer one is an error.
///
/// # Errors
/// `file-not-found`, `file-unreadable`, `file-too-large`; each names the file.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let file = File::open(path).map_err(|e| open_error(path, &e))?;
    if file.metadata().is_ok_and(|m| m.is_dir()) {
        return Err(CliError::file("file-unreadable", path, "this is a directory"));
    }
    read_bounded_from(file, limit, path)
}

/// The same from an open reader; `label` names it in errors.
///
/// # Errors
/// As [`read_bounded`].
pub fn read_bounded_from(reader: impl Read, limit: u64, label: &Path) -> Result<Zeroizing<Vec<u8>>, CliError> {
    // Reserved at once so that no copy of a secret is left behind by a growing buffer.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(limit.min(1 << 16)).unwrap_or(1 << 16) + 1));
    reader.take(limit + 1).read_to_end(&mut bytes).map_err(|e| CliError::file("file-unreadable", label, e))?;
    if bytes.len() as u64 > limit {
        return Err(CliError::file("file-too-large", label, format!("larger than the {limit} bytes allowed")));
    }
    Ok(bytes)
}

fn open_error(path: &Path, e: &std::io::Error) -> CliError {
    match e.kind() {
        ErrorKind::NotFound => CliError::file("file-not-found", path, "no such file"),
        _ => CliError::file("file-unreadable", path, e),
    }
}

/// Turns bytes into text, or names the offset of the first byte that is not UTF-8.
///
/// # Errors
/// `file-not-text`.
pub fn text(bytes: Zeroizing<Vec<u8>>, label: &Path) -> Result<Zeroizing<String>, CliError> {
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(e) => {
            Err(CliError::file("file-not-text", label, format!("not text: invalid UTF-8 at byte {}", e.valid_up_to())))
        }
    }
}

/// Whether a regular file can be read or written by others than its owner. Pipes and devices are nobody's business.
pub fn is_shared(path: &Path) -> bool {
    #[cfg(unix)]
    {
        fs::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Makes a directory (and its parents) that only its owner can enter; one that exists is left as it is.
///
/// # Errors
/// `directory-unusable`, naming it.
pub fn private_dir(path: &Path) -> Result<(), CliError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(path).map_err(|e| CliError::file("directory-unusable", path, e))
}

/// How [`write_atomic`] treats a file that is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and the write is an error.
    Refuse,
    /// It is replaced, in one step.
    Replace,
}

/// Writes a file with mode 0600 in one step: readers see the old content or the whole new one, also after a power cut.
///
/// # Errors
/// `file-exists` when it is there and must stay; `file-unwritable` otherwise.
pub fn write_atomic(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), CliError> {
    let fail = |e: std::io::Error| CliError::file("file-unwritable", path, e);
    let dir = parent(path);
    // tempfile creates with mode 0600.
    let mut temp = tempfile::Builder::new().prefix(".tabella-").suffix(".tmp").tempfile_in(&dir).map_err(fail)?;
    temp.write_all(bytes).map_err(fail)?;
    temp.as_file().sync_all().map_err(fail)?;
    match existing {
        Existing::Replace => temp.persist(path).map(drop).map_err(|e| fail(e.error))?,
        Existing::Refuse => temp.persist_noclobber(path).map(drop).map_err(|e| match e.error.kind() {
            ErrorKind::AlreadyExists => exists(path),
            _ => fail(e.error),
        })?,
    }
    // The name is durable only once its directory is; file systems that cannot do it lose nothing else.
    let _ = File::open(&dir).and_then(|d| d.sync_all());
    Ok(())
}

/// The error for something that must not be overwritten.
pub fn exists(path: &Path) -> CliError {
    CliError::file("file-exists", path, "exists already and is never overwritten")
        .hint("choose another name, or move that file away")
}

/// The directory that holds `path`.
pub fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Takes a directory for this process alone, until the file that is returned is closed; the system ends it with the process.
///
/// # Errors
/// `directory-in-use`, `file-unwritable`.
pub fn lock(dir: &Path) -> Result<File, CliError> {
    let path = dir.join(".lock");
    let file = open_private(&path, false)?;
    file.try_lock().map_err(|e| match e {
        TryLockError::WouldBlock => CliError::file("directory-in-use", dir, "another tabella is at work in it")
            .hint("wait until it ends, or choose another directory"),
        TryLockError::Error(e) => CliError::file("file-unwritable", &path, e),
    })?;
    Ok(file)
}

/// Opens a log or lock file with mode 0600, keeping what is in it.
///
/// # Errors
/// `file-unwritable`.
pub fn open_private(path: &Path, truncate: bool) -> Result<File, CliError> {
    let mut options = OpenOptions::new();
    options.create(true).read(true).write(true).truncate(truncate);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).map_err(|e| CliError::file("file-unwritable", path, e))
}
