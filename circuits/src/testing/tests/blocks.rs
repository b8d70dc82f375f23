//! Every block of the statement page refuses, alone, a malicious witness.

use crate::compliance::shard::ShardLinear;
use crate::statement::Statement;
use crate::testing::lies::{self, Lie};
use crate::testing::shard::{self, shards};
use crate::testing::solve::Advice;
use crate::testing::subjects::{self, DEPTH, ballots, closed};
use crate::testing::trace::Trace;
use crate::testing::{mutate, run_statement};
use crate::voting::ballot::Ballot;
use crate::voting::tally::Tally;
use std::collections::BTreeSet;

/// Each lie is refused by its block and by no other, and there is one for each block that the circuit reports.
fn assert_refused<S: Statement>(like: &Trace, lies: &[Lie<S>], advice: &[Advice<'_>])
where
    S::Public: Sync,
    S::Witness: Sync,
{
    let id = S::id();
    for lie in lies {
        let found = like.blocks_of(&lie.trace_with(like, advice).unsatisfied());
        assert_eq!(found, [lie.block], "{id}: {}", lie.aim);
        assert!(S::check(&lie.public, &lie.witness).is_err(), "{id}: the twin accepts {}", lie.aim);
        // The same through the circuit's own code: by arkworks' matrices, or from the variable injected.
        match lie.targets(like)[..] {
            [] => assert_eq!(
                run_statement::<S>(&lie.public, &lie.witness).failing_blocks(),
                [lie.block],
                "{id}: {}",
                lie.aim
            ),
            [(variable, value)] => {
                let broken = mutate::inject(&|b| S::build(b, &lie.public, &lie.witness), variable, value);
                assert_eq!(like.blocks_of(&broken), [lie.block], "{id}: {}", lie.aim);
            }
            _ => {}
        }
    }
    let with: BTreeSet<&str> = lies.iter().map(|lie| lie.block).collect();
    let all: BTreeSet<&str> = like.blocks.iter().map(|block| block.name).collect();
    assert_eq!(with, all, "{id}: blocks with a malicious witness, and the circuit's blocks");
    let rows: usize = like.blocks.iter().map(|block| block.rows.len()).sum();
    assert_eq!(rows, like.rows.len(), "{id}: rows outside every block");
}

fn ballot_trace<const K: usize>() -> Trace {
    let ballot = &ballots::<K>()[0];
    subjects::trace::<Ballot<K, DEPTH>>(None, &ballot.public, &ballot.witness)
}

fn tally_trace<const K: usize>() -> Trace {
    let tally = closed::<K>(&[1], 1).tally;
    subjects::trace::<Tally<K, 1>>(None, &tally.public(), &tally)
}

#[test]
fn attack_04_each_block_of_a_ballot_refuses_alone() {
    let like = ballot_trace::<3>();
    assert_refused(&like, &lies::ballot::<3>(&like), &[]);
}

#[test]
fn attack_04_each_block_of_a_ballot_of_eight_options_refuses_alone() {
    let like = ballot_trace::<8>();
    assert_refused(&like, &lies::ballot::<8>(&like), &[]);
}

#[test]
fn attack_04_each_block_of_a_tally_refuses_alone() {
    let like = tally_trace::<3>();
    assert_refused(&like, &lies::tally::<3>(&like), &[]);
}

#[test]
fn attack_04_each_block_of_a_tally_of_eight_options_refuses_alone() {
    let like = tally_trace::<8>();
    assert_refused(&like, &lies::tally::<8>(&like), &[]);
}

fn shard_trace() -> Trace {
    let (public, witness) = &shards::<5>()[0];
    subjects::trace::<ShardLinear<5>>(None, public, witness)
}

#[test]
fn attack_04_each_block_of_a_shard_refuses_alone() {
    let like = shard_trace();
    assert_refused(&like, &shard::lies::<5>(&like), &shard::advice(&like));
}

/// The names in bold that begin the numbered items of a circuit's section on the statement page.
fn blocks_on_the_page(page: &str, circuit: &str) -> BTreeSet<String> {
    let section = page.split("\n## ").find(|section| section.lines().next() == Some(circuit));
    let section = section.unwrap_or_else(|| panic!("no section `{circuit}` on the page"));
    let names = section.lines().filter_map(|line| {
        let (number, rest) = line.split_once(". **")?;
        number.parse::<u32>().ok()?;
        Some(rest.split_once("**")?.0.split(", ").map(str::to_owned).collect::<Vec<_>>())
    });
    names.flatten().collect()
}

/// The page and the circuits have the same blocks, so each block on the page has its malicious witness.
#[test]
fn the_page_lists_the_circuits_blocks() {
    let names = |trace: &Trace| trace.blocks.iter().map(|block| block.name.to_owned()).collect::<BTreeSet<_>>();
    let voting = include_str!("../../../README.md");
    let compliance = include_str!("../../../compliance.md");
    assert_eq!(blocks_on_the_page(compliance, "shard-linear"), names(&shard_trace()));
    assert_eq!(blocks_on_the_page(voting, "ballot"), names(&ballot_trace::<3>()));
    assert_eq!(blocks_on_the_page(voting, "ballot"), names(&ballot_trace::<8>()));
    assert_eq!(blocks_on_the_page(voting, "tally"), names(&tally_trace::<3>()));
    assert_eq!(blocks_on_the_page(voting, "tally"), names(&tally_trace::<8>()));
}
