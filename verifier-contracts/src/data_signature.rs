//! What an auditor signs of a data set (EIP-712), and the file that holds a signature.

use alloy::primitives::{Address, B256, Bytes, Signature, U256};
use alloy::signers::SignerSync;
use alloy::sol_types::{Eip712Domain, SolStruct, eip712_domain};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thiserror::Error;

use crate::bindings::{DataRoot, IDataRegistry};
use crate::chain::{Chain, bad_answer};
use crate::deployment::decimal;
use crate::error::ChainError;
use crate::sender::Sender;

/// Version of the signature file's form.
pub const SCHEMA_VERSION: u32 = 1;
/// The word in the file's `kind`.
const KIND: &str = "tabella-data-signature";
/// The EIP-712 domain's name and version.
const DOMAIN: [&str; 2] = ["Tabella DataRegistry", "1"];

/// A signature file that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SignatureFileError {
    /// Not JSON of this form.
    #[error("not a signature file: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Another kind of file.
    #[error("this is a `{0}`, not a `{KIND}`")]
    Kind(String),
    /// Another version.
    #[error("the file has schema version {0}, this program reads {SCHEMA_VERSION}")]
    Version(u64),
}

/// What an auditor says: these are the data of this engagement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataClaim {
    /// The chain's id.
    pub chain_id: u64,
    /// DataRegistry.
    pub data_registry: Address,
    /// The engagement's id.
    #[serde(with = "decimal")]
    pub engagement: U256,
    /// The data's root.
    pub data_root: B256,
    /// Number of records, 1..2^24.
    pub rows: u64,
    /// Number of shards, 1..160.
    pub shards: u64,
    /// The policy's schema, a field element.
    #[serde(with = "decimal")]
    pub schema_hash: U256,
}

impl DataClaim {
    /// The 32 bytes that are signed, as `DataRegistry.digest` computes them.
    pub fn digest(&self) -> B256 {
        self.message().eip712_signing_hash(&self.domain())
    }

    /// What `DataRegistry.register` takes beside signatures.
    pub fn registration(&self, provider: Address) -> IDataRegistry::Registration {
        IDataRegistry::Registration {
            engagementId: self.engagement,
            dataRoot: self.data_root,
            rows: U256::from(self.rows),
            shards: U256::from(self.shards),
            schemaHash: self.schema_hash,
            provider,
        }
    }

    fn message(&self) -> DataRoot {
        DataRoot {
            engagementId: self.engagement,
            dataRoot: self.data_root,
            rows: U256::from(self.rows),
            shards: U256::from(self.shards),
            schemaHash: self.schema_hash,
        }
    }

    fn domain(&self) -> Eip712Domain {
        let [name, version] = DOMAIN;
        eip712_domain! {
            name: name, version: version, chain_id: self.chain_id, verifying_contract: self.data_registry,
        }
    }

    /// The same as a node or a wallet is asked to sign it (`eth_signTypedData_v4`).
    pub fn typed_data(&self) -> Value {
        let field = |(name, kind): (&str, &str)| json!({ "name": name, "type": kind });
        let domain =
            [("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")];
        let message = [
            ("engagementId", "uint256"),
            ("dataRoot", "bytes32"),
            ("rows", "uint256"),
            ("shards", "uint256"),
            ("schemaHash", "uint256"),
        ];
        json!({
            "types": { "EIP712Domain": domain.map(field), "DataRoot": message.map(field) },
            "primaryType": "DataRoot",
            "domain": {
                "name": DOMAIN[0], "version": DOMAIN[1], "chainId": self.chain_id, "verifyingContract": self.data_registry,
            },
            "message": {
                "engagementId": self.engagement.to_string(),
                "dataRoot": self.data_root,
                "rows": self.rows.to_string(),
                "shards": self.shards.to_string(),
                "schemaHash": self.schema_hash.to_string(),
            },
        })
    }

    /// Signs it: with the key that is here, or by the node for an account that it holds.
    ///
    /// # Errors
    /// `BadAnswer` where the node signed something else or for somebody else; the node's failures.
    pub async fn sign(&self, chain: &Chain, sender: &Sender) -> Result<DataSignature, ChainError> {
        let digest = self.digest();
        let signature: Bytes = match sender.signer() {
            Some(signer) => {
                let signed = signer.sign_hash_sync(&digest);
                signed.map_err(|error| bad_answer("signing", error.to_string()))?.as_bytes().into()
            }
            None => {
                // Nodes take the typed data as JSON text as well as an object; wallets take only text.
                let answer =
                    chain.raw("eth_signTypedData_v4", json!([sender.address(), self.typed_data().to_string()])).await?;
                serde_json::from_value(answer).map_err(|error| bad_answer("eth_signTypedData_v4", error.to_string()))?
            }
        };
        let signed = DataSignature::new(self.clone(), sender.address(), signature);
        if !signed.is_by_signer() {
            return Err(bad_answer("eth_signTypedData_v4", "the signature is not over these data".to_owned()));
        }
        Ok(signed)
    }
}

/// A signature of an auditor as a file: nothing secret, and all that registering the data needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSignature {
    /// Version of this form: [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `tabella-data-signature`.
    pub kind: String,
    /// What is signed.
    pub claim: DataClaim,
    /// The auditor: an account, or a contract that decides itself (ERC-1271).
    pub signer: Address,
    /// 65 bytes of an account, or what the contract takes.
    pub signature: Bytes,
}

impl DataSignature {
    /// A signature that was made somewhere.
    pub fn new(claim: DataClaim, signer: Address, signature: Bytes) -> Self {
        Self { schema_version: SCHEMA_VERSION, kind: KIND.to_owned(), claim, signer, signature }
    }

    /// Reads a signature file's text; whether the signature is good is another question.
    ///
    /// # Errors
    /// The text has another form, kind or version.
    pub fn parse(text: &str) -> Result<Self, SignatureFileError> {
        let value: Value = serde_json::from_str(text)?;
        match value.get("kind").and_then(Value::as_str) {
            Some(kind) if kind != KIND => return Err(SignatureFileError::Kind(kind.chars().take(80).collect())),
            _ => {}
        }
        match value.get("schema_version").and_then(Value::as_u64) {
            Some(version) if version != u64::from(SCHEMA_VERSION) => Err(SignatureFileError::Version(version)),
            // Read from the text again, so that an error has its place.
            _ => Ok(serde_json::from_str(text)?),
        }
    }

    /// The file's text, with a final newline.
    ///
    /// # Errors
    /// Never for a value of this type; the writer's error is passed on all the same.
    pub fn to_text(&self) -> Result<String, SignatureFileError> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Whether this is the signer's own signature over the claim; `false` for every contract that signs.
    pub fn is_by_signer(&self) -> bool {
        let parsed = Signature::try_from(self.signature.as_ref());
        parsed.is_ok_and(|parsed| {
            parsed.recover_address_from_prehash(&self.claim.digest()).is_ok_and(|by| by == self.signer)
        })
    }
}

#[cfg(test)]
mod tests {
    use alloy::primitives::keccak256;
    use alloy::signers::local::PrivateKeySigner;

    use super::*;

    fn claim() -> DataClaim {
        DataClaim {
            chain_id: 31337,
            data_registry: Address::repeat_byte(7),
            engagement: U256::from(3),
            data_root: B256::repeat_byte(9),
            rows: 1000,
            shards: 5,
            schema_hash: U256::from(77),
        }
    }

    fn signed() -> DataSignature {
        let signer = PrivateKeySigner::random();
        let signature = signer.sign_hash_sync(&claim().digest()).unwrap();
        DataSignature::new(claim(), signer.address(), signature.as_bytes().into())
    }

    #[test]
    fn the_digest_is_the_statement_pages() {
        let words = |words: &[B256]| keccak256(words.iter().flat_map(|word| word.0).collect::<Vec<_>>());
        let number = |x: u64| B256::from(U256::from(x));
        let domain = words(&[
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            keccak256("Tabella DataRegistry"),
            keccak256("1"),
            number(31337),
            Address::repeat_byte(7).into_word(),
        ]);
        let message = words(&[
            keccak256("DataRoot(uint256 engagementId,bytes32 dataRoot,uint256 rows,uint256 shards,uint256 schemaHash)"),
            number(3),
            B256::repeat_byte(9),
            number(1000),
            number(5),
            number(77),
        ]);
        let expected = keccak256([&[0x19, 0x01][..], &domain.0, &message.0].concat());
        assert_eq!(claim().digest(), expected);
    }

    #[test]
    fn a_signature_is_over_every_part_of_the_claim() {
        let signed = signed();
        assert!(signed.is_by_signer());
        let change: [fn(&mut DataClaim); 7] = [
            |c| c.chain_id += 1,
            |c| c.data_registry = Address::ZERO,
            |c| c.engagement += U256::ONE,
            |c| c.data_root = B256::ZERO,
            |c| c.rows += 1,
            |c| c.shards += 1,
            |c| c.schema_hash += U256::ONE,
        ];
        for change in change {
            let mut other = signed.clone();
            change(&mut other.claim);
            assert!(!other.is_by_signer());
        }
        for bad in [Bytes::new(), vec![0; 65].into(), vec![0xff; 64].into()] {
            assert!(!DataSignature { signature: bad, ..signed.clone() }.is_by_signer());
        }
    }

    #[test]
    fn files_are_read_strictly() {
        let text = signed().to_text().unwrap();
        assert_eq!(DataSignature::parse(&text).unwrap().to_text().unwrap(), text);
        let bad = |text: &str| DataSignature::parse(text).unwrap_err().to_string();
        assert!(bad(&text.replace("tabella-data-signature", "tabella-ballot")).contains("tabella-ballot"));
        assert!(bad(&text.replace("\"schema_version\": 1", "\"schema_version\": 7")).contains("version 7"));
        assert!(bad(&text[..text.len() / 2]).contains("line"));
        assert!(bad(&text.replacen('{', "{\"extra\": 1,", 1)).contains("extra"));
        assert!(bad(&text.replace("\"3\"", "3")).contains("string"));
    }
}
