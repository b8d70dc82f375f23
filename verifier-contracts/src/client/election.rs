//! An election's constants and state, its scope and context computed again.

use alloy::eips::BlockId;
use alloy::primitives::{Address, U256};
use tabella_circuits::Fr;
use tabella_circuits::babyjubjub::Point;
use tabella_circuits::field::to_decimal;
use tabella_circuits::voting::ballot::Election;
use tabella_circuits::voting::rule::Rule;
use tabella_circuits::voting::scope::Venue;

use super::electorate::same;
use super::{Dao, to_field, to_points};
use crate::artifact::Contract;
use crate::bindings::{IBallotBox, ICommittee};
use crate::chain::bad_answer;
use crate::error::ChainError;

/// What the box says of an election, checked where it can be.
#[derive(Debug, Clone)]
pub struct ElectionState {
    /// The Governor's id of the proposal.
    pub proposal: U256,
    /// Where it takes place.
    pub venue: Venue,
    /// The constants that ballots are sealed for.
    pub election: Election,
    /// Sum of weights at the snapshot.
    pub total_weight: u64,
    /// First second in which ballots are taken.
    pub opened: u64,
    /// First second in which they are not.
    pub closes: u64,
    /// Last second in which a tally is taken.
    pub tally_by: u64,
    /// Fewest ballots that are opened.
    pub min_turnout: u32,
    /// Ballots cast.
    pub ballots: u32,
    /// Whether totals are recorded.
    pub tallied: bool,
    /// Whether the Governor has them.
    pub result_cast: bool,
}

/// A share that a trustee posted; the last one counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedShare {
    /// D_0.x, D_0.y, .., c, z.
    pub words: Vec<Fr>,
}

impl ElectionState {
    /// The election's context, which shares and the tally are bound to.
    pub fn context(&self) -> Fr {
        self.venue.context()
    }
}

impl Dao {
    /// An election at the latest block.
    ///
    /// # Errors
    /// `Refused(ElectionNotOpened)`, `Inconsistent`, or the node's failures.
    pub async fn election(&self, proposal: U256) -> Result<ElectionState, ChainError> {
        self.election_at(proposal, BlockId::latest()).await
    }

    /// An election at a given block.
    ///
    /// # Errors
    /// As [`Dao::election`].
    pub async fn election_at(&self, proposal: U256, block: BlockId) -> Result<ElectionState, ChainError> {
        let call = IBallotBox::electionCall { proposalId: proposal };
        let view = self.chain.view_at(self.seat().contract, self.seat().address, call, block).await?;
        let venue = self.venue(proposal, view.term)?;
        let root = to_field("election", view.root)?;
        same("the election's scope", view.scope, &to_decimal(&venue.scope(root)))?;
        let rule = u64::try_from(view.rule).ok().and_then(|word| Rule::from_word(word).ok());
        let election = Election {
            root,
            size: number("size", view.size)?,
            scope: venue.scope(root),
            rule: rule.ok_or_else(|| bad_answer("election", format!("{} is not a rule word", view.rule)))?,
            keys: to_points("election", &view.keys)?,
            election: venue.election(),
        };
        Ok(ElectionState {
            proposal,
            venue,
            election,
            total_weight: number("totalWeight", view.totalWeight)?,
            opened: view.opened.to(),
            closes: view.closes.to(),
            tally_by: view.tallyBy.to(),
            min_turnout: view.minTurnout,
            ballots: view.ballots,
            tallied: view.tallied,
            result_cast: view.resultCast,
        })
    }

    fn venue(&self, proposal: U256, term: U256) -> Result<Venue, ChainError> {
        let at = self.deployment.contracts;
        Ok(Venue {
            chain_id: self.chain.id(),
            ballot_box: self.seat().address.into_array(),
            governor: self.seat().principal.into_array(),
            committee: at.committee.into_array(),
            term: number("term", term)?,
            proposal_id: proposal.to_be_bytes(),
        })
    }

    /// The box's status by the chain's clock.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn box_status(&self, proposal: U256) -> Result<IBallotBox::Status, ChainError> {
        self.ask(IBallotBox::statusCall { proposalId: proposal }).await
    }

    /// Recorded totals, in units of weight.
    ///
    /// # Errors
    /// `Refused(NotTallied)`, or the node's failures.
    pub async fn totals(&self, proposal: U256) -> Result<Vec<u64>, ChainError> {
        let words = self.ask(IBallotBox::totalsCall { proposalId: proposal }).await?;
        words.into_iter().map(|word| number("totals", word)).collect()
    }

    /// A trustee's keys in a term.
    ///
    /// # Errors
    /// `Refused(UnknownTrustee)`, or the node's failures.
    pub async fn trustee_keys(&self, term: u64, trustee: u64) -> Result<Vec<Point>, ChainError> {
        let call = ICommittee::keysCall { term: U256::from(term), trustee: U256::from(trustee) };
        let keys = self.chain.view(Contract::Committee, self.deployment.contracts.committee, call).await?;
        to_points("keys", keys.as_flattened())
    }

    /// The address that may post a trustee's shares.
    ///
    /// # Errors
    /// `Refused(UnknownTrustee)`, or the node's failures.
    pub async fn trustee_address(&self, term: u64, trustee: u64) -> Result<Address, ChainError> {
        let call = ICommittee::trusteeOfCall { term: U256::from(term), trustee: U256::from(trustee) };
        self.chain.view(Contract::Committee, self.deployment.contracts.committee, call).await
    }

    /// The last share that a trustee posted, if any.
    ///
    /// # Errors
    /// The node's failures, or words out of range.
    pub async fn posted_share(&self, proposal: U256, trustee: u64) -> Result<Option<PostedShare>, ChainError> {
        let (at, from) = (self.seat().address, self.deployment.block);
        let topic = Some(proposal.into());
        let events = self.chain.events::<IBallotBox::SharePosted>(at, from, topic).await?;
        let last = events.into_iter().rev().find(|found| found.event.trustee == U256::from(trustee));
        let Some(last) = last else { return Ok(None) };
        let words = last.event.share.iter().map(|word| to_field("SharePosted", *word)).collect::<Result<_, _>>()?;
        Ok(Some(PostedShare { words }))
    }
}

pub(super) fn number(what: &str, word: U256) -> Result<u64, ChainError> {
    u64::try_from(word).map_err(|_| bad_answer(what, format!("{word} is out of range")))
}
