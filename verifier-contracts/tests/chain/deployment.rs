//! Deployment, its interruption, and what the deployer is left with.

use alloy::primitives::{Address, U256};
use alloy::signers::local::PrivateKeySigner;
use tabella_contracts::bindings::{IAccessManager, IElectorate, ITimelock};
use tabella_contracts::deploy::{AuditPlan, DeployError, Journal};
use tabella_contracts::deployment::Deployment;
use tabella_contracts::{Call, Chain, ChainError, Contract, Dao, Sender};

use super::anvil::{Stage, deploy_with, plan, start};

fn refusal(error: ChainError) -> String {
    error.refusal().map_or_else(|| panic!("not a refusal: {error}"), |refusal| refusal.name.clone())
}

#[tokio::test]
async fn after_deployment_only_the_timelock_governs() {
    let stage = Stage::new().await;
    let (at, deployer) = (stage.dao.deployment.contracts, stage.accounts[0]);
    let admin = |account| IAccessManager::hasRoleCall { roleId: 0, account };
    let view = |call| stage.chain.view(Contract::AccessManager, at.access_manager, call);
    assert!(!view(admin(deployer)).await.expect("it answers").isMember);
    assert!(view(admin(at.timelock)).await.expect("it answers").isMember);
    let role = ITimelock::hasRoleCall { role: Default::default(), account: deployer };
    assert!(!stage.chain.view(Contract::TimelockController, at.timelock, role).await.expect("it answers"));

    let call = IElectorate::setBoxCall { r#box: deployer };
    let refused = stage.chain.send(&stage.account(0), Call::new(Contract::Electorate, at.electorate, &call)).await;
    assert_eq!(refusal(refused.expect_err("the deployer has renounced")), "AccessManagedUnauthorized");
    let call = IElectorate::addWeightedCall { commitment: U256::ONE, weight: 1 };
    let add = Call::new(Contract::Electorate, at.electorate, &call);
    let refused = stage.chain.send(&stage.account(2), add.clone()).await;
    assert_eq!(refusal(refused.expect_err("only the registrar admits")), "AccessManagedUnauthorized");
    stage.chain.send(&stage.account(1), add).await.expect("the registrar admits");
}

#[tokio::test]
async fn an_interrupted_deployment_goes_on_where_it_stopped() {
    let anvil = start();
    let chain = Chain::connect(&anvil.url).await.expect("anvil answers");
    let accounts = chain.node_accounts().await.expect("anvil has accounts");
    let (mut plan, _) = plan(&accounts);
    let (guardian, opener) = (accounts[5], accounts[6]);
    plan.audit = Some(AuditPlan { guardian, opener, minimum_bond: U256::from(7), fail_share: 1 });
    let mut journal = Journal::new(chain.id(), accounts[0], 0, plan.clone());
    let mut transactions = 0;
    // Stopped after every single step, once.
    let deployment = loop {
        let mut written = None;
        let mut save = |journal: &Journal, _: &_| {
            transactions += 1;
            written = Some(journal.clone());
            Err("stopped".to_owned())
        };
        match deploy_with(&chain, journal.clone(), &mut save).await {
            Ok(deployment) => break deployment,
            Err(DeployError::Journal(_)) => journal = written.expect("it was called"),
            Err(error) => panic!("{error}"),
        }
        let text = serde_json::to_string(&journal).expect("it can be written");
        journal = serde_json::from_str(&text).expect("and read again");
    };
    let sent =
        chain.raw("eth_getTransactionCount", serde_json::json!([accounts[0], "latest"])).await.expect("it answers");
    assert_eq!(sent, format!("{transactions:#x}"), "no step was sent twice");
    let dao = Dao::open(chain.clone(), deployment).await.expect("its contracts belong together");
    dao.check_verifiers().await.expect("the verifiers are the deployment's");
    let audits = dao.audits().await.expect("these belong together as well");
    audits.check_verifiers().await.expect("the verifiers are the deployment's");
    let configured = (audits.minimum_bond().await.expect("it answers"), audits.fail_share().await.expect("it answers"));
    assert_eq!(configured, (U256::from(7), U256::ONE));
    for (role, account) in [(4, guardian), (5, opener)] {
        let call = IAccessManager::hasRoleCall { roleId: role, account };
        let manager = dao.deployment.contracts.access_manager;
        assert!(chain.view(Contract::AccessManager, manager, call).await.expect("it answers").isMember, "role {role}");
    }
    let mut swapped = dao.clone();
    let at = swapped.deployment.audit.as_mut().expect("it has audits");
    at.data_registry = at.policy_registry;
    let error = swapped.audits().await.expect_err("another DataRegistry");
    assert!(matches!(error, ChainError::Inconsistent { what: "the AuditRegistry's data", .. }), "{error}");
    swapped.deployment.audit = None;
    assert!(matches!(swapped.audits().await, Err(ChainError::NoAudits)));
    assert!(journal.same(chain.id(), accounts[0], &plan).is_ok());
    let other = journal.same(chain.id(), accounts[1], &plan);
    assert!(matches!(other, Err(DeployError::OtherJournal("deployer"))));
}

#[tokio::test]
async fn another_chain_and_missing_contracts_are_told_apart() {
    let stage = Stage::new().await;
    let mut elsewhere = stage.dao.deployment.clone();
    elsewhere.chain_id = 1;
    let error = Dao::open(stage.chain.clone(), elsewhere).await.expect_err("another chain");
    assert!(matches!(error, ChainError::WrongChain { expected: 1, actual: 31337, .. }), "{error}");
    let error = Chain::connect_to(&stage.anvil.url, 5).await.expect_err("another chain");
    assert!(matches!(error, ChainError::WrongChain { expected: 5, actual: 31337, .. }), "{error}");

    let mut gone = stage.dao.deployment.clone();
    gone.contracts.electorate = Address::repeat_byte(0x11);
    let error = Dao::open(stage.chain.clone(), gone).await.expect_err("no contract there");
    assert!(matches!(error, ChainError::NoContract { name: "Electorate", .. }), "{error}");

    let mut swapped = stage.dao.deployment.clone();
    swapped.contracts.governor = swapped.contracts.timelock;
    let error = Dao::open(stage.chain.clone(), swapped).await.expect_err("another Governor");
    assert!(matches!(error, ChainError::Inconsistent { what: "the box's Governor", .. }), "{error}");

    let mut swapped = stage.dao.deployment.clone();
    swapped.contracts.ballot_verifier = swapped.contracts.tally_verifier;
    let error = Dao::open(stage.chain.clone(), swapped).await.expect_err("another verifier");
    assert!(matches!(error, ChainError::Inconsistent { what: "the box's ballot verifier", .. }), "{error}");
    let mut renamed = stage.dao.clone();
    renamed.deployment.circuits.tally.key_digest = Default::default();
    let error = renamed.check_verifiers().await.expect_err("another key");
    assert!(matches!(error, ChainError::Inconsistent { what: "the tally verifier", .. }), "{error}");

    let error = Chain::connect("http://127.0.0.1:1").await.expect_err("nobody listens there");
    assert!(matches!(error, ChainError::Unreachable { .. }), "{error}");
    for url in ["", "nonsense", "ws://127.0.0.1:1", "https://127.0.0.1:1"] {
        let error = Chain::connect(url).await.expect_err("not an HTTP URL");
        assert!(matches!(error, ChainError::BadUrl { .. }), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_local_key_signs_and_the_deployment_file_is_read_strictly() {
    let stage = Stage::new().await;
    let signer = PrivateKeySigner::random();
    let sender = Sender::local(signer);
    let money = Call::transfer(sender.address(), U256::from(10).pow(U256::from(18)));
    stage.chain.send(&stage.account(0), money).await.expect("an account of the node pays");
    let gift = U256::from(7);
    let mined = stage.chain.send(&sender, Call::transfer(Address::repeat_byte(9), gift)).await.expect("it signs");
    assert_eq!(mined.gas, 21_000);
    assert_eq!(stage.chain.balance(Address::repeat_byte(9)).await.expect("it answers"), gift);

    let text = stage.dao.deployment.to_text().expect("it can be written");
    assert_eq!(Deployment::parse(&text).expect("and read again"), stage.dao.deployment);
    for bad in [
        text.replace("\"schema_version\": 1", "\"schema_version\": 2"),
        text.replace("\"chain_id\"", "\"chain\""),
        text.replace("\"unit\": \"1000\"", "\"unit\": \"0x10\""),
        text[..text.len() / 2].to_owned(),
    ] {
        assert!(Deployment::parse(&bad).is_err(), "{bad}");
    }
}
