//! The constraints of `ballot`, block by block as on the statement page.

use super::{BallotPublic, BallotWitness};
use crate::Fr;
use crate::babyjubjub::gadget::{PointVar, SignedDigits, mul_constant};
use crate::babyjubjub::{Point, Scalar};
use crate::merkle::gadget::{padded, root};
use crate::poseidon::gadget::{hash, hash_words};
use crate::r1cs::{Builder, Num};
use crate::range;
use crate::voting::electorate::LEAF_DOMAIN;
use crate::voting::rule::gadget::RuleVar;
use ark_ff::{BigInt, Field, PrimeField};
use ark_relations::gr1cs::SynthesisError;

/// Bits of l.
const SCALAR_BITS: usize = 251;
const WEIGHT_BITS: usize = 32;

type Public = BallotPublic<Num>;

pub(super) fn build<const D: usize>(
    b: &mut Builder<'_>,
    public: &BallotPublic<Fr>,
    witness: &BallotWitness,
) -> Result<(), SynthesisError> {
    let public = public.try_map(|_, value| b.input(*value))?;
    let secret = b.block("secret", |b| secret(b, witness.secret))?;
    let commitment = b.block("identity", |b| {
        let key = mul_constant(b, &secret, &Point::BASE8)?;
        hash(b, &key.words())
    })?;
    let rule = b.block("rule-word", |b| RuleVar::unpack(b, &public.rule, witness.votes.len()))?;
    let (leaf, weight) = b.block("leaf", |b| leaf(b, &commitment, &rule.weighted, witness.weight))?;
    b.block("path", |b| {
        b.non_zero(&public.root)?;
        let reached = root(b, &leaf, &public.size, witness.index, &padded(&witness.siblings, D))?;
        b.tie(&reached, &public.root)
    })?;
    let nullifier = b.block("nullifier", |b| hash(b, &[public.scope.clone(), range::pack(&secret)]))?;
    let votes = b.block("rule", |b| rule.votes(b, &weight, &witness.votes))?;
    let mut words = vec![nullifier];
    words.extend(b.block("encryption", |b| encrypt(b, &public, &votes, witness.randomness))?);
    b.block("fold", |b| fold(b, &words, &public.h, &public.gamma, &public.e))
}

/// Bits of s, with 0 < s < l.
fn secret(b: &mut Builder<'_>, secret: BigInt<4>) -> Result<Vec<Num>, SynthesisError> {
    let bits = range::allocate_bits(b, secret, SCALAR_BITS)?;
    range::below(b, &bits, Scalar::MODULUS)?;
    b.non_zero(&range::pack(&bits))?;
    Ok(bits)
}

/// The leaf of a commitment, and its weight.
fn leaf(b: &mut Builder<'_>, commitment: &Num, weighted: &Num, weight: u32) -> Result<(Num, Num), SynthesisError> {
    let bits = range::allocate_bits(b, BigInt::from(weight), WEIGHT_BITS)?;
    let weight = range::pack(&bits);
    b.non_zero(&weight)?;
    // A plain electorate has weight 1.
    b.enforce(&weighted.not(), &weight.plus(-Fr::ONE), &Num::zero())?;
    let hashed = hash(b, &[commitment.clone(), weight.clone(), Num::constant(*LEAF_DOMAIN)])?;
    let leaf = b.select(weighted, &hashed, commitment)?;
    b.non_zero(&leaf)?;
    Ok((leaf, weight))
}

/// C1, C2_k as words.
fn encrypt(
    b: &mut Builder<'_>,
    public: &Public,
    votes: &[Vec<Num>],
    randomness: BigInt<4>,
) -> Result<Vec<Num>, SynthesisError> {
    let randomness = SignedDigits::random(b, randomness)?;
    let c1 = randomness.mul_constant(b, &Point::BASE8)?;
    // In the subgroup x = 0 is the identity alone.
    b.non_zero(&c1.x)?;
    let mut words = c1.words().to_vec();
    for ([x, y], bits) in public.keys.iter().zip(votes) {
        let mask = randomness.mul(b, &PointVar { x: x.clone(), y: y.clone() })?;
        let vote = mul_constant(b, bits, &Point::BASE8)?;
        words.extend(mask.add(b, &vote)?.words());
    }
    Ok(words)
}

/// h = H*(words), e = sum of gamma^i · word_i.
pub(crate) fn fold(b: &mut Builder<'_>, words: &[Num], h: &Num, gamma: &Num, e: &Num) -> Result<(), SynthesisError> {
    let hashed = hash_words(b, words)?;
    b.tie(&hashed, h)?;
    let (first, rest) = (&words[0], &words[1..]);
    let mut sum = rest[rest.len() - 1].clone();
    for word in rest[..rest.len() - 1].iter().rev() {
        sum = b.mul(&sum, gamma)?.add(word);
    }
    b.tie_product(&sum, gamma, &e.sub(first))
}
