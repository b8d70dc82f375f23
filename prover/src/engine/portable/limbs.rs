//! Arithmetic on Montgomery limbs that need not be reduced: 2^256 is above 5 p for both primes, so a sum may wait.
//!
//! Bounds in multiples of the modulus p stand beside each function. No branch depends on a value: with random data, half
//! of the conditional subtractions of a fully reduced sum are mispredicted, and that costs a quarter of a multiplication
//! each. `M` is arkworks' configuration of a field, from which the constants are.

use ark_ff::MontConfig;

use crate::engine::point::Limbs;

/// The constants of a field.
pub(super) trait Modulus: MontConfig<4> {
    /// p.
    const P: Limbs = <Self as MontConfig<4>>::MODULUS.0;
    /// 2 p.
    const P2: Limbs = double(Self::P);
}

impl<M: MontConfig<4>> Modulus for M {}

const fn double(a: Limbs) -> Limbs {
    [a[0] << 1, a[1] << 1 | a[0] >> 63, a[2] << 1 | a[1] >> 63, a[3] << 1 | a[2] >> 63]
}

/// a b + c + d, low and high half.
#[inline(always)]
pub(super) fn mac(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
    // At most (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1.
    let sum = u128::from(a).wrapping_mul(u128::from(b)).wrapping_add(u128::from(c)).wrapping_add(u128::from(d));
    (sum as u64, (sum >> 64) as u64)
}

/// a + b for a + b < 2^256.
#[inline(always)]
pub(super) fn add(a: &Limbs, b: &Limbs) -> Limbs {
    let mut out = [0; 4];
    let mut carry = false;
    for i in 0..4 {
        let (sum, first) = a[i].overflowing_add(b[i]);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        (out[i], carry) = (sum, first | second);
    }
    out
}

/// a - b modulo 2^256, and whether b > a.
#[inline(always)]
pub(super) fn sub(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let mut out = [0; 4];
    let mut borrow = false;
    for i in 0..4 {
        let (rest, first) = a[i].overflowing_sub(b[i]);
        let (rest, second) = rest.overflowing_sub(u64::from(borrow));
        (out[i], borrow) = (rest, first | second);
    }
    (out, borrow)
}

/// a - b + 2 p, for b <= 2 p: below a's bound and 2 p more.
#[inline(always)]
pub(super) fn sub_plus_2p<M: Modulus>(a: &Limbs, b: &Limbs) -> Limbs {
    add(a, &sub(&M::P2, b).0)
}

/// a if `first`, else b, without a branch.
#[inline(always)]
pub(super) fn select(first: bool, a: &Limbs, b: &Limbs) -> Limbs {
    let keep = u64::from(first).wrapping_neg();
    let mut out = [0; 4];
    for i in 0..4 {
        out[i] = a[i] & keep | b[i] & !keep;
    }
    out
}

/// a modulo `bound`, for a < 2 bound.
#[inline(always)]
fn below(a: &Limbs, bound: &Limbs) -> Limbs {
    let (rest, less) = sub(a, bound);
    select(less, a, &rest)
}

/// a < 4 p becomes a < 2 p.
#[inline(always)]
pub(super) fn below_2p<M: Modulus>(a: &Limbs) -> Limbs {
    below(a, &M::P2)
}

/// a < 4 p becomes a < p.
#[inline(always)]
pub(super) fn reduce<M: Modulus>(a: &Limbs) -> Limbs {
    below(&below_2p::<M>(a), &M::P)
}

/// a b / 2^256 modulo p: below (A B / 5.29 + 1) p for a < A p, b < B p, which must not exceed 2^256; so a < 5 p and
/// b < p, or both below 2 p, give less than 2 p.
#[inline(always)]
pub(super) fn mul<M: Modulus>(a: &Limbs, b: &Limbs) -> Limbs {
    // t < b + p, so that the carries of its last limb fit.
    let mut t = [0; 4];
    for x in a {
        let (low, carry) = mac(*x, b[0], t[0], 0);
        t = step::<M>(&t, *x, b, low, carry);
    }
    t
}

/// a b + c d, divided by 2^256, below 2 p, for factors at most 2 p.
#[inline(always)]
pub(super) fn two_products<M: Modulus>(a: &Limbs, b: &Limbs, c: &Limbs, d: &Limbs) -> Limbs {
    // t < b + d + p <= 5 p throughout; 8 p^2 / 2^256 + p < 2.6 p before it is brought below 2 p.
    let mut t = [0; 4];
    for i in 0..4 {
        let mut sum = [0; 4];
        let mut carry = 0;
        for j in 0..4 {
            (sum[j], carry) = mac(a[i], b[j], t[j], carry);
        }
        let (low, next) = mac(c[i], d[0], sum[0], 0);
        t = step::<M>(&sum, c[i], d, low, next);
        t[3] = t[3].wrapping_add(carry);
    }
    below_2p::<M>(&t)
}

/// (t + x b + k p) / 2^64 where k makes it whole; `low` and `carry` are t[0] + x b[0].
#[inline(always)]
fn step<M: Modulus>(t: &Limbs, x: u64, b: &Limbs, low: u64, mut carry: u64) -> Limbs {
    let mut out = [0; 4];
    let factor = low.wrapping_mul(M::INV);
    let (_, mut reduced) = mac(factor, M::P[0], low, 0);
    for j in 1..4 {
        let sum;
        (sum, carry) = mac(x, b[j], t[j], carry);
        (out[j - 1], reduced) = mac(factor, M::P[j], sum, reduced);
    }
    out[3] = carry.wrapping_add(reduced);
    out
}
