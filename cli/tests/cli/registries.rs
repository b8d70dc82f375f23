//! Models, policies, data, engagements and milestones on a real chain: each command, and the first mistakes with it.

use alloy::primitives::{Address, U256};
use alloy::sol_types::{SolCall, SolValue};
use serde_json::{Value, json};

use crate::dao::{Operator, text};
use crate::electorate::balanceOfCall;
use crate::support::repository;

/// The statement page's example is German credit.
pub(crate) fn german(file: &str) -> String {
    repository().join("examples/german").join(file).display().to_string()
}

/// An operator of a DAO that audits models: account 5 guards, 6 may open audits, 7 owns models, 8 and 9 audit.
pub(crate) struct Auditing {
    pub(crate) operator: Operator,
}

impl Auditing {
    pub(crate) fn new() -> Self {
        let operator = Operator::new();
        let line = format!(
            "{} --audit --guardian {} --audit-opener {} --minimum-bond 1 --fail-share 50",
            operator.deploy("--plain"),
            operator.accounts[5],
            operator.accounts[6]
        );
        operator.user.json(&line).expect(0);
        Self { operator }
    }

    pub(crate) fn from(&self, line: &str, account: usize) -> String {
        format!("{line} --from {}", self.operator.accounts[account])
    }

    /// Runs it from an account; it must work.
    pub(crate) fn done(&self, line: &str, account: usize) -> Value {
        self.operator.user.json(&self.from(line, account)).expect(0).data()
    }

    /// The contract's error where it refuses.
    pub(crate) fn refused(&self, line: &str, account: usize) -> String {
        text(&self.operator.user.json(&self.from(line, account)).expect(4).data()["contract_error"])
    }

    /// The code of a mistake that never reaches a contract.
    pub(crate) fn mistaken(&self, line: &str, account: usize) -> String {
        self.operator.user.json(&self.from(line, account)).expect(2).error_code()
    }

    pub(crate) fn read(&self, line: &str) -> Value {
        self.operator.user.json(line).expect(0).data()
    }

    /// Does what a proposal says, as the timelock: what a vote would have led to.
    pub(crate) fn accept(&self, proposal: &Value) {
        let shown = self.read(&format!("proposal show {}", text(&proposal["proposal"])));
        let timelock = self.read("dao status")["contracts"]["timelock"].clone();
        self.operator.rpc("anvil_impersonateAccount", json!([timelock]));
        self.operator.rpc("anvil_setBalance", json!([timelock, "0x56bc75e2d63100000"]));
        for action in shown["actions"].as_array().expect("a list") {
            let value: u128 = text(&action["value"]).parse().expect("wei");
            let call = json!({ "from": timelock, "to": action["to"], "value": format!("{value:#x}"), "data": action["calldata"] });
            self.operator.rpc("eth_sendTransaction", json!([call]));
        }
    }

    /// Imports German credit and adopts its policy; the passes are good for `validity` seconds.
    pub(crate) fn adopt_german(&self, validity: u32) -> Value {
        let import = format!("data import {} --spec {} --out german", german("german.csv"), german("german.toml"));
        self.read(&import);
        let made = self.done(
            &format!(
                "policy adopt {} --schema german/schema.json --validity {validity} --data-period 3600 --ack-period 600 \
                 --audit-period 7200 --auditor {} --auditor {} --threshold 2",
                german("policies/four-fifths.toml"),
                self.operator.accounts[9],
                self.operator.accounts[8]
            ),
            2,
        );
        self.accept(&made);
        made
    }
}

#[test]
fn a_dao_without_audits_says_so_and_options_for_them_need_them() {
    let operator = Operator::with_dao("--plain");
    let user = &operator.user;
    for line in ["engagement list", "milestone status", "attestation list", "policy list", "model status 1"] {
        assert_eq!(user.json(line).expect(2).error_code(), "no-audits", "{line}");
    }
    let deploy = format!("{} --dao other.json", operator.deploy("--plain"));
    for options in ["--guardian 0x00000000000000000000000000000000000000aa", "--minimum-bond 1", "--fail-share 10"] {
        assert_eq!(user.json(&format!("{deploy} {options}")).expect(2).error_code(), "usage", "{options}");
    }
    for (options, code) in [
        ("--audit --fail-share 0", "usage"),
        ("--audit --fail-share 100", "usage"),
        ("--audit --minimum-bond x", "ether-invalid"),
        ("--audit --guardian 0x12", "address-invalid"),
    ] {
        assert_eq!(user.json(&format!("{deploy} {options}")).expect(2).error_code(), code, "{options}");
    }
    let dry = user.json(&format!("{deploy} --audit --dry-run")).expect(0).data();
    assert_eq!(dry["contracts"].as_array().map(Vec::len), Some(20));
}

#[test]
fn models_are_registered_doubted_stopped_and_withdrawn() {
    let stage = Auditing::new();
    let status = stage.read("dao status");
    assert_eq!(status["audits"]["minimum_bond"], "1000000000000000000");
    assert_eq!(status["audit"]["circuits"]["verdict"]["id"], "verdict-s160");
    for (line, code) in [
        ("model register --commitment x --bond 1", "field-invalid"),
        ("model register --commitment 5 --bond 1e3", "ether-invalid"),
        ("model register --commitment 5", "usage"),
        ("model register --bond 1", "usage"),
        ("model register --commitment 5 --model m.json --bond 1", "usage"),
        ("model register --model none.json --bond 1", "file-not-found"),
        ("model register --commitment 5 --bond 1 --follows 0", "id-invalid"),
        ("model halt x --reason y", "id-invalid"),
        ("model halt 1", "usage"),
    ] {
        assert_eq!(stage.mistaken(line, 7), code, "{line}");
    }
    assert_eq!(stage.refused("model register --commitment 5 --bond 0.5", 7), "BondTooSmall");
    assert_eq!(stage.refused("model register --commitment 0 --bond 1", 7), "CommitmentOutOfRange");
    assert_eq!(stage.refused("model register --commitment 5 --bond 1 --follows 9", 7), "UnknownModel");
    let dry = stage.done("model register --commitment 5 --bond 1 --dry-run", 7);
    assert_eq!((&dry["transaction"]["sent"], &dry["model"]), (&json!(false), &Value::Null));
    let made = stage.done("model register --commitment 5 --bond 1.5 --uri https://example.org", 7);
    assert_eq!(made["model"], "1");
    assert_eq!(stage.refused("model register --commitment 5 --bond 1", 8), "CommitmentTaken");
    assert_eq!(stage.done("model register --commitment 6 --bond 1 --follows 1", 7)["model"], "2");

    let shown = stage.read("model status --commitment 6");
    assert_eq!((&shown["model"], &shown["follows"], &shown["status"]), (&json!("2"), &json!("1"), &json!("active")));
    assert_eq!(stage.operator.user.json("model status --commitment 7").expect(2).error_code(), "model-unknown");
    assert_eq!(stage.operator.user.json("model status 3").expect(4).data()["contract_error"], "UnknownModel");

    assert_eq!(stage.refused("model halt 1 --reason no", 7), "AccessManagedUnauthorized");
    assert_eq!(stage.done("model flag 1 --reason doubt", 5)["status"], "flagged");
    assert_eq!(stage.done("model halt 1 --reason harm", 5)["status"], "halted");
    assert_eq!(stage.refused("model flag 1 --reason again", 5), "StatusNotWorse");
    assert_eq!(stage.refused("model restore 2 --reason x", 2), "AlreadyActive");
    let made = stage.done("model restore 1 --reason sorry", 2);
    stage.accept(&made);
    let shown = stage.read("model status 1");
    let reasons: Vec<&Value> = shown["history"].as_array().expect("a list").iter().map(|h| &h["reason"]).collect();
    assert_eq!((&shown["status"], reasons), (&json!("active"), vec![&json!("doubt"), &json!("harm"), &json!("sorry")]));
    assert!(stage.operator.user.say("model status 1").expect(0).stdout.contains("flagged -> halted: harm"));

    assert_eq!(stage.refused("model withdraw-bond 1", 7), "ModelNotRetired");
    assert_eq!(stage.refused("model retire 1", 8), "NotTheOwner");
    stage.done("model retire 1", 7);
    let paid = stage.done(&format!("model withdraw-bond 1 --to {}", stage.operator.accounts[4]), 7);
    assert_eq!(paid["amount"], "1500000000000000000");
    assert_eq!(stage.read("model status 1")["bond"], "0");
}

#[test]
fn policies_are_adopted_by_proposal_and_engagements_follow_their_clock() {
    let stage = Auditing::new();
    let user = &stage.operator.user;
    assert_eq!(stage.read("policy list")["policies"], json!([]));
    let made = stage.adopt_german(1000);
    let adopt = |options: &str| format!("policy adopt {options} --schema german/schema.json");
    let auditor = format!("--auditor {}", stage.operator.accounts[8]);
    for (options, code) in [
        (String::new(), "usage"),
        (auditor.clone(), "usage"),
        (format!("--pack nothing {auditor}"), "pack-unknown"),
        ("--pack four-fifths".to_owned(), "usage"),
        ("--pack four-fifths --auditor 0x12".to_owned(), "address-invalid"),
        (format!("--pack four-fifths {auditor} {auditor}"), "option-invalid"),
        (format!("--pack four-fifths {auditor} --threshold 2"), "option-invalid"),
        (format!("--pack four-fifths {auditor} --threshold 0"), "usage"),
        (format!("--pack four-fifths {auditor} --validity 0"), "usage"),
        (format!("none.toml {auditor}"), "file-not-found"),
    ] {
        assert_eq!(stage.mistaken(&adopt(&options), 2), code, "{options}");
    }
    assert_eq!(stage.refused(&adopt(&format!("--pack four-fifths {auditor}")), 3), "AccessManagedUnauthorized");
    let listed = stage.read("policy list")["policies"].clone();
    assert_eq!((&listed[0]["policy"], &listed[0]["words"]), (&json!("1"), &made["words"]));
    assert_eq!((&listed[0]["threshold"], &listed[0]["validity"]), (&json!(2), &json!(1000)));
    let shown = text(&stage.read(&format!("proposal show {}", text(&made["proposal"])))["description"]);
    assert!(shown.contains("```toml") && shown.contains("must sign"), "{shown}");
    assert!(user.say("policy list").expect(0).stdout.contains("2 of 2 must sign"));

    stage.done("model register --commitment 5 --bond 1", 7);
    assert_eq!(stage.refused("engagement open --model 2 --policy 1", 7), "UnknownModel");
    assert_eq!(stage.refused("engagement open --model 1 --policy 2", 7), "UnknownPolicy");
    assert_eq!(stage.refused("engagement open --model 1 --policy 1", 8), "AccessManagedUnauthorized");
    assert_eq!(stage.mistaken("engagement open --model 1 --policy one", 7), "id-invalid");
    assert_eq!(stage.done("engagement open --model 1 --policy 1", 6)["engagement"], "1");
    assert_eq!(stage.operator.user.json("engagement show 2").expect(4).data()["contract_error"], "UnknownEngagement");
    let shown = stage.read("engagement show 1");
    assert_eq!(
        (&shown["state"], &shown["data"], &shown["deadline"]),
        (&json!("awaiting-data"), &json!(null), &json!(null))
    );
    for (line, error) in [
        ("engagement acknowledge 1", "WrongState"),
        ("engagement object 1 --reason late", "WrongState"),
        ("engagement lapse 1", "DataStillDue"),
        ("engagement enforce 1", "WrongState"),
        ("engagement resolve 1", "WrongState"),
    ] {
        let account = if line.contains("resolve") { 2 } else { 7 };
        assert_eq!(stage.refused(line, account), error, "{line}");
    }
    assert_eq!(stage.mistaken("audit submit none --engagement 1", 7), "file-not-found");
    assert_eq!(stage.mistaken("data revoke --engagement 1 --reason x", 7), "data-unknown");
    assert_eq!(stage.mistaken("data revoke 0x12 --reason x", 7), "root-invalid");
    assert_eq!(stage.mistaken("data register german --engagement 1 --signature none.json", 8), "file-not-found");
    user.write_secret("bad.json", "{}");
    assert_eq!(stage.mistaken("data register german --engagement 1 --signature bad.json", 8), "signature-invalid");
    stage.operator.advance(3601);
    assert_eq!(stage.done("engagement lapse 1", 4)["state"], "lapsed");
    assert_eq!(stage.read("engagement list")["engagements"][0]["state"], "lapsed");
    assert!(user.say("engagement show 1").expect(0).stdout.contains("EngagementLapsed"));
    assert_eq!(stage.read("attestation list")["attestations"], json!([]));
    assert_eq!(user.json("attestation show 1").expect(4).data()["contract_error"], "UnknownAttestation");
    assert_eq!(user.json("attestation verify 1").expect(4).data()["contract_error"], "UnknownAttestation");
}

#[test]
fn milestones_are_proposed_funded_and_clawed_back() {
    let stage = Auditing::new();
    stage.adopt_german(1000);
    stage.done("model register --commitment 5 --bond 1", 7);
    let to = stage.operator.accounts[4].clone();
    let create = |rest: &str| format!("milestone create --model 1 --policy 1 --beneficiary {to} {rest}");
    for (rest, code) in [
        ("--amount 1", "usage"),
        ("--period 60", "usage"),
        ("--amount 1 --period 60 --deadline 5", "usage"),
        ("--amount x --period 60", "ether-invalid"),
        ("--units 5 --period 60", "usage"),
        ("--amount 1 --deadline 1099511627776", "option-invalid"),
    ] {
        assert_eq!(stage.mistaken(&create(rest), 2), code, "{rest}");
    }
    assert_eq!(stage.refused(&create("--amount 1 --deadline 5"), 2), "DeadlineInPast");
    assert_eq!(stage.refused(&create("--amount 0 --period 60"), 2), "NothingToPay");
    assert_eq!(
        stage.refused(&create("--amount 1 --period 600 --unfunded").replace("--model 1", "--model 2"), 2),
        "UnknownModel"
    );
    let made = stage.done(&create("--amount 1.5 --period 6000"), 2);
    assert_eq!((&made["amount"], &made["funded"]), (&json!("1500000000000000000"), &json!("1500000000000000000")));
    stage.accept(&made);
    let unfunded = stage.done(&create("--amount 2 --period 6000 --unfunded"), 2);
    stage.accept(&unfunded);
    let all = stage.read("milestone status")["milestones"].clone();
    assert_eq!((&all[0]["funded"], &all[1]["funded"]), (&json!("1500000000000000000"), &json!("0")));
    assert_eq!(stage.mistaken("milestone fund 2 --units 5", 7), "option-invalid");
    assert_eq!(stage.refused("milestone fund 2 --amount 3", 7), "TooMuch");
    assert_eq!(stage.refused("milestone fund 3 --amount 3", 7), "UnknownMilestone");
    stage.done("milestone fund 2 --amount 0.5", 7);
    assert_eq!(stage.read("milestone status 2")["funded"], "500000000000000000");

    let release = stage.from("milestone release 1", 8);
    assert_eq!(stage.operator.user.json(&release).expect(1).error_code(), "no-pass");
    assert_eq!(stage.refused("milestone release 1 --attestation 9", 8), "UnknownAttestation");
    assert_eq!(stage.refused("milestone claw-back 1", 8), "NotClawable");
    stage.done("model halt 1 --reason harm", 5);
    stage.done("milestone claw-back 1", 8);
    assert_eq!(stage.refused("milestone claw-back 1", 8), "MilestoneClosed");
    assert_eq!(stage.read("milestone status 1")["state"], "clawed-back");
    assert!(stage.operator.user.say("milestone status").expect(0).stdout.contains("1.5 ether"));
}

/// Tokens are approved and brought in one go, no more than the milestone lacks, and go back to the DAO.
#[test]
fn milestones_in_tokens_are_funded_and_clawed_back() {
    let stage = Auditing::new();
    stage.adopt_german(1000);
    stage.done("model register --commitment 5 --bond 1", 7);
    let holder: Address = stage.operator.accounts[7].parse().expect("an address");
    let token = stage.operator.deploy_peer("VotesToken", None, &(holder, U256::from(1000)).abi_encode_params());
    let balance = |of: &Value| {
        let account = text(of).parse().expect("an address");
        stage.operator.number(&token, &balanceOfCall { account }.abi_encode()).to::<u64>()
    };
    let to = stage.operator.accounts[4].clone();
    let create = format!("milestone create --model 1 --policy 1 --beneficiary {to} --token {token} --period 6000");
    assert_eq!(stage.mistaken(&create, 2), "usage", "no --units");
    assert_eq!(stage.mistaken(&format!("{create} --units 5 --amount 1"), 2), "usage");
    let made = stage.done(&format!("{create} --units 500"), 2);
    assert_eq!((&made["amount"], &made["funded"]), (&json!("500"), &json!("0")), "the treasury pays ether only");
    stage.accept(&made);

    let treasury = stage.read("dao status")["audit"]["milestone_treasury"].clone();
    assert_eq!(stage.mistaken("milestone fund 1 --amount 1", 7), "option-invalid");
    assert_eq!(stage.mistaken("milestone fund 1 --units 1e2", 7), "units-invalid");
    let dry = stage.done("milestone fund 1 --units 200 --dry-run", 7);
    let call = (&dry["transaction"]["sent"], &dry["transaction"]["function"], &dry["transaction"]["to"]);
    assert_eq!(call, (&json!(false), &json!("approve"), &json!(token.parse::<Address>().expect("an address"))));
    // Who has no tokens may approve them, and brings none.
    stage.operator.user.json(&stage.from("milestone fund 1 --units 200", 8)).expect(4);
    assert_eq!(balance(&treasury), 0);
    assert_eq!(stage.done("milestone fund 1 --units 200", 7)["amount"], "200");
    assert_eq!((balance(&treasury), balance(&json!(holder))), (200, 800));
    // More than it lacks is refused.
    stage.operator.user.json(&stage.from("milestone fund 1 --units 301", 7)).expect(4);
    assert_eq!(balance(&treasury), 200);
    stage.done("milestone fund 1 --units 300", 7);
    assert_eq!((&stage.read("milestone status 1")["funded"], balance(&treasury)), (&json!("500"), 500));
    assert!(stage.operator.user.say("milestone status 1").expect(0).stdout.contains("500 units of"));

    stage.done("model halt 1 --reason harm", 5);
    stage.done("milestone claw-back 1", 8);
    let timelock = stage.read("dao status")["contracts"]["timelock"].clone();
    assert_eq!((balance(&treasury), balance(&timelock)), (0, 500));
    assert_eq!(stage.refused("milestone fund 1 --units 1", 7), "MilestoneClosed");
}
