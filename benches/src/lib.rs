//! Benchmarks, one file per circuit.
