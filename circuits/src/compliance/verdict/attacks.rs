//! Attacks of the catalogue (tests/attacks.toml) on `verdict` that are no single lie about a block.

use super::*;
use crate::compliance::policy::{Bound, Comparison, Group, Line, Over, Rate, Reference, Terms, ZLine};
use crate::testing::lies;
use crate::testing::run_statement;
use crate::testing::solve::{Attempt, Inputs, Solver, Until};
use crate::testing::subjects::trace;
use crate::testing::trace::Trace;
use crate::testing::verdict_subject::{SmallVerdict, honest, judge, line, over, terms};
use ark_ff::{BigInteger, Field, PrimeField};
use std::collections::BTreeSet;

fn traces() -> Vec<Trace> {
    let mut all: Vec<Trace> = Vec::new();
    for judged in honest() {
        all.push(trace::<SmallVerdict>(all.first(), &judged.public, &judged.witness));
    }
    all
}

/// The bits of v + r in place of those of v, as far as there is room for them: no range has 254 bits.
#[test]
fn attack_03_no_number_of_a_verdict_has_two_decompositions() {
    let trace = &traces()[0];
    let mut solver = Solver::new(trace);
    let mut tried = 0;
    for (row, gives) in trace.gives.iter().enumerate().filter(|(row, _)| row % 7 == 0) {
        let Some(bits) = gives.bits.clone() else { continue };
        assert!(bits.len() <= 240, "{:?}", trace.place(row));
        let value = bits.clone().rev().fold(Fr::ZERO, |sum, bit| sum.double() + trace.values[bit as usize]);
        let mut shifted = value.into_bigint();
        shifted.add_with_carry(&Fr::MODULUS);
        let set = bits.enumerate().map(|(i, bit)| (bit, Fr::from(shifted.get_bit(i)))).collect();
        let attempt = Attempt { set, ..Attempt::default() };
        assert!(!solver.attempt(&attempt, Inputs::Fixed, Until::End).is_empty(), "{:?}", trace.place(row));
        tried += 1;
    }
    assert!(tried > 100, "{tried}");
}

/// Every sign that decides, said to be the other one: everything follows, the public inputs as well, but for the sum of its bits.
#[test]
fn attack_05_no_negative_difference_is_a_huge_positive() {
    let traces = traces();
    let mut blocks = BTreeSet::new();
    for trace in [&traces[1], &traces[traces.len() - 1]] {
        let mut solver = Solver::new(trace);
        let signs: Vec<usize> = trace
            .blocks
            .iter()
            .filter(|block| ["support", "lines", "z"].contains(&block.name))
            .flat_map(|block| block.rows.clone())
            .filter(|row| trace.gives[*row].bits.is_some())
            .collect();
        for row in signs.iter().copied().filter(|row| row % 5 == 0) {
            let bits = trace.gives[row].bits.clone().unwrap();
            let top = bits.end - 1;
            let set = vec![(top, Fr::ONE - trace.values[top as usize])];
            let broken = solver.attempt(&Attempt { set, ..Attempt::default() }, Inputs::Follow, Until::End);
            assert!(broken.contains(&(row as u32)), "{:?}", trace.place(row));
            blocks.insert((trace.place(row).0, bits.len()));
        }
    }
    // Minimums, shares, ranks; rates, comparisons; z.
    let all = [("support", 25), ("support", 37), ("support", 29), ("lines", 48), ("lines", 71), ("z", 137)];
    assert_eq!(blocks, BTreeSet::from(all));
}

/// Each comparison at the ends of its numbers, one off and equal: almost 2^24 records, bounds of 20 bits.
#[test]
fn attack_05_no_comparison_wraps_at_the_largest_numbers() {
    const N: u64 = (1 << 23) - 1;
    const B: u32 = (1 << 20) - 1;
    let half = N / 2;
    let all = |rate| Over { rate, attribute: over(rate, 0).attribute };
    let mut like = None;
    let mut assert_verdict = |lines: Vec<Line>, z: Option<ZLine>, groups: Vec<[u64; 4]>, verdict: u8, what: &str| {
        let groups = vec![groups];
        let judged = judge(Terms { z, ..terms(&groups, lines) }, &groups, 1);
        assert_eq!(judged.witness.verdict, verdict, "{what}");
        let trace = trace::<SmallVerdict>(like.as_ref(), &judged.public, &judged.witness);
        assert_eq!(trace.unsatisfied(), Vec::<usize>::new(), "{what}");
        like.get_or_insert(trace);
    };
    let equal = [[N, half, half, 1], [N, half, half, 1]];
    let (full, none) = ([N, half, N, half], [N, half, 0, 0]);
    let reference = Reference::Named(Group::new(0).unwrap());
    let kinds = [
        Comparison::Difference(all(Rate::Selection)),
        Comparison::Ratio(all(Rate::Selection)),
        Comparison::Reference(all(Rate::Selection), reference),
    ];
    for (i, comparison) in kinds.into_iter().enumerate() {
        let (least, most) = if i == 0 { ((0, B), (1, B)) } else { ((B, B), (B - 1, B)) };
        assert_verdict(vec![line(comparison, least.0, least.1)], None, equal.to_vec(), 1, "equal");
        // One of 2^22 more: beyond the strict bound, within 1/2^20.
        let more = vec![[N, half, half + 1, 1], equal[1]];
        assert_verdict(vec![line(comparison, least.0, least.1)], None, more.clone(), 0, "one off");
        assert_verdict(vec![line(comparison, most.0, most.1)], None, more, 1, "within the bound");
        assert_verdict(vec![line(comparison, least.0, least.1)], None, vec![full, none], 0, "all against none");
        let ends = if i == 0 { (1, 1) } else { (0, 1) };
        assert_verdict(vec![line(comparison, ends.0, ends.1)], None, vec![full, none], 1, "at the end");
    }
    let right = vec![[2 * N, N, N, N], [1, 0, 1, 0]];
    for comparison in [Comparison::Accuracy, Comparison::BalancedAccuracy] {
        assert_verdict(vec![line(comparison, B, B)], None, right.clone(), 0, "one wrong");
        assert_verdict(vec![line(comparison, B - 1, B)], None, right.clone(), 1, "one wrong of 2^24");
        assert_verdict(vec![line(comparison, 1, 1)], None, vec![[2 * N, N, 0, 0]], 0, "half right");
    }
    let z = |num, den| ZLine::new(over(Rate::Selection, 0).attribute, num, den, false).ok();
    let loose = || vec![line(Comparison::Accuracy, 0, 1)];
    assert_verdict(loose(), z(B, 1), vec![full, none], 0, "z^2 of 2^24");
    assert_verdict(loose(), z(B, 1), equal.to_vec(), 1, "z of 0");
    assert_verdict(loose(), z(1, B), vec![full, [N, half, N - 1, half]], 0, "z of one");
    assert_verdict(loose(), z(2, 1), vec![full, [N, half, N - 1, half]], 1, "z of one");
}

#[test]
fn attack_08_groups_outside_the_schema_and_missing_records_are_refused() {
    let lies = lies::verdict::all();
    let rows: Vec<_> = lies.iter().filter(|lie| lie.block == "rows").collect();
    assert!(rows.len() >= 4);
    for lie in rows {
        assert_eq!(run_statement::<SmallVerdict>(&lie.public, &lie.witness).failing_blocks(), ["rows"], "{}", lie.aim);
        assert_eq!(SmallVerdict::check(&lie.public, &lie.witness).unwrap_err().block, "rows", "{}", lie.aim);
    }
}

/// Every bit of every policy word, and every other input: changed, a row breaks.
#[test]
fn attack_10_every_public_input_of_a_verdict_is_bound() {
    let trace = &traces()[0];
    for input in 0..trace.inputs {
        for bit in (0..254).step_by(if input == 0 || input > POLICY_WORDS { 50 } else { 3 }) {
            let flip = Fr::from(2u64).pow([bit]);
            let set = trace.values[input].into_bigint().get_bit(bit as usize);
            let mut values = trace.values.clone();
            values[input] += if set { -flip } else { flip };
            let broken = trace.uses[input].iter().any(|row| trace.rows[*row as usize].residue(&values) != Fr::ZERO);
            assert!(broken, "input {input}, bit {bit}");
        }
    }
}

/// The highest and the lowest are the same group where the other has no rate; the line is undefined all the same.
#[test]
fn attack_11_an_empty_denominator_is_never_a_pass() {
    let kinds = [
        Comparison::Difference(over(Rate::Precision, 0)),
        Comparison::Ratio(over(Rate::TruePositive, 0)),
        Comparison::Reference(over(Rate::FalsePositive, 0), Reference::Lowest),
    ];
    for comparison in kinds {
        for exclusive in [false, true] {
            let groups = vec![vec![[10, 5, 5, 3], [0, 0, 0, 0]]];
            let bound = Bound::new(1, 1, exclusive).unwrap();
            let judged = judge(terms(&groups, vec![Line { comparison, bound }]), &groups, 3);
            assert_eq!(judged.witness.verdict, 2);
            let mut witness = judged.witness.clone();
            witness.verdict = 1;
            let policy = judged.public.policy.clone().try_into().unwrap();
            let public = VerdictPublic::of(&policy, &witness.words());
            assert_eq!(run_statement::<SmallVerdict>(&public, &witness).failing_blocks(), ["verdict"]);
        }
    }
}
