//! What an audit says, all of it public: `audit.json`.

use ark_bn254::Fr;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tabella_circuits::compliance::counts::EMPTY;
use tabella_circuits::compliance::data::data_root;
use tabella_circuits::compliance::metrics::Verdict;
use tabella_circuits::compliance::policy::{POLICY_WORDS, Policy};
use tabella_circuits::evm::Word;
use tabella_circuits::field;

use super::error::{FileFault, JobError};
use crate::keys::CircuitKey;

const VERSION: u64 = 1;
const KIND: &str = "tabella-audit";

/// What one shard's proof speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardClaim {
    /// digest_k.
    pub digest: Fr,
    /// C_k.
    pub counts: Fr,
}

/// The circuit and the key that proofs were made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyNote {
    /// Circuit id.
    pub circuit: String,
    /// Version of the statement.
    pub version: u32,
    /// `development` or `ceremony`.
    pub kind: String,
    /// Digest of the verifying key, in hex.
    pub key_digest: String,
    /// Digest of the circuit's matrices, in hex.
    pub matrix_digest: String,
}

impl KeyNote {
    /// What there is to say about a key.
    pub fn of(key: &impl CircuitKey) -> Self {
        Self {
            circuit: key.circuit().id().to_owned(),
            version: key.circuit().version(),
            kind: key.kind().to_string(),
            key_digest: hex::encode(key.digest()),
            matrix_digest: hex::encode(key.circuit().digest()),
        }
    }
}

impl std::fmt::Display for KeyNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, digest) = (&self.kind, self.key_digest.get(..16).unwrap_or(&self.key_digest));
        write!(f, "{} version {}, {kind} key {digest}", self.circuit, self.version)
    }
}

/// Every public word of an audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The engagement's context; 0 for a check off chain.
    pub context: Fr,
    /// The model's commitment.
    pub model: Fr,
    /// The policy's words; word 0 is the schema's hash.
    pub policy: [Fr; POLICY_WORDS],
    /// N, the number of valid records.
    pub rows: u64,
    /// The shards, in order.
    pub shards: Vec<ShardClaim>,
    /// The policy's verdict.
    pub verdict: Verdict,
    /// What the shards' proofs were made with.
    pub shard_key: KeyNote,
    /// What the verdict's proof was made with.
    pub verdict_key: KeyNote,
}

/// The file; field elements in decimal, the data root in hex. `checksum`: SHA-256 of the compact JSON with an empty
/// checksum, in hex.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimJson {
    version: u64,
    kind: String,
    context: String,
    model: String,
    policy: Vec<String>,
    rows: u64,
    data_root: String,
    shards: Vec<ShardJson>,
    verdict: Verdict,
    circuits: KeysJson,
    #[serde(default)]
    checksum: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShardJson {
    digest: String,
    counts: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysJson {
    shard: KeyNote,
    verdict: KeyNote,
}

/// The part of a file that tells how to read the rest.
#[derive(Deserialize)]
struct Head {
    version: u64,
}

impl Claim {
    /// The schema's hash: the policy's first word.
    pub fn schema_hash(&self) -> Fr {
        self.policy[0]
    }

    /// The data root, from the digests as a contract computes it.
    pub fn data_root(&self) -> Word {
        let digests: Vec<Fr> = self.shards.iter().map(|shard| shard.digest).collect();
        data_root(self.schema_hash(), self.rows, &digests)
    }

    /// The verdict's words: context, model, rows, verdict, C_0, .., filled with EMPTY up to `capacity` shards.
    pub fn verdict_words(&self, capacity: usize) -> Vec<Fr> {
        let head = [self.context, self.model, Fr::from(self.rows), Fr::from(self.verdict.word())];
        let counts = self.shards.iter().map(|shard| shard.counts).chain(std::iter::repeat(*EMPTY));
        head.into_iter().chain(counts.take(capacity)).collect()
    }

    /// Whether the number of records fits the shards: all but the last are full, and none is empty.
    ///
    /// # Errors
    /// [`JobError::Shape`].
    pub fn check_shape(&self, records: usize, capacity: usize) -> Result<(), JobError> {
        let shards = self.shards.len();
        let shape = |reason: String| JobError::Shape { rows: self.rows, shards, reason };
        if !(1..=capacity).contains(&shards) {
            return Err(shape(format!("1 to {capacity} shards are possible")));
        }
        if self.rows.div_ceil(records as u64) != shards as u64 {
            return Err(shape(format!("a shard has {records} records, and only the last may have fewer")));
        }
        Ok(())
    }

    /// SHA-256 of everything but the keys: what blindings were made for.
    pub fn statement(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"tabella.audit-statement.v1");
        for word in [self.context, self.model].iter().chain(&self.policy) {
            hash.update(field::to_be_bytes(word));
        }
        hash.update(self.data_root());
        hash.finalize().into()
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        let mut form = ClaimJson {
            version: VERSION,
            kind: KIND.to_owned(),
            context: field::to_decimal(&self.context),
            model: field::to_decimal(&self.model),
            policy: self.policy.iter().map(field::to_decimal).collect(),
            rows: self.rows,
            data_root: format!("0x{}", hex::encode(self.data_root())),
            shards: self.shards.iter().map(ShardJson::of).collect(),
            verdict: self.verdict,
            circuits: KeysJson { shard: self.shard_key.clone(), verdict: self.verdict_key.clone() },
            checksum: String::new(),
        };
        form.checksum = checksum(&form);
        // Strings, numbers and lists only: this cannot fail.
        serde_json::to_string_pretty(&form).unwrap_or_default() + "\n"
    }

    /// Reads the file's text, strictly: its checksum, every number canonical, the policy one that exists, the data root that of the digests.
    ///
    /// # Errors
    /// [`FileFault`] says what is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, FileFault> {
        let mut form: ClaimJson = versioned(text, VERSION)?;
        let stated = std::mem::take(&mut form.checksum);
        if form.kind != KIND {
            return Err(FileFault::Value(format!("it is a {:?}, not a {KIND:?}", clip(&form.kind))));
        }
        if checksum(&form) != stated {
            return Err(FileFault::Checksum);
        }
        let words = form.policy.iter().map(|word| number("policy", word)).collect::<Result<Vec<_>, _>>()?;
        let policy = words.try_into().map_err(|_| FileFault::Value(format!("policy: {POLICY_WORDS} words")))?;
        Policy::from_words(&policy).map_err(|error| FileFault::Value(error.to_string()))?;
        let claim = Self {
            context: number("context", &form.context)?,
            model: number("model", &form.model)?,
            policy,
            rows: form.rows,
            shards: form.shards.iter().map(ShardJson::claim).collect::<Result<_, _>>()?,
            verdict: form.verdict,
            shard_key: form.circuits.shard,
            verdict_key: form.circuits.verdict,
        };
        if format!("0x{}", hex::encode(claim.data_root())) != form.data_root {
            return Err(FileFault::Value("data_root: it is not that of the digests".to_owned()));
        }
        Ok(claim)
    }
}

impl ShardJson {
    fn of(shard: &ShardClaim) -> Self {
        Self { digest: field::to_decimal(&shard.digest), counts: field::to_decimal(&shard.counts) }
    }

    fn claim(&self) -> Result<ShardClaim, FileFault> {
        Ok(ShardClaim { digest: number("digest", &self.digest)?, counts: number("counts", &self.counts)? })
    }
}

fn checksum(form: &impl Serialize) -> String {
    // As in `to_json`, this cannot fail.
    hex::encode(Sha256::digest(serde_json::to_vec(form).unwrap_or_default()))
}

/// The text of an edited claim with the checksum that fits, for tests of what lies behind the checksum.
#[cfg(test)]
pub(super) fn sealed(form: &serde_json::Value) -> String {
    let mut form = form.clone();
    form["checksum"] = serde_json::json!("");
    let seal = serde_json::from_value::<ClaimJson>(form.clone()).map(|form| checksum(&form));
    form["checksum"] = serde_json::json!(seal.unwrap_or_default());
    form.to_string()
}

/// Reads JSON of a version; another version is told apart from damage.
pub(super) fn versioned<T: serde::de::DeserializeOwned>(text: &str, known: u64) -> Result<T, FileFault> {
    let json = |error: serde_json::Error| FileFault::Json(error.to_string());
    let head: Head = serde_json::from_str(text).map_err(json)?;
    if head.version != known {
        return Err(FileFault::Version { found: head.version, known });
    }
    serde_json::from_str(text).map_err(json)
}

/// A field element in canonical decimal.
pub(super) fn number(name: &str, text: &str) -> Result<Fr, FileFault> {
    let fault = |what: String| FileFault::Value(format!("{name}: {what}"));
    let value = field::parse(text).map_err(|error| fault(error.to_string()))?;
    match field::to_decimal(&value) == text {
        true => Ok(value),
        false => Err(fault("numbers are decimal, without leading zeros".to_owned())),
    }
}

/// The beginning of a text that may be anything.
fn clip(text: &str) -> String {
    text.chars().take(40).collect()
}
