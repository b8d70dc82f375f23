//! Points in snarkjs's JSON: projective coordinates as decimal strings, here always with Z = 1.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInt, PrimeField};

/// A JSON document is not what snarkjs would have written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON, or fields missing, repeated or unknown.
    #[error("not the expected JSON: {0}")]
    Syntax(String),
    /// `protocol` is not `groth16`.
    #[error("protocol is {0:?}, expected \"groth16\"")]
    Protocol(String),
    /// `curve` is not `bn128`, snarkjs's name of BN254.
    #[error("curve is {0:?}, expected \"bn128\"")]
    Curve(String),
    /// A coordinate is not a decimal number without leading zeros.
    #[error("{0} is not a plain decimal number")]
    NotDecimal(String),
    /// A coordinate is not below the order q of the base field.
    #[error("{0} is not below the field's order")]
    NotInField(String),
    /// The third coordinate is not 1: the point at infinity or not normalised.
    #[error("{0} is not in affine form (its third coordinate must be 1)")]
    NotAffine(String),
    /// A point is not on its curve.
    #[error("{0} is not on the curve")]
    NotOnCurve(String),
    /// A G2 point is not in the subgroup of order r.
    #[error("{0} is not in the subgroup")]
    NotInSubgroup(String),
}

/// A G1 point: x, y, "1".
pub(super) type G1Json = [String; 3];
/// A G2 point: x, y, ["1", "0"]; each coordinate real part first.
pub(super) type G2Json = [[String; 2]; 3];

/// A canonical decimal below q; `name` is for the error.
fn fq(name: &str, text: &str) -> Result<Fq, JsonError> {
    let decimal =
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if !decimal {
        return Err(JsonError::NotDecimal(name.to_owned()));
    }
    // q has 77 digits; a longer number is not worth parsing.
    let short = (text.len() <= 77).then_some(text);
    let value = short.and_then(|text| text.parse::<BigInt<4>>().ok()).and_then(Fq::from_bigint);
    value.ok_or_else(|| JsonError::NotInField(name.to_owned()))
}

pub(super) fn g1_from_json(name: &str, [x, y, z]: &G1Json) -> Result<G1Affine, JsonError> {
    if z != "1" {
        return Err(JsonError::NotAffine(name.to_owned()));
    }
    let point = G1Affine::new_unchecked(fq(&format!("{name}.x"), x)?, fq(&format!("{name}.y"), y)?);
    // ark takes (0, 0) for the identity. The cofactor of G1 is 1: on the curve is in the group.
    if !point.is_zero() && point.is_on_curve() { Ok(point) } else { Err(JsonError::NotOnCurve(name.to_owned())) }
}

pub(super) fn g2_from_json(name: &str, [x, y, z]: &G2Json) -> Result<G2Affine, JsonError> {
    if z != &["1", "0"] {
        return Err(JsonError::NotAffine(name.to_owned()));
    }
    let fq2 = |part: &str, [re, im]: &[String; 2]| -> Result<Fq2, JsonError> {
        Ok(Fq2::new(fq(&format!("{name}.{part}.re"), re)?, fq(&format!("{name}.{part}.im"), im)?))
    };
    let point = G2Affine::new_unchecked(fq2("x", x)?, fq2("y", y)?);
    if point.is_zero() || !point.is_on_curve() {
        return Err(JsonError::NotOnCurve(name.to_owned()));
    }
    if !point.is_in_correct_subgroup_assuming_on_curve() {
        return Err(JsonError::NotInSubgroup(name.to_owned()));
    }
    Ok(point)
}

fn decimal(x: &Fq) -> String {
    x.into_bigint().to_string()
}

/// snarkjs writes the point at infinity as 0, 1, 0.
pub(super) fn g1_to_json(point: &G1Affine) -> G1Json {
    match point.xy() {
        Some((x, y)) => [decimal(&x), decimal(&y), "1".to_owned()],
        None => ["0", "1", "0"].map(str::to_owned),
    }
}

pub(super) fn g2_to_json(point: &G2Affine) -> G2Json {
    let pair = |x: &Fq2| [decimal(&x.c0), decimal(&x.c1)];
    match point.xy() {
        Some((x, y)) => [pair(&x), pair(&y), ["1", "0"].map(str::to_owned)],
        None => [["0", "0"], ["1", "0"], ["0", "0"]].map(|pair| pair.map(str::to_owned)),
    }
}

/// Checks the two fields that say what a file is.
pub(super) fn check_kind(protocol: &str, curve: &str) -> Result<(), JsonError> {
    if protocol != "groth16" {
        return Err(JsonError::Protocol(protocol.to_owned()));
    }
    if curve != "bn128" {
        return Err(JsonError::Curve(curve.to_owned()));
    }
    Ok(())
}
