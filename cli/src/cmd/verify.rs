//! `tabella verify`: proofs checked here, without a chain.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;
use tabella_circuits::{Fr, field};
use tabella_contracts::ballot::BallotFile;
use tabella_prover::groth16::{JsonError, verifying_key_from_json};
use tabella_prover::{CircuitInfo, CircuitKey, Proof, Verifier, VerifyError, VerifyingKey, key_digest};

use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::opts::KeysOpts;
use crate::output::Outcome;

/// Proofs, inputs, ballots and verifying keys are a few kilobytes.
const FILE_LIMIT: u64 = 1 << 20;

/// Proofs checked here, without a chain.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  tabella verify proof --circuit ballot-k3-d20 --proof proof.json --public public.json
  tabella verify proof --ballot ballot.json
  tabella verify proof --circuit tally-k3-t1 --proof proof.json --public public.json --vkey verification_key.json")]
pub enum Command {
    /// Check one proof; exit code 1 if it is not valid
    Proof(ProofOpts),
}

/// A proof with its public inputs, in snarkjs's files.
#[derive(Debug, Args)]
pub struct Files {
    /// Circuit, see `tabella circuits`
    #[arg(long, value_name = "ID")]
    circuit: String,
    /// The proof, as snarkjs writes it
    #[arg(long, value_name = "FILE")]
    proof: PathBuf,
    /// The public inputs, as snarkjs writes them: a JSON list of decimal strings
    #[arg(long, value_name = "FILE")]
    public: PathBuf,
}

/// Options of `verify proof`.
#[derive(Debug, Args)]
pub struct ProofOpts {
    /// Circuit, see `tabella circuits`
    #[arg(long, value_name = "ID", required_unless_present = "ballot")]
    circuit: Option<String>,
    /// The proof, as snarkjs writes it
    #[arg(long, value_name = "FILE", required_unless_present = "ballot")]
    proof: Option<PathBuf>,
    /// The public inputs, as snarkjs writes them: a JSON list of decimal strings
    #[arg(long, value_name = "FILE", required_unless_present = "ballot")]
    public: Option<PathBuf>,
    /// A ballot that `vote cast --out` wrote, in place of the three above
    #[arg(long, value_name = "FILE", conflicts_with_all = ["circuit", "proof", "public"])]
    ballot: Option<PathBuf>,
    /// The verifying key, as snarkjs writes it [default: the development key's]
    #[arg(long, value_name = "FILE")]
    vkey: Option<PathBuf>,
    #[command(flatten)]
    keys: KeysOpts,
}

/// Something to check.
struct Claim {
    circuit: CircuitInfo,
    proof: Proof,
    inputs: Vec<Fr>,
}

/// Runs `tabella verify`.
///
/// # Errors
/// `proof-invalid` (exit 1); exit 2 for files that are no proof, no inputs or no key.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Proof(options) => proof(ctx, &options),
    }
}

fn proof(ctx: &Ctx, options: &ProofOpts) -> Result<Outcome, CliError> {
    let claim = match (&options.ballot, &options.circuit, &options.proof, &options.public) {
        (Some(ballot), ..) => read_ballot(ballot)?,
        (None, Some(circuit), Some(proof), Some(public)) => claim(circuit, proof, public)?,
        _ => return Err(CliError::usage("usage", "give --circuit, --proof and --public, or --ballot")),
    };
    let (key, kind) = key(ctx, options, &claim.circuit)?;
    let expected = claim.circuit.input_names.len();
    let verifier = Verifier::new(&key, expected);
    let verifier = verifier.map_err(|error| CliError::usage("verifying-key-unusable", error.to_string()))?;
    match verifier.verify(&claim.inputs, &claim.proof) {
        Ok(()) => report(&claim, &key, kind),
        Err(VerifyError::Invalid) => Err(invalid(VerifyError::Invalid)),
        Err(error) => Err(CliError::usage("inputs-invalid", error.to_string())),
    }
}

fn report(claim: &Claim, key: &VerifyingKey, kind: &str) -> Result<Outcome, CliError> {
    let inputs: Vec<String> = claim.inputs.iter().map(field::to_decimal).collect();
    let named: serde_json::Map<_, _> =
        claim.circuit.input_names.iter().cloned().zip(inputs.iter().map(|x| json!(x))).collect();
    let digest = hex::encode(key_digest(key));
    let data = json!({ "valid": true, "circuit": claim.circuit.id, "version": claim.circuit.version,
        "key": kind, "key_digest": digest, "inputs": named });
    let mut text =
        format!("valid        {} version {}, {kind} key {digest}\n", claim.circuit.id, claim.circuit.version);
    for (name, value) in claim.circuit.input_names.iter().zip(&inputs) {
        text.push_str(&format!("  {name:<10} {value}\n"));
    }
    Outcome::new(data, text)
}

/// The key named, or the development key's; and what it is.
fn key(ctx: &Ctx, options: &ProofOpts, circuit: &CircuitInfo) -> Result<(VerifyingKey, &'static str), CliError> {
    let Some(path) = &options.vkey else {
        let key = options.keys.store(ctx)?.development_for(circuit.compile()?)?;
        ctx.warn("checked with the development key, under which anyone can forge proofs; name another with --vkey");
        return Ok((key.verifying_key().clone(), "development"));
    };
    Ok((verifying_key(path)?, "given"))
}

/// A verifying key, as snarkjs writes it.
///
/// # Errors
/// Errors about the file; `verifying-key-invalid`.
pub(crate) fn verifying_key(path: &Path) -> Result<VerifyingKey, CliError> {
    let text = files::text(files::read_bounded(path, FILE_LIMIT)?, path)?;
    verifying_key_from_json(&text).map_err(|error| CliError::file("verifying-key-invalid", path, error))
}

/// The circuit with this id.
///
/// # Errors
/// `circuit-unknown`.
pub(crate) fn circuit(id: &str) -> Result<CircuitInfo, CliError> {
    tabella_prover::circuits().into_iter().find(|circuit| circuit.id == id).ok_or_else(|| {
        CliError::usage("circuit-unknown", format!("this build has no circuit `{id}`"))
            .hint("`tabella circuits` lists them")
    })
}

/// Reads snarkjs's two files.
///
/// # Errors
/// `proof-invalid` (exit 1) where they are well formed and cannot be valid; exit 2 where they are not well formed.
pub(super) fn read(files: &Files) -> Result<(CircuitInfo, Proof, Vec<Fr>), CliError> {
    let claim = claim(&files.circuit, &files.proof, &files.public)?;
    Ok((claim.circuit, claim.proof, claim.inputs))
}

fn claim(id: &str, proof: &Path, public: &Path) -> Result<Claim, CliError> {
    let circuit = circuit(id)?;
    let text = files::text(files::read_bounded(proof, FILE_LIMIT)?, proof)?;
    let proof = Proof::from_json(&text).map_err(|error| match error {
        JsonError::Syntax(_) | JsonError::Protocol(_) | JsonError::Curve(_) => {
            CliError::file("proof-malformed", proof, error)
        }
        // Well formed, but these numbers are no proof of anything.
        _ => invalid(format!("{}: {error}", proof.display())),
    })?;
    let inputs = read_inputs(public)?;
    Ok(Claim { circuit, proof, inputs })
}

fn read_inputs(path: &Path) -> Result<Vec<Fr>, CliError> {
    let text = files::text(files::read_bounded(path, FILE_LIMIT)?, path)?;
    let list: Vec<String> =
        serde_json::from_str(&text).map_err(|error| CliError::file("inputs-malformed", path, error))?;
    let read = |(i, text): (usize, &String)| {
        field::parse(text).map_err(|error| match error {
            field::FieldError::NotReduced => invalid(format!("{}: input {i}: {error}", path.display())),
            _ => CliError::file("inputs-malformed", path, format!("input {i}: {error}")),
        })
    };
    list.iter().enumerate().map(read).collect()
}

fn read_ballot(path: &Path) -> Result<Claim, CliError> {
    let text = files::text(files::read_bounded(path, FILE_LIMIT)?, path)?;
    let file = BallotFile::parse(&text).map_err(|error| CliError::file("ballot-malformed", path, error))?;
    let circuit = circuit(&file.circuit).map_err(|error| CliError::file("ballot-malformed", path, error))?;
    if circuit.version != file.version {
        let what = format!("it is of version {} of {}, this build has {}", file.version, file.circuit, circuit.version);
        return Err(CliError::file("ballot-of-another-version", path, what));
    }
    let ballot = file.ballot().map_err(|error| invalid(format!("{}: {error}", path.display())))?;
    Ok(Claim { circuit, proof: ballot.proof, inputs: ballot.inputs })
}

fn invalid(why: impl std::fmt::Display) -> CliError {
    CliError::check_failed("proof-invalid", why.to_string()).data(json!({ "valid": false }))
}
