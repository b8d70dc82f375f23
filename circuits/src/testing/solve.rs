//! An assignment changed at some variables, and everything after them recomputed row by row from the false values.

use super::inverse::inverse;
use super::trace::Trace;
use crate::Fr;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};

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
pub enum Until<'a> {
    /// At the first row that does not hold.
    First,
    /// At the first such row that is none of these.
    Outside(&'a [u32]),
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
    pub locked: &'s Locked,
    /// The row taken away.
    pub deleted: Option<u32>,
}

/// The variables that an attempt sets.
#[derive(Clone, Debug)]
pub struct Locked {
    is: Vec<bool>,
    all: Vec<u32>,
}

impl Locked {
    /// Whether the variable is one of them.
    pub fn contains(&self, variable: &u32) -> bool {
        self.is[*variable as usize]
    }

    fn insert(&mut self, variable: u32) -> bool {
        let new = !std::mem::replace(&mut self.is[variable as usize], true);
        if new {
            self.all.push(variable);
        }
        new
    }

    fn clear(&mut self) {
        for variable in self.all.drain(..) {
            self.is[variable as usize] = false;
        }
    }
}

/// Rows to look at, lowest first.
#[derive(Clone, Debug)]
struct Queue {
    words: Vec<u64>,
    /// No row is queued in a word before this one.
    at: usize,
}

impl Queue {
    fn push(&mut self, row: u32) {
        let word = row as usize / 64;
        self.words[word] |= 1 << (row % 64);
        self.at = self.at.min(word);
    }

    fn remove(&mut self, row: u32) {
        self.words[row as usize / 64] &= !(1 << (row % 64));
    }

    fn lowest(&mut self) -> Option<u32> {
        while let Some(word) = self.words.get(self.at) {
            if *word != 0 {
                return Some(64 * self.at as u32 + word.trailing_zeros());
            }
            self.at += 1;
        }
        None
    }
}

/// Recomputes assignments of one trace; reused for many, since each only touches a part.
///
/// The sums of each row are kept and follow each change of a variable: sums are long, and most changes are few.
pub struct Solver<'t> {
    trace: &'t Trace,
    /// In the order of their rows.
    advice: &'t [Advice<'t>],
    asked: usize,
    values: Vec<Fr>,
    changed: Vec<u32>,
    locked: Locked,
    queue: Queue,
    /// a, b and c of each row at the start (b of a square is a), and now.
    start: Vec<[Fr; 3]>,
    parts: Vec<[Fr; 3]>,
    /// The rows whose sums have changed.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
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
        let start: Vec<_> = trace.rows.iter().map(|equation| equation.parts(&trace.values)).collect();
        let rows = trace.rows.len();
        Self {
            trace,
            advice,
            asked: 0,
            values: trace.values.clone(),
            changed: Vec::new(),
            locked: Locked { is: vec![false; trace.values.len()], all: Vec::new() },
            queue: Queue { words: vec![0; rows.div_ceil(64)], at: 0 },
            parts: start.clone(),
            start,
            touched: Vec::new(),
            is_touched: vec![false; rows],
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

    /// Whether a row holds after the last attempt.
    pub fn holds(&self, row: u32) -> bool {
        self.residue(row) == Fr::ZERO
    }

    fn residue(&self, row: u32) -> Fr {
        let [a, b, c] = self.sums(row);
        a * b - c
    }

    fn sums(&self, row: u32) -> [Fr; 3] {
        let [a, b, c] = self.parts[row as usize];
        [a, if self.trace.rows[row as usize].is_square() { a } else { b }, c]
    }

    /// Makes the attempt and returns the rows that do not hold among those that the changes reach, without the deleted one.
    pub fn attempt(&mut self, attempt: &Attempt, inputs: Inputs, until: Until<'_>) -> Vec<u32> {
        self.reset();
        for (variable, value) in &attempt.set {
            if self.locked.insert(*variable) {
                self.set(*variable, *value);
            }
        }
        let mut broken = Vec::new();
        while let Some(row) = self.next(attempt) {
            self.queue.remove(row);
            if attempt.deleted == Some(row) || self.settle(row, attempt, inputs) {
                continue;
            }
            broken.push(row);
            match until {
                Until::First => break,
                Until::Outside(rows) if !rows.contains(&row) => break,
                Until::Outside(_) | Until::End => {}
            }
        }
        broken.sort_unstable();
        broken.dedup();
        broken
    }

    /// The next changed row, after the advice that comes before it.
    fn next(&mut self, attempt: &Attempt) -> Option<u32> {
        while let Some(advice) = self.advice.get(self.asked)
            && self.queue.lowest().is_some_and(|row| row >= advice.at)
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
        self.queue.lowest()
    }

    fn reset(&mut self) {
        self.asked = 0;
        for variable in self.changed.drain(..) {
            self.values[variable as usize] = self.trace.values[variable as usize];
        }
        for row in self.touched.drain(..) {
            self.parts[row as usize] = self.start[row as usize];
            self.is_touched[row as usize] = false;
            self.queue.remove(row);
        }
        self.locked.clear();
    }

    fn set(&mut self, variable: u32, value: Fr) {
        let change = value - self.values[variable as usize];
        if change == Fr::ZERO {
            return;
        }
        self.values[variable as usize] = value;
        self.changed.push(variable);
        for at in self.trace.index.uses(variable) {
            let row = at.row as usize;
            self.parts[row][at.part as usize] += if at.one { change } else { change * at.coefficient };
            if !std::mem::replace(&mut self.is_touched[row], true) {
                self.touched.push(at.row);
            }
            self.queue.push(at.row);
        }
    }

    /// Makes the row hold by what it gives; false if nothing is left to give way.
    fn settle(&mut self, row: u32, attempt: &Attempt, inputs: Inputs) -> bool {
        let trace = self.trace;
        let equation = &trace.rows[row as usize];
        let residue = self.residue(row);
        // x that was 0 and is no longer: x·0 = 0 still holds, and the rows after it would not.
        let gives = &trace.gives[row as usize];
        let awake = |product: u32| {
            gives.inverse.is_some() && self.sums(row)[0] != Fr::ZERO && self.values[product as usize] == Fr::ZERO
        };
        if residue == Fr::ZERO && !gives.variable.is_some_and(awake) {
            return true;
        }
        if let Some((at, variable)) = attempt.absorb
            && at == row
        {
            return self.solve(row, variable);
        }
        if let (Some(hint), Some(product)) = (gives.inverse, gives.variable)
            && !self.locked.contains(&hint)
            && !self.locked.contains(&product)
        {
            let [x, ..] = self.sums(row);
            self.set(hint, inverse(&x).unwrap_or(Fr::ZERO));
            self.set(product, if x == Fr::ZERO { Fr::ZERO } else { Fr::ONE });
            return self.holds(row);
        }
        if residue == Fr::ZERO {
            return true;
        }
        let is_input = |v: u32| (v as usize) < trace.inputs;
        if let Some(variable) = gives.variable
            && !is_input(variable)
            && !self.locked.contains(&variable)
        {
            return self.give(row, variable, residue);
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

    /// Makes the row hold by the variable that it gives, in which it is linear.
    fn give(&mut self, row: u32, variable: u32, residue: Fr) -> bool {
        let slopes = &self.trace.index.slopes[row as usize];
        let x = self.values[variable as usize];
        let [da, db, dc] = slopes.parts;
        let value = match slopes.inverse {
            Some(inverse) if inverse == Fr::ONE => x + residue,
            Some(inverse) => x + residue * inverse,
            None => {
                let [a, b, _] = self.sums(row);
                match inverse(&(da * b + db * a - dc)) {
                    Some(inverse) => x - residue * inverse,
                    None => return false,
                }
            }
        };
        self.set(variable, value);
        true
    }

    fn solve(&mut self, row: u32, variable: u32) -> bool {
        let x = self.values[variable as usize];
        let solutions = self.trace.rows[row as usize].solve_from(self.sums(row), variable, x);
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
        self.holds(row)
    }
}
