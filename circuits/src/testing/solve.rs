//! An assignment changed at some variables, and everything after them recomputed row by row from the false values.

use super::trace::Trace;
use crate::Fr;
use crate::r1cs::Row;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

/// What may follow a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inputs {
    /// The public inputs stay: the verifier has chosen them.
    Fixed,
    /// A public input that a row computes takes the computed value: the prover claims something else.
    Follow,
}

/// When to give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// At the first row that does not hold.
    First,
    /// At the first such row that is no tie.
    NoTie,
    /// Never.
    End,
}

/// What a prover works out by itself when something before it changes, since no row gives it: the advice of a lookup, the bits of a
/// score. It is asked once in an attempt, before the first changed row from `at` on.
pub struct Advice<'a> {
    /// The first row that reads it.
    pub at: u32,
    /// Values for it.
    pub follow: Box<Follow<'a>>,
}

/// Values for variables, from an attempt under way.
pub type Follow<'a> = dyn Fn(&State<'_>) -> Vec<(u32, Fr)> + Send + Sync + 'a;

/// An attempt under way.
pub struct State<'s> {
    /// The circuit, with the assignment at the start.
    pub trace: &'s Trace,
    /// The values so far.
    pub values: &'s [Fr],
    /// The variables that the attempt sets.
    pub locked: &'s HashSet<u32>,
    /// The row taken away.
    pub deleted: Option<u32>,
}

/// Recomputes assignments of one trace; reused for many, since each only touches a part.
pub struct Solver<'t> {
    trace: &'t Trace,
    /// In the order of their rows.
    advice: &'t [Advice<'t>],
    asked: usize,
    values: Vec<Fr>,
    changed: Vec<u32>,
    locked: HashSet<u32>,
    queue: BinaryHeap<Reverse<u32>>,
    queued: Vec<bool>,
}

/// An attempt at a false assignment.
#[derive(Clone, Debug, Default)]
pub struct Attempt {
    /// Variables set to a value, whatever the rows say.
    pub set: Vec<(u32, Fr)>,
    /// The row taken away.
    pub deleted: Option<u32>,
    /// A row and a variable in it that makes up for the rest.
    pub absorb: Option<(u32, u32)>,
}

impl<'t> Solver<'t> {
    /// Starts from the trace's assignment.
    pub fn new(trace: &'t Trace) -> Self {
        Self::with(trace, &[])
    }

    /// Starts from the trace's assignment, with what its prover works out by itself.
    pub fn with(trace: &'t Trace, advice: &'t [Advice<'t>]) -> Self {
        Self {
            trace,
            advice,
            asked: 0,
            values: trace.values.clone(),
            changed: Vec::new(),
            locked: HashSet::new(),
            queue: BinaryHeap::new(),
            queued: vec![false; trace.rows.len()],
        }
    }

    /// The assignment after the last attempt.
    pub fn values(&self) -> &[Fr] {
        &self.values
    }

    /// The variables that the last attempt changed.
    pub fn changed(&self) -> &[u32] {
        &self.changed
    }

    /// Makes the attempt and returns the rows that do not hold among those that the changes reach, without the deleted one.
    pub fn attempt(&mut self, attempt: &Attempt, inputs: Inputs, until: Until) -> Vec<u32> {
        self.reset();
        for (variable, value) in &attempt.set {
            if self.locked.insert(*variable) {
                self.set(*variable, *value);
            }
        }
        let mut broken = Vec::new();
        while let Some(Reverse(row)) = self.next(attempt) {
            self.queued[row as usize] = false;
            if attempt.deleted == Some(row) || self.settle(row, attempt, inputs) {
                continue;
            }
            broken.push(row);
            let tie = self.trace.rows[row as usize].kind == Row::Tie;
            if until == Until::First || until == Until::NoTie && !tie {
                break;
            }
        }
        broken.sort_unstable();
        broken.dedup();
        broken
    }

    /// The next changed row, after the advice that comes before it.
    fn next(&mut self, attempt: &Attempt) -> Option<Reverse<u32>> {
        while let Some(advice) = self.advice.get(self.asked)
            && self.queue.peek().is_some_and(|Reverse(row)| *row >= advice.at)
        {
            self.asked += 1;
            let Self { trace, values, locked, .. } = self;
            let state = State { trace, values, locked, deleted: attempt.deleted };
            for (variable, value) in (advice.follow)(&state) {
                if !self.locked.contains(&variable) {
                    self.set(variable, value);
                }
            }
        }
        self.queue.pop()
    }

    fn reset(&mut self) {
        self.asked = 0;
        for variable in self.changed.drain(..) {
            self.values[variable as usize] = self.trace.values[variable as usize];
        }
        for Reverse(row) in self.queue.drain() {
            self.queued[row as usize] = false;
        }
        self.locked.clear();
    }

    fn set(&mut self, variable: u32, value: Fr) {
        if self.values[variable as usize] == value {
            return;
        }
        self.values[variable as usize] = value;
        self.changed.push(variable);
        for row in &self.trace.uses[variable as usize] {
            if !std::mem::replace(&mut self.queued[*row as usize], true) {
                self.queue.push(Reverse(*row));
            }
        }
    }

    /// Makes the row hold by what it gives; false if nothing is left to give way.
    fn settle(&mut self, row: u32, attempt: &Attempt, inputs: Inputs) -> bool {
        let trace = self.trace;
        let equation = &trace.rows[row as usize];
        let residue = equation.residue(&self.values);
        if residue == Fr::ZERO {
            return true;
        }
        if let Some((at, variable)) = attempt.absorb
            && at == row
        {
            return self.solve(row, variable);
        }
        let gives = &trace.gives[row as usize];
        if let (Some(hint), Some(product)) = (gives.inverse, gives.variable)
            && !self.locked.contains(&hint)
            && !self.locked.contains(&product)
        {
            let x = equation.a.value(&self.values);
            self.set(hint, x.inverse().unwrap_or(Fr::ZERO));
            self.set(product, if x == Fr::ZERO { Fr::ZERO } else { Fr::ONE });
            return trace.rows[row as usize].residue(&self.values) == Fr::ZERO;
        }
        let is_input = |v: u32| (v as usize) < trace.inputs;
        if let Some(variable) = gives.variable
            && !is_input(variable)
            && !self.locked.contains(&variable)
        {
            return self.solve(row, variable);
        }
        if let Some(bits) = gives.bits.clone()
            && !bits.clone().any(|bit| self.locked.contains(&bit))
        {
            return self.decompose(row, bits, residue);
        }
        if inputs == Inputs::Fixed {
            return false;
        }
        let free = |v: &u32| is_input(*v) && !self.locked.contains(v);
        let Some(input) = equation.variables().into_iter().find(free) else { return false };
        self.solve(row, input) && self.locked.insert(input)
    }

    fn solve(&mut self, row: u32, variable: u32) -> bool {
        let solutions = self.trace.rows[row as usize].solve(variable, &self.values);
        let Some(solution) = solutions.first() else { return false };
        self.set(variable, *solution);
        true
    }

    /// The tie's bits become those of the number that they stand for; the row holds if it has no more bits.
    fn decompose(&mut self, row: u32, bits: std::ops::Range<u32>, residue: Fr) -> bool {
        let packed = |values: &[Fr]| bits.clone().rev().fold(Fr::ZERO, |sum, bit| sum.double() + values[bit as usize]);
        let number = (packed(&self.values) - residue).into_bigint();
        for (i, bit) in bits.clone().enumerate() {
            self.set(bit, Fr::from(number.get_bit(i)));
        }
        self.trace.rows[row as usize].residue(&self.values) == Fr::ZERO
    }
}
