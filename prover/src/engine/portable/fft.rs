//! Transforms of elements one by one.

use ark_bn254::{Fr, FrConfig};
use ark_ff::BigInt;

use super::limbs::{add, below_2p, mul, reduce, sub_plus_2p};
use crate::engine::fft::{Roots, Transform};
use crate::engine::point::Limbs;
use crate::engine::quotient::Column;

/// Values on the way down are below 4 r, on the way up below 2 r.
impl Transform for Roots {
    type Value = Limbs;
    const ELEMENTS: usize = 1;
    /// 16 KiB.
    const LEAF: usize = 1 << 9;

    fn load(&self, column: &Column<'_>, first: usize, values: &mut [Limbs]) {
        values.iter_mut().zip(first..).for_each(|(value, i)| *value = column.get(i).0.0);
    }

    fn down(&self, low: &mut [Limbs], high: &mut [Limbs], block: usize) {
        let root = self.factor_down(block).0.0;
        for (u, v) in low.iter_mut().zip(high) {
            let (x, y) = (below_2p::<FrConfig>(u), mul::<FrConfig>(v, &root));
            (*u, *v) = (add(&x, &y), sub_plus_2p::<FrConfig>(&x, &y));
        }
    }

    fn up(&self, low: &mut [Limbs], high: &mut [Limbs], block: usize) {
        let root = self.factor_up(block).0.0;
        for (u, v) in low.iter_mut().zip(high) {
            let (sum, difference) = (add(u, v), sub_plus_2p::<FrConfig>(u, v));
            (*u, *v) = (below_2p::<FrConfig>(&sum), mul::<FrConfig>(&difference, &root));
        }
    }

    fn leaf(&self, values: &mut [Limbs], block: usize) {
        let length = values.len();
        let layers = length.trailing_zeros();
        (0..layers).for_each(|layer| blocks(values, layer, |low, high, i| self.down(low, high, (block << layer) + i)));
        for (value, twist) in values.iter_mut().zip(&self.twist[block * length..]) {
            *value = mul::<FrConfig>(value, &twist.0.0);
        }
        (0..layers)
            .rev()
            .for_each(|layer| blocks(values, layer, |low, high, i| self.up(low, high, (block << layer) + i)));
    }

    fn finish(&self, [a, b, c]: [&[Limbs]; 3], out: &mut [Fr]) {
        for (((a, b), c), out) in a.iter().zip(b).zip(c).zip(out) {
            // The product of numbers below 2 r is below 2 r, the difference below 4 r.
            let difference = sub_plus_2p::<FrConfig>(&mul::<FrConfig>(a, b), c);
            *out = Fr::new_unchecked(BigInt(reduce::<FrConfig>(&difference)));
        }
    }
}

/// The halves of the 2^layer blocks of `values`.
#[inline(always)]
fn blocks(values: &mut [Limbs], layer: u32, work: impl Fn(&mut [Limbs], &mut [Limbs], usize)) {
    let length = values.len() >> layer;
    for (i, block) in values.chunks_exact_mut(length).enumerate() {
        let (low, high) = block.split_at_mut(length / 2);
        work(low, high, i);
    }
}
