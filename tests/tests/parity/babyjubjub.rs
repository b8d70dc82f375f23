//! Baby Jubjub against circomlibjs.

use super::{list, pair, point};
use ark_ff::{AdditiveGroup, Field, PrimeField, UniformRand};
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::babyjubjub::{Point, Scalar};
use tabella_tests::{peer, seed};

/// The order of the subgroup, from voting's notation, not from the library under test.
const ORDER: &str = "2736030358979909402780800718157159386076813972158567259200215660948447373041";

fn random_points(count: usize) -> Vec<Point> {
    let mut rng = seed::rng();
    (0..count).map(|_| Point::BASE8.mul(&Scalar::rand(&mut rng))).collect()
}

/// Points where a formula could go wrong: the identity, the point of order 2, a base and its negative, circomlib's
/// generator of the whole curve (outside the subgroup).
fn special_points() -> Vec<Point> {
    let generator = json!([
        "995203441582195749578291179787384436505546430278305826713579947235728471134",
        "5472060717959818805561601436314318772137091100104008585924551046643952123905",
    ]);
    let order_two = Point { x: Fr::ZERO, y: -Fr::ONE };
    vec![Point::IDENTITY, order_two, Point::BASE8, Point::BASE8.neg(), point(&generator)]
}

fn scalars() -> Vec<Scalar> {
    let mut rng = seed::rng();
    let mut scalars = vec![Scalar::ZERO, Scalar::ONE, -Scalar::ONE, Scalar::from(8u64), Scalar::from(u64::MAX)];
    scalars.extend((0..20).map(|_| Scalar::rand(&mut rng)));
    scalars
}

#[test]
fn the_order_is_the_one_of_the_notation() {
    assert_eq!(Scalar::MODULUS.to_string(), ORDER);
}

#[test]
fn multiples_equal_circomlibjs() {
    let mut cases = Vec::new();
    for base in [special_points(), random_points(3)].concat() {
        cases.extend(scalars().into_iter().map(|scalar| (base, scalar)));
    }
    let request: Vec<Value> = cases
        .iter()
        .map(|(base, scalar)| json!({ "point": pair(base), "scalar": scalar.into_bigint().to_string() }))
        .collect();
    let answer = peer::ask("babyjub", &json!({ "mul": request }));
    assert_eq!(list(&answer["mul"]).len(), cases.len());
    for ((base, scalar), theirs) in cases.iter().zip(list(&answer["mul"])) {
        assert_eq!(base.mul(scalar), point(theirs), "{scalar} * {base:?}");
    }
}

#[test]
fn sums_equal_circomlibjs() {
    let points = [special_points(), random_points(6)].concat();
    let pairs: Vec<(Point, Point)> = points.iter().flat_map(|p| points.iter().map(|q| (*p, *q))).collect();
    let request: Vec<Value> = pairs.iter().map(|(p, q)| json!([pair(p), pair(q)])).collect();
    let answer = peer::ask("babyjub", &json!({ "add": request }));
    assert_eq!(list(&answer["add"]).len(), pairs.len());
    for ((p, q), theirs) in pairs.iter().zip(list(&answer["add"])) {
        assert_eq!(p.add(q), point(theirs), "{p:?} + {q:?}");
    }
}

#[test]
fn the_curve_and_subgroup_checks_equal_circomlibjs() {
    let mut rng = seed::rng();
    let mut points = [special_points(), random_points(4)].concat();
    points.extend(random_points(4).iter().map(|p| p.add(&special_points()[1]))); // on the curve, outside the subgroup
    points.extend((0..4).map(|_| Point { x: Fr::rand(&mut rng), y: Fr::rand(&mut rng) }));
    points.extend([Point { x: Fr::ZERO, y: Fr::ZERO }, Point { x: Point::BASE8.y, y: Point::BASE8.x }]);
    let answer = peer::ask("babyjub", &json!({ "check": points.iter().map(pair).collect::<Vec<_>>() }));
    let (mut inside, mut outside) = (0, 0);
    for (ours, theirs) in points.iter().zip(list(&answer["check"])) {
        assert_eq!(json!(ours.is_on_curve()), theirs["onCurve"], "{ours:?}");
        assert_eq!(json!(ours.is_in_subgroup()), theirs["inSubgroup"], "{ours:?}");
        if ours.is_in_subgroup() { inside += 1 } else { outside += 1 }
    }
    assert!(inside > 0 && outside > 0, "both answers must occur");
}
