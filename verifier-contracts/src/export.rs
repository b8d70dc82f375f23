//! From a key to its verifier in Solidity.

use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, PrimeField};
use askama::Template;
use tabella_prover::{Circuit, CircuitKey, KeyKind, VerifyingKey, VerifyingKeyError, check_verifying_key, key_digest};

use crate::calldata::{g1_bytes, g2_bytes};

/// Bytes of a selector.
const SELECTOR: usize = 4;
/// Words of a proof.
const PROOF: usize = 8;

/// A key that gives no verifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The key must not be used.
    #[error("the key of {circuit} must not be used: {source}")]
    Key {
        /// Circuit id.
        circuit: String,
        /// What is wrong with the key.
        source: VerifyingKeyError,
    },
    /// The circuit id gives no name for a contract.
    #[error("{0:?} gives no name for a contract")]
    Name(String),
    /// The template failed.
    #[error("the template failed: {0}")]
    Template(String),
}

/// A verifier in Solidity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierSource {
    /// Name of the contract, and of its file without `.sol`.
    pub contract: String,
    /// The source, formatted as `forge fmt` leaves it.
    pub source: String,
}

/// The verifier of a key. A development key's constructor reverts unless the chain id is 31337 or 1337.
///
/// # Errors
/// [`ExportError`] if the key must not be used (see [`check_verifying_key`]) or does not fit its circuit.
pub fn export(key: &impl CircuitKey) -> Result<VerifierSource, ExportError> {
    render(key.circuit(), key.kind(), key.verifying_key())
}

/// The contract's name for a circuit id: `ballot-k3-d20` gives `BallotK3D20Verifier`.
///
/// # Errors
/// [`ExportError::Name`] unless the id is made of lower case words of letters and digits, joined by single hyphens, the
/// first beginning with a letter.
pub fn contract_name(circuit: &str) -> Result<String, ExportError> {
    let valid = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if !circuit.split('-').all(valid) || !circuit.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(ExportError::Name(circuit.to_owned()));
    }
    let capitalised = circuit.split('-').map(|word| word[..1].to_ascii_uppercase() + &word[1..]);
    Ok(capitalised.collect::<String>() + "Verifier")
}

#[derive(Template)]
#[template(path = "verifier.sol", escape = "none")]
struct Verifier<'a> {
    contract: &'a str,
    circuit: &'a str,
    version: u32,
    key_digest: String,
    development: bool,
    q: String,
    r: String,
    points: Vec<(String, String)>,
    inputs: &'a [String],
    inputs_text: String,
    constants: usize,
    constants_text: String,
    rest: usize,
    rest_text: String,
    proof_length: usize,
    fold_length: usize,
    folded_length: usize,
    batch_length: usize,
    batch_proof_length: usize,
}

fn render(circuit: &Circuit, kind: KeyKind, vk: &VerifyingKey) -> Result<VerifierSource, ExportError> {
    let inputs = circuit.input_names();
    check_verifying_key(vk, inputs.len())
        .map_err(|source| ExportError::Key { circuit: circuit.id().to_owned(), source })?;
    let contract = contract_name(circuit.id())?;
    let (constants, rest) = inputs.split_at(circuit.constants());
    let template = Verifier {
        contract: &contract,
        circuit: circuit.id(),
        version: circuit.version(),
        key_digest: hex::encode(key_digest(vk)),
        development: kind == KeyKind::Development,
        q: hex::encode(Fq::MODULUS.to_bytes_be()),
        r: hex::encode(Fr::MODULUS.to_bytes_be()),
        points: points(vk),
        inputs,
        inputs_text: inputs.join(", "),
        constants: constants.len(),
        constants_text: constants.join(", "),
        rest: rest.len(),
        rest_text: rest.join(", "),
        proof_length: SELECTOR + 32 * (PROOF + inputs.len()),
        // The array's offset and length come before its words.
        fold_length: SELECTOR + 32 * (2 + constants.len()),
        folded_length: SELECTOR + 32 * (2 + PROOF + rest.len()),
        // The point, and offset and length of each array.
        batch_length: SELECTOR + 32 * (2 + 2 * 2),
        batch_proof_length: 32 * (PROOF + rest.len()),
    };
    let source = template.render().map_err(|e| ExportError::Template(e.to_string()))?;
    // The template engine drops the last newline.
    Ok(VerifierSource { contract, source: source + "\n" })
}

/// Names and values of the key's coordinates, alpha, gamma and delta negated.
fn points(vk: &VerifyingKey) -> Vec<(String, String)> {
    let mut points = Vec::new();
    let mut push = |name: &str, parts: &[&str], words: &[[u8; 32]]| {
        let named = parts.iter().zip(words).map(|(part, word)| (format!("{name}_{part}"), hex::encode(word)));
        points.extend(named);
    };
    let (g1, g2) = (["X", "Y"], ["X_IM", "X_RE", "Y_IM", "Y_RE"]);
    push("ALPHA_NEG", &g1, &g1_bytes(&-vk.alpha_g1));
    push("BETA", &g2, &g2_bytes(&vk.beta_g2));
    push("GAMMA_NEG", &g2, &g2_bytes(&-vk.gamma_g2));
    push("DELTA_NEG", &g2, &g2_bytes(&-vk.delta_g2));
    for (i, point) in vk.gamma_abc_g1.iter().enumerate() {
        push(&format!("IC_{i}"), &g1, &g1_bytes(point));
    }
    points
}

#[cfg(test)]
mod tests;
