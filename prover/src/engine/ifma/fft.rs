//! Transforms on eight lanes; the recursion and its butterflies are described in [`crate::engine::fft`].
//!
//! A vector holds eight neighbours. The last block of the recursion is 64 values, eight vectors: three layers between
//! them, a transposition, the last three layers down, the twist and the first three layers up, the transposition back,
//! three layers again.
//!
//! Roots have R = 2^260, values may have any R: transforms are linear. Bounds are in multiples of r. Going down, a layer
//! adds at most 2, so that 27 layers from 1 end below 56, of the 83 that a factor may have; going up, values are below
//! 1.25 before and after each layer.

use ark_bn254::Fr;
use ark_ff::BigInt;
use bytemuck::{Zeroable, cast};

use super::Ifma;
use super::field::Lanes;
use super::modulus::{Limbs52, Order, split};
use super::pack::columns;
use crate::engine::fft::{Roots, Transform};
use crate::engine::par;
use crate::engine::quotient::Column;

type Field = Lanes<Order>;

/// Elements in a leaf of the recursion: no domain is smaller.
pub(crate) const SMALLEST: usize = 64;
const DOWN: bool = false;
const UP: bool = true;

/// Roots of a domain of at least [`SMALLEST`] elements.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    /// Proof of the features.
    _features: Ifma,
    /// Per block index below n/16 the factor on the way down and up.
    roots: Vec<[Limbs52; 2]>,
    leaves: Vec<Leaf>,
}

/// What the transposed layers of a leaf multiply by; lane a of a vector belongs to the values 8a..8a + 8.
#[derive(Debug, Clone)]
struct Leaf {
    /// Factors down and up: of the layer of distance 4, then two of distance 2 and four of distance 1.
    layers: [[Field; 7]; 2],
    /// For the values 8a + c, by c.
    twist: [Field; 8],
}

impl Tables {
    pub(super) fn new(features: Ifma, roots: &Roots) -> Self {
        let sixteen = Fr::from(16u64);
        // 16 x 2^256 = x 2^260.
        let limbs = |x: Fr| split((x * sixteen).0.0);
        let vector = |lane: &dyn Fn(usize) -> Fr| -> Field {
            let lanes: [Limbs52; 8] = std::array::from_fn(|a| limbs(lane(a)));
            cast(std::array::from_fn::<_, 5, _>(|i| lanes.map(|lane| lane[i])))
        };
        let leaf = |g: usize| Leaf {
            // Blocks of 8, 4 and 2 values: one, two and four of them per lane.
            layers: [Roots::factor_down, Roots::factor_up].map(|factor| {
                [(1, 0), (2, 0), (2, 1), (4, 0), (4, 1), (4, 2), (4, 3)]
                    .map(|(count, i)| vector(&|a| factor(roots, (8 * g + a) * count + i)))
            }),
            twist: std::array::from_fn(|c| vector(&|a| roots.twist[SMALLEST * g + 8 * a + c])),
        };
        let size = roots.twist.len();
        let leaves = par::map(&vec![(); size / SMALLEST], |g, ()| leaf(g));
        let roots = (0..size / 16).map(|b| [limbs(roots.factor_down(b)), limbs(roots.factor_up(b))]).collect();
        Self { _features: features, roots, leaves }
    }

    /// Factors of a block of 64, of its halves and of its quarters.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn splat(&self, block: usize, way: usize) -> [Field; 7] {
        let mut factors = [Field::zeroed(); 7];
        let blocks = [block, 2 * block, 2 * block + 1, 4 * block, 4 * block + 1, 4 * block + 2, 4 * block + 3];
        for (factor, block) in factors.iter_mut().zip(blocks) {
            *factor = Field::splat(self.roots[block][way]);
        }
        factors
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn transform_leaf(&self, values: &mut [Field; 8], block: usize) {
        let leaf = &self.leaves[block];
        three::<DOWN>(values, &self.splat(block, 0));
        turn(values);
        three::<DOWN>(values, &leaf.layers[0]);
        for (value, twist) in values.iter_mut().zip(&leaf.twist) {
            *value = value.mul(*twist).carry();
        }
        three::<UP>(values, &leaf.layers[1]);
        turn(values);
        three::<UP>(values, &self.splat(block, 1));
    }
}

impl Transform for Tables {
    type Value = Field;
    const ELEMENTS: usize = 8;
    const LEAF: usize = SMALLEST / 8;

    fn load(&self, column: &Column<'_>, first: usize, values: &mut [Field]) {
        // SAFETY: whoever made these tables had proof of the features.
        unsafe { load(column, first, values) }
    }

    fn down(&self, low: &mut [Field], high: &mut [Field], block: usize) {
        // SAFETY: as above.
        unsafe { layer::<DOWN>(low, high, &self.roots[block][0]) }
    }

    fn up(&self, low: &mut [Field], high: &mut [Field], block: usize) {
        // SAFETY: as above.
        unsafe { layer::<UP>(low, high, &self.roots[block][1]) }
    }

    fn leaf(&self, values: &mut [Field], block: usize) {
        if let Ok(values) = values.try_into() {
            // SAFETY: as above.
            unsafe { self.transform_leaf(values, block) }
        }
    }

    fn finish(&self, columns: [&[Field]; 3], out: &mut [Fr]) {
        // SAFETY: as above.
        unsafe { finish(columns, out) }
    }
}

/// One layer of a block.
#[target_feature(enable = "avx512f,avx512ifma")]
fn layer<const WAY: bool>(low: &mut [Field], high: &mut [Field], factor: &Limbs52) {
    for (low, high) in low.iter_mut().zip(high) {
        butterfly::<WAY>(low, high, Field::splat(*factor));
    }
}

/// Three layers of eight vectors: blocks of eight, of four and of two.
#[target_feature(enable = "avx512f,avx512ifma")]
fn three<const WAY: bool>(values: &mut [Field; 8], factors: &[Field; 7]) {
    for i in 0..3 {
        let layer = if WAY == UP { 2 - i } else { i };
        let (distance, first) = (4 >> layer, (1 << layer) - 1);
        for (block, factor) in values.chunks_exact_mut(2 * distance).zip(&factors[first..]) {
            let (low, high) = block.split_at_mut(distance);
            for (low, high) in low.iter_mut().zip(high) {
                butterfly::<WAY>(low, high, *factor);
            }
        }
    }
}

/// Down: (u + z v, u - z v), a product being below 2, so 2 more at most. Up: (u + v, z (u - v)), from values below 1.25
/// to such values.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn butterfly<const WAY: bool>(low: &mut Field, high: &mut Field, factor: Field) {
    if WAY == UP {
        let (u, v) = (low.loose(), high.loose());
        *low = u.add(v).reduce();
        *high = u.sub(v).add_modulus::<2>().carry().mul(factor).carry();
    } else {
        let (u, v) = (low.loose(), high.mul(factor));
        *low = u.add(v).carry();
        *high = u.sub(v).add_modulus::<2>().carry();
    }
}

/// Vector c, lane a becomes vector a, lane c.
#[target_feature(enable = "avx512f,avx512ifma")]
fn turn(values: &mut [Field; 8]) {
    for limb in 0..5 {
        let columns = columns(values.each_ref().map(|value| &value.limbs[limb]));
        for (value, column) in values.iter_mut().zip(columns) {
            value.limbs[limb] = column;
        }
    }
}

/// Packed elements, which are x 2^256 and stand for x / 16 here.
#[target_feature(enable = "avx512f,avx512ifma")]
fn load(column: &Column<'_>, first: usize, values: &mut [Field]) {
    for (i, value) in values.iter_mut().enumerate() {
        let eight: [Fr; 8] = std::array::from_fn(|j| column.get(first + 8 * i + j));
        *value = Field::load(eight.each_ref().map(|x| &x.0.0));
    }
}

/// a b - c: a times 16 makes the product that of packed elements.
#[target_feature(enable = "avx512f,avx512ifma")]
fn finish([a, b, c]: [&[Field]; 3], out: &mut [Fr]) {
    for (((a, b), c), out) in a.iter().zip(b).zip(c).zip(out.as_chunks_mut::<8>().0) {
        let product = a.loose().shift::<4>().carry().mul(*b);
        // 20 * 1.25 / 84 + 1.13 and 2 more.
        let packed = product.sub(c.loose()).add_modulus::<2>().reduce().rows();
        for (out, limbs) in out.iter_mut().zip(packed) {
            *out = Fr::new_unchecked(BigInt(limbs));
        }
    }
}
