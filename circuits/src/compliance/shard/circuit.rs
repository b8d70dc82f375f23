//! The constraints of `shard-linear`, block by block as on the statement page.

use super::{ShardPublic, ShardWitness};
use crate::Fr;
use crate::compliance::counts::{CELLS, CELLS_PER_WORD, COUNT_BITS, COUNTS_DOMAIN};
use crate::compliance::data::SHARD_DOMAIN;
use crate::compliance::domain;
use crate::compliance::linear::{
    BIAS_BITS, LINEAR_DOMAIN, LinearModel, OFFSET_BITS, PARAMETER_BITS, PER_WORD, SCORE_BITS, TABLE,
};
use crate::compliance::model::MODEL_DOMAIN;
use crate::compliance::record::{LANES, Record, lane_bits};
use crate::compliance::schema::{ATTRIBUTES, GROUPS};
use crate::poseidon::gadget::{hash, hash_words};
use crate::r1cs::{Builder, Num};
use crate::range::{allocate_bits, pack};
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};
use ark_relations::gr1cs::SynthesisError;
use std::sync::LazyLock;

/// Bits of one count of one shard.
const SHARD_COUNT_BITS: usize = 8;
/// Decisions in one word.
const DECISIONS_PER_WORD: usize = 4;

/// The first input of the first challenge.
static RHO_DOMAIN: LazyLock<Fr> = LazyLock::new(|| domain("tabella.rho.v1"));

fn power(exponent: usize) -> Fr {
    Fr::from(2u64).pow([exponent as u64])
}

fn sum<'a>(nums: impl IntoIterator<Item = &'a Num>) -> Num {
    Num::linear(nums.into_iter().map(|num| (Fr::ONE, num)))
}

fn number_bits(b: &mut Builder<'_>, value: u64, count: usize) -> Result<Vec<Num>, SynthesisError> {
    allocate_bits(b, BigInt::from(value), count)
}

pub(super) fn build(
    b: &mut Builder<'_>,
    public: &ShardPublic<Fr>,
    witness: &ShardWitness,
) -> Result<(), SynthesisError> {
    let public = public.try_map(|_, value| b.input(*value))?;
    let records: Vec<RecordVar> =
        b.block("records", |b| witness.records.iter().map(|record| RecordVar::new(b, record)).collect())?;
    b.block("digest", |b| {
        let mut words = vec![public.index.plus(*SHARD_DOMAIN)];
        words.extend(records.iter().flat_map(|record| record.words.iter().cloned()));
        let digest = hash_words(b, &words)?;
        b.tie(&digest, &public.digest)
    })?;
    let model = b.block("parameters", |b| ModelVar::new(b, witness, &public.model))?;
    let decisions = b.block("decisions", |b| Decisions::new(b, &witness.scores))?;
    let counts = b.block("counts", |b| counts(b, witness, &public.counts))?;
    let transcript = b.block("transcript", |b| Transcript::new(b, &public, &records, &model, &decisions.hash))?;
    let keys = b.block("keys", |b| Keys::new(b, &records, &model, &decisions.positive))?;
    b.block("cells", |b| cells(b, &keys.cells, &transcript))?;
    b.block("linear", |b| linear(b, &records, &model, &decisions.scores, &transcript))?;
    b.block("histogram", |b| histogram(b, &keys.groups, &counts, &transcript.alpha))
}

/// A record's fields, from its bits.
struct RecordVar {
    lanes: Vec<Num>,
    label: Num,
    valid: Num,
    codes: Vec<Num>,
    words: [Num; 3],
}

impl RecordVar {
    /// The bits in the order in which the words hold them.
    fn new(b: &mut Builder<'_>, record: &Record) -> Result<Self, SynthesisError> {
        let mut bits: Vec<Num> = Vec::new();
        let mut field = |b: &mut Builder<'_>, value: u64, count: usize| {
            let own = number_bits(b, value, count)?;
            let num = pack(&own);
            bits.extend(own);
            Ok::<_, SynthesisError>(num)
        };
        let lanes: Vec<Num> = (record.lanes.iter().enumerate())
            .map(|(i, value)| field(b, u64::from(*value), lane_bits(i)))
            .collect::<Result<_, _>>()?;
        let label = field(b, u64::from(record.label), 1)?;
        let valid = field(b, u64::from(record.valid), 1)?;
        let codes: Vec<Num> =
            record.codes.iter().map(|code| field(b, u64::from(*code), 4)).collect::<Result<_, _>>()?;
        let (first, second) = bits.split_at(FIRST_WORD_BITS);
        let words = [pack(first), pack(second), b.witness(record.salt)?];
        Ok(Self { lanes, label, valid, codes, words })
    }
}

/// Lanes 0 to 21.
const FIRST_WORD_BITS: usize = 240;

/// The model's parameters, from their bits, tied to the commitment.
struct ModelVar {
    weights: Vec<Num>,
    /// T_0 is the constant 0.
    table: Vec<Num>,
    bias: Num,
    category: Vec<Num>,
    offset: Vec<Num>,
}

impl ModelVar {
    fn new(b: &mut Builder<'_>, witness: &ShardWitness, commitment: &Num) -> Result<Self, SynthesisError> {
        let model: &LinearModel = &witness.model;
        let mut words = vec![Num::constant(*LINEAR_DOMAIN)];
        let weights = signed_words(b, &model.weights, &mut words)?;
        let mut table = vec![Num::zero()];
        table.extend(signed_words(b, &model.table[1..], &mut words)?);
        let (bias, mut bits) = signed(b, model.bias, BIAS_BITS)?;
        let category: Vec<Num> = model.category.iter().map(|kind| b.bit(*kind)).collect::<Result<_, _>>()?;
        bits.extend_from_slice(&category);
        let mut offset = Vec::with_capacity(LANES);
        for value in model.offset {
            let own = number_bits(b, u64::from(value), OFFSET_BITS)?;
            offset.push(pack(&own));
            bits.extend(own);
        }
        words.push(pack(&bits));
        let params = hash_words(b, &words)?;
        let schema = b.witness(witness.schema_hash)?;
        let blinding = b.witness(witness.model_blinding)?;
        let computed = hash(b, &[Num::constant(*MODEL_DOMAIN), schema, params, blinding])?;
        b.tie(&computed, commitment)?;
        Ok(Self { weights, table, bias, category, offset })
    }
}

/// A number of `count` bits from -2^(count - 1) on, and the bits of its distance from there.
fn signed(b: &mut Builder<'_>, value: i64, count: usize) -> Result<(Num, Vec<Num>), SynthesisError> {
    let bits = number_bits(b, value.wrapping_add(1 << (count - 1)) as u64, count)?;
    Ok((pack(&bits).plus(-power(count - 1)), bits))
}

/// Weights or table cells, and their words.
fn signed_words(b: &mut Builder<'_>, values: &[i64], words: &mut Vec<Num>) -> Result<Vec<Num>, SynthesisError> {
    let mut nums = Vec::with_capacity(values.len());
    for chunk in values.chunks(PER_WORD) {
        let mut word = Vec::with_capacity(PER_WORD * PARAMETER_BITS);
        for value in chunk {
            let (num, bits) = signed(b, *value, PARAMETER_BITS)?;
            nums.push(num);
            word.extend(bits);
        }
        words.push(pack(&word));
    }
    Ok(nums)
}

/// The scores z, with the one sign that each has: u = z - 1 + 2^61, whose top bit is y.
struct Decisions {
    scores: Vec<Num>,
    positive: Vec<Num>,
    /// U.
    hash: Num,
}

impl Decisions {
    fn new(b: &mut Builder<'_>, scores: &[i64]) -> Result<Self, SynthesisError> {
        let mut nums = Vec::with_capacity(scores.len());
        let mut positive = Vec::with_capacity(scores.len());
        let mut words = Vec::new();
        for chunk in scores.chunks(DECISIONS_PER_WORD) {
            let mut word = Vec::with_capacity(DECISIONS_PER_WORD * SCORE_BITS);
            for score in chunk {
                let (below, bits) = signed(b, score.wrapping_sub(1), SCORE_BITS)?;
                nums.push(below.plus(Fr::ONE));
                positive.push(bits[SCORE_BITS - 1].clone());
                word.extend(bits);
            }
            words.push(pack(&word));
        }
        let hash = hash_words(b, &words)?;
        Ok(Self { scores: nums, positive, hash })
    }
}

/// The counts, from their bits, tied to the commitment.
fn counts(b: &mut Builder<'_>, witness: &ShardWitness, commitment: &Num) -> Result<Vec<Num>, SynthesisError> {
    let counts: Vec<Num> = (witness.counts.0.iter())
        .map(|count| Ok(pack(&number_bits(b, *count, SHARD_COUNT_BITS)?)))
        .collect::<Result<_, SynthesisError>>()?;
    let mut words = vec![Num::constant(*COUNTS_DOMAIN)];
    let slots = |cells: &[Num]| Num::linear(cells.iter().enumerate().map(|(j, cell)| (power(COUNT_BITS * j), cell)));
    words.extend(counts.chunks(CELLS_PER_WORD).map(slots));
    words.push(b.witness(witness.counts_blinding)?);
    let computed = hash_words(b, &words)?;
    b.tie(&computed, commitment)?;
    Ok(counts)
}

/// The challenges, each drawn when everything that it is asked of is fixed.
struct Transcript {
    /// rho^r for each record.
    powers: Vec<Num>,
    /// A_c: the sum of rho^r over the lanes whose key is c.
    sums: Vec<Num>,
    alpha: Num,
}

impl Transcript {
    fn new(
        b: &mut Builder<'_>,
        public: &ShardPublic<Num>,
        records: &[RecordVar],
        model: &ModelVar,
        decisions: &Num,
    ) -> Result<Self, SynthesisError> {
        let ShardPublic { context, model: committed, digest, counts, .. } = public;
        let said = [context, committed, digest, counts, decisions];
        let words: Vec<Num> = [Num::constant(*RHO_DOMAIN)].into_iter().chain(said.into_iter().cloned()).collect();
        let rho = hash(b, &words)?;
        let mut powers = vec![Num::one()];
        while powers.len() < records.len() {
            let next = b.mul(&powers[powers.len() - 1], &rho)?;
            powers.push(next);
        }
        let sums = cell_sums(records, model, &powers);
        let sums: Vec<Num> = sums.into_iter().map(|value| b.witness(value)).collect::<Result<_, _>>()?;
        let all = hash_words(b, &sums)?;
        let alpha = hash(b, &[rho, all])?;
        Ok(Self { powers, sums, alpha })
    }
}

/// The values of A_c; a key beyond the table has none.
fn cell_sums(records: &[RecordVar], model: &ModelVar, powers: &[Num]) -> [Fr; TABLE] {
    let mut sums = [Fr::ZERO; TABLE];
    for (record, power) in records.iter().zip(powers) {
        for ((x, kind), offset) in record.lanes.iter().zip(&model.category).zip(&model.offset) {
            let key = (kind.value() * (offset.value() + x.value())).into_bigint();
            if key < BigInt::from(TABLE as u64) {
                sums[key.0[0] as usize] += power.value();
            }
        }
    }
    sums
}

/// What each record looks up: a cell of the table for each lane, a cell of the counts for each attribute.
struct Keys {
    /// By record, then by lane.
    cells: Vec<Vec<Num>>,
    /// By record, then by attribute; 0 for padding.
    groups: Vec<Num>,
}

impl Keys {
    fn new(
        b: &mut Builder<'_>,
        records: &[RecordVar],
        model: &ModelVar,
        positive: &[Num],
    ) -> Result<Self, SynthesisError> {
        let mut cells = Vec::with_capacity(records.len());
        let mut groups = Vec::with_capacity(records.len() * ATTRIBUTES);
        for (record, y) in records.iter().zip(positive) {
            let lanes = record.lanes.iter().zip(&model.category).zip(&model.offset);
            cells.push(lanes.map(|((x, kind), offset)| b.mul(kind, &offset.add(x))).collect::<Result<_, _>>()?);
            for (a, code) in record.codes.iter().enumerate() {
                let first = Fr::from((4 * GROUPS * a + 1) as u64);
                let parts = [(Fr::from(4u64), code), (Fr::from(2u64), &record.label), (Fr::ONE, y)];
                groups.push(b.mul(&record.valid, &Num::linear(parts).plus(first))?);
            }
        }
        Ok(Self { cells, groups })
    }
}

/// Sum of rho^r / (alpha - key) over all lanes = sum of A_c / (alpha - c) over all cells, whose keys are their places.
fn cells(b: &mut Builder<'_>, keys: &[Vec<Num>], transcript: &Transcript) -> Result<(), SynthesisError> {
    let alpha = &transcript.alpha;
    let looked_up = keys.iter().zip(&transcript.powers);
    let parts: Vec<(Num, Num)> =
        looked_up.flat_map(|(keys, power)| keys.iter().map(|key| (power.clone(), alpha.sub(key)))).collect();
    let left = b.divide_all(&parts)?;
    let parts: Vec<(Num, Num)> = transcript.sums.iter().cloned().zip(places(alpha, 0)).collect();
    let right = b.divide_all(&parts)?;
    b.equal(&sum(&left), &sum(&right))
}

/// alpha - first, alpha - (first + 1), ...
fn places(alpha: &Num, first: u64) -> impl Iterator<Item = Num> {
    (first..).map(|place| alpha.plus(-Fr::from(place)))
}

/// Sum of T_c A_c + sum of w_i (sum of rho^r x_ri) = sum of rho^r (z_r - bias).
fn linear(
    b: &mut Builder<'_>,
    records: &[RecordVar],
    model: &ModelVar,
    scores: &[Num],
    transcript: &Transcript,
) -> Result<(), SynthesisError> {
    let mut terms = Vec::with_capacity(TABLE + LANES);
    for (cell, lookups) in model.table.iter().zip(&transcript.sums) {
        terms.push(b.mul(cell, lookups)?);
    }
    for (i, weight) in model.weights.iter().enumerate() {
        let lane = records.iter().zip(&transcript.powers);
        let lane: Vec<Num> = lane.map(|(record, power)| b.mul(power, &record.lanes[i])).collect::<Result<_, _>>()?;
        terms.push(b.mul(weight, &sum(&lane))?);
    }
    let scored = scores.iter().zip(&transcript.powers);
    let scored: Vec<Num> =
        scored.map(|(score, power)| b.mul(power, &score.sub(&model.bias))).collect::<Result<_, _>>()?;
    b.equal(&sum(&terms), &sum(&scored))
}

/// Sum of 1 / (alpha - group key) = m_0 / alpha + sum of count_c / (alpha - (c + 1)).
fn histogram(b: &mut Builder<'_>, keys: &[Num], counts: &[Num], alpha: &Num) -> Result<(), SynthesisError> {
    debug_assert_eq!(counts.len(), CELLS);
    let parts: Vec<(Num, Num)> = keys.iter().map(|key| (Num::one(), alpha.sub(key))).collect();
    let left = b.divide_all(&parts)?;
    let padding = Num::constant(Fr::from(keys.len() as u64)).sub(&sum(counts));
    let parts: Vec<(Num, Num)> = std::iter::once(padding).chain(counts.iter().cloned()).zip(places(alpha, 0)).collect();
    let right = b.divide_all(&parts)?;
    b.equal(&sum(&left), &sum(&right))
}
