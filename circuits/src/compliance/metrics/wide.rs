//! Exact products beyond 128 bits, for comparisons only.

use std::cmp::Ordering;

/// a · b as (high, low), low of 128 bits.
fn product(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let low = a0 * b0;
    // Each product is below 2^128 - 2^65, so neither sum overflows.
    let middle = a1 * b0 + (low >> 64);
    let cross = a0 * b1 + (middle & LOW);
    (a1 * b1 + (middle >> 64) + (cross >> 64), cross << 64 | low & LOW)
}

/// a·b against c·d.
pub(super) fn compare(a: u128, b: u128, c: u128, d: u128) -> Ordering {
    product(a, b).cmp(&product(c, d))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{BigInteger, BigInteger256};
    use proptest::prelude::*;

    fn big(x: u128) -> BigInteger256 {
        BigInteger256::new([x as u64, (x >> 64) as u64, 0, 0])
    }

    proptest! {
        #[test]
        fn products_are_exact(a in any::<u128>(), b in any::<u128>()) {
            let (low, high) = big(a).mul(&big(b));
            prop_assert!(high.is_zero());
            let expected = (
                u128::from(low.0[2]) | u128::from(low.0[3]) << 64,
                u128::from(low.0[0]) | u128::from(low.0[1]) << 64,
            );
            prop_assert_eq!(product(a, b), expected);
        }
    }

    #[test]
    fn the_ends_of_the_range() {
        assert_eq!(product(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
        assert_eq!(compare(u128::MAX, 2, 2, u128::MAX), Ordering::Equal);
        assert_eq!(compare(1 << 127, 2, u128::MAX, 1), Ordering::Greater);
    }
}
