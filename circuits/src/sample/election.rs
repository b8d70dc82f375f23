//! Elections.

use crate::Fr;
use crate::babyjubjub::Point;
use crate::merkle::LeanImt;
use crate::voting::ballot::{Election, Member, SealedBallot, seal};
use crate::voting::electorate::{Kind, leaf};
use crate::voting::identity::Identity;
use crate::voting::rule::{Rule, choose};
use crate::voting::scope::Venue;
use crate::voting::tally::TallyWitness;
use crate::voting::trustee::TrusteeSecret;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

/// A real election in memory: members, trustee, tree. The same seed gives the same election.
pub struct SampleElection {
    /// Its constants.
    pub election: Election,
    /// Where it takes place.
    pub venue: Venue,
    /// The members, in the order of their leaves.
    pub members: Vec<Member>,
    /// The trustee.
    pub trustee: TrusteeSecret,
    /// For ballots.
    pub rng: ChaCha20Rng,
}

/// An election of `members` members and three options; weights are 1, or 1, 2, 3, ... in a weighted electorate.
///
/// # Panics
/// Without a member.
pub fn sample_election(kind: Kind, members: usize, seed: u64) -> SampleElection {
    sample_poll(kind, members, 3, seed)
}

/// [`sample_election`] with `options` options, 3 or 8.
///
/// # Panics
/// Without a member or an option.
pub fn sample_poll(kind: Kind, members: usize, options: u8, seed: u64) -> SampleElection {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let identities: Vec<Identity> = (0..members).map(|_| Identity::generate(&mut rng)).collect();
    let weight = |i: usize| if kind == Kind::Weighted { i as u32 + 1 } else { 1 };
    let leaves: Vec<Fr> = (identities.iter().enumerate())
        .map(|(i, identity)| leaf(kind, identity.commitment(), weight(i)).expect("a valid member"))
        .collect();
    let tree = LeanImt::from_leaves(&leaves).expect("no leaf is 0");
    let trustee = TrusteeSecret::generate(&mut rng);
    let venue = Venue {
        chain_id: 31337,
        ballot_box: [0xb0; 20],
        governor: [0x60; 20],
        committee: [0xc0; 20],
        term: 1,
        proposal_id: [0x11; 32],
    };
    let members = (identities.into_iter().enumerate())
        .map(|(i, identity)| Member { identity, weight: weight(i), proof: tree.proof(i as u64).expect("a leaf") })
        .collect();
    let election = Election {
        root: tree.root(),
        size: tree.size(),
        scope: venue.scope(tree.root()),
        rule: Rule::single(kind, options),
        keys: trustee.keys(options.into()),
        election: venue.election(),
    };
    SampleElection { election, venue, members, trustee, rng }
}

/// The ballot of `member` for `option`.
///
/// # Panics
/// If there is no such member or option.
pub fn sample_ballot(sample: &mut SampleElection, member: usize, option: usize) -> SealedBallot {
    let choice = choose(sample.election.keys.len(), &[option]).expect("an option");
    seal(&sample.election, &sample.members[member], &choice, &[0; 20], &mut sample.rng).expect("a member's choice")
}

/// The tally after `ballots` members voted, each for the option after the last one's.
///
/// # Panics
/// If there are fewer members.
pub fn sample_tally(sample: &mut SampleElection, ballots: usize) -> TallyWitness {
    let options = sample.election.keys.len();
    let mut totals = vec![0; options];
    let mut words = Vec::new();
    for member in 0..ballots {
        totals[member % options] += u64::from(sample.members[member].weight);
        words.push(sample_ballot(sample, member, member % options).witness.words.clone());
    }
    let sums = accumulate(words.iter().map(Vec::as_slice), options);
    let (context, keys) = (sample.venue.context(), sample.election.keys.clone());
    let share = sample.trustee.share(context, &sums[0], options, &mut sample.rng);
    TallyWitness { context, c1: sums[0], c2: sums[1..].to_vec(), keys, totals, share }
}

/// Sum of the ciphertexts of ballots given by their words: C1 and C2_k.
pub fn accumulate<'a>(ballots: impl IntoIterator<Item = &'a [Fr]>, options: usize) -> Vec<Point> {
    let mut sums = vec![Point::IDENTITY; options + 1];
    for words in ballots {
        for (sum, xy) in sums.iter_mut().zip(words[1..].chunks(2)) {
            *sum = sum.add(&Point { x: xy[0], y: xy[1] });
        }
    }
    sums
}
