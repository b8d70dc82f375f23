//! `tabella vote` and `tabella tally` on a real chain: one election from its opening to the Governor's count.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::dao::{Operator, text};
use crate::keys::shared_keys;
use crate::support::{Run, mode};

/// An election with its members; `alice`, `bob` and `carol` have the weights 1, 20 and 300.
pub(crate) struct Election {
    pub(crate) operator: Operator,
    pub(crate) proposal: String,
}

impl Election {
    pub(crate) fn new() -> Self {
        let operator = Operator::with_dao("--weighted");
        let (user, registrar, proposer) = (&operator.user, &operator.accounts[1], &operator.accounts[2]);
        for (name, weight) in [("alice", 1), ("bob", 20), ("carol", 300)] {
            user.json(&format!("identity new {name} --passphrase-file pass")).expect(0);
            user.json(&format!("electorate add --identity {name} --weight {weight} --from {registrar}")).expect(0);
        }
        let to = &operator.accounts[7];
        let made = user.json(&format!("proposal create --title Pay --to {to} --from {proposer}")).expect(0).data();
        let proposal = text(&made["proposal"]);
        operator.advance(11);
        // Too late for this proposal.
        user.json("identity new late --passphrase-file pass").expect(0);
        user.json(&format!("electorate add --identity late --weight 5 --from {registrar}")).expect(0);
        Self { operator, proposal }
    }

    pub(crate) fn relayer(&self) -> String {
        format!("--from {}", self.operator.accounts[5])
    }

    pub(crate) fn open(&self) {
        self.operator.user.json(&format!("proposal open {} {}", self.proposal, self.relayer())).expect(0);
    }

    pub(crate) fn cast(&self, name: &str, choice: &str, options: &str) -> Run {
        let keys = shared_keys();
        self.operator.user.json(&format!(
            "vote cast {} --identity {name} --choice {choice} --passphrase-file pass --keys {} {options}",
            self.proposal,
            keys.display()
        ))
    }

    pub(crate) fn check(&self, whose: &str) -> Run {
        self.operator.user.json(&format!("vote check {} {whose}", self.proposal))
    }

    pub(crate) fn tally(&self, options: &str) -> Run {
        let keys = shared_keys();
        let (user, trustee) = (&self.operator.user, &self.operator.accounts[3]);
        user.json(&format!("tally {} --keys {} --from {trustee} {options}", self.proposal, keys.display()))
    }

    pub(crate) fn receipts(&self) -> Vec<PathBuf> {
        let dir = self.operator.user.home().join("receipts");
        let entries = fs::read_dir(&dir).map(|entries| entries.map(|entry| entry.expect("an entry").path()).collect());
        entries.unwrap_or_default()
    }
}

fn contract_error(run: &Run) -> String {
    text(&run.data()["contract_error"])
}

#[test]
fn an_election_from_the_first_ballot_to_the_result() {
    let election = Election::new();
    early(&election);
    election.open();
    ballots(&election);
    checks(&election);
    tally(&election);
}

/// Nothing is possible before the box is open.
fn early(election: &Election) {
    let relayer = election.relayer();
    assert_eq!(contract_error(&election.cast("alice", "for", &relayer).expect(4)), "ElectionNotOpened");
    assert_eq!(contract_error(&election.tally("").expect(4)), "ElectionNotOpened");
    assert!(election.receipts().is_empty());
}

fn ballots(election: &Election) {
    let (user, relayer) = (&election.operator.user, election.relayer());
    assert_eq!(election.cast("late", "for", &relayer).expect(1).error_code(), "not-a-member");
    let dry = election.cast("alice", "for", &format!("{relayer} --dry-run")).expect(0).data();
    assert_eq!((&dry["transaction"]["sent"], &dry["transaction"]["function"]), (&json!(false), &json!("cast")));
    assert!(election.receipts().is_empty(), "a dry run leaves no receipt");

    let poor = user.write_secret("poor.key", "11".repeat(32));
    let run = election.cast("alice", "for", &format!("--private-key-file {}", poor.display())).expect(2);
    assert_eq!(run.error_code(), "insufficient-funds");
    let account = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A";
    user.json(&format!("devnet fund {account} 1")).expect(0);
    let sent = election.cast("alice", "for", &format!("--private-key-file {}", poor.display())).expect(0).data();
    assert!(
        sent["transaction"]["gas"].as_str().and_then(|gas| gas.parse::<u64>().ok()).is_some_and(|gas| gas < 340_000)
    );
    let again = election.cast("alice", "against", &relayer).expect(4);
    assert_eq!(contract_error(&again), "NullifierSpent");

    let bound = &election.operator.accounts[6];
    election.cast("bob", "abstain", &format!("--bind {bound} --out bob.json")).expect(0);
    assert_eq!(election.cast("bob", "for", "--out bob.json").expect(2).error_code(), "file-exists");
    assert_eq!(contract_error(&user.json(&format!("vote send bob.json {relayer}")).expect(4)), "BoundToAnother");
    damaged_ballots(election);
    user.json(&format!("vote send bob.json --from {bound}")).expect(0);
    for receipt in election.receipts() {
        assert_eq!(mode(&receipt), 0o600);
        let text = fs::read_to_string(&receipt).expect("the receipt");
        assert!(!text.contains("choice") && !text.contains("rho") && !text.contains("random"), "{text}");
    }
}

/// A ballot's file with anything changed is refused, by the program or by the contract, and never a panic.
fn damaged_ballots(election: &Election) {
    let (user, relayer) = (&election.operator.user, election.relayer());
    let good = fs::read_to_string(user.work("bob.json")).expect("the ballot");
    let ballot: Value = serde_json::from_str(&good).expect("JSON");
    let change = |name: &str, value: Value| {
        let mut changed = ballot.clone();
        changed[name] = value;
        changed.to_string()
    };
    let zero = "0x0000000000000000000000000000000000000000";
    let swapped = json!({ "pi_a": ballot["proof"]["pi_c"], "pi_b": ballot["proof"]["pi_b"], "pi_c": ballot["proof"]["pi_a"],
        "protocol": "groth16", "curve": "bn128" });
    for (text, exit, code) in [
        (String::new(), 2, "ballot-invalid"),
        (good[..good.len() / 2].to_owned(), 2, "ballot-invalid"),
        (change("schema_version", json!(9)), 2, "ballot-invalid"),
        (change("kind", json!("tabella-receipt")), 2, "ballot-invalid"),
        (change("extra", json!(1)), 2, "ballot-invalid"),
        (change("words", json!([])), 2, "ballot-invalid"),
        (change("h", json!("1")), 2, "ballot-invalid"),
        (change("binding", json!(zero)), 2, "ballot-invalid"),
        (change("proposal", json!("17")), 2, "ballot-invalid"),
        (change("chain_id", json!(1)), 2, "ballot-invalid"),
        (change("proof", json!({})), 2, "ballot-invalid"),
    ] {
        user.write_secret("changed.json", &text);
        assert_eq!(user.json(&format!("vote send changed.json {relayer}")).expect(exit).error_code(), code, "{text}");
        let verified = user.json(&format!("verify proof --ballot changed.json --keys {}", shared_keys().display()));
        assert!(verified.code == 1 || verified.code == 2, "{text}");
    }
    user.write_secret("changed.json", change("proof", swapped));
    let bound = &election.operator.accounts[6];
    assert_eq!(contract_error(&user.json(&format!("vote send changed.json --from {bound}")).expect(4)), "ProofInvalid");
    let verified =
        user.json(&format!("verify proof --ballot changed.json --keys {}", shared_keys().display())).expect(1);
    assert_eq!(verified.error_code(), "proof-invalid");
    user.json(&format!("verify proof --ballot bob.json --keys {}", shared_keys().display())).expect(0);
}

fn checks(election: &Election) {
    let whose = |name: &str| format!("--identity {name} --passphrase-file pass");
    let found = election.check(&whose("alice")).expect(0).data();
    assert_eq!(
        (&found["on_chain"], &found["summed"], &found["ciphertext_equal"]),
        (&json!(true), &json!(true), &json!(true))
    );
    assert_eq!(election.check(&whose("carol")).expect(1).error_code(), "ballot-not-found");
    for receipt in election.receipts() {
        let text = fs::read_to_string(&receipt).expect("the receipt");
        let mut changed: Value = serde_json::from_str(&text).expect("JSON");
        // alice's first receipt is of a ballot that could not be paid for; every other one is on the chain.
        let run = election.check(&format!("--receipt {}", receipt.display()));
        assert!(run.code == 0 || run.error_code() == "ballot-differs");
        changed["ciphertext"][0] = json!("1");
        election.operator.user.write_secret("receipt.json", changed.to_string());
        assert_eq!(election.check("--receipt receipt.json").expect(1).error_code(), "ballot-differs");
        changed["proposal"] = json!("17");
        election.operator.user.write_secret("receipt.json", changed.to_string());
        assert_eq!(election.check("--receipt receipt.json").expect(2).error_code(), "receipt-of-another-election");
    }
    assert_eq!(election.check("").expect(2).error_code(), "usage");
}

/// Nothing before the close; then step by step, each step once.
fn tally(election: &Election) {
    let secret = "--trustee tamsin --passphrase-file pass";
    assert_eq!(election.tally(secret).expect(1).error_code(), "voting-not-closed");
    election.operator.advance(9000);
    assert_eq!(contract_error(&election.cast("carol", "for", &election.relayer()).expect(4)), "VotingClosed");
    assert_eq!(election.tally("").expect(2).error_code(), "share-missing");
    let user = &election.operator.user;
    user.json("trustee new other --passphrase-file pass").expect(0);
    let other = election.tally("--trustee other --passphrase-file pass").expect(2);
    assert_eq!(other.error_code(), "trustee-mismatch");

    let dry = election.tally(&format!("{secret} --dry-run")).expect(0).data();
    assert_eq!(dry["share"]["sent"], json!(false));
    let first = election.tally(&format!("{secret} --no-cast-result")).expect(0).data();
    assert_eq!(first["totals"], json!({ "against": "0", "for": "1", "abstain": "20" }));
    assert!(first["result"].is_null());
    // Anyone may finish, and again finds nothing left to do.
    let second = election.tally("").expect(0).data();
    assert_eq!((&second["tally"], &second["result"]["sent"]), (&json!("recorded already"), &json!(true)));
    let third = election.tally("").expect(0).data();
    assert_eq!(third["result"], "cast already");
    let shown = user.json(&format!("proposal show {}", election.proposal)).expect(0).data();
    assert_eq!(shown["votes"], json!({ "against": "0", "for": "1", "abstain": "20" }));
    assert_eq!(shown["ballot_box"]["status"], "result-cast");
}

#[test]
fn attack_35_an_election_with_too_few_ballots_is_never_opened() {
    let election = Election::new();
    election.open();
    election.cast("alice", "for", &election.relayer()).expect(0);
    election.operator.advance(9000);
    let run = election.tally("--trustee tamsin --passphrase-file pass").expect(1);
    assert_eq!(run.error_code(), "turnout-too-low");
    let shown = election.operator.user.json(&format!("proposal show {}", election.proposal)).expect(0).data();
    assert_eq!(shown["ballot_box"]["status"], "below-turnout");
    election.operator.advance(1001);
    let shown = election.operator.user.json(&format!("proposal show {}", election.proposal)).expect(0).data();
    assert_eq!(shown["state"], "defeated");
}
