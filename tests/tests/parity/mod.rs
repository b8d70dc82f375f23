//! Our code against independent implementations, on inputs that are new in every run.

mod allowlist;
mod babyjubjub;
mod electorate;
mod identity;
mod lean_imt;
mod poseidon;
mod snarkjs;
mod vectors;

use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::babyjubjub::Point;
use tabella_circuits::field;

/// Field elements as the peers read and write them: decimal strings.
fn decimals(words: &[Fr]) -> Value {
    words.iter().map(field::to_decimal).collect()
}

/// A point as a pair of decimal strings.
fn pair(point: &Point) -> Value {
    json!([field::to_decimal(&point.x), field::to_decimal(&point.y)])
}

/// Reads a decimal string that a peer wrote.
fn element(value: &Value) -> Fr {
    let text = value.as_str().unwrap_or_else(|| panic!("expected a decimal string: {value}"));
    field::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Reads a pair of decimal strings that a peer wrote.
fn point(value: &Value) -> Point {
    Point { x: element(&value[0]), y: element(&value[1]) }
}

/// A JSON list, which must not be empty: a comparison of nothing proves nothing.
fn list(value: &Value) -> &[Value] {
    match value.as_array() {
        Some(list) if !list.is_empty() => list,
        _ => panic!("expected a list with something in it: {value}"),
    }
}
