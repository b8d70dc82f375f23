//! A call described before it is sent: function, arguments, receiver, value.

use std::fmt;

use alloy::dyn_abi::{DynSolValue, JsonAbiExt};
use alloy::json_abi::Param;
use alloy::primitives::{Address, Bytes, Selector, U256};
use alloy::sol_types::SolCall;
use serde::Serialize;

use crate::artifact::{ArtifactError, Contract};

/// One named argument, in words: integers decimal, bytes and addresses hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// The parameter's name; empty where the ABI has none.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Argument {
    pub(crate) fn new(name: &str, value: impl Into<String>) -> Self {
        Self { name: name.to_owned(), value: value.into() }
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            return write!(f, "{}", self.value);
        }
        write!(f, "{}: {}", self.name, self.value)
    }
}

/// A transaction's payload with its decoded form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The receiver; `None` deploys a contract.
    pub to: Option<Address>,
    /// Name of the receiving or deployed contract; empty for a plain transfer.
    pub contract: &'static str,
    /// Function called; `constructor` for a deployment, `transfer` for plain ether.
    pub function: String,
    /// Decoded arguments.
    pub arguments: Vec<Argument>,
    /// Ether sent along, in wei.
    pub value: U256,
    /// The calldata or creation code.
    pub data: Bytes,
}

impl Call {
    /// A call of `function` on the contract at `to`.
    pub fn new<C: SolCall>(contract: Contract, to: Address, function: &C) -> Self {
        let data = Bytes::from(function.abi_encode());
        let (name, arguments) = describe(contract, &data)
            .unwrap_or_else(|| (C::SIGNATURE.to_owned(), vec![Argument::new("data", data.to_string())]));
        Self { to: Some(to), contract: contract.name(), function: name, arguments, value: U256::ZERO, data }
    }

    /// A plain transfer of `value` wei.
    pub fn transfer(to: Address, value: U256) -> Self {
        Self {
            to: Some(to),
            contract: "",
            function: "transfer".to_owned(),
            arguments: vec![],
            value,
            data: Bytes::new(),
        }
    }

    /// The creation of `contract`, its libraries linked to the given addresses.
    ///
    /// # Errors
    /// The artifact is unreadable, a library is missing, or the arguments are not those of the constructor.
    pub fn deploy(
        contract: Contract,
        libraries: &[(Contract, Address)],
        arguments: &[DynSolValue],
    ) -> Result<Self, ArtifactError> {
        let artifact = contract.artifact()?;
        let mut code = artifact.link(libraries)?;
        let inputs = artifact.abi.constructor().map_or(&[][..], |constructor| &constructor.inputs);
        if inputs.len() != arguments.len() {
            return Err(ArtifactError::ConstructorArguments {
                contract: contract.name(),
                reason: format!("it takes {}, {} were given", inputs.len(), arguments.len()),
            });
        }
        if let Some(constructor) = artifact.abi.constructor() {
            let encoded = constructor.abi_encode_input(arguments).map_err(|error| {
                ArtifactError::ConstructorArguments { contract: contract.name(), reason: error.to_string() }
            })?;
            code.extend_from_slice(&encoded);
        }
        Ok(Self {
            to: None,
            contract: contract.name(),
            function: "constructor".to_owned(),
            arguments: self::arguments(inputs, arguments),
            value: U256::ZERO,
            data: code.into(),
        })
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = if self.contract.is_empty() { "" } else { "." };
        write!(f, "{}{dot}{}(", self.contract, self.function)?;
        for (i, argument) in self.arguments.iter().enumerate() {
            write!(f, "{}{argument}", if i == 0 { "" } else { ", " })?;
        }
        write!(f, ")")
    }
}

/// Name and arguments of a call, from the contract's ABI.
fn describe(contract: Contract, data: &[u8]) -> Option<(String, Vec<Argument>)> {
    let selector = Selector::try_from(data.get(..4)?).ok()?;
    let artifact = contract.artifact().ok()?;
    let function = artifact.abi.functions().find(|function| function.selector() == selector)?;
    let values = function.abi_decode_input(&data[4..]).ok()?;
    Some((function.name.clone(), arguments(&function.inputs, &values)))
}

/// Values beside their parameters' names.
pub(crate) fn arguments<P: NamedParam>(params: &[P], values: &[DynSolValue]) -> Vec<Argument> {
    params.iter().zip(values).map(|(param, value)| Argument::new(param.name(), words(value))).collect()
}

/// A parameter that has a name.
pub(crate) trait NamedParam {
    fn name(&self) -> &str;
}

impl NamedParam for Param {
    fn name(&self) -> &str {
        &self.name
    }
}

/// A value in words.
fn words(value: &DynSolValue) -> String {
    let list = |items: &[DynSolValue]| items.iter().map(words).collect::<Vec<_>>().join(", ");
    match value {
        DynSolValue::Bool(x) => x.to_string(),
        DynSolValue::Int(x, _) => x.to_string(),
        DynSolValue::Uint(x, _) => x.to_string(),
        DynSolValue::Address(x) => x.to_string(),
        DynSolValue::Function(x) => x.to_string(),
        DynSolValue::FixedBytes(x, size) => format!("0x{}", hex::encode(&x[..*size])),
        DynSolValue::Bytes(x) => format!("0x{}", hex::encode(x)),
        DynSolValue::String(x) => format!("{x:?}"),
        DynSolValue::Array(x) | DynSolValue::FixedArray(x) => format!("[{}]", list(x)),
        DynSolValue::Tuple(x) => format!("({})", list(x)),
        // `CustomStruct` exists only with the feature eip712.
        #[allow(unreachable_patterns)]
        other => format!("{other:?}"),
    }
}
