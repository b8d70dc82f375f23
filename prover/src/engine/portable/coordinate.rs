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
    /// From arkworks' representation, which is below q.
    fn from_ark(element: Self::Ark) -> Self;
    /// To arkworks' representation, for a below q.
    fn to_ark(self) -> Self::Ark;
    /// An element of Fq that is 0 only for 0: in Fq2 the product with the conjugate.
    fn norm(self) -> Limbs;
    /// a / b from the inverse of b's norm, for a and b at most 2 q.
    fn over(self, divisor: Self, inverse: Limbs) -> Self;
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
}

/// 1 / a, below q, for a below 2 q; 0 for 0.
pub(super) fn inverse(a: Limbs) -> Limbs {
    reduce::<FqConfig>(&a).to_ark().inverse().unwrap_or_default().0.0
}

impl Coordinate for Limbs {
    type Ark = Fq;

    #[inline(always)]
    fn from_ark(element: Fq) -> Self {
        element.0.0
    }

    #[inline(always)]
    fn to_ark(self) -> Fq {
        Fq::new_unchecked(BigInt(self))
    }

    #[inline(always)]
    fn norm(self) -> Limbs {
        self
    }

    #[inline(always)]
    fn over(self, _: Self, inverse: Limbs) -> Self {
        self.mul(inverse)
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
        reduce::<FqConfig>(&self.near_minus(b).near_minus(c))
    }

    #[inline(always)]
    fn same(self, other: Self) -> bool {
        (0..4).all(|i| self[i] == other[i])
    }

    #[inline(always)]
    fn signed(self, negative: bool) -> Self {
        select(negative, &sub(&Q, &self).0, &self)
    }
}

/// c0 + c1 u with u^2 = -1.
impl Coordinate for [Limbs; 2] {
    type Ark = Fq2;

    #[inline(always)]
    fn from_ark(element: Fq2) -> Self {
        [element.c0.0.0, element.c1.0.0]
    }

    #[inline(always)]
    fn to_ark(self) -> Fq2 {
        Fq2::new(self[0].to_ark(), self[1].to_ark())
    }

    #[inline(always)]
    fn norm(self) -> Limbs {
        let [a0, a1] = self;
        two_products::<FqConfig>(&a0, &a0, &a1, &a1)
    }

    #[inline(always)]
    fn over(self, [b0, b1]: Self, inverse: Limbs) -> Self {
        self.mul([b0, sub(&FqConfig::P2, &b1).0]).map(|coordinate| coordinate.mul(inverse))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let ([a0, a1], [b0, b1]) = (self, other);
        let minus_b1 = sub(&FqConfig::P2, &b1).0;
        [two_products::<FqConfig>(&a0, &b0, &a1, &minus_b1), two_products::<FqConfig>(&a0, &b1, &a1, &b0)]
    }

    #[inline(always)]
    fn square(self) -> Self {
        // (a0 + a1)(a0 - a1), factors below 2 q; 2 a0 a1.
        let [a0, a1] = self;
        let difference = below_2p::<FqConfig>(&sub_plus_2p::<FqConfig>(&a0, &a1));
        let sum = below_2p::<FqConfig>(&add(&a0, &a1));
        let product = a0.mul(a1);
        [sum.mul(difference), below_2p::<FqConfig>(&add(&product, &product))]
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
        self[0].same(other[0]) && self[1].same(other[1])
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
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha20Rng;

    fn minus_one() -> Limbs {
        sub(&Q, &[1, 0, 0, 0]).0
    }

    /// Limbs up to each bound, with the edges.
    fn edges(double: bool) -> Vec<Limbs> {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let mut below: Vec<Limbs> = (0..20).map(|_| Fq::rand(&mut rng).0.0).collect();
        below.extend([[0; 4], [1, 0, 0, 0], Fq::ONE.0.0, minus_one(), [u64::MAX, u64::MAX, u64::MAX, Q[3] - 1]]);
        if double {
            let above: Vec<Limbs> = below.iter().map(|a| add(a, &Q)).collect();
            below.extend(above);
        }
        below
    }

    fn fq(a: &Limbs) -> Fq {
        reduce::<FqConfig>(a).to_ark()
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
            assert!(less(&inverse(a), &Q) && less(&a.square(), &Q2));
            assert_eq!((fq(&a.square()), fq(&inverse(a))), (fq(&a).square(), fq(&a).inverse().unwrap_or(Fq::ZERO)));
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
            assert_eq!(fq(&a.norm()), fq2(a).norm());
            assert!(bounded(&a.square()) && less(&a.norm(), &Q2));
            for b in elements.iter().step_by(3) {
                assert_eq!(fq2(&a.mul(*b)), fq2(a) * fq2(b));
                assert!(bounded(&a.mul(*b)));
                let quotient = a.over(*b, inverse(b.norm()));
                assert_eq!(fq2(&quotient), fq2(a) * fq2(b).inverse().unwrap_or_default());
                assert!(bounded(&quotient));
            }
        }
        let (largest, almost) = ([Q2; 2], [minus_one(); 2]);
        assert_eq!(fq2(&largest.mul(largest)), Fq2::ZERO);
        assert_eq!(fq2(&almost.mul(largest)), Fq2::ZERO);
        assert!(bounded(&largest.mul(largest)) && less(&largest.norm(), &Q2));
        assert_eq!(fq(&largest.norm()), Fq::ZERO);
        assert_eq!(fq2(&largest.over(almost, inverse(almost.norm()))), Fq2::ZERO);
    }

    #[test]
    fn the_largest_factors_leave_room_for_every_carry() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        for _ in 0..1000 {
            // All ones where a round multiplies, near 2 q.
            let mut large = || [rng.r#gen(), u64::MAX, u64::MAX, Q2[3] - 1];
            let (a, b) = ([large(), large()], [large(), large()]);
            assert_eq!(fq(&mul::<FqConfig>(&a[0], &add(&b[0], &Q))), fq(&a[0]) * fq(&b[0]));
            assert_eq!((fq2(&a.mul(b)), fq2(&a.square())), (fq2(&a) * fq2(&b), fq2(&a).square()));
            assert_eq!(fq(&a.norm()), fq2(&a).norm());
        }
    }
}
