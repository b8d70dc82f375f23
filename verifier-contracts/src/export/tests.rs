//! What the exporter writes and what it refuses. What the written contracts do is tested under forge.

use super::*;

use ark_bn254::{Fq, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use tabella_circuits::voting::tally::TallyK3T1;
use tabella_prover::{DevelopmentKey, KeyStore};

#[path = "../../examples/generate-verifiers/files.rs"]
mod files;

fn key() -> DevelopmentKey {
    KeyStore::open(files::key_directory()).development::<TallyK3T1>().unwrap()
}

#[test]
fn what_is_committed_is_what_the_generator_writes() {
    let project = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let generated = files::generate(&files::key_directory()).unwrap();
    for file in &generated {
        let committed = std::fs::read_to_string(project.join(&file.path)).unwrap_or_default();
        assert!(committed == file.text, "{} differs: run the example generate-verifiers", file.path);
    }
    let names: Vec<_> = generated.iter().map(|file| project.join(&file.path)).collect();
    for entry in std::fs::read_dir(project.join("contracts/generated")).unwrap() {
        let path = entry.unwrap().path();
        assert!(names.contains(&path), "{} belongs to no circuit", path.display());
    }
}

#[test]
fn a_development_key_says_so_and_guards_its_constructor() {
    let VerifierSource { contract, source } = export(&key()).unwrap();
    assert_eq!(contract, "TallyK3T1Verifier");
    assert!(source.contains("contract TallyK3T1Verifier {"));
    assert!(source.contains("bool public constant DEVELOPMENT = true;"));
    assert!(source.contains("DEVELOPMENT key: anyone can forge proofs"));
    assert!(
        source.contains("if (block.chainid != 31337 && block.chainid != 1337) revert DevelopmentKeyOnPublicChain(")
    );
    // No constants of an election: nothing to fold.
    assert!(!source.contains("foldConstants"));
}

#[test]
fn a_ceremony_key_has_no_such_constructor() {
    let key = key();
    let source = render(key.circuit(), KeyKind::Ceremony, key.verifying_key()).unwrap().source;
    assert!(source.contains("bool public constant DEVELOPMENT = false;"));
    assert!(source.contains("The key comes from a ceremony."));
    assert!(!source.contains("constructor") && !source.contains("chainid") && !source.contains("DevelopmentKey"));
}

#[test]
fn attack_13_keys_that_must_not_be_used_give_no_verifier() {
    let key = key();
    let good = key.verifying_key();
    let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
    let off_curve = G1Affine::new_unchecked(Fq::from(1u64), Fq::from(1u64));
    type Edit = Box<dyn Fn(&mut VerifyingKey)>;
    use VerifyingKeyError::*;
    let table: Vec<(Edit, VerifyingKeyError)> = vec![
        (Box::new(|k| k.gamma_g2 = k.delta_g2), GammaIsDelta),
        (Box::new(move |k| k.delta_g2 = g2), DeltaIsGenerator),
        (Box::new(|k| k.alpha_g1 = G1Affine::zero()), Identity("alpha".into())),
        (Box::new(|k| k.gamma_g2 = G2Affine::zero()), Identity("gamma".into())),
        (Box::new(|k| k.gamma_abc_g1[3] = G1Affine::zero()), Identity("IC[3]".into())),
        (Box::new(move |k| k.gamma_abc_g1[0] = off_curve), NotOnCurve("IC[0]".into())),
        (Box::new(|k| k.beta_g2 = files::off_subgroup()), NotInSubgroup("beta".into())),
        (Box::new(move |k| k.gamma_abc_g1.push(g1)), InputPoints { expected: 4, found: 5 }),
        (Box::new(|k| k.gamma_abc_g1.truncate(3)), InputPoints { expected: 4, found: 3 }),
    ];
    for (edit, source) in table {
        let mut bad = good.clone();
        edit(&mut bad);
        let outcome = render(key.circuit(), KeyKind::Ceremony, &bad);
        assert_eq!(outcome, Err(ExportError::Key { circuit: "tally-k3-t1".into(), source }));
    }
}

#[test]
fn only_a_circuit_id_gives_a_name() {
    assert_eq!(contract_name("ballot-k3-d20").unwrap(), "BallotK3D20Verifier");
    assert_eq!(contract_name("a").unwrap(), "AVerifier");
    for bad in ["", "-", "a-", "-a", "a--b", "3a", "Ballot", "a b", "a;b", "a\nb", "é", "a_b"] {
        assert_eq!(contract_name(bad), Err(ExportError::Name(bad.to_owned())));
    }
}

#[test]
fn a_proof_survives_its_words_and_every_changed_word_is_refused() {
    use crate::calldata::{CalldataError, proof_bytes, proof_from_bytes, proof_from_words, proof_words};
    use alloy::primitives::U256;

    let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("test/fixtures/verifier-tally-k3-t1.json");
    let fixture: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(fixture).unwrap()).unwrap();
    let list = |name: &str| -> Vec<String> { serde_json::from_value(fixture[name].clone()).unwrap() };
    let words: Vec<U256> = list("proof").iter().map(|word| word.parse().unwrap()).collect();
    let inputs: Vec<_> = list("inputs").iter().map(|word| tabella_circuits::field::parse(word).unwrap()).collect();
    // The words that the contract accepts are a proof that we accept.
    let proof = proof_from_words(&words).unwrap();
    tabella_prover::verify(key().verifying_key(), &inputs, &proof).unwrap();
    let words = proof_words(&proof);
    assert_eq!(proof_from_words(&words).unwrap(), proof);
    assert_eq!(proof_from_bytes(&proof_bytes(&proof)).unwrap(), proof);
    assert_eq!(proof_from_words(&words[..7]), Err(CalldataError::Length(7)));
    assert_eq!(proof_from_words(&[words.as_slice(), &[U256::ZERO]].concat()), Err(CalldataError::Length(9)));

    let q = U256::from_be_slice(&Fq::MODULUS.to_bytes_be());
    for index in 0..8 {
        let with = |value: U256| {
            let mut changed = words;
            changed[index] = value;
            proof_from_words(&changed)
        };
        for value in [words[index] + q, q, U256::MAX] {
            assert_eq!(with(value), Err(CalldataError::CoordinateNotInField { index }));
        }
        for value in [words[index] + U256::from(1), U256::ZERO] {
            assert!(matches!(with(value), Err(CalldataError::Point(_))), "word {index}");
        }
        let mut swapped = words;
        swapped.swap(index, (index + 1) % 8);
        assert!(matches!(proof_from_words(&swapped), Err(CalldataError::Point(_))), "word {index} swapped");
    }
    for (from, to) in [(0, 2), (2, 6), (6, 8)] {
        let mut infinity = words;
        infinity[from..to].fill(U256::ZERO);
        let error = proof_from_words(&infinity).unwrap_err();
        assert!(error.to_string().ends_with("is the point at infinity"), "{error}");
    }
}
