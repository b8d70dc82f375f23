//! Coordinates of points: elements of Fq and Fq2 that need not be reduced.

use ark_bn254::{Fq, Fq2, FqConfig};
use ark_ff::{BigInt, Field};
use bytemuck::Pod;

use super::limbs::{Modulus, add, below_2p, mul, reduce, select, sub, sub_plus_2p, two_products};
use crate::engine::point::Limbs;

const Q: Limbs = FqConfig::P;

/// An element of a curve's base field; unless something else is said, below 2 q.
pub trait Coordinate: Pod {
    /// arkworks' type.
    type Ark: Field;
    /// 1.
    const ONE: Self;

    /// From arkworks' representation, which is below q.
    fn from_ark(element: Self::Ark) -> Self;
    /// To arkworks' representation, for a below q.
    fn to_ark(self) -> Self::Ark;
    /// a below q, for a below 4 q.
    fn reduced(self) -> Self;
    /// a b, below 2 q.
    fn mul(self, other: Self) -> Self;
    /// a^2, below 2 q.
    fn square(self) -> Self;
    /// a - b, at most 2 q, for a and b at most q.
    fn near_minus(self, other: Self) -> Self;
    /// a - b - c, below q, for b and c at most q.
    fn minus_both(self, b: Self, c: Self) -> Self;
    /// a or, if `negative`, -a, at most q, for a below q.
    fn signed(self, negative: bool) -> Self;

    /// Whether all limbs are equal. Not by `==`, which calls a function that compares bytes.
    fn same(self, other: Self) -> bool;

    /// Whether all limbs are 0.
    #[inline(always)]
    fn is_zero(self) -> bool {
        self.same(Self::zeroed())
    }

    /// 1 / a, below q; 0 for 0.
    fn inverse(self) -> Self {
        Self::from_ark(self.reduced().to_ark().inverse().unwrap_or_default())
    }
}

impl Coordinate for Limbs {
    type Ark = Fq;
    const ONE: Self = Fq::ONE.0.0;

    #[inline(always)]
    fn from_ark(element: Fq) -> Self {
        element.0.0
    }

    #[inline(always)]
    fn to_ark(self) -> Fq {
        Fq::new_unchecked(BigInt(self))
    }

    #[inline(always)]
    fn reduced(self) -> Self {
        reduce::<FqConfig>(&self)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        mul::<FqConfig>(&self, &other)
    }

    #[inline(always)]
    fn square(self) -> Self {
        self.mul(self)
    }

    #[inline(always)]
    fn near_minus(self, other: Self) -> Self {
        add(&self, &sub(&Q, &other).0)
    }

    #[inline(always)]
    fn minus_both(self, b: Self, c: Self) -> Self {
        // Below 4 q before it is reduced.
        self.near_minus(b).near_minus(c).reduced()
    }

    #[inline(always)]
    fn same(self, other: Self) -> bool {
        (self[0] ^ other[0]) | (self[1] ^ other[1]) | (self[2] ^ other[2]) | (self[3] ^ other[3]) == 0
    }

    #[inline(always)]
    fn signed(self, negative: bool) -> Self {
        select(negative, &sub(&Q, &self).0, &self)
    }
}

/// c0 + c1 u with u^2 = -1.
impl Coordinate for [Limbs; 2] {
    type Ark = Fq2;
    const ONE: Self = [Limbs::ONE, [0; 4]];

    #[inline(always)]
    fn from_ark(element: Fq2) -> Self {
        [element.c0.0.0, element.c1.0.0]
    }

    #[inline(always)]
    fn to_ark(self) -> Fq2 {
        Fq2::new(self[0].to_ark(), self[1].to_ark())
    }

    #[inline(always)]
    fn reduced(self) -> Self {
        self.map(Limbs::reduced)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let ([a0, a1], [b0, b1]) = (self, other);
        let minus_b1 = sub(&FqConfig::P2, &b1).0;
        [two_products::<FqConfig>(&a0, &b0, &a1, &minus_b1), two_products::<FqConfig>(&a0, &b1, &a1, &b0)]
    }

    #[inline(always)]
    fn square(self) -> Self {
        // (a0 + a1)(a0 - a1): below 2 q each; 2 a0 * a1: (a1 < 2 q, 2 a0 < 4 q) below 2.6 q.
        let [a0, a1] = self;
        let difference = below_2p::<FqConfig>(&sub_plus_2p::<FqConfig>(&a0, &a1));
        let sum = below_2p::<FqConfig>(&add(&a0, &a1));
        [sum.mul(difference), below_2p::<FqConfig>(&a1.mul(add(&a0, &a0)))]
    }

    #[inline(always)]
    fn near_minus(self, other: Self) -> Self {
        [self[0].near_minus(other[0]), self[1].near_minus(other[1])]
    }

    #[inline(always)]
    fn minus_both(self, b: Self, c: Self) -> Self {
        [self[0].minus_both(b[0], c[0]), self[1].minus_both(b[1], c[1])]
    }

    #[inline(always)]
    fn same(self, other: Self) -> bool {
        self[0].same(other[0]) & self[1].same(other[1])
    }

    #[inline(always)]
    fn signed(self, negative: bool) -> Self {
        self.map(|coordinate| coordinate.signed(negative))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const Q2: Limbs = FqConfig::P2;
    use ark_bn254::Fq2;
    use ark_ff::{AdditiveGroup, UniformRand};
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    fn minus_one() -> Limbs {
        sub(&Q, &[1, 0, 0, 0]).0
    }

    /// Limbs up to each bound, with the edges.
    fn edges(double: bool) -> Vec<Limbs> {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let mut below: Vec<Limbs> = (0..20).map(|_| Fq::rand(&mut rng).0.0).collect();
        below.extend([[0; 4], [1, 0, 0, 0], Limbs::ONE, minus_one(), [u64::MAX, u64::MAX, u64::MAX, Q[3] - 1]]);
        if double {
            let above: Vec<Limbs> = below.iter().map(|a| add(a, &Q)).collect();
            below.extend(above);
        }
        below
    }

    fn fq(a: &Limbs) -> Fq {
        a.reduced().to_ark()
    }

    fn fq2(a: &[Limbs; 2]) -> Fq2 {
        Fq2::new(fq(&a[0]), fq(&a[1]))
    }

    fn less(a: &Limbs, bound: &Limbs) -> bool {
        sub(a, bound).1
    }

    #[test]
    fn base_field_agrees_and_keeps_its_bounds() {
        for a in edges(true) {
            assert!(less(&a.reduced(), &Q) && less(&a.square(), &Q2));
            assert_eq!((fq(&a.square()), fq(&a.inverse())), (fq(&a).square(), fq(&a).inverse().unwrap_or(Fq::ZERO)));
            for b in edges(true) {
                assert_eq!(fq(&a.mul(b)), fq(&a) * fq(&b));
                assert!(less(&a.mul(b), &Q2));
            }
            for (b, c) in edges(false).into_iter().zip(edges(false).into_iter().rev()) {
                for (b, c) in [(b, c), (b, b), (Q, Q), (b, Q)] {
                    let rest = a.minus_both(b, c);
                    assert_eq!(fq(&rest), fq(&a) - fq(&b) - fq(&c));
                    assert!(less(&rest, &Q));
                }
            }
        }
        for a in edges(false) {
            assert_eq!((fq(&a.signed(true)), fq(&a.signed(false))), (-fq(&a), fq(&a)));
            for b in edges(false).into_iter().chain([Q]) {
                assert_eq!(fq(&a.near_minus(b)), fq(&a) - fq(&b));
                assert!(!less(&Q2, &a.near_minus(b)) && a.same(b) == (a == b));
            }
        }
    }

    #[test]
    fn extension_agrees_and_keeps_its_bounds() {
        let coordinates = edges(true);
        let elements: Vec<[Limbs; 2]> =
            coordinates.iter().flat_map(|a| coordinates.iter().map(|b| [*a, *b])).step_by(7).collect();
        let bounded = |a: &[Limbs; 2]| a.iter().all(|coordinate| less(coordinate, &Q2));
        for a in &elements {
            assert_eq!(fq2(&a.square()), fq2(a).square());
            assert_eq!(fq2(&a.inverse()), fq2(a).inverse().unwrap_or(Fq2::ZERO));
            assert!(bounded(&a.square()));
            for b in elements.iter().step_by(3) {
                assert_eq!(fq2(&a.mul(*b)), fq2(a) * fq2(b));
                assert!(bounded(&a.mul(*b)));
            }
        }
        let (largest, almost) = ([Q2; 2], [minus_one(); 2]);
        assert_eq!(fq2(&largest.mul(largest)), Fq2::ZERO);
        assert_eq!(fq2(&almost.mul(largest)), Fq2::ZERO);
        assert!(bounded(&largest.mul(largest)));
    }
}
