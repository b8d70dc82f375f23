//! Baby Jubjub in circomlib's form: 168700 x^2 + y^2 = 1 + 168696 x^2 y^2 over Fr, subgroup of prime order l, cofactor 8.
//!
//! Source: EIP-2494 (the curve), circomlib (the form and the base point B8).

pub mod gadget;
mod hints;

use crate::Fr;
use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup, twisted_edwards::TECurveConfig};
use ark_ff::{BigInt, Field, PrimeField, UniformRand};
use rand::{CryptoRng, RngCore};
use taceo_ark_babyjubjub::{EdwardsAffine, EdwardsConfig, EdwardsProjective};

/// A scalar modulo l, the order of the subgroup.
pub type Scalar = taceo_ark_babyjubjub::Fr;

/// A point as it stands on every wire: two words. Any two words fit; see [`Point::is_on_curve`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// First coordinate.
    pub x: Fr,
    /// Second coordinate.
    pub y: Fr,
}

impl Point {
    /// The neutral element O = (0, 1).
    pub const IDENTITY: Self = Self { x: Fr::ZERO, y: Fr::ONE };
    /// The subgroup's generator B8.
    pub const BASE8: Self = Self { x: taceo_ark_babyjubjub::GENERATOR_X, y: taceo_ark_babyjubjub::GENERATOR_Y };

    fn affine(&self) -> EdwardsAffine {
        EdwardsAffine::new_unchecked(self.x, self.y)
    }

    fn group(&self) -> EdwardsProjective {
        self.affine().into_group()
    }

    /// self + other; both must be on the curve.
    pub fn add(&self, other: &Self) -> Self {
        (self.group() + other.group()).into()
    }

    /// -self.
    pub fn neg(&self) -> Self {
        Self { x: -self.x, y: self.y }
    }

    /// self + self.
    pub fn double(&self) -> Self {
        self.group().double().into()
    }

    /// scalar * self; self must be on the curve.
    pub fn mul(&self, scalar: &Scalar) -> Self {
        self.mul_bigint(scalar.into_bigint())
    }

    /// number * self for a number that need not be below l.
    pub fn mul_bigint(&self, number: BigInt<4>) -> Self {
        EdwardsConfig::mul_projective(&self.group(), &number.0).into()
    }

    /// Whether the coordinates satisfy the curve's equation.
    pub fn is_on_curve(&self) -> bool {
        self.affine().is_on_curve()
    }

    /// Whether the point is on the curve and in the subgroup of order l.
    pub fn is_in_subgroup(&self) -> bool {
        self.is_on_curve() && self.mul_bigint(Scalar::MODULUS) == Self::IDENTITY
    }

    /// The point Z of the subgroup with 8 Z = self, for a point of the subgroup: what proves membership cheaply, since
    /// the multiples of 8 are exactly the subgroup.
    pub fn eighth(&self) -> Self {
        self.mul(&Scalar::from(8u64).inverse().unwrap_or_default())
    }

    /// (x, y), as words.
    pub fn words(&self) -> [Fr; 2] {
        [self.x, self.y]
    }

    /// Distances of many points made affine with one inversion: first, first + step, first + 2 step, ...
    pub(crate) fn progression(first: &Self, step: &Self, count: usize) -> Vec<Self> {
        let mut current = first.group();
        let step = step.affine();
        let points: Vec<EdwardsProjective> = (0..count)
            .map(|_| {
                let point = current;
                current += step;
                point
            })
            .collect();
        Self::normalized(&points)
    }

    /// high + low and high - low for low in {P, 3P} and high in {4P, 12P}: place bits are |low|, |high|, + or -.
    pub(crate) fn signed_window(&self) -> Vec<Self> {
        let one = self.group();
        let three = one.double() + one;
        let four = one.double().double();
        let twelve = three.double().double();
        let entry = |i: usize| {
            let (low, high) = (if i & 1 == 1 { three } else { one }, if i & 2 == 2 { twelve } else { four });
            if i & 4 == 4 { high + low } else { high - low }
        };
        Self::normalized(&(0..8).map(entry).collect::<Vec<_>>())
    }

    /// Affine points, with one inversion.
    fn normalized(points: &[EdwardsProjective]) -> Vec<Self> {
        EdwardsProjective::normalize_batch(points).into_iter().map(|p| Self { x: p.x, y: p.y }).collect()
    }
}

impl From<EdwardsProjective> for Point {
    fn from(point: EdwardsProjective) -> Self {
        let affine = point.into_affine();
        Self { x: affine.x, y: affine.y }
    }
}

/// A uniform scalar in [1, l).
pub fn random_scalar(rng: &mut (impl RngCore + CryptoRng)) -> Scalar {
    loop {
        let scalar = Scalar::rand(rng);
        if scalar != Scalar::ZERO {
            return scalar;
        }
    }
}

#[cfg(test)]
mod tests;
