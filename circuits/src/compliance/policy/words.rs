//! A policy's words: fields at fixed bits, nothing beside them.

use super::{
    Attribute, BOUND_BITS, Bound, Comparison, EXCLUDE_BITS, Fraction, Group, Line, MAX_LINES, MINIMUM_BITS, Over,
    Policy, Rate, Reference, Terms, TermsError, ZLine,
};
use crate::Fr;
use ark_ff::{AdditiveGroup, PrimeField};
use std::ops::Range;

/// schema, header, line_0..line_7, z.
pub const POLICY_WORDS: usize = 11;

/// Bits of the header.
pub(crate) mod header {
    use std::ops::Range;

    pub(crate) const MIN_ROWS: Range<usize> = 0..24;
    pub(crate) const MIN_GROUP: Range<usize> = 24..48;
    pub(crate) const MIN_POSITIVE: Range<usize> = 48..72;
    pub(crate) const EXCLUDE_NUM: Range<usize> = 72..84;
    pub(crate) const EXCLUDE_DEN: Range<usize> = 84..96;
}

/// Bits of a line.
pub(crate) mod line {
    use std::ops::Range;

    pub(crate) const COMPARISON: Range<usize> = 0..5;
    pub(crate) const RATE: Range<usize> = 5..10;
    pub(crate) const ATTRIBUTE: Range<usize> = 10..14;
    pub(crate) const REFERENCE: Range<usize> = 14..17;
    pub(crate) const GROUP: Range<usize> = 17..21;
    pub(crate) const EXCLUSIVE: usize = 21;
    pub(crate) const NUM: Range<usize> = 22..42;
    pub(crate) const DEN: Range<usize> = 42..62;
}

/// Bits of the z word.
pub(crate) mod z {
    use std::ops::Range;

    pub(crate) const ATTRIBUTE: Range<usize> = 0..4;
    pub(crate) const EXCLUSIVE: usize = 4;
    pub(crate) const NUM: Range<usize> = 5..25;
    pub(crate) const DEN: Range<usize> = 25..45;
}

const _: () = assert!(header::EXCLUDE_DEN.end - header::EXCLUDE_DEN.start == EXCLUDE_BITS);
const _: () = assert!(header::MIN_ROWS.end - header::MIN_ROWS.start == MINIMUM_BITS);
const _: () = assert!(line::DEN.end - line::DEN.start == BOUND_BITS && z::DEN.end - z::DEN.start == BOUND_BITS);

/// Why words are no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("policy word {word} ({name}): {reason}")]
pub struct PolicyError {
    /// Which of the eleven, from 0.
    pub word: usize,
    /// Its name on the statement page.
    pub name: String,
    /// What is wrong with it.
    pub reason: String,
}

impl PolicyError {
    fn new(word: usize, reason: impl Into<String>) -> Self {
        Self { word, name: word_names()[word].clone(), reason: reason.into() }
    }
}

/// The names of the words, in order.
pub(crate) fn word_names() -> Vec<String> {
    let lines = (0..MAX_LINES).map(|i| format!("line_{i}"));
    ["schema".to_owned(), "header".to_owned()].into_iter().chain(lines).chain(["z".to_owned()]).collect()
}

fn field(word: u128, bits: &Range<usize>) -> u32 {
    (word >> bits.start & ((1 << (bits.end - bits.start)) - 1)) as u32
}

fn put(value: u32, bits: &Range<usize>) -> u128 {
    u128::from(value) << bits.start
}

fn one_of(place: usize, bits: &Range<usize>) -> u128 {
    1 << (bits.start + place)
}

/// The place of the only bit set in a field; `None` if there is none.
fn only(word: u128, bits: &Range<usize>, what: &str) -> Result<Option<u8>, String> {
    let field = field(word, bits);
    match field.count_ones() {
        0 => Ok(None),
        1 => Ok(Some(field.trailing_zeros() as u8)),
        count => Err(format!("{count} of the bits for the {what} are set, where at most one may be")),
    }
}

fn required<T>(found: Option<T>, what: &str) -> Result<T, String> {
    found.ok_or_else(|| format!("no {what} is set"))
}

impl Line {
    /// The line's word, below 2^62.
    pub fn word(&self) -> u64 {
        let kind = match self.comparison {
            Comparison::Difference(_) => 0,
            Comparison::Ratio(_) => 1,
            Comparison::Reference(..) => 2,
            Comparison::Accuracy => 3,
            Comparison::BalancedAccuracy => 4,
        };
        let mut word = one_of(kind, &line::COMPARISON);
        if let Some(over) = self.comparison.over() {
            word |= one_of(over.rate as usize, &line::RATE) | one_of(over.attribute.index(), &line::ATTRIBUTE);
        }
        if let Comparison::Reference(_, reference) = self.comparison {
            word |= match reference {
                Reference::Majority => one_of(0, &line::REFERENCE),
                Reference::Lowest => one_of(1, &line::REFERENCE),
                Reference::Named(group) => one_of(2, &line::REFERENCE) | put(u32::from(group.0), &line::GROUP),
            };
        }
        word |= u128::from(self.bound.exclusive) << line::EXCLUSIVE;
        (word | put(self.bound.num, &line::NUM) | put(self.bound.den, &line::DEN)) as u64
    }

    fn read(word: u128) -> Result<Self, String> {
        let kind = required(only(word, &line::COMPARISON, "comparison")?, "comparison")?;
        let rate = only(word, &line::RATE, "rate")?;
        let attribute = only(word, &line::ATTRIBUTE, "attribute")?;
        let over = || {
            let attribute = Attribute(required(attribute, "attribute")?);
            Ok::<_, String>(Over { rate: Rate::ALL[usize::from(required(rate, "rate")?)], attribute })
        };
        let reference = || {
            Ok::<_, String>(match required(only(word, &line::REFERENCE, "reference")?, "reference")? {
                0 => Reference::Majority,
                1 => Reference::Lowest,
                _ => Reference::Named(Group(field(word, &line::GROUP) as u8)),
            })
        };
        let comparison = match kind {
            0 => Comparison::Difference(over()?),
            1 => Comparison::Ratio(over()?),
            2 => Comparison::Reference(over()?, reference()?),
            3 => Comparison::Accuracy,
            _ => Comparison::BalancedAccuracy,
        };
        let exclusive = word >> line::EXCLUSIVE & 1 == 1;
        let bound = Bound::new(field(word, &line::NUM), field(word, &line::DEN), exclusive);
        let line = Self { comparison, bound: bound.map_err(text)? };
        same(u128::from(line.word()), word)?;
        Ok(line)
    }
}

impl ZLine {
    /// The word, below 2^45.
    pub fn word(&self) -> u64 {
        let word = one_of(self.attribute.index(), &z::ATTRIBUTE) | u128::from(self.exclusive) << z::EXCLUSIVE;
        (word | put(self.num, &z::NUM) | put(self.den, &z::DEN)) as u64
    }

    fn read(word: u128) -> Result<Self, String> {
        let attribute = Attribute(required(only(word, &z::ATTRIBUTE, "attribute")?, "attribute")?);
        let exclusive = word >> z::EXCLUSIVE & 1 == 1;
        let line = Self::new(attribute, field(word, &z::NUM), field(word, &z::DEN), exclusive).map_err(text)?;
        same(u128::from(line.word()), word)?;
        Ok(line)
    }
}

fn text(error: TermsError) -> String {
    error.to_string()
}

/// Bits outside the fields, or in fields that the comparison does not use.
fn same(read: u128, word: u128) -> Result<(), String> {
    if read == word { Ok(()) } else { Err(format!("bits {:#x} have no meaning here and must be 0", read ^ word)) }
}

impl Policy {
    /// The eleven words: schema, header, line_0..line_7, z.
    pub fn words(&self) -> [Fr; POLICY_WORDS] {
        let mut words = [Fr::ZERO; POLICY_WORDS];
        words[0] = self.schema;
        words[1] = Fr::from(
            put(self.min_rows, &header::MIN_ROWS)
                | put(self.min_group, &header::MIN_GROUP)
                | put(self.min_positive, &header::MIN_POSITIVE)
                | put(u32::from(self.exclude.num), &header::EXCLUDE_NUM)
                | put(u32::from(self.exclude.den), &header::EXCLUDE_DEN),
        );
        for (word, line) in words[2..].iter_mut().zip(&self.lines) {
            *word = Fr::from(line.word());
        }
        words[POLICY_WORDS - 1] = Fr::from(self.z.map_or(0, |z| z.word()));
        words
    }

    /// The policy with these words.
    ///
    /// # Errors
    /// [`PolicyError`], naming the word, unless they are exactly what [`Policy::words`] gives for a policy.
    pub fn from_words(words: &[Fr; POLICY_WORDS]) -> Result<Self, PolicyError> {
        let number = |i: usize| {
            let limbs = words[i].into_bigint().0;
            let low = u128::from(limbs[0]) | u128::from(limbs[1]) << 64;
            if limbs[2..] == [0, 0] { Ok(low) } else { Err(PolicyError::new(i, "it is beyond 128 bits")) }
        };
        let top = number(1)?;
        if top >> header::EXCLUDE_DEN.end != 0 {
            return Err(PolicyError::new(1, "bits from 96 on must be 0"));
        }
        let exclude = Fraction::new(field(top, &header::EXCLUDE_NUM) as u16, field(top, &header::EXCLUDE_DEN) as u16);
        let exclude = exclude.map_err(|error| PolicyError::new(1, text(error)))?;
        let mut lines = Vec::new();
        for i in 0..MAX_LINES {
            let word = number(2 + i)?;
            if word == 0 {
                continue;
            }
            if lines.len() < i {
                return Err(PolicyError::new(2 + i, "a line that is in use follows one that is not"));
            }
            lines.push(Line::read(word).map_err(|reason| PolicyError::new(2 + i, reason))?);
        }
        let z = match number(POLICY_WORDS - 1)? {
            0 => None,
            word => Some(ZLine::read(word).map_err(|reason| PolicyError::new(POLICY_WORDS - 1, reason))?),
        };
        Self::new(Terms {
            schema: words[0],
            min_rows: field(top, &header::MIN_ROWS),
            min_group: field(top, &header::MIN_GROUP),
            min_positive: field(top, &header::MIN_POSITIVE),
            exclude,
            lines,
            z,
        })
        .map_err(|error| PolicyError::new(2, text(error)))
    }
}
