//! The directory of a batch: a file for each ballot, found again by its name.

use std::fs::File;
use std::path::{Path, PathBuf};

use alloy::primitives::{Address, B256, keccak256};
use tabella_circuits::field::to_decimal;
use tabella_contracts::ballot::ProvenBallot;
use tabella_prover::DevelopmentKey;
use zeroize::Zeroizing;

use super::check::Ballot;
use crate::cmd::vote::ballots;
use crate::context::Ctx;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::flow::ballot::check_ballot;

/// Leading digits of the proposal's id in a ballot's name.
const PROPOSAL_DIGITS: usize = 8;
/// Leading digits of the nullifier in a ballot's name.
const NULLIFIER_DIGITS: usize = 16;
/// A mark and its newline.
const MARK_LIMIT: u64 = 65;

/// The directory of a batch, taken for this process, and that of the receipts.
pub(super) struct Place {
    dir: PathBuf,
    pub(super) receipts: PathBuf,
    // Held while the place is.
    _lock: File,
}

impl Place {
    /// Makes the directory and takes it.
    ///
    /// # Errors
    /// `directory-in-use`, `directory-unusable`.
    pub(super) fn take(ctx: &Ctx, dir: &Path) -> Result<Self, CliError> {
        files::private_dir(dir)?;
        let lock = files::lock(dir)?;
        Ok(Self { dir: dir.to_owned(), receipts: ballots::receipts(ctx)?, _lock: lock })
    }

    /// A ballot's file. Its name says what the file says, and what everybody sees when the ballot is sent: whoever gets it learns
    /// nothing about the row or its identity.
    pub(super) fn path(&self, ballot: &Ballot) -> PathBuf {
        let nullifier = to_decimal(&ballot.nullifier);
        self.dir.join(format!("{}{}.json", prefix(ballot), leading(&nullifier, NULLIFIER_DIGITS)))
    }

    /// The pattern that all ballots of this one's election have.
    pub(super) fn pattern(&self, ballot: &Ballot) -> PathBuf {
        self.dir.join(format!("{}*.json", prefix(ballot)))
    }

    /// Where a ballot's receipt is.
    pub(super) fn receipt(&self, proven: &ProvenBallot) -> PathBuf {
        ballots::beside_receipt(&self.receipts, proven, "json")
    }

    /// The ballot that is there already, if it is this row's: of its election, its member, its binding, with a proof that holds, and
    /// with its vote. The last cannot be seen from the ballot, which is sealed; its mark tells.
    ///
    /// # Errors
    /// What makes it another ballot.
    pub(super) fn kept(
        &self,
        ballot: &Ballot,
        binding: Address,
        key: &DevelopmentKey,
    ) -> Result<Option<ProvenBallot>, CliError> {
        let path = self.path(ballot);
        if path.symlink_metadata().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            return Ok(None);
        }
        let (file, proven) = ballots::read(&path)?;
        let another = |what: &str| Err(CliError::file("ballot-of-another-row", &path, format!("its {what} differs")));
        let (dao, state) = (&ballot.election.dao, &ballot.election.voting.state);
        let circuit = &dao.seat().circuits.ballot;
        if (file.chain_id, file.ballot_box, file.proposal) != (dao.chain.id(), dao.seat().address, state.proposal) {
            return another("election");
        }
        if (&file.circuit, u64::from(file.version)) != (&circuit.id, circuit.version) {
            return another("circuit");
        }
        if proven.nullifier() != ballot.nullifier {
            return another("nullifier");
        }
        if proven.binding != binding {
            return another("binding (--bind)");
        }
        check_ballot(key, &state.election, &proven)
            .map_err(|error| CliError::file("ballot-of-another-row", &path, error))?;
        match self.marked(ballot, &proven)? {
            Some(true) => Ok(Some(proven)),
            Some(false) => Err(CliError::file("ballot-of-another-vote", &path, "it holds another vote than this row")),
            None => {
                let what =
                    "nothing here tells which vote it holds; `vote batch` did not make it in this home directory";
                Err(CliError::file("ballot-unmarked", &path, what))
            }
        }
    }

    /// Writes receipt and mark, then the ballot: where there is a ballot, there is all of it.
    pub(super) fn write(&self, ballot: &Ballot, proven: &ProvenBallot) -> Result<(), CliError> {
        let (seat, venue) = (ballot.election.dao.seat(), &ballot.election.voting.state.venue);
        ballots::write_receipt(&self.receipts, venue, proven)?;
        let mark = format!("{}\n", hex::encode(mark(ballot, proven)));
        files::write_atomic(&self.mark_path(proven), mark.as_bytes(), Existing::Refuse)?;
        ballots::write(&seat.circuits.ballot, venue, proven, &self.path(ballot))
    }

    /// Ballots in the directory that are of no row: `vote submit` would send them too.
    pub(super) fn strangers(&self, ballots: &[Ballot]) -> Vec<PathBuf> {
        let known: std::collections::HashSet<PathBuf> = ballots.iter().map(|ballot| self.path(ballot)).collect();
        let entries = std::fs::read_dir(&self.dir).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut found: Vec<PathBuf> = entries
            .filter(|path| path.extension().is_some_and(|extension| extension == "json") && !known.contains(path))
            .collect();
        found.sort();
        found
    }

    fn mark_path(&self, proven: &ProvenBallot) -> PathBuf {
        ballots::beside_receipt(&self.receipts, proven, "mark")
    }

    /// Whether the ballot's mark is the row's; `None` without one.
    fn marked(&self, ballot: &Ballot, proven: &ProvenBallot) -> Result<Option<bool>, CliError> {
        match files::read_bounded(&self.mark_path(proven), MARK_LIMIT) {
            Ok(found) => Ok(Some(found.trim_ascii() == hex::encode(mark(ballot, proven)).as_bytes())),
            Err(error) if error.code == "file-not-found" => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Ties a ballot to its vote for whoever has the identity's secret, and says nothing to anybody else:
/// keccak256(domain, secret, 0, digest, choice).
fn mark(ballot: &Ballot, proven: &ProvenBallot) -> B256 {
    let secret = ballot.member.identity.export();
    let mut text = Zeroizing::new(Vec::with_capacity(secret.len() + 64 + 8 * ballot.choice.len()));
    text.extend_from_slice(b"tabella-ballot-mark-1\0");
    text.extend_from_slice(secret.as_bytes());
    text.push(0);
    text.extend_from_slice(proven.digest().as_slice());
    text.extend(ballot.choice.iter().flat_map(|votes| votes.to_be_bytes()));
    keccak256(&*text)
}

fn prefix(ballot: &Ballot) -> String {
    format!("{}-", leading(&ballot.election.voting.state.proposal.to_string(), PROPOSAL_DIGITS))
}

fn leading(digits: &str, count: usize) -> &str {
    digits.get(..count).unwrap_or(digits)
}
