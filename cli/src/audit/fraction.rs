//! Fractions as policies write them: `"4/5"`, `"0.8"`, 0.8; in lowest terms, so that equal thresholds are equal words.

use std::fmt;

use serde::{Deserialize, Deserializer};

use super::decimal::Decimal;

/// num / den in lowest terms, den at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// Numerator.
    pub num: u64,
    /// Denominator.
    pub den: u64,
}

impl Ratio {
    /// num / den; `None` for a denominator of 0.
    pub fn new(num: u64, den: u64) -> Option<Self> {
        let (mut a, mut b) = (num, den);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        (den != 0).then(|| Self { num: num / a, den: den / a })
    }

    /// A decimal number of at least 0.
    fn of(value: Decimal) -> Option<Self> {
        let mut scale = 1u32;
        loop {
            if let Some(units) = value.scaled(scale) {
                return Self::new(units.try_into().ok()?, scale.into());
            }
            scale = scale.checked_mul(10)?;
        }
    }

    /// The square of a decimal number of at least 0.
    pub fn squared(value: Decimal) -> Option<Self> {
        let root = Self::of(value)?;
        Self::new(root.num.checked_mul(root.num)?, root.den.checked_mul(root.den)?)
    }

    /// Reads `4/5` or `0.8`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once('/') {
            Some((num, den)) => {
                let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit()).then(|| t.parse().ok()).flatten();
                Self::new(digits(num.trim())?, digits(den.trim())?)
            }
            None => Self::of(Decimal::parse(text)?),
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.num, self.den)
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Whole(u64),
            Float(f64),
            Text(String),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Whole(value) => value.to_string(),
            Written::Float(value) => value.to_string(),
            Written::Text(text) => text,
        };
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("{text:?} is no fraction such as \"4/5\" or 0.8")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_one_fraction() {
        for text in ["4/5", "8/10", "0.8", "0.80", " 4 / 5 ", "8e-1"] {
            assert_eq!(Ratio::parse(text), Some(Ratio { num: 4, den: 5 }), "{text}");
        }
        assert_eq!(Ratio::parse("0"), Some(Ratio { num: 0, den: 1 }));
        assert_eq!(Ratio::parse("0/7"), Some(Ratio { num: 0, den: 1 }));
        assert_eq!(Ratio::squared(Decimal::parse("1.96").expect("a number")), Some(Ratio { num: 2401, den: 625 }));
        for text in [
            "",
            "/",
            "4/",
            "/5",
            "1/0",
            "0/0",
            "-1/2",
            "-0.5",
            "4/5/6",
            "four",
            "1/99999999999999999999",
            "0.00000000001",
        ] {
            assert_eq!(Ratio::parse(text), None, "{text}");
        }
    }
}
