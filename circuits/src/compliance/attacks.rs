//! Attacks of the catalogue (tests/attacks.toml) on `shard-linear` that are no single lie about a block.

use super::context::Engagement;
use super::counts::{Counts, cell};
use super::data::{data_root, shard_digest};
use super::linear::{LinearModel, TABLE};
use super::record::{LANES, Record};
use super::schema::{schema_body, schema_hash};
use super::shard::{ShardLinear, ShardPublic, ShardWitness};
use crate::Fr;
use crate::evm::number_word;
use crate::statement::Statement;
use crate::testing::shard::{Layout, advice};
use crate::testing::solve::{Attempt, Inputs, Solver, Until};
use crate::testing::subjects::trace;
use crate::testing::trace::Trace;
use crate::testing::{run_statement, sample_audit};
use ark_ff::{AdditiveGroup, Field, PrimeField};

const R: usize = 5;
type Shard = ShardLinear<R>;
type Assignment = (ShardPublic<Fr>, ShardWitness);

fn failing((public, witness): &Assignment) -> Vec<&'static str> {
    let found = run_statement::<Shard>(public, witness).failing_blocks();
    assert_eq!(Shard::check(public, witness).is_ok(), found.is_empty(), "circuit and twin agree: {found:?}");
    found
}

/// A shard of these lanes under a model, all with label 1 and code 0.
fn shard(model: LinearModel, lanes: [[u16; LANES]; R]) -> Assignment {
    let records = lanes
        .into_iter()
        .zip(1u64..)
        .map(|(lanes, salt)| Record::new(lanes, true, [0; 4], Fr::from(salt)).expect("values in range"));
    let schema = schema_hash(schema_body(b"{}"), [1, 0, 0, 0]).expect("one group");
    let witness = ShardWitness::new(records.collect(), model, schema, Fr::ONE, Fr::ONE).expect("every code has a cell");
    (witness.public(Fr::ZERO, 0), witness)
}

fn commit((public, witness): &mut Assignment) {
    public.counts = witness.counts.commitment(witness.counts_blinding);
}

fn recount(lie: &mut Assignment) {
    lie.1.counts = Counts::of(&lie.1.records, lie.1.scores.iter().map(|z| *z > 0));
    commit(lie);
}

fn assigned((public, witness): &Assignment) -> (Trace, Layout) {
    let trace = trace::<Shard>(None, public, witness);
    assert_eq!(trace.unsatisfied(), Vec::<usize>::new());
    let layout = Layout::of(&trace);
    (trace, layout)
}

/// The blocks that refuse an assignment in which these variables are set and everything follows, advice included.
fn refused(trace: &Trace, set: Vec<(u32, Fr)>) -> Vec<&'static str> {
    let advice = advice(trace);
    let mut solver = Solver::with(trace, &advice);
    solver.attempt(&Attempt { set, ..Attempt::default() }, Inputs::Fixed, Until::End);
    let broken = trace.with(solver.values().to_vec()).unsatisfied();
    trace.blocks_of(&broken)
}

/// A score, a weight, a count and a lane each have one decomposition: bits of the value + r are more than there are.
#[test]
fn attack_03_a_number_of_a_shard_has_one_set_of_bits() {
    let (trace, layout) = assigned(&sample_audit::<R>(R, 1).shard(0));
    for (what, first, count) in [
        ("score", layout.score(0), 62),
        ("weight", layout.weight(3), 40),
        ("bias", layout.bias(), 61),
        ("count", layout.count(9), 8),
        ("lane", layout.lane(2, 0), 16),
    ] {
        let number: Fr =
            (0..count).map(|i| trace.values[(first + i) as usize] * Fr::from(2u64).pow([u64::from(i)])).sum();
        let mut shifted = number.into_bigint();
        ark_ff::BigInteger::add_with_carry(&mut shifted, &Fr::MODULUS);
        assert!(ark_ff::BigInteger::num_bits(&shifted) > count, "{what} + r would have room");
        // Carried into the next bit, which then is 2: the same number by other bits.
        let low = (0..count - 1).find(|i| trace.values[(first + i + 1) as usize] == Fr::ONE).unwrap_or(0);
        let (a, b) = (first + low, first + low + 1);
        let [va, vb] = [a, b].map(|v| trace.values[v as usize]);
        assert!(!refused(&trace, vec![(a, va + Fr::from(2u64)), (b, vb - Fr::ONE)]).is_empty(), "{what}");
    }
}

/// Parameters at the ends of their ranges with every lane full: scores keep their sign. One further is no model.
#[test]
fn attack_05_scores_do_not_wrap() {
    let full = |i: usize| if i < 8 { u16::MAX } else { 255 };
    let lanes = [std::array::from_fn(full); R];
    let (most, least) = ((1i64 << 39) - 1, -(1i64 << 39));
    for (w, bias, positive) in [(most, (1 << 60) - 1, true), (least, -(1 << 60), false)] {
        let honest = shard(LinearModel { weights: [w; LANES], bias, ..LinearModel::default() }, lanes);
        assert_eq!(failing(&honest), Vec::<&str>::new());
        assert!(honest.1.scores.iter().all(|z| (*z > 0) == positive));
        // The opposite sign, by any number of 62 bits that is the score modulo 2^61 or 2^62.
        for turn in [1i64 << 61, -(1 << 61), (1 << 62) - 1, i64::MIN] {
            let mut lie = honest.clone();
            lie.1.scores[0] = lie.1.scores[0].wrapping_add(turn);
            recount(&mut lie);
            assert!(!failing(&lie).is_empty(), "{turn}");
        }
        let mut wide = honest.clone();
        wide.1.model.weights[0] = if w > 0 { w + 1 } else { w - 1 };
        wide.0.model = wide.1.model.commitment(wide.1.schema_hash, wide.1.model_blinding);
        wide.1
            .scores
            .iter_mut()
            .zip(&honest.1.records)
            .for_each(|(z, r)| *z = wide.1.model.score(&r.lanes).expect("no category"));
        recount(&mut wide);
        assert!(failing(&wide).contains(&"parameters"));
    }
}

/// Rows dropped, repeated, put in another order or hidden; a shard of another place or data set; another group.
#[test]
fn attack_08_the_digest_holds_every_row_in_its_place() {
    let honest = sample_audit::<R>(R, 3).shard(1 - 1);
    let foreign = sample_audit::<R>(R, 4).shard(0).1.records.clone();
    type Change = fn(&mut Vec<Record>, &[Record]);
    let changes: [(&str, Change); 8] = [
        ("dropped", |r, _| r[2] = Record::padding(r[2].salt)),
        ("hidden", |r, _| r[2].valid = false),
        ("repeated", |r, _| r[2] = r[1].clone()),
        ("reordered", |r, _| r.swap(0, 1)),
        ("foreign", |r, other| r[2] = other[2].clone()),
        ("another label", |r, _| r[2].label ^= true),
        ("another group", |r, _| r[2].codes[3] ^= 1),
        ("another salt", |r, _| r[2].salt += Fr::ONE),
    ];
    for (what, change) in changes {
        let mut lie = honest.clone();
        change(&mut lie.1.records, &foreign);
        lie.1 = ShardWitness::new(
            lie.1.records.clone(),
            lie.1.model.clone(),
            lie.1.schema_hash,
            lie.1.model_blinding,
            lie.1.counts_blinding,
        )
        .expect("every code has a cell");
        commit(&mut lie);
        assert_eq!(failing(&lie), ["digest"], "{what}");
    }
    for index in [1u64, 159, 160, u64::MAX] {
        let mut moved = honest.clone();
        moved.0.index = Fr::from(index);
        assert_eq!(failing(&moved), ["digest"], "place {index}");
    }
    // The root holds the digests' order and number.
    let mut audit = sample_audit::<R>(2 * R, 5);
    let digests: Vec<Fr> = (0..2).map(|k| audit.shard(k).0.digest).collect();
    let root = |digests: &[Fr]| data_root(audit.schema_hash, 2 * R as u64, digests);
    let (first, second) = (digests[0], digests[1]);
    for other in [vec![second, first], vec![first], vec![first, first], vec![first, second, second]] {
        assert_ne!(root(&other), root(&digests));
    }
    assert_ne!(shard_digest(1, &audit.shards[0]), first);
}

/// The bits of a label or a group are those of the signed word: none moves within it, none is hidden from the histogram.
#[test]
fn attack_08_labels_groups_and_validity_are_not_free() {
    let honest = sample_audit::<R>(R - 1, 6).shard(0);
    let (trace, layout) = assigned(&honest);
    for r in 0..R {
        // label, valid, then the sixteen bits of the codes: each flipped alone, and each made up for by its neighbour.
        for bit in layout.label(r)..layout.salt(r) {
            let value = trace.values[bit as usize];
            assert!(refused(&trace, vec![(bit, Fr::ONE - value)]).contains(&"digest"), "record {r}, bit {bit}");
            let (low, high) = (bit - 1, bit);
            let change = Fr::ONE - value.double();
            let lowered = trace.values[low as usize] - change.double();
            let blocks = refused(&trace, vec![(high, value + change), (low, lowered)]);
            assert_eq!(blocks.first(), Some(&"records"), "record {r}, bit {bit}: {blocks:?}");
        }
    }
}

/// Another value of any input is another statement.
#[test]
fn attack_10_every_input_of_a_shard_is_bound() {
    let honest = sample_audit::<R>(R, 7).shard(0);
    let (trace, _) = assigned(&honest);
    for (i, name) in Shard::input_names().iter().enumerate() {
        let mut inputs = Shard::inputs(&honest.0);
        inputs[i] += Fr::ONE;
        let [context, model, digest, index, counts] = inputs[..] else { unreachable!("five inputs") };
        let public = ShardPublic { context, model, digest, index, counts };
        if name == "context" {
            // Nothing else depends on it: it is in every challenge, so a proof is for one context.
            let other = crate::testing::subjects::trace::<Shard>(Some(&trace), &public, &honest.1);
            assert_ne!(alpha_of(&other), alpha_of(&trace));
            let mut values = trace.values.clone();
            values[0] = context;
            assert_eq!(trace.blocks_of(&trace.with(values).unsatisfied()), ["transcript"]);
        } else {
            assert!(!failing(&(public, honest.1.clone())).is_empty(), "{name}");
        }
    }
}

/// z = 0 is no, z = 1 is yes; the neighbours of the threshold have one sign each, in circuit and twin.
#[test]
fn attack_11_the_threshold_has_one_side() {
    let weights = |w: i64| {
        let mut model = LinearModel { bias: -3, ..LinearModel::default() };
        model.weights[0] = w;
        model
    };
    let mut lanes = [[0; LANES]; R];
    for (lanes, x) in lanes.iter_mut().zip([2u16, 3, 4, 0, u16::MAX]) {
        lanes[0] = x;
    }
    let honest = shard(weights(1), lanes);
    assert_eq!(honest.1.scores, [-1, 0, 1, -3, 65532]);
    assert_eq!(honest.1.counts.0[cell(0, 0, true, true)], 2);
    assert_eq!(failing(&honest), Vec::<&str>::new());
    // The prediction of each record turned, the score kept or not.
    for r in 0..R {
        let mut turned = honest.clone();
        turned.1.scores[r] = 1 - turned.1.scores[r];
        recount(&mut turned);
        assert_eq!(failing(&turned), ["linear"], "record {r}");
        let mut counted = honest.clone();
        let y = counted.1.scores[r] > 0;
        counted.1.counts.0[cell(0, 0, true, y)] -= 1;
        counted.1.counts.0[cell(0, 0, true, !y)] += 1;
        commit(&mut counted);
        assert_eq!(failing(&counted), ["histogram"], "record {r}");
    }
}

/// A table has one row for one key: two cells with one key, or one lookup that takes from two cells, have no assignment.
#[test]
fn attack_12a_no_two_cells_answer_one_key() {
    let honest = sample_audit::<R>(R, 9).shard(0);
    let (trace, layout) = assigned(&honest);
    let sum = |c: usize| layout.sums_at + c as u32;
    let key = honest.1.model.key(12, honest.1.records[0].lanes[12]);
    let other =
        (1..TABLE).find(|c| *c != key && honest.1.model.table[*c] != honest.1.model.table[key]).expect("a cell");
    // The lookup moved to another cell's sum: with the score that this gives, `linear` holds, `cells` does not.
    let moved = [(sum(key), -Fr::ONE), (sum(other), Fr::ONE)].map(|(v, by)| (v, trace.values[v as usize] + by));
    let mut false_score = honest.clone();
    false_score.1.scores[0] += false_score.1.model.table[other] - false_score.1.model.table[key];
    recount(&mut false_score);
    let start = crate::testing::subjects::trace::<Shard>(Some(&trace), &false_score.0, &false_score.1);
    let again =
        moved.map(|(v, _)| v).map(|v| (v, start.values[v as usize] + if v == sum(key) { -Fr::ONE } else { Fr::ONE }));
    assert_eq!(refused(&start, again.to_vec()), ["cells"]);
    assert!(refused(&trace, moved.to_vec()).contains(&"cells"));
    // A sum split between two cells, in halves.
    let half = Fr::from(2u64).inverse().expect("2 is not 0");
    let split =
        [(sum(key), trace.values[sum(key) as usize] * half), (sum(other), trace.values[sum(key) as usize] * half)];
    assert!(refused(&trace, split.to_vec()).contains(&"cells"));
}

/// Advice chosen again after its challenge: another assignment of the same challenge breaks the hash that drew it.
#[test]
fn attack_12a_advice_is_fixed_before_its_challenge() {
    let honest = sample_audit::<R>(R, 10).shard(0);
    let (trace, layout) = assigned(&honest);
    // Sums that keep `linear` (x T_1 + y T_2 = 0) and `cells` under the alpha that is there (three of them).
    let table = &honest.1.model.table;
    let sums = |c: usize| layout.sums_at + c as u32;
    let alpha = alpha_of(&trace);
    let over = |c: u64| (alpha - Fr::from(c)).inverse().expect("a place is no challenge");
    // Cross product of (T_1, T_2, T_3) and (1/(alpha - 1), ..): orthogonal to both.
    let t = [1, 2, 3].map(|c| Fr::from(table[c]));
    let f = [over(1), over(2), over(3)];
    let cross = [t[1] * f[2] - t[2] * f[1], t[2] * f[0] - t[0] * f[2], t[0] * f[1] - t[1] * f[0]];
    let mut values = trace.values.clone();
    for (c, by) in (1..).zip(cross) {
        values[sums(c) as usize] += by;
    }
    let broken = trace.with(values.clone()).unsatisfied();
    assert!(trace.blocks_of(&broken).contains(&"transcript"), "the sums are in alpha's hash");
    // Quotients and products adapted: nothing but the transcript, and everything after it when the transcript follows.
    let set = (1..=3).map(|c| (sums(c), values[sums(c) as usize])).collect();
    assert!(refused(&trace, set).contains(&"cells"), "under the alpha that these sums draw");
}

fn alpha_of(trace: &Trace) -> Fr {
    // The first quotient of `histogram`'s right side divides m_0 by alpha - 0.
    let block = crate::testing::read::block(trace, "histogram");
    trace.rows[block.start + 4 * R].b.value(&trace.values)
}

/// Counts of 8 bits hold 255: a multiplicity neither wraps nor is negative; what padding takes is what the others leave.
#[test]
fn attack_05_multiplicities_do_not_wrap() {
    let honest = sample_audit::<R>(R, 11).shard(0);
    let used = honest.1.counts.0.iter().position(|count| *count > 0).expect("records");
    let unused = honest.1.counts.0.iter().position(|count| *count == 0).expect("more cells than records");
    for (cell, value) in
        [(unused, 1), (unused, 255), (used, 0), (used, 256), (unused, u64::MAX), (unused, 4 * R as u64)]
    {
        let mut lie = honest.clone();
        lie.1.counts.0[cell] = value;
        commit(&mut lie);
        assert!(!failing(&lie).is_empty(), "{value} in cell {cell}");
    }
}

/// One model word in every shard: the scores of another model fit no commitment but their own.
#[test]
fn attack_08_a_model_swapped_between_shards() {
    let mut audit = sample_audit::<R>(2 * R, 12);
    let first = audit.shard(0);
    audit.model.bias += 1 << 40;
    let second = audit.shard(1);
    assert_ne!(first.0.model, second.0.model);
    let mut swapped = second.clone();
    swapped.0.model = first.0.model;
    assert_eq!(failing(&swapped), ["parameters"]);
    // The same parameters for another schema, or under another blinding, are another model.
    for change in [|w: &mut ShardWitness| w.schema_hash += Fr::ONE, |w: &mut ShardWitness| w.model_blinding += Fr::ONE]
    {
        let mut other = first.clone();
        change(&mut other.1);
        assert_eq!(failing(&other), ["parameters"]);
    }
}

/// Chain, registry and engagement are in the context, and the context in the challenges: advice for one is none for another.
#[test]
fn attack_08_a_shard_of_another_engagement() {
    let here = Engagement { chain_id: 31337, registry: [1; 20], id: number_word(1) };
    let honest = sample_audit::<R>(R, 13).shard(0);
    let public = honest.1.public(here.context(), 0);
    let trace = trace::<Shard>(None, &public, &honest.1);
    for there in [
        Engagement { chain_id: 1, ..here },
        Engagement { registry: [2; 20], ..here },
        Engagement { id: number_word(2), ..here },
    ] {
        let mut values = trace.values.clone();
        values[0] = there.context();
        let broken = trace.with(values).unsatisfied();
        assert_eq!(trace.blocks_of(&broken), ["transcript"]);
    }
    assert_ne!(Fr::ZERO, here.context());
}
