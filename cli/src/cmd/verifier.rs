//! `tabella verifier`: verifier contracts, and what they are called with.

use std::path::PathBuf;

use alloy::primitives::{U256, keccak256};
use clap::{Args, Subcommand};
use serde_json::json;
use tabella_circuits::field::to_be_bytes;
use tabella_contracts::calldata::proof_words;
use tabella_contracts::export::export;
use tabella_prover::CircuitKey;

use super::verify::{self, Files};
use crate::context::Ctx;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::opts::KeysOpts;
use crate::output::Outcome;

/// Verifier contracts, and what they are called with.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  tabella verifier export --circuit ballot-k3-d20 --out BallotK3D20Verifier.sol
  tabella verifier calldata --circuit ballot-k3-d20 --proof proof.json --public public.json")]
pub enum Command {
    /// Write a circuit's verifier in Solidity, from the development key
    Export(Export),
    /// Print a proof and its inputs as the words and the calldata of `verifyProof`
    Calldata(Calldata),
}

/// Options of `verifier export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Circuit, see `tabella circuits`
    #[arg(long, value_name = "ID")]
    circuit: String,
    /// Write it to FILE [default: print it]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    keys: KeysOpts,
}

/// Options of `verifier calldata`.
#[derive(Debug, Args)]
pub struct Calldata {
    #[command(flatten)]
    files: Files,
}

/// Runs `tabella verifier`.
///
/// # Errors
/// Exit 2 for files and keys.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Export(options) => export_verifier(ctx, &options),
        Command::Calldata(options) => calldata(&options.files),
    }
}

fn export_verifier(ctx: &Ctx, options: &Export) -> Result<Outcome, CliError> {
    if let Some(out) = options.out.as_deref().filter(|out| out.symlink_metadata().is_ok()) {
        return Err(files::exists(out));
    }
    let circuit = verify::circuit(&options.circuit)?.compile()?;
    let key = options.keys.store(ctx)?.development_for(circuit)?;
    let verifier = export(&key).map_err(|error| CliError::usage("verifying-key-unusable", error.to_string()))?;
    ctx.warn("this verifier holds a development key: it refuses to be deployed anywhere but on a local chain");
    let mut data = json!({ "contract": verifier.contract, "circuit": options.circuit, "kind": key.kind().to_string(),
        "key_digest": hex::encode(key.digest()) });
    let Some(out) = &options.out else {
        data["source"] = json!(verifier.source);
        return Outcome::new(data, verifier.source);
    };
    files::write_atomic(out, verifier.source.as_bytes(), Existing::Refuse)?;
    data["file"] = json!(out);
    Outcome::new(data, format!("{} written to {}", verifier.contract, out.display()))
}

fn calldata(options: &Files) -> Result<Outcome, CliError> {
    let (circuit, proof, inputs) = verify::read(options)?;
    if inputs.len() != circuit.input_names.len() {
        let what =
            format!("{} public inputs were given, {} takes {}", inputs.len(), circuit.id, circuit.input_names.len());
        return Err(CliError::usage("inputs-invalid", what));
    }
    let proof = proof_words(&proof);
    let inputs: Vec<U256> = inputs.iter().map(|input| U256::from_be_bytes(to_be_bytes(input))).collect();
    let signature = format!("verifyProof(uint256[8],uint256[{}])", inputs.len());
    let mut bytes = keccak256(signature.as_bytes())[..4].to_vec();
    // Static arrays: the words follow one another.
    bytes.extend(proof.iter().chain(&inputs).flat_map(|word| word.to_be_bytes::<32>()));
    let hexadecimal = |words: &[U256]| words.iter().map(|word| format!("{word:#066x}")).collect::<Vec<_>>();
    let calldata = format!("0x{}", hex::encode(bytes));
    let data = json!({ "circuit": circuit.id, "function": signature, "proof": hexadecimal(&proof),
        "inputs": hexadecimal(&inputs), "calldata": calldata });
    Outcome::new(data, calldata)
}
