//! The arithmetic back end for processors with AVX-512 IFMA (Intel since Ice Lake, AMD since Zen 4).
//!
//! ```text
//! modulus  constants of q and r in limbs of 52 bits
//! field    eight numbers at once: products, lazy sums, reduction
//! pack     between packed elements and lanes
//! batch    many affine additions around one inversion
//! g1, g2   eight of them
//! fq2      the field over which G2 lies
//! fft      transforms
//! ```
//!
//! Functions with a `target_feature` are safe to call from each other; the way in is [`Ifma`], which only a processor
//! that has the features hands out. This module is the only one of the crate that may hold unsafe code.

#![allow(unsafe_code, reason = "calls into code that needs the processor's features, and prefetches")]
#![allow(
    clippy::needless_range_loop,
    reason = "indices unroll; iterators and closures lack the features, so cost calls"
)]

mod batch;
mod fft;
mod field;
mod fq2;
mod g1;
mod g2;
mod modulus;
mod pack;

#[cfg(test)]
mod tests;

use super::fft::Roots;
use super::kernel::{Pair, Scratch};
pub(crate) use fft::{SMALLEST, Tables};

/// Processor features that the back end needs.
pub(crate) const FEATURES: &str = "avx512f, avx512ifma";

/// Proof that this processor has [`FEATURES`].
#[derive(Debug, Clone, Copy)]
pub struct Ifma(());

impl Ifma {
    /// Asks the processor.
    pub(crate) fn detect() -> Option<Self> {
        let present = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma");
        present.then_some(Self(()))
    }

    /// See [`add_pairs`](super::kernel::add_pairs); gives the places of pairs whose line has no slope, where anything
    /// may have been written.
    pub(crate) fn add_pairs<G: batch::Group>(
        self,
        source: &[G],
        pairs: &[Pair],
        out: &mut [G],
        scratch: &mut Scratch,
    ) -> Vec<usize> {
        // SAFETY: `self` proves the features.
        unsafe { batch::add_pairs(source, pairs, out, scratch) }
    }

    /// The roots of a domain of at least [`SMALLEST`] elements in lanes.
    pub(in crate::engine) fn tables(self, roots: &Roots) -> Tables {
        Tables::new(self, roots)
    }
}
