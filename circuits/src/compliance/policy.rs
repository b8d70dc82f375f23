//! A policy: what a DAO asks of a model's counts. Eleven public words (the table stands in `circuits/compliance.md`).
//!
//! The types hold what makes sense and nothing else: a comparison carries the rate, attribute and reference that it takes, numbers
//! have their ranges, and a [`Policy`] has one to eight lines. So every policy has words, and words have at most one policy.

mod words;

pub use words::{POLICY_WORDS, PolicyError};
pub(crate) use words::{header, line, word_names, z};

use super::schema::{ATTRIBUTES, GROUPS};
use crate::Fr;
use std::fmt;
use std::ops::Deref;

/// The most lines of a policy, the two-proportion z aside.
pub const MAX_LINES: usize = 8;
/// Minimums are below 2^24, as counts are.
pub const MINIMUM_BITS: usize = 24;
/// Numerator and denominator of the exclusion are below 2^12.
pub const EXCLUDE_BITS: usize = 12;
/// Numerator and denominator of a bound are below 2^20.
pub const BOUND_BITS: usize = 20;

/// Why terms are no policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// No lines, or too many.
    #[error("a policy has 1 to {MAX_LINES} lines, not {0}")]
    Lines(usize),
    /// A minimum of 2^24 or more.
    #[error("{name} = {value}: a minimum is below 2^24")]
    Minimum {
        /// Which.
        name: &'static str,
        /// Its value.
        value: u32,
    },
    /// The share below which groups are left out is no fraction below 1.
    #[error("exclude = {num}/{den}: a fraction below 1 whose denominator is 1 to 4095")]
    Exclude {
        /// Numerator.
        num: u16,
        /// Denominator.
        den: u16,
    },
    /// A bound is no fraction of its range.
    #[error(
        "the bound {num}/{den} is not allowed: numbers below 2^20, a denominator of at least 1, and at most 1 but for z^2"
    )]
    Bound {
        /// Numerator.
        num: u32,
        /// Denominator.
        den: u32,
    },
    /// No such attribute.
    #[error("attribute {0} does not exist: they are 0 to 3")]
    Attribute(u8),
    /// No such group.
    #[error("group {0} does not exist: they are 0 to 15")]
    Group(u8),
}

/// An attribute of the schema, 0..=3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attribute(u8);

impl Attribute {
    /// Attribute `index`, 0..=3.
    ///
    /// # Errors
    /// [`TermsError::Attribute`].
    pub fn new(index: u8) -> Result<Self, TermsError> {
        if usize::from(index) < ATTRIBUTES { Ok(Self(index)) } else { Err(TermsError::Attribute(index)) }
    }

    /// Its place in the schema, 0..=3.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A group's code in its attribute, 0..=15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group(u8);

impl Group {
    /// The group with this code, 0..=15.
    ///
    /// # Errors
    /// [`TermsError::Group`].
    pub fn new(code: u8) -> Result<Self, TermsError> {
        if usize::from(code) < GROUPS { Ok(Self(code)) } else { Err(TermsError::Group(code)) }
    }

    /// Its code, 0..=15.
    pub fn code(self) -> usize {
        usize::from(self.0)
    }
}

/// Groups with less than this share of all records are left out: 0 <= num < den < 2^12; num = 0 leaves out none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    num: u16,
    den: u16,
}

impl Fraction {
    /// No group is left out.
    pub const NONE: Self = Self { num: 0, den: 1 };

    /// num / den.
    ///
    /// # Errors
    /// [`TermsError::Exclude`] unless 0 <= num < den < 2^12.
    pub fn new(num: u16, den: u16) -> Result<Self, TermsError> {
        let good = num < den && den < 1 << EXCLUDE_BITS;
        if good { Ok(Self { num, den }) } else { Err(TermsError::Exclude { num, den }) }
    }

    /// Numerator.
    pub fn num(&self) -> u16 {
        self.num
    }

    /// Denominator.
    pub fn den(&self) -> u16 {
        self.den
    }
}

/// A threshold num/den, 0 <= num <= den < 2^20, den >= 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    num: u32,
    den: u32,
    exclusive: bool,
}

impl Bound {
    /// num / den; with `exclusive`, equality does not hold.
    ///
    /// # Errors
    /// [`TermsError::Bound`] unless num <= den, 1 <= den < 2^20.
    pub fn new(num: u32, den: u32, exclusive: bool) -> Result<Self, TermsError> {
        let good = num <= den && (1..1 << BOUND_BITS).contains(&den);
        if good { Ok(Self { num, den, exclusive }) } else { Err(TermsError::Bound { num, den }) }
    }

    /// Numerator.
    pub fn num(&self) -> u32 {
        self.num
    }

    /// Denominator.
    pub fn den(&self) -> u32 {
        self.den
    }

    /// Whether equality does not hold.
    pub fn exclusive(&self) -> bool {
        self.exclusive
    }
}

/// The two-proportion z over all pairs of groups of an attribute: z^2 <= num/den, num and den below 2^20, den >= 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZLine {
    /// Whose groups.
    pub attribute: Attribute,
    num: u32,
    den: u32,
    exclusive: bool,
}

impl ZLine {
    /// z^2 at most num / den (below it with `exclusive`): 9604/2500 is |z| <= 1.96.
    ///
    /// # Errors
    /// [`TermsError::Bound`] unless num < 2^20 and 1 <= den < 2^20.
    pub fn new(attribute: Attribute, num: u32, den: u32, exclusive: bool) -> Result<Self, TermsError> {
        let good = num < 1 << BOUND_BITS && (1..1 << BOUND_BITS).contains(&den);
        if good { Ok(Self { attribute, num, den, exclusive }) } else { Err(TermsError::Bound { num, den }) }
    }

    /// Numerator of the bound on z^2.
    pub fn num(&self) -> u32 {
        self.num
    }

    /// Denominator of the bound on z^2.
    pub fn den(&self) -> u32 {
        self.den
    }

    /// Whether equality does not hold.
    pub fn exclusive(&self) -> bool {
        self.exclusive
    }
}

/// A rate of a group, as a fraction of counts. n: records, P: label 1, N = n - P, p: predicted 1, TP, FP = p - TP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// p / n: fairlearn's `selection_rate`.
    Selection,
    /// TP / P: `true_positive_rate`, recall.
    TruePositive,
    /// FP / N: `false_positive_rate`.
    FalsePositive,
    /// (P - TP) / P: `false_negative_rate`.
    FalseNegative,
    /// TP / p: `precision_score`, predictive parity.
    Precision,
}

impl Rate {
    /// All of them, in the order of their bits.
    pub const ALL: [Self; 5] =
        [Self::Selection, Self::TruePositive, Self::FalsePositive, Self::FalseNegative, Self::Precision];
}

/// A rate over the groups of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over {
    /// Which rate.
    pub rate: Rate,
    /// Whose groups.
    pub attribute: Attribute,
}

/// The group that all others are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// The included group with the most records, of equals the one with the lowest code.
    Majority,
    /// The included group with the lowest rate.
    Lowest,
    /// The group with this code.
    Named(Group),
}

/// What a line compares with its bound a/b; `circuits/compliance.md` has the inequalities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// highest rate - lowest rate <= a/b: `demographic_parity_difference` (selection), `equal_opportunity_difference` (true
    /// positive); a line each for true and false positive is `equalized_odds_difference`.
    Difference(Over),
    /// lowest rate / highest rate >= a/b: `demographic_parity_ratio`, the four-fifths rule, LL144's impact ratio.
    Ratio(Over),
    /// a/b <= rate / reference's rate <= b/a for every group: Aequitas' disparity.
    Reference(Over, Reference),
    /// right predictions / records >= a/b: scikit-learn's `accuracy_score`.
    Accuracy,
    /// (TP/P + TN/N) / 2 >= a/b over all records: `balanced_accuracy_score`.
    BalancedAccuracy,
}

impl Comparison {
    /// Rate and attribute, for those that compare groups.
    pub fn over(&self) -> Option<Over> {
        match self {
            Self::Difference(over) | Self::Ratio(over) | Self::Reference(over, _) => Some(*over),
            Self::Accuracy | Self::BalancedAccuracy => None,
        }
    }
}

/// One line of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is compared.
    pub comparison: Comparison,
    /// With what.
    pub bound: Bound,
}

/// What a policy says, not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Hash of the schema that data and model follow.
    pub schema: Fr,
    /// The fewest records for any line to be supported, below 2^24.
    pub min_rows: u32,
    /// The fewest records of an included group for a line over its attribute to be supported, below 2^24.
    pub min_group: u32,
    /// The fewest records with label 1 of an included group, likewise.
    pub min_positive: u32,
    /// Groups with a smaller share of the records are left out.
    pub exclude: Fraction,
    /// 1 to 8 lines; all must hold.
    pub lines: Vec<Line>,
    /// The two-proportion z.
    pub z: Option<ZLine>,
}

/// A valid policy; reads as its [`Terms`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(Terms);

impl Policy {
    /// Checks the terms.
    ///
    /// # Errors
    /// [`TermsError`] for a number of lines or a minimum out of range.
    pub fn new(terms: Terms) -> Result<Self, TermsError> {
        if !(1..=MAX_LINES).contains(&terms.lines.len()) {
            return Err(TermsError::Lines(terms.lines.len()));
        }
        let minimums =
            [("min_rows", terms.min_rows), ("min_group", terms.min_group), ("min_positive", terms.min_positive)];
        match minimums.into_iter().find(|(_, value)| value >> MINIMUM_BITS != 0) {
            Some((name, value)) => Err(TermsError::Minimum { name, value }),
            None => Ok(Self(terms)),
        }
    }

    /// The terms, to change them and check them again.
    pub fn into_terms(self) -> Terms {
        self.0
    }
}

impl Deref for Policy {
    type Target = Terms;

    fn deref(&self) -> &Terms {
        &self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Selection => "selection_rate",
            Self::TruePositive => "true_positive_rate",
            Self::FalsePositive => "false_positive_rate",
            Self::FalseNegative => "false_negative_rate",
            Self::Precision => "precision",
        })
    }
}

#[cfg(test)]
pub(crate) mod tests;
