//! Attacks on a circuit by machine: every witness variable set to false values, in two ways. *Alone*: only the rows that
//! contain the variable are checked again. *Injected* when it is allocated: everything downstream is computed from the
//! false value. Each must leave an unsatisfied row, or the variable is free.

use super::solve::{Advice, Attempt, Inputs, Solver, Until};
use super::trace::{Body, Trace};
use crate::Fr;
use crate::r1cs::{Backend, Builder, Num, Row};
use ark_ff::{AdditiveGroup, Field};
use ark_relations::gr1cs::{SynthesisError, Variable};

/// v + 1, -v, 0, 1, random, as far as they differ from v and from each other.
pub fn mutations(value: Fr, random: Fr) -> impl Iterator<Item = Fr> {
    let all = [value + Fr::ONE, -value, Fr::ZERO, Fr::ONE, random];
    (0..all.len()).filter(move |i| all[*i] != value && !all[..*i].contains(&all[*i])).map(move |i| all[i])
}

/// A variable that may take another value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Free {
    /// The variable.
    pub variable: u32,
    /// Whether nothing else has to change.
    pub alone: bool,
}

/// The witness variables, among `variables`, that some mutation leaves without an unsatisfied row, the public inputs as they are;
/// what the prover works out by itself follows.
pub fn free_variables(
    trace: &Trace,
    advice: &[Advice<'_>],
    variables: impl IntoIterator<Item = u32>,
    random: Fr,
) -> Vec<Free> {
    let mut solver = Solver::with(trace, advice);
    let mut values = trace.values.clone();
    let mut free = Vec::new();
    for variable in variables {
        let at = variable as usize;
        let honest = trace.values[at];
        for value in mutations(honest, random) {
            values[at] = value;
            let holds = |row: &u32| trace.rows[*row as usize].residue(&values) == Fr::ZERO;
            if trace.uses[at].iter().all(holds) {
                free.push(Free { variable, alone: true });
            }
            let attempt = Attempt { set: vec![(variable, value)], ..Attempt::default() };
            if solver.attempt(&attempt, Inputs::Fixed, Until::First).is_empty() {
                free.push(Free { variable, alone: false });
            }
        }
        values[at] = honest;
    }
    free.sort_unstable();
    free.dedup();
    free
}

/// A second assignment for the same public inputs in which exactly two witness variables differ, for each first variable at most one.
///
/// The second variable must stand in every row that the first one breaks, so it is solved for from the first of them.
pub fn second_assignments(trace: &Trace, random: Fr) -> Vec<(u32, u32)> {
    let mut values = trace.values.clone();
    let mut found = Vec::new();
    for u in trace.witnesses() {
        let honest = trace.values[u as usize];
        let mut partner = None;
        for value in mutations(honest, random) {
            values[u as usize] = value;
            partner = partner.or_else(|| partner_of(trace, u, &mut values));
        }
        values[u as usize] = honest;
        found.extend(partner.map(|v| (u, v)));
    }
    found
}

fn partner_of(trace: &Trace, u: u32, values: &mut [Fr]) -> Option<u32> {
    let broken = |values: &[Fr], v: u32| {
        let rows = trace.uses[v as usize].iter();
        rows.copied().find(|row| trace.rows[*row as usize].residue(values) != Fr::ZERO)
    };
    let Some(first) = broken(values, u) else { return Some(u) };
    let equation = &trace.rows[first as usize];
    for v in equation.variables().into_iter().filter(|v| *v != u && *v as usize >= trace.inputs) {
        let honest = values[v as usize];
        for solution in equation.solve(v, values) {
            values[v as usize] = solution;
            if broken(values, u).is_none() && broken(values, v).is_none() {
                values[v as usize] = honest;
                return Some(v);
            }
        }
        values[v as usize] = honest;
    }
    None
}

/// A backend that only computes: it replaces the value of one variable and remembers the rows that break.
struct Probe {
    target: u32,
    value: Fr,
    allocated: u32,
    rows: usize,
    broken: Vec<usize>,
}

impl Backend for Probe {
    fn track(&self) -> bool {
        false
    }

    fn allocate(&mut self, _input: bool, value: Fr) -> Result<(Fr, Variable), SynthesisError> {
        let here = self.allocated == self.target;
        self.allocated += 1;
        Ok((if here { self.value } else { value }, Variable::zero()))
    }

    fn enforce(&mut self, a: &Num, b: &Num, c: &Num, _kind: Row) -> Result<(), SynthesisError> {
        if a.value() * b.value() != c.value() {
            self.broken.push(self.rows);
        }
        self.rows += 1;
        Ok(())
    }

    fn rows(&self) -> usize {
        self.rows
    }
}

/// The rows that break when the circuit's own code goes on from `value` for this variable (numbered by allocation).
///
/// # Panics
/// If the circuit's code refuses to run.
pub fn inject(body: Body<'_>, variable: u32, value: Fr) -> Vec<usize> {
    let mut probe = Probe { target: variable, value, allocated: 0, rows: 0, broken: Vec::new() };
    body(&mut Builder::new(&mut probe)).expect("synthesis never fails, whatever the values");
    probe.broken
}
