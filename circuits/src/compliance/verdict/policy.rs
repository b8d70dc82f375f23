//! A policy's words in the circuit: every field by its bits, nothing beside them.

use super::gadget::sum;
use crate::Fr;
use crate::compliance::policy::{BOUND_BITS, EXCLUDE_BITS, MAX_LINES, header, line, z};
use crate::r1cs::{Builder, Num};
use crate::range;
use ark_ff::{AdditiveGroup, Field};
use ark_relations::gr1cs::SynthesisError;

/// The header's numbers.
pub(super) struct HeaderVar {
    pub(super) min_rows: Num,
    pub(super) min_group: Num,
    pub(super) min_positive: Num,
    pub(super) exclude_num: Num,
    pub(super) exclude_den: Num,
}

/// One line; every field is 0 where the line is not in use.
pub(super) struct LineVar {
    pub(super) in_use: Num,
    /// difference, ratio, reference, accuracy, balanced accuracy.
    pub(super) comparison: Vec<Num>,
    /// selection, true positive, false positive, false negative, precision.
    pub(super) rate: Vec<Num>,
    pub(super) attribute: Vec<Num>,
    /// majority, lowest, named.
    pub(super) reference: Vec<Num>,
    /// The named group's code, 4 bits.
    pub(super) group: Vec<Num>,
    pub(super) exclusive: Num,
    pub(super) num: Num,
    pub(super) den: Num,
}

/// The two-proportion z; every field is 0 where it is not in use.
pub(super) struct ZVar {
    pub(super) in_use: Num,
    pub(super) attribute: Vec<Num>,
    pub(super) exclusive: Num,
    pub(super) num: Num,
    pub(super) den: Num,
}

/// A policy, taken apart.
pub(super) struct PolicyVar {
    pub(super) header: HeaderVar,
    pub(super) lines: Vec<LineVar>,
    pub(super) z: ZVar,
}

impl PolicyVar {
    /// From the eleven words.
    pub(super) fn unpack(b: &mut Builder<'_>, words: &[Num]) -> Result<Self, SynthesisError> {
        let header = HeaderVar::unpack(b, &words[1])?;
        let mut lines: Vec<LineVar> = Vec::with_capacity(MAX_LINES);
        for word in &words[2..2 + MAX_LINES] {
            let line = LineVar::unpack(b, word, lines.last().map(|before| &before.in_use))?;
            lines.push(line);
        }
        Ok(Self { header, lines, z: ZVar::unpack(b, &words[2 + MAX_LINES])? })
    }
}

impl HeaderVar {
    fn unpack(b: &mut Builder<'_>, word: &Num) -> Result<Self, SynthesisError> {
        let bits = range::bits(b, word, header::EXCLUDE_DEN.end)?;
        let number = |field: std::ops::Range<usize>| range::pack(&bits[field]);
        let (num, den) = (number(header::EXCLUDE_NUM), number(header::EXCLUDE_DEN));
        range::bits(b, &den.sub(&num).plus(-Fr::ONE), EXCLUDE_BITS)?;
        Ok(Self {
            min_rows: number(header::MIN_ROWS),
            min_group: number(header::MIN_GROUP),
            min_positive: number(header::MIN_POSITIVE),
            exclude_num: num,
            exclude_den: den,
        })
    }
}

/// One of the bits is 1, or none: the sum.
fn at_most_one(b: &mut Builder<'_>, bits: &[Num]) -> Result<Num, SynthesisError> {
    let count = sum(bits);
    b.enforce(&count, &count.not(), &Num::zero())?;
    Ok(count)
}

/// Where `in_use` is 1 the denominator is not 0, where it is 0 the word is.
fn bound(b: &mut Builder<'_>, word: &Num, in_use: &Num, den: &Num) -> Result<(), SynthesisError> {
    b.enforce(&in_use.not(), word, &Num::zero())?;
    let inverse = b.witness(den.value().inverse().unwrap_or(Fr::ZERO))?;
    b.enforce(den, &inverse, in_use)?;
    // Nothing else reads it; this keeps it from being free.
    b.enforce(&in_use.not(), &inverse, &Num::zero())
}

impl LineVar {
    /// `before` says whether the line before is in use; there is none before the first, which always is.
    fn unpack(b: &mut Builder<'_>, word: &Num, before: Option<&Num>) -> Result<Self, SynthesisError> {
        let bits = range::bits(b, word, line::DEN.end)?;
        let field = |field: std::ops::Range<usize>| bits[field].to_vec();
        let (comparison, rate, attribute) = (field(line::COMPARISON), field(line::RATE), field(line::ATTRIBUTE));
        let (reference, group) = (field(line::REFERENCE), field(line::GROUP));
        let (num, den) = (range::pack(&bits[line::NUM]), range::pack(&bits[line::DEN]));
        let in_use = match before {
            None => {
                b.equal(&sum(&comparison), &Num::one())?;
                b.non_zero(&den)?;
                Num::one()
            }
            Some(before) => {
                let in_use = at_most_one(b, &comparison)?;
                b.enforce(&in_use, &before.not(), &Num::zero())?;
                bound(b, word, &in_use, &den)?;
                in_use
            }
        };
        // Rate and attribute for the first three comparisons, a reference for the third, a name for the named.
        let over = sum(&comparison[..3]);
        b.equal(&sum(&rate), &over)?;
        b.equal(&sum(&attribute), &over)?;
        b.equal(&sum(&reference), &comparison[2])?;
        b.enforce(&reference[2].not(), &range::pack(&group), &Num::zero())?;
        range::bits(b, &den.sub(&num), BOUND_BITS)?;
        let exclusive = bits[line::EXCLUSIVE].clone();
        Ok(Self { in_use, comparison, rate, attribute, reference, group, exclusive, num, den })
    }
}

impl ZVar {
    fn unpack(b: &mut Builder<'_>, word: &Num) -> Result<Self, SynthesisError> {
        let bits = range::bits(b, word, z::DEN.end)?;
        let attribute = bits[z::ATTRIBUTE].to_vec();
        let (num, den) = (range::pack(&bits[z::NUM]), range::pack(&bits[z::DEN]));
        let in_use = at_most_one(b, &attribute)?;
        bound(b, word, &in_use, &den)?;
        Ok(Self { in_use, attribute, exclusive: bits[z::EXCLUSIVE].clone(), num, den })
    }
}
