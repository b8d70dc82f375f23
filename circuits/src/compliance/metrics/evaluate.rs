//! A policy applied to totals.

use super::wide::compare;
use super::{GroupCounts, GroupReport, LineReport, Report, Totals, Verdict};
use crate::compliance::policy::{Attribute, Bound, Comparison, Line, Over, Policy, Reference, ZLine};
use crate::compliance::schema::ATTRIBUTES;
use std::cmp::Ordering;

/// num / den.
type Value = (u64, u64);

/// The verdict of a policy on these totals, line by line.
pub fn evaluate(policy: &Policy, totals: &Totals) -> Report {
    let attributes = std::array::from_fn::<_, ATTRIBUTES, _>(|a| {
        let attribute = Attribute::new(a as u8).expect("an attribute");
        totals.groups(attribute).into_iter().map(|counts| group(policy, totals.rows(), counts)).collect::<Vec<_>>()
    });
    let enough = totals.rows() >= u64::from(policy.min_rows);
    let supported = |attribute: Attribute| {
        let mut included = attributes[attribute.index()].iter().filter(|group| group.included);
        enough && included.clone().count() >= 2 && included.all(|group| group.large_enough)
    };
    let apply = |line: &Line| {
        let over = line.comparison.over();
        let value = match over {
            Some(over) => compared(&line.comparison, over, &attributes[over.attribute.index()], &line.bound),
            None => overall(&line.comparison, &totals.all(), &line.bound),
        };
        report(value, over.map_or(enough, |over| supported(over.attribute)))
    };
    let lines: Vec<LineReport> = policy.lines.iter().map(apply).collect();
    let z = policy.z.map(|z| report(two_proportion(&z, &attributes[z.attribute.index()]), supported(z.attribute)));
    let verdict = verdict(lines.iter().chain(&z));
    Report { rows: totals.rows(), attributes, lines, z, verdict }
}

fn verdict<'a>(lines: impl Iterator<Item = &'a LineReport> + Clone) -> Verdict {
    let mut counted = lines.clone().filter(|line| line.supported && line.defined);
    if counted.any(|line| !line.holds) {
        Verdict::Fail
    } else if lines.clone().any(|line| !line.supported || !line.defined) {
        Verdict::Insufficient
    } else {
        Verdict::Pass
    }
}

fn group(policy: &Policy, rows: u64, counts: GroupCounts) -> GroupReport {
    let (num, den) = (u64::from(policy.exclude.num()), u64::from(policy.exclude.den()));
    GroupReport {
        counts,
        included: den * counts.n >= num * rows,
        large_enough: counts.n >= u64::from(policy.min_group)
            && counts.label_positive >= u64::from(policy.min_positive),
    }
}

/// The compared value and whether the inequality holds; `None` where undefined.
type Outcome = Option<(u128, u128, bool)>;

fn report(outcome: Outcome, supported: bool) -> LineReport {
    let (num, den, holds) = outcome.unwrap_or_default();
    LineReport { num, den, holds, defined: outcome.is_some(), supported }
}

/// `wanted`, or equality unless the bound is exclusive.
fn meets(found: Ordering, wanted: Ordering, exclusive: bool) -> bool {
    found == wanted || found == Ordering::Equal && !exclusive
}

/// num / den >= a / b.
fn at_least(num: u128, den: u128, bound: &Bound) -> bool {
    let found = compare(num, bound.den().into(), den, bound.num().into());
    meets(found, Ordering::Greater, bound.exclusive())
}

/// num / den <= a / b.
fn at_most(num: u128, den: u128, a: u32, b: u32, exclusive: bool) -> bool {
    meets(compare(num, b.into(), den, a.into()), Ordering::Less, exclusive)
}

fn times(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

fn compared(comparison: &Comparison, over: Over, groups: &[GroupReport], bound: &Bound) -> Outcome {
    let rates: Vec<Option<Value>> =
        groups.iter().map(|group| group.included.then(|| group.counts.rate(over.rate))).collect();
    let mut included = rates.iter().flatten().copied();
    if included.clone().any(|(_, den)| den == 0) {
        return None;
    }
    let first = included.next()?;
    let (mut hi, mut lo) = (first, first);
    for rate in included {
        if times(rate.0, hi.1) > times(hi.0, rate.1) {
            hi = rate;
        }
        if times(rate.0, lo.1) < times(lo.0, rate.1) {
            lo = rate;
        }
    }
    let ratio = |below: Value, above: Value| (times(below.0, above.1), times(above.0, below.1));
    match comparison {
        Comparison::Difference(_) => {
            let (num, den) = (times(hi.0, lo.1) - times(lo.0, hi.1), times(hi.1, lo.1));
            Some((num, den, at_most(num, den, bound.num(), bound.den(), bound.exclusive())))
        }
        Comparison::Ratio(_) => {
            let (num, den) = ratio(lo, hi);
            (den != 0).then(|| (num, den, at_least(num, den, bound)))
        }
        Comparison::Reference(_, reference) => {
            let r = match reference {
                Reference::Majority => majority(groups, &rates)?,
                Reference::Lowest => lo,
                Reference::Named(group) => (*rates.get(group.code())?)?,
            };
            if r.0 == 0 {
                return None;
            }
            // num_hi is not 0 either, since num_r is not.
            let ((a, b), (c, d)) = (ratio(lo, r), ratio(r, hi));
            let (num, den) = if compare(a, d, c, b) == Ordering::Greater { (c, d) } else { (a, b) };
            Some((num, den, at_least(num, den, bound)))
        }
        Comparison::Accuracy | Comparison::BalancedAccuracy => None,
    }
}

/// The rate of the included group with the most records, of equals the first.
fn majority(groups: &[GroupReport], rates: &[Option<Value>]) -> Option<Value> {
    let included = groups.iter().zip(rates).filter_map(|(group, rate)| Some((group.counts.n, (*rate)?)));
    included.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, rate)| rate)
}

fn overall(comparison: &Comparison, all: &GroupCounts, bound: &Bound) -> Outcome {
    let (num, den) = match comparison {
        Comparison::Accuracy => (u128::from(all.true_positive + all.true_negative()), u128::from(all.n)),
        _ => {
            let (positive, negative) = (all.label_positive, all.label_negative());
            let num = times(all.true_positive, negative) + times(all.true_negative(), positive);
            (num, 2 * times(positive, negative))
        }
    };
    (den != 0).then(|| (num, den, at_least(num, den, bound)))
}

/// The largest z^2 of all pairs; undefined if one is: an empty group, or none or all of both predicted 1.
fn two_proportion(line: &ZLine, groups: &[GroupReport]) -> Outcome {
    let included: Vec<&GroupCounts> = groups.iter().filter(|group| group.included).map(|group| &group.counts).collect();
    let mut largest: Option<(u128, u128)> = None;
    for (i, g) in included.iter().enumerate() {
        for h in &included[i + 1..] {
            let (p, n) = (g.predicted_positive + h.predicted_positive, g.n + h.n);
            let gap = times(g.predicted_positive, h.n).abs_diff(times(h.predicted_positive, g.n));
            // gap <= n_g n_h < 2^46 and n < 2^24: both sides below 2^116.
            let (num, den) = (gap * gap * u128::from(n), times(g.n, h.n) * times(p, n - p));
            if den == 0 {
                return None;
            }
            if largest.is_none_or(|(a, b)| compare(num, b, a, den) == Ordering::Greater) {
                largest = Some((num, den));
            }
        }
    }
    let (num, den) = largest?;
    Some((num, den, at_most(num, den, line.num(), line.den(), line.exclusive())))
}
