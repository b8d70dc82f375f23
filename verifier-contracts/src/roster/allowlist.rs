//! OpenZeppelin's standard Merkle tree of (address, uint32), as @openzeppelin/merkle-tree makes it.

use alloy::primitives::{Address, B256, U256, keccak256};
use alloy::sol_types::SolValue;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::MAX_MEMBERS;

const FORMAT: &str = "standard-v1";
const ENCODING: [&str; 2] = ["address", "uint32"];

/// A list's file that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AllowlistError {
    /// Not JSON of this form.
    #[error("not a list: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Another format or leaf encoding.
    #[error("a list of format `{FORMAT}` with leaves (address, uint32) is expected")]
    Format,
    /// The tree is not that of the values.
    #[error("the tree in the file is not that of its values")]
    Tree,
    /// No addresses, or too many.
    #[error("a list has 1 to {MAX_MEMBERS} addresses")]
    Size,
}

/// A list of addresses with weights, and its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowlist {
    /// Addresses and weights, in the order of the file.
    pub values: Vec<(Address, u32)>,
    /// Position of each value's leaf in the tree.
    places: Vec<usize>,
    /// The whole tree, the root first.
    tree: Vec<B256>,
}

/// The file, as @openzeppelin/merkle-tree dumps it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    format: String,
    leaf_encoding: Vec<String>,
    tree: Vec<B256>,
    values: Vec<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Value {
    value: (Address, String),
    tree_index: usize,
}

impl Allowlist {
    /// The tree of these values.
    ///
    /// # Errors
    /// `Size`.
    pub fn new(values: Vec<(Address, u32)>) -> Result<Self, AllowlistError> {
        let n = values.len();
        if n == 0 || n > MAX_MEMBERS {
            return Err(AllowlistError::Size);
        }
        let mut leaves: Vec<(B256, usize)> = values.iter().map(leaf).zip(0..).collect();
        leaves.sort_unstable();
        // A heap: the children of i are 2i + 1 and 2i + 2; leaves come last, in descending order.
        let mut tree = vec![B256::ZERO; 2 * n - 1];
        let mut places = vec![0; n];
        for (i, (leaf, value)) in leaves.into_iter().enumerate() {
            let place = 2 * n - 2 - i;
            tree[place] = leaf;
            places[value] = place;
        }
        for i in (0..n - 1).rev() {
            tree[i] = pair(tree[2 * i + 1], tree[2 * i + 2]);
        }
        Ok(Self { values, places, tree })
    }

    /// The root, which the electorate is deployed with.
    pub fn root(&self) -> B256 {
        self.tree[0]
    }

    /// An address's weight and proof.
    pub fn proof(&self, account: Address) -> Option<(u32, Vec<B256>)> {
        let value = self.values.iter().position(|(address, _)| *address == account)?;
        let mut place = self.places[value];
        let mut proof = Vec::new();
        while place > 0 {
            proof.push(self.tree[if place % 2 == 1 { place + 1 } else { place - 1 }]);
            place = (place - 1) / 2;
        }
        Some((self.values[value].1, proof))
    }

    /// The file's text.
    ///
    /// # Errors
    /// Never for a value of this type; the writer's error is passed on all the same.
    pub fn to_text(&self) -> Result<String, AllowlistError> {
        let values = self.values.iter().zip(&self.places);
        let file = File {
            format: FORMAT.to_owned(),
            leaf_encoding: ENCODING.map(str::to_owned).to_vec(),
            tree: self.tree.clone(),
            values: values
                .map(|((address, weight), place)| Value { value: (*address, weight.to_string()), tree_index: *place })
                .collect(),
        };
        Ok(serde_json::to_string(&file)? + "\n")
    }

    /// Reads a file's text, made here or by @openzeppelin/merkle-tree; the tree is hashed again and compared.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, AllowlistError> {
        let file: File = serde_json::from_str(text)?;
        if file.format != FORMAT || file.leaf_encoding != ENCODING {
            return Err(AllowlistError::Format);
        }
        let values = file
            .values
            .iter()
            .map(|value| Ok((value.value.0, value.value.1.parse().map_err(|_| AllowlistError::Format)?)))
            .collect::<Result<Vec<(Address, u32)>, AllowlistError>>()?;
        let list = Self::new(values)?;
        let places = file.values.iter().map(|value| value.tree_index);
        if list.tree != file.tree || !list.places.iter().copied().eq(places) {
            return Err(AllowlistError::Tree);
        }
        Ok(list)
    }
}

/// Hashed twice, so that no inner node passes for a leaf.
fn leaf((address, weight): &(Address, u32)) -> B256 {
    keccak256(keccak256((*address, U256::from(*weight)).abi_encode()))
}

/// keccak256 of two nodes, the smaller first.
fn pair(a: B256, b: B256) -> B256 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    keccak256([low.0, high.0].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_lead_to_the_root_and_files_are_read_back() {
        for n in 1..20_u8 {
            let values: Vec<_> = (1..=n).map(|i| (Address::repeat_byte(i), u32::from(i))).collect();
            let list = Allowlist::new(values.clone()).expect("it can be made");
            for value in &values {
                let (weight, proof) = list.proof(value.0).expect("it is listed");
                assert_eq!(weight, value.1);
                assert_eq!(proof.into_iter().fold(leaf(value), pair), list.root());
            }
            assert!(list.proof(Address::ZERO).is_none());
            let text = list.to_text().expect("it can be written");
            assert_eq!(Allowlist::parse(&text).expect("and read"), list);
            let other = text.replace("\"1\"", "\"2\"");
            assert!(matches!(Allowlist::parse(&other), Err(AllowlistError::Tree)));
        }
        assert!(matches!(Allowlist::new(vec![]), Err(AllowlistError::Size)));
        assert!(matches!(Allowlist::parse("{}"), Err(AllowlistError::Malformed(_))));
    }
}
