//! Every witness variable of the statements set to false values, alone and injected; what is free is on the list.

use crate::Fr;
use crate::compliance::shard::{ShardLinear, ShardLinearR205};
use crate::r1cs::Builder;
use crate::statement::Statement;
use crate::testing::mutate::{Free, free_variables, inject, mutations};
use crate::testing::read;
use crate::testing::shard::{self, Assignment, shards};
use crate::testing::solve::{Advice, Attempt, Inputs, Solver, Until};
use crate::testing::subjects::{self, DEPTH, ballots, closed};
use crate::testing::trace::{Body, Trace};
use crate::voting::ballot::Ballot;
use crate::voting::tally::Tally;
use ark_ff::{Field, UniformRand};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeSet;
use std::path::Path;

/// `circuits/pinned/ID.free.json`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct FreeList {
    id: String,
    free: Vec<FreeEntry>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct FreeEntry {
    block: String,
    /// With `{i}` for each number below `count`.
    name: String,
    count: usize,
    when: String,
    reason: String,
}

fn listed(id: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("pinned/{id}.free.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let list: FreeList = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(list.id, id);
    assert!(list.free.iter().all(|entry| !entry.reason.is_empty() && !entry.when.is_empty()), "{id}: no reason given");
    let names = |entry: &FreeEntry| {
        let one = |i: usize| format!("{}: {}", entry.block, entry.name.replace("{i}", &i.to_string()));
        (0..entry.count).map(one).collect::<Vec<_>>()
    };
    list.free.iter().flat_map(names).collect()
}

/// A stable name: the siblings are what the prover chooses in `path` besides bits.
fn name(trace: &Trace, variable: u32) -> String {
    let block =
        trace.blocks.iter().find(|block| block.rows.contains(&(trace.allocated_at[variable as usize] as usize)));
    let Some(block) = block else { return format!("-: variable {variable}") };
    let place = read::choices(trace, block.rows.clone()).position(|v| v == variable);
    match place {
        Some(i) if block.name == "path" => format!("path: sibling_{i}"),
        // The words that no tie gives come first: context, C1 and the keys, 2K + 3 in all; there are 19 variables to a point.
        Some(i) if block.name == "subgroup" && i >= words(trace) => {
            format!("subgroup: eighth_{}_{}", (i - words(trace)) / 2, ["x", "y"][(i - words(trace)) % 2])
        }
        Some(i) => format!("{}: choice {i}", block.name),
        None => format!("{}: variable {variable}", block.name),
    }
}

/// How many of the choices in a tally's first block are words.
fn words(trace: &Trace) -> usize {
    let options = trace.blocks[0].rows.len() / 18;
    2 * options + 3
}

fn random() -> Fr {
    Fr::rand(&mut ChaCha20Rng::seed_from_u64(11))
}

/// The free variables among every `step`-th one and all that may be free.
fn free(trace: &Trace, advice: &[Advice<'_>], step: usize, first: usize) -> BTreeSet<String> {
    assert_eq!(trace.unsatisfied(), Vec::<usize>::new());
    let suspects = trace.blocks.iter().flat_map(|block| read::choices(trace, block.rows.clone()));
    let free = free_variables(trace, advice, trace.witnesses().skip(first).step_by(step).chain(suspects), random());
    free.iter().map(|Free { variable, .. }| name(trace, *variable)).collect()
}

/// Every `step`-th variable under each kind of ballot, and under one of them all if `whole`: free is what the list says.
fn assert_listed<const K: usize>(step: usize, whole: bool) {
    let mut found = BTreeSet::new();
    let mut first: Option<Trace> = None;
    for (i, ballot) in ballots::<K>().iter().enumerate() {
        let trace = subjects::trace::<Ballot<K, DEPTH>>(first.as_ref(), &ballot.public, &ballot.witness);
        let step = if whole && i == 0 { 1 } else { step };
        let free = free(&trace, &[], step, i % step);
        found.extend(free);
        first.get_or_insert(trace);
    }
    assert_eq!(found, listed(&Ballot::<K, DEPTH>::id()));
}

#[test]
fn attack_01_no_variable_of_a_ballot_is_free_but_those_listed() {
    assert_listed::<3>(101, true);
}

#[test]
fn attack_01_no_variable_of_a_ballot_of_eight_options_is_free_but_those_listed() {
    assert_listed::<8>(499, false);
}

fn assert_tally_listed<const K: usize>(step: usize) {
    let mut found = BTreeSet::new();
    for (votes, seed) in [(&[1, 0, 2][..], 3), (&[], 4)] {
        let tally = closed::<K>(votes, seed).tally;
        found.extend(free(&subjects::trace::<Tally<K, 1>>(None, &tally.public(), &tally), &[], step, 0));
    }
    assert_eq!(found, listed(&Tally::<K, 1>::id()));
}

#[test]
fn attack_01_no_variable_of_a_tally_is_free_but_those_listed() {
    assert_tally_listed::<3>(1);
}

#[test]
fn attack_01_no_variable_of_a_tally_of_eight_options_is_free_but_those_listed() {
    assert_tally_listed::<8>(23);
}

/// Every `step`-th variable of these samples: free is what the list of the largest instance says, nothing.
fn assert_shard_listed(samples: &[Assignment], step: usize) {
    for (public, witness) in samples {
        let trace = subjects::trace::<ShardLinear<5>>(None, public, witness);
        assert_eq!(free(&trace, &shard::advice(&trace), step, 0), listed(&ShardLinearR205::id()));
    }
}

#[test]
fn attack_01_no_variable_of_a_shard_is_free() {
    // Three records and two of padding.
    assert_shard_listed(&shards::<5>()[1..2], 3);
}

#[test]
#[ignore = "slow: every variable under every kind of assignment"]
fn every_variable_under_every_rule() {
    assert_listed::<3>(1, true);
    assert_listed::<8>(1, true);
    assert_tally_listed::<8>(1);
    assert_shard_listed(&shards::<5>(), 1);
}

/// The circuit's own code goes on from a false value as the solver does: the same rows break, and there are some.
fn assert_code_agrees(body: Body<'_>, step: usize, first: usize) {
    let trace = Trace::new(body);
    let mut solver = Solver::new(&trace);
    for variable in trace.witnesses().skip(first).step_by(step) {
        for value in mutations(trace.values[variable as usize], random()) {
            let by_code = inject(body, variable, value);
            assert!(!by_code.is_empty(), "{} is free", name(&trace, variable));
            let attempt = Attempt { set: vec![(variable, value)], ..Attempt::default() };
            let mut by_solver = solver.attempt(&attempt, Inputs::Fixed, Until::End);
            by_solver.retain(|row| trace.rows[*row as usize].residue(solver.values()) != ark_ff::AdditiveGroup::ZERO);
            assert_eq!(by_solver.is_empty(), by_code.is_empty(), "{} = {value}", name(&trace, variable));
        }
    }
}

fn assert_injected(step: usize) {
    let ballots = ballots::<3>();
    for (i, ballot) in ballots.iter().enumerate() {
        let body = |b: &mut Builder<'_>| Ballot::<3, DEPTH>::build(b, &ballot.public, &ballot.witness);
        assert_code_agrees(&body, step, i * step / ballots.len());
    }
    let tally = closed::<3>(&[1, 0, 2], 5).tally;
    assert_code_agrees(&|b: &mut Builder<'_>| Tally::<3, 1>::build(b, &tally.public(), &tally), step, 17 % step);
    let (public, witness) = shards::<5>().swap_remove(1);
    assert_code_agrees(&|b: &mut Builder<'_>| ShardLinear::<5>::build(b, &public, &witness), step, 23 % step);
}

#[test]
fn attack_01_false_values_injected_through_the_code_break_rows() {
    assert_injected(2003);
}

#[test]
#[ignore = "slow: a sixteenth of the variables under each kind of ballot, so that each variable has its turn"]
fn false_values_injected_at_every_variable() {
    assert_injected(16);
}

#[test]
fn mutations_are_five_and_never_the_value_itself() {
    assert_eq!(mutations(Fr::from(7u64), random()).count(), 5);
    assert!(mutations(Fr::ONE, random()).all(|value| value != Fr::ONE));
}
