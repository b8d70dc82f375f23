//! The arithmetic back end with scalar instructions, for any machine.

mod coordinate;
mod fft;
mod limbs;

use bytemuck::Zeroable;

use super::kernel::{Pair, Scratch};
use super::point::Point;
pub(super) use coordinate::Coordinate;

/// See [`add_pairs`](super::kernel::add_pairs); gives the places of pairs whose line has no slope, which are left out.
///
/// Forwards: the product of all denominators so far, before each pair. Backwards: from the inverse of the whole product,
/// each denominator's inverse and with it the sum.
pub(super) fn add_pairs<P: Point>(source: &[P], pairs: &[Pair], out: &mut [P], scratch: &mut Scratch) -> Vec<usize> {
    // The product and the denominator take a point's room.
    let steps: &mut [[P::Coordinate; 2]] =
        bytemuck::cast_slice_mut(scratch.blocks(pairs.len() * (size_of::<P>() / 64)));
    let mut product = P::Coordinate::ONE;
    for (pair, step) in pairs.iter().zip(steps.iter_mut()) {
        let denominator = denominator(source, pair);
        *step = [product, denominator];
        if !denominator.is_zero() {
            product = product.mul(denominator);
        }
    }
    let mut inverse = product.inverse();
    let mut without_slope = Vec::new();
    for (i, (pair, [product, denominator])) in pairs.iter().zip(steps).enumerate().rev() {
        if denominator.is_zero() {
            without_slope.push(i);
            continue;
        }
        out[i] = sum(source, pair, inverse.mul(*product));
        inverse = inverse.mul(*denominator);
    }
    without_slope
}

/// What the slope of the line through both points is divided by; 0 where x is equal, or is 0 as infinity's.
#[inline(always)]
fn denominator<P: Point>(source: &[P], pair: &Pair) -> P::Coordinate {
    let ([px, _], [qx, _]) = (source[pair.0.index()].xy(), source[pair.1.index()].xy());
    if px.same(qx) | px.is_zero() | qx.is_zero() { P::Coordinate::zeroed() } else { qx.near_minus(px) }
}

/// The sum by the slope, from the inverse of its denominator.
#[inline(always)]
fn sum<P: Point>(source: &[P], pair: &Pair, inverse: P::Coordinate) -> P {
    let ([px, py], [qx, qy]) = (source[pair.0.index()].xy(), source[pair.1.index()].xy());
    let (py, qy) = (py.signed(pair.0.is_negative()), qy.signed(pair.1.is_negative()));
    let slope = qy.near_minus(py).mul(inverse);
    let x = slope.square().minus_both(px, qx);
    bytemuck::cast([x, slope.mul(px.near_minus(x)).minus_both(py, P::Coordinate::zeroed())])
}
