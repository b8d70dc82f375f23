//! The transforms of [`super::super::fft`] on eight lanes; the recursion and its butterflies are described there.
//!
//! A vector holds eight neighbours. Two layers are done in one pass over memory (radix 4), and the last block of the
//! recursion is 64 values, eight vectors: three layers between them, a transposition, the last three layers down, the
//! twist and the first three layers up, the transposition back, three layers again.
//!
//! Roots have R = 2^260, values may have any R: transforms are linear. Bounds are in multiples of r. Going down, a layer
//! adds at most 2, so that 27 layers from 16 end below 70, of the 83 that a factor may have; going up, values are below
//! 1.25 before and after each pass.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt};
use bytemuck::cast_slice_mut;
use zeroize::{Zeroize, Zeroizing};

use super::super::fft::Roots;
use super::super::kernel::Block;
use super::super::par;
use super::super::quotient::Column;
use super::field::Lanes;
use super::modulus::{Limbs52, Order, split};
use super::pack::transpose;

/// Eight field elements, limb by limb.
type Vector = [Block; 5];
type Field = Lanes<Order>;

/// Values in the last block of the recursion: no domain is smaller.
pub(crate) const GROUP: usize = 64;
/// Vectors of a block from which on several threads work on it, and of four parts that one thread passes over.
const PARALLEL: usize = 1 << 9;
/// Vectors that one task loads or puts together.
const TASK: usize = 1 << 9;
const DOWN: bool = false;
const UP: bool = true;

/// Secret values, erased when dropped.
struct Values(Vec<Vector>);

impl Drop for Values {
    fn drop(&mut self) {
        cast_slice_mut::<Vector, u64>(&mut self.0).zeroize();
    }
}

/// Roots of a domain of at least [`GROUP`] elements.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    /// Per block index below n/16 the factor on the way down and up.
    roots: Vec<[Limbs52; 2]>,
    groups: Vec<Group>,
}

/// What the transposed layers of a group multiply by; lane a of a vector belongs to the values 8a..8a + 8.
#[derive(Debug, Clone)]
struct Group {
    /// Factors down and up: of the layer of distance 4, then two of distance 2 and four of distance 1.
    layers: [[Vector; 7]; 2],
    /// For the values 8a + c, by c.
    twist: [Vector; 8],
}

impl Tables {
    pub(super) fn new(roots: &Roots) -> Self {
        let sixteen = Fr::from(16u64);
        // 16 x 2^256 = x 2^260.
        let limbs = |x: Fr| split((x * sixteen).0.0);
        let vector = |lane: &dyn Fn(usize) -> Fr| -> Vector {
            let lanes: [Limbs52; 8] = std::array::from_fn(|a| limbs(lane(a)));
            std::array::from_fn(|i| Block(lanes.map(|lane| lane[i])))
        };
        let group = |g: usize| Group {
            // Blocks of 8, 4 and 2 values: one, two and four of them per lane.
            layers: [Roots::down, Roots::up].map(|factor| {
                [(1, 0), (2, 0), (2, 1), (4, 0), (4, 1), (4, 2), (4, 3)]
                    .map(|(count, i)| vector(&|a| factor(roots, (8 * g + a) * count + i)))
            }),
            twist: std::array::from_fn(|c| vector(&|a| roots.twist(GROUP * g + 8 * a + c))),
        };
        let groups = par::map(&vec![(); roots.size() / GROUP], |g, ()| group(g));
        let roots = (0..roots.size() / 16).map(|b| [limbs(roots.down(b)), limbs(roots.up(b))]).collect();
        Self { roots, groups }
    }

    fn size(&self) -> usize {
        GROUP * self.groups.len()
    }

    /// The values of A·B - C on the odd coset, see [`super::super::quotient::quotient`].
    ///
    /// Packed elements, which are x 2^256, stand for x / 16 here. A's are taken times 16, which makes a product that of
    /// packed elements.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn quotient(&self, [a, b, c]: [Column<'_>; 3]) -> Zeroizing<Vec<Fr>> {
        let on_coset = |column: Column<'_>, times_16: bool| {
            let mut values = Values(vec![[Block([0; 8]); 5]; self.size() / 8]);
            par::chunks_mut(&mut values.0, TASK, |task, values| load(&column, 8 * TASK * task, values, times_16));
            self.to_odd_coset(&mut values.0, 0);
            values
        };
        let (a, (b, c)) = par::join(|| on_coset(a, true), || par::join(|| on_coset(b, false), || on_coset(c, false)));
        let mut out = Zeroizing::new(vec![Fr::ZERO; self.size()]);
        par::chunks_mut(&mut out, 8 * TASK, |task, out| {
            let start = task * TASK;
            finish(&a.0[start..], &b.0[start..], &c.0[start..], out);
        });
        out
    }

    /// [`super::super::fft::Domain::to_odd_coset`] on values below 16, which end below 1.25; block 0 is the whole.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn to_odd_coset(&self, values: &mut [Vector], block: usize) {
        let length = values.len();
        if let Ok(group) = <&mut [Vector; 8]>::try_from(&mut *values) {
            return self.group(group, block);
        }
        let (low, high) = values.split_at_mut(length / 2);
        if length == 16 {
            two::<DOWN>(low, high, self.root(block, 0));
            self.to_odd_coset(low, 2 * block);
            self.to_odd_coset(high, 2 * block + 1);
            return two::<UP>(low, high, self.root(block, 1));
        }
        let ((a, b), (c, d)) = (low.split_at_mut(length / 4), high.split_at_mut(length / 4));
        four::<DOWN>([a, b, c, d], self.roots(block, 0));
        if length >= PARALLEL {
            let quarter = |values: &mut [Vector], i: usize| self.to_odd_coset(values, 4 * block + i);
            par::join(
                || par::join(|| quarter(a, 0), || quarter(b, 1)),
                || par::join(|| quarter(c, 2), || quarter(d, 3)),
            );
        } else {
            self.to_odd_coset(a, 4 * block);
            self.to_odd_coset(b, 4 * block + 1);
            self.to_odd_coset(c, 4 * block + 2);
            self.to_odd_coset(d, 4 * block + 3);
        }
        four::<UP>([a, b, c, d], self.roots(block, 1));
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn root(&self, block: usize, way: usize) -> Field {
        Lanes::splat(self.roots[block][way])
    }

    /// Factors of the block and of its halves.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn roots(&self, block: usize, way: usize) -> [Field; 3] {
        [self.root(block, way), self.root(2 * block, way), self.root(2 * block + 1, way)]
    }

    /// All layers of a group, down and up.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn group(&self, values: &mut [Vector; 8], group: usize) {
        let factors = &self.groups[group];
        three_down(values, &self.splat(group, 0));
        turn(values);
        three_down(values, &factors.layers[0]);
        for (value, twist) in values.iter_mut().zip(&factors.twist) {
            Field::restore(value).mul(Field::restore(twist)).carry().save(value);
        }
        three_up(values, &factors.layers[1]);
        turn(values);
        three_up(values, &self.splat(group, 1));
    }

    /// Factors of a block of 64, of its halves and of its quarters.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn splat(&self, block: usize, way: usize) -> [Vector; 7] {
        let mut roots = [[Block([0; 8]); 5]; 7];
        let blocks = [block, 2 * block, 2 * block + 1, 4 * block, 4 * block + 1, 4 * block + 2, 4 * block + 3];
        for (root, block) in roots.iter_mut().zip(blocks) {
            self.root(block, way).save(root);
        }
        roots
    }
}

/// Three layers down, of blocks of eight vectors, four and two.
#[target_feature(enable = "avx512f,avx512ifma")]
fn three_down(values: &mut [Vector; 8], roots: &[Vector; 7]) {
    let [root, left, right, rest @ ..] = roots;
    let roots = [Field::restore(root), Field::restore(left), Field::restore(right)];
    let (low, high) = values.split_at_mut(4);
    let ((a, b), (c, d)) = (low.split_at_mut(2), high.split_at_mut(2));
    four_in::<DOWN>([a, b, c, d], roots);
    for ([low, high], root) in values.as_chunks_mut::<2>().0.iter_mut().zip(rest) {
        pair::<DOWN>(low, high, Field::restore(root));
    }
}

/// Three layers up.
#[target_feature(enable = "avx512f,avx512ifma")]
fn three_up(values: &mut [Vector; 8], roots: &[Vector; 7]) {
    let [root, left, right, rest @ ..] = roots;
    for ([low, high], root) in values.as_chunks_mut::<2>().0.iter_mut().zip(rest) {
        pair::<UP>(low, high, Field::restore(root));
    }
    let roots = [Field::restore(root), Field::restore(left), Field::restore(right)];
    let (low, high) = values.split_at_mut(4);
    let ((a, b), (c, d)) = (low.split_at_mut(2), high.split_at_mut(2));
    four_in::<UP>([a, b, c, d], roots);
}

/// Vector c, lane a becomes vector a, lane c.
#[target_feature(enable = "avx512f,avx512ifma")]
fn turn(values: &mut [Vector; 8]) {
    let mut turned = [Field::zero(); 8];
    for i in 0..5 {
        let mut rows = [turned[0].limbs[0]; 8];
        for j in 0..8 {
            rows[j] = Field::restore(&values[j]).limbs[i];
        }
        let rows = transpose(rows);
        for j in 0..8 {
            turned[j].limbs[i] = rows[j];
        }
    }
    for j in 0..8 {
        turned[j].save(&mut values[j]);
    }
}

/// (u + z v, u - z v): a product is below 2, so 2 more at most.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn down_pair(u: Field, v: Field, root: Field) -> (Field, Field) {
    let (u, v) = (u.loose(), v.mul(root));
    (u.add(v).carry(), u.sub(v).add_modulus::<2>().carry())
}

/// (u + v, z (u - v)) from values below 1.25 to such values.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn up_pair(u: Field, v: Field, root: Field) -> (Field, Field) {
    let (u, v) = (u.loose(), v.loose());
    (u.add(v).reduce(), u.sub(v).add_modulus::<2>().carry().mul(root).carry())
}

/// Two layers down.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn down_four([a, b, c, d]: [Field; 4], [root, left, right]: [Field; 3]) -> [Field; 4] {
    let (a, b) = (a.loose(), b.loose());
    let (c, d) = (c.mul(root), d.mul(root));
    let (even, odd) = (b.add(d).carry().mul(left), b.sub(d).add_modulus::<2>().carry().mul(right));
    let (low, high) = (a.add(c), a.sub(c).add_modulus::<2>());
    [
        low.add(even).carry(),
        low.sub(even).add_modulus::<2>().carry(),
        high.add(odd).carry(),
        high.sub(odd).add_modulus::<2>().carry(),
    ]
}

/// Two layers up, from values below 1.25 to such values.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn up_four([a, b, c, d]: [Field; 4], [root, left, right]: [Field; 3]) -> [Field; 4] {
    let [a, b, c, d] = [a.loose(), b.loose(), c.loose(), d.loose()];
    let (low, high) = (a.add(b), c.add(d));
    let even = a.sub(b).add_modulus::<2>().carry().product(left);
    let odd = c.sub(d).add_modulus::<2>().carry().product(right);
    [
        low.add(high).reduce(),
        even.add(odd).montgomery().carry(),
        low.sub(high).add_modulus::<3>().carry().mul(root).carry(),
        // Two products below 4 r^2 < 0.05 r R each.
        even.sub(odd).montgomery().add_modulus::<1>().carry().mul(root).carry(),
    ]
}

/// One layer of a block.
#[target_feature(enable = "avx512f,avx512ifma")]
fn two<const WAY: bool>(low: &mut [Vector], high: &mut [Vector], root: Field) {
    for (low, high) in low.iter_mut().zip(high) {
        pair::<WAY>(low, high, root);
    }
}

/// One butterfly.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn pair<const WAY: bool>(low: &mut Vector, high: &mut Vector, root: Field) {
    let (u, v) = (Field::restore(low), Field::restore(high));
    let (u, v) = if WAY == UP { up_pair(u, v, root) } else { down_pair(u, v, root) };
    u.save(low);
    v.save(high);
}

/// Two layers of a block in quarters.
#[target_feature(enable = "avx512f,avx512ifma")]
fn four<const WAY: bool>([a, b, c, d]: [&mut [Vector]; 4], roots: [Field; 3]) {
    let length = a.len();
    if 4 * length > PARALLEL {
        let ((a, a2), (b, b2)) = (a.split_at_mut(length / 2), b.split_at_mut(length / 2));
        let ((c, c2), (d, d2)) = (c.split_at_mut(length / 2), d.split_at_mut(length / 2));
        let half = |parts: [&mut [Vector]; 4]| four::<WAY>(parts, roots);
        par::join(|| half([a, b, c, d]), || half([a2, b2, c2, d2]));
        return;
    }
    four_in::<WAY>([a, b, c, d], roots);
}

/// [`four`] by the calling thread.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn four_in<const WAY: bool>([a, b, c, d]: [&mut [Vector]; 4], roots: [Field; 3]) {
    for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
        let values = [Field::restore(a), Field::restore(b), Field::restore(c), Field::restore(d)];
        let [w, x, y, z] = if WAY == UP { up_four(values, roots) } else { down_four(values, roots) };
        w.save(a);
        x.save(b);
        y.save(c);
        z.save(d);
    }
}

/// The values from `start` on, which are 0 beyond the column; times 16 if that is asked for.
#[target_feature(enable = "avx512f,avx512ifma")]
fn load(column: &Column<'_>, start: usize, values: &mut [Vector], times_16: bool) {
    for (i, value) in values.iter_mut().enumerate() {
        let eight = column.eight(start + 8 * i);
        let [a, b, c, d, e, f, g, h] = &eight;
        let lanes = Field::load([&a.0.0, &b.0.0, &c.0.0, &d.0.0, &e.0.0, &f.0.0, &g.0.0, &h.0.0]);
        let lanes = if times_16 { lanes.loose().shift::<4>().carry() } else { lanes };
        lanes.save(value);
    }
}

/// a b - c.
#[target_feature(enable = "avx512f,avx512ifma")]
fn finish(a: &[Vector], b: &[Vector], c: &[Vector], out: &mut [Fr]) {
    for (((a, b), c), out) in a.iter().zip(b).zip(c).zip(out.as_chunks_mut::<8>().0) {
        let product = Field::restore(a).mul(Field::restore(b));
        let mut packed = [[0; 4]; 8];
        // Below 1.25 + 2.
        product.sub(Field::restore(c).loose()).add_modulus::<2>().reduce().store_block(&mut packed);
        for (out, limbs) in out.iter_mut().zip(packed) {
            *out = Fr::new_unchecked(BigInt(limbs));
        }
    }
}
