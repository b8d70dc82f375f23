//! The `ballot` statement; its page is in `circuits/README.md`.

mod circuit;
mod seal;

pub(crate) use circuit::fold;
pub use seal::{Election, Member, SealError, SealedBallot, seal};

use crate::Fr;
use crate::babyjubjub::{Point, Scalar};
use crate::field::to_decimal;
use crate::merkle::MerkleProof;
use crate::merkle::gadget::capacity;
use crate::poseidon::hash_words;
use crate::r1cs::Builder;
use crate::statement::{Statement, StatementError};
use crate::voting::electorate::{Kind, leaf};
use crate::voting::identity::scalar_to_field;
use crate::voting::rule::Rule;
use crate::voting::scope::fold as fold_words;
use ark_ff::{AdditiveGroup, BigInt, PrimeField};
use ark_relations::gr1cs::SynthesisError;
use std::convert::Infallible;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// One sealed ballot of `K` options, over trees of at most `D` levels.
#[derive(Clone, Copy, Debug)]
pub struct Ballot<const K: usize, const D: usize>;

/// `ballot-k3-d20`.
pub type BallotK3D20 = Ballot<3, 20>;

/// `ballot-k8-d20`.
pub type BallotK8D20 = Ballot<8, 20>;

/// The public inputs, generic over what stands for a field element (values here, variables in the circuit).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BallotPublic<T> {
    /// LeanIMT root at the snapshot.
    pub root: T,
    /// Number of leaves at the snapshot.
    pub size: T,
    /// Scope of the nullifiers.
    pub scope: T,
    /// The rule word.
    pub rule: T,
    /// The trustees' election keys, one point an option.
    pub keys: Vec<[T; 2]>,
    /// H* of the words.
    pub h: T,
    /// The folding challenge.
    pub gamma: T,
    /// Sum of gamma^i · word_i.
    pub e: T,
}

impl<T> BallotPublic<T> {
    /// Applies `f` to every input, in order: **the only place where the order is written**.
    pub(crate) fn try_map<U, E>(&self, mut f: impl FnMut(String, &T) -> Result<U, E>) -> Result<BallotPublic<U>, E> {
        let mut f = |name: &str, input| f(name.to_owned(), input);
        Ok(BallotPublic {
            root: f("root", &self.root)?,
            size: f("size", &self.size)?,
            scope: f("scope", &self.scope)?,
            rule: f("rule", &self.rule)?,
            keys: (self.keys.iter().enumerate())
                .map(|(k, [x, y])| Ok([f(&format!("key_{k}_x"), x)?, f(&format!("key_{k}_y"), y)?]))
                .collect::<Result<_, E>>()?,
            h: f("h", &self.h)?,
            gamma: f("gamma", &self.gamma)?,
            e: f("e", &self.e)?,
        })
    }
}

/// What only the voter knows. Wiped when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct BallotWitness {
    /// The identity's secret scalar.
    pub secret: BigInt<4>,
    /// The member's weight.
    pub weight: u32,
    /// Position of the leaf.
    pub index: u64,
    /// The path, from the leaves up; `None` where there is no sibling.
    pub siblings: Vec<Option<Fr>>,
    /// The votes m_k for each option: what is encrypted.
    pub votes: Vec<u64>,
    /// Encryption randomness.
    pub randomness: BigInt<4>,
    /// nullifier, C1, C2_k: the words the ballot shows.
    pub words: Vec<Fr>,
}

impl fmt::Debug for BallotWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BallotWitness(..)")
    }
}

impl<const K: usize, const D: usize> Statement for Ballot<K, D> {
    type Public = BallotPublic<Fr>;
    type Witness = BallotWitness;
    const VERSION: u32 = 2;

    fn id() -> String {
        format!("ballot-k{K}-d{D}")
    }

    fn constants() -> usize {
        4 + 2 * K
    }

    fn input_names() -> Vec<String> {
        let mut names = Vec::new();
        let Ok(_) = Self::blank().0.try_map(|name, _| {
            names.push(name);
            Ok::<_, Infallible>(())
        });
        names
    }

    fn inputs(public: &Self::Public) -> Vec<Fr> {
        let mut values = Vec::new();
        let Ok(_) = public.try_map(|_, value| {
            values.push(*value);
            Ok::<_, Infallible>(())
        });
        values
    }

    fn blank() -> (Self::Public, Self::Witness) {
        let zero = Fr::ZERO;
        let (root, size, scope, rule) = (zero, zero, zero, zero);
        let public = BallotPublic { root, size, scope, rule, keys: vec![[zero; 2]; K], h: zero, gamma: zero, e: zero };
        let witness = BallotWitness {
            secret: BigInt::default(),
            weight: 0,
            index: 0,
            siblings: vec![None; D],
            votes: vec![0; K],
            randomness: BigInt::default(),
            words: vec![zero; 3 + 2 * K],
        };
        (public, witness)
    }

    fn check(public: &Self::Public, witness: &Self::Witness) -> Result<(), StatementError> {
        check_shape::<K, D>(public, witness)?;
        let rule = check_rule::<K>(public, witness)?;
        let secret = Scalar::from_bigint(witness.secret)
            .filter(|s| *s != Scalar::ZERO)
            .ok_or_else(|| StatementError::new("secret", "the secret scalar is 0 or not below l"))?;
        check_membership::<D>(public, witness, rule.electorate, &secret)?;
        if hash_words_of_nullifier(public.scope, &secret) != witness.words[0] {
            return Err(StatementError::new("nullifier", "the nullifier is not H_2(scope, s)"));
        }
        check_encryption::<K>(public, witness)?;
        if hash_words(&witness.words) != public.h {
            return Err(StatementError::new("fold", "h is not the hash of the words"));
        }
        if fold_words(public.gamma, &witness.words) != public.e {
            return Err(StatementError::new("fold", "e is not the sum of gamma^i · word_i"));
        }
        Ok(())
    }

    fn build(builder: &mut Builder<'_>, public: &Self::Public, witness: &Self::Witness) -> Result<(), SynthesisError> {
        circuit::build::<D>(builder, public, witness)
    }
}

fn hash_words_of_nullifier(scope: Fr, secret: &Scalar) -> Fr {
    crate::poseidon::hash(&[scope, scalar_to_field(secret)])
}

fn check_shape<const K: usize, const D: usize>(
    public: &BallotPublic<Fr>,
    witness: &BallotWitness,
) -> Result<(), StatementError> {
    let shape = public.keys.len() == K
        && witness.votes.len() == K
        && witness.words.len() == 3 + 2 * K
        && witness.siblings.len() <= D;
    if !shape {
        return Err(StatementError::new("shape", format!("this circuit has {K} options and at most {D} levels")));
    }
    Ok(())
}

fn check_rule<const K: usize>(public: &BallotPublic<Fr>, witness: &BallotWitness) -> Result<Rule, StatementError> {
    let fail = |reason: String| Err(StatementError::new("rule", reason));
    let word = public.rule.into_bigint().0;
    let rule = match Rule::from_word(word[0]) {
        Ok(rule) if word[1..] == [0; 3] => rule,
        _ => return fail(format!("{} is not a rule word", to_decimal(&public.rule))),
    };
    if usize::from(rule.options) > K {
        return fail(format!("the rule has {} options, this circuit {K}", rule.options));
    }
    if let Err(error) = rule.allows(witness.weight, &witness.votes) {
        return fail(error.to_string());
    }
    Ok(rule)
}

fn check_membership<const D: usize>(
    public: &BallotPublic<Fr>,
    witness: &BallotWitness,
    kind: Kind,
    secret: &Scalar,
) -> Result<(), StatementError> {
    let commitment = crate::poseidon::hash(&Point::BASE8.mul(secret).words());
    let leaf = leaf(kind, commitment, witness.weight).map_err(|e| StatementError::new("leaf", e.to_string()))?;
    let size = public.size.into_bigint().0;
    let fail = |reason: &str| Err(StatementError::new("path", reason));
    if size[1..] != [0; 3] || size[0] == 0 || size[0] > capacity(D) || witness.index >= size[0] {
        return fail("the position is not below the size, or the size is not in 1..2^D");
    }
    let last = size[0] - 1;
    let shape = |level: usize| {
        let (node, end) = (witness.index >> level, last >> level);
        node == end && node & 1 == 0
    };
    let levels = witness.siblings.len();
    if (0..D).any(|level| shape(level) != witness.siblings.get(level).is_none_or(Option::is_none)) || levels > D {
        return fail("the path has not the shape of this position in a tree of this size");
    }
    let proof = MerkleProof { index: witness.index, siblings: witness.siblings.clone() };
    if public.root == Fr::ZERO || proof.root(leaf) != public.root {
        return fail("the path does not lead to the root: wrong identity, weight or electorate");
    }
    Ok(())
}

fn check_encryption<const K: usize>(public: &BallotPublic<Fr>, witness: &BallotWitness) -> Result<(), StatementError> {
    let fail = |reason: &str| Err(StatementError::new("encryption", reason));
    if witness.randomness >= Scalar::MODULUS || witness.randomness == BigInt::default() {
        return fail("the randomness is 0 or not below l");
    }
    let mut words = Point::BASE8.mul_bigint(witness.randomness).words().to_vec();
    for (key, votes) in public.keys.iter().zip(&witness.votes) {
        let key = Point { x: key[0], y: key[1] };
        if !key.is_in_subgroup() || key == Point::IDENTITY {
            return fail("an election key is the identity or not in the subgroup");
        }
        let vote = Point::BASE8.mul(&Scalar::from(*votes));
        words.extend(key.mul_bigint(witness.randomness).add(&vote).words());
    }
    if words != witness.words[1..] {
        return fail("the ciphertext is not the encryption of these votes");
    }
    Ok(())
}
