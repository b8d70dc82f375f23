//! What the prover says about an audit, as the command line's errors.

use serde_json::json;
use tabella_prover::shard::{FileFault, JobError};

use crate::error::CliError;

/// Exit 1 for proofs that do not hold or are of something else, 2 for files, keys and subjects.
pub(super) fn job(error: JobError) -> CliError {
    let text = error.to_string();
    match error {
        JobError::Invalid { part, .. } => CliError::check_failed("audit-invalid", text)
            .data(json!({ "valid": false, "part": part.to_string() }))
            .hint("somebody changed a proof or what it speaks of; do not rely on this audit"),
        JobError::Shape { .. } => CliError::check_failed("audit-invalid", text).data(json!({ "valid": false })),
        JobError::Differs { what, expected, found } => CliError::check_failed("audit-differs", text)
            .data(json!({ "valid": false, "what": what, "expected": expected, "found": found })),
        JobError::Key { .. } => CliError::usage("key-mismatch", text)
            .hint("the proofs were made by another version of tabella, or with other keys; name them with --keys"),
        JobError::VerifyingKey(_) => CliError::usage("verifying-key-unusable", text),
        JobError::Missing { .. } => CliError::usage("file-not-found", text)
            .hint("run the same `tabella audit prove` again: it goes on with what is missing"),
        JobError::File { fault: FileFault::Another(_), .. } => CliError::usage("audit-of-something-else", text)
            .hint("nothing was changed; choose another directory with --out"),
        JobError::File { fault: FileFault::Exists, .. } => CliError::usage("file-exists", text),
        JobError::File { .. } => CliError::usage("audit-damaged", text)
            .hint("nothing was overwritten; restore the file, or move a damaged proof away to make it again"),
        JobError::Io { .. } => CliError::usage("file-unusable", text),
        JobError::Input(_) | JobError::Prove { .. } => CliError::usage("audit-unprovable", text),
        JobError::Lost(_) => CliError::internal(text),
    }
}

/// The same before anything is proven: a number of records that the circuits do not take is the user's, not a proof's.
pub(super) fn subject(error: JobError) -> CliError {
    match error {
        JobError::Shape { .. } => CliError::usage("capacity", error.to_string()),
        other => job(other),
    }
}
