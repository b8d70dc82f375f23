//! Tests of the crate as a whole, on small statements of their own.

mod attacks;
mod circuit;
mod compliance;
mod engine;
mod groth16;
mod json;
mod key_files;
mod setup;
pub(crate) mod statements;
mod voting;
