//! Multi-scalar multiplication: sums of `scalar * point` over long vectors, in G1 and G2.
//!
//! The bucket method (Pippenger, "On the evaluation of powers and related problems", 1976; Bernstein, Doumen, Lange and
//! Oosterwijk, "Faster batch forgery identification", 2012) with signed digits. Per window of digits, a counting sort
//! brings the points of a bucket together and a tree of batched affine additions sums them; the same additions make the
//! weighted sum of the buckets. No addition ever waits for another one of its batch, so nothing has to be scheduled.

mod digits;
mod fixed;
mod sums;
#[cfg(test)]
mod tests;
mod weigh;

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::AdditiveGroup;
use ark_ec::short_weierstrass::Projective;

use super::kernel::{Backend, MAX_POINTS, Ref};
use super::par;
use super::point::{G1Point, G2Point, Point};
use super::secret::Secret;
pub use digits::Digits;
pub(crate) use fixed::Table;
use sums::{Items, Run, Summer};

/// Digits of a task, the least and what is enough: windows of short sums are joined, so that batches are long.
const TASK: [usize; 2] = [1 << 11, 1 << 13];
/// Tasks per thread to aim at, so that the last ones to finish are not long.
const TASKS_PER_THREAD: usize = 4;

/// A query does not fit its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Another number of points than of scalars or variables.
    #[error("{points} points for {scalars} scalars")]
    Length {
        /// Points.
        points: usize,
        /// Scalars or variables.
        scalars: usize,
    },
    /// A variable beyond the scalars.
    #[error("variable {variable} of {scalars}")]
    Variable {
        /// The variable.
        variable: u32,
        /// Scalars.
        scalars: usize,
    },
    /// More points than a reference can tell apart.
    #[error("{0} points are too many")]
    TooMany(usize),
}

/// Points and the digits of their scalars.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a, P> {
    points: &'a [P],
    variables: Option<&'a [u32]>,
    digits: &'a Digits,
}

impl<'a, P: Point> Query<'a, P> {
    /// Point i times scalar i.
    ///
    /// # Errors
    /// [`QueryError`] if there are more points than scalars, or 2^31 of them.
    pub fn all(points: &'a [P], digits: &'a Digits) -> Result<Self, QueryError> {
        if points.len() > digits.len() {
            return Err(QueryError::Length { points: points.len(), scalars: digits.len() });
        }
        Self { points, variables: None, digits }.checked()
    }

    /// Point i times the scalar at `variables[i]`.
    ///
    /// # Errors
    /// [`QueryError`] for another number of variables than points, a variable out of range, or 2^31 points.
    pub fn some(points: &'a [P], variables: &'a [u32], digits: &'a Digits) -> Result<Self, QueryError> {
        if points.len() != variables.len() {
            return Err(QueryError::Length { points: points.len(), scalars: variables.len() });
        }
        if let Some(&variable) = variables.iter().find(|variable| **variable as usize >= digits.len()) {
            return Err(QueryError::Variable { variable, scalars: digits.len() });
        }
        Self { points, variables: Some(variables), digits }.checked()
    }

    fn checked(self) -> Result<Self, QueryError> {
        if self.points.len() < MAX_POINTS { Ok(self) } else { Err(QueryError::TooMany(self.points.len())) }
    }

    /// Calls `f` with every point's position in `range` and its digit, as its magnitude and sign, where that is not 0.
    #[inline]
    fn for_each(&self, window: usize, range: Range<usize>, mut f: impl FnMut(u32, usize, bool)) {
        let mut visit = |i: usize, digit: i16| {
            if digit != 0 {
                f(i as u32, usize::from(digit.unsigned_abs()), digit < 0);
            }
        };
        match self.variables {
            None => {
                let mut i = range.start;
                for run in self.digits.runs(window, range) {
                    for digit in run {
                        visit(i, *digit);
                        i += 1;
                    }
                }
            }
            Some(variables) => range.for_each(|i| visit(i, self.digits.get(window, variables[i] as usize))),
        }
    }
}

/// All sums of a proof, in one pool of work.
///
/// Time does not depend on the points; it does depend on the scalars.
pub fn msm_many(
    backend: Backend,
    g1: &[Query<'_, G1Point>],
    g2: &[Query<'_, G2Point>],
) -> (Vec<G1Projective>, Vec<G2Projective>) {
    let threads = par::threads();
    let (sums1, sums2) = (Sums::new(g1, threads), Sums::new(g2, threads));
    let first = sums1.tasks.iter().enumerate().map(|(i, task)| (task.digits, false, i));
    let second = sums2.tasks.iter().enumerate().map(|(i, task)| (3 * task.digits, true, i));
    let mut order: Vec<_> = first.chain(second).collect();
    order.sort_by_key(|(cost, ..)| std::cmp::Reverse(*cost));
    let workers = || (Worker::new(backend), Worker::new(backend));
    par::map_with(order.len(), workers, |(worker1, worker2), i| match order[i] {
        (_, false, task) => sums1.run(task, worker1),
        (_, true, task) => sums2.run(task, worker2),
    });
    (sums1.finish(), sums2.finish())
}

/// One sum, `scalars[i] * points[i]` over all points.
///
/// # Errors
/// [`QueryError`] if there are more points than scalars, or 2^31 of them.
pub fn msm<P: Point>(backend: Backend, points: &[P], scalars: &[Fr]) -> Result<Projective<P::Curve>, QueryError> {
    let digits = Digits::new(scalars);
    let queries = [Query::all(points, &digits)?];
    let sums = Sums::new(&queries, par::threads());
    par::map_with(sums.tasks.len(), || Worker::new(backend), |worker, task| sums.run(task, worker));
    Ok(sums.finish().pop().unwrap_or(Projective::ZERO))
}

/// Some windows of some points of one query.
struct Task {
    query: usize,
    windows: Range<usize>,
    points: Range<usize>,
    /// A bound on the non-zero digits.
    digits: usize,
}

impl Task {
    /// Tasks for all digits of these points, of at least `least` digits each but the last.
    fn cover<P: Point>(query: usize, of: &Query<'_, P>, points: &Range<usize>, least: usize) -> Vec<Self> {
        let mut tasks: Vec<Self> = Vec::new();
        for window in 0..of.digits.windows() {
            let digits = of.digits.reach(window).min(points.len());
            match tasks.last_mut().filter(|task| task.digits < least) {
                Some(task) => (task.windows.end, task.digits) = (window + 1, task.digits + digits),
                None => tasks.push(Self { query, windows: window..window + 1, points: points.clone(), digits }),
            }
        }
        tasks
    }
}

/// What is to be summed in one group, and what is known so far.
struct Sums<'a, P: Point> {
    queries: &'a [Query<'a, P>],
    tasks: Vec<Task>,
    /// Per query: tasks that are not done, and the weighted points of those that are.
    pending: Vec<(AtomicUsize, Mutex<Items<P>>)>,
    totals: Vec<Mutex<Projective<P::Curve>>>,
}

impl<'a, P: Point> Sums<'a, P> {
    fn new(queries: &'a [Query<'a, P>], threads: usize) -> Self {
        let windows: usize = queries.iter().map(|query| query.digits.windows()).sum();
        let digits: usize = queries.iter().map(|query| query.points.len() * query.digits.windows()).sum();
        let wanted = TASKS_PER_THREAD * threads;
        let (parts, least) = (wanted.div_ceil(windows.max(1)), (digits / wanted).clamp(TASK[0], TASK[1]));
        let mut tasks = Vec::new();
        for (query, Query { points, digits, .. }) in queries.iter().enumerate() {
            // Every part of a window fills buckets of its own, so it should hold many more points than buckets.
            let parts = parts.min(points.len() >> (digits.width() + 1)).max(1);
            let step = points.len().div_ceil(parts).max(1);
            for from in (0..points.len()).step_by(step) {
                tasks.extend(Task::cover(query, &queries[query], &(from..points.len().min(from + step)), least));
            }
        }
        let count = |query| tasks.iter().filter(|task| task.query == query).count();
        let pending = (0..queries.len()).map(|query| (AtomicUsize::new(count(query)), Mutex::new(Items::new())));
        let totals = queries.iter().map(|_| Mutex::new(Projective::ZERO)).collect();
        Self { queries, pending: pending.collect(), totals, tasks }
    }

    /// Does a task; who does a query's last one adds up the query.
    fn run(&self, task: usize, worker: &mut Worker<P>) {
        let task = &self.tasks[task];
        let width = self.queries[task.query].digits.width();
        let sums = worker.windows(&self.queries[task.query], task);
        let (left, items) = &self.pending[task.query];
        let mut items = items.lock().unwrap_or_else(PoisonError::into_inner);
        items.append(&sums);
        if left.fetch_sub(1, Ordering::AcqRel) == 1 {
            let items = std::mem::replace(&mut *items, Items::new());
            let total = weigh::total(items, width.div_ceil(2), &mut worker.summer);
            *self.totals[task.query].lock().unwrap_or_else(PoisonError::into_inner) = total;
        }
    }

    fn finish(self) -> Vec<Projective<P::Curve>> {
        self.totals.into_iter().map(|total| total.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
    }
}

/// One worker's memory.
struct Worker<P: Point> {
    summer: Summer<P>,
    counts: Secret<u32>,
    refs: Secret<Ref>,
    runs: Vec<Run>,
}

impl<P: Point> Worker<P> {
    fn new(backend: Backend) -> Self {
        Self { summer: Summer::new(backend), counts: Secret::default(), refs: Secret::default(), runs: Vec::new() }
    }

    /// The bucket sums of a task's windows, their values halved once.
    fn windows(&mut self, query: &Query<'_, P>, task: &Task) -> Items<P> {
        self.refs.clear();
        self.runs.clear();
        for window in task.windows.clone() {
            self.sort(query, window, task.points.clone());
        }
        let buckets = self.summer.sum(query.points, &self.refs, &self.runs);
        weigh::halve(&buckets, query.digits.width(), &mut self.summer)
    }

    /// Appends the window's points bucket by bucket, and a run per bucket that is met.
    fn sort(&mut self, query: &Query<'_, P>, window: usize, points: Range<usize>) {
        let (counts, first) = (&mut self.counts, self.refs.len());
        counts.clear();
        counts.resize((1 << (query.digits.width() - 1)) + 1, 0);
        query.for_each(window, points.clone(), |_, bucket, _| counts[bucket] += 1);
        let position = ((window * query.digits.width()) as u32) << 16;
        let mut next = first as u32;
        for (bucket, count) in counts.iter_mut().enumerate().filter(|(_, count)| **count > 0) {
            self.runs.push(Run { weight: position | bucket as u32, len: *count });
            next += std::mem::replace(count, next);
        }
        self.refs.resize(next as usize, Ref::new(0, false));
        let refs = &mut self.refs;
        query.for_each(window, points, |i, bucket, negative| {
            refs[counts[bucket] as usize] = Ref::new(i, negative);
            counts[bucket] += 1;
        });
    }
}
