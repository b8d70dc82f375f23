//! Arithmetic in Fq and Fq2 on Montgomery limbs that need not be reduced: 2^256 is above 5 q, so a sum may wait.
//!
//! Bounds in multiples of q stand beside each function. No branch depends on a value: with random data, half of the
//! conditional subtractions of a fully reduced sum are mispredicted, and that costs a quarter of a multiplication each.

use ark_bn254::{Fq, FqConfig};
use ark_ff::{BigInt, Field as _, MontConfig, PrimeField};

use crate::engine::inverse::inverse;
use crate::engine::limbs::{Limbs, add, mac, select, sub};

const Q: Limbs = <Fq as PrimeField>::MODULUS.0;
const Q2: Limbs = [Q[0] << 1, Q[1] << 1 | Q[0] >> 63, Q[2] << 1 | Q[1] >> 63, Q[3] << 1 | Q[2] >> 63];
const INVERSE: u64 = <FqConfig as MontConfig<4>>::INV;

/// An element of a curve's base field; unless something else is said, coordinates are below 2 q.
pub(in crate::engine) trait Field: Copy {
    /// 0 and 1.
    const ZERO: Self;
    const ONE: Self;

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
    /// Whether all limbs are 0.
    fn is_zero(self) -> bool;
    /// Whether all limbs are equal.
    fn same(self, other: Self) -> bool;
    /// 1 / a, below q; 0 for 0.
    fn inverse(self) -> Self;
}

impl Field for Limbs {
    const ZERO: Self = [0; 4];
    const ONE: Self = Fq::ONE.0.0;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        // t < b + q <= 3 q throughout; 4 q^2 / 2^256 + q < 1.8 q at the end.
        let mut t = [0; 4];
        for x in self {
            let (low, carry) = mac(x, other[0], t[0], 0);
            t = step(t, x, &other, low, carry);
        }
        t
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
        reduce(&add(&add(&self, &sub(&Q, &b).0), &sub(&Q, &c).0))
    }

    #[inline(always)]
    fn signed(self, negative: bool) -> Self {
        select(negative, &sub(&Q, &self).0, &self)
    }

    #[inline(always)]
    fn is_zero(self) -> bool {
        self[0] | self[1] | self[2] | self[3] == 0
    }

    #[inline(always)]
    fn same(self, other: Self) -> bool {
        (self[0] ^ other[0]) | (self[1] ^ other[1]) | (self[2] ^ other[2]) | (self[3] ^ other[3]) == 0
    }

    fn inverse(self) -> Self {
        inverse(Fq::new_unchecked(BigInt(reduce(&self)))).0.0
    }
}

/// c0 + c1 u with u^2 = -1.
impl Field for [Limbs; 2] {
    const ZERO: Self = [[0; 4]; 2];
    const ONE: Self = [Limbs::ONE, [0; 4]];

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let ([a0, a1], [b0, b1]) = (self, other);
        [two_products(&a0, &b0, &a1, &sub(&Q2, &b1).0), two_products(&a0, &b1, &a1, &b0)]
    }

    #[inline(always)]
    fn square(self) -> Self {
        // (a0 + a1)(a0 - a1): below 2 q each; 2 a0 * a1: (a1 < 2 q, 2 a0 < 4 q) below 2.6 q.
        let [a0, a1] = self;
        let difference = below_2q(&add(&a0, &sub(&Q2, &a1).0));
        [below_2q(&add(&a0, &a1)).mul(difference), below_2q(&a1.mul(add(&a0, &a0)))]
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
    fn signed(self, negative: bool) -> Self {
        self.map(|coordinate| coordinate.signed(negative))
    }

    #[inline(always)]
    fn is_zero(self) -> bool {
        self[0].is_zero() & self[1].is_zero()
    }

    #[inline(always)]
    fn same(self, other: Self) -> bool {
        self[0].same(other[0]) & self[1].same(other[1])
    }

    fn inverse(self) -> Self {
        let [c0, c1] = self.map(|coordinate| Fq::new_unchecked(BigInt(reduce(&coordinate))));
        let inverse_of_norm = inverse(c0.square() + c1.square());
        [(c0 * inverse_of_norm).0.0, (-c1 * inverse_of_norm).0.0]
    }
}

/// (t + x b + k q) / 2^64 where k makes it whole; `low` and `carry` are t[0] + x b[0].
#[inline(always)]
fn step(t: Limbs, x: u64, b: &Limbs, low: u64, mut carry: u64) -> Limbs {
    let mut out = [0; 4];
    let factor = low.wrapping_mul(INVERSE);
    let (_, mut reduced) = mac(factor, Q[0], low, 0);
    for j in 1..4 {
        let sum;
        (sum, carry) = mac(x, b[j], t[j], carry);
        (out[j - 1], reduced) = mac(factor, Q[j], sum, reduced);
    }
    out[3] = carry.wrapping_add(reduced);
    out
}

/// a b + c d, below 2 q, for factors at most 2 q.
#[inline(always)]
fn two_products(a: &Limbs, b: &Limbs, c: &Limbs, d: &Limbs) -> Limbs {
    // t < b + d + q <= 5 q throughout; 8 q^2 / 2^256 + q < 2.6 q before it is brought below 2 q.
    let mut t = [0; 4];
    for i in 0..4 {
        let mut sum = [0; 4];
        let mut carry = 0;
        for j in 0..4 {
            (sum[j], carry) = mac(a[i], b[j], t[j], carry);
        }
        let (low, next) = mac(c[i], d[0], sum[0], 0);
        t = step(sum, c[i], d, low, next);
        t[3] = t[3].wrapping_add(carry);
    }
    below_2q(&t)
}

/// a < 4 q becomes a < 2 q.
#[inline(always)]
fn below_2q(a: &Limbs) -> Limbs {
    below(a, &Q2)
}

/// a < 4 q becomes a < q.
#[inline(always)]
fn reduce(a: &Limbs) -> Limbs {
    below(&below(a, &Q2), &Q)
}

#[inline(always)]
fn below(a: &Limbs, bound: &Limbs) -> Limbs {
    let (rest, less) = sub(a, bound);
    select(less, a, &rest)
}

#[cfg(test)]
mod tests {
    use super::*;
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
        Fq::new_unchecked(BigInt(reduce(a)))
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
            assert!(less(&reduce(&a), &Q) && less(&a.square(), &Q2));
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
