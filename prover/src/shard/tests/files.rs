//! The files of an audit: strict, and damaged in every way.

use std::fs;
use std::path::Path;

use ark_bn254::Fr;

use tabella_circuits::compliance::counts::CELLS;
use tabella_circuits::compliance::data::{MAX_SHARDS, SHARD_RECORDS};

use super::sample;
use crate::shard::claim::ShardClaim;
use crate::shard::openings::Opening;
use crate::shard::{Claim, Directory, FileFault, JobError, Openings, Part};

#[test]
fn files_come_back_as_they_were() {
    let (claim, openings) = sample();
    let dir = tempfile::tempdir().unwrap();
    let directory = Directory::at(dir.path().join("audit"));
    assert!(directory.claim().unwrap().is_none() && directory.openings().unwrap().is_none());
    directory.create().unwrap();
    directory.write_claim(&claim).unwrap();
    directory.write_openings(&openings).unwrap();
    assert_eq!(directory.claim().unwrap(), Some(claim.clone()));
    assert!(directory.openings().unwrap() == Some(openings.clone()));
    let again = [directory.write_claim(&claim), directory.write_openings(&openings)];
    assert!(again.iter().all(|e| matches!(e, Err(JobError::File { fault: FileFault::Exists, .. }))));
    assert_eq!(directory.proof_path(Part::Shard(7)), directory.root().join("shards/0007.json"));
    for (opening, shard) in openings.shards.iter().zip(&claim.shards) {
        assert_eq!(opening.commitment(), shard.counts);
    }
}

#[test]
fn the_largest_audit_is_below_the_files_limits() {
    let (mut claim, mut openings) = sample();
    // Numbers of 77 digits, and no cell that is 0.
    let largest = -Fr::from(1u64);
    claim.shards = vec![ShardClaim { digest: largest, counts: largest }; MAX_SHARDS];
    openings.shards = vec![Opening { blinding: largest, counts: [SHARD_RECORDS as u64; CELLS] }; MAX_SHARDS];
    let dir = tempfile::tempdir().unwrap();
    let directory = Directory::at(dir.path().join("audit"));
    directory.create().unwrap();
    directory.write_claim(&claim).unwrap();
    directory.write_openings(&openings).unwrap();
    assert_eq!(directory.claim().unwrap(), Some(claim));
    assert!(directory.openings().unwrap() == Some(openings));
}

#[cfg(unix)]
#[test]
fn attack_39_openings_are_their_owners_alone_and_never_printed() {
    use std::os::unix::fs::PermissionsExt;
    let (claim, openings) = sample();
    let dir = tempfile::tempdir().unwrap();
    let directory = Directory::at(dir.path().join("audit"));
    directory.create().unwrap();
    directory.write_openings(&openings).unwrap();
    directory.write_claim(&claim).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(directory.root()), 0o700);
    assert_eq!(mode(&directory.openings_path()), 0o600);
    assert_eq!(format!("{openings:?} {:?}", openings.shards[0]), "Openings(..) Opening(..)");
    let public = fs::read_to_string(directory.claim_path()).unwrap();
    let secret = tabella_circuits::field::to_decimal(&openings.shards[0].blinding);
    assert!(!public.contains(&secret));

    // An error about a damaged file of secrets shows none of them.
    let text = openings.to_json();
    for (from, to) in [("\"blinding\": \"", "\"blinding\": 7"), ("\"counts\"", "\"zounts\""), ("[\n", "{\n")] {
        let fault = Openings::parse(&text.replacen(from, to, 1)).unwrap_err();
        assert!(!fault.to_string().contains(&secret[..8]), "{fault}");
    }
}

/// Every cut and every flipped bit of a text is refused.
fn damage<T>(text: &str, parse: impl Fn(&str) -> Result<T, FileFault>) {
    let whole = text.trim_end();
    for at in (0..whole.len()).step_by(7).chain(whole.len() - 40..whole.len()) {
        assert!(parse(&whole[..at]).is_err(), "cut at {at}");
    }
    for at in 0..whole.len() {
        for bit in 0..7 {
            let mut bytes = whole.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            if let Ok(text) = std::str::from_utf8(&bytes) {
                assert!(parse(text).is_err(), "bit {bit} of byte {at}");
            }
        }
    }
}

#[test]
fn attack_37_every_flipped_bit_and_every_cut_of_an_audits_files_is_found() {
    let (claim, openings) = sample();
    damage(&claim.to_json(), Claim::parse);
    let mut short = openings.clone();
    short.shards.truncate(1);
    damage(&short.to_json(), Openings::parse);
}

/// The same edit with a checksum that fits: a file that someone made up.
fn forged(claim: &Claim, edit: impl Fn(&mut serde_json::Value)) -> FileFault {
    let mut form: serde_json::Value = serde_json::from_str(&claim.to_json()).unwrap();
    edit(&mut form);
    Claim::parse(&crate::shard::claim::sealed(&form)).unwrap_err()
}

#[test]
fn attack_37_a_claim_made_up_is_read_strictly() {
    let (claim, _) = sample();
    let json = serde_json::json!("1");
    let root = forged(&claim, |form| form["shards"][1]["digest"] = json.clone());
    assert!(root.to_string().contains("data_root"), "{root}");
    let swapped = forged(&claim, |form| form["shards"].as_array_mut().unwrap().swap(0, 1));
    assert!(swapped.to_string().contains("data_root"), "{swapped}");
    let zeros = forged(&claim, |form| form["context"] = serde_json::json!("007"));
    assert!(zeros.to_string().contains("context"), "{zeros}");
    let order = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    let large = forged(&claim, |form| form["model"] = serde_json::json!(order));
    assert!(large.to_string().contains("model"), "{large}");
    let words = forged(&claim, |form| drop(form["policy"].as_array_mut().unwrap().pop()));
    assert!(words.to_string().contains("policy"), "{words}");
    let policy = forged(&claim, |form| form["policy"][2] = serde_json::json!("3"));
    assert!(policy.to_string().contains("line_0"), "{policy}");
    let version = forged(&claim, |form| form["version"] = serde_json::json!(2));
    assert_eq!(version, FileFault::Version { found: 2, known: 1 });
    let more = forged(&claim, |form| form["more"] = serde_json::json!(2));
    assert!(matches!(more, FileFault::Json(_)), "{more}");
}

#[test]
fn attack_37_files_that_are_no_text_too_large_or_directories_are_named() {
    let (claim, _) = sample();
    let dir = tempfile::tempdir().unwrap();
    let directory = Directory::at(dir.path());
    directory.create().unwrap();
    directory.write_claim(&claim).unwrap();
    let path = directory.claim_path();
    fs::write(&path, b"{\xff").unwrap();
    let error = directory.claim().unwrap_err();
    assert!(matches!(error, JobError::File { fault: FileFault::NotText(1), .. }), "{error}");
    fs::write(&path, vec![b' '; (1 << 20) + 1]).unwrap();
    let error = directory.claim().unwrap_err();
    assert!(matches!(error, JobError::File { fault: FileFault::Oversized(_), .. }), "{error}");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let error = directory.claim().unwrap_err();
    assert!(error.to_string().contains("audit.json"), "{error}");
    fs::write(directory.proof_path(Part::Verdict), "{}").unwrap();
    let error = directory.proof(Part::Verdict).unwrap_err();
    assert!(matches!(error, JobError::File { fault: FileFault::Proof(_), .. }), "{error}");
}

#[test]
fn the_data_root_and_the_verdicts_words_are_the_pages() {
    use tabella_circuits::compliance::counts::EMPTY;
    let (claim, _) = sample();
    let counts: Vec<Fr> = claim.shards.iter().map(|shard| shard.counts).collect();
    let words = [Fr::from(0u64), Fr::from(5u64), Fr::from(9u64), Fr::from(1u64), counts[0], counts[1], *EMPTY];
    assert_eq!(claim.verdict_words(3), words);
    let digests = [Fr::from(40u64), Fr::from(41u64)];
    assert_eq!(claim.data_root(), tabella_circuits::compliance::data::data_root(Fr::from(6u64), 9, &digests));
    claim.check_shape(5, 2).unwrap();
    for (records, capacity) in [(4, 2), (9, 2), (5, 1)] {
        assert!(matches!(claim.check_shape(records, capacity), Err(JobError::Shape { .. })), "{records}, {capacity}");
    }
}
