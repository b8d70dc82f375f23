//! `tabella devnet`: the local chain.

use alloy::consensus::BlockHeader;
use alloy::eips::BlockNumberOrTag;
use alloy::network::primitives::BlockResponse;
use alloy::primitives::{Address, U256};
use alloy::providers::Provider;
use clap::Subcommand;
use serde::Serialize;
use serde_json::json;

use crate::chain::{self, Chain};
use crate::context::Ctx;
use crate::devnet::{self, Devnet, Running};
use crate::error::CliError;
use crate::opts::{ChainOpts, address_of};
use crate::output::{Outcome, path_text};

/// Ten years: more would overflow the clocks of the contracts under test.
const MAX_ADVANCE: u64 = 10 * 365 * 24 * 3600;

/// The local chain.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
The chain is anvil, from TABELLA_ANVIL, the PATH or node_modules, on a port that the system chooses.
There is one per home directory; other commands use it when no --rpc is given. Its state is gone when it stops.

Examples:
  tabella devnet start
  tabella devnet fund 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 1.5
  tabella devnet advance 86400
  tabella devnet stop")]
pub enum Command {
    /// Start the chain and wait until it answers; one that runs already is left alone
    Start,
    /// Stop the chain that `start` started, and nothing else
    Stop,
    /// Say whether the chain runs and where; exit code 1 if it does not
    Status,
    /// Move the chain's clock forward and mine a block
    Advance {
        /// How far, in seconds
        seconds: u64,
        /// Which node; it must be a devnet
        #[command(flatten)]
        chain: ChainOpts,
    },
    /// Give an address money out of nothing
    Fund {
        /// Who gets it
        address: String,
        /// How much is added, in ether (a decimal number, up to 18 places)
        ether: String,
        /// Which node; it must be a devnet
        #[command(flatten)]
        chain: ChainOpts,
    },
    /// List the accounts that the node can send from, one a line; --json adds their money
    Accounts {
        /// Which node; it must be a devnet
        #[command(flatten)]
        chain: ChainOpts,
    },
}

/// Runs `tabella devnet`.
///
/// # Errors
/// Exit 2 for wrong arguments and a missing anvil, 3 for a chain that does not do as asked, 1 from `status` when none runs.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::Start => start(ctx),
        Command::Stop => stop(ctx),
        Command::Status => status(ctx),
        Command::Advance { seconds, chain } => ctx.block_on(advance(ctx, seconds, chain)),
        Command::Fund { address, ether, chain } => ctx.block_on(fund(ctx, address, ether, chain)),
        Command::Accounts { chain } => ctx.block_on(accounts(ctx, chain)),
    }
}

#[derive(Serialize)]
struct Started {
    #[serde(flatten)]
    running: Running,
    started: bool,
    anvil: Option<String>,
}

fn start(ctx: &Ctx) -> Result<Outcome, CliError> {
    let home = ctx.home()?;
    let anvil = devnet::find_anvil()?;
    let spinner = ctx.spinner("Starting the local chain");
    let (running, started) = Devnet::at(&home).start(&anvil, |url| answers(ctx, url))?;
    drop(spinner);
    let text = if started {
        format!("devnet started at {}", running.url)
    } else {
        format!("devnet is already running at {}", running.url)
    };
    let text = format!("{text}\nchain id {}, process {}, log {}", running.chain_id, running.pid, running.log.display());
    Outcome::new(Started { running, started, anvil: started.then(|| path_text(&anvil)) }, text)
}

fn answers(ctx: &Ctx, url: &str) -> bool {
    ctx.block_on(Chain::connect(url, None)).is_ok_and(|chain| chain.chain_id == devnet::CHAIN_ID)
}

fn stop(ctx: &Ctx) -> Result<Outcome, CliError> {
    let stopped = Devnet::at(ctx.settings().home()).stop()?;
    let text = match stopped {
        Some(pid) => format!("devnet stopped (process {pid})"),
        None => "no devnet was running".to_owned(),
    };
    Outcome::new(json!({ "stopped": stopped.is_some(), "pid": stopped }), text)
}

fn status(ctx: &Ctx) -> Result<Outcome, CliError> {
    let Some(running) = Devnet::at(ctx.settings().home()).running()? else {
        return Err(CliError::check_failed("devnet-not-running", "no devnet is running")
            .data(json!({ "running": false }))
            .hint("start one: tabella devnet start"));
    };
    let (block, time) = ctx.block_on(async {
        let chain = Chain::connect(&running.url, None).await?;
        latest(&chain).await
    })?;
    let text = format!(
        "devnet is running at {}\nchain id {}, process {}, block {block}, time {time}",
        running.url, running.chain_id, running.pid
    );
    let data = json!({ "running": true, "url": running.url, "pid": running.pid, "chain_id": running.chain_id, "log": path_text(&running.log),
        "block": block, "timestamp": time });
    Outcome::new(data, text)
}

/// Number and time of the latest block.
async fn latest(chain: &Chain) -> Result<(u64, u64), CliError> {
    let block = chain
        .provider
        .get_block_by_number(BlockNumberOrTag::Latest)
        .await
        .map_err(|e| chain::error(&chain.host, &e))?;
    let block = block.ok_or_else(|| CliError::chain("rpc-error", format!("{} has no latest block", chain.host)))?;
    Ok((block.header().number(), block.header().timestamp()))
}

async fn advance(ctx: &Ctx, seconds: u64, opts: ChainOpts) -> Result<Outcome, CliError> {
    if seconds == 0 || seconds > MAX_ADVANCE {
        return Err(CliError::usage(
            "seconds-invalid",
            format!("{seconds} seconds: from 1 to {MAX_ADVANCE} is possible"),
        ));
    }
    let chain = local(ctx, &opts).await?;
    chain.request::<serde_json::Value>("evm_increaseTime", json!([seconds])).await?;
    chain.request::<serde_json::Value>("evm_mine", json!([])).await?;
    let (block, time) = latest(&chain).await?;
    Outcome::new(
        json!({ "seconds": seconds, "block": block, "timestamp": time }),
        format!("{seconds} s later: block {block}, time {time}"),
    )
}

async fn fund(ctx: &Ctx, address: String, ether: String, opts: ChainOpts) -> Result<Outcome, CliError> {
    let address = address_of(&address)?;
    let amount = wei(&ether)?;
    let chain = local(ctx, &opts).await?;
    let before = balance(&chain, address).await?;
    let after = before
        .checked_add(amount)
        .ok_or_else(|| CliError::usage("amount-invalid", "the balance would not fit in 256 bits"))?;
    chain.request::<serde_json::Value>("anvil_setBalance", json!([address, after])).await?;
    let data = json!({ "address": address.to_checksum(None), "before": before.to_string(), "added": amount.to_string(), "balance": after.to_string() });
    Outcome::new(data, format!("{address} has {} ether", ether_text(after)))
}

async fn accounts(ctx: &Ctx, opts: ChainOpts) -> Result<Outcome, CliError> {
    let chain = opts.connect(ctx, None).await?;
    let all: Vec<Address> = chain.request("eth_accounts", json!([])).await?;
    let mut list = vec![];
    let mut lines = vec![];
    for address in all {
        let wei = balance(&chain, address).await?;
        // One address a line and nothing else, so that a shell can pick one.
        lines.push(address.to_string());
        list.push(json!({ "address": address.to_checksum(None), "balance": wei.to_string() }));
    }
    Outcome::new(json!({ "accounts": list }), lines.join("\n"))
}

async fn balance(chain: &Chain, address: Address) -> Result<U256, CliError> {
    chain.provider.get_balance(address).await.map_err(|e| chain::error(&chain.host, &e))
}

/// Connects, and refuses a chain whose clock and money are not ours to change.
async fn local(ctx: &Ctx, opts: &ChainOpts) -> Result<Chain, CliError> {
    let chain = opts.connect(ctx, None).await?;
    if chain.chain_id == devnet::CHAIN_ID {
        return Ok(chain);
    }
    Err(CliError::chain(
        "not-a-devnet",
        format!("{} is chain {}, not a devnet ({})", chain.host, chain.chain_id, devnet::CHAIN_ID),
    ))
}

/// Ether as a decimal number, to wei.
fn wei(text: &str) -> Result<U256, CliError> {
    let invalid = || {
        CliError::usage("amount-invalid", format!("`{text}` is not an amount of ether"))
            .hint("write 2 or 0.25, with up to 18 places")
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 18 || whole.len() > 60 {
        return Err(invalid());
    }
    format!("{whole}{part:0<18}").parse().map_err(|_| invalid())
}

/// Wei as ether, without needless zeros.
fn ether_text(wei: U256) -> String {
    let digits = format!("{wei:0>19}");
    let (whole, part) = digits.split_at(digits.len() - 18);
    let part = part.trim_end_matches('0');
    if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
}

#[cfg(test)]
mod tests {
    use super::{ether_text, wei};

    #[test]
    fn ether_and_wei_agree() {
        for (text, expected) in
            [("0", "0"), ("1", "1000000000000000000"), ("0.000000000000000001", "1"), ("12.5", "12500000000000000000")]
        {
            let amount = wei(text).expect("a good amount");
            assert_eq!(amount.to_string(), expected);
            assert_eq!(ether_text(amount), text);
        }
        for bad in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "0x1",
            "1,5",
            " 1",
            "0.0000000000000000001",
            "1.2.3",
            "٣",
            &"9".repeat(61),
        ] {
            assert!(wei(bad).is_err(), "{bad:?}");
        }
    }
}
