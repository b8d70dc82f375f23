//! Models, policies, data, engagements, attestations and milestones of a DAO, read and called.
//!
//! Calls are built here and sent elsewhere. What a contract keeps only as a hash is read from events and compared with it.

mod attestations;
mod data;
mod engagements;
mod milestones;
mod models;
mod policies;
mod proofs;

pub use attestations::AttestedVerdict;
pub use data::RegisteredData;
pub use engagements::{EngagementRecord, Happened, VerifiedList, state_word, verdict_text};
pub use milestones::MilestoneTerms;
pub use models::{ModelRecord, StatusChange};
pub use policies::{AdoptedPolicy, PolicyTerms};
pub use proofs::{
    Accumulator, ShardProof, SubmittedProofs, VerdictProof, shard_inputs, verdict_inputs, verdict_word, verdict_words,
};

use alloy::primitives::{Address, U256};
use alloy::sol_types::{SolCall, SolEvent};
use tabella_circuits::Fr;
use tabella_circuits::compliance::context::Engagement;

use super::{Dao, wired};
use crate::artifact::Contract;
use crate::bindings::{IAuditRegistry, IDataRegistry, IMilestoneTreasury, IModelRegistry, IPolicyRegistry};
use crate::call::Call;
use crate::chain::{Chain, Found};
use crate::deploy;
use crate::deployment::{Audit, CircuitRef};
use crate::error::ChainError;

/// The contracts of a DAO that audit models.
#[derive(Debug, Clone)]
pub struct Audits {
    /// The chain.
    pub chain: Chain,
    /// Where the contracts are.
    pub at: Audit,
    /// The timelock: the treasury, and the only admin.
    pub timelock: Address,
    /// Block before the first contract.
    from: u64,
}

impl Dao {
    /// The contracts that audit models; fails unless they are there and belong together.
    ///
    /// # Errors
    /// `NoAudits`, `NoContract`, `Inconsistent`, or the node's failures.
    pub async fn audits(&self) -> Result<Audits, ChainError> {
        let at = self.deployment.audit.clone().ok_or(ChainError::NoAudits)?;
        let (timelock, from) = (self.deployment.contracts.timelock, self.deployment.block);
        let audits = Audits { chain: self.chain.clone(), at, timelock, from };
        audits.check_wiring().await?;
        Ok(audits)
    }
}

impl Audits {
    /// Every contract must name the others that the deployment's file names.
    async fn check_wiring(&self) -> Result<(), ChainError> {
        let at = &self.at;
        for (contract, address) in [
            (Contract::ModelRegistry, at.model_registry),
            (Contract::PolicyRegistry, at.policy_registry),
            (Contract::DataRegistry, at.data_registry),
            (Contract::AuditRegistry, at.audit_registry),
            (Contract::MilestoneTreasury, at.milestone_treasury),
        ] {
            self.chain.require(contract, address).await?;
        }
        let ours = at.audit_registry;
        wired("the AuditRegistry's models", self.audit(IAuditRegistry::modelsCall {}).await?, at.model_registry)?;
        wired("the AuditRegistry's policies", self.audit(IAuditRegistry::policiesCall {}).await?, at.policy_registry)?;
        wired("the AuditRegistry's data", self.audit(IAuditRegistry::dataCall {}).await?, at.data_registry)?;
        let shard = self.audit(IAuditRegistry::shardVerifierCall {}).await?;
        wired("the AuditRegistry's verifier of shards", shard, at.shard_verifier)?;
        let verdict = self.audit(IAuditRegistry::verdictVerifierCall {}).await?;
        wired("the AuditRegistry's verifier of verdicts", verdict, at.verdict_verifier)?;
        wired("the ModelRegistry's audits", self.model_view(IModelRegistry::auditsCall {}).await?, ours)?;
        wired("the DataRegistry's audits", self.data_view(IDataRegistry::auditsCall {}).await?, ours)?;
        let audits = self.milestone_view(IMilestoneTreasury::auditsCall {}).await?;
        wired("the MilestoneTreasury's audits", audits, ours)
    }

    /// Fails unless both verifiers on the chain are those that the deployment's file names.
    ///
    /// # Errors
    /// `Inconsistent`, or the node's failures.
    pub async fn check_verifiers(&self) -> Result<(), ChainError> {
        let (at, circuits) = (&self.at, &self.at.circuits);
        for (what, contract, address, named) in [
            ("the verifier of shards", Contract::ShardLinearR205Verifier, at.shard_verifier, &circuits.shard),
            ("the verifier of verdicts", Contract::VerdictS160Verifier, at.verdict_verifier, &circuits.verdict),
        ] {
            let found = deploy::circuit(&self.chain, contract, address).await?;
            if found != *named {
                let words = |c: &CircuitRef| format!("{} v{} key {}", c.id, c.version, c.key_digest);
                return Err(ChainError::Inconsistent { what, chain: words(&found), recomputed: words(named) });
            }
        }
        Ok(())
    }

    /// The context of an engagement, computed here.
    pub fn context(&self, engagement: U256) -> Fr {
        let registry = self.at.audit_registry.into_array();
        Engagement { chain_id: self.chain.id(), registry, id: engagement.to_be_bytes() }.context()
    }

    async fn audit<C: SolCall>(&self, call: C) -> Result<C::Return, ChainError> {
        self.chain.view(Contract::AuditRegistry, self.at.audit_registry, call).await
    }

    async fn model_view<C: SolCall>(&self, call: C) -> Result<C::Return, ChainError> {
        self.chain.view(Contract::ModelRegistry, self.at.model_registry, call).await
    }

    async fn policy_view<C: SolCall>(&self, call: C) -> Result<C::Return, ChainError> {
        self.chain.view(Contract::PolicyRegistry, self.at.policy_registry, call).await
    }

    async fn data_view<C: SolCall>(&self, call: C) -> Result<C::Return, ChainError> {
        self.chain.view(Contract::DataRegistry, self.at.data_registry, call).await
    }

    async fn milestone_view<C: SolCall>(&self, call: C) -> Result<C::Return, ChainError> {
        self.chain.view(Contract::MilestoneTreasury, self.at.milestone_treasury, call).await
    }

    /// Events of one contract about one id, which is their first topic; or about all.
    async fn events<E: SolEvent>(&self, address: Address, id: Option<U256>) -> Result<Vec<Found<E>>, ChainError> {
        self.chain.events::<E>(address, self.from, id.map(Into::into)).await
    }

    fn audit_call<C: SolCall>(&self, call: &C) -> Call {
        Call::new(Contract::AuditRegistry, self.at.audit_registry, call)
    }

    fn model_call<C: SolCall>(&self, call: &C) -> Call {
        Call::new(Contract::ModelRegistry, self.at.model_registry, call)
    }

    /// The registry of policies, for a proposal's action.
    pub fn policy_registry(&self) -> Address {
        self.at.policy_registry
    }

    /// The address that the circuits' verifiers have, with their names: shards, verdicts.
    pub fn verifiers(&self) -> [(Contract, Address); 2] {
        [
            (Contract::ShardLinearR205Verifier, self.at.shard_verifier),
            (Contract::VerdictS160Verifier, self.at.verdict_verifier),
        ]
    }

    /// Number of policies that were adopted, which is the last version.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn policies(&self) -> Result<U256, ChainError> {
        self.policy_view(IPolicyRegistry::policiesCall {}).await
    }
}
