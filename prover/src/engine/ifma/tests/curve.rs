//! The kernels against ark-ec and the portable back end: few points, so that most pairs are exceptions.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ark_bn254::Fq;
use ark_ec::short_weierstrass::Projective;
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::{Field, Zero};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

use super::super::super::kernel::{Backend, Pair, Ref, Scratch, add_pairs};
use super::super::super::point::{G1Point, G2Point, Point};
use super::super::batch::quarter_inverses;
use super::super::modulus::Base;
use super::field::{self, Eight, element, inverse_of_r, lanes, multiples_of_p, near, random};
use super::{ifma, with_features};
use crate::backend::BackendError;

/// Infinity, the generator, its opposite, its double, half of it, and multiples.
fn source<P: Point>() -> Vec<P> {
    let generator = Projective::<P::Curve>::generator();
    let half = generator * ark_bn254::Fr::from(2_u64).inverse().expect("2 is not zero");
    let points = [
        Projective::<P::Curve>::zero(),
        generator,
        -generator,
        generator + generator,
        half,
        generator * ark_bn254::Fr::from(5_u64),
    ];
    points.iter().map(|point| P::pack(&point.into_affine())).collect()
}

fn back_ends_agree<P: Point>(pairs: &[(u32, u32, bool)]) {
    let source = source::<P>();
    let pairs: Vec<Pair> = pairs.iter().map(|&(a, b, negative)| Pair(a, Ref::new(b, negative))).collect();
    let (mut scratch, mut sums) =
        (Scratch::default(), [vec![P::INFINITY; pairs.len()], vec![P::INFINITY; pairs.len()]]);
    add_pairs(Backend::Ifma, &source, &pairs, &mut sums[0], &mut scratch);
    add_pairs(Backend::Portable, &source, &pairs, &mut sums[1], &mut scratch);
    assert_eq!(sums[0], sums[1]);
    for (pair, sum) in pairs.iter().zip(&sums[0]) {
        let (first, second) = (source[pair.0 as usize].unpack(), source[pair.1.index()].unpack());
        let second = if pair.1.is_negative() { -second } else { second };
        assert_eq!(sum.unpack(), (first + second).into_affine(), "{pair:?}");
    }
}

fn any_pairs() -> impl Strategy<Value = Vec<(u32, u32, bool)>> {
    prop::collection::vec((0..6_u32, 0..6_u32, any::<bool>()), 0..40)
}

proptest! {
    #[test]
    fn exceptional_sums_in_g1(pairs in any_pairs()) {
        let Some(_) = ifma() else { return Ok(()) };
        back_ends_agree::<G1Point>(&pairs);
    }

    #[test]
    fn exceptional_sums_in_g2(pairs in any_pairs()) {
        let Some(_) = ifma() else { return Ok(()) };
        back_ends_agree::<G2Point>(&pairs);
    }
}

/// One exception among ordinary pairs, in each lane, of a full vector and of a part.
#[test]
fn one_exception_in_any_lane() {
    let Some(_) = ifma() else { return };
    for exception in
        [(0, 1, false), (3, 0, true), (0, 0, true), (1, 1, false), (1, 1, true), (1, 2, true), (1, 2, false)]
    {
        for count in [8, 11] {
            for lane in 0..count {
                let mut pairs = vec![(3, 4, true); count];
                pairs[lane] = exception;
                back_ends_agree::<G1Point>(&pairs);
                back_ends_agree::<G2Point>(&pairs);
            }
        }
    }
}

fn out_of_range<P: Point>(count: usize, at: usize, second: bool) {
    let source = source::<P>();
    let beyond = source.len() as u32;
    let mut pairs = vec![Pair(1, Ref::new(3, false)); count];
    pairs[at] = if second { Pair(1, Ref::new(beyond, false)) } else { Pair(beyond, Ref::new(3, false)) };
    let mut sums = vec![P::INFINITY; count];
    let add = || add_pairs(Backend::Ifma, &source, &pairs, &mut sums, &mut Scratch::default());
    assert!(catch_unwind(AssertUnwindSafe(add)).is_err(), "pair {at} of {count}");
}

#[test]
fn references_out_of_range_panic() {
    for (count, at) in [(8, 0), (8, 7), (9, 8), (1, 0)] {
        for second in [false, true] {
            out_of_range::<G1Point>(count, at, second);
            out_of_range::<G2Point>(count, at, second);
        }
    }
}

#[test]
fn inverses_of_lanes_are_those_of_ark() {
    with_features!({
        let mut rng = ChaCha20Rng::seed_from_u64(12);
        for _ in 0..50 {
            let mut numbers: Eight = std::array::from_fn(|_| random::<Base>(&mut rng));
            (numbers[2], numbers[5]) = ([1, 0, 0, 0, 0], near::<Base>(2, -1));
            let inverses = field::numbers(quarter_inverses(lanes::<Base>(&numbers)));
            for (number, inverse) in numbers.into_iter().zip(inverses) {
                // With R = 2^260: x / R and y / R, whose product is a quarter.
                let product = element::<Base>(number) * element::<Base>(inverse) * inverse_of_r::<Base>().square();
                assert_eq!(product * Fq::from(4_u64), Fq::from(1_u64));
                assert!(multiples_of_p::<Base>(inverse) < 1.2);
            }
        }
    });
}

/// What asks for the back end gets it, or learns what the processor lacks.
#[test]
fn the_back_end_is_refused_where_it_cannot_run() {
    match (ifma(), Backend::from_name("ifma")) {
        (Some(_), found) => assert_eq!(found, Ok(Backend::Ifma)),
        (None, found) => {
            let error = found.expect_err("there is no such processor here");
            assert!(matches!(error, BackendError::Unavailable { name: "ifma", .. }));
            assert!(error.to_string().contains("avx512ifma"));
            // A caller that does not ask gets the same sums without it.
            back_ends_agree::<G1Point>(&[(1, 3, true), (0, 1, false)]);
        }
    }
}
