//! Who sends and pays for a transaction.

use std::path::{Path, PathBuf};

use alloy::primitives::Address;
use alloy::signers::local::PrivateKeySigner;
use clap::Args;

use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::secret;
use crate::settings::{Origin, Values};

const KEY_LIMIT: u64 = 1024;
const KEYSTORE_LIMIT: u64 = 64 * 1024;
/// Four times what wallets use; with r = 8 this takes 1 GiB.
const MAX_SCRYPT_N: u64 = 1 << 20;
const MAX_PBKDF2: u64 = 10_000_000;

/// Who sends a transaction, and whether it is sent at all.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Sender")]
pub struct SenderOpts {
    /// Send from an account that the node itself holds [TABELLA_FROM, from]
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["keystore", "private_key_file"])]
    pub from: Option<String>,
    /// Sign with the key in a keystore file (JSON, version 3) [TABELLA_KEYSTORE, keystore]
    #[arg(long, value_name = "FILE", conflicts_with = "private_key_file")]
    pub keystore: Option<PathBuf>,
    /// The keystore's password; without it, ask on the terminal [TABELLA_PASSWORD_FILE, password-file]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "private_key_file"])]
    pub password_file: Option<PathBuf>,
    /// Sign with the private key (hexadecimal) in FILE [TABELLA_PRIVATE_KEY_FILE, private-key-file]
    #[arg(long, value_name = "FILE")]
    pub private_key_file: Option<PathBuf>,
    /// Print the decoded call and its gas, send nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Who sends.
#[derive(Debug, Clone)]
pub enum Sender {
    /// An account that the node signs for.
    Node(Address),
    /// A key that is here.
    Local(Box<PrivateKeySigner>),
}

impl Sender {
    /// The sender's address.
    pub fn address(&self) -> Address {
        match self {
            Self::Node(address) => *address,
            Self::Local(signer) => signer.address(),
        }
    }
}

impl SenderOpts {
    /// Opens the sender that the strongest layer names (flags, environment, `./tabella.toml`, `<home>/tabella.toml`).
    ///
    /// # Errors
    /// `sender-missing`, `sender-ambiguous` (one layer names two), `address-invalid`, `key-invalid`, `password-wrong`, files.
    pub fn resolve(&self, ctx: &Ctx) -> Result<Sender, CliError> {
        let flags = Values {
            from: self.from.clone(),
            keystore: self.keystore.clone(),
            private_key_file: self.private_key_file.clone(),
            ..Values::default()
        };
        let flag_layer = (Origin::Flag, flags);
        let layers = std::iter::once(&flag_layer).chain(ctx.settings().layers());
        for (origin, values) in layers {
            match (&values.from, &values.keystore, &values.private_key_file) {
                (None, None, None) => {}
                (Some(address), None, None) => return address_of(address).map(Sender::Node),
                (None, Some(file), None) => return self.open_keystore(ctx, file),
                (None, None, Some(file)) => return open_key(ctx, file),
                _ => {
                    return Err(CliError::usage("sender-ambiguous", format!("{origin} names more than one sender"))
                        .hint("keep one of from, keystore, private-key-file"));
                }
            }
        }
        Err(CliError::usage("sender-missing", "no sender: who pays for this transaction?")
            .hint("give --from ADDRESS (an account of the node), --keystore FILE, or --private-key-file FILE"))
    }

    fn open_keystore(&self, ctx: &Ctx, file: &Path) -> Result<Sender, CliError> {
        let json = files::read_bounded(file, KEYSTORE_LIMIT)?;
        if files::is_shared(file) {
            ctx.warn(format!("{} can be read by others; run: chmod 600 {}", file.display(), file.display()));
        }
        // Checked first: a damaged file should cost the user no password, and a hostile one no memory.
        check_keystore(&json).map_err(|what| CliError::file("keystore-invalid", file, what))?;
        let password_file = ctx.settings().pick(self.password_file.clone(), |v| v.password_file.clone());
        let password = match password_file {
            Some(path) => secret::passphrase_from_file(ctx, &path.value)?,
            None => secret::ask(&format!("keystore {}", file.display()))?,
        };
        let _spinner = ctx.spinner("Opening the keystore");
        match PrivateKeySigner::decrypt_keystore(file, password.as_bytes()) {
            // The checksum of the format leaves out the initial vector; a stated address covers it.
            Ok(signer) if stated_address(&json).is_some_and(|stated| stated != signer.address()) => {
                Err(CliError::file("keystore-invalid", file, "its key does not belong to its address: it is damaged"))
            }
            Ok(signer) => Ok(Sender::Local(Box::new(signer))),
            Err(e) if e.to_string().to_lowercase().contains("mac") => {
                Err(CliError::file("password-wrong", file, "wrong password, or a damaged keystore"))
            }
            Err(e) => Err(CliError::file("keystore-invalid", file, e)),
        }
    }
}

/// The address that most wallets write into a keystore.
fn stated_address(json: &[u8]) -> Option<Address> {
    let form: serde_json::Value = serde_json::from_slice(json).ok()?;
    form.get("address")?.as_str()?.parse().ok()
}

/// Refuses what is no keystore, and one whose key derivation would take minutes or gigabytes.
fn check_keystore(json: &[u8]) -> Result<(), &'static str> {
    let form: serde_json::Value = serde_json::from_slice(json).map_err(|_| "not a keystore: not JSON")?;
    let Some(crypto) = form.get("crypto") else { return Err("not a keystore: it has no `crypto`") };
    let number = |name: &str| crypto["kdfparams"].get(name).map(|n| n.as_u64().unwrap_or(u64::MAX));
    let bounds = [("n", MAX_SCRYPT_N), ("r", 32), ("p", 16), ("c", MAX_PBKDF2), ("dklen", 64)];
    if bounds.iter().any(|(name, most)| number(name).is_some_and(|n| n > *most)) {
        return Err("its key derivation asks for too much work, or is damaged");
    }
    // Lengths that the decryption relies on: 32 bytes of derived key, 16 of initial vector, 32 of private key.
    let length = |value: &serde_json::Value| value.as_str().map(|hex| hex.trim_start_matches("0x").len());
    let whole = number("dklen").is_some_and(|n| n >= 32)
        && length(&crypto["cipherparams"]["iv"]) == Some(32)
        && length(&crypto["ciphertext"]) == Some(64);
    if whole { Ok(()) } else { Err("a part of it has the wrong length: it is damaged") }
}

/// An address: 0x and 40 hexadecimal digits; mixed case must carry the right checksum (EIP-55).
///
/// # Errors
/// `address-invalid`.
pub(crate) fn address_of(text: &str) -> Result<Address, CliError> {
    let invalid = |what: &str| CliError::usage("address-invalid", format!("`{text}` is not an address: {what}"));
    let digits = text.strip_prefix("0x").ok_or_else(|| invalid("0x is missing"))?;
    let address: Address = text.parse().map_err(|_| invalid("0x and 40 hexadecimal digits are expected"))?;
    let mixed = digits.bytes().any(|b| b.is_ascii_lowercase()) && digits.bytes().any(|b| b.is_ascii_uppercase());
    if mixed && address.to_checksum(None) != text {
        return Err(invalid("its capital letters do not match its checksum; a digit is wrong"));
    }
    Ok(address)
}

fn open_key(ctx: &Ctx, file: &Path) -> Result<Sender, CliError> {
    let bytes = files::read_bounded(file, KEY_LIMIT)?;
    if files::is_shared(file) {
        ctx.warn(format!("{} can be read by others; run: chmod 600 {}", file.display(), file.display()));
    }
    let invalid =
        || CliError::file("key-invalid", file, "not a private key: 64 hexadecimal digits are expected, 0 < key < n");
    let text = files::text(bytes, file)?;
    let signer: PrivateKeySigner = text.trim().parse().map_err(|_| invalid())?;
    Ok(Sender::Local(Box::new(signer)))
}
