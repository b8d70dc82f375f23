//! Scalars cut into signed digits.
//!
//! A scalar stands for its representative in (-r/2, r/2), so -1 is as small as 1 and small scalars of either sign leave
//! their high windows empty. In two's complement, `width` bits at a time with a carry, that gives digits in
//! `-2^(width-1) .. 2^(width-1)` and half the buckets that unsigned digits would need.

use std::fmt;
use std::ops::{Range, RangeInclusive};

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};

use crate::engine::par;
use crate::engine::secret::Secret;

/// Scalars whose digits lie together, window after window.
const CHUNK: usize = 1024;
/// Digits from one window of a chunk to the next: not a power of two, which would crowd a few sets of the cache.
const STRIDE: usize = CHUNK + 32;
/// |representative| <= (r - 1) / 2 < 2^253.
const BITS: usize = 253;
/// Least and greatest width. Below 3 the digits of `BITS + 1` bits would not reach r/2.
const WIDTHS: RangeInclusive<usize> = 3..=16;

/// The signed digits of a vector of scalars; they tell the scalars, and are erased when dropped.
pub struct Digits {
    width: usize,
    len: usize,
    /// How many scalars reach each window, a bound on its non-zero digits.
    reach: Vec<usize>,
    /// Chunk by chunk, window by window, scalar by scalar; the last chunk is filled with zeros.
    digits: Secret<i16>,
}

impl Digits {
    /// Digits of the width at which a sum over `scalars` should cost least.
    pub fn new(scalars: &[Fr]) -> Self {
        let (integers, lengths) = integers(scalars);
        let width = WIDTHS.min_by_key(|&width| cost(&reach(&lengths, width), width)).unwrap_or(*WIDTHS.start());
        Self::cut(&integers, &lengths, width)
    }

    /// Digits of this width, which is brought into 3..=16.
    pub fn with_width(scalars: &[Fr], width: usize) -> Self {
        let (integers, lengths) = integers(scalars);
        Self::cut(&integers, &lengths, width.clamp(*WIDTHS.start(), *WIDTHS.end()))
    }

    fn cut(integers: &[[u64; 4]], lengths: &[usize], width: usize) -> Self {
        let reach = reach(lengths, width);
        let windows = reach.len();
        let mut digits = Secret::from(vec![0; integers.len().div_ceil(CHUNK) * STRIDE * windows]);
        if windows > 0 {
            par::chunks_mut(&mut digits, STRIDE * windows, |chunk, digits| {
                let from = chunk * CHUNK;
                for (i, integer) in integers[from..integers.len().min(from + CHUNK)].iter().enumerate() {
                    // Beyond its length a scalar has only the carry of one more digit.
                    let met = (length(integer) + 2).div_ceil(width);
                    cut_one(integer, width, digits[i..].iter_mut().step_by(STRIDE).take(met));
                }
            });
        }
        Self { width, len: integers.len(), reach, digits }
    }

    /// Bits per digit, 3..=16.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of scalars.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Digits per scalar, windows above the longest scalar left out.
    pub(super) fn windows(&self) -> usize {
        self.reach.len()
    }

    /// A bound on the non-zero digits of a window.
    pub(super) fn reach(&self, window: usize) -> usize {
        self.reach[window]
    }

    /// The digit of scalar `i` in `window`.
    #[inline]
    pub(super) fn get(&self, window: usize, i: usize) -> i16 {
        self.digits[(i / CHUNK * self.reach.len() + window) * STRIDE + i % CHUNK]
    }

    /// The digits in `window` of the scalars in `range`, in runs that lie together.
    pub(super) fn runs(&self, window: usize, range: Range<usize>) -> impl Iterator<Item = &[i16]> {
        let chunks = range.start / CHUNK..range.end.div_ceil(CHUNK);
        chunks.map(move |chunk| {
            let (from, to) = (range.start.max(chunk * CHUNK), range.end.min((chunk + 1) * CHUNK));
            let first = (chunk * self.reach.len() + window) * STRIDE + from % CHUNK;
            &self.digits[first..first + to - from]
        })
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digits({} scalars, width {})", self.len, self.width)
    }
}

/// The representatives in two's complement, and how many have each length in bits, sign apart.
fn integers(scalars: &[Fr]) -> (Secret<[u64; 4]>, Vec<usize>) {
    let mut integers = Secret::from(vec![[0; 4]; scalars.len()]);
    par::chunks_mut(&mut integers, CHUNK, |chunk, integers| {
        for (integer, scalar) in integers.iter_mut().zip(&scalars[chunk * CHUNK..]) {
            *integer = representative(scalar);
        }
    });
    let mut lengths = vec![0; BITS + 1];
    integers.iter().for_each(|integer| lengths[length(integer)] += 1);
    (integers, lengths)
}

/// The representative in (-r/2, r/2), in two's complement.
fn representative(scalar: &Fr) -> [u64; 4] {
    let mut integer = scalar.into_bigint();
    if integer > Fr::MODULUS_MINUS_ONE_DIV_TWO {
        integer.sub_with_borrow(&Fr::MODULUS);
    }
    integer.0
}

/// The least L with -2^L <= integer < 2^L.
fn length(integer: &[u64; 4]) -> usize {
    let sign = ((integer[3] as i64) >> 63) as u64;
    let top = (0..4).rev().find(|&i| integer[i] != sign);
    top.map_or(0, |i| 64 * i + 64 - (integer[i] ^ sign).leading_zeros() as usize)
}

/// How many scalars reach each window of this width, up to the last window that any reaches.
fn reach(lengths: &[usize], width: usize) -> Vec<usize> {
    let longest = lengths.iter().rposition(|&count| count > 0).unwrap_or(0);
    // A carry leaves the top window only if the number comes within 2 bits of its end; (r - 1) / 2 does not.
    let bits = if longest == 0 && lengths[0] == 0 { 0 } else { (longest + 2).min(BITS + 1) };
    (0..bits.div_ceil(width)).map(|window| lengths[(window * width).min(longest)..].iter().sum()).collect()
}

/// Estimated additions of a sum: every digit goes into a bucket and every bucket that is met into two weighted sums; then
/// the weighted sums of a window.
fn cost(reach: &[usize], width: usize) -> usize {
    let buckets = 1usize << (width - 1);
    let window = |&digits: &usize| {
        let met = buckets as f64 * (1.0 - (-(digits as f64) / buckets as f64).exp());
        digits + digits / 8 + met as usize + (5 << width.div_ceil(2))
    };
    reach.iter().map(window).sum()
}

/// Writes the digits of one integer, least significant first.
fn cut_one<'a>(integer: &[u64; 4], width: usize, digits: impl Iterator<Item = &'a mut i16>) {
    let sign = ((integer[3] as i64) >> 63) as u64;
    let words = [integer[0], integer[1], integer[2], integer[3], sign, sign];
    let (half, full) = (1i32 << (width - 1), 1i32 << width);
    let mut carry = 0;
    for (window, digit) in digits.enumerate() {
        let (word, shift) = (window * width / 64, window * width % 64);
        let double = u128::from(words[word]) | u128::from(words[word + 1]) << 64;
        let bits = (double >> shift) as i32 & (full - 1);
        let value = bits + carry;
        carry = i32::from(value >= half);
        *digit = (value - carry * full) as i16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{AdditiveGroup, Field, UniformRand};
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    #[test]
    fn digits_add_up_to_the_scalar_at_every_width() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let half = Fr::from(Fr::MODULUS_MINUS_ONE_DIV_TWO);
        let mut scalars = vec![Fr::ZERO, Fr::ONE, -Fr::ONE, half, -half, half - Fr::ONE, half + Fr::from(2u64)];
        scalars.extend((0..253).flat_map(|bit| {
            let power = Fr::from(2u64).pow([bit]);
            [power, -power, power - Fr::ONE, Fr::ONE - power, power + Fr::ONE]
        }));
        scalars.extend((0..200).map(|_| Fr::rand(&mut rng)));
        for width in WIDTHS {
            let digits = Digits::with_width(&scalars, width);
            assert_eq!(
                (digits.width(), digits.len(), digits.windows()),
                (width, scalars.len(), 254usize.div_ceil(width))
            );
            for (i, scalar) in scalars.iter().enumerate() {
                let base = Fr::from(1u64 << width);
                let sum = (0..digits.windows()).rev().fold(Fr::ZERO, |sum, window| {
                    let digit = digits.get(window, i);
                    assert!((-(1i32 << (width - 1))..1 << (width - 1)).contains(&i32::from(digit)));
                    sum * base + if digit < 0 { -Fr::from(digit.unsigned_abs()) } else { Fr::from(digit as u16) }
                });
                assert_eq!(sum, *scalar, "width {width}, scalar {scalar}");
            }
        }
    }

    #[test]
    fn short_scalars_of_either_sign_have_few_windows_and_reach_bounds_their_digits() {
        for (bits, width) in [(0u32, 3), (0, 8), (1, 8), (6, 8), (7, 8), (8, 8), (63, 16), (62, 16), (200, 13)] {
            let power = Fr::from(2u64).pow([u64::from(bits)]);
            let scalars = [Fr::ONE, -Fr::ONE, power - Fr::ONE, -power, Fr::ZERO];
            let digits = Digits::with_width(&scalars, width);
            assert!(digits.windows() <= (bits as usize + 2).div_ceil(width), "{bits} bits at width {width}");
            for window in 0..digits.windows() {
                let met = (0..scalars.len()).filter(|&i| digits.get(window, i) != 0).count();
                assert!(met <= digits.reach(window), "{bits} bits at width {width}, window {window}");
            }
        }
        assert_eq!((Digits::new(&[]).windows(), Digits::new(&[]).len()), (0, 0));
    }

    #[test]
    fn debugging_does_not_show_the_digits() {
        assert_eq!(format!("{:?}", Digits::with_width(&[Fr::from(77u64)], 8)), "Digits(1 scalars, width 8)");
    }
}
