//! From points with weights to their sum.
//!
//! `v = hi * 2^k + lo` splits every item in two with shorter values, and items of equal weight are added up, so that
//! after log2(bits) rounds of batched additions every weight is a power of two; a last pass doubles and adds.

use ark_ec::AdditiveGroup;
use ark_ec::short_weierstrass::Projective;

use super::sums::{Items, Run, Summer};
use crate::engine::kernel::Ref;
use crate::engine::point::Point;
use crate::engine::secret::Secret;

/// One round: values of at most `bits` bits (>= 2) become values of at most `bits.div_ceil(2)`.
pub(super) fn halve<P: Point>(items: &Items<P>, bits: usize, summer: &mut Summer<P>) -> Items<P> {
    let low = bits / 2;
    let halves = |weight: u32| {
        let (position, value) = (weight >> 16, weight & 0xffff);
        [position << 16 | value & ((1 << low) - 1), (position + low as u32) << 16 | value >> low]
    };
    let (refs, runs) = sort(items.weights.iter().copied().map(halves), bits - low);
    summer.sum(&items.points, &refs, &runs)
}

/// Counting sort of all halves with a non-zero value: references to the items they come from, and the runs of equal
/// weight. Values have at most `bits` bits.
fn sort(halves: impl Iterator<Item = [u32; 2]> + Clone, bits: usize) -> (Secret<Ref>, Vec<Run>) {
    let key = |weight: &u32| (((weight >> 16) as usize) << bits) + (weight & 0xffff) as usize;
    let all = || halves.clone().enumerate().flat_map(|(i, pair)| pair.map(|weight| (i, weight)));
    let counted = || all().filter(|(_, weight)| weight & 0xffff != 0);
    let (least, most) =
        counted().fold((usize::MAX, 0), |(least, most), (_, w)| (least.min(key(&w)), most.max(key(&w))));
    if least > most {
        return (Secret::default(), Vec::new());
    }
    let mut ends = Secret::from(vec![0u32; most - least + 1]);
    counted().for_each(|(_, weight)| ends[key(&weight) - least] += 1);
    let (mut runs, mut total) = (Vec::new(), 0);
    for (i, end) in ends.iter_mut().enumerate().filter(|(_, count)| **count > 0) {
        let key = least + i;
        runs.push(Run { weight: ((key >> bits) << 16 | key & ((1 << bits) - 1)) as u32, len: *end });
        total += std::mem::replace(end, total);
    }
    let mut refs = Secret::from(vec![Ref::new(0, false); total as usize]);
    for (i, weight) in counted() {
        let at = &mut ends[key(&weight) - least];
        refs[*at as usize] = Ref::new(i as u32, false);
        *at += 1;
    }
    (refs, runs)
}

/// The weighted sum of all items, whose values have at most `bits` bits.
pub(super) fn total<P: Point>(mut items: Items<P>, mut bits: usize, summer: &mut Summer<P>) -> Projective<P::Curve> {
    while bits > 1 {
        items = halve(&items, bits, summer);
        bits = bits.div_ceil(2);
    }
    let positions = items.weights.iter().map(|weight| weight >> 16).max().map_or(0, |top| top as usize + 1);
    let mut powers = vec![Projective::<P::Curve>::ZERO; positions];
    for (weight, point) in items.weights.iter().zip(items.points.iter()) {
        powers[(weight >> 16) as usize] += point.unpack();
    }
    powers.iter().rev().fold(Projective::ZERO, |sum, power| sum.double() + power)
}
