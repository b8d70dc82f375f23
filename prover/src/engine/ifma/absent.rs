//! The back end on architectures that cannot have it: there is no way in.

use ark_bn254::Fr;
use zeroize::Zeroizing;

use self::fft::Tables;
use super::fft::Roots;
use super::kernel::{Pair, Scratch};
use super::point::{G1Point, G2Point};
use super::quotient::Column;

/// Transforms.
pub(crate) mod fft {
    /// No domain is smaller.
    pub(crate) const GROUP: usize = 64;

    /// Of this there is none.
    #[derive(Debug, Clone, Copy)]
    pub(crate) enum Tables {}
}

/// What the back end needs.
pub(crate) const FEATURES: &str = "an x86-64 processor with avx512f, avx512ifma";

/// Of this there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ifma {}

impl Ifma {
    /// Never found.
    pub(crate) fn detect() -> Option<Self> {
        None
    }

    /// Never called.
    pub(crate) fn add_pairs_g1(self, _: &[G1Point], _: &[Pair], _: &mut [G1Point], _: &mut Scratch) {
        match self {}
    }

    /// Never called.
    pub(crate) fn add_pairs_g2(self, _: &[G2Point], _: &[Pair], _: &mut [G2Point], _: &mut Scratch) {
        match self {}
    }

    /// Never called.
    pub(crate) fn tables(self, _: &Roots) -> Tables {
        match self {}
    }

    /// Never called.
    pub(crate) fn quotient(self, _: &Tables, _: [Column<'_>; 3]) -> Zeroizing<Vec<Fr>> {
        match self {}
    }
}
