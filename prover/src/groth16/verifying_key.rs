//! Verifying keys: what a sound one looks like, its digest, its JSON.

use ark_bn254::{Bn254, Fq, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::json::{self, G1Json, G2Json, JsonError};

/// A verifying key over BN254, in ark-groth16's type: alpha, beta, gamma, delta and public inputs + 1 points IC.
pub type VerifyingKey = ark_groth16::VerifyingKey<Bn254>;

/// A verifying key that must not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyingKeyError {
    /// Wrong number of IC points for the circuit.
    #[error("the key has {found} input points, {expected} are needed (public inputs + 1)")]
    InputPoints {
        /// Public inputs + 1.
        expected: usize,
        /// IC points in the key.
        found: usize,
    },
    /// A point is the identity.
    #[error("{0} is the point at infinity")]
    Identity(String),
    /// A point is not on its curve.
    #[error("{0} is not on the curve")]
    NotOnCurve(String),
    /// A G2 point is not in the subgroup of order r.
    #[error("{0} is not in the subgroup")]
    NotInSubgroup(String),
    /// gamma = delta up to sign: with it anyone can forge (snarkjs's key before the first contribution has it).
    #[error("gamma equals delta: proofs can be forged, no one contributed to this key")]
    GammaIsDelta,
    /// delta is the generator of G2 up to sign: nobody contributed to phase 2.
    #[error("delta is the generator: no one contributed to this key")]
    DeltaIsGenerator,
}

/// Checks what can be checked of a verifying key without its ceremony: number of points for `inputs` public inputs
/// (without the constant 1), every point on its curve, in its subgroup and not the identity, gamma != ±delta,
/// delta != ±generator.
///
/// gamma may be the generator: that is how snarkjs makes keys, and it is harmless.
///
/// # Errors
/// [`VerifyingKeyError`] names what is wrong.
pub fn check_verifying_key(vk: &VerifyingKey, inputs: usize) -> Result<(), VerifyingKeyError> {
    if vk.gamma_abc_g1.len() != inputs + 1 {
        return Err(VerifyingKeyError::InputPoints { expected: inputs + 1, found: vk.gamma_abc_g1.len() });
    }
    check_point("alpha", &vk.alpha_g1)?;
    check_point("beta", &vk.beta_g2)?;
    check_point("gamma", &vk.gamma_g2)?;
    check_point("delta", &vk.delta_g2)?;
    for (i, point) in vk.gamma_abc_g1.iter().enumerate() {
        check_point(&format!("IC[{i}]"), point)?;
    }
    if vk.gamma_g2 == vk.delta_g2 || vk.gamma_g2 == -vk.delta_g2 {
        return Err(VerifyingKeyError::GammaIsDelta);
    }
    let generator = G2Affine::generator();
    if vk.delta_g2 == generator || vk.delta_g2 == -generator {
        return Err(VerifyingKeyError::DeltaIsGenerator);
    }
    Ok(())
}

fn check_point<P: ark_ec::short_weierstrass::SWCurveConfig>(
    name: &str,
    point: &ark_ec::short_weierstrass::Affine<P>,
) -> Result<(), VerifyingKeyError> {
    if point.is_zero() {
        return Err(VerifyingKeyError::Identity(name.to_owned()));
    }
    if !point.is_on_curve() {
        return Err(VerifyingKeyError::NotOnCurve(name.to_owned()));
    }
    if !point.is_in_correct_subgroup_assuming_on_curve() {
        return Err(VerifyingKeyError::NotInSubgroup(name.to_owned()));
    }
    Ok(())
}

/// SHA-256 over the key's coordinates, each 32 bytes big-endian: alpha (x, y), beta, gamma, delta (x real, x imaginary,
/// y real, y imaginary), then every IC point (x, y). The identity counts as zeros.
pub fn key_digest(vk: &VerifyingKey) -> [u8; 32] {
    fn g1(hash: &mut Sha256, point: &G1Affine) {
        let (x, y) = point.xy().unwrap_or_default();
        [x, y].iter().for_each(|coordinate| word(hash, coordinate));
    }
    fn g2(hash: &mut Sha256, point: &G2Affine) {
        let (x, y) = point.xy().unwrap_or_default();
        [x.c0, x.c1, y.c0, y.c1].iter().for_each(|coordinate| word(hash, coordinate));
    }
    fn word(hash: &mut Sha256, coordinate: &Fq) {
        hash.update(coordinate.into_bigint().to_bytes_be());
    }
    let mut hash = Sha256::new();
    g1(&mut hash, &vk.alpha_g1);
    [vk.beta_g2, vk.gamma_g2, vk.delta_g2].iter().for_each(|point| g2(&mut hash, point));
    vk.gamma_abc_g1.iter().for_each(|point| g1(&mut hash, point));
    hash.finalize().into()
}

/// snarkjs's verification_key.json. `vk_alphabeta_12`, the pairing of alpha and beta, follows from the rest: it is not
/// written, and ignored when read (snarkjs itself never reads it either).
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VerifyingKeyJson {
    protocol: String,
    curve: String,
    #[serde(rename = "nPublic")]
    num_public: usize,
    vk_alpha_1: G1Json,
    vk_beta_2: G2Json,
    vk_gamma_2: G2Json,
    vk_delta_2: G2Json,
    #[serde(default, skip_serializing)]
    #[allow(
        dead_code,
        reason = "read so that snarkjs's files are accepted, never used: it follows from the other fields"
    )]
    vk_alphabeta_12: serde::de::IgnoredAny,
    #[serde(rename = "IC")]
    ic: Vec<G1Json>,
}

/// snarkjs's verification_key.json, on one line.
pub fn verifying_key_to_json(vk: &VerifyingKey) -> String {
    let json = VerifyingKeyJson {
        protocol: "groth16".to_owned(),
        curve: "bn128".to_owned(),
        num_public: vk.gamma_abc_g1.len().saturating_sub(1),
        vk_alpha_1: json::g1_to_json(&vk.alpha_g1),
        vk_beta_2: json::g2_to_json(&vk.beta_g2),
        vk_gamma_2: json::g2_to_json(&vk.gamma_g2),
        vk_delta_2: json::g2_to_json(&vk.delta_g2),
        vk_alphabeta_12: serde::de::IgnoredAny,
        ic: vk.gamma_abc_g1.iter().map(json::g1_to_json).collect(),
    };
    // Strings, arrays and one number: this cannot fail.
    serde_json::to_string(&json).unwrap_or_default()
}

/// Reads snarkjs's verification_key.json, strictly. Run [`check_verifying_key`] before trusting the key.
///
/// # Errors
/// [`JsonError`] for unknown or missing fields, another protocol or curve, an `nPublic` that disagrees with `IC`, or a
/// point that is not canonical, on its curve and in its subgroup.
pub fn verifying_key_from_json(text: &str) -> Result<VerifyingKey, JsonError> {
    let json: VerifyingKeyJson = serde_json::from_str(text).map_err(|e| JsonError::Syntax(e.to_string()))?;
    json::check_kind(&json.protocol, &json.curve)?;
    if json.ic.len().checked_sub(1) != Some(json.num_public) {
        let reason = format!("nPublic is {}, but IC has {} points", json.num_public, json.ic.len());
        return Err(JsonError::Syntax(reason));
    }
    let point = |(i, point): (usize, &G1Json)| json::g1_from_json(&format!("IC[{i}]"), point);
    Ok(VerifyingKey {
        alpha_g1: json::g1_from_json("vk_alpha_1", &json.vk_alpha_1)?,
        beta_g2: json::g2_from_json("vk_beta_2", &json.vk_beta_2)?,
        gamma_g2: json::g2_from_json("vk_gamma_2", &json.vk_gamma_2)?,
        delta_g2: json::g2_from_json("vk_delta_2", &json.vk_delta_2)?,
        gamma_abc_g1: json.ic.iter().enumerate().map(point).collect::<Result<_, _>>()?,
    })
}
