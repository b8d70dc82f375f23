//! The `tabella` command. Everything it does is in the library, so that tests can call it.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(tabella::run(std::env::args_os()))
}
