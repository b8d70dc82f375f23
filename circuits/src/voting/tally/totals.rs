//! Finding totals from opened sums: baby-step giant-step (Shanks 1971).

use crate::babyjubjub::{Point, Scalar};
use crate::voting::TOTAL_BITS;
use std::collections::HashMap;

/// Why a total cannot be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TotalsError {
    /// Not within the bound.
    #[error("the total of option {option} is not between 0 and {max}: wrong accumulators, keys or share")]
    NotFound {
        /// The option.
        option: usize,
        /// The largest total possible.
        max: u64,
    },
    /// A bound of 2^40 or more.
    #[error("totals are below 2^{TOTAL_BITS}, {0} is not")]
    TooLarge(u64),
}

/// The totals m_k with C2_k - D_k = m_k·B8, each at most `max` (the electorate's total weight).
///
/// Takes about sqrt(max) group operations and 100 bytes of memory each: a second and 100 MB at 2^40.
///
/// # Errors
/// [`TotalsError`] if a total is not there or `max` is too large.
pub fn totals(c2: &[Point], decryptions: &[Point], max: u64) -> Result<Vec<u64>, TotalsError> {
    if max >> TOTAL_BITS != 0 {
        return Err(TotalsError::TooLarge(max));
    }
    let steps = max.isqrt() + 1;
    let baby: HashMap<[u64; 4], u64> = Point::progression(&Point::IDENTITY, &Point::BASE8, steps as usize)
        .iter()
        .zip(0..)
        .map(|(point, i)| (key(point), i))
        .collect();
    let giant = Point::BASE8.mul(&Scalar::from(steps)).neg();
    let find = |(option, (c2, decryption)): (usize, (&Point, &Point))| {
        let target = c2.add(&decryption.neg());
        (0..=steps)
            .step_by(GIANT_BATCH)
            .find_map(|start| {
                let first = target.add(&giant.mul(&Scalar::from(start)));
                let points = Point::progression(&first, &giant, GIANT_BATCH);
                let hit = points.iter().zip(start..).find_map(|(point, j)| Some(j * steps + baby.get(&key(point))?));
                hit.filter(|total| *total <= max)
            })
            .ok_or(TotalsError::NotFound { option, max })
    };
    c2.iter().zip(decryptions).enumerate().map(find).collect()
}

/// Giant steps that share one inversion.
const GIANT_BATCH: usize = 1024;

fn key(point: &Point) -> [u64; 4] {
    // x and the parity of y: unique on the curve, since -y gives another parity. Both in one array of limbs.
    let mut limbs = ark_ff::PrimeField::into_bigint(point.x).0;
    limbs[3] |= (ark_ff::PrimeField::into_bigint(point.y).0[0] & 1) << 63;
    limbs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::babyjubjub::random_scalar;
    use rand::SeedableRng;

    #[test]
    fn finds_every_total_up_to_the_bound_and_none_beyond() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(2);
        let mask = Point::BASE8.mul(&random_scalar(&mut rng));
        let sealed = |m: u64| mask.add(&Point::BASE8.mul(&m.into()));
        for max in [0u64, 1, 2, 3, 99, 100, 12345] {
            for m in [0, 1, max / 2, max.saturating_sub(1), max] {
                if m <= max {
                    assert_eq!(totals(&[sealed(m)], &[mask], max), Ok(vec![m]), "{m} of {max}");
                }
            }
            assert_eq!(totals(&[sealed(max + 1)], &[mask], max), Err(TotalsError::NotFound { option: 0, max }));
        }
        let large = (1 << 30) - 1;
        assert_eq!(totals(&[sealed(large), sealed(7)], &[mask, mask], large), Ok(vec![large, 7]));
        assert_eq!(totals(&[], &[], 1 << 40), Err(TotalsError::TooLarge(1 << 40)));
    }
}
