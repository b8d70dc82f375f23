//! A directory of key files, one per (kind, circuit, version, matrix digest).

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tabella_circuits::SOURCE_DIGEST;
use tabella_circuits::statement::Statement;

use super::file;
use super::stamp::{FileState, Stamp};
use super::{CeremonyKey, DevelopmentKey, KeyError, KeyHeader, KeyKind};
use crate::circuit::{Circuit, CompiledCircuit};
use crate::engine::key::EngineKey;
use crate::setup::development_setup;

/// The end of a key file's name. Version 1 of the format ended in `key`; such files are left alone.
const EXTENSION: &str = "tkey";

/// Keys in a directory. Files are complete or absent: each is written beside its place, synced and renamed, so a kill
/// or two processes at once leave nothing half done. A damaged file is reported and never overwritten.
///
/// A file is checked in full when it is first met, which takes as long as compiling its circuit; a stamp beside it then
/// says that this state of it was found good, and by a program with which circuits. Later it is only mapped.
#[derive(Debug, Clone)]
pub struct KeyStore {
    dir: PathBuf,
    mapped: bool,
}

/// One key file of a store.
#[derive(Debug)]
pub struct KeyEntry {
    /// The file.
    pub path: PathBuf,
    /// What its header says, or why it is not a key file. The checksum is not looked at.
    pub header: Result<KeyHeader, KeyError>,
}

impl KeyStore {
    /// A store in `dir`. Nothing is touched yet; the directory is made when the first key is stored.
    pub fn open(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), mapped: true }
    }

    /// Reads keys into memory instead of mapping their files, for files that may be cut off while in use: a mapped one
    /// would end the process.
    #[must_use]
    pub fn in_memory(self) -> Self {
        Self { mapped: false, ..self }
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where a circuit's key of this kind is, or would be.
    pub fn path(&self, circuit: &Circuit, kind: KeyKind) -> PathBuf {
        let digest = hex::encode(&circuit.digest()[..8]);
        self.dir.join(format!("{}-v{}-{digest}.{kind}.{EXTENSION}", circuit.id(), circuit.version()))
    }

    /// Bytes of a circuit's key file, whether it is there or not.
    pub fn file_size(circuit: &CompiledCircuit) -> u64 {
        file::length(circuit)
    }

    /// The development key of `S`: from its file (milliseconds, once it has been checked), or made and stored (seconds).
    ///
    /// The circuit is compiled only where no stamp says that this program's is the file's. Programs are told apart by
    /// the sources of [`tabella_circuits`]; a statement of another crate must change its version with its circuit.
    ///
    /// # Errors
    /// [`KeyError`]: a damaged file, a circuit that does not compile, a directory that cannot be written.
    pub fn development<S: Statement>(&self) -> Result<DevelopmentKey, KeyError> {
        match self.trusted::<S>(KeyKind::Development) {
            Some((circuit, key)) => Ok(DevelopmentKey { circuit, key }),
            None => self.development_for(CompiledCircuit::compile::<S>()?),
        }
    }

    /// The development key of a compiled circuit: from its file, or made and stored (seconds).
    ///
    /// # Errors
    /// As [`Self::development`].
    pub fn development_for(&self, circuit: CompiledCircuit) -> Result<DevelopmentKey, KeyError> {
        let path = self.path(&circuit, KeyKind::Development);
        let key = match self.checked(&path, KeyKind::Development, &circuit) {
            Err(error) if error.is_not_found() => {
                self.make(&path, &circuit)?;
                self.checked(&path, KeyKind::Development, &circuit)?
            }
            other => other?,
        };
        Ok(DevelopmentKey { key, circuit: circuit.circuit().clone() })
    }

    /// The ceremony key of `S`, from its file; there is no other way to get one.
    ///
    /// # Errors
    /// [`KeyError::Missing`] without a file, else as [`Self::development`]; a development key in its place is refused.
    pub fn ceremony<S: Statement>(&self) -> Result<CeremonyKey, KeyError> {
        let kind = KeyKind::Ceremony;
        if let Some((circuit, key)) = self.trusted::<S>(kind) {
            return Ok(CeremonyKey { circuit, key });
        }
        let circuit = CompiledCircuit::compile::<S>()?;
        let path = self.path(&circuit, kind);
        match self.checked(&path, kind, &circuit) {
            Err(error) if error.is_not_found() => Err(KeyError::Missing { path, kind }),
            other => Ok(CeremonyKey { key: other?, circuit: circuit.circuit().clone() }),
        }
    }

    /// Every key file of the store, by file name; none if the directory does not exist.
    ///
    /// # Errors
    /// [`KeyError::Io`] if the directory cannot be read.
    pub fn list(&self) -> Result<Vec<KeyEntry>, KeyError> {
        let entries = match fs::read_dir(&self.dir) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(KeyError::io(&self.dir))?,
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(KeyError::io(&self.dir))?.path();
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths.into_iter().map(|path| KeyEntry { header: file::read_header(&path), path }).collect())
    }

    /// The key of `S` whose stamp says that it has been checked as it is now, against this program's circuit.
    fn trusted<S: Statement>(&self, kind: KeyKind) -> Option<(Circuit, Arc<EngineKey>)> {
        let (start, end) = (format!("{}-v{}-", S::id(), S::VERSION), format!(".{kind}.{EXTENSION}"));
        for entry in fs::read_dir(&self.dir).ok()?.flatten() {
            let name = entry.file_name();
            let name = name.to_str().and_then(|name| name.strip_prefix(&start)?.strip_suffix(&end));
            if name.is_some_and(|digest| digest.len() == 16)
                && let Some(found) = self.trusted_file::<S>(&entry.path(), kind)
            {
                return Some(found);
            }
        }
        None
    }

    fn trusted_file<S: Statement>(&self, path: &Path, kind: KeyKind) -> Option<(Circuit, Arc<EngineKey>)> {
        let stamp = Stamp::read(path).filter(|stamp| stamp.programs.iter().any(|program| program == SOURCE_DIGEST))?;
        let (header, key) = file::open(path, kind, self.mapped).ok()?;
        let rows = header.rows();
        let circuit = Circuit::known::<S>(rows, header.witness, key.h().len(), header.matrix_digest);
        let named = self.path(&circuit, kind) == path && header.inputs == circuit.num_inputs();
        let identified = named && file::check_identity(&header, &circuit).is_ok();
        let stamped = stamp.checksum == hex::encode(file::checksum(&key));
        // After it has been opened: an earlier change would show.
        let unchanged = FileState::of(path).is_ok_and(|state| state == stamp.file);
        (identified && stamped && unchanged).then(|| (circuit, Arc::new(key)))
    }

    /// The key in a file, checked in full unless its stamp says that this state of it has been.
    fn checked(&self, path: &Path, kind: KeyKind, circuit: &CompiledCircuit) -> Result<Arc<EngineKey>, KeyError> {
        let state = FileState::of(path).map_err(KeyError::io(path))?;
        let stamp = Stamp::read(path).filter(|stamp| stamp.file == state);
        let state = if stamp.is_some() { state } else { FileState::settled(path).map_err(KeyError::io(path))? };
        let (header, key) = file::open(path, kind, self.mapped)?;
        let checksum = hex::encode(file::checksum(&key));
        let stamp = stamp.filter(|stamp| stamp.checksum == checksum);
        match stamp {
            Some(_) => file::check_identity(&header, circuit),
            None => file::check(&header, &key, circuit),
        }
        .map_err(|(offset, problem)| KeyError::file(path, offset, problem))?;
        let known = stamp.as_ref().is_some_and(|stamp| stamp.programs.iter().any(|program| program == SOURCE_DIGEST));
        if !known && FileState::of(path).is_ok_and(|now| now == state) {
            let stamp = stamp.unwrap_or(Stamp { file: state, checksum, programs: Vec::new() });
            stamp.with_program(SOURCE_DIGEST).write(path);
        }
        Ok(Arc::new(key))
    }

    /// Makes a development key and its file, with the stamp: what is written here need not be checked.
    fn make(&self, path: &Path, circuit: &CompiledCircuit) -> Result<(), KeyError> {
        let key = development_setup(circuit)?;
        let image = file::image(KeyKind::Development, circuit, &key);
        let image = image.ok_or_else(|| KeyError::Unstorable(circuit.id().to_owned()))?;
        drop(key);
        create_private(&self.dir).map_err(KeyError::io(&self.dir))?;
        let mut file = tempfile::NamedTempFile::new_in(&self.dir).map_err(KeyError::io(&self.dir))?;
        file.write_all(image.bytes()).map_err(KeyError::io(path))?;
        file.as_file().sync_all().map_err(KeyError::io(path))?;
        match file.persist_noclobber(path) {
            Ok(_) => {}
            // Another process was faster; its file is checked like any other.
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
            Err(error) => return Err(KeyError::Io { path: path.to_owned(), source: error.error }),
        }
        // The rename itself lasts only once the directory is synced.
        fs::File::open(&self.dir).and_then(|dir| dir.sync_all()).map_err(KeyError::io(&self.dir))?;
        let checksum = hex::encode(&image.bytes()[image.bytes().len() - 32..]);
        let file = FileState::settled(path).map_err(KeyError::io(path))?;
        Stamp { file, checksum, programs: vec![SOURCE_DIGEST.to_owned()] }.write(path);
        Ok(())
    }
}

/// A directory that only its owner can use, if it is not there yet.
fn create_private(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}
