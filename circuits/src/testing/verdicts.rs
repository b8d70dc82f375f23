//! Policies over counts: the table of cases in `circuits/vectors/verdict.json`, and openings of any counts.

use crate::Fr;
use crate::compliance::counts::Counts;
use crate::compliance::policy::{
    Attribute, Bound, Comparison, Fraction, Group, Line, Over, Policy, Rate, Reference, Terms, ZLine,
};
use crate::compliance::schema::{ATTRIBUTES, GROUPS, schema_hash};
use crate::compliance::verdict::{Judged, OpenedCounts, Opening};
use ark_ff::UniformRand;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde::Deserialize;

/// The table of cases, as its header describes it.
pub const VERDICT_CASES: &str = include_str!("../../vectors/verdict.json");

/// A policy, groups, and what the policy says of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerdictCase {
    /// Its name.
    pub name: String,
    policy: Written,
    /// The groups of each attribute as (n, P, p, TP).
    pub attributes: Vec<Vec<[u64; 4]>>,
    /// For each line, the z last: `holds`, `violated`, or why it does not count.
    pub lines: Vec<String>,
    /// `pass`, `fail` or `insufficient`.
    pub verdict: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    min_rows: u32,
    #[serde(default)]
    min_group: u32,
    #[serde(default)]
    min_positive: u32,
    exclude: Option<[u16; 2]>,
    lines: Vec<WrittenLine>,
    z: Option<WrittenZ>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLine {
    comparison: String,
    rate: Option<String>,
    attribute: Option<u8>,
    reference: Option<serde_json::Value>,
    bound: [u32; 2],
    #[serde(default)]
    exclusive: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenZ {
    attribute: u8,
    bound: [u32; 2],
    #[serde(default)]
    exclusive: bool,
}

/// All cases.
///
/// # Panics
/// If the file is not what its header says.
pub fn verdict_cases() -> Vec<VerdictCase> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(rename = "about")]
        _about: String,
        cases: Vec<VerdictCase>,
    }
    serde_json::from_str::<File>(VERDICT_CASES).expect("vectors/verdict.json").cases
}

impl VerdictCase {
    /// The numbers of groups of the case's schema.
    pub fn groups(&self) -> [u8; ATTRIBUTES] {
        std::array::from_fn(|a| self.attributes.get(a).map_or(0, |groups| groups.len() as u8))
    }

    /// The policy, for the schema of these groups.
    ///
    /// # Panics
    /// If the case states none.
    pub fn policy(&self) -> Policy {
        let written = &self.policy;
        let exclude = written.exclude.map_or(Fraction::NONE, |[num, den]| Fraction::new(num, den).expect("exclude"));
        let z = written.z.as_ref().map(|z| {
            let attribute = Attribute::new(z.attribute).expect("attribute");
            ZLine::new(attribute, z.bound[0], z.bound[1], z.exclusive).expect("bound")
        });
        let terms = Terms {
            schema: schema_of(self.groups()),
            min_rows: written.min_rows,
            min_group: written.min_group,
            min_positive: written.min_positive,
            exclude,
            lines: written.lines.iter().map(WrittenLine::line).collect(),
            z,
        };
        Policy::new(terms).expect("a policy")
    }

    /// The counts; attributes that the case does not speak of are not in use.
    pub fn counts(&self) -> Counts {
        counts_of(&self.attributes)
    }
}

impl WrittenLine {
    fn line(&self) -> Line {
        let over = || {
            let rate = self.rate.as_deref().expect("a rate");
            let names = ["selection", "true_positive", "false_positive", "false_negative", "precision"];
            let rate = Rate::ALL[names.iter().position(|name| *name == rate).expect("a rate's name")];
            Over { rate, attribute: Attribute::new(self.attribute.expect("an attribute")).expect("attribute") }
        };
        let reference = || match self.reference.as_ref().expect("a reference") {
            serde_json::Value::String(name) if name == "majority" => Reference::Majority,
            serde_json::Value::String(name) if name == "lowest" => Reference::Lowest,
            code => Reference::Named(Group::new(code.as_u64().expect("a code") as u8).expect("group")),
        };
        let comparison = match self.comparison.as_str() {
            "difference" => Comparison::Difference(over()),
            "ratio" => Comparison::Ratio(over()),
            "reference" => Comparison::Reference(over(), reference()),
            "accuracy" => Comparison::Accuracy,
            "balanced_accuracy" => Comparison::BalancedAccuracy,
            other => panic!("no comparison `{other}`"),
        };
        Line { comparison, bound: Bound::new(self.bound[0], self.bound[1], self.exclusive).expect("bound") }
    }
}

/// What the schemas of these tests are made of.
fn body() -> Fr {
    Fr::from(0x7ab_e11au64)
}

/// The hash of the tests' schema with these numbers of groups.
///
/// # Panics
/// For more than 16 groups.
pub fn schema_of(groups: [u8; ATTRIBUTES]) -> Fr {
    schema_hash(body(), groups).expect("at most 16 groups")
}

/// The counts of groups given as (n, P, p, TP) by attribute; an attribute that is missing has every record in code 0.
///
/// # Panics
/// If a group's numbers contradict each other.
pub fn counts_of(attributes: &[Vec<[u64; 4]>]) -> Counts {
    let mut counts = Counts::default();
    let mut all = [0; 4];
    for (a, groups) in attributes.iter().enumerate() {
        let cells = counts.0.chunks_mut(4).skip(GROUPS * a);
        for (cells, [n, positive, predicted, hit]) in cells.zip(groups) {
            let [hit_false, missed] = [predicted - hit, positive - hit];
            cells.copy_from_slice(&[n - positive - hit_false, hit_false, missed, *hit]);
            if a == 0 {
                all.iter_mut().zip(cells).for_each(|(sum, cell)| *sum += *cell);
            }
        }
    }
    for a in attributes.len()..ATTRIBUTES {
        counts.0[4 * GROUPS * a..][..4].copy_from_slice(&all);
    }
    counts
}

/// An opening of these counts, divided at random over `shards` shards.
pub fn opening(counts: &Counts, groups: [u8; ATTRIBUTES], shards: usize, seed: u64) -> Opening {
    let rng = &mut ChaCha20Rng::seed_from_u64(seed);
    let mut parts = vec![Counts::default(); shards];
    for (i, count) in counts.0.iter().enumerate() {
        let mut left = *count;
        for part in &mut parts[1..] {
            part.0[i] = rng.gen_range(0..=left);
            left -= part.0[i];
        }
        parts[0].0[i] = left;
    }
    Opening {
        context: Fr::rand(rng),
        params: Fr::rand(rng),
        blinding: Fr::rand(rng),
        body: body(),
        groups,
        shards: parts.iter().map(|counts| OpenedCounts::new(counts, Fr::rand(rng))).collect(),
    }
}

/// The verdict of a policy for the tests' schema on these counts, in a circuit of `S` places.
///
/// # Panics
/// If the counts are of no data set.
pub fn judged<const S: usize>(policy: &Policy, counts: &Counts, groups: [u8; ATTRIBUTES], seed: u64) -> Judged {
    opening(counts, groups, S, seed).judge::<S>(policy).expect("counts of a data set")
}
