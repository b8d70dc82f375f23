//! What is remembered of a key file that has been checked in full, so that opening it again takes no time.
//!
//! Beside `NAME` lies `NAME.stamp`, a few lines of text: the state of the file when it was checked (length, times, inode,
//! checksum) and the sources of the circuits that its rows were compared with. A stamp that does not match in every word
//! counts for nothing: the file is then checked again. Whoever can write stamps can also make others trust any key, so a
//! stamp counts only where nobody but its owner can write it or its directory.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

const TITLE: &str = "tabella-key-stamp 1";
/// Program sources remembered at most, the newest last.
const PROGRAMS: usize = 8;
/// Longer than the steps of a file system's clock.
const TICK: Duration = Duration::from_millis(20);
/// A stamp is shorter than this.
const MAX_LENGTH: u64 = 4096;

/// The state of a file, as far as the system tells it: it differs after any change, also one that restores the
/// modification time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileState(String);

impl FileState {
    /// The state of the file at `path`.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        let modified = metadata.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let (inode, changed) = identity(&metadata);
        let length = metadata.len();
        Ok(Self(format!("length {length}\nmodified {}\nchanged {changed}\ninode {inode}\n", modified.as_nanos())))
    }

    /// The state of a file whose last change is so long past that any later one has another time.
    pub(super) fn settled(path: &Path) -> io::Result<Self> {
        let modified = fs::metadata(path)?.modified()?;
        // A time in the future is of another clock, which says nothing.
        let age = modified.elapsed().unwrap_or(TICK);
        if age < TICK {
            std::thread::sleep(TICK - age);
        }
        Self::of(path)
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, i128) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ino(), i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec()))
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, i128) {
    (0, 0)
}

/// Whether others than the owner can write here.
#[cfg(unix)]
fn is_open_to_others(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o022 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Metadata) -> bool {
    false
}

/// A checked state of a key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    /// State of the file when it was checked.
    pub(super) file: FileState,
    /// Its checksum, in hex.
    pub(super) checksum: String,
    /// Sources of the circuits that it was compared with, in hex, the newest last.
    pub(super) programs: Vec<String>,
}

impl Stamp {
    /// Where the stamp of a key file is.
    pub(super) fn path(key: &Path) -> PathBuf {
        let mut name = key.as_os_str().to_owned();
        name.push(".stamp");
        PathBuf::from(name)
    }

    /// The stamp of a key file, if there is one that counts.
    pub(super) fn read(key: &Path) -> Option<Self> {
        let mut file = File::open(Self::path(key)).ok()?;
        let (metadata, directory) = (file.metadata().ok()?, fs::metadata(key.parent()?).ok()?);
        if !metadata.is_file() || is_open_to_others(&metadata) || is_open_to_others(&directory) {
            return None;
        }
        let mut text = String::new();
        Read::by_ref(&mut file).take(MAX_LENGTH).read_to_string(&mut text).ok()?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(TITLE)?.strip_prefix('\n')?;
        let at = rest.find("checksum ")?;
        let (file, rest) = rest.split_at(at);
        let (checksum, programs) = rest.strip_prefix("checksum ")?.split_once('\n')?;
        let programs = programs.lines().map(|line| line.strip_prefix("program ").map(str::to_owned));
        Some(Self {
            file: FileState(file.to_owned()),
            checksum: checksum.to_owned(),
            programs: programs.collect::<Option<_>>()?,
        })
    }

    /// Remembers one more program.
    pub(super) fn with_program(mut self, program: &str) -> Self {
        self.programs.retain(|known| known != program);
        self.programs.push(program.to_owned());
        let old = self.programs.len().saturating_sub(PROGRAMS);
        self.programs.drain(..old);
        self
    }

    /// Writes the stamp beside the key, for its owner alone. A directory that cannot be written gets none.
    pub(super) fn write(&self, key: &Path) {
        let Some(directory) = key.parent() else { return };
        let written = tempfile::NamedTempFile::new_in(directory).and_then(|mut file| {
            let programs: String = self.programs.iter().map(|program| format!("program {program}\n")).collect();
            write!(file, "{TITLE}\n{}checksum {}\n{programs}", self.file.0, self.checksum)?;
            file.as_file().sync_all()?;
            file.persist(Self::path(key)).map_err(|error| error.error)
        });
        // Without a stamp the next start checks again; that is all.
        drop(written);
    }
}
