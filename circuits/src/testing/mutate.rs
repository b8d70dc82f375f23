//! Attacks on a circuit by machine: every variable set to false values at the moment it is allocated, everything
//! downstream computed from the false value, every row checked.
//!
//! A row is *noticed* if some mutation breaks that row and no other: delete the row, and a false assignment passes.
//! Rows marked as ties (a computed value compared with a given one) are counted apart: an attacker who may choose what is
//! given, such as the words of a ballot, is stopped by the other rows alone.

use crate::Fr;
use crate::babyjubjub::Scalar;
use crate::r1cs::{Backend, Block, Builder, Num, Row};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField};
use ark_relations::gr1cs::{SynthesisError, Variable};
use std::collections::HashSet;
use std::ops::Range;

/// A backend that only computes: it replaces values of variables and remembers the rows that break.
struct Probe<'a> {
    targets: &'a [(usize, Change)],
    allocated: usize,
    rows: usize,
    changed: bool,
    broken: Vec<(usize, Fr)>,
    broken_ties: Vec<usize>,
    before: Vec<usize>,
    bits: Vec<usize>,
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

    fn enforce(&mut self, a: &Num, b: &Num, c: &Num, kind: Row) -> Result<(), SynthesisError> {
        let residue = a.value() * b.value() - c.value();
        match kind {
            _ if residue == Fr::ZERO => {}
            Row::Tie => self.broken_ties.push(self.rows),
            Row::Rule | Row::Boolean => self.broken.push((self.rows, residue)),
        }
        if kind == Row::Boolean {
            self.bits.push(self.allocated - 1);
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
    /// The boolean variables.
    pub bits: Vec<usize>,
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
        bits: Vec::new(),
    };
    let mut builder = Builder::new(&mut probe);
    body(&mut builder).expect("synthesis never fails, whatever the values");
    let blocks = builder.blocks().to_vec();
    let Probe { allocated, rows, changed, broken, broken_ties, before, bits, .. } = probe;
    Probed { variables: allocated, rows, blocks, changed, broken, broken_ties, before, bits }
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

/// The rows, among `rows`, that nothing notices if they are deleted: no change of variables breaks that row alone.
///
/// Looked for are one variable allocated shortly before the row, two coordinated ones, and, for comparisons of bits with
/// a constant, the bits of the largest number allowed with one of them flipped.
///
/// # Panics
/// If the honest run breaks a row.
/// Called again with another assignment of the same circuit, it may notice what is left.
pub fn survivors(body: Body<'_>, rows: impl IntoIterator<Item = usize>, random: Fr) -> Vec<usize> {
    let run = honest(body);
    let unnoticed = |row: &usize| !noticed_alone(body, &run, *row, random) && !noticed_in_pairs(body, &run, *row);
    let left: Vec<usize> = rows.into_iter().filter(unnoticed).collect();
    if left.is_empty() {
        return left;
    }
    let compared = noticed_by_comparisons(body, &run);
    left.into_iter().filter(|row| !compared.contains(row)).collect()
}

/// Rows noticed by decompositions: any bit flipped in a short one; in one of as many bits as l or r, the bits of l - 1 or r - 1
/// with one bit, or one of the products that compare them, changed.
fn noticed_by_comparisons(body: Body<'_>, run: &Probed) -> HashSet<usize> {
    let mut noticed = HashSet::new();
    for bit in decompositions(&run.bits, |count| count < 128).flatten() {
        noticed.extend(probe(&[(bit, Change::Flip)], body).noticed());
    }
    noticed.extend(noticed_by_borrowing(body, run));
    for bound in [Scalar::MODULUS, Fr::MODULUS] {
        let count = bound.num_bits() as usize;
        for bits in decompositions(&run.bits, |n| n == count) {
            let largest = minus_one(bound);
            let bit = |v: usize| Change::Set(Fr::from(largest.get_bit(v - bits.start)));
            let honest: Vec<_> = bits.clone().map(|v| (v, bit(v))).collect();
            for v in bits.start..(bits.end + count).min(run.variables) {
                // The first change of a variable is the one that counts.
                let change = if bits.contains(&v) { flipped(bit(v)) } else { Change::Flip };
                let changes: Vec<_> = std::iter::once((v, change)).chain(honest.iter().copied()).collect();
                noticed.extend(probe(&changes, body).noticed());
            }
        }
    }
    noticed
}

/// Rows noticed by a second decomposition of the same number: a bit flipped, and the one below or above it making up for it.
fn noticed_by_borrowing(body: Body<'_>, run: &Probed) -> HashSet<usize> {
    let half = Fr::from(2u64).inverse().expect("2 is not 0");
    let mut noticed = HashSet::new();
    for (bit, other) in run.bits.iter().zip(&run.bits[1..]).filter(|(a, b)| **a + 1 == **b) {
        for (flip, make_up, worth) in [(*other, *bit, Fr::from(2u64)), (*bit, *other, half)] {
            // Whichever way the flip goes, one of the two makes up for it.
            for step in [worth, -worth] {
                noticed.extend(probe(&[(flip, Change::Flip), (make_up, Change::Add(step))], body).noticed());
            }
        }
    }
    noticed
}

fn flipped(bit: Change) -> Change {
    if bit == Change::Set(Fr::ONE) { Change::Set(Fr::ZERO) } else { Change::Set(Fr::ONE) }
}

/// The runs of boolean variables whose number passes `wanted`.
fn decompositions(bits: &[usize], wanted: impl Fn(usize) -> bool) -> impl Iterator<Item = Range<usize>> {
    bits.chunk_by(|a, b| a + 1 == *b).filter(move |run| wanted(run.len())).map(|run| run[0]..run[0] + run.len())
}

fn minus_one(bound: BigInt<4>) -> BigInt<4> {
    let mut below = bound;
    below.sub_with_borrow(&BigInt::from(1u64));
    below
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
fn near(run: &Probed, row: usize, back: usize, ahead: usize) -> Range<usize> {
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
