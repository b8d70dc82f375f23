//! The lanes and the kernels against arkworks, on edge values and random ones.

use super::Ifma;

mod curve;
mod field;
mod fq2;

/// Runs code that needs the processor's features, or says that they are missing.
macro_rules! with_features {
    ($code:block) => {{
        #[target_feature(enable = "avx512f,avx512ifma")]
        fn run() $code
        if ifma().is_some() {
            // SAFETY: the processor has the features.
            unsafe { run() }
        }
    }};
}
use with_features;

/// The way in, or `None` on a processor without the features; a back end that the environment promises must be there.
fn ifma() -> Option<Ifma> {
    let found = Ifma::detect();
    let promised = std::env::var("TABELLA_BACKEND").is_ok_and(|name| name == "ifma");
    assert!(found.is_some() || !promised, "TABELLA_BACKEND=ifma, and this processor lacks {}", super::FEATURES);
    if found.is_none() {
        eprintln!("this processor lacks {}: the lanes themselves cannot be tested here", super::FEATURES);
    }
    found
}
