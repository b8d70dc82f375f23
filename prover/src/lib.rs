//! Groth16 on BN254: development setup, keys, proofs.
