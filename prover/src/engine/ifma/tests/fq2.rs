//! The quadratic extension, lane by lane, against ark-ff, at the bounds that its functions name.

use ark_bn254::Fq2;
use ark_ff::Field;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

use super::super::fq2::{Lanes2, Loose2};
use super::super::modulus::{Base, Limbs52};
use super::field::{
    Eight, assert_class, edges, element, inverse_of_r, is_below, lanes, multiples_of_p, near, numbers, random,
};
use super::{ifma, with_features};

type Number2 = [Limbs52; 2];

fn element2([c0, c1]: Number2) -> Fq2 {
    Fq2::new(element::<Base>(c0), element::<Base>(c1))
}

fn assert_class2(found: [Eight; 2], lane: usize, expected: Fq2, bound: f64) {
    for (found, expected) in found.into_iter().zip([expected.c0, expected.c1]) {
        assert_class::<Base>(found[lane], expected);
        assert!(multiples_of_p::<Base>(found[lane]) < bound);
    }
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn numbers2(value: Loose2) -> [Eight; 2] {
    let Lanes2([c0, c1]) = value.carry();
    [numbers(c0), numbers(c1)]
}

/// Pairs of edge values and random ones below `bound` times q, every lane another.
fn samples(bound: usize, shift: usize) -> Vec<[Eight; 2]> {
    let mut rng = ChaCha20Rng::seed_from_u64(9);
    let mut all: Vec<Limbs52> = edges::<Base>().into_iter().filter(|&edge| is_below::<Base>(edge, bound)).collect();
    all.extend((0..all.len()).map(|_| random::<Base>(&mut rng)));
    let eight = |i: usize| std::array::from_fn(|lane| all[(i + 5 * lane) % all.len()]);
    (0..all.len()).map(|i| [eight(i), eight(3 * i + shift)]).collect()
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn lanes2([c0, c1]: &[Eight; 2]) -> Lanes2 {
    Lanes2([lanes(c0), lanes(c1)])
}

fn lane([c0, c1]: &[Eight; 2], lane: usize) -> Fq2 {
    element2([c0[lane], c1[lane]])
}

#[test]
fn products_in_the_extension() {
    with_features!({
        let inverse = inverse_of_r::<Base>();
        // A = 8 and B = 4, the most that the kernel brings.
        for (a, b) in samples(8, 1).iter().zip(samples(4, 2).iter().cycle()) {
            let product = numbers2(lanes2(a).mul(lanes2(b)));
            for i in 0..8 {
                let mut expected = lane(a, i) * lane(b, i);
                expected.mul_assign_by_basefield(&inverse);
                assert_class2(product, i, expected, 32.0 / 42.0 + 2.13);
            }
        }
    });
}

#[test]
fn squares_in_the_extension() {
    with_features!({
        let inverse = inverse_of_r::<Base>();
        for a in &samples(4, 1) {
            let square = numbers2(lanes2(a).square());
            for i in 0..8 {
                let mut expected = lane(a, i).square();
                expected.mul_assign_by_basefield(&inverse);
                assert_class2(square, i, expected, 64.0 / 42.0 + 1.13 + 1.13);
            }
        }
    });
}

#[test]
fn norms_and_multiples() {
    with_features!({
        let inverse = inverse_of_r::<Base>();
        let mut rng = ChaCha20Rng::seed_from_u64(10);
        let factor = random::<Base>(&mut rng);
        for a in &samples(8, 1) {
            let norm = numbers(lanes2(a).norm().carry());
            let scaled = numbers2(lanes2(a).scale(lanes(&[factor; 8])));
            for i in 0..8 {
                let a = lane(a, i);
                assert_class::<Base>(norm[i], (a.c0.square() + a.c1.square()) * inverse);
                let mut expected = a;
                expected.mul_assign_by_basefield(&(element::<Base>(factor) * inverse));
                assert_class2(scaled, i, expected, 8.0 / 84.6 + 1.13);
            }
        }
    });
}

#[test]
fn masks_in_the_extension() {
    with_features!({
        let mut rng = ChaCha20Rng::seed_from_u64(11);
        let mut random = || std::array::from_fn(|_| random::<Base>(&mut rng));
        let (a, mut b): ([Eight; 2], [Eight; 2]) = ([random(), random()], [random(), random()]);
        // Lanes 1 and 2 agree in one coefficient, lane 3 in both.
        (b[0][1], b[1][2], b[0][3], b[1][3]) = (a[0][1], a[1][2], a[0][3], a[1][3]);
        let (x, y) = (lanes2(&a), lanes2(&b));
        assert_eq!(x.loose().sub(y.loose()).zeros(), 1 << 3);
        let mixed = numbers2(x.replace(0b1001_0110, y).loose());
        for i in 0..8 {
            let expected = if 0b1001_0110 >> i & 1 == 1 { lane(&b, i) } else { lane(&a, i) };
            assert_class2(mixed, i, expected, 1.0);
        }
    });
}

#[test]
fn samples_reach_the_bounds() {
    for bound in [4, 8] {
        let numbers: Vec<Limbs52> = samples(bound, 1).into_iter().flatten().flatten().collect();
        assert!(numbers.contains(&[0; 5]) && numbers.contains(&near::<Base>(bound, -1)));
    }
}
