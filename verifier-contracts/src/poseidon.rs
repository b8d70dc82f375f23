//! Writes H_2 and H_3 as Solidity libraries whose partial rounds are sparse: `contracts/poseidon/`.
//!
//! In a partial round only the first word x passes the fifth power; the others, s, are linear in what came before:
//! x' = m·y + v·s + const and s' = w·y + A·s + const, with y = x^5 and the matrix M = [[m, v], [w, A]]. Writing A^(P-k)·s for s
//! before the k-th of P partial rounds makes the second line s' = s + W_k·y; moving constants along leaves one
//! constant a round; scaling x by l_k with l_k^5 = m·l_(k+1), l_P = 1, makes m one. The matrix and constants of the last full round
//! before take up what this needs at the beginning; at the end nothing is left to do. So a partial round costs 3 + 2n
//! multiplications for n inputs, not 3 + (n + 1)².

use std::fmt::Write;

use ark_ff::{Field, PrimeField};
use tabella_circuits::Fr;
use tabella_circuits::poseidon::constants::{FULL_ROUNDS, Parameters, parameters};

type Matrix = Vec<Vec<Fr>>;

/// r, as the sources write it.
const MODULUS: &str = "0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
/// 2^256 holds a sum of five field elements.
const ROOM: usize = 5;
/// Characters in a line of the sources, and how far the body is indented.
const WIDTH: usize = 120;
const INDENT: usize = 12;

/// The library of this many inputs, 2 or 3: its name and its source.
pub fn library(inputs: usize) -> (&'static str, String) {
    let name = if inputs == 2 { "PoseidonTwo" } else { "PoseidonThree" };
    (name, Source::new(parameters(inputs), inputs).write(name))
}

/// The constants of one partial round.
struct Partial {
    constant: Fr,
    v: Vec<Fr>,
    w: Vec<Fr>,
}

/// All partial rounds, and what the full round before them does instead of M.
struct Sparse {
    rounds: Vec<Partial>,
    before: Matrix,
    before_constants: Vec<Fr>,
    after_constants: Vec<Fr>,
}

impl Sparse {
    /// The partial rounds are those from `first` on.
    fn new(p: &Parameters, first: usize, count: usize) -> Self {
        let n = p.width - 1;
        let m = p.matrix[0][0];
        let v = &p.matrix[0][1..];
        let w: Vec<Fr> = p.matrix[1..].iter().map(|row| row[0]).collect();
        let a: Matrix = p.matrix[1..].iter().map(|row| row[1..].to_vec()).collect();
        // powers[k] = A^(count - k), inverses[k] = A^-(count - k)
        let (powers, inverses) = (descending(&a, count), descending(&inverse(&a), count));
        let scales = scales(m, count);
        let mut offset = vec![Fr::from(0_u64); n];
        let mut rounds = Vec::with_capacity(count);
        for k in 0..count {
            let constants = &p.round_constants(first + k)[1..];
            let row = row_times(v, &inverses[k]);
            let moved = dot(&row, &offset) + dot(v, constants);
            let next = p.round_constants(first + k + 1)[0];
            let fifth = fifth_power(scales[k]).inverse().unwrap_or_default();
            rounds.push(Partial {
                constant: scales[k + 1] * (moved + next),
                v: row.iter().map(|x| scales[k + 1] * x).collect(),
                w: times(&powers[k + 1], &w).iter().map(|x| fifth * x).collect(),
            });
            for (sum, x) in offset.iter_mut().zip(times(&powers[k], constants)) {
                *sum += x;
            }
        }
        // Words before the first partial round: l_0·(M's first row), A^P·(M's others).
        let rest = product(&powers[0], &p.matrix[1..]);
        let before = std::iter::once(p.matrix[0].iter().map(|x| scales[0] * x).collect()).chain(rest).collect();
        let mut before_constants = vec![Fr::from(0_u64); p.width];
        before_constants[0] = scales[0] * p.round_constants(first)[0];
        // The offset comes back as constants of the full round that follows.
        let mut after_constants = p.round_constants(first + count).to_vec();
        after_constants[0] = Fr::from(0_u64);
        for (constant, x) in after_constants[1..].iter_mut().zip(&offset) {
            *constant += x;
        }
        Self { rounds, before, before_constants, after_constants }
    }
}

/// l_0 .. l_P with l_P = 1 and l_k^5 = m·l_(k+1).
fn scales(m: Fr, count: usize) -> Vec<Fr> {
    let mut list = vec![Fr::from(1_u64)];
    for _ in 0..count {
        let last = list[list.len() - 1];
        list.push(fifth_root(m * last));
    }
    list.reverse();
    list
}

fn fifth_power(x: Fr) -> Fr {
    x.square().square() * x
}

/// x^(1/5): 5 is no divisor of r - 1, and 1/5 mod r - 1 is (j·(r - 1) + 1)/5 for the j in 1..4 that makes it whole.
fn fifth_root(x: Fr) -> Fr {
    let minus_one = -Fr::from(1_u64);
    // (r - 1)/5 and its remainder, limb by limb.
    let (mut quotient, mut rest) = ([0_u64; 4], 0_u128);
    for (out, limb) in quotient.iter_mut().zip(minus_one.into_bigint().0).rev() {
        let part = rest << 64 | u128::from(limb);
        *out = (part / 5) as u64;
        rest = part % 5;
    }
    // j·(5·quotient + rest) + 1 = 5·(j·quotient + (j·rest + 1)/5)
    let j = (1..5_u64).find(|j| (u128::from(*j) * rest + 1).is_multiple_of(5)).unwrap_or(1);
    let small = (u128::from(j) * rest + 1) / 5;
    x.pow(quotient).pow([j]) * x.pow([small as u64])
}

fn dot(a: &[Fr], b: &[Fr]) -> Fr {
    a.iter().zip(b).map(|(x, y)| *x * y).sum()
}

fn times(a: &Matrix, x: &[Fr]) -> Vec<Fr> {
    a.iter().map(|row| dot(row, x)).collect()
}

fn row_times(x: &[Fr], a: &[Vec<Fr>]) -> Vec<Fr> {
    (0..a[0].len()).map(|j| x.iter().zip(a).map(|(x, row)| *x * row[j]).sum()).collect()
}

fn product(a: &[Vec<Fr>], b: &[Vec<Fr>]) -> Matrix {
    a.iter().map(|row| row_times(row, b)).collect()
}

/// A^count, .., A, 1.
fn descending(a: &Matrix, count: usize) -> Vec<Matrix> {
    let one = |i, j| Fr::from(u64::from(i == j));
    let mut list = vec![(0..a.len()).map(|i| (0..a.len()).map(|j| one(i, j)).collect()).collect::<Matrix>()];
    for _ in 0..count {
        list.push(product(&list[list.len() - 1], a));
    }
    list.reverse();
    list
}

/// By elimination. The matrix is a block of a Cauchy matrix, of which every block can be inverted.
fn inverse(a: &Matrix) -> Matrix {
    let n = a.len();
    let one = |i, j| Fr::from(u64::from(i == j));
    let mut rows: Matrix =
        a.iter().enumerate().map(|(i, row)| row.iter().copied().chain((0..n).map(|j| one(i, j))).collect()).collect();
    for column in 0..n {
        let pivot = rows[column][column].inverse().unwrap_or_default();
        let leading: Vec<Fr> = rows[column].iter().map(|x| *x * pivot).collect();
        for (i, row) in rows.iter_mut().enumerate() {
            let factor = row[column];
            for (x, y) in row.iter_mut().zip(&leading) {
                *x = if i == column { *y } else { *x - factor * y };
            }
        }
    }
    rows.into_iter().map(|row| row[n..].to_vec()).collect()
}

/// A sum in the sources.
enum Sum {
    Term(String),
    Add(Box<Sum>, Box<Sum>),
}

impl Sum {
    /// The sum of one term more.
    fn and(self, term: String) -> Self {
        Self::Add(Box::new(self), Box::new(Self::Term(term)))
    }

    fn flat(&self) -> String {
        match self {
            Self::Term(text) => text.clone(),
            Self::Add(a, b) => format!("add({}, {})", a.flat(), b.flat()),
        }
    }

    /// As forge fmt has it: on one line where that is short enough, after `start` characters, else an argument a line.
    fn text(&self, indent: usize, start: usize) -> String {
        let flat = self.flat();
        match self {
            Self::Add(a, b) if start + flat.len() > WIDTH => {
                let inner = indent + 4;
                let pad = " ".repeat(inner);
                // The first argument is followed by a comma.
                let (a, b) = (a.text(inner, inner + 1), b.text(inner, inner));
                format!("add(\n{pad}{a},\n{pad}{b}\n{})", " ".repeat(indent))
            }
            _ => flat,
        }
    }
}

/// Writes one library.
struct Source<'a> {
    p: &'a Parameters,
    inputs: usize,
    body: String,
}

impl<'a> Source<'a> {
    fn new(p: &'a Parameters, inputs: usize) -> Self {
        Self { p, inputs, body: String::new() }
    }

    fn line(&mut self, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.body, "{:INDENT$}{text}", "");
    }

    fn write(mut self, name: &str) -> String {
        let half = FULL_ROUNDS / 2;
        let partial = self.p.rounds() - FULL_ROUNDS;
        let sparse = Sparse::new(self.p, half, partial);
        self.first_round();
        for round in 1..half {
            let last = round + 1 == half;
            let matrix = if last { sparse.before.clone() } else { self.p.matrix.clone() };
            let constants =
                if last { sparse.before_constants.clone() } else { self.p.round_constants(round + 1).to_vec() };
            self.full_round(&matrix, &constants);
        }
        self.partial_rounds(&sparse);
        for round in half + partial..self.p.rounds() - 1 {
            let p = self.p;
            self.full_round(&p.matrix, p.round_constants(round + 1));
        }
        self.last_round();
        let list = (0..self.inputs).map(|i| format!("uint256 x{}", i + 1)).collect::<Vec<_>>().join(", ");
        format!(
            "// SPDX-License-Identifier: MIT OR Apache-2.0\n// Generated by the tests of tabella-contracts (src/poseidon.rs); do not edit.\n\
             pragma solidity 0.8.30;\n\n/// @title {name}\n/// @notice circomlib's Poseidon of {n} inputs, H_{n}. Inputs are taken mod r, the output is \
             below r.\nlibrary {name} {{\n    function hash({list}) public pure returns (uint256 result) {{\n        assembly (\"memory-safe\") {{\n{body}        }}\n    }}\n}}\n",
            n = self.inputs,
            body = self.body
        )
    }

    /// The first word is a constant here, and so is its fifth power.
    fn first_round(&mut self) {
        self.line(&format!("let F := {MODULUS}"));
        let constants = self.p.round_constants(0).to_vec();
        for (i, constant) in constants.iter().enumerate().skip(1) {
            self.line(&format!("x{i} := addmod(x{i}, {}, F)", word(constant)));
        }
        self.line("let x0");
        self.line("let t");
        for i in 0..self.p.width {
            self.line(&format!("let y{i}"));
        }
        for i in 1..self.p.width {
            self.fifth(i);
        }
        let first = fifth_power(constants[0]);
        let p = self.p;
        for (i, (row, next)) in p.matrix.iter().zip(p.round_constants(1)).enumerate() {
            self.combine(i, 1, row, &(row[0] * first + next));
        }
    }

    /// y_i := x_i^5
    fn fifth(&mut self, i: usize) {
        self.line(&format!("t := mulmod(x{i}, x{i}, F)"));
        self.line(&format!("y{i} := mulmod(mulmod(t, t, F), x{i}, F)"));
    }

    /// x_i := the row times y, from word `from` on, plus a constant; at most five field elements.
    fn combine(&mut self, i: usize, from: usize, row: &[Fr], constant: &Fr) {
        let mut sum: Option<Sum> = None;
        for (j, factor) in row.iter().enumerate().skip(from) {
            let term = format!("mulmod(y{j}, {}, F)", word(factor));
            sum = Some(match sum {
                None => Sum::Term(term),
                Some(sum) => sum.and(term),
            });
        }
        let Some(mut sum) = sum else { return };
        if *constant != Fr::from(0_u64) {
            sum = sum.and(word(constant));
        }
        self.assign(i, &sum);
    }

    /// x_i := the sum
    fn assign(&mut self, i: usize, sum: &Sum) {
        let left = format!("x{i} := ");
        let text = sum.text(INDENT, INDENT + left.len());
        self.line(&format!("{left}{text}"));
    }

    fn full_round(&mut self, matrix: &Matrix, constants: &[Fr]) {
        for i in 0..self.p.width {
            self.fifth(i);
        }
        for (i, row) in matrix.iter().enumerate() {
            self.combine(i, 0, row, &constants[i]);
        }
    }

    fn partial_rounds(&mut self, sparse: &Sparse) {
        // Words 1.. come from a full round: one field element for each word of the state.
        let mut held = vec![self.p.width; self.p.width];
        for round in &sparse.rounds {
            self.fifth(0);
            let mut sum = Sum::Term("y0".to_owned()).and(word(&round.constant));
            for (j, v) in round.v.iter().enumerate() {
                sum = sum.and(format!("mulmod(x{}, {}, F)", j + 1, word(v)));
            }
            self.assign(0, &sum);
            for (j, w) in round.w.iter().enumerate() {
                self.grow(j + 1, &format!("mulmod(y0, {}, F)", word(w)), &mut held[j + 1]);
            }
        }
        for (j, constant) in sparse.after_constants.iter().enumerate().skip(1) {
            self.grow(j, &word(constant), &mut held[j]);
        }
    }

    /// x_i := x_i + term, reduced where the sum might no longer fit a word.
    fn grow(&mut self, i: usize, term: &str, held: &mut usize) {
        if *held == ROOM {
            self.line(&format!("x{i} := addmod(x{i}, {term}, F)"));
            *held = 1;
        } else {
            self.line(&format!("x{i} := add(x{i}, {term})"));
            *held += 1;
        }
    }

    fn last_round(&mut self) {
        for i in 0..self.p.width {
            self.fifth(i);
        }
        let row = self.p.matrix[0].clone();
        self.combine(0, 0, &row, &Fr::from(0_u64));
        self.line("result := mod(x0, F)");
    }
}

/// A field element as the sources write it.
fn word(x: &Fr) -> String {
    format!("0x{}", hex::encode(tabella_circuits::field::to_be_bytes(x)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// `TABELLA_REWRITE=1` writes the files instead.
    #[test]
    fn the_committed_libraries_are_the_generated_ones() {
        for inputs in [2, 3] {
            let (name, source) = library(inputs);
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("contracts/poseidon/{name}.sol"));
            if std::env::var_os("TABELLA_REWRITE").is_some() {
                std::fs::write(&path, &source).expect("it can be written");
            }
            let committed = std::fs::read_to_string(&path).expect("it is committed");
            assert!(committed == source, "{name}.sol is not what this module writes");
        }
    }

    #[test]
    fn fifth_roots_are_roots() {
        for x in [2_u64, 3, 1 << 40] {
            assert_eq!(fifth_power(fifth_root(Fr::from(x))), Fr::from(x));
        }
    }
}
