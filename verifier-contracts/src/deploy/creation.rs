//! How each contract of a plan is created.

use alloy::dyn_abi::DynSolValue;
use alloy::primitives::{Address, U256};

use super::journal::{GOVERNOR_OPTIONS, POLL_OPTIONS};
use super::{AuditPlan, ElectoratePlan, Plan};
use crate::artifact::{ArtifactError, Contract};
use crate::call::Call;

/// The contracts that a plan creates, with the least gas each takes: calldata, creation and storing its code. Addresses that
/// are not known yet are 0.
///
/// # Errors
/// An artifact that cannot be used.
pub fn rehearse(plan: &Plan, deployer: Address) -> Result<Vec<(Call, u64)>, ArtifactError> {
    let zero = Address::ZERO;
    let poseidon = [(Contract::PoseidonTwo, zero), (Contract::PoseidonThree, zero)];
    let mut box_arguments: Vec<DynSolValue> = vec![zero.into(); 6];
    box_arguments.push(box_config(plan));
    let mut calls = vec![
        Call::deploy(Contract::PoseidonTwo, &[], &[])?,
        Call::deploy(Contract::PoseidonThree, &[], &[])?,
        Call::deploy(Contract::AccessManager, &[], &[deployer.into()])?,
        Call::deploy(plan.electorate.admission().contract(), &poseidon, &electorate_arguments(plan, zero))?,
        Call::deploy(Contract::TimelockController, &[], &timelock_arguments(plan, deployer))?,
        Call::deploy(Contract::TabellaGovernor, &[], &governor_arguments(plan, zero, zero, zero))?,
        Call::deploy(Contract::BallotK3D20Verifier, &[], &[])?,
        Call::deploy(Contract::TallyK3T1Verifier, &[], &[])?,
        Call::deploy(Contract::Committee, &[], &[zero.into()])?,
        Call::deploy(Contract::BallotBox, &poseidon, &box_arguments)?,
    ];
    if plan.holds_polls() {
        calls.push(Call::deploy(Contract::BallotK8D20Verifier, &[], &[])?);
        calls.push(Call::deploy(Contract::TallyK8T1Verifier, &[], &[])?);
        calls.push(Call::deploy(Contract::PollBox, &[], &poll_box_arguments(zero, zero, zero, [zero, zero]))?);
    }
    if let Some(audit) = &plan.audit {
        calls.extend([
            Call::deploy(Contract::ShardLinearR205Verifier, &[], &[])?,
            Call::deploy(Contract::VerdictS160Verifier, &[], &[])?,
            Call::deploy(Contract::ModelRegistry, &[], &model_registry_arguments(audit, zero, zero))?,
            Call::deploy(Contract::PolicyRegistry, &[], &[zero.into(), zero.into()])?,
            Call::deploy(Contract::DataRegistry, &[], &[zero.into(), zero.into()])?,
            Call::deploy(Contract::AuditRegistry, &[], &audit_registry_arguments(audit, [zero; 5]))?,
            Call::deploy(Contract::MilestoneTreasury, &[], &[zero.into(), zero.into(), zero.into()])?,
        ]);
    }
    Ok(calls.into_iter().map(|call| (creation_gas(&call.data), call)).map(|(gas, call)| (call, gas)).collect())
}

/// 53,000 for a creation, 16 or 4 a byte of calldata; 200 a byte of code, which is at least 9 tenths of the creation code.
fn creation_gas(code: &[u8]) -> u64 {
    let zeros = code.iter().filter(|byte| **byte == 0).count() as u64;
    let bytes = code.len() as u64;
    53_000 + 4 * zeros + 16 * (bytes - zeros) + 200 * (bytes * 9 / 10)
}

/// What the electorate of the plan's kind is made with.
pub(super) fn electorate_arguments(plan: &Plan, authority: Address) -> Vec<DynSolValue> {
    let (authority, unit): (DynSolValue, DynSolValue) = (authority.into(), plan.unit.into());
    match &plan.electorate {
        ElectoratePlan::Registrar | ElectoratePlan::Published => vec![authority, plan.weighted.into(), unit],
        ElectoratePlan::Allowlist { root } => {
            vec![authority, plan.weighted.into(), unit, DynSolValue::FixedBytes(*root, 32)]
        }
        ElectoratePlan::Token { token, cooling, .. } => {
            vec![authority, unit, (*token).into(), U256::from(*cooling).into()]
        }
        ElectoratePlan::Semaphore { semaphore, group, max_age } => {
            vec![authority, unit, (*semaphore).into(), (*group).into(), U256::from(*max_age).into()]
        }
    }
}

/// Where the Governor counts votes: the electorate, or the token whose locked part the box holds.
pub(super) fn votes_source(plan: &Plan, electorate: Address) -> Address {
    match &plan.electorate {
        ElectoratePlan::Token { token, open_votes: true, .. } => *token,
        _ => electorate,
    }
}

/// Delay, no proposers yet (the Governor does not exist), anybody may execute, the deployer is admin until the end.
pub(super) fn timelock_arguments(plan: &Plan, deployer: Address) -> [DynSolValue; 4] {
    let anybody = DynSolValue::Array(vec![Address::ZERO.into()]);
    [U256::from(plan.timelock_delay).into(), DynSolValue::Array(vec![]), anybody, deployer.into()]
}

/// Name, source of votes, timelock, authority, delay, period, quorum.
pub(super) fn governor_arguments(
    plan: &Plan,
    electorate: Address,
    timelock: Address,
    authority: Address,
) -> [DynSolValue; 7] {
    [
        plan.name.clone().into(),
        electorate.into(),
        timelock.into(),
        authority.into(),
        DynSolValue::Uint(U256::from(plan.voting_delay), 48),
        plan.voting_period.into(),
        U256::from(plan.quorum_percent).into(),
    ]
}

/// AccessManager, Electorate, Committee, the verifiers of ballots and of tallies, options.
pub(super) fn poll_box_arguments(
    authority: Address,
    electorate: Address,
    committee: Address,
    [ballot, tally]: [Address; 2],
) -> [DynSolValue; 6] {
    let options = U256::from(POLL_OPTIONS);
    [authority.into(), electorate.into(), committee.into(), ballot.into(), tally.into(), options.into()]
}

/// AccessManager, timelock, least bond.
pub(super) fn model_registry_arguments(plan: &AuditPlan, authority: Address, timelock: Address) -> [DynSolValue; 3] {
    [authority.into(), timelock.into(), plan.minimum_bond.into()]
}

/// AccessManager, ModelRegistry, PolicyRegistry, DataRegistry, the verifier of shards, part of the bond that a fail costs.
pub(super) fn audit_registry_arguments(plan: &AuditPlan, known: [Address; 5]) -> Vec<DynSolValue> {
    known.into_iter().map(DynSolValue::from).chain([U256::from(plan.fail_share).into()]).collect()
}

/// BallotBox.Config: single choice among Against, For and Abstain, under term 1.
pub(super) fn box_config(plan: &Plan) -> DynSolValue {
    let used = ((1_u64 << GOVERNOR_OPTIONS) - 1) << 16;
    let (single, limit) = (1_u64 << 1, 1_u64 << 32);
    let term = 1_u64;
    DynSolValue::Tuple(vec![
        (single | used | limit).into(),
        term.into(),
        plan.tally_period.into(),
        plan.min_turnout.into(),
    ])
}
