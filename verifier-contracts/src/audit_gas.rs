//! Gas of an audit's transactions: what the Solidity tests measured, and the budget.

use serde::Deserialize;

/// Whole transactions with real proofs; `forge test` compares them at every run.
const MEASURED: &str = include_str!("../test/fixtures/audit-gas.json");

/// The snapshot's numbers that an estimate is drawn through.
#[derive(Deserialize)]
struct Snapshot {
    #[serde(rename = "submit shards, 1")]
    one: u64,
    #[serde(rename = "submit shards, 12")]
    twelve: u64,
    #[serde(rename = "verdict over 5 shards: pass")]
    pass_of_five: u64,
    #[serde(rename = "verdict over 12 shards: pass")]
    pass_of_twelve: u64,
}

/// Gas of an audit from its first shard to its verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditGas {
    /// All transactions with shards.
    pub shards: u64,
    /// The verdict, a pass.
    pub verdict: u64,
}

impl AuditGas {
    /// What an audit of so many shards may cost: 90,000 a shard in a batch, 300,000 and 1,300 a shard for the verdict.
    pub fn budget(shards: u64) -> Self {
        Self { shards: 90_000 * shards, verdict: 300_000 + 1_300 * shards }
    }

    /// What it costs when `batch` shards (at least one) go into a transaction, on the straight lines through what was measured:
    /// a proof more is a pair, two products and its words more, whatever their number.
    ///
    /// # Errors
    /// A snapshot that lacks a number.
    pub fn measured(shards: u64, batch: u64) -> Result<Self, serde_json::Error> {
        let found: Snapshot = serde_json::from_str(MEASURED)?;
        let batch = batch.max(1);
        let at_once = |n: u64| match n {
            0 => 0,
            n => found.one + found.twelve.saturating_sub(found.one) * (n - 1) / 11,
        };
        let listed = found.pass_of_twelve.saturating_sub(found.pass_of_five);
        let verdict = (found.pass_of_five + listed * shards / 7).saturating_sub(listed * 5 / 7);
        Ok(Self { shards: shards / batch * at_once(batch) + at_once(shards % batch), verdict })
    }

    /// Both together.
    pub fn total(&self) -> u64 {
        self.shards + self.verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was measured and is not on the lines by construction is on them to a part of a thousand.
    #[test]
    fn the_measured_numbers_are_on_the_lines() {
        let all: serde_json::Value = serde_json::from_str(MEASURED).unwrap();
        for n in [1, 5, 6, 12] {
            let expected = all[format!("submit shards, {n}")].as_u64().unwrap();
            let found = AuditGas::measured(n, 12).unwrap().shards;
            assert!(found.abs_diff(expected) * 1000 <= expected, "{n}: {found}, measured {expected}");
        }
        for n in [5, 12] {
            let expected = all[format!("verdict over {n} shards: pass")].as_u64().unwrap();
            assert!(AuditGas::measured(n, 1).unwrap().verdict.abs_diff(expected) <= 1, "{n}");
        }
        let below = AuditGas::measured(1, 1).unwrap().verdict;
        assert!(below < all["verdict over 5 shards: pass"].as_u64().unwrap());
    }

    #[test]
    fn batches_are_filled_and_the_rest_goes_alone() {
        let [two, one, five] = [(2, 2), (1, 2), (5, 2)].map(|(n, batch)| AuditGas::measured(n, batch).unwrap().shards);
        assert_eq!(five, 2 * two + one);
        assert_eq!(AuditGas::measured(5, 0).unwrap(), AuditGas::measured(5, 1).unwrap());
        assert_eq!(AuditGas::budget(5), AuditGas { shards: 450_000, verdict: 306_500 });
        assert_eq!(AuditGas::budget(5).total(), 756_500);
    }
}
