//! The CSV files of lists, read strictly: one way to write a list, so that a file has one meaning and one digest.
//!
//! UTF-8 without a byte order mark; lines end with LF; the first is the header; every other is one row without spaces or
//! quotation marks. Members: `commitment,weight`, or `commitment` alone for weights of 1. Addresses: `address,weight`.

use std::collections::HashMap;

use alloy::primitives::Address;
use tabella_circuits::field;
use thiserror::Error;

use super::{MAX_MEMBERS, Row};

/// Longest line, in bytes: a commitment has at most 78 digits.
const LINE_LIMIT: usize = 128;

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct CsvError {
    /// Counted from 1.
    pub line: usize,
    /// In bytes, counted from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file begins with EF BB BF.
    #[error("a byte order mark; save the file as UTF-8 without it")]
    ByteOrderMark,
    /// A line ends with CR LF.
    #[error("the line ends with CR LF; lines end with LF alone")]
    CarriageReturn,
    /// Not UTF-8, or not printable ASCII.
    #[error("the byte {0:#04x}, where digits, commas and lines are expected")]
    Byte(u8),
    /// The header is another.
    #[error("the header must be {0}")]
    Header(&'static str),
    /// A line without content.
    #[error("an empty line")]
    Empty,
    /// A line longer than any row.
    #[error("the line is longer than {LINE_LIMIT} bytes")]
    TooLong,
    /// Too few or too many commas.
    #[error("{found} columns, the header has {expected}")]
    Columns {
        /// As many as the header.
        expected: usize,
        /// As many as here.
        found: usize,
    },
    /// Not a commitment.
    #[error("not a commitment: {0}")]
    Commitment(String),
    /// A commitment of 0.
    #[error("a commitment is never 0")]
    Zero,
    /// Not a weight.
    #[error("not a weight from 1 to 4294967295")]
    Weight,
    /// Not an address.
    #[error("not an address of 20 bytes (0x and 40 hexadecimal digits)")]
    Address,
    /// The same member again.
    #[error("the same as in line {0}")]
    Duplicate(usize),
    /// More rows than leaves.
    #[error("more than {MAX_MEMBERS} rows")]
    TooMany,
    /// A header and nothing else.
    #[error("there are no rows")]
    NoRows,
}

/// The members of a file.
///
/// # Errors
/// The first row that cannot be used, with its line and column.
pub fn members(bytes: &[u8]) -> Result<Vec<Row>, CsvError> {
    let mut seen: HashMap<_, usize> = HashMap::new();
    let rows = rows(bytes, &["commitment,weight", "commitment"], "`commitment,weight` or `commitment`")?;
    rows.into_iter()
        .map(|row| {
            let commitment =
                field::parse(row.first).map_err(|error| row.error(1, Problem::Commitment(error.to_string())))?;
            if commitment == tabella_circuits::Fr::from(0_u64) {
                return Err(row.error(1, Problem::Zero));
            }
            if let Some(before) = seen.insert(commitment, row.line) {
                return Err(row.error(1, Problem::Duplicate(before)));
            }
            Ok(Row { commitment, weight: row.weight()? })
        })
        .collect()
}

/// Whether a file of members has a column of weights.
pub fn has_weights(bytes: &[u8]) -> bool {
    bytes.starts_with(b"commitment,weight")
}

/// The addresses of a file, with their weights.
///
/// # Errors
/// As [`members`].
pub fn addresses(bytes: &[u8]) -> Result<Vec<(Address, u32)>, CsvError> {
    let mut seen: HashMap<Address, usize> = HashMap::new();
    let rows = rows(bytes, &["address,weight", "address"], "`address,weight` or `address`")?;
    rows.into_iter()
        .map(|row| {
            let digits = row.first.strip_prefix("0x").filter(|digits| digits.len() == 40);
            let address = digits.and_then(|digits| digits.parse::<Address>().ok());
            let address = address.ok_or_else(|| row.error(1, Problem::Address))?;
            if let Some(before) = seen.insert(address, row.line) {
                return Err(row.error(1, Problem::Duplicate(before)));
            }
            Ok((address, row.weight()?))
        })
        .collect()
}

/// A row's text and place.
struct Raw<'a> {
    line: usize,
    first: &'a str,
    second: Option<&'a str>,
}

impl Raw<'_> {
    fn error(&self, column: usize, problem: Problem) -> CsvError {
        CsvError { line: self.line, column, problem }
    }

    /// The weight, 1 where the file has none.
    fn weight(&self) -> Result<u32, CsvError> {
        let Some(text) = self.second else { return Ok(1) };
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let weight = if plain { text.parse::<u32>().ok().filter(|weight| *weight != 0) } else { None };
        weight.ok_or_else(|| self.error(self.first.len() + 2, Problem::Weight))
    }
}

fn rows<'a>(bytes: &'a [u8], headers: &[&str], wanted: &'static str) -> Result<Vec<Raw<'a>>, CsvError> {
    let text = checked(bytes)?;
    let mut lines = text.strip_suffix('\n').unwrap_or(text).split('\n').enumerate().map(|(i, line)| (i + 1, line));
    let header = lines.next().map(|(_, line)| line).unwrap_or_default();
    if !headers.contains(&header) {
        return Err(CsvError { line: 1, column: 1, problem: Problem::Header(wanted) });
    }
    let expected = header.split(',').count();
    let mut rows = Vec::new();
    for (line, content) in lines {
        let bad = |problem| Err(CsvError { line, column: 1, problem });
        let found = content.split(',').count();
        match () {
            () if content.is_empty() => return bad(Problem::Empty),
            () if content.len() > LINE_LIMIT => return bad(Problem::TooLong),
            () if found != expected => return bad(Problem::Columns { expected, found }),
            () if rows.len() == MAX_MEMBERS => return bad(Problem::TooMany),
            () => {}
        }
        let (first, second) = content.split_once(',').map_or((content, None), |(a, b)| (a, Some(b)));
        rows.push(Raw { line, first, second });
    }
    if rows.is_empty() {
        return Err(CsvError { line: 2, column: 1, problem: Problem::NoRows });
    }
    Ok(rows)
}

/// The bytes as text, if they are printable ASCII and line feeds.
fn checked(bytes: &[u8]) -> Result<&str, CsvError> {
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        return Err(CsvError { line: 1, column: 1, problem: Problem::ByteOrderMark });
    }
    let at = bytes.iter().position(|b| !(*b == b'\n' || (b' '..0x7f).contains(b)));
    match (at, std::str::from_utf8(bytes)) {
        (None, Ok(text)) => Ok(text),
        (at, _) => {
            let at = at.unwrap_or_default();
            let line = 1 + bytes[..at].iter().filter(|b| **b == b'\n').count();
            let column = 1 + at - bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |feed| feed + 1);
            let ends = bytes.get(at + 1).is_none_or(|next| *next == b'\n');
            let byte = bytes.get(at).copied().unwrap_or_default();
            let problem = if byte == b'\r' && ends { Problem::CarriageReturn } else { Problem::Byte(byte) };
            Err(CsvError { line, column, problem })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &[u8]) -> String {
        members(text).expect_err("it must be refused").to_string()
    }

    #[test]
    fn lists_are_read() {
        let rows = members(b"commitment,weight\n5,9\n0x06,4294967295\n").expect("it is right");
        assert_eq!(rows.iter().map(|row| row.weight).collect::<Vec<_>>(), [9, u32::MAX]);
        assert_eq!(members(b"commitment\n5\n6").expect("it is right").len(), 2);
        let list = addresses(b"address,weight\n0x00000000000000000000000000000000000000AB,3\n").expect("it is right");
        assert_eq!(list, [(Address::with_last_byte(0xab), 3)]);
    }

    #[test]
    fn every_malformed_row_is_named_by_line_and_column() {
        for (text, expected) in [
            (&b"\xef\xbb\xbfcommitment\n5\n"[..], "line 1, column 1: a byte order mark"),
            (b"commitment\r\n5\r\n", "line 1, column 11: the line ends with CR LF"),
            (b"commitment\n5\r\n", "line 2, column 2: the line ends with CR LF"),
            (b"commitment\n5\n\xc3\xa4\n", "line 3, column 1: the byte 0xc3"),
            (b"commitment\n5\t\n", "line 2, column 2: the byte 0x09"),
            (b"5,1\n6,1\n", "line 1, column 1: the header must be `commitment,weight` or `commitment`"),
            (b"", "line 1, column 1: the header must be"),
            (b"commitment,weight", "line 2, column 1: there are no rows"),
            (b"commitment\n5\n\n6\n", "line 3, column 1: an empty line"),
            (b"commitment,weight\n5\n", "line 2, column 1: 1 columns, the header has 2"),
            (b"commitment\n5,1\n", "line 2, column 1: 2 columns, the header has 1"),
            (b"commitment,weight\nx5,1\n", "line 2, column 1: not a commitment: "),
            (b"commitment,weight\n 5,1\n", "line 2, column 1: not a commitment: "),
            (b"commitment,weight\n0,1\n", "line 2, column 1: a commitment is never 0"),
            (b"commitment,weight\n5,0\n", "line 2, column 3: not a weight from 1 to 4294967295"),
            (b"commitment,weight\n55,4294967296\n", "line 2, column 4: not a weight"),
            (b"commitment,weight\n5,+1\n", "line 2, column 3: not a weight"),
            (b"commitment,weight\n5,\n", "line 2, column 3: not a weight"),
            (b"commitment,weight\n5,-1\n", "line 2, column 3: not a weight"),
            (b"commitment,weight\n5,1\n7,1\n0x5,2\n", "line 4, column 1: the same as in line 2"),
        ] {
            let error = refused(text);
            assert!(error.starts_with(expected), "{error}");
        }
        let long = format!("commitment\n{}\n", "1".repeat(129));
        assert!(refused(long.as_bytes()).starts_with("line 2, column 1: the line is longer than 128"));
        let r = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
        assert!(refused(format!("commitment\n{r}\n").as_bytes()).starts_with("line 2, column 1: not a commitment"));
        for bad in
            ["0x12", "5", "00000000000000000000000000000000000000ab00", "0x0000000000000000000000000000000000000abg"]
        {
            let error = addresses(format!("address\n{bad}\n").as_bytes()).expect_err("it must be refused");
            assert_eq!(error.problem, Problem::Address, "{bad}");
        }
    }
}
