//! The demo's DAO: a chain, members, and a way to decide.

use serde_json::Value;

use super::stage::{Expect, Stage};
use crate::error::CliError;

/// A member: name, weight, and Semaphore's own export if the identity comes from there.
type Member = (&'static str, u32, Option<&'static str>);
/// Five members of different weights.
const MEMBERS: [Member; 5] = [
    ("anna", 1, Some(include_str!("../../../../tests/fixtures/semaphore/member-a.txt"))),
    ("boris", 2, Some(include_str!("../../../../tests/fixtures/semaphore/member-b.txt"))),
    ("chiara", 3, None),
    ("dayo", 5, None),
    ("elif", 8, None),
];
/// Who votes on what the DAO does about models: enough for the quorum and the turnout.
const VOTERS: [(&str, &str); 3] = [("chiara", "for"), ("dayo", "for"), ("elif", "for")];

/// The accounts of the demo's chain that act.
pub(super) struct Cast {
    /// Deploys; is registrar and proposer.
    pub(super) operator: String,
    /// The trustee's account.
    pub(super) trustee: String,
    /// Sends everybody's ballots.
    pub(super) relayer: String,
    /// Owners of models.
    pub(super) owners: [String; 3],
    /// Signs data.
    pub(super) auditor: String,
    /// May stop a model.
    pub(super) guardian: String,
}

/// Nothing to add to a step.
pub(super) fn ok(_: &Value) -> String {
    String::new()
}

/// A field of a command's data as text.
pub(super) fn text(data: &Value, key: &str) -> String {
    data[key].as_str().map_or_else(|| data[key].to_string(), str::to_owned)
}

/// A chain, keys, a trustee and the members' identities.
pub(super) fn prepare(stage: &mut Stage<'_>) -> Result<Cast, CliError> {
    let chain = stage.step("A chain of our own", &["devnet", "start"], Expect::Success, |data| {
        format!("{}, chain id {}", text(data, "url"), data["chain_id"])
    })?;
    stage.runs_at(&text(&chain, "url"));
    let accounts = stage.step("Its accounts", &["devnet", "accounts"], Expect::Success, ok)?;
    let account = |i: usize| text(&accounts["accounts"][i], "address");
    stage.step("Development keys for all circuits", &["keys", "dev"], Expect::Success, |_| {
        "for local chains only: everybody knows their secrets".to_owned()
    })?;
    stage.step("A trustee", &["trustee", "new", "tamsin"], Expect::Success, ok)?;
    for (name, _, export) in MEMBERS {
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
    Ok(Cast {
        operator: account(0),
        trustee: account(1),
        relayer: account(2),
        owners: [account(3), account(4), account(5)],
        auditor: account(6),
        guardian: account(7),
    })
}

/// The contracts, a treasury with money, and the electorate; with the contracts that audit models if wanted.
pub(super) fn found(stage: &mut Stage<'_>, cast: &Cast, audits: bool) -> Result<(), CliError> {
    let mut deploy = vec!["dao", "deploy", "--weighted", "--trustee", "tamsin", "--trustee-address", &cast.trustee];
    deploy.extend(["--voting-delay", "60", "--voting-period", "86400", "--tally-period", "3600", "--min-turnout", "3"]);
    deploy.extend(["--quorum-percent", "20", "--timelock-delay", "3600", "--from", &cast.operator]);
    if audits {
        deploy.extend(["--audit", "--guardian", &cast.guardian, "--minimum-bond", "1"]);
    }
    let dao = stage.step("The DAO is deployed, and given to its timelock", &deploy, Expect::Success, |data| {
        let steps = data["steps"].as_array().map_or(0, Vec::len);
        format!("{steps} transactions; Governor {}", text(&data["contracts"], "governor"))
    })?;
    let treasury = text(&dao["contracts"], "timelock");
    stage.step("The treasury gets 20 ether", &["devnet", "fund", &treasury, "20"], Expect::Success, ok)?;
    for (name, weight, _) in MEMBERS {
        let weight = weight.to_string();
        let add = ["electorate", "add", "--identity", name, "--weight", &weight, "--from", &cast.operator];
        stage.step(&format!("{name} is admitted with weight {weight}"), &add, Expect::Success, ok)?;
    }
    stage.step("The electorate, recomputed from its events", &["electorate", "show"], Expect::Success, |data| {
        let weight = text(data, "total_weight");
        format!("{} members, total weight {weight}, the tree's root equals the contract's", data["size"])
    })?;
    Ok(())
}

/// The ballot boxes of these proposals open.
pub(super) fn open(stage: &mut Stage<'_>, cast: &Cast, proposals: &[String]) -> Result<(), CliError> {
    stage.step("The voting delay passes", &["devnet", "advance", "61"], Expect::Success, ok)?;
    for proposal in proposals {
        let open = ["proposal", "open", proposal, "--from", &cast.relayer];
        stage.step("Anyone opens the ballot box", &open, Expect::Success, |data| {
            format!("{} members, closes at {}", data["members"], data["closes"])
        })?;
    }
    Ok(())
}

/// Members vote: (name, choice) on each of these proposals. All ballots are proven together; a relayer sends each proposal's.
pub(super) fn vote(
    stage: &mut Stage<'_>,
    cast: &Cast,
    proposals: &[String],
    votes: &[(&str, &str)],
) -> Result<(), CliError> {
    let rows =
        proposals.iter().flat_map(|id| votes.iter().map(move |(name, choice)| format!("{name},{id},{choice}\n")));
    let file = stage.write("votes.csv", &format!("identity,proposal,choice\n{}", rows.collect::<String>()))?;
    // A directory of its own for each vote.
    let dir = stage.path(&format!("ballots-{}", proposals.first().map_or("", |id| &id[..id.len().min(8)])));
    let (file, dir) = (file.to_string_lossy(), dir.to_string_lossy());
    let names = votes.iter().map(|(name, choice)| format!("{name} {choice}")).collect::<Vec<_>>().join(", ");
    let made = stage.step(
        "Members' ballots, proven together",
        &["vote", "batch", &file, "--out", &dir],
        Expect::Success,
        |data| format!("{} ballots ({names}), and no file tells whose or what", data["made"]),
    )?;
    let ballots = made["ballots"].as_array().cloned().unwrap_or_default();
    for proposal in proposals {
        let own: Vec<String> =
            ballots.iter().filter(|row| row["proposal"] == *proposal).map(|row| text(row, "ballot")).collect();
        let mut submit = vec!["vote", "submit"];
        submit.extend(own.iter().map(String::as_str));
        submit.extend(["--from", &cast.relayer]);
        stage.step("A relayer sends them in one transaction", &submit, Expect::Success, |data| {
            format!("{} cast", data["cast"])
        })?;
    }
    Ok(())
}

/// The vote is over: the trustee opens the sums. Gives each proposal's totals.
pub(super) fn count(stage: &mut Stage<'_>, cast: &Cast, proposals: &[String]) -> Result<Vec<Value>, CliError> {
    stage.step("The vote closes", &["devnet", "advance", "82800"], Expect::Success, ok)?;
    let mut totals = Vec::new();
    for proposal in proposals {
        let tally = ["tally", proposal, "--trustee", "tamsin", "--from", &cast.trustee];
        let title = "The trustee opens the sum; a proof shows that it is right";
        let data = stage.step(title, &tally, Expect::Success, |data| {
            let total = |name: &str| format!("{name} {}", text(&data["totals"], name));
            let gas = |step: &str| format!("{step} {}", text(&data[step], "gas"));
            let totals = ["against", "for", "abstain"].map(total).join(", ");
            format!("{totals}\ngas: {}", ["share", "tally", "result"].map(gas).join(", "))
        })?;
        totals.push(data["totals"].clone());
    }
    Ok(totals)
}

/// What was accepted is done.
pub(super) fn execute(stage: &mut Stage<'_>, cast: &Cast, proposals: &[String]) -> Result<(), CliError> {
    stage.step("The Governor's deadline passes", &["devnet", "advance", "3601"], Expect::Success, ok)?;
    let state = |data: &Value| format!("the proposal is {}", text(data, "state"));
    for proposal in proposals {
        let queue = ["proposal", "queue", proposal, "--from", &cast.relayer];
        stage.step("Anyone queues it in the timelock", &queue, Expect::Success, state)?;
    }
    stage.step("The timelock's delay passes", &["devnet", "advance", "3601"], Expect::Success, ok)?;
    for proposal in proposals {
        let execute = ["proposal", "execute", proposal, "--from", &cast.relayer];
        stage.step("Anyone executes it", &execute, Expect::Success, state)?;
    }
    Ok(())
}

/// A whole private vote in which three members accept these proposals.
pub(super) fn accept(stage: &mut Stage<'_>, cast: &Cast, proposals: &[String]) -> Result<(), CliError> {
    open(stage, cast, proposals)?;
    vote(stage, cast, proposals, &VOTERS)?;
    count(stage, cast, proposals)?;
    execute(stage, cast, proposals)
}
