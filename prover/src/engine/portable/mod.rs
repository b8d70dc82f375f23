//! Additions of affine points with scalar instructions, on any machine.

mod field;

use super::kernel::{Pair, Ref, Scratch};
use super::point::{G1Point, G2Point, Limbs, Point};
use field::Field;

/// A packed point as the two coordinates that are computed with.
pub(super) trait Coordinates: Point {
    type Field: Field;

    fn xy(&self) -> [Self::Field; 2];
    fn from_xy(xy: [Self::Field; 2]) -> Self;
}

impl Coordinates for G1Point {
    type Field = Limbs;

    #[inline(always)]
    fn xy(&self) -> [Limbs; 2] {
        [self.x, self.y]
    }

    #[inline(always)]
    fn from_xy([x, y]: [Limbs; 2]) -> Self {
        Self { x, y }
    }
}

impl Coordinates for G2Point {
    type Field = [Limbs; 2];

    #[inline(always)]
    fn xy(&self) -> [[Limbs; 2]; 2] {
        [self.x, self.y]
    }

    #[inline(always)]
    fn from_xy([x, y]: [[Limbs; 2]; 2]) -> Self {
        Self { x, y }
    }
}

/// See [`AddPairs::add_pairs`](super::kernel::AddPairs::add_pairs).
///
/// Forwards: the product of all denominators so far, before each pair. Backwards: from the inverse of the whole product,
/// each denominator's inverse and with it the sum.
pub(super) fn add_pairs<P: Coordinates>(source: &[P], pairs: &[Pair], out: &mut [P], scratch: &mut Scratch) {
    assert_eq!(pairs.len(), out.len(), "one result per pair");
    // A point's two coordinates have room for the product and the denominator.
    let steps: &mut [P] = bytemuck::cast_slice_mut(scratch.blocks(pairs.len() * (size_of::<P>() / 64)));
    let mut product = P::Field::ONE;
    for (pair, step) in pairs.iter().zip(steps.iter_mut()) {
        let denominator = denominator(source, pair);
        *step = P::from_xy([product, denominator]);
        if !denominator.is_zero() {
            product = product.mul(denominator);
        }
    }
    let mut inverse = product.inverse();
    for (pair, (step, out)) in pairs.iter().zip(steps.iter().zip(out)).rev() {
        let [product, denominator] = step.xy();
        if denominator.is_zero() {
            *out = sum_without_slope(&load(source, pair.0), &load(source, pair.1));
            continue;
        }
        *out = sum(source, pair, inverse.mul(product));
        inverse = inverse.mul(denominator);
    }
}

fn load<P: Point>(source: &[P], reference: Ref) -> P {
    let point = source[reference.index()];
    if reference.is_negative() { point.negated() } else { point }
}

/// What the slope of the line through both points is divided by; all limbs zero where the sum has no slope.
#[inline(always)]
fn denominator<P: Coordinates>(source: &[P], pair: &Pair) -> P::Field {
    let ([px, _], [qx, _]) = (source[pair.0.index()].xy(), source[pair.1.index()].xy());
    // x = 0 is infinity's alone: y^2 = 3 would make a point of order 3.
    if px.same(qx) | px.is_zero() | qx.is_zero() {
        return unusual_denominator(&load(source, pair.0), &load(source, pair.1));
    }
    qx.near_minus(px)
}

/// The denominator where x is equal or zero: 2 y of equal points.
#[cold]
fn unusual_denominator<P: Coordinates>(p: &P, q: &P) -> P::Field {
    if p != q || p.is_infinity() {
        return P::Field::ZERO;
    }
    let (x, y) = p.coordinates();
    P::from_coordinates(x, y + y).xy()[1]
}

/// The sum where one point is infinity or both are opposite.
#[cold]
fn sum_without_slope<P: Point>(p: &P, q: &P) -> P {
    match (p.is_infinity(), q.is_infinity()) {
        (true, _) => *q,
        (_, true) => *p,
        _ => P::INFINITY,
    }
}

/// The sum by the slope, from the inverse of its denominator.
#[inline(always)]
fn sum<P: Coordinates>(source: &[P], pair: &Pair, inverse: P::Field) -> P {
    let ([px, py], [qx, qy]) = (source[pair.0.index()].xy(), source[pair.1.index()].xy());
    let (py, qy) = (py.signed(pair.0.is_negative()), qy.signed(pair.1.is_negative()));
    let numerator = if px.same(qx) { tangent(&source[pair.0.index()]) } else { qy.near_minus(py) };
    let slope = numerator.mul(inverse);
    let x = slope.square().minus_both(px, qx);
    P::from_xy([x, slope.mul(px.near_minus(x)).minus_both(py, P::Field::ZERO)])
}

/// 3 x^2; both curves have a = 0.
#[cold]
fn tangent<P: Coordinates>(p: &P) -> P::Field {
    let (x, y) = p.coordinates();
    let square = x * x;
    P::from_coordinates(square + square + square, y).xy()[0]
}
