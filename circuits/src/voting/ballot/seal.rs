//! Making a ballot: from a member, an election and a choice to public inputs and witness.

use super::{BallotPublic, BallotWitness};
use crate::Fr;
use crate::babyjubjub::{Point, Scalar, random_scalar};
use crate::merkle::MerkleProof;
use crate::poseidon::hash_words;
use crate::voting::identity::Identity;
use crate::voting::rule::{ChoiceError, Rule};
use crate::voting::scope::{Address, Word, ballot_gamma, fold};
use ark_ff::PrimeField;
use rand::{CryptoRng, RngCore};

/// The constants of an election, as the BallotBox opened it.
#[derive(Clone, Debug)]
pub struct Election {
    /// LeanIMT root at the snapshot.
    pub root: Fr,
    /// Number of leaves at the snapshot.
    pub size: u64,
    /// Scope of the nullifiers.
    pub scope: Fr,
    /// What a ballot may contain.
    pub rule: Rule,
    /// The trustees' election keys, one an option.
    pub keys: Vec<Point>,
    /// The election's name inside gamma.
    pub election: Word,
}

/// A member with a place in the electorate.
#[derive(Clone, Debug)]
pub struct Member {
    /// The secret.
    pub identity: Identity,
    /// The weight in the leaf; 1 in a plain electorate.
    pub weight: u32,
    /// The path of the leaf at the snapshot.
    pub proof: MerkleProof,
}

/// A sealed ballot, ready to be proven.
#[derive(Clone, Debug)]
pub struct SealedBallot {
    /// The public inputs.
    pub public: BallotPublic<Fr>,
    /// The secret part.
    pub witness: BallotWitness,
}

/// Why a ballot cannot be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The rule does not allow this choice.
    #[error(transparent)]
    Choice(#[from] ChoiceError),
    /// The rule has more options than there are keys to seal them.
    #[error("the rule has {options} options, but there are election keys for {keys}")]
    KeysMissing {
        /// Options in use.
        options: usize,
        /// Keys of the term.
        keys: usize,
    },
}

impl Election {
    /// The leading public inputs, without a ballot's own.
    fn public(&self, h: Fr, gamma: Fr, e: Fr) -> BallotPublic<Fr> {
        BallotPublic {
            root: self.root,
            size: Fr::from(self.size),
            scope: self.scope,
            rule: self.rule.field(),
            keys: self.keys.iter().map(Point::words).collect(),
            h,
            gamma,
            e,
        }
    }

    /// The public inputs of a ballot with these words: what a verifier recomputes.
    pub fn public_of(&self, h: Fr, binding: &Address, words: &[Fr]) -> BallotPublic<Fr> {
        let gamma = ballot_gamma(&self.election, h, binding, words);
        self.public(h, gamma, fold(gamma, words))
    }
}

/// Seals `member`'s choice; `binding` is the only sender allowed, or zero for anyone.
///
/// `choice` has a number for each option in use: 0 or 1 for single choice and approval (see [`choose`]), the votes themselves for split
/// and quadratic. The circuit is that of as many options as the election has keys.
///
/// [`choose`]: crate::voting::rule::choose
///
/// # Errors
/// [`SealError`] if the rule does not allow the choice.
pub fn seal(
    election: &Election,
    member: &Member,
    choice: &[u64],
    binding: &Address,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<SealedBallot, SealError> {
    let (options, keys) = (usize::from(election.rule.options), election.keys.len());
    if options > keys {
        return Err(SealError::KeysMissing { options, keys });
    }
    let mut votes = election.rule.votes(member.weight, choice)?;
    votes.resize(keys, 0);
    let randomness = random_scalar(rng);
    let mut words = vec![member.identity.nullifier(election.scope)];
    words.extend(Point::BASE8.mul(&randomness).words());
    for (key, votes) in election.keys.iter().zip(&votes) {
        let message = Point::BASE8.mul(&Scalar::from(*votes));
        words.extend(key.mul(&randomness).add(&message).words());
    }
    let witness = BallotWitness {
        secret: member.identity.secret().into_bigint(),
        weight: member.weight,
        index: member.proof.index,
        siblings: member.proof.siblings.clone(),
        votes,
        randomness: randomness.into_bigint(),
        words,
    };
    let public = election.public_of(hash_words(&witness.words), binding, &witness.words);
    Ok(SealedBallot { public, witness })
}
