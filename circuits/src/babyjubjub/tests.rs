//! The curve against known answers, and the gadgets against the native curve.

use super::gadget::{PointVar, SignedDigits, mul_constant};
use super::{Point, Scalar, random_scalar};
use crate::Fr;
use crate::field::parse;
use crate::r1cs::{Builder, Num};
use crate::range;
use crate::testing::run;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField};
use ark_relations::gr1cs::SynthesisError;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

fn random_point(rng: &mut ChaCha20Rng) -> Point {
    Point::BASE8.mul(&random_scalar(rng))
}

/// A point of order 8, and the point of order 2.
fn torsion() -> [Point; 2] {
    let order_two = Point { x: Fr::ZERO, y: -Fr::ONE };
    // The first y from 2 on with a point on the curve, times l, until the order is 8.
    let order_eight = (2u64..)
        .filter_map(|y| {
            let y = Fr::from(y);
            let x2 = (Fr::ONE - y.square()) * (Fr::from(168_700u64) - Fr::from(168_696u64) * y.square()).inverse()?;
            Some(Point { x: x2.sqrt()?, y }.mul_bigint(Scalar::MODULUS))
        })
        .find(|point| point.double().double() == order_two)
        .unwrap();
    [order_two, order_eight]
}

#[test]
fn equals_circomlibjs() {
    let text = include_str!("../../vectors/babyjubjub.json");
    let vectors: serde_json::Value = serde_json::from_str(text).unwrap();
    let point = |v: &serde_json::Value| Point {
        x: parse(v[0].as_str().unwrap()).unwrap(),
        y: parse(v[1].as_str().unwrap()).unwrap(),
    };
    for case in vectors["mul"].as_array().unwrap() {
        let scalar = parse(case["scalar"].as_str().unwrap()).unwrap().into_bigint();
        assert_eq!(point(&case["point"]).mul_bigint(scalar), point(&case["result"]));
    }
    for case in vectors["add"].as_array().unwrap() {
        assert_eq!(point(&case["p"]).add(&point(&case["q"])), point(&case["result"]));
    }
    for case in vectors["check"].as_array().unwrap() {
        let point = point(&case["point"]);
        assert_eq!(point.is_on_curve(), case["on_curve"].as_bool().unwrap());
        assert_eq!(point.is_in_subgroup(), case["in_subgroup"].as_bool().unwrap());
    }
}

#[test]
fn only_the_subgroup_has_eighths() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let point = random_point(&mut rng);
    assert_eq!(point.eighth().double().double().double(), point);
    for small in torsion() {
        assert!(small.is_on_curve() && !small.is_in_subgroup());
        let outside = point.add(&small);
        assert!(!outside.is_in_subgroup());
        assert_ne!(outside.eighth().double().double().double(), outside);
    }
    assert!(!Point { x: Fr::ONE, y: Fr::ONE }.is_on_curve());
}

fn allocated(b: &mut Builder<'_>, point: &Point) -> Result<PointVar, SynthesisError> {
    Ok(PointVar { x: b.witness(point.x)?, y: b.witness(point.y)? })
}

/// Runs a gadget that must be satisfied and give `expected`.
fn gives(expected: Point, body: impl FnOnce(&mut Builder<'_>) -> Result<PointVar, SynthesisError>) -> usize {
    let mut result = None;
    let run = run(|b| {
        result = Some(body(b)?.value());
        Ok(())
    });
    assert_eq!(result, Some(expected));
    assert_eq!(run.unsatisfied, Vec::<usize>::new());
    run.constraints
}

/// Complete: equal, opposite, neutral and low-order points, in every pairing.
#[test]
fn addition_has_no_exceptional_pair() {
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let p = random_point(&mut rng);
    let [two, eight] = torsion();
    let points = [Point::IDENTITY, Point::BASE8, p, p.neg(), p.double(), two, eight, p.add(&eight)];
    for a in points {
        for b in points {
            let constraints = gives(a.add(&b), |builder| {
                let (a, b) = (allocated(builder, &a)?, allocated(builder, &b)?);
                a.add(builder, &b)
            });
            assert_eq!(constraints, 6);
        }
        let constraints = gives(a.double(), |builder| allocated(builder, &a)?.double(builder));
        assert_eq!(constraints, 5);
    }
}

fn edge_scalars() -> Vec<BigInt<4>> {
    let l = Scalar::MODULUS;
    let mut scalars: Vec<BigInt<4>> = (0u64..20).map(BigInt::from).collect();
    for delta in 1u64..4 {
        let (mut below, mut above) = (l, l);
        below.sub_with_borrow(&BigInt::from(delta));
        above.add_with_carry(&BigInt::from(delta));
        scalars.extend([below, above]);
    }
    scalars.push(l);
    for i in (0..251).step_by(25) {
        let mut power = BigInt::from(1u64);
        power <<= i;
        scalars.push(power);
    }
    let mut ones = BigInt::from(1u64);
    ones <<= 251;
    ones.sub_with_borrow(&BigInt::from(1u64));
    scalars.push(ones);
    scalars
}

fn multiplies(number: BigInt<4>, bits: usize, base: &Point) {
    let expected = base.mul_bigint(number);
    gives(expected, |b| {
        let bits = range::allocate_bits(b, number, bits)?;
        mul_constant(b, &bits, base)
    });
    gives(expected, |b| {
        let bits = range::allocate_bits(b, number, bits)?;
        let windows = SignedDigits::new(b, &bits)?;
        let base = allocated(b, base)?;
        windows.mul(b, &base)
    });
}

#[test]
fn multiplication_at_the_edges() {
    let base = random_point(&mut ChaCha20Rng::seed_from_u64(3));
    for number in edge_scalars() {
        multiplies(number, 251, &base);
    }
    // Odd and even numbers of bits, and one bit alone; the neutral element as base.
    for bits in 1..8 {
        for number in 0u64..1 << bits {
            multiplies(BigInt::from(number), bits, &base);
        }
    }
    multiplies(BigInt::from(5u64), 8, &Point::IDENTITY);
}

#[test]
fn range_comparison_is_exact() {
    for (bound, bits) in [(1u64, 1), (2, 2), (5, 3), (6, 3), (8, 3), (11, 5), (29, 5), (32, 5)] {
        for number in 0u64..1 << bits {
            let run = run(|b| {
                let bits = range::allocate_bits(b, BigInt::from(number), bits)?;
                range::below(b, &bits, BigInt::from(bound))
            });
            assert_eq!(run.unsatisfied.is_empty(), number < bound, "{number} < {bound}");
        }
    }
    // The canonical decomposition of a field element is refused with r added.
    for (value, fits) in [(Fr::MODULUS, false), (BigInt::from(0u64), true), ((-Fr::ONE).into_bigint(), true)] {
        let run = run(|b| {
            let bits = range::allocate_bits(b, value, 254)?;
            b.equal(&range::pack(&bits), &Num::constant(Fr::from_be_bytes_mod_order(&value.to_bytes_be())))?;
            range::below(b, &bits, Fr::MODULUS)
        });
        assert_eq!(run.unsatisfied.is_empty(), fits);
    }
}

#[test]
fn a_point_off_the_curve_is_refused() {
    let run = run(|b| PointVar::witness_on_curve(b, &Point { x: Fr::ONE, y: Fr::ONE }).map(drop));
    assert_eq!(run.unsatisfied.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::testing::cases(16)))]
    #[test]
    fn gadgets_equal_the_curve(seed in any::<u64>()) {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let (base, scalar) = (random_point(&mut rng), random_scalar(&mut rng));
        multiplies(scalar.into_bigint(), 251, &base);
        gives(base.double().double().double(), |b| PointVar::witness_on_curve(b, &base)?.times_eight(b));
    }
}
