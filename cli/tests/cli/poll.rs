//! `tabella poll` and `tabella vote submit` on a real chain: polls under several rules, and ballots sent in batches.

use serde_json::{Value, json};

use crate::dao::{Operator, text};
use crate::keys::shared_keys;
use crate::support::Run;

/// A DAO with a poll box and the members alice (1), bob (20) and carol (300).
struct Polls {
    operator: Operator,
}

impl Polls {
    fn new() -> Self {
        let operator = Operator::with_dao("--weighted");
        let registrar = &operator.accounts[1];
        for (name, weight) in [("alice", 1), ("bob", 20), ("carol", 300)] {
            operator.user.json(&format!("identity new {name} --passphrase-file pass")).expect(0);
            let add = format!("electorate add --identity {name} --weight {weight} --from {registrar}");
            operator.user.json(&add).expect(0);
        }
        Self { operator }
    }

    fn run(&self, line: &str) -> Run {
        self.operator.user.json(line)
    }

    /// The deployer may create polls.
    fn create(&self, title: &str, options: &str) -> Run {
        let times = "--delay 10 --period 1000 --tally-period 500 --min-turnout 2";
        let from = &self.operator.accounts[0];
        self.run(&format!("poll create --title {title} {options} {times} --from {from}"))
    }

    /// A poll that takes ballots.
    fn opened(&self, title: &str, options: &str) -> String {
        let poll = text(&self.create(title, options).expect(0).data()["poll"]);
        self.operator.advance(11);
        let opened = self.run(&format!("poll open {poll} {}", self.relayer())).expect(0).data();
        assert_eq!(opened["members"], 3);
        poll
    }

    fn relayer(&self) -> String {
        format!("--from {}", self.operator.accounts[5])
    }

    fn cast(&self, poll: &str, name: &str, choice: &str, how: &str) -> Run {
        let keys = shared_keys();
        let whose = format!("--identity {name} --passphrase-file pass --keys {}", keys.display());
        self.run(&format!("vote cast {poll} --choice {choice} {whose} {how}"))
    }

    fn submit(&self, files: &str) -> Run {
        self.run(&format!("vote submit {files} --keys {} {}", shared_keys().display(), self.relayer()))
    }

    fn tally(&self, poll: &str) -> Value {
        self.operator.advance(1000);
        let trustee = &self.operator.accounts[3];
        let whose = format!("--trustee tamsin --passphrase-file pass --keys {}", shared_keys().display());
        self.run(&format!("tally {poll} {whose} --from {trustee}")).expect(0).data()
    }
}

fn contract_error(run: &Run) -> String {
    text(&run.data()["contract_error"])
}

#[test]
fn a_poll_of_approvals_with_ballots_in_a_batch() {
    let polls = Polls::new();
    assert_eq!(polls.run("poll list").expect(0).data()["polls"], json!([]));
    let poll = polls.opened("Audits", "--rule approval --options 5 --limit 2");
    assert_eq!(contract_error(&polls.run(&format!("poll open {poll} {}", polls.relayer())).expect(4)), "AlreadyOpened");
    for (choice, code) in [("0,1,2", "ballot-invalid"), ("5", "choice-invalid"), ("for", "choice-invalid")] {
        assert_eq!(polls.cast(&poll, "alice", choice, "--out x.json").expect(2).error_code(), code, "{choice}");
    }
    polls.cast(&poll, "alice", "0,3", "--out alice.json").expect(0);
    polls.cast(&poll, "bob", "3", "--out bob.json").expect(0);
    polls.cast(&poll, "bob", "1", "--out again.json").expect(0);
    let keys = shared_keys();
    polls.run(&format!("verify proof --ballot alice.json --keys {}", keys.display())).expect(0);
    damaged_batches(&polls);

    // The same member twice, and the same file twice: counted once.
    let sent = polls.submit("alice.json bob.json again.json alice.json").expect(0).data();
    assert_eq!((&sent["cast"], &sent["skipped"]), (&json!(2), &json!(2)));
    let transactions = sent["transactions"].as_array().expect("a list");
    assert_eq!((transactions.len(), &transactions[0]["function"]), (1, &json!("PollBox.castBatch")));
    let statuses: Vec<String> =
        sent["ballots"].as_array().expect("rows").iter().map(|row| text(&row["status"])).collect();
    assert_eq!(statuses.iter().filter(|status| *status == "cast").count(), 2);
    let nothing = polls.submit("again.json").expect(0).data();
    assert_eq!((&nothing["cast"], &nothing["transactions"]), (&json!(0), &json!([])));
    polls.cast(&poll, "carol", "none", &polls.relayer()).expect(0);
    let checked = polls.run(&format!("vote check {poll} --identity bob --passphrase-file pass")).expect(0).data();
    assert_eq!(checked["summed"], true);

    let tallied = polls.tally(&poll);
    assert_eq!(tallied["totals"], json!(["1", "0", "0", "21", "0", "0", "0", "0"]));
    assert!(tallied["result"].is_null(), "no Governor counts a poll");
    let shown = polls.run(&format!("poll show {poll}")).expect(0).data();
    assert_eq!((&shown["status"], &shown["ballots"]), (&json!("tallied"), &json!(3)));
    assert_eq!(shown["totals"], json!(["1", "0", "0", "21", "0"]));
}

/// What the box would refuse with the whole batch is refused before, with the file's name.
fn damaged_batches(polls: &Polls) {
    let user = &polls.operator.user;
    let good = std::fs::read_to_string(user.work("bob.json")).expect("the ballot");
    let mut forged: Value = serde_json::from_str(&good).expect("JSON");
    forged["proof"]["pi_a"] = forged["proof"]["pi_c"].clone();
    user.write_secret("forged.json", forged.to_string());
    let run = polls.submit("alice.json forged.json").expect(1);
    assert_eq!(run.error_code(), "proof-invalid");
    assert!(run.envelope().to_string().contains("forged.json"), "it names the file");
    user.write_secret("broken.json", &good[..100]);
    assert_eq!(polls.submit("alice.json broken.json").expect(2).error_code(), "ballot-invalid");
    assert_eq!(polls.submit("missing.json").expect(2).error_code(), "file-not-found");
}

#[test]
fn polls_of_votes_and_of_squares() {
    let polls = Polls::new();
    let split = polls.opened("Budget", "--rule split --options 3 --limit 10");
    polls.cast(&split, "alice", "0=3,2=7", &polls.relayer()).expect(0);
    assert_eq!(polls.cast(&split, "bob", "0=201", &polls.relayer()).expect(2).error_code(), "ballot-invalid");
    polls.cast(&split, "bob", "1=200", &polls.relayer()).expect(0);
    assert_eq!(polls.tally(&split)["totals"], json!(["3", "200", "7", "0", "0", "0", "0", "0"]));

    let quadratic = polls.opened("Ideas", "--rule quadratic --options 8 --limit 4");
    // 80 credits: 64 + 16.
    assert_eq!(polls.cast(&quadratic, "bob", "0=8,1=5", &polls.relayer()).expect(2).error_code(), "ballot-invalid");
    polls.cast(&quadratic, "bob", "0=8,1=4", &polls.relayer()).expect(0);
    polls.cast(&quadratic, "carol", "7=34", &polls.relayer()).expect(0);
    assert_eq!(polls.tally(&quadratic)["totals"], json!(["8", "4", "0", "0", "0", "0", "0", "34"]));
    let listed = polls.run("poll list").expect(0).data();
    let titles: Vec<String> =
        listed["polls"].as_array().expect("a list").iter().map(|poll| text(&poll["title"])).collect();
    assert_eq!(titles, ["Budget", "Ideas"]);
}

#[test]
fn polls_are_created_by_the_pollster_and_only_where_there_is_a_box() {
    let polls = Polls::new();
    let other = &polls.operator.accounts[5];
    let line = format!("poll create --title Coup --options 2 --from {other}");
    assert_eq!(contract_error(&polls.run(&line).expect(4)), "AccessManagedUnauthorized");
    let dry = polls.create("Dry", "--options 2 --dry-run").expect(0).data();
    assert_eq!(dry["transaction"]["sent"], false);
    assert!(dry["poll"].is_null());
    for (options, code) in
        [("--options 1", "usage"), ("--options 9", "usage"), ("--options 3 --limit 2", "option-invalid")]
    {
        assert_eq!(polls.create("Bad", options).expect(2).error_code(), code, "{options}");
    }
    assert_eq!(polls.run("poll show 17").expect(2).error_code(), "poll-unknown");
    let early = text(&polls.create("Early", "--options 2").expect(0).data()["poll"]);
    assert_eq!(contract_error(&polls.run(&format!("poll open {early} {}", polls.relayer())).expect(4)), "PollNotBegun");
    // A deployment without the poll box, such as one made from a file with three keys.
    let file = polls.operator.user.home().join("dao.json");
    let mut deployment: Value = serde_json::from_str(&std::fs::read_to_string(&file).expect("the file")).expect("JSON");
    deployment.as_object_mut().expect("an object").remove("polls");
    polls.operator.user.write_secret("no-polls.json", deployment.to_string());
    assert_eq!(polls.run("poll list --dao no-polls.json").expect(2).error_code(), "no-polls");
}
