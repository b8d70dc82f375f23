//! The constraints of `verdict`, block by block as on the statement page.

use super::gadget::{not_zero, power, sum};
use super::policy::PolicyVar;
use super::support::Support;
use super::{OpenedCounts, VerdictPublic, VerdictWitness, lines, z};
use crate::Fr;
use crate::compliance::counts::{CELLS, CELLS_PER_WORD, COUNT_BITS, COUNT_WORDS, COUNTS_DOMAIN};
use crate::compliance::model::MODEL_DOMAIN;
use crate::compliance::schema::{ATTRIBUTES, GROUPS, SCHEMA_DOMAIN};
use crate::poseidon::gadget::{hash, hash_words};
use crate::r1cs::{Builder, Num};
use crate::range;
use crate::voting::ballot::fold;
use ark_ff::Field;
use ark_relations::gr1cs::SynthesisError;

/// The words, each a variable of its own: the fold ties them to the public inputs, the blocks to what they compute.
struct Words {
    context: Num,
    model: Num,
    rows: Num,
    verdict: Num,
    commitments: Vec<Num>,
}

/// A line's outcome: exactly one of `violated` and `lacking` is 1 unless it holds or is not in use.
pub(super) struct Line {
    /// Supported, defined, and does not hold.
    pub(super) violated: Num,
    /// In use, and unsupported or undefined.
    pub(super) lacking: Num,
}

pub(super) fn build(
    b: &mut Builder<'_>,
    public: &VerdictPublic<Fr>,
    witness: &VerdictWitness,
) -> Result<(), SynthesisError> {
    let public = public.try_map(|_, value| b.input(*value))?;
    let words = Words::allocate(b, witness)?;
    let schema = &public.policy[0];
    b.block("model", |b| {
        let (params, blinding) = (b.witness(witness.params)?, b.witness(witness.blinding)?);
        let model = hash(b, &[Num::constant(*MODEL_DOMAIN), schema.clone(), params, blinding])?;
        b.tie(&model, &words.model)
    })?;
    let groups = b.block("schema", |b| groups(b, schema, witness))?;
    let shards = (witness.shards.iter().zip(&words.commitments))
        .map(|(shard, commitment)| b.block("shards", |b| open(b, shard, commitment)))
        .collect::<Result<Vec<_>, _>>()?;
    let cells = totals(b, &shards)?;
    b.block("rows", |b| rows(b, &cells, &groups, &words.rows))?;
    let policy = b.block("policy", |b| PolicyVar::unpack(b, &public.policy))?;
    let support = Support::new(b, &policy.header, &cells, &groups, &words.rows)?;
    let mut outcomes = (policy.lines.iter())
        .map(|line| b.block("lines", |b| lines::evaluate(b, line, &support)))
        .collect::<Result<Vec<_>, _>>()?;
    outcomes.push(z::line(b, &policy.z, &support)?);
    b.block("verdict", |b| {
        let violated = not_zero(b, &sum(outcomes.iter().map(|line| &line.violated)))?;
        let lacking = not_zero(b, &sum(outcomes.iter().map(|line| &line.lacking)))?;
        // 0 where a line is violated; else 2 where one is lacking, else 1.
        b.tie_product(&violated.not(), &lacking.plus(Fr::ONE), &words.verdict)
    })?;
    b.block("fold", |b| fold(b, &words.list(), &public.h, &public.gamma, &public.e))
}

impl Words {
    fn allocate(b: &mut Builder<'_>, witness: &VerdictWitness) -> Result<Self, SynthesisError> {
        Ok(Self {
            context: b.witness(witness.context)?,
            model: b.witness(witness.model)?,
            rows: b.witness(Fr::from(witness.rows))?,
            verdict: b.witness(Fr::from(witness.verdict))?,
            commitments: witness.commitments.iter().map(|c| b.witness(*c)).collect::<Result<_, _>>()?,
        })
    }

    /// In the order of the statement page.
    fn list(&self) -> Vec<Num> {
        let head = [&self.context, &self.model, &self.rows, &self.verdict];
        head.into_iter().chain(&self.commitments).cloned().collect()
    }
}

/// Which codes are groups of the schema, attribute by attribute: a run of ones from code 0.
fn groups(b: &mut Builder<'_>, schema: &Num, witness: &VerdictWitness) -> Result<Vec<Vec<Num>>, SynthesisError> {
    let body = b.witness(witness.body)?;
    let mut all = Vec::with_capacity(ATTRIBUTES);
    for count in witness.groups {
        let bits: Vec<Num> = (0..GROUPS).map(|g| b.bit(g < usize::from(count))).collect::<Result<_, _>>()?;
        for pair in bits.windows(2) {
            b.enforce(&pair[1], &pair[0].not(), &Num::zero())?;
        }
        all.push(bits);
    }
    let counts: Vec<Num> = all.iter().map(sum).collect();
    let word = Num::linear(counts.iter().enumerate().map(|(a, count)| (power(5 * a), count)));
    let hashed = hash(b, &[Num::constant(*SCHEMA_DOMAIN), body, word])?;
    b.tie(&hashed, schema)?;
    Ok(all)
}

/// The count words of a shard.
fn open(b: &mut Builder<'_>, shard: &OpenedCounts, commitment: &Num) -> Result<Vec<Num>, SynthesisError> {
    let words: Vec<Num> = shard.words.iter().map(|word| b.witness(*word)).collect::<Result<_, _>>()?;
    let mut hashed = vec![Num::constant(*COUNTS_DOMAIN)];
    hashed.extend_from_slice(&words);
    hashed.push(b.witness(shard.blinding)?);
    let hashed = hash_words(b, &hashed)?;
    b.tie(&hashed, commitment)?;
    Ok(words)
}

/// The 256 totals: the words are added before they are split.
fn totals(b: &mut Builder<'_>, shards: &[Vec<Num>]) -> Result<Vec<Num>, SynthesisError> {
    let mut cells = Vec::with_capacity(CELLS);
    for j in 0..COUNT_WORDS {
        let total = sum(shards.iter().map(|words| &words[j]));
        let count = CELLS_PER_WORD.min(CELLS - cells.len());
        let bits = b.block("totals", |b| range::bits(b, &total, count * COUNT_BITS))?;
        cells.extend(bits.chunks(COUNT_BITS).map(range::pack));
    }
    Ok(cells)
}

/// Every attribute counts the same `rows` records, fewer than 2^24, none in a code beyond the schema's groups.
fn rows(b: &mut Builder<'_>, cells: &[Num], groups: &[Vec<Num>], rows: &Num) -> Result<(), SynthesisError> {
    b.tie(&sum(&cells[..4 * GROUPS]), rows)?;
    range::bits(b, rows, COUNT_BITS)?;
    for cells in cells.chunks(4 * GROUPS).skip(1) {
        b.equal(&sum(cells), rows)?;
    }
    for (cells, groups) in cells.chunks(4 * GROUPS).zip(groups) {
        // Code 0 is also that of every record where the attribute is not in use.
        for (cells, within) in cells.chunks(4).zip(groups).skip(1) {
            b.enforce(&within.not(), &sum(cells), &Num::zero())?;
        }
    }
    Ok(())
}
