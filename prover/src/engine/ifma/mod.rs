//! The arithmetic back end for processors with AVX-512 IFMA (Intel since Ice Lake, AMD since Zen 4).
//!
//! ```text
//! modulus  constants of q and r in limbs of 52 bits
//! field    eight numbers at once: products, lazy sums, reduction
//! pack     between packed elements and lanes
//! ```
//!
//! Functions with a `target_feature` are safe to call from each other; the way in is [`Ifma`], which only a processor
//! that has the features hands out. This module is the only one of the crate that may hold unsafe code.

#![allow(unsafe_code, reason = "vector loads and stores, and calls into code that needs the processor's features")]
#![allow(dead_code, reason = "the kernels that use the lanes follow")]

pub(crate) mod field;
pub(crate) mod modulus;
pub(crate) mod pack;

#[cfg(test)]
mod tests;

/// Processor features that the back end needs.
pub(crate) const FEATURES: &str = "avx512f, avx512ifma";

/// Proof that this processor has [`FEATURES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ifma(());

impl Ifma {
    /// Asks the processor.
    pub(crate) fn detect() -> Option<Self> {
        let present = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma");
        present.then_some(Self(()))
    }
}
