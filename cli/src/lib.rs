//! The command line of Tabella: private votes for DAOs, from a shell.
//!
//! | module | what is in it |
//! |---|---|
//! | [`app`] | the command tree and its dispatch |
//! | [`cmd`] | one file per command |
//! | [`opts`] | option groups that several commands share |
//! | [`context`] | what every command gets: settings, messages, a runtime |
//! | [`settings`] | flag, `TABELLA_*`, `./tabella.toml`, `<home>/tabella.toml`, in this order |
//! | [`output`] | the one place that writes to stdout |
//! | [`error`] | the one error type, with its exit codes |
//! | [`store`], [`secret`] | members' and trustees' secrets at rest |
//! | [`chain`] | the connection to a node |
//! | [`audit`] | data sets, models and policies of audits, as files |
//! | [`flow`] | what several commands do with a chain |
//! | [`devnet`] | the local chain |
//!
//! Invariant: stdout carries the result and nothing else; messages and progress go to stderr.
//!
//! Invariant: no command prints to stdout by itself; it returns an [`output::Outcome`].
#![warn(missing_docs)]

pub mod app;
pub mod audit;
pub mod chain;
pub mod cmd;
pub mod context;
pub mod devnet;
pub mod error;
pub mod files;
pub mod flow;
pub mod opts;
pub mod output;
pub mod progress;
pub mod secret;
pub mod settings;
pub mod store;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use error::CliError;

/// Runs the command line `args` (the program's name first) and returns the exit code.
///
/// Exit codes: 0 yes; 1 what was checked is false; 2 usage or file; 3 chain unreachable or wrong; 4 refused by a contract.
///
/// A panic inside a command is a bug; it is still reported like any other error, in one envelope under `--json`.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let json = app::wants_json(&args);
    guarded(|| app::run(&args), |e| output::report_error(json, &e, &[]))
}

/// Runs `body`; a panic in it becomes an error of code `internal-error` for `report`.
fn guarded(body: impl FnOnce() -> u8, report: impl FnOnce(CliError) -> u8) -> u8 {
    static PLACE: Mutex<Option<String>> = Mutex::new(None);
    // The default hook would print a second message on stderr; only the place is worth keeping.
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(|info| {
        if let (Ok(mut place), Some(at)) = (PLACE.lock(), info.location()) {
            *place = Some(at.to_string());
        }
    }));
    let result = catch_unwind(AssertUnwindSafe(body));
    std::panic::set_hook(previous);
    result.unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
        let what =
            text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned());
        let place = PLACE.lock().ok().and_then(|place| place.clone()).unwrap_or_default();
        report(CliError::internal(format!("{what} ({place})")))
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_panic_becomes_an_error_with_its_place() {
        let report = |e: super::CliError| {
            assert_eq!(e.code, "internal-error");
            assert!(e.message.contains("on purpose") && e.message.contains("lib.rs:"), "{e}");
            e.exit as u8
        };
        assert_eq!(super::guarded(|| panic!("on purpose"), report), 2);
        assert_eq!(super::guarded(|| 4, |_| 2), 4);
    }
}
