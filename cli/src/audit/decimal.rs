//! Exact decimal numbers: what a CSV file and a specification write, without a binary fraction in between.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Digits before the point, and digits after it: sums and scalings then fit 128 bits.
const MAX_DIGITS: usize = 18;
const MAX_PLACES: u32 = 18;

/// units / 10^places, with no trailing zero in `units` unless `places` is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    units: i128,
    places: u32,
}

impl Decimal {
    /// A whole number.
    pub fn whole(value: i64) -> Self {
        Self { units: value.into(), places: 0 }
    }

    /// Reads `-12.50`, `.5`, `1e-05`, `+3`; `None` for anything else, or for more than 18 digits on either side of the point.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.as_bytes().first()? {
            b'-' => (true, &mantissa[1..]),
            b'+' => (false, &mantissa[1..]),
            _ => (false, mantissa),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        let written = digits.bytes().any(|b| b.is_ascii_digit());
        if !written || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') || fraction.contains('.') {
            return None;
        }
        if whole.len() + fraction.len() > 2 * MAX_DIGITS {
            return None;
        }
        let units = format!("0{whole}{fraction}").parse::<i128>().ok()?;
        let places = i64::try_from(fraction.len()).ok()? - i64::from(exponent);
        Self::normal(if negative { -units } else { units }, places)
    }

    /// The number units / 10^places in its one form, if it is in range.
    fn normal(mut units: i128, mut places: i64) -> Option<Self> {
        if units == 0 {
            return Some(Self { units: 0, places: 0 });
        }
        while places > 0 && units % 10 == 0 {
            units /= 10;
            places -= 1;
        }
        while places < 0 {
            units = units.checked_mul(10)?;
            places += 1;
        }
        let places = u32::try_from(places).ok().filter(|p| *p <= MAX_PLACES)?;
        let whole = units.unsigned_abs() / 10u128.pow(places);
        (whole < 10u128.pow(MAX_DIGITS as u32)).then_some(Self { units, places })
    }

    /// value * scale if that is a whole number that fits.
    pub fn scaled(self, scale: u32) -> Option<i64> {
        let product = self.units.checked_mul(scale.into())?;
        let divisor = 10i128.pow(self.places);
        (product % divisor == 0).then_some(product / divisor)?.try_into().ok()
    }

    /// value * scale to the nearest whole number, halves away from zero, if it fits.
    pub fn rounded(self, scale: u32) -> Option<i64> {
        let product = self.units.checked_mul(scale.into())?;
        let divisor = 10i128.pow(self.places);
        let half = if product < 0 { -divisor / 2 } else { divisor / 2 };
        (product.checked_add(half)? / divisor).try_into().ok()
    }

    /// The nearest double.
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        // Whole parts below 10^18, fractions compared over the same 18 places: both fit.
        let parts = |d: &Self| {
            let one = 10i128.pow(d.places);
            (d.units.div_euclid(one), d.units.rem_euclid(one) * 10i128.pow(MAX_PLACES - d.places))
        };
        parts(self).cmp(&parts(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let one = 10u128.pow(self.places);
        let (whole, rest) = (self.units.unsigned_abs() / one, self.units.unsigned_abs() % one);
        match self.places {
            0 => write!(f, "{sign}{whole}"),
            places => write!(f, "{sign}{whole}.{rest:0width$}", width = places as usize),
        }
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Text (`"0.5"`), or a number as TOML and JSON write it.
impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Whole(i64),
            Float(f64),
            Text(String),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Whole(value) => return Ok(Self::whole(value)),
            Written::Float(value) => value.to_string(),
            Written::Text(text) => text,
        };
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("not a decimal number: {text:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn one_form_for_one_number() {
        for (text, shown) in [
            ("12.50", "12.5"),
            ("-0.0", "0"),
            ("1e-05", "0.00001"),
            ("+3", "3"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1.5E3", "1500"),
            ("-00012", "-12"),
            ("1200e-2", "12"),
            ("-0.25", "-0.25"),
        ] {
            assert_eq!(read(text).to_string(), shown);
            assert_eq!(read(shown), read(text));
        }
        for text in [
            "",
            "-",
            ".",
            "e5",
            "1e",
            "0x1",
            "1 ",
            " 1",
            "1,5",
            "nan",
            "inf",
            "1.2.3",
            "--1",
            "1e400",
            "1e-30",
            "1e18",
            "1_0",
            "1e99999999999",
            "٣",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn order_and_scaling_are_exact() {
        assert!(read("-0.1") < read("0") && read("0.1") < read("0.10001") && read("-2") < read("-1.9"));
        assert!(read("999999999999999999") > read("0.000000000000000001"));
        assert_eq!(read("12.34").scaled(100), Some(1234));
        assert_eq!(read("12.345").scaled(100), None);
        assert_eq!(read("12.345").rounded(100), Some(1235));
        assert_eq!(read("-12.345").rounded(100), Some(-1235));
        assert_eq!(read("0.004").rounded(100), Some(0));
        assert_eq!(read("999999999999999999").scaled(u32::MAX), None);
    }
}
