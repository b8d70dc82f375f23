//! A list's tree in a file, so that a member's path is read and not hashed again.
//!
//! Little-endian numbers, big-endian field elements: the magic word, version u32, kind u32 (0 plain, 1 weighted), size u64,
//! total weight u64, digest of the CSV file, root; then size times (commitment, weight u32); then all levels from the
//! leaves up; last keccak256 of everything before.

use alloy::primitives::{B256, keccak256};
use tabella_circuits::Fr;
use tabella_circuits::field;
use tabella_circuits::merkle::MerkleProof;
use tabella_circuits::voting::electorate::Kind;
use thiserror::Error;

use super::{MAX_MEMBERS, MemberTree};

const MAGIC: &[u8; 16] = b"tabella-tree-01\n";
const VERSION: u32 = 1;
const HEADER: usize = 16 + 4 + 4 + 8 + 8 + 32 + 32;
const ROW: usize = 36;
const WORD: usize = 32;

/// A file that is not a tree file of this version.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TreeFileError {
    /// Another kind of file.
    #[error("offset 0: not a tree file")]
    Magic,
    /// Another version.
    #[error("offset 16: version {0}, this program reads {VERSION}")]
    Version(u32),
    /// A number that cannot be.
    #[error("offset {offset}: {what}")]
    Field {
        /// In bytes.
        offset: usize,
        /// What is wrong.
        what: String,
    },
    /// The file is cut off, or goes on.
    #[error("offset {actual}: the file has {actual} bytes, its header means {expected}")]
    Length {
        /// As the header means.
        expected: usize,
        /// As it is.
        actual: usize,
    },
    /// The bytes are not those that were written.
    #[error("offset {0}: the digest is not that of the bytes before it")]
    Digest(usize),
}

/// A tree file in memory; nodes are read where they are needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFile {
    bytes: Vec<u8>,
    /// Whether leaves carry weights.
    pub kind: Kind,
    /// Number of members.
    pub size: u64,
    /// Sum of their weights.
    pub total_weight: u64,
    /// keccak256 of the CSV file.
    pub csv_digest: B256,
    /// The tree's root.
    pub root: Fr,
}

impl TreeFile {
    /// The file's bytes for a tree.
    pub fn write(tree: &MemberTree, csv_digest: B256) -> Vec<u8> {
        let size = tree.rows.len();
        let mut bytes = Vec::with_capacity(length(size));
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&u32::from(tree.kind == Kind::Weighted).to_le_bytes());
        bytes.extend_from_slice(&(size as u64).to_le_bytes());
        bytes.extend_from_slice(&tree.total_weight.to_le_bytes());
        bytes.extend_from_slice(csv_digest.as_slice());
        bytes.extend_from_slice(&field::to_be_bytes(&tree.root()));
        for row in &tree.rows {
            bytes.extend_from_slice(&field::to_be_bytes(&row.commitment));
            bytes.extend_from_slice(&row.weight.to_le_bytes());
        }
        for node in tree.levels.iter().flatten() {
            bytes.extend_from_slice(&field::to_be_bytes(node));
        }
        bytes.extend_from_slice(keccak256(&bytes).as_slice());
        bytes
    }

    /// Reads a file's bytes; length and digest must be right.
    ///
    /// # Errors
    /// What is wrong, and at which offset.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, TreeFileError> {
        if !bytes.starts_with(MAGIC) {
            return Err(TreeFileError::Magic);
        }
        if bytes.len() < HEADER {
            return Err(TreeFileError::Length { expected: HEADER, actual: bytes.len() });
        }
        let version = u32_at(&bytes, 16);
        if version != VERSION {
            return Err(TreeFileError::Version(version));
        }
        let bad = |offset: usize, what: String| TreeFileError::Field { offset, what };
        let kind = match u32_at(&bytes, 20) {
            0 => Kind::Plain,
            1 => Kind::Weighted,
            other => return Err(bad(20, format!("the kind {other}"))),
        };
        let (size, total_weight) = (u64_at(&bytes, 24), u64_at(&bytes, 32));
        let members = usize::try_from(size).ok().filter(|n| (1..=MAX_MEMBERS).contains(n));
        let members = members.ok_or_else(|| bad(24, format!("{size} members")))?;
        let (expected, actual) = (length(members), bytes.len());
        if expected != actual {
            return Err(TreeFileError::Length { expected, actual });
        }
        if keccak256(&bytes[..actual - WORD]).as_slice() != &bytes[actual - WORD..] {
            return Err(TreeFileError::Digest(actual - WORD));
        }
        let csv_digest = B256::from_slice(&bytes[40..72]);
        let root = word_at(&bytes, 72).ok_or_else(|| bad(72, "a root that is no field element".to_owned()))?;
        Ok(Self { bytes, kind, size, total_weight, csv_digest, root })
    }

    /// Position and weight of a member.
    pub fn find(&self, commitment: &Fr) -> Option<(u64, u32)> {
        let wanted = field::to_be_bytes(commitment);
        let rows = self.bytes[HEADER..HEADER + ROW * self.members()].chunks_exact(ROW);
        let index = rows.clone().position(|row| row[..WORD] == wanted)?;
        Some((index as u64, u32_at(&self.bytes, HEADER + ROW * index + WORD)))
    }

    /// The path of the member at `index`, whose leaf it leads to the root; `None` where there is no such member, or the
    /// path leads elsewhere.
    pub fn proof(&self, index: u64) -> Option<MerkleProof> {
        let (mut start, mut width) = (HEADER + ROW * self.members(), self.members());
        let mut position = usize::try_from(index).ok().filter(|position| *position < width)?;
        let leaf = word_at(&self.bytes, start + WORD * position)?;
        let mut siblings = Vec::new();
        while width > 1 {
            let sibling = position ^ 1;
            siblings.push(if sibling < width { Some(word_at(&self.bytes, start + WORD * sibling)?) } else { None });
            start += WORD * width;
            (position, width) = (position / 2, width.div_ceil(2));
        }
        let proof = MerkleProof { index, siblings };
        (proof.root(leaf) == self.root).then_some(proof)
    }

    fn members(&self) -> usize {
        // Checked when it was read.
        self.size as usize
    }
}

/// Bytes of a file of `members`.
fn length(members: usize) -> usize {
    let (mut nodes, mut width) = (members, members);
    while width > 1 {
        width = width.div_ceil(2);
        nodes += width;
    }
    HEADER + ROW * members + WORD * nodes + WORD
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}

fn word_at(bytes: &[u8], at: usize) -> Option<Fr> {
    let word: &[u8; 32] = bytes.get(at..at + WORD)?.try_into().ok()?;
    field::from_be_bytes(word).ok()
}

#[cfg(test)]
mod tests {
    use super::super::Row;
    use super::*;

    fn tree(size: u64) -> MemberTree {
        let rows = (1..=size).map(|i| Row { commitment: Fr::from(1000 + i), weight: i as u32 }).collect();
        MemberTree::new(Kind::Weighted, rows).expect("it can be made")
    }

    #[test]
    fn every_members_path_is_read_back() {
        for size in (1..20).chain([100]) {
            let made = tree(size);
            let file = TreeFile::parse(TreeFile::write(&made, B256::repeat_byte(7))).expect("it is whole");
            assert_eq!((file.size, file.root, file.total_weight), (size, made.root(), made.total_weight));
            assert_eq!(file.csv_digest, B256::repeat_byte(7));
            for i in 0..size {
                assert_eq!(file.find(&Fr::from(1001 + i)), Some((i, i as u32 + 1)));
                let proof = file.proof(i).expect("it leads to the root");
                assert_eq!(proof.root(made.levels[0][i as usize]), made.root());
            }
            assert_eq!(file.find(&Fr::from(1_u64)), None);
            assert_eq!(file.proof(size), None);
        }
    }

    #[test]
    fn attack_37_damaged_tree_files() {
        let good = TreeFile::write(&tree(9), B256::ZERO);
        for cut in 0..good.len() {
            assert!(TreeFile::parse(good[..cut].to_vec()).is_err(), "cut at {cut}");
        }
        for at in 0..good.len() {
            let mut flipped = good.clone();
            flipped[at] ^= 1;
            assert!(TreeFile::parse(flipped).is_err(), "flipped at {at}");
        }
        let mut longer = good.clone();
        longer.push(0);
        assert!(matches!(TreeFile::parse(longer), Err(TreeFileError::Length { .. })));
        let mut other = good.clone();
        other[16] = 2;
        assert_eq!(TreeFile::parse(other), Err(TreeFileError::Version(2)));
        let mut huge = good;
        huge[24..32].fill(0xff);
        assert!(matches!(TreeFile::parse(huge), Err(TreeFileError::Field { offset: 24, .. })));
        assert_eq!(TreeFile::parse(vec![]), Err(TreeFileError::Magic));
    }
}
