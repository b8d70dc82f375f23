//! `tabella identity`: a member's secret.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use rand::rngs::OsRng;
use serde_json::json;
use tabella_circuits::voting::identity::Identity;
use zeroize::Zeroizing;

use crate::context::Ctx;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::opts::PassphraseOpts;
use crate::output::{Outcome, path_text};
use crate::store::{IdentityPublic, IdentityStore, open_identity};

/// An export of the longest private key that is allowed, and white space.
const EXPORT_LIMIT: u64 = 16 * 1024;
/// The length of the private keys that Semaphore makes itself, in bytes.
const USUAL_KEY: usize = 32;

/// Your secret voting identity.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
An identity is a secret; its commitment is what a registrar admits to an electorate. Whoever has the secret can vote
as you, and see where you voted. It is kept sealed with a passphrase in <home>/identities/NAME.json; there is no way
to recover it without. Identities of Semaphore v4 are the same thing and go in and out unchanged.

Examples:
  tabella identity new alice
  tabella identity show alice --json
  tabella identity import bob --semaphore export.txt --passphrase-file pass.txt
  tabella identity export alice --out alice.semaphore")]
pub enum Command {
    /// Make a new identity
    New {
        /// How it is called on this machine: a-z 0-9 . _ -
        name: String,
        /// How it is sealed
        #[command(flatten)]
        passphrase: PassphraseOpts,
    },
    /// Take over an identity made by Semaphore's own package
    Import {
        /// How it is called on this machine: a-z 0-9 . _ -
        name: String,
        /// What `identity.export()` of @semaphore-protocol/identity 4 gave (base64); - reads standard input
        #[arg(long, value_name = "FILE")]
        semaphore: PathBuf,
        /// How it is sealed
        #[command(flatten)]
        passphrase: PassphraseOpts,
    },
    /// Show the commitment; with --passphrase-file also check that the secret belongs to it
    Show {
        /// Which identity
        name: String,
        /// How the secret is opened
        #[command(flatten)]
        passphrase: PassphraseOpts,
    },
    /// Give out the secret as Semaphore's export: to stdout, or to a new file of mode 0600
    Export {
        /// Which identity
        name: String,
        /// Write to this file, which must not exist
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// How the secret is opened
        #[command(flatten)]
        passphrase: PassphraseOpts,
    },
    /// List all identities with their commitments
    List,
}

/// Runs `tabella identity`.
///
/// # Errors
/// Exit 2 for names, files and passphrases; 1 from `show` when the secret does not belong to the commitment.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::New { name, passphrase } => {
            store(ctx).vacant(&name)?;
            create(ctx, &name, &Identity::generate(&mut OsRng), &passphrase)
        }
        Command::Import { name, semaphore, passphrase } => import(ctx, &name, &semaphore, &passphrase),
        Command::Show { name, passphrase } => show(ctx, &name, &passphrase),
        Command::Export { name, out, passphrase } => export(ctx, &name, out.as_deref(), &passphrase),
        Command::List => list(ctx),
    }
}

fn store(ctx: &Ctx) -> IdentityStore {
    IdentityStore::at(ctx.settings().home())
}

fn create(ctx: &Ctx, name: &str, identity: &Identity, opts: &PassphraseOpts) -> Result<Outcome, CliError> {
    let passphrase = opts.fresh(ctx, &format!("identity {name}"))?;
    let public = IdentityPublic::of(identity);
    let path = store(ctx).create(ctx, name, public.clone(), identity.export().as_bytes(), &passphrase)?;
    ctx.note(format!("sealed in {}; keep a copy, and keep the passphrase", path.display()));
    let data = json!({ "name": name, "commitment": public.commitment, "file": path_text(&path) });
    Outcome::new(data, format!("identity {name}\ncommitment {}", public.commitment))
}

fn import(ctx: &Ctx, name: &str, file: &Path, opts: &PassphraseOpts) -> Result<Outcome, CliError> {
    store(ctx).vacant(name)?;
    let (text, label) = if file == Path::new("-") {
        (from_stdin()?, Path::new("standard input"))
    } else {
        if files::is_shared(file) {
            ctx.warn(format!("{} can be read by others; remove it after the import", file.display()));
        }
        (files::text(files::read_bounded(file, EXPORT_LIMIT)?, file)?, file)
    };
    let identity = Identity::from_export(&text).map_err(|e| CliError::file("export-invalid", label, e))?;
    let length = private_key_length(&text);
    if length != USUAL_KEY {
        ctx.warn(format!(
            "the private key has {length} bytes, not the {USUAL_KEY} that Semaphore makes: compare the commitment, the export may be cut off"
        ));
    }
    create(ctx, name, &identity, opts)
}

/// Bytes behind a base64 text that was found good.
fn private_key_length(export: &str) -> usize {
    export.trim().trim_end_matches('=').len() * 3 / 4
}

/// Reads an export from a pipe, or without echo from the terminal.
fn from_stdin() -> Result<Zeroizing<String>, CliError> {
    let label = Path::new("standard input");
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return rpassword::prompt_password("Semaphore export: ")
            .map(Zeroizing::new)
            .map_err(|e| CliError::file("file-unreadable", label, e));
    }
    let mut lock = stdin.lock();
    files::text(files::read_bounded_from(lock.by_ref(), EXPORT_LIMIT, label)?, label)
}

fn show(ctx: &Ctx, name: &str, opts: &PassphraseOpts) -> Result<Outcome, CliError> {
    let record = store(ctx).load(ctx, name)?;
    // Only the flag asks for the check: a passphrase in the settings must not make every look take a second.
    let checked = opts.passphrase_file.is_some();
    if checked {
        record.identity(ctx, &opts.existing(ctx, &format!("identity {name}"))?)?;
    }
    let commitment = &record.public.commitment;
    let data =
        json!({ "name": name, "commitment": commitment, "file": path_text(record.path()), "secret_checked": checked });
    let note = if checked { "\nthe secret belongs to it" } else { "" };
    Outcome::new(data, format!("identity {name}\ncommitment {commitment}{note}"))
}

fn export(ctx: &Ctx, name: &str, out: Option<&Path>, opts: &PassphraseOpts) -> Result<Outcome, CliError> {
    if let Some(out) = out.filter(|out| out.symlink_metadata().is_ok()) {
        return Err(files::exists(out));
    }
    let secret = open_identity(ctx, name, opts)?.export();
    match out {
        Some(out) => {
            files::write_atomic(out, format!("{}\n", *secret).as_bytes(), Existing::Refuse)?;
            Outcome::new(json!({ "name": name, "file": path_text(out) }), format!("written to {}", out.display()))
        }
        None => Outcome::new(json!({ "name": name, "export": *secret }), secret.as_str()),
    }
}

fn list(ctx: &Ctx) -> Result<Outcome, CliError> {
    let store = store(ctx);
    let mut list = vec![];
    let mut lines = vec![];
    for name in store.names()? {
        match store.load(ctx, &name) {
            Ok(record) => {
                lines.push(format!("{name}  {}", record.public.commitment));
                list.push(json!({ "name": name, "commitment": record.public.commitment }));
            }
            Err(e) => ctx.warn(e.to_string()),
        }
    }
    Outcome::new(json!({ "identities": list }), lines.join("\n"))
}
