//! A circuit with one assignment, taken apart: every row as an equation, every variable with the rows that contain it and the
//! way its value comes about. What the attacks by machine work on.
//!
//! A row *gives* a variable that no earlier row contains and that stands linearly in it: a product, a quotient, an inverse, the given
//! side of a tie. Boolean variables that a tie sums up with powers of two are given by that tie together. What no row gives is *given*: a
//! public input or the prover's own choice.

use super::index::Index;
use super::inverse::inverse;
use crate::Fr;
use crate::r1cs::{Backend, Block, Builder, Num, Row};
use ark_ff::{AdditiveGroup, Field};
use ark_relations::gr1cs::{SynthesisError, Variable};
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A circuit's code with one assignment.
pub type Body<'a> = &'a (dyn Fn(&mut Builder<'_>) -> Result<(), SynthesisError> + Sync);

/// constant + sum of coefficient * variable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    constant: Fr,
    /// (variable, coefficient), the variables numbered in the order of their allocation.
    pub terms: Vec<(u32, Fr)>,
}

impl Sum {
    fn new(num: &Num) -> Self {
        let mut sum = Self::default();
        for (coefficient, variable) in num.combination().0 {
            match variable.get_variable_index(0) {
                Some(number) if variable.is_witness() => sum.terms.push((number as u32, coefficient)),
                _ => sum.constant += coefficient,
            }
        }
        sum.terms.sort_unstable_by_key(|(variable, _)| *variable);
        sum
    }

    /// The value under an assignment.
    pub fn value(&self, values: &[Fr]) -> Fr {
        // Most coefficients are 1, and comparing costs less than multiplying.
        let term = |(variable, c): &(u32, Fr)| match *c == Fr::ONE {
            true => values[*variable as usize],
            false => *c * values[*variable as usize],
        };
        self.terms.iter().fold(self.constant, |sum, part| sum + term(part))
    }

    /// The coefficient of a variable.
    pub fn coefficient(&self, variable: u32) -> Fr {
        let found = self.terms.binary_search_by_key(&variable, |(v, _)| *v);
        found.map_or(Fr::ZERO, |at| self.terms[at].1)
    }
}

/// a * b = c.
#[derive(Clone, Debug)]
pub struct Equation {
    /// First factor.
    pub a: Sum,
    /// Second factor.
    pub b: Sum,
    /// The product.
    pub c: Sum,
    /// What it is for.
    pub kind: Row,
    square: bool,
}

impl Equation {
    fn new(a: &Num, b: &Num, c: &Num, kind: Row) -> Self {
        let (a, b, c) = (Sum::new(a), Sum::new(b), Sum::new(c));
        let square = a == b;
        Self { a, b, c, kind, square }
    }

    /// a * b - c.
    pub fn residue(&self, values: &[Fr]) -> Fr {
        let a = self.a.value(values);
        let b = if self.square { a } else { self.b.value(values) };
        a * b - self.c.value(values)
    }

    /// The variables, each once.
    pub fn variables(&self) -> Vec<u32> {
        let mut all: Vec<u32> =
            [&self.a, &self.b, &self.c].iter().flat_map(|sum| sum.terms.iter().map(|t| t.0)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether both factors are the same sum.
    pub fn is_square(&self) -> bool {
        self.square
    }

    /// The values of a, b and c.
    pub fn parts(&self, values: &[Fr]) -> [Fr; 3] {
        [&self.a, &self.b, &self.c].map(|sum| sum.value(values))
    }

    /// The values of `variable` that satisfy the row, everything else as it is: none, one, or for a square two.
    pub fn solve(&self, variable: u32, values: &[Fr]) -> Vec<Fr> {
        self.solve_from(self.parts(values), variable, values[variable as usize])
    }

    /// The same from the values of a, b and c with `x` for the variable.
    pub fn solve_from(&self, parts: [Fr; 3], variable: u32, x: Fr) -> Vec<Fr> {
        let part = |sum: &Sum, value: Fr| {
            let slope = sum.coefficient(variable);
            (value - slope * x, slope)
        };
        let ((a, da), (b, db), (c, dc)) = (part(&self.a, parts[0]), part(&self.b, parts[1]), part(&self.c, parts[2]));
        // da db x^2 + (a db + b da - dc) x + (a b - c) = 0
        let (square, slope, rest) = (da * db, a * db + b * da - dc, a * b - c);
        let Some(half) = inverse(&square.double()) else {
            // Most rows give their variable with the coefficient 1: half of a search was spent inverting that.
            if slope == -Fr::ONE {
                return vec![rest];
            }
            return inverse(&slope).map(|inverse| -rest * inverse).into_iter().collect();
        };
        let root = (slope.square() - (square * rest).double().double()).sqrt();
        root.map_or_else(Vec::new, |root| vec![(root - slope) * half, (-root - slope) * half])
    }

    /// Whether the row fixes the variable once all others are known: it is linear in it, and no product with it is said to be 0.
    fn fixes(&self, variable: u32) -> bool {
        let zero_product = self.c == Sum::default() && !self.a.terms.is_empty() && !self.b.terms.is_empty();
        !zero_product && (self.a.coefficient(variable) == Fr::ZERO || self.b.coefficient(variable) == Fr::ZERO)
    }
}

/// What a row determines.
#[derive(Clone, Debug, Default)]
pub struct Gives {
    /// A variable.
    pub variable: Option<u32>,
    /// Boolean variables, least significant first.
    pub bits: Option<Range<u32>>,
    /// The inverse of what it is multiplied with, or 0, where the row gives as `variable` whether that is 0.
    pub inverse: Option<u32>,
}

/// A circuit with one assignment.
#[derive(Clone, Debug)]
pub struct Trace {
    circuit: Arc<Circuit>,
    /// The assignment.
    pub values: Vec<Fr>,
}

impl Deref for Trace {
    type Target = Circuit;

    fn deref(&self) -> &Circuit {
        &self.circuit
    }
}

/// A circuit, whatever the assignment.
#[derive(Debug, Default)]
pub struct Circuit {
    /// Named runs of rows.
    pub blocks: Vec<Block>,
    /// The rows.
    pub rows: Vec<Equation>,
    /// What each row determines.
    pub gives: Vec<Gives>,
    /// The rows that contain each variable.
    pub uses: Vec<Vec<u32>>,
    /// Number of public inputs; they are the first variables.
    pub inputs: usize,
    /// The row that makes the variable 0 or 1, for boolean variables.
    pub boolean: Vec<Option<u32>>,
    /// Rows before the variable was allocated.
    pub allocated_at: Vec<u32>,
    /// Tables about all this.
    pub index: Index,
}

#[derive(Default)]
struct Recorder {
    circuit: Circuit,
    values: Vec<Fr>,
    /// The circuit is known: only values are wanted.
    known: Option<Arc<Circuit>>,
}

impl Backend for Recorder {
    fn track(&self) -> bool {
        self.known.is_none()
    }

    fn allocate(&mut self, input: bool, value: Fr) -> Result<(Fr, Variable), SynthesisError> {
        let circuit = &mut self.circuit;
        let number = self.values.len();
        self.values.push(value);
        if self.known.is_none() {
            assert!(!input || circuit.inputs == number, "public inputs are allocated first");
            circuit.inputs += usize::from(input);
            circuit.uses.push(Vec::new());
            circuit.boolean.push(None);
            circuit.allocated_at.push(circuit.rows.len() as u32);
        }
        Ok((value, Variable::witness(number)))
    }

    fn enforce(&mut self, a: &Num, b: &Num, c: &Num, kind: Row) -> Result<(), SynthesisError> {
        if self.known.is_none() {
            self.circuit.push(Equation::new(a, b, c, kind));
        }
        Ok(())
    }

    fn rows(&self) -> usize {
        self.circuit.rows.len()
    }
}

impl Trace {
    /// Runs `body` and takes down what it does.
    ///
    /// # Panics
    /// If the circuit's code refuses to run, which it never does for values of the right shape.
    pub fn new(body: Body<'_>) -> Self {
        let mut recorder = Recorder::default();
        let mut builder = Builder::new(&mut recorder);
        body(&mut builder).expect("synthesis never fails, whatever the values");
        let blocks = builder.blocks().to_vec();
        let mut circuit = Circuit { blocks, ..recorder.circuit };
        circuit.index = Index::of(&circuit);
        Self { circuit: Arc::new(circuit), values: recorder.values }
    }

    /// The same circuit with the assignment of `body`.
    ///
    /// # Panics
    /// If `body` is not of this circuit.
    pub fn again(&self, body: Body<'_>) -> Self {
        let mut recorder = Recorder { known: Some(self.circuit.clone()), ..Recorder::default() };
        body(&mut Builder::new(&mut recorder)).expect("synthesis never fails, whatever the values");
        assert_eq!(recorder.values.len(), self.values.len(), "another circuit");
        Self { circuit: self.circuit.clone(), values: recorder.values }
    }

    /// The same circuit with these values.
    pub fn with(&self, values: Vec<Fr>) -> Self {
        Self { circuit: self.circuit.clone(), values }
    }

    /// The rows that do not hold under the trace's own assignment.
    pub fn unsatisfied(&self) -> Vec<usize> {
        self.circuit.unsatisfied(&self.values)
    }
}

impl Circuit {
    fn push(&mut self, equation: Equation) {
        let row = self.rows.len() as u32;
        let variables = equation.variables();
        if equation.kind == Row::Boolean {
            self.boolean[variables[0] as usize] = Some(row);
        }
        self.gives.push(self.given_by(&equation, &variables));
        if let Some((first, hint)) = self.inverse_in(&equation) {
            self.gives[first as usize].inverse = Some(hint);
        }
        for variable in variables {
            self.uses[variable as usize].push(row);
        }
        self.rows.push(equation);
    }

    /// The last row of "is it 0": x·i = f, (1 - f)·x = 0, (1 - f)·i = 0. The first of these rows, and i.
    fn inverse_in(&self, equation: &Equation) -> Option<(u32, u32)> {
        let ([(f, minus)], [(hint, _)]) = (&equation.a.terms[..], &equation.b.terms[..]) else { return None };
        let first = *self.uses[*hint as usize].first()?;
        let product = &self.gives[first as usize];
        let negation = equation.a.constant == Fr::ONE && *minus == -Fr::ONE && equation.c == Sum::default();
        let last = self.rows[first as usize].b.terms == equation.b.terms && product.variable == Some(*f);
        (negation && last && f != hint).then_some((first, *hint))
    }

    fn given_by(&self, equation: &Equation, variables: &[u32]) -> Gives {
        if equation.kind == Row::Boolean {
            return Gives::default();
        }
        let fresh = |v: &&u32| self.uses[**v as usize].is_empty() && equation.fixes(**v);
        let variable = variables.iter().rev().find(fresh).copied();
        // Bits that nothing has read yet, with coefficients 1, 2, 4, ...
        let bit = |v: u32| self.boolean[v as usize].is_some() && self.uses[v as usize].len() == 1;
        let mut run = equation.a.terms.iter().filter(|(v, _)| bit(*v)).peekable();
        let first = run.peek().map(|(v, c)| (*v, *c));
        let bits = first.filter(|(_, c)| equation.kind == Row::Tie && *c == Fr::ONE).map(|(start, _)| {
            let mut power = Fr::ONE;
            let mut end = start;
            for (v, c) in run {
                if *v == end && *c == power {
                    end += 1;
                    power.double_in_place();
                }
            }
            start..end
        });
        Gives { variable, bits, inverse: None }
    }

    /// The block of a row.
    pub fn block(&self, row: usize) -> Option<&Block> {
        self.index.block[row].map(|number| &self.blocks[number as usize])
    }

    /// The block of a row, and the row's place in it.
    pub fn place(&self, row: usize) -> (&'static str, usize) {
        let block = self.block(row);
        block.map_or(("-", row), |block| (block.name, row - block.rows.start))
    }

    /// The rows that do not hold under an assignment.
    pub fn unsatisfied(&self, values: &[Fr]) -> Vec<usize> {
        (0..self.rows.len()).filter(|row| self.rows[*row].residue(values) != Fr::ZERO).collect()
    }

    /// The names of the blocks that hold these rows, each once, in order.
    pub fn blocks_of(&self, rows: &[usize]) -> Vec<&'static str> {
        let mut names: Vec<_> = rows.iter().map(|row| self.place(*row).0).collect();
        names.dedup();
        names
    }

    /// The witness variables.
    pub fn witnesses(&self) -> Range<u32> {
        self.inputs as u32..self.uses.len() as u32
    }

    /// The witness variables allocated while these rows were written.
    pub fn allocated(&self, rows: Range<usize>) -> Range<u32> {
        let before = |row: usize| self.allocated_at.partition_point(|at| (*at as usize) < row) as u32;
        before(rows.start).max(self.inputs as u32)..before(rows.end).max(self.inputs as u32)
    }

    /// The run of boolean variables that `bit` belongs to, or just itself.
    pub fn bits_of(&self, bit: u32) -> Range<u32> {
        let tied = self.index.tie[bit as usize].and_then(|row| self.gives[row as usize].bits.clone());
        tied.or_else(|| self.index.run(bit)).unwrap_or(bit..bit + 1)
    }
}
