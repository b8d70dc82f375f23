//! Attacks on a circuit by machine: every variable set to false values at the moment it is allocated, everything
//! downstream computed from the false value, every row checked.
//!
//! A row is *noticed* if some mutation breaks that row and no other: delete the row, and a false assignment passes.
//! Rows marked as ties (a computed value compared with a given one) are counted apart: an attacker who may choose what is
//! given, such as the words of a ballot, is stopped by the other rows alone.

use crate::Fr;
use crate::r1cs::{Backend, Block, Builder, Num};
use ark_ff::{AdditiveGroup, Field};
use ark_relations::gr1cs::{SynthesisError, Variable};

/// A backend that only computes: it replaces values of variables and remembers the rows that break.
struct Probe<'a> {
    targets: &'a [(usize, Change)],
    allocated: usize,
    rows: usize,
    changed: bool,
    broken: Vec<(usize, Fr)>,
    broken_ties: Vec<usize>,
    /// Variables allocated before each row.
    before: Vec<usize>,
}

/// A false value for a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// v + 1.
    Increment,
    /// -v.
    Negate,
    /// 0.
    Zero,
    /// 1.
    One,
    /// 1 - v: the other bit.
    Flip,
    /// v + this.
    Add(Fr),
    /// This.
    Set(Fr),
}

impl Change {
    fn apply(self, value: Fr) -> Fr {
        match self {
            Self::Increment => value + Fr::ONE,
            Self::Negate => -value,
            Self::Zero => Fr::ZERO,
            Self::One => Fr::ONE,
            Self::Flip => Fr::ONE - value,
            Self::Add(step) => value + step,
            Self::Set(value) => value,
        }
    }
}

impl Backend for Probe<'_> {
    fn track(&self) -> bool {
        false
    }

    fn allocate(&mut self, _input: bool, value: Fr) -> Result<(Fr, Variable), SynthesisError> {
        let number = self.allocated;
        self.allocated += 1;
        let change = self.targets.iter().find(|(target, _)| *target == number);
        let value = change.map_or(value, |(_, change)| {
            let other = change.apply(value);
            self.changed |= other != value;
            other
        });
        Ok((value, Variable::zero()))
    }

    fn enforce(&mut self, a: &Num, b: &Num, c: &Num, tie: bool) -> Result<(), SynthesisError> {
        let residue = a.value() * b.value() - c.value();
        match (residue == Fr::ZERO, tie) {
            (true, _) => {}
            (false, true) => self.broken_ties.push(self.rows),
            (false, false) => self.broken.push((self.rows, residue)),
        }
        self.rows += 1;
        self.before.push(self.allocated);
        Ok(())
    }

    fn rows(&self) -> usize {
        self.rows
    }
}

/// What one run of a circuit's code gave.
#[derive(Clone, Debug)]
pub struct Probed {
    /// Variables allocated, public inputs first.
    pub variables: usize,
    /// Number of rows.
    pub rows: usize,
    /// Named runs of rows.
    pub blocks: Vec<Block>,
    /// Whether the target took another value.
    pub changed: bool,
    /// Broken rows that are no ties, with a * b - c.
    pub broken: Vec<(usize, Fr)>,
    /// Broken ties.
    pub broken_ties: Vec<usize>,
    /// Variables allocated before each row.
    pub before: Vec<usize>,
}

impl Probed {
    /// The one row whose deletion would let this assignment pass, if there is one.
    pub fn noticed(&self) -> Option<usize> {
        match (&self.broken[..], &self.broken_ties[..]) {
            ([(row, _)], _) | ([], [row]) => Some(*row),
            _ => None,
        }
    }
}

/// Runs `body` with these variables (numbered in the order of allocation) changed.
pub fn probe(targets: &[(usize, Change)], body: Body<'_>) -> Probed {
    let mut probe = Probe {
        targets,
        allocated: 0,
        rows: 0,
        changed: false,
        broken: Vec::new(),
        broken_ties: Vec::new(),
        before: Vec::new(),
    };
    let mut builder = Builder::new(&mut probe);
    body(&mut builder).expect("synthesis never fails, whatever the values");
    let blocks = builder.blocks().to_vec();
    let Probe { allocated, rows, changed, broken, broken_ties, before, .. } = probe;
    Probed { variables: allocated, rows, blocks, changed, broken, broken_ties, before }
}

/// A circuit's code with one honest assignment.
pub type Body<'a> = &'a dyn Fn(&mut Builder<'_>) -> Result<(), SynthesisError>;

/// The variables, among `variables`, for which some change breaks no row at all.
///
/// # Panics
/// If the honest run breaks a row: then the mutations would say nothing.
pub fn free_variables(body: Body<'_>, variables: impl IntoIterator<Item = usize>, random: Fr) -> Vec<(usize, Change)> {
    honest(body);
    let mut free = Vec::new();
    for variable in variables {
        for change in changes(random) {
            let probed = probe(&[(variable, change)], body);
            if probed.changed && probed.broken.is_empty() && probed.broken_ties.is_empty() {
                free.push((variable, change));
            }
        }
    }
    free
}

/// The rows, among `rows`, that nothing notices if they are deleted: no change of a variable allocated shortly before the row,
/// under any of the assignments, breaks that row alone.
///
/// # Panics
/// If an honest run breaks a row.
pub fn survivors(bodies: &[Body<'_>], rows: impl IntoIterator<Item = usize>, random: Fr) -> Vec<usize> {
    let runs: Vec<Probed> = bodies.iter().map(|body| honest(*body)).collect();
    let notices = |row: usize| {
        let mut pairs = bodies.iter().zip(&runs);
        pairs.clone().any(|(body, run)| noticed_alone(*body, run, row, random))
            || pairs.any(|(body, run)| noticed_in_pairs(*body, run, row))
    };
    rows.into_iter().filter(|row| !notices(*row)).collect()
}

fn noticed_alone(body: Body<'_>, run: &Probed, row: usize, random: Fr) -> bool {
    near(run, row, REACH, 0).rev().any(|variable| {
        changes(random).into_iter().any(|change| probe(&[(variable, change)], body).noticed() == Some(row))
    })
}

/// Two coordinated variables: where a change of `v` breaks the row and one more, which is linear in `v` (the sum of a bit
/// decomposition, the equation of the curve), a change of `u` that the other row alone sees lets `v` make up for it.
fn noticed_in_pairs(body: Body<'_>, run: &Probed, row: usize) -> bool {
    // Five is no bit, nor one away from a bit.
    let step = Fr::from(5u64);
    near(run, row, REACH, 0).rev().any(|v| {
        let moved = (v, Change::Add(step));
        let other = match probe(&[moved], body).broken[..] {
            [(a, _), (b, _)] if a == row => b,
            [(a, _), (b, _)] if b == row => a,
            _ => return false,
        };
        let candidates = near(run, row, 2 * REACH, 2 * REACH).filter(|u| *u != v);
        candidates.flat_map(|u| [(u, Change::Flip), (u, Change::Increment)]).any(|u| {
            let [(only, before)] = probe(&[u], body).broken[..] else { return false };
            let broken = probe(&[u, moved], body).broken;
            let after = broken.iter().find(|(row, _)| *row == other).map_or(Fr::ZERO, |(_, residue)| *residue);
            let Some(slope) = (before - after).inverse().filter(|_| only == other) else { return false };
            probe(&[u, (v, Change::Add(step * before * slope))], body).noticed() == Some(row)
        })
    })
}

/// Variables allocated up to `back` before the row and up to `ahead` after it.
fn near(run: &Probed, row: usize, back: usize, ahead: usize) -> std::ops::Range<usize> {
    let newest = run.before[row];
    newest.saturating_sub(back)..(newest + ahead).min(run.variables)
}

/// How many variables back the mutation that breaks a row alone is looked for.
const REACH: usize = 8;

fn changes(random: Fr) -> [Change; 5] {
    [Change::Increment, Change::Negate, Change::Zero, Change::One, Change::Set(random)]
}

fn honest(body: Body<'_>) -> Probed {
    let run = probe(&[], body);
    assert!(run.broken.is_empty() && run.broken_ties.is_empty(), "the honest assignment does not hold: {run:?}");
    run
}
