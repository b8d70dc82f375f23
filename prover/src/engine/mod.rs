//! The proving engine: multi-scalar multiplications, transforms and keys in layouts made for speed.
//!
//! ```text
//! point     packed affine points, the same bytes in memory and in key files
//! kernel    the one hot operation, many independent point additions, and the choice of its back end
//! portable  the arithmetic back end for any machine
//! ifma      the one with AVX-512 IFMA, eight lanes of it
//! msm       multi-scalar multiplication
//! matrices  a circuit's rows in tables that lie in a key file
//! fft       from values on the roots of unity to values on their odd coset
//! quotient  the values of A·B - C there
//! image     the bytes of a key, in memory or mapped
//! key       a proving key, seen through the sections of an image
//! prove     key + assignment + randomness -> proof
//! par       loops over several threads, or over one
//! secret    memory that is erased
//! ```

pub mod fft;
pub mod kernel;
pub mod matrices;
pub mod msm;
pub mod point;
pub mod quotient;

#[cfg(target_arch = "x86_64")]
mod ifma;
#[cfg(not(target_arch = "x86_64"))]
#[path = "ifma/absent.rs"]
mod ifma;
pub(crate) mod image;
pub(crate) mod key;
pub(crate) mod par;
mod portable;
pub(crate) mod prove;
mod secret;
#[cfg(test)]
mod tests;

pub use kernel::Backend;
pub use point::{G1Point, G2Point, Point};
pub use prove::EngineError;
