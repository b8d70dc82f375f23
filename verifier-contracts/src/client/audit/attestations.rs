//! Attestations: verdicts that were verified, and the proofs that they were verified with.

use alloy::primitives::{B256, Bytes, U256};
use alloy::sol_types::SolCall;

use super::proofs::shards_from_abi;
use super::{Audits, EngagementRecord, SubmittedProofs, VerdictProof};
use crate::bindings::IAuditRegistry;
use crate::call::Call;
use crate::chain::bad_answer;
use crate::error::ChainError;

/// A verdict that the registry verified, and whether it is good now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestedVerdict {
    /// Its id, which is its engagement's.
    pub id: U256,
    /// What the registry has.
    pub attestation: IAuditRegistry::Attestation,
    /// Whether it is a pass that has not expired, is not revoked, and rests on data that are not.
    pub valid: bool,
    /// The transaction that brought the verdict.
    pub transaction: B256,
}

impl Audits {
    /// Every attestation, oldest first.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn attestations(&self) -> Result<Vec<AttestedVerdict>, ChainError> {
        let events = self.events::<IAuditRegistry::VerdictAttested>(self.at.audit_registry, None).await?;
        let mut all = Vec::new();
        for found in events {
            all.push(self.attested(found.event.engagementId, found.transaction).await?);
        }
        Ok(all)
    }

    /// One attestation.
    ///
    /// # Errors
    /// `Refused(UnknownAttestation)`, or the node's failures.
    pub async fn attestation(&self, id: U256) -> Result<AttestedVerdict, ChainError> {
        self.audit(IAuditRegistry::attestationCall { attestationId: id }).await?;
        let events = self.events::<IAuditRegistry::VerdictAttested>(self.at.audit_registry, Some(id)).await?;
        let missing = || bad_answer("VerdictAttested", format!("no event attests {id}"));
        self.attested(id, events.into_iter().next().ok_or_else(missing)?.transaction).await
    }

    /// The last pass of a model under a policy, if it has one.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn last_pass(&self, model: U256, policy: U256) -> Result<Option<U256>, ChainError> {
        let id = self.audit(IAuditRegistry::lastPassCall { modelId: model, policyVersion: policy }).await?;
        Ok((id != U256::ZERO).then_some(id))
    }

    /// The call that withdraws an attestation; for the timelock, so for a proposal.
    pub fn revoke_attestation(&self, id: U256, reason: &str) -> Call {
        self.audit_call(&IAuditRegistry::revokeAttestationCall { attestationId: id, reason: reason.to_owned() })
    }

    /// All proofs of an attested engagement, from the calldata of the transactions that brought them.
    ///
    /// # Errors
    /// `BadAnswer` where a transaction is no direct call of the registry, so that its proofs cannot be read; the node's failures.
    pub async fn submitted_proofs(
        &self,
        record: &EngagementRecord,
        attested: &AttestedVerdict,
    ) -> Result<SubmittedProofs, ChainError> {
        let mut shards = Vec::new();
        for hash in self.verified_list(record).await?.transactions {
            let call: IAuditRegistry::submitShardsCall =
                self.input(hash, record.id, |c: &IAuditRegistry::submitShardsCall| c.engagementId).await?;
            shards.extend(shards_from_abi(&call)?);
        }
        let call: IAuditRegistry::submitVerdictCall =
            self.input(attested.transaction, record.id, |c: &IAuditRegistry::submitVerdictCall| c.engagementId).await?;
        Ok(SubmittedProofs { shards, verdict: VerdictProof::from_abi(&call.given)? })
    }

    async fn attested(&self, id: U256, transaction: B256) -> Result<AttestedVerdict, ChainError> {
        let attestation = self.audit(IAuditRegistry::attestationCall { attestationId: id }).await?;
        let valid = self.audit(IAuditRegistry::isValidCall { attestationId: id }).await?;
        Ok(AttestedVerdict { id, attestation, valid, transaction })
    }

    /// The call that a transaction made, if it called the registry about this engagement itself.
    async fn input<C: SolCall>(&self, hash: B256, id: U256, about: impl Fn(&C) -> U256) -> Result<C, ChainError> {
        let input: Bytes = self.chain.transaction_input(hash).await?;
        let call = C::abi_decode(&input).ok().filter(|call| about(call) == id);
        call.ok_or_else(|| bad_answer(C::SIGNATURE, format!("{hash} calls something else: its proofs cannot be read")))
    }
}
