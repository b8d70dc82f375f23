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
    /// (k p + 1) / 2^64, below p, for k = -1/p mod 2^64.
    const STEP: Limbs = step(Self::P, <Self as MontConfig<4>>::INV);
}

impl<M: MontConfig<4>> Modulus for M {}

const fn double(a: Limbs) -> Limbs {
    [a[0] << 1, a[1] << 1 | a[0] >> 63, a[2] << 1 | a[1] >> 63, a[3] << 1 | a[2] >> 63]
}

const fn step(p: Limbs, k: u64) -> Limbs {
    // The lowest limb of k p is all ones, so the 1 added to it is a carry.
    let (mut out, mut carry, mut i) = ([0; 4], ((p[0] as u128 * k as u128) >> 64) + 1, 1);
    while i < 4 {
        carry += p[i] as u128 * k as u128;
        (out[i - 1], carry) = (carry as u64, carry >> 64);
        i += 1;
    }
    out[3] = carry as u64;
    out
}

/// a + b + carry, and what is carried. By the processor's own instruction where there is one: the compiler does not find
/// it in every chain of sums, which costs an addition of points a tenth of its time.
#[inline(always)]
fn add_carry(a: u64, b: u64, carry: u8) -> (u64, u8) {
    #[cfg(target_arch = "x86_64")]
    {
        let mut sum = 0;
        let carry = std::arch::x86_64::_addcarry_u64(carry, a, b, &mut sum);
        (sum, carry)
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let sum = u128::from(a) + u128::from(b) + u128::from(carry);
        (sum as u64, (sum >> 64) as u8)
    }
}

/// a + b for a + b < 2^256.
#[inline(always)]
pub(super) fn add(a: &Limbs, b: &Limbs) -> Limbs {
    let (mut out, mut carry) = ([0; 4], 0);
    for i in 0..4 {
        (out[i], carry) = add_carry(a[i], b[i], carry);
    }
    out
}

/// a - b modulo 2^256, and whether b > a.
#[inline(always)]
pub(super) fn sub(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    // a + (2^256 - 1 - b) + 1.
    let (mut out, mut carry) = ([0; 4], 1);
    for i in 0..4 {
        (out[i], carry) = add_carry(a[i], !b[i], carry);
    }
    (out, carry == 0)
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

/// a b / 2^256 modulo p: below (A B / 5.29 + 1 + 2^-63) p for a < A p, b < B p, A at most 5 and B at most 3; so a < 5 p
/// and b < p, or both below 2 p, give less than 2 p.
#[inline(always)]
pub(super) fn mul<M: Modulus>(a: &Limbs, b: &Limbs) -> Limbs {
    // Before the third round t is below b + 2^64 p, so what it divides is below 2^64 (b + 2 p) < 0.95 * 2^320.
    let t = early_round::<M>(row(&[0; 5], a[0], b));
    let t = early_round::<M>(row(&t, a[1], b));
    let t = round::<M>(row(&t, a[2], b));
    let t = round::<M>(row(&t, a[3], b));
    [t[0], t[1], t[2], t[3]]
}

/// a b + c d, divided by 2^256, below 2 p, for factors at most 2 p.
#[inline(always)]
pub(super) fn two_products<M: Modulus>(a: &Limbs, b: &Limbs, c: &Limbs, d: &Limbs) -> Limbs {
    // What a round divides is below 2^64 (b + d + p) + b + d + p < 0.95 * 2^320: an early round would leave no room. In
    // the end 8 p^2 / 2^256 + p < 2.6 p.
    let t = round::<M>(row(&row(&[0; 5], a[0], b), c[0], d));
    let t = round::<M>(row(&row(&t, a[1], b), c[1], d));
    let t = round::<M>(row(&row(&t, a[2], b), c[2], d));
    let t = round::<M>(row(&row(&t, a[3], b), c[3], d));
    below_2p::<M>(&[t[0], t[1], t[2], t[3]])
}

/// t + x b, which must be below 2^320: four products, then two chains of carries.
#[inline(always)]
fn row(t: &[u64; 5], x: u64, b: &Limbs) -> [u64; 5] {
    let (mut low, mut high) = ([0; 5], [0; 5]);
    for i in 0..4 {
        let product = u128::from(x).wrapping_mul(u128::from(b[i]));
        (low[i], high[i + 1]) = (product as u64, (product >> 64) as u64);
    }
    let (mut out, mut carries) = ([0; 5], [0; 2]);
    for i in 0..5 {
        (low[i], carries[0]) = add_carry(low[i], high[i], carries[0]);
    }
    for i in 0..5 {
        (out[i], carries[1]) = add_carry(t[i], low[i], carries[1]);
    }
    out
}

/// (t + k p) / 2^64 where k < 2^64 makes it whole: one of four rounds of Montgomery's reduction (1985).
#[inline(always)]
fn round<M: Modulus>(t: [u64; 5]) -> [u64; 5] {
    let [_, a, b, c, d] = row(&t, t[0].wrapping_mul(M::INV), &M::P);
    [a, b, c, d, 0]
}

/// A round that adds t[0] (2^64 STEP - 1) in place of k p, which no multiplication comes before. That multiple of p is
/// below 2^128 p, so up to 2^64 p stays; two more rounds divide it to nothing.
#[inline(always)]
fn early_round<M: Modulus>(t: [u64; 5]) -> [u64; 5] {
    row(&[t[1], t[2], t[3], t[4], 0], t[0], &M::STEP)
}
