//! The contracts that audit models: created after the voting half, wired before the deployer gives up its powers.

use alloy::primitives::{Address, FixedBytes};
use alloy::sol_types::SolCall;

use super::creation::{audit_registry_arguments, model_registry_arguments};
use super::{Deployer, circuit, failed, selector};
use crate::artifact::Contract;
use crate::bindings::{IAuditRegistry, IDataRegistry, IModelRegistry};
use crate::chain::Chain;
use crate::deploy::DeployError;
use crate::deployment::{Addresses, Audit, AuditCircuits};
use crate::error::ChainError;

/// Roles.GUARDIAN: may flag and halt models.
pub const GUARDIAN: u64 = 4;
/// Roles.AUDIT_OPENER: may open engagements of models that are not its own.
pub const AUDIT_OPENER: u64 = 5;

/// The addresses of the contracts that audit models.
#[derive(Debug, Clone, Copy)]
pub(super) struct Created {
    models: Address,
    policies: Address,
    data: Address,
    audits: Address,
    milestones: Address,
    shard_verifier: Address,
    verdict_verifier: Address,
}

impl Created {
    /// The part of the deployment's file, with what the verifiers say about themselves.
    pub(super) async fn described(self, chain: &Chain) -> Result<Audit, ChainError> {
        let shard = circuit(chain, Contract::ShardLinearR205Verifier, self.shard_verifier).await?;
        let verdict = circuit(chain, Contract::VerdictS160Verifier, self.verdict_verifier).await?;
        Ok(Audit {
            model_registry: self.models,
            policy_registry: self.policies,
            data_registry: self.data,
            audit_registry: self.audits,
            milestone_treasury: self.milestones,
            shard_verifier: self.shard_verifier,
            verdict_verifier: self.verdict_verifier,
            circuits: AuditCircuits { shard, verdict },
        })
    }
}

impl Deployer<'_> {
    /// The contracts of the plan's audits, if it has any.
    pub(super) async fn create_audit(&mut self, at: &Addresses) -> Result<Option<Created>, DeployError> {
        let Some(plan) = self.journal.plan.audit.clone() else { return Ok(None) };
        let authority = at.access_manager;
        let shard_verifier = self.create(Contract::ShardLinearR205Verifier, &[], &[]).await?;
        let verdict_verifier = self.create(Contract::VerdictS160Verifier, &[], &[]).await?;
        let arguments = model_registry_arguments(&plan, authority, at.timelock);
        let models = self.create(Contract::ModelRegistry, &[], &arguments).await?;
        let arguments = [authority.into(), verdict_verifier.into()];
        let policies = self.create(Contract::PolicyRegistry, &[], &arguments).await?;
        let data = self.create(Contract::DataRegistry, &[], &[authority.into(), policies.into()]).await?;
        let arguments = audit_registry_arguments(&plan, [authority, models, policies, data, shard_verifier]);
        let audits = self.create(Contract::AuditRegistry, &[], &arguments).await?;
        let arguments = [authority.into(), at.timelock.into(), audits.into()];
        let milestones = self.create(Contract::MilestoneTreasury, &[], &arguments).await?;
        Ok(Some(Created { models, policies, data, audits, milestones, shard_verifier, verdict_verifier }))
    }

    /// Names the AuditRegistry where it is asked for, and grants the roles of audits.
    pub(super) async fn wire_audit(&mut self, at: &Addresses, created: &Created) -> Result<(), DeployError> {
        let Some(plan) = self.journal.plan.audit.clone() else { return Ok(()) };
        let audits_ = created.audits;
        let (step, call) = ("name the AuditRegistry in the ModelRegistry", IModelRegistry::auditsCall {});
        let registry = (Contract::ModelRegistry, created.models);
        self.name_audits(step, registry, audits_, call, &IModelRegistry::setAuditRegistryCall { audits_ }).await?;
        let (step, call) = ("name the AuditRegistry in the DataRegistry", IDataRegistry::auditsCall {});
        let registry = (Contract::DataRegistry, created.data);
        self.name_audits(step, registry, audits_, call, &IDataRegistry::setAuditRegistryCall { audits_ }).await?;
        let worsen = vec![selector::<IModelRegistry::flagCall>(), selector::<IModelRegistry::haltCall>()];
        self.role("guardian", at, GUARDIAN, (created.models, worsen), plan.guardian).await?;
        let open: Vec<FixedBytes<4>> = vec![selector::<IAuditRegistry::openEngagementCall>()];
        self.role("audit_opener", at, AUDIT_OPENER, (created.audits, open), plan.opener).await
    }

    /// Names the AuditRegistry once; where it is named already (the journal missed it) nothing is sent.
    async fn name_audits<V: SolCall<Return = Address>, C: SolCall>(
        &mut self,
        step: &str,
        (contract, address): (Contract, Address),
        audits: Address,
        read: V,
        call: &C,
    ) -> Result<(), DeployError> {
        let named = self.chain.view(contract, address, read).await.map_err(|source| failed(step, source))?;
        if named == audits {
            return Ok(());
        }
        self.call(step, contract, address, call).await
    }
}
