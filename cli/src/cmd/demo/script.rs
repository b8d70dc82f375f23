//! The demo's plot.

use std::time::Instant;

use alloy::primitives::{Address, address};
use serde_json::Value;
use tabella_circuits::Fr;
use tabella_circuits::voting::scope::{Venue, ballot_gamma, fold};
use tabella_contracts::Chain;
use tabella_contracts::ballot::BallotFile;
use tabella_contracts::client::to_word;

use super::stage::{Expect, Stage};
use crate::error::CliError;
use crate::files;
use crate::flow::{errors, numbers};

/// Who gets the money: nobody's address, with no ether on a new chain.
const RECIPIENT: Address = address!("00000000000000000000000000000000000A0D17");
/// What the proposal pays.
const PAYMENT: &str = "2.5";
/// A member: name, weight, vote, and Semaphore's own export if the identity comes from there.
type Member = (&'static str, u32, &'static str, Option<&'static str>);
/// Five members of different weights.
const MEMBERS: [Member; 5] = [
    ("anna", 1, "for", Some(include_str!("../../../../tests/fixtures/semaphore/member-a.txt"))),
    ("boris", 2, "abstain", Some(include_str!("../../../../tests/fixtures/semaphore/member-b.txt"))),
    ("chiara", 3, "against", None),
    ("dayo", 5, "for", None),
    ("elif", 8, "for", None),
];
/// What the votes above add up to: against, for, abstain.
const TOTALS: [&str; 3] = ["3", "14", "2"];

/// The accounts of the demo's chain that act.
struct Cast {
    /// Deploys; is registrar and proposer.
    operator: String,
    /// The trustee's account.
    trustee: String,
    /// Sends everybody's ballots.
    relayer: String,
}

/// Plays the whole demo.
pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), CliError> {
    let cast = prepare(stage)?;
    found_dao(stage, &cast)?;
    let proposal = propose(stage, &cast)?;
    vote(stage, &cast, &proposal)?;
    attack(stage, &cast, &proposal)?;
    tally(stage, &cast, &proposal)?;
    execute(stage, &cast, &proposal)
}

fn ok(_: &Value) -> String {
    String::new()
}

fn text(data: &Value, key: &str) -> String {
    data[key].as_str().map_or_else(|| data[key].to_string(), str::to_owned)
}

fn prepare(stage: &mut Stage<'_>) -> Result<Cast, CliError> {
    let chain = stage.step("A chain of our own", &["devnet", "start"], Expect::Success, |data| {
        format!("{}, chain id {}", text(data, "url"), data["chain_id"])
    })?;
    stage.runs_at(&text(&chain, "url"));
    let accounts = stage.step("Its accounts", &["devnet", "accounts"], Expect::Success, ok)?;
    let account = |i: usize| text(&accounts["accounts"][i], "address");
    stage.step("Development keys for both circuits", &["keys", "dev"], Expect::Success, |_| {
        "for local chains only: everybody knows their secrets".to_owned()
    })?;
    stage.step("A trustee", &["trustee", "new", "tamsin"], Expect::Success, ok)?;
    for (name, _, _, export) in MEMBERS {
        match export {
            None => {
                stage.step(&format!("{name} makes an identity"), &["identity", "new", name], Expect::Success, ok)?
            }
            Some(export) => {
                let file = stage.write(&format!("{name}.txt"), export)?;
                let file = file.to_string_lossy();
                let title = format!("{name} brings an identity made by Semaphore's package");
                stage.step(&title, &["identity", "import", name, "--semaphore", &file], Expect::Success, ok)?
            }
        };
    }
    Ok(Cast { operator: account(0), trustee: account(1), relayer: account(2) })
}

fn found_dao(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), CliError> {
    let deploy = [
        "dao",
        "deploy",
        "--weighted",
        "--trustee",
        "tamsin",
        "--trustee-address",
        &cast.trustee,
        "--voting-delay",
        "60",
        "--voting-period",
        "86400",
        "--tally-period",
        "3600",
        "--min-turnout",
        "3",
        "--quorum-percent",
        "20",
        "--timelock-delay",
        "3600",
        "--from",
        &cast.operator,
    ];
    let dao = stage.step("The DAO is deployed, and given to its timelock", &deploy, Expect::Success, |data| {
        format!(
            "{} transactions; Governor {}",
            data["steps"].as_array().map_or(0, Vec::len),
            text(&data["contracts"], "governor")
        )
    })?;
    let treasury = text(&dao["contracts"], "timelock");
    stage.step("The treasury gets 10 ether", &["devnet", "fund", &treasury, "10"], Expect::Success, ok)?;
    for (name, weight, _, _) in MEMBERS {
        let weight = weight.to_string();
        let add = ["electorate", "add", "--identity", name, "--weight", &weight, "--from", &cast.operator];
        stage.step(&format!("{name} is admitted with weight {weight}"), &add, Expect::Success, ok)?;
    }
    stage.step("The electorate, recomputed from its events", &["electorate", "show"], Expect::Success, |data| {
        format!(
            "{} members, total weight {}, the tree's root equals the contract's",
            data["size"],
            text(data, "total_weight")
        )
    })?;
    Ok(())
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
    stage.step("The voting delay passes", &["devnet", "advance", "61"], Expect::Success, ok)?;
    let open = ["proposal", "open", &proposal, "--from", &cast.relayer];
    stage.step("Anyone opens the ballot box", &open, Expect::Success, |data| {
        format!("{} members, closes at {}", data["members"], data["closes"])
    })?;
    Ok(proposal)
}

fn vote(stage: &mut Stage<'_>, cast: &Cast, proposal: &str) -> Result<(), CliError> {
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
    for (name, _, choice, _) in &MEMBERS[1..] {
        let vote = ["vote", "cast", proposal, "--identity", name, "--choice", choice, "--from", &cast.relayer];
        stage.step(&format!("{name} votes {choice}, through the relayer"), &vote, Expect::Success, |data| {
            format!("nullifier {}", text(data, "nullifier"))
        })?;
    }
    Ok(())
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

fn tally(stage: &mut Stage<'_>, cast: &Cast, proposal: &str) -> Result<(), CliError> {
    stage.step("The vote closes", &["devnet", "advance", "82800"], Expect::Success, ok)?;
    let tally = ["tally", proposal, "--trustee", "tamsin", "--from", &cast.trustee];
    let data =
        stage.step("The trustee opens the sum; a proof shows that it is right", &tally, Expect::Success, |data| {
            let totals = &data["totals"];
            let part = |step: &str| format!("{step} {}", text(&data[step], "gas"));
            format!(
                "against {}, for {}, abstain {}\ngas: {}, {}, {}",
                text(totals, "against"),
                text(totals, "for"),
                text(totals, "abstain"),
                part("share"),
                part("tally"),
                part("result")
            )
        })?;
    for (name, expected) in ["against", "for", "abstain"].into_iter().zip(TOTALS) {
        if data["totals"][name] != expected {
            let found = text(&data["totals"], name);
            return Err(CliError::check_failed("demo-expectation", format!("{found} votes {name}, not {expected}")));
        }
    }
    Ok(())
}

fn execute(stage: &mut Stage<'_>, cast: &Cast, proposal: &str) -> Result<(), CliError> {
    stage.step("The Governor's deadline passes", &["devnet", "advance", "3601"], Expect::Success, ok)?;
    let state = |data: &Value| format!("the proposal is {}", text(data, "state"));
    let queue = ["proposal", "queue", proposal, "--from", &cast.relayer];
    stage.step("Anyone queues it in the timelock", &queue, Expect::Success, state)?;
    stage.step("The timelock's delay passes", &["devnet", "advance", "3601"], Expect::Success, ok)?;
    let execute = ["proposal", "execute", proposal, "--from", &cast.relayer];
    stage.step("Anyone executes it", &execute, Expect::Success, state)?;
    let started = Instant::now();
    let url = stage.url().to_owned();
    let received = stage.ctx().block_on(async {
        let chain = Chain::connect(&url).await.map_err(errors::chain)?;
        chain.balance(RECIPIENT).await.map_err(errors::chain)
    })?;
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
