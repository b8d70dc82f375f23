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
use bytemuck::Pod;

use super::ifma::{self, Ifma};
use super::par;
use super::quotient::Column;

/// Blocks from here on up are worked on by several threads, in runs of as many elements.
const PARALLEL: usize = 1 << 12;

/// What a back end does with the values of a column; all that is not said is in its own form.
pub(super) trait Transform: Sync {
    /// Some neighbouring elements.
    type Value: Pod + Send + Sync;
    /// How many they are.
    const ELEMENTS: usize;
    /// Values in the longest block that [`Self::leaf`] takes.
    const LEAF: usize;

    /// The elements of a column from `first` on.
    fn load(&self, column: &Column<'_>, first: usize, values: &mut [Self::Value]);
    /// Butterflies on the way down.
    fn down(&self, low: &mut [Self::Value], high: &mut [Self::Value], block: usize);
    /// Butterflies on the way up.
    fn up(&self, low: &mut [Self::Value], high: &mut [Self::Value], block: usize);
    /// A block all the way down, times the twist, and up again.
    fn leaf(&self, values: &mut [Self::Value], block: usize);
    /// a b - c, element by element.
    fn finish(&self, columns: [&[Self::Value]; 3], out: &mut [Fr]);

    /// The whole recursion for a block; a column is block 0.
    fn to_odd_coset(&self, values: &mut [Self::Value], block: usize) {
        if values.len() <= Self::LEAF {
            return self.leaf(values, block);
        }
        let (low, high) = values.split_at_mut(values.len() / 2);
        let (run, several) = (PARALLEL / Self::ELEMENTS, low.len() * Self::ELEMENTS >= PARALLEL);
        par::halves_mut(low, high, run, &|low, high| self.down(low, high, block));
        let halves = (|| self.to_odd_coset(low, 2 * block), || self.to_odd_coset(high, 2 * block + 1));
        par::join_if(several, halves.0, halves.1);
        par::halves_mut(low, high, run, &|low, high| self.up(low, high, block));
    }
}

/// The n-th roots of unity; what transforms need is made when a back end first asks for it, and kept.
#[derive(Debug)]
pub struct Domain {
    size: usize,
    roots: OnceLock<Roots>,
    tables: OnceLock<ifma::Tables>,
}

impl Domain {
    /// Of n elements, for a power of two n from 1 to 2^27; `None` for another n.
    pub fn new(size: usize) -> Option<Self> {
        let fits = size.is_power_of_two() && size.trailing_zeros() < Fr::TWO_ADICITY;
        fits.then(|| Self { size, roots: OnceLock::new(), tables: OnceLock::new() })
    }

    /// n.
    pub fn size(&self) -> usize {
        self.size
    }

    pub(super) fn roots(&self) -> &Roots {
        self.roots.get_or_init(|| Roots::new(self.size))
    }

    /// What the lanes need; nothing for a domain that is too small for them.
    pub(super) fn tables(&self, ifma: Ifma) -> Option<&ifma::Tables> {
        (self.size >= ifma::SMALLEST).then(|| self.tables.get_or_init(|| ifma.tables(&Roots::new(self.size))))
    }
}

/// What depends on n alone.
#[derive(Debug, Clone)]
pub(super) struct Roots {
    /// Entry b is (w^2)^rev(b), rev reversing log(n / 2) bits; n / 2 of them, at least one.
    roots: Vec<Fr>,
    /// Entry i is w^rev(i) / n, rev reversing log(n) bits: what element i is multiplied by between down and up.
    pub(super) twist: Vec<Fr>,
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

    /// The factor of a block on the way up.
    pub(super) fn factor_up(&self, block: usize) -> Fr {
        self.roots[block]
    }

    /// The factor of a block on the way down, the inverse of that on the way up: for block >= 1 minus the root of that
    /// block of 2^k..2^(k + 1) with which its exponent adds up to n/2.
    pub(super) fn factor_down(&self, block: usize) -> Fr {
        if block == 0 { Fr::one() } else { -self.roots[3 * (1 << block.ilog2()) - 1 - block] }
    }
}

/// scale·root^rev(i) for i below `count`, a power of two; root has the order 2·count.
fn reversed_powers(root: Fr, count: usize, scale: Fr) -> Vec<Fr> {
    let mut powers = Vec::with_capacity(count);
    powers.push(scale);
    // The first bit of the index is the last of the exponent.
    while powers.len() < count {
        let step = root.pow([(count / powers.len() / 2) as u64]);
        powers.extend_from_within(..);
        let half = powers.len() / 2;
        powers[half..].iter_mut().for_each(|power| *power *= step);
    }
    powers
}
