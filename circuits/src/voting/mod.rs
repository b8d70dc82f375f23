//! Private voting: who may vote, what a ballot may contain, how it is sealed, summed and opened.

pub mod ballot;
pub mod electorate;
pub mod identity;
pub mod rule;
pub mod scope;
pub mod tally;
pub mod trustee;

/// Totals of an election are below 2^40: admission keeps the electorate's total weight below it.
pub const TOTAL_BITS: usize = 40;

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod tests;
