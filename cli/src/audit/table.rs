//! CSV files, read strictly: every row as long as the header, UTF-8, errors with line and column.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use csv::{ReaderBuilder, StringRecord, Trim};

use super::spec::Dialect;
use crate::error::CliError;
use crate::files;

/// Largest CSV file.
pub const FILE_LIMIT: u64 = 512 << 20;
/// Most rows of a data set: counts stay below 2^24 in any case.
pub const MAX_ROWS: usize = 1 << 20;
/// Most columns of a file.
const MAX_COLUMNS: usize = 4096;
/// Longest header name that is sensible in a report.
const MAX_NAME: usize = 200;

/// A CSV file in memory.
#[derive(Debug, Clone)]
pub struct Table {
    /// For messages.
    pub path: PathBuf,
    /// The columns.
    pub names: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
}

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Line of the file where it begins, from 1.
    pub line: u64,
    cells: StringRecord,
}

impl Row {
    /// The text in a column.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default()
    }
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// Errors about the file; `csv-invalid` with line and column; `csv-too-large`.
    pub fn read(path: &Path, dialect: &Dialect) -> Result<Self, CliError> {
        let bytes = files::read_bounded(path, FILE_LIMIT)?;
        Self::parse(&bytes, path, dialect)
    }

    /// Reads a file's bytes; `path` names it in errors.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn parse(bytes: &[u8], path: &Path, dialect: &Dialect) -> Result<Self, CliError> {
        let sha256 = <sha2::Sha256 as sha2::Digest>::digest(bytes).into();
        // A byte order mark is no part of the first name.
        let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let ascii = |c: Option<char>, what: &str| match c.map(|c| u8::try_from(c).ok().filter(u8::is_ascii)) {
            Some(None) => Err(CliError::usage("spec-invalid", format!("csv.{what} must be one ASCII character"))),
            Some(byte) => Ok(byte),
            None => Ok(None),
        };
        let comment = ascii(dialect.comment, "comment")?;
        let mut reader = ReaderBuilder::new()
            .delimiter(ascii(dialect.delimiter, "delimiter")?.unwrap_or(b','))
            .comment(comment)
            .trim(if dialect.trim { Trim::All } else { Trim::None })
            .has_headers(false)
            .flexible(true)
            .from_reader(body);
        let mut table = Self { path: path.to_path_buf(), names: vec![], rows: vec![], sha256 };
        if let Some(names) = &dialect.names {
            table.set_names(names.clone(), 1)?;
        }
        for record in reader.records() {
            let cells = record.map_err(|e| csv_error(path, &e))?;
            let line = cells.position().map_or(0, |at| first_line(body, at, comment));
            if table.names.is_empty() {
                table.set_names(cells.iter().map(str::to_owned).collect(), line)?;
                continue;
            }
            if cells.len() != table.names.len() {
                let what = format!("{} columns, and the header has {}", cells.len(), table.names.len());
                return Err(at_line(path, line, what));
            }
            if table.rows.len() == MAX_ROWS {
                return Err(CliError::file("csv-too-large", path, format!("more than {MAX_ROWS} rows")));
            }
            table.rows.push(Row { line, cells });
        }
        if table.names.is_empty() {
            return Err(CliError::file("csv-invalid", path, "the file is empty: there is no header"));
        }
        Ok(table)
    }

    fn set_names(&mut self, names: Vec<String>, line: u64) -> Result<(), CliError> {
        let mut seen = HashSet::new();
        for (i, name) in names.iter().enumerate() {
            let problem = if name.is_empty() {
                "a column without a name".to_owned()
            } else if name.len() > MAX_NAME {
                format!("a column's name is longer than {MAX_NAME} bytes")
            } else if !seen.insert(name.as_str()) {
                format!("a second column with the name {name:?}")
            } else {
                continue;
            };
            return Err(at_line(&self.path, line, format!("column {}: {problem}", i + 1)));
        }
        if names.is_empty() || names.len() > MAX_COLUMNS {
            return Err(at_line(&self.path, line, format!("{} columns; 1 to {MAX_COLUMNS} are possible", names.len())));
        }
        self.names = names;
        Ok(())
    }

    /// A column's place.
    ///
    /// # Errors
    /// `column-missing`, with the names that there are.
    pub fn place(&self, name: &str) -> Result<usize, CliError> {
        self.names.iter().position(|n| n == name).ok_or_else(|| {
            CliError::file("column-missing", &self.path, format!("there is no column {name:?}"))
                .hint(format!("the file's columns: {}", self.names.join(", ")))
        })
    }

    /// The error for one cell.
    pub fn cell_error(&self, row: &Row, column: usize, what: impl std::fmt::Display) -> CliError {
        let name = self.names.get(column).map_or("?", String::as_str);
        at_line(&self.path, row.line, format!("column {} ({name}): {what}", column + 1))
    }
}

/// The line where a record begins: the reader says where it went on reading, before empty lines and comments.
fn first_line(body: &[u8], at: &csv::Position, comment: Option<u8>) -> u64 {
    let mut line = at.line();
    let mut rest = usize::try_from(at.byte()).ok().and_then(|at| body.get(at..)).unwrap_or_default();
    while let Some(first) = rest.first() {
        let length = match *first {
            b'\r' | b'\n' => 1,
            byte if Some(byte) == comment => rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |end| end + 1),
            _ => break,
        };
        line += u64::from(rest[length - 1] == b'\n');
        rest = &rest[length..];
    }
    line
}

fn at_line(path: &Path, line: u64, what: impl std::fmt::Display) -> CliError {
    CliError::usage("csv-invalid", format!("{}:{line}: {what}", path.display()))
}

fn csv_error(path: &Path, e: &csv::Error) -> CliError {
    match e.kind() {
        csv::ErrorKind::Utf8 { pos, err } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            at_line(
                path,
                line,
                format!("column {}: not UTF-8 at byte {} of the value", err.field() + 1, err.valid_up_to()),
            )
        }
        _ => CliError::file("csv-invalid", path, e),
    }
}

/// A cell's text for a message: quoted, and not longer than a line.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}
