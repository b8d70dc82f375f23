//! The arithmetic back end with scalar instructions, for any machine.

mod coordinate;
mod fft;
mod limbs;

use ark_bn254::Fq;
use ark_ff::Field;
use bytemuck::Zeroable;

use super::kernel::{Pair, Scratch};
use super::point::{Limbs, Point};
pub(super) use coordinate::Coordinate;
use coordinate::inverse;

/// See [`add_pairs`](super::kernel::add_pairs); gives the places of pairs whose line has no slope, where anything may have
/// been written.
///
/// Forwards: the product of the norms of all divisors so far, before each pair. Backwards: from the inverse of the whole
/// product, each norm's inverse and with it the sum.
pub(super) fn add_pairs<P: Point>(source: &[P], pairs: &[Pair], out: &mut [P], scratch: &mut Scratch) -> Vec<usize> {
    let steps: &mut [[Limbs; 2]] = bytemuck::cast_slice_mut(scratch.blocks(pairs.len()));
    let (mut product, mut without_slope) = (Fq::ONE.0.0, Vec::new());
    for (i, (pair, step)) in pairs.iter().zip(steps.iter_mut()).enumerate() {
        let ([px, _], [qx, _]) = (source[pair.0 as usize].xy(), source[pair.1.index()].xy());
        // x is equal, or is 0 as infinity's.
        let norm = if px.same(qx) || px.same(Zeroable::zeroed()) || qx.same(Zeroable::zeroed()) {
            without_slope.push(i);
            Fq::ONE.0.0
        } else {
            qx.near_minus(px).norm()
        };
        *step = [product, norm];
        product = product.mul(norm);
    }
    let mut inverse = inverse(product);
    for (i, (pair, [product, norm])) in pairs.iter().zip(steps).enumerate().rev() {
        out[i] = sum(source, pair, inverse.mul(*product));
        inverse = inverse.mul(*norm);
    }
    without_slope
}

/// The sum of two points from the inverse of the norm of what their line's slope is divided by.
#[inline(always)]
fn sum<P: Point>(source: &[P], pair: &Pair, inverse: Limbs) -> P {
    let ([px, py], [qx, qy]) = (source[pair.0 as usize].xy(), source[pair.1.index()].xy());
    let slope = qy.signed(pair.1.is_negative()).near_minus(py).over(qx.near_minus(px), inverse);
    let x = slope.square().minus_both(px, qx);
    bytemuck::cast([x, slope.mul(px.near_minus(x)).minus_both(py, P::Coordinate::zeroed())])
}
