//! The table of cases, and any policy on any counts, natively and in the circuit; the oracle is written another way.

mod oracle;

use super::*;
use crate::compliance::counts::{CELLS, cell};
use crate::compliance::data::{MAX_SHARDS, SHARD_RECORDS};
use crate::compliance::metrics::{LineReport, Verdict as Outcome};
use crate::compliance::policy::tests::policies;
use crate::compliance::policy::{Attribute, Bound, Comparison, Fraction, Line, Over, Rate, Reference, Terms, ZLine};
use crate::compliance::schema::GROUPS;
use crate::testing::cases;
use crate::testing::subjects::trace;
use crate::testing::trace::Trace;
use crate::testing::verdicts::{judged, opening, schema_of, verdict_cases};
use proptest::prelude::*;

type Small = Verdict<2>;

fn name(verdict: Outcome) -> &'static str {
    match verdict {
        Outcome::Fail => "fail",
        Outcome::Pass => "pass",
        Outcome::Insufficient => "insufficient",
    }
}

fn outcome(line: &LineReport) -> &'static str {
    match (line.defined, line.supported, line.holds) {
        (true, true, true) => "holds",
        (true, true, false) => "violated",
        (false, true, _) => "undefined",
        (true, false, _) => "unsupported",
        (false, false, _) => "undefined unsupported",
    }
}

/// The circuit accepts the verdict.
fn assert_accepted(like: &mut Option<Trace>, judged: &Judged, what: &str) {
    assert_eq!(Small::check(&judged.public, &judged.witness), Ok(()), "{what}");
    let honest = trace::<Small>(like.as_ref(), &judged.public, &judged.witness);
    let broken: Vec<_> = honest.unsatisfied().into_iter().map(|row| honest.place(row)).collect();
    assert_eq!(broken, [], "{what}");
    like.get_or_insert(honest);
}

/// It accepts no other: a single row reads the word.
fn assert_only(like: &Trace, judged: &Judged, what: &str) {
    for other in (0..4).filter(|other| *other != judged.witness.verdict) {
        let mut witness = judged.witness.clone();
        witness.verdict = other;
        let policy: [Fr; POLICY_WORDS] = judged.public.policy.clone().try_into().unwrap();
        let public = VerdictPublic::of(&policy, &witness.words());
        assert_eq!(Small::check(&public, &witness).unwrap_err().block, "verdict", "{what}");
        let lie = trace::<Small>(Some(like), &public, &witness);
        assert_eq!(like.blocks_of(&lie.unsatisfied()), ["verdict"], "{what}: {other}");
    }
}

#[test]
fn attack_11_the_table_of_cases_natively() {
    for case in verdict_cases() {
        let totals = Totals::new(&case.counts(), case.groups()).unwrap();
        let report = evaluate(&case.policy(), &totals);
        let found: Vec<_> = report.lines.iter().chain(&report.z).map(outcome).collect();
        assert_eq!(found, case.lines, "{}", case.name);
        assert_eq!(name(report.verdict), case.verdict, "{}", case.name);
        let (verdict, lines) = oracle::verdict(&case.policy(), &case.counts(), case.groups());
        assert_eq!((verdict, lines), (report.verdict, outcomes(&report)), "{}", case.name);
    }
}

fn outcomes(report: &crate::compliance::metrics::Report) -> Vec<oracle::Outcome> {
    report
        .lines
        .iter()
        .chain(&report.z)
        .map(|line| (line.defined && line.holds, line.defined, line.supported))
        .collect()
}

#[test]
fn attack_11_the_table_of_cases_in_the_circuit() {
    let cases = verdict_cases();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for chunk in cases.chunks(cases.len().div_ceil(workers)) {
            scope.spawn(move || {
                let mut like = None;
                for (seed, case) in chunk.iter().enumerate() {
                    let judged = judged::<2>(&case.policy(), &case.counts(), case.groups(), seed as u64);
                    assert_eq!(name(judged.report.verdict), case.verdict, "{}", case.name);
                    assert_accepted(&mut like, &judged, &case.name);
                    if seed % 64 == 0 {
                        assert_only(like.as_ref().unwrap(), &judged, &case.name);
                    }
                }
            });
        }
    });
}

/// The most that the shards' circuits let a cell count, in every cell of every shard, and the largest data set: no slot of a word
/// carries into the next, and every line is compared at its bounds' largest numbers.
#[test]
fn attack_11_the_largest_counts_of_all_shards_do_not_carry() {
    const SHARDS: u64 = MAX_SHARDS as u64;
    let groups = [GROUPS as u8; ATTRIBUTES];
    let full = Counts([255; CELLS]);
    let mut whole = Counts::default();
    (0..ATTRIBUTES).for_each(|a| whole.0[cell(a, 15, true, true)] = SHARD_RECORDS as u64);
    let mut like: Option<Trace> = None;
    for (shard, cells) in [(full, CELLS as u64), (whole, ATTRIBUTES as u64)] {
        let mut opening = opening(&Counts::default(), groups, 1, 1);
        opening.shards = (0..SHARDS).map(|k| OpenedCounts::new(&shard, Fr::from(k))).collect();
        let judged = opening.judge::<MAX_SHARDS>(&largest_policy(groups)).unwrap();
        let totals = judged.witness.totals().unwrap();
        assert!(totals.0.iter().zip(&shard.0).all(|(total, count)| *total == SHARDS * count));
        assert_eq!(judged.witness.rows * ATTRIBUTES as u64, totals.0.iter().sum::<u64>());
        assert_eq!(totals.0.iter().filter(|total| **total > 0).count() as u64, cells);
        let (verdict, lines) = oracle::verdict(&largest_policy(groups), &totals, groups);
        assert_eq!((verdict, lines), (judged.report.verdict, outcomes(&judged.report)));
        let honest = trace::<VerdictS160>(like.as_ref(), &judged.public, &judged.witness);
        assert!(honest.unsatisfied().is_empty());
        like.get_or_insert(honest);
    }
}

/// Every comparison at the largest numbers that a bound has.
fn largest_policy(groups: [u8; ATTRIBUTES]) -> Policy {
    const MOST: u32 = (1 << 20) - 1;
    let over = Over { rate: Rate::Selection, attribute: Attribute::new(3).unwrap() };
    let lowest = Comparison::Reference(over, Reference::Lowest);
    let comparisons = [
        Comparison::Difference(over),
        Comparison::Ratio(over),
        lowest,
        Comparison::Accuracy,
        Comparison::BalancedAccuracy,
    ];
    let line = |comparison| Line { comparison, bound: Bound::new(MOST - 1, MOST, true).unwrap() };
    Policy::new(Terms {
        schema: schema_of(groups),
        min_rows: (MAX_SHARDS * SHARD_RECORDS) as u32,
        min_group: 0,
        min_positive: 0,
        exclude: Fraction::new(1, 4095).unwrap(),
        lines: comparisons.map(line).to_vec(),
        z: Some(ZLine::new(Attribute::new(3).unwrap(), MOST, 1, true).unwrap()),
    })
    .unwrap()
}

/// Counts of any data set, small ones and sparse ones above all, with its numbers of groups.
fn data_sets() -> impl Strategy<Value = (Counts, [u8; ATTRIBUTES])> {
    let weight = || prop_oneof![4 => Just(0u64), 4 => 1..4u64, 1 => 1..40u64];
    let groups = || prop_oneof![1 => Just(0usize), 8 => 1..5usize, 1 => 5..=GROUPS];
    let attribute = move || groups().prop_flat_map(move |n| (Just(n), prop::collection::vec(weight(), 4 * n.max(1))));
    let rows =
        prop_oneof![1 => Just(0u64), 12 => 0..60u64, 4 => 0..3000u64, 1 => Just((1 << 24) - 1), 1 => 0..1u64 << 24];
    let attributes = [attribute(), attribute(), attribute(), attribute()];
    (rows, attributes).prop_map(|(rows, attributes)| {
        let mut counts = Counts::default();
        for (a, (_, weights)) in attributes.iter().enumerate() {
            let all = weights.iter().sum::<u64>().max(1);
            let cells = &mut counts.0[4 * GROUPS * a..][..weights.len()];
            cells.iter_mut().zip(weights).for_each(|(cell, weight)| *cell = rows * weight / all);
            cells[0] += rows - cells.iter().sum::<u64>();
        }
        (counts, attributes.map(|(n, _)| n as u8))
    })
}

/// A policy for the tests' schema with these groups.
fn policy_for(policy: Policy, groups: [u8; ATTRIBUTES]) -> Policy {
    let mut terms = policy.into_terms();
    terms.schema = schema_of(groups);
    Policy::new(terms).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(2000)))]
    #[test]
    fn the_oracle_agrees(policy in policies(), (counts, groups) in data_sets()) {
        let report = evaluate(&policy, &Totals::new(&counts, groups).unwrap());
        let (verdict, lines) = oracle::verdict(&policy, &counts, groups);
        prop_assert_eq!(lines, outcomes(&report));
        prop_assert_eq!(verdict, report.verdict);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(24)))]
    #[test]
    fn the_circuit_agrees(policy in policies(), (counts, groups) in data_sets(), seed in any::<u64>()) {
        let judged = judged::<2>(&policy_for(policy, groups), &counts, groups, seed);
        let mut like = None;
        assert_accepted(&mut like, &judged, "");
        assert_only(like.as_ref().unwrap(), &judged, "");
    }
}
