//! Attacks of the catalogue (tests/attacks.toml) on the voting circuits that are no single lie about a block.

use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField};

use super::ballot::{BallotK3D20, SealedBallot, seal};
use super::electorate::Kind;
use super::rule::{Rule, RuleKind, choose};
use super::scope::Venue;
use super::tally::{TallyK3T1, TallyWitness, totals};
use super::trustee::ShareError;
use crate::Fr;
use crate::babyjubjub::gadget::PointVar;
use crate::babyjubjub::{Point, Scalar};
use crate::range;
use crate::statement::Statement;
use crate::testing::{SampleElection, accumulate, run, run_statement, sample_election};

const ANYONE: [u8; 20] = [0; 20];

fn ballot(sample: &mut SampleElection, member: usize, choice: &[u64]) -> SealedBallot {
    seal(&sample.election, &sample.members[member], choice, &ANYONE, &mut sample.rng).unwrap()
}

fn one(option: usize) -> Vec<u64> {
    choose(3, &[option]).unwrap()
}

fn failing(ballot: &SealedBallot) -> Vec<&'static str> {
    run_statement::<BallotK3D20>(&ballot.public, &ballot.witness).failing_blocks()
}

/// The tally of these choices, member by member.
fn tally(sample: &mut SampleElection, options: &[usize]) -> TallyWitness {
    let ballots: Vec<_> =
        options.iter().enumerate().map(|(i, o)| ballot(sample, i, &one(*o)).witness.words.clone()).collect();
    let sums = accumulate(ballots.iter().map(Vec::as_slice), 3);
    let context = sample.venue.context();
    let share = sample.trustee.share(context, &sums[0], 3, &mut sample.rng);
    let found = totals(&sums[1..], &share.decryptions, 100).unwrap();
    let keys = sample.election.keys.clone();
    TallyWitness { context, c1: sums[0], c2: sums[1..].to_vec(), keys, totals: found, share }
}

fn failing_tally(witness: &TallyWitness) -> Vec<&'static str> {
    run_statement::<TallyK3T1>(&witness.public(), witness).failing_blocks()
}

#[test]
fn attack_02_whatever_a_member_changes_the_nullifier_stays() {
    let mut sample = sample_election(Kind::Weighted, 4, 21);
    let first = ballot(&mut sample, 1, &one(0));
    let second = ballot(&mut sample, 1, &one(2));
    assert_ne!(first.witness.words[1..], second.witness.words[1..], "another ballot");
    assert_eq!(first.witness.words[0], second.witness.words[0], "under the same nullifier");
    // Any other nullifier, with everything that follows from it recomputed.
    let mut other = first.clone();
    other.witness.words[0] += Fr::ONE;
    let h = crate::poseidon::hash_words(&other.witness.words);
    other.public = sample.election.public_of(h, &ANYONE, &other.witness.words);
    assert!(!failing(&other).is_empty());
    // Another scope is another election: there, and only there, the nullifier differs.
    sample.election.scope += Fr::ONE;
    assert_ne!(ballot(&mut sample, 1, &one(0)).witness.words[0], first.witness.words[0]);
}

/// The bits of v + r weigh the same as those of v: only the comparison with r tells them apart.
#[test]
fn attack_03_the_bits_of_v_plus_r_are_not_the_bits_of_v() {
    for v in [0u64, 1, 5, u64::MAX] {
        let value = Fr::from(v);
        let mut shifted = value.into_bigint();
        assert!(!shifted.add_with_carry(&Fr::MODULUS) && shifted.num_bits() <= 254);
        let packed = |compared: bool| {
            run(|b| {
                let num = b.witness(value)?;
                let bits = range::allocate_bits(b, shifted, 254)?;
                b.tie(&range::pack(&bits), &num)?;
                if compared { range::below(b, &bits, Fr::MODULUS) } else { Ok(()) }
            })
        };
        assert!(packed(false).unsatisfied.is_empty(), "without the comparison v + r passes for v");
        assert!(!packed(true).unsatisfied.is_empty(), "{v} + r was taken for {v}");
        assert!(
            run(|b| {
                let num = b.witness(value)?;
                range::canonical_bits(b, &num).map(drop)
            })
            .unsatisfied
            .is_empty()
        );
    }
}

/// Votes and totals at the ends of their ranges: one more, and what would wrap.
#[test]
fn attack_05_numbers_do_not_overflow() {
    let mut sample = sample_election(Kind::Weighted, 4, 22);
    sample.election.rule = Rule { kind: RuleKind::Split, limit: 3, ..Rule::single(Kind::Weighted, 3) };
    let credits = sample.election.rule.credits(sample.members[2].weight);
    let full = ballot(&mut sample, 2, &[credits, 0, 0]);
    assert_eq!(failing(&full), Vec::<&str>::new());
    for votes in [
        [credits + 1, 0, 0],
        [credits, 1, 0],
        [u64::MAX, 0, 0],
        [u64::MAX, u64::MAX, credits + 2],
        [1 << 40, 0, 0],
        [(1 << 40) - 1, 1, 0],
        [1 << 63, 1 << 63, credits],
    ] {
        let mut greedy = full.clone();
        greedy.witness.votes = votes.to_vec();
        assert!(!failing(&greedy).is_empty(), "{votes:?}");
        assert!(BallotK3D20::check(&greedy.public, &greedy.witness).is_err(), "{votes:?}");
        assert!(seal(&sample.election, &sample.members[2], &votes, &ANYONE, &mut sample.rng).is_err());
    }
    let mut sample = sample_election(Kind::Weighted, 4, 22);
    let honest = tally(&mut sample, &[0, 1]);
    assert!(failing_tally(&honest).is_empty());
    for total in [1 << 40, 1 << 41, u64::MAX] {
        let mut huge = honest.clone();
        huge.totals[0] = total;
        assert!(failing_tally(&huge).contains(&"totals"), "{total}");
    }
}

#[test]
fn attack_07_zeros_and_the_identity_are_refused() {
    let mut sample = sample_election(Kind::Weighted, 3, 23);
    let honest = ballot(&mut sample, 1, &one(1));
    type Lie = fn(&mut SealedBallot);
    let lies: [(&str, Lie); 5] = [
        ("secret", |b| b.witness.secret = BigInt::default()),
        ("encryption", |b| b.witness.randomness = BigInt::default()),
        ("encryption", |b| b.witness.randomness = Scalar::MODULUS),
        ("leaf", |b| b.witness.weight = 0),
        ("path", |b| b.public.root = Fr::ZERO),
    ];
    for (block, lie) in lies {
        let mut zero = honest.clone();
        lie(&mut zero);
        assert!(failing(&zero).contains(&block), "{block}: {:?}", failing(&zero));
        assert!(BallotK3D20::check(&zero.public, &zero.witness).is_err(), "{block}");
    }
}

#[test]
fn attack_12_points_off_the_curve_and_of_small_order_are_refused() {
    let off = Point { x: Fr::ONE, y: Fr::ONE };
    assert!(!run(|b| PointVar::witness_on_curve(b, &off).map(drop)).unsatisfied.is_empty());
    assert!(run(|b| PointVar::witness_on_curve(b, &Point::BASE8).map(drop)).unsatisfied.is_empty());
    // (0, -1) has order 2: on the curve, and in nobody's share.
    let small = Point { x: Fr::ZERO, y: -Fr::ONE };
    assert!(small.is_on_curve() && !small.is_in_subgroup());
    let mut sample = sample_election(Kind::Weighted, 3, 24);
    let honest = tally(&mut sample, &[1, 1]);
    for k in 0..3 {
        let mut shifted = honest.clone();
        shifted.share.decryptions[k] = shifted.share.decryptions[k].add(&small);
        let verdict = shifted.share.verify(honest.context, &honest.c1, &honest.keys);
        assert_eq!(verdict, Err(ShareError::Subgroup(k)));
    }
}

/// Every part of a venue changes the scope, the election's name or the context that proofs are made for; a proof for one of them
/// fails for another.
#[test]
fn attack_26_a_ballot_or_a_share_is_for_one_place_only() {
    let mut sample = sample_election(Kind::Weighted, 3, 25);
    let honest = ballot(&mut sample, 0, &one(1));
    let share = tally(&mut sample, &[0, 1]);
    let (here, root) = (sample.venue, sample.election.root);
    type Move = fn(&mut Venue);
    let moves: [(&str, Move); 6] = [
        ("chain", |v| v.chain_id = 1),
        ("box", |v| v.ballot_box[0] ^= 1),
        ("governor", |v| v.governor[0] ^= 1),
        ("committee", |v| v.committee[0] ^= 1),
        ("term", |v| v.term += 1),
        ("proposal", |v| v.proposal_id[0] ^= 1),
    ];
    for (what, go) in moves {
        let mut there = here;
        go(&mut there);
        let (scope, election) = (there.scope(root), there.election());
        assert!(scope != here.scope(root) || there.context() != here.context(), "{what} is bound nowhere");
        let mut elsewhere = sample.election.clone();
        (elsewhere.scope, elsewhere.election) = (scope, election);
        let mut moved = honest.clone();
        moved.public = elsewhere.public_of(honest.public.h, &ANYONE, &honest.witness.words);
        let other_election = (scope, election) != (here.scope(root), here.election());
        assert_eq!(!failing(&moved).is_empty(), other_election, "{what}");
        if there.context() != here.context() {
            let mut moved = share.clone();
            moved.context = there.context();
            assert!(failing_tally(&moved).contains(&"chaum-pedersen"), "{what}");
            let verdict = share.share.verify(there.context(), &share.c1, &share.keys);
            assert_eq!(verdict, Err(ShareError::Proof), "{what}");
        }
    }
}

#[test]
fn attack_32_anothers_ciphertext_under_my_nullifier() {
    let mut sample = sample_election(Kind::Weighted, 3, 26);
    let (mine, theirs) = (ballot(&mut sample, 0, &one(2)), ballot(&mut sample, 1, &one(0)));
    let mut copied = mine.clone();
    copied.witness.words[1..].copy_from_slice(&theirs.witness.words[1..]);
    let h = crate::poseidon::hash_words(&copied.witness.words);
    copied.public = sample.election.public_of(h, &ANYONE, &copied.witness.words);
    assert_eq!(failing(&copied), ["fold"]);
    // With the other's randomness and votes as well, which a copier does not know, it would be a ballot of one's own.
    copied.witness.randomness = theirs.witness.randomness;
    assert!(!failing(&copied).is_empty());
}

/// The batching factor beta is a hash of the decryptions: moved so that their combination under the old beta stays, they are
/// refused. With a beta that is known before them, votes could be moved between options.
#[test]
fn attack_33_decryptions_moved_along_a_known_combination() {
    let mut sample = sample_election(Kind::Weighted, 4, 27);
    let honest = tally(&mut sample, &[0, 0, 1]);
    let list: Vec<Point> = [vec![honest.c1], honest.keys.clone(), honest.share.decryptions.clone()].concat();
    let words: Vec<Fr> = std::iter::once(honest.context).chain(list.iter().flat_map(Point::words)).collect();
    let digest = crate::poseidon::hash_words(&words).into_bigint();
    let beta = Scalar::from(u128::from(digest.0[0]) | u128::from(digest.0[1]) << 64);
    let votes = Point::BASE8;
    let mut moved = honest.clone();
    // One vote from option 1 to option 0: D_0 - beta·B8... stays the same sum with D_1 + B8.
    moved.share.decryptions[0] = moved.share.decryptions[0].add(&votes.mul(&beta).neg());
    moved.share.decryptions[1] = moved.share.decryptions[1].add(&votes);
    assert_eq!(moved.share.verify(moved.context, &moved.c1, &moved.keys), Err(ShareError::Proof));
    assert!(failing_tally(&moved).contains(&"chaum-pedersen"));
    // The challenge covers the statement: a proof for other keys, sums or decryptions of the same shape is none.
    let others = tally(&mut sample, &[1, 1, 1]);
    let mut swapped = honest.clone();
    (swapped.share.challenge, swapped.share.response) = (others.share.challenge, others.share.response);
    assert!(failing_tally(&swapped).contains(&"chaum-pedersen"));
    assert_eq!(honest.share.verify(honest.context, &honest.c1, &honest.keys), Ok(()));
}
