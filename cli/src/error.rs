//! The one error type of every command.

use std::borrow::Cow;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use tabella_prover::jobs::Lost;
use tabella_prover::{CircuitError, KeyError};

/// Why the process ends without success; the number is the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The command worked, and what it was asked to check is false.
    False = 1,
    /// The arguments, the settings or a file are at fault.
    Usage = 2,
    /// The chain cannot be reached, or is not the right one.
    Chain = 3,
    /// A contract refused; the message names its error.
    Refused = 4,
}

/// What a failed command says.
///
/// `code` is a stable kebab-case word that scripts can match on; `message` says what is wrong, in one sentence, without secrets;
/// `hint` says what to do about it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct CliError {
    /// Stable, kebab-case.
    pub code: Cow<'static, str>,
    /// Decides the exit code.
    pub exit: Exit,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Goes to `data` in the envelope; `null` when absent.
    pub data: Option<Box<Value>>,
}

impl CliError {
    /// An error of any kind.
    pub fn new(exit: Exit, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), exit, message: message.into(), hint: None, data: None }
    }

    /// Exit 1: what was checked is false.
    pub fn check_failed(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Exit::False, code, message)
    }

    /// Exit 2: arguments, settings or a file.
    pub fn usage(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, code, message)
    }

    /// Exit 3: the chain cannot be reached, or is not the right one.
    pub fn chain(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Exit::Chain, code, message)
    }

    /// Exit 4: a contract refused with the error `name` (`NullifierSpent`) and its decoded arguments `args` (may be empty).
    pub fn refused(name: &str, args: &str) -> Self {
        let mut error = Self::new(Exit::Refused, "refused", format!("the contract refused: {name}({args})"));
        error.data = Some(Box::new(serde_json::json!({ "contract_error": name, "arguments": args })));
        error
    }

    /// Exit 2: the file `path` cannot be used because of `what`.
    pub fn file(code: impl Into<Cow<'static, str>>, path: &Path, what: impl std::fmt::Display) -> Self {
        Self::new(Exit::Usage, code, format!("{}: {what}", path.display()))
    }

    /// A bug in Tabella.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::new(Exit::Usage, "internal-error", format!("internal error: {what}"))
            .hint("this is a bug in tabella; please report it with the command that you ran")
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds details for the envelope's `data`.
    #[must_use]
    pub fn data(mut self, data: impl Serialize) -> Self {
        self.data = serde_json::to_value(data).ok().map(Box::new);
        self
    }
}

impl From<Lost> for CliError {
    fn from(e: Lost) -> Self {
        Self::internal(e)
    }
}

impl From<CircuitError> for CliError {
    fn from(e: CircuitError) -> Self {
        Self::usage("circuit-defective", e.to_string()).hint("this is a bug in tabella; please report it")
    }
}

impl From<KeyError> for CliError {
    fn from(e: KeyError) -> Self {
        match e {
            KeyError::Circuit(e) => e.into(),
            KeyError::Setup(_) | KeyError::Unstorable(_) => Self::internal(e),
            KeyError::File { .. } => Self::usage("key-file-damaged", e.to_string())
                .hint("nothing was overwritten; move the file away and make the key again (tabella keys dev) or fetch it again"),
            KeyError::Missing { .. } => {
                Self::usage("key-missing", e.to_string()).hint("development keys: tabella keys dev")
            }
            KeyError::Io { .. } => Self::usage("key-file-unusable", e.to_string()),
        }
    }
}
