//! Audits: a data set with a model, and a policy's verdict on counts.

use crate::Fr;
use crate::compliance::context::Engagement;
use crate::compliance::counts::Counts;
use crate::compliance::data::shards;
use crate::compliance::linear::{LinearModel, TABLE};
use crate::compliance::policy::{Attribute, Bound, Comparison, Fraction, Line, Over, Policy, Rate, Terms};
use crate::compliance::record::{LANES, Record, WIDE};
use crate::compliance::schema::{schema_body, schema_hash};
use crate::compliance::shard::{ShardPublic, ShardWitness};
use crate::compliance::verdict::{Judged, OpenedCounts, Opening};
use crate::evm::number_word;
use ark_ff::UniformRand;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// A data set with a model and an engagement.
pub struct SampleAudit {
    /// Where it takes place.
    pub engagement: Engagement,
    /// The schema's hash.
    pub schema_hash: Fr,
    /// The model.
    pub model: LinearModel,
    /// The blinding in the model's commitment.
    pub model_blinding: Fr,
    /// The records, split and padded.
    pub shards: Vec<Vec<Record>>,
    /// For blindings, and whatever else a test needs.
    pub rng: ChaCha20Rng,
}

/// `rows` records in shards of `R`, groups of 2, 5, 3 and 16 codes, a model of numbers and categories whose scores have both signs.
///
/// # Panics
/// If there is no record or too many.
pub fn sample_audit<const R: usize>(rows: usize, seed: u64) -> SampleAudit {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let groups = [2, 5, 3, 16];
    let model = sample_model(&mut rng);
    let records = (0..rows).map(|_| sample_record(&mut rng, groups)).collect();
    SampleAudit {
        engagement: Engagement { chain_id: 31337, registry: [0xa1; 20], id: number_word(seed) },
        schema_hash: schema_hash(schema_body(b"a sample"), groups).expect("at most 16 groups"),
        model,
        model_blinding: Fr::rand(&mut rng),
        shards: shards::<R>(records, &mut rng).expect("records that fit"),
        rng,
    }
}

/// Three numbers, six categories of 20 codes each, and lanes that the model does not look at.
fn sample_model(rng: &mut ChaCha20Rng) -> LinearModel {
    let mut model = LinearModel { bias: rng.gen_range(-(1 << 30)..1 << 30), ..LinearModel::default() };
    for lane in [0, 3, WIDE] {
        model.weights[lane] = rng.gen_range(-(1 << 20)..1 << 20);
    }
    for (i, lane) in (12..18).enumerate() {
        (model.category[lane], model.offset[lane]) = (true, 1 + 20 * i as u8);
    }
    model.table[1..TABLE].fill_with(|| rng.gen_range(-(1 << 35)..1 << 35));
    model
}

fn sample_record(rng: &mut ChaCha20Rng, groups: [u8; 4]) -> Record {
    let mut lanes = [0u16; LANES];
    for (i, x) in lanes.iter_mut().enumerate() {
        *x = rng.gen_range(0..if i < WIDE { 50_000 } else { 20 });
    }
    Record::new(lanes, rng.r#gen(), groups.map(|n| rng.gen_range(0..n)), Fr::rand(rng)).expect("values in range")
}

impl SampleAudit {
    /// The statement of a shard and its witness, under a fresh blinding.
    ///
    /// # Panics
    /// If there is no such shard.
    pub fn shard(&mut self, index: usize) -> (ShardPublic<Fr>, ShardWitness) {
        let blinding = Fr::rand(&mut self.rng);
        let (records, model) = (self.shards[index].clone(), self.model.clone());
        let witness = ShardWitness::new(records, model, self.schema_hash, self.model_blinding, blinding)
            .expect("every code has a cell");
        (witness.public(self.engagement.context(), index as u32), witness)
    }
}

/// The four-fifths rule for two groups of equal size, selected alike, in each of `S` shards of 200 records: a pass.
pub fn sample_verdict<const S: usize>(seed: u64) -> Judged {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let (body, groups) = (schema_body(b"a sample"), [2, 0, 0, 0]);
    let mut counts = Counts::default();
    // Per group: label and prediction 0; prediction 1 alone; label 1 alone; both.
    counts.0[..8].copy_from_slice(&[40, 10, 10, 40, 40, 10, 10, 40]);
    for attribute in 1..4 {
        counts.0[64 * attribute..][..4].copy_from_slice(&[80, 20, 20, 80]);
    }
    let over = Over { rate: Rate::Selection, attribute: Attribute::new(0).expect("an attribute") };
    let lines = vec![Line { comparison: Comparison::Ratio(over), bound: Bound::new(4, 5, false).expect("a bound") }];
    let schema = schema_hash(body, groups).expect("at most 16 groups");
    let (exclude, z) = (Fraction::NONE, None);
    let terms = Terms { schema, min_rows: 1, min_group: 1, min_positive: 1, exclude, lines, z };
    let opening = Opening {
        context: Fr::rand(&mut rng),
        params: Fr::rand(&mut rng),
        blinding: Fr::rand(&mut rng),
        body,
        groups,
        shards: (0..S).map(|_| OpenedCounts::new(&counts, Fr::rand(&mut rng))).collect(),
    };
    opening.judge::<S>(&Policy::new(terms).expect("a policy")).expect("counts of a data set")
}
