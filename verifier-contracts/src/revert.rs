//! Revert data decoded into the name and arguments of a custom error.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use alloy::dyn_abi::JsonAbiExt;
use alloy::json_abi;
use alloy::primitives::{Bytes, Selector};
use alloy::rpc::json_rpc::ErrorPayload;
use alloy::sol_types::{PanicKind, Revert, SolError};

use crate::artifact::Contract;
use crate::call::{self, Argument};

/// Why a contract reverted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractError {
    /// Name of the custom error; `Error` and `Panic` for Solidity's own; `Unknown` for a selector of none of our contracts;
    /// `Reverted` where the contract gave no data.
    pub name: String,
    /// The error's arguments, in order.
    pub arguments: Vec<Argument>,
    /// The revert data as returned.
    pub data: Bytes,
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (i, argument) in self.arguments.iter().enumerate() {
            write!(f, "{}{argument}", if i == 0 { "" } else { ", " })?;
        }
        write!(f, ")")
    }
}

/// Decodes revert data against the errors of every contract of this build.
pub fn decode(data: &Bytes) -> ContractError {
    let found = |name: &str, arguments| ContractError { name: name.to_owned(), arguments, data: data.clone() };
    let Some(selector) = data.get(..4).map(Selector::from_slice) else {
        return found("Reverted", vec![]);
    };
    if let Ok(revert) = Revert::abi_decode(data) {
        return found("Error", vec![Argument::new("reason", revert.reason)]);
    }
    if let Ok(panic) = alloy::sol_types::Panic::abi_decode(data) {
        let words = panic.kind().map_or_else(|| panic.code.to_string(), |kind: PanicKind| kind.to_string());
        return found("Panic", vec![Argument::new("reason", words)]);
    }
    for error in known_errors().get(&selector).into_iter().flatten() {
        if let Ok(values) = error.abi_decode_input(&data[4..]) {
            return found(&error.name, call::arguments(&error.inputs, &values));
        }
    }
    found("Unknown", vec![Argument::new("data", data.to_string())])
}

/// The revert in a node's error response, if it is one.
pub(crate) fn from_payload(payload: &ErrorPayload) -> Option<ContractError> {
    if let Some(data) = payload.as_revert_data() {
        return Some(decode(&data));
    }
    // A node that returns no data still says so in words.
    payload.message.contains("revert").then(|| decode(&Bytes::new()))
}

/// Every custom error of every contract, by selector.
fn known_errors() -> &'static HashMap<Selector, Vec<json_abi::Error>> {
    static ERRORS: OnceLock<HashMap<Selector, Vec<json_abi::Error>>> = OnceLock::new();
    ERRORS.get_or_init(|| {
        let mut errors: HashMap<Selector, Vec<json_abi::Error>> = HashMap::new();
        for contract in Contract::ALL {
            // An artifact that cannot be read is reported where it is used, and by a test.
            let Ok(artifact) = contract.artifact() else { continue };
            for error in artifact.abi.errors() {
                errors.entry(error.selector()).or_default().push(error.clone());
            }
        }
        errors
    })
}

#[cfg(test)]
mod tests {
    use alloy::primitives::U256;
    use alloy::sol;

    use super::*;

    sol! {
        error NullifierSpent(uint256 nullifier);
        error InputNotInField(uint256 index, uint256 value);
        error NobodyKnowsThis(uint256 x);
        error Panic(uint256 code);
    }

    fn decoded(error: &impl SolError) -> String {
        decode(&error.abi_encode().into()).to_string()
    }

    #[test]
    fn errors_of_our_contracts_have_names_and_arguments() {
        assert_eq!(decoded(&NullifierSpent { nullifier: U256::from(5) }), "NullifierSpent(nullifier: 5)");
        let error = InputNotInField { index: U256::ONE, value: U256::MAX };
        assert_eq!(decoded(&error), format!("InputNotInField(index: 1, value: {})", U256::MAX));
    }

    #[test]
    fn solidity_s_own_errors_are_read() {
        assert_eq!(decoded(&Revert::from("no money")), "Error(reason: no money)");
        assert!(decoded(&Panic { code: U256::from(0x11) }).starts_with("Panic(reason: "));
    }

    #[test]
    fn what_cannot_be_read_is_shown_as_it_is() {
        assert_eq!(decode(&Bytes::new()).to_string(), "Reverted()");
        assert_eq!(decode(&Bytes::from_static(&[1, 2, 3])).to_string(), "Reverted()");
        let unknown = NobodyKnowsThis { x: U256::ONE }.abi_encode();
        assert_eq!(decode(&unknown.clone().into()).name, "Unknown");
        // The selector of an error, and half of its argument.
        let cut = NullifierSpent { nullifier: U256::ONE }.abi_encode()[..20].to_vec();
        assert_eq!(decode(&cut.into()).name, "Unknown");
    }
}
