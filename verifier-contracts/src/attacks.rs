//! Attack 37 of the catalogue on the files that this crate reads: cut at every length, every bit flipped, another version. What is
//! read all the same is a value that was written so, never a panic.

use std::fmt::Debug;

use alloy::primitives::{Address, B256, U256};
use tabella_circuits::Fr;
use tabella_circuits::testing::sample_election;
use tabella_circuits::voting::electorate::Kind;

use crate::ballot::{BallotFile, ProvenBallot, Receipt};
use crate::calldata::proof_from_words;
use crate::data_signature::{DataClaim, DataSignature};
use crate::deployment::{Addresses, Audit, AuditCircuits, CircuitRef, Circuits, Deployment, SCHEMA_VERSION};

/// Damages `text` in every way; `parse` gives a description of what it read.
fn damage(text: &str, version: &str, parse: impl Fn(&str) -> Result<String, String>) {
    let good = parse(text).expect("the whole file is read");
    for length in 0..text.trim_end().len() {
        let error = parse(&text[..length]).expect_err("a cut file was read");
        assert!(error.contains("line"), "cut at {length}: no place in `{error}`");
    }
    let mut others = 0;
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            // A digit may become another digit: another value, which the chain or the proof refuses. Its text then differs.
            if parse(&changed).is_ok_and(|read| read != good) {
                others += 1;
            }
        }
    }
    assert!(others > 0, "no flip gave another value: nothing was tried");
    let newer = text.replacen(version, "\"schema_version\": 7", 1);
    assert_ne!(newer, text);
    let error = parse(&newer).expect_err("another version was read");
    assert!(error.contains("version 7"), "{error}");
    for extra in ["{}", "x", "\0", ","] {
        parse(&format!("{text}{extra}")).expect_err("something after the end was read");
    }
    parse(&text.replacen('{', "{\"extra\": 1,", 1)).expect_err("an unknown field was read");
}

fn shown<T: Debug, E: ToString>(read: Result<T, E>) -> Result<String, String> {
    read.map(|value| format!("{value:?}")).map_err(|error| error.to_string())
}

fn ballot() -> (tabella_circuits::voting::scope::Venue, ProvenBallot) {
    let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("test/fixtures/verifier-tally-k3-t1.json");
    let fixture: serde_json::Value = serde_json::from_slice(&std::fs::read(fixture).unwrap()).unwrap();
    let words: Vec<String> = serde_json::from_value(fixture["proof"].clone()).unwrap();
    let words: Vec<U256> = words.iter().map(|word| word.parse().unwrap()).collect();
    let sample = sample_election(Kind::Weighted, 2, 1);
    let proven = ProvenBallot {
        binding: Address::repeat_byte(0x5a),
        h: Fr::from(11u64),
        words: (1..10u64).map(Fr::from).collect(),
        inputs: (20..33u64).map(Fr::from).collect(),
        proof: proof_from_words(&words).unwrap(),
    };
    (sample.venue, proven)
}

#[test]
fn attack_37_ballots_and_receipts_in_every_state() {
    let (venue, proven) = ballot();
    let file = BallotFile::new("ballot-k3-d20", 2, &venue, &proven).unwrap();
    let text = serde_json::to_string_pretty(&file).unwrap() + "\n";
    damage(&text, "\"schema_version\": 1", |text| shown(BallotFile::parse(text)));
    // What lies in the file is checked against itself: no flip of a digit gives a ballot.
    assert!(BallotFile::parse(&text).unwrap().ballot().is_err(), "words that do not hash to h");
    let text = serde_json::to_string_pretty(&Receipt::new(&venue, &proven)).unwrap() + "\n";
    damage(&text, "\"schema_version\": 1", |text| shown(Receipt::parse(text)));
}

#[test]
fn attack_37_deployments_in_every_state() {
    let at = Address::repeat_byte;
    let circuit =
        |id: &str| CircuitRef { id: id.to_owned(), version: 1, key_digest: B256::repeat_byte(9), development: true };
    let deployment = Deployment {
        schema_version: SCHEMA_VERSION,
        chain_id: 31337,
        block: 17,
        contracts: Addresses {
            access_manager: at(1),
            electorate: at(2),
            timelock: at(3),
            governor: at(4),
            committee: at(5),
            ballot_box: at(6),
            ballot_verifier: at(7),
            tally_verifier: at(8),
        },
        weighted: true,
        unit: U256::from(1_000_000u64),
        circuits: Circuits { ballot: circuit("ballot-k3-d20"), tally: circuit("tally-k3-t1") },
        polls: None,
        audit: Some(Audit {
            model_registry: at(9),
            policy_registry: at(10),
            data_registry: at(11),
            audit_registry: at(12),
            milestone_treasury: at(13),
            shard_verifier: at(14),
            verdict_verifier: at(15),
            circuits: AuditCircuits { shard: circuit("shard-linear-r205"), verdict: circuit("verdict-s160") },
        }),
    };
    let text = deployment.to_text().unwrap();
    damage(&text, "\"schema_version\": 1", |text| shown(Deployment::parse(text)));
    assert_eq!(Deployment::parse(&text).unwrap(), deployment);
}

#[test]
fn attack_37_signatures_of_data_in_every_state() {
    let claim = DataClaim {
        chain_id: 31337,
        data_registry: Address::repeat_byte(3),
        engagement: U256::from(12u64),
        data_root: B256::repeat_byte(4),
        rows: 1000,
        shards: 5,
        schema_hash: U256::from(987_654_321u64),
    };
    let signature = DataSignature::new(claim, Address::repeat_byte(5), vec![7; 65].into());
    let text = signature.to_text().unwrap();
    damage(&text, "\"schema_version\": 1", |text| shown(DataSignature::parse(text)));
    assert_eq!(DataSignature::parse(&text).unwrap(), signature);
    assert!(!signature.is_by_signer(), "what is read is not yet believed");
}
