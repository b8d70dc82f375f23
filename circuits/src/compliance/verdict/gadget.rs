//! Small parts: signs, zero or not, dot products.

use crate::Fr;
use crate::r1cs::{Builder, Num};
use crate::range;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use ark_relations::gr1cs::SynthesisError;

/// 2^bits.
pub(super) fn power(bits: usize) -> Fr {
    Fr::from(2u64).pow([bits as u64])
}

/// 1 where difference >= 0, 0 where it is below, for -2^bits <= difference < 2^bits; any other difference has no witness.
pub(super) fn non_negative(b: &mut Builder<'_>, difference: &Num, bits: usize) -> Result<Num, SynthesisError> {
    let mut bits = range::bits(b, &difference.plus(power(bits)), bits + 1)?;
    Ok(bits.pop().expect("bits + 1 of them"))
}

/// 1 where x != 0, else 0; the inverse is 0 there, so that nothing is free.
pub(super) fn not_zero(b: &mut Builder<'_>, x: &Num) -> Result<Num, SynthesisError> {
    let inverse = b.witness(x.value().inverse().unwrap_or(Fr::ZERO))?;
    let found = b.mul(x, &inverse)?;
    b.enforce(&found.not(), x, &Num::zero())?;
    b.enforce(&found.not(), &inverse, &Num::zero())?;
    Ok(found)
}

/// Sum of a_i · b_i.
pub(super) fn dot(b: &mut Builder<'_>, left: &[Num], right: &[Num]) -> Result<Num, SynthesisError> {
    let products: Vec<Num> = left.iter().zip(right).map(|(x, y)| b.mul(x, y)).collect::<Result<_, _>>()?;
    Ok(sum(&products))
}

/// The product of all.
pub(super) fn product(b: &mut Builder<'_>, factors: &[Num]) -> Result<Num, SynthesisError> {
    factors[1..].iter().try_fold(factors[0].clone(), |product, factor| b.mul(&product, factor))
}

pub(super) fn sum<'a>(nums: impl IntoIterator<Item = &'a Num>) -> Num {
    Num::linear(nums.into_iter().map(|num| (Fr::ONE, num)))
}

/// The low 64 bits: a hint's count.
pub(super) fn low(num: &Num) -> u64 {
    num.value().into_bigint().0[0]
}

/// A boolean variable for each, 1 at `chosen`.
pub(super) fn choose(b: &mut Builder<'_>, count: usize, chosen: Option<usize>) -> Result<Vec<Num>, SynthesisError> {
    (0..count).map(|i| b.bit(chosen == Some(i))).collect()
}

/// Whether the value is the number 1.
pub(super) fn is_one(num: &Num) -> bool {
    num.value().into_bigint().num_bits() == 1
}
