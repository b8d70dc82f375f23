//! A digest of the sources that circuits are compiled from: a program whose digest is another may have other circuits.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = BTreeMap::new();
    collect(&root.join("src"), &mut files)?;
    println!("cargo::rerun-if-changed=src");
    // Constants and arithmetic of dependencies are part of a circuit too.
    let lock = root.join("../Cargo.lock");
    if let Ok(text) = fs::read(&lock) {
        files.insert(lock, text);
        println!("cargo::rerun-if-changed=../Cargo.lock");
    }
    // Not against an attacker, who could change the program itself.
    let mut hash = DefaultHasher::new();
    for (path, text) in &files {
        (path.strip_prefix(&root).unwrap_or(path), text).hash(&mut hash);
    }
    println!("cargo::rustc-env=TABELLA_CIRCUITS_DIGEST={:016x}", hash.finish());
    Ok(())
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => collect(&path, files)?,
            false => drop(files.insert(path.clone(), fs::read(path)?)),
        }
    }
    Ok(())
}
