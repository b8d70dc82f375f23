//! Identities against @semaphore-protocol/identity, in both directions.

use super::{element, list, point};
use rand::{Rng, RngCore};
use serde_json::{Value, json};
use tabella_circuits::field;
use tabella_circuits::voting::identity::{Identity, scalar_to_field};
use tabella_tests::{peer, seed};

/// Every value that Semaphore derives from the key equals ours.
fn assert_equal(ours: &Identity, theirs: &Value) {
    let export = theirs["export"].as_str().expect("an export is text");
    assert_eq!(*ours.export(), export);
    assert_eq!(scalar_to_field(&ours.secret()), element(&theirs["secretScalar"]), "{export}");
    assert_eq!(ours.public_key(), point(&theirs["publicKey"]), "{export}");
    assert_eq!(ours.commitment(), element(&theirs["commitment"]), "{export}");
}

fn ask(sources: &[Value]) -> Vec<Value> {
    let answer = peer::ask("identity", &json!({ "identities": sources }));
    let made = list(&answer["identities"]).to_vec();
    assert_eq!(made.len(), sources.len());
    made
}

/// Private keys of every length around the hash's block, then random ones; most are 32 bytes, as Semaphore makes them.
fn private_keys() -> Vec<Vec<u8>> {
    let mut rng = seed::rng();
    let lengths = (1..=40).chain([63, 64, 65, 110, 111, 112, 113, 127, 128, 129, 239, 240, 256, 4096]).chain([32; 40]);
    let mut keys: Vec<Vec<u8>> = lengths
        .map(|length| {
            let mut key = vec![0; length];
            rng.fill_bytes(&mut key);
            key
        })
        .collect();
    keys.extend([vec![0; 32], vec![0xff; 32]]);
    keys
}

#[test]
fn their_private_keys_and_exports_work_here() {
    let keys = private_keys();
    let sources: Vec<Value> = keys.iter().map(|key| json!({ "hex": hex::encode(key) })).collect();
    for (key, theirs) in keys.into_iter().zip(ask(&sources)) {
        assert_equal(&Identity::from_private_key(key).unwrap(), &theirs);
        assert_equal(&Identity::from_export(theirs["export"].as_str().unwrap()).unwrap(), &theirs);
    }
}

#[test]
fn their_text_keys_work_here() {
    let mut rng = seed::rng();
    let mut texts = vec!["a".to_owned(), "secret".to_owned(), "Grüße, 世界 🗳\n".to_owned()];
    texts.extend((0..20).map(|_| (0..rng.gen_range(1..60)).map(|_| rng.r#gen::<char>()).collect::<String>()));
    let sources: Vec<Value> = texts.iter().map(|text| json!({ "text": text })).collect();
    for (text, theirs) in texts.into_iter().zip(ask(&sources)) {
        assert_equal(&Identity::from_private_key(text.into_bytes()).unwrap(), &theirs);
        assert_equal(&Identity::from_export(theirs["export"].as_str().unwrap()).unwrap(), &theirs);
    }
}

#[test]
fn our_exports_work_there() {
    let mut rng = seed::rng();
    let identities: Vec<Identity> = (0..40).map(|_| Identity::generate(&mut rng)).collect();
    let sources: Vec<Value> = identities.iter().map(|identity| json!({ "export": *identity.export() })).collect();
    for (ours, theirs) in identities.iter().zip(ask(&sources)) {
        assert_equal(ours, &theirs);
    }
}

#[test]
fn the_committed_demo_identities_are_semaphores() {
    for member in ["member-a", "member-b"] {
        let path = peer::root().join(format!("tests/fixtures/semaphore/{member}.txt"));
        let export = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let theirs = ask(&[json!({ "export": export.trim() })]);
        assert_equal(&Identity::from_export(&export).unwrap(), &theirs[0]);
    }
}

/// The one case where we are stricter: an empty key is an identity that everybody has.
#[test]
fn an_empty_key_is_an_identity_there_and_refused_here() {
    let theirs = ask(&[json!({ "hex": "" }), json!({ "text": "" })]);
    assert_eq!(theirs[0]["commitment"], theirs[1]["commitment"]);
    assert!(field::parse(theirs[0]["commitment"].as_str().unwrap()).is_ok());
    assert!(Identity::from_private_key(Vec::new()).is_err());
    assert!(Identity::from_export(theirs[0]["export"].as_str().unwrap()).is_err());
}
