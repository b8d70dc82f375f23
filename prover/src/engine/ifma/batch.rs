//! Batches of affine additions: two passes around one inversion (Montgomery's trick), eight pairs at a time.
//!
//! Coordinates are taken as they are packed, x 2^256, which for products with R = 2^260 means x / 16. A pair's divisor
//! is d / 16 (in G2 its norm N / 256), so its inverse carries a factor of 16; a quarter of the first inverse, which
//! the recurrence hands on to all, makes every slope 4 s / 16 in the end, and with that `slope^2 = s^2 / 16` and `4
//! slope (x1 - x3) / 16 = s (x1 - x3) / 16` are packed coordinates again. Nothing is converted.

use std::arch::x86_64::*;
use std::array;

use ark_bn254::Fq;
use ark_ff::BigInt;

use super::super::inverse::inverse;
use super::super::kernel::{Pair, Scratch};
use super::field::{Lanes, splat};
use super::modulus::{Base, Limbs52, split};
use super::pack::Packed;

/// Where products start, and the divisor of pairs that need none: any number but zero, for what it adds to the
/// products it takes from their inverse.
pub(super) const UNIT: Limbs52 = [1, 0, 0, 0, 0];

/// Groups that points are fetched ahead of their use: about the time that memory takes.
const AHEAD: usize = 4;

/// What a group supplies to [`add_pairs`].
///
/// # Safety
/// The functions may be called only on a processor that has the back end's features.
pub(super) trait Group: Sized + Copy {
    /// What the slopes of eight pairs are divided by (in G2 its norm), never zero, below 2 q.
    unsafe fn divisors(source: &[Self], pairs: &[Pair; 8]) -> Lanes<Base>;

    /// The sums of eight pairs from the inverses of their divisors, which are below 2 q; and the divisors again.
    unsafe fn sums(source: &[Self], pairs: &[Pair; 8], inverses: Lanes<Base>, out: &mut [Self; 8]) -> Lanes<Base>;
}

/// See [`AddPairs::add_pairs`](super::super::kernel::AddPairs::add_pairs).
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn add_pairs<G: Group>(source: &[G], pairs: &[Pair], out: &mut [G], scratch: &mut Scratch) {
    assert_eq!(pairs.len(), out.len(), "one result per pair");
    let (groups, rest) = pairs.as_chunks::<8>();
    let (sums, rest_sums) = out.as_chunks_mut::<8>();
    let products = scratch.blocks(5 * groups.len()).as_chunks_mut::<5>().0;

    for group in groups.iter().take(AHEAD) {
        prefetch(source, group);
    }
    let mut product = Lanes::<Base>::splat(UNIT);
    for (i, (group, before)) in groups.iter().zip(products.iter_mut()).enumerate() {
        if let Some(coming) = groups.get(i + AHEAD) {
            prefetch(source, coming);
        }
        product.save(before);
        // SAFETY: this function runs only where the features are.
        let divisors = unsafe { G::divisors(source, group) };
        product = product.mul(divisors).carry();
    }
    let mut inverse = match &fill(rest) {
        None => quarter_inverses(product),
        Some(group) => {
            // SAFETY: as above.
            let divisors = unsafe { G::divisors(source, group) };
            let inverse = quarter_inverses(product.mul(divisors).carry());
            let (mut eight, count) = ([source[0]; 8], rest_sums.len());
            // SAFETY: as above.
            unsafe { G::sums(source, group, inverse.mul(product).carry(), &mut eight) };
            rest_sums.copy_from_slice(&eight[..count]);
            inverse.mul(divisors).carry()
        }
    };
    for ((group, before), sums) in groups.iter().zip(products.iter()).zip(sums).rev() {
        let inverses = inverse.mul(Lanes::restore(before)).carry();
        // SAFETY: as above.
        let divisors = unsafe { G::sums(source, group, inverses, sums) };
        inverse = inverse.mul(divisors).carry();
    }
}

/// The first points of eight pairs. Without the features, as a closure has them from its function and is not inlined.
#[inline(always)]
pub(super) fn firsts<'a, G>(source: &'a [G], pairs: &[Pair; 8]) -> [&'a G; 8] {
    let at = |i: usize| &source[pairs[i].0.index()];
    [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)]
}

/// The second points of eight pairs.
#[inline(always)]
pub(super) fn seconds<'a, G>(source: &'a [G], pairs: &[Pair; 8]) -> [&'a G; 8] {
    let at = |i: usize| &source[pairs[i].1.index()];
    [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)]
}

/// Eight pairs of fewer, by repeating the first; `None` of none.
fn fill(pairs: &[Pair]) -> Option<[Pair; 8]> {
    pairs.first().map(|&first| array::from_fn(|i| *pairs.get(i).unwrap_or(&first)))
}

/// Asks for the points of coming pairs, which lie anywhere in memory.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn prefetch<G>(source: &[G], pairs: &[Pair; 8]) {
    for i in 0..8 {
        for reference in [pairs[i].0, pairs[i].1] {
            let point: *const i8 = source.as_ptr().wrapping_add(reference.index()).cast();
            for line in 0..size_of::<G>() / 64 {
                // SAFETY: a prefetch may name any address.
                #[allow(unused_unsafe, reason = "the compiler of 1.90 wants it, later ones do not")]
                unsafe {
                    _mm_prefetch::<_MM_HINT_T0>(point.wrapping_add(64 * line));
                };
            }
        }
    }
}

/// A quarter of each lane's inverse, below 1.2 q, for numbers below 2 q.
///
/// Rotations give every lane the product of all, and of all but itself: one inverse serves the eight.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn quarter_inverses(numbers: Lanes<Base>) -> Lanes<Base> {
    let four = numbers.rotate::<4>();
    let pairs = numbers.mul(four).carry();
    let two = pairs.rotate::<2>();
    let fours = pairs.mul(two).carry();
    let one = fours.rotate::<1>();
    let mut block = [[0; 4]; 8];
    fours.mul(one).reduce().store_block(&mut block);
    let inverse = Lanes::splat(split(quarter_inverse(block[0])));
    inverse.mul(one).carry().mul(two).carry().mul(four).carry()
}

/// A quarter of a number's inverse.
///
/// A number t is read as t / 2^256 instead of t / 2^260, and its inverse written so: 2^8 is missing, of which a
/// quarter.
fn quarter_inverse(number: Packed) -> Packed {
    (inverse(Fq::new_unchecked(BigInt(number))) * Fq::from(64_u64)).0.0
}

/// The cases that have no slope of their own, as masks of lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exceptions {
    /// Equal points: the slope is the tangent's.
    pub(super) doubled: __mmask8,
    /// The sum is the first point.
    pub(super) first: __mmask8,
    /// The sum is the second point.
    pub(super) second: __mmask8,
    /// The sum is infinity.
    pub(super) infinite: __mmask8,
}

impl Exceptions {
    /// From which points are infinity, where the x agree, where the y agree and where y is zero.
    pub(super) fn new(infinities: [__mmask8; 2], same_x: __mmask8, same_y: __mmask8, zero_y: __mmask8) -> Self {
        let [first, second] = infinities;
        let same_x = same_x & !first & !second;
        let doubled = same_x & same_y & !zero_y;
        Self { doubled, first: second & !first, second: first, infinite: same_x & !doubled }
    }

    /// Lanes that need no division.
    pub(super) fn trivial(self) -> __mmask8 {
        self.first | self.second | self.infinite
    }
}

/// Masks of the pairs whose first, whose second reference means the opposite.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn signs(pairs: &[Pair; 8]) -> [__mmask8; 2] {
    // SAFETY: the reference stands for 64 readable bytes; the load needs no alignment.
    let references = unsafe { _mm512_loadu_si512(pairs.as_ptr().cast()) };
    [_mm512_test_epi64_mask(references, splat(1 << 31)), _mm512_test_epi64_mask(references, splat(1 << 63))]
}
