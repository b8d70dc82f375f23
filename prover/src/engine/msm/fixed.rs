//! Many multiples of one point: tables of the point's multiples per window of digits, and batched additions.

use ark_bn254::Fr;
use ark_ec::short_weierstrass::Projective;
use ark_ec::{AdditiveGroup, CurveGroup};

use super::digits::Digits;
use super::sums::{BLOCK, Run, Summer};
use crate::engine::kernel::{Backend, Pair, Ref, Scratch, add_pairs};
use crate::engine::par;
use crate::engine::point::Point;

/// Bits that the digits of a scalar cover.
const BITS: usize = 254;
/// Greatest width; the table takes 18 MB in G1 and 36 MB in G2 there.
const MOST: usize = 15;

/// Multiples of a point: in window w, `(i + 1) * 2^(w * width) * point` for i below 2^(width - 1).
pub(crate) struct Table<P> {
    backend: Backend,
    width: usize,
    points: Vec<P>,
}

impl<P: Point> Table<P> {
    /// A table for about `count` multiples of `point`.
    pub(crate) fn new(backend: Backend, point: Projective<P::Curve>, count: usize) -> Self {
        let additions = |width: &usize| BITS.div_ceil(*width) * (count + (1 << (width - 1)));
        let width = (3..=MOST).min_by_key(additions).unwrap_or(MOST);
        let mut power = point;
        let mut bases = Vec::with_capacity(BITS.div_ceil(width));
        for _ in 0..BITS.div_ceil(width) {
            bases.push(power);
            for _ in 0..width {
                power.double_in_place();
            }
        }
        let bases: Vec<P> = Projective::normalize_batch(&bases).iter().map(P::pack).collect();
        let mut points = vec![P::INFINITY; bases.len() << (width - 1)];
        par::chunks_mut(&mut points, 1 << (width - 1), |window, points| multiples(backend, bases[window], points));
        Self { backend, width, points }
    }

    /// Every scalar's multiple of the point.
    pub(crate) fn multiples(&self, scalars: &[Fr]) -> Vec<P> {
        let digits = Digits::with_width(scalars, self.width);
        let mut points = vec![P::INFINITY; scalars.len()];
        // The sums of one run of scalars fill one block.
        let run = BLOCK / BITS.div_ceil(self.width);
        par::chunks_mut(&mut points, run, |task, points| self.some(&digits, task * run, points));
        points
    }

    /// The multiples of the scalars from `first` on.
    fn some(&self, digits: &Digits, first: usize, points: &mut [P]) {
        let (mut refs, mut runs) = (Vec::with_capacity(BLOCK), Vec::with_capacity(points.len()));
        for i in 0..points.len() {
            let before = refs.len();
            for window in 0..digits.windows() {
                let digit = digits.get(window, first + i);
                if digit != 0 {
                    let index = (window << (self.width - 1)) + usize::from(digit.unsigned_abs()) - 1;
                    refs.push(Ref::new(index as u32, digit < 0));
                }
            }
            runs.push(Run { weight: i as u32, len: (refs.len() - before) as u32 });
        }
        let sums = Summer::new(self.backend).sum(&self.points, &refs, &runs);
        for (i, sum) in sums.weights.iter().zip(&*sums.points) {
            // The last few scalars may come in parts.
            let point = &mut points[*i as usize];
            *point = if point.is_infinity() { *sum } else { P::pack(&(point.unpack() + sum.unpack()).into_affine()) };
        }
    }
}

/// Fills `points` with 1, 2, 3, ... times `base`, doubling what is known.
fn multiples<P: Point>(backend: Backend, base: P, points: &mut [P]) {
    points[0] = base;
    let (mut known, mut scratch) = (1, Scratch::default());
    while known < points.len() {
        let (low, high) = points.split_at_mut(known);
        let count = known.min(high.len());
        let last = Ref::new(known as u32 - 1, false);
        let pairs: Vec<Pair> = (0..count as u32).map(|i| Pair(i, last)).collect();
        add_pairs(backend, low, &pairs, &mut high[..count], &mut scratch);
        known += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::point::{G1Point, G2Point};
    use ark_ec::PrimeGroup;
    use ark_ff::{Field, UniformRand};
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    fn multiples_are_those_of_ark<P: Point>(counts: &[usize]) {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let generator = Projective::<P::Curve>::generator();
        for &count in counts {
            let mut scalars = vec![Fr::ZERO, Fr::ONE, -Fr::ONE, Fr::from(2u64), -Fr::from(3u64), Fr::from(1u64 << 63)];
            scalars.extend((scalars.len()..count).map(|_| Fr::rand(&mut rng)));
            scalars.truncate(count);
            let expected: Vec<P> = scalars.iter().map(|scalar| P::pack(&(generator * scalar).into_affine())).collect();
            for backend in Backend::available() {
                let table = Table::<P>::new(backend, generator, count);
                assert!(table.multiples(&scalars) == expected, "{backend:?}: {count} multiples, width {}", table.width);
            }
        }
    }

    #[test]
    fn multiples_in_both_groups_are_those_of_ark() {
        multiples_are_those_of_ark::<G1Point>(&[0, 1, 6, 9, 300, 2000]);
        multiples_are_those_of_ark::<G2Point>(&[0, 1, 6, 500]);
    }

    #[test]
    fn every_width_has_a_table_of_all_multiples() {
        let generator = Projective::<<G1Point as Point>::Curve>::generator();
        let scalars: Vec<Fr> = (0..40u64).flat_map(|i| [Fr::from(i << i), -Fr::from(i << i)]).collect();
        let expected: Vec<G1Point> = scalars.iter().map(|s| G1Point::pack(&(generator * s).into_affine())).collect();
        for count in (0..22).map(|log| 1 << log) {
            let table = Table::<G1Point>::new(Backend::detect(), generator, count);
            assert!(table.multiples(&scalars) == expected, "width {}", table.width);
        }
    }
}
