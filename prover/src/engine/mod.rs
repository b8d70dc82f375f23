//! The engine that makes proofs.

pub mod matrices;

mod dot;
mod par;
