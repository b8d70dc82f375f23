//! `shard-linear` under attack: honest assignments of every kind, the native twin as judge, what a prover works out by itself when
//! something changes, and the changes in several places that a single row's deletion would let pass.

mod advice;
mod layout;
mod lies;

pub use layout::Layout;
pub use lies::lies;

use super::kill::Subject;
use super::solve::{Advice, Attempt};
use super::subjects::trace;
use super::trace::Trace;
use super::{read, subjects};
use crate::Fr;
use crate::compliance::linear::{LinearModel, TABLE};
use crate::compliance::record::{LANES, Record, lane_bits};
use crate::compliance::shard::{ShardLinear, ShardPublic, ShardWitness};
use crate::r1cs::Row;
use crate::sample::{SampleAudit, sample_audit};
use crate::statement::Statement;
use ark_ff::Field;

/// A statement with its witness.
pub type Assignment = (ShardPublic<Fr>, ShardWitness);

/// Shards of every kind: full, with padding, of padding but for one record; models without parameters (every score is 0), at both ends of
/// every range, positive for all and for none; categories up to the last cell.
///
/// # Panics
/// If a sample is none.
pub fn shards<const R: usize>() -> Vec<Assignment> {
    let with = |rows: usize, seed: u64, change: &dyn Fn(&mut SampleAudit)| {
        let mut audit = sample_audit::<R>(rows, seed);
        change(&mut audit);
        let last = audit.shards.len() - 1;
        audit.shard(last)
    };
    let same = |_: &mut SampleAudit| {};
    vec![
        with(R, 1, &same),
        with(R + 3, 2, &same),
        with(1, 3, &same),
        with(R, 4, &|audit| extreme(audit, 1)),
        with(R - 1, 5, &|audit| extreme(audit, -1)),
        with(R, 6, &|audit| audit.model.bias = (1 << 60) - 1),
        with(R, 7, &|audit| audit.model.bias = -(1 << 60)),
        with(2 * R - 2, 8, &|audit| audit.model = LinearModel::default()),
    ]
}

/// Every parameter at an end of its range, every lane of the first record full.
fn extreme(audit: &mut SampleAudit, sign: i64) {
    let end = |bits: u32| if sign > 0 { (1i64 << (bits - 1)) - 1 } else { -(1i64 << (bits - 1)) };
    let model = &mut audit.model;
    (model.weights, model.bias) = ([end(40); LANES], end(61));
    model.table[1..].fill(end(40));
    // The last cell by its offset, and by a code.
    (model.category[23], model.offset[23]) = (true, 127);
    (model.category[22], model.offset[22]) = (true, 0);
    let shard = audit.shards.last_mut().expect("a shard");
    for record in shard.iter_mut().filter(|record| record.valid) {
        (record.lanes[22], record.lanes[23]) = ((TABLE - 1) as u16, 0);
    }
    shard[0].lanes = std::array::from_fn(|i| match i {
        12..=17 | 22..=23 => shard[0].lanes[i],
        _ => ((1u32 << lane_bits(i)) - 1) as u16,
    });
    shard[0].codes = [15; 4];
}

/// `shard-linear` of `R` records, for the deletion of rows.
///
/// # Panics
/// If a sample is none.
pub fn shard<const R: usize>() -> Subject<'static> {
    let mut honest: Vec<Trace> = Vec::new();
    for (public, witness) in shards::<R>() {
        honest.push(trace::<ShardLinear<R>>(honest.first(), &public, &witness));
    }
    let advice = advice(&honest[0]);
    let lies = lies::<R>(&honest[0]).iter().map(|lie| lie.trace_with(&honest[0], &advice)).collect();
    let layout = Layout::of(&honest[0]);
    // U, which follows the bits of the scores, then rho, alpha and what they are hashes of.
    let decisions = read::block(&honest[0], "decisions");
    let hash = decisions.start + 62 * R..decisions.end;
    let challenges = vec![hash, read::block(&honest[0], "transcript")];
    Subject {
        name: ShardLinear::<R>::id(),
        honest,
        lies,
        judge: &|trace, values| {
            read_shard(trace, values)
                .is_some_and(|(public, witness)| ShardLinear::<R>::check(&public, &witness).is_ok())
        },
        bounds: Vec::new(),
        digests: Vec::new(),
        challenges,
        advice,
        schemes: Some(Box::new(move |trace, row| schemes(&layout, trace, row))),
        random: subjects::random(),
    }
}

/// What the prover of a shard works out by itself, in the order of the rows.
pub fn advice(trace: &Trace) -> Vec<Advice<'static>> {
    let layout = Layout::of(trace);
    let start = |block| read::block(trace, block).start as u32;
    // A record's fields and the parameters are bits: known before any row. The counts need the decisions.
    let (scores, counts, sums, product) = (layout.clone(), layout.clone(), layout.clone(), layout.clone());
    vec![
        Advice { at: start("decisions"), follow: Box::new(move |state| advice::scores(&scores, state)) },
        Advice { at: start("counts"), follow: Box::new(move |state| advice::counts(&counts, state)) },
        Advice { at: layout.hashed, follow: Box::new(move |state| advice::sums(&sums, state)) },
        Advice { at: start("linear"), follow: Box::new(move |state| advice::product(&product, state)) },
    ]
}

/// A false score that one row of `cells` or `linear` would have to let pass, false counts for one of `histogram`, another salt for
/// the comparison of the digest.
fn schemes(layout: &Layout, trace: &Trace, row: u32) -> Vec<Attempt> {
    let end = |block| read::block(trace, block).end as u32 - 1;
    let given = trace.gives[row as usize].variable;
    let (block, _) = trace.place(row as usize);
    let own = trace.rows[row as usize].variables().first().copied().filter(|v| trace.boolean[*v as usize] == Some(row));
    let own = own.unwrap_or(u32::MAX);
    let set = |set: Vec<(u32, Fr)>| {
        let absorb = given.filter(|_| row != end(block)).map(|variable| (end(block), variable));
        Attempt { set, absorb, deleted: None }
    };
    match block {
        "parameters" => layout.kinds().filter(|i| layout.kind(*i) == own).map(|i| set(layout.no_kind(i))).collect(),
        "decisions" => {
            let records = (0..layout.records).filter(|r| layout.score(*r) + 61 == own);
            records.map(|r| set(layout.half_a_sign(trace, r))).collect()
        }
        "cells" => (0..layout.records).map(|r| set(layout.other_sign(trace, r))).collect(),
        // A product that the last row does not read is made up by advice.
        "linear" if given.is_some_and(|v| trace.rows[end(block) as usize].a.coefficient(v) == Fr::from(0u64)) => {
            (0..layout.records).map(|r| Attempt { absorb: None, ..set(layout.other_sign(trace, r)) }).collect()
        }
        "linear" => (0..layout.records).map(|r| set(layout.other_sign(trace, r))).collect(),
        "histogram" => [0, 7, 100, 255].map(|cell| set(vec![layout.one_more(trace, cell)])).to_vec(),
        "digest" if trace.rows[row as usize].kind == Row::Tie => {
            let salt = layout.salt(0);
            vec![Attempt { set: vec![(salt, trace.values[salt as usize] + Fr::ONE)], ..Attempt::default() }]
        }
        _ => Vec::new(),
    }
}

/// The statement that an assignment makes, and the witness in it.
pub fn read_shard(trace: &Trace, values: &[Fr]) -> Option<Assignment> {
    let layout = Layout::of(trace);
    let mut inputs = values.iter();
    let public = ShardLinear::<5>::blank().0.try_map(|_, _| inputs.next().copied().ok_or(())).ok()?;
    let number = |first: u32, count: usize| Some(read::number(trace, values, first, count)?.0[0]);
    let record = |r: usize| {
        let mut at = layout.record(r);
        let mut next = |count: usize| {
            at += count as u32;
            number(at - count as u32, count)
        };
        let mut lanes = [0u16; LANES];
        for (i, lane) in lanes.iter_mut().enumerate() {
            *lane = next(lane_bits(i))? as u16;
        }
        let (label, valid) = (next(1)? == 1, next(1)? == 1);
        let mut codes = [0u8; 4];
        for code in &mut codes {
            *code = next(4)? as u8;
        }
        Some(Record { lanes, label, valid, codes, salt: values[layout.salt(r) as usize] })
    };
    let records = (0..layout.records).map(record).collect::<Option<Vec<_>>>()?;
    let signed = |first: u32, count: usize| Some(number(first, count)? as i64 - (1 << (count - 1)));
    let mut model = LinearModel::default();
    for i in 0..LANES {
        model.weights[i] = signed(layout.weight(i), 40)?;
        model.category[i] = number(layout.kind(i), 1)? == 1;
        model.offset[i] = number(layout.offset(i), 7)? as u8;
    }
    for c in 1..TABLE {
        model.table[c] = signed(layout.cell(c), 40)?;
    }
    model.bias = signed(layout.bias(), 61)?;
    let scores = (0..layout.records).map(|r| Some(signed(layout.score(r), 62)? + 1)).collect::<Option<Vec<_>>>()?;
    let mut counts = crate::compliance::counts::Counts::default();
    for (c, count) in counts.0.iter_mut().enumerate() {
        *count = number(layout.count(c), 8)?;
    }
    let [schema_hash, model_blinding] = layout.committed.map(|v| values[v as usize]);
    let counts_blinding = values[layout.blinding as usize];
    Some((public, ShardWitness { records, model, schema_hash, model_blinding, scores, counts, counts_blinding }))
}
