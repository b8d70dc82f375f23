//! Eight additions in G1.

use std::arch::x86_64::*;

use bytemuck::cast;

use super::batch::{Group, UNIT, points, signs};
use super::field::{Lanes, Loose};
use super::modulus::Base;
use super::pack::{Packed, columns, transpose};
use crate::engine::kernel::Pair;
use crate::engine::point::G1Point;

/// x below q, and y between -q and q, negated where the mask has ones.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn load(points: [&G1Point; 8], negative: __mmask8) -> (Lanes<Base>, Loose<Base>) {
    let [a, b, c, d, e, f, g, h] = columns(points);
    (Lanes::split([a, b, c, d]), Lanes::split([e, f, g, h]).loose().negate(negative))
}

/// The x of eight points.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn abscissas(points: [&G1Point; 8]) -> [&Packed; 8] {
    let [a, b, c, d, e, f, g, h] = points;
    [&a.x, &b.x, &c.x, &d.x, &e.x, &f.x, &g.x, &h.x]
}

/// x2 - x1, between 0 and 2 q for coordinates below q, but 1 where they are equal; and where that is.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn difference(first: Lanes<Base>, second: Lanes<Base>) -> (Lanes<Base>, __mmask8) {
    let difference = second.loose().sub(first.loose());
    let equal = difference.zeros();
    (difference.add_modulus::<1>().carry().replace(equal, Lanes::splat(UNIT)), equal)
}

impl Group for G1Point {
    #[target_feature(enable = "avx512f,avx512ifma")]
    unsafe fn divisors(source: &[Self], pairs: &[Pair; 8]) -> (Lanes<Base>, __mmask8) {
        let first = Lanes::load(abscissas(points::<_, false>(source, pairs)));
        let second = Lanes::load(abscissas(points::<_, true>(source, pairs)));
        let (divisors, equal) = difference(first, second);
        (divisors, equal | first.zeros() | second.zeros())
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    unsafe fn sums(source: &[Self], pairs: &[Pair; 8], inverses: Lanes<Base>, out: &mut [Self; 8]) -> Lanes<Base> {
        let (x1, y1) = load(points::<_, false>(source, pairs), 0);
        let (x2, y2) = load(points::<_, true>(source, pairs), signs(pairs));
        let (divisors, _) = difference(x1, x2);
        // 3 q * 2 q at most: slopes, their squares and multiples below 1.3 q.
        let slopes = y2.sub(y1).add_modulus::<2>().carry().mul(inverses).carry();
        let x = slopes.square().sub(x1.loose()).sub(x2.loose()).add_modulus::<2>().reduce();
        let run = x1.loose().sub(x.loose()).add_modulus::<1>().shift::<2>().carry();
        let y = slopes.mul(run).sub(y1).add_modulus::<1>().reduce();
        let ([a, b, c, d], [e, f, g, h]) = (x.pack(), y.pack());
        let rows = transpose([a, b, c, d, e, f, g, h]);
        for i in 0..8 {
            out[i] = cast(rows[i]);
        }
        divisors
    }
}
