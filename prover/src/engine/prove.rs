//! A proof from a key and an assignment: Groth16 (2016), section 3.2, with r and s given.

use ark_bn254::{Bn254, Fr, G1Projective, G2Projective};
use ark_ec::CurveGroup;
use ark_groth16::Proof;
use zeroize::Zeroizing;

use super::kernel::Backend;
use super::key::{EngineKey, Section};
use super::matrices::{EvaluateError, MatricesError};
use super::msm::{Digits, Query, QueryError, msm_many};
use super::par::join;
use super::point::Point;
use super::quotient::quotient;

/// Why there is no proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// A query of the key names variables that do not exist.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The key's rows have impossible lengths.
    #[error(transparent)]
    Matrices(#[from] MatricesError),
    /// The key's domain is too small for its rows, or no power of two that the field has.
    #[error("the key's domain of {0} does not fit its rows")]
    Domain(usize),
    /// The assignment does not fit or does not satisfy the rows.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
}

/// Sums over the queries of a key.
struct Sums {
    a: G1Projective,
    b1: G1Projective,
    b2: G2Projective,
    l: G1Projective,
    h: G1Projective,
}

/// The points of a proof.
///
/// With z the assignment, h the quotient's values on the odd coset, and sums over variables or coset elements:
/// A = alpha + Σ z·A + r·delta, B = beta + Σ z·B + s·delta, C = Σ z·L + Σ h·H + s·A + r·B - r·s·delta.
///
/// # Errors
/// [`EngineError`]: an assignment of another length, or the first row that it does not satisfy.
pub(crate) fn prove(
    backend: Backend,
    key: &EngineKey,
    assignment: &[Fr],
    r: &Fr,
    s: &Fr,
) -> Result<Proof<Bn254>, EngineError> {
    let sums = sums(backend, key, assignment)?;
    let (vk, [_, beta, delta]) = (key.vk(), key.constants().g1.map(|point| point.unpack()));
    let a = sums.a + vk.alpha_g1 + delta * r;
    let b1 = sums.b1 + beta + delta * s;
    let product = Zeroizing::new(*r * s);
    // s·A + r·B + Σ: three multiplications in G1 beside the one in G2.
    let (c, b) = join(|| join(|| a * s, || b1 * r - delta * *product), || sums.b2 + vk.beta_g2 + vk.delta_g2 * s);
    let c = c.0 + c.1 + sums.l + sums.h;
    Ok(Proof { a: a.into_affine(), b: b.into_affine(), c: c.into_affine() })
}

/// Every sum over a query, all of them in one pool of work.
fn sums(backend: Backend, key: &EngineKey, assignment: &[Fr]) -> Result<Sums, EngineError> {
    let sides = key.matrices()?.evaluate(assignment)?;
    let bad_domain = || EngineError::Domain(key.h().len());
    let domain = key.domain().ok_or_else(bad_domain)?;
    let inputs = &assignment[..key.vk().gamma_abc_g1.len()];
    let (h, z) = join(
        || quotient(backend, domain, &sides, inputs).map(|values| Digits::new(&values)).map_err(|_| bad_domain()),
        || Digits::new(assignment),
    );
    let (h, z) = (h?, &z);
    drop(sides);
    let (a, b1) = (key.query(Section::A, Section::AVariables, z)?, key.query(Section::B1, Section::BVariables, z)?);
    let (b2, l) = (key.query(Section::B2, Section::BVariables, z)?, key.query(Section::L, Section::LVariables, z)?);
    let (g1, g2) = msm_many(backend, &[a, b1, l, Query::all(key.h(), &h)?], &[b2]);
    let (&[a, b1, l, h], &[b2]) = (&g1[..], &g2[..]) else { return Err(bad_domain()) };
    Ok(Sums { a, b1, b2, l, h })
}
