//! A trustee's program is asked to decrypt what it must not: another box's sums, sums that are no sum of ballots, one ballot.

use std::fs;

use alloy::primitives::{U256, keccak256};
use serde_json::{Value, json};

use crate::dao::text;
use crate::vote::Election;

const SECRET: &str = "--trustee tamsin --passphrase-file pass";

fn shares(election: &Election) -> usize {
    let data = election.operator.user.json(&format!("proposal show {}", election.proposal)).expect(0).data();
    data.to_string().matches("SharePosted").count()
}

/// The file names a box that is wired to another DAO, or a committee that is not the box's: nothing is decrypted.
#[test]
fn attack_35a_a_look_alike_box_gets_no_decryption() {
    let election = Election::new();
    election.open();
    for name in ["alice", "bob"] {
        election.cast(name, "for", &election.relayer()).expect(0);
    }
    let user = &election.operator.user;
    let own: Value = serde_json::from_slice(&fs::read(user.home().join("dao.json")).expect("the file")).expect("JSON");
    user.json(&format!("{} --dao other.json", election.operator.deploy("--weighted"))).expect(0);
    let other: Value = serde_json::from_slice(&fs::read(user.work("other.json")).expect("the file")).expect("JSON");
    election.operator.advance(9000);
    for part in ["ballot_box", "committee", "governor", "electorate", "ballot_verifier", "tally_verifier"] {
        let mut mixed = own.clone();
        mixed["contracts"][part] = other["contracts"][part].clone();
        assert_ne!(mixed, own);
        fs::write(user.work("mixed.json"), mixed.to_string()).expect("a file");
        let run = election.tally(&format!("{SECRET} --dao mixed.json")).expect(3);
        assert_eq!(run.error_code(), "chain-inconsistent", "{part}: {}", run.stderr);
    }
    // The whole other DAO: this election is not open there.
    let run = election.tally(&format!("{SECRET} --dao other.json")).expect(4);
    assert_eq!(text(&run.data()["contract_error"]), "ElectionNotOpened");
    assert_eq!(shares(&election), 0);
    election.tally(SECRET).expect(0);
}

/// The box (or a node that lies for it) shows a single ballot in place of the sums: they are summed again and compared.
#[test]
fn attack_35a_sums_that_are_one_ballot_are_not_decrypted() {
    let election = Election::new();
    election.open();
    for name in ["alice", "bob"] {
        election.cast(name, "for", &election.relayer()).expect(0);
    }
    let user = &election.operator.user;
    let receipt = election.receipts().into_iter().map(|file| fs::read_to_string(file).expect("a receipt")).next();
    let receipt: Value = serde_json::from_str(&receipt.expect("there are two")).expect("JSON");
    let words = receipt["ciphertext"].as_array().expect("words");
    let (slot, before) = sums_slot(&election);
    election.operator.advance(9000);
    let dao: Value = serde_json::from_slice(&fs::read(user.home().join("dao.json")).expect("the file")).expect("JSON");
    let at = text(&dao["contracts"]["ballot_box"]);
    let write = |i: usize, value: U256| {
        let place = format!("{:#066x}", slot + U256::from(i));
        election.operator.rpc("anvil_setStorageAt", json!([at, place, format!("{value:#066x}")]));
    };
    for (i, word) in words.iter().enumerate() {
        write(i, text(word).parse().expect("a number"));
    }
    election.operator.advance(1);
    let run = election.tally(SECRET).expect(3);
    assert_eq!(run.error_code(), "chain-inconsistent");
    assert!(run.stderr.contains("sums of the ballots"), "{}", run.stderr);
    for (i, value) in before.into_iter().enumerate() {
        write(i, value);
    }
    election.operator.advance(1);
    election.tally(SECRET).expect(0);
}

/// Where the box keeps the sums: the slot of a mapping whose entry for this proposal holds eight points' coordinates.
fn sums_slot(election: &Election) -> (U256, Vec<U256>) {
    let user = &election.operator.user;
    let dao: Value = serde_json::from_slice(&fs::read(user.home().join("dao.json")).expect("the file")).expect("JSON");
    let at = text(&dao["contracts"]["ballot_box"]);
    let proposal: U256 = election.proposal.parse().expect("a number");
    let r = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    let r: U256 = r.parse().expect("a number");
    let ballots: Vec<Vec<U256>> = election
        .receipts()
        .iter()
        .map(|file| {
            let receipt: Value = serde_json::from_str(&fs::read_to_string(file).expect("a receipt")).expect("JSON");
            receipt["ciphertext"]
                .as_array()
                .expect("words")
                .iter()
                .map(|w| text(w).parse().expect("a number"))
                .collect()
        })
        .collect();
    let list = crate::attack_oracle::sum(&ballots);
    for mapping in 0..40u64 {
        let key = [proposal.to_be_bytes::<32>(), U256::from(mapping).to_be_bytes::<32>()].concat();
        let base = U256::from_be_bytes(keccak256(key).0);
        for offset in 0..24u64 {
            let read = |i: usize| {
                let place = format!("{:#066x}", base + U256::from(offset) + U256::from(i));
                let word: U256 = text(&election.operator.rpc("eth_getStorageAt", json!([at, place, "latest"])))
                    .parse()
                    .expect("a word");
                word
            };
            if read(0) % r == list[0] && read(1) % r == list[1] {
                return (base + U256::from(offset), (0..list.len()).map(read).collect());
            }
        }
    }
    panic!("the sums are nowhere in the box's storage")
}

/// The ballots' points, added place by place.
fn sum(ballots: &[Vec<U256>]) -> Vec<U256> {
    use tabella_circuits::babyjubjub::Point;
    use tabella_circuits::field::{from_be_bytes, to_be_bytes};
    let point = |words: &[U256]| {
        let [x, y] = [words[0], words[1]].map(|w| from_be_bytes(&w.to_be_bytes()).expect("a field element"));
        Point { x, y }
    };
    let n = ballots[0].len() / 2;
    let mut sums = vec![Point::IDENTITY; n];
    for ballot in ballots {
        for (sum, words) in sums.iter_mut().zip(ballot.chunks(2)) {
            *sum = sum.add(&point(words));
        }
    }
    sums.iter().flat_map(Point::words).map(|x| U256::from_be_bytes(to_be_bytes(&x))).collect()
}
