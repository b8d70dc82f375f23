//! The policy's lines: rates of one attribute, the highest and the lowest, the reference, the comparison.

use super::circuit::Line;
use super::gadget::{choose, dot, is_one, low, non_negative, not_zero, product, sum};
use super::policy::LineVar;
use super::support::{Groups, Overall, Support};
use crate::Fr;
use crate::compliance::counts::COUNT_BITS;
use crate::compliance::policy::BOUND_BITS;
use crate::compliance::schema::GROUPS;
use crate::r1cs::{Builder, Num};
use crate::range;
use ark_ff::Field;
use ark_relations::gr1cs::SynthesisError;

/// Bits of a product of two counts.
const CROSS_BITS: usize = 2 * COUNT_BITS;
/// Bits of a bound times twice such a product, and a bit to spare.
const SLACK_BITS: usize = CROSS_BITS + BOUND_BITS + 2;

/// The rates of the included groups of a line's attribute as fractions; 0/0 for all others.
struct Rates {
    included: Vec<Num>,
    num: Vec<Num>,
    den: Vec<Num>,
}

/// num / den of one group.
struct Value {
    num: Num,
    den: Num,
}

/// One line of the policy.
pub(super) fn evaluate(b: &mut Builder<'_>, line: &LineVar, support: &Support) -> Result<Line, SynthesisError> {
    let rates = Rates::new(b, line, &support.attributes)?;
    let any = select(b, &line.attribute, support, |groups| &groups.any)?;
    // A denominator of 0 among the included: one of these factors is 0, and the field has no zero divisors.
    let factors: Vec<Num> =
        rates.den.iter().zip(&rates.included).map(|(den, included)| den.add(&included.not())).collect();
    let rates_exist = product(b, &factors)?;
    let hi_at = rates.extreme(|candidate, best| candidate > best);
    let hi = rates.pick(b, hi_at, &any)?;
    rates.bound(b, &hi, false)?;
    let lo_at = rates.extreme(|candidate, best| candidate < best);
    let lo = rates.pick(b, lo_at, &any)?;
    rates.bound(b, &lo, true)?;
    let reference = reference(b, line, support, &rates, &lo)?;
    let (holds, measure) = compare(b, line, &support.overall, &hi, &lo, &reference)?;
    let defined = {
        let all = b.mul(&rates_exist, &measure)?;
        not_zero(b, &all)?
    };
    let overall = b.mul(&line.comparison[3].add(&line.comparison[4]), &support.enough)?;
    let supported = select(b, &line.attribute, support, |groups| &groups.supported)?.add(&overall);
    let counted = b.mul(&defined, &supported)?;
    let violated = b.mul(&counted, &holds.not())?;
    Ok(Line { violated, lacking: line.in_use.sub(&counted) })
}

/// The value of the line's attribute; 0 for a line without one.
fn select(
    b: &mut Builder<'_>,
    attribute: &[Num],
    support: &Support,
    of: impl Fn(&Groups) -> &Num,
) -> Result<Num, SynthesisError> {
    let values: Vec<Num> = support.attributes.iter().map(|groups| of(groups).clone()).collect();
    dot(b, attribute, &values)
}

/// A column of the line's attribute, group by group.
pub(super) fn column(
    b: &mut Builder<'_>,
    attribute: &[Num],
    groups: &[Groups],
    of: impl Fn(&Groups) -> &[Num],
) -> Result<Vec<Num>, SynthesisError> {
    (0..GROUPS)
        .map(|g| {
            let values: Vec<Num> = groups.iter().map(|groups| of(groups)[g].clone()).collect();
            dot(b, attribute, &values)
        })
        .collect()
}

impl Rates {
    fn new(b: &mut Builder<'_>, line: &LineVar, groups: &[Groups]) -> Result<Self, SynthesisError> {
        let included = column(b, &line.attribute, groups, |groups| &groups.included)?;
        let n = column(b, &line.attribute, groups, |groups| &groups.records)?;
        let positive = column(b, &line.attribute, groups, |groups| &groups.positive)?;
        let predicted = column(b, &line.attribute, groups, |groups| &groups.predicted)?;
        let hit = column(b, &line.attribute, groups, |groups| &groups.true_positive)?;
        let [selection, tpr, fpr, fnr, precision] = &line.rate[..] else { unreachable!("five rates") };
        let one = Fr::ONE;
        // p/n, TP/P, (p - TP)/(n - P), (P - TP)/P, TP/p: what multiplies each count above and below.
        let of_n = selection.add(fpr);
        let of_hit = Num::linear([(one, tpr), (one, precision), (-one, fpr), (-one, fnr)]);
        let of_positive = Num::linear([(one, tpr), (one, fnr), (-one, fpr)]);
        let (mut num, mut den) = (Vec::with_capacity(GROUPS), Vec::with_capacity(GROUPS));
        for g in 0..GROUPS {
            let above = [predicted[g].clone(), hit[g].clone(), positive[g].clone()];
            num.push(dot(b, &[of_n.clone(), of_hit.clone(), fnr.clone()], &above)?);
            let below = [n[g].clone(), positive[g].clone(), predicted[g].clone()];
            den.push(dot(b, &[of_n.clone(), of_positive.clone(), precision.clone()], &below)?);
        }
        Ok(Self { included, num, den })
    }

    /// A hint: the first included group whose rate no other beats; of the first, where every rate is 0/0.
    fn extreme(&self, beats: impl Fn(u128, u128) -> bool) -> Option<usize> {
        let value = |g: usize| (u128::from(low(&self.num[g])), u128::from(low(&self.den[g])));
        let better = |best: Option<usize>, g: usize| {
            let Some(kept) = best else { return Some(g) };
            let ((num, den), (best_num, best_den)) = (value(g), value(kept));
            // Any fraction beats 0/0.
            let beaten = best_den == 0 && den != 0 || beats(num * best_den, best_num * den);
            Some(if beaten { g } else { kept })
        };
        (0..GROUPS).filter(|g| is_one(&self.included[*g])).fold(None, better)
    }

    /// One included group, chosen by the prover; none where none is included.
    fn pick(&self, b: &mut Builder<'_>, hint: Option<usize>, any: &Num) -> Result<Value, SynthesisError> {
        let chosen = choose(b, GROUPS, hint)?;
        b.equal(&sum(&chosen), any)?;
        for (chosen, included) in chosen.iter().zip(&self.included) {
            b.enforce(chosen, &included.not(), &Num::zero())?;
        }
        self.at(b, &chosen)
    }

    fn at(&self, b: &mut Builder<'_>, chosen: &[Num]) -> Result<Value, SynthesisError> {
        Ok(Value { num: dot(b, chosen, &self.num)?, den: dot(b, chosen, &self.den)? })
    }

    /// No rate is above the value, or with `lowest` none below it. A group that is not included, or whose rate is 0/0, is neither.
    fn bound(&self, b: &mut Builder<'_>, value: &Value, lowest: bool) -> Result<(), SynthesisError> {
        for (num, den) in self.num.iter().zip(&self.den) {
            let ours = b.mul(&value.num, den)?;
            let theirs = b.mul(num, &value.den)?;
            let gap = if lowest { theirs.sub(&ours) } else { ours.sub(&theirs) };
            range::bits(b, &gap, CROSS_BITS)?;
        }
        Ok(())
    }
}

/// The rate of the reference group; 0/0 for a line without one, or where the named group is not included.
fn reference(
    b: &mut Builder<'_>,
    line: &LineVar,
    support: &Support,
    rates: &Rates,
    lo: &Value,
) -> Result<Value, SynthesisError> {
    let majority = column(b, &line.attribute, &support.attributes, |groups| &groups.majority)?;
    let majority = rates.at(b, &majority)?;
    let named = one_of_sixteen(b, &line.group)?;
    let named = rates.at(b, &named)?;
    let nums = [majority.num, lo.num.clone(), named.num];
    let dens = [majority.den, lo.den.clone(), named.den];
    Ok(Value { num: dot(b, &line.reference, &nums)?, den: dot(b, &line.reference, &dens)? })
}

/// 1 at the number with these four bits, 0 elsewhere.
fn one_of_sixteen(b: &mut Builder<'_>, bits: &[Num]) -> Result<Vec<Num>, SynthesisError> {
    let mut pair = |low: &Num, high: &Num| {
        let both = b.mul(low, high)?;
        let neither = Num::one().sub(low).sub(high).add(&both);
        Ok::<_, SynthesisError>([neither, low.sub(&both), high.sub(&both), both])
    };
    let (low, high) = (pair(&bits[0], &bits[1])?, pair(&bits[2], &bits[3])?);
    high.iter().flat_map(|high| low.iter().map(move |low| (low, high))).map(|(low, high)| b.mul(low, high)).collect()
}

/// Whether the line's inequality holds, and a number that is 0 where the compared value is undefined though every rate exists.
///
/// Every inequality is b·X >= a·Y (strict if exclusive), the reference's second as well; |b·X - a·Y| < 2^70.
fn compare(
    b: &mut Builder<'_>,
    line: &LineVar,
    overall: &Overall,
    hi: &Value,
    lo: &Value,
    reference: &Value,
) -> Result<(Num, Num), SynthesisError> {
    let low = b.mul(&lo.num, &hi.den)?;
    let high = b.mul(&hi.num, &lo.den)?;
    let dens = b.mul(&hi.den, &lo.den)?;
    let low_here = b.mul(&lo.num, &reference.den)?;
    let reference_low = b.mul(&reference.num, &lo.den)?;
    let reference_high = b.mul(&reference.num, &hi.den)?;
    let high_here = b.mul(&hi.num, &reference.den)?;
    let two = Fr::from(2u64);
    let x = [low.sub(&high), low, low_here, overall.right.clone(), overall.balanced.clone()];
    let y = [dens.scale(-Fr::ONE), high, reference_low, overall.rows.clone(), overall.labels.scale(two)];
    let (x, y) = (dot(b, &line.comparison, &x)?, dot(b, &line.comparison, &y)?);
    let slack = b.mul(&line.den, &x)?.sub(&b.mul(&line.num, &y)?).sub(&line.exclusive);
    let first = non_negative(b, &slack, SLACK_BITS)?;
    let slack = b.mul(&line.den, &reference_high)?.sub(&b.mul(&line.num, &high_here)?).sub(&line.exclusive);
    let slack = b.mul(&line.comparison[2], &slack)?;
    let second = non_negative(b, &slack, SLACK_BITS)?;
    let holds = b.mul(&first, &second)?;
    let measures = [Num::one(), hi.num.clone(), reference.num.clone(), overall.rows.clone(), overall.labels.clone()];
    Ok((holds, dot(b, &line.comparison, &measures)?))
}
