//! Batches of affine additions: two passes around one inversion (Montgomery's trick), eight pairs at a time.
//!
//! Coordinates are taken as they are packed, x 2^256, which for products with R = 2^260 means x / 16. A pair's divisor
//! is d / 16 (in G2 its norm N / 256), so its inverse carries a factor of 16; a quarter of the first inverse, which
//! the recurrence hands on to all, makes every slope 4 s / 16 in the end, and with that `slope^2 = s^2 / 16` and `4
//! slope (x1 - x3) / 16 = s (x1 - x3) / 16` are packed coordinates again. Nothing is converted.

use std::arch::x86_64::*;
use std::array;

use ark_bn254::Fq;
use ark_ff::{BigInt, Field};
use bytemuck::{Pod, cast, cast_slice_mut};

use super::field::{Lanes, splat};
use super::modulus::{Base, Limbs52, split};
use super::pack::Packed;
use crate::engine::kernel::{Pair, Scratch};

/// Where products start, and the divisor of pairs with equal x: any number but zero, for what it adds to the products
/// it takes from their inverse.
pub(super) const UNIT: Limbs52 = [1, 0, 0, 0, 0];

/// Groups that points are fetched ahead of their use: about the time that memory takes.
const AHEAD: usize = 4;

/// What a group supplies to [`add_pairs`].
///
/// # Safety
/// The functions may be called only on a processor that has the back end's features.
pub(crate) trait Group: Pod {
    /// What the slopes of eight pairs are divided by (in G2 its norm), never zero, below 2 q; and a mask of the pairs
    /// that have no slope: x is equal, or is 0 as infinity's.
    unsafe fn divisors(source: &[Self], pairs: &[Pair; 8]) -> (Lanes<Base>, __mmask8);

    /// The sums of the pairs that have a slope from the inverses of their divisors, which are below 2 q; and the
    /// divisors again.
    unsafe fn sums(source: &[Self], pairs: &[Pair; 8], inverses: Lanes<Base>, out: &mut [Self; 8]) -> Lanes<Base>;
}

/// See [`Ifma::add_pairs`](super::Ifma::add_pairs).
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn add_pairs<G: Group>(source: &[G], pairs: &[Pair], out: &mut [G], scratch: &mut Scratch) -> Vec<usize> {
    let (groups, rest) = pairs.as_chunks::<8>();
    let (sums, rest_sums) = out.as_chunks_mut::<8>();
    let products: &mut [Lanes<Base>] = cast_slice_mut(scratch.blocks(5 * groups.len()));
    let mut without_slope = Vec::new();
    let mut note = |group: usize, mask: __mmask8| {
        without_slope.extend((0..8).filter(|lane| mask >> lane & 1 == 1).map(|lane| 8 * group + lane));
    };

    groups.iter().take(AHEAD).for_each(|group| prefetch(source, group));
    let mut product = Lanes::<Base>::splat(UNIT);
    for (i, (group, before)) in groups.iter().zip(products.iter_mut()).enumerate() {
        if let Some(coming) = groups.get(i + AHEAD) {
            prefetch(source, coming);
        }
        *before = product;
        // SAFETY: this function runs only where the features are.
        let (divisors, mask) = unsafe { G::divisors(source, group) };
        if mask != 0 {
            note(i, mask);
        }
        product = product.mul(divisors).carry();
    }
    let mut inverse = match &fill(rest) {
        None => quarter_inverses(product),
        Some(group) => {
            // SAFETY: as above.
            let (divisors, mask) = unsafe { G::divisors(source, group) };
            note(groups.len(), mask & ((1 << rest.len()) - 1));
            let inverse = quarter_inverses(product.mul(divisors).carry());
            let mut eight = [G::zeroed(); 8];
            // SAFETY: as above.
            unsafe { G::sums(source, group, inverse.mul(product).carry(), &mut eight) };
            rest_sums.copy_from_slice(&eight[..rest.len()]);
            inverse.mul(divisors).carry()
        }
    };
    for ((group, before), sums) in groups.iter().zip(products.iter()).zip(sums).rev() {
        let inverses = inverse.mul(*before).carry();
        // SAFETY: as above.
        let divisors = unsafe { G::sums(source, group, inverses, sums) };
        inverse = inverse.mul(divisors).carry();
    }
    without_slope
}

/// The first or the second points of eight pairs. Without the features, as a closure has them from its function and is
/// not inlined.
#[inline(always)]
pub(super) fn points<'a, G, const SECOND: bool>(source: &'a [G], pairs: &[Pair; 8]) -> [&'a G; 8] {
    let at = |i: usize| &source[if SECOND { pairs[i].1.index() } else { pairs[i].0 as usize }];
    [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)]
}

/// A mask of the pairs whose second point is meant as its opposite.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn signs(pairs: &[Pair; 8]) -> __mmask8 {
    _mm512_test_epi64_mask(cast(*pairs), splat(1 << 63))
}

/// Eight pairs of fewer, by repeating the first; `None` of none.
fn fill(pairs: &[Pair]) -> Option<[Pair; 8]> {
    pairs.first().map(|&first| array::from_fn(|i| *pairs.get(i).unwrap_or(&first)))
}

/// Asks for the points of coming pairs, which lie anywhere in memory.
#[inline(always)]
fn prefetch<G>(source: &[G], pairs: &[Pair; 8]) {
    for index in pairs.iter().flat_map(|pair| [pair.0 as usize, pair.1.index()]) {
        let point: *const i8 = source.as_ptr().wrapping_add(index).cast();
        for line in 0..size_of::<G>() / 64 {
            // SAFETY: a prefetch may name any address.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(point.wrapping_add(64 * line)) };
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
    let inverse = Lanes::splat(split(quarter_inverse(fours.mul(one).reduce().rows()[0])));
    inverse.mul(one).carry().mul(two).carry().mul(four).carry()
}

/// A quarter of a number's inverse; 0 of 0.
///
/// A number t is read as t / 2^256 instead of t / 2^260, and its inverse written so: 2^8 is missing, of which a
/// quarter.
fn quarter_inverse(number: Packed) -> Packed {
    (Fq::new_unchecked(BigInt(number)).inverse().unwrap_or_default() * Fq::from(64_u64)).0.0
}
