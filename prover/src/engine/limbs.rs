//! Arithmetic modulo r on Montgomery limbs that need not be reduced: 2^256 is above 5 r, so a sum may wait.
//!
//! Bounds in multiples of r stand beside each function. No branch depends on a value: with random data, half of the
//! conditional subtractions of a fully reduced sum are mispredicted.

use ark_bn254::{Fr, FrConfig};
use ark_ff::{MontConfig, PrimeField};

/// A Montgomery representative, little-endian limbs.
pub(crate) type Limbs = [u64; 4];

const R: Limbs = <Fr as PrimeField>::MODULUS.0;
const R2: Limbs = double(R);
const INVERSE: u64 = <FrConfig as MontConfig<4>>::INV;

const fn double(a: Limbs) -> Limbs {
    [a[0] << 1, a[1] << 1 | a[0] >> 63, a[2] << 1 | a[1] >> 63, a[3] << 1 | a[2] >> 63]
}

/// a b + c + d, low and high half.
#[inline(always)]
pub(crate) fn mac(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
    // At most (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1.
    let sum = u128::from(a).wrapping_mul(u128::from(b)).wrapping_add(u128::from(c)).wrapping_add(u128::from(d));
    (sum as u64, (sum >> 64) as u64)
}

/// a + b for a + b < 2^256.
#[inline(always)]
pub(crate) fn add(a: &Limbs, b: &Limbs) -> Limbs {
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
pub(crate) fn sub(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let mut out = [0; 4];
    let mut borrow = false;
    for i in 0..4 {
        let (rest, first) = a[i].overflowing_sub(b[i]);
        let (rest, second) = rest.overflowing_sub(u64::from(borrow));
        (out[i], borrow) = (rest, first | second);
    }
    (out, borrow)
}

/// a - b + 2 r, for b <= 2 r: below a's bound and 2 r more.
#[inline(always)]
pub(crate) fn sub_plus_2r(a: &Limbs, b: &Limbs) -> Limbs {
    add(a, &sub(&R2, b).0)
}

/// a if `first`, else b, without a branch.
#[inline(always)]
pub(crate) fn select(first: bool, a: &Limbs, b: &Limbs) -> Limbs {
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

/// a < 4 r becomes a < 2 r.
#[inline(always)]
pub(crate) fn below_2r(a: &Limbs) -> Limbs {
    below(a, &R2)
}

/// a < 4 r becomes a < r.
#[inline(always)]
pub(crate) fn reduce(a: &Limbs) -> Limbs {
    below(&below(a, &R2), &R)
}

/// a b / 2^256 modulo r: below (A B / 5.29 + 1) r for a < A r, b < B r, which must not exceed 2^256; so a < 5 r and
/// b < r give less than 2 r.
#[inline(always)]
pub(crate) fn mul(a: &Limbs, b: &Limbs) -> Limbs {
    let mut t = [0u64; 4];
    for x in a {
        // t < 2^256 and a limb of carry: the sum of both carries fits as r < 2^254.
        let (low, mut carry) = mac(*x, b[0], t[0], 0);
        let factor = low.wrapping_mul(INVERSE);
        let (_, mut reduced) = mac(factor, R[0], low, 0);
        for j in 1..4 {
            let sum;
            (sum, carry) = mac(*x, b[j], t[j], carry);
            (t[j - 1], reduced) = mac(factor, R[j], sum, reduced);
        }
        t[3] = carry.wrapping_add(reduced);
    }
    t
}
