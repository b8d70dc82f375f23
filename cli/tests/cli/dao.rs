//! `tabella dao`, `electorate` and `proposal` on a real chain.

use std::fs;

use serde_json::{Value, json};

use crate::support::{User, mode};

/// A user with a devnet, a trustee and what its accounts are.
pub(crate) struct Operator {
    pub(crate) user: User,
    pub(crate) accounts: Vec<String>,
}

impl Operator {
    pub(crate) fn new() -> Self {
        let user = User::new();
        user.json("devnet start").expect(0);
        user.json("trustee new tamsin --passphrase-file pass").expect(0);
        let accounts = user.json("devnet accounts").expect(0).data();
        let accounts = accounts["accounts"].as_array().expect("a list").iter().map(|a| text(&a["address"])).collect();
        Self { user, accounts }
    }

    /// The same with a DAO: account 0 deploys, 1 is registrar, 2 proposes, 3 is the trustee's.
    pub(crate) fn with_dao(kind: &str) -> Self {
        let operator = Self::new();
        operator.user.json(&operator.deploy(kind)).expect(0);
        operator
    }

    pub(crate) fn deploy(&self, kind: &str) -> String {
        let [deployer, registrar, proposer, trustee, ..] = self.accounts.as_slice() else { panic!("anvil has ten") };
        format!(
            "dao deploy {kind} --trustee tamsin --trustee-address {trustee} --registrar {registrar} --proposer {proposer} \
             --voting-delay 10 --voting-period 10000 --tally-period 1000 --min-turnout 2 --timelock-delay 60 --from {deployer}"
        )
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.user.json(&format!("devnet advance {seconds}")).expect(0);
    }

    /// Transactions that an account has sent.
    fn sent(&self, account: &str) -> Value {
        self.rpc("eth_getTransactionCount", json!([account, "latest"]))
    }

    pub(crate) fn rpc(&self, method: &str, params: Value) -> Value {
        let url = text(&self.user.json("devnet status").expect(0).data()["url"]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let answer = runtime.block_on(async {
            let chain = tabella_contracts::Chain::connect(&url).await?;
            chain.raw(Box::leak(method.to_owned().into_boxed_str()), params).await
        });
        answer.expect("the chain answers")
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

#[test]
fn a_dao_is_deployed_once_and_its_file_is_the_whole_truth() {
    let operator = Operator::new();
    let (user, line) = (&operator.user, operator.deploy("--weighted"));
    let dry = user.json(&format!("{line} --dry-run")).expect(0).data();
    assert_eq!((&dry["sent"], dry["contracts"].as_array().map(Vec::len)), (&json!(false), Some(13)));
    assert_eq!(operator.sent(&operator.accounts[0]), "0x0", "a dry run sends nothing");
    assert!(!user.home().join("dao.json").exists());

    let run = user.json(&line).expect(0);
    let steps = run.data()["steps"].as_array().expect("a list").len();
    assert_eq!(operator.sent(&operator.accounts[0]), format!("{steps:#x}"));
    assert!(run.envelope()["warnings"].to_string().contains("development keys"));
    let file = user.home().join("dao.json");
    assert_eq!(mode(&file), 0o600);
    assert!(!user.home().join("dao.unfinished.json").exists());
    let again = user.json(&line).expect(2);
    assert_eq!(again.error_code(), "file-exists");

    let status = user.json("dao status").expect(0).data();
    let settings = &status["settings"];
    assert_eq!((&settings["voting_period"], &settings["min_turnout"]), (&json!(10_000), &json!(2)));
    let human = user.say("dao status").expect(0).stdout;
    assert!(human.contains(&text(&status["contracts"]["governor"])[2..6]) || human.contains("Governor"));
}

#[test]
fn an_unfinished_deployment_is_finished_or_says_what_is_in_the_way() {
    let operator = Operator::new();
    let (user, line) = (&operator.user, operator.deploy("--plain"));
    user.json(&line).expect(0);
    let whole = fs::read_to_string(user.home().join("dao.json")).expect("the file");
    let deployed: Value = serde_json::from_str(&whole).expect("JSON");

    // As if the program had been killed after its first contract: the journal is there, the file is not.
    fs::remove_file(user.home().join("dao.json")).expect("it is there");
    let journal = user.home().join("dao.unfinished.json");
    let keys = user.json("trustee show tamsin --options 8").expect(0).data();
    let [deployer, registrar, proposer, trustee, ..] = operator.accounts.as_slice() else { panic!("anvil has ten") };
    let plan = json!({ "name": "Tabella", "weighted": false, "unit": "1", "voting_delay": 10, "voting_period": 10_000,
        "tally_period": 1000, "min_turnout": 2, "quorum_percent": 10, "timelock_delay": 60, "registrar": registrar,
        "proposer": proposer, "pollster": deployer, "trustee": trustee, "keys": words(&keys["keys"]), "eighths": words(&keys["eighths"]) });
    let electorate = &deployed["contracts"]["electorate"];
    let text = json!({ "schema_version": 1, "chain_id": 31337, "deployer": deployer, "block": 0, "plan": plan,
        "created": { "Electorate": electorate }, "done": {} });
    fs::write(&journal, text.to_string()).expect("it can be written");

    let other = user.json(&format!("{line} --unit 7")).expect(2);
    assert_eq!(other.error_code(), "unfinished-deployment");
    let mut elsewhere = text.clone();
    elsewhere["created"]["Electorate"] = json!("0x1111111111111111111111111111111111111111");
    fs::write(&journal, elsewhere.to_string()).expect("it can be written");
    assert_eq!(user.json(&line).expect(3).error_code(), "no-contract");
    fs::write(&journal, "{").expect("it can be written");
    assert_eq!(user.json(&line).expect(2).error_code(), "journal-invalid");

    // The electorate of the journal belongs to another AccessManager, so the contracts refuse; nothing is written over.
    fs::write(&journal, text.to_string()).expect("it can be written");
    let refused = user.json(&line).expect(4);
    assert!(refused.envelope()["errors"][0]["message"].as_str().is_some_and(|m| m.contains("AccessManaged")));
    assert!(!user.home().join("dao.json").exists() && journal.exists());
    fs::remove_file(&journal).expect("it is there");
    user.json(&line).expect(0);
}

/// Points as the journal has them: decimal words become the numbers that serde reads.
fn words(points: &Value) -> Value {
    let word =
        |x: &Value| json!(alloy::primitives::U256::from_str_radix(x.as_str().expect("text"), 10).expect("decimal"));
    let point = |p: &Value| json!(p.as_array().expect("a pair").iter().map(word).collect::<Vec<_>>());
    json!(points.as_array().expect("a list").iter().map(point).collect::<Vec<_>>())
}

#[test]
fn options_that_the_contracts_would_refuse_are_refused_first() {
    let user = User::new();
    user.json("trustee new tamsin --passphrase-file pass").expect(0);
    let from = "--trustee tamsin --from 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    for (options, code) in [
        ("", "usage"),
        ("--weighted --plain", "usage"),
        ("--plain --tally-period 0", "option-invalid"),
        ("--plain --tally-period 100 --voting-period 100", "option-invalid"),
        ("--plain --min-turnout 1", "option-invalid"),
        ("--plain --unit 0", "option-invalid"),
        ("--plain --unit 309485009821345068724781057", "option-invalid"),
        ("--plain --unit x", "unit-invalid"),
        ("--plain --quorum-percent 101", "usage"),
        ("--plain --voting-delay 281474976710656", "option-invalid"),
        ("--plain --registrar 0x12", "address-invalid"),
    ] {
        assert_eq!(user.json(&format!("dao deploy {options} {from}")).expect(2).error_code(), code, "{options}");
    }
    assert_eq!(user.json("dao status").expect(2).error_code(), "file-not-found");
}

#[test]
fn a_trustee_may_live_elsewhere() {
    let operator = Operator::new();
    let user = &operator.user;
    let shown = user.json("trustee show tamsin").expect(0);
    user.write_secret("public.json", &shown.stdout);
    let line = operator.deploy("--plain").replace("--trustee tamsin", "--trustee-file public.json");
    for (from, to) in [("\"data\"", "\"other\""), ("\"keys\":[[\"", "\"keys\":[[\"1")] {
        user.write_secret("public.json", shown.stdout.replacen(from, to, 1));
        user.json(&line).expect(2);
    }
    user.write_secret("public.json", &shown.stdout);
    user.json(&line).expect(0);
}

#[test]
fn the_chain_must_be_the_daos() {
    let operator = Operator::with_dao("--plain");
    let user = &operator.user;
    let file = user.home().join("dao.json");
    let good = fs::read_to_string(&file).expect("the file");
    for (from, to, exit, code) in [
        ("31337", "1", 3, "wrong-chain"),
        ("\"schema_version\": 1", "\"schema_version\": 2", 2, "deployment-invalid"),
        ("\"electorate\": \"0x", "\"electorate\": \"0x11", 2, "deployment-invalid"),
        ("{", "", 2, "deployment-invalid"),
    ] {
        fs::write(&file, good.replacen(from, to, 1)).expect("it can be written");
        assert_eq!(user.json("electorate show").expect(exit).error_code(), code);
    }
    fs::write(&file, good).expect("it can be written");
    user.json("electorate show").expect(0);
    let nobody = user.json("electorate show --rpc http://127.0.0.1:1").expect(3);
    assert_eq!(nobody.error_code(), "chain-unreachable");
    user.json("devnet stop").expect(0);
    user.json("devnet start").expect(0);
    assert_eq!(user.json("electorate show").expect(3).error_code(), "no-contract", "a new devnet has forgotten it");
}

#[test]
fn members_are_admitted_from_a_file_and_the_rest_later() {
    let operator = Operator::with_dao("--weighted");
    let (user, registrar) = (&operator.user, &operator.accounts[1]);
    let add = |options: &str| format!("electorate add {options} --from {registrar}");
    for (options, exit, code) in [
        ("--commitment 5", 2, "weight-missing"),
        ("--commitment 0 --weight 1", 4, "refused"),
        ("--commitment x --weight 1", 2, "field-invalid"),
        (
            "--commitment 21888242871839275222246405745257275088548364400416034343698204186575808495617 --weight 1",
            2,
            "field-invalid",
        ),
        ("--commitment 5 --weight 0", 4, "refused"),
        ("--commitment 5 --weight 4294967296", 2, "usage"),
        ("--identity nobody --weight 1", 2, "not-found"),
        ("--csv none.csv", 2, "file-not-found"),
        ("--commitment 5 --csv none.csv", 2, "usage"),
    ] {
        assert_eq!(user.json(&add(options)).expect(exit).error_code(), code, "{options}");
    }
    for bad in [
        "",
        "commitment;weight\n5,1\n",
        "commitment,weight\n",
        "commitment,weight\n5,x\n",
        "commitment,weight\nx,1\n",
        "commitment\n5\n",
    ] {
        user.write_secret("members.csv", bad);
        user.json(&add("--csv members.csv")).expect(2);
    }
    assert_eq!(operator.sent(registrar), "0x0", "a bad file admits nobody");

    user.json(&add("--commitment 5 --weight 9")).expect(0);
    user.write_secret("members.csv", "commitment,weight\n5,9\n6,10\n0x7,11\n");
    let run = user.json(&add("--csv members.csv")).expect(0).data();
    assert_eq!((&run["skipped"], run["members"].as_array().map(Vec::len)), (&json!(1), Some(2)));
    user.write_secret("members.csv", "commitment,weight\n5,8\n");
    assert_eq!(user.json(&add("--csv members.csv")).expect(2).error_code(), "member-with-another-weight");
    let again = user.json(&add("--commitment 5 --weight 9")).expect(4);
    assert_eq!(again.data()["contract_error"], "AlreadyMember");
    let wrong =
        user.json(&format!("electorate add --commitment 8 --weight 1 --from {}", operator.accounts[5])).expect(4);
    assert_eq!(wrong.data()["contract_error"], "AccessManagedUnauthorized");

    let shown = user.json("electorate show").expect(0).data();
    assert_eq!((&shown["size"], &shown["total_weight"]), (&json!(3), &json!("30")));
    assert_eq!(shown["root"], user.json("electorate root").expect(0).data()["root"]);
}

#[test]
fn proposals_are_made_by_the_role_and_shown_to_all() {
    let operator = Operator::with_dao("--plain");
    let (user, proposer) = (&operator.user, &operator.accounts[2]);
    let to = &operator.accounts[7];
    assert_eq!(user.json("proposal list").expect(0).data()["proposals"], json!([]));
    for (options, code) in [
        (format!("--title x --to {to} --value 1 --value 2"), "usage"),
        (format!("--title x --to {to} --value -1"), "usage"),
        (format!("--title x --to {to} --value 1e3"), "ether-invalid"),
        (format!("--title x --to {to} --calldata 0xz"), "calldata-invalid"),
        ("--title x --to 0x12".to_owned(), "address-invalid"),
        ("--title x".to_owned(), "usage"),
        (format!("--to {to}"), "usage"),
    ] {
        assert_eq!(
            user.json(&format!("proposal create {options} --from {proposer}")).expect(2).error_code(),
            code,
            "{options}"
        );
    }
    let refused = user.json(&format!("proposal create --title x --to {to} --from {}", operator.accounts[0])).expect(4);
    assert_eq!(refused.data()["contract_error"], "AccessManagedUnauthorized");

    user.write_secret("text.md", "why\nand \x1b[31mhow\n");
    let line = format!(
        "proposal create --title Pay --description-file text.md --to {to} --value 1.5 --to {to} --value 0 --calldata 0x --calldata 0xff --from {proposer}"
    );
    let dry = user.json(&format!("{line} --dry-run")).expect(0).data();
    assert_eq!(dry["transaction"]["function"], "propose");
    assert!(dry["transaction"]["arguments"].to_string().contains("1500000000000000000"));
    let made = user.json(&line).expect(0).data();
    assert_eq!(made["proposal"], dry["proposal"]);
    let id = text(&made["proposal"]);
    let shown = user.json(&format!("proposal show {id}")).expect(0).data();
    assert_eq!((&shown["state"], &shown["title"]), (&json!("pending"), &json!("Pay")));
    assert_eq!(shown["actions"][1], json!({ "to": to.to_lowercase(), "value": "0", "calldata": "0xff" }));
    assert!(
        shown["description"].as_str().is_some_and(|text| text.contains("\x1b[31m")),
        "JSON keeps the text as it is"
    );
    user.say(&format!("proposal show {id}")).expect(0);
    user.say("proposal list").expect(0);

    for bad in ["", "x", "-1", "1_0"] {
        assert_eq!(user.run(["proposal", "show", "--json", "--", bad]).code, 2, "{bad}");
    }
    assert_eq!(user.json("proposal show 17").expect(2).error_code(), "proposal-unknown");
    let early = user.json(&format!("proposal queue {id} --from {to}")).expect(4);
    assert_eq!(early.data()["contract_error"], "GovernorUnexpectedProposalState");
    operator.advance(11);
    let empty = user.json(&format!("proposal open {id} --from {to}")).expect(4);
    assert_eq!(empty.data()["contract_error"], "ElectorateSizeUnsupported");
}
