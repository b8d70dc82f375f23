//! Small real elections with real proofs, under the development keys that all tests share.

use ark_bn254::Fr;
use rand::{CryptoRng, Rng, RngCore};
use std::path::PathBuf;
use std::sync::LazyLock;
use tabella_circuits::statement::Statement;
use tabella_circuits::testing::{accumulate, sample_election};
use tabella_circuits::voting::ballot::{BallotK3D20, Election, Member, SealedBallot, seal};
use tabella_circuits::voting::electorate::Kind;
use tabella_circuits::voting::rule::choose;
use tabella_circuits::voting::tally::{TallyK3T1, TallyWitness, totals};
use tabella_prover::groth16::verifying_key_to_json;
use tabella_prover::{CircuitKey, DevelopmentKey, KeyStore, Proof, prove};

use crate::peer::root;

/// Anyone may send the ballot.
const ANYONE: [u8; 20] = [0; 20];

/// The development key of `ballot-k3-d20`, made once and kept on disk.
pub static BALLOT_KEY: LazyLock<DevelopmentKey> = LazyLock::new(development_key::<BallotK3D20>);
/// The development key of `tally-k3-t1`, made once and kept on disk.
pub static TALLY_KEY: LazyLock<DevelopmentKey> = LazyLock::new(development_key::<TallyK3T1>);

/// `TABELLA_KEYS`, or `target/dev-keys` of the repository.
pub fn keys_folder() -> PathBuf {
    std::env::var_os("TABELLA_KEYS").map_or_else(|| root().join("target/dev-keys"), PathBuf::from)
}

fn development_key<S: Statement>() -> DevelopmentKey {
    let folder = keys_folder();
    KeyStore::open(&folder).development::<S>().unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}

/// A proof with everything that a verifier is given.
pub struct Proven {
    /// The verifying key as snarkjs's JSON.
    pub key: String,
    /// The public inputs, in order.
    pub inputs: Vec<Fr>,
    /// The proof.
    pub proof: Proof,
}

fn proven<S: Statement>(key: &DevelopmentKey, public: &S::Public, witness: &S::Witness) -> Proven {
    let proof = prove::<S>(key, public, witness).unwrap_or_else(|error| panic!("{error}"));
    Proven { key: verifying_key_to_json(key.verifying_key()), inputs: S::inputs(public), proof }
}

fn sealed(election: &Election, member: &Member, option: usize, rng: &mut (impl RngCore + CryptoRng)) -> SealedBallot {
    let choice = choose(3, &[option]).unwrap_or_else(|error| panic!("{error}"));
    seal(election, member, &choice, &ANYONE, rng).unwrap_or_else(|error| panic!("{error}"))
}

/// A ballot of a random member for a random option, proven.
///
/// # Panics
/// When it cannot be sealed or proven.
pub fn proven_ballot(kind: Kind, members: usize, rng: &mut impl Rng) -> Proven {
    let mut sample = sample_election(kind, members, rng.r#gen());
    let (member, option) = (rng.gen_range(0..members), rng.gen_range(0..3));
    let ballot = sealed(&sample.election, &sample.members[member], option, &mut sample.rng);
    proven::<BallotK3D20>(&BALLOT_KEY, &ballot.public, &ballot.witness)
}

/// The tally of an election in which every member cast a ballot for a random option, proven.
///
/// # Panics
/// When a ballot cannot be sealed, or the tally opened or proven.
pub fn proven_tally(kind: Kind, members: usize, rng: &mut impl Rng) -> Proven {
    let mut sample = sample_election(kind, members, rng.r#gen());
    let (mut expected, mut ballots) = (vec![0; 3], Vec::new());
    for member in &sample.members {
        let option = rng.gen_range(0..3);
        expected[option] += u64::from(member.weight);
        let ballot = sealed(&sample.election, member, option, &mut sample.rng);
        ballots.push(ballot.witness.words.clone());
    }
    let sums = accumulate(ballots.iter().map(Vec::as_slice), 3);
    let (c1, c2) = (sums[0], sums[1..].to_vec());
    let context = sample.venue.context();
    let share = sample.trustee.share(context, &c1, 3, &mut sample.rng);
    let opened = totals(&c2, &share.decryptions, expected.iter().sum()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(opened, expected, "the totals are not what was voted");
    let witness = TallyWitness { context, c1, c2, keys: sample.election.keys.clone(), totals: opened, share };
    proven::<TallyK3T1>(&TALLY_KEY, &witness.public(), &witness)
}
