//! Eight additions in G2, as in G1 but over the quadratic extension: the divisor's norm stands in the batch, and the
//! slope is the dividend times the divisor's conjugate times the norm's inverse.

use std::arch::x86_64::*;

use super::super::kernel::Pair;
use super::super::point::G2Point;
use super::batch::{Exceptions, Group, UNIT, firsts, seconds, signs};
use super::field::Lanes;
use super::fq2::{Lanes2, Loose2};
use super::modulus::Base;
use super::pack::{Packed, columns, transpose};

/// Eight points; packed coordinates below q.
#[derive(Clone, Copy)]
struct Points {
    x: Lanes2,
    /// y, negated where the reference says so: between -q and q.
    signed_y: Loose2,
}

impl Points {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn load(points: [&G2Point; 8], negative: __mmask8) -> Self {
        let signed_y = load_coordinate(ordinates(points)).loose().negate(negative);
        Self { x: load_coordinate(abscissas(points)), signed_y }
    }
}

/// A coordinate of eight points.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn load_coordinate(coordinates: [&[Packed; 2]; 8]) -> Lanes2 {
    let [a, b, c, d, e, f, g, h] = columns(coordinates);
    Lanes2([Lanes::split([a, b, c, d]), Lanes::split([e, f, g, h])])
}

/// The x of eight points.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn abscissas(points: [&G2Point; 8]) -> [&[Packed; 2]; 8] {
    let [a, b, c, d, e, f, g, h] = points;
    [&a.x, &b.x, &c.x, &d.x, &e.x, &f.x, &g.x, &h.x]
}

/// The y of eight points.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn ordinates(points: [&G2Point; 8]) -> [&[Packed; 2]; 8] {
    let [a, b, c, d, e, f, g, h] = points;
    [&a.y, &b.y, &c.y, &d.y, &e.y, &f.y, &g.y, &h.y]
}

/// Both points of eight pairs.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn load(source: &[G2Point], pairs: &[Pair; 8]) -> [Points; 2] {
    let [first, second] = signs(pairs);
    [Points::load(firsts(source, pairs), first), Points::load(seconds(source, pairs), second)]
}

/// Whether a lane may be an exception: equal x, or an x of zero, as infinity has.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn suspicious(first: Lanes2, second: Lanes2) -> bool {
    (first.equal(second) | first.zeros() | second.zeros()) != 0
}

/// The conjugate of x2 - x1: between 0 and 2 q, for coordinates below q.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn conjugate_difference(first: Lanes2, second: Lanes2) -> Lanes2 {
    let (Loose2([a0, a1]), Loose2([b0, b1])) = (first.loose(), second.loose());
    Loose2([b0.sub(a0), a1.sub(b1)]).add_modulus::<1>().carry()
}

/// What exceptions change in eight additions.
struct Changes {
    exceptions: Exceptions,
    /// Both points as they are meant, below q.
    points: [[Lanes2; 2]; 2],
}

impl Changes {
    #[cold]
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn new(source: &[G2Point], pairs: &[Pair; 8]) -> Self {
        let [first_sign, second_sign] = signs(pairs);
        let (first, second) = (meant(firsts(source, pairs), first_sign), meant(seconds(source, pairs), second_sign));
        let ([x, y], [other_x, other_y]) = (first, second);
        let infinities = [x.zeros() & y.zeros(), other_x.zeros() & other_y.zeros()];
        let exceptions = Exceptions::new(infinities, x.equal(other_x), y.equal(other_y), y.zeros());
        Self { exceptions, points: [first, second] }
    }

    /// The conjugate of 2 y for equal points, anything but zero where nothing is divided; between 0 and 2 q.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn divisor(&self, ordinary: Lanes2) -> Lanes2 {
        let Loose2([y0, y1]) = self.points[0][1].loose().shift::<1>();
        let tangent = Loose2([y0, y1.negate(0xff).add_modulus::<2>()]).carry();
        let unit = Lanes2([Lanes::splat(UNIT); 2]);
        ordinary.replace(self.exceptions.doubled, tangent).replace(self.exceptions.trivial(), unit)
    }

    /// 3 x^2 for equal points: 48 times the product of the packed x, which is x^2 / 256; below 6 q.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn dividend(&self, ordinary: Lanes2) -> Lanes2 {
        let eight = self.points[0][0].square().reduce().loose().shift::<3>().reduce().loose();
        ordinary.replace(self.exceptions.doubled, eight.shift::<1>().add(eight.shift::<2>()).carry())
    }

    /// The sum with what needs no division put in.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn sum(&self, sum: [Lanes2; 2]) -> [Lanes2; 2] {
        let Exceptions { first, second, infinite, .. } = self.exceptions;
        let mut sum = sum;
        for i in 0..2 {
            sum[i] = sum[i].replace(first, self.points[0][i]).replace(second, self.points[1][i]);
            sum[i] = sum[i].replace(infinite, Lanes2([Lanes::zero(); 2]));
        }
        sum
    }
}

/// Coordinates of eight points or their opposites, below q.
#[target_feature(enable = "avx512f,avx512ifma")]
fn meant(points: [&G2Point; 8], negative: __mmask8) -> [Lanes2; 2] {
    let y = load_coordinate(ordinates(points)).loose().negate(negative).add_modulus::<1>().reduce();
    [load_coordinate(abscissas(points)), y]
}

impl Group for G2Point {
    #[target_feature(enable = "avx512f,avx512ifma")]
    unsafe fn divisors(source: &[Self], pairs: &[Pair; 8]) -> Lanes<Base> {
        let first = load_coordinate(abscissas(firsts(source, pairs)));
        let second = load_coordinate(abscissas(seconds(source, pairs)));
        let mut divisors = conjugate_difference(first, second);
        if suspicious(first, second) {
            divisors = Changes::new(source, pairs).divisor(divisors);
        }
        divisors.norm().carry()
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    unsafe fn sums(source: &[Self], pairs: &[Pair; 8], inverses: Lanes<Base>, out: &mut [Self; 8]) -> Lanes<Base> {
        let [first, second] = load(source, pairs);
        let mut divisors = conjugate_difference(first.x, second.x);
        let mut dividends = second.signed_y.sub(first.signed_y).add_modulus::<2>().carry();
        let changes = match suspicious(first.x, second.x) {
            true => Some(Changes::new(source, pairs)),
            false => None,
        };
        if let Some(changes) = &changes {
            divisors = changes.divisor(divisors);
            dividends = changes.dividend(dividends);
        }
        // 6 q * 2 q at most, so below 2.5 q; slopes below 1.2 q, their squares below 2.4 q, their multiples below 2.4
        // q.
        let slopes = dividends.mul(divisors).carry().scale(inverses).carry();
        let x = slopes.square().sub(first.x.loose()).sub(second.x.loose()).add_modulus::<2>().reduce();
        let run = first.x.loose().sub(x.loose()).add_modulus::<1>().shift::<2>().carry();
        let y = slopes.mul(run).sub(first.signed_y).add_modulus::<1>().reduce();
        let sums = match &changes {
            None => [x, y],
            Some(changes) => changes.sum([x, y]),
        };
        store(sums, out);
        divisors.norm().carry()
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn store([x, y]: [Lanes2; 2], out: &mut [G2Point; 8]) {
    let (x, y) = (rows(x), rows(y));
    for i in 0..8 {
        // SAFETY: both coordinates are 64 exclusive bytes, any of which make one; the stores need no alignment.
        unsafe {
            _mm512_storeu_si512(out[i].x.as_mut_ptr().cast(), x[i]);
            _mm512_storeu_si512(out[i].y.as_mut_ptr().cast(), y[i]);
        }
    }
}

/// A packed coordinate of each of eight points.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn rows(Lanes2([c0, c1]): Lanes2) -> [__m512i; 8] {
    let ([a, b, c, d], [e, f, g, h]) = (c0.pack(), c1.pack());
    transpose([a, b, c, d, e, f, g, h])
}
