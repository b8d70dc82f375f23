//! Eight additions in G1.

use std::arch::x86_64::*;

use super::super::kernel::Pair;
use super::super::point::G1Point;
use super::batch::{Exceptions, Group, UNIT, firsts, seconds, signs};
use super::field::{Lanes, Loose};
use super::modulus::Base;
use super::pack::{Columns, Packed, columns, gather, same, transpose, zeros};

/// Eight points; packed coordinates below q, as columns and cut into limbs.
#[derive(Clone, Copy)]
struct Points {
    x_columns: Columns,
    x: Lanes<Base>,
    /// y, negated where the reference says so: between -q and q.
    signed_y: Loose<Base>,
}

impl Points {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn load(points: [&G1Point; 8], negative: __mmask8) -> Self {
        let [a, b, c, d, e, f, g, h] = columns(points);
        let x_columns = [a, b, c, d];
        let signed_y = Lanes::split([e, f, g, h]).loose().negate(negative);
        Self { x_columns, x: Lanes::split(x_columns), signed_y }
    }
}

/// The x of eight points.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn abscissas(points: [&G1Point; 8]) -> [&Packed; 8] {
    let [a, b, c, d, e, f, g, h] = points;
    [&a.x, &b.x, &c.x, &d.x, &e.x, &f.x, &g.x, &h.x]
}

/// Both points of eight pairs.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn load(source: &[G1Point], pairs: &[Pair; 8]) -> [Points; 2] {
    let [first, second] = signs(pairs);
    [Points::load(firsts(source, pairs), first), Points::load(seconds(source, pairs), second)]
}

/// Lanes that are exceptions, perhaps: equal x, or an x of zero, which only infinity has here.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn suspicious(first: Columns, second: Columns) -> bool {
    (same(first, second) | zeros(first) | zeros(second)) != 0
}

/// x2 - x1: between 0 and 2 q, for coordinates below q.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn difference(first: Lanes<Base>, second: Lanes<Base>) -> Lanes<Base> {
    second.loose().sub(first.loose()).add_modulus::<1>().carry()
}

/// What exceptions change in eight additions.
struct Changes {
    exceptions: Exceptions,
    /// Both points as they are meant, below q.
    points: [[Lanes<Base>; 2]; 2],
}

impl Changes {
    #[cold]
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn new(source: &[G1Point], pairs: &[Pair; 8]) -> Self {
        let [first_sign, second_sign] = signs(pairs);
        let (first, second) = (meant(firsts(source, pairs), first_sign), meant(seconds(source, pairs), second_sign));
        let ([x, y], [other_x, other_y]) = (first, second);
        let infinities = [x.zeros() & y.zeros(), other_x.zeros() & other_y.zeros()];
        let exceptions = Exceptions::new(infinities, x.equal(other_x), y.equal(other_y), y.zeros());
        Self { exceptions, points: [first, second] }
    }

    /// 2 y for equal points, anything but zero where nothing is divided; below 2 q.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn divisor(&self, ordinary: Lanes<Base>) -> Lanes<Base> {
        let tangent = self.points[0][1].loose().shift::<1>().carry();
        ordinary.replace(self.exceptions.doubled, tangent).replace(self.exceptions.trivial(), Lanes::splat(UNIT))
    }

    /// 3 x^2 for equal points: 48 times the product of the packed x, which is x^2 / 256; below 6 q.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn dividend(&self, ordinary: Lanes<Base>) -> Lanes<Base> {
        let eight = self.points[0][0].square().reduce().loose().shift::<3>().reduce().loose();
        ordinary.replace(self.exceptions.doubled, eight.shift::<1>().add(eight.shift::<2>()).carry())
    }

    /// The sum with what needs no division put in.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn sum(&self, sum: [Lanes<Base>; 2]) -> [Lanes<Base>; 2] {
        let Exceptions { first, second, infinite, .. } = self.exceptions;
        let mut sum = sum;
        for i in 0..2 {
            sum[i] = sum[i].replace(first, self.points[0][i]).replace(second, self.points[1][i]);
            sum[i] = sum[i].replace(infinite, Lanes::zero());
        }
        sum
    }
}

/// Coordinates of eight points or their opposites, below q.
#[target_feature(enable = "avx512f,avx512ifma")]
fn meant(points: [&G1Point; 8], negative: __mmask8) -> [Lanes<Base>; 2] {
    let [a, b, c, d, e, f, g, h] = columns(points);
    let y = Lanes::split([e, f, g, h]).loose().negate(negative).add_modulus::<1>().reduce();
    [Lanes::split([a, b, c, d]), y]
}

impl Group for G1Point {
    #[target_feature(enable = "avx512f,avx512ifma")]
    unsafe fn divisors(source: &[Self], pairs: &[Pair; 8]) -> Lanes<Base> {
        let (first, second) = (gather(abscissas(firsts(source, pairs))), gather(abscissas(seconds(source, pairs))));
        let divisors = difference(Lanes::split(first), Lanes::split(second));
        if suspicious(first, second) {
            return Changes::new(source, pairs).divisor(divisors);
        }
        divisors
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    unsafe fn sums(source: &[Self], pairs: &[Pair; 8], inverses: Lanes<Base>, out: &mut [Self; 8]) -> Lanes<Base> {
        let [first, second] = load(source, pairs);
        let mut divisors = difference(first.x, second.x);
        let mut dividends = second.signed_y.sub(first.signed_y).add_modulus::<2>().carry();
        let changes = match suspicious(first.x_columns, second.x_columns) {
            true => Some(Changes::new(source, pairs)),
            false => None,
        };
        if let Some(changes) = &changes {
            divisors = changes.divisor(divisors);
            dividends = changes.dividend(dividends);
        }
        // 6 q * 2 q at most: slopes, their squares and multiples below 1.3 q.
        let slopes = dividends.mul(inverses).carry();
        let x = slopes.square().sub(first.x.loose()).sub(second.x.loose()).add_modulus::<2>().reduce();
        let run = first.x.loose().sub(x.loose()).add_modulus::<1>().shift::<2>().carry();
        let y = slopes.mul(run).sub(first.signed_y).add_modulus::<1>().reduce();
        let [x, y] = match &changes {
            None => [x, y],
            Some(changes) => changes.sum([x, y]),
        };
        store([x, y], out);
        divisors
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn store([x, y]: [Lanes<Base>; 2], out: &mut [G1Point; 8]) {
    let ([a, b, c, d], [e, f, g, h]) = (x.pack(), y.pack());
    let rows = transpose([a, b, c, d, e, f, g, h]);
    for i in 0..8 {
        // SAFETY: a point is 64 exclusive bytes, any of which make one; the store needs no alignment.
        unsafe { _mm512_storeu_si512((&raw mut out[i]).cast(), rows[i]) };
    }
}
