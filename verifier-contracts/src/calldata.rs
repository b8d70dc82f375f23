//! The one place where a proof becomes words of the EVM, and back.
//!
//! Order: A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y; each word 32 bytes big-endian. The imaginary half of an
//! Fp2 coordinate comes first: that is the pairing precompile's order, and the reverse of snarkjs's JSON.

use alloy::primitives::U256;
use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ff::{BigInt, BigInteger, PrimeField};
use tabella_prover::Proof;
use tabella_prover::groth16::ProofError;

/// A proof as words of 32 bytes, big-endian.
pub type ProofBytes = [[u8; 32]; 8];

/// Names of the words of a proof, in order.
pub const PROOF_WORDS: [&str; 8] = ["A.x", "A.y", "B.x_im", "B.x_re", "B.y_im", "B.y_re", "C.x", "C.y"];

/// Words that are no proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalldataError {
    /// Another number of words.
    #[error("a proof has 8 words, not {0}")]
    Length(usize),
    /// A word is not below q, the order of the base field.
    #[error("word {index} ({}) is not below the order of the base field", PROOF_WORDS[*index])]
    CoordinateNotInField {
        /// Position of the word.
        index: usize,
    },
    /// A point is off its curve, outside its subgroup or the identity.
    #[error(transparent)]
    Point(#[from] ProofError),
}

/// The words of a proof, as bytes.
pub fn proof_bytes(proof: &Proof) -> ProofBytes {
    let ([a_x, a_y], [c_x, c_y]) = (g1_bytes(proof.a()), g1_bytes(proof.c()));
    let [b_x_im, b_x_re, b_y_im, b_y_re] = g2_bytes(proof.b());
    [a_x, a_y, b_x_im, b_x_re, b_y_im, b_y_re, c_x, c_y]
}

/// A point of G1 as words: x, y.
pub fn g1_bytes(point: &G1Affine) -> [[u8; 32]; 2] {
    [point.x, point.y].map(|coordinate| coordinate_word(&coordinate))
}

/// A point of G2 as words: x_im, x_re, y_im, y_re.
pub fn g2_bytes(point: &G2Affine) -> [[u8; 32]; 4] {
    [point.x.c1, point.x.c0, point.y.c1, point.y.c0].map(|coordinate| coordinate_word(&coordinate))
}

/// The words of a proof, as numbers.
pub fn proof_words(proof: &Proof) -> [U256; 8] {
    proof_bytes(proof).map(U256::from_be_bytes)
}

/// The proof that these words are.
///
/// # Errors
/// [`CalldataError`] for what the verifier contract would refuse as well: a word not below q, or a point off its curve,
/// outside its subgroup or at infinity.
pub fn proof_from_bytes(words: &ProofBytes) -> Result<Proof, CalldataError> {
    let mut coordinates = [Fq::from(0u64); 8];
    for (index, (coordinate, word)) in coordinates.iter_mut().zip(words).enumerate() {
        *coordinate = coordinate_from_word(word).ok_or(CalldataError::CoordinateNotInField { index })?;
    }
    let [a_x, a_y, b_x_im, b_x_re, b_y_im, b_y_re, c_x, c_y] = coordinates;
    let b = G2Affine::new_unchecked(Fq2::new(b_x_re, b_x_im), Fq2::new(b_y_re, b_y_im));
    Ok(Proof::new(G1Affine::new_unchecked(a_x, a_y), b, G1Affine::new_unchecked(c_x, c_y))?)
}

/// The proof that these words are.
///
/// # Errors
/// [`CalldataError`] as in [`proof_from_bytes`], and for any number of words but 8.
pub fn proof_from_words(words: &[U256]) -> Result<Proof, CalldataError> {
    let words: [U256; 8] = words.try_into().map_err(|_| CalldataError::Length(words.len()))?;
    proof_from_bytes(&words.map(|word| word.to_be_bytes()))
}

/// A coordinate as 32 bytes, big-endian.
fn coordinate_word(coordinate: &Fq) -> [u8; 32] {
    let mut word = [0; 32];
    word.copy_from_slice(&coordinate.into_bigint().to_bytes_be());
    word
}

/// The coordinate that a word is, if it is below q.
fn coordinate_from_word(word: &[u8; 32]) -> Option<Fq> {
    let limb = |i: usize| word[8 * i..8 * (i + 1)].iter().fold(0u64, |limb, byte| limb << 8 | u64::from(*byte));
    Fq::from_bigint(BigInt::new([limb(3), limb(2), limb(1), limb(0)]))
}
