//! The metrics that a policy may name, with fairlearn's names (`tabella policy show --metrics` lists them).

use serde::{Deserialize, Deserializer};
use tabella_circuits::compliance::policy::Rate;

use super::fraction::Ratio;

/// How a metric compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Highest rate minus lowest, at most.
    Difference,
    /// Lowest rate over highest, at least; with a reference, every rate over the reference's, both ways.
    Ratio,
    /// Every rate over the reference's, both ways.
    Reference,
    /// Right predictions over records, at least.
    Accuracy,
    /// Mean of the rates of right predictions of both labels, at least.
    BalancedAccuracy,
    /// |z| of every pair, at most.
    Z,
}

/// A metric: its name, its form and the rates that it compares, each of which is a line.
#[derive(Debug, Clone, Copy)]
pub struct Metric(&'static Entry);

#[derive(Debug)]
struct Entry {
    name: &'static str,
    form: Form,
    rates: &'static [Rate],
    fixed: Option<Ratio>,
    words: &'static str,
}

const FOUR_FIFTHS: Option<Ratio> = Some(Ratio { num: 4, den: 5 });
const SELECTION: &[Rate] = &[Rate::Selection];
const TRUE: &[Rate] = &[Rate::TruePositive];
const FALSE: &[Rate] = &[Rate::FalsePositive];
const MISSED: &[Rate] = &[Rate::FalseNegative];
const PRECISION: &[Rate] = &[Rate::Precision];
const ODDS: &[Rate] = &[Rate::TruePositive, Rate::FalsePositive];

macro_rules! metrics {
    ($($name:literal $form:ident $rates:expr, $fixed:expr, $words:literal;)*) => {
        static METRICS: &[Entry] = &[$(Entry { name: $name, form: Form::$form, rates: $rates, fixed: $fixed, words: $words }),*];
    };
}

metrics! {
    "demographic_parity_difference" Difference SELECTION, None, "selection rates: highest - lowest";
    "demographic_parity_ratio" Ratio SELECTION, None, "selection rates: lowest / highest";
    "impact_ratio" Ratio SELECTION, None, "demographic_parity_ratio under the name of NYC Local Law 144";
    "four_fifths" Ratio SELECTION, FOUR_FIFTHS, "demographic_parity_ratio >= 4/5";
    "disparate_impact" Reference SELECTION, None, "selection rates against a reference group's, both ways";
    "equal_opportunity_difference" Difference TRUE, None, "true positive rates: highest - lowest";
    "equal_opportunity_ratio" Ratio TRUE, None, "true positive rates: lowest / highest";
    "false_positive_rate_difference" Difference FALSE, None, "false positive rates: highest - lowest";
    "false_positive_rate_ratio" Ratio FALSE, None, "false positive rates: lowest / highest";
    "false_negative_rate_difference" Difference MISSED, None, "false negative rates: highest - lowest";
    "false_negative_rate_ratio" Ratio MISSED, None, "false negative rates: lowest / highest";
    "equalized_odds_difference" Difference ODDS, None, "the worse of the true and false positive rates' differences";
    "equalized_odds_ratio" Ratio ODDS, None, "the worse of the true and false positive rates' ratios";
    "predictive_parity_difference" Difference PRECISION, None, "precisions: highest - lowest";
    "predictive_parity_ratio" Ratio PRECISION, None, "precisions: lowest / highest";
    "accuracy" Accuracy &[], None, "right predictions / records, over all groups";
    "balanced_accuracy" BalancedAccuracy &[], None, "(true positive rate + true negative rate) / 2, over all groups";
    "two_proportion_z" Z SELECTION, None, "|z| of the selection rates of every pair of groups";
}

impl Metric {
    /// The metric with this name.
    pub fn named(name: &str) -> Option<Self> {
        METRICS.iter().find(|entry| entry.name == name).map(Self)
    }

    /// All of them: name and meaning.
    pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
        METRICS.iter().map(|entry| (entry.name, entry.words))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// How it compares.
    pub fn form(self) -> Form {
        self.0.form
    }

    /// The rates that it compares; each is a line.
    pub fn rates(self) -> &'static [Rate] {
        self.0.rates
    }

    /// The one threshold that goes with its name, if there is only one.
    pub fn fixed(self) -> Option<Ratio> {
        self.0.fixed
    }
}

impl<'de> Deserialize<'de> for Metric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| {
            let known: Vec<_> = Self::all().map(|(name, _)| name).collect();
            serde::de::Error::custom(format!("there is no metric {name:?}; the metrics: {}", known.join(", ")))
        })
    }
}
