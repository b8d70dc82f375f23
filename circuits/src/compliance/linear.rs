//! The canonical linear model: integers, one lookup table for all categories, positive exactly where the score is above 0.

use super::domain;
use super::model::model_commitment;
use super::record::LANES;
use crate::Fr;
use crate::poseidon::hash_words;
use ark_ff::{AdditiveGroup, Field};
use std::fmt;
use std::sync::LazyLock;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Cells of the table; cell 0 is the constant 0.
pub const TABLE: usize = 128;
/// Weights and cells are at least -2^39 and below 2^39.
pub const PARAMETER_BITS: usize = 40;
/// The bias is at least -2^60 and below 2^60.
pub const BIAS_BITS: usize = 61;
/// Bits of a lane's offset into the table.
pub const OFFSET_BITS: usize = 7;
/// Scores are above -2^61 and below 2^61.
pub const SCORE_BITS: usize = 62;
/// Weights or cells in one word.
pub const PER_WORD: usize = 6;
/// Words of the parameters.
pub const LINEAR_WORDS: usize = LANES / PER_WORD + (TABLE - 1).div_ceil(PER_WORD) + 1;

/// The first input of the hash of a linear model's parameters.
pub static LINEAR_DOMAIN: LazyLock<Fr> = LazyLock::new(|| domain("tabella.model.linear.v1"));

/// A parameter out of its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// A weight.
    #[error("the weight of lane {lane} is {value}: weights are at least -2^39 and below 2^39")]
    Weight {
        /// The lane.
        lane: usize,
        /// Its weight.
        value: i64,
    },
    /// A table cell.
    #[error("table cell {cell} is {value}: cells are at least -2^39 and below 2^39, cell 0 is 0")]
    Cell {
        /// The cell.
        cell: usize,
        /// Its value.
        value: i64,
    },
    /// The bias.
    #[error("the bias is {0}: it is at least -2^60 and below 2^60")]
    Bias(i64),
    /// An offset.
    #[error("lane {lane} has the offset {offset} into the table of {TABLE} cells")]
    Offset {
        /// The lane.
        lane: usize,
        /// Its offset.
        offset: u8,
    },
}

/// A record without a prediction, and so without a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("lane {lane} has the code {code}, for which the model's table has no cell")]
pub struct OutOfTable {
    /// The lane.
    pub lane: usize,
    /// Its value.
    pub code: u16,
}

/// Parameters of a linear model. Wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct LinearModel {
    /// w_i, the factor of each lane.
    pub weights: [i64; LANES],
    /// T_c, what a category adds; T_0 = 0.
    pub table: [i64; TABLE],
    /// What every score starts from.
    pub bias: i64,
    /// kind_i: whether the lane's value is also looked up.
    pub category: [bool; LANES],
    /// The table cell of the lane's code 0.
    pub offset: [u8; LANES],
}

impl fmt::Debug for LinearModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinearModel(..)")
    }
}

impl Default for LinearModel {
    /// Every score is 0.
    fn default() -> Self {
        Self { weights: [0; LANES], table: [0; TABLE], bias: 0, category: [false; LANES], offset: [0; LANES] }
    }
}

const fn fits(value: i64, bits: usize) -> bool {
    let half = 1i64 << (bits - 1);
    -half <= value && value < half
}

impl LinearModel {
    /// Whether every parameter is in its range.
    ///
    /// # Errors
    /// [`ModelError`] for the first that is not.
    pub fn check(&self) -> Result<(), ModelError> {
        let outside = |list: &[i64]| list.iter().position(|value| !fits(*value, PARAMETER_BITS));
        if let Some(lane) = outside(&self.weights) {
            return Err(ModelError::Weight { lane, value: self.weights[lane] });
        }
        let cell = if self.table[0] == 0 { outside(&self.table) } else { Some(0) };
        if let Some(cell) = cell {
            return Err(ModelError::Cell { cell, value: self.table[cell] });
        }
        if !fits(self.bias, BIAS_BITS) {
            return Err(ModelError::Bias(self.bias));
        }
        match self.offset.iter().position(|offset| usize::from(*offset) >= TABLE) {
            Some(lane) => Err(ModelError::Offset { lane, offset: self.offset[lane] }),
            None => Ok(()),
        }
    }

    /// The table cell that a lane's value is looked up in: 0 for a lane that is no category. May lie beyond the table.
    pub fn key(&self, lane: usize, value: u16) -> usize {
        if self.category[lane] { usize::from(self.offset[lane]) + usize::from(value) } else { 0 }
    }

    /// z, between -2^61 and 2^61 for parameters that [`LinearModel::check`] accepts; others stop at the ends of i64.
    ///
    /// # Errors
    /// [`OutOfTable`] if a category's code has no cell.
    pub fn score(&self, lanes: &[u16; LANES]) -> Result<i64, OutOfTable> {
        let mut sum = i128::from(self.bias);
        for (lane, value) in lanes.iter().enumerate() {
            sum += i128::from(self.weights[lane]) * i128::from(*value);
            let cell = self.table.get(self.key(lane, *value)).ok_or(OutOfTable { lane, code: *value })?;
            sum += i128::from(*cell);
        }
        Ok(sum.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }

    /// y: whether the score is above 0.
    ///
    /// # Errors
    /// [`OutOfTable`] if a category's code has no cell.
    pub fn predict(&self, lanes: &[u16; LANES]) -> Result<bool, OutOfTable> {
        Ok(self.score(lanes)? > 0)
    }

    /// The 27 words: weights, table, then bias, kinds and offsets. Equal only for equal models among those in range.
    pub fn words(&self) -> [Fr; LINEAR_WORDS] {
        let shift = Fr::from(1u64 << PARAMETER_BITS);
        let half = 1i128 << (PARAMETER_BITS - 1);
        let pack = |list: &[i64]| {
            list.iter().rev().fold(Fr::ZERO, |sum, value| sum * shift + Fr::from(i128::from(*value) + half))
        };
        let mut words: Vec<Fr> =
            self.weights.chunks(PER_WORD).chain(self.table[1..].chunks(PER_WORD)).map(pack).collect();
        let places = Fr::from(2u64);
        let mut last =
            self.offset.iter().rev().fold(Fr::ZERO, |sum, o| sum * places.pow([OFFSET_BITS as u64]) + Fr::from(*o));
        last = self.category.iter().rev().fold(last, |sum, kind| sum * places + Fr::from(*kind));
        last = last * places.pow([BIAS_BITS as u64]) + Fr::from(i128::from(self.bias) + (1i128 << (BIAS_BITS - 1)));
        words.push(last);
        std::array::from_fn(|i| words[i])
    }

    /// params = H*(LINEAR_DOMAIN, the 27 words).
    pub fn params(&self) -> Fr {
        let words: Vec<Fr> = [*LINEAR_DOMAIN].into_iter().chain(self.words()).collect();
        hash_words(&words)
    }

    /// The model's commitment for a schema, under a uniform blinding.
    pub fn commitment(&self, schema_hash: Fr, blinding: Fr) -> Fr {
        model_commitment(schema_hash, self.params(), blinding)
    }
}

#[cfg(test)]
pub(crate) mod tests;
