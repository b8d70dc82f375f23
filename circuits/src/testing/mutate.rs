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

/// A backend that only computes: it replaces one variable's value and remembers the rows that break.
struct Probe {
    target: Option<(usize, Change)>,
    allocated: usize,
    rows: usize,
    changed: bool,
    broken: Vec<usize>,
    broken_ties: Vec<usize>,
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
    /// Any other value.
    Set(Fr),
}

impl Change {
    fn apply(self, value: Fr) -> Fr {
        match self {
            Self::Increment => value + Fr::ONE,
            Self::Negate => -value,
            Self::Zero => Fr::ZERO,
            Self::One => Fr::ONE,
            Self::Set(value) => value,
        }
    }
}

impl Backend for Probe {
    fn track(&self) -> bool {
        false
    }

    fn allocate(&mut self, _input: bool, value: Fr) -> Result<(Fr, Variable), SynthesisError> {
        let number = self.allocated;
        self.allocated += 1;
        let value = match self.target {
            Some((target, change)) if target == number => {
                let other = change.apply(value);
                self.changed = other != value;
                other
            }
            _ => value,
        };
        Ok((value, Variable::zero()))
    }

    fn enforce(&mut self, a: &Num, b: &Num, c: &Num, tie: bool) -> Result<(), SynthesisError> {
        if a.value() * b.value() != c.value() {
            let broken = if tie { &mut self.broken_ties } else { &mut self.broken };
            broken.push(self.rows);
        }
        self.rows += 1;
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
    /// Broken rows that are no ties.
    pub broken: Vec<usize>,
    /// Broken ties.
    pub broken_ties: Vec<usize>,
}

impl Probed {
    /// The one row whose deletion would let this assignment pass, if there is one.
    pub fn noticed(&self) -> Option<usize> {
        match (&self.broken[..], &self.broken_ties[..]) {
            ([row], _) | ([], [row]) => Some(*row),
            _ => None,
        }
    }
}

/// Runs `body` with the variable at `target` (in the order of allocation) changed, or honestly.
pub fn probe(target: Option<(usize, Change)>, body: &dyn Fn(&mut Builder<'_>) -> Result<(), SynthesisError>) -> Probed {
    let mut probe =
        Probe { target, allocated: 0, rows: 0, changed: false, broken: Vec::new(), broken_ties: Vec::new() };
    let mut builder = Builder::new(&mut probe);
    body(&mut builder).expect("synthesis never fails, whatever the values");
    let blocks = builder.blocks().to_vec();
    let Probe { allocated, rows, changed, broken, broken_ties, .. } = probe;
    Probed { variables: allocated, rows, blocks, changed, broken, broken_ties }
}

/// What all mutations of a circuit found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// For each row, whether some mutation breaks it alone.
    pub noticed: Vec<bool>,
    /// Variables for which some change breaks nothing at all, with that change.
    pub free: Vec<(usize, Change)>,
}

impl Report {
    /// Adds another witness's mutations of the same circuit: a row noticed by one is noticed.
    pub fn merge(&mut self, other: Self) {
        self.noticed.resize(other.noticed.len().max(self.noticed.len()), false);
        for (mine, theirs) in self.noticed.iter_mut().zip(other.noticed) {
            *mine |= theirs;
        }
        self.free.extend(other.free);
    }

    /// Rows that no mutation breaks alone.
    pub fn survivors(&self) -> Vec<usize> {
        (0..self.noticed.len()).filter(|row| !self.noticed[*row]).collect()
    }
}

/// Mutates the chosen variables of an honest run in every way.
///
/// # Panics
/// If the honest run breaks a row: then the mutations would say nothing.
pub fn mutate(
    body: &dyn Fn(&mut Builder<'_>) -> Result<(), SynthesisError>,
    variables: impl IntoIterator<Item = usize>,
    random: Fr,
) -> Report {
    let honest = probe(None, body);
    assert!(honest.broken.is_empty() && honest.broken_ties.is_empty(), "the honest assignment does not hold");
    let mut report = Report { noticed: vec![false; honest.rows], free: Vec::new() };
    let changes = [Change::Increment, Change::Negate, Change::Zero, Change::One, Change::Set(random)];
    for variable in variables {
        for change in changes {
            let probed = probe(Some((variable, change)), body);
            if !probed.changed {
                continue;
            }
            if let Some(row) = probed.noticed() {
                report.noticed[row] = true;
            } else if probed.broken.is_empty() && probed.broken_ties.is_empty() {
                report.free.push((variable, change));
            }
        }
    }
    report
}
