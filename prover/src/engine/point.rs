//! Packed affine points, the same bytes in memory and in key files.
//!
//! Coordinates are ark-ff's own: Montgomery form `x * 2^256 mod q`, four little-endian limbs, below q. All zero means the
//! point at infinity, which has no coordinates; (0, 0) is on neither curve.

use std::fmt::Debug;

use ark_bn254::{Fr, g1, g2};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ec::{AffineRepr, CurveConfig};
use bytemuck::{Pod, Zeroable};

use super::ifma::Ifma;
use super::kernel::{Pair, Scratch};
use super::portable::Coordinate;

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
pub trait Point: Pod + PartialEq + Debug + Send + Sync {
    /// ark's curve.
    type Curve: SWCurveConfig<ScalarField = Fr>;

    /// A packed coordinate; a point is two of them.
    #[doc(hidden)]
    type Coordinate: Coordinate<Ark = <Self::Curve as CurveConfig>::BaseField>;

    /// The point at infinity.
    const INFINITY: Self;

    /// See `Ifma::add_pairs`.
    #[doc(hidden)]
    fn add_in_lanes(way: Ifma, source: &[Self], pairs: &[Pair], out: &mut [Self], scratch: &mut Scratch) -> Vec<usize>;

    /// x and y as they are packed.
    #[doc(hidden)]
    #[inline(always)]
    fn xy(&self) -> [Self::Coordinate; 2] {
        bytemuck::cast(*self)
    }

    /// Whether this is the point at infinity.
    fn is_infinity(&self) -> bool {
        *self == Self::INFINITY
    }

    /// Packs a point.
    #[inline]
    fn pack(point: &Affine<Self::Curve>) -> Self {
        let packed = |(x, y)| bytemuck::cast([x, y].map(Self::Coordinate::from_ark));
        point.xy().map_or(Self::INFINITY, packed)
    }

    /// Unpacks a point; checks neither the curve nor the subgroup.
    #[inline]
    fn unpack(&self) -> Affine<Self::Curve> {
        if self.is_infinity() {
            return Affine::identity();
        }
        let [x, y] = self.xy().map(Self::Coordinate::to_ark);
        Affine::new_unchecked(x, y)
    }
}

impl Point for G1Point {
    type Curve = g1::Config;
    type Coordinate = Limbs;
    const INFINITY: Self = Self { x: [0; 4], y: [0; 4] };

    fn add_in_lanes(way: Ifma, source: &[Self], pairs: &[Pair], out: &mut [Self], scratch: &mut Scratch) -> Vec<usize> {
        way.add_pairs(source, pairs, out, scratch)
    }
}

impl Point for G2Point {
    type Curve = g2::Config;
    type Coordinate = [Limbs; 2];
    const INFINITY: Self = Self { x: [[0; 4]; 2], y: [[0; 4]; 2] };

    fn add_in_lanes(way: Ifma, source: &[Self], pairs: &[Pair], out: &mut [Self], scratch: &mut Scratch) -> Vec<usize> {
        way.add_pairs(source, pairs, out, scratch)
    }
}
