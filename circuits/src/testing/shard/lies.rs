//! For each block of `shard-linear` a malicious witness that this block alone refuses.

use super::{Assignment, Layout, advice};
use crate::Fr;
use crate::compliance::counts::{Counts, cell};
use crate::compliance::linear::{LinearModel, TABLE};
use crate::compliance::shard::ShardLinear;
use crate::poseidon::{hash, hash_words};
use crate::sample::sample_audit;
use crate::testing::lies::{Injection, Lie, Place, last_of_hash};
use crate::testing::read;
use crate::testing::subjects::trace;
use crate::testing::trace::Trace;
use ark_ff::Field;

type ShardLie<const R: usize> = Lie<ShardLinear<R>>;

/// A malicious witness for each block.
///
/// # Panics
/// If `like` is no trace of this circuit.
pub fn lies<const R: usize>(like: &Trace) -> Vec<ShardLie<R>> {
    let mut lies =
        vec![hidden_row(), changed_record(), moved_shard(), other_model(), zero_as_positive(), other_counts()];
    lies.extend([chosen_rho(like), chosen_alpha(like), other_cell(like), bent_sum(like), no_cell(), other_score()]);
    lies.extend([moved_count(), hidden_positive(), padding_counted()]);
    lies
}

fn draft<const R: usize>(seed: u64) -> Assignment {
    sample_audit::<R>(R, seed).shard(0)
}

fn tell<const R: usize>(
    block: &'static str,
    aim: &'static str,
    (public, witness): Assignment,
    injected: Vec<Injection>,
) -> ShardLie<R> {
    Lie { block, aim, public, witness, injected }
}

/// The counts follow from the records and the claimed scores, and are committed to.
fn recount((public, witness): &mut Assignment) {
    let counts = Counts::of(&witness.records, witness.scores.iter().map(|score| *score > 0));
    witness.counts = counts;
    public.counts = witness.counts.commitment(witness.counts_blinding);
}

/// The value of a variable in a statement's own assignment, and the places in it.
fn assigned<const R: usize>(like: &Trace, (public, witness): &Assignment) -> (Trace, Layout) {
    let now = trace::<ShardLinear<R>>(Some(like), public, witness);
    let layout = Layout::of(&now);
    (now, layout)
}

/// label 2, valid 0 weigh as much as label 0, valid 1: the digest is that of the signed record, which counts nothing.
fn hidden_row<const R: usize>() -> ShardLie<R> {
    let mut lie = (1..).map(draft::<R>).find(|(_, w)| !w.records[0].label).expect("one in two");
    let signed = lie.0.digest;
    lie.1.records[0].valid = false;
    recount(&mut lie);
    lie.0.digest = signed;
    // The label comes after 256 bits of lanes.
    tell("records", "a signed record hidden by its validity", lie, vec![("records", Place::First(256), Fr::from(2u64))])
}

fn changed_record<const R: usize>() -> ShardLie<R> {
    let mut lie = draft::<R>(2);
    lie.1.records[1].codes[0] ^= 1;
    recount(&mut lie);
    tell("digest", "another group than the signed one", lie, vec![])
}

fn moved_shard<const R: usize>() -> ShardLie<R> {
    let mut lie = draft::<R>(3);
    lie.0.index += Fr::ONE;
    tell("digest", "a shard at another's place", lie, vec![])
}

/// A model that says yes to all, under the commitment of the registered one.
fn other_model<const R: usize>() -> ShardLie<R> {
    let mut lie = draft::<R>(4);
    lie.1.model = LinearModel { bias: 1, ..LinearModel::default() };
    lie.1.scores.fill(1);
    recount(&mut lie);
    tell("parameters", "another model than the registered one", lie, vec![])
}

/// u = 2^61 - 1 as 2^61 and a lowest bit of -1: a score of 0 becomes positive.
fn zero_as_positive<const R: usize>() -> ShardLie<R> {
    let mut audit = sample_audit::<R>(R, 5);
    audit.model = LinearModel::default();
    let mut lie = audit.shard(0);
    lie.1.scores[0] = 1;
    recount(&mut lie);
    tell("decisions", "a score of 0 with a positive sign", lie, vec![("decisions", Place::First(0), -Fr::ONE)])
}

fn other_counts<const R: usize>() -> ShardLie<R> {
    let mut lie = draft::<R>(6);
    let mut counts = lie.1.counts.clone();
    counts.0.swap(0, 1);
    lie.0.counts = counts.commitment(lie.1.counts_blinding);
    tell("counts", "a commitment to other counts", lie, vec![])
}

/// rho = 1 weighs all records alike: two scores change against each other.
fn chosen_rho<const R: usize>(like: &Trace) -> ShardLie<R> {
    let mut lie = draft::<R>(7);
    let gap = 1 << 50;
    (lie.1.scores[0], lie.1.scores[1]) = (lie.1.scores[0] + gap, lie.1.scores[1] - gap);
    recount(&mut lie);
    let (now, layout) = assigned::<R>(like, &lie);
    // rho's last variable is the one before rho^2.
    let last = layout.sums_at - (R as u32 - 2) - 1;
    let rho = now.rows[layout.square as usize].a.value(&now.values);
    let value = last_of_hash(6, now.values[last as usize], rho, Fr::ONE);
    let first = read::allocated(&now, read::block(&now, "transcript")).next().expect("variables");
    let injected = vec![("transcript", Place::First((last - first) as usize), value)];
    tell("transcript", "two scores that make up for each other under a chosen rho", lie, injected)
}

/// Two sums that satisfy both identities at an alpha known before them.
fn chosen_alpha<const R: usize>(like: &Trace) -> ShardLie<R> {
    let mut lie = draft::<R>(8);
    lie.1.scores[0] = 1 - lie.1.scores[0];
    recount(&mut lie);
    let (now, layout) = assigned::<R>(like, &lie);
    let alpha = Fr::from(1u64 << 40);
    let residue = |block: &str| {
        let row = read::block(&now, block).end - 1;
        now.rows[row].a.value(&now.values)
    };
    // x T_1 + y T_2 makes up for the score, x / (alpha - 1) + y / (alpha - 2) is nothing.
    let [t1, t2] = [1, 2].map(|c| Fr::from(lie.1.model.table[c]));
    let over = |place: u64| (alpha - Fr::from(place)).inverse().expect("a place is no challenge");
    let ratio = -over(1) * (alpha - Fr::from(2u64));
    let x = -residue("linear") * (t1 + ratio * t2).inverse().expect("the sample's cells differ");
    let mut sums: Vec<Fr> = (0..TABLE).map(|c| now.values[layout.sums_at as usize + c]).collect();
    (sums[1], sums[2]) = (sums[1] + x, sums[2] + ratio * x);
    let rho = now.rows[layout.square as usize].a.value(&now.values);
    let output = hash(&[rho, hash_words(&sums)]);
    let block: Vec<u32> = read::allocated(&now, read::block(&now, "transcript")).collect();
    let at = |v: u32| Place::First((v - block[0]) as usize);
    let sum = |c: usize| ("transcript", at(layout.sums_at + c as u32), sums[c]);
    // The last variable under these sums, then its value for the wanted alpha.
    let probe: ShardLie<R> = tell("transcript", "", lie.clone(), vec![sum(1), sum(2)]);
    let probed = probe.trace_with(like, &advice(like));
    let last = block[block.len() - 1];
    let value = last_of_hash(2, probed.values[last as usize], output, alpha);
    tell(
        "transcript",
        "sums fitted to a chosen alpha",
        lie,
        vec![sum(1), sum(2), ("transcript", Place::Last(0), value)],
    )
}

/// Two categories looked up where another category stands; scores and counts follow by themselves.
fn other_cell<const R: usize>(like: &Trace) -> ShardLie<R> {
    let lie = draft::<R>(9);
    let (_, layout) = assigned::<R>(like, &lie);
    let (lane, mut claimed) = (12, lie.clone());
    let injected = [0, 1].map(|r| {
        let model = &lie.1.model;
        let (key, other) = (model.key(lane, lie.1.records[r].lanes[lane]), 127 - r);
        claimed.1.scores[r] += model.table[other] - model.table[key];
        ("keys", Place::First((layout.key(r, lane) - layout.key(0, 0)) as usize), Fr::from(other as u64))
    });
    recount(&mut claimed);
    tell("keys", "another category's cell", (claimed.0, lie.1), injected.to_vec())
}

/// A sum that is not that of its cell's keys makes any score come out.
fn bent_sum<const R: usize>(like: &Trace) -> ShardLie<R> {
    let mut lie = draft::<R>(10);
    lie.1.scores[2] = 1 - lie.1.scores[2];
    recount(&mut lie);
    let (now, layout) = assigned::<R>(like, &lie);
    let row = read::block(&now, "linear").end - 1;
    let missing = -now.rows[row].a.value(&now.values);
    let bent = missing * Fr::from(lie.1.model.table[5]).inverse().expect("the sample's cells are not 0");
    let value = now.values[layout.sums_at as usize + 5] + bent;
    let first = read::allocated(&now, read::block(&now, "transcript")).next().expect("variables");
    let place = Place::First((layout.sums_at + 5 - first) as usize);
    tell("cells", "a sum bent to a false score", lie, vec![("transcript", place, value)])
}

/// A category beyond the table: the model's owner would like it to count as the empty cell.
fn no_cell<const R: usize>() -> ShardLie<R> {
    let mut audit = sample_audit::<R>(R, 11);
    (audit.model.category[11], audit.model.offset[11]) = (true, 100);
    audit.shards[0].iter_mut().for_each(|record| record.lanes[11] = 0);
    let mut lie = audit.shard(0);
    lie.1.scores[0] -= lie.1.model.table[100];
    lie.1.records[0].lanes[11] = 28;
    recount(&mut lie);
    lie.0 = lie.1.public(lie.0.context, 0);
    tell("cells", "a category without a cell", lie, vec![])
}

fn other_score<const R: usize>() -> ShardLie<R> {
    let mut lie = draft::<R>(12);
    lie.1.scores[1] = 1 - lie.1.scores[1];
    recount(&mut lie);
    tell("linear", "a prediction that the model does not make", lie, vec![])
}

fn commit((public, witness): &mut Assignment) {
    public.counts = witness.counts.commitment(witness.counts_blinding);
}

/// A false positive counted as a true one.
fn moved_count<const R: usize>() -> ShardLie<R> {
    let find = |(_, w): &Assignment| (0..R).find(|r| !w.records[*r].label && w.scores[*r] > 0);
    let mut lie = (13..).map(draft::<R>).find(|lie| find(lie).is_some()).expect("soon");
    let code = lie.1.records[find(&lie).expect("found")].codes[0];
    lie.1.counts.0[cell(0, code, false, true)] -= 1;
    lie.1.counts.0[cell(0, code, true, true)] += 1;
    commit(&mut lie);
    tell("histogram", "a false positive as a true one", lie, vec![])
}

/// A record left out of one attribute.
fn hidden_positive<const R: usize>() -> ShardLie<R> {
    let mut lie = draft::<R>(30);
    let cell = (64..128).find(|c| lie.1.counts.0[*c] > 0).expect("attribute 1 is in use");
    lie.1.counts.0[cell] -= 1;
    commit(&mut lie);
    tell("histogram", "a record in no group", lie, vec![])
}

/// Padding counted as people who were treated well.
fn padding_counted<const R: usize>() -> ShardLie<R> {
    let mut audit = sample_audit::<R>(R - 2, 31);
    let mut lie = audit.shard(0);
    let counted = cell(0, 1, true, true);
    lie.1.counts.0[counted] += 2;
    commit(&mut lie);
    tell("histogram", "padding as people", lie, vec![])
}
