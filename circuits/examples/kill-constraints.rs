//! Deletes constraints one by one, in thought, and counts those that nothing would notice.
//!
//! `cargo run --release -p tabella-circuits --features test-utils --example kill-constraints [-- STEP]`: every STEP-th
//! row of each circuit (default 1: all of them, which takes some minutes). Exit code 1 if a row survives.

use std::process::ExitCode;
use std::time::Instant;

use ark_ff::UniformRand;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use tabella_circuits::merkle::MerkleProof;
use tabella_circuits::r1cs::Builder;
use tabella_circuits::statement::Statement;
use tabella_circuits::testing::mutate::{Body, probe, survivors};
use tabella_circuits::testing::{SampleElection, accumulate, sample_election};
use tabella_circuits::voting::ballot::{BallotK3D20, Election, Member, SealedBallot, seal};
use tabella_circuits::voting::electorate::{Kind, leaf};
use tabella_circuits::voting::tally::{TallyK3T1, TallyWitness, totals};

fn main() -> ExitCode {
    let step: usize = match std::env::args().nth(1).map(|text| text.parse()) {
        None => 1,
        Some(Ok(step)) if step > 0 => step,
        Some(_) => {
            eprintln!("usage: kill-constraints [STEP], a number from 1");
            return ExitCode::from(2);
        }
    };
    let mut sample = sample_election(Kind::Weighted, 5, 1);
    let ballot =
        seal(&sample.election, &sample.members[4], &[0, 1, 0], &[0; 20], &mut sample.rng).expect("a valid choice");
    let sums = accumulate([ballot.witness.words.as_slice()], 3);
    let context = sample.venue.context();
    let share = sample.trustee.share(context, &sums[0], 3, &mut sample.rng);
    let found = totals(&sums[1..], &share.decryptions, 15).expect("the totals are small");
    let keys = sample.election.keys.clone();
    let tally = TallyWitness { context, c1: sums[0], c2: sums[1..].to_vec(), keys, totals: found, share };
    let public = tally.public();

    let sealed = |b: &mut Builder<'_>| BallotK3D20::build(b, &ballot.public, &ballot.witness);
    let counted = |b: &mut Builder<'_>| TallyK3T1::build(b, &public, &tally);
    let deep = full_tree(&mut sample);
    let deep = |b: &mut Builder<'_>| BallotK3D20::build(b, &deep.public, &deep.witness);
    let both = [report("ballot-k3-d20", &[&sealed, &deep], step), report("tally-k3-t1", &[&counted], step)];
    if both.contains(&false) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// A ballot in a full tree of 2^20 leaves, of which only one path is known: every level has a sibling.
fn full_tree(sample: &mut SampleElection) -> SealedBallot {
    let member = &sample.members[1];
    let siblings = (0..20).map(|_| Some(UniformRand::rand(&mut sample.rng))).collect();
    let proof = MerkleProof { index: 0x5_5555, siblings };
    let leaf = leaf(Kind::Weighted, member.identity.commitment(), member.weight).expect("a valid member");
    let election = Election { root: proof.root(leaf), size: 1 << 20, ..sample.election.clone() };
    let member = Member { proof, ..member.clone() };
    seal(&election, &member, &[0, 0, 1], &[0; 20], &mut sample.rng).expect("a valid choice")
}

/// Prints what survives all of the assignments; true if nothing does.
fn report(name: &str, bodies: &[Body<'_>], step: usize) -> bool {
    let start = Instant::now();
    let run = probe(&[], bodies[0]);
    let rows: Vec<usize> = (0..run.rows).step_by(step).collect();
    let random = UniformRand::rand(&mut ChaCha20Rng::seed_from_u64(2));
    let left = bodies.iter().fold(rows.clone(), |left, body| survivors(*body, left, random));
    for row in &left {
        let block = run.blocks.iter().find(|block| block.rows.contains(row));
        let (block, at) = block.map_or(("-", *row), |block| (block.name, row - block.rows.start));
        println!("{name}: row {row} ({block}, {at}) survives");
    }
    println!("{name}: {} of {} rows deleted, {} survived, {:.0?}", rows.len(), run.rows, left.len(), start.elapsed());
    left.is_empty()
}
