//! From the values of a polynomial on the n-th roots of unity to its values on their odd coset.
//!
//! With w the root of order 2n that [`crate::reduction`] shifts by: an inverse transform, the coefficients times powers
//! of w, a transform. Both are done in one recursion over blocks of halving length. On the way down, the block of index
//! b (b counts the blocks of its length from the left) turns its halves (u, v) into (u + z v, u - z v): Cooley and
//! Tukey's butterflies (1965), natural order to bit-reversed. On the way up (u, v) becomes (u + v, z'(u - v)): Gentleman
//! and Sande's (1966), bit-reversed to natural. So nothing is ever permuted, one factor serves a whole block, and a block
//! that fits a cache stays there on its way down and up.

use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_ff::{FftField, Field, One};

use super::ifma::Ifma;
use super::ifma::fft::Tables;
use super::limbs::{Limbs, add, below_2r, mul, sub_plus_2r};
use super::par;

/// Blocks from here on up are worked on by several threads, in runs of as many elements.
const PARALLEL: usize = 1 << 12;
/// Blocks up to here go through their layers in loops: 16 KiB.
const LEAF: usize = 1 << 9;

/// The n-th roots of unity; what transforms need is made when a back end first asks for it, and kept.
#[derive(Debug)]
pub struct Domain {
    size: usize,
    roots: OnceLock<Roots>,
    lanes: OnceLock<Tables>,
}

impl Domain {
    /// Of n elements, for a power of two n from 1 to 2^27; `None` for another n.
    pub fn new(size: usize) -> Option<Self> {
        let fits = size.is_power_of_two() && size.trailing_zeros() < Fr::TWO_ADICITY;
        fits.then(|| Self { size, roots: OnceLock::new(), lanes: OnceLock::new() })
    }

    /// n.
    pub fn size(&self) -> usize {
        self.size
    }

    pub(super) fn roots(&self) -> &Roots {
        self.roots.get_or_init(|| Roots::new(self.size))
    }

    pub(super) fn lanes(&self, ifma: Ifma) -> &Tables {
        self.lanes.get_or_init(|| ifma.tables(&Roots::new(self.size)))
    }
}

/// What depends on n alone.
#[derive(Debug, Clone)]
pub(super) struct Roots {
    /// Entry b is (w^2)^rev(b), rev reversing log(n / 2) bits; n / 2 of them, at least one.
    roots: Vec<Limbs>,
    /// Entry i is w^rev(i) / n, rev reversing log(n) bits; n of them.
    twist: Vec<Limbs>,
}

impl Roots {
    fn new(size: usize) -> Self {
        // Both exist for the sizes of a domain.
        let root = Fr::get_root_of_unity(2 * size as u64).unwrap_or_default();
        let scale = Fr::from(size as u64).inverse().unwrap_or_default();
        let (roots, twist) = par::join(
            || reversed_powers(root.square(), size.div_ceil(2), Fr::one()),
            || reversed_powers(root, size, scale),
        );
        Self { roots, twist }
    }

    pub(super) fn size(&self) -> usize {
        self.twist.len()
    }

    /// The block whose root is minus the inverse of this one's, for a block of 2^k..2^(k+1): the exponents of the two add
    /// up to n/2.
    fn opposite(block: usize) -> usize {
        3 * (1 << block.ilog2()) - 1 - block
    }

    /// The values at 1, x, x^2, ... of the polynomial of degree < n, x the n-th root of unity, become those at w, w x,
    /// w x^2, ...; both below 2 r.
    ///
    /// # Panics
    /// If there are not n values.
    pub(super) fn to_odd_coset(&self, values: &mut [Limbs]) {
        assert_eq!(values.len(), self.size(), "one value per element of the domain");
        self.recurse(values, 0);
    }

    fn recurse(&self, values: &mut [Limbs], block: usize) {
        if values.len() <= LEAF {
            return self.leaf(values, block);
        }
        let (low, high) = values.split_at_mut(values.len() / 2);
        runs(low, high, &|low, high| self.layer_down(low, high, block));
        if low.len() >= PARALLEL {
            par::join(|| self.recurse(low, 2 * block), || self.recurse(high, 2 * block + 1));
        } else {
            self.recurse(low, 2 * block);
            self.recurse(high, 2 * block + 1);
        }
        runs(low, high, &|low, high| self.layer_up(low, high, block));
    }

    fn leaf(&self, values: &mut [Limbs], block: usize) {
        let length = values.len();
        let layers = length.trailing_zeros();
        for layer in 0..layers {
            for (i, chunk) in values.chunks_exact_mut(length >> layer).enumerate() {
                let (low, high) = chunk.split_at_mut(length >> layer >> 1);
                self.layer_down(low, high, (block << layer) + i);
            }
        }
        for (value, twist) in values.iter_mut().zip(&self.twist[block * length..]) {
            *value = mul(value, twist);
        }
        for layer in (0..layers).rev() {
            for (i, chunk) in values.chunks_exact_mut(length >> layer).enumerate() {
                let (low, high) = chunk.split_at_mut(length >> layer >> 1);
                self.layer_up(low, high, (block << layer) + i);
            }
        }
    }

    /// Butterflies on the way down: values below 4 r stay so.
    fn layer_down(&self, low: &mut [Limbs], high: &mut [Limbs], block: usize) {
        if block == 0 {
            for (u, v) in low.iter_mut().zip(high) {
                let (x, y) = (below_2r(u), below_2r(v));
                (*u, *v) = (add(&x, &y), sub_plus_2r(&x, &y));
            }
            return;
        }
        let root = self.roots[Self::opposite(block)];
        for (u, v) in low.iter_mut().zip(high) {
            let (x, y) = (below_2r(u), mul(v, &root));
            (*u, *v) = (sub_plus_2r(&x, &y), add(&x, &y));
        }
    }

    /// Butterflies on the way up: values below 2 r stay so.
    fn layer_up(&self, low: &mut [Limbs], high: &mut [Limbs], block: usize) {
        if block == 0 {
            for (u, v) in low.iter_mut().zip(high) {
                (*u, *v) = (below_2r(&add(u, v)), below_2r(&sub_plus_2r(u, v)));
            }
            return;
        }
        let root = self.roots[block];
        for (u, v) in low.iter_mut().zip(high) {
            (*u, *v) = (below_2r(&add(u, v)), mul(&sub_plus_2r(u, v), &root));
        }
    }
}

/// Entries for a back end that keeps them in another form.
#[cfg(target_arch = "x86_64")]
impl Roots {
    /// The factor of a block on the way up.
    pub(super) fn up(&self, block: usize) -> Fr {
        Fr::new_unchecked(ark_ff::BigInt(self.roots[block]))
    }

    /// The factor of a block on the way down, the inverse of that on the way up: for block >= 1 see [`Self::opposite`].
    pub(super) fn down(&self, block: usize) -> Fr {
        if block == 0 { Fr::one() } else { -self.up(Self::opposite(block)) }
    }

    /// What the value at position i is multiplied by between the two.
    pub(super) fn twist(&self, i: usize) -> Fr {
        Fr::new_unchecked(ark_ff::BigInt(self.twist[i]))
    }
}

/// `work` on equal parts of both halves, side by side.
fn runs(low: &mut [Limbs], high: &mut [Limbs], work: &(impl Fn(&mut [Limbs], &mut [Limbs]) + Sync)) {
    if low.len() <= PARALLEL {
        return work(low, high);
    }
    let (low, low_rest) = low.split_at_mut(low.len() / 2);
    let (high, high_rest) = high.split_at_mut(high.len() / 2);
    par::join(|| runs(low, high, work), || runs(low_rest, high_rest, work));
}

/// scale·root^rev(i) for i below `count`, a power of two; root has the order 2·count.
fn reversed_powers(root: Fr, count: usize, scale: Fr) -> Vec<Limbs> {
    let mut powers = Vec::with_capacity(count);
    powers.push(scale);
    let mut steps: Vec<Fr> = vec![root];
    while steps.len() < count.trailing_zeros() as usize {
        steps.push(steps[steps.len() - 1].square());
    }
    // The first bit of the index is the last of the exponent.
    while powers.len() < count {
        let step = steps[(count / powers.len() / 2).trailing_zeros() as usize];
        for i in 0..powers.len() {
            powers.push(powers[i] * step);
        }
    }
    powers.into_iter().map(|power| power.0.0).collect()
}
