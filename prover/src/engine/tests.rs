//! Every back end against ark-ec.

use ark_bn254::{Fq, Fr};
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{Field, UniformRand};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;

use super::kernel::{Backend, Pair, Ref, Scratch, add_pairs};
use super::point::{G1Point, G2Point, Point};

/// Random points of the group, a few of them infinity, equal or opposite to others.
pub(super) fn points<P: Point>(count: usize, rng: &mut ChaCha20Rng) -> Vec<P> {
    let generator = Projective::<P::Curve>::generator();
    let mut sum = generator * Fr::rand(rng);
    let step = (generator * Fr::rand(rng)).into_affine();
    let random: Vec<_> = (0..count)
        .map(|_| {
            sum += step;
            sum
        })
        .collect();
    let mut points: Vec<P> = Projective::normalize_batch(&random).iter().map(P::pack).collect();
    for i in 0..count / 7 {
        let other = points[rng.gen_range(0..count)];
        points[rng.gen_range(0..count)] = [P::INFINITY, other, P::pack(&-other.unpack())][i % 3];
    }
    points
}

fn signed<P: Point>(source: &[P], reference: Ref) -> Affine<P::Curve> {
    let point = source[reference.index()].unpack();
    if reference.is_negative() { -point } else { point }
}

fn sums_agree<P: Point>(backend: Backend, source: &[P], pairs: &[Pair], scratch: &mut Scratch) {
    let mut sums = vec![P::INFINITY; pairs.len()];
    add_pairs(backend, source, pairs, &mut sums, scratch);
    for (i, (pair, sum)) in pairs.iter().zip(&sums).enumerate() {
        let expected = (source[pair.0 as usize].unpack() + signed(source, pair.1)).into_affine();
        assert_eq!(*sum, P::pack(&expected), "{backend:?}, pair {i} of {}: {pair:?}", pairs.len());
    }
}

fn additions_are_those_of_ark<P: Point>(seed: u64) {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let source = points::<P>(100, &mut rng);
    let mut scratch = Scratch::default();
    for backend in Backend::available() {
        // Random pairs around every multiple of a vector's length, then long batches.
        for count in (0..35).chain([63, 64, 65, 1000]) {
            let mut any = || rng.gen_range(0..source.len() as u32);
            let pairs: Vec<Pair> = (0..count).map(|i| Pair(any(), Ref::new(any(), i % 3 == 0))).collect();
            sums_agree(backend, &source, &pairs, &mut scratch);
        }
        // Doublings and opposites only: no lane is ordinary.
        for (flip, count) in [(false, 8), (true, 8), (false, 100), (true, 100)] {
            let pairs: Vec<Pair> = (0..count).map(|i| Pair(i, Ref::new(i, flip))).collect();
            sums_agree(backend, &source, &pairs, &mut scratch);
        }
        let nothing = [P::INFINITY; 1];
        sums_agree(backend, &nothing, &[Pair(0, Ref::new(0, true)); 9], &mut scratch);
    }
}

#[test]
fn additions_in_g1_are_those_of_ark() {
    additions_are_those_of_ark::<G1Point>(1);
}

#[test]
fn additions_in_g2_are_those_of_ark() {
    additions_are_those_of_ark::<G2Point>(2);
}

fn packing_keeps_points<P: Point>() {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let infinity = Affine::<P::Curve>::identity();
    for point in points::<P>(50, &mut rng).iter().map(P::unpack).chain([Affine::generator(), infinity]) {
        let packed = P::pack(&point);
        assert_eq!((packed.unpack(), packed.is_infinity()), (point, point.is_zero()));
        let meant = [false, true].map(|negative| Ref::new(0, negative).of(&[packed]).unpack());
        assert_eq!(meant, [point, -point]);
    }
    assert!(bytemuck::bytes_of(&P::INFINITY).iter().all(|byte| *byte == 0));
}

#[test]
fn packing_keeps_points_and_infinity_is_all_zero() {
    packing_keeps_points::<G1Point>();
    packing_keeps_points::<G2Point>();
    assert_eq!((size_of::<G1Point>(), size_of::<G2Point>()), (64, 128));
}

/// The bytes of key files: x * 2^256 mod q, little-endian, G2's c0 first.
#[test]
fn packed_bytes_are_montgomery_limbs() {
    let radix = Fq::from(2u64).pow([256]);
    let limbs = |x: Fq| ark_ff::PrimeField::into_bigint(x * radix).0;
    let (g1, g2) = (ark_bn254::G1Affine::generator(), ark_bn254::G2Affine::generator());
    assert_eq!(bytemuck::cast::<G1Point, [[u64; 4]; 2]>(G1Point::pack(&g1)), [limbs(g1.x), limbs(g1.y)]);
    let expected = [g2.x.c0, g2.x.c1, g2.y.c0, g2.y.c1].map(limbs);
    assert_eq!(bytemuck::cast::<G2Point, [[u64; 4]; 4]>(G2Point::pack(&g2)), expected);
    assert_eq!(G1Point::pack(&(g1 - g1).into_affine()).xy(), [[0; 4]; 2]);
}

#[test]
fn references_hold_an_index_and_a_sign() {
    for (index, negative) in [(0, false), (0, true), (5, true), ((1 << 31) - 1, false), ((1 << 31) - 1, true)] {
        let reference = Ref::new(index, negative);
        assert_eq!((reference.index(), reference.is_negative()), (index as usize, negative));
    }
}

#[test]
#[should_panic(expected = "one result per pair")]
fn a_missing_result_is_a_panic() {
    let source = [G1Point::INFINITY];
    let pair = Pair(0, Ref::new(0, false));
    add_pairs(Backend::Portable, &source, &[pair; 2], &mut [source[0]], &mut Scratch::default());
}
