//! A proof: three points that are what they should be.

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use serde::{Deserialize, Serialize};

use super::json::{self, G1Json, G2Json, JsonError};

/// A Groth16 proof over BN254. Its points are on their curves, in the subgroup of order r and not the identity; that is
/// checked wherever one is made, and the contracts ask for the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    a: G1Affine,
    b: G2Affine,
    c: G1Affine,
}

/// Points that do not make a proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A point is not on its curve.
    #[error("{0} is not on the curve")]
    NotOnCurve(&'static str),
    /// B is not in the subgroup of order r.
    #[error("{0} is not in the subgroup")]
    NotInSubgroup(&'static str),
    /// A point is the identity.
    #[error("{0} is the point at infinity")]
    Identity(&'static str),
}

/// snarkjs's proof.json.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProofJson {
    pi_a: G1Json,
    pi_b: G2Json,
    pi_c: G1Json,
    protocol: String,
    curve: String,
}

impl Proof {
    /// A proof from its points.
    ///
    /// # Errors
    /// [`ProofError`] names the first point that is off its curve, outside the subgroup or the identity.
    pub fn new(a: G1Affine, b: G2Affine, c: G1Affine) -> Result<Self, ProofError> {
        for (name, point) in [("A", &a), ("C", &c)] {
            if point.is_zero() {
                return Err(ProofError::Identity(name));
            }
            if !point.is_on_curve() {
                return Err(ProofError::NotOnCurve(name));
            }
        }
        if b.is_zero() {
            return Err(ProofError::Identity("B"));
        }
        if !b.is_on_curve() {
            return Err(ProofError::NotOnCurve("B"));
        }
        if !b.is_in_correct_subgroup_assuming_on_curve() {
            return Err(ProofError::NotInSubgroup("B"));
        }
        Ok(Self { a, b, c })
    }

    /// A, in G1.
    pub fn a(&self) -> &G1Affine {
        &self.a
    }

    /// B, in G2.
    pub fn b(&self) -> &G2Affine {
        &self.b
    }

    /// C, in G1.
    pub fn c(&self) -> &G1Affine {
        &self.c
    }

    /// The proof in ark-groth16's type.
    pub fn to_ark(&self) -> ark_groth16::Proof<Bn254> {
        ark_groth16::Proof { a: self.a, b: self.b, c: self.c }
    }

    /// snarkjs's proof.json, on one line.
    pub fn to_json(&self) -> String {
        let json = ProofJson {
            pi_a: json::g1_to_json(&self.a),
            pi_b: json::g2_to_json(&self.b),
            pi_c: json::g1_to_json(&self.c),
            protocol: "groth16".to_owned(),
            curve: "bn128".to_owned(),
        };
        // Strings and arrays only: this cannot fail.
        serde_json::to_string(&json).unwrap_or_default()
    }

    /// Reads snarkjs's proof.json, strictly.
    ///
    /// # Errors
    /// [`JsonError`] for anything but these five fields with canonical coordinates of points on the curve, in the
    /// subgroup, not the identity.
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        let json: ProofJson = serde_json::from_str(text).map_err(|e| JsonError::Syntax(e.to_string()))?;
        json::check_kind(&json.protocol, &json.curve)?;
        Ok(Self {
            a: json::g1_from_json("pi_a", &json.pi_a)?,
            b: json::g2_from_json("pi_b", &json.pi_b)?,
            c: json::g1_from_json("pi_c", &json.pi_c)?,
        })
    }
}
