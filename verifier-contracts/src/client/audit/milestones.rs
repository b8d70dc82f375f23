//! Milestones: money that is paid when a model passes.

use alloy::primitives::{Address, Bytes, U256, aliases::U40};
use alloy::sol_types::SolCall;

use super::Audits;
use crate::artifact::Contract;
use crate::bindings::{IMilestoneTreasury, IToken};
use crate::call::Call;
use crate::chain::bad_answer;
use crate::error::ChainError;

/// What a milestone pays, to whom, for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneTerms {
    /// The model that must pass.
    pub model: U256,
    /// The policy that it must pass.
    pub policy: U256,
    /// Who is paid.
    pub beneficiary: Address,
    /// An ERC-20, or zero for ether.
    pub token: Address,
    /// What is paid, in wei or the token's smallest unit.
    pub amount: U256,
    /// Last second in which it is paid, below 2^40.
    pub deadline: u64,
    /// Wei that the treasury sends along at its creation; 0 for a token.
    pub funded: U256,
}

impl MilestoneTerms {
    /// The action of a proposal that creates it: target, value, calldata.
    ///
    /// # Errors
    /// The deadline does not fit 40 bits.
    pub fn action(&self, audits: &Audits) -> Result<(Address, U256, Bytes), ChainError> {
        if self.deadline >> 40 != 0 {
            return Err(bad_answer("deadline", format!("{} does not fit 40 bits", self.deadline)));
        }
        let call = IMilestoneTreasury::createCall {
            modelId: self.model,
            policyVersion: self.policy,
            beneficiary: self.beneficiary,
            token: self.token,
            amount: self.amount,
            deadline: U40::from(self.deadline),
        };
        Ok((audits.at.milestone_treasury, self.funded, call.abi_encode().into()))
    }
}

impl Audits {
    /// The call that brings money to a milestone: ether is sent along, tokens must be approved ([`Audits::approve`]).
    pub fn fund_milestone(&self, id: U256, token: Address, amount: U256) -> Call {
        let call = self.milestone_call(&IMilestoneTreasury::fundCall { milestoneId: id, amount });
        Call { value: if token == Address::ZERO { amount } else { U256::ZERO }, ..call }
    }

    /// The call that lets the MilestoneTreasury take tokens from the sender.
    pub fn approve(&self, token: Address, amount: U256) -> Call {
        let call = IToken::approveCall { spender: self.at.milestone_treasury, value: amount };
        let mut call = Call::new(Contract::MilestoneTreasury, token, &call);
        (call.contract, call.function) = ("ERC20", "approve".to_owned());
        call
    }

    /// The call that pays a milestone; anyone may.
    pub fn release_milestone(&self, id: U256, attestation: U256) -> Call {
        self.milestone_call(&IMilestoneTreasury::releaseCall { milestoneId: id, attestationId: attestation })
    }

    /// The call that sends an unpaid milestone's money back to the DAO; anyone may.
    pub fn claw_back_milestone(&self, id: U256) -> Call {
        self.milestone_call(&IMilestoneTreasury::clawBackCall { milestoneId: id })
    }

    /// A milestone.
    ///
    /// # Errors
    /// `Refused(UnknownMilestone)`, or the node's failures.
    pub async fn milestone(&self, id: U256) -> Result<IMilestoneTreasury::Milestone, ChainError> {
        self.milestone_view(IMilestoneTreasury::milestoneCall { milestoneId: id }).await
    }

    /// Number of milestones, which is the last id.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn milestones(&self) -> Result<U256, ChainError> {
        self.milestone_view(IMilestoneTreasury::milestonesCall {}).await
    }

    /// The attestation that a milestone was paid on, if it was.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn released_on(&self, id: U256) -> Result<Option<U256>, ChainError> {
        let at = self.at.milestone_treasury;
        let events = self.events::<IMilestoneTreasury::MilestoneReleased>(at, Some(id)).await?;
        Ok(events.first().map(|found| found.event.attestationId))
    }

    fn milestone_call<C: SolCall>(&self, call: &C) -> Call {
        Call::new(Contract::MilestoneTreasury, self.at.milestone_treasury, call)
    }
}
