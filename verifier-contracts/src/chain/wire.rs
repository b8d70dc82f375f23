//! Requests and answers in the node's own form.

use alloy::network::TransactionBuilder;
use alloy::primitives::Address;
use alloy::providers::{DynProvider, Provider, ProviderBuilder};
use alloy::rpc::types::{Log, TransactionRequest};
use alloy::sol_types::SolEvent;
use alloy::transports::http::reqwest;

use super::{ANSWER, CONNECTION, Found, bad_answer};
use crate::call::Call;
use crate::error::ChainError;

/// A provider without fillers (nonce, gas and fees are set above, where they can be read), and the node's name.
pub(super) fn provider(url: &str) -> Result<(DynProvider, String), ChainError> {
    // The text itself stays out of messages: it may hold an access key.
    let bad = |reason: String| ChainError::BadUrl { reason };
    let parsed: reqwest::Url = url.parse().map_err(|error| bad(format!("{error}")))?;
    if parsed.scheme() != "http" {
        return Err(bad(format!("it starts with {}://, and only http:// is spoken here", parsed.scheme())));
    }
    let port = parsed.port().map(|port| format!(":{port}")).unwrap_or_default();
    let host = format!("http://{}{port}", parsed.host_str().unwrap_or_default());
    let mut client = reqwest::Client::builder().connect_timeout(CONNECTION).timeout(ANSWER);
    if matches!(parsed.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
        // A proxy for the outside world must not see, or break, a node on this machine.
        client = client.no_proxy();
    }
    let client = client.build().map_err(|error| bad(error.to_string()))?;
    let provider = ProviderBuilder::new().disable_recommended_fillers().connect_reqwest(client, parsed).erased();
    Ok((provider, host))
}

pub(super) fn request(from: Address, call: &Call) -> TransactionRequest {
    let request = TransactionRequest::default().with_from(from).with_value(call.value).with_input(call.data.clone());
    match call.to {
        Some(to) => request.with_to(to),
        None => request.into_create(),
    }
}

pub(super) fn decode_event<E: SolEvent>(log: &Log) -> Result<Found<E>, ChainError> {
    let bad = |reason: &str| bad_answer(&format!("event {}", E::SIGNATURE), reason.to_owned());
    let event = E::decode_log(&log.inner).map_err(|error| bad(&error.to_string()))?.data;
    let transaction = log.transaction_hash.ok_or_else(|| bad("the log is not mined"))?;
    let block = log.block_number.ok_or_else(|| bad("the log is not mined"))?;
    let index = log.log_index.ok_or_else(|| bad("the log is not mined"))?;
    Ok(Found { event, transaction, block, index })
}
