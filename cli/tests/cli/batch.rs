//! `tabella vote batch` on a real chain: many ballots at once, gone on with after a kill, and counted.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::dao::text;
use crate::keys::shared_keys;
use crate::support::{PASSPHRASE, Run, User, mode};
use crate::terminal::typed;
use crate::vote::Election;

/// The line of the file's first row.
const FIRST: u64 = 2;

/// Writes a file of votes; `{}` stands for the proposal.
fn votes(election: &Election, rows: &[&str]) -> PathBuf {
    let rows: String = rows.iter().map(|row| row.replace("{}", &election.proposal) + "\n").collect();
    election.operator.user.write_secret("votes.csv", format!("identity,proposal,choice\n{rows}"))
}

fn line(options: &str) -> String {
    format!("vote batch votes.csv --out ballots --passphrase-file pass --keys {} {options}", shared_keys().display())
}

fn batch(user: &User, options: &str) -> Run {
    user.json(&line(options))
}

/// Lines and codes of the mistakes that were named.
fn mistakes(run: &Run) -> Vec<(u64, String)> {
    let data = run.data();
    let list = data["mistakes"].as_array().expect("a list").clone();
    list.iter().map(|mistake| (mistake["line"].as_u64().expect("a line"), text(&mistake["code"]))).collect()
}

fn ballots(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
    found.sort();
    found
}

fn path(value: &Value) -> PathBuf {
    PathBuf::from(text(value))
}

#[test]
fn a_batch_is_proven_sent_and_counted() {
    let election = Election::new();
    election.open();
    let user = &election.operator.user;
    votes(&election, &["alice,{},for", "bob,{},0", "carol,{},abstain"]);
    let run = batch(user, "--jobs 2").expect(0);
    let made = run.data();
    assert_eq!((&made["made"], &made["kept"], &made["jobs"]), (&json!(3), &json!(0), &json!(2)));
    let rows = made["ballots"].as_array().expect("rows");
    for ((row, name), line) in rows.iter().zip(["alice", "bob", "carol"]).zip(FIRST..) {
        assert_eq!((&row["identity"], &row["line"], &row["made"]), (&json!(name), &json!(line), &json!(true)));
        assert_eq!(row["proposal"], json!(election.proposal));
        let (file, receipt) = (user.work(path(&row["ballot"])), path(&row["receipt"]));
        assert_eq!((mode(&file), mode(&receipt)), (0o600, 0o600));
        let kept: Value = serde_json::from_slice(&fs::read(&receipt).expect("the receipt")).expect("JSON");
        assert_eq!((&kept["digest"], &kept["nullifier"]), (&row["digest"], &row["nullifier"]));
        // The name tells what the ballot tells, and the file no more than a ballot that was made alone.
        let named = format!("{}-{}.json", &election.proposal[..8], &text(&row["nullifier"])[..16]);
        assert_eq!(file.file_name().and_then(|name| name.to_str()), Some(named.as_str()));
        let found = fs::read_to_string(&file).expect("the ballot");
        assert!(!found.contains(name) && !found.contains("choice"), "{found}");
    }
    assert_eq!(mode(&user.work("ballots")), 0o700);

    again(user);
    send(&election);
}

/// A second run makes nothing, and says where everything is.
fn again(user: &User) {
    let before: Vec<Vec<u8>> = ballots(&user.work("ballots")).iter().map(|path| fs::read(path).unwrap()).collect();
    let run = user.say(&line("")).expect(0);
    for part in
        ["line  identity", "alice", "3 ballots, 0 made now", "tabella vote submit ballots/", "receipts/DIGEST.json"]
    {
        assert!(run.stdout.contains(part), "{part} is missing: {}", run.stdout);
    }
    assert!(run.stdout.lines().all(|line| !line.contains("abstain") && !line.contains("for,")), "{}", run.stdout);
    assert!(run.stderr.is_empty(), "{}", run.stderr);
    let after: Vec<Vec<u8>> = ballots(&user.work("ballots")).iter().map(|path| fs::read(path).unwrap()).collect();
    assert_eq!(before, after);
    // A ballot that is of no row would be sent with the others.
    fs::copy(&ballots(&user.work("ballots"))[0], user.work("ballots/old.json")).expect("a copy");
    let run = batch(user, "").expect(0);
    assert!(run.envelope()["warnings"][0].as_str().is_some_and(|text| text.contains("old.json")), "{}", run.stdout);
    fs::remove_file(user.work("ballots/old.json")).expect("it is there");
}

fn send(election: &Election) {
    let (user, keys) = (&election.operator.user, shared_keys());
    let files: Vec<String> =
        ballots(&user.work("ballots")).iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let submit = format!("vote submit {} --keys {} {}", files.join(" "), keys.display(), election.relayer());
    let sent = user.json(&submit).expect(0).data();
    assert_eq!((&sent["cast"], &sent["transactions"].as_array().map(Vec::len)), (&json!(3), &Some(1)));
    let checked = election.check("--identity bob --passphrase-file pass").expect(0).data();
    assert_eq!((&checked["summed"], &checked["ciphertext_equal"]), (&json!(true), &json!(true)));
    // Everybody has voted now.
    let late = batch(user, "").expect(2);
    assert_eq!(late.error_code(), "votes-invalid");
    assert_eq!(mistakes(&late), [2, 3, 4].map(|line| (line, "refused".to_owned())));
    election.operator.advance(9000);
    let closed = batch(user, "").expect(2);
    assert!(closed.stderr.contains("VotingClosed"), "{}", closed.stderr);
    let tallied = election.tally("--trustee tamsin --passphrase-file pass").expect(0).data();
    assert_eq!(tallied["totals"], json!({ "against": "20", "for": "1", "abstain": "300" }));
}

#[test]
fn every_mistake_is_named_by_its_line_before_anything_is_made() {
    let election = Election::new();
    let user = &election.operator.user;
    votes(&election, &["alice,{},for"]);
    let early = batch(user, "").expect(2);
    assert!(early.stderr.contains("ElectionNotOpened"), "{}", early.stderr);
    election.open();
    election.cast("carol", "for", &election.relayer()).expect(0);
    let receipts = election.receipts().len();
    user.json("identity import alias --passphrase-file pass --semaphore alice.txt").expect(2);
    let export = user.say("identity export alice --passphrase-file pass").expect(0).stdout;
    user.write_secret("alice.txt", export);
    user.json("identity import alias --passphrase-file pass --semaphore alice.txt").expect(0);
    let rows = [
        ("alice,{},for", ""),
        ("nobody,{},for", "not-found"),
        ("../bob,{},for", "name-invalid"),
        ("bob,{},maybe", "choice-invalid"),
        ("bob,{},\"0,1\"", "choice-invalid"),
        ("bob,4711,for", "refused"),
        ("bob,soon,for", "proposal-invalid"),
        ("late,{},for", "not-a-member"),
        ("alias,{},against", "vote-repeated"),
        ("carol,{},against", "refused"),
    ];
    let expected: Vec<(u64, String)> = (FIRST..)
        .zip(rows)
        .filter(|(_, (_, code))| !code.is_empty())
        .map(|(line, (_, code))| (line, code.to_owned()))
        .collect();
    votes(&election, &rows.map(|(row, _)| row));
    let run = batch(user, "").expect(2);
    assert_eq!(run.error_code(), "votes-invalid");
    let mut found = mistakes(&run);
    // bob's second row is also his second vote.
    found.retain(|mistake| *mistake != (6, "vote-repeated".to_owned()));
    assert_eq!(found, expected);
    for part in [
        "votes.csv: 10 mistakes",
        "line 3: no identity named `nobody`",
        "line 11: the contract refused: NullifierSpent",
    ] {
        assert!(run.stderr.contains(part), "{part} is missing: {}", run.stderr);
    }
    // Without the file, nobody is asked for passphrases in vain.
    let unasked = user.json("vote batch votes.csv --out ballots").expect(2);
    assert_eq!((unasked.error_code(), mistakes(&unasked).len()), ("votes-invalid".to_owned(), 9));
    user.write_secret("other", "another passphrase");
    votes(&election, &["alice,{},for", "bob,{},for"]);
    let wrong = user.json(&line("").replace("--passphrase-file pass", "--passphrase-file other")).expect(2);
    assert_eq!(mistakes(&wrong), [2, 3].map(|line| (line, "passphrase-wrong".to_owned())));
    files_that_are_no_votes(&election);
    assert!(!user.work("ballots").exists(), "nothing was made");
    assert_eq!(election.receipts().len(), receipts);
}

fn files_that_are_no_votes(election: &Election) {
    let user = &election.operator.user;
    let header = "identity,proposal,choice\n";
    for (bytes, code, says) in [
        (b"".to_vec(), "csv-invalid", "empty"),
        (header.into(), "csv-invalid", "no rows"),
        (b"name,proposal,choice\na,1,for\n".to_vec(), "csv-invalid", "the header must be"),
        (format!("{header}alice,1,0,2\n").into(), "csv-invalid", "votes.csv:2: 4 columns"),
        ([header.as_bytes(), b"alice,1,f\xffr\n"].concat(), "csv-invalid", "votes.csv:2: column 3: not UTF-8"),
        (vec![b'a'; (1 << 20) + 1], "file-too-large", "1048576 bytes"),
    ] {
        user.write_secret("votes.csv", bytes);
        let run = batch(user, "").expect(2);
        assert_eq!(run.error_code(), code);
        assert!(run.stderr.contains(says), "{says} is missing: {}", run.stderr);
    }
    fs::remove_file(user.work("votes.csv")).expect("it is there");
    assert_eq!(batch(user, "").expect(2).error_code(), "file-not-found");
}

/// Two polls of approvals beside the proposal.
fn polls(election: &Election) -> Vec<String> {
    let (operator, relayer) = (&election.operator, election.relayer());
    let user = &operator.user;
    let times = "--delay 10 --period 5000 --tally-period 500 --min-turnout 2";
    let create = |title: &str| {
        let options = format!("--rule approval --options 4 --limit 2 {times} --from {}", operator.accounts[0]);
        text(&user.json(&format!("poll create --title {title} {options}")).expect(0).data()["poll"])
    };
    let polls = vec![create("Audits"), create("Dates")];
    operator.advance(11);
    for poll in &polls {
        user.json(&format!("poll open {poll} {relayer}")).expect(0);
    }
    polls
}

#[test]
fn attack_38_a_killed_batch_of_several_elections_goes_on() {
    let election = Election::new();
    election.open();
    let user = &election.operator.user;
    let polls = polls(&election);
    let mut rows = Vec::new();
    for name in ["alice", "bob", "carol"] {
        rows.push(format!("{name},{{}},for"));
        rows.extend(polls.iter().map(|poll| format!("{name},{poll},\"0,3\"")));
    }
    votes(&election, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let dir = user.work("ballots");
    let kept = killed_after_the_first(user, &dir, rows.len());
    let run = batch(user, "").expect(0).data();
    assert_eq!((&run["kept"], &run["made"]), (&json!(kept.len()), &json!(rows.len() - kept.len())));
    for (path, bytes) in kept {
        assert_eq!(fs::read(path).expect("it is there"), bytes, "what was made is kept");
    }
    let all: Vec<String> = ballots(&dir).iter().map(|path| path.to_string_lossy().into_owned()).collect();
    assert_eq!(all.len(), rows.len());
    let submit = |files: &[&str]| {
        user.json(&format!("vote submit {} --keys {} {}", files.join(" "), shared_keys().display(), election.relayer()))
    };
    let mixed: Vec<&str> = all.iter().map(String::as_str).collect();
    assert!(submit(&mixed).expect(2).error_code().starts_with("ballot-of-another-"));
    for id in polls.iter().chain([&election.proposal]) {
        let own: Vec<&str> = mixed.iter().copied().filter(|path| path.contains(&format!("/{}-", &id[..8]))).collect();
        assert_eq!(submit(&own).expect(0).data()["cast"], 3, "{id}");
    }
    election.operator.advance(9000);
    let tallied = election.tally("--trustee tamsin --passphrase-file pass").expect(0).data();
    assert_eq!(tallied["totals"]["for"], "321");
}

/// Starts the batch, kills it once there is a ballot, and gives what is there.
fn killed_after_the_first(user: &User, dir: &Path, rows: usize) -> Vec<(PathBuf, Vec<u8>)> {
    let mut command = user.program();
    // Slow enough to be killed on the way.
    command.args(line("--jobs 1").split_whitespace()).env("TABELLA_BACKEND", "portable");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let begun = Instant::now();
    while ballots(dir).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(120), "no ballot is made");
        std::thread::sleep(Duration::from_millis(2));
    }
    // While it runs, the directory is its own.
    let second = batch(user, "").expect(2);
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert_eq!(second.error_code(), "directory-in-use");
    let kept: Vec<(PathBuf, Vec<u8>)> =
        ballots(dir).into_iter().map(|path| (path.clone(), fs::read(path).expect("a ballot"))).collect();
    assert!((1..rows).contains(&kept.len()), "{} ballots when it was killed", kept.len());
    kept
}

#[test]
fn attack_37_a_ballot_that_is_not_the_rows_is_named_and_never_kept_or_overwritten() {
    let election = Election::new();
    election.open();
    let user = &election.operator.user;
    votes(&election, &["alice,{},for", "bob,{},against"]);
    let rows = batch(user, "").expect(0).data()["ballots"].clone();
    let file = |row: usize| user.work(path(&rows[row]["ballot"]));
    let (alice, bob) = (file(0), file(1));
    let good = fs::read_to_string(&alice).expect("the ballot");
    let refused = |code: &str| {
        let before = fs::read(&alice).expect("it is there");
        let run = batch(user, "").expect(2);
        assert_eq!((run.error_code(), mistakes(&run)), ("batch-differs".to_owned(), vec![(2, code.to_owned())]));
        assert_eq!(fs::read(&alice).expect("it is there"), before, "nothing is overwritten");
    };
    // The row says another vote now: the ballot is sealed, so only its mark can tell.
    votes(&election, &["alice,{},abstain", "bob,{},against"]);
    refused("ballot-of-another-vote");
    votes(&election, &["alice,{},1", "bob,{},0"]);
    batch(user, "").expect(0);

    let forged: Value = serde_json::from_str(&good).expect("JSON");
    let swapped = |to: &Value| {
        let mut changed = forged.clone();
        changed["proof"]["pi_a"] = to["proof"]["pi_c"].clone();
        changed.to_string()
    };
    for (text, code) in [
        (good[..good.len() / 2].to_owned(), "ballot-invalid"),
        (fs::read_to_string(&bob).expect("the ballot"), "ballot-of-another-row"),
        (swapped(&forged), "ballot-of-another-row"),
    ] {
        fs::write(&alice, text).expect("a file");
        refused(code);
    }
    // A ballot of alice's that was made alone: nothing tells its vote.
    fs::remove_file(&alice).expect("it is there");
    election.cast("alice", "against", &format!("--out {}", alice.display())).expect(0);
    refused("ballot-unmarked");
    fs::write(&alice, &good).expect("a file");
    assert_eq!(batch(user, "").expect(0).data()["kept"], 2);
    let bound = batch(user, &format!("--bind {}", election.operator.accounts[6])).expect(2);
    assert_eq!(mistakes(&bound), [2, 3].map(|line| (line, "ballot-of-another-row".to_owned())));

    // The directory is one process's at a time; the lock goes with its holder.
    let lock = File::options().read(true).write(true).open(user.work("ballots/.lock")).expect("the lock");
    lock.lock().expect("nobody has it");
    assert_eq!(batch(user, "").expect(2).error_code(), "directory-in-use");
    drop(lock);
    batch(user, "").expect(0);
}

#[test]
fn each_identitys_passphrase_is_asked_for_once() {
    let election = Election::new();
    election.open();
    let user = &election.operator.user;
    let polls = polls(&election);
    let again = format!("alice,{},none", polls[0]);
    votes(&election, &["alice,{},for", &again, "bob,{},for"]);
    fs::set_permissions(user.work("votes.csv"), std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("a mode");
    let keys = shared_keys();
    let keys = keys.to_str().expect("text");
    let args = ["vote", "batch", "votes.csv", "--out", "ballots", "--keys", keys];
    let (code, shown) = typed(user, &[PASSPHRASE, PASSPHRASE], &args);
    assert_eq!(code, 0, "{shown}");
    for name in ["alice", "bob"] {
        assert_eq!(shown.matches(&format!("Passphrase of identity {name}")).count(), 1, "{shown}");
    }
    assert!(!shown.contains(PASSPHRASE), "a secret was shown");
    assert!(shown.contains("votes.csv can be read by others"), "{shown}");
    assert_eq!(ballots(&user.work("ballots")).len(), 3);
}
