//! Where proofs bind: the Solidity contracts, their bindings, and the export of verifiers.

pub mod calldata;
pub mod export;
