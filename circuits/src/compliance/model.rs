//! A model's commitment, the same for every family.

use super::domain;
use crate::Fr;
use crate::poseidon::hash;
use std::sync::LazyLock;

/// The first input of a model's commitment.
pub static MODEL_DOMAIN: LazyLock<Fr> = LazyLock::new(|| domain("tabella.model.v1"));

/// model = H_4(MODEL_DOMAIN, schemaHash, params, blinding): the schema it was made for, the hash of its parameters, a uniform blinding.
pub fn model_commitment(schema_hash: Fr, params: Fr, blinding: Fr) -> Fr {
    hash(&[*MODEL_DOMAIN, schema_hash, params, blinding])
}
