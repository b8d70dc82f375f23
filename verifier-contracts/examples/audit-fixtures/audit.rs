//! The engagements, and the proofs that belong elsewhere.

use ark_ff::UniformRand;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::compliance::context::Engagement;
use tabella_circuits::compliance::data::{MAX_SHARDS, SHARD_RECORDS};
use tabella_circuits::compliance::linear::LinearModel;
use tabella_circuits::compliance::policy::{
    Attribute, Bound, Comparison, Fraction, Line, Over, Policy, Rate, Terms, TermsError,
};
use tabella_circuits::compliance::record::Record;
use tabella_circuits::compliance::schema::{ATTRIBUTES, schema_body};
use tabella_circuits::compliance::shard::{ShardPublic, ShardWitness};
use tabella_circuits::compliance::verdict::{Judged, OpenedCounts, Opening};
use tabella_circuits::evm::{Address, number_word};
use tabella_circuits::field::to_decimal;
use tabella_circuits::testing::{SampleAudit, sample_audit};

use crate::{Prover, decimals};

pub(crate) type Failure = Box<dyn std::error::Error>;

/// The sample's schema and groups.
const SCHEMA: &[u8] = b"a sample";
const GROUPS: [u8; ATTRIBUTES] = [2, 5, 3, 16];

/// Records and the policy's version of each engagement, in the order of their ids.
const ENGAGEMENTS: [(usize, u64); 4] = [(4 * SHARD_RECORDS + 7, 1), (206, 2), (410, 3), (11 * SHARD_RECORDS + 9, 1)];

/// One model, its data and the policies that it is held to.
pub(crate) struct Sample {
    registry: Address,
    schema: Fr,
    model: Model,
    other: Model,
    /// Passed, failed, and without enough records.
    policies: [Policy; 3],
}

/// A model with the blinding of its commitment.
#[derive(Clone)]
struct Model {
    parameters: LinearModel,
    blinding: Fr,
}

/// Proven shards.
struct Shards {
    publics: Vec<ShardPublic<Fr>>,
    opened: Vec<OpenedCounts>,
    first: usize,
}

impl Sample {
    /// For an AuditRegistry at this address.
    pub(crate) fn new(registry: Address) -> Result<Self, Failure> {
        let model = |seed| {
            let sample: SampleAudit = sample_audit::<SHARD_RECORDS>(1, seed);
            (sample.schema_hash, Model { parameters: sample.model, blinding: sample.model_blinding })
        };
        let ((schema, model), (_, other)) = (model(1), model(2));
        Ok(Self { registry, schema, model, other, policies: policies(schema)? })
    }

    /// The whole file but the proofs.
    pub(crate) fn json(&self, prover: &mut Prover) -> Result<Value, Failure> {
        let mut engagements = Vec::new();
        for (i, (rows, version)) in ENGAGEMENTS.into_iter().enumerate() {
            engagements.push(self.engagement(i as u64 + 1, rows, version, prover)?);
        }
        Ok(json!({
            "registry": format!("0x{}", hex::encode(self.registry)),
            "schema": to_decimal(&self.schema),
            "model": to_decimal(&self.model.commitment(self.schema)),
            "other_model": to_decimal(&self.other.commitment(self.schema)),
            "empty": to_decimal(&OpenedCounts::empty().commitment()),
            "policies": self.policies.iter().map(|policy| decimals(&policy.words())).collect::<Vec<_>>(),
            "engagements": engagements,
            "elsewhere": self.elsewhere(prover)?,
        }))
    }

    fn here(&self, id: u64) -> Engagement {
        Engagement { chain_id: 31337, registry: self.registry, id: number_word(id) }
    }

    fn engagement(&self, id: u64, rows: usize, version: u64, prover: &mut Prover) -> Result<Value, Failure> {
        let context = self.here(id).context();
        let shards = self.shards(context, &self.model, &records(rows, id), id, prover)?;
        let judged = self.judge(context, &self.model, shards.opened, &self.policies[version as usize - 1])?;
        let verdict = judged.witness.verdict;
        eprintln!("engagement {id}: {} shards, verdict {verdict}", shards.publics.len());
        Ok(json!({
            "version": version,
            "rows": rows,
            "digests": decimals(&shards.publics.iter().map(|public| public.digest).collect::<Vec<_>>()),
            "counts": decimals(&shards.publics.iter().map(|public| public.counts).collect::<Vec<_>>()),
            "first_proof": shards.first,
            "verdict": verdict,
            "h": to_decimal(&judged.public.h),
            "verdict_proof": prover.verdict(&judged)?,
        }))
    }

    /// Proofs that hold somewhere else: the first shard of engagement 1, and verdicts over all its shards.
    fn elsewhere(&self, prover: &mut Prover) -> Result<Value, Failure> {
        let here = self.here(1);
        let data = records(ENGAGEMENTS[0].0, 1);
        let places = [
            ("chain", Engagement { chain_id: 1, ..here }, &self.model),
            ("registry", Engagement { registry: [0xa0; 20], ..here }, &self.model),
            ("engagement", Engagement { id: number_word(9), ..here }, &self.model),
            ("model", here, &self.other),
        ];
        let mut file = json!({});
        for (name, place, model) in places {
            let context = place.context();
            let shard = self.shards(context, model, &data[..1], 1, prover)?;
            let opened = self.opened(model, &data, 1)?;
            let judged = self.judge(context, model, opened, &self.policies[0])?;
            file[name] = json!({
                "counts": to_decimal(&shard.publics[0].counts),
                "proof": shard.first,
                "h": to_decimal(&judged.public.h),
                "verdict_proof": prover.verdict(&judged)?,
            });
        }
        let mut opened = self.opened(&self.model, &data, 1)?;
        // The same shards under the policy that they fail, and the first shard counted twice in the place of the second.
        let other = self.judge(here.context(), &self.model, opened.clone(), &self.policies[1])?;
        opened[1] = opened[0].clone();
        let repeated = self.judge(here.context(), &self.model, opened, &self.policies[0])?;
        for (name, judged) in [("policy", other), ("list", repeated)] {
            file[name] = json!({
                "verdict": judged.witness.verdict,
                "h": to_decimal(&judged.public.h),
                "verdict_proof": prover.verdict(&judged)?,
            });
        }
        Ok(file)
    }

    fn shards(
        &self,
        context: Fr,
        model: &Model,
        data: &[Vec<Record>],
        seed: u64,
        prover: &mut Prover,
    ) -> Result<Shards, Failure> {
        let mut shards = Shards { publics: Vec::new(), opened: self.opened(model, data, seed)?, first: 0 };
        for (index, (records, opened)) in data.iter().zip(&shards.opened).enumerate() {
            let witness = self.witness(model, records, opened.blinding)?;
            let public = witness.public(context, index as u32);
            let place = prover.shard(&public, &witness)?;
            shards.first = if index == 0 { place } else { shards.first };
            shards.publics.push(public);
        }
        Ok(shards)
    }

    /// The counts of each shard, under blindings that the seed gives.
    fn opened(&self, model: &Model, data: &[Vec<Record>], seed: u64) -> Result<Vec<OpenedCounts>, Failure> {
        let mut rng = StdRng::seed_from_u64(1000 + seed);
        data.iter()
            .map(|records| {
                let blinding = Fr::rand(&mut rng);
                Ok(OpenedCounts::new(&self.witness(model, records, blinding)?.counts, blinding))
            })
            .collect()
    }

    fn witness(&self, model: &Model, records: &[Record], blinding: Fr) -> Result<ShardWitness, Failure> {
        let parameters = model.parameters.clone();
        Ok(ShardWitness::new(records.to_vec(), parameters, self.schema, model.blinding, blinding)?)
    }

    fn judge(&self, context: Fr, model: &Model, shards: Vec<OpenedCounts>, policy: &Policy) -> Result<Judged, Failure> {
        let (params, blinding) = (model.parameters.params(), model.blinding);
        let opening = Opening { context, params, blinding, body: schema_body(SCHEMA), groups: GROUPS, shards };
        Ok(opening.judge::<MAX_SHARDS>(policy)?)
    }
}

impl Model {
    fn commitment(&self, schema: Fr) -> Fr {
        self.parameters.commitment(schema, self.blinding)
    }
}

/// The data of an engagement: no two have a digest in common.
fn records(rows: usize, id: u64) -> Vec<Vec<Record>> {
    sample_audit::<SHARD_RECORDS>(rows, 100 + id).shards
}

/// What the sample passes, fails, and has too few records for.
fn policies(schema: Fr) -> Result<[Policy; 3], TermsError> {
    let over = Over { rate: Rate::Selection, attribute: Attribute::new(0)? };
    let line = |comparison, num, den| Ok(Line { comparison, bound: Bound::new(num, den, false)? });
    let policy = |lines, min_rows| {
        let (exclude, z) = (Fraction::NONE, None);
        Policy::new(Terms { schema, min_rows, min_group: 1, min_positive: 1, exclude, lines, z })
    };
    let lenient = || Ok(vec![line(Comparison::Ratio(over), 1, 1000)?, line(Comparison::Accuracy, 1, 100)?]);
    let strict = vec![line(Comparison::Accuracy, 99, 100)?];
    Ok([policy(lenient()?, 1)?, policy(strict, 1)?, policy(lenient()?, 1_000_000)?])
}
