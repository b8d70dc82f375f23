//! Data roots: registered with auditors' signatures, revoked.

use alloy::primitives::{Address, B256, U256};

use super::Audits;
use crate::artifact::Contract;
use crate::bindings::IDataRegistry;
use crate::call::Call;
use crate::data_signature::{DataClaim, DataSignature};
use crate::error::ChainError;

/// The data of an engagement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredData {
    /// What the auditors signed.
    pub claim: DataClaim,
    /// Who may revoke them besides the timelock; 0: nobody.
    pub provider: Address,
    /// The auditors.
    pub signers: Vec<Address>,
    /// Second of their revocation.
    pub revoked_at: Option<u64>,
    /// The transaction that registered them.
    pub transaction: B256,
}

impl Audits {
    /// What an auditor of this engagement signs.
    pub fn data_claim(
        &self,
        engagement: U256,
        data_root: B256,
        rows: u64,
        shards: u64,
        schema_hash: U256,
    ) -> DataClaim {
        let (chain_id, data_registry) = (self.chain.id(), self.at.data_registry);
        DataClaim { chain_id, data_registry, engagement, data_root, rows, shards, schema_hash }
    }

    /// The call that registers data; for an auditor of the engagement's policy. Signatures are sorted here.
    pub fn register_data(&self, claim: &DataClaim, provider: Address, signatures: &[DataSignature]) -> Call {
        let mut sorted: Vec<&DataSignature> = signatures.iter().collect();
        sorted.sort_unstable_by_key(|signature| signature.signer);
        let signature =
            |s: &DataSignature| IDataRegistry::Signature { signer: s.signer, signature: s.signature.clone() };
        let call = IDataRegistry::registerCall {
            registration: claim.registration(provider),
            signatures: sorted.into_iter().map(signature).collect(),
        };
        Call::new(Contract::DataRegistry, self.at.data_registry, &call)
    }

    /// The call that revokes a data root; for its provider and the timelock.
    pub fn revoke_data(&self, data_root: B256, reason: &str) -> Call {
        let call = IDataRegistry::revokeCall { dataRoot: data_root, reason: reason.to_owned() };
        Call::new(Contract::DataRegistry, self.at.data_registry, &call)
    }

    /// The digest that auditors sign, as the contract computes it.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn data_digest(&self, claim: &DataClaim) -> Result<B256, ChainError> {
        let call = IDataRegistry::digestCall {
            engagementId: claim.engagement,
            dataRoot: claim.data_root,
            rows: U256::from(claim.rows),
            shards: U256::from(claim.shards),
            schemaHash: claim.schema_hash,
        };
        self.data_view(call).await
    }

    /// The data of an engagement, if any are registered; the event agrees with the registry.
    ///
    /// # Errors
    /// `Inconsistent`, or the node's failures.
    pub async fn registered_data(&self, engagement: U256) -> Result<Option<RegisteredData>, ChainError> {
        let kept = self.data_view(IDataRegistry::dataCall { engagementId: engagement }).await?;
        if kept.dataRoot == B256::ZERO {
            return Ok(None);
        }
        let events = self.events::<IDataRegistry::DataRegistered>(self.at.data_registry, Some(engagement)).await?;
        let found = events.into_iter().next().filter(|found| {
            let event = &found.event;
            event.dataRoot == kept.dataRoot
                && event.rows == U256::from(kept.rows)
                && event.shards == U256::from(kept.shards)
        });
        let Some(found) = found else {
            return Err(ChainError::Inconsistent {
                what: "an engagement's data",
                chain: kept.dataRoot.to_string(),
                recomputed: format!("another root, or none, in the events of engagement {engagement}"),
            });
        };
        let (rows, shards) = (kept.rows.to(), kept.shards.into());
        let claim = self.data_claim(engagement, kept.dataRoot, rows, shards, found.event.schemaHash);
        let revoked: u64 = kept.revokedAt.to();
        Ok(Some(RegisteredData {
            claim,
            provider: kept.provider,
            signers: found.event.signers,
            revoked_at: (revoked != 0).then_some(revoked),
            transaction: found.transaction,
        }))
    }

    /// The engagement that a data root serves or served.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn engagement_of(&self, data_root: B256) -> Result<Option<U256>, ChainError> {
        let id = self.data_view(IDataRegistry::engagementOfCall { dataRoot: data_root }).await?;
        Ok((id != U256::ZERO).then_some(id))
    }
}
