//! The compiled contracts, embedded: ABI, creation code, libraries to link.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use alloy::json_abi::JsonAbi;
use alloy::primitives::Address;
use serde::Deserialize;
use thiserror::Error;

/// A committed artifact that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ArtifactError {
    /// The file is not an artifact.
    #[error("the artifact of {contract} cannot be read: {reason}")]
    Unreadable {
        /// The contract.
        contract: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The code refers to a library for which no address was given.
    #[error("{contract} needs the library {library}, which is not deployed")]
    LibraryMissing {
        /// The contract.
        contract: &'static str,
        /// The library's name.
        library: String,
    },
    /// A place to link lies outside the code or is not an address wide.
    #[error("{contract} has an impossible reference to the library {library}")]
    BadReference {
        /// The contract.
        contract: &'static str,
        /// The library's name.
        library: String,
    },
    /// The constructor takes other arguments.
    #[error("the constructor of {contract} takes other arguments: {reason}")]
    ConstructorArguments {
        /// The contract.
        contract: &'static str,
        /// What is wrong.
        reason: String,
    },
}

macro_rules! contracts {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// A contract of this build.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Contract { $($(#[$doc])* $name),+ }

        impl Contract {
            /// Every contract.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The contract's Solidity name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),+ }
            }

            /// The committed artifact's text.
            const fn json(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("../artifacts/", stringify!($name), ".json"))),+ }
            }
        }
    };
}

contracts! {
    /// Poseidon of two inputs (library).
    PoseidonTwo,
    /// Poseidon of three inputs (library).
    PoseidonThree,
    /// The one authority.
    AccessManager,
    /// Members admitted and removed by a registrar.
    Electorate,
    /// Members admitted by proofs that an address is on a list.
    AllowlistElectorate,
    /// Members admitted by locking tokens.
    TokenElectorate,
    /// The members of a Semaphore group.
    SemaphoreElectorate,
    /// Members on a published list.
    PublishedElectorate,
    /// The treasury, and the only executor.
    TimelockController,
    /// The reference Governor.
    TabellaGovernor,
    /// Trustees and their keys.
    Committee,
    /// Sealed ballots and tallies for the Governor's proposals.
    BallotBox,
    /// Sealed ballots and tallies for polls.
    PollBox,
    /// The generated verifier of `ballot-k3-d20`.
    BallotK3D20Verifier,
    /// The generated verifier of `tally-k3-t1`.
    TallyK3T1Verifier,
    /// The generated verifier of `ballot-k8-d20`.
    BallotK8D20Verifier,
    /// The generated verifier of `tally-k8-t1`.
    TallyK8T1Verifier,
    /// The generated verifier of `shard-linear-r205`.
    ShardLinearR205Verifier,
    /// The generated verifier of `verdict-s160`.
    VerdictS160Verifier,
    /// Models, their bonds and statuses.
    ModelRegistry,
    /// Policies that the DAO adopted.
    PolicyRegistry,
    /// Data roots that auditors signed.
    DataRegistry,
    /// Engagements, proofs, attestations.
    AuditRegistry,
    /// Money that is paid when a model passes.
    MilestoneTreasury,
}

impl Contract {
    /// The parsed artifact; parsed once.
    ///
    /// # Errors
    /// The committed file is not an artifact.
    pub fn artifact(self) -> Result<&'static Artifact, ArtifactError> {
        static PARSED: [OnceLock<Result<Artifact, ArtifactError>>; Contract::ALL.len()] =
            [const { OnceLock::new() }; Contract::ALL.len()];
        PARSED[self as usize].get_or_init(|| Artifact::parse(self, self.json())).as_ref().map_err(Clone::clone)
    }
}

/// ABI and creation code of a contract.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// The contract.
    pub contract: Contract,
    /// Its ABI.
    pub abi: JsonAbi,
    code: Vec<u8>,
    references: BTreeMap<String, Vec<Reference>>,
}

#[derive(Deserialize)]
struct File {
    abi: JsonAbi,
    bytecode: String,
    #[serde(rename = "linkReferences")]
    link_references: BTreeMap<String, BTreeMap<String, Vec<Reference>>>,
}

/// Where a library's address stands in the code, in bytes.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Reference {
    start: usize,
    length: usize,
}

impl Artifact {
    /// Reads an artifact: `{contractName, abi, bytecode, linkReferences}`, the form that `tools/artifacts.mjs` writes.
    ///
    /// # Errors
    /// The text is not of this form.
    pub fn parse(contract: Contract, json: &str) -> Result<Self, ArtifactError> {
        let unreadable = |reason: String| ArtifactError::Unreadable { contract: contract.name(), reason };
        let file: File = serde_json::from_str(json).map_err(|error| unreadable(error.to_string()))?;
        let code = decode_code(&file.bytecode).map_err(unreadable)?;
        let references = file.link_references.into_values().flatten().collect();
        Ok(Self { contract, abi: file.abi, code, references })
    }

    /// Names of the libraries that the code calls.
    pub fn libraries(&self) -> impl Iterator<Item = &str> {
        self.references.keys().map(String::as_str)
    }

    /// The creation code with every library's address in its places.
    ///
    /// # Errors
    /// A library has no address here, or a reference lies outside the code.
    pub fn link(&self, libraries: &[(Contract, Address)]) -> Result<Vec<u8>, ArtifactError> {
        let mut code = self.code.clone();
        for (library, places) in &self.references {
            let contract = self.contract.name();
            let missing = || ArtifactError::LibraryMissing { contract, library: library.clone() };
            let (_, address) = libraries.iter().find(|(known, _)| known.name() == library).ok_or_else(missing)?;
            for place in places {
                let bad = || ArtifactError::BadReference { contract, library: library.clone() };
                let end = place.start.checked_add(place.length).ok_or_else(bad)?;
                let target = code.get_mut(place.start..end).ok_or_else(bad)?;
                if target.len() != address.len() {
                    return Err(bad());
                }
                target.copy_from_slice(address.as_slice());
            }
        }
        Ok(code)
    }
}

/// Hexadecimal creation code, where unlinked addresses are `__$34 characters$__` (read as zeros).
fn decode_code(object: &str) -> Result<Vec<u8>, String> {
    let digits = object.strip_prefix("0x").unwrap_or(object);
    let mut plain = String::with_capacity(digits.len());
    let mut rest = digits;
    while let Some(at) = rest.find("__$") {
        let end = at.checked_add(40).filter(|&end| end <= rest.len() && rest.is_char_boundary(end));
        let end = end.ok_or_else(|| "a placeholder is cut off".to_owned())?;
        plain.push_str(&rest[..at]);
        plain.push_str(&"0".repeat(40));
        rest = &rest[end..];
    }
    plain.push_str(rest);
    let code = hex::decode(&plain).map_err(|error| format!("the creation code is not hexadecimal: {error}"))?;
    if code.is_empty() {
        return Err("there is no creation code".to_owned());
    }
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: Address = Address::repeat_byte(0xab);

    fn parsed(code: &str, references: &str) -> Result<Artifact, ArtifactError> {
        let json = format!(r#"{{"abi":[],"bytecode":"{code}","linkReferences":{references}}}"#);
        Artifact::parse(Contract::Electorate, &json)
    }

    #[test]
    fn every_artifact_can_be_read_and_its_libraries_are_ours() {
        for contract in Contract::ALL {
            let artifact = contract.artifact().expect("the artifact is committed");
            for library in artifact.libraries() {
                assert!(Contract::ALL.iter().any(|known| known.name() == library), "{}: {library}", contract.name());
            }
        }
    }

    #[test]
    fn linking_writes_each_library_into_its_places_and_nothing_else() {
        let hole = format!("__${}$__", "1".repeat(34));
        let code = format!("0x6001{hole}6002{hole}");
        let references = r#"{"a.sol":{"PoseidonTwo":[{"start":2,"length":20},{"start":24,"length":20}]}}"#;
        let artifact = parsed(&code, references).expect("it is well formed");
        let address = hex::encode(ADDRESS);
        let linked = artifact.link(&[(Contract::PoseidonTwo, ADDRESS)]).expect("the library is given");
        assert_eq!(hex::encode(linked), format!("6001{address}6002{address}"));
        let missing = artifact.link(&[(Contract::PoseidonThree, ADDRESS)]);
        assert!(matches!(missing, Err(ArtifactError::LibraryMissing { library, .. }) if library == "PoseidonTwo"));
    }

    #[test]
    fn impossible_references_are_refused() {
        for place in [
            r#"{"start":1,"length":20}"#,
            r#"{"start":0,"length":19}"#,
            r#"{"start":18446744073709551615,"length":20}"#,
        ] {
            let references = format!(r#"{{"a.sol":{{"PoseidonTwo":[{place}]}}}}"#);
            let artifact = parsed(&"00".repeat(20), &references).expect("it is well formed");
            let linked = artifact.link(&[(Contract::PoseidonTwo, ADDRESS)]);
            assert!(matches!(linked, Err(ArtifactError::BadReference { .. })), "{place}");
        }
    }

    #[test]
    fn what_is_no_artifact_is_refused() {
        for code in ["", "0x", "0xzz", "0x123", "0x__$cut", "0x__$\u{e9}"] {
            assert!(matches!(parsed(code, "{}"), Err(ArtifactError::Unreadable { .. })), "{code}");
        }
        for json in
            ["", "{}", "[]", r#"{"abi":[],"bytecode":"0x00"}"#, r#"{"abi":1,"bytecode":"0x00","linkReferences":{}}"#]
        {
            assert!(Artifact::parse(Contract::Electorate, json).is_err(), "{json}");
        }
    }
}
