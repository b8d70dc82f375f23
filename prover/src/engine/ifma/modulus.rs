//! The constants of a prime modulus in limbs of 52 bits, computed by the compiler from arkworks' own.

use ark_bn254::{FqConfig, FrConfig};
use ark_ff::MontConfig;
use bytemuck::{Pod, Zeroable};

/// A number in five limbs of 52 bits, the lowest first.
pub(crate) type Limbs52 = [u64; 5];

/// Ones in the bits of a limb.
pub(crate) const MASK: u64 = (1 << 52) - 1;

/// Entries of [`Modulus::MULTIPLES`].
pub(crate) const MULTIPLES: usize = 8;

/// floor(2^305 / p), which is the same for both primes: times a number's fifth limb, divided by 2^97, it estimates the
/// number's quotient by p.
pub(crate) const RECIPROCAL: u64 = 0xa_948e_8c4c_4740;

/// A prime p with 2^253 < p < 2^254, so that R = 2^260 exceeds 64 p.
pub(crate) trait Modulus: Pod {
    /// The field's configuration in arkworks.
    type Config: MontConfig<4>;

    /// p.
    const P: Limbs52 = split(<Self::Config as MontConfig<4>>::MODULUS.0);

    /// -1/p mod 2^52.
    const NEGATED_INVERSE: u64 = <Self::Config as MontConfig<4>>::INV & MASK;

    /// (k p + 1) / 2^52 for k = -1/p mod 2^52: a multiple of p whose lowest limb is all ones, without that limb.
    ///
    /// Adding m times that multiple to a number that ends in the limb m, then dropping the last limb, is adding m
    /// times this constant to the rest: a step of Montgomery's reduction that need not compute its own multiplier.
    const STEP: Limbs52 = step(Self::P, Self::NEGATED_INVERSE);

    /// Limb i of k p at `[i][k]`, k below 8.
    const MULTIPLES: [[u64; MULTIPLES]; 5] = multiples(Self::P);
}

/// q, over which the curve's points lie.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Base;

impl Modulus for Base {
    type Config = FqConfig;
}

/// r, the order of the curve's groups.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Order;

impl Modulus for Order {
    type Config = FrConfig;
}

/// Limbs of 64 bits cut anew into limbs of 52 bits.
pub(crate) const fn split(limbs: [u64; 4]) -> Limbs52 {
    let [a, b, c, d] = limbs;
    [a & MASK, (a >> 52 | b << 12) & MASK, (b >> 40 | c << 24) & MASK, (c >> 28 | d << 36) & MASK, d >> 16]
}

/// The low five limbs of p times a limb, and the sixth.
const fn scale(p: Limbs52, factor: u64) -> (Limbs52, u64) {
    let (mut out, mut carry, mut i) = ([0; 5], 0_u128, 0);
    while i < 5 {
        let sum = p[i] as u128 * factor as u128 + carry;
        out[i] = sum as u64 & MASK;
        carry = sum >> 52;
        i += 1;
    }
    (out, carry as u64)
}

const fn step(p: Limbs52, k: u64) -> Limbs52 {
    let ([_, a, b, c, d], e) = scale(p, k);
    // The dropped limb is all ones, so the 1 added to it is a carry.
    let (mut out, mut carry, mut i) = ([a, b, c, d, e], 1, 0);
    while i < 5 {
        out[i] += carry;
        carry = out[i] >> 52;
        out[i] &= MASK;
        i += 1;
    }
    out
}

const fn multiples(p: Limbs52) -> [[u64; MULTIPLES]; 5] {
    let (mut out, mut k) = ([[0; MULTIPLES]; 5], 0);
    while k < MULTIPLES {
        let (limbs, _) = scale(p, k as u64);
        let mut i = 0;
        while i < 5 {
            out[i][k] = limbs[i];
            i += 1;
        }
        k += 1;
    }
    out
}
