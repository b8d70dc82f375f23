//! The permutation on values, with partial rounds that cost 2t products instead of t^2.
//!
//! A partial round's S-box touches word 0 only, so the other words may be held in other coordinates, in which the round's
//! matrix has ones in its diagonal and entries besides only in its first row and column (the Poseidon paper, appendix B).
//! With M = (m v; w N) and r partial rounds, before round i the words 1.. stand multiplied by N^(r - i): round i's matrix
//! is then (m, v N^-(r - i); N^(r - i - 1) w, 1). Round constants of these words have been moved on to word 0.

use super::constants::Parameters;
use crate::Fr;
use ark_ff::{AdditiveGroup, Field};

/// The partial rounds of one width in the other coordinates.
pub(super) struct Sparse {
    /// The matrix of the last full round before them, into these coordinates.
    entry: Vec<Vec<Fr>>,
    rounds: Vec<Round>,
    /// What is left to be added to the words after them.
    exit: Vec<Fr>,
}

struct Round {
    /// Added to word 0 before its S-box.
    constant: Fr,
    /// The first row from its second entry on.
    row: Vec<Fr>,
    /// The first column from its second entry on.
    column: Vec<Fr>,
}

type Matrix = Vec<Vec<Fr>>;

fn dot(a: &[Fr], b: &[Fr]) -> Fr {
    let (a_chunks, a_rest) = a.as_chunks::<3>();
    let (b_chunks, b_rest) = b.as_chunks::<3>();
    // One reduction for three products.
    let chunks = a_chunks.iter().zip(b_chunks).map(|(a, b)| Fr::sum_of_products(a, b)).sum::<Fr>();
    a_rest.iter().zip(b_rest).fold(chunks, |sum, (a, b)| sum + *a * b)
}

fn apply(matrix: &[Vec<Fr>], vector: &[Fr]) -> Vec<Fr> {
    matrix.iter().map(|row| dot(row, vector)).collect()
}

/// vector · matrix.
fn apply_left(vector: &[Fr], matrix: &Matrix) -> Vec<Fr> {
    (0..matrix[0].len()).map(|j| vector.iter().zip(matrix).map(|(x, row)| *x * row[j]).sum()).collect()
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    a.iter().map(|row| apply_left(row, b)).collect()
}

/// Gauss and Jordan's inverse; every square part of a Cauchy matrix is invertible.
fn inverse(matrix: &Matrix) -> Matrix {
    let n = matrix.len();
    let unit = |i: usize| (0..n).map(move |j| if i == j { Fr::ONE } else { Fr::ZERO });
    let mut rows: Matrix =
        matrix.iter().enumerate().map(|(i, row)| row.iter().copied().chain(unit(i)).collect()).collect();
    for i in 0..n {
        let pivot = (i..n).find(|j| rows[*j][i] != Fr::ZERO).unwrap_or(i);
        rows.swap(i, pivot);
        let scale = rows[i][i].inverse().unwrap_or_default();
        rows[i].iter_mut().for_each(|x| *x *= scale);
        let (before, rest) = rows.split_at_mut(i);
        let Some((pivot, after)) = rest.split_first_mut() else { continue };
        for row in before.iter_mut().chain(after) {
            let factor = row[i];
            row.iter_mut().zip(&*pivot).for_each(|(x, p)| *x -= factor * p);
        }
    }
    rows.into_iter().map(|row| row[n..].to_vec()).collect()
}

impl Sparse {
    pub(super) fn new(p: &Parameters) -> Self {
        let count = p.rounds() - 2 * Parameters::half();
        let matrix = &p.matrix;
        let (v, w): (&[Fr], Vec<Fr>) = (&matrix[0][1..], matrix[1..].iter().map(|row| row[0]).collect());
        let inner: Matrix = matrix[1..].iter().map(|row| row[1..].to_vec()).collect();
        let back = inverse(&inner);
        // Columns and rows from the last round to the first.
        let (mut column, mut row) = (w, v.to_vec());
        let mut shapes = Vec::with_capacity(count);
        for _ in 0..count {
            row = apply_left(&row, &back);
            shapes.push((row.clone(), column.clone()));
            column = apply(&inner, &column);
        }
        // The constants so far of words 1.., in their own coordinates.
        let mut held = vec![Fr::ZERO; inner.len()];
        let mut carried = Fr::ZERO;
        let mut rounds = Vec::with_capacity(count);
        for (i, (row, column)) in shapes.into_iter().rev().enumerate() {
            let constants = p.round_constants(Parameters::half() + i);
            rounds.push(Round { constant: constants[0] + carried, row, column });
            held = apply(&inner, &held).iter().zip(&constants[1..]).map(|(x, c)| *x + c).collect();
            carried = dot(v, &held);
        }
        let mut exit = vec![carried];
        exit.extend(apply(&inner, &held));
        let power = (0..count).fold(None, |power: Option<Matrix>, _| {
            Some(power.map_or_else(|| inner.clone(), |power| product(&power, &inner)))
        });
        let power = power.unwrap_or_default();
        let mut entry = vec![matrix[0].clone()];
        entry.extend(product(&power, &matrix[1..].to_vec()));
        Self { entry, rounds, exit }
    }
}

/// Runs the permutation on `state`; `boxed(word, [x^2, x^4, x^5])` sees every S-box in the order of rounds and words.
pub(super) fn permute(p: &Parameters, state: &mut Vec<Fr>, mut boxed: impl FnMut(usize, [Fr; 3])) {
    let sparse = p.sparse();
    let mut sbox = |i: usize, x: Fr| {
        let square = x.square();
        let fourth = square.square();
        let fifth = fourth * x;
        boxed(i, [square, fourth, fifth]);
        fifth
    };
    let half = Parameters::half();
    for round in 0..half {
        for (i, (word, constant)) in state.iter_mut().zip(p.round_constants(round)).enumerate() {
            *word = sbox(i, *word + constant);
        }
        *state = apply(if round + 1 == half { &sparse.entry } else { &p.matrix }, state);
    }
    let Some((first, rest)) = state.split_first_mut() else { return };
    for round in &sparse.rounds {
        let word = sbox(0, *first + round.constant);
        *first = p.matrix[0][0] * word + dot(&round.row, rest);
        rest.iter_mut().zip(&round.column).for_each(|(x, c)| *x += *c * word);
    }
    state.iter_mut().zip(&sparse.exit).for_each(|(x, c)| *x += c);
    for round in p.rounds() - half..p.rounds() {
        for (i, (word, constant)) in state.iter_mut().zip(p.round_constants(round)).enumerate() {
            *word = sbox(i, *word + constant);
        }
        *state = apply(&p.matrix, state);
    }
}
