//! The known answers of `circuits/vectors/compliance.json`, which another implementation computed from the page.

use super::context::{Engagement, verdict_gamma};
use super::counts::{Counts, EMPTY};
use super::data::{data_root, shard_digest};
use super::linear::LinearModel;
use super::record::Record;
use super::schema::{schema_body, schema_hash};
use crate::Fr;
use crate::evm::number_word;
use crate::field::parse;
use serde_json::Value;

fn file() -> Value {
    serde_json::from_str(include_str!("../../vectors/compliance.json")).unwrap()
}

fn word(value: &Value) -> Fr {
    parse(value.as_str().unwrap()).unwrap()
}

fn words(value: &Value) -> Vec<Fr> {
    value.as_array().unwrap().iter().map(word).collect()
}

/// Numbers, written as such or as text.
fn numbers<T: TryFrom<i64, Error: std::fmt::Debug>, const N: usize>(value: &Value) -> [T; N] {
    let number = |x: &Value| x.as_i64().unwrap_or_else(|| x.as_str().unwrap().parse().unwrap());
    let list = value.as_array().unwrap();
    assert_eq!(list.len(), N);
    std::array::from_fn(|i| T::try_from(number(&list[i])).unwrap())
}

fn record(value: &Value) -> Record {
    let salt = word(&value["salt"]);
    if !value["valid"].as_bool().unwrap() {
        return Record::padding(salt);
    }
    let (lanes, codes) = (numbers(&value["lanes"]), numbers(&value["codes"]));
    Record::new(lanes, value["label"].as_bool().unwrap(), codes, salt).unwrap()
}

fn model(value: &Value) -> LinearModel {
    let category: Vec<bool> =
        value["category"].as_array().unwrap().iter().map(|kind| kind.as_bool().unwrap()).collect();
    LinearModel {
        weights: numbers(&value["weights"]),
        table: numbers(&value["table"]),
        bias: value["bias"].as_str().unwrap().parse().unwrap(),
        category: category.try_into().unwrap(),
        offset: numbers(&value["offset"]),
    }
}

#[test]
fn data_is_as_another_implementation_has_it() {
    let file = file();
    let schema = &file["schema"];
    let body = schema_body(schema["canonical"].as_str().unwrap().as_bytes());
    assert_eq!(body, word(&schema["body"]));
    let schema_hash = schema_hash(body, numbers(&schema["groups"])).unwrap();
    assert_eq!(schema_hash, word(&schema["hash"]));
    let list = file["records"].as_array().unwrap();
    let records: Vec<Record> = list.iter().map(record).collect();
    assert!(records.iter().any(|r| r.valid) && records.iter().any(|r| !r.valid));
    for (record, value) in records.iter().zip(list) {
        assert_eq!(record.words().to_vec(), words(&value["words"]));
    }
    let digests = words(&file["digests"]);
    assert_eq!([0, 1].map(|k| shard_digest(k, &records)).to_vec(), digests);
    let root = format!("0x{}", hex::encode(data_root(schema_hash, 8, &digests)));
    assert_eq!(root, file["root"].as_str().unwrap());
}

#[test]
fn models_and_counts_are_as_another_implementation_has_them() {
    let file = file();
    let (found, value) = (model(&file["model"]), &file["model"]);
    assert_eq!(found.check(), Ok(()));
    assert_eq!(found.words().to_vec(), words(&value["words"]));
    assert_eq!(found.params(), word(&value["params"]));
    assert_eq!(found.commitment(word(&file["schema"]["hash"]), word(&value["blinding"])), word(&value["commitment"]));
    let records: Vec<Record> = file["records"].as_array().unwrap().iter().map(record).collect();
    let scores: Vec<i64> = records.iter().map(|record| found.score(&record.lanes).unwrap()).collect();
    assert_eq!(scores, numbers::<i64, 5>(&file["scores"]));
    assert!(scores[..4].iter().any(|z| *z > 0) && scores[..4].iter().any(|z| *z <= 0), "both signs");
    let counts = Counts::of(&records, scores.iter().map(|z| *z > 0));
    assert_eq!(counts.0, numbers::<u64, 256>(&file["counts"]["cells"]));
    assert_eq!(counts.words().to_vec(), words(&file["counts"]["words"]));
    assert_eq!(counts.commitment(word(&file["counts"]["blinding"])), word(&file["counts"]["commitment"]));
    assert_eq!(*EMPTY, word(&file["counts"]["empty"]));
}

#[test]
fn context_and_gamma_are_as_another_implementation_has_them() {
    let file = file();
    let here = &file["context"];
    let mut registry = [0; 20];
    hex::decode_to_slice(here["registry"].as_str().unwrap().trim_start_matches("0x"), &mut registry).unwrap();
    let id = number_word(here["engagement"].as_u64().unwrap());
    let engagement = Engagement { chain_id: here["chain_id"].as_u64().unwrap(), registry, id };
    assert_eq!(engagement.context(), word(&here["context"]));
    let verdict = &file["verdict"];
    assert_eq!(verdict_gamma(word(&verdict["h"]), &words(&verdict["words"])), word(&verdict["gamma"]));
}
