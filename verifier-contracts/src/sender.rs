//! Who signs and pays: an account of the node, or a key that is here.

use std::fmt;

use alloy::network::EthereumWallet;
use alloy::primitives::{Address, B256};
use alloy::signers::local::PrivateKeySigner;

/// The sender of transactions.
#[derive(Clone)]
pub struct Sender {
    address: Address,
    local: Option<(PrivateKeySigner, EthereumWallet)>,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Sender {
    /// An account that the node itself signs for (`eth_sendTransaction`).
    pub fn node_account(address: Address) -> Self {
        Self { address, local: None }
    }

    /// A key that is here; the node sees signed transactions only.
    pub fn local(signer: PrivateKeySigner) -> Self {
        Self { address: signer.address(), local: Some((signer.clone(), EthereumWallet::new(signer))) }
    }

    /// The sender's address.
    pub fn address(&self) -> Address {
        self.address
    }

    /// The local wallet, or `None` where the node signs.
    pub(crate) fn wallet(&self) -> Option<&EthereumWallet> {
        self.local.as_ref().map(|(_, wallet)| wallet)
    }

    /// The local key, or `None` where the node signs.
    pub(crate) fn signer(&self) -> Option<&PrivateKeySigner> {
        self.local.as_ref().map(|(signer, _)| signer)
    }
}

/// The transaction that was mined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mined {
    /// Its hash.
    pub hash: B256,
    /// The block it is in.
    pub block: u64,
    /// Gas used.
    pub gas: u64,
    /// The contract it created, if any.
    pub created: Option<Address>,
}
