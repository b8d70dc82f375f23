//! Malicious witnesses about a policy's verdict.

use super::{Injection, Lie, Place, read, trace};
use crate::Fr;
use crate::compliance::counts::{COUNT_BITS, Counts};
use crate::compliance::policy::{Comparison, Fraction, Line, Rate, Terms};
use crate::compliance::verdict::{Judged, OpenedCounts, VerdictPublic};
use crate::testing::solve::{Attempt, Inputs, Solver, Until};
use crate::testing::trace::Trace;
use crate::testing::verdict_subject::{SmallVerdict, judge, line, over, terms};
use ark_ff::{AdditiveGroup, Field};

type VerdictLie = Lie<SmallVerdict>;
type Groups = Vec<[u64; 4]>;

const FAIL: u8 = 0;
const PASS: u8 = 1;

/// One of 40 chosen where the other group has 20 of 40: the ratio fails.
fn unfair() -> Vec<Groups> {
    vec![vec![[41, 20, 20, 10], [41, 20, 2, 1]]]
}

fn four_fifths() -> Vec<Line> {
    vec![line(Comparison::Ratio(over(Rate::Selection, 0)), 4, 5)]
}

fn draft(change: impl FnOnce(&mut Terms), attributes: &[Groups], verdict: u8) -> Judged {
    let mut terms = terms(attributes, four_fifths());
    change(&mut terms);
    let judged = judge(terms, attributes, 7);
    assert_eq!(judged.witness.verdict, verdict, "the honest verdict");
    judged
}

/// The public inputs that the registry computes for the words, which claim this verdict.
fn tell(block: &'static str, aim: &'static str, mut judged: Judged, claim: u8, injected: Vec<Injection>) -> VerdictLie {
    judged.witness.verdict = claim;
    let policy = judged.public.policy.clone().try_into().expect("eleven words");
    let public = VerdictPublic::of(&policy, &judged.witness.words());
    Lie { block, aim, public, witness: judged.witness, injected }
}

/// Replaces the counts of shard 0 by these, their commitment and the number of records as well.
fn recount(judged: &mut Judged, change: impl FnOnce(&mut Counts)) {
    let mut counts = judged.witness.totals().expect("honest counts");
    change(&mut counts);
    judged.witness.rows = counts.rows();
    judged.witness.shards = vec![OpenedCounts::new(&counts, Fr::ONE), OpenedCounts::empty()];
    judged.witness.commitments = judged.witness.shards.iter().map(OpenedCounts::commitment).collect();
}

/// A malicious witness for each block of `verdict`, several where several rules could be missing.
pub fn all() -> Vec<VerdictLie> {
    let mut lies = vec![other_model(), other_schema(), other_counts(), moved_record(), last_of_shards()];
    lies.extend([outside_the_schema(), missing_rows(), more_rows(), no_such_attribute()]);
    lies.extend(bad_policies());
    lies.extend([enough_rows(), left_out(), lowest_left_out(), equal_rates(), no_violation(), other_words()]);
    lies
}

fn other_model() -> VerdictLie {
    let mut judged = draft(|_| {}, &unfair(), FAIL);
    judged.witness.model += Fr::ONE;
    tell("model", "a model that was made for another schema", judged, FAIL, vec![])
}

fn other_schema() -> VerdictLie {
    let mut judged = draft(|_| {}, &unfair(), FAIL);
    // With a third, empty group the rates do not all exist: insufficient instead of fail.
    judged.witness.groups[0] = 3;
    tell("schema", "a schema with another number of groups", judged, 2, vec![])
}

fn other_counts() -> VerdictLie {
    let mut judged = draft(|_| {}, &unfair(), FAIL);
    let commitments = judged.witness.commitments.clone();
    // Sixteen more of group 1 predicted 1.
    recount(&mut judged, |counts| {
        counts.0[4] -= 16;
        counts.0[5] += 16;
    });
    judged.witness.commitments = commitments;
    judged.witness.commitments[1] = judged.witness.shards[1].commitment();
    tell("shards", "other counts than the shard's", judged, PASS, vec![])
}

/// The same in the second place, which is not the first block of its name.
fn last_of_shards() -> VerdictLie {
    let mut judged = draft(|_| {}, &unfair(), FAIL);
    judged.witness.commitments[1] += Fr::ONE;
    tell("shards", "counts of nothing for a shard", judged, FAIL, vec![])
}

/// Sixteen negatives of group 1 become positives between the words and the totals.
fn moved_record() -> VerdictLie {
    let judged = draft(|_| {}, &unfair(), FAIL);
    let counts = judged.witness.totals().expect("honest counts");
    let bit = |cell: usize, bit: usize| ("totals", Place::First(cell * COUNT_BITS + bit));
    assert!(counts.0[4] & 16 != 0 && counts.0[5] & 16 == 0, "one bit moves");
    let flip = |(block, place): (&'static str, Place), value: Fr| (block, place, value);
    // The inverse that shows a violated line stands first in its block: now there is none.
    let none = ("verdict", Place::First(0), Fr::ZERO);
    let bits = vec![flip(bit(4, 4), Fr::ZERO), flip(bit(5, 4), Fr::ONE), none];
    tell("totals", "predictions changed between the words and the totals", judged, PASS, bits)
}

fn outside_the_schema() -> VerdictLie {
    let mut judged = draft(|_| {}, &unfair(), FAIL);
    // Group 1, which the model treats badly, calls itself group 2.
    recount(&mut judged, |counts| {
        for cell in 4..8 {
            counts.0[cell + 4] = counts.0[cell];
            counts.0[cell] = 0;
        }
        // Two chosen ones stay.
        counts.0[8] -= 2;
        counts.0[4] = 1;
        counts.0[5] = 1;
    });
    tell("rows", "records in a group that the schema does not have", judged, PASS, vec![])
}

fn missing_rows() -> VerdictLie {
    let attributes = vec![vec![[82, 40, 22, 11]], vec![[41, 20, 20, 10], [41, 20, 2, 1]]];
    let mut terms = terms(&attributes, vec![line(Comparison::Ratio(over(Rate::Selection, 1)), 4, 5)]);
    terms.min_rows = 82;
    let mut judged = judge(terms, &attributes, 7);
    // Of group 1 four are left, two of them predicted 1.
    recount(&mut judged, |counts| {
        counts.0[64 + 4] -= 19;
        counts.0[64 + 6] -= 18;
    });
    tell("rows", "an attribute that misses records", judged, PASS, vec![])
}

fn more_rows() -> VerdictLie {
    let mut judged = draft(|terms| terms.min_rows = 83, &[vec![[41, 20, 20, 10], [41, 20, 20, 10]]], 2);
    judged.witness.rows += 1;
    tell("rows", "more records than were counted", judged, PASS, vec![])
}

/// Every code of an attribute that is not in use is 0.
fn no_such_attribute() -> VerdictLie {
    let mut judged = draft(|_| {}, &unfair(), FAIL);
    recount(&mut judged, |counts| {
        counts.0[64 + 4] = counts.0[64];
        counts.0[64] = 0;
    });
    tell("rows", "groups in an attribute that is not in use", judged, FAIL, vec![])
}

/// Words that are no policy, each of which would be convenient.
fn bad_policies() -> Vec<VerdictLie> {
    let ratio = |num: u64, den: u64| 1 << 1 | 1 << 5 | 1 << 10 | num << 22 | den << 42;
    let word = |at: usize, word: u64, aim: &'static str, claim: u8, honest: u8| {
        let mut judged = draft(|_| {}, &unfair(), honest);
        judged.public.policy[at] = Fr::from(word);
        tell("policy", aim, judged, claim, vec![])
    };
    vec![
        word(2, 1 | 1 << 5 | 1 << 10 | 3 << 22 | 2 << 42, "a difference of at most 3/2", PASS, FAIL),
        word(3, ratio(1, 10) | 1 << 6 | 1 << 22, "a line of two rates", FAIL, FAIL),
        word(4, ratio(1, 20), "a line after one that is not in use", FAIL, FAIL),
        word(3, 1 << 21, "a bit of a line that is not in use", FAIL, FAIL),
        word(10, 1 << 25, "a bound of a z that is not in use", FAIL, FAIL),
        word(3, ratio(1, 10) | 1 << 14, "a reference for a ratio", FAIL, FAIL),
        word(
            3,
            1 << 2 | 1 << 5 | 1 << 10 | 1 << 14 | 1 << 17 | 1 << 22 | 20 << 42,
            "a name for the majority",
            FAIL,
            FAIL,
        ),
    ]
}

/// The sign of rows - min_rows, 24 bits and the sign itself, stands first in the block.
fn enough_rows() -> VerdictLie {
    let judged = draft(|terms| terms.min_rows = 83, &[vec![[41, 20, 20, 10], [41, 20, 20, 10]]], 2);
    tell(
        "support",
        "too few records that are enough",
        judged,
        PASS,
        vec![("support", Place::First(COUNT_BITS), Fr::ONE)],
    )
}

/// A line's columns, its rates, whether any is included, the product of the denominators, the highest with two sums and its bounds.
const LOWEST: usize = 5 * 64 + 6 * 16 + 4 + 15 + 16 + 32 + 16 * (2 + 2 * COUNT_BITS);

/// Group 2 is left out and would be the lowest of no rate at all.
fn lowest_left_out() -> VerdictLie {
    let attributes = vec![vec![[410, 200, 200, 100], [410, 200, 20, 10], [1, 0, 0, 0]]];
    let judged = draft(|terms| terms.exclude = Fraction::new(1, 50).expect("a share"), &attributes, FAIL);
    let moved = vec![("lines", Place::First(LOWEST + 1), Fr::ZERO), ("lines", Place::First(LOWEST + 2), Fr::ONE)];
    tell("lines", "a group that is left out as the lowest", judged, PASS, moved)
}

/// Group 1 calls itself the lowest though group 2 is lower.
fn left_out() -> VerdictLie {
    let attributes = vec![vec![[40, 20, 20, 10], [40, 20, 18, 10], [40, 20, 2, 1]]];
    let judged = draft(|_| {}, &attributes, FAIL);
    let moved = vec![("lines", Place::First(LOWEST + 2), Fr::ZERO), ("lines", Place::First(LOWEST + 1), Fr::ONE)];
    tell("lines", "not the lowest rate as the lowest", judged, PASS, moved)
}

/// The number predicted 1 of group 0, as the z's columns have it: included, n and p of sixteen groups by four attributes.
fn equal_rates() -> VerdictLie {
    let z = crate::compliance::policy::ZLine::new(over(Rate::Selection, 0).attribute, 1, 10, false).expect("a bound");
    let attributes = vec![vec![[40, 20, 20, 10], [40, 20, 8, 4]]];
    let change = |terms: &mut Terms| {
        terms.lines = vec![line(Comparison::Accuracy, 0, 1)];
        terms.z = Some(z);
    };
    let judged = draft(change, &attributes, FAIL);
    tell("z", "another count for the z", judged, PASS, vec![("z", Place::First(2 * 64), Fr::from(8u64))])
}

/// The inverse of the number of violated lines is 0, and with it whether there are any.
fn no_violation() -> VerdictLie {
    let judged = draft(|_| {}, &unfair(), FAIL);
    tell("verdict", "a violated line that is none", judged, PASS, vec![("verdict", Place::First(0), Fr::ZERO)])
}

/// The registry's words say pass.
fn other_words() -> VerdictLie {
    let judged = draft(|_| {}, &unfair(), FAIL);
    let mut told = judged.witness.clone();
    told.verdict = PASS;
    let policy = judged.public.policy.clone().try_into().expect("eleven words");
    let public = VerdictPublic::of(&policy, &told.words());
    Lie {
        block: "fold",
        aim: "a verdict that the circuit has not seen",
        public,
        witness: judged.witness,
        injected: vec![],
    }
}

/// Records in every code of every attribute that the schema does not have, records missing in every attribute, a gap before every line:
/// each is refused by a row of its own.
pub fn misplaced() -> Vec<VerdictLie> {
    let mut all = Vec::new();
    for a in 0..4 {
        for g in 1..16 {
            let mut judged =
                draft(|terms| terms.lines = vec![line(Comparison::Accuracy, 0, 1)], &[vec![[41, 20, 20, 10]]], PASS);
            recount(&mut judged, |counts| {
                for cell in 64 * a..64 * a + 4 {
                    counts.0[cell + 4 * g] = counts.0[cell];
                    counts.0[cell] = 0;
                }
            });
            all.push(tell("rows", "records in a group that the schema does not have", judged, PASS, vec![]));
        }
        let mut judged =
            draft(|terms| terms.lines = vec![line(Comparison::Accuracy, 0, 1)], &[vec![[41, 20, 20, 10]]], PASS);
        let rows = judged.witness.rows;
        recount(&mut judged, |counts| counts.0[64 * a] -= 1);
        judged.witness.rows = rows;
        all.push(tell("rows", "an attribute that misses a record", judged, PASS, vec![]));
    }
    // The third line and later ones in use, the one before not.
    for at in 5..10 {
        let mut judged = draft(|_| {}, &unfair(), FAIL);
        judged.public.policy[at] = Fr::from(1u64 << 1 | 1 << 5 | 1 << 10 | 1 << 22 | 20 << 42);
        all.push(tell("policy", "a line after one that is not in use", judged, FAIL, vec![]));
    }
    all
}

/// No group at all as the highest and the lowest of a line: 0/0 on both sides, which would hold. The sum over the attributes of "any group
/// is included" is 0 by one false term. As traces, since a lie names the first block of its name only.
pub fn nobody(like: &Trace) -> Vec<Trace> {
    // Before the highest: the columns, the rates, four terms, fifteen factors.
    const ANY: usize = 5 * 64 + 6 * 16;
    let attributes = vec![vec![[40, 20, 20, 10], [40, 20, 2, 1]]];
    let blocks: Vec<_> = like.blocks.iter().filter(|block| block.name == "lines").collect();
    let mut all = Vec::new();
    for (l, term) in (0..8).flat_map(|l| (0..4).map(move |term| (l, term))) {
        let mut lines = vec![line(Comparison::Accuracy, 0, 1); 8];
        lines[l] = line(Comparison::Difference(over(Rate::Selection, 0)), 1, 10);
        let judged = draft(|terms| terms.lines = lines, &attributes, FAIL);
        let lie = tell("lines", "a line without a highest and a lowest", judged, PASS, vec![]);
        let start = trace::<SmallVerdict>(Some(like), &lie.public, &lie.witness);
        let variables: Vec<u32> = read::allocated(like, blocks[l].rows.clone()).collect();
        let value = if term == 0 { Fr::ZERO } else { -Fr::ONE };
        let chosen = [ANY + 4 + 15, LOWEST + 1].map(|at| (variables[at], Fr::ZERO));
        let set = chosen.into_iter().chain([(variables[ANY + term], value)]).collect();
        let mut solver = Solver::new(&start);
        solver.attempt(&Attempt { set, ..Attempt::default() }, Inputs::Fixed, Until::End);
        all.push(start.with(solver.values().to_vec()));
    }
    all
}
