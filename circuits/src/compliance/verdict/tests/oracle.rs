//! The policy's verdict written another way: fractions in lowest terms, every ordered pair of groups, no highest and lowest.

use crate::compliance::counts::{Counts, cell};
use crate::compliance::metrics::Verdict;
use crate::compliance::policy::{Attribute, Comparison, Line, Policy, Rate, Reference, ZLine};
use std::cmp::Ordering;

/// holds, defined, supported.
pub(super) type Outcome = (bool, bool, bool);

/// A fraction in lowest terms, denominator above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ratio {
    num: i128,
    den: i128,
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

impl Ratio {
    fn new(num: i128, den: i128) -> Option<Self> {
        let gcd = gcd(num, den);
        match den.cmp(&0) {
            Ordering::Equal => None,
            Ordering::Greater => Some(Self { num: num / gcd, den: den / gcd }),
            Ordering::Less => Some(Self { num: -num / gcd, den: -den / gcd }),
        }
    }

    fn whole(n: i128) -> Self {
        Self { num: n, den: 1 }
    }

    /// Cancels crosswise first, so that nothing overflows that the result does not.
    fn times(self, other: Self) -> Self {
        let (a, b) = (gcd(self.num, other.den).max(1), gcd(other.num, self.den).max(1));
        Self { num: (self.num / a) * (other.num / b), den: (self.den / b) * (other.den / a) }
    }

    fn over(self, other: Self) -> Option<Self> {
        Some(self.times(Self::new(other.den, other.num)?))
    }

    fn minus(self, other: Self) -> Self {
        let gcd = gcd(self.den, other.den);
        let num = self.num * (other.den / gcd) - other.num * (self.den / gcd);
        Self::new(num, self.den / gcd * other.den).expect("not 0")
    }

    /// By continued fractions: whole parts, then the reciprocals of what is left.
    fn compare(self, other: Self) -> Ordering {
        let (mine, theirs) = (self.num.div_euclid(self.den), other.num.div_euclid(other.den));
        if mine != theirs {
            return mine.cmp(&theirs);
        }
        let rest = |x: Self| Self::new(x.den, x.num.rem_euclid(x.den));
        match (rest(self), rest(other)) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(mine), Some(theirs)) => theirs.compare(mine),
        }
    }
}

struct Judge<'a> {
    policy: &'a Policy,
    counts: &'a Counts,
    groups: [u8; 4],
}

pub(super) fn verdict(policy: &Policy, counts: &Counts, groups: [u8; 4]) -> (Verdict, Vec<Outcome>) {
    let judge = Judge { policy, counts, groups };
    let mut lines: Vec<Outcome> = policy.lines.iter().map(|line| judge.line(line)).collect();
    lines.extend(policy.z.as_ref().map(|z| judge.z(z)));
    let verdict = if lines.contains(&(false, true, true)) {
        Verdict::Fail
    } else if lines.iter().all(|line| *line == (true, true, true)) {
        Verdict::Pass
    } else {
        Verdict::Insufficient
    };
    (verdict, lines)
}

impl Judge<'_> {
    /// How many records of the groups satisfy this.
    fn count(&self, a: usize, codes: std::ops::Range<u8>, wanted: impl Fn(bool, bool) -> bool) -> i128 {
        let bits = [(false, false), (false, true), (true, false), (true, true)];
        let cells = codes.flat_map(|g| bits.into_iter().map(move |(label, y)| (g, label, y)));
        cells.filter(|(_, l, y)| wanted(*l, *y)).map(|(g, l, y)| i128::from(self.counts.0[cell(a, g, l, y)])).sum()
    }

    fn size(&self, a: usize, g: u8) -> i128 {
        self.count(a, g..g + 1, |_, _| true)
    }

    fn rows(&self) -> i128 {
        self.count(0, 0..16, |_, _| true)
    }

    /// The share is at least the exclusion's.
    fn included(&self, a: usize) -> Vec<u8> {
        let least = Ratio::new(self.policy.exclude.num().into(), self.policy.exclude.den().into()).expect("not 0");
        let large = |g: &u8| {
            let share = Ratio::new(self.size(a, *g), self.rows());
            share.is_none_or(|share| share.compare(least) != Ordering::Less)
        };
        (0..self.groups[a]).filter(large).collect()
    }

    fn supported(&self, attribute: Option<Attribute>) -> bool {
        let evidence = attribute.map(Attribute::index).is_none_or(|a| {
            let groups = self.included(a);
            groups.len() > 1
                && groups.iter().all(|g| {
                    self.size(a, *g) >= i128::from(self.policy.min_group)
                        && self.count(a, *g..*g + 1, |label, _| label) >= i128::from(self.policy.min_positive)
                })
        });
        evidence && self.rows() >= i128::from(self.policy.min_rows)
    }

    fn rate(&self, rate: Rate, a: usize, g: u8) -> Option<Ratio> {
        let of = |above: fn(bool, bool) -> bool, below: fn(bool, bool) -> bool| {
            Ratio::new(self.count(a, g..g + 1, |l, y| above(l, y) && below(l, y)), self.count(a, g..g + 1, below))
        };
        match rate {
            Rate::Selection => of(|_, y| y, |_, _| true),
            Rate::TruePositive => of(|_, y| y, |l, _| l),
            Rate::FalsePositive => of(|_, y| y, |l, _| !l),
            Rate::FalseNegative => of(|_, y| !y, |l, _| l),
            Rate::Precision => of(|l, _| l, |_, y| y),
        }
    }

    fn line(&self, line: &Line) -> Outcome {
        let bound = Ratio::new(line.bound.num().into(), line.bound.den().into()).expect("not 0");
        let strict = line.bound.exclusive();
        let least = |x: Ratio| match x.compare(bound) {
            Ordering::Less => false,
            Ordering::Equal => !strict,
            Ordering::Greater => true,
        };
        let most = |x: Ratio| match x.compare(bound) {
            Ordering::Less => true,
            Ordering::Equal => !strict,
            Ordering::Greater => false,
        };
        let holds = match line.comparison {
            Comparison::Accuracy => Ratio::new(self.count(0, 0..16, |l, y| l == y), self.rows()).map(least),
            Comparison::BalancedAccuracy => {
                let recall = |class: bool| {
                    Ratio::new(
                        self.count(0, 0..16, |l, y| l == class && y == class),
                        self.count(0, 0..16, |l, _| l == class),
                    )
                };
                let halved = |x: Ratio| x.times(Ratio { num: 1, den: 2 });
                recall(true).zip(recall(false)).map(|(tpr, tnr)| least(halved(tpr.minus(Ratio::whole(0).minus(tnr)))))
            }
            Comparison::Difference(over) => {
                self.pairs(over.rate, over.attribute.index(), |x, y| Some(most(x.minus(y))))
            }
            Comparison::Ratio(over) => {
                let a = over.attribute.index();
                let some = self.included(a).into_iter().any(|g| self.rate(over.rate, a, g).is_some_and(|r| r.num > 0));
                // x / 0 is above every bound once some rate is not 0.
                let holds = self.pairs(over.rate, a, |x, y| Some(x.over(y).is_none_or(least)));
                holds.filter(|_| some)
            }
            Comparison::Reference(over, reference) => self.against(over.rate, over.attribute.index(), reference, least),
        };
        (holds == Some(true), holds.is_some(), self.supported(line.comparison.over().map(|over| over.attribute)))
    }

    /// For every ordered pair of included groups, a group with itself as well.
    fn pairs(&self, rate: Rate, a: usize, holds: impl Fn(Ratio, Ratio) -> Option<bool>) -> Option<bool> {
        let rates: Vec<Ratio> = self.included(a).into_iter().map(|g| self.rate(rate, a, g)).collect::<Option<_>>()?;
        if rates.is_empty() {
            return None;
        }
        let all = rates.iter().flat_map(|x| rates.iter().map(move |y| (*x, *y)));
        all.map(|(x, y)| holds(x, y)).try_fold(true, |all, one| one.map(|one| all && one))
    }

    fn against(&self, rate: Rate, a: usize, reference: Reference, least: impl Fn(Ratio) -> bool) -> Option<bool> {
        let groups = self.included(a);
        let rates: Vec<(u8, Ratio)> =
            groups.iter().map(|g| Some((*g, self.rate(rate, a, *g)?))).collect::<Option<_>>()?;
        let r = match reference {
            Reference::Named(group) => rates.iter().find(|(g, _)| usize::from(*g) == group.code())?.1,
            Reference::Lowest => rates.iter().map(|(_, rate)| *rate).min_by(|x, y| x.compare(*y))?,
            Reference::Majority => {
                let most = groups.iter().map(|g| self.size(a, *g)).max()?;
                rates.iter().find(|(g, _)| self.size(a, *g) == most)?.1
            }
        };
        if r.num == 0 {
            return None;
        }
        // r / 0 is above every bound.
        Some(rates.iter().all(|(_, x)| least(x.over(r).expect("not 0")) && r.over(*x).is_none_or(&least)))
    }

    /// (p_g/n_g - p_h/n_h)^2 / (q (1 - q) (1/n_g + 1/n_h)) with q pooled.
    fn z(&self, z: &ZLine) -> Outcome {
        let (a, bound) = (z.attribute.index(), Ratio::new(z.num().into(), z.den().into()).expect("not 0"));
        let groups = self.included(a);
        let square = |g: u8, h: u8| {
            let (n, m) = (self.size(a, g), self.size(a, h));
            let (p, q) = (self.count(a, g..g + 1, |_, y| y), self.count(a, h..h + 1, |_, y| y));
            let pooled = Ratio::new(p + q, n + m)?;
            let variance = pooled.times(Ratio::whole(1).minus(pooled)).times(Ratio::new(n + m, n * m)?);
            let gap = Ratio::new(p, n)?.minus(Ratio::new(q, m)?);
            gap.times(gap).over(variance)
        };
        let squares: Option<Vec<Ratio>> =
            groups.iter().flat_map(|g| groups.iter().filter(move |h| *h != g).map(|h| square(*g, *h))).collect();
        let squares = squares.filter(|squares| !squares.is_empty());
        let holds = |x: &Ratio| match x.compare(bound) {
            Ordering::Less => true,
            Ordering::Equal => !z.exclusive(),
            Ordering::Greater => false,
        };
        let all = squares.as_ref().map(|squares| squares.iter().all(holds));
        (all == Some(true), squares.is_some(), self.supported(Some(z.attribute)))
    }
}
