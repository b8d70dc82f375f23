//! Poseidon in a circuit: three constraints per S-box, the linear layers are free.

use super::MAX_INPUTS;
use super::constants::parameters;
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

/// [`super::hash`] in the circuit.
pub fn hash(builder: &mut Builder<'_>, inputs: &[Num]) -> Result<Num, SynthesisError> {
    let p = parameters(inputs.len());
    let mut state = vec![Num::zero()];
    state.extend_from_slice(inputs);
    for round in 0..p.rounds() {
        for (word, constant) in state.iter_mut().zip(p.round_constants(round)) {
            *word = word.plus(*constant);
        }
        let boxes = if p.is_full(round) { p.width } else { 1 };
        for word in &mut state[..boxes] {
            *word = sbox(builder, word)?;
        }
        state = p.matrix.iter().map(|row| Num::linear(row.iter().copied().zip(&state))).collect();
    }
    Ok(state.swap_remove(0))
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
