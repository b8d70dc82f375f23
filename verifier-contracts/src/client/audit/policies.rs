//! Policies: what the DAO adopts, and what it adopted.

use alloy::primitives::{Address, B256, Bytes, U256, keccak256};
use alloy::sol_types::SolCall;
use tabella_circuits::Fr;
use tabella_circuits::compliance::policy::POLICY_WORDS;

use super::super::{to_field, to_word};
use super::Audits;
use crate::bindings::IPolicyRegistry;
use crate::chain::{Found, bad_answer};
use crate::error::ChainError;

/// What the DAO is asked to adopt. Times are in seconds, each 1 s to ten years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyTerms {
    /// The statement page's eleven words.
    pub words: [Fr; POLICY_WORDS],
    /// For how long a pass is good.
    pub validity: u32,
    /// From an engagement's opening to the last registration of its data.
    pub data_period: u32,
    /// From the data's registration to the last objection of the owner.
    pub ack_period: u32,
    /// From the acknowledgement to the last verdict.
    pub audit_period: u32,
    /// Auditors that must sign a data root.
    pub threshold: u8,
    /// Who may sign; sorted and made unique here.
    pub auditors: Vec<Address>,
    /// The policy's text, of which the hash is adopted.
    pub text: String,
    /// Where the text is.
    pub uri: String,
}

/// A policy that the DAO adopted: what its event says, which is what the registry has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptedPolicy {
    /// Its version.
    pub version: U256,
    /// The eleven words.
    pub words: [Fr; POLICY_WORDS],
    /// Everything as it was adopted.
    pub terms: IPolicyRegistry::Terms,
    /// Second of its adoption.
    pub adopted_at: u64,
    /// The transaction that adopted it.
    pub transaction: B256,
}

impl PolicyTerms {
    /// The action of a proposal that adopts it: target, value, calldata.
    pub fn action(&self, audits: &Audits) -> (Address, U256, Bytes) {
        let call = IPolicyRegistry::adoptCall { terms: self.to_abi() };
        (audits.at.policy_registry, U256::ZERO, call.abi_encode().into())
    }

    fn to_abi(&self) -> IPolicyRegistry::Terms {
        let mut auditors = self.auditors.clone();
        auditors.sort_unstable();
        auditors.dedup();
        IPolicyRegistry::Terms {
            words: self.words.map(|word| to_word(&word)),
            validity: self.validity,
            dataPeriod: self.data_period,
            ackPeriod: self.ack_period,
            auditPeriod: self.audit_period,
            auditorThreshold: self.threshold,
            auditors,
            textHash: keccak256(self.text.as_bytes()),
            uri: self.uri.clone(),
        }
    }
}

impl Audits {
    /// Asks the registry, as the timelock, whether it would adopt these terms; nothing is sent.
    ///
    /// # Errors
    /// `Refused` with what is wrong with them, or the node's failures.
    pub async fn rehearse_adoption(&self, terms: &PolicyTerms) -> Result<(), ChainError> {
        self.rehearse(&[terms.action(self)]).await
    }

    /// Asks the node whether the timelock's calls would succeed now, each by itself; nothing is sent.
    ///
    /// # Errors
    /// `Refused` with a contract's error, or the node's failures.
    pub async fn rehearse(&self, actions: &[(Address, U256, Bytes)]) -> Result<(), ChainError> {
        for (to, value, data) in actions {
            self.chain.call_as(self.timelock, *to, *value, data.clone()).await?;
        }
        Ok(())
    }

    /// Every policy that was adopted, oldest first; each event agrees with the registry.
    ///
    /// # Errors
    /// `Inconsistent`, or the node's failures.
    pub async fn adopted_policies(&self) -> Result<Vec<AdoptedPolicy>, ChainError> {
        let events = self.events::<IPolicyRegistry::PolicyAdopted>(self.at.policy_registry, None).await?;
        let mut adopted = Vec::new();
        for found in events {
            adopted.push(self.check_policy(found).await?);
        }
        Ok(adopted)
    }

    /// One version; the event agrees with the registry.
    ///
    /// # Errors
    /// `Refused(UnknownPolicy)`, `Inconsistent`, or the node's failures.
    pub async fn adopted_policy(&self, version: U256) -> Result<AdoptedPolicy, ChainError> {
        self.policy_view(IPolicyRegistry::policyCall { version }).await?;
        let events = self.events::<IPolicyRegistry::PolicyAdopted>(self.at.policy_registry, Some(version)).await?;
        let missing = || bad_answer("PolicyAdopted", format!("no event adopts version {version}"));
        self.check_policy(events.into_iter().next().ok_or_else(missing)?).await
    }

    /// Whether an account is an auditor of a version.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn is_auditor(&self, version: U256, account: Address) -> Result<bool, ChainError> {
        self.policy_view(IPolicyRegistry::isAuditorCall { version, account }).await
    }

    async fn check_policy(&self, found: Found<IPolicyRegistry::PolicyAdopted>) -> Result<AdoptedPolicy, ChainError> {
        let (version, terms) = (found.event.version, found.event.terms);
        let kept = self.policy_view(IPolicyRegistry::policyCall { version }).await?;
        let hashed = keccak256(terms.words.iter().flat_map(|word| word.to_be_bytes::<32>()).collect::<Vec<_>>());
        let same = (hashed, terms.validity, terms.auditorThreshold, usize::from(kept.auditors))
            == (kept.wordsHash, kept.validity, kept.auditorThreshold, terms.auditors.len())
            && (terms.dataPeriod, terms.ackPeriod, terms.auditPeriod)
                == (kept.dataPeriod, kept.ackPeriod, kept.auditPeriod);
        if !same {
            return Err(ChainError::Inconsistent {
                what: "an adopted policy",
                chain: format!("words {}", kept.wordsHash),
                recomputed: format!("words {hashed} in the event of version {version}"),
            });
        }
        let mut words = [Fr::from(0_u64); POLICY_WORDS];
        for (word, raw) in words.iter_mut().zip(terms.words) {
            *word = to_field("PolicyAdopted", raw)?;
        }
        Ok(AdoptedPolicy { version, words, terms, adopted_at: kept.adoptedAt.to(), transaction: found.transaction })
    }
}
