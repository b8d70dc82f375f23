//! Numbers on the command line: proposal ids, ether, field elements.

use alloy::primitives::U256;
use alloy::primitives::utils::{format_ether, parse_ether};
use tabella_circuits::{Fr, field};

use crate::error::CliError;

/// A proposal's id: decimal, or 0x and hexadecimal digits.
///
/// # Errors
/// `proposal-invalid`.
pub fn proposal(text: &str) -> Result<U256, CliError> {
    let hexadecimal = text.strip_prefix("0x");
    let (digits, radix) = hexadecimal.map_or((text, 10), |digits| (digits, 16));
    let digit = |b: u8| if radix == 16 { b.is_ascii_hexdigit() } else { b.is_ascii_digit() };
    let plain = !digits.is_empty() && digits.bytes().all(digit);
    let parsed = plain.then(|| U256::from_str_radix(digits, radix).ok()).flatten();
    parsed.ok_or_else(|| {
        CliError::usage("proposal-invalid", "this is not a proposal's id: a decimal number is expected")
            .hint("`tabella proposal list` shows them")
    })
}

/// An id that counts from 1: of a model, a policy's version, an engagement, a milestone.
///
/// # Errors
/// `id-invalid`.
pub fn id(what: &str, text: &str) -> Result<U256, CliError> {
    let plain = !text.is_empty() && text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
    let parsed = plain.then(|| U256::from_str_radix(text, 10).ok()).flatten().filter(|id| *id != U256::ZERO);
    parsed.ok_or_else(|| CliError::usage("id-invalid", format!("{what}: an id is a decimal number from 1")))
}

/// Ether in decimals, as wei.
///
/// # Errors
/// `ether-invalid`.
pub fn ether(text: &str) -> Result<U256, CliError> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    // The parser would drop what is below one wei.
    let plain = digits(whole) && digits(part) && part.len() <= 18;
    let parsed = plain.then(|| parse_ether(text).ok()).flatten();
    parsed.ok_or_else(|| {
        CliError::usage("ether-invalid", format!("`{text}` is not an amount of ether: a decimal number is expected"))
    })
}

/// Wei as ether in decimals, without trailing zeros.
pub fn in_ether(wei: U256) -> String {
    let text = format_ether(wei);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{} ether", if text.is_empty() { "0" } else { text })
}

/// A field element: decimal, or 0x and hexadecimal digits.
///
/// # Errors
/// `field-invalid`.
pub fn field_element(what: &str, text: &str) -> Result<Fr, CliError> {
    field::parse(text).map_err(|error| CliError::usage("field-invalid", format!("{what}: {error}")))
}

/// Gas with thin groups: 1 234 567.
pub fn gas(gas: u64) -> String {
    let digits = gas.to_string();
    let groups: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    groups.iter().map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>().join(" ")
}

/// Seconds in words: 90 s, 3 h, 2 days.
pub fn seconds(seconds: u64) -> String {
    match seconds {
        s if s >= 172_800 && s % 86_400 == 0 => format!("{} days", s / 86_400),
        s if s >= 7_200 && s % 3_600 == 0 => format!("{} h", s / 3_600),
        s if s >= 120 && s % 60 == 0 => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_strictly() {
        assert_eq!(proposal("17").ok(), Some(U256::from(17)));
        assert_eq!(proposal("0x11").ok(), Some(U256::from(17)));
        for bad in ["", "0x", "-1", "1e3", "1_000", "x", &"9".repeat(80)] {
            assert!(proposal(bad).is_err(), "{bad}");
            assert!(id("model", bad).is_err(), "{bad}");
        }
        assert_eq!(id("model", "12").ok(), Some(U256::from(12)));
        assert!(id("model", "0").is_err());
        assert_eq!(ether("1.5").ok(), Some(U256::from(1_500_000_000_000_000_000_u64)));
        for bad in ["", "-1", "1e3", "1.2.3", "0.1234567890123456789"] {
            assert!(ether(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_are_shown_for_people() {
        assert_eq!(in_ether(U256::ZERO), "0 ether");
        assert_eq!(in_ether(U256::from(1_500_000_000_000_000_000_u64)), "1.5 ether");
        assert_eq!(in_ether(U256::from(10_000_000_000_000_000_000_u64)), "10 ether");
        assert_eq!(gas(1_234_567), "1 234 567");
        assert_eq!(gas(7), "7");
        assert_eq!(seconds(259_200), "3 days");
        assert_eq!(seconds(61), "61 s");
    }
}
