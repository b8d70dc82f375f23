//! Fresh random inputs in every run, which a failed run can repeat.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// The variable that repeats a run: the seed that a failed test printed.
pub const VARIABLE: &str = "TABELLA_TEST_SEED";

/// A generator with a fresh seed, or with the one in `TABELLA_TEST_SEED`. It prints the seed, which the test harness
/// shows when the test fails.
///
/// # Panics
/// When the variable is set and not a number.
pub fn rng() -> ChaCha20Rng {
    let seed = match std::env::var(VARIABLE) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{VARIABLE} is not a number: {text}")),
        Err(_) => rand::rngs::OsRng.next_u64(),
    };
    println!("inputs of this run: {VARIABLE}={seed}");
    ChaCha20Rng::seed_from_u64(seed)
}
