//! `verdict` with two places under the same attacks as the other statements, and with what is its own: equal rates.

use crate::Fr;
use crate::r1cs::Builder;
use crate::statement::Statement;
use crate::testing::kill::Notice;
use crate::testing::mutate::{free_variables, inject, mutations};
use crate::testing::solve::{Attempt, Inputs, Solver, Until};
use crate::testing::subjects::trace;
use crate::testing::trace::Trace;
use crate::testing::verdict_subject::{SmallVerdict, honest, implied, read_verdict, verdict};
use crate::testing::{lies, read};
use ark_ff::{AdditiveGroup, Field, UniformRand};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeSet;

fn random() -> Fr {
    Fr::rand(&mut ChaCha20Rng::seed_from_u64(13))
}

fn traces() -> Vec<Trace> {
    let mut all: Vec<Trace> = Vec::new();
    for judged in honest() {
        all.push(trace::<SmallVerdict>(all.first(), &judged.public, &judged.witness));
    }
    all
}

#[test]
fn honest_assignments_read_back() {
    for (judged, trace) in honest().iter().zip(traces()) {
        let broken: Vec<_> = trace.unsatisfied().into_iter().map(|row| trace.place(row)).collect();
        assert_eq!(broken, []);
        let (public, witness) = read_verdict(&trace, &trace.values).unwrap();
        assert_eq!(public, judged.public);
        assert_eq!(witness.words(), judged.witness.words());
        assert_eq!(SmallVerdict::check(&public, &witness), Ok(()));
    }
    let verdicts: BTreeSet<u8> = honest().iter().map(|judged| judged.witness.verdict).collect();
    assert_eq!(verdicts, BTreeSet::from([0, 1, 2]));
}

#[test]
fn attack_04_each_block_of_a_verdict_refuses_alone() {
    let like = &traces()[0];
    let lies = lies::verdict::all();
    for lie in &lies {
        let found = like.blocks_of(&lie.trace(like).unsatisfied());
        assert_eq!(found, [lie.block], "{}", lie.aim);
        assert!(SmallVerdict::check(&lie.public, &lie.witness).is_err(), "the twin accepts {}", lie.aim);
        // The same through the circuit's own code.
        let body = |b: &mut Builder<'_>| SmallVerdict::build(b, &lie.public, &lie.witness);
        let broken = match lie.targets(like)[..] {
            [] => like.again(&body).unsatisfied(),
            [(variable, value)] => inject(&body, variable, value),
            _ => continue,
        };
        assert_eq!(like.blocks_of(&broken), [lie.block], "{}", lie.aim);
    }
    let with: BTreeSet<&str> = lies.iter().map(|lie| lie.block).collect();
    let all: BTreeSet<&str> = like.blocks.iter().map(|block| block.name).collect();
    assert_eq!(with, all, "blocks with a malicious witness, and the circuit's blocks");
    let rows: usize = like.blocks.iter().map(|block| block.rows.len()).sum();
    assert_eq!(rows, like.rows.len(), "rows outside every block");
}

#[test]
fn the_page_lists_the_verdicts_blocks() {
    let page = include_str!("../../../compliance.md");
    let section = page.split("\n## ").find(|section| section.lines().next() == Some("verdict")).unwrap();
    let names = section.lines().filter_map(|line| {
        let (number, rest) = line.split_once(". **")?;
        number.parse::<u32>().ok()?;
        Some(rest.split_once("**")?.0)
    });
    let circuit: BTreeSet<&str> = traces()[0].blocks.iter().map(|block| block.name).collect();
    assert_eq!(names.collect::<BTreeSet<_>>(), circuit);
}

fn assert_none_free(step: usize) {
    let traces = traces();
    for (i, trace) in traces.iter().enumerate() {
        let free = free_variables(trace, &[], trace.witnesses().skip(i * step / traces.len()).step_by(step), random());
        let places: Vec<_> =
            free.iter().map(|free| trace.place(trace.allocated_at[free.variable as usize] as usize)).collect();
        assert_eq!(places, [], "assignment {i}");
    }
}

#[test]
fn attack_01_no_variable_of_a_verdict_is_free() {
    assert_none_free(211);
}

#[test]
#[ignore = "slow: every variable under every kind of verdict"]
fn every_variable_of_a_verdict() {
    assert_none_free(1);
}

/// The circuit's own code goes on from a false value.
#[test]
fn attack_01_false_values_injected_into_a_verdict_break_rows() {
    for (i, judged) in honest().iter().enumerate() {
        let body = |b: &mut Builder<'_>| SmallVerdict::build(b, &judged.public, &judged.witness);
        let trace = Trace::new(&body);
        for variable in trace.witnesses().skip(1000 * i).step_by(9001) {
            for value in mutations(trace.values[variable as usize], random()) {
                assert!(!inject(&body, variable, value).is_empty(), "{:?}", trace.place(variable as usize));
            }
        }
    }
}

/// Where rates are equal, the highest and the lowest may be any of them; nothing that is said depends on it. These are the variables
/// that `pinned/verdict-s160.free.json` lists.
#[test]
fn attack_12a_equal_rates_leave_a_choice_and_no_other_verdict() {
    let all = traces();
    let mut found = BTreeSet::new();
    for trace in &all {
        let mut solver = Solver::new(trace);
        for (l, block) in trace.blocks.iter().filter(|block| block.name == "lines").enumerate() {
            let bits: Vec<u32> =
                read::allocated(trace, block.rows.clone()).filter(|v| trace.boolean[*v as usize].is_some()).collect();
            // The bits of the highest come first, then those of its 16 differences.
            for (name, first) in [("highest", 0), ("lowest", 16 + 16 * 48)] {
                let run = &bits[first..first + 16];
                let Some(chosen) = run.iter().find(|bit| trace.values[**bit as usize] == Fr::ONE) else { continue };
                for other in run.iter().filter(|bit| *bit != chosen) {
                    let set = vec![(*chosen, Fr::ZERO), (*other, Fr::ONE)];
                    let attempt = Attempt { set, ..Attempt::default() };
                    if solver.attempt(&attempt, Inputs::Fixed, Until::First).is_empty() {
                        let (public, witness) = read_verdict(trace, solver.values()).unwrap();
                        assert_eq!(SmallVerdict::check(&public, &witness), Ok(()));
                        found.insert(format!("line_{l}: the {name}"));
                    }
                }
            }
        }
    }
    let list: serde_json::Value = serde_json::from_str(include_str!("../../../pinned/verdict-s160.free.json")).unwrap();
    let listed = list["free"].as_array().unwrap().iter().flat_map(|entry| {
        assert!(entry["block"] == "lines" && !entry["when"].as_str().unwrap().is_empty());
        let count = entry["count"].as_u64().unwrap();
        (0..count).map(|i| entry["name"].as_str().unwrap().replace("{i}", &i.to_string()))
    });
    assert_eq!(found, listed.collect());
}

/// Deleted rows are noticed (`make kill-constraints` deletes more of them, `make slow` all).
#[test]
fn attack_04_rows_of_a_verdict_are_needed() {
    let subject = verdict();
    let implied = implied(&subject.honest[0]);
    assert_eq!(implied.len(), 8 + 8 + 1 + 4);
    // The false sums of `nobody` are refused by a row each.
    assert!(lies::verdict::nobody(&subject.honest[0]).iter().all(|lie| lie.unsatisfied().len() == 1));
    let all = 0..subject.honest[0].rows.len();
    let rows: Vec<usize> = all.step_by(577).filter(|row| !implied.contains(row)).collect();
    let left: Vec<_> = (subject.delete(&rows).into_iter())
        .filter(|(_, notice)| *notice == Notice::Survives)
        .map(|(row, _)| subject.honest[0].place(row))
        .collect();
    assert_eq!(left, []);
}
