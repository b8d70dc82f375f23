//! A connection to a chain: typed reads, logs, and transactions whose refusals are decoded.

mod wire;

use std::time::{Duration, Instant};

use alloy::consensus::BlockHeader;
use alloy::eips::{BlockId, BlockNumberOrTag};
use alloy::network::{NetworkWallet, TransactionBuilder};
use alloy::primitives::{Address, B256, Bytes, TxHash, U256};
use alloy::providers::{DynProvider, Provider};
use alloy::rpc::types::{Filter, TransactionReceipt, TransactionRequest};
use alloy::sol_types::{SolCall, SolEvent};
use alloy::transports::{RpcError, TransportErrorKind};

use crate::artifact::Contract;
use crate::call::Call;
use crate::error::ChainError;
use crate::sender::{Mined, Sender};
use wire::{decode_event, provider, request};

/// Least gas on top of an estimate, else a tenth of it: the state or the second may be another when the block is made, and
/// what was overwriting slots may then be filling new ones (an Electorate's history).
const GAS_RESERVE: u64 = 60_000;
/// Blocks asked for at once in a search of logs; public nodes limit it.
const LOG_RANGE: u64 = 10_000;
/// Chain ids of development chains, the same as in the verifiers of development keys.
pub const DEVELOPMENT: [u64; 2] = [31337, 1337];
/// How long a connection may take.
const CONNECTION: Duration = Duration::from_secs(10);
/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(60);
/// How long a transaction may wait to be mined.
const MINING: Duration = Duration::from_secs(180);

/// A JSON-RPC node and the chain it serves.
#[derive(Debug, Clone)]
pub struct Chain {
    provider: DynProvider,
    host: String,
    id: u64,
}

/// Number and time of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Block number.
    pub block: u64,
    /// Its timestamp, in seconds since 1970.
    pub time: u64,
}

/// A call with the gas it needs, not yet sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The call.
    pub call: Call,
    /// Who sends it.
    pub from: Address,
    /// The node's estimate of its gas.
    pub gas: u64,
}

/// An event with its place on the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<E> {
    /// The decoded event.
    pub event: E,
    /// Its transaction.
    pub transaction: B256,
    /// Its block.
    pub block: u64,
    /// Its place among the block's events.
    pub index: u64,
}

impl Chain {
    /// Connects to a node and asks which chain it serves.
    ///
    /// # Errors
    /// `BadUrl`, `Unreachable`, or the node's refusal.
    pub async fn connect(url: &str) -> Result<Self, ChainError> {
        let (provider, host) = provider(url)?;
        let id = provider.get_chain_id().await.map_err(|e| ChainError::from_rpc(&host, "eth_chainId", e))?;
        Ok(Self { provider, host, id })
    }

    /// As [`Chain::connect`], for one chain only.
    ///
    /// # Errors
    /// `WrongChain` if the node serves another.
    pub async fn connect_to(url: &str, expected: u64) -> Result<Self, ChainError> {
        let chain = Self::connect(url).await?;
        if chain.id != expected {
            return Err(ChainError::WrongChain { host: chain.host, expected, actual: chain.id });
        }
        Ok(chain)
    }

    /// The chain's id.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The node's scheme, host and port: never its path or password, which often hold an access key.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The latest block.
    ///
    /// # Errors
    /// The node does not answer.
    pub async fn latest(&self) -> Result<Moment, ChainError> {
        self.moment(BlockNumberOrTag::Latest).await
    }

    /// The latest finalized block. A development chain may finalize none or lag behind.
    ///
    /// # Errors
    /// The node does not answer, or knows no such block.
    pub async fn finalized(&self) -> Result<Moment, ChainError> {
        self.moment(BlockNumberOrTag::Finalized).await
    }

    /// The latest block that will not be undone: finalized, or on a development chain the latest.
    ///
    /// # Errors
    /// The node does not answer, or knows no such block.
    pub async fn settled(&self) -> Result<Moment, ChainError> {
        if DEVELOPMENT.contains(&self.id) { self.latest().await } else { self.finalized().await }
    }

    async fn moment(&self, tag: BlockNumberOrTag) -> Result<Moment, ChainError> {
        let block = self.provider.get_block_by_number(tag).await.map_err(|e| self.rpc("eth_getBlockByNumber", e))?;
        let block = block.ok_or_else(|| bad_answer("eth_getBlockByNumber", format!("no {tag} block")))?;
        Ok(Moment { block: block.header.number(), time: block.header.timestamp() })
    }

    /// An account's balance, in wei.
    ///
    /// # Errors
    /// The node does not answer.
    pub async fn balance(&self, account: Address) -> Result<U256, ChainError> {
        self.provider.get_balance(account).await.map_err(|e| self.rpc("eth_getBalance", e))
    }

    /// Accounts that the node signs for.
    ///
    /// # Errors
    /// The node does not answer.
    pub async fn node_accounts(&self) -> Result<Vec<Address>, ChainError> {
        self.provider.get_accounts().await.map_err(|e| self.rpc("eth_accounts", e))
    }

    /// Fails unless something is deployed at the address.
    ///
    /// # Errors
    /// `NoContract`, or the node does not answer.
    pub async fn require(&self, contract: Contract, address: Address) -> Result<(), ChainError> {
        let code = self.provider.get_code_at(address).await.map_err(|e| self.rpc("eth_getCode", e))?;
        if code.is_empty() {
            return Err(ChainError::NoContract { name: contract.name(), address });
        }
        Ok(())
    }

    /// Reads a view at the latest block.
    ///
    /// # Errors
    /// `Refused`, `NoContract`, or the node's failures.
    pub async fn view<C: SolCall>(&self, contract: Contract, at: Address, call: C) -> Result<C::Return, ChainError> {
        self.view_at(contract, at, call, BlockId::latest()).await
    }

    /// Reads a view at a given block.
    ///
    /// # Errors
    /// As [`Chain::view`].
    pub async fn view_at<C: SolCall>(
        &self,
        contract: Contract,
        at: Address,
        call: C,
        block: BlockId,
    ) -> Result<C::Return, ChainError> {
        let request = TransactionRequest::default().with_to(at).with_input(call.abi_encode());
        let answer = self.provider.call(request).block(block).await.map_err(|e| self.rpc("eth_call", e))?;
        if answer.is_empty() {
            self.require(contract, at).await?;
        }
        C::abi_decode_returns(&answer)
            .map_err(|error| bad_answer(&format!("{}.{}", contract.name(), C::SIGNATURE), error.to_string()))
    }

    /// Asks the node whether a call would succeed if this account made it; nothing is sent, and no key is needed.
    ///
    /// # Errors
    /// `Refused` with the contract's error, `InsufficientFunds`, or the node's failures.
    pub async fn call_as(&self, from: Address, to: Address, value: U256, data: Bytes) -> Result<Bytes, ChainError> {
        let request = TransactionRequest::default().with_from(from).with_to(to).with_value(value).with_input(data);
        self.provider.call(request).await.map_err(|e| self.rpc("eth_call", e))
    }

    /// All events of one kind that a contract emitted from a block on, oldest first.
    ///
    /// # Errors
    /// The node does not answer, or a log does not decode.
    pub async fn events<E: SolEvent>(
        &self,
        address: Address,
        from: u64,
        first_topic: Option<B256>,
    ) -> Result<Vec<Found<E>>, ChainError> {
        let last = self.latest().await?.block;
        self.events_until(address, from, last, first_topic).await
    }

    /// As [`Chain::events`], up to and including a block.
    ///
    /// # Errors
    /// As [`Chain::events`].
    pub async fn events_until<E: SolEvent>(
        &self,
        address: Address,
        from: u64,
        last: u64,
        first_topic: Option<B256>,
    ) -> Result<Vec<Found<E>>, ChainError> {
        let mut found = Vec::new();
        let mut start = from;
        while start <= last {
            let end = last.min(start.saturating_add(LOG_RANGE - 1));
            let mut filter =
                Filter::new().address(address).event_signature(E::SIGNATURE_HASH).from_block(start).to_block(end);
            if let Some(topic) = first_topic {
                filter = filter.topic1(topic);
            }
            let logs = self.provider.get_logs(&filter).await.map_err(|e| self.rpc("eth_getLogs", e))?;
            for log in &logs {
                found.push(decode_event(log)?);
            }
            start = end + 1;
        }
        Ok(found)
    }

    /// What a call would cost and whether it would be refused; sends nothing.
    ///
    /// # Errors
    /// `Refused` with the contract's error, or the node's failures.
    pub async fn plan(&self, from: Address, call: Call) -> Result<Planned, ChainError> {
        let gas = self.provider.estimate_gas(request(from, &call)).await.map_err(|e| self.rpc("eth_estimateGas", e))?;
        if let (Some(to), false) = (call.to, call.data.is_empty())
            && self.provider.get_code_at(to).await.map_err(|e| self.rpc("eth_getCode", e))?.is_empty()
        {
            return Err(ChainError::NoContract { name: call.contract, address: to });
        }
        Ok(Planned { call, from, gas })
    }

    /// Sends a call and waits until it is mined.
    ///
    /// # Errors
    /// `Refused` (before or after sending), `NotMined`, or the node's failures.
    pub async fn send(&self, sender: &Sender, call: Call) -> Result<Mined, ChainError> {
        let planned = self.plan(sender.address(), call).await?;
        self.send_planned(sender, &planned).await
    }

    /// Sends a planned call and waits until it is mined.
    ///
    /// # Errors
    /// As [`Chain::send`].
    pub async fn send_planned(&self, sender: &Sender, planned: &Planned) -> Result<Mined, ChainError> {
        let mut request = request(sender.address(), &planned.call);
        request.set_gas_limit(planned.gas.saturating_add((planned.gas / 10).max(GAS_RESERVE)));
        let hash = match sender.wallet() {
            None => self.send_by_node(request.clone()).await?,
            Some(wallet) => self.send_signed(wallet, request.clone()).await?,
        };
        let receipt = self.mined(hash).await?;
        if !receipt.status() {
            return Err(self.reason(request, &receipt).await);
        }
        Ok(Mined {
            hash,
            block: receipt.block_number.unwrap_or_default(),
            gas: receipt.gas_used,
            created: receipt.contract_address,
        })
    }

    async fn send_by_node(&self, request: TransactionRequest) -> Result<TxHash, ChainError> {
        let pending = self.provider.send_transaction(request).await;
        Ok(*pending.map_err(|e| self.rpc("eth_sendTransaction", e))?.tx_hash())
    }

    async fn send_signed(
        &self,
        wallet: &alloy::network::EthereumWallet,
        mut request: TransactionRequest,
    ) -> Result<TxHash, ChainError> {
        let from = request.from.unwrap_or_default();
        let nonce = self.provider.get_transaction_count(from).pending().await;
        let fees = self.provider.estimate_eip1559_fees().await.map_err(|e| self.rpc("eth_feeHistory", e))?;
        request.set_nonce(nonce.map_err(|e| self.rpc("eth_getTransactionCount", e))?);
        request.set_chain_id(self.id);
        request.set_max_fee_per_gas(fees.max_fee_per_gas);
        request.set_max_priority_fee_per_gas(fees.max_priority_fee_per_gas);
        let signed = NetworkWallet::<alloy::network::Ethereum>::sign_request(wallet, request).await;
        let signed = signed.map_err(|error| bad_answer("signing", error.to_string()))?;
        let pending = self.provider.send_tx_envelope(signed).await;
        Ok(*pending.map_err(|e| self.rpc("eth_sendRawTransaction", e))?.tx_hash())
    }

    async fn mined(&self, hash: TxHash) -> Result<TransactionReceipt, ChainError> {
        let started = Instant::now();
        let mut pause = Duration::from_millis(5);
        loop {
            let receipt = self.provider.get_transaction_receipt(hash).await;
            if let Some(receipt) = receipt.map_err(|e| self.rpc("eth_getTransactionReceipt", e))? {
                return Ok(receipt);
            }
            if started.elapsed() > MINING {
                return Err(ChainError::NotMined { hash, seconds: MINING.as_secs() });
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(1));
        }
    }

    /// Why a mined transaction failed: the same call again, on the state before its block.
    async fn reason(&self, request: TransactionRequest, receipt: &TransactionReceipt) -> ChainError {
        let before = receipt.block_number.unwrap_or(1).saturating_sub(1);
        match self.provider.call(request).block(BlockId::number(before)).await {
            Err(error) => self.rpc("eth_call", error),
            Ok(_) => ChainError::Refused(crate::revert::decode(&Bytes::new())),
        }
    }

    /// Input of a mined transaction.
    ///
    /// # Errors
    /// The node does not know the transaction.
    pub async fn transaction_input(&self, hash: TxHash) -> Result<Bytes, ChainError> {
        use alloy::consensus::Transaction;
        let found = self.provider.get_transaction_by_hash(hash).await;
        let found = found.map_err(|e| self.rpc("eth_getTransactionByHash", e))?;
        let found = found.ok_or_else(|| bad_answer("eth_getTransactionByHash", format!("{hash} is unknown")))?;
        Ok(found.inner.input().clone())
    }

    /// Any JSON-RPC method, for what has no typed form (a development node's own methods).
    ///
    /// # Errors
    /// The node does not answer or refuses.
    pub async fn raw(&self, method: &'static str, params: serde_json::Value) -> Result<serde_json::Value, ChainError> {
        self.provider.raw_request(method.into(), params).await.map_err(|e| self.rpc(method, e))
    }

    fn rpc(&self, method: &'static str, error: RpcError<TransportErrorKind>) -> ChainError {
        ChainError::from_rpc(&self.host, method, error)
    }
}

pub(crate) fn bad_answer(what: &str, reason: String) -> ChainError {
    ChainError::BadAnswer { what: what.to_owned(), reason }
}
