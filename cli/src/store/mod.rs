//! Secrets at rest: one JSON file per identity or trustee, its public part readable, its secret sealed with a passphrase.
//!
//! `<home>/identities/NAME.json`, `<home>/trustees/NAME.json`: {version, kind, name, public, secret, checksum}. The checksum
//! (SHA-256 of all the rest) finds damage before anyone trusts a public key; only the passphrase proves that it fits the secret.
//!
//! Invariant: a file here is written once and never again; no option overwrites it.

mod identity;
mod trustee;

use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::context::Ctx;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::secret::{self, OpenError, Passphrase};

pub use identity::{IdentityKind, IdentityPublic, IdentityStore, open_identity};
pub use trustee::{MAX_OPTIONS, TrusteePublic, TrusteeStore, open_trustee, trustee_keys};

const VERSION: u64 = 1;
const FILE_LIMIT: u64 = 256 * 1024;
const NAME_LIMIT: usize = 64;

/// What kind of secret a file holds.
pub trait Kind {
    /// The word in the file's `kind` and in messages.
    const KIND: &'static str;
    /// The directory below the home.
    const DIR: &'static str;
    /// The part that is readable without the passphrase.
    type Public: Serialize + DeserializeOwned;
}

/// Checks a name: 1 to 64 of `a-z 0-9 . _ -`, the first a letter or a digit.
///
/// # Errors
/// `name-invalid`.
pub fn check_name(name: &str) -> Result<(), CliError> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ok = name.len() <= NAME_LIMIT
        && name.bytes().next().is_some_and(plain)
        && name.bytes().all(|b| plain(b) || b"._-".contains(&b));
    if ok {
        return Ok(());
    }
    Err(CliError::usage(
        "name-invalid",
        format!("`{}` is not a name", name.chars().take(NAME_LIMIT).collect::<String>()),
    )
    .hint("use 1 to 64 of a-z 0-9 . _ - and start with a letter or a digit"))
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileForm<P> {
    version: u64,
    kind: String,
    name: String,
    public: P,
    secret: String,
    #[serde(default)]
    checksum: String,
}

#[derive(Deserialize)]
struct Head {
    version: u64,
}

impl<P: Serialize> FileForm<P> {
    /// SHA-256 of the compact JSON of everything but the checksum, fields in the order above.
    fn digest(&self) -> Result<String, CliError> {
        let body = (self.version, &self.kind, &self.name, &self.public, &self.secret);
        let bytes = serde_json::to_vec(&body).map_err(CliError::internal)?;
        Ok(hex::encode(Sha256::digest(&bytes)))
    }
}

/// A secret's file that was read and found whole.
#[derive(Debug)]
pub struct Record<K: Kind> {
    /// The name.
    pub name: String,
    /// The part that is readable without the passphrase.
    pub public: K::Public,
    path: PathBuf,
    sealed: String,
}

impl<K: Kind> Record<K> {
    /// Opens the secret.
    ///
    /// # Errors
    /// `passphrase-wrong`, `file-damaged`; both name the file.
    pub fn open(&self, ctx: &Ctx, passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, CliError> {
        let _spinner = ctx.spinner(format!("Opening {} {}", K::KIND, self.name));
        self.unseal(passphrase)
    }

    /// As [`Self::open`], on any thread.
    fn unseal(&self, passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, CliError> {
        secret::open(&self.sealed, passphrase).map_err(|e| match e {
            OpenError::WrongPassphrase => CliError::file("passphrase-wrong", &self.path, e),
            OpenError::Damaged => CliError::file("file-damaged", &self.path, e),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The opened secret belongs to another public part: someone put this file together.
    pub(crate) fn mismatch(&self) -> CliError {
        let what = format!("the public part does not belong to the secret of this {}", K::KIND);
        let error = CliError::check_failed("secret-mismatch", format!("{}: {what}", self.path.display()));
        error.hint("do not use it: make a new one, or restore it from a copy")
    }

    /// An error about this file's content, found after opening it.
    pub fn damaged(&self, what: impl std::fmt::Display) -> CliError {
        CliError::file("file-damaged", &self.path, what)
    }
}

/// The directory of one kind of secret.
#[derive(Debug)]
pub struct Store<K: Kind> {
    dir: PathBuf,
    kind: PhantomData<K>,
}

impl<K: Kind> Store<K> {
    /// The store below a home directory; nothing is made yet.
    pub fn at(home: &Path) -> Self {
        Self { dir: home.join(K::DIR), kind: PhantomData }
    }

    /// The file of a name.
    ///
    /// # Errors
    /// `name-invalid`.
    pub fn path(&self, name: &str) -> Result<PathBuf, CliError> {
        check_name(name)?;
        Ok(self.dir.join(format!("{name}.json")))
    }

    /// Checks that the name is free, before anyone types a passphrase. [`Self::create`] checks again, in one step with the write.
    ///
    /// # Errors
    /// `name-invalid`, `file-exists`.
    pub fn vacant(&self, name: &str) -> Result<(), CliError> {
        let path = self.path(name)?;
        if path.symlink_metadata().is_ok() { Err(files::exists(&path)) } else { Ok(()) }
    }

    /// Seals and writes a new secret; returns its file.
    ///
    /// # Errors
    /// `name-invalid`, `file-exists`, errors about the directory.
    pub fn create(
        &self,
        ctx: &Ctx,
        name: &str,
        public: K::Public,
        secret: &[u8],
        passphrase: &Passphrase,
    ) -> Result<PathBuf, CliError> {
        self.vacant(name)?;
        let path = self.path(name)?;
        ctx.home()?;
        files::private_dir(&self.dir)?;
        let spinner = ctx.spinner(format!("Sealing {} {name}", K::KIND));
        let sealed = secret::seal(secret, passphrase)?;
        drop(spinner);
        let mut form = FileForm {
            version: VERSION,
            kind: K::KIND.to_owned(),
            name: name.to_owned(),
            public,
            secret: sealed,
            checksum: String::new(),
        };
        form.checksum = form.digest()?;
        let mut text = serde_json::to_string_pretty(&form).map_err(CliError::internal)?;
        text.push('\n');
        files::write_atomic(&path, text.as_bytes(), Existing::Refuse)?;
        Ok(path)
    }

    /// Reads a secret's file and checks it, without opening the secret.
    ///
    /// # Errors
    /// `not-found` with the names that exist; `file-damaged`, `file-version`, each naming the file and the place.
    pub fn load(&self, ctx: &Ctx, name: &str) -> Result<Record<K>, CliError> {
        let path = self.path(name)?;
        let bytes = files::read_bounded(&path, FILE_LIMIT)
            .map_err(|e| if e.code == "file-not-found" { self.unknown(name) } else { e })?;
        ctx.warn_if_shared(&path);
        parse(&path, name, &bytes)
    }

    fn unknown(&self, name: &str) -> CliError {
        let names = self.names().unwrap_or_default();
        let known = if names.is_empty() {
            format!("there is none yet; make one with `tabella {} new NAME`", K::KIND)
        } else {
            names.join(", ")
        };
        CliError::usage("not-found", format!("no {} named `{name}` in {}", K::KIND, self.dir.display()))
            .hint(format!("known: {known}"))
    }

    /// All names, sorted.
    ///
    /// # Errors
    /// `directory-unusable`.
    pub fn names(&self) -> Result<Vec<String>, CliError> {
        let fail = |e| CliError::file("directory-unusable", &self.dir, e);
        let entries = match std::fs::read_dir(&self.dir) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
            Err(e) => return Err(fail(e)),
        };
        let mut names = vec![];
        for entry in entries {
            let file = entry.map_err(fail)?.file_name();
            let name = file.to_str().and_then(|f| f.strip_suffix(".json")).filter(|name| check_name(name).is_ok());
            names.extend(name.map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }
}

/// Reads a file's content; `path` and `name` are what it must be called.
fn parse<K: Kind>(path: &Path, name: &str, bytes: &[u8]) -> Result<Record<K>, CliError> {
    let damaged =
        |what: String| CliError::file("file-damaged", path, what).hint("restore it from a copy; nothing was changed");
    let text = std::str::from_utf8(bytes)
        .map_err(|e| damaged(format!("not text: invalid UTF-8 at byte {}", e.valid_up_to())))?;
    let head: Head = serde_json::from_str(text).map_err(|e| damaged(e.to_string()))?;
    if head.version != VERSION {
        return Err(CliError::file(
            "file-version",
            path,
            format!("version {} is not known here (only {VERSION})", head.version),
        )
        .hint("a newer tabella may have written it"));
    }
    let form: FileForm<K::Public> = serde_json::from_str(text).map_err(|e| damaged(e.to_string()))?;
    if form.digest()? != form.checksum {
        return Err(damaged("its checksum does not match: some byte was changed".to_owned()));
    }
    if form.kind != K::KIND {
        return Err(CliError::file("file-damaged", path, format!("holds a {}, not a {}", form.kind, K::KIND)));
    }
    if form.name != name {
        return Err(CliError::file("file-damaged", path, format!("holds `{}`: the file was renamed", form.name)));
    }
    Ok(Record { name: form.name, public: form.public, path: path.to_path_buf(), sealed: form.secret })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Toy;
    impl Kind for Toy {
        const KIND: &'static str = "identity";
        const DIR: &'static str = "identities";
        type Public = String;
    }

    #[test]
    fn every_flipped_bit_and_every_truncation_is_found() {
        let mut form = FileForm {
            version: VERSION,
            kind: "identity".to_owned(),
            name: "a".to_owned(),
            public: "123".to_owned(),
            secret: "-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n".to_owned(),
            checksum: String::new(),
        };
        form.checksum = form.digest().expect("plain data");
        let text = serde_json::to_string_pretty(&form).expect("plain data");
        let path = Path::new("a.json");
        assert!(parse::<Toy>(path, "a", text.as_bytes()).is_ok());
        for at in 0..text.len() {
            assert!(parse::<Toy>(path, "a", &text.as_bytes()[..at]).is_err(), "cut at {at}");
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let error = parse::<Toy>(path, "a", &bytes).expect_err("a flipped bit was not found");
                assert!(error.message.contains("a.json"), "{error} does not name the file");
            }
        }
    }

    #[test]
    fn names_that_could_leave_the_directory_are_refused() {
        for bad in ["", ".", "..", "../x", "a/b", "A", "-x", ".x", "a b", "a\0", "é", &"x".repeat(65)] {
            assert!(check_name(bad).is_err(), "{bad:?}");
        }
        for good in ["a", "0", "alice.2", "a_b-c", &"x".repeat(64)] {
            assert!(check_name(good).is_ok(), "{good:?}");
        }
    }
}
