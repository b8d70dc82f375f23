//! The second story: a DAO adopts a policy by private vote, and three owners of models face it.

use std::time::Instant;

use alloy::primitives::{Address, address};
use serde_json::Value;

use super::dao::{self, Cast, ok, text};
use super::stage::{Expect, Stage};
use crate::error::CliError;
use crate::flow::numbers;

const CSV: &str = include_str!("../../../../examples/german/german.csv");
const SPEC: &str = include_str!("../../../../examples/german/german.toml");
const POLICY: &str = include_str!("../../../../examples/german/policies/four-fifths.toml");
/// Three models that were really trained on these data, see examples/german: the owner's name, the export, what the policy says.
const MODELS: [(&str, &str, &str); 3] = [
    ("fausta", include_str!("../../../../examples/german/models/even.json"), "pass"),
    ("gaius", include_str!("../../../../examples/german/models/cautious.json"), "fail"),
    ("hanno", include_str!("../../../../examples/german/models/balanced.json"), "fail"),
];
/// Who is paid: nobody's address, with no ether on a new chain.
const BENEFICIARY: Address = address!("00000000000000000000000000000000000A0D18");
/// What the first milestone pays; the second is for later.
const PAYMENT: &str = "5";
/// 30 days: how long a pass is good, and how long an owner has.
const MONTH: &str = "2592000";

/// Plays the story in the DAO that `dao deploy` wrote down.
pub(super) fn play(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), CliError> {
    prepare(stage)?;
    adopt(stage, cast)?;
    register(stage, cast)?;
    milestones(stage, cast)?;
    engage(stage, cast)?;
    pass(stage, cast)?;
    fail(stage, cast)?;
    silence(stage, cast)?;
    replay(stage, cast)?;
    stage.end(
        "fausta's model passed and was paid; gaius proved a fail and is halted; hanno kept silent and is halted by default. \
         No record, no parameter and no count was shown."
            .to_owned(),
    );
    Ok(())
}

fn place(stage: &Stage<'_>, name: &str) -> String {
    stage.path(name).to_string_lossy().into_owned()
}

/// Three data sets of the same records under salts of their own: a root serves one engagement. Then the models.
fn prepare(stage: &mut Stage<'_>) -> Result<(), CliError> {
    let csv = stage.write("german.csv", CSV)?.to_string_lossy().into_owned();
    let spec = stage.write("german.toml", SPEC)?.to_string_lossy().into_owned();
    stage.write("four-fifths.toml", POLICY)?;
    for (owner, export, _) in MODELS {
        let data = place(stage, &format!("{owner}-data"));
        let import = ["data", "import", &csv, "--spec", &spec, "--out", &data];
        let title = format!("The auditor commits to 1,000 credits for {owner}'s audit");
        stage.step(&title, &import, Expect::Success, |data| {
            format!("{} records in {} shards", data["rows"], data["shards"])
        })?;
        let export = stage.write(&format!("{owner}-export.json"), export)?.to_string_lossy().into_owned();
        let model = place(stage, &format!("{owner}.json"));
        let import = ["model", "import", &export, "--data", &data, "--out", &model];
        let title = format!("{owner}'s model, a scikit-learn regression, becomes integers");
        stage.step(&title, &import, Expect::Success, |data| {
            format!("{} of its predictions differ from the library's", data["mismatches"])
        })?;
    }
    Ok(())
}

fn adopt(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), CliError> {
    let policy = place(stage, "four-fifths.toml");
    let schema = place(stage, "fausta-data/schema.json");
    let mut adopt = vec!["policy", "adopt", &policy, "--schema", &schema, "--validity", MONTH];
    adopt.extend(["--audit-period", MONTH, "--ack-period", "3600", "--auditor", &cast.auditor]);
    adopt.extend(["--from", &cast.operator]);
    let made = stage.step("A policy is proposed: the four-fifths rule", &adopt, Expect::Success, |data| {
        format!("proposal {}", text(data, "proposal"))
    })?;
    dao::accept(stage, cast, &[text(&made, "proposal")])
}

fn register(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), CliError> {
    for ((owner, _, _), account) in MODELS.iter().zip(&cast.owners) {
        let model = place(stage, &format!("{owner}.json"));
        let register = ["model", "register", "--model", &model, "--bond", "1", "--from", account];
        stage.step(
            &format!("{owner} registers the model's commitment, with a bond"),
            &register,
            Expect::Success,
            |data| format!("model {}", text(data, "model")),
        )?;
    }
    Ok(())
}

/// Two payments for a pass of model 1 under policy 1.
fn milestones(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), CliError> {
    let beneficiary = BENEFICIARY.to_string();
    let mut proposals = Vec::new();
    for (title, amount) in [("Pay fausta for a fair model", PAYMENT), ("Pay fausta again later", "1")] {
        let mut create = vec!["milestone", "create", "--model", "1", "--policy", "1", "--beneficiary", &beneficiary];
        create.extend(["--amount", amount, "--period", "15552000", "--title", title, "--from", &cast.operator]);
        let made =
            stage.step(&format!("A milestone is proposed: {amount} ether"), &create, Expect::Success, |data| {
                format!("proposal {}", text(data, "proposal"))
            })?;
        proposals.push(text(&made, "proposal"));
    }
    dao::accept(stage, cast, &proposals)
}

/// An engagement for each model, with data that the auditor signs.
fn engage(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), CliError> {
    for (i, (owner, _, _)) in MODELS.iter().enumerate() {
        let (id, account) = ((i + 1).to_string(), &cast.owners[i]);
        let open = ["engagement", "open", "--model", &id, "--policy", "1", "--from", account];
        stage.step(&format!("{owner} opens an engagement"), &open, Expect::Success, |data| {
            format!("engagement {}", text(data, "engagement"))
        })?;
        let (data, csv, spec) =
            (place(stage, &format!("{owner}-data")), place(stage, "german.csv"), place(stage, "german.toml"));
        let signature = place(stage, &format!("{owner}-signature.json"));
        let mut sign = vec!["data", "sign", &data, "--csv", &csv, "--spec", &spec, "--engagement", &id];
        sign.extend(["--out", &signature, "--from", &cast.auditor]);
        stage.step("The auditor recomputes the data's root and signs it", &sign, Expect::Success, ok)?;
        let register =
            ["data", "register", &data, "--engagement", &id, "--signature", &signature, "--from", &cast.auditor];
        stage.step("The root is registered for this engagement alone", &register, Expect::Success, ok)?;
    }
    Ok(())
}

/// Proves an audit and gives its directory.
fn prove(stage: &mut Stage<'_>, owner: &str, id: &str, verdict: &str) -> Result<String, CliError> {
    let (model, data) = (place(stage, &format!("{owner}.json")), place(stage, &format!("{owner}-data")));
    let (policy, out) = (place(stage, "four-fifths.toml"), place(stage, &format!("{owner}-audit")));
    let check = ["audit", "check", "--model", &model, "--data", &data, "--policy", &policy];
    let found =
        stage.step(&format!("{owner} looks at the verdict before proving it"), &check, Expect::Success, |data| {
            let line = |metric: &Value| {
                let holds = if metric["holds"] == true { "holds" } else { "does not hold" };
                format!("{}: {}/{}, {holds}", text(metric, "name"), text(metric, "num"), text(metric, "den"))
            };
            let metrics = data["metrics"].as_array().map(|list| list.iter().map(line).collect::<Vec<_>>().join("\n"));
            format!("{}\n{}", text(data, "verdict"), metrics.unwrap_or_default())
        })?;
    if found["verdict"] != verdict {
        let what = format!("the verdict on {owner}'s model is {}, not {verdict}", text(&found, "verdict"));
        return Err(CliError::check_failed("demo-expectation", what));
    }
    let mut prove = vec!["audit", "prove", "--model", &model, "--data", &data, "--policy", &policy, "--out", &out];
    prove.extend(["--engagement", id]);
    stage.step(&format!("{owner} proves it, shard by shard"), &prove, Expect::Success, |data| {
        format!("{} proofs over {} records: {}", data["proofs"], data["rows"], text(data, "verdict"))
    })?;
    Ok(out)
}

fn submit(stage: &mut Stage<'_>, account: &str, owner: &str, out: &str, id: &str) -> Result<Value, CliError> {
    let submit = ["audit", "submit", out, "--engagement", id, "--from", account];
    stage.step(&format!("{owner} submits the proofs; the chain verifies them"), &submit, Expect::Success, |data| {
        format!("verdict {}; the model is {}", text(data, "verdict"), text(data, "model_status"))
    })
}

fn pass(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), CliError> {
    let (owner, _, verdict) = MODELS[0];
    let out = prove(stage, owner, "1", verdict)?;
    let policy = place(stage, "four-fifths.toml");
    let verify = ["audit", "verify", &out, "--policy", &policy];
    stage.step("Anyone checks the proofs, without a chain", &verify, Expect::Success, ok)?;
    submit(stage, &cast.owners[0], owner, &out, "1")?;
    let verify = ["attestation", "verify", "1"];
    stage.step("Anyone checks the attestation again, from the chain alone", &verify, Expect::Success, ok)?;
    let release = ["milestone", "release", "1", "--from", &cast.relayer];
    stage.step("Anyone releases the milestone", &release, Expect::Success, |data| {
        format!("milestone 1 is {}", text(data, "state"))
    })?;
    let started = Instant::now();
    let received = stage.balance(BENEFICIARY)?;
    if received != numbers::ether(PAYMENT)? {
        let what = format!("the beneficiary has {}, not {PAYMENT} ether", numbers::in_ether(received));
        return Err(CliError::check_failed("demo-expectation", what));
    }
    stage.tell("The money arrived", format!("{BENEFICIARY} has {}", numbers::in_ether(received)), started);
    let refused = |data: &Value| format!("refused: {}", text(data, "contract_error"));
    stage.step("The same milestone once more", &release, Expect::Refusal("MilestoneClosed"), refused)?;
    Ok(())
}

fn fail(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), CliError> {
    let (owner, _, verdict) = MODELS[1];
    let out = prove(stage, owner, "2", verdict)?;
    submit(stage, &cast.owners[1], owner, &out, "2")?;
    halted(stage, "2", &format!("{owner}'s model is halted, half of the bond is gone"))
}

fn silence(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), CliError> {
    stage.step(
        "A month and more passes; hanno says nothing",
        &["devnet", "advance", "2600000"],
        Expect::Success,
        ok,
    )?;
    let enforce = ["engagement", "enforce", "3", "--from", &cast.relayer];
    stage.step("Anyone enforces the deadline", &enforce, Expect::Success, |data| {
        format!("the engagement is {}, the model is {}", text(data, "state"), text(data, "model_status"))
    })?;
    halted(stage, "3", "hanno's model is halted by default, the bond is gone")
}

fn halted(stage: &mut Stage<'_>, id: &str, title: &str) -> Result<(), CliError> {
    let status = ["model", "status", id];
    let found =
        stage.step(title, &status, Expect::Success, |data| format!("model {id} is {}", text(data, "status")))?;
    if found["status"] == "halted" {
        return Ok(());
    }
    let what = format!("model {id} is {}, not halted", text(&found, "status"));
    Err(CliError::check_failed("demo-expectation", what))
}

/// A month later the pass is old: the second payment needs a new one.
fn replay(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), CliError> {
    let refused = |data: &Value| format!("refused: {}({})", text(data, "contract_error"), text(data, "arguments"));
    let release = ["milestone", "release", "2", "--attestation", "1", "--from", &cast.relayer];
    let title = "The old attestation for the second milestone";
    stage.step(title, &release, Expect::Refusal("AttestationNotValid"), refused)?;
    Ok(())
}
