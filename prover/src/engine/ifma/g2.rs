//! Eight additions in G2, as in G1 but over the quadratic extension: the divisor's norm stands in the batch, and the
//! slope is the dividend times the divisor's conjugate times the norm's inverse.

use std::arch::x86_64::*;

use bytemuck::cast;

use super::batch::{Group, UNIT, points, signs};
use super::field::Lanes;
use super::fq2::{Lanes2, Loose2};
use super::modulus::Base;
use super::pack::{Packed, columns, transpose};
use crate::engine::kernel::Pair;
use crate::engine::point::G2Point;

/// x of eight points, below q.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn load_x(points: [&G2Point; 8]) -> Lanes2 {
    let [a, b, c, d, e, f, g, h] = points;
    load([&a.x, &b.x, &c.x, &d.x, &e.x, &f.x, &g.x, &h.x])
}

/// y of eight points, negated where the mask has ones: between -q and q.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn load_y(points: [&G2Point; 8], negative: __mmask8) -> Loose2 {
    let [a, b, c, d, e, f, g, h] = points;
    load([&a.y, &b.y, &c.y, &d.y, &e.y, &f.y, &g.y, &h.y]).loose().negate(negative)
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn load(coordinates: [&[Packed; 2]; 8]) -> Lanes2 {
    let [a, b, c, d, e, f, g, h] = columns(coordinates);
    Lanes2([Lanes::split([a, b, c, d]), Lanes::split([e, f, g, h])])
}

/// Eight packed coordinates.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn rows(Lanes2([c0, c1]): Lanes2) -> [__m512i; 8] {
    let ([a, b, c, d], [e, f, g, h]) = (c0.pack(), c1.pack());
    transpose([a, b, c, d, e, f, g, h])
}

/// The conjugate of x2 - x1, between 0 and 2 q for coordinates below q, but 1 + u where they are equal; and where that
/// is.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn conjugate_difference(first: Lanes2, second: Lanes2) -> (Lanes2, __mmask8) {
    let (Loose2([a0, a1]), Loose2([b0, b1])) = (first.loose(), second.loose());
    let difference = Loose2([b0.sub(a0), a1.sub(b1)]);
    let (equal, unit) = (difference.zeros(), Lanes2([Lanes::splat(UNIT); 2]));
    (difference.add_modulus::<1>().carry().replace(equal, unit), equal)
}

impl Group for G2Point {
    #[target_feature(enable = "avx512f,avx512ifma")]
    unsafe fn divisors(source: &[Self], pairs: &[Pair; 8]) -> (Lanes<Base>, __mmask8) {
        let (first, second) = (load_x(points::<_, false>(source, pairs)), load_x(points::<_, true>(source, pairs)));
        let (divisors, equal) = conjugate_difference(first, second);
        (divisors.norm().carry(), equal | first.loose().zeros() | second.loose().zeros())
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    unsafe fn sums(source: &[Self], pairs: &[Pair; 8], inverses: Lanes<Base>, out: &mut [Self; 8]) -> Lanes<Base> {
        let (firsts, seconds) = (points::<_, false>(source, pairs), points::<_, true>(source, pairs));
        let (x1, x2) = (load_x(firsts), load_x(seconds));
        let (y1, y2) = (load_y(firsts, 0), load_y(seconds, signs(pairs)));
        let (divisors, _) = conjugate_difference(x1, x2);
        // 3 q * 2 q at most, so below 2.4 q; slopes below 1.2 q, their squares and multiples below 2.4 q.
        let slopes = y2.sub(y1).add_modulus::<2>().carry().mul(divisors).carry().scale(inverses).carry();
        let x = slopes.square().sub(x1.loose()).sub(x2.loose()).add_modulus::<2>().reduce();
        let run = x1.loose().sub(x.loose()).add_modulus::<1>().shift::<2>().carry();
        let y = slopes.mul(run).sub(y1).add_modulus::<1>().reduce();
        let (x, y) = (rows(x), rows(y));
        for i in 0..8 {
            out[i].x = cast(x[i]);
            out[i].y = cast(y[i]);
        }
        divisors.norm().carry()
    }
}
