//! Canonical encodings of field elements: one value, one encoding.

use crate::Fr;
use ark_ff::{BigInteger, PrimeField};
use std::str::FromStr;

/// Why a text or byte string is not a field element.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// The number is not below the field's order.
    #[error("the value is not below the field's order r; every word must be reduced before it is sent")]
    NotReduced,
    /// The text is not a number.
    #[error("`{0}` is not a number: write decimal digits, or 0x and hexadecimal digits")]
    NotANumber(String),
}

/// Reads 32 big-endian bytes (an EVM word); values at or above r are refused.
pub fn from_be_bytes(bytes: &[u8; 32]) -> Result<Fr, FieldError> {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().rev().zip(bytes.chunks_exact(8)) {
        for byte in chunk {
            *limb = (*limb << 8) | u64::from(*byte);
        }
    }
    Fr::from_bigint(ark_ff::BigInt(limbs)).ok_or(FieldError::NotReduced)
}

/// Writes an element as 32 big-endian bytes (an EVM word).
pub fn to_be_bytes(x: &Fr) -> [u8; 32] {
    let bytes = x.into_bigint().to_bytes_be();
    let mut word = [0u8; 32];
    word.copy_from_slice(&bytes);
    word
}

/// Reads a decimal number, or hexadecimal digits after `0x`; values at or above r are refused.
pub fn parse(text: &str) -> Result<Fr, FieldError> {
    let not_a_number = || FieldError::NotANumber(text.chars().take(80).collect());
    if let Some(digits) = text.strip_prefix("0x") {
        if digits.is_empty() || digits.len() > 64 {
            return Err(not_a_number());
        }
        let mut bytes = [0u8; 32];
        hex::decode_to_slice(format!("{digits:0>64}"), &mut bytes).map_err(|_| not_a_number())?;
        return from_be_bytes(&bytes);
    }
    if text.is_empty() || text.len() > 78 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not_a_number());
    }
    let digits = text.trim_start_matches('0');
    let number = ark_ff::BigInt::<4>::from_str(if digits.is_empty() { "0" } else { digits })
        .map_err(|()| FieldError::NotReduced)?;
    Fr::from_bigint(number).ok_or(FieldError::NotReduced)
}

/// Writes an element as a decimal number.
pub fn to_decimal(x: &Fr) -> String {
    x.into_bigint().to_string()
}

/// The low 128 bits of the canonical representative (the statement page's low128).
pub fn low128(x: &Fr) -> u128 {
    let limbs = x.into_bigint().0;
    u128::from(limbs[0]) | (u128::from(limbs[1]) << 64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::Field;

    const R: &str = "21888242871839275222246405745257275088548364400416034343698204186575808495617";

    #[test]
    fn accepts_each_value_once() {
        let largest = -Fr::ONE;
        assert_eq!(parse(&to_decimal(&largest)), Ok(largest));
        assert_eq!(from_be_bytes(&to_be_bytes(&largest)), Ok(largest));
        assert_eq!(parse("0x0f"), Ok(Fr::from(15u64)));
        assert_eq!(parse("007"), Ok(Fr::from(7u64)));
        assert_eq!(parse("0"), Ok(Fr::from(0u64)));
    }

    #[test]
    fn refuses_what_is_not_reduced_or_not_a_number() {
        assert_eq!(parse(R), Err(FieldError::NotReduced));
        assert_eq!(from_be_bytes(&[0xff; 32]), Err(FieldError::NotReduced));
        assert_eq!(parse(&format!("0x{}", "f".repeat(64))), Err(FieldError::NotReduced));
        assert_eq!(parse(&"9".repeat(78)), Err(FieldError::NotReduced));
        for bad in ["", "0x", "-1", "1e3", " 1", "0xgg", "١", &"1".repeat(200)] {
            assert!(matches!(parse(bad), Err(FieldError::NotANumber(_))), "{bad}");
        }
    }
}
