//! Sums of products with one Montgomery reduction for many products.
//!
//! The 512-bit products of Montgomery representatives are added up as they are and reduced together (Montgomery,
//! "Modular multiplication without trial division", 1985): half the work of reducing each.

use ark_bn254::{Fr, FrConfig};
use ark_ff::{BigInt, BigInteger, MontConfig, PrimeField};

use super::limbs::mac;

/// Products in one unreduced sum: 16 r^2 < 2^512, and the reduced sum is below 16 r^2 / 2^256 + r < 4.1 r < 2^256.
const MOST: usize = 16;

/// A sum of products, some of them not yet reduced.
pub(crate) struct Dot {
    wide: [u64; 8],
    waiting: usize,
    sum: Fr,
}

impl Dot {
    /// The empty sum.
    pub(crate) fn new() -> Self {
        Self { wide: [0; 8], waiting: 0, sum: Fr::new_unchecked(BigInt([0; 4])) }
    }

    /// sum += x.
    #[inline]
    pub(crate) fn add(&mut self, x: &Fr) {
        self.sum += x;
    }

    /// sum -= x.
    #[inline]
    pub(crate) fn sub(&mut self, x: &Fr) {
        self.sum -= x;
    }

    /// sum += x * y, `y` as Montgomery limbs below r.
    #[inline]
    pub(crate) fn add_product(&mut self, x: &Fr, y: &[u64; 4]) {
        let x = &x.0.0;
        let mut product = [0u64; 8];
        for i in 0..4 {
            let mut carry = 0;
            for j in 0..4 {
                (product[i + j], carry) = mac(x[i], y[j], product[i + j], carry);
            }
            product[i + 4] = carry;
        }
        let mut carry = false;
        for (limb, part) in self.wide.iter_mut().zip(product) {
            let (sum, first) = limb.overflowing_add(part);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (*limb, carry) = (sum, first | second);
        }
        self.waiting += 1;
        if self.waiting == MOST {
            self.reduce();
        }
    }

    /// The sum.
    #[inline]
    pub(crate) fn finish(mut self) -> Fr {
        if self.waiting > 0 {
            self.reduce();
        }
        self.sum
    }

    fn reduce(&mut self) {
        let modulus = &Fr::MODULUS.0;
        let mut t = std::mem::take(&mut self.wide);
        // What is carried out of limb i + 4, to be added to limb i + 5.
        let mut over = 0u64;
        for i in 0..4 {
            let factor = t[i].wrapping_mul(<FrConfig as MontConfig<4>>::INV);
            let mut carry = 0;
            for j in 0..4 {
                (t[i + j], carry) = mac(factor, modulus[j], t[i + j], carry);
            }
            // At most 2 (2^64 - 1) + 1, so what is carried is a bit.
            let (sum, first) = t[i + 4].overflowing_add(carry);
            let (sum, second) = sum.overflowing_add(over);
            (t[i + 4], over) = (sum, u64::from(first | second));
        }
        let mut reduced = BigInt([t[4], t[5], t[6], t[7]]);
        while reduced >= Fr::MODULUS {
            reduced.sub_with_borrow(&Fr::MODULUS);
        }
        self.sum += Fr::new_unchecked(reduced);
        self.waiting = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{AdditiveGroup, Field, UniformRand};
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    #[test]
    fn equals_reducing_each_product_at_every_length() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let edges = [Fr::ZERO, Fr::ONE, -Fr::ONE, Fr::new_unchecked(BigInt([1, 0, 0, 0]))];
        // The largest Montgomery limbs, so that an unreduced sum of MOST products comes as near to its bound as it can.
        let mut largest = Fr::MODULUS;
        largest.sub_with_borrow(&BigInt::from(1u64));
        let largest = Fr::new_unchecked(largest);
        for length in 0..70 {
            let mut random: Vec<(Fr, Fr)> = (0..length).map(|_| (Fr::rand(&mut rng), Fr::rand(&mut rng))).collect();
            for (i, pair) in random.iter_mut().enumerate().filter(|(i, _)| i % 3 == 1) {
                *pair = (edges[i % 4], edges[i / 4 % 4]);
            }
            for pairs in [random, vec![(largest, largest); length]] {
                let (mut dot, mut expected) = (Dot::new(), Fr::ZERO);
                for (i, (x, y)) in pairs.iter().enumerate() {
                    match i % 7 {
                        5 => (dot.add(x), expected += x),
                        6 => (dot.sub(x), expected -= x),
                        _ => (dot.add_product(x, &y.0.0), expected += *x * y),
                    };
                }
                assert_eq!(dot.finish(), expected, "{length} products");
            }
        }
    }
}
