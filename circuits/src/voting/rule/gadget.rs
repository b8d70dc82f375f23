//! The rule in a circuit: the rule word's bits, and the votes that it allows.

use super::{LIMIT_SHIFT, OPTIONS_SHIFT, SELECTOR_BITS, WEIGHTED_BIT};
use crate::Fr;
use crate::r1cs::{Builder, Num};
use crate::range;
use crate::voting::TOTAL_BITS;
use ark_ff::{BigInt, BigInteger, Field, PrimeField};
use ark_relations::gr1cs::SynthesisError;

const LIMIT_BITS: usize = 16;
/// Bits of limit times weight, 16 and 32.
const CREDIT_BITS: usize = 48;

/// The rule word, taken apart: every bit boolean, exactly one selector set, the options a prefix.
pub(crate) struct RuleVar {
    /// The kind bit: 1 for weighted leaves.
    pub(crate) weighted: Num,
    single: Num,
    /// single or approval: the votes are 0 or the whole weight.
    whole: Num,
    quadratic: Num,
    used: Vec<Num>,
    limit: Num,
}

impl RuleVar {
    /// Unpacks `word` for a circuit of `options` options. A bit without a place in the sum is 0.
    pub(crate) fn unpack(b: &mut Builder<'_>, word: &Num, options: usize) -> Result<Self, SynthesisError> {
        let value = word.value().into_bigint();
        let mut parts: Vec<(u32, Num)> = Vec::new();
        let mut bit = |b: &mut Builder<'_>, i: u32| {
            let bit = b.bit(value.get_bit(i as usize))?;
            parts.push((i, bit.clone()));
            Ok::<_, SynthesisError>(bit)
        };
        let weighted = bit(b, WEIGHTED_BIT)?;
        let mut selectors = Vec::with_capacity(SELECTOR_BITS.len());
        for i in SELECTOR_BITS {
            selectors.push(bit(b, i)?);
        }
        // Two options at least, and a prefix: the later ones only where the earlier are in use.
        let mut used = vec![Num::one(), Num::one()];
        for k in 2..options {
            let next = bit(b, OPTIONS_SHIFT + k as u32)?;
            if k > 2 {
                b.enforce(&next, &used[k - 1].not(), &Num::zero())?;
            }
            used.push(next);
        }
        let limit: Vec<Num> = (0..LIMIT_BITS as u32).map(|i| bit(b, LIMIT_SHIFT + i)).collect::<Result<_, _>>()?;
        let limit = range::pack(&limit);
        let power = |i: u32| Fr::from(1u64 << i);
        let fixed = Num::constant(power(OPTIONS_SHIFT) + power(OPTIONS_SHIFT + 1));
        let packed = Num::linear(parts.iter().map(|(i, bit)| (power(*i), bit)).chain([(Fr::ONE, &fixed)]));
        b.equal(&packed, word)?;
        b.equal(&Num::linear(selectors.iter().map(|s| (Fr::ONE, s))), &Num::one())?;
        let [single, approval, _split, quadratic] = selectors.try_into().expect("there are four selectors");
        b.non_zero(&limit)?;
        b.enforce(&single, &limit.plus(-Fr::ONE), &Num::zero())?;
        let whole = single.add(&approval);
        Ok(Self { weighted, single, whole, quadratic, used, limit })
    }

    /// The bits of each option's votes m_k, least significant first, held to the rule.
    ///
    /// Nothing wraps: m_k < 2^40 and limit times weight < 2^48, so the cost of at most 16 options is below 2^84, and a cost
    /// above the credits leaves a difference that has no 48 bits.
    pub(crate) fn votes(
        &self,
        b: &mut Builder<'_>,
        weight: &Num,
        votes: &[u64],
    ) -> Result<Vec<Vec<Num>>, SynthesisError> {
        let bits: Vec<Vec<Num>> =
            votes.iter().map(|m| range::allocate_bits(b, BigInt::from(*m), TOTAL_BITS)).collect::<Result<_, _>>()?;
        let votes: Vec<Num> = bits.iter().map(|bits| range::pack(bits)).collect();
        let mut products = Vec::with_capacity(votes.len());
        for (m, used) in votes.iter().zip(&self.used) {
            if used.as_constant().is_none() {
                b.enforce(m, &used.not(), &Num::zero())?;
            }
            // m (m - w) = 0 where votes are whole.
            let product = b.mul(m, &m.sub(weight))?;
            b.enforce(&self.whole, &product, &Num::zero())?;
            products.push(product);
        }
        let sum = Num::linear(votes.iter().map(|m| (Fr::ONE, m)));
        b.enforce(&self.single, &sum.sub(weight), &Num::zero())?;
        // Sum of m^2 = sum of m (m - w) + w * sum of m.
        let squares = Num::linear(products.iter().map(|p| (Fr::ONE, p))).add(&b.mul(weight, &sum)?);
        let cost = b.select(&self.quadratic, &squares, &sum)?;
        let credits = b.mul(&self.limit, weight)?;
        range::bits(b, &credits.sub(&cost), CREDIT_BITS)?;
        Ok(bits)
    }
}
