//! Models: registered, in doubt, stopped, withdrawn.

use alloy::primitives::{Address, B256, U256};

use super::Audits;
use crate::bindings::IModelRegistry;
use crate::call::Call;
use crate::chain::bad_answer;
use crate::error::ChainError;

/// A model as the registry has it now, and what its events say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRecord {
    /// Its id.
    pub id: U256,
    /// What the registry has.
    pub model: IModelRegistry::Model,
    /// Where people read about it.
    pub uri: String,
    /// The transaction that registered it.
    pub transaction: B256,
}

/// A change of a model's status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// Before.
    pub from: IModelRegistry::Status,
    /// After.
    pub to: IModelRegistry::Status,
    /// The guardian, the AuditRegistry or the timelock.
    pub by: Address,
    /// Why.
    pub reason: String,
    /// Its block.
    pub block: u64,
    /// Its transaction.
    pub transaction: B256,
}

impl Audits {
    /// The call that registers a model with a bond in wei. `lineage`: the sender's earlier model that it follows, or 0.
    pub fn register_model(&self, commitment: U256, lineage: U256, uri: &str, bond: U256) -> Call {
        let call = IModelRegistry::registerCall { commitment, lineage, uri: uri.to_owned() };
        Call { value: bond, ..self.model_call(&call) }
    }

    /// The call that puts a model in doubt; for the guardian.
    pub fn flag_model(&self, model: U256, reason: &str) -> Call {
        self.model_call(&IModelRegistry::flagCall { modelId: model, reason: reason.to_owned() })
    }

    /// The call that stops a model; for the guardian.
    pub fn halt_model(&self, model: U256, reason: &str) -> Call {
        self.model_call(&IModelRegistry::haltCall { modelId: model, reason: reason.to_owned() })
    }

    /// The call that makes a model active again; for the timelock, so for a proposal.
    pub fn restore_model(&self, model: U256, reason: &str) -> Call {
        self.model_call(&IModelRegistry::restoreCall { modelId: model, reason: reason.to_owned() })
    }

    /// The call that withdraws a model for good; for its owner.
    pub fn retire_model(&self, model: U256) -> Call {
        self.model_call(&IModelRegistry::retireCall { modelId: model })
    }

    /// The call that pays a retired model's bond back; for its owner.
    pub fn withdraw_bond(&self, model: U256, to: Address) -> Call {
        self.model_call(&IModelRegistry::withdrawBondCall { modelId: model, to })
    }

    /// A model as the registry has it.
    ///
    /// # Errors
    /// `Refused(UnknownModel)`, or the node's failures.
    pub async fn model(&self, id: U256) -> Result<IModelRegistry::Model, ChainError> {
        self.model_view(IModelRegistry::modelCall { modelId: id }).await
    }

    /// A model with what its registration says.
    ///
    /// # Errors
    /// As [`Audits::model`].
    pub async fn model_record(&self, id: U256) -> Result<ModelRecord, ChainError> {
        let model = self.model(id).await?;
        let events = self.events::<IModelRegistry::ModelRegistered>(self.at.model_registry, Some(id)).await?;
        let missing = || bad_answer("ModelRegistered", format!("no event registers model {id}"));
        let found = events.into_iter().next().ok_or_else(missing)?;
        Ok(ModelRecord { id, model, uri: found.event.uri, transaction: found.transaction })
    }

    /// Every change of a model's status, oldest first.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn model_history(&self, id: U256) -> Result<Vec<StatusChange>, ChainError> {
        let events = self.events::<IModelRegistry::StatusChanged>(self.at.model_registry, Some(id)).await?;
        let change = |found: crate::chain::Found<IModelRegistry::StatusChanged>| StatusChange {
            from: found.event.from,
            to: found.event.to,
            by: found.event.by,
            reason: found.event.reason,
            block: found.block,
            transaction: found.transaction,
        };
        Ok(events.into_iter().map(change).collect())
    }

    /// The id under which a commitment is registered, if it is.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn model_of(&self, commitment: U256) -> Result<Option<U256>, ChainError> {
        let id = self.model_view(IModelRegistry::modelOfCall { commitment }).await?;
        Ok((id != U256::ZERO).then_some(id))
    }

    /// Engagements of a model that are not concluded.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn open_engagements(&self, model: U256) -> Result<U256, ChainError> {
        self.audit(crate::bindings::IAuditRegistry::openEngagementsCall { modelId: model }).await
    }

    /// Least bond of a model, in wei.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn minimum_bond(&self) -> Result<U256, ChainError> {
        self.model_view(IModelRegistry::minimumBondCall {}).await
    }

    /// Part of the bond that a fail costs, of 10,000.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn fail_share(&self) -> Result<U256, ChainError> {
        self.audit(crate::bindings::IAuditRegistry::failShareCall {}).await
    }
}
