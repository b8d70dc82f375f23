//! An election of 100 members, for batches. Each ballot is one line of hexadecimal words: h, the 8 of the proof, the 9 words.

use std::path::Path;

use alloy::primitives::U256;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tabella_circuits::field::{to_be_bytes, to_decimal};
use tabella_circuits::merkle::LeanImt;
use tabella_circuits::statement::Statement;
use tabella_circuits::voting::ballot::{BallotK3D20, Member, SealedBallot, seal};
use tabella_circuits::voting::electorate::{Kind, leaf};
use tabella_circuits::voting::identity::Identity;
use tabella_circuits::voting::rule::choose;
use tabella_contracts::calldata::{proof_bytes, proof_from_bytes};
use tabella_prover::groth16::prove_with_randomness;
use tabella_prover::{CircuitKey, verify};

use super::{ANYONE, Failure, Fixtures, Prover, WEIGHTS, emit, randomness, venue};

const MEMBERS: usize = 100;

fn identity(i: usize) -> Identity {
    Identity::from_private_key(format!("tabella fixture member {i}").into_bytes()).expect("not empty")
}

fn weight(i: usize) -> u32 {
    WEIGHTS.get(i).copied().unwrap_or(1 + (i % 9) as u32)
}

/// Those who are admitted after the five of the first election.
pub(super) fn members_json() -> Value {
    let member = |i| json!({ "commitment": to_decimal(&identity(i).commitment()), "weight": weight(i) });
    json!({ "members": (WEIGHTS.len()..MEMBERS).map(member).collect::<Vec<_>>() })
}

/// Writes one ballot of each member, or checks what is written: words that follow from the seed, and proofs that hold.
pub(super) fn emit_ballots(
    path: &Path,
    fixtures: &Fixtures,
    election: &Value,
    prover: &Prover,
    check: bool,
) -> Result<(), Failure> {
    let ballots = sealed(fixtures, election)?;
    if !check {
        let lines = ballots.iter().map(|ballot| line(ballot, prover)).collect::<Result<Vec<_>, _>>()?;
        return emit(path, &json!({ "ballots": lines }), false);
    }
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let lines: Vec<String> = serde_json::from_value(file["ballots"].clone())?;
    if lines.len() != ballots.len() {
        return Err(format!("{} has {} ballots, not {}", path.display(), lines.len(), ballots.len()).into());
    }
    for (i, (text, ballot)) in lines.iter().zip(&ballots).enumerate() {
        check_line(text, ballot, prover).map_err(|error| format!("{}, ballot {i}: {error}", path.display()))?;
    }
    Ok(())
}

fn sealed(fixtures: &Fixtures, election: &Value) -> Result<Vec<SealedBallot>, Failure> {
    let leaf = |i: usize| leaf(Kind::Weighted, identity(i).commitment(), weight(i)).expect("a leaf");
    let tree = LeanImt::from_leaves(&(0..MEMBERS).map(leaf).collect::<Vec<_>>()).expect("no leaf is 0");
    let file = venue(election)?;
    let election = fixtures.election(&file.venue, &tree);
    assert_eq!(file.scope, to_decimal(&election.scope), "elections.json belongs to other members: write it again");
    let ballot = |i: usize| {
        let proof = tree.proof(i as u64).expect("the member is in the tree");
        let member = Member { identity: identity(i), weight: weight(i), proof };
        Ok(seal(&election, &member, &choose(3, &[i % 3])?, &ANYONE, &mut StdRng::seed_from_u64(1000 + i as u64))?)
    };
    (0..MEMBERS).map(ballot).collect()
}

fn line(ballot: &SealedBallot, prover: &Prover) -> Result<String, Failure> {
    let (r, s) = randomness(&ballot.public.gamma);
    let proof = prove_with_randomness::<BallotK3D20>(&prover.ballot, &ballot.public, &ballot.witness, r, s)?;
    let words = [to_be_bytes(&ballot.public.h)].into_iter().chain(proof_bytes(&proof)).chain(tail(ballot));
    Ok(words.fold("0x".to_owned(), |text, word| text + &hex::encode(word)))
}

fn tail(ballot: &SealedBallot) -> impl Iterator<Item = [u8; 32]> {
    ballot.witness.words.iter().map(to_be_bytes)
}

fn check_line(text: &str, ballot: &SealedBallot, prover: &Prover) -> Result<(), Failure> {
    let bytes = hex::decode(text.trim_start_matches("0x"))?;
    let words: Vec<[u8; 32]> = bytes.chunks_exact(32).map(|word| U256::from_be_slice(word).to_be_bytes()).collect();
    let (head, tail_found) = words.split_at_checked(9).ok_or("too few words")?;
    let expected: Vec<[u8; 32]> = tail(ballot).collect();
    if bytes.len() % 32 != 0 || head[0] != to_be_bytes(&ballot.public.h) || tail_found != expected {
        return Err("not the words that the seed gives".into());
    }
    let proof = proof_from_bytes(&head[1..].try_into()?)?;
    verify(prover.ballot.verifying_key(), &BallotK3D20::inputs(&ballot.public), &proof)?;
    Ok(())
}
