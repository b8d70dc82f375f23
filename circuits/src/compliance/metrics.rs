//! What a policy makes of a model's counts: exact integers, no division, no floating point (`circuits/compliance.md`).
//!
//! Per group g: n records, P of them with label 1, N = n - P, p predicted 1, TP of those with label 1, FP = p - TP. With the names of
//! fairlearn's metrics (scikit-learn's where marked *), bound a/b, hi and lo the included groups with the highest and lowest rate:
//!
//! | metric | line | holds when |
//! |---|---|---|
//! | `demographic_parity_difference` | difference, selection | b(p_hi·n_lo - p_lo·n_hi) <= a·n_hi·n_lo |
//! | `demographic_parity_ratio` (four-fifths rule, impact ratio) | ratio, selection | b·p_lo·n_hi >= a·p_hi·n_lo |
//! | `equal_opportunity_difference`, `equal_opportunity_ratio` | difference or ratio, true positive | the same with TP, P |
//! | `false_positive_rate_difference`, `false_positive_rate_ratio` | difference or ratio, false positive | the same with FP, N |
//! | `false_negative_rate_difference`, `false_negative_rate_ratio` | difference or ratio, false negative | the same with P - TP, P |
//! | `equalized_odds_difference`, `equalized_odds_ratio` (worst case) | two lines: true positive and false positive | both |
//! | predictive parity (`precision_score`* of a `MetricFrame`) | difference or ratio, precision | the same with TP, p |
//! | disparate impact against a reference r (Aequitas) | reference | b·num_lo·den_r >= a·num_r·den_lo and a·num_hi·den_r <= b·num_r·den_hi |
//! | `accuracy_score`* | accuracy | b·sum(TP + TN) >= a·rows |
//! | `balanced_accuracy_score`* | balanced accuracy | b(TP·N + TN·P) >= 2a·P·N |
//! | two-proportion z test, squared | z | b(p_g·n_h - p_h·n_g)^2·(n_g + n_h) <= a·n_g·n_h·p(n - p) for every pair |
//!
//! fairlearn takes 0 where a rate is 0/0; here such a line is undefined and the verdict insufficient.

mod evaluate;
mod wide;

pub use evaluate::evaluate;

use super::counts::{COUNT_BITS, Counts};
use super::policy::{Attribute, Rate};
use super::schema::{ATTRIBUTES, GROUPS};

/// What a policy makes of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// A line that is supported and defined is violated.
    Fail = 0,
    /// Every line is supported, defined and holds.
    Pass = 1,
    /// No line is violated, but one is unsupported or undefined.
    Insufficient = 2,
}

impl Verdict {
    /// Its word: 0, 1 or 2.
    pub fn word(self) -> u8 {
        self as u8
    }

    /// The verdict with this word; `None` above 2.
    pub fn from_word(word: u8) -> Option<Self> {
        [Self::Fail, Self::Pass, Self::Insufficient].get(usize::from(word)).copied()
    }
}

/// Why counts are not those of one data set under a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TotalsError {
    /// More records than the circuits have room for.
    #[error("the counts of attribute {attribute} add up to 2^24 or more")]
    TooMany {
        /// Whose.
        attribute: usize,
    },
    /// Each record has one group in every attribute.
    #[error("the counts of attribute {attribute} add up to {found}, those of attribute 0 to {rows}")]
    Uneven {
        /// Whose.
        attribute: usize,
        /// Its sum.
        found: u64,
        /// The sum for attribute 0.
        rows: u64,
    },
    /// Records in a group that the schema does not have; with no groups at all every code is 0.
    #[error("attribute {attribute} has {groups} groups, but group {group} has {found} records")]
    OutsideSchema {
        /// Whose.
        attribute: usize,
        /// Groups of the schema.
        groups: u8,
        /// The group's code.
        group: usize,
        /// Its records.
        found: u64,
    },
    /// An attribute has at most 16 groups.
    #[error("attribute {attribute} has {groups} groups; at most {GROUPS} are possible")]
    Groups {
        /// Whose.
        attribute: usize,
        /// As given.
        groups: u8,
    },
}

/// The counts of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupCounts {
    /// n: records.
    pub n: u64,
    /// P: records with label 1.
    pub label_positive: u64,
    /// p: records predicted 1.
    pub predicted_positive: u64,
    /// TP: records with label 1 predicted 1.
    pub true_positive: u64,
}

impl GroupCounts {
    /// From the four cells (label, y) = 00, 01, 10, 11.
    fn of(cells: &[u64]) -> Self {
        Self {
            n: cells.iter().sum(),
            label_positive: cells[2] + cells[3],
            predicted_positive: cells[1] + cells[3],
            true_positive: cells[3],
        }
    }

    /// N: records with label 0.
    pub fn label_negative(&self) -> u64 {
        self.n - self.label_positive
    }

    /// FP: records with label 0 predicted 1.
    pub fn false_positive(&self) -> u64 {
        self.predicted_positive - self.true_positive
    }

    /// TN: records with label 0 predicted 0.
    pub fn true_negative(&self) -> u64 {
        self.label_negative() - self.false_positive()
    }

    /// Numerator and denominator of a rate, num <= den.
    pub fn rate(&self, rate: Rate) -> (u64, u64) {
        match rate {
            Rate::Selection => (self.predicted_positive, self.n),
            Rate::TruePositive => (self.true_positive, self.label_positive),
            Rate::FalsePositive => (self.false_positive(), self.label_negative()),
            Rate::FalseNegative => (self.label_positive - self.true_positive, self.label_positive),
            Rate::Precision => (self.true_positive, self.predicted_positive),
        }
    }
}

/// The counts of a whole data set: every attribute's groups hold the same `rows` records, fewer than 2^24.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    counts: Counts,
    groups: [u8; ATTRIBUTES],
    rows: u64,
}

impl Totals {
    /// The totals of all shards, with the schema's numbers of groups.
    ///
    /// # Errors
    /// [`TotalsError`] unless every attribute counts the same records, fewer than 2^24, and none in a group beyond the schema's.
    pub fn new(counts: &Counts, groups: [u8; ATTRIBUTES]) -> Result<Self, TotalsError> {
        let mut rows = 0;
        for (attribute, (cells, groups)) in counts.0.chunks(4 * GROUPS).zip(groups).enumerate() {
            if usize::from(groups) > GROUPS {
                return Err(TotalsError::Groups { attribute, groups });
            }
            let sum = cells.iter().try_fold(0u64, |sum, cell| sum.checked_add(*cell));
            let Some(sum) = sum.filter(|sum| sum >> COUNT_BITS == 0) else {
                return Err(TotalsError::TooMany { attribute });
            };
            if attribute == 0 {
                rows = sum;
            }
            if sum != rows {
                return Err(TotalsError::Uneven { attribute, found: sum, rows });
            }
            let outside = cells.chunks(4).enumerate().skip(usize::from(groups).max(1));
            let mut outside = outside.map(|(group, cells)| (group, cells.iter().sum::<u64>()));
            if let Some((group, found)) = outside.find(|(_, n)| *n != 0) {
                return Err(TotalsError::OutsideSchema { attribute, groups, group, found });
            }
        }
        Ok(Self { counts: counts.clone(), groups, rows })
    }

    /// The number of records.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The counts of the schema's groups of an attribute, by code; empty for an attribute not in use.
    pub fn groups(&self, attribute: Attribute) -> Vec<GroupCounts> {
        let cells = self.counts.0.chunks(4).skip(GROUPS * attribute.index());
        cells.take(usize::from(self.groups[attribute.index()])).map(GroupCounts::of).collect()
    }

    /// The counts of all records together.
    pub fn all(&self) -> GroupCounts {
        let mut sum = [0; 4];
        for cells in self.counts.0[..4 * GROUPS].chunks(4) {
            sum.iter_mut().zip(cells).for_each(|(sum, cell)| *sum += cell);
        }
        GroupCounts::of(&sum)
    }
}

/// One group under a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupReport {
    /// Its counts.
    pub counts: GroupCounts,
    /// Whether the policy compares it: it is not left out as too small a share.
    pub included: bool,
    /// Whether it has the policy's minimum of records and of records with label 1.
    pub large_enough: bool,
}

/// One line under a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineReport {
    /// Numerator of the compared value: the difference, the ratio, the worst ratio to the reference either way round, the accuracy,
    /// the balanced accuracy, the largest z^2. 0 where undefined.
    pub num: u128,
    /// Its denominator; 0 where undefined.
    pub den: u128,
    /// Whether the inequality holds; `false` where undefined.
    pub holds: bool,
    /// Whether the compared value exists.
    pub defined: bool,
    /// Whether there is evidence enough: records in all, two included groups at least, each large enough.
    pub supported: bool,
}

/// A policy's verdict and how it comes about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Records.
    pub rows: u64,
    /// The schema's groups of each attribute, by code.
    pub attributes: [Vec<GroupReport>; ATTRIBUTES],
    /// The policy's lines, in its order.
    pub lines: Vec<LineReport>,
    /// The two-proportion z, if the policy has it.
    pub z: Option<LineReport>,
    /// The verdict.
    pub verdict: Verdict,
}

#[cfg(test)]
mod tests;
