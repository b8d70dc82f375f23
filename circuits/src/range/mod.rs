//! Ranges: little-endian bit decompositions, and comparison of a decomposition with a constant.

use crate::Fr;
use crate::r1cs::{Builder, Num};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField};
use ark_relations::gr1cs::SynthesisError;

/// The low `count` bits of `value`, each a boolean variable, least significant first. Constrains nothing but that
/// each is 0 or 1; use [`bits`] to tie them to a number.
pub fn allocate_bits(builder: &mut Builder<'_>, value: BigInt<4>, count: usize) -> Result<Vec<Num>, SynthesisError> {
    (0..count).map(|i| builder.bit(value.get_bit(i))).collect()
}

/// The number with these bits, least significant first.
pub fn pack(bits: &[Num]) -> Num {
    let mut power = Fr::ONE;
    let parts: Vec<(Fr, &Num)> = bits
        .iter()
        .map(|bit| {
            let part = (power, bit);
            power.double_in_place();
            part
        })
        .collect();
    Num::linear(parts)
}

/// `count` < 254 bits of `num`, least significant first: enforces 0 <= num < 2^count, uniquely.
pub fn bits(builder: &mut Builder<'_>, num: &Num, count: usize) -> Result<Vec<Num>, SynthesisError> {
    let bits = allocate_bits(builder, num.value().into_bigint(), count)?;
    builder.tie(&pack(&bits), num)?;
    Ok(bits)
}

/// All 254 bits of the canonical representative of `num` (below r), least significant first.
pub fn canonical_bits(builder: &mut Builder<'_>, num: &Num) -> Result<Vec<Num>, SynthesisError> {
    let bits = allocate_bits(builder, num.value().into_bigint(), 254)?;
    builder.tie(&pack(&bits), num)?;
    below(builder, &bits, Fr::MODULUS)?;
    Ok(bits)
}

/// Enforces that the number with these boolean bits is below the constant `bound` (1 <= bound, of at most as many bits).
///
/// With c = bound - 1, from the top: `tied` is 1 while every bit at a 1 of c so far was 1. While tied, the bits at a run
/// of zeros of c must all be 0, which one row says of their sum (at most 254, so it cannot wrap).
pub fn below(builder: &mut Builder<'_>, bits: &[Num], bound: BigInt<4>) -> Result<(), SynthesisError> {
    let mut limit = bound;
    limit.sub_with_borrow(&BigInt::from(1u64));
    let mut tied = Num::one();
    let mut high = bits.len();
    while high > 0 {
        let one = limit.get_bit(high - 1);
        let low = (0..high).rev().find(|i| limit.get_bit(*i) != one).map_or(0, |i| i + 1);
        let run = &bits[low..high];
        if one {
            for bit in run.iter().rev() {
                tied = builder.mul(&tied, bit)?;
            }
        } else {
            let sum = Num::linear(run.iter().map(|bit| (Fr::ONE, bit)));
            builder.enforce(&tied, &sum, &Num::zero())?;
        }
        high = low;
    }
    Ok(())
}
