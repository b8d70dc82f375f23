//! A chain of its own for every test, and a DAO on it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use alloy::primitives::{Address, U256};
use rand::rngs::OsRng;
use serde_json::json;
use tabella_circuits::babyjubjub::Point;
use tabella_circuits::voting::trustee::TrusteeSecret;
use tabella_contracts::client::to_word;
use tabella_contracts::deploy::{DeployError, Journal, Plan, Step, deploy};
use tabella_contracts::deployment::Deployment;
use tabella_contracts::{Chain, Dao, Sender};

/// A running anvil; it ends with the test.
pub(crate) struct Anvil {
    process: Child,
    pub(crate) url: String,
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts a chain on a port that the system chooses.
pub(crate) fn start() -> Anvil {
    let program = find();
    let mut process = Command::new(&program)
        .args(["--host", "127.0.0.1", "--port", "0", "--chain-id", "31337", "--hardfork", "osaka"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let lines = BufReader::new(process.stdout.take().expect("stdout is piped")).lines();
    let mut lines = lines.map(|line| line.expect("anvil prints text"));
    let address = lines.find_map(|line| line.strip_prefix("Listening on ").map(str::to_owned));
    let url = format!("http://{}", address.expect("anvil says where it listens"));
    // A full pipe would stop it.
    std::thread::spawn(move || lines.for_each(drop));
    Anvil { process, url }
}

/// The native anvil of the npm packages, or of the PATH.
fn find() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a workspace");
    let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let package = format!("node_modules/@foundry-rs/anvil-{system}-{machine}/bin/anvil");
    let trees = ["cli/devnet", "verifier-contracts"].map(|tree| root.join(tree).join(&package));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|dir| dir.join("anvil"));
    let found = trees.into_iter().chain(on_path).find(|file| file.is_file());
    found.expect("anvil is missing: run `npm ci --ignore-scripts` in cli/devnet")
}

/// A plan with short periods and a new trustee.
pub(crate) fn plan(accounts: &[Address]) -> (Plan, TrusteeSecret) {
    let secret = TrusteeSecret::generate(&mut OsRng);
    let keys = secret.keys(8);
    let words = |points: &[Point]| points.iter().map(|point| point.words().map(|x| to_word(&x))).collect();
    let eighths: Vec<Point> = keys.iter().map(Point::eighth).collect();
    let plan = Plan {
        name: "Test".to_owned(),
        electorate: tabella_contracts::deploy::ElectoratePlan::Registrar,
        weighted: true,
        unit: U256::from(1000),
        voting_delay: 10,
        voting_period: 1000,
        tally_period: 100,
        min_turnout: 2,
        quorum_percent: 10,
        timelock_delay: 10,
        registrar: accounts[1],
        proposer: accounts[2],
        pollster: accounts[4],
        trustee: accounts[3],
        keys: words(&keys),
        eighths: words(&eighths),
        audit: None,
    };
    (plan, secret)
}

/// A chain with a DAO, deployed by account 0.
pub(crate) struct Stage {
    pub(crate) anvil: Anvil,
    pub(crate) chain: Chain,
    pub(crate) accounts: Vec<Address>,
    pub(crate) trustee: TrusteeSecret,
    pub(crate) dao: Dao,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let anvil = start();
        let chain = Chain::connect(&anvil.url).await.expect("anvil answers");
        let accounts = chain.node_accounts().await.expect("anvil has accounts");
        let (plan, trustee) = plan(&accounts);
        let journal = Journal::new(chain.id(), accounts[0], 0, plan);
        let deployment = deploy_with(&chain, journal, &mut |_, _| Ok(())).await.expect("it can be deployed");
        let dao = Dao::open(chain.clone(), deployment).await.expect("its contracts belong together");
        Self { anvil, chain, accounts, trustee, dao }
    }

    /// An account of the node.
    pub(crate) fn account(&self, i: usize) -> Sender {
        Sender::node_account(self.accounts[i])
    }

    /// Moves the clock.
    pub(crate) async fn advance(&self, seconds: u64) {
        self.chain.raw("evm_increaseTime", json!([seconds])).await.expect("anvil moves its clock");
        self.chain.raw("evm_mine", json!([])).await.expect("anvil mines");
    }
}

/// Deploys from the journal's deployer.
pub(crate) async fn deploy_with(
    chain: &Chain,
    journal: Journal,
    save: &mut dyn FnMut(&Journal, &Step) -> Result<(), String>,
) -> Result<Deployment, DeployError> {
    let sender = Sender::node_account(journal.deployer);
    deploy(chain, &sender, journal, save).await
}
