//! Deploys a whole DAO and wires it: after the last step nobody but the timelock governs it.
//!
//! Every step is written to a journal when it is mined, so that an interrupted deployment goes on where it stopped.

pub mod audit;
mod creation;
mod journal;

pub use creation::rehearse;
pub use journal::{AuditPlan, DeployError, ElectoratePlan, GOVERNOR_OPTIONS, Journal, POLL_OPTIONS, Plan, Step};

use alloy::dyn_abi::DynSolValue;
use alloy::primitives::{Address, B256, FixedBytes, U256, keccak256};
use alloy::sol_types::SolCall;

use crate::artifact::Contract;
use crate::bindings::{
    IAccessManager, ICommittee, IElectorate, IPollBox, IPublishedElectorate, ITabellaGovernor, ITimelock, IVerifier,
};
use crate::call::Call;
use crate::chain::Chain;
use crate::deployment::{Addresses, CircuitRef, Circuits, Deployment, Polls, SCHEMA_VERSION};
use crate::error::ChainError;
use crate::sender::{Mined, Sender};
use creation::{
    box_config, electorate_arguments, governor_arguments, poll_box_arguments, timelock_arguments, votes_source,
};

/// OpenZeppelin's ADMIN_ROLE of an AccessManager.
const ADMIN: u64 = 0;
/// Roles.REGISTRAR: may admit members.
pub const REGISTRAR: u64 = 1;
/// Roles.PROPOSER: may make proposals.
pub const PROPOSER: u64 = 2;
/// Roles.POLLSTER: may create polls.
pub const POLLSTER: u64 = 3;
/// The Committee's term that the Governor's elections begin with.
const FIRST_TERM: u64 = 1;
/// The Committee's term that polls begin with.
const POLL_TERM: u64 = 2;

/// Deploys what the journal's plan says and is not done yet.
///
/// `save` is called with the journal and the step after every mined transaction.
///
/// # Errors
/// The step that failed; the journal holds what was done before it.
pub async fn deploy(
    chain: &Chain,
    sender: &Sender,
    journal: Journal,
    save: &mut dyn FnMut(&Journal, &Step) -> Result<(), String>,
) -> Result<Deployment, DeployError> {
    let mut deployer = Deployer { chain, sender, journal, save };
    let contracts = deployer.create_all().await?;
    let polls = deployer.create_polls(&contracts).await?;
    let audit = deployer.create_audit(&contracts).await?;
    deployer.wire(&contracts, polls.map(|polls| polls[0])).await?;
    if let Some(audit) = &audit {
        deployer.wire_audit(&contracts, audit).await?;
    }
    let call = IAccessManager::grantRoleCall { roleId: ADMIN, account: contracts.timelock, executionDelay: 0 };
    let manager = (Contract::AccessManager, contracts.access_manager);
    deployer.call("make the timelock the admin", manager.0, manager.1, &call).await?;
    deployer.renounce(&contracts).await?;
    deployer.finish(contracts, polls, audit).await
}

struct Deployer<'a> {
    chain: &'a Chain,
    sender: &'a Sender,
    journal: Journal,
    save: &'a mut dyn FnMut(&Journal, &Step) -> Result<(), String>,
}

impl Deployer<'_> {
    async fn create_all(&mut self) -> Result<Addresses, DeployError> {
        let plan = self.journal.plan.clone();
        let me = self.sender.address();
        let two = self.create(Contract::PoseidonTwo, &[], &[]).await?;
        let three = self.create(Contract::PoseidonThree, &[], &[]).await?;
        let poseidon = [(Contract::PoseidonTwo, two), (Contract::PoseidonThree, three)];
        let access_manager = self.create(Contract::AccessManager, &[], &[me.into()]).await?;
        let kind = plan.electorate.admission().contract();
        let electorate = self.create(kind, &poseidon, &electorate_arguments(&plan, access_manager)).await?;
        let timelock = self.create(Contract::TimelockController, &[], &timelock_arguments(&plan, me)).await?;
        let arguments = governor_arguments(&plan, votes_source(&plan, electorate), timelock, access_manager);
        let governor = self.create(Contract::TabellaGovernor, &[], &arguments).await?;
        let ballot_verifier = self.create(Contract::BallotK3D20Verifier, &[], &[]).await?;
        let tally_verifier = self.create(Contract::TallyK3T1Verifier, &[], &[]).await?;
        let committee = self.create(Contract::Committee, &[], &[access_manager.into()]).await?;
        self.open_term(FIRST_TERM, GOVERNOR_OPTIONS, committee).await?;
        let known = [access_manager, governor, electorate, committee, ballot_verifier, tally_verifier];
        let mut arguments: Vec<DynSolValue> = known.into_iter().map(DynSolValue::from).collect();
        arguments.push(box_config(&plan));
        let ballot_box = self.create(Contract::BallotBox, &poseidon, &arguments).await?;
        Ok(Addresses {
            access_manager,
            electorate,
            timelock,
            governor,
            committee,
            ballot_box,
            ballot_verifier,
            tally_verifier,
        })
    }

    /// The box for polls, its verifiers and their term, where the plan has keys for them: PollBox, ballots, tallies.
    async fn create_polls(&mut self, at: &Addresses) -> Result<Option<[Address; 3]>, DeployError> {
        if !self.journal.plan.holds_polls() {
            return Ok(None);
        }
        let ballot = self.create(Contract::BallotK8D20Verifier, &[], &[]).await?;
        let tally = self.create(Contract::TallyK8T1Verifier, &[], &[]).await?;
        self.open_term(POLL_TERM, POLL_OPTIONS, at.committee).await?;
        let arguments = poll_box_arguments(at.access_manager, at.electorate, at.committee, [ballot, tally]);
        let poll_box = self.create(Contract::PollBox, &[], &arguments).await?;
        Ok(Some([poll_box, ballot, tally]))
    }

    /// A term of the plan's trustee with its first `options` keys; terms are numbered in the order of these calls.
    async fn open_term(&mut self, term: u64, options: usize, committee: Address) -> Result<(), DeployError> {
        let plan = &self.journal.plan;
        let first = |points: &[[U256; 2]]| points.iter().take(options).copied().collect();
        let call = ICommittee::openTermCall {
            trustees: vec![plan.trustee],
            threshold: U256::ONE,
            keys: first(&plan.keys),
            eighths: first(&plan.eighths),
        };
        self.call(&format!("open term {term}"), Contract::Committee, committee, &call).await
    }

    async fn wire(&mut self, at: &Addresses, poll_box: Option<Address>) -> Result<(), DeployError> {
        let plan = self.journal.plan.clone();
        self.set_box(at).await?;
        let admit = registrar_functions(&plan.electorate);
        self.role("registrar", at, REGISTRAR, (at.electorate, admit), plan.registrar).await?;
        let propose = vec![selector::<ITabellaGovernor::proposeCall>()];
        self.role("proposer", at, PROPOSER, (at.governor, propose), plan.proposer).await?;
        if let Some(poll_box) = poll_box {
            let create = vec![selector::<IPollBox::createCall>()];
            self.role("pollster", at, POLLSTER, (poll_box, create), plan.pollster).await?;
        }
        for (step, role) in [
            ("let the Governor propose to the timelock", "PROPOSER_ROLE"),
            ("let the Governor cancel in the timelock", "CANCELLER_ROLE"),
        ] {
            let call = ITimelock::grantRoleCall { role: keccak256(role), account: at.governor };
            self.call(step, Contract::TimelockController, at.timelock, &call).await?;
        }
        Ok(())
    }

    /// Names the box; a box that is named already (the journal missed it) is left alone.
    async fn set_box(&mut self, at: &Addresses) -> Result<(), DeployError> {
        let step = "name the ballot box in the electorate";
        let named = self.chain.view(Contract::Electorate, at.electorate, IElectorate::boxCall {}).await;
        if named.map_err(|source| failed(step, source))? == at.ballot_box {
            return Ok(());
        }
        let call = IElectorate::setBoxCall { r#box: at.ballot_box };
        self.call(step, Contract::Electorate, at.electorate, &call).await
    }

    /// Labels a role, gives it functions of one contract, and a holder.
    async fn role(
        &mut self,
        name: &str,
        at: &Addresses,
        role: u64,
        (target, selectors): (Address, Vec<FixedBytes<4>>),
        holder: Address,
    ) -> Result<(), DeployError> {
        let manager = (Contract::AccessManager, at.access_manager);
        let label = IAccessManager::labelRoleCall { roleId: role, label: name.to_uppercase() };
        self.call(&format!("label the role {name}"), manager.0, manager.1, &label).await?;
        let functions = IAccessManager::setTargetFunctionRoleCall { target, selectors, roleId: role };
        self.call(&format!("define the role {name}"), manager.0, manager.1, &functions).await?;
        let grant = IAccessManager::grantRoleCall { roleId: role, account: holder, executionDelay: 0 };
        self.call(&format!("grant the role {name}"), manager.0, manager.1, &grant).await
    }

    /// The deployer gives up every power, last of all over the AccessManager.
    async fn renounce(&mut self, at: &Addresses) -> Result<(), DeployError> {
        let me = self.sender.address();
        let call = ITimelock::renounceRoleCall { role: B256::ZERO, callerConfirmation: me };
        self.call("renounce the timelock", Contract::TimelockController, at.timelock, &call).await?;
        let call = IAccessManager::renounceRoleCall { roleId: ADMIN, callerConfirmation: me };
        self.call("renounce the AccessManager", Contract::AccessManager, at.access_manager, &call).await
    }

    async fn finish(
        self,
        contracts: Addresses,
        polls: Option<[Address; 3]>,
        audit: Option<audit::Created>,
    ) -> Result<Deployment, DeployError> {
        let step = "read the verifiers";
        let read = |source| failed(step, source);
        let ballot =
            circuit(self.chain, Contract::BallotK3D20Verifier, contracts.ballot_verifier).await.map_err(read)?;
        let tally = circuit(self.chain, Contract::TallyK3T1Verifier, contracts.tally_verifier).await.map_err(read)?;
        let polls = match polls {
            None => None,
            Some([poll_box, ballot_verifier, tally_verifier]) => {
                let ballot = circuit(self.chain, Contract::BallotK8D20Verifier, ballot_verifier).await.map_err(read)?;
                let tally = circuit(self.chain, Contract::TallyK8T1Verifier, tally_verifier).await.map_err(read)?;
                let circuits = Circuits { ballot, tally };
                Some(Polls { poll_box, ballot_verifier, tally_verifier, term: POLL_TERM, circuits })
            }
        };
        let audit = match audit {
            None => None,
            Some(created) => Some(created.described(self.chain).await.map_err(read)?),
        };
        Ok(Deployment {
            schema_version: SCHEMA_VERSION,
            chain_id: self.chain.id(),
            block: self.journal.block,
            contracts,
            weighted: self.journal.plan.weighted,
            unit: self.journal.plan.unit,
            circuits: Circuits { ballot, tally },
            polls,
            audit,
        })
    }

    async fn create(
        &mut self,
        contract: Contract,
        libraries: &[(Contract, Address)],
        arguments: &[DynSolValue],
    ) -> Result<Address, DeployError> {
        let name = contract.name();
        if let Some(address) = self.journal.created.get(name) {
            return Ok(*address);
        }
        let step = format!("deploy {name}");
        let call = Call::deploy(contract, libraries, arguments).map_err(|error| failed(&step, error.into()))?;
        let mined = self.chain.send(self.sender, call).await.map_err(|source| failed(&step, source))?;
        let missing = || crate::chain::bad_answer("eth_getTransactionReceipt", "no contract address".to_owned());
        let address = mined.created.ok_or_else(|| failed(&step, missing()))?;
        self.journal.created.insert(name.to_owned(), address);
        self.record(step, mined)?;
        Ok(address)
    }

    async fn call<C: SolCall>(
        &mut self,
        step: &str,
        contract: Contract,
        at: Address,
        call: &C,
    ) -> Result<(), DeployError> {
        if self.journal.done.contains_key(step) {
            return Ok(());
        }
        let mined = self.chain.send(self.sender, Call::new(contract, at, call)).await;
        self.record(step.to_owned(), mined.map_err(|source| failed(step, source))?)
    }

    fn record(&mut self, name: String, mined: Mined) -> Result<(), DeployError> {
        self.journal.done.insert(name.clone(), mined.hash);
        (self.save)(&self.journal, &Step { name, mined }).map_err(DeployError::Journal)
    }
}

/// What a verifier says about itself.
///
/// # Errors
/// The chain's failures.
pub async fn circuit(chain: &Chain, contract: Contract, at: Address) -> Result<CircuitRef, ChainError> {
    let id = chain.view(contract, at, IVerifier::CIRCUITCall {}).await?;
    let version = chain.view(contract, at, IVerifier::VERSIONCall {}).await?;
    let key_digest = chain.view(contract, at, IVerifier::KEY_DIGESTCall {}).await?;
    let development = chain.view(contract, at, IVerifier::DEVELOPMENTCall {}).await?;
    Ok(CircuitRef { id, version: version.saturating_to(), key_digest, development })
}

/// What the registrar of an electorate may do; of most kinds, nothing.
fn registrar_functions(electorate: &ElectoratePlan) -> Vec<FixedBytes<4>> {
    match electorate {
        ElectoratePlan::Registrar => vec![
            selector::<IElectorate::addCall>(),
            selector::<IElectorate::addWeightedCall>(),
            selector::<IElectorate::addManyCall>(),
            selector::<IElectorate::addManyWeightedCall>(),
            selector::<IElectorate::removeCall>(),
        ],
        ElectoratePlan::Published => vec![selector::<IPublishedElectorate::publishCall>()],
        ElectoratePlan::Allowlist { .. } | ElectoratePlan::Token { .. } | ElectoratePlan::Semaphore { .. } => vec![],
    }
}

fn selector<C: SolCall>() -> FixedBytes<4> {
    FixedBytes(C::SELECTOR)
}

fn failed(step: &str, source: ChainError) -> DeployError {
    DeployError::Step { step: step.to_owned(), source }
}
