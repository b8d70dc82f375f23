//! The statements with honest assignments of every kind, and their native twins as judges of any assignment.

use super::kill::Subject;
use super::trace::{Body, Trace};
use super::{SampleElection, accumulate, lies, read, sample_election};
use crate::Fr;
use crate::babyjubjub::{Point, Scalar};
use crate::merkle::MerkleProof;
use crate::r1cs::Builder;
use crate::statement::Statement;
use crate::voting::ballot::{Ballot, BallotPublic, BallotWitness, Election, Member, SealedBallot, seal};
use crate::voting::electorate::{Kind, leaf};
use crate::voting::identity::scalar_to_field;
use crate::voting::rule::{Rule, RuleKind};
use crate::voting::tally::{Tally, TallyPublic, TallyWitness, totals};
use crate::voting::trustee::Share;
use ark_ff::{BigInt, Field, PrimeField, UniformRand};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

/// Levels of the ballot circuits.
pub const DEPTH: usize = 20;

/// An assignment of `S` as a trace; `like` is one of the same circuit, which saves time.
pub fn trace<S: Statement>(like: Option<&Trace>, public: &S::Public, witness: &S::Witness) -> Trace
where
    S::Public: Sync,
    S::Witness: Sync,
{
    let body: Body<'_> = &|b: &mut Builder<'_>| S::build(b, public, witness);
    like.map_or_else(|| Trace::new(body), |like| like.again(body))
}

/// Ballots of `K` options: each rule, both kinds of electorate, limits reached and not, options not in use, abstention.
pub fn ballots<const K: usize>() -> Vec<SealedBallot> {
    use RuleKind::{Approval, Quadratic, Single, Split};
    let all = K as u8;
    let cases: [(Kind, RuleKind, u8, u16, &[u64]); 14] = [
        (Kind::Weighted, Single, all, 1, &[0, 1]),
        (Kind::Weighted, Approval, all, 3, &[1, 0]),
        (Kind::Weighted, Approval, 2, 2, &[1, 1]),
        (Kind::Weighted, Split, all, 100, &[7, 300]),
        (Kind::Weighted, Split, 2, 100, &[1, 0]),
        (Kind::Weighted, Split, all, 1, &[0, 0]),
        (Kind::Weighted, Quadratic, all, 1, &[2, 0]),
        (Kind::Weighted, Quadratic, all, 60000, &[3, 20]),
        (Kind::Plain, Single, all, 1, &[1, 0]),
        (Kind::Plain, Approval, 2, 2, &[1, 0]),
        (Kind::Plain, Split, all, 9, &[0, 5]),
        (Kind::Plain, Quadratic, all, 25, &[3, 4]),
        // The options in use end where the circuit has more.
        (Kind::Weighted, Split, all.min(4), 2, &[3, 2]),
        (Kind::Weighted, Approval, all.min(5), 2, &[0, 1]),
    ];
    // Large trees of which only one path is known: every level with a sibling, and the last position of two sizes.
    let places = [(0x5_5555, 1 << DEPTH), (0xa_aaaa, 0xa_aaab), (0x5_5555, 0x5_5556), (0x6_0000, 0x7_0000)];
    let mut ballots: Vec<SealedBallot> = places.iter().map(|(index, size)| deep::<K>(*index, *size)).collect();
    let small = (cases.iter().zip(1..)).map(|((electorate, kind, options, limit, start), seed)| {
        // Who abstains is alone in its electorate: a path without any sibling.
        let members = if start.iter().all(|votes| *votes == 0) { 1 } else { 5 };
        let mut sample = sample_election(*electorate, members, seed);
        let rule = Rule { electorate: *electorate, kind: *kind, options: *options, limit: *limit };
        let mut choice = start.to_vec();
        choice.resize(usize::from(*options), 0);
        let election = Election { rule, keys: sample.trustee.keys(K), ..sample.election.clone() };
        seal(&election, &sample.members[members.min(4) - 1], &choice, &[0; 20], &mut sample.rng)
            .expect("a valid choice")
    });
    ballots.extend(small);
    ballots
}

fn deep<const K: usize>(index: u64, size: u64) -> SealedBallot {
    let mut sample = sample_election(Kind::Weighted, 2, index ^ size);
    let siblings: Vec<Fr> = (0..DEPTH).map(|_| UniformRand::rand(&mut sample.rng)).collect();
    let proof = MerkleProof { index, siblings: read::path(index, size - 1, &siblings) };
    let member = &sample.members[1];
    let leaf = leaf(Kind::Weighted, member.identity.commitment(), member.weight).expect("a valid member");
    let keys = sample.trustee.keys(K);
    let rule = Rule::single(Kind::Weighted, K as u8);
    let election = Election { root: proof.root(leaf), size, rule, keys, ..sample.election.clone() };
    let mut choice = vec![0; K];
    choice[K - 1] = 1;
    seal(&election, &Member { proof, ..member.clone() }, &choice, &[0; 20], &mut sample.rng).expect("a valid choice")
}

/// `ballot` with `K` options, for the deletion of rows.
pub fn ballot<const K: usize>() -> Subject<'static> {
    let mut honest: Vec<Trace> = Vec::new();
    for ballot in ballots::<K>() {
        honest.push(trace::<Ballot<K, DEPTH>>(honest.first(), &ballot.public, &ballot.witness));
    }
    let lies = lies::ballot::<K>(&honest[0]).iter().map(|lie| lie.trace(&honest[0])).collect();
    Subject {
        name: Ballot::<K, DEPTH>::id(),
        honest,
        lies,
        judge: &|trace, values| {
            read_ballot::<K>(trace, values)
                .is_some_and(|(public, witness)| Ballot::<K, DEPTH>::check(&public, &witness).is_ok())
        },
        bounds: vec![(251, Scalar::MODULUS), (254, Fr::MODULUS)],
        digests: Vec::new(),
        challenges: Vec::new(),
        advice: Vec::new(),
        schemes: None,
        random: random(),
    }
}

/// For false values.
pub(super) fn random() -> Fr {
    Fr::rand(&mut ChaCha20Rng::seed_from_u64(2))
}

/// The statement that an assignment of `ballot` makes, and the witness in it; the words are those that the witness gives.
pub fn read_ballot<const K: usize>(trace: &Trace, values: &[Fr]) -> Option<(BallotPublic<Fr>, BallotWitness)> {
    let mut inputs = values.iter();
    let mut next = |_: String, _: &Fr| inputs.next().copied().ok_or(());
    let public = Ballot::<K, DEPTH>::blank().0.try_map(&mut next).ok()?;
    let number = |block, count| read::number(trace, values, read::first_bit(trace, block), count);
    let secret = number("secret", 251)?;
    let weight = u32::try_from(number("leaf", 32)?.0[0]).ok()?;
    let index = number("path", DEPTH)?.0[0];
    let siblings: Vec<Fr> = read::choices(trace, read::block(trace, "path")).map(|v| values[v as usize]).collect();
    let last = read::small(public.size - Fr::ONE)?;
    let first = read::first_bit(trace, "rule");
    let votes = (0..K as u32).map(|k| Some(read::number(trace, values, first + 40 * k, 40)?.0[0]));
    let votes = votes.collect::<Option<Vec<u64>>>()?;
    let rho = read::signed_digits(trace, values, read::first_bit(trace, "encryption"))?;
    let scalar = Scalar::from_bigint(secret)?;
    let mut words = vec![crate::poseidon::hash(&[public.scope, scalar_to_field(&scalar)])];
    words.extend(Point::BASE8.mul(&rho).words());
    for ([x, y], votes) in public.keys.iter().zip(&votes) {
        let vote = Point::BASE8.mul(&Scalar::from(*votes));
        words.extend(Point { x: *x, y: *y }.mul(&rho).add(&vote).words());
    }
    let siblings = read::path(index, last, &siblings);
    Some((public, BallotWitness { secret, weight, index, siblings, votes, randomness: rho.into_bigint(), words }))
}

/// An election of `K` options, closed: the members' votes and what the box holds.
pub struct Closed {
    /// The election.
    pub sample: SampleElection,
    /// Its honest tally.
    pub tally: TallyWitness,
}

/// An election of `K` options in which `votes` were cast.
pub fn closed<const K: usize>(votes: &[usize], seed: u64) -> Closed {
    let mut sample = sample_election(Kind::Weighted, 5, seed);
    sample.election.keys = sample.trustee.keys(K);
    sample.election.rule = Rule::single(Kind::Weighted, K as u8);
    let ballots: Vec<SealedBallot> = (votes.iter().zip(&sample.members))
        .map(|(option, member)| {
            let choice: Vec<u64> = (0..K).map(|k| u64::from(k == *option)).collect();
            seal(&sample.election, member, &choice, &[0; 20], &mut sample.rng).expect("a valid choice")
        })
        .collect();
    let sums = accumulate(ballots.iter().map(|ballot| ballot.witness.words.as_slice()), K);
    let context = sample.venue.context();
    let share = sample.trustee.share(context, &sums[0], K, &mut sample.rng);
    let totals = totals(&sums[1..], &share.decryptions, 15).expect("the totals are small");
    let keys = sample.election.keys.clone();
    let tally = TallyWitness { context, c1: sums[0], c2: sums[1..].to_vec(), keys, totals, share };
    Closed { sample, tally }
}

/// `tally` with `K` options, for the deletion of rows.
pub fn tally<const K: usize>() -> Subject<'static> {
    let mut honest: Vec<Trace> = Vec::new();
    for (votes, seed) in [(&[1, 1, 0, 2, 1][..], 1), (&[2], 2)] {
        let witness = closed::<K>(votes, seed).tally;
        honest.push(trace::<Tally<K, 1>>(honest.first(), &witness.public(), &witness));
    }
    let lies = lies::tally::<K>(&honest[0]).iter().map(|lie| lie.trace(&honest[0])).collect();
    let digests = challenge(&honest[0]);
    Subject {
        name: Tally::<K, 1>::id(),
        honest,
        digests,
        lies,
        judge: &|trace, values| {
            read_tally::<K>(trace, values)
                .is_some_and(|(public, witness)| Tally::<K, 1>::check(&public, &witness).is_ok())
        },
        bounds: vec![(254, Fr::MODULUS)],
        challenges: Vec::new(),
        advice: Vec::new(),
        schemes: None,
        random: random(),
    }
}

/// The decompositions of the digest and of the challenge, and the comparison of the challenge with c, which ends its block.
fn challenge(trace: &Trace) -> Vec<u32> {
    let block = read::block(trace, "chaum-pedersen");
    let whole = |row: &usize| trace.gives[*row].bits.as_ref().is_some_and(|bits| bits.len() == 254);
    block.clone().filter(whole).chain([block.end - 1]).map(|row| row as u32).collect()
}

/// The statement that an assignment of `tally` makes, and the share in it.
pub fn read_tally<const K: usize>(trace: &Trace, values: &[Fr]) -> Option<(TallyPublic<Fr>, TallyWitness)> {
    let mut inputs = values.iter().copied();
    let public = Tally::<K, 1>::blank().0.try_map(|_, _| inputs.next().ok_or(())).ok()?;
    let mut point = || Some(Point { x: inputs.next()?, y: inputs.next()? });
    let c1 = point()?;
    let c2 = (0..K).map(|_| point()).collect::<Option<Vec<_>>>()?;
    let keys = (0..K).map(|_| point()).collect::<Option<Vec<_>>>()?;
    let totals = (0..K).map(|_| read::small(inputs.next()?)).collect::<Option<Vec<_>>>()?;
    let context = inputs.next()?;
    // The words come first in the block: they are allocated before any row.
    let words = 2 * (2 * K + 1) + K + 1;
    let eighths: Vec<Fr> = read::choices(trace, read::block(trace, "subgroup"))
        .filter(|v| *v as usize >= trace.inputs + words)
        .map(|v| values[v as usize])
        .collect();
    let eighths: Vec<Point> = eighths.chunks(2).map(|p| Point { x: p[0], y: p[1] }).collect();
    if !eighths.iter().all(Point::is_on_curve) {
        return None;
    }
    let decryptions = eighths.iter().map(|p| p.double().double().double()).collect();
    let rows = read::block(trace, "chaum-pedersen");
    let runs = trace.index.runs.iter().filter(|run| rows.contains(&(trace.allocated_at[run.start as usize] as usize)));
    let number = |bits: usize| -> Option<BigInt<4>> {
        let run = runs.clone().find(|run| run.len() == bits)?;
        read::number(trace, values, run.start, bits)
    };
    let (c, z) = (number(128)?, number(251)?);
    let challenge = u128::from(c.0[0]) | u128::from(c.0[1]) << 64;
    let response = Scalar::from_le_bytes_mod_order(&ark_ff::BigInteger::to_bytes_le(&z));
    let share = Share { decryptions, challenge, response };
    Some((public, TallyWitness { context, c1, c2, keys, totals, share }))
}
