//! Passphrases, and secrets sealed with them: age's scrypt recipient, armored.

use std::io::IsTerminal;
use std::path::Path;

use age::secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::context::Ctx;
use crate::error::CliError;
use crate::files;

/// scrypt's cost as log2(N): with r = 8, p = 1 one guess takes about 0.3 s and 32 MiB on one core of a small server.
///
/// Fixed, so that a secret made on a fast machine opens in predictable time on a slow one.
pub const WORK_FACTOR: u8 = 15;
/// A file that asks for more is damaged or hostile: 2^20 already takes 1 GiB.
const MAX_WORK_FACTOR: u8 = 20;
const PASSPHRASE_LIMIT: u64 = 4096;

/// A passphrase; it is wiped when dropped and has no printable form.
pub struct Passphrase(SecretString);

impl Passphrase {
    /// The bytes, for a format other than age.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }

    fn new(text: &str, whose: &str) -> Result<Self, CliError> {
        if text.is_empty() {
            return Err(CliError::usage("passphrase-empty", format!("the passphrase of {whose} is empty")));
        }
        Ok(Self(SecretString::from(text)))
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// Reads a passphrase from a file and drops exactly one final newline (`\n` or `\r\n`): everything else belongs to it.
///
/// # Errors
/// Errors about the file; `passphrase-empty`.
pub fn passphrase_from_file(ctx: &Ctx, path: &Path) -> Result<Passphrase, CliError> {
    let text = files::text(files::read_bounded(path, PASSPHRASE_LIMIT)?, path)?;
    ctx.warn_if_shared(path);
    let line = text.strip_suffix('\n').map_or(text.as_str(), |rest| rest.strip_suffix('\r').unwrap_or(rest));
    Passphrase::new(line, &path.display().to_string())
}

/// Asks for the passphrase of `what` on the terminal.
///
/// # Errors
/// `passphrase-needed` where there is no terminal; `passphrase-empty`.
pub fn ask(what: &str) -> Result<Passphrase, CliError> {
    Passphrase::new(&prompt(&format!("Passphrase of {what}: "), what)?, what)
}

/// Asks twice, for a secret that is new.
///
/// # Errors
/// As [`ask`], and `passphrase-mismatch`.
pub fn ask_twice(what: &str) -> Result<Passphrase, CliError> {
    let first = prompt(&format!("New passphrase for {what}: "), what)?;
    let passphrase = Passphrase::new(&first, what)?;
    if *prompt("The same again: ", what)? != *first {
        return Err(
            CliError::usage("passphrase-mismatch", "the two passphrases differ").hint("nothing was written; try again")
        );
    }
    Ok(passphrase)
}

fn prompt(text: &str, what: &str) -> Result<Zeroizing<String>, CliError> {
    let needed = || {
        CliError::usage(
            "passphrase-needed",
            format!("the passphrase of {what} is needed, and there is no terminal to ask on"),
        )
        .hint("give --passphrase-file FILE (or TABELLA_PASSPHRASE_FILE); for a keystore --password-file FILE")
    };
    if !std::io::stderr().is_terminal() {
        return Err(needed());
    }
    rpassword::prompt_password(text).map(Zeroizing::new).map_err(|_| needed())
}

/// Why a sealed secret did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The passphrase does not fit.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The sealed text is not what [`seal`] makes.
    #[error("the sealed secret is damaged")]
    Damaged,
}

/// Seals `secret` under a passphrase: an armored age file of about 400 bytes and 4/3 of the secret.
///
/// # Errors
/// `internal-error` if the system's random source fails.
pub fn seal(secret: &[u8], passphrase: &Passphrase) -> Result<String, CliError> {
    let mut recipient = age::scrypt::Recipient::new(passphrase.0.clone());
    recipient.set_work_factor(WORK_FACTOR);
    age::encrypt_and_armor(&recipient, secret).map_err(CliError::internal)
}

/// Opens what [`seal`] made.
///
/// # Errors
/// See [`OpenError`].
pub fn open(sealed: &str, passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut identity = age::scrypt::Identity::new(passphrase.0.clone());
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    match age::decrypt(&identity, sealed.as_bytes()) {
        Ok(secret) => Ok(Zeroizing::new(secret)),
        Err(
            age::DecryptError::DecryptionFailed
            | age::DecryptError::KeyDecryptionFailed
            | age::DecryptError::NoMatchingKeys,
        ) => Err(OpenError::WrongPassphrase),
        Err(_) => Err(OpenError::Damaged),
    }
}
