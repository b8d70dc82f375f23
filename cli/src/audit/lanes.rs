//! Which lane holds what: the widest numbers first, each in the fewest lanes that are free.

use tabella_circuits::compliance::record::{LANES, WIDE};

use super::schema::{CAPACITY, CODES, Category, Column, Kind, Number, NumberMissing};
use crate::error::CliError;

/// The lanes still free.
pub(super) struct Lanes {
    wide: std::ops::Range<usize>,
    narrow: std::ops::Range<usize>,
}

/// Wide and narrow lanes that together hold a number of bits, best first.
fn choices(bits: u32) -> &'static [(usize, usize)] {
    match bits {
        0..=8 => &[(0, 1), (1, 0)],
        9..=16 => &[(1, 0), (0, 2)],
        17..=24 => &[(1, 1), (2, 0), (0, 3)],
        _ => &[(2, 0), (1, 2), (0, 4)],
    }
}

impl Lanes {
    /// Gives every feature its lanes; the order of the columns stays.
    ///
    /// # Errors
    /// `capacity`, with the table.
    pub(super) fn assign(kinds: Vec<(String, Kind)>) -> Result<Vec<Column>, CliError> {
        let mut columns: Vec<Column> = kinds.into_iter().map(|(name, kind)| Column { name, kind }).collect();
        let codes: usize = columns.iter().filter_map(|c| category(&c.kind)).map(Category::codes).sum();
        if codes > CODES {
            let what = format!("the categories have {codes} codes together, at most {CODES} are possible");
            return Err(CliError::usage("capacity", what).hint(CAPACITY));
        }
        let mut lanes = Self { wide: 0..WIDE, narrow: WIDE..LANES };
        for bits in [32, 24, 16, 8] {
            for column in &mut columns {
                lanes.fill(column, bits)?;
            }
        }
        Ok(columns)
    }

    /// Places the parts of a column that need exactly this many bits.
    fn fill(&mut self, column: &mut Column, bits: u32) -> Result<(), CliError> {
        let name = &column.name;
        match &mut column.kind {
            Kind::Number(number) => {
                if width(number) == bits {
                    number.lanes = self.take(bits, name)?;
                }
                if let (NumberMissing::Indicator { lane, .. }, 8) = (&mut number.missing, bits) {
                    *lane = self.one(name)?;
                }
            }
            Kind::Category(category) if bits == 8 => category.lane = self.one(name)?,
            _ => {}
        }
        Ok(())
    }

    fn take(&mut self, bits: u32, name: &str) -> Result<Vec<usize>, CliError> {
        let free = choices(bits).iter().find(|(wide, narrow)| self.wide.len() >= *wide && self.narrow.len() >= *narrow);
        let &(wide, narrow) = free.ok_or_else(|| {
            CliError::usage("capacity", format!("there is no lane left for the column {name:?}")).hint(CAPACITY)
        })?;
        Ok(self.wide.by_ref().take(wide).chain(self.narrow.by_ref().take(narrow)).collect())
    }

    fn one(&mut self, name: &str) -> Result<usize, CliError> {
        Ok(self.take(8, name)?.first().copied().unwrap_or_default())
    }
}

fn category(kind: &Kind) -> Option<&Category> {
    match kind {
        Kind::Category(category) => Some(category),
        _ => None,
    }
}

/// 8, 16, 24 or 32.
fn width(number: &Number) -> u32 {
    match number.high.saturating_sub(number.low) {
        ..=0xff => 8,
        0x100..=0xffff => 16,
        0x1_0000..=0xff_ffff => 24,
        _ => 32,
    }
}
