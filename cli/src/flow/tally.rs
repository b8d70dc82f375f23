//! A trustee's share, the totals, and their proof.
//!
//! No oracle: a trustee decrypts only what `readable` returns, the sums of one box, named by the deployment file and the term,
//! at a settled block after the close, with enough ballots, recomputed from the ballots' events.

use alloy::eips::BlockId;
use alloy::primitives::U256;
use rand::rngs::OsRng;
use tabella_circuits::Fr;
use tabella_circuits::babyjubjub::Point;
use tabella_circuits::statement::Statement;
use tabella_circuits::voting::tally::totals;
use tabella_circuits::voting::tally::{TallyK3T1, TallyK8T1, TallyPublic, TallyWitness};
use tabella_circuits::voting::trustee::{Share, TrusteeSecret};
use tabella_contracts::bindings::IBallotBox;
use tabella_contracts::client::{Ballots, ElectionState, to_word};
use tabella_contracts::{Call, Dao, calldata};
use tabella_prover::{CircuitKey, DevelopmentKey, KeyStore, Proof, prove, verify};

use super::ballot::check_key;
use super::errors;
use crate::error::CliError;

/// Index of the only trustee of version 1.
pub const TRUSTEE: u64 = 0;

/// An election that may be opened, with its sums.
#[derive(Debug, Clone)]
pub struct Readable {
    /// The election at the settled block.
    pub state: ElectionState,
    /// Its ballots, whose sums are the box's.
    pub ballots: Ballots,
    /// The trustee's keys.
    pub keys: Vec<Point>,
    /// The block at which all this was read.
    pub block: u64,
}

/// Reads an election's sums if its tally may be opened.
///
/// # Errors
/// `voting-not-closed`, `turnout-too-low` (exit 4's twins, said before anything is decrypted), or the node's failures.
pub async fn readable(dao: &Dao, proposal: U256) -> Result<Readable, CliError> {
    dao.check_verifiers().await.map_err(errors::chain)?;
    let settled = dao.chain.settled().await.map_err(errors::chain)?;
    let state = dao.election_at(proposal, BlockId::number(settled.block)).await.map_err(errors::chain)?;
    if settled.time < state.closes {
        let left = state.closes - settled.time;
        return Err(CliError::check_failed(
            "voting-not-closed",
            format!("voting closes in {left} s of the chain's settled time"),
        )
        .hint("nothing is decrypted before the close; on a devnet: tabella devnet advance"));
    }
    if state.ballots < state.min_turnout {
        let (ballots, least) = (state.ballots, state.min_turnout);
        return Err(CliError::check_failed(
            "turnout-too-low",
            format!("{ballots} ballots are fewer than the minimum of {least}: this election is never opened"),
        ));
    }
    let ballots = dao.ballots(proposal, settled.block).await.map_err(errors::chain)?;
    let keys = dao.trustee_keys(state.venue.term, TRUSTEE).await.map_err(errors::chain)?;
    Ok(Readable { state, ballots, keys, block: settled.block })
}

impl Readable {
    /// The trustee's share, checked like anyone else's.
    ///
    /// # Errors
    /// `trustee-mismatch` if the secret is not of the term's keys.
    pub fn share(&self, secret: &TrusteeSecret) -> Result<Share, CliError> {
        let options = self.keys.len();
        if secret.keys(options) != self.keys {
            return Err(CliError::usage(
                "trustee-mismatch",
                "this trustee's keys are not those of the election's term",
            )
            .hint("the term was opened with another trustee; `tabella trustee show` prints the keys"));
        }
        let share = secret.share(self.state.context(), &self.ballots.c1, options, &mut OsRng);
        self.verify_share(&share)?;
        Ok(share)
    }

    /// A share that was posted, if it is right.
    ///
    /// # Errors
    /// `share-invalid` (exit 1).
    pub fn read_share(&self, words: &[Fr]) -> Result<Share, CliError> {
        let share = Share::from_words(words, self.keys.len());
        let share = share.map_err(|error| CliError::check_failed("share-invalid", error.to_string()))?;
        self.verify_share(&share)?;
        Ok(share)
    }

    fn verify_share(&self, share: &Share) -> Result<(), CliError> {
        share
            .verify(self.state.context(), &self.ballots.c1, &self.keys)
            .map_err(|error| CliError::check_failed("share-invalid", error.to_string()))
    }

    /// The totals in a share.
    ///
    /// # Errors
    /// `totals-not-found` (exit 1).
    pub fn totals(&self, share: &Share) -> Result<Vec<u64>, CliError> {
        let most = self.state.election.rule.largest_total(self.state.total_weight);
        totals(&self.ballots.c2, &share.decryptions, most)
            .map_err(|error| CliError::check_failed("totals-not-found", error.to_string()))
    }

    /// The call that posts a share.
    pub fn post_share(&self, dao: &Dao, share: &Share) -> Call {
        let call = IBallotBox::postShareCall {
            proposalId: self.state.proposal,
            trustee: U256::from(TRUSTEE),
            share: share.to_words().iter().map(to_word).collect(),
        };
        dao.box_call(&call)
    }

    /// Proves the totals and makes the call that records them.
    ///
    /// # Errors
    /// `tally-invalid` if share and totals do not belong together.
    pub fn prove(&self, dao: &Dao, key: &DevelopmentKey, share: Share, totals: Vec<u64>) -> Result<Call, CliError> {
        let words = totals.iter().map(|total| U256::from(*total)).collect();
        let witness = TallyWitness {
            context: self.state.context(),
            c1: self.ballots.c1,
            c2: self.ballots.c2.clone(),
            keys: self.keys.clone(),
            totals,
            share,
        };
        let public = witness.public();
        let proof = match self.keys.len() {
            8 => proven::<TallyK8T1>(key, &public, &witness)?,
            _ => proven::<TallyK3T1>(key, &public, &witness)?,
        };
        let call = IBallotBox::tallyCall {
            proposalId: self.state.proposal,
            subset: U256::ONE,
            totals_: words,
            h: to_word(&public.h),
            proof: calldata::proof_words(&proof),
        };
        Ok(dao.box_call(&call))
    }
}

fn proven<S: Statement<Public = TallyPublic<Fr>, Witness = TallyWitness>>(
    key: &DevelopmentKey,
    public: &TallyPublic<Fr>,
    witness: &TallyWitness,
) -> Result<Proof, CliError> {
    let invalid = |what: String| CliError::usage("tally-invalid", what);
    let proof = prove::<S>(key, public, witness).map_err(|error| invalid(error.to_string()))?;
    verify(key.verifying_key(), &S::inputs(public), &proof)
        .map_err(|error| invalid(format!("its own proof: {error}")))?;
    Ok(proof)
}

/// The call that hands the totals to the Governor.
pub fn cast_result(dao: &Dao, proposal: U256) -> Call {
    let call = IBallotBox::castResultCall { proposalId: proposal };
    dao.box_call(&call)
}

/// The development key of the box's tally circuit; it must be the key of the verifier on the chain.
///
/// # Errors
/// `key-mismatch` and what is wrong with the key's file.
pub fn key(dao: &Dao, keys: &KeyStore) -> Result<DevelopmentKey, CliError> {
    let key = match dao.holds_polls() {
        false => keys.development::<TallyK3T1>()?,
        true => keys.development::<TallyK8T1>()?,
    };
    check_key(&key, dao.seat().circuits.tally.key_digest.as_slice())?;
    Ok(key)
}
