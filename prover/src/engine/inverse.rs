//! Inverses in the base field by divisions of 2-adic numbers (Bernstein and Yang, "Fast constant-time gcd computation
//! and modular inversion", 2019), 62 steps at a time and in variable time. One stands in every batch of additions.

use ark_bn254::Fq;
use ark_ff::{BigInt, PrimeField};

use super::point::Limbs;

/// A number in signed limbs of 62 bits, the lowest first; all but the highest are in 0..2^62.
type Signed62 = [i64; 5];

const MASK: i64 = (1 << 62) - 1;
const P: Signed62 = split(<Fq as PrimeField>::MODULUS.0);
/// 1/p mod 2^62.
const INVERSE_OF_P: i64 = inverse_of_odd(P[0]);
/// 2^512 mod p: the inverse of x 2^256 times this is 1/x times 2^256.
const R_SQUARED: Signed62 = split(<ark_bn254::FqConfig as ark_ff::MontConfig<4>>::R2.0);

const fn split([a, b, c, d]: Limbs) -> Signed62 {
    let mask = MASK.cast_unsigned();
    let limbs = [a & mask, (a >> 62 | b << 2) & mask, (b >> 60 | c << 4) & mask, (c >> 58 | d << 6) & mask, d >> 56];
    [
        limbs[0].cast_signed(),
        limbs[1].cast_signed(),
        limbs[2].cast_signed(),
        limbs[3].cast_signed(),
        limbs[4].cast_signed(),
    ]
}

fn join(limbs: Signed62) -> Limbs {
    let [a, b, c, d, e] = limbs.map(i64::cast_unsigned);
    [a | b << 62, b >> 2 | c << 60, c >> 4 | d << 58, d >> 6 | e << 56]
}

/// By Newton's iteration, from 3 right bits.
const fn inverse_of_odd(odd: i64) -> i64 {
    let (mut inverse, mut round) = (odd, 0);
    while round < 5 {
        inverse = inverse.wrapping_mul(2_i64.wrapping_sub(odd.wrapping_mul(inverse)));
        round += 1;
    }
    inverse & MASK
}

/// 1/x for x in arkworks' Montgomery form, and 0 for 0.
pub(super) fn inverse(x: Fq) -> Fq {
    let (mut f, mut g) = (P, split(x.0.0));
    // Always x d = 2^512 f and x e = 2^512 g modulo p, up to the powers of two that both sides are divided by.
    let (mut d, mut e) = ([0; 5], R_SQUARED);
    let mut eta = -1;
    while g != [0; 5] {
        let matrix;
        (eta, matrix) = steps(eta, f[0], g[0]);
        (d, e) = transform_modulo_p(&matrix, &d, &e);
        (f, g) = transform(&matrix, &f, &g);
    }
    // f is 1 or -1, or p if x is 0; then d is 0.
    Fq::new_unchecked(BigInt(join(normalize(d, f[4] < 0))))
}

/// A matrix (u v, q r) with entries within 2^62.
type Matrix = [[i64; 2]; 2];

/// 62 division steps, which the low bits of f and g decide: the new eta, and 2^62 times the matrix that maps f and g.
///
/// Runs of zeros are one shift, and up to six steps with an odd g are one, by a multiple of f that clears its low bits.
#[inline]
fn steps(mut eta: i64, f: i64, g: i64) -> (i64, Matrix) {
    let (mut f, mut g) = (f.cast_unsigned(), g.cast_unsigned());
    let ([mut u, mut v], [mut q, mut r]) = ([1_u64, 0], [0, 1_u64]);
    let mut left = 62_u32;
    loop {
        let zeros = (g | u64::MAX << left).trailing_zeros();
        (g, u, v) = (g >> zeros, u << zeros, v << zeros);
        eta -= i64::from(zeros);
        left -= zeros;
        if left == 0 {
            break;
        }
        let factor = if eta < 0 {
            eta = -eta;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, u.wrapping_neg());
            (v, r) = (r, v.wrapping_neg());
            // f (f^2 - 2) is -1/f modulo 2^6.
            f.wrapping_mul(g).wrapping_mul(f.wrapping_mul(f).wrapping_sub(2)) & low_bits(eta, left) & 63
        } else {
            // f + 2 ((f + 1) & 4) is 1/f modulo 2^4.
            let inverse = f.wrapping_add((f.wrapping_add(1) & 4) << 1);
            inverse.wrapping_neg().wrapping_mul(g) & low_bits(eta, left) & 15
        };
        g = g.wrapping_add(f.wrapping_mul(factor));
        q = q.wrapping_add(u.wrapping_mul(factor));
        r = r.wrapping_add(v.wrapping_mul(factor));
    }
    let signed = |row: [u64; 2]| row.map(u64::cast_signed);
    (eta, [signed([u, v]), signed([q, r])])
}

/// Ones in as many bits as may be cleared before eta turns negative or the steps end.
#[inline]
fn low_bits(eta: i64, left: u32) -> u64 {
    let count = (eta + 1).min(i64::from(left)).min(6);
    (1 << count) - 1
}

/// a x + b y, exact.
#[inline]
fn combine([a, b]: [i64; 2], x: i64, y: i64) -> i128 {
    // Entries and limbs are within 2^62, so the sum is within 2^125.
    i128::from(a).wrapping_mul(i128::from(x)).wrapping_add(i128::from(b).wrapping_mul(i128::from(y)))
}

/// The matrix applied to (f, g), divided by 2^62, which it is a multiple of.
#[inline]
fn transform(matrix: &Matrix, f: &Signed62, g: &Signed62) -> (Signed62, Signed62) {
    let row = |row: [i64; 2]| {
        let (mut out, mut carry) = ([0; 5], combine(row, f[0], g[0]) >> 62);
        for i in 1..5 {
            carry = carry.wrapping_add(combine(row, f[i], g[i]));
            out[i - 1] = carry as i64 & MASK;
            carry >>= 62;
        }
        out[4] = carry as i64;
        out
    };
    (row(matrix[0]), row(matrix[1]))
}

/// The matrix applied to (d, e), divided by 2^62 modulo p. In and out above -2 p and below p.
#[inline]
fn transform_modulo_p(matrix: &Matrix, d: &Signed62, e: &Signed62) -> (Signed62, Signed62) {
    let row = |row: [i64; 2]| {
        // p for each negative one, and then the multiple of p above -2^62 p that makes the sum one of 2^62.
        let above = (row[0] & d[4] >> 63).wrapping_add(row[1] & e[4] >> 63);
        let low = combine(row, d[0], e[0]);
        let multiple = above.wrapping_sub(INVERSE_OF_P.wrapping_mul(low as i64).wrapping_add(above) & MASK);
        let product = |i: usize| i128::from(P[i]).wrapping_mul(i128::from(multiple));
        let (mut out, mut carry) = ([0; 5], low.wrapping_add(product(0)) >> 62);
        for i in 1..5 {
            carry = carry.wrapping_add(combine(row, d[i], e[i])).wrapping_add(product(i));
            out[i - 1] = carry as i64 & MASK;
            carry >>= 62;
        }
        out[4] = carry as i64;
        out
    };
    (row(matrix[0]), row(matrix[1]))
}

/// d or -d below p and not negative, for d above -2 p and below p.
fn normalize(d: Signed62, negative: bool) -> Signed62 {
    let plus_p = |d: Signed62| carry(std::array::from_fn(|i| d[i] + P[i]));
    let d = if d[4] < 0 { plus_p(d) } else { d };
    let d = if negative { carry(d.map(|limb| -limb)) } else { d };
    if d[4] < 0 { plus_p(d) } else { d }
}

/// Limbs within 2^63 carried up.
fn carry(mut limbs: Signed62) -> Signed62 {
    for i in 0..4 {
        limbs[i + 1] += limbs[i] >> 62;
        limbs[i] &= MASK;
    }
    limbs
}

#[cfg(test)]
mod tests {
    use ark_ff::{AdditiveGroup, Field, UniformRand};
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    use super::*;

    #[test]
    fn inverses_are_those_of_ark() {
        let mut rng = ChaCha20Rng::seed_from_u64(20);
        let small = (1..300_u64).map(Fq::from);
        // Numbers that are small, or have long runs of zeros and ones, in the form that is worked on.
        let raw = |limbs: Limbs| Fq::new_unchecked(BigInt(limbs));
        let powers = (0..253).map(|bit| raw(std::array::from_fn(|i| if bit / 64 == i { 1 << (bit % 64) } else { 0 })));
        let random = (0..500).map(|_| Fq::rand(&mut rng));
        for x in small.chain(powers).chain(random) {
            for x in [x, -x, x.double()] {
                assert_eq!(inverse(x), x.inverse().expect("x is not zero"), "{x}");
            }
        }
    }

    #[test]
    fn zero_stays_zero() {
        assert_eq!(inverse(Fq::ZERO), Fq::ZERO);
    }
}
