//! What is looked up again and again in a circuit, worked out once.

use super::inverse::inverse;
use super::trace::{Circuit, Sum};
use crate::Fr;
use ark_ff::{AdditiveGroup, Field};
use std::ops::Range;

/// A place where a variable stands: in sum `part` (0, 1, 2 for a, b, c) of a row, with a coefficient.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    /// The row.
    pub row: u32,
    /// Which of its sums.
    pub part: u8,
    /// Whether the coefficient is 1, which most are: an addition costs less than a product.
    pub one: bool,
    /// The coefficient.
    pub coefficient: Fr,
}

/// How a row gives its variable: its coefficients in a, b and c, of which the first two are not both other than 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slopes {
    /// In a, b and c.
    pub parts: [Fr; 3],
    /// The inverse of the last, where the first two are 0.
    pub inverse: Option<Fr>,
}

/// Tables about a circuit.
#[derive(Debug, Default)]
pub struct Index {
    starts: Vec<u32>,
    uses: Vec<Use>,
    /// For each row that gives a variable, how.
    pub slopes: Vec<Slopes>,
    /// Whether a row gives the variable.
    pub given: Vec<bool>,
    /// The first row that ties bits to a number, for each bit.
    pub tie: Vec<Option<u32>>,
    /// The rows that tie bits, in order.
    pub ties: Vec<u32>,
    /// The runs of boolean variables allocated one after the other.
    pub runs: Vec<Range<u32>>,
    /// For each row, the first block that holds it.
    pub block: Vec<Option<u32>>,
}

impl Index {
    /// The tables of a circuit.
    pub fn of(circuit: &Circuit) -> Self {
        let (variables, rows) = (circuit.uses.len(), circuit.rows.len());
        let mut index = Self { given: vec![false; variables], tie: vec![None; variables], ..Self::default() };
        let mut uses: Vec<Vec<Use>> = vec![Vec::new(); variables];
        for (row, equation) in circuit.rows.iter().enumerate() {
            // The second factor of a square is the first.
            let b = if equation.is_square() { &[][..] } else { &equation.b.terms[..] };
            for (part, terms) in [&equation.a.terms[..], b, &equation.c.terms[..]].into_iter().enumerate() {
                for (variable, coefficient) in terms {
                    let (one, coefficient) = (*coefficient == Fr::ONE, *coefficient);
                    uses[*variable as usize].push(Use { row: row as u32, part: part as u8, one, coefficient });
                }
            }
        }
        for of_one in uses {
            index.starts.push(index.uses.len() as u32);
            index.uses.extend(of_one);
        }
        index.starts.push(index.uses.len() as u32);
        for (row, gives) in circuit.gives.iter().enumerate() {
            let slopes = gives.variable.map(|variable| {
                index.given[variable as usize] = true;
                let equation = &circuit.rows[row];
                let parts = [&equation.a, &equation.b, &equation.c].map(|sum: &Sum| sum.coefficient(variable));
                let product = parts[0] == Fr::ZERO && parts[1] == Fr::ZERO;
                Slopes { parts, inverse: inverse(&parts[2]).filter(|_| product) }
            });
            index.slopes.push(slopes.unwrap_or_default());
            let Some(bits) = &gives.bits else { continue };
            index.ties.push(row as u32);
            for bit in bits.clone() {
                index.tie[bit as usize].get_or_insert(row as u32);
            }
        }
        let bits: Vec<u32> = circuit.witnesses().filter(|v| circuit.boolean[*v as usize].is_some()).collect();
        index.runs = bits.chunk_by(|a, b| a + 1 == *b).map(|run| run[0]..run[0] + run.len() as u32).collect();
        index.block = vec![None; rows];
        for (number, block) in circuit.blocks.iter().enumerate() {
            for row in block.rows.clone() {
                index.block[row].get_or_insert(number as u32);
            }
        }
        index
    }

    /// Where the variable stands.
    pub fn uses(&self, variable: u32) -> &[Use] {
        let at = variable as usize;
        &self.uses[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// The run that holds a variable.
    pub fn run(&self, variable: u32) -> Option<Range<u32>> {
        let at = self.runs.partition_point(|run| run.end <= variable);
        self.runs.get(at).filter(|run| run.contains(&variable)).cloned()
    }
}
