//! What the tests that cross crates share: asking an npm peer, and randomness that can be repeated.

pub mod devnet;
pub mod peer;
pub mod seed;
pub mod votes;
