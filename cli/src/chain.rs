//! The connection to an Ethereum node.

use std::time::Duration;

use alloy::network::EthereumWallet;
use alloy::providers::{DynProvider, Provider, ProviderBuilder};
use alloy::transports::http::reqwest::{Client, Url};
use alloy::transports::{RpcError, TransportError};

use crate::context::Ctx;
use crate::devnet;
use crate::error::CliError;
use crate::opts::Sender;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// A node that answered.
#[derive(Debug, Clone)]
pub struct Chain {
    /// The connection; it signs with the sender's key if one was given.
    pub provider: DynProvider,
    /// What the node says its chain id is.
    pub chain_id: u64,
    /// The node's address without path, query or password, which often hold an access key.
    pub host: String,
}

impl Chain {
    /// Connects to `url` (http) and asks for the chain id.
    ///
    /// # Errors
    /// `rpc-url-invalid` (exit 2), `chain-unreachable` or `rpc-error` (exit 3).
    pub async fn connect(url: &str, sender: Option<&Sender>) -> Result<Self, CliError> {
        let url = parse_url(url)?;
        let host = host(&url);
        let mut client = Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(REQUEST_TIMEOUT);
        // A proxy for the outside world must not see, or break, a node on this machine.
        if matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(CliError::internal)?;
        let provider = match sender {
            Some(Sender::Local(signer)) => ProviderBuilder::new()
                .wallet(EthereumWallet::from(signer.as_ref().clone()))
                .connect_reqwest(client, url)
                .erased(),
            _ => ProviderBuilder::new().connect_reqwest(client, url).erased(),
        };
        let chain_id = provider.get_chain_id().await.map_err(|e| error(&host, &e))?;
        Ok(Self { provider, chain_id, host })
    }

    /// Any JSON-RPC method, for what has no method of its own in the provider.
    ///
    /// # Errors
    /// As [`error`].
    pub async fn request<T: serde::de::DeserializeOwned + Send + Sync + Unpin + std::fmt::Debug + 'static>(
        &self,
        method: &'static str,
        params: serde_json::Value,
    ) -> Result<T, CliError> {
        let (Ok(params), host) = (serde_json::value::to_raw_value(&params), &self.host) else {
            return Err(CliError::internal("parameters are not JSON"));
        };
        let answer = self.provider.raw_request_dyn(method.into(), &params).await.map_err(|e| error(host, &e))?;
        serde_json::from_str(answer.get()).map_err(|e| {
            CliError::chain("rpc-error", format!("{host} gave an answer to {method} that makes no sense: {e}"))
        })
    }
}

/// The node's URL: the flag, the settings, or this home's running devnet.
///
/// # Errors
/// `chain-not-configured` (exit 2).
pub fn endpoint(ctx: &Ctx, flag: Option<String>) -> Result<String, CliError> {
    if let Some(found) = ctx.settings().pick(flag, |v| v.rpc.clone()) {
        return Ok(found.value);
    }
    match devnet::Devnet::at(ctx.settings().home()).running()? {
        Some(running) => Ok(running.url),
        None => Err(CliError::usage("chain-not-configured", "no chain: no --rpc, and no devnet is running")
            .hint("run `tabella devnet start`, or give --rpc URL (or TABELLA_RPC, or rpc in tabella.toml)")),
    }
}

fn parse_url(text: &str) -> Result<Url, CliError> {
    // The text itself stays out of the message: it may hold an access key.
    let url: Url =
        text.parse().map_err(|e| CliError::usage("rpc-url-invalid", format!("the node's URL is not a URL: {e}")))?;
    match url.scheme() {
        "http" => Ok(url),
        other => Err(CliError::usage(
            "rpc-url-invalid",
            format!("the node's URL starts with {other}:// and only http:// is spoken here"),
        )
        .hint("for a node behind TLS, run a local proxy")),
    }
}

fn host(url: &Url) -> String {
    let port = url.port().map(|p| format!(":{p}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

/// What a failed request means: exit 3 where the node is at fault, exit 4 where a contract reverted.
///
/// Commands that know the contract's errors decode the revert data first (`RpcError::as_error_resp`, `as_revert_data`).
pub fn error(host: &str, e: &TransportError) -> CliError {
    match e {
        RpcError::ErrorResp(payload) if payload.as_revert_data().is_some() => {
            let data = payload.as_revert_data().unwrap_or_default();
            CliError::refused("UnknownError", &data.to_string())
        }
        RpcError::ErrorResp(payload) => CliError::chain(
            "rpc-error",
            format!("{host} refused the request: {} (code {})", payload.message, payload.code),
        ),
        RpcError::Transport(_) => {
            CliError::chain("chain-unreachable", format!("{host} does not answer: {}", root_cause(e)))
                .hint("is the node running? `tabella devnet status` tells for the local one")
        }
        other => {
            CliError::chain("rpc-error", format!("{host} does not behave like an Ethereum node: {}", root_cause(other)))
        }
    }
}

/// The innermost message: the outer ones repeat the URL, which may hold an access key.
fn root_cause(e: &dyn std::error::Error) -> String {
    let mut cause = e;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string().chars().take(300).collect()
}
