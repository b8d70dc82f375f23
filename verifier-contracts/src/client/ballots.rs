//! Ballots read from events, summed again and compared with the box's accumulators.

use alloy::eips::BlockId;
use alloy::primitives::{B256, U256};
use tabella_circuits::Fr;
use tabella_circuits::babyjubjub::Point;

use super::{Dao, to_field, to_points, to_words};
use crate::bindings::IBallotBox;
use crate::chain::{Found, bad_answer};
use crate::error::ChainError;

/// A ballot on the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastBallot {
    /// Its nullifier.
    pub nullifier: Fr,
    /// keccak(binding, h, proof, words).
    pub digest: B256,
    /// C1, C2_0, C2_1, ..
    pub ciphertext: Vec<Point>,
    /// The transaction that cast it.
    pub transaction: B256,
    /// Its block.
    pub block: u64,
}

/// All ballots of an election, whose sums are the box's accumulators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballots {
    /// In the order of casting.
    pub cast: Vec<CastBallot>,
    /// Sum of C1.
    pub c1: Point,
    /// Sums of C2_k.
    pub c2: Vec<Point>,
}

impl Dao {
    /// All ballots up to a block, compared with the box's accumulators and counter at that block.
    ///
    /// # Errors
    /// `Inconsistent` where they differ, or the node's failures.
    pub async fn ballots(&self, proposal: U256, block: u64) -> Result<Ballots, ChainError> {
        let (at, from) = (self.seat().address, self.deployment.block);
        let topic = Some(proposal.into());
        let events = self.chain.events_until::<IBallotBox::BallotCast>(at, from, block, topic).await?;
        let cast = events.into_iter().map(ballot).collect::<Result<Vec<_>, _>>()?;
        let call = IBallotBox::accumulatorsCall { proposalId: proposal };
        let words = self.chain.view_at(self.seat().contract, at, call, BlockId::number(block)).await?;
        let sums = sum(&cast, words.len() / 2)?;
        if to_words(&sums) != words {
            return Err(differ("the sums of the ballots", &words, &to_words(&sums)));
        }
        let state = self.election_at(proposal, BlockId::number(block)).await?;
        if u64::from(state.ballots) != cast.len() as u64 {
            let (chain, recomputed) = (state.ballots.to_string(), cast.len().to_string());
            return Err(ChainError::Inconsistent { what: "the number of ballots", chain, recomputed });
        }
        let (c1, c2) = sums.split_first().ok_or_else(|| bad_answer("accumulators", "no words".to_owned()))?;
        Ok(Ballots { c1: *c1, c2: c2.to_vec(), cast })
    }

    /// Most ballots that the box takes in one batch.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn max_batch(&self) -> Result<usize, ChainError> {
        let most = self.ask(IBallotBox::MAX_BATCHCall {}).await?;
        Ok(usize::try_from(most).unwrap_or(usize::MAX))
    }

    /// Whether a nullifier is spent.
    ///
    /// # Errors
    /// The node's failures.
    pub async fn is_spent(&self, proposal: U256, nullifier: &Fr) -> Result<bool, ChainError> {
        let call = IBallotBox::isSpentCall { proposalId: proposal, nullifier: super::to_word(nullifier) };
        self.ask(call).await
    }
}

fn ballot(found: Found<IBallotBox::BallotCast>) -> Result<CastBallot, ChainError> {
    Ok(CastBallot {
        nullifier: to_field("BallotCast", found.event.nullifier)?,
        digest: found.event.digest,
        ciphertext: to_points("BallotCast", &found.event.ciphertext)?,
        transaction: found.transaction,
        block: found.block,
    })
}

/// The points' sums, place by place.
fn sum(ballots: &[CastBallot], points: usize) -> Result<Vec<Point>, ChainError> {
    let mut sums = vec![Point::IDENTITY; points];
    for ballot in ballots {
        if ballot.ciphertext.len() != points {
            return Err(bad_answer("BallotCast", format!("{} points, not {points}", ballot.ciphertext.len())));
        }
        for (sum, point) in sums.iter_mut().zip(&ballot.ciphertext) {
            *sum = sum.add(point);
        }
    }
    Ok(sums)
}

fn differ(what: &'static str, chain: &[U256], recomputed: &[U256]) -> ChainError {
    let words = |list: &[U256]| list.iter().map(U256::to_string).collect::<Vec<_>>().join(" ");
    ChainError::Inconsistent { what, chain: words(chain), recomputed: words(recomputed) }
}
