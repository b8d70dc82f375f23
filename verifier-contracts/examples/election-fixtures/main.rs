//! Writes the real proofs that the forge tests of the boxes run on: `test/fixtures/members.json` (who votes, who counts) and,
//! for the election that those members and the fixed deployment give (`test/fixtures/election.json`),
//! `test/fixtures/ballots.json`; for the further elections of `test/fixtures/elections.json`, `many-ballots.json` (100 members,
//! for batches) and `poll-ballots.json` (polls under every rule). Everything is derived from fixed texts, so the files are the
//! same each time.
//!
//! `cargo run --release -p tabella-contracts --example election-fixtures [-- --check]`: with `--check`, nothing is
//! written and a difference is an error; the 100 proofs are then verified, not made again.

mod many;
mod polls;

use std::path::Path;

use alloy::primitives::U256;
use ark_ff::PrimeField;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::babyjubjub::Point;
use tabella_circuits::field::{to_be_bytes, to_decimal};
use tabella_circuits::merkle::LeanImt;
use tabella_circuits::statement::Statement;
use tabella_circuits::testing::accumulate;
use tabella_circuits::voting::ballot::{
    BallotK3D20, BallotPublic, BallotWitness, Election, Member, SealedBallot, seal,
};
use tabella_circuits::voting::electorate::{Kind, leaf};
use tabella_circuits::voting::identity::Identity;
use tabella_circuits::voting::rule::{Rule, choose};
use tabella_circuits::voting::scope::{Address, Venue, Word};
use tabella_circuits::voting::tally::{TallyK3T1, TallyPublic, TallyWitness, totals};
use tabella_circuits::voting::trustee::TrusteeSecret;
use tabella_contracts::calldata::proof_words;
use tabella_prover::groth16::prove_with_randomness;
use tabella_prover::{DevelopmentKey, KeyStore};

type Failure = Box<dyn std::error::Error>;

const WEIGHTS: [u32; 5] = [10, 20, 30, 25, 15];
/// What the members vote: against, for, abstain.
const CHOICES: [usize; 5] = [1, 1, 0, 1, 2];
const ANYONE: Address = [0; 20];

fn main() -> Result<(), Failure> {
    let check = std::env::args().any(|argument| argument == "--check");
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = crate_dir.join("test/fixtures");
    let keys = KeyStore::open(crate_dir.join("../target/dev-keys"));
    let fixtures = Fixtures::new();
    emit(&dir.join("members.json"), &fixtures.members_json(), check)?;
    let venue = venue(&serde_json::from_str(&std::fs::read_to_string(dir.join("election.json"))?)?)?;
    let prover = Prover { ballot: keys.development::<BallotK3D20>()?, tally: keys.development::<TallyK3T1>()? };
    emit(&dir.join("ballots.json"), &fixtures.ballots_json(&venue, &prover)?, check)?;

    emit(&dir.join("many-members.json"), &many::members_json(), check)?;
    let elections: Value = serde_json::from_str(&std::fs::read_to_string(dir.join("elections.json"))?)?;
    many::emit_ballots(&dir.join("many-ballots.json"), &fixtures, &elections["many"], &prover, check)?;
    emit(&dir.join("poll-ballots.json"), &polls::ballots_json(&fixtures, &elections["polls"], &prover, &keys)?, check)
}

fn emit(path: &Path, value: &Value, check: bool) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)? + "\n";
    if !check {
        return Ok(std::fs::write(path, text)?);
    }
    if std::fs::read_to_string(path)? != text {
        return Err(format!("{} is not what this program writes: run it without --check", path.display()).into());
    }
    Ok(())
}

fn address(value: &Value) -> Result<Address, Failure> {
    let text = value.as_str().ok_or("an address is a string")?;
    let mut bytes = [0u8; 20];
    hex::decode_to_slice(text.trim_start_matches("0x"), &mut bytes)?;
    Ok(bytes)
}

/// A word given in decimal: proposal ids use all 256 bits.
fn word(value: &Value) -> Result<Word, Failure> {
    let number = U256::from_str_radix(value.as_str().ok_or("a number is a string")?, 10)?;
    Ok(number.to_be_bytes())
}

fn venue(election: &Value) -> Result<VenueFile, Failure> {
    let venue = Venue {
        chain_id: election["chain_id"].as_u64().ok_or("chain_id is a number")?,
        ballot_box: address(&election["box"])?,
        governor: address(&election["governor"])?,
        committee: address(&election["committee"])?,
        term: election["term"].as_str().ok_or("term is a string")?.parse()?,
        proposal_id: word(&election["proposal_id"])?,
    };
    Ok(VenueFile { venue, relayer: address(&election["relayer"])?, scope: election["scope"].clone() })
}

struct VenueFile {
    venue: Venue,
    relayer: Address,
    scope: Value,
}

struct Prover {
    ballot: DevelopmentKey,
    tally: DevelopmentKey,
}

struct Fixtures {
    identities: Vec<Identity>,
    trustee: TrusteeSecret,
    tree: LeanImt,
}

impl Fixtures {
    fn new() -> Self {
        let identity = |i: usize| {
            Identity::from_private_key(format!("tabella fixture member {i}").into_bytes()).expect("not empty")
        };
        // One more than are admitted: the one who comes too late.
        let identities: Vec<Identity> = (0..=WEIGHTS.len()).map(identity).collect();
        let tree = tree(&identities[..WEIGHTS.len()]);
        Self { identities, trustee: TrusteeSecret::from_seed(*b"tabella fixture trustee, a secre"), tree }
    }

    fn members_json(&self) -> Value {
        let members: Vec<Value> = (self.identities.iter().zip(WEIGHTS))
            .map(|(identity, weight)| json!({ "commitment": to_decimal(&identity.commitment()), "weight": weight }))
            .collect();
        let (keys, eight) = (self.trustee.keys(3), self.trustee.keys(8));
        let points = |points: Vec<Point>| -> Vec<[String; 2]> {
            points.iter().map(|p| [to_decimal(&p.x), to_decimal(&p.y)]).collect()
        };
        json!({
            "members": members,
            "keys": points(keys.clone()),
            "eighths": points(keys.iter().map(Point::eighth).collect()),
            "poll_keys": points(eight.clone()),
            "poll_eighths": points(eight.iter().map(Point::eighth).collect()),
        })
    }

    fn election(&self, venue: &Venue, tree: &LeanImt) -> Election {
        Election {
            root: tree.root(),
            size: tree.size(),
            scope: venue.scope(tree.root()),
            rule: Rule::single(Kind::Weighted, 3),
            keys: self.trustee.keys(3),
            election: venue.election(),
        }
    }

    fn member(&self, i: usize, tree: &LeanImt) -> Member {
        let weight = WEIGHTS.get(i).copied().unwrap_or(100);
        let proof = tree.proof(i as u64).expect("the member is in the tree");
        Member { identity: self.identities[i].clone(), weight, proof }
    }

    fn ballots_json(&self, file: &VenueFile, prover: &Prover) -> Result<Value, Failure> {
        let venue = &file.venue;
        let election = self.election(venue, &self.tree);
        assert_eq!(file.scope, to_decimal(&election.scope), "election.json belongs to other members: write it again");
        let sealed = |election: &Election, tree: &LeanImt, i: usize, option: usize, binding: &Address, seed: u64| {
            let choice = choose(3, &[option])?;
            seal(election, &self.member(i, tree), &choice, binding, &mut StdRng::seed_from_u64(seed))
        };
        let here = |i: usize, option: usize, binding: &Address, seed: u64| {
            sealed(&election, &self.tree, i, option, binding, seed)
        };
        let elsewhere = |other: Venue| sealed(&self.election(&other, &self.tree), &self.tree, 0, 1, &ANYONE, 20);
        let late = tree(&self.identities);

        let ballots: Vec<SealedBallot> =
            (0..WEIGHTS.len()).map(|i| here(i, CHOICES[i], &ANYONE, i as u64)).collect::<Result<_, _>>()?;
        let others = [
            ("again", here(0, 0, &ANYONE, 10)?, ANYONE),
            ("bound", here(0, 1, &file.relayer, 11)?, file.relayer),
            ("other_chain", elsewhere(Venue { chain_id: 1337, ..*venue })?, ANYONE),
            ("other_box", elsewhere(Venue { ballot_box: [0xb0; 20], ..*venue })?, ANYONE),
            ("other_governor", elsewhere(Venue { governor: [0x60; 20], ..*venue })?, ANYONE),
            ("other_proposal", elsewhere(Venue { proposal_id: [1; 32], ..*venue })?, ANYONE),
            ("other_root", sealed(&self.election(venue, &late), &late, 5, 1, &ANYONE, 21)?, ANYONE),
        ];
        let mut file = json!({
            "ballots": ballots.iter().map(|b| prover.ballot_json(b, &ANYONE)).collect::<Result<Vec<_>, _>>()?,
        });
        for (name, ballot, binding) in others {
            file[name] = prover.ballot_json(&ballot, &binding)?;
        }
        let words: Vec<&[Fr]> = ballots.iter().map(|b| b.witness.words.as_slice()).collect();
        file["tally"] = self.tally_json(venue, &words, prover)?;
        // The same ballots, but counted for another proposal.
        file["other_tally"] = self.tally_json(&Venue { proposal_id: [1; 32], ..*venue }, &words, prover)?;
        Ok(file)
    }

    fn tally_json(&self, venue: &Venue, ballots: &[&[Fr]], prover: &Prover) -> Result<Value, Failure> {
        self.tally_of::<TallyK3T1>(venue, ballots, 3, 1, &prover.tally)
    }

    /// `most` votes can be given by each unit of weight.
    fn tally_of<S: Statement<Public = TallyPublic<Fr>, Witness = TallyWitness>>(
        &self,
        venue: &Venue,
        ballots: &[&[Fr]],
        options: usize,
        most: u64,
        key: &DevelopmentKey,
    ) -> Result<Value, Failure> {
        let sums = accumulate(ballots.iter().copied(), options);
        let context = venue.context();
        let share = self.trustee.share(context, &sums[0], options, &mut StdRng::seed_from_u64(30));
        let bound = WEIGHTS.iter().map(|w| u64::from(*w)).sum::<u64>() * most;
        let totals = totals(&sums[1..], &share.decryptions, bound)?;
        let (c1, c2, keys) = (sums[0], sums[1..].to_vec(), self.trustee.keys(options));
        let share_words: Vec<String> = share.to_words().iter().map(to_decimal).collect();
        let witness = TallyWitness { context, c1, c2, keys, totals: totals.clone(), share };
        let public = witness.public();
        let (r, s) = randomness(&public.gamma);
        let proof = prove_with_randomness::<S>(key, &public, &witness, r, s)?;
        Ok(json!({
            "share": share_words,
            "accumulators": sums.iter().flat_map(Point::words).map(|w| to_decimal(&w)).collect::<Vec<_>>(),
            "totals": totals.iter().map(u64::to_string).collect::<Vec<_>>(),
            "h": to_decimal(&public.h),
            "proof": decimal_words(&proof_words(&proof)),
        }))
    }
}

impl Prover {
    fn ballot_json(&self, ballot: &SealedBallot, binding: &Address) -> Result<Value, Failure> {
        Self::ballot_of::<BallotK3D20>(ballot, binding, &self.ballot)
    }

    fn ballot_of<S: Statement<Public = BallotPublic<Fr>, Witness = BallotWitness>>(
        ballot: &SealedBallot,
        binding: &Address,
        key: &DevelopmentKey,
    ) -> Result<Value, Failure> {
        let (r, s) = randomness(&ballot.public.gamma);
        let proof = prove_with_randomness::<S>(key, &ballot.public, &ballot.witness, r, s)?;
        Ok(json!({
            "binding": format!("0x{}", hex::encode(binding)),
            "h": to_decimal(&ballot.public.h),
            "proof": decimal_words(&proof_words(&proof)),
            "words": ballot.witness.words.iter().map(to_decimal).collect::<Vec<_>>(),
        }))
    }
}

fn tree(identities: &[Identity]) -> LeanImt {
    let leaves: Vec<Fr> = (identities.iter().enumerate())
        .map(|(i, id)| leaf(Kind::Weighted, id.commitment(), WEIGHTS.get(i).copied().unwrap_or(100)).expect("a leaf"))
        .collect();
    LeanImt::from_leaves(&leaves).expect("no leaf is 0")
}

/// The proof's randomness, fixed by what is proven: these proofs hide nothing and need not.
fn randomness(of: &Fr) -> (Fr, Fr) {
    let mut rng = StdRng::from_seed(to_be_bytes(of));
    let mut next = || {
        let mut bytes = [0u8; 32];
        rand::RngCore::fill_bytes(&mut rng, &mut bytes);
        Fr::from_be_bytes_mod_order(&bytes)
    };
    (next(), next())
}

fn decimal_words(words: &[U256; 8]) -> Vec<String> {
    words.iter().map(U256::to_string).collect()
}
