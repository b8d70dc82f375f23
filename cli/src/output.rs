//! The one place that writes to stdout.
//!
//! Without `--json` a command's text goes to stdout and an error to stderr, as one block. With `--json` stdout carries exactly one
//! line, the envelope, on success and on failure. Field elements and wei are decimal strings in it. Messages stay on stderr in both cases.

use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::error::{CliError, Exit};

/// The version of the envelope's shape.
pub const SCHEMA_VERSION: u32 = 1;

/// What a command has to say when it worked.
#[derive(Debug, Clone)]
pub struct Outcome {
    data: Value,
    text: String,
}

impl Outcome {
    /// `data` goes into the envelope, `text` to stdout without `--json` (a final newline is added).
    ///
    /// # Errors
    /// `internal-error` if `data` cannot be written as JSON (a map with keys that are not strings).
    pub fn new(data: impl Serialize, text: impl Into<String>) -> Result<Self, CliError> {
        let data = serde_json::to_value(data).map_err(CliError::internal)?;
        Ok(Self { data, text: text.into() })
    }

    /// The data as JSON.
    pub fn data(&self) -> &Value {
        &self.data
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    schema_version: u32,
    success: bool,
    data: &'a Value,
    errors: Vec<ErrorLine<'a>>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    code: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
}

/// A path as JSON can hold it: what is not UTF-8 is replaced, since JSON has no other way.
pub fn path_text(path: &Path) -> String {
    path.display().to_string()
}

/// Writes a success to stdout and returns the exit code: 0, or 2 when stdout cannot be written.
pub fn report(json: bool, outcome: &Outcome, warnings: &[String]) -> u8 {
    let text = if json {
        envelope(&Envelope {
            schema_version: SCHEMA_VERSION,
            success: true,
            data: &outcome.data,
            errors: vec![],
            warnings,
        })
    } else {
        outcome.text.clone()
    };
    write_stdout(&text, 0)
}

/// Writes a failure (stderr, and with `json` the envelope on stdout) and returns its exit code.
pub fn report_error(json: bool, error: &CliError, warnings: &[String]) -> u8 {
    let code = error.exit as u8;
    print_stderr(&error_block(error, color_on_stderr()));
    if !json {
        return code;
    }
    let line = ErrorLine { code: &error.code, message: &error.message, hint: error.hint.as_deref() };
    let data = error.data.as_deref().unwrap_or(&Value::Null);
    let text =
        envelope(&Envelope { schema_version: SCHEMA_VERSION, success: false, data, errors: vec![line], warnings });
    write_stdout(&text, code)
}

/// Writes a message to stderr; a closed stderr is nobody's problem.
pub fn print_stderr(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Whether stderr may be coloured: it is a terminal, and neither `NO_COLOR` nor `TERM=dumb` says otherwise.
pub fn color_on_stderr() -> bool {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
        || std::env::var_os("TERM").is_some_and(|v| v == "dumb");
    !plain && std::io::stderr().is_terminal()
}

fn error_block(error: &CliError, color: bool) -> String {
    let (red, blue, reset) = if color { ("\x1b[1;31m", "\x1b[1;34m", "\x1b[0m") } else { ("", "", "") };
    let mut block = format!("{red}error[{}]{reset}: {}", error.code, error.message);
    if let Some(hint) = &error.hint {
        block.push_str(&format!("\n  {blue}hint{reset}: {hint}"));
    }
    block
}

fn envelope(envelope: &Envelope<'_>) -> String {
    // Only maps with keys that are not strings can fail, and `Value` has none.
    serde_json::to_string(envelope).unwrap_or_default()
}

/// A reader that went away (`| head`) is no failure; a full disk is.
fn write_stdout(text: &str, code: u8) -> u8 {
    let mut out = std::io::stdout().lock();
    let mut text = text.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => code,
        Err(e) if e.kind() == ErrorKind::BrokenPipe => code,
        Err(e) => {
            print_stderr(&format!("error[output-failed]: cannot write to standard output: {e}"));
            if code == 0 { Exit::Usage as u8 } else { code }
        }
    }
}
