//! Reads an assignment back: what the prover chose, as the native twin takes it.

use super::trace::Trace;
use crate::Fr;
use crate::babyjubjub::Scalar;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField};
use std::ops::Range;

/// Digits of [`crate::babyjubjub::gadget::SignedDigits::random`].
const RANDOM_DIGITS: u32 = 126;

/// The number of `count` boolean variables from `first` on; `None` if one is neither 0 nor 1.
pub fn number(trace: &Trace, values: &[Fr], first: u32, count: usize) -> Option<BigInt<4>> {
    let mut number = BigInt::<4>::default();
    for i in (0..count).rev() {
        let bit = first as usize + i;
        debug_assert!(trace.boolean[bit].is_some(), "variable {bit} is no bit");
        number <<= 1;
        match values[bit] {
            value if value == Fr::ZERO => {}
            value if value == Fr::ONE => number.0[0] |= 1,
            _ => return None,
        };
    }
    Some(number)
}

/// The signed digits from `first` on, modulo l: the sign and the magnitude of each, the sign alone for the last.
pub fn signed_digits(trace: &Trace, values: &[Fr], first: u32) -> Option<Scalar> {
    let bits = number(trace, values, first, 2 * RANDOM_DIGITS as usize - 1)?;
    let four = Scalar::from(4u64);
    let digit = |i: usize| {
        let magnitude = if bits.get_bit(2 * i + 1) { Scalar::from(3u64) } else { Scalar::ONE };
        if bits.get_bit(2 * i) { magnitude } else { -magnitude }
    };
    Some((0..RANDOM_DIGITS as usize).rev().fold(Scalar::ZERO, |sum, i| sum * four + digit(i)))
}

/// The variables allocated while these rows were written.
pub fn allocated(trace: &Trace, rows: Range<usize>) -> Range<u32> {
    trace.allocated(rows)
}

/// What the prover chooses freely among them, bits aside.
pub fn choices(trace: &Trace, rows: Range<usize>) -> impl Iterator<Item = u32> {
    allocated(trace, rows).filter(|v| trace.boolean[*v as usize].is_none() && !trace.index.given[*v as usize])
}

/// The rows of a block.
///
/// # Panics
/// If there is no such block.
pub fn block(trace: &Trace, name: &str) -> Range<usize> {
    let block = trace.blocks.iter().find(|block| block.name == name);
    block.unwrap_or_else(|| panic!("no block `{name}`")).rows.clone()
}

/// The first boolean variable of a block.
///
/// # Panics
/// If it has none.
pub fn first_bit(trace: &Trace, name: &str) -> u32 {
    let bits = allocated(trace, block(trace, name)).find(|v| trace.boolean[*v as usize].is_some());
    bits.unwrap_or_else(|| panic!("no bit in block `{name}`"))
}

/// The siblings that a path of this shape has: none where the node is the level's last and even.
pub fn path(index: u64, last: u64, siblings: &[Fr]) -> Vec<Option<Fr>> {
    let sibling = |(level, sibling): (usize, &Fr)| {
        let (node, end) = (index >> level, last >> level);
        (node != end || node & 1 == 1).then_some(*sibling)
    };
    siblings.iter().enumerate().map(sibling).collect()
}

/// A canonical number below 2^64.
pub fn small(value: Fr) -> Option<u64> {
    let limbs = value.into_bigint().0;
    (limbs[1..] == [0; 3]).then_some(limbs[0])
}
