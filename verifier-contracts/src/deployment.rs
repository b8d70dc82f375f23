//! The file that says where a DAO's contracts are.

use alloy::primitives::{Address, B256, U256};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Version of the file's form.
pub const SCHEMA_VERSION: u32 = 1;

/// A deployment file that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeploymentError {
    /// Not JSON of this form.
    #[error("not a deployment file: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Another version.
    #[error("the file has schema version {0}, this program reads {SCHEMA_VERSION}")]
    Version(u64),
}

/// Where a DAO is, and under which circuits and keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Version of this form: [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The chain's id.
    pub chain_id: u64,
    /// Block before the first contract: events are searched from here.
    pub block: u64,
    /// The contracts' addresses.
    pub contracts: Addresses,
    /// `true` where leaves carry weights.
    pub weighted: bool,
    /// How many of the Governor's votes one unit of weight is, 1..2^88.
    #[serde(with = "decimal")]
    pub unit: U256,
    /// The circuits that the verifiers are for.
    pub circuits: Circuits,
    /// Where polls are held; absent where the trustee gave no keys for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub polls: Option<Polls>,
    /// Where models are audited; absent where the DAO was deployed without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit: Option<Audit>,
}

/// Where models, policies, data, engagements and milestones are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// ModelRegistry.
    pub model_registry: Address,
    /// PolicyRegistry.
    pub policy_registry: Address,
    /// DataRegistry.
    pub data_registry: Address,
    /// AuditRegistry.
    pub audit_registry: Address,
    /// MilestoneTreasury.
    pub milestone_treasury: Address,
    /// Verifier of shards.
    pub shard_verifier: Address,
    /// Verifier of verdicts.
    pub verdict_verifier: Address,
    /// The circuits that these verifiers are for.
    pub circuits: AuditCircuits,
}

/// The circuits of audits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditCircuits {
    /// The shards'.
    pub shard: CircuitRef,
    /// The verdict's.
    pub verdict: CircuitRef,
}

/// Where polls of up to 8 options are held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Polls {
    /// PollBox.
    pub poll_box: Address,
    /// Its verifier of ballots.
    pub ballot_verifier: Address,
    /// Its verifier of tallies.
    pub tally_verifier: Address,
    /// The Committee's term that has 8 keys; a poll names its term.
    pub term: u64,
    /// The circuits that these verifiers are for.
    pub circuits: Circuits,
}

/// Addresses of a DAO's contracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addresses {
    /// AccessManager: the one authority.
    pub access_manager: Address,
    /// Electorate.
    pub electorate: Address,
    /// TimelockController: the treasury.
    pub timelock: Address,
    /// TabellaGovernor.
    pub governor: Address,
    /// Committee of trustees.
    pub committee: Address,
    /// BallotBox.
    pub ballot_box: Address,
    /// Verifier of ballots.
    pub ballot_verifier: Address,
    /// Verifier of tallies.
    pub tally_verifier: Address,
}

/// The circuits of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circuits {
    /// The ballot's.
    pub ballot: CircuitRef,
    /// The tally's.
    pub tally: CircuitRef,
}

/// A circuit and the key that its verifier holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitRef {
    /// Name, for example `ballot-k3-d20`.
    pub id: String,
    /// Version of its statement.
    pub version: u64,
    /// Digest of the verifying key.
    pub key_digest: B256,
    /// Whether the key is a development key, whose secrets everybody knows.
    pub development: bool,
}

impl Deployment {
    /// Reads a deployment file's text.
    ///
    /// # Errors
    /// The text has another form or version.
    pub fn parse(text: &str) -> Result<Self, DeploymentError> {
        let value: serde_json::Value = serde_json::from_str(text)?;
        match value.get("schema_version").and_then(serde_json::Value::as_u64) {
            Some(version) if version != u64::from(SCHEMA_VERSION) => Err(DeploymentError::Version(version)),
            _ => Ok(serde_json::from_value(value)?),
        }
    }

    /// The file's text, with a final newline.
    ///
    /// # Errors
    /// Never for a value of this type; the writer's error is passed on all the same.
    pub fn to_text(&self) -> Result<String, DeploymentError> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// Numbers as decimal strings, which no JSON reader rounds.
pub(crate) mod decimal {
    use alloy::primitives::U256;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(x: &U256, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&x.to_string())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<U256, D::Error> {
        let text = String::deserialize(deserializer)?;
        U256::from_str_radix(&text, 10).map_err(|_| D::Error::custom(format!("`{text}` is not a decimal number")))
    }
}
