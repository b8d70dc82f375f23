//! Packed affine points, the same bytes in memory and in key files.
//!
//! Coordinates are ark-ff's own: Montgomery form `x * 2^256 mod q`, four little-endian limbs, below q. All zero means the
//! point at infinity, which has no coordinates; (0, 0) is on neither curve.

use std::fmt::Debug;

use ark_bn254::{Fq, Fq2, Fr, g1, g2};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{BigInt, Field};
use bytemuck::{Pod, Zeroable};

/// A coordinate in Montgomery form: little-endian limbs, below the modulus of the curve's base field.
pub type Limbs = [u64; 4];

/// A point of G1, 64 bytes: a line of the cache, so that a point met at random is one fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C, align(64))]
pub struct G1Point {
    /// x.
    pub x: Limbs,
    /// y.
    pub y: Limbs,
}

/// A point of G2, 128 bytes, two lines of the cache; a coordinate is `c0 + c1 * u`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C, align(64))]
pub struct G2Point {
    /// x as c0, c1.
    pub x: [Limbs; 2],
    /// y as c0, c1.
    pub y: [Limbs; 2],
}

/// What the engine asks of a group: a packed point and its ark curve. Implemented for [`G1Point`] and [`G2Point`].
pub trait Point: super::kernel::AddPairs + Pod + PartialEq + Debug + Send + Sync {
    /// ark's curve.
    type Curve: SWCurveConfig<ScalarField = Fr, BaseField: Field>;

    /// The point at infinity.
    const INFINITY: Self;

    /// x and y; (0, 0) for the point at infinity.
    fn coordinates(&self) -> (Base<Self>, Base<Self>);

    /// The point with these coordinates, which must be on the curve or (0, 0).
    fn from_coordinates(x: Base<Self>, y: Base<Self>) -> Self;

    /// Packs a point.
    fn pack(point: &Affine<Self::Curve>) -> Self {
        point.xy().map_or(Self::INFINITY, |(x, y)| Self::from_coordinates(x, y))
    }

    /// Unpacks a point; checks neither the curve nor the subgroup.
    fn unpack(&self) -> Affine<Self::Curve> {
        if self.is_infinity() {
            return Affine::identity();
        }
        let (x, y) = self.coordinates();
        Affine::new_unchecked(x, y)
    }

    /// Whether this is the point at infinity.
    fn is_infinity(&self) -> bool {
        *self == Self::INFINITY
    }

    /// The opposite point.
    #[must_use]
    fn negated(&self) -> Self {
        let (x, y) = self.coordinates();
        Self::from_coordinates(x, -y)
    }
}

/// The base field of a packed point's curve.
pub type Base<P> = <<P as Point>::Curve as ark_ec::CurveConfig>::BaseField;

/// Limbs as a field element, unchanged.
fn fq(limbs: Limbs) -> Fq {
    Fq::new_unchecked(BigInt(limbs))
}

impl Point for G1Point {
    type Curve = g1::Config;
    const INFINITY: Self = Self { x: [0; 4], y: [0; 4] };

    #[inline]
    fn coordinates(&self) -> (Fq, Fq) {
        (fq(self.x), fq(self.y))
    }

    #[inline]
    fn from_coordinates(x: Fq, y: Fq) -> Self {
        Self { x: x.0.0, y: y.0.0 }
    }
}

impl Point for G2Point {
    type Curve = g2::Config;
    const INFINITY: Self = Self { x: [[0; 4]; 2], y: [[0; 4]; 2] };

    #[inline]
    fn coordinates(&self) -> (Fq2, Fq2) {
        let pack = |[c0, c1]: [Limbs; 2]| Fq2::new(fq(c0), fq(c1));
        (pack(self.x), pack(self.y))
    }

    #[inline]
    fn from_coordinates(x: Fq2, y: Fq2) -> Self {
        let unpack = |z: Fq2| [z.c0.0.0, z.c1.0.0];
        Self { x: unpack(x), y: unpack(y) }
    }
}
