//! The two-proportion z over every pair of an attribute's included groups.

use super::circuit::Line;
use super::gadget::{dot, non_negative, not_zero, product, sum};
use super::lines::column;
use super::policy::ZVar;
use super::support::Support;
use crate::compliance::counts::COUNT_BITS;
use crate::compliance::policy::BOUND_BITS;
use crate::compliance::schema::GROUPS;
use crate::r1cs::{Builder, Num};
use ark_relations::gr1cs::SynthesisError;

/// b·gap^2·n: a gap is at most n_g·n_h < 2^46, since two groups have fewer than 2^24 records together.
const SLACK_BITS: usize = 4 * (COUNT_BITS - 1) + COUNT_BITS + BOUND_BITS;

/// A column of the attribute's groups.
struct Columns {
    included: Vec<Num>,
    n: Vec<Num>,
    p: Vec<Num>,
}

/// The policy's z, evaluated.
pub(super) fn line(b: &mut Builder<'_>, z: &ZVar, support: &Support) -> Result<Line, SynthesisError> {
    let columns = b.block("z", |b| {
        Ok(Columns {
            included: column(b, &z.attribute, &support.attributes, |groups| &groups.included)?,
            n: column(b, &z.attribute, &support.attributes, |groups| &groups.records)?,
            p: column(b, &z.attribute, &support.attributes, |groups| &groups.predicted)?,
        })
    })?;
    let (mut violated, mut factors) = (Vec::new(), Vec::new());
    for (g, h) in (0..GROUPS).flat_map(|g| (g + 1..GROUPS).map(move |h| (g, h))) {
        let (holds, factor) = b.block("z", |b| pair(b, z, &columns, g, h))?;
        violated.push(holds.not());
        factors.push(factor);
    }
    b.block("z", |b| {
        // Undefined where a compared pair has 0 below: then a factor is 0.
        let pairs_exist = product(b, &factors)?;
        let defined = not_zero(b, &pairs_exist)?;
        let supported: Vec<Num> = support.attributes.iter().map(|groups| groups.supported.clone()).collect();
        let supported = dot(b, &z.attribute, &supported)?;
        let counted = b.mul(&defined, &supported)?;
        let broken = not_zero(b, &sum(&violated))?;
        let violated = b.mul(&counted, &broken)?;
        Ok(Line { violated, lacking: z.in_use.sub(&counted) })
    })
}

/// Whether the inequality holds for a pair, and a number that is 0 where it is compared and undefined.
fn pair(b: &mut Builder<'_>, z: &ZVar, columns: &Columns, g: usize, h: usize) -> Result<(Num, Num), SynthesisError> {
    let Columns { included, n, p } = columns;
    let both = b.mul(&included[g], &included[h])?;
    let (left, right) = (b.mul(&p[g], &n[h])?, b.mul(&p[h], &n[g])?);
    let gap = left.sub(&right);
    let square = b.mul(&gap, &gap)?;
    let (records, predicted) = (n[g].add(&n[h]), p[g].add(&p[h]));
    let above = b.mul(&square, &records)?;
    let sizes = b.mul(&n[g], &n[h])?;
    let spread = b.mul(&predicted, &records.sub(&predicted))?;
    let below = b.mul(&sizes, &spread)?;
    // A pair that is not compared has 0 on both sides, and none of them is strict.
    let strict = b.mul(&z.exclusive, &both)?;
    let slack = b.mul(&z.num, &below)?.sub(&b.mul(&z.den, &above)?).sub(&strict);
    Ok((non_negative(b, &slack, SLACK_BITS)?, below.add(&both.not())))
}
