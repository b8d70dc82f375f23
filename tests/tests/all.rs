//! Tests that cross crates, in one binary: each further one would be another link.

mod admission;
mod parity;
mod readme;
