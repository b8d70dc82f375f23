//! For each block of the statement page a malicious witness that this block alone refuses: everything else, the public inputs
//! that a box computes from the caller's words included, is as consistent as an attacker can make it.

mod rule;
pub mod verdict;

use super::solve::{Advice, Attempt, Inputs, Solver, Until};
use super::subjects::{Closed, DEPTH, closed, trace};
use super::trace::Trace;
use super::{SampleElection, read, sample_election};
use crate::Fr;
use crate::babyjubjub::{Point, Scalar, random_scalar};
use crate::field::low128;
use crate::poseidon::constants::parameters;
use crate::poseidon::{MAX_INPUTS, hash, hash_words};
use crate::statement::Statement;
use crate::voting::ballot::{Ballot, SealedBallot, seal};
use crate::voting::electorate::{Kind, leaf};
use crate::voting::identity::Identity;
use crate::voting::rule::Rule;
use crate::voting::tally::{Tally, TallyPublic, TallyWitness};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};

/// A variable by its block and its place among the block's variables, and its value.
pub type Injection = (&'static str, Place, Fr);

/// A place among the variables that a block allocates.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// From the front, 0 is the first.
    First(usize),
    /// From the back, 0 is the last.
    Last(usize),
}

/// A malicious witness.
pub struct Lie<S: Statement> {
    /// The block that refuses it.
    pub block: &'static str,
    /// What the attacker wants.
    pub aim: &'static str,
    /// The public inputs: true to the chain, and to the words that the attacker sends.
    pub public: S::Public,
    /// What the attacker chooses.
    pub witness: S::Witness,
    /// What it writes into the assignment in place of what the circuit computes.
    pub injected: Vec<Injection>,
}

impl<S: Statement> Lie<S>
where
    S::Public: Sync,
    S::Witness: Sync,
{
    /// The variables injected and their values, in a trace of the circuit.
    pub fn targets(&self, like: &Trace) -> Vec<(u32, Fr)> {
        let target = |(block, place, value): &Injection| {
            let variables: Vec<u32> = read::allocated(like, read::block(like, block)).collect();
            let at = match place {
                Place::First(i) => *i,
                Place::Last(i) => variables.len() - 1 - i,
            };
            (variables[at], *value)
        };
        self.injected.iter().map(target).collect()
    }

    /// The whole false assignment: everything downstream of what is injected follows from it.
    pub fn trace(&self, like: &Trace) -> Trace {
        self.trace_with(like, &[])
    }

    /// [`Lie::trace`], with what the prover works out by itself.
    pub fn trace_with(&self, like: &Trace, advice: &[Advice<'_>]) -> Trace {
        let start = trace::<S>(Some(like), &self.public, &self.witness);
        let mut solver = Solver::with(&start, advice);
        let attempt = Attempt { set: self.targets(like), ..Attempt::default() };
        solver.attempt(&attempt, Inputs::Fixed, Until::End);
        let values = solver.values().to_vec();
        start.with(values)
    }
}

/// The value for the last variable of a hash of `inputs` words that turns its `output` into `wanted`: the output is linear in it.
pub(super) fn last_of_hash(inputs: usize, honest: Fr, output: Fr, wanted: Fr) -> Fr {
    let weight = parameters(inputs).matrix[0][inputs];
    honest + (wanted - output) * weight.inverse().expect("a matrix without zeros")
}

/// A lie about ballots, over the honest ballot that it starts from.
struct Draft<const K: usize> {
    sample: SampleElection,
    ballot: SealedBallot,
    like: Trace,
}

type BallotLie<const K: usize> = Lie<Ballot<K, DEPTH>>;

impl<const K: usize> Draft<K> {
    /// Member 3 of 5, with weight 4, votes for option 1, in a weighted electorate with single choice.
    fn new(like: &Trace, seed: u64) -> Self {
        Self::of(Kind::Weighted, like, seed)
    }

    fn of(kind: Kind, like: &Trace, seed: u64) -> Self {
        let mut sample = sample_election(kind, 5, seed);
        sample.election.keys = sample.trustee.keys(K);
        sample.election.rule = Rule::single(kind, K as u8);
        let choice: Vec<u64> = (0..K).map(|k| u64::from(k == 1)).collect();
        let ballot = seal(&sample.election, &sample.members[3], &choice, &[0; 20], &mut sample.rng).expect("valid");
        Self { sample, ballot, like: like.clone() }
    }

    /// The ciphertexts of these votes under the ballot's randomness.
    fn encrypt(&mut self, votes: &[u64]) {
        let witness = &mut self.ballot.witness;
        witness.words.truncate(1);
        witness.words.extend(Point::BASE8.mul_bigint(witness.randomness).words());
        for (key, votes) in self.sample.election.keys.iter().zip(votes) {
            let vote = Point::BASE8.mul(&Scalar::from(*votes));
            witness.words.extend(key.mul_bigint(witness.randomness).add(&vote).words());
        }
    }

    fn vote(&mut self, votes: &[u64]) {
        let mut votes = votes.to_vec();
        votes.resize(K, 0);
        self.encrypt(&votes);
        self.ballot.witness.votes = votes;
    }

    /// The value that the honest assignment has there.
    fn honest(&self, block: &'static str, place: Place) -> Fr {
        let lie: BallotLie<K> = Lie {
            block,
            aim: "",
            public: self.ballot.public.clone(),
            witness: self.ballot.witness.clone(),
            injected: vec![(block, place, Fr::ZERO)],
        };
        let now = trace::<Ballot<K, DEPTH>>(Some(&self.like), &lie.public, &lie.witness);
        now.values[lie.targets(&self.like)[0].0 as usize]
    }

    /// The public inputs that the box computes for the words.
    fn tell(self, block: &'static str, aim: &'static str, injected: Vec<Injection>) -> BallotLie<K> {
        let Self { sample, ballot: SealedBallot { witness, .. }, .. } = self;
        let public = sample.election.public_of(hash_words(&witness.words), &[0; 20], &witness.words);
        Lie { block, aim, public, witness, injected }
    }
}

/// A malicious witness for each block of `ballot`.
pub fn ballot<const K: usize>(like: &Trace) -> Vec<BallotLie<K>> {
    let all: [fn(&Trace) -> BallotLie<K>; 9] =
        [secret, zero_randomness, outsider, rule::word, identity, leaf_weight, nullifier, ciphertext, copied];
    let mut lies: Vec<BallotLie<K>> = all.iter().map(|lie| lie(like)).collect();
    lies.push(plain_weight(like));
    lies.extend(rule::votes::<K>(like));
    lies.extend((0..4).map(|i| rule::selector::<K>(like, i)));
    lies
}

/// The secret plus l gives the same key and another nullifier.
fn secret<const K: usize>(like: &Trace) -> BallotLie<K> {
    let fits = |draft: &Draft<K>| {
        let mut sum = draft.ballot.witness.secret;
        sum.add_with_carry(&Scalar::MODULUS);
        sum.num_bits() <= 251
    };
    let mut draft = (1..).map(|seed| Draft::<K>::new(like, seed)).find(fits).expect("one in four fits");
    draft.ballot.witness.secret.add_with_carry(&Scalar::MODULUS);
    let secret = Fr::from_bigint(draft.ballot.witness.secret).expect("below r");
    draft.ballot.witness.words[0] = hash(&[draft.ballot.public.scope, secret]);
    draft.tell("secret", "a second nullifier from the secret plus l", vec![])
}

/// Randomness l hides nothing: anyone reads the vote.
fn zero_randomness<const K: usize>(like: &Trace) -> BallotLie<K> {
    let mut draft = Draft::<K>::new(like, 2);
    draft.ballot.witness.randomness = Scalar::MODULUS;
    let votes = draft.ballot.witness.votes.clone();
    draft.vote(&votes);
    draft.tell("encryption", "a ciphertext without randomness", vec![])
}

/// Somebody who is no member, on a member's path.
fn outsider<const K: usize>(like: &Trace) -> BallotLie<K> {
    let mut draft = Draft::<K>::new(like, 3);
    let identity = Identity::generate(&mut draft.sample.rng);
    draft.ballot.witness.secret = identity.secret().into_bigint();
    draft.ballot.witness.words[0] = identity.nullifier(draft.ballot.public.scope);
    draft.tell("path", "a vote of somebody who is no member", vec![])
}

/// Somebody else's key: the attacker's secret, a member's commitment.
fn identity<const K: usize>(like: &Trace) -> BallotLie<K> {
    let mut draft = Draft::<K>::new(like, 5);
    let member = draft.sample.members[3].identity.commitment();
    let attacker = Identity::generate(&mut draft.sample.rng);
    draft.ballot.witness.secret = attacker.secret().into_bigint();
    draft.ballot.witness.words[0] = attacker.nullifier(draft.ballot.public.scope);
    let honest = draft.honest("identity", Place::Last(0));
    let value = last_of_hash(2, honest, attacker.commitment(), member);
    draft.tell("identity", "a member's commitment without its secret", vec![("identity", Place::Last(0), value)])
}

/// A thousand times the weight: the leaf's hash is replaced by the leaf that is in the tree.
fn leaf_weight<const K: usize>(like: &Trace) -> BallotLie<K> {
    let mut draft = Draft::<K>::new(like, 6);
    let member = draft.sample.members[3].clone();
    let commitment = member.identity.commitment();
    let real = leaf(Kind::Weighted, commitment, member.weight).expect("a valid leaf");
    draft.ballot.witness.weight = 1000 * member.weight;
    draft.vote(&[0, 1000 * u64::from(member.weight)]);
    // The block ends with the choice between leaf and commitment, and the leaf's inverse.
    draft.tell("leaf", "a thousand times the weight", vec![("leaf", Place::Last(1), real - commitment)])
}

/// A weight where everybody has 1.
fn plain_weight<const K: usize>(like: &Trace) -> BallotLie<K> {
    let mut draft = Draft::<K>::of(Kind::Plain, like, 17);
    draft.ballot.witness.weight = 1000;
    draft.vote(&[0, 1000]);
    draft.tell("leaf", "a weight in a plain electorate", vec![])
}

/// A second nullifier.
fn nullifier<const K: usize>(like: &Trace) -> BallotLie<K> {
    let mut draft = Draft::<K>::new(like, 7);
    let (real, wanted) = (draft.ballot.witness.words[0], Fr::from(7u64));
    draft.ballot.witness.words[0] = wanted;
    let value = last_of_hash(2, draft.honest("nullifier", Place::Last(0)), real, wanted);
    draft.tell("nullifier", "a nullifier of the voter's own making", vec![("nullifier", Place::Last(0), value)])
}

/// The votes obey the rule, the ciphertext holds a thousand more.
fn ciphertext<const K: usize>(like: &Trace) -> BallotLie<K> {
    let mut draft = Draft::<K>::new(like, 8);
    let mut sealed = draft.ballot.witness.votes.clone();
    sealed[K - 1] += 1000;
    draft.encrypt(&sealed);
    let words = &draft.ballot.witness.words;
    let (x, y) = (words[words.len() - 2], words[words.len() - 1]);
    // The block ends with the two coordinates of the last ciphertext.
    let point = vec![("encryption", Place::Last(1), x), ("encryption", Place::Last(0), y)];
    draft.tell("encryption", "a ciphertext of other votes than the rule has seen", point)
}

/// Another's words, sent as one's own.
fn copied<const K: usize>(like: &Trace) -> BallotLie<K> {
    let mut draft = Draft::<K>::new(like, 9);
    let choice: Vec<u64> = (0..K).map(|k| u64::from(k == 0)).collect();
    let member = draft.sample.members[1].clone();
    let other = seal(&draft.sample.election, &member, &choice, &[0; 20], &mut draft.sample.rng).expect("valid");
    draft.ballot.witness.words = other.witness.words.clone();
    draft.tell("fold", "another member's words", vec![])
}

type TallyLie<const K: usize> = Lie<Tally<K, 1>>;

/// A malicious witness for each block of `tally`.
pub fn tally<const K: usize>(like: &Trace) -> Vec<TallyLie<K>> {
    let mut lies = vec![outside_the_subgroup(), chosen_digest(like), moved_vote()];
    lies.extend([one_more(), over_the_range(), other_words()]);
    lies
}

fn votes_cast<const K: usize>(seed: u64) -> Closed {
    closed::<K>(&[1, 1, 0, 2, 1], seed)
}

fn tell<const K: usize>(
    block: &'static str,
    aim: &'static str,
    witness: TallyWitness,
    injected: Vec<Injection>,
) -> TallyLie<K> {
    Lie { block, aim, public: witness.public(), witness, injected }
}

/// The digest S of a share's statement.
fn digest(tally: &TallyWitness, decryptions: &[Point]) -> Fr {
    let points = std::iter::once(&tally.c1).chain(&tally.keys).chain(decryptions);
    let words: Vec<Fr> = std::iter::once(tally.context).chain(points.flat_map(Point::words)).collect();
    hash_words(&words)
}

/// A trustee's challenge and response for any digest.
fn prove(closed: &mut Closed, digest: Fr, wanted: impl Fn(u128) -> bool) -> (u128, Scalar) {
    let beta = Scalar::from(low128(&digest));
    let secrets = closed.sample.trustee.secrets(closed.tally.keys.len());
    let combined = secrets.iter().rev().fold(Scalar::ZERO, |sum, secret| sum * beta + secret);
    loop {
        let nonce = random_scalar(&mut closed.sample.rng);
        let (r1, r2) = (Point::BASE8.mul(&nonce), closed.tally.c1.mul(&nonce));
        let challenge = low128(&hash(&[digest, r1.x, r1.y, r2.x, r2.y]));
        if wanted(challenge) {
            return (challenge, nonce + Scalar::from(challenge) * combined);
        }
    }
}

/// The trustee adds the point of order 2 to a decryption, and grinds a challenge that cancels it: the sum then opens to nothing.
fn outside_the_subgroup<const K: usize>() -> TallyLie<K> {
    let mut closed = votes_cast::<K>(11);
    let two = Point { x: Fr::ZERO, y: -Fr::ONE };
    let mut decryptions = closed.tally.share.decryptions.clone();
    decryptions[1] = decryptions[1].add(&two);
    let digest = digest(&closed.tally, &decryptions);
    // c * beta times a point of order 2 is the identity where the product is even.
    let beta_even = low128(&digest).is_multiple_of(2);
    (closed.tally.share.challenge, closed.tally.share.response) =
        prove(&mut closed, digest, |c| beta_even || c.is_multiple_of(2));
    closed.tally.c2[1] = closed.tally.c2[1].add(&two);
    // A point takes 19 variables: x, y, their squares, and five for each doubling, whose last two are the coordinates.
    let last = |coordinate: usize| Place::Last(19 * (K - 2) + 1 - coordinate);
    let [x, y] = decryptions[1].words();
    let point = vec![("subgroup", last(0), x), ("subgroup", last(1), y)];
    tell("subgroup", "a decryption outside the subgroup", closed.tally, point)
}

/// A digest of 0 makes beta 0: only the first decryption is then proven, and a vote moves.
fn chosen_digest<const K: usize>(like: &Trace) -> TallyLie<K> {
    let mut closed = votes_cast::<K>(12);
    move_a_vote(&mut closed.tally);
    let real = digest(&closed.tally, &closed.tally.share.decryptions);
    (closed.tally.share.challenge, closed.tally.share.response) = prove(&mut closed, Fr::ZERO, |_| true);
    let words = 3 + 4 * K;
    let inputs = if words <= MAX_INPUTS { words } else { 2 + (words - MAX_INPUTS - 1) % (MAX_INPUTS - 1) };
    let now = trace::<Tally<K, 1>>(Some(like), &closed.tally.public(), &closed.tally);
    let last = read::allocated(&now, read::block(&now, "statement")).last().expect("a hash has variables");
    let value = last_of_hash(inputs, now.values[last as usize], real, Fr::ZERO);
    tell(
        "statement",
        "a digest that proves one decryption only",
        closed.tally,
        vec![("statement", Place::Last(0), value)],
    )
}

/// One vote from option 0 to option 1: the decryptions are off by B8.
fn move_a_vote(tally: &mut TallyWitness) {
    let d = &mut tally.share.decryptions;
    d[1] = d[1].add(&Point::BASE8.neg());
    tally.totals[1] += 1;
    d[2] = d[2].add(&Point::BASE8);
    tally.totals[2] -= 1;
}

/// Decryptions off by a vote, totals that fit, the honest proof.
fn moved_vote<const K: usize>() -> TallyLie<K> {
    let mut closed = votes_cast::<K>(13);
    move_a_vote(&mut closed.tally);
    tell("chaum-pedersen", "a vote moved, hidden in the decryptions", closed.tally, vec![])
}

fn one_more<const K: usize>() -> TallyLie<K> {
    let mut closed = votes_cast::<K>(14);
    closed.tally.totals[1] += 1;
    tell("totals", "a vote more than was cast", closed.tally, vec![])
}

/// A total congruent to the true one modulo l, if only it had room.
fn over_the_range<const K: usize>() -> TallyLie<K> {
    let mut closed = votes_cast::<K>(15);
    closed.tally.totals[0] += 1 << 40;
    tell("totals", "a total of 41 bits", closed.tally, vec![])
}

/// The box's words have one vote more than the circuit's.
fn other_words<const K: usize>() -> TallyLie<K> {
    let closed = votes_cast::<K>(16);
    let mut told = closed.tally.clone();
    told.totals[2] += 1;
    let public: TallyPublic<Fr> = told.public();
    Lie { block: "fold", aim: "totals that the circuit has not seen", public, witness: closed.tally, injected: vec![] }
}
