//! One file per command. Each has its arguments and `run(arguments, &Ctx) -> Result<Outcome, CliError>`.

pub mod circuits;
pub mod devnet;
pub mod identity;
pub mod keys;
pub mod trustee;
