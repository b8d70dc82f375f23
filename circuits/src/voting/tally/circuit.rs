//! The constraints of `tally` for one trustee, block by block as on the statement page.

use super::{TallyPublic, TallyWitness};
use crate::Fr;
use crate::babyjubjub::Point;
use crate::babyjubjub::gadget::{PointVar, SignedDigits, mul_constant};
use crate::poseidon::gadget::{hash, hash_words};
use crate::r1cs::{Builder, Num};
use crate::range;
use crate::voting::TOTAL_BITS;
use crate::voting::ballot::fold;
use crate::voting::identity::scalar_to_field;
use ark_ff::PrimeField;
use ark_relations::gr1cs::SynthesisError;

const CHALLENGE_BITS: usize = 128;
const RESPONSE_BITS: usize = 251;

/// The words, each a variable of its own: the fold ties them to the public inputs.
struct Words {
    context: Num,
    c1: PointVar,
    c2: Vec<PointVar>,
    keys: Vec<PointVar>,
    totals: Vec<Num>,
}

pub(super) fn build<const K: usize>(
    b: &mut Builder<'_>,
    public: &TallyPublic<Fr>,
    witness: &TallyWitness,
) -> Result<(), SynthesisError> {
    let public = public.try_map(|_, value| b.input(*value))?;
    let words = Words::allocate(b, witness)?;
    let decryptions = b.block("subgroup", |b| decryptions(b, &witness.share.decryptions))?;
    let digest = b.block("statement", |b| {
        let points = std::iter::once(&words.c1).chain(&words.keys).chain(&decryptions);
        let mut hashed = vec![words.context.clone()];
        hashed.extend(points.flat_map(PointVar::words));
        hash_words(b, &hashed)
    })?;
    b.block("chaum-pedersen", |b| chaum_pedersen(b, &words, &decryptions, &digest, witness))?;
    b.block("totals", |b| totals(b, &words, &decryptions, &witness.totals))?;
    b.block("fold", |b| fold(b, &words.list(), &public.h, &public.gamma, &public.e))
}

impl Words {
    fn allocate(b: &mut Builder<'_>, witness: &TallyWitness) -> Result<Self, SynthesisError> {
        // On the curve by the contracts: ballots proved the sums, the Committee checked the keys.
        let mut point = |p: &Point| Ok::<_, SynthesisError>(PointVar { x: b.witness(p.x)?, y: b.witness(p.y)? });
        let c1 = point(&witness.c1)?;
        let c2 = witness.c2.iter().map(&mut point).collect::<Result<_, _>>()?;
        let keys = witness.keys.iter().map(&mut point).collect::<Result<_, _>>()?;
        let totals = witness.totals.iter().map(|total| b.witness(Fr::from(*total))).collect::<Result<_, _>>()?;
        Ok(Self { context: b.witness(witness.context)?, c1, c2, keys, totals })
    }

    /// In the order of the statement page.
    fn list(&self) -> Vec<Num> {
        let points = std::iter::once(&self.c1).chain(&self.c2).chain(&self.keys);
        let mut words = vec![self.context.clone()];
        words.extend(points.flat_map(PointVar::words));
        words.extend(self.totals.iter().cloned());
        words
    }
}

/// D_k = 8 Z_k for a Z_k on the curve: the multiples of 8 are the subgroup.
fn decryptions(b: &mut Builder<'_>, points: &[Point]) -> Result<Vec<PointVar>, SynthesisError> {
    points.iter().map(|point| PointVar::witness_on_curve(b, &point.eighth())?.times_eight(b)).collect()
}

/// R1 = z·B8 - c·Yb, R2 = z·C1 - c·Db, and c is the challenge for them.
fn chaum_pedersen(
    b: &mut Builder<'_>,
    words: &Words,
    decryptions: &[PointVar],
    digest: &Num,
    witness: &TallyWitness,
) -> Result<(), SynthesisError> {
    let beta = low128(b, digest)?;
    let beta = SignedDigits::new(b, &beta)?;
    let c = range::allocate_bits(b, Fr::from(witness.share.challenge).into_bigint(), CHALLENGE_BITS)?;
    let c_windows = SignedDigits::new(b, &c)?;
    let z = range::allocate_bits(b, scalar_to_field(&witness.share.response).into_bigint(), RESPONSE_BITS)?;
    let z_windows = SignedDigits::new(b, &z)?;
    let response_base = mul_constant(b, &z, &Point::BASE8)?;
    let response_c1 = z_windows.mul(b, &words.c1)?;
    let commitment = |b: &mut Builder<'_>, response: PointVar, points: &[PointVar]| {
        let combined = combine(b, &beta, points)?;
        let claimed = c_windows.mul(b, &combined)?.neg();
        response.add(b, &claimed)
    };
    let r1 = commitment(b, response_base, &words.keys)?;
    let r2 = commitment(b, response_c1, decryptions)?;
    let [x1, y1] = r1.words();
    let [x2, y2] = r2.words();
    let hashed = hash(b, &[digest.clone(), x1, y1, x2, y2])?;
    let challenge = low128(b, &hashed)?;
    b.tie(&range::pack(&challenge), &range::pack(&c))
}

/// Bits of low128 of the canonical representative.
fn low128(b: &mut Builder<'_>, num: &Num) -> Result<Vec<Num>, SynthesisError> {
    let mut bits = range::canonical_bits(b, num)?;
    bits.truncate(CHALLENGE_BITS);
    Ok(bits)
}

/// Sum of beta^k P_k, by Horner's rule.
fn combine(b: &mut Builder<'_>, beta: &SignedDigits, points: &[PointVar]) -> Result<PointVar, SynthesisError> {
    let (last, rest) = (&points[points.len() - 1], &points[..points.len() - 1]);
    rest.iter().rev().try_fold(last.clone(), |sum, point| beta.mul(b, &sum)?.add(b, point))
}

/// total_k has 40 bits and C2_k = D_k + total_k·B8.
fn totals(b: &mut Builder<'_>, words: &Words, decryptions: &[PointVar], totals: &[u64]) -> Result<(), SynthesisError> {
    debug_assert_eq!(totals.len(), decryptions.len());
    for ((total, c2), decryption) in words.totals.iter().zip(&words.c2).zip(decryptions) {
        let bits = range::bits(b, total, TOTAL_BITS)?;
        let message = mul_constant(b, &bits, &Point::BASE8)?;
        decryption.add(b, &message)?.tie(b, c2)?;
    }
    Ok(())
}
