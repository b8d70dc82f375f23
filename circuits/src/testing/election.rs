//! Small real elections in memory.

use crate::Fr;
use crate::babyjubjub::Point;
use crate::merkle::LeanImt;
use crate::voting::ballot::{Election, Member};
use crate::voting::electorate::{Kind, leaf};
use crate::voting::identity::Identity;
use crate::voting::rule::Rule;
use crate::voting::scope::Venue;
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
pub fn sample_election(kind: Kind, members: usize, seed: u64) -> SampleElection {
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
        rule: Rule::single(kind, 3),
        keys: trustee.keys(3),
        election: venue.election(),
    };
    SampleElection { election, venue, members, trustee, rng }
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
