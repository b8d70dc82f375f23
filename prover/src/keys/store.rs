//! A directory of key files, one per (kind, circuit, version, matrix digest).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ark_bn254::Bn254;
use ark_groth16::ProvingKey;
use tabella_circuits::statement::Statement;

use super::{CeremonyKey, DevelopmentKey, KeyError, KeyHeader, KeyKind, file};
use crate::circuit::CompiledCircuit;
use crate::engine::key::EngineKey;
use crate::engine::matrices::Matrices;
use crate::setup::development_setup;

/// Keys in a directory. Files are complete or absent: each is written beside its place, synced and renamed, so a kill
/// or two processes at once leave nothing half done. A damaged file is reported and never overwritten.
#[derive(Debug, Clone)]
pub struct KeyStore {
    dir: PathBuf,
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
        Self { dir: dir.into() }
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where a circuit's key of this kind is, or would be.
    pub fn path(&self, circuit: &CompiledCircuit, kind: KeyKind) -> PathBuf {
        let digest = hex::encode(&circuit.digest()[..8]);
        self.dir.join(format!("{}-v{}-{digest}.{kind}.key", circuit.id(), circuit.version()))
    }

    /// Bytes of a circuit's key file, whether it is there or not.
    pub fn file_size(circuit: &CompiledCircuit) -> u64 {
        file::length(circuit)
    }

    /// The development key of `S`: from its file, or made and stored (seconds).
    ///
    /// # Errors
    /// [`KeyError`]: a damaged file, a circuit that does not compile, a directory that cannot be written.
    pub fn development<S: Statement>(&self) -> Result<DevelopmentKey, KeyError> {
        self.development_for(CompiledCircuit::compile::<S>()?)
    }

    /// The development key of a compiled circuit: from its file, or made and stored (seconds).
    ///
    /// # Errors
    /// As [`Self::development`].
    pub fn development_for(&self, circuit: CompiledCircuit) -> Result<DevelopmentKey, KeyError> {
        let path = self.path(&circuit, KeyKind::Development);
        let key = match file::read(&path, KeyKind::Development, &circuit) {
            Err(KeyError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                let key = development_setup(&circuit)?;
                self.write(&path, KeyKind::Development, &circuit, &key)?;
                key
            }
            other => other?,
        };
        Ok(DevelopmentKey { key: engine_key(&path, &circuit, &key)?, circuit })
    }

    /// The ceremony key of `S`, from its file; there is no other way to get one.
    ///
    /// # Errors
    /// [`KeyError::Missing`] without a file, else as [`Self::development`]; a development key in its place is refused.
    pub fn ceremony<S: Statement>(&self) -> Result<CeremonyKey, KeyError> {
        let circuit = CompiledCircuit::compile::<S>()?;
        let path = self.path(&circuit, KeyKind::Ceremony);
        match file::read(&path, KeyKind::Ceremony, &circuit) {
            Err(KeyError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Err(KeyError::Missing { path, kind: KeyKind::Ceremony })
            }
            other => Ok(CeremonyKey { key: engine_key(&path, &circuit, &other?)?, circuit }),
        }
    }

    /// Every `.key` file of the store, by file name; none if the directory does not exist.
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
            if path.extension().is_some_and(|extension| extension == "key") {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths.into_iter().map(|path| KeyEntry { header: file::read_header(&path), path }).collect())
    }

    fn write(
        &self,
        path: &Path,
        kind: KeyKind,
        circuit: &CompiledCircuit,
        key: &ProvingKey<Bn254>,
    ) -> Result<(), KeyError> {
        fs::create_dir_all(&self.dir).map_err(KeyError::io(&self.dir))?;
        let mut file = tempfile::NamedTempFile::new_in(&self.dir).map_err(KeyError::io(&self.dir))?;
        file::write(&mut file, kind, circuit, key).map_err(KeyError::io(path))?;
        file.as_file().sync_all().map_err(KeyError::io(path))?;
        file.persist(path).map_err(|e| KeyError::Io { path: path.to_owned(), source: e.error })?;
        // The rename itself lasts only once the directory is synced.
        fs::File::open(&self.dir).and_then(|dir| dir.sync_all()).map_err(KeyError::io(&self.dir))
    }
}

/// The key in the engine's layout, in memory.
fn engine_key(path: &Path, circuit: &CompiledCircuit, key: &ProvingKey<Bn254>) -> Result<Arc<EngineKey>, KeyError> {
    let matrices = Matrices::new(circuit.matrices(), circuit.num_variables());
    let fail = || KeyError::file(path, 0, super::FileProblem::Header("temporary"));
    let matrices = matrices.map_err(|_| fail())?;
    let (image, table) = EngineKey::lay_out(key, &matrices, 0, 0).ok_or_else(fail)?;
    EngineKey::view(image, table, circuit.num_variables()).map(Arc::new).ok_or_else(fail)
}
