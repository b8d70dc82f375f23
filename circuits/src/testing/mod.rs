//! For tests, here and in other crates: running a circuit on any assignment, and small real elections.

pub mod mutate;

use crate::Fr;
use crate::babyjubjub::Point;
use crate::merkle::LeanImt;
use crate::r1cs::{Block, Builder, System};
use crate::statement::Statement;
use crate::voting::ballot::{Election, Member};
use crate::voting::electorate::{Kind, leaf};
use crate::voting::identity::Identity;
use crate::voting::rule::Rule;
use crate::voting::scope::Venue;
use crate::voting::trustee::TrusteeSecret;
use ark_relations::gr1cs::{
    ConstraintSystem, ConstraintSystemRef, OptimizationGoal, R1CS_PREDICATE_LABEL, SynthesisError,
};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

/// How many cases a property test runs: `default`, or more where `PROPTEST_CASES` asks for more (`make slow` does).
pub fn cases(default: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(default).max(default)
}

/// What a circuit makes of an assignment.
#[derive(Clone, Debug)]
pub struct Run {
    /// Number of constraints.
    pub constraints: usize,
    /// Named runs of rows.
    pub blocks: Vec<Block>,
    /// Rows that do not hold.
    pub unsatisfied: Vec<usize>,
}

impl Run {
    /// Names of the blocks with unsatisfied rows, each once, in order; rows outside any block are named "-".
    pub fn failing_blocks(&self) -> Vec<&'static str> {
        let name =
            |row: &usize| self.blocks.iter().find(|block| block.rows.contains(row)).map_or("-", |block| block.name);
        let mut names: Vec<_> = self.unsatisfied.iter().map(name).collect();
        names.dedup();
        names
    }
}

/// Runs `body` in a fresh constraint system and evaluates every row.
pub fn run(body: impl FnOnce(&mut Builder<'_>) -> Result<(), SynthesisError>) -> Run {
    let cs: ConstraintSystemRef<Fr> = ConstraintSystem::new_ref();
    cs.set_optimization_goal(OptimizationGoal::Constraints);
    let mut system = System::new(cs.clone());
    let mut builder = Builder::new(&mut system);
    body(&mut builder).expect("synthesis never fails, whatever the values");
    let blocks = builder.blocks().to_vec();
    cs.finalize();
    let matrices = cs.to_matrices().expect("matrices are built in this mode");
    let inner = cs.borrow().expect("the system exists");
    let inputs = inner.instance_assignment().expect("assigned");
    let assignment = [inputs, inner.witness_assignment().expect("assigned")].concat();
    let rows = matrices.get(R1CS_PREDICATE_LABEL).map(Vec::as_slice).unwrap_or_default();
    let value = |matrix: usize, row: usize| rows[matrix][row].iter().map(|(c, i)| *c * assignment[*i]).sum::<Fr>();
    let constraints = cs.num_constraints();
    let unsatisfied = (0..constraints).filter(|row| value(0, *row) * value(1, *row) != value(2, *row)).collect();
    Run { constraints, blocks, unsatisfied }
}

/// Runs a statement's circuit.
pub fn run_statement<S: Statement>(public: &S::Public, witness: &S::Witness) -> Run {
    run(|builder| S::build(builder, public, witness))
}

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
