//! `tabella keys`: proving keys.

use std::path::Path;

use clap::Subcommand;
use serde_json::{Value, json};
use tabella_prover::keys::KeyEntry;
use tabella_prover::{CircuitKey, KeyKind, KeyStore};

use crate::context::Ctx;
use crate::error::CliError;
use crate::opts::KeysOpts;
use crate::output::{Outcome, path_text};

/// What everyone who sees a development key must know.
const WARNING: &str =
    "DEVELOPMENT keys: their secret is public, so anyone can forge a proof; for tests and local chains only";

/// Proving keys.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
A proof needs a proving key for its circuit. Development keys are the same for everyone and forgeable by everyone:
their verifier contracts refuse to be deployed anywhere but on a local chain. A real election needs keys from a ceremony.

Examples:
  tabella keys dev
  tabella keys list --json")]
pub enum Command {
    /// Load the development keys of every circuit, making those that are missing (seconds, the first time)
    Dev {
        /// Where keys are kept
        #[command(flatten)]
        keys: KeysOpts,
    },
    /// List the keys that are there
    List {
        /// Where keys are kept
        #[command(flatten)]
        keys: KeysOpts,
    },
}

/// Runs `tabella keys`.
///
/// # Errors
/// Exit 2: `key-file-damaged` (with file and offset), `key-file-unusable`, `circuit-defective`.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Dev { keys } => development(ctx, &keys),
        Command::List { keys } => list(ctx, &keys),
    }
}

fn development(ctx: &Ctx, opts: &KeysOpts) -> Result<Outcome, CliError> {
    let store = opts.store(ctx)?;
    let mut list = vec![];
    let mut blocks = vec![];
    for info in tabella_prover::circuits() {
        let circuit = info.compile()?;
        let path = store.path(&circuit, KeyKind::Development);
        let made = !path.exists();
        let spinner =
            ctx.spinner(format!("{} the development key of {}", if made { "Making" } else { "Loading" }, info.id));
        let key = store.development_for(circuit)?;
        drop(spinner);
        let digest = hex::encode(key.digest());
        blocks.push(format!(
            "{} {}, version {}\n  {} {}\n  key digest    {digest}\n  matrix digest {}",
            label(key.kind()),
            info.id,
            info.version,
            if made { "made:" } else { "there already:" },
            path.display(),
            hex::encode(key.circuit().digest()),
        ));
        list.push(json!({ "kind": key.kind().to_string(), "circuit": info.id, "version": info.version, "file": path_text(&path), "made": made,
            "key_digest": digest, "matrix_digest": hex::encode(key.circuit().digest()) }));
    }
    ctx.warn(WARNING);
    Outcome::new(json!({ "directory": path_text(store.dir()), "keys": list }), blocks.join("\n"))
}

fn list(ctx: &Ctx, opts: &KeysOpts) -> Result<Outcome, CliError> {
    let store = KeyStore::open(opts.dir(ctx));
    let mut list = vec![];
    let mut lines = vec![];
    let mut development = false;
    for KeyEntry { path, header } in store.list()? {
        match header {
            Ok(header) => {
                development |= header.kind == KeyKind::Development;
                let known =
                    tabella_prover::circuits().iter().any(|c| c.id == header.circuit && c.version == header.version);
                let note = if known { "" } else { "  (no such circuit in this build)" };
                lines.push(format!(
                    "{} {}, version {}  {}{note}",
                    label(header.kind),
                    header.circuit,
                    header.version,
                    file_name(&path)
                ));
                list.push(json!({ "kind": header.kind.to_string(), "circuit": header.circuit, "version": header.version,
                    "matrix_digest": hex::encode(header.matrix_digest), "file": path_text(&path), "known": known, "error": Value::Null }));
            }
            Err(e) => {
                ctx.warn(e.to_string());
                lines.push(format!("DAMAGED {}", file_name(&path)));
                list.push(json!({ "file": path_text(&path), "error": e.to_string() }));
            }
        }
    }
    if development {
        ctx.warn(WARNING);
    }
    if list.is_empty() {
        ctx.note(format!("no keys in {}; make development keys with: tabella keys dev", store.dir().display()));
    }
    Outcome::new(json!({ "directory": path_text(store.dir()), "keys": list }), lines.join("\n"))
}

fn label(kind: KeyKind) -> String {
    kind.to_string().to_uppercase()
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
