//! A proven ballot: in memory, as calldata, as a file; and the receipt that a voter keeps.

use alloy::primitives::{Address, B256, U256};
use serde::{Deserialize, Serialize};
use tabella_circuits::Fr;
use tabella_circuits::field;
use tabella_circuits::voting::scope::{Venue, ballot_digest, ballot_gamma, fold};
use tabella_prover::Proof;
use thiserror::Error;

use crate::bindings::IBallotBox;
use crate::call::Call;
use crate::calldata::proof_words;
use crate::client::{Dao, to_word};
use crate::deployment::decimal;

/// Version of the ballot file's and the receipt's form.
pub const SCHEMA_VERSION: u32 = 1;
/// The word in a ballot file's `kind`.
const BALLOT: &str = "tabella-ballot";
/// The word in a receipt's `kind`.
const RECEIPT: &str = "tabella-receipt";

/// A ballot file or receipt that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BallotFileError {
    /// Not JSON of this form.
    #[error("not of this form: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Another kind of file.
    #[error("this is a `{found}`, not a `{expected}`")]
    Kind {
        /// The kind wanted.
        expected: &'static str,
        /// The kind in the file.
        found: String,
    },
    /// Another version.
    #[error("the file has schema version {0}, this program reads {SCHEMA_VERSION}")]
    Version(u32),
    /// A word is not a field element.
    #[error("{what}: {reason}")]
    Word {
        /// Which.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// The proof cannot be read.
    #[error("proof: {0}")]
    Proof(String),
    /// The public inputs are not those of the words.
    #[error("the public input {0} does not follow from the words, the binding and the election")]
    Input(&'static str),
}

/// A proven ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenBallot {
    /// The only sender allowed, or zero for anyone.
    pub binding: Address,
    /// H* of the words.
    pub h: Fr,
    /// nullifier, C1, C2_k.
    pub words: Vec<Fr>,
    /// All public inputs, in the statement's order.
    pub inputs: Vec<Fr>,
    /// The proof.
    pub proof: Proof,
}

impl ProvenBallot {
    /// The nullifier.
    pub fn nullifier(&self) -> Fr {
        self.words.first().copied().unwrap_or_default()
    }

    /// keccak(binding, h, proof, words), as in the event.
    pub fn digest(&self) -> B256 {
        let proof = proof_words(&self.proof).map(|word| word.to_be_bytes());
        B256::from(ballot_digest(&self.binding.into_array(), self.h, &proof, &self.words))
    }

    /// The struct that `BallotBox.cast` takes.
    pub fn to_abi(&self) -> IBallotBox::Ballot {
        IBallotBox::Ballot {
            binding: self.binding,
            h: to_word(&self.h),
            proof: proof_words(&self.proof),
            words: self.words.iter().map(to_word).collect(),
        }
    }

    /// The call that casts it.
    pub fn cast(&self, dao: &Dao, proposal: U256) -> Call {
        let call = IBallotBox::castCall { proposalId: proposal, ballot: self.to_abi() };
        dao.box_call(&call)
    }
}

/// The call that casts 1 to [`Dao::max_batch`] ballots at once. Those whose nullifier is spent are skipped.
pub fn cast_batch(dao: &Dao, proposal: U256, ballots: &[ProvenBallot]) -> Call {
    let ballots = ballots.iter().map(ProvenBallot::to_abi).collect();
    let call = IBallotBox::castBatchCall { proposalId: proposal, ballots };
    dao.box_call(&call)
}

/// A ballot as a file: everything that anyone needs to send or to verify it, and nothing secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BallotFile {
    /// Version of this form: [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `tabella-ballot`.
    pub kind: String,
    /// Circuit, for example `ballot-k3-d20`.
    pub circuit: String,
    /// Version of the circuit's statement.
    pub version: u32,
    /// The chain's id.
    pub chain_id: u64,
    /// The box it is for.
    pub ballot_box: Address,
    /// The Governor's id of the proposal.
    #[serde(with = "decimal")]
    pub proposal: U256,
    /// The only sender allowed, or zero for anyone.
    pub binding: Address,
    /// H* of the words.
    #[serde(with = "decimal")]
    pub h: U256,
    /// nullifier, c1_x, c1_y, c2_k_x, c2_k_y.
    #[serde(with = "decimals")]
    pub words: Vec<U256>,
    /// All public inputs, in the statement's order.
    #[serde(with = "decimals")]
    pub inputs: Vec<U256>,
    /// The proof, as snarkjs writes it.
    pub proof: serde_json::Value,
}

impl BallotFile {
    /// The file of a ballot.
    ///
    /// # Errors
    /// Never for a real proof; the reader's error is passed on all the same.
    pub fn new(circuit: &str, version: u32, venue: &Venue, ballot: &ProvenBallot) -> Result<Self, BallotFileError> {
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            kind: BALLOT.to_owned(),
            circuit: circuit.to_owned(),
            version,
            chain_id: venue.chain_id,
            ballot_box: venue.ballot_box.into(),
            proposal: U256::from_be_bytes(venue.proposal_id),
            binding: ballot.binding,
            h: to_word(&ballot.h),
            words: ballot.words.iter().map(to_word).collect(),
            inputs: ballot.inputs.iter().map(to_word).collect(),
            proof: serde_json::from_str(&ballot.proof.to_json())?,
        })
    }

    /// Reads a ballot file's text.
    ///
    /// # Errors
    /// Another kind, version or form.
    pub fn parse(text: &str) -> Result<Self, BallotFileError> {
        parse(text, BALLOT)
    }

    /// The ballot, with h, gamma and e recomputed from the words, the binding and the election it names.
    ///
    /// # Errors
    /// A word is not reduced, the proof is unreadable, or an input does not follow from the words.
    pub fn ballot(&self) -> Result<ProvenBallot, BallotFileError> {
        let words = fields("words", &self.words)?;
        let inputs = fields("inputs", &self.inputs)?;
        let h = fields("h", &[self.h])?[0];
        let venue = Venue {
            chain_id: self.chain_id,
            ballot_box: self.ballot_box.into_array(),
            governor: [0; 20],
            committee: [0; 20],
            term: 0,
            proposal_id: self.proposal.to_be_bytes(),
        };
        let gamma = ballot_gamma(&venue.election(), h, &self.binding.into_array(), &words);
        let mut last = inputs.iter().rev();
        for (name, value) in [("e", fold(gamma, &words)), ("gamma", gamma), ("h", h)] {
            if last.next() != Some(&value) {
                return Err(BallotFileError::Input(name));
            }
        }
        let proof = Proof::from_json(&self.proof.to_string()).map_err(|e| BallotFileError::Proof(e.to_string()))?;
        Ok(ProvenBallot { binding: self.binding, h, words, inputs, proof })
    }
}

/// What a voter keeps to find the ballot again. It holds no secret and no choice; it does tie whoever has it to the ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Version of this form: [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `tabella-receipt`.
    pub kind: String,
    /// The chain's id.
    pub chain_id: u64,
    /// The box it was sent to.
    pub ballot_box: Address,
    /// The Governor's id of the proposal.
    #[serde(with = "decimal")]
    pub proposal: U256,
    /// The nullifier.
    #[serde(with = "decimal")]
    pub nullifier: U256,
    /// The ciphertext: c1_x, c1_y, c2_k_x, c2_k_y.
    #[serde(with = "decimals")]
    pub ciphertext: Vec<U256>,
    /// keccak(binding, h, proof, words), as in the event.
    pub digest: B256,
}

impl Receipt {
    /// The receipt of a ballot.
    pub fn new(venue: &Venue, ballot: &ProvenBallot) -> Self {
        let words: Vec<U256> = ballot.words.iter().map(to_word).collect();
        Self {
            schema_version: SCHEMA_VERSION,
            kind: RECEIPT.to_owned(),
            chain_id: venue.chain_id,
            ballot_box: venue.ballot_box.into(),
            proposal: U256::from_be_bytes(venue.proposal_id),
            nullifier: to_word(&ballot.nullifier()),
            ciphertext: words.get(1..).unwrap_or_default().to_vec(),
            digest: ballot.digest(),
        }
    }

    /// Reads a receipt's text.
    ///
    /// # Errors
    /// Another kind, version or form.
    pub fn parse(text: &str) -> Result<Self, BallotFileError> {
        parse(text, RECEIPT)
    }
}

fn parse<T: for<'a> Deserialize<'a>>(text: &str, expected: &'static str) -> Result<T, BallotFileError> {
    #[derive(Deserialize)]
    struct Head {
        schema_version: u32,
        kind: String,
    }
    let head: Head = serde_json::from_str(text)?;
    if head.kind != expected {
        return Err(BallotFileError::Kind { expected, found: head.kind });
    }
    if head.schema_version != SCHEMA_VERSION {
        return Err(BallotFileError::Version(head.schema_version));
    }
    Ok(serde_json::from_str(text)?)
}

fn fields(what: &'static str, words: &[U256]) -> Result<Vec<Fr>, BallotFileError> {
    let read = |word: &U256| field::from_be_bytes(&word.to_be_bytes());
    words.iter().map(|word| read(word).map_err(|e| BallotFileError::Word { what, reason: e.to_string() })).collect()
}

/// Lists of numbers as decimal strings.
mod decimals {
    use alloy::primitives::U256;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(list: &[U256], serializer: S) -> Result<S::Ok, S::Error> {
        list.iter().map(U256::to_string).collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<U256>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let number = |text: &String| {
            U256::from_str_radix(text, 10).map_err(|_| D::Error::custom(format!("`{text}` is not a decimal number")))
        };
        texts.iter().map(number).collect()
    }
}
