//! Ballot files and receipts on disk.

use std::path::{Path, PathBuf};

use tabella_circuits::voting::scope::Venue;
use tabella_contracts::ballot::{BallotFile, BallotFileError, ProvenBallot, Receipt};
use tabella_contracts::deployment::CircuitRef;

use crate::context::Ctx;
use crate::error::CliError;
use crate::files::{self, Existing};

/// A ballot file is about 4 KiB.
const BALLOT_LIMIT: u64 = 64 * 1024;

/// A ballot's file, and the ballot in it.
pub(super) fn read(path: &Path) -> Result<(BallotFile, ProvenBallot), CliError> {
    let invalid = |error: BallotFileError| CliError::file("ballot-invalid", path, error);
    let text = files::text(files::read_bounded(path, BALLOT_LIMIT)?, path)?;
    let file = BallotFile::parse(&text).map_err(invalid)?;
    let ballot = file.ballot().map_err(invalid)?;
    Ok((file, ballot))
}

/// Writes a ballot to a new file.
pub(super) fn write(circuit: &CircuitRef, venue: &Venue, ballot: &ProvenBallot, path: &Path) -> Result<(), CliError> {
    let version = u32::try_from(circuit.version).map_err(CliError::internal)?;
    let file = BallotFile::new(&circuit.id, version, venue, ballot).map_err(CliError::internal)?;
    let text = serde_json::to_string_pretty(&file).map_err(CliError::internal)? + "\n";
    files::write_atomic(path, text.as_bytes(), Existing::Refuse)
}

/// The directory of all receipts of this home.
pub(super) fn receipts(ctx: &Ctx) -> Result<PathBuf, CliError> {
    let dir = ctx.home()?.join("receipts");
    files::private_dir(&dir)?;
    Ok(dir)
}

/// A ballot's file among the receipts.
pub(super) fn beside_receipt(receipts: &Path, ballot: &ProvenBallot, extension: &str) -> PathBuf {
    receipts.join(format!("{}.{extension}", hex::encode(&ballot.digest()[..8])))
}

/// Saves a receipt before anything is sent: a crash in between loses nothing that the voter needs.
pub(super) fn write_receipt(receipts: &Path, venue: &Venue, ballot: &ProvenBallot) -> Result<PathBuf, CliError> {
    let path = beside_receipt(receipts, ballot, "json");
    let text = serde_json::to_string_pretty(&Receipt::new(venue, ballot)).map_err(CliError::internal)? + "\n";
    files::write_atomic(&path, text.as_bytes(), Existing::Refuse)?;
    Ok(path)
}
