//! The rule word: what a ballot may contain (the table stands in `circuits/README.md`).

pub(crate) mod gadget;

use crate::Fr;
use crate::voting::TOTAL_BITS;
use crate::voting::electorate::Kind;

/// Bit of the rule word that says "weighted leaves".
pub const WEIGHTED_BIT: u32 = 0;
/// Selector bits: single, approval, split, quadratic.
pub const SELECTOR_BITS: [u32; 4] = [1, 2, 3, 4];
/// First of the 16 option bits.
pub const OPTIONS_SHIFT: u32 = 16;
/// First of the 16 limit bits.
pub const LIMIT_SHIFT: u32 = 32;

/// How votes are counted on a ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleKind {
    /// Exactly one option, with the whole weight.
    Single,
    /// Up to `limit` options, each with the whole weight.
    Approval,
    /// The weight divided over the options.
    Split,
    /// Votes whose squares sum to the weight.
    Quadratic,
}

/// A rule, unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The electorate's kind of leaves.
    pub electorate: Kind,
    /// How votes are counted.
    pub kind: RuleKind,
    /// Options in use, 2 to 16.
    pub options: u8,
    /// 1 for single; else see the table.
    pub limit: u16,
}

/// Why a word is not a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:#x} is not a rule word: it takes one selector bit, 2 to 16 options as a run of ones, a limit of at least 1 (1 for single)"
)]
pub struct RuleError(pub u64);

/// Why a choice is no ballot under a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// No such option.
    #[error("option {option} does not exist: the election has {options}, numbered from 0")]
    NoSuchOption {
        /// Asked for.
        option: usize,
        /// In use.
        options: usize,
    },
    /// A choice has one number for each option in use.
    #[error("the choice has {given} numbers, the election {options} options")]
    WrongLength {
        /// Numbers given.
        given: usize,
        /// Options in use.
        options: usize,
    },
    /// Single choice and approval know 0 and 1.
    #[error("option {option} has {value}: under this rule an option is chosen (1) or not (0)")]
    NotZeroOrOne {
        /// The option.
        option: usize,
        /// What it was given.
        value: u64,
    },
    /// A vote that is neither 0 nor the whole weight.
    #[error("option {option} has {votes} votes: under this rule it gets 0 or the whole weight, {weight}")]
    NotWhole {
        /// The option.
        option: usize,
        /// Its votes.
        votes: u64,
        /// The member's weight.
        weight: u32,
    },
    /// Single choice takes exactly one.
    #[error("exactly one option must be chosen")]
    NotOne,
    /// More than the rule allows.
    #[error("this ballot costs {spent}, more than the {credits} that the rule and the weight allow")]
    OverCredits {
        /// What the votes cost: their sum, or under the quadratic rule the sum of their squares.
        spent: u128,
        /// limit times weight.
        credits: u64,
    },
    /// A vote that the circuit has no room for.
    #[error("option {option} has {votes} votes; a vote is below 2^40")]
    TooLarge {
        /// The option.
        option: usize,
        /// Its votes.
        votes: u64,
    },
}

/// The choice of these options and no other, for single choice and approval: 1 for each, 0 elsewhere.
///
/// # Errors
/// [`ChoiceError::NoSuchOption`].
pub fn choose(options: usize, chosen: &[usize]) -> Result<Vec<u64>, ChoiceError> {
    let mut choice = vec![0; options];
    for option in chosen {
        *choice.get_mut(*option).ok_or(ChoiceError::NoSuchOption { option: *option, options })? = 1;
    }
    Ok(choice)
}

impl Rule {
    /// Single choice among `options`.
    pub fn single(electorate: Kind, options: u8) -> Self {
        Self { electorate, kind: RuleKind::Single, options, limit: 1 }
    }

    /// The packed word.
    pub fn word(&self) -> u64 {
        let options = (1u64 << self.options.min(16)) - 1;
        u64::from(self.electorate == Kind::Weighted) << WEIGHTED_BIT
            | 1 << SELECTOR_BITS[self.kind as usize]
            | options << OPTIONS_SHIFT
            | u64::from(self.limit) << LIMIT_SHIFT
    }

    /// Unpacks a word.
    ///
    /// # Errors
    /// [`RuleError`] unless the word is exactly what [`Rule::word`] gives for a valid rule.
    pub fn from_word(word: u64) -> Result<Self, RuleError> {
        let electorate = if word >> WEIGHTED_BIT & 1 == 1 { Kind::Weighted } else { Kind::Plain };
        let kinds = [RuleKind::Single, RuleKind::Approval, RuleKind::Split, RuleKind::Quadratic];
        let kind =
            kinds.into_iter().find(|kind| word >> SELECTOR_BITS[*kind as usize] & 1 == 1).ok_or(RuleError(word))?;
        let options = (word >> OPTIONS_SHIFT & 0xffff).trailing_ones() as u8;
        let limit = (word >> LIMIT_SHIFT & 0xffff) as u16;
        let rule = Self { electorate, kind, options, limit };
        let valid = options >= 2 && limit >= 1 && (kind != RuleKind::Single || limit == 1) && rule.word() == word;
        valid.then_some(rule).ok_or(RuleError(word))
    }

    /// What a member of this weight may spend: limit times weight, below 2^48.
    pub fn credits(&self, weight: u32) -> u64 {
        u64::from(self.limit) * u64::from(weight)
    }

    /// The largest total that an option can reach where the members weigh `total` together.
    pub fn largest_total(&self, total: u64) -> u64 {
        match self.kind {
            RuleKind::Single | RuleKind::Approval => total,
            RuleKind::Split | RuleKind::Quadratic => total.saturating_mul(self.limit.into()),
        }
    }

    /// The votes that a choice gives each option in use: the numbers that are encrypted.
    ///
    /// `choice` holds 0 or 1 for single choice and approval (an option chosen gets the whole weight), and the votes themselves
    /// for split and quadratic.
    ///
    /// # Errors
    /// [`ChoiceError`] if the rule does not allow it.
    pub fn votes(&self, weight: u32, choice: &[u64]) -> Result<Vec<u64>, ChoiceError> {
        let options = usize::from(self.options);
        if choice.len() != options {
            return Err(ChoiceError::WrongLength { given: choice.len(), options });
        }
        let whole = matches!(self.kind, RuleKind::Single | RuleKind::Approval);
        if let Some((option, value)) = choice.iter().enumerate().find(|(_, value)| whole && **value > 1) {
            return Err(ChoiceError::NotZeroOrOne { option, value: *value });
        }
        let factor = if whole { u64::from(weight) } else { 1 };
        let votes: Vec<u64> = choice.iter().map(|value| value * factor).collect();
        self.allows(weight, &votes)?;
        Ok(votes)
    }

    /// Whether a ballot of a member of this weight may hold these votes; options not in use have 0.
    ///
    /// # Errors
    /// [`ChoiceError`], the first rule broken.
    pub fn allows(&self, weight: u32, votes: &[u64]) -> Result<(), ChoiceError> {
        let options = usize::from(self.options);
        for (option, votes) in votes.iter().copied().enumerate() {
            if option >= options && votes != 0 {
                return Err(ChoiceError::NoSuchOption { option, options });
            }
            if votes >> TOTAL_BITS != 0 {
                return Err(ChoiceError::TooLarge { option, votes });
            }
            let whole = matches!(self.kind, RuleKind::Single | RuleKind::Approval);
            if whole && votes != 0 && votes != u64::from(weight) {
                return Err(ChoiceError::NotWhole { option, votes, weight });
            }
        }
        // At most 16 numbers below 2^80.
        let spent: u128 = match self.kind {
            RuleKind::Quadratic => votes.iter().map(|votes| u128::from(*votes).pow(2)).sum(),
            _ => votes.iter().map(|votes| u128::from(*votes)).sum(),
        };
        if self.kind == RuleKind::Single && spent != u128::from(weight) {
            return Err(ChoiceError::NotOne);
        }
        let credits = self.credits(weight);
        if spent > u128::from(credits) {
            return Err(ChoiceError::OverCredits { spent, credits });
        }
        Ok(())
    }

    /// The word as a public input.
    pub fn field(&self) -> Fr {
        Fr::from(self.word())
    }
}

#[cfg(test)]
mod tests;
