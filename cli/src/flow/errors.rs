//! Libraries' errors as the command line's, with exit codes.

use tabella_contracts::deploy::DeployError;
use tabella_contracts::{ChainError, ContractError};

use crate::error::CliError;

/// Exit 2 for a URL, 3 for the chain, 4 for a contract's refusal.
pub fn chain(error: ChainError) -> CliError {
    match &error {
        ChainError::Refused(refusal) => refused(refusal),
        ChainError::BadUrl { .. } => CliError::usage("rpc-url-invalid", error.to_string()),
        ChainError::Unreachable { .. } => CliError::chain("chain-unreachable", error.to_string())
            .hint("is the node running? `tabella devnet status` tells for the local one"),
        ChainError::WrongChain { .. } => CliError::chain("wrong-chain", error.to_string())
            .hint("give --rpc URL of the DAO's chain, or --dao FILE of a DAO on this one"),
        ChainError::NoContract { .. } => CliError::chain("no-contract", error.to_string())
            .hint("a devnet forgets everything when it stops; deploy again, or name another file with --dao"),
        ChainError::Inconsistent { .. } => CliError::chain("chain-inconsistent", error.to_string())
            .hint("do not trust this node for this DAO; ask another one"),
        ChainError::InsufficientFunds { .. } => CliError::usage("insufficient-funds", error.to_string())
            .hint("send from an account with ether; on a devnet: tabella devnet fund ADDRESS ETHER"),
        ChainError::NotMined { .. } => CliError::chain("not-mined", error.to_string()),
        ChainError::NoAudits => CliError::usage("no-audits", error.to_string())
            .hint("`tabella dao deploy --audit` makes a DAO that has them"),
        ChainError::Artifact(_) => CliError::internal(error),
        _ => CliError::chain("rpc-error", error.to_string()),
    }
}

/// Exit 4 with the contract's error in the message and in `data`.
pub fn refused(refusal: &ContractError) -> CliError {
    let arguments: Vec<String> = refusal.arguments.iter().map(ToString::to_string).collect();
    CliError::refused(&refusal.name, &arguments.join(", "))
}

/// As [`chain`], with the step's name in front.
pub fn deploy(error: DeployError) -> CliError {
    match error {
        DeployError::Step { step, source } => {
            let mut error = chain(source);
            error.message = format!("{step}: {}", error.message);
            error.hint("run the same command again: it goes on after the last finished step")
        }
        DeployError::Journal(reason) => CliError::usage("journal-unwritable", reason),
        other => CliError::usage("unfinished-deployment", other.to_string()),
    }
}
