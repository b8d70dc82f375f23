//! Sums of many short runs of points, by trees of batched additions.

use crate::engine::kernel::{Backend, Pair, Ref, Scratch, add_pairs};
use crate::engine::point::Point;
use crate::engine::secret::Secret;

/// Points summed in one go: they, their first sums and the scratch stay in the second-level cache, and its inversions are
/// few.
pub(super) const BLOCK: usize = 1 << 13;
/// A batch of fewer additions costs more for its inversion than it saves; what is left goes on unsummed.
const LEAST_PAIRS: usize = 32;

/// Points with what each counts: `value * 2^position`. Several items may share a weight.
pub(super) struct Items<P: Point> {
    /// `position << 16 | value`.
    pub(super) weights: Secret<u32>,
    pub(super) points: Secret<P>,
}

impl<P: Point> Items<P> {
    pub(super) fn new() -> Self {
        Self { weights: Secret::default(), points: Secret::default() }
    }

    pub(super) fn append(&mut self, other: &Self) {
        self.weights.extend_from_slice(&other.weights);
        self.points.extend_from_slice(&other.points);
    }

    fn push(&mut self, weight: u32, point: P) {
        self.weights.push(weight);
        self.points.push(point);
    }
}

/// References that stand next to each other and are to be summed under one weight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) weight: u32,
    pub(super) len: u32,
}

/// One worker's memory, reused from task to task.
pub(super) struct Summer<P: Point> {
    backend: Backend,
    scratch: Scratch,
    pairs: Secret<Pair>,
    /// Points of this level and of the next.
    levels: [Secret<P>; 2],
    /// References into the level's points, run by run, of this level and of the next.
    refs: [Secret<Ref>; 2],
    /// Runs still to be summed.
    runs: Vec<Run>,
}

impl<P: Point> Summer<P> {
    pub(super) fn new(backend: Backend) -> Self {
        let (scratch, pairs, runs) = (Scratch::default(), Secret::default(), Vec::new());
        Self { backend, scratch, pairs, levels: Default::default(), refs: Default::default(), runs }
    }

    /// What `runs` of `refs` into `source` add up to: for each run one item, or a few.
    pub(super) fn sum(&mut self, source: &[P], refs: &[Ref], runs: &[Run]) -> Items<P> {
        let (mut sums, mut from, mut len) = (Items::new(), 0, 0);
        for run in runs {
            let mut left = run.len as usize;
            while left > 0 {
                let taken = left.min(BLOCK - len);
                self.runs.push(Run { weight: run.weight, len: taken as u32 });
                (len, left) = (len + taken, left - taken);
                if len == BLOCK {
                    self.sum_block(source, &refs[from..from + len], &mut sums);
                    (from, len) = (from + len, 0);
                }
            }
        }
        self.sum_block(source, &refs[from..from + len], &mut sums);
        sums
    }

    /// Sums `self.runs` of `refs`, level by level.
    fn sum_block(&mut self, source: &[P], refs: &[Ref], sums: &mut Items<P>) {
        let [mut points, mut next_points] = std::mem::take(&mut self.levels);
        let [mut level, mut next] = std::mem::take(&mut self.refs);
        // Copied first: nothing waits for a copy, so many cache misses are under way at once.
        points.clear();
        points.extend(refs.iter().map(|reference| source[reference.index()]));
        level.clear();
        level.extend(refs.iter().zip(0..).map(|(reference, i)| Ref::new(i, reference.is_negative())));
        while self.runs.iter().map(|run| run.len as usize / 2).sum::<usize>() >= LEAST_PAIRS {
            self.pair_up(&points, &level, &mut next, &mut next_points, sums);
            let copied = next_points.len();
            next_points.resize(copied + self.pairs.len(), P::INFINITY);
            add_pairs(self.backend, &points, &self.pairs, &mut next_points[copied..], &mut self.scratch);
            std::mem::swap(&mut points, &mut next_points);
            std::mem::swap(&mut level, &mut next);
        }
        self.emit_rest(&points, &level, sums);
        self.levels = [points, next_points];
        self.refs = [level, next];
    }

    /// Lays out one level: neighbours in `self.pairs`, a run's odd last point copied to the front of `next_points`,
    /// references to both in `next`, runs of one point to `sums`.
    fn pair_up(
        &mut self,
        source: &[P],
        refs: &[Ref],
        next: &mut Vec<Ref>,
        next_points: &mut Vec<P>,
        sums: &mut Items<P>,
    ) {
        self.pairs.clear();
        next.clear();
        next_points.clear();
        let odd = self.runs.iter().filter(|run| run.len > 1 && run.len % 2 == 1).count() as u32;
        let mut at = 0;
        let pairs = &mut self.pairs;
        self.runs.retain_mut(|run| {
            let refs = &refs[at..at + run.len as usize];
            at += refs.len();
            if let [single] = refs {
                sums.push(run.weight, single.of(source));
                return false;
            }
            let (two, one) = refs.as_chunks::<2>();
            for [p, q] in two {
                // -p + q is the opposite of p - q.
                next.push(Ref::new(odd + pairs.len() as u32, p.is_negative()));
                pairs.push(Pair(p.index() as u32, Ref::new(q.index() as u32, p.is_negative() != q.is_negative())));
            }
            if let [last] = one {
                next.push(Ref::new(next_points.len() as u32, last.is_negative()));
                next_points.push(source[last.index()]);
            }
            run.len = run.len.div_ceil(2);
            true
        });
    }

    /// Passes on what is not summed yet, point by point.
    fn emit_rest(&mut self, source: &[P], refs: &[Ref], sums: &mut Items<P>) {
        let mut refs = refs.iter();
        for run in self.runs.drain(..) {
            for reference in refs.by_ref().take(run.len as usize) {
                sums.push(run.weight, reference.of(source));
            }
        }
    }
}
