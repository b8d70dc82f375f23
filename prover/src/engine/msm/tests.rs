//! Sums against ark-ec's, on every back end.

use ark_bn254::Fr;
use ark_ec::scalar_mul::variable_base::VariableBaseMSM;
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ff::{AdditiveGroup, Field, PrimeField, UniformRand};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;

use super::*;
use crate::engine::tests::points;

fn expected<P: Point>(points: &[P], scalars: &[Fr]) -> Projective<P::Curve> {
    let bases: Vec<Affine<P::Curve>> = points.iter().map(P::unpack).collect();
    Projective::<P::Curve>::msm_unchecked(&bases, scalars)
}

/// Scalars of every kind that a witness has, and the edges of signed digits.
fn scalars(kind: usize, count: usize, rng: &mut ChaCha20Rng) -> Vec<Fr> {
    let half = Fr::from(Fr::MODULUS_MINUS_ONE_DIV_TWO);
    let edges = [Fr::ZERO, Fr::ONE, -Fr::ONE, half, -half, half - Fr::ONE, half + Fr::from(2u64), -Fr::from(2u64)];
    (0..count)
        .map(|i| match kind {
            0 => Fr::rand(rng),
            1 => edges[rng.gen_range(0..edges.len())],
            2 => Fr::from(rng.gen_range(0..2u64)),
            3 if !i.is_multiple_of(10) => Fr::from(rng.gen_range(0..2u64)),
            4 if !i.is_multiple_of(50) => Fr::ZERO,
            5 => Fr::from(rng.r#gen::<u64>() >> rng.gen_range(0..64)) * edges[1 + i % 2],
            6 => Fr::from(2u64).pow([rng.gen_range(0..254u64)]) + edges[i % 3],
            7 => edges[kind % edges.len()],
            _ => Fr::rand(rng),
        })
        .collect()
}

const KINDS: usize = 8;

fn agrees<P: Point>(points: &[P], scalars: &[Fr], what: &str) {
    let expected = expected(points, scalars);
    for backend in Backend::available() {
        assert_eq!(msm(backend, points, scalars), Ok(expected), "{backend:?}: {what}, {} points", points.len());
    }
}

fn every_length_and_kind_agrees<P: Point>(lengths: &[usize], seed: u64) {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    for &length in lengths {
        let points = points::<P>(length, &mut rng);
        for kind in 0..KINDS {
            agrees(&points, &scalars(kind, length, &mut rng), &format!("scalars of kind {kind}"));
        }
    }
}

#[test]
fn sums_in_g1_are_those_of_ark() {
    every_length_and_kind_agrees::<G1Point>(&[0, 1, 2, 3, 7, 100, 1023, 1025, 5000], 1);
}

#[test]
fn sums_in_g2_are_those_of_ark() {
    every_length_and_kind_agrees::<G2Point>(&[0, 1, 2, 3, 300, 2500], 2);
}

fn degenerate_points_agree<P: Point>() {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let some = points::<P>(3, &mut rng);
    for kind in 0..KINDS {
        let scalars = scalars(kind, 600, &mut rng);
        agrees(&[some[0]; 600], &scalars, "one point, repeated");
        agrees(&[P::INFINITY; 600], &scalars, "infinity");
        let opposites: Vec<P> =
            (0..600).map(|i| if i % 2 == 0 { some[1] } else { P::pack(&-some[1].unpack()) }).collect();
        agrees(&opposites, &scalars, "a point and its opposite");
    }
}

#[test]
fn repeated_opposite_and_infinite_points_agree() {
    degenerate_points_agree::<G1Point>();
    degenerate_points_agree::<G2Point>();
}

/// All widths, so that sorting, halving and the last pass meet odd and even numbers of bits.
#[test]
fn every_width_agrees() {
    let mut rng = ChaCha20Rng::seed_from_u64(4);
    let (points, scalars) = (points::<G1Point>(700, &mut rng), scalars(0, 700, &mut rng));
    let expected = expected(&points, &scalars);
    for width in 1..20 {
        let digits = Digits::with_width(&scalars, width);
        let queries = [Query::all(&points, &digits).unwrap()];
        for backend in Backend::available() {
            assert_eq!(msm_many(backend, &queries, &[]).0, [expected], "{backend:?}, width {width}");
        }
    }
}

#[test]
fn queries_of_one_assignment_share_digits_and_a_pool() {
    let mut rng = ChaCha20Rng::seed_from_u64(5);
    let (count, all) = (3000, Fr::ZERO);
    let (scalars, others) = (scalars(3, count, &mut rng), scalars(0, 900, &mut rng));
    let (digits, other_digits) = (Digits::new(&scalars), Digits::new(&others));
    let (g1, g2) = (points::<G1Point>(count, &mut rng), points::<G2Point>(count, &mut rng));
    let variables: Vec<u32> = (0..count as u32).filter(|_| rng.r#gen()).collect();
    let chosen: Vec<Fr> = variables.iter().map(|&variable| scalars[variable as usize]).collect();
    let (few1, few2) = (&g1[..variables.len()], &g2[..variables.len()]);
    let queries1 = [
        Query::all(&g1, &digits).unwrap(),
        Query::some(few1, &variables, &digits).unwrap(),
        Query::all(&g1[..900], &other_digits).unwrap(),
        Query::all(&[], &digits).unwrap(),
    ];
    let queries2 = [Query::some(few2, &variables, &digits).unwrap()];
    let wanted1 = [expected(&g1, &scalars), expected(few1, &chosen), expected(&g1[..900], &others)];
    for backend in Backend::available() {
        let (sums1, sums2) = msm_many(backend, &queries1, &queries2);
        assert_eq!((&sums1[..3], sums1[3]), (&wanted1[..], G1Projective::ZERO * all), "{backend:?}");
        assert_eq!(sums2, [expected(few2, &chosen)], "{backend:?}");
    }
}

/// Many threads cut a window's points into parts.
#[test]
fn sums_do_not_depend_on_how_the_work_is_cut() {
    let mut rng = ChaCha20Rng::seed_from_u64(6);
    let (points, scalars) = (points::<G1Point>(4000, &mut rng), scalars(0, 4000, &mut rng));
    let (digits, expected) = (Digits::with_width(&scalars, 6), expected(&points, &scalars));
    for threads in [1, 2, 3, 16, 64] {
        let queries = [Query::all(&points, &digits).unwrap()];
        let sums = Sums::new(&queries, threads);
        let mut worker = Worker::new(Backend::detect());
        assert!(sums.tasks.len() >= threads.min(40), "{threads} threads");
        (0..sums.tasks.len()).for_each(|task| sums.run(task, &mut worker));
        assert_eq!(sums.finish(), [expected], "{threads} threads");
    }
}

#[test]
fn queries_that_do_not_fit_their_digits_are_refused() {
    let digits = Digits::new(&[Fr::ONE; 3]);
    let points = [G1Point::INFINITY; 4];
    let length = |points, scalars| Some(QueryError::Length { points, scalars });
    assert_eq!(Query::all(&points, &digits).err(), length(4, 3));
    assert_eq!(Query::some(&points[..2], &[0], &digits).err(), length(2, 1));
    let beyond = Query::some(&points[..2], &[0, 3], &digits).err();
    assert_eq!(beyond, Some(QueryError::Variable { variable: 3, scalars: 3 }));
    assert_eq!(msm(Backend::Portable, &points, &[Fr::ONE; 3]).err(), length(4, 3));
}
