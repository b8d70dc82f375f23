//! Constraints deleted one by one, in thought: for each row an assignment is looked for that satisfies every other row and yet says
//! something false. What a row gives, or compares, is set to false values; what follows is recomputed; public inputs follow, since a
//! prover may claim what it likes; the native twin then judges the public inputs against the witness that the assignment holds.

use super::inverse::inverse;
use super::read;
use super::solve::{Advice, Attempt, Inputs, Solver, Until};
use super::trace::Trace;
use crate::Fr;
use crate::r1cs::Row;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Whether the public inputs of an assignment are true of the witness in it; `false` also where it holds no witness at all, such
/// as a bit of 5.
pub type Judge<'a> = &'a (dyn Fn(&Trace, &[Fr]) -> bool + Sync);

/// How the deletion of a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// Not at all.
    Survives,
    /// The same choices of the prover give another value to a hash whose digest they contain (a Fiat-Shamir challenge): every row but
    /// the comparison with that digest holds.
    Hash,
    /// A variable takes several values, and nothing false has been found.
    Free,
    /// Every other row holds, and the statement is false.
    False,
}

/// A circuit with honest assignments of several kinds.
pub struct Subject<'a> {
    /// Its name.
    pub name: String,
    /// Honest assignments.
    pub honest: Vec<Trace>,
    /// False assignments with their public inputs: a row that is the only one to refuse one of them is noticed.
    pub lies: Vec<Trace>,
    /// The native twin.
    pub judge: Judge<'a>,
    /// The bounds of comparisons: (bits, bound).
    pub bounds: Vec<(usize, BigInt<4>)>,
    /// Rows that compare a digest with what the prover chose before it, or took from it.
    pub digests: Vec<u32>,
    /// Rows that compute a challenge: another one is an honest one too, so a variable let go is all that there is to find.
    pub challenges: Vec<Range<usize>>,
    /// What the prover works out by itself.
    pub advice: Vec<Advice<'a>>,
    /// More attempts at a row than the general ones: changes in several places that make up for each other.
    pub schemes: Option<Schemes<'a>>,
    /// For false values.
    pub random: Fr,
}

/// Attempts at the deletion of a row.
pub type Schemes<'a> = Box<dyn Fn(&Trace, u32) -> Vec<Attempt> + Send + Sync + 'a>;

impl Subject<'_> {
    /// What the deletion of each of these rows does, on all processors.
    ///
    /// # Panics
    /// If an honest assignment breaks a row.
    pub fn delete(&self, rows: &[usize]) -> Vec<(usize, Notice)> {
        for (i, trace) in self.honest.iter().enumerate() {
            let broken: Vec<_> = trace.unsatisfied().into_iter().map(|row| trace.place(row)).collect();
            assert!(broken.is_empty(), "{}: honest assignment {i} breaks {broken:?}", self.name);
        }
        let caught = self.caught();
        let next = AtomicUsize::new(0);
        // What each worker is at: every row before the least of them is done.
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let at_hand: Vec<AtomicUsize> = (0..workers).map(|_| AtomicUsize::new(0)).collect();
        let work = |mine: &AtomicUsize| {
            let mut search = Search::new(self);
            let mut found = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                mine.store(at, Ordering::Relaxed);
                let Some(row) = rows.get(at) else { break };
                if at.is_multiple_of(PROGRESS) && at > 0 {
                    let done = at_hand.iter().map(|at| at.load(Ordering::Relaxed)).min().unwrap_or_default();
                    eprintln!("{}: {at} of {} rows; all before row {} are done", self.name, rows.len(), rows[done]);
                }
                let notice = if caught.contains_key(row) { Notice::False } else { search.row(*row as u32) };
                if notice == Notice::Survives {
                    eprintln!("{}: row {row} {:?} survives", self.name, self.honest[0].place(*row));
                }
                found.push((*row, notice));
            }
            found
        };
        let mut all: Vec<_> = std::thread::scope(|scope| {
            let work = &work;
            let handles: Vec<_> = at_hand.iter().map(|mine| scope.spawn(move || work(mine))).collect();
            handles.into_iter().flat_map(|handle| handle.join().expect("no worker panics")).collect()
        });
        all.sort_unstable();
        all
    }

    /// Rows that alone refuse a lie.
    fn caught(&self) -> BTreeMap<usize, usize> {
        let only = |(i, lie): (usize, &Trace)| match lie.unsatisfied()[..] {
            [row] => Some((row, i)),
            _ => None,
        };
        self.lies.iter().enumerate().filter_map(only).collect()
    }
}

/// A line about progress after so many rows.
const PROGRESS: usize = 250;

/// Rows of a circuit so big that a row of it is not pursued at all once it is noticed.
const HUGE: usize = 40_000;

struct Search<'s> {
    subject: &'s Subject<'s>,
    solvers: Vec<Solver<'s>>,
}

impl<'s> Search<'s> {
    fn new(subject: &'s Subject<'s>) -> Self {
        Self { subject, solvers: subject.honest.iter().map(|trace| Solver::with(trace, &subject.advice)).collect() }
    }

    fn row(&mut self, row: u32) -> Notice {
        type Plan = fn(&Trace, u32, &Subject<'_>) -> Vec<Attempt>;
        let plans: [Plan; 9] =
            [made_up, schemes, given_value, not_boolean, paired, compared, unbalanced, exchanged, neighbours];
        let drawn = self.subject.challenges.iter().any(|rows| rows.contains(&(row as usize)));
        let mut best = Notice::Survives;
        for (cost, plan) in plans.iter().enumerate() {
            // These two look for rows that nothing else notices.
            if (6..=7).contains(&cost) && best != Notice::Survives {
                continue;
            }
            for i in 0..self.solvers.len() {
                // A row of a big circuit that is noticed by then is not pursued through every assignment.
                let rows = self.subject.honest[i].rows.len();
                if rows > 1000 && best == Notice::Free && i >= 3 {
                    break;
                }
                for attempt in plan(&self.subject.honest[i], row, self.subject) {
                    let notice = self.judge(i, &attempt);
                    best = best.max(notice);
                    // Behind a Fiat-Shamir hash nothing better can be found: its digest stands against every change.
                    let free = (drawn || rows > HUGE) && best == Notice::Free;
                    if best == Notice::False || notice == Notice::Hash || free {
                        return best;
                    }
                }
            }
        }
        best
    }

    fn judge(&mut self, i: usize, attempt: &Attempt) -> Notice {
        let trace = &self.subject.honest[i];
        let solver = &mut self.solvers[i];
        let broken = solver.attempt(attempt, Inputs::Follow, Until::Outside(&self.subject.digests));
        let deleted = attempt.deleted.expect("a row is deleted");
        if solver.holds(deleted) || !broken.iter().all(|row| self.subject.digests.contains(row)) {
            return Notice::Survives;
        }
        match broken.is_empty() {
            false => Notice::Hash,
            true if (self.subject.judge)(trace, solver.values()) => Notice::Free,
            true => Notice::False,
        }
    }
}

fn attempt(row: u32, set: Vec<(u32, Fr)>) -> Attempt {
    Attempt { set, deleted: Some(row), absorb: None }
}

/// False values for what the row gives.
fn given_value(trace: &Trace, row: u32, subject: &Subject<'_>) -> Vec<Attempt> {
    let Some(x) = given(trace, row) else { return Vec::new() };
    changes(trace.values[x as usize], subject.random).map(|value| attempt(row, vec![(x, value)])).to_vec()
}

fn given(trace: &Trace, row: u32) -> Option<u32> {
    trace.gives[row as usize].variable.filter(|x| (*x as usize) >= trace.inputs)
}

/// v + 5 (no bit, nor one away from a bit), v - 5, -v, 0, 1, random.
fn changes(value: Fr, random: Fr) -> [Fr; 6] {
    let five = Fr::from(5u64);
    [value + five, value - five, -value, Fr::ZERO, Fr::ONE, random]
}

/// A bit that is none and makes up for the bit next to it: the number stays, so hardly another row has to follow.
fn made_up(trace: &Trace, row: u32, _: &Subject<'_>) -> Vec<Attempt> {
    if trace.rows[row as usize].kind != Row::Boolean {
        return Vec::new();
    }
    let bit = trace.rows[row as usize].variables()[0];
    let run = trace.bits_of(bit);
    let next = [bit.wrapping_sub(1), bit + 1].into_iter().find(|other| run.contains(other));
    next.map(|other| making_up(trace, row, bit, other)).into_iter().collect()
}

/// `other` flipped, and `bit` what it must then be for the number of both to stay.
fn making_up(trace: &Trace, row: u32, bit: u32, other: u32) -> Attempt {
    let flip = flipped(trace, other);
    if let Some(tie) = trace.index.tie[bit as usize] {
        return Attempt { absorb: Some((tie, bit)), ..attempt(row, vec![flip]) };
    }
    let weight = Fr::from(2u64).pow([u64::from(other.abs_diff(bit))]);
    let worth = if other > bit { weight } else { inverse(&weight).unwrap_or_default() };
    let change = (trace.values[other as usize] - flip.1) * worth;
    attempt(row, vec![flip, (bit, trace.values[bit as usize] + change)])
}

/// A bit that is none: by itself, or with all others 0.
fn not_boolean(trace: &Trace, row: u32, subject: &Subject<'_>) -> Vec<Attempt> {
    if trace.rows[row as usize].kind != Row::Boolean {
        return Vec::new();
    }
    let bit = trace.rows[row as usize].variables()[0];
    let run = trace.bits_of(bit);
    let values = [Fr::from(5u64), Fr::from(2u64), -Fr::ONE, subject.random];
    let mut all: Vec<Attempt> = values.map(|value| attempt(row, vec![(bit, value)])).to_vec();
    let others = |to: Fr| run.clone().filter(move |other| *other != bit).map(move |other| (other, to));
    for value in values {
        all.push(attempt(row, others(Fr::ZERO).chain([(bit, value)]).collect()));
    }
    all
}

/// A bit that is none and makes up for any other bit of the same number.
fn paired(trace: &Trace, row: u32, _: &Subject<'_>) -> Vec<Attempt> {
    if trace.rows[row as usize].kind != Row::Boolean {
        return Vec::new();
    }
    let bit = trace.rows[row as usize].variables()[0];
    let run = trace.bits_of(bit);
    let pairs = nearest(run.clone(), bit).into_iter().filter(|other| *other != bit);
    let mut all: Vec<Attempt> = pairs.map(|other| making_up(trace, row, bit, other)).collect();
    if let Some(tie) = trace.index.tie[bit as usize] {
        // Another choice of the prover that this bit makes up for: votes over the limit.
        let choices = block_bits(trace, row).filter(|choice| !run.contains(choice));
        all.extend(
            choices.map(|choice| Attempt { absorb: Some((tie, bit)), ..attempt(row, vec![flipped(trace, choice)]) }),
        );
    }
    all
}

/// Bits that sum to a number: this one is -1 and makes up for another, or 2 and stands for another.
fn unbalanced(trace: &Trace, row: u32, _: &Subject<'_>) -> Vec<Attempt> {
    if trace.rows[row as usize].kind != Row::Boolean {
        return Vec::new();
    }
    let bit = trace.rows[row as usize].variables()[0];
    let value = trace.values[bit as usize];
    let others = nearest(trace.bits_of(bit), bit).into_iter().filter(|other| *other != bit).take(20);
    let others: Vec<u32> = others.collect();
    let sum = |others: &[u32]| {
        let flips: Vec<_> = others.iter().map(|other| flipped(trace, *other)).collect();
        let change: Fr = flips.iter().map(|(other, to)| trace.values[*other as usize] - to).sum();
        attempt(row, flips.into_iter().chain([(bit, value + change)]).collect())
    };
    // Two others where this one is the only 1.
    others.chunks(1).chain(others.windows(2)).map(sum).collect()
}

/// One of several, chosen by bits that sum to 1: another of them in place of the one chosen.
fn exchanged(trace: &Trace, row: u32, _: &Subject<'_>) -> Vec<Attempt> {
    let equation = &trace.rows[row as usize];
    if equation.kind != Row::Rule {
        return Vec::new();
    }
    let own = equation.variables().into_iter().filter(|v| trace.boolean[*v as usize].is_some());
    let exchange = |bit: u32| {
        let run = trace.bits_of(bit);
        let set = move |v: &u32| *v != bit && trace.values[*v as usize] == Fr::ONE;
        run.filter(set).map(move |other| attempt(row, vec![flipped(trace, bit), flipped(trace, other)]))
    };
    own.filter(|bit| trace.values[*bit as usize] == Fr::ZERO).flat_map(exchange).collect()
}

/// Where bits are compared with a bound: the bits of bound - 1 down to a place where it has a 0, a 1 there, zeros below.
///
/// Only the rows at that place and the products just above it notice, so a few places are tried: those at the row's own bits.
fn compared(trace: &Trace, row: u32, subject: &Subject<'_>) -> Vec<Attempt> {
    let earlier = trace.index.ties.iter().take_while(|tie| **tie < row);
    let tied = earlier.filter_map(|tie| trace.gives[*tie as usize].bits.clone());
    let before = |run: &Range<u32>| trace.allocated_at[run.start as usize] <= row;
    let own = trace.rows[row as usize].variables();
    let mut all = Vec::new();
    for (bits, bound) in &subject.bounds {
        let runs = tied.clone().chain(trace.index.runs.iter().cloned()).filter(|run| run.len() == *bits && before(run));
        let Some(run) = runs.max_by_key(|run| run.start) else { continue };
        let Some(top) = own.iter().rev().find(|v| run.contains(v)).map(|v| (v - run.start) as usize) else { continue };
        let mut largest = *bound;
        largest.sub_with_borrow(&BigInt::from(1u64));
        for place in (0..=top).rev().filter(|i| !largest.get_bit(*i)).take(2) {
            let one = |i: usize| i == place || i > place && largest.get_bit(i);
            let bits = run.clone().enumerate().map(|(i, bit)| (bit, Fr::from(one(i))));
            let hidden = given(trace, row).map(|x| (x, Fr::ZERO));
            all.push(attempt(row, bits.chain(hidden).collect()));
        }
    }
    all
}

/// Another choice of the prover, or all bits of a number 0, while what the row gives stays or takes a value that hides it.
fn neighbours(trace: &Trace, row: u32, subject: &Subject<'_>) -> Vec<Attempt> {
    let hidden: Vec<Option<(u32, Fr)>> = match given(trace, row) {
        None => vec![None],
        Some(x) => {
            let (value, far) = (trace.values[x as usize], Fr::from(1u64 << 24));
            [value, Fr::ZERO, Fr::ONE, value + far, value - far].map(|value| Some((x, value))).to_vec()
        }
    };
    let own = trace.rows[row as usize].variables();
    let mut choices: Vec<Vec<(u32, Fr)>> = Vec::new();
    let bits = own.iter().copied().filter(|v| trace.boolean[*v as usize].is_some());
    choices.extend(bits.chain(block_bits(trace, row)).map(|bit| vec![flipped(trace, bit)]));
    let fields = own.iter().copied().chain(block_choices(trace, row)).filter(|v| trace.boolean[*v as usize].is_none());
    choices
        .extend(fields.flat_map(|v| changes(trace.values[v as usize], subject.random).map(|value| vec![(v, value)])));
    choices.extend(runs_in_block(trace, row).map(|run| run.map(|bit| (bit, Fr::ZERO)).collect()));
    let with = |choice: Vec<(u32, Fr)>| {
        let hidden = hidden.clone();
        hidden.into_iter().map(move |hide| attempt(row, hide.into_iter().chain(choice.iter().copied()).collect()))
    };
    choices.into_iter().flat_map(with).collect()
}

/// The subject's own.
fn schemes(trace: &Trace, row: u32, subject: &Subject<'_>) -> Vec<Attempt> {
    let attempts = subject.schemes.as_ref().map_or_else(Vec::new, |schemes| schemes(trace, row));
    attempts.into_iter().map(|attempt| Attempt { deleted: Some(row), ..attempt }).collect()
}

fn flipped(trace: &Trace, bit: u32) -> (u32, Fr) {
    (bit, Fr::ONE - trace.values[bit as usize])
}

/// The run, the bits next to `bit` first.
fn nearest(run: Range<u32>, bit: u32) -> Vec<u32> {
    let mut all: Vec<u32> = run.collect();
    all.sort_by_key(|other| other.abs_diff(bit));
    all
}

fn block_rows(trace: &Trace, row: u32) -> Range<usize> {
    let block = trace.block(row as usize);
    block.map_or(0..trace.rows.len(), |block| block.rows.clone())
}

/// The variables allocated in the row's block.
fn in_block(trace: &Trace, row: u32) -> Range<u32> {
    trace.allocated(block_rows(trace, row))
}

fn block_bits(trace: &Trace, row: u32) -> impl Iterator<Item = u32> {
    in_block(trace, row).filter(|v| trace.boolean[*v as usize].is_some())
}

fn runs_in_block(trace: &Trace, row: u32) -> impl Iterator<Item = Range<u32>> {
    let rows = block_rows(trace, row);
    trace
        .index
        .runs
        .iter()
        .filter(move |run| rows.contains(&(trace.allocated_at[run.start as usize] as usize)))
        .cloned()
}

/// What the prover chooses in the row's block, bits aside.
fn block_choices(trace: &Trace, row: u32) -> impl Iterator<Item = u32> {
    read::choices(trace, block_rows(trace, row))
}
