//! The circuits on honest and on false assignments; every refusal names the block that refuses.

use super::ballot::{BallotK3D20, BallotPublic, SealedBallot, seal};
use super::electorate::Kind;
use super::rule::choose;
use super::tally::{TallyK3T1, TallyPublic, TallyWitness, totals};
use crate::Fr;
use crate::babyjubjub::{Point, Scalar};
use crate::statement::Statement;
use crate::testing::{SampleElection, accumulate, run_statement, sample_election};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField, UniformRand};

const ANYONE: [u8; 20] = [0; 20];

/// One of three options.
fn one(option: usize) -> Vec<u64> {
    choose(3, &[option]).unwrap()
}

fn ballot(sample: &mut SampleElection, member: usize, option: usize) -> SealedBallot {
    seal(&sample.election, &sample.members[member], &one(option), &ANYONE, &mut sample.rng).unwrap()
}

/// The public inputs that an honest box would compute for these words.
fn reseal(sample: &SampleElection, ballot: &mut SealedBallot) {
    let h = crate::poseidon::hash_words(&ballot.witness.words);
    ballot.public = sample.election.public_of(h, &ANYONE, &ballot.witness.words);
}

fn failing(ballot: &SealedBallot) -> Vec<&'static str> {
    run_statement::<BallotK3D20>(&ballot.public, &ballot.witness).failing_blocks()
}

#[test]
fn honest_ballots_satisfy_circuit_and_twin() {
    for (kind, members) in [(Kind::Weighted, 5), (Kind::Plain, 7), (Kind::Weighted, 1)] {
        let mut sample = sample_election(kind, members, 1);
        for member in 0..members {
            let ballot = ballot(&mut sample, member, member % 3);
            BallotK3D20::check(&ballot.public, &ballot.witness).unwrap();
            assert_eq!(failing(&ballot), Vec::<&str>::new(), "{kind:?} {member} of {members}");
        }
    }
}

#[test]
fn false_witnesses_fail_in_their_block() {
    // A secret for which s + l still has 251 bits.
    let small = |sample: &SampleElection| {
        let mut sum = sample.members[2].identity.secret().into_bigint();
        sum.add_with_carry(&Scalar::MODULUS);
        sum.num_bits() <= 251
    };
    let mut sample = (2..).map(|seed| sample_election(Kind::Weighted, 5, seed)).find(small).unwrap();
    let honest = ballot(&mut sample, 2, 1);
    type Lie = fn(&mut SealedBallot);
    let lies: [(&str, &str, Lie); 12] = [
        ("secret + l, the same point", "secret", |b| assert!(!b.witness.secret.add_with_carry(&Scalar::MODULUS))),
        ("secret 0", "secret", |b| b.witness.secret = BigInt::default()),
        ("another secret", "path", |b| b.witness.secret = BigInt::from(5u64)),
        ("more weight", "path", |b| b.witness.weight += 1),
        ("weight 0", "leaf", |b| b.witness.weight = 0),
        ("another position", "path", |b| b.witness.index ^= 1),
        ("a position outside", "path", |b| b.witness.index = 5),
        ("a wrong sibling", "path", |b| b.witness.siblings[0] = Some(Fr::ONE)),
        ("no option", "rule", |b| b.witness.votes = vec![0; 3]),
        ("two options", "rule", |b| b.witness.votes = vec![3, 3, 0]),
        ("randomness 0", "encryption", |b| b.witness.randomness = BigInt::default()),
        ("randomness l", "encryption", |b| b.witness.randomness = Scalar::MODULUS),
    ];
    for (name, block, lie) in lies {
        let mut ballot = honest.clone();
        lie(&mut ballot);
        let failing = failing(&ballot);
        assert!(failing.contains(&block), "{name}: {failing:?}");
        assert!(BallotK3D20::check(&ballot.public, &ballot.witness).is_err(), "{name}");
    }
}

#[test]
fn every_public_input_is_bound() {
    let mut sample = sample_election(Kind::Weighted, 3, 3);
    // The last leaf, whose path has another shape in a tree of another size.
    let honest = ballot(&mut sample, 2, 2);
    let names = BallotK3D20::input_names();
    for (i, name) in names.iter().enumerate() {
        let mut position = 0;
        let mut bump = |value: &Fr| {
            let changed = if position == i { *value + Fr::ONE } else { *value };
            position += 1;
            Ok::<_, std::convert::Infallible>(changed)
        };
        let Ok(public) = honest.public.try_map(|_, value| bump(value));
        let changed = SealedBallot { public, ..honest.clone() };
        assert!(!failing(&changed).is_empty(), "{name} is not constrained");
        assert!(BallotK3D20::check(&changed.public, &changed.witness).is_err(), "{name}");
    }
    assert_eq!(names.len(), BallotK3D20::inputs(&honest.public).len());
    assert_eq!(names[BallotK3D20::constants()], "h");
}

/// The words are outputs of the circuit: whatever a voter claims, h and e are of what the witness gives.
#[test]
fn another_words_list_is_refused_by_the_fold() {
    let mut sample = sample_election(Kind::Weighted, 3, 4);
    let honest = ballot(&mut sample, 0, 2);
    let copied = ballot(&mut sample, 1, 0);
    for i in 0..honest.witness.words.len() {
        let mut changed = honest.clone();
        changed.witness.words[i] = copied.witness.words[i];
        reseal(&sample, &mut changed);
        assert_eq!(failing(&changed), ["fold"], "word {i}");
    }
}

/// A member registers H_2(c_1, c_2) in a plain electorate and tries to vote one level below the leaves.
#[test]
fn attack_06_a_node_below_a_leaf_is_no_member() {
    use super::ballot::Member;
    use super::identity::Identity;
    use crate::merkle::{LeanImt, MerkleProof};
    let mut sample = sample_election(Kind::Plain, 3, 5);
    let hidden: Vec<Identity> = (0..2).map(|_| Identity::generate(&mut sample.rng)).collect();
    let fake = crate::poseidon::hash(&[hidden[0].commitment(), hidden[1].commitment()]);
    let commitment = |member: &Member| member.identity.commitment();
    for position in 0..4usize {
        let mut leaves: Vec<Fr> = sample.members.iter().map(commitment).collect();
        leaves.insert(position, fake);
        let tree = LeanImt::from_leaves(&leaves[..position.max(2) + 1]).unwrap();
        let proof = tree.proof(position as u64).unwrap();
        sample.election.root = tree.root();
        sample.election.size = tree.size();
        let mut siblings = vec![Some(hidden[1].commitment())];
        siblings.extend(proof.siblings);
        let index = proof.index << 1;
        let proof = MerkleProof { index, siblings };
        assert_eq!(proof.root(hidden[0].commitment()), tree.root(), "the path itself is real");
        let member = Member { identity: hidden[0].clone(), weight: 1, proof };
        let ballot = seal(&sample.election, &member, &one(0), &ANYONE, &mut sample.rng).unwrap();
        assert_eq!(failing(&ballot), ["path"], "position {position}");
        // The same path claimed for every position of the tree.
        for index in 0..tree.size() {
            let mut ballot = ballot.clone();
            ballot.witness.index = index;
            assert_eq!(failing(&ballot), ["path"], "position {position} as {index}");
        }
    }
}

#[test]
fn another_rule_has_no_witness() {
    let mut sample = sample_election(Kind::Weighted, 3, 6);
    let honest = ballot(&mut sample, 0, 0);
    let good = sample.election.rule.word();
    let words = [
        good | 1 << 2,
        good | 1 << 4,
        good & !2,
        good | 1 << 5,
        good | 1 << 19,
        good | 1 << 33,
        good & !(1 << 32),
        good & !2 & !(1 << 32) | 1 << 2,
        good | 1 << 60,
        good & !(1 << 17),
        0,
    ];
    for word in words {
        let mut changed = honest.clone();
        changed.public.rule = Fr::from(word);
        assert!(failing(&changed).contains(&"rule-word"), "{word:#x}");
    }
    // Two options in use: the third cannot be chosen.
    let mut two = sample.election.clone();
    two.rule.options = 2;
    let mut ballot = seal(&two, &sample.members[0], &[0, 1], &ANYONE, &mut sample.rng).unwrap();
    assert!(failing(&ballot).is_empty());
    ballot.witness.votes = vec![0, 0, 1];
    assert!(failing(&ballot).contains(&"rule"));
    assert!(seal(&two, &sample.members[0], &one(2), &ANYONE, &mut sample.rng).is_err());
    // A plain electorate's word over weighted leaves, and the other way round.
    for kind in [Kind::Plain, Kind::Weighted] {
        let mut sample = sample_election(kind, 3, 6);
        let honest = super::tests::ballot(&mut sample, 1, 0);
        let mut changed = honest.clone();
        changed.public.rule += if kind == Kind::Weighted { -Fr::ONE } else { Fr::ONE };
        assert!(!failing(&changed).is_empty(), "{kind:?}");
    }
}

fn tally_of(sample: &mut SampleElection, options: &[usize]) -> (TallyPublic<Fr>, TallyWitness) {
    let ballots: Vec<_> =
        options.iter().enumerate().map(|(i, o)| ballot(sample, i, *o).witness.words.clone()).collect();
    let sums = accumulate(ballots.iter().map(Vec::as_slice), 3);
    let context = sample.venue.context();
    let share = sample.trustee.share(context, &sums[0], 3, &mut sample.rng);
    let found = totals(&sums[1..], &share.decryptions, 100).unwrap();
    let keys = sample.election.keys.clone();
    let witness = TallyWitness { context, c1: sums[0], c2: sums[1..].to_vec(), keys, totals: found, share };
    (witness.public(), witness)
}

#[test]
fn totals_are_what_was_cast() {
    let mut sample = sample_election(Kind::Weighted, 5, 7);
    let (public, witness) = tally_of(&mut sample, &[1, 1, 0, 2, 1]);
    assert_eq!(witness.totals, [3, 1 + 2 + 5, 4]);
    TallyK3T1::check(&public, &witness).unwrap();
    assert!(run_statement::<TallyK3T1>(&public, &witness).unsatisfied.is_empty());
    // Nobody voted: the accumulators are the identity.
    let (public, witness) = tally_of(&mut sample, &[]);
    assert_eq!(witness.totals, [0, 0, 0]);
    assert!(run_statement::<TallyK3T1>(&public, &witness).unsatisfied.is_empty());
}

#[test]
fn a_false_tally_fails_in_its_block() {
    let mut sample = sample_election(Kind::Weighted, 4, 8);
    let (_, honest) = tally_of(&mut sample, &[1, 1, 0, 2]);
    type Lie = fn(&mut TallyWitness);
    let lies: [(&str, &str, Lie); 8] = [
        ("one vote more", "totals", |w| w.totals[1] += 1),
        ("a vote moved", "totals", |w| w.totals.swap(1, 2)),
        ("a total over 40 bits", "totals", |w| w.totals[0] += 1 << 40),
        ("another context", "chaum-pedersen", |w| w.context += Fr::ONE),
        ("another C1", "chaum-pedersen", |w| w.c1 = w.c1.double()),
        ("another key", "chaum-pedersen", |w| w.keys[2] = w.keys[2].double()),
        ("another response", "chaum-pedersen", |w| w.share.response += Scalar::ONE),
        ("another challenge", "chaum-pedersen", |w| w.share.challenge ^= 1),
    ];
    for (name, block, lie) in lies {
        let mut witness = honest.clone();
        lie(&mut witness);
        let public = witness.public();
        let failing = run_statement::<TallyK3T1>(&public, &witness).failing_blocks();
        assert!(failing.contains(&block), "{name}: {failing:?}");
        assert!(TallyK3T1::check(&public, &witness).is_err(), "{name}");
    }
    // A decryption off by a point, with totals that then fit: only the proof stands against it.
    let mut moved = honest.clone();
    moved.share.decryptions[1] = moved.share.decryptions[1].add(&Point::BASE8.neg());
    moved.totals[1] += 1;
    assert_eq!(run_statement::<TallyK3T1>(&moved.public(), &moved).failing_blocks(), ["chaum-pedersen"]);
}

/// Prints the size of each block: what the budget page adds up.
#[test]
fn the_ballot_fits_its_domain() {
    let mut sample = sample_election(Kind::Weighted, 3, 9);
    let ballot = ballot(&mut sample, 0, 0);
    let run = run_statement::<BallotK3D20>(&ballot.public, &ballot.witness);
    for block in &run.blocks {
        println!("{:12} {}", block.name, block.rows.len());
    }
    println!("{:12} {}", "ballot", run.constraints);
    assert!(run.constraints + BallotK3D20::input_names().len() < 1 << 14, "{}", run.constraints);
    let (public, witness) = tally_of(&mut sample, &[0]);
    let run = run_statement::<TallyK3T1>(&public, &witness);
    for block in &run.blocks {
        println!("{:12} {}", block.name, block.rows.len());
    }
    println!("{:12} {}", "tally", run.constraints);
}

/// Blank and random assignments are refused, never a panic.
#[test]
fn nonsense_is_unsatisfied() {
    let (public, witness) = BallotK3D20::blank();
    assert!(!run_statement::<BallotK3D20>(&public, &witness).unsatisfied.is_empty());
    let (public, witness) = TallyK3T1::blank();
    assert!(!run_statement::<TallyK3T1>(&public, &witness).unsatisfied.is_empty());
    let mut sample = sample_election(Kind::Weighted, 3, 10);
    let honest = ballot(&mut sample, 0, 0);
    let mut random = honest.clone();
    let Ok(public) = honest.public.try_map(|_, _| Ok::<_, std::convert::Infallible>(Fr::rand(&mut sample.rng)));
    random.public = BallotPublic { size: Fr::ZERO, ..public };
    assert!(!failing(&random).is_empty());
    assert!(BallotK3D20::check(&random.public, &random.witness).is_err());
}
