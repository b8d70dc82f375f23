//! The statements that Tabella proves: circuits with their native twins.

pub mod statement;

pub use ark_bn254::Fr;
