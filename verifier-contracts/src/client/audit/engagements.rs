//! Engagements: a model, a policy, data, and a clock.

use alloy::primitives::{B256, U256};
use alloy::sol_types::SolEvent;
use tabella_circuits::Fr;

use super::super::{to_field, to_word};
use super::proofs::fields;
use super::{Accumulator, Audits, RegisteredData};
use crate::bindings::IAuditRegistry::{self, State};
use crate::call::Call;
use crate::chain::Found;
use crate::error::ChainError;

/// An engagement as the registry has it now, with its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngagementRecord {
    /// Its id.
    pub id: U256,
    /// What the registry has.
    pub engagement: IAuditRegistry::Engagement,
    /// What auditors signed, if they have.
    pub data: Option<RegisteredData>,
}

/// The shards that were verified, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifiedList {
    /// digest_k, C_k.
    pub shards: Vec<(Fr, Fr)>,
    /// The transactions that brought them.
    pub transactions: Vec<B256>,
}

/// Something that happened to an engagement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// The event's name.
    pub event: &'static str,
    /// What it says, in words.
    pub what: String,
    /// Its block.
    pub block: u64,
    /// Its place among the block's events.
    pub index: u64,
    /// Its transaction.
    pub transaction: B256,
}

impl EngagementRecord {
    /// Shards of the data; 0 before there are data.
    pub fn expected(&self) -> u64 {
        self.data.as_ref().map_or(0, |data| data.claim.shards)
    }
}

/// A state in one word.
pub fn state_word(state: State) -> &'static str {
    match state {
        State::Unknown => "unknown",
        State::AwaitingData => "awaiting-data",
        State::Running => "running",
        State::Objected => "objected",
        State::Passed => "passed",
        State::Failed => "failed",
        State::Defaulted => "defaulted",
        State::Lapsed => "lapsed",
        _ => "unreadable",
    }
}

impl Audits {
    /// The call that opens an engagement; for the model's owner and the role AUDIT_OPENER.
    pub fn open_engagement(&self, model: U256, policy: U256) -> Call {
        self.audit_call(&IAuditRegistry::openEngagementCall { modelId: model, policyVersion: policy })
    }

    /// The call that says that the data have arrived; for the owner.
    pub fn acknowledge(&self, id: U256) -> Call {
        self.audit_call(&IAuditRegistry::acknowledgeCall { engagementId: id })
    }

    /// The call that says that they have not; for the owner.
    pub fn object(&self, id: U256, reason: &str) -> Call {
        self.audit_call(&IAuditRegistry::objectToDataCall { engagementId: id, reason: reason.to_owned() })
    }

    /// The call that decides an objection, or dismisses an open engagement; for the timelock, so for a proposal.
    pub fn resolve(&self, id: U256, dismiss: bool) -> Call {
        self.audit_call(&IAuditRegistry::resolveCall { engagementId: id, dismiss })
    }

    /// The call that ends an engagement without data; anyone may.
    pub fn lapse(&self, id: U256) -> Call {
        self.audit_call(&IAuditRegistry::lapseCall { engagementId: id })
    }

    /// The call that halts a model whose deadline passed; anyone may.
    pub fn enforce_deadline(&self, id: U256) -> Call {
        self.audit_call(&IAuditRegistry::enforceDeadlineCall { engagementId: id })
    }

    /// Number of engagements, which is the last id.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn engagements(&self) -> Result<U256, ChainError> {
        self.audit(IAuditRegistry::engagementsCall {}).await
    }

    /// The engagement that a transaction opened, if it opened one.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn opened_in(&self, transaction: B256) -> Result<Option<U256>, ChainError> {
        let events = self.events::<IAuditRegistry::EngagementOpened>(self.at.audit_registry, None).await?;
        Ok(events.iter().find(|found| found.transaction == transaction).map(|found| found.event.engagementId))
    }

    /// An engagement; its context is the one computed here.
    ///
    /// # Errors
    /// `Refused(UnknownEngagement)`, `Inconsistent`, or the node's failures.
    pub async fn engagement(&self, id: U256) -> Result<EngagementRecord, ChainError> {
        let engagement = self.audit(IAuditRegistry::engagementCall { engagementId: id }).await?;
        let context = to_word(&self.context(id));
        agree("an engagement's context", engagement.context, context)?;
        let data = self.registered_data(id).await?;
        Ok(EngagementRecord { id, engagement, data })
    }

    /// The list of verified shards, from events; it gives the registry's accumulator.
    ///
    /// # Errors
    /// `Inconsistent`, or the node's failures.
    pub async fn verified_list(&self, record: &EngagementRecord) -> Result<VerifiedList, ChainError> {
        let events = self.events::<IAuditRegistry::ShardsVerified>(self.at.audit_registry, Some(record.id)).await?;
        let (mut list, mut acc) = (VerifiedList::default(), Accumulator::new(self.context(record.id)));
        for found in events {
            let digests = fields("ShardsVerified", &found.event.digests)?;
            let counts = fields("ShardsVerified", &found.event.counts)?;
            agree("the place of verified shards", found.event.first, U256::from(list.shards.len()))?;
            agree("the lengths of a verified list", U256::from(digests.len()), U256::from(counts.len()))?;
            for (digest, counts) in digests.into_iter().zip(counts) {
                acc = acc.push(&digest, &counts);
                list.shards.push((digest, counts));
            }
            agree("the accumulator of verified shards", found.event.acc, to_word(&acc.0))?;
            list.transactions.push(found.transaction);
        }
        agree("the number of verified shards", record.engagement.shards, U256::from(list.shards.len()))?;
        agree("the accumulator of verified shards", record.engagement.acc, to_word(&acc.0))?;
        Ok(list)
    }

    /// Everything that happened to an engagement, oldest first.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn engagement_history(&self, id: U256) -> Result<Vec<Happened>, ChainError> {
        use IAuditRegistry as I;
        let mut all = Vec::new();
        self.collect(&mut all, id, |e: &I::EngagementOpened| {
            format!("opened by {} for model {} under policy {}", e.by, e.modelId, e.policyVersion)
        })
        .await?;
        self.collect(&mut all, id, |e: &I::DataReceived| format!("{} records in {} shards", e.rows, e.shards)).await?;
        self.collect(&mut all, id, |e: &I::Acknowledged| format!("the audit period ends at {}", e.deadline)).await?;
        self.collect(&mut all, id, |e: &I::Objected| e.reason.clone()).await?;
        self.collect(&mut all, id, |e: &I::ObjectionOverruled| format!("the audit period ends at {}", e.deadline))
            .await?;
        self.collect(&mut all, id, |e: &I::EngagementLapsed| format!("by {}", e.by)).await?;
        self.collect(&mut all, id, |e: &I::ShardsVerified| {
            format!("{} shards from place {}", e.digests.len(), e.first)
        })
        .await?;
        self.collect(&mut all, id, |e: &I::VerdictAttested| {
            let verdict = super::verdict_word(e.verdict).map_or("unreadable", verdict_text);
            format!("{verdict}, expires at {}", e.expiry)
        })
        .await?;
        self.collect(&mut all, id, |e: &I::DeadlineEnforced| format!("by {}", e.by)).await?;
        self.collect(&mut all, id, |e: &I::AttestationRevoked| e.reason.clone()).await?;
        all.sort_by_key(|happened| (happened.block, happened.index));
        Ok(all)
    }

    async fn collect<E: SolEvent>(
        &self,
        all: &mut Vec<Happened>,
        id: U256,
        words: impl Fn(&E) -> String,
    ) -> Result<(), ChainError> {
        let happened = |found: Found<E>| Happened {
            event: E::SIGNATURE.split('(').next().unwrap_or_default(),
            what: words(&found.event),
            block: found.block,
            index: found.index,
            transaction: found.transaction,
        };
        all.extend(self.events::<E>(self.at.audit_registry, Some(id)).await?.into_iter().map(happened));
        Ok(())
    }

    /// The model's commitment as the circuits have it.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn model_word(&self, record: &EngagementRecord) -> Result<Fr, ChainError> {
        to_field("ModelRegistry.model", self.model(record.engagement.modelId).await?.commitment)
    }
}

/// A verdict in one word.
pub fn verdict_text(verdict: tabella_circuits::compliance::metrics::Verdict) -> &'static str {
    use tabella_circuits::compliance::metrics::Verdict;
    match verdict {
        Verdict::Fail => "fail",
        Verdict::Pass => "pass",
        Verdict::Insufficient => "insufficient",
    }
}

/// What the chain says must be what follows from its events.
pub(super) fn agree(what: &'static str, chain: U256, recomputed: U256) -> Result<(), ChainError> {
    if chain == recomputed {
        return Ok(());
    }
    Err(ChainError::Inconsistent { what, chain: chain.to_string(), recomputed: recomputed.to_string() })
}
