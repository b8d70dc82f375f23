//! A schema's hash: what the lanes mean, and how many groups each attribute has.

use super::domain;
use crate::Fr;
use crate::poseidon::hash;
use sha3::{Digest, Keccak256};
use std::sync::LazyLock;

/// Attributes of a record.
pub const ATTRIBUTES: usize = 4;
/// The most groups that an attribute has.
pub const GROUPS: usize = 16;

/// The first input of a schema's hash.
pub static SCHEMA_DOMAIN: LazyLock<Fr> = LazyLock::new(|| domain("tabella.schema.v1"));

/// More groups than an attribute has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("attribute {attribute} has {groups} groups, at most {GROUPS} are possible")]
pub struct GroupsError {
    /// The attribute.
    pub attribute: usize,
    /// Its groups.
    pub groups: u8,
}

/// The canonical schema's bytes as a field element: keccak256 >> 8.
pub fn schema_body(canonical: &[u8]) -> Fr {
    crate::evm::Keccak(Keccak256::digest(canonical).into()).shifted()
}

/// The number of groups of each attribute in one word, five bits each; 0 for an attribute not in use.
///
/// # Errors
/// [`GroupsError`] for more than 16 groups.
pub fn groups_word(groups: [u8; ATTRIBUTES]) -> Result<Fr, GroupsError> {
    if let Some((attribute, groups)) = groups.into_iter().enumerate().find(|(_, n)| usize::from(*n) > GROUPS) {
        return Err(GroupsError { attribute, groups });
    }
    Ok(Fr::from(groups.iter().rev().fold(0u64, |word, n| word << 5 | u64::from(*n))))
}

/// schemaHash = H_3(SCHEMA_DOMAIN, body, groups).
///
/// # Errors
/// [`GroupsError`] for more than 16 groups.
pub fn schema_hash(body: Fr, groups: [u8; ATTRIBUTES]) -> Result<Fr, GroupsError> {
    Ok(hash(&[*SCHEMA_DOMAIN, body, groups_word(groups)?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_hashed_changes_the_hash() {
        let body = schema_body(b"{}");
        let hash = schema_hash(body, [2, 0, 16, 3]).unwrap();
        assert_ne!(schema_hash(schema_body(b"{} "), [2, 0, 16, 3]).unwrap(), hash);
        for a in 0..ATTRIBUTES {
            let mut groups = [2, 0, 16, 3];
            groups[a] = 1;
            assert_ne!(schema_hash(body, groups).unwrap(), hash, "attribute {a}");
        }
        assert_eq!(groups_word([2, 0, 16, 3]), Ok(Fr::from(2u64 + (16 << 10) + (3 << 15))));
        assert_eq!(schema_hash(body, [2, 17, 0, 0]), Err(GroupsError { attribute: 1, groups: 17 }));
    }
}
