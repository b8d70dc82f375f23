//! Every kind of electorate on a real chain: how members come in, go, and vote.

use std::fs;

use alloy::primitives::{Address, U256, hex};
use alloy::sol;
use alloy::sol_types::{SolCall, SolValue};
use serde_json::{Value, json};

use crate::dao::{Operator, text};
use crate::support::repository;
use crate::vote::Election;

sol! {
    function createGroup() external returns (uint256);
    function addMembers(uint256 groupId, uint256[] calldata commitments) external;
    function addMember(uint256 groupId, uint256 commitment) external;
    function removeMember(uint256 groupId, uint256 commitment, uint256[] calldata siblings) external;
    function balanceOf(address account) external view returns (uint256);
    function getVotes(address account) external view returns (uint256);
}

impl Operator {
    /// Sends a transaction from account 0 and returns its receipt.
    fn transact(&self, to: Option<&str>, data: &[u8]) -> Value {
        let mut request = json!({ "from": self.accounts[0], "data": hex::encode_prefixed(data), "gas": "0xf00000" });
        if let Some(to) = to {
            request["to"] = json!(to);
        }
        let hash = self.rpc("eth_sendTransaction", json!([request]));
        let receipt = self.rpc("eth_getTransactionReceipt", json!([hash]));
        assert_eq!(receipt["status"], "0x1", "{receipt}");
        receipt
    }

    /// Deploys a peer's contract from artifacts/test, with its libraries and encoded arguments.
    pub(crate) fn deploy_peer(&self, name: &str, library: Option<&str>, arguments: &[u8]) -> String {
        let path = repository().join(format!("verifier-contracts/artifacts/test/{name}.json"));
        let artifact: Value = serde_json::from_str(&fs::read_to_string(path).expect("it is committed")).expect("JSON");
        let mut code = text(&artifact["bytecode"]);
        while let Some(at) = code.find("__$") {
            let library = library.expect("the contract needs a library").trim_start_matches("0x").to_lowercase();
            code.replace_range(at..at + 40, &library);
        }
        let mut data = hex::decode(&code).expect("hexadecimal");
        data.extend_from_slice(arguments);
        text(&self.transact(None, &data)["contractAddress"])
    }

    pub(crate) fn number(&self, to: &str, call: &[u8]) -> U256 {
        let answer = self.rpc("eth_call", json!([{ "to": to, "data": hex::encode_prefixed(call) }, "latest"]));
        text(&answer).parse().expect("a number")
    }

    fn identity(&self, name: &str) -> U256 {
        let made = self.user.json(&format!("identity new {name} --passphrase-file pass")).expect(0).data();
        text(&made["commitment"]).parse().expect("a number")
    }

    /// A proposal, before its snapshot.
    fn propose(self) -> Election {
        let (to, proposer) = (&self.accounts[7], &self.accounts[2]);
        let made = self.user.json(&format!("proposal create --title Pay --to {to} --from {proposer}")).expect(0).data();
        Election { proposal: text(&made["proposal"]), operator: self }
    }
}

#[test]
fn a_registrar_admits_many_and_removes() {
    let operator = Operator::with_dao("--weighted");
    let (user, registrar) = (&operator.user, &operator.accounts[1]);
    let rows: String = (1..=130).map(|i| format!("{},{}\n", i + 1000, i)).collect();
    user.write_secret("members.csv", format!("commitment,weight\n{rows}"));
    let dry = user.json(&format!("electorate add --csv members.csv --batch 64 --from {registrar} --dry-run")).expect(0);
    assert_eq!(dry.data()["members"][0]["transaction"]["function"], "addManyWeighted");
    let run = user.json(&format!("electorate add --csv members.csv --batch 64 --from {registrar}")).expect(0).data();
    let mut transactions: Vec<String> =
        run["members"].as_array().expect("a list").iter().map(|m| text(&m["transaction"]["transaction"])).collect();
    transactions.dedup();
    assert_eq!(transactions.len(), 3, "130 members in batches of 64");

    let remove = |who: &str| user.json(&format!("electorate remove --commitment {who} --from {registrar}"));
    let removed = remove("1005").expect(0).data();
    assert_eq!((&removed["index"], &removed["weight"]), (&json!(4), &json!(5)));
    assert_eq!(remove("1005").expect(1).error_code(), "not-a-member");
    let by_another = format!("electorate remove --commitment 1006 --from {}", operator.accounts[5]);
    assert_eq!(user.json(&by_another).expect(4).data()["contract_error"], "AccessManagedUnauthorized");
    remove("1130").expect(0);
    user.json(&format!("electorate add --commitment 1005 --weight 7 --from {registrar}")).expect(0);
    // Recomputed from all events, and equal to the contract's root.
    let shown = user.json("electorate show").expect(0).data();
    assert_eq!(shown["size"], 131);
    assert_eq!(shown["total_weight"], (130 * 131 / 2 - 5 - 130 + 7).to_string());
    assert_eq!((&shown["members"][4]["removed"], &shown["members"][130]["removed"]), (&json!(true), &json!(false)));
    assert!(user.say("electorate show").expect(0).stdout.contains("  removed"));
    for other in ["sync", "publish members.csv", "lock 5 --commitment 5", "withdraw 1"] {
        let run = user.json(&format!("electorate {other} --from {registrar}")).expect(2);
        assert_eq!(run.error_code(), "another-kind", "{other}");
    }
}

#[test]
fn attack_27_a_member_removed_before_the_snapshot_cannot_vote_and_one_removed_after_it_can() {
    let operator = Operator::with_dao("--weighted");
    let (user, registrar) = (&operator.user, operator.accounts[1].clone());
    for (name, weight) in [("alice", 1), ("bob", 20), ("carol", 300), ("dave", 4)] {
        operator.identity(name);
        user.json(&format!("electorate add --identity {name} --weight {weight} --from {registrar}")).expect(0);
    }
    user.json(&format!("electorate remove --identity bob --from {registrar}")).expect(0);
    user.json(&format!("electorate remove --identity dave --from {registrar}")).expect(0);
    user.json(&format!("electorate add --identity dave --weight 5 --from {registrar}")).expect(0);
    let election = operator.propose();
    election.operator.advance(11);
    let user = &election.operator.user;
    // After the snapshot: alice goes, bob comes back.
    user.json(&format!("electorate remove --identity alice --from {registrar}")).expect(0);
    user.json(&format!("electorate add --identity bob --weight 9 --from {registrar}")).expect(0);
    election.open();
    let relayer = election.relayer();
    assert_eq!(election.cast("bob", "for", &relayer).expect(1).error_code(), "not-a-member");
    election.cast("alice", "for", &relayer).expect(0);
    // Admitted again at a new place: one vote, with the new weight.
    election.cast("dave", "against", &relayer).expect(0);
    let again = election.cast("dave", "against", &relayer).expect(4);
    assert_eq!(again.data()["contract_error"], "NullifierSpent");
}

#[test]
fn addresses_of_a_list_claim_their_places() {
    let operator = Operator::new();
    let (user, accounts) = (&operator.user, &operator.accounts);
    user.write_secret("list.csv", format!("address,weight\n{},30\n{},7\n", accounts[5], accounts[6]));
    let built = user.json("electorate allowlist build list.csv --out list.json").expect(0).data();
    assert_eq!((&built["addresses"], &built["total_weight"]), (&json!(2), &json!("37")));
    let again = user.json("electorate allowlist build list.csv --out list.json").expect(2);
    assert_eq!(again.error_code(), "file-exists");
    user.write_secret("bad.csv", format!("address,weight\n{},0\n", accounts[5]));
    let bad = user.json("electorate allowlist build bad.csv --out bad.json").expect(2);
    assert_eq!(bad.error_code(), "csv-invalid");
    assert!(bad.stdout.contains("line 2, column 44"), "{}", bad.stdout);

    let missing = user.json(&operator.deploy("--electorate allowlist --weighted")).expect(2);
    assert_eq!(missing.error_code(), "usage");
    user.json(&operator.deploy("--electorate allowlist --allowlist list.json --weighted")).expect(0);
    assert_eq!(user.json("dao status").expect(0).data()["admission"], "allowlist");
    for name in ["alice", "bob"] {
        operator.identity(name);
    }
    let claim = |name: &str, account: &str| {
        user.json(&format!("electorate allowlist claim --list list.json --identity {name} --from {account}"))
    };
    assert_eq!(claim("alice", &accounts[7]).expect(1).error_code(), "not-on-the-list");
    assert_eq!(claim("alice", &accounts[5]).expect(0).data()["weight"], 30);
    assert_eq!(claim("bob", &accounts[5]).expect(4).data()["contract_error"], "AlreadyClaimed");
    assert_eq!(claim("alice", &accounts[6]).expect(4).data()["contract_error"], "AlreadyMember");
    claim("bob", &accounts[6]).expect(0);
    assert_eq!(user.json("electorate show").expect(0).data()["total_weight"], "37");
    user.write_secret("other.csv", format!("address,weight\n{},31\n", accounts[5]));
    user.json("electorate allowlist build other.csv --out other.json").expect(0);
    let other = format!("electorate allowlist claim --list other.json --identity bob --from {}", accounts[5]);
    assert_eq!(user.json(&other).expect(2).error_code(), "another-list");

    let election = operator.propose();
    election.operator.advance(11);
    election.open();
    election.cast("alice", "for", &election.relayer()).expect(0);
}

#[test]
fn holders_lock_tokens_and_take_them_back_after_the_vote() {
    let operator = Operator::new();
    let (user, holder) = (&operator.user, operator.accounts[0].clone());
    let supply = (holder.parse::<Address>().expect("an address"), U256::from(1_000_000)).abi_encode_params();
    let token = operator.deploy_peer("VotesToken", None, &supply);
    let deploy = format!("--electorate token --token {token} --unit 100");
    for (wrong, what) in [(format!("{deploy} --plain"), "weights"), (format!("{deploy} --cooling 10009"), "--cooling")]
    {
        let run = user.json(&operator.deploy(&wrong)).expect(2);
        assert!(run.stdout.contains(what), "{}", run.stdout);
    }
    user.json(&operator.deploy(&format!("{deploy} --open-votes"))).expect(0);
    for name in ["alice", "bob"] {
        operator.identity(name);
    }
    let lock = |amount: &str, name: &str, options: &str| {
        user.json(&format!("electorate lock {amount} --identity {name} --from {holder} {options}"))
    };
    assert_eq!(lock("3001", "alice", "").expect(2).error_code(), "amount-invalid");
    let dry = lock("3000", "alice", "--dry-run").expect(0).data();
    assert!(text(&dry["transaction"]["function"]).starts_with("approve"));
    let locked = lock("3000", "alice", "").expect(0).data();
    assert!(!locked["approval"].is_null());
    lock("700", "bob", "").expect(0);
    assert_eq!(lock("100", "bob", "").expect(4).data()["contract_error"], "AlreadyMember");
    let shown = user.json("electorate show").expect(0).data();
    assert_eq!((&shown["total_weight"], &shown["votes"]), (&json!("37"), &json!("3700")));
    let status = user.json("dao status").expect(0).data();
    let ballot_box = text(&status["contracts"]["ballot_box"]);
    let account = ballot_box.parse().expect("an address");
    assert_eq!(operator.number(&token, &getVotesCall { account }.abi_encode()), U256::from(3700));

    let election = operator.propose();
    election.operator.advance(11);
    election.open();
    election.cast("alice", "for", &election.relayer()).expect(0);
    let user = &election.operator.user;
    let unlock = |name: &str, from: &str| user.json(&format!("electorate unlock --identity {name} --from {from}"));
    let wrong = unlock("alice", &election.operator.accounts[5]).expect(4);
    assert_eq!(wrong.data()["contract_error"], "NotTheOwner");
    let unlocked = unlock("alice", &holder).expect(0).data();
    assert_eq!((&unlocked["id"], &unlocked["amount"]), (&json!("1"), &json!("3000")));
    let withdraw = format!("electorate withdraw 1 --from {holder}");
    assert_eq!(user.json(&withdraw).expect(4).data()["contract_error"], "StillLocked");
    // Unlocked is out of later elections, not out of this one.
    election.cast("bob", "for", &election.relayer()).expect(0);
    election.operator.advance(10_010);
    user.json(&withdraw).expect(0);
    let account = holder.parse().expect("an address");
    let left = election.operator.number(&token, &balanceOfCall { account }.abi_encode());
    assert_eq!(left, U256::from(1_000_000 - 700));
    assert_eq!(user.json("electorate show").expect(0).data()["total_weight"], "7");
}

#[test]
fn a_group_of_the_real_semaphore_votes() {
    let operator = Operator::new();
    let user = &operator.user;
    let poseidon = operator.deploy_peer("PoseidonT3", None, &[]);
    let verifier = operator.deploy_peer("SemaphoreVerifier", None, &[]);
    let arguments = verifier.parse::<Address>().expect("an address").abi_encode();
    let semaphore = operator.deploy_peer("Semaphore", Some(&poseidon), &arguments);
    operator.transact(Some(&semaphore), &createGroupCall {}.abi_encode());
    operator.transact(Some(&semaphore), &createGroupCall {}.abi_encode());
    let group = U256::ONE;
    let people: Vec<U256> = ["alice", "bob", "carol"].iter().map(|name| operator.identity(name)).collect();
    let call = addMembersCall { groupId: group, commitments: people.clone() };
    operator.transact(Some(&semaphore), &call.abi_encode());
    let deploy = |group: u32| format!("--electorate semaphore --semaphore {semaphore} --group {group}");
    let refused = user.json(&operator.deploy(&deploy(9))).expect(4);
    assert_eq!(refused.data()["contract_error"], "NoSuchGroup");
    fs::remove_file(user.home().join("dao.unfinished.json")).expect("the journal of the refused deployment");
    user.json(&operator.deploy(&deploy(1))).expect(0);
    let anyone = operator.accounts[6].clone();
    let sync = |user: &crate::support::User| user.json(&format!("electorate sync --from {anyone}"));
    assert_eq!(sync(user).expect(0).data()["size"], 3);

    // bob leaves the group, and anybody writes that down before the snapshot.
    let call = removeMemberCall { groupId: group, commitment: people[1], siblings: vec![people[0], people[2]] };
    operator.transact(Some(&semaphore), &call.abi_encode());
    let election = operator.propose();
    let user = &election.operator.user;
    sync(user).expect(0);
    election.operator.advance(11);
    let late = election.operator.identity("late");
    let call = addMemberCall { groupId: group, commitment: late };
    election.operator.transact(Some(&semaphore), &call.abi_encode());
    sync(user).expect(0);
    election.open();
    let relayer = election.relayer();
    assert_eq!(election.cast("bob", "for", &relayer).expect(1).error_code(), "not-a-member");
    assert_eq!(election.cast("late", "for", &relayer).expect(1).error_code(), "not-a-member");
    election.cast("alice", "for", &relayer).expect(0);
    election.cast("carol", "against", &relayer).expect(0);
    let shown = user.json("electorate show").expect(0).data();
    assert_eq!((&shown["size"], &shown["members"][1]["removed"]), (&json!(4), &json!(true)));
}

#[test]
fn members_of_a_published_list_vote_with_its_file() {
    let operator = Operator::with_dao("--electorate published --weighted");
    let (user, registrar) = (&operator.user, operator.accounts[1].clone());
    let mut rows = String::from("commitment,weight\n");
    for (name, weight) in [("alice", 1), ("bob", 20)] {
        rows.push_str(&format!("{},{weight}\n", operator.identity(name)));
    }
    operator.identity("stranger");
    rows.extend((1..500).map(|i| format!("{i},3\n")));
    user.write_secret("members.csv", &rows);
    let publish = |who: &str| user.json(&format!("electorate publish members.csv --uri ipfs://list --from {who}"));
    assert_eq!(user.json("electorate verify members.csv").expect(1).error_code(), "nothing-published");
    let refused = publish(&operator.accounts[5]).expect(4);
    assert_eq!(refused.data()["contract_error"], "AccessManagedUnauthorized");
    let published = publish(&registrar).expect(0).data();
    assert_eq!((&published["size"], &published["total_weight"]), (&json!(501), &json!("1518")));
    let tree = text(&published["tree"]);
    fs::remove_file(&tree).expect("publishing keeps the tree");
    assert_eq!(user.json("electorate show").expect(0).data()["uri"], "ipfs://list");

    // Every other file is another list, and the message says where.
    for (bad, code, exit, what) in [
        (rows.replace(",20\n", ",21\n"), "list-differs", 1, "the total weight published is 1518, the file has 1519"),
        (rows.replace("1,3\n2,3\n", "2,3\n1,3\n"), "list-differs", 1, "the root published"),
        (rows.replace("499,3\n", ""), "list-differs", 1, "the size published is 501, the file has 500"),
        (rows.replace("\n7,3\n", "\n07,3\n"), "list-differs", 1, "the digest published"),
        (rows.replace('\n', "\r\n"), "csv-invalid", 2, "line 1, column 18: the line ends with CR LF"),
        (format!("\u{feff}{rows}"), "csv-invalid", 2, "line 1, column 1: a byte order mark"),
        (rows.replace("\n7,3\n", "\n7,0\n"), "csv-invalid", 2, "line 10, column 3: not a weight"),
        (rows.replace("\n7,3\n", "\n6,3\n"), "csv-invalid", 2, "line 10, column 1: the same as in line 9"),
        (rows.replace("commitment,weight\n", ""), "csv-invalid", 2, "line 1, column 1: the header must be"),
    ] {
        user.write_secret("bad.csv", bad);
        let run = user.json("electorate verify bad.csv").expect(exit);
        assert_eq!(run.error_code(), code, "{what}");
        assert!(run.stdout.contains(what), "{what}: {}", run.stdout);
    }
    let election = operator.propose();
    election.operator.advance(11);
    election.open();
    let (user, relayer) = (&election.operator.user, election.relayer());
    assert_eq!(election.cast("alice", "for", &relayer).expect(2).error_code(), "list-missing");
    assert_eq!(user.json("electorate verify members.csv").expect(0).data()["equal"], true);
    election.cast("alice", "for", &relayer).expect(0);
    assert_eq!(election.cast("stranger", "for", &relayer).expect(1).error_code(), "not-a-member");
    let mut bytes = fs::read(&tree).expect("the tree");
    bytes[200] ^= 1;
    fs::write(&tree, &bytes).expect("it can be written");
    assert_eq!(election.cast("bob", "for", &relayer).expect(2).error_code(), "tree-file-damaged");
    user.json("electorate verify members.csv").expect(0);
    election.cast("bob", "against", &relayer).expect(0);
    // A list published later changes nothing for this election.
    user.write_secret("members.csv", "commitment,weight\n5,5\n");
    user.json(&format!("electorate publish members.csv --from {registrar}")).expect(0);
    let again = election.cast("bob", "against", &relayer).expect(4);
    assert_eq!(again.data()["contract_error"], "NullifierSpent");
}
