//! What a prover of `shard-linear` works out from values that may be false. Everything is a change against the start, so that what an
//! assignment lies about from the beginning stays a lie.

use super::layout::{Layout, half, packed};
use crate::Fr;
use crate::compliance::counts::CELLS;
use crate::compliance::linear::TABLE;
use crate::compliance::record::{LANES, lane_bits};
use crate::testing::read;
use crate::testing::solve::State;
use ark_ff::{AdditiveGroup, Field, PrimeField};

/// Values as they are, and which of them an attempt has set.
struct View<'s> {
    layout: &'s Layout,
    values: &'s [Fr],
    set: &'s dyn Fn(u32) -> bool,
}

impl View<'_> {
    fn lane(&self, r: usize, i: usize) -> Fr {
        packed(self.values, self.layout.lane(r, i), lane_bits(i))
    }

    /// key_ri, which no row has given yet.
    fn key(&self, r: usize, i: usize) -> Fr {
        let variable = self.layout.key(r, i);
        if (self.set)(variable) {
            return self.values[variable as usize];
        }
        let offset = packed(self.values, self.layout.offset(i), 7);
        self.values[self.layout.kind(i) as usize] * (offset + self.lane(r, i))
    }

    fn group(&self, r: usize, a: usize) -> Fr {
        let variable = self.layout.group(r, a);
        if (self.set)(variable) {
            return self.values[variable as usize];
        }
        let label = self.layout.label(r);
        let code = packed(self.values, label + 2 + 4 * a as u32, 4);
        let (label, valid) = (self.values[label as usize], self.values[label as usize + 1]);
        let y = self.values[self.layout.score(r) as usize + 61];
        valid * (Fr::from(64 * a as u64 + 1) + code.double().double() + label.double() + y)
    }

    fn weight(&self, i: usize) -> Fr {
        packed(self.values, self.layout.weight(i), 40) - half(40)
    }

    fn cell(&self, c: usize) -> Fr {
        if c == 0 { Fr::ZERO } else { packed(self.values, self.layout.cell(c), 40) - half(40) }
    }

    fn bias(&self) -> Fr {
        packed(self.values, self.layout.bias(), 61) - half(61)
    }

    fn claimed(&self, r: usize) -> Fr {
        packed(self.values, self.layout.score(r), 62) - half(62) + Fr::ONE
    }

    fn score(&self, r: usize) -> Fr {
        let cell = |i| small(self.key(r, i)).filter(|c| *c < TABLE).map_or(Fr::ZERO, |c| self.cell(c));
        self.bias() + (0..LANES).map(|i| self.weight(i) * self.lane(r, i) + cell(i)).sum::<Fr>()
    }

    fn histogram(&self) -> [i64; CELLS] {
        let mut counts = [0; CELLS];
        for key in (0..self.layout.records).flat_map(|r| (0..4).map(move |a| self.group(r, a))) {
            if let Some(key @ 1..=CELLS) = small(key) {
                counts[key - 1] += 1;
            }
        }
        counts
    }
}

fn small(value: Fr) -> Option<usize> {
    read::small(value).and_then(|value| usize::try_from(value).ok())
}

/// Now and at the start.
fn views<'s>(layout: &'s Layout, state: &'s State<'_>, set: &'s dyn Fn(u32) -> bool) -> (View<'s>, View<'s>) {
    let start = View { layout, values: &state.trace.values, set: &|_| false };
    (View { layout, values: state.values, set }, start)
}

/// The bits of the scores.
pub(super) fn scores(layout: &Layout, state: &State<'_>) -> Vec<(u32, Fr)> {
    let set = |v| state.locked.contains(&v);
    let (now, start) = views(layout, state, &set);
    let untouched = |r: &usize| !(0..62).any(|i| set(layout.score(*r) + i));
    let bits = |r: usize| {
        let change = now.score(r) - start.score(r);
        let u = start.claimed(r) + change - Fr::ONE + half(62);
        if change == Fr::ZERO { Vec::new() } else { Layout::bits(layout.score(r), 62, u.into_bigint()) }
    };
    (0..layout.records).filter(untouched).flat_map(bits).collect()
}

/// The bits of the counts.
pub(super) fn counts(layout: &Layout, state: &State<'_>) -> Vec<(u32, Fr)> {
    let set = |v| state.locked.contains(&v);
    let (now, start) = views(layout, state, &set);
    let changes = now.histogram().into_iter().zip(start.histogram()).enumerate();
    let bits = |(c, (now, before)): (usize, (i64, i64))| {
        let count = packed(start.values, layout.count(c), 8) + Fr::from(now - before);
        Layout::bits(layout.count(c), 8, count.into_bigint())
    };
    let changed = changes.filter(|(c, (now, before))| now != before && !(0..8).any(|i| set(layout.count(*c) + i)));
    changed.flat_map(bits).collect()
}

/// rho^0, rho^1, ... as they are in the rows: rho itself is a sum, the others are variables.
fn powers(layout: &Layout, state: &State<'_>) -> Vec<Fr> {
    let rho = state.trace.rows[layout.square as usize].a.value(state.values);
    let first = layout.sums_at - (layout.records as u32 - 2);
    let higher = (first..layout.sums_at).map(|v| state.values[v as usize]);
    [Fr::ONE, rho].into_iter().chain(higher).take(layout.records).collect()
}

/// A_c, and where a row of `cells` is away, one of them bent so that `linear` holds.
pub(super) fn sums(layout: &Layout, state: &State<'_>) -> Vec<(u32, Fr)> {
    let set = |v| state.locked.contains(&v);
    let (now, _) = views(layout, state, &set);
    let powers = powers(layout, state);
    let mut sums = [Fr::ZERO; TABLE];
    for (r, power) in powers.iter().enumerate() {
        for key in (0..LANES).filter_map(|i| small(now.key(r, i))).filter(|key| *key < TABLE) {
            sums[key] += power;
        }
    }
    for (c, sum) in sums.iter_mut().enumerate().filter(|(c, _)| set(layout.sums_at + *c as u32)) {
        *sum = state.values[layout.sums_at as usize + c];
    }
    if state.deleted.is_some_and(|row| state.trace.place(row as usize).0 == "cells")
        && let Some((c, value)) = (1..TABLE).map(|c| (c, now.cell(c))).find(|(_, value)| *value != Fr::ZERO)
    {
        sums[c] += missing(&now, &powers, &sums) * value.inverse().unwrap_or_default();
    }
    sums.into_iter().zip(layout.sums_at..).map(|(sum, v)| (v, sum)).collect()
}

/// By how much the left side of `linear` is below the right one.
fn missing(now: &View<'_>, powers: &[Fr], sums: &[Fr; TABLE]) -> Fr {
    let right: Fr = powers.iter().enumerate().map(|(r, power)| *power * (now.claimed(r) - now.bias())).sum();
    let cells: Fr = sums.iter().enumerate().map(|(c, sum)| now.cell(c) * sum).sum();
    let lane = |i: usize| powers.iter().enumerate().map(|(r, power)| *power * now.lane(r, i)).sum::<Fr>();
    right - cells - (0..LANES).map(|i| now.weight(i) * lane(i)).sum::<Fr>()
}

/// Where the row of a product rho^r x_ri is away, the product for which `linear` holds.
pub(super) fn product(layout: &Layout, state: &State<'_>) -> Vec<(u32, Fr)> {
    let Some(row) = state.deleted.filter(|row| state.trace.place(*row as usize).0 == "linear") else { return vec![] };
    let Some(product) = state.trace.gives[row as usize].variable else { return vec![] };
    // The product of its lane's sum with the weight is the next row whose second factor reads it.
    let read_by = &state.trace.uses[product as usize];
    let Some(weighted) = read_by.iter().find(|at| **at != row) else { return vec![] };
    let weighted = &state.trace.rows[*weighted as usize];
    if weighted.b.coefficient(product) == Fr::ZERO {
        return vec![];
    }
    let set = |v| state.locked.contains(&v);
    let (now, _) = views(layout, state, &set);
    let sums = std::array::from_fn(|c| state.values[layout.sums_at as usize + c]);
    let missing = missing(&now, &powers(layout, state), &sums);
    let Some(inverse) = weighted.a.value(state.values).inverse() else { return vec![] };
    // Its rows' factors may already have changed, the product has not.
    let equation = &state.trace.rows[row as usize];
    let honest = equation.a.value(state.values) * equation.b.value(state.values);
    vec![(product, honest + missing * inverse)]
}
