//! Poseidon in a circuit: three constraints per S-box, the linear layers are free.

use super::MAX_INPUTS;
use super::constants::{Affine, Parameters, parameters};
use super::permutation::permute;
use crate::r1cs::{Builder, Num};
use ark_relations::gr1cs::SynthesisError;

fn sbox(builder: &mut Builder<'_>, x: &Num) -> Result<Num, SynthesisError> {
    if let Some(c) = x.as_constant() {
        return Ok(Num::constant(ark_ff::Field::pow(&c, [5u64])));
    }
    let square = builder.mul(x, x)?;
    let fourth = builder.mul(&square, &square)?;
    builder.mul(&fourth, x)
}

/// [`super::hash`] in the circuit. The partial rounds are unrolled, so that no sum is formed that no S-box reads.
pub fn hash(builder: &mut Builder<'_>, inputs: &[Num]) -> Result<Num, SynthesisError> {
    let p = parameters(inputs.len());
    if builder.assigning() && inputs.iter().any(|input| input.as_constant().is_none()) {
        return assign(builder, p, inputs);
    }
    let partial = p.partial();
    let mut state = vec![Num::zero()];
    state.extend_from_slice(inputs);
    for round in 0..Parameters::half() {
        if round > 0 {
            state = mix(p, &state);
        }
        state = full(builder, p, round, &state)?;
    }
    for entering in &partial.boxes {
        let word = sbox(builder, &affine(entering, &state))?;
        state.push(word);
    }
    state = partial.state.iter().map(|word| affine(word, &state)).collect();
    for round in p.rounds() - Parameters::half()..p.rounds() {
        let boxes = full(builder, p, round, &state)?;
        state = mix(p, &boxes);
    }
    Ok(state.swap_remove(0))
}

/// The same variables without the sums between them: three for every S-box, but for those of the first round that
/// constants enter.
fn assign(builder: &mut Builder<'_>, p: &Parameters, inputs: &[Num]) -> Result<Num, SynthesisError> {
    let mut state = vec![Num::zero().value()];
    state.extend(inputs.iter().map(Num::value));
    let constant = |word: usize| word == 0 || inputs[word - 1].as_constant().is_some();
    let (mut boxes, mut result) = (0, Ok(()));
    permute(p, &mut state, |word, powers| {
        let given = boxes < p.width && constant(word);
        boxes += 1;
        if !given && result.is_ok() {
            result = powers.into_iter().try_for_each(|power| builder.witness(power).map(drop));
        }
    });
    result?;
    Ok(Num::computed(state[0]))
}

fn affine(sum: &Affine, variables: &[Num]) -> Num {
    let terms = sum.coefficients.iter().copied().zip(variables);
    Num::linear(terms.chain([(sum.constant, &Num::one())]))
}

/// A full round but for its matrix.
fn full(builder: &mut Builder<'_>, p: &Parameters, round: usize, state: &[Num]) -> Result<Vec<Num>, SynthesisError> {
    let words = state.iter().zip(p.round_constants(round));
    words.map(|(word, constant)| sbox(builder, &word.plus(*constant))).collect()
}

fn mix(p: &Parameters, state: &[Num]) -> Vec<Num> {
    p.matrix.iter().map(|row| Num::linear(row.iter().copied().zip(state))).collect()
}

/// [`super::hash_words`] in the circuit.
pub fn hash_words(builder: &mut Builder<'_>, words: &[Num]) -> Result<Num, SynthesisError> {
    let (head, rest) = words.split_at(words.len().min(MAX_INPUTS));
    let mut state = hash(builder, head)?;
    for chunk in rest.chunks(MAX_INPUTS - 1) {
        let mut block = vec![state];
        block.extend_from_slice(chunk);
        state = hash(builder, &block)?;
    }
    Ok(state)
}
