//! Poseidon's constants, from the paper's Grain LFSR (ePrint 2019/458, appendix E; `generate_parameters_grain`).

use super::permutation::Sparse;
use crate::Fr;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};
use std::sync::OnceLock;

/// Full rounds, half before and half after the partial ones.
pub const FULL_ROUNDS: usize = 8;
/// Partial rounds for 1 to 16 inputs (circomlib's table).
pub const PARTIAL_ROUNDS: [usize; 16] = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];

const FIELD_BITS: usize = 254;

/// The permutation of one width.
pub struct Parameters {
    /// Number of state words, inputs + 1.
    pub width: usize,
    /// The MDS matrix, by rows.
    pub matrix: Vec<Vec<Fr>>,
    partial_rounds: usize,
    constants: Vec<Fr>,
    partial: OnceLock<Partial>,
    sparse: OnceLock<Sparse>,
}

/// constant + sum of coefficient * variable.
pub struct Affine {
    /// The coefficients, the variables in their order.
    pub coefficients: Vec<Fr>,
    /// The constant.
    pub constant: Fr,
}

/// The partial rounds unrolled: everything linear in what passes an S-box. The variables are the words that leave the last full
/// round's S-boxes before the partial rounds, then the one word of each partial round.
pub struct Partial {
    /// What enters the S-box of each partial round.
    pub boxes: Vec<Affine>,
    /// The state after the last of them.
    pub state: Vec<Affine>,
}

impl Parameters {
    /// Number of rounds.
    pub fn rounds(&self) -> usize {
        FULL_ROUNDS + self.partial_rounds
    }

    /// The constants added before the S-boxes of `round`.
    pub fn round_constants(&self, round: usize) -> &[Fr] {
        &self.constants[round * self.width..(round + 1) * self.width]
    }

    /// Whether every word passes an S-box in `round`.
    pub fn is_full(&self, round: usize) -> bool {
        round < FULL_ROUNDS / 2 || round >= FULL_ROUNDS / 2 + self.partial_rounds
    }

    /// Full rounds before the partial ones; as many come after.
    pub const fn half() -> usize {
        FULL_ROUNDS / 2
    }

    /// The partial rounds, unrolled once.
    pub fn partial(&self) -> &Partial {
        self.partial.get_or_init(|| self.unroll())
    }

    /// The partial rounds for values, made once.
    pub(super) fn sparse(&self) -> &Sparse {
        self.sparse.get_or_init(|| Sparse::new(self))
    }

    fn unroll(&self) -> Partial {
        let mut state: Vec<Vec<Fr>> = self.matrix.clone();
        let mut constants = vec![Fr::ZERO; self.width];
        let mut boxes = Vec::with_capacity(self.partial_rounds);
        for round in Self::half()..Self::half() + self.partial_rounds {
            for (sum, constant) in constants.iter_mut().zip(self.round_constants(round)) {
                *sum += constant;
            }
            let variables = state[0].len();
            for word in &mut state {
                word.push(Fr::ZERO);
            }
            let mut fresh = vec![Fr::ZERO; variables + 1];
            fresh[variables] = Fr::ONE;
            let mut coefficients = std::mem::replace(&mut state[0], fresh);
            coefficients.truncate(variables);
            boxes.push(Affine { coefficients, constant: std::mem::take(&mut constants[0]) });
            let mixed =
                |row: &[Fr], column: &dyn Fn(&usize) -> Fr| (0..self.width).map(|j| row[j] * column(&j)).sum::<Fr>();
            constants = self.matrix.iter().map(|row| mixed(row, &|j| constants[*j])).collect();
            let words = self.matrix.iter();
            state = words.map(|row| (0..=variables).map(|v| mixed(row, &|j| state[*j][v])).collect()).collect();
        }
        let state = state.into_iter().zip(constants);
        let state = state.map(|(coefficients, constant)| Affine { coefficients, constant }).collect();
        Partial { boxes, state }
    }

    fn generate(inputs: usize) -> Self {
        let width = inputs + 1;
        let partial_rounds = PARTIAL_ROUNDS[inputs - 1];
        let mut grain = Grain::new(width, partial_rounds);
        let constants = (0..width * (FULL_ROUNDS + partial_rounds)).map(|_| grain.reduced()).collect();
        let (partial, sparse) = (OnceLock::new(), OnceLock::new());
        Self { width, matrix: grain.matrix(width), partial_rounds, constants, partial, sparse }
    }
}

/// The permutation for `inputs` (1 to 16), generated once.
pub fn parameters(inputs: usize) -> &'static Parameters {
    static TABLE: [OnceLock<Parameters>; 16] = [const { OnceLock::new() }; 16];
    assert!((1..=16).contains(&inputs), "Poseidon takes 1 to 16 inputs, not {inputs}");
    TABLE[inputs - 1].get_or_init(|| Parameters::generate(inputs))
}

/// The 80-bit self-shrinking LFSR; the oldest bit is the most significant.
struct Grain(u128);

impl Grain {
    fn new(width: usize, partial_rounds: usize) -> Self {
        let mut state: u128 = 0;
        // field (prime) = 1, S-box (x^alpha) = 0, bits of the field, width, rounds, then ones.
        for (value, bits) in [
            (1, 2),
            (0, 4),
            (FIELD_BITS, 12),
            (width, 12),
            (FULL_ROUNDS, 10),
            (partial_rounds, 10),
            ((1 << 30) - 1, 30),
        ] {
            state = (state << bits) | value as u128;
        }
        let mut grain = Self(state);
        for _ in 0..160 {
            grain.step();
        }
        grain
    }

    fn step(&mut self) -> bool {
        let tap = |i: u32| (self.0 >> (79 - i)) & 1;
        let bit = tap(62) ^ tap(51) ^ tap(38) ^ tap(23) ^ tap(13) ^ tap(0);
        self.0 = ((self.0 << 1) | bit) & ((1 << 80) - 1);
        bit == 1
    }

    fn bit(&mut self) -> bool {
        loop {
            let (keep, bit) = (self.step(), self.step());
            if keep {
                return bit;
            }
        }
    }

    fn number(&mut self) -> BigInt<4> {
        let mut limbs = [0u64; 4];
        for i in (0..FIELD_BITS).rev() {
            limbs[i / 64] |= u64::from(self.bit()) << (i % 64);
        }
        BigInt(limbs)
    }

    /// A round constant: numbers at or above r are drawn again.
    fn reduced(&mut self) -> Fr {
        loop {
            if let Some(element) = Fr::from_bigint(self.number()) {
                return element;
            }
        }
    }

    /// A matrix element: numbers are taken modulo r.
    fn modulo(&mut self) -> Fr {
        let mut number = self.number();
        while number >= Fr::MODULUS {
            ark_ff::BigInteger::sub_with_borrow(&mut number, &Fr::MODULUS);
        }
        Fr::from_bigint(number).unwrap_or_default()
    }

    /// The Cauchy matrix 1 / (x_i + y_j); the paper's security checks pass at the first draw for every width used here,
    /// as equality with circomlib's matrices shows.
    fn matrix(&mut self, width: usize) -> Vec<Vec<Fr>> {
        let x: Vec<Fr> = (0..width).map(|_| self.modulo()).collect();
        let y: Vec<Fr> = (0..width).map(|_| self.modulo()).collect();
        x.iter().map(|x| y.iter().map(|y| (*x + y).inverse().unwrap_or_default()).collect()).collect()
    }
}
