//! The rule word: what a ballot may contain (the table stands in `circuits/README.md`).

use crate::Fr;
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

    /// The word as a public input.
    pub fn field(&self) -> Fr {
        Fr::from(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_reading() {
        let single = Rule::single(Kind::Weighted, 3);
        assert_eq!(single.word(), 0x1_0007_0003);
        for kind in [RuleKind::Single, RuleKind::Approval, RuleKind::Split, RuleKind::Quadratic] {
            for options in 2..=16 {
                let limit = if kind == RuleKind::Single { 1 } else { 7 };
                let rule = Rule { electorate: Kind::Plain, kind, options, limit };
                assert_eq!(Rule::from_word(rule.word()), Ok(rule));
            }
        }
        let good = single.word();
        for bad in [
            0,
            good | 4,
            good & !2,
            good & !(7 << 16),
            good | 1 << 20,
            good | 1 << 5,
            good | 1 << 50,
            good | 1 << 33,
            good & 0xffff_ffff,
        ] {
            assert_eq!(Rule::from_word(bad), Err(RuleError(bad)), "{bad:#x}");
        }
    }
}
