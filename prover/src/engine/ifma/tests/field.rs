//! Every primitive of the lanes, lane by lane, against ark-ff.

use std::arch::x86_64::__m512i;
use std::array;

use ark_ff::{AdditiveGroup, BigInt, Field, Fp, MontBackend, PrimeField};
use ark_std::UniformRand;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

use super::super::field::{Lanes, Loose};
use super::super::modulus::{Base, Limbs52, MASK, Modulus, Order, RECIPROCAL, split};
use super::super::pack::{Packed, transpose};
use super::{ifma, with_features};

/// arkworks' field.
pub(super) type Ark<M> = Fp<MontBackend<<M as Modulus>::Config, 4>, 4>;

/// Eight numbers, one after another.
pub(super) type Eight = [Limbs52; 8];

#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn lanes<M: Modulus>(numbers: &Eight) -> Lanes<M> {
    Lanes::new(array::from_fn(|limb| {
        let column: [u64; 8] = array::from_fn(|lane| numbers[lane][limb]);
        // SAFETY: both are 64 bytes of integers.
        unsafe { std::mem::transmute(column) }
    }))
}

pub(super) fn numbers<M: Modulus>(lanes: Lanes<M>) -> Eight {
    // SAFETY: both are 320 bytes of integers.
    let columns: [[u64; 8]; 5] = unsafe { std::mem::transmute(lanes.limbs) };
    array::from_fn(|lane| array::from_fn(|limb| columns[limb][lane]))
}

/// The number's class.
pub(super) fn element<M: Modulus>(number: Limbs52) -> Ark<M> {
    let radix = Ark::<M>::from(1_u64 << 52);
    number.iter().rev().fold(Ark::<M>::ZERO, |sum, &limb| sum * radix + Ark::<M>::from(limb))
}

/// The number in multiples of p.
pub(super) fn multiples_of_p<M: Modulus>(number: Limbs52) -> f64 {
    let value = |limbs: Limbs52| limbs.iter().rev().fold(0.0, |sum, &limb| sum * 2_f64.powi(52) + limb as f64);
    value(number) / value(M::P)
}

pub(super) fn inverse_of_r<M: Modulus>() -> Ark<M> {
    Ark::<M>::from(2_u64).pow([260]).inverse().expect("2 is not zero")
}

/// Whether the number is below k p.
pub(super) fn is_below<M: Modulus>(number: Limbs52, k: usize) -> bool {
    number.iter().rev().lt(near::<M>(k, 0).iter().rev())
}

/// k p + offset in limbs of 52 bits.
pub(super) fn near<M: Modulus>(k: usize, offset: i64) -> Limbs52 {
    let mut limbs: [i64; 5] = M::P.map(|limb| (limb * k as u64).cast_signed());
    limbs[0] += offset;
    for i in 0..4 {
        limbs[i + 1] += limbs[i] >> 52;
        limbs[i] &= MASK.cast_signed();
    }
    limbs.map(i64::cast_unsigned)
}

/// Numbers below 8 p at the bounds: around every multiple of p in the table, ones in single limbs, all ones.
pub(super) fn edges<M: Modulus>() -> Vec<Limbs52> {
    let mut edges = Vec::new();
    for k in 0..=8 {
        edges.extend((-2..=2).filter(|&offset| k > 0 || offset >= 0).map(|offset| near::<M>(k, offset)));
    }
    for limb in 0..5 {
        edges.extend([1, MASK, 1 << 51].map(|ones| array::from_fn(|i| if i == limb { ones } else { 0 })));
    }
    // A fifth limb like p's or its multiples', with others that do not decide below it.
    for k in 1..8 {
        edges.extend([0, MASK].map(|low| [low, low, low, low, M::MULTIPLES[4][k]]));
    }
    edges.push([MASK, MASK, MASK, MASK, MASK >> 4]);
    edges.retain(|&edge| is_below::<M>(edge, 8));
    edges
}

/// A number below p.
pub(super) fn random<M: Modulus>(rng: &mut ChaCha20Rng) -> Limbs52 {
    split(Ark::<M>::rand(rng).into_bigint().0)
}

/// The edge values, and as many random ones, in groups of eight and in every lane.
fn samples<M: Modulus>() -> Vec<Eight> {
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let edges = edges::<M>();
    let mut all = edges.clone();
    all.extend((0..edges.len()).map(|_| random::<M>(&mut rng)));
    (0..all.len()).map(|i| array::from_fn(|lane| all[(i + 5 * lane) % all.len()])).collect()
}

pub(super) fn assert_class<M: Modulus>(found: Limbs52, expected: Ark<M>) {
    assert!(found.iter().all(|&limb| limb <= MASK), "limbs of 52 bits: {found:x?}");
    assert_eq!(element::<M>(found), expected);
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn check_products<M: Modulus>() {
    let inverse = inverse_of_r::<M>();
    for (i, a) in samples::<M>().iter().enumerate() {
        for b in samples::<M>().iter().cycle().skip(i).step_by(7).take(12) {
            let product = numbers(lanes::<M>(a).mul(lanes(b)).carry());
            let square = numbers(lanes::<M>(a).square().carry());
            for lane in 0..8 {
                let (x, y) = (multiples_of_p::<M>(a[lane]), multiples_of_p::<M>(b[lane]));
                assert_class::<M>(product[lane], element::<M>(a[lane]) * element::<M>(b[lane]) * inverse);
                assert!(multiples_of_p::<M>(product[lane]) < x * y / 84.6 + 1.13);
                assert_class::<M>(square[lane], element::<M>(a[lane]).square() * inverse);
                assert!(multiples_of_p::<M>(square[lane]) < x * x / 84.6 + 1.13);
            }
        }
    }
}

#[test]
fn products_and_squares() {
    with_features!({
        check_products::<Base>();
        check_products::<Order>();
    });
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn check_full_products<M: Modulus>() {
    // The largest numbers that the bound of a product allows: 2^260 - 1 times 82 p.
    let a = [[MASK; 5]; 8];
    let b = [near::<M>(7, 0); 8].map(|seven_p| {
        let lanes = numbers(lanes::<M>(&[seven_p; 8]).loose().shift::<3>().carry());
        lanes[0]
    });
    let found = numbers(lanes::<M>(&a).mul(lanes(&b)).carry());
    assert_class::<M>(found[3], element::<M>(a[3]) * element::<M>(b[3]) * inverse_of_r::<M>());
}

#[test]
fn products_at_the_bound() {
    with_features!({
        check_full_products::<Base>();
        check_full_products::<Order>();
    });
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn check_products_added<M: Modulus>() {
    let inverse = inverse_of_r::<M>();
    for (a, b) in samples::<M>().iter().zip(samples::<M>().iter().skip(3)) {
        let (x, y) = (lanes::<M>(a), lanes::<M>(b));
        let sum = numbers(x.product(y).add(y.squared()).montgomery().carry());
        // (8 p)^2 is above every square here, so the difference is not negative.
        let eight = lanes::<M>(&[near::<M>(4, 0); 8]).loose().shift::<1>().carry();
        let difference = numbers(x.product(y).sub(y.squared()).add(eight.squared()).montgomery().carry());
        for lane in 0..8 {
            let (x, y) = (element::<M>(a[lane]), element::<M>(b[lane]));
            assert_class::<M>(sum[lane], (x * y + y.square()) * inverse);
            assert_class::<M>(difference[lane], (x * y - y.square()) * inverse);
        }
    }
}

#[test]
fn products_added_before_their_reduction() {
    with_features!({
        check_products_added::<Base>();
        check_products_added::<Order>();
    });
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn check_sums<M: Modulus>() {
    for (a, b) in samples::<M>().iter().zip(samples::<M>().iter().skip(3)) {
        let (x, y) = (lanes::<M>(a).loose(), lanes::<M>(b).loose());
        let sum = numbers(x.add(y).carry());
        let shifted = numbers(x.shift::<2>().carry());
        let eight: Loose<M> = Lanes::splat(near::<M>(4, 0)).loose().shift::<1>();
        let difference = numbers(x.sub(y).add(eight).carry());
        let five_more = numbers(x.add_modulus::<5>().carry());
        let negated = numbers(x.negate(0b1010_0110).add(eight).carry());
        for lane in 0..8 {
            let (x, y) = (element::<M>(a[lane]), element::<M>(b[lane]));
            assert_class::<M>(sum[lane], x + y);
            assert_class::<M>(shifted[lane], x * Ark::<M>::from(4_u64));
            assert_class::<M>(difference[lane], x - y);
            assert_class::<M>(five_more[lane], x);
            assert!(multiples_of_p::<M>(five_more[lane]) > 4.999);
            assert_class::<M>(negated[lane], if 0b1010_0110 >> lane & 1 == 1 { -x } else { x });
        }
    }
}

#[test]
fn sums_and_differences() {
    with_features!({
        check_sums::<Base>();
        check_sums::<Order>();
    });
}

/// The number below p in ark-ff's plain form.
fn plain<M: Modulus>(number: Limbs52) -> Limbs52 {
    split(element::<M>(number).into_bigint().0)
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn check_reduction<M: Modulus>() {
    for a in samples::<M>() {
        assert!(a.iter().all(|&a| is_below::<M>(a, 8)));
        assert_eq!(numbers(lanes::<M>(&a).loose().reduce()), a.map(plain::<M>));
        // The same with limbs that are not carried: 2^52 of one limb taken back from the next.
        let one =
            |limb: usize, value: u64| lanes::<M>(&[array::from_fn(|i| if i == limb { value } else { 0 }); 8]).loose();
        for limb in 0..4 {
            let moved = lanes::<M>(&a).loose().add(one(limb, 7 << 52)).sub(one(limb + 1, 7));
            assert_eq!(numbers(moved.reduce()), a.map(plain::<M>));
            let moved = lanes::<M>(&a).loose().sub(one(limb, 7 << 52)).add(one(limb + 1, 7));
            assert_eq!(numbers(moved.reduce()), a.map(plain::<M>));
        }
    }
}

#[test]
fn reduction_to_the_class() {
    with_features!({
        check_reduction::<Base>();
        check_reduction::<Order>();
    });
}

#[test]
fn masks() {
    with_features!({
        let mut a = [near::<Base>(1, 0); 8];
        a[3] = [0; 5];
        a[6] = [0, 0, 0, 0, 1];
        let lanes_a = lanes::<Base>(&a);
        assert_eq!(lanes_a.zeros(), 1 << 3);
        let b = [near::<Base>(2, 1); 8];
        let mixed = numbers(lanes_a.replace(0b0101_0001, lanes(&b)));
        assert_eq!(mixed, array::from_fn(|lane| if 0b0101_0001 >> lane & 1 == 1 { b[lane] } else { a[lane] }));
    });
}

#[test]
fn transposition() {
    with_features!({
        let rows: [[u64; 8]; 8] = array::from_fn(|i| array::from_fn(|j| (10 * i + j) as u64));
        // SAFETY: all are 512 bytes of integers.
        let vectors = unsafe { std::mem::transmute::<[[u64; 8]; 8], [__m512i; 8]>(rows) };
        // SAFETY: as above.
        let columns = unsafe { std::mem::transmute::<[__m512i; 8], [[u64; 8]; 8]>(transpose(vectors)) };
        assert_eq!(columns, array::from_fn(|i| array::from_fn(|j| rows[j][i])));
    });
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn check_packing<M: Modulus>(block: &[Packed; 8]) {
    let [a, b, c, d, e, f, g, h] = block;
    let loaded = Lanes::<M>::load([a, b, c, d, e, f, g, h]);
    assert_eq!(numbers(loaded), block.map(split));
    assert_eq!(loaded.rows(), *block);
}

#[test]
fn packing() {
    with_features!({
        let mut rng = ChaCha20Rng::seed_from_u64(8);
        check_packing::<Base>(&array::from_fn(|_| ark_bn254::Fq::rand(&mut rng).into_bigint().0));
        check_packing::<Order>(&array::from_fn(|_| ark_bn254::Fr::rand(&mut rng).into_bigint().0));
        check_packing::<Base>(&array::from_fn(|i| array::from_fn(|j| (8 * i + j) as u64)));
        check_packing::<Base>(&[[u64::MAX; 4]; 8]);
    });
}

fn any_number() -> impl Strategy<Value = Limbs52> {
    let limb = || prop_oneof![Just(0), Just(MASK), 0..=MASK];
    // Below 2^257, which is above 8 p.
    (limb(), limb(), limb(), limb(), 0..=MASK >> 3).prop_map(|(a, b, c, d, e)| [a, b, c, d, e])
}

fn any_eight() -> impl Strategy<Value = Eight> {
    prop::array::uniform8(any_number())
}

proptest! {
    #[test]
    fn random_products(a in any_eight(), b in any_eight()) {
        let Some(_) = ifma() else { return Ok(()) };
        // SAFETY: the processor has the features.
        let found = unsafe { numbers(lanes::<Base>(&a).mul(lanes(&b)).carry()) };
        for lane in 0..8 {
            let expected = element::<Base>(a[lane]) * element::<Base>(b[lane]) * inverse_of_r::<Base>();
            assert_class::<Base>(found[lane], expected);
        }
    }
}

#[test]
fn constants() {
    fn check<M: Modulus>() {
        let modulus: BigInt<4> = Ark::<M>::MODULUS;
        assert_eq!(M::P, split(modulus.0));
        assert_eq!(M::P[0].wrapping_mul(M::NEGATED_INVERSE) & MASK, MASK);
        // 2^52 STEP is k p + 1.
        let step = element::<M>(M::STEP) * Ark::<M>::from(1_u64 << 52);
        assert_eq!(step, Ark::<M>::from(1_u64));
        assert!((0..8).all(|k| element::<M>(near::<M>(k, 0)) == Ark::<M>::ZERO));
        let quotient = RECIPROCAL as f64 * multiples_of_p::<M>(M::P) * modulus.0[3] as f64 / 2_f64.powi(305 - 192);
        assert!((quotient - 1.0).abs() < 1e-12, "{quotient}");
    }
    check::<Base>();
    check::<Order>();
}
