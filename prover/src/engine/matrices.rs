//! The matrices A, B and C of a circuit as flat tables that can lie in a mapped file.
//!
//! Many rows have sides in common (an S-box reads one long sum three times), so each distinct linear combination is
//! stored and evaluated once, and a row names three of them. A term's coefficient is a code: 0 for 1, 1 for -1, and
//! k >= 2 for entry k - 2 of a table of field elements. All numbers are little-endian `u32`, field elements Montgomery
//! limbs (x·2^256 mod r) in little-endian `u64`.

use std::borrow::Cow;
use std::hash::Hash;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt, Field};
use ark_relations::gr1cs::Matrix;
use indexmap::IndexSet;
use zeroize::Zeroizing;

use super::par;

/// The sections of the matrices, in the order of [`Matrices::sections`].
pub const SECTIONS: [&str; 4] = ["rows", "offsets", "terms", "coefficients"];

const PLUS: u32 = 0;
const MINUS: u32 = 1;
/// Codes below are not indices.
const FIRST_INDEX: u32 = 2;
/// Linear combinations that one task evaluates.
const TASK: usize = 256;

/// Why bytes are not the matrices of a circuit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MatricesError {
    /// The section's length or alignment is not that of its elements.
    #[error("section {0} of the matrices has an impossible length or alignment")]
    Layout(&'static str),
    /// A term names a variable that does not exist.
    #[error("term {0} of a row names a variable that does not exist")]
    Term(usize),
    /// More rows, terms or variables than 2^32 - 3, or three matrices of different heights.
    #[error("the matrices are too large or of different heights")]
    Shape,
}

/// Why rows were not evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// The assignment has another number of values than the circuit has variables.
    #[error("{found} values for {expected} variables")]
    Length {
        /// Variables of the circuit.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// The first row, counted from 0, that does not hold.
    #[error("row {0} does not hold")]
    Unsatisfied(usize),
}

/// The sides of every row under a satisfying assignment, in the order of the rows; erased when dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// A's rows times the assignment.
    pub a: Zeroizing<Vec<Fr>>,
    /// B's rows times the assignment.
    pub b: Zeroizing<Vec<Fr>>,
    /// C's rows times the assignment, which are the products of `a` and `b`.
    pub c: Zeroizing<Vec<Fr>>,
}

/// A, B and C, borrowed from a mapped file or owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrices<'a> {
    variables: usize,
    /// Per row the linear combinations of A, B and C.
    rows: Cow<'a, [[u32; 3]]>,
    /// Combination i has the terms offsets[i]..offsets[i + 1].
    offsets: Cow<'a, [u32]>,
    /// (variable, code of the coefficient).
    terms: Cow<'a, [[u32; 2]]>,
    coefficients: Cow<'a, [[u64; 4]]>,
}

impl Matrices<'static> {
    /// Encodes A, B and C over `variables` variables.
    ///
    /// # Errors
    /// [`MatricesError::Shape`], or [`MatricesError::Term`] for a variable that does not exist.
    pub fn new([a, b, c]: &[Matrix<Fr>; 3], variables: usize) -> Result<Self, MatricesError> {
        if a.len() != b.len() || a.len() != c.len() || variables >= u32::MAX as usize {
            return Err(MatricesError::Shape);
        }
        let mut encoder = Encoder { variables, combinations: IndexSet::new(), coefficients: IndexSet::new() };
        let mut rows = Vec::with_capacity(a.len());
        for ((a, b), c) in a.iter().zip(b).zip(c) {
            rows.push([encoder.combination(a)?, encoder.combination(b)?, encoder.combination(c)?]);
        }
        let combinations: Vec<_> = encoder.combinations.into_iter().collect();
        let mut offsets = vec![0];
        for combination in &combinations {
            let end = offsets[offsets.len() - 1] as usize + combination.len();
            offsets.push(u32::try_from(end).map_err(|_| MatricesError::Shape)?);
        }
        Ok(Self {
            variables,
            rows: rows.into(),
            offsets: offsets.into(),
            terms: combinations.concat().into(),
            coefficients: encoder.coefficients.into_iter().collect(),
        })
    }
}

impl<'a> Matrices<'a> {
    /// The matrices in these [`SECTIONS`], of which only lengths and alignment are checked: nothing is undefined with
    /// damaged ones, but values may be wrong.
    ///
    /// # Errors
    /// [`MatricesError::Layout`].
    pub fn view(variables: usize, [rows, offsets, terms, coefficients]: [&'a [u8]; 4]) -> Result<Self, MatricesError> {
        fn cast<T: bytemuck::Pod>(bytes: &[u8], name: usize) -> Result<Cow<'_, [T]>, MatricesError> {
            bytemuck::try_cast_slice(bytes).map(Cow::Borrowed).map_err(|_| MatricesError::Layout(SECTIONS[name]))
        }
        Ok(Self {
            variables,
            rows: cast(rows, 0)?,
            offsets: cast(offsets, 1)?,
            terms: cast(terms, 2)?,
            coefficients: cast(coefficients, 3)?,
        })
    }

    /// The bytes of the [`SECTIONS`]; the last wants an alignment of 8, the others of 4.
    pub fn sections(&self) -> [&[u8]; 4] {
        [
            bytemuck::cast_slice(&self.rows),
            bytemuck::cast_slice(&self.offsets),
            bytemuck::cast_slice(&self.terms),
            bytemuck::cast_slice(&self.coefficients),
        ]
    }

    /// Elements of the [`SECTIONS`].
    pub fn counts(&self) -> [usize; 4] {
        [self.rows.len(), self.offsets.len(), self.terms.len(), self.coefficients.len()]
    }

    /// All three sides of every row.
    ///
    /// # Errors
    /// [`EvaluateError`]: an assignment of the wrong length, or the first row that does not hold.
    pub fn evaluate(&self, assignment: &[Fr]) -> Result<Sides, EvaluateError> {
        if assignment.len() != self.variables {
            return Err(EvaluateError::Length { expected: self.variables, found: assignment.len() });
        }
        let mut values = Zeroizing::new(vec![Fr::ZERO; self.offsets.len().saturating_sub(1)]);
        par::chunks_mut(&mut values, TASK, |task, values| {
            for (i, value) in values.iter_mut().enumerate() {
                *value = self.value(task * TASK + i, assignment);
            }
        });
        let value = |row: usize, side: usize| values.get(self.rows[row][side] as usize).copied().unwrap_or_default();
        let broken = |row: usize| value(row, 0) * value(row, 1) != value(row, 2);
        if let Some(row) = par::first(self.rows.len(), broken) {
            return Err(EvaluateError::Unsatisfied(row));
        }
        let side = |side: usize| Zeroizing::new((0..self.rows.len()).map(|row| value(row, side)).collect());
        let (a, (b, c)) = par::join(|| side(0), || par::join(|| side(1), || side(2)));
        Ok(Sides { a, b, c })
    }

    fn value(&self, combination: usize, assignment: &[Fr]) -> Fr {
        let mut sum = Fr::ZERO;
        for [variable, code] in self.terms_of(combination) {
            let Some(value) = assignment.get(*variable as usize) else { continue };
            match *code {
                PLUS => sum += value,
                MINUS => sum -= value,
                code => sum += self.coefficient(code) * value,
            }
        }
        sum
    }

    fn terms_of(&self, combination: usize) -> &[[u32; 2]] {
        let bound = |i: usize| self.offsets.get(i).map_or(0, |offset| *offset as usize);
        self.terms.get(bound(combination)..bound(combination + 1)).unwrap_or_default()
    }

    fn coefficient(&self, code: u32) -> Fr {
        let entry = self.coefficients.get((code - FIRST_INDEX) as usize);
        entry.map_or(Fr::ZERO, |limbs| Fr::new_unchecked(BigInt(*limbs)))
    }
}

/// What is stored once, in the order of first appearance.
struct Encoder {
    variables: usize,
    combinations: IndexSet<Vec<[u32; 2]>>,
    coefficients: IndexSet<[u64; 4]>,
}

impl Encoder {
    /// The place of a row's side among the combinations.
    fn combination(&mut self, row: &[(Fr, usize)]) -> Result<u32, MatricesError> {
        let mut terms = Vec::with_capacity(row.len());
        for (i, (coefficient, variable)) in row.iter().enumerate() {
            if *variable >= self.variables {
                return Err(MatricesError::Term(i));
            }
            let code = if *coefficient == Fr::ONE {
                PLUS
            } else if *coefficient == -Fr::ONE {
                MINUS
            } else {
                FIRST_INDEX + place(&mut self.coefficients, coefficient.0.0)?
            };
            terms.push([*variable as u32, code]);
        }
        place(&mut self.combinations, terms)
    }
}

/// The item's place, below 2^32 - 3.
fn place<T: Eq + Hash>(items: &mut IndexSet<T>, item: T) -> Result<u32, MatricesError> {
    let place = u32::try_from(items.insert_full(item).0).ok();
    place.filter(|place| *place < u32::MAX - FIRST_INDEX).ok_or(MatricesError::Shape)
}

#[cfg(test)]
mod tests;
