//! Inverses in the scalar field, several times faster than the field's own: half of a search was spent on those.
//!
//! Division steps in batches of 62 on the low words alone, then applied to the whole numbers: Bernstein and Yang, "Fast constant-time
//! gcd computation and modular inversion" (2019), in variable time, since nothing here is secret.

use crate::Fr;
use ark_ff::{BigInt, Field, PrimeField};
use std::sync::LazyLock;

/// Five limbs of 62 bits, least significant first; the last carries the sign.
type Wide = [i64; 5];

const BITS: u32 = 62;
const LOW: u64 = u64::MAX >> 2;

/// What does not depend on the number: the modulus, its inverse modulo 2^62, and R^3, which turns the inverse of a number in
/// Montgomery form into the Montgomery form of the inverse.
struct Constants {
    modulus: Wide,
    inverse: u64,
    factor: Fr,
}

static CONSTANTS: LazyLock<Constants> = LazyLock::new(|| {
    let modulus = wide(&Fr::MODULUS);
    let low = Fr::MODULUS.0[0];
    // Newton's iteration doubles the correct bits: 3, 6, 12, 24, 48, 96.
    let inverse = (0..5).fold(low, |x, _| x.wrapping_mul(2u64.wrapping_sub(low.wrapping_mul(x)))) & LOW;
    let r = Fr::from(2u64).pow([256]);
    // The product with a number that is taken as it is, without its R: one R is lost.
    Constants { modulus, inverse, factor: r.square() }
});

fn wide(number: &BigInt<4>) -> Wide {
    let [a, b, c, d] = number.0;
    let limbs = [a, a >> 62 | b << 2, b >> 60 | c << 4, c >> 58 | d << 6, d >> 56];
    limbs.map(|limb| (limb & LOW) as i64)
}

/// What a batch of 62 steps does: f' = (u·f + v·g) / 2^62, g' = (q·f + r·g) / 2^62.
struct Steps {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// 1 / x; `None` for 0.
pub fn inverse(x: &Fr) -> Option<Fr> {
    let constants = &*CONSTANTS;
    let (mut f, mut g) = (constants.modulus, wide(&x.0));
    let (mut d, mut e): (Wide, Wide) = ([0; 5], [1, 0, 0, 0, 0]);
    if g == [0; 5] {
        return None;
    }
    let mut eta = -1;
    while g != [0; 5] {
        let steps = batch(&mut eta, low(&f), low(&g));
        apply_modulo(&mut d, &mut e, &steps, constants);
        apply(&mut f, &mut g, &steps);
    }
    // f is 1 or -1 now, and d its product with the inverse, between -modulus and modulus.
    let magnitude = unsigned(&d, constants);
    let inverse = Fr::new_unchecked(magnitude) * constants.factor;
    Some(if f[4] < 0 { -inverse } else { inverse })
}

/// The low 64 bits.
fn low(number: &Wide) -> u64 {
    number[0] as u64 | (number[1] as u64) << 62
}

fn batch(eta: &mut i64, mut f: u64, mut g: u64) -> Steps {
    let (mut u, mut v, mut q, mut r) = (1u64, 0u64, 0u64, 1u64);
    let mut left = BITS;
    loop {
        let zeros = (g | u64::MAX << left).trailing_zeros();
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        *eta -= i64::from(zeros);
        left -= zeros;
        if left == 0 {
            break;
        }
        if *eta < 0 {
            *eta = -*eta;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, u.wrapping_neg());
            (v, r) = (r, v.wrapping_neg());
        }
        // As many low bits of g as the next steps may clear at once, at most four.
        let limit = (*eta + 1).min(i64::from(left)).min(4) as u32;
        let mask = (1u64 << limit) - 1;
        // -1 / f modulo 16.
        let negated = f.wrapping_add(f.wrapping_add(1) << 1 & 8).wrapping_neg();
        let times = negated.wrapping_mul(g) & mask;
        g = g.wrapping_add(f.wrapping_mul(times));
        q = q.wrapping_add(u.wrapping_mul(times));
        r = r.wrapping_add(v.wrapping_mul(times));
    }
    Steps { u: u as i64, v: v as i64, q: q as i64, r: r as i64 }
}

fn times(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

fn apply(f: &mut Wide, g: &mut Wide, steps: &Steps) {
    let Steps { u, v, q, r } = *steps;
    let (mut first, mut second) = (0i128, 0i128);
    for i in 0..5 {
        first += times(u, f[i]) + times(v, g[i]);
        second += times(q, f[i]) + times(r, g[i]);
        if i > 0 {
            f[i - 1] = (first as u64 & LOW) as i64;
            g[i - 1] = (second as u64 & LOW) as i64;
        }
        first >>= BITS;
        second >>= BITS;
    }
    (f[4], g[4]) = (first as i64, second as i64);
}

/// The same modulo the modulus; d and e stay between -2 moduli and one.
fn apply_modulo(d: &mut Wide, e: &mut Wide, steps: &Steps, constants: &Constants) {
    let Steps { u, v, q, r } = *steps;
    let (d_sign, e_sign) = (d[4] >> 63, e[4] >> 63);
    let (mut first, mut second) = (times(u, d[0]) + times(v, e[0]), times(q, d[0]) + times(r, e[0]));
    // Multiples of the modulus that make them non-negative enough, and their low limbs zero.
    let multiple = |start: i64, sum: i128| {
        let extra = constants.inverse.wrapping_mul(sum as u64).wrapping_add(start as u64) & LOW;
        start - extra as i64
    };
    let first_by = multiple((u & d_sign) + (v & e_sign), first);
    let second_by = multiple((q & d_sign) + (r & e_sign), second);
    for i in 0..5 {
        if i > 0 {
            first += times(u, d[i]) + times(v, e[i]);
            second += times(q, d[i]) + times(r, e[i]);
        }
        first += times(constants.modulus[i], first_by);
        second += times(constants.modulus[i], second_by);
        if i > 0 {
            d[i - 1] = (first as u64 & LOW) as i64;
            e[i - 1] = (second as u64 & LOW) as i64;
        }
        first >>= BITS;
        second >>= BITS;
    }
    (d[4], e[4]) = (first as i64, second as i64);
}

/// The number between 0 and the modulus.
fn unsigned(number: &Wide, constants: &Constants) -> BigInt<4> {
    let mut limbs = *number;
    // From above -2 moduli: twice at most.
    while limbs[4] < 0 {
        let mut carry = 0;
        for (i, limb) in limbs.iter_mut().enumerate() {
            let sum = *limb + constants.modulus[i] + carry;
            (*limb, carry) = if i < 4 { (sum & LOW as i64, sum >> BITS) } else { (sum, 0) };
        }
    }
    let [a, b, c, d, e] = limbs.map(|limb| limb as u64);
    BigInt([a | b << 62, b >> 2 | c << 60, c >> 4 | d << 58, d >> 6 | e << 56])
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{AdditiveGroup, UniformRand};
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    #[test]
    fn inverses_are_the_fields_own() {
        assert_eq!(inverse(&Fr::ZERO), None);
        let rng = &mut ChaCha20Rng::seed_from_u64(1);
        let edges = (0..254).flat_map(|i| [Fr::from(2u64).pow([i]), -Fr::from(2u64).pow([i])]);
        let small = (1..2000u64).flat_map(|n| [Fr::from(n), -Fr::from(n), Fr::new_unchecked(BigInt::from(n))]);
        let random = std::iter::repeat_with(|| Fr::rand(rng)).take(5000);
        for x in edges.chain(small).chain(random) {
            assert_eq!(inverse(&x), x.inverse(), "{x}");
        }
    }
}
