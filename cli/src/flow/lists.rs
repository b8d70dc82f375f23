//! Published lists that were checked, kept as tree files: `trees/ROOT.tree` in the home directory.

use std::path::PathBuf;

use alloy::primitives::B256;
use tabella_circuits::Fr;
use tabella_circuits::field::to_be_bytes;
use tabella_contracts::roster::{MemberTree, TreeFile};

use crate::context::Ctx;
use crate::error::CliError;
use crate::files::{self, Existing};

/// A million members with a tree.
const TREE_LIMIT: u64 = 128 << 20;

/// Writes a list's tree, in place of an older file of the same root.
///
/// # Errors
/// `directory-unusable`, `file-unwritable`.
pub fn keep(ctx: &Ctx, tree: &MemberTree, digest: B256) -> Result<PathBuf, CliError> {
    ctx.home()?;
    let path = path(ctx, &tree.root());
    files::private_dir(&files::parent(&path))?;
    files::write_atomic(&path, &TreeFile::write(tree, digest), Existing::Replace)?;
    Ok(path)
}

/// The kept list with this root.
///
/// # Errors
/// `list-missing`, `tree-file-damaged`.
pub fn with_root(ctx: &Ctx, root: &Fr) -> Result<TreeFile, CliError> {
    let path = path(ctx, root);
    let bytes = files::read_bounded(&path, TREE_LIMIT).map_err(|error| match error.code.as_ref() {
        "file-not-found" => {
            CliError::usage("list-missing", "the members of this election are on a list that is not here")
                .hint("get the CSV file that was published and run `tabella electorate verify FILE`")
        }
        _ => error,
    })?;
    let damaged = |what: String| {
        CliError::file("tree-file-damaged", &path, what).hint("make it again: `tabella electorate verify FILE`")
    };
    let file = TreeFile::parse(bytes.to_vec()).map_err(|error| damaged(error.to_string()))?;
    if file.root != *root {
        return Err(damaged("offset 72: its root is another".to_owned()));
    }
    Ok(file)
}

fn path(ctx: &Ctx, root: &Fr) -> PathBuf {
    ctx.settings().home().join("trees").join(format!("{}.tree", hex::encode(to_be_bytes(root))))
}
