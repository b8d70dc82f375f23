//! The back end on architectures that cannot have it: there is no way in.

use super::fft::Roots;
use super::kernel::{Pair, Scratch};

pub(crate) const FEATURES: &str = "an x86-64 processor with avx512f, avx512ifma";
pub(crate) const SMALLEST: usize = 64;
pub(crate) type Tables = Roots;

/// Of this there is none.
#[derive(Debug, Clone, Copy)]
pub enum Ifma {}

impl Ifma {
    pub(crate) fn detect() -> Option<Self> {
        None
    }

    pub(crate) fn add_pairs<P>(self, _: &[P], _: &[Pair], _: &mut [P], _: &mut Scratch) -> Vec<usize> {
        match self {}
    }

    pub(in crate::engine) fn tables(self, _: &Roots) -> Tables {
        match self {}
    }
}
