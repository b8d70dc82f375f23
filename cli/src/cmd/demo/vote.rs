//! The first story: a sealed, anonymous, weighted vote that moves a DAO's money.

use std::time::Instant;

use alloy::primitives::{Address, address};
use serde_json::Value;
use tabella_circuits::Fr;
use tabella_circuits::voting::scope::{Venue, ballot_gamma, fold};
use tabella_contracts::ballot::BallotFile;
use tabella_contracts::client::to_word;

use super::dao::{self, Cast, ok, text};
use super::stage::{Expect, Stage};
use crate::error::CliError;
use crate::files;
use crate::flow::numbers;

/// Who gets the money: nobody's address, with no ether on a new chain.
const RECIPIENT: Address = address!("00000000000000000000000000000000000A0D17");
/// What the proposal pays.
const PAYMENT: &str = "2.5";
/// Who votes what; anna comes first, and twice.
const VOTES: [(&str, &str); 4] = [("boris", "abstain"), ("chiara", "against"), ("dayo", "for"), ("elif", "for")];
/// What the votes add up to: against, for, abstain.
const TOTALS: [&str; 3] = ["3", "14", "2"];

/// A payment is proposed, voted on, attacked, counted and made.
pub(super) fn play(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), CliError> {
    let proposal = propose(stage, cast)?;
    seal_and_vote(stage, cast, &proposal)?;
    attack(stage, cast, &proposal)?;
    let proposals = [proposal];
    for totals in dao::count(stage, cast, &proposals)? {
        expect(&totals)?;
    }
    dao::execute(stage, cast, &proposals)?;
    paid(stage, &proposals[0])
}

fn propose(stage: &mut Stage<'_>, cast: &Cast) -> Result<String, CliError> {
    let to = RECIPIENT.to_string();
    let create = [
        "proposal",
        "create",
        "--title",
        "Pay for the audit",
        "--to",
        &to,
        "--value",
        PAYMENT,
        "--from",
        &cast.operator,
    ];
    let made = stage.step("A proposal to pay from the treasury", &create, Expect::Success, |data| {
        format!("proposal {}", text(data, "proposal"))
    })?;
    let proposal = text(&made, "proposal");
    dao::open(stage, cast, std::slice::from_ref(&proposal))?;
    Ok(proposal)
}

fn seal_and_vote(stage: &mut Stage<'_>, cast: &Cast, proposal: &str) -> Result<(), CliError> {
    // anna seals twice before anything is sent: the second ballot is for the attack.
    for file in ["anna.json", "anna-again.json"] {
        let choice = if file == "anna.json" { "for" } else { "against" };
        let out = stage.path(file).to_string_lossy().into_owned();
        let seal = ["vote", "cast", proposal, "--identity", "anna", "--choice", choice, "--out", &out];
        stage.step(&format!("anna seals a ballot: {choice}"), &seal, Expect::Success, |data| {
            format!("nullifier {}", text(data, "nullifier"))
        })?;
    }
    let file = stage.path("anna.json").to_string_lossy().into_owned();
    let send = ["vote", "send", &file, "--from", &cast.relayer];
    stage.step("A relayer sends anna's ballot", &send, Expect::Success, ok)?;
    dao::vote(stage, cast, &[proposal.to_owned()], &VOTES)
}

fn attack(stage: &mut Stage<'_>, cast: &Cast, proposal: &str) -> Result<(), CliError> {
    let refused = |data: &Value| format!("refused: {}({})", text(data, "contract_error"), text(data, "arguments"));
    let again = stage.path("anna-again.json").to_string_lossy().into_owned();
    let send = ["vote", "send", &again, "--from", &cast.relayer];
    stage.step("anna's second vote", &send, Expect::Refusal("NullifierSpent"), refused)?;
    let forged = stage.write("forged.json", &forge(&again)?)?.to_string_lossy().into_owned();
    let send = ["vote", "send", &forged, "--from", &cast.relayer];
    stage.step("The same ballot under a nullifier made up", &send, Expect::Refusal("ProofInvalid"), refused)?;
    let check = ["vote", "check", proposal, "--identity", "anna"];
    stage.step("anna looks for her first ballot", &check, Expect::Success, |data| {
        format!("on chain, with her ciphertext, and summed with all {} ballots", data["ballots"])
    })?;
    Ok(())
}

/// The ballot with its nullifier raised by one, gamma and e made to fit: only the proof is left to refuse it.
fn forge(path: &str) -> Result<String, CliError> {
    let path = std::path::Path::new(path);
    let text = files::text(files::read_bounded(path, 1 << 16)?, path)?;
    let mut file = BallotFile::parse(&text).map_err(CliError::internal)?;
    let mut ballot = file.ballot().map_err(CliError::internal)?;
    ballot.words[0] += Fr::from(1_u64);
    let venue = Venue {
        chain_id: file.chain_id,
        ballot_box: file.ballot_box.into_array(),
        governor: [0; 20],
        committee: [0; 20],
        term: 0,
        proposal_id: file.proposal.to_be_bytes(),
    };
    let gamma = ballot_gamma(&venue.election(), ballot.h, &file.binding.into_array(), &ballot.words);
    let last = file.inputs.len();
    file.inputs[last - 2] = to_word(&gamma);
    file.inputs[last - 1] = to_word(&fold(gamma, &ballot.words));
    file.words[0] = to_word(&ballot.words[0]);
    serde_json::to_string_pretty(&file).map_err(CliError::internal)
}

fn expect(totals: &Value) -> Result<(), CliError> {
    for (name, expected) in ["against", "for", "abstain"].into_iter().zip(TOTALS) {
        if totals[name] != expected {
            let what = format!("{} votes {name}, not {expected}", text(totals, name));
            return Err(CliError::check_failed("demo-expectation", what));
        }
    }
    Ok(())
}

fn paid(stage: &mut Stage<'_>, proposal: &str) -> Result<(), CliError> {
    let started = Instant::now();
    let received = stage.balance(RECIPIENT)?;
    if received != numbers::ether(PAYMENT)? {
        let what = format!("the recipient has {}, not {PAYMENT} ether", numbers::in_ether(received));
        return Err(CliError::check_failed("demo-expectation", what));
    }
    stage.tell("The money arrived", format!("{RECIPIENT} has {}", numbers::in_ether(received)), started);
    stage.end(format!(
        "Proposal {proposal} is executed: five sealed ballots, {} votes for, nobody's vote known.",
        TOTALS[1]
    ));
    Ok(())
}
