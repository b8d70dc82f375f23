//! Additions of affine points over ark-ff, on any machine.

use ark_ec::short_weierstrass::SWCurveConfig;
use ark_ff::{AdditiveGroup, Field, Zero};

use super::kernel::{Pair, Ref, Scratch};
use super::point::{Base, Point};

/// Independent chains of products: a multiplication takes longer than it keeps the processor busy.
const CHAINS: usize = 4;

/// See [`AddPairs::add_pairs`](super::kernel::AddPairs::add_pairs).
///
/// Forwards: the product of all denominators so far, before each pair. Backwards: from the inverse of the whole product,
/// each denominator's inverse and with it the sum.
pub(super) fn add_pairs<P: Point>(source: &[P], pairs: &[Pair], out: &mut [P], scratch: &mut Scratch) {
    assert_eq!(pairs.len(), out.len(), "one result per pair");
    // A point's two coordinates have room for the product and the denominator.
    let steps: &mut [P] = &mut bytemuck::cast_slice_mut(scratch.blocks(pairs.len() * (size_of::<P>() / 64)))[..];
    let mut products = [Base::<P>::ONE; CHAINS];
    for (i, (pair, step)) in pairs.iter().zip(steps.iter_mut()).enumerate() {
        let product = &mut products[i % CHAINS];
        let denominator = denominator(&load(source, pair.0), &load(source, pair.1));
        *step = P::from_coordinates(*product, denominator);
        if !denominator.is_zero() {
            *product *= denominator;
        }
    }
    let mut inverses = products.map(|product| product.inverse().unwrap_or(Base::<P>::ZERO));
    for (i, (pair, (step, out))) in pairs.iter().zip(steps.iter().zip(out)).enumerate().rev() {
        let (p, q) = (load(source, pair.0), load(source, pair.1));
        let (product, denominator) = step.coordinates();
        if denominator.is_zero() {
            *out = exceptional(p, q);
            continue;
        }
        let inverse = inverses[i % CHAINS] * product;
        inverses[i % CHAINS] *= denominator;
        *out = sum(&p, &q, inverse);
    }
}

#[inline]
fn load<P: Point>(source: &[P], reference: Ref) -> P {
    let point = source[reference.index()];
    if reference.is_negative() { point.negated() } else { point }
}

/// What the slope of the line through p and q is divided by; zero where the sum has no slope.
#[inline]
fn denominator<P: Point>(p: &P, q: &P) -> Base<P> {
    let ((px, py), (qx, qy)) = (p.coordinates(), q.coordinates());
    if px != qx {
        // Infinity has no coordinates, and x = 0 is on neither curve.
        return if p.is_infinity() || q.is_infinity() { Base::<P>::ZERO } else { qx - px };
    }
    // Equal points, or opposite ones; no point of odd order has y = 0 but infinity.
    if py == qy { py.double() } else { Base::<P>::ZERO }
}

/// The sum where one point is infinity or both are opposite.
#[cold]
fn exceptional<P: Point>(p: P, q: P) -> P {
    match (p.is_infinity(), q.is_infinity()) {
        (true, _) => q,
        (_, true) => p,
        _ => P::INFINITY,
    }
}

/// The sum by the slope, from the inverse of its denominator.
#[inline]
fn sum<P: Point>(p: &P, q: &P, inverse: Base<P>) -> P {
    let ((px, py), (qx, qy)) = (p.coordinates(), q.coordinates());
    let slope = if px == qx {
        let square = px.square();
        square.double() + square + P::Curve::COEFF_A
    } else {
        qy - py
    } * inverse;
    let x = slope.square() - px - qx;
    P::from_coordinates(x, slope * (px - x) - py)
}
