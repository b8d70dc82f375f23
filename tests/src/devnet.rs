//! A local chain for one test: it ends with the value that stands for it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use alloy::dyn_abi::DynSolValue;
use alloy::primitives::{Address, U256};
use tabella::devnet::find_anvil;
use tabella_circuits::Fr;
use tabella_circuits::voting::electorate::Kind;
use tabella_contracts::bindings::IElectorate;
use tabella_contracts::client::to_word;
use tabella_contracts::{Call, Chain, Contract, Mined, Sender};

/// A running anvil and a connection to it.
pub struct Devnet {
    process: Child,
    /// The connection.
    pub chain: Chain,
    /// An account that the node signs for, with play money.
    pub sender: Sender,
}

impl Devnet {
    /// Starts anvil on a port that the system chooses.
    ///
    /// # Panics
    /// When anvil is not installed, does not start, or does not answer.
    pub async fn start() -> Self {
        let program = find_anvil().unwrap_or_else(|error| panic!("{error}: `make test` installs it"));
        let mut process = Command::new(&program)
            .args(["--host", "127.0.0.1", "--port", "0", "--chain-id", "31337", "--hardfork", "osaka"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let mut lines = BufReader::new(process.stdout.take().expect("stdout is piped")).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.trim().strip_prefix("Listening on ").map(str::to_owned))
            .unwrap_or_else(|| panic!("{} ended without listening", program.display()));
        std::thread::spawn(move || lines.for_each(drop)); // a full pipe would stop the chain
        let chain = Chain::connect(&format!("http://{address}")).await.unwrap_or_else(|error| panic!("{error}"));
        let accounts = chain.node_accounts().await.unwrap_or_else(|error| panic!("{error}"));
        Self { process, chain, sender: Sender::node_account(accounts[0]) }
    }

    /// Sends a call and waits until it is mined.
    ///
    /// # Panics
    /// When it is refused; the message names the contract's error.
    pub async fn send(&self, call: Call) -> Mined {
        let what = call.to_string();
        self.chain.send(&self.sender, call).await.unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// Deploys a contract from the committed artifacts, with its libraries, and returns its address.
    ///
    /// # Panics
    /// When it cannot be deployed.
    pub async fn deploy(
        &self,
        contract: Contract,
        libraries: &[(Contract, Address)],
        arguments: &[DynSolValue],
    ) -> Address {
        let call = Call::deploy(contract, libraries, arguments).unwrap_or_else(|error| panic!("{error}"));
        self.send(call).await.created.unwrap_or_else(|| panic!("{} was not created", contract.name()))
    }
}

/// An Electorate on its own, which the devnet's account may fill.
///
/// # Panics
/// When it cannot be deployed.
pub async fn electorate(devnet: &Devnet, kind: Kind) -> Address {
    let libraries = [
        (Contract::PoseidonTwo, devnet.deploy(Contract::PoseidonTwo, &[], &[]).await),
        (Contract::PoseidonThree, devnet.deploy(Contract::PoseidonThree, &[], &[]).await),
    ];
    let authority = devnet.deploy(Contract::AccessManager, &[], &[devnet.sender.address().into()]).await;
    let arguments = [authority.into(), (kind == Kind::Weighted).into(), U256::from(1).into()];
    devnet.deploy(Contract::Electorate, &libraries, &arguments).await
}

/// The admission of one member.
pub fn admission(electorate: Address, kind: Kind, commitment: &Fr, weight: u32) -> Call {
    let commitment = to_word(commitment);
    match kind {
        Kind::Plain => Call::new(Contract::Electorate, electorate, &IElectorate::addCall { commitment }),
        Kind::Weighted => {
            Call::new(Contract::Electorate, electorate, &IElectorate::addWeightedCall { commitment, weight })
        }
    }
}

impl Drop for Devnet {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
