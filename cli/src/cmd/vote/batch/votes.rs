//! The file of votes, and everything that is wrong with it.

use std::path::{Path, PathBuf};

use alloy::primitives::U256;
use serde_json::json;

use crate::audit::spec::Dialect;
use crate::audit::table::Table;
use crate::context::Ctx;
use crate::error::CliError;
use crate::files;
use crate::flow::numbers;

/// A row takes about a hundred bytes, nearly all of them the proposal's id.
const VOTES_LIMIT: u64 = 1 << 20;
const COLUMNS: [&str; 3] = ["identity", "proposal", "choice"];
/// Mistakes that are written out; all of them are in the envelope.
const SHOWN: usize = 20;

/// One vote that is asked for.
pub(super) struct Row {
    /// The line of the file where it stands, from 1.
    pub(super) line: u64,
    pub(super) identity: String,
    /// `None` for what is no id.
    pub(super) proposal: Option<U256>,
    pub(super) choice: String,
}

/// What is wrong, line by line.
pub(super) struct Mistakes {
    path: PathBuf,
    found: Vec<(u64, CliError)>,
}

impl Mistakes {
    pub(super) fn in_file(path: &Path) -> Self {
        Self { path: path.to_owned(), found: Vec::new() }
    }

    pub(super) fn add(&mut self, line: u64, error: CliError) {
        self.found.push((line, error));
    }

    /// The value, or one mistake more.
    pub(super) fn keep<T>(&mut self, line: u64, result: Result<T, CliError>) -> Option<T> {
        result.map_err(|error| self.add(line, error)).ok()
    }

    /// The error that names them all, if there are any.
    pub(super) fn refuse(&self, code: &'static str, hint: &'static str) -> Result<(), CliError> {
        let mut found: Vec<&(u64, CliError)> = self.found.iter().collect();
        found.sort_by_key(|(line, _)| *line);
        let words = match found.len() {
            0 => return Ok(()),
            1 => "1 mistake".to_owned(),
            count => format!("{count} mistakes"),
        };
        let mut message = format!("{}: {words}, and nothing was proven:", self.path.display());
        for (line, error) in found.iter().take(SHOWN) {
            let hint = error.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            message.push_str(&format!("\n  line {line}: {}{hint}", error.message));
        }
        if found.len() > SHOWN {
            message.push_str(&format!("\n  and {} more (--json lists them all)", found.len() - SHOWN));
        }
        let entry = |(line, error): &&(u64, CliError)| {
            let (code, message, hint) = (&error.code, &error.message, &error.hint);
            json!({ "line": line, "code": code, "message": message, "hint": hint })
        };
        let mistakes: Vec<_> = found.iter().map(entry).collect();
        Err(CliError::usage(code, message).hint(hint).data(json!({ "mistakes": mistakes })))
    }
}

/// Reads the file; what is no proposal's id is a mistake, what is no CSV file an error.
pub(super) fn read(ctx: &Ctx, path: &Path, mistakes: &mut Mistakes) -> Result<Vec<Row>, CliError> {
    let bytes = files::read_bounded(path, VOTES_LIMIT)?;
    ctx.warn_if_shared(path);
    let table = Table::parse(&bytes, path, &Dialect::default())
        .map_err(|error| error.hint("a choice that has a comma is written in quotes: \"0,2\""))?;
    if table.names != COLUMNS {
        let what = format!("the header must be `{}`", COLUMNS.join(","));
        return Err(CliError::file("csv-invalid", path, what));
    }
    if table.rows.is_empty() {
        return Err(CliError::file("csv-invalid", path, "there are no rows"));
    }
    let row = |row: &crate::audit::table::Row| Row {
        line: row.line,
        identity: row.cell(0).to_owned(),
        proposal: mistakes.keep(row.line, numbers::proposal(row.cell(1))),
        choice: row.cell(2).to_owned(),
    };
    Ok(table.rows.iter().map(row).collect())
}
