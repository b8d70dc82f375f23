//! The constraints of `ballot`, block by block as on the statement page.

use super::{BallotPublic, BallotWitness};
use crate::Fr;
use crate::babyjubjub::gadget::{PointVar, Windows, mul_constant};
use crate::babyjubjub::{Point, Scalar};
use crate::merkle::gadget::{padded, root};
use crate::poseidon::gadget::{hash, hash_words};
use crate::r1cs::{Builder, Num};
use crate::range;
use crate::voting::electorate::LEAF_DOMAIN;
use crate::voting::rule::{LIMIT_SHIFT, OPTIONS_SHIFT, SELECTOR_BITS, WEIGHTED_BIT};
use ark_ff::{BigInt, Field, PrimeField};
use ark_relations::gr1cs::SynthesisError;

/// Bits of l: of the secret and of the randomness.
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
    let weighted = b.block("rule-word", |b| rule_word(b, &public, witness.choice.len()))?;
    let (leaf, weight_bits) = b.block("leaf", |b| leaf(b, &commitment, &weighted.electorate, witness.weight))?;
    b.block("path", |b| {
        b.non_zero(&public.root)?;
        let reached = root(b, &leaf, &public.size, witness.index, &padded(&witness.siblings, D))?;
        b.tie(&reached, &public.root)
    })?;
    let nullifier = b.block("nullifier", |b| hash(b, &[public.scope.clone(), range::pack(&secret)]))?;
    let votes = b.block("rule", |b| votes(b, &weighted.used, &witness.choice))?;
    let mut words = vec![nullifier];
    words.extend(b.block("encryption", |b| encrypt(b, &public, &votes, &weight_bits, witness.randomness))?);
    b.block("fold", |b| fold(b, &words, &public.h, &public.gamma, &public.e))
}

/// Bits of s, with 0 < s < l.
fn secret(b: &mut Builder<'_>, secret: BigInt<4>) -> Result<Vec<Num>, SynthesisError> {
    let bits = range::allocate_bits(b, secret, SCALAR_BITS)?;
    range::below(b, &bits, Scalar::MODULUS)?;
    b.non_zero(&range::pack(&bits))?;
    Ok(bits)
}

struct RuleWord {
    electorate: Num,
    used: Vec<Num>,
}

/// Version 1 knows one rule, single choice with limit 1: what is left of the word is the kind bit and the options in use.
fn rule_word(b: &mut Builder<'_>, public: &Public, options: usize) -> Result<RuleWord, SynthesisError> {
    let word = public.rule.value().into_bigint();
    let bit_at = |i: u32| ark_ff::BigInteger::get_bit(&word, i as usize);
    let electorate = b.bit(bit_at(WEIGHTED_BIT))?;
    // Two options at least, and a prefix: the later ones only where the earlier are in use.
    let mut used = vec![Num::one(), Num::one()];
    for k in 2..options {
        let bit = b.bit(bit_at(OPTIONS_SHIFT + k as u32))?;
        if k > 2 {
            b.enforce(&bit, &used[k - 1].not(), &Num::zero())?;
        }
        used.push(bit);
    }
    let power = |i: u32| Fr::from(1u64 << i);
    let fixed = Num::constant(power(SELECTOR_BITS[0]) + power(LIMIT_SHIFT));
    let mut parts = vec![(Fr::ONE, &fixed), (power(WEIGHTED_BIT), &electorate)];
    parts.extend(used.iter().enumerate().map(|(k, bit)| (power(OPTIONS_SHIFT + k as u32), bit)));
    let packed = Num::linear(parts);
    b.equal(&packed, &public.rule)?;
    Ok(RuleWord { electorate, used })
}

/// The leaf of a commitment, and the bits of its weight.
fn leaf(b: &mut Builder<'_>, commitment: &Num, weighted: &Num, weight: u32) -> Result<(Num, Vec<Num>), SynthesisError> {
    let bits = range::allocate_bits(b, BigInt::from(weight), WEIGHT_BITS)?;
    let weight = range::pack(&bits);
    b.non_zero(&weight)?;
    // A plain electorate has weight 1.
    b.enforce(&weighted.not(), &weight.plus(-Fr::ONE), &Num::zero())?;
    let hashed = hash(b, &[commitment.clone(), weight, Num::constant(*LEAF_DOMAIN)])?;
    let leaf = b.select(weighted, &hashed, commitment)?;
    b.non_zero(&leaf)?;
    Ok((leaf, bits))
}

/// v_k: boolean, only for options in use, exactly one.
fn votes(b: &mut Builder<'_>, used: &[Num], choice: &[bool]) -> Result<Vec<Num>, SynthesisError> {
    let mut votes = Vec::with_capacity(choice.len());
    for (used, chosen) in used.iter().zip(choice) {
        let vote = b.bit(*chosen)?;
        if used.as_constant().is_none() {
            b.enforce(&vote, &used.not(), &Num::zero())?;
        }
        votes.push(vote);
    }
    b.equal(&Num::linear(votes.iter().map(|vote| (Fr::ONE, vote))), &Num::one())?;
    Ok(votes)
}

/// C1, C2_k as words.
fn encrypt(
    b: &mut Builder<'_>,
    public: &Public,
    votes: &[Num],
    weight_bits: &[Num],
    randomness: BigInt<4>,
) -> Result<Vec<Num>, SynthesisError> {
    let bits = range::allocate_bits(b, randomness, SCALAR_BITS)?;
    let c1 = mul_constant(b, &bits, &Point::BASE8)?;
    // In the subgroup x = 0 is the identity alone.
    b.non_zero(&c1.x)?;
    let mut words = c1.words().to_vec();
    let weight = mul_constant(b, weight_bits, &Point::BASE8)?;
    let windows = Windows::new(b, &bits)?;
    for ([x, y], vote) in public.keys.iter().zip(votes) {
        let mask = windows.mul(b, &PointVar { x: x.clone(), y: y.clone() })?;
        let vote = weight.if_bit(b, vote)?;
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
