//! The generated files, from the development keys and fixed randomness: the same bytes on every machine.

use std::error::Error;
use std::path::{Path, PathBuf};

use ark_bn254::{Fq2, Fr, G2Affine};
use ark_ff::UniformRand;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};
use tabella_circuits::compliance::shard::ShardLinearR205;
use tabella_circuits::compliance::verdict::{Judged, VerdictS160};
use tabella_circuits::field::to_be_bytes;
use tabella_circuits::statement::Statement;
use tabella_circuits::testing::verdicts::{judged, verdict_cases};
use tabella_circuits::testing::{SampleElection, accumulate, sample_audit, sample_election};
use tabella_circuits::voting::ballot::{BallotK3D20, BallotK8D20, BallotPublic, BallotWitness, seal};
use tabella_circuits::voting::electorate::Kind;
use tabella_circuits::voting::rule::{Rule, choose};
use tabella_circuits::voting::tally::{TallyK3T1, TallyK8T1, TallyWitness};
use tabella_contracts::calldata::{g2_bytes, proof_bytes};
use tabella_contracts::export::export;
use tabella_prover::groth16::prove_with_randomness;
use tabella_prover::{CircuitKey, DevelopmentKey, KeyStore, Proof, verify};

/// A generated file; the path is relative to the Foundry project.
pub(crate) struct Generated {
    /// For example `contracts/generated/BallotK3D20Verifier.sol`.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) text: String,
}

/// Where the development keys are cached: `TABELLA_KEYS`, or `dev-keys` in the build's own target directory.
pub(crate) fn key_directory() -> PathBuf {
    let target = || std::env::current_exe().ok().and_then(|exe| exe.ancestors().nth(3).map(Path::to_owned));
    let named = std::env::var_os("TABELLA_KEYS").map(PathBuf::from);
    named.unwrap_or_else(|| target().unwrap_or_else(std::env::temp_dir).join("dev-keys"))
}

/// Every generated file.
pub(crate) fn generate(keys: &Path) -> Result<Vec<Generated>, Box<dyn Error>> {
    let store = KeyStore::open(keys);
    let (three, eight) = (ballot(3)?, ballot(8)?);
    let mut files = of::<BallotK3D20>(&store, &three.0, &three.1)?;
    files.extend(of::<BallotK8D20>(&store, &eight.0, &eight.1)?);
    let (three, eight) = (tally(3)?, tally(8)?);
    files.extend(of::<TallyK3T1>(&store, &three.public(), &three)?);
    files.extend(of::<TallyK8T1>(&store, &eight.public(), &eight)?);
    let (public, witness) = sample_audit::<205>(300, 1).shard(1);
    files.extend(of::<ShardLinearR205>(&store, &public, &witness)?);
    let verdict = verdict()?;
    files.extend(of::<VerdictS160>(&store, &verdict.public, &verdict.witness)?);
    Ok(files)
}

fn of<S: Statement>(
    store: &KeyStore,
    public: &S::Public,
    witness: &S::Witness,
) -> Result<Vec<Generated>, Box<dyn Error>> {
    let key = store.development::<S>()?;
    let verifier = export(&key)?;
    let proof = prove_fixed::<S>(&key, public, witness)?;
    let fixture = json!({
        "circuit": S::id(),
        "constants": S::constants(),
        "proof": words(proof_bytes(&proof)),
        "inputs": words(S::inputs(public).iter().map(to_be_bytes)),
        "off_subgroup": words(g2_bytes(&off_subgroup())),
    });
    Ok(vec![
        Generated { path: format!("contracts/generated/{}.sol", verifier.contract), text: verifier.source },
        Generated { path: format!("test/fixtures/verifier-{}.json", S::id()), text: format!("{fixture:#}\n") },
    ])
}

/// A proof with fixed randomness: not zero-knowledge, the same every time.
fn prove_fixed<S: Statement>(
    key: &DevelopmentKey,
    public: &S::Public,
    witness: &S::Witness,
) -> Result<Proof, Box<dyn Error>> {
    let mut rng = ChaCha20Rng::seed_from_u64(0x7ab);
    let proof = prove_with_randomness::<S>(key, public, witness, Fr::rand(&mut rng), Fr::rand(&mut rng))?;
    verify(key.verifying_key(), &S::inputs(public), &proof)?;
    Ok(proof)
}

fn words(words: impl IntoIterator<Item = [u8; 32]>) -> Value {
    words.into_iter().map(|word| format!("0x{}", hex::encode(word))).collect()
}

/// A point of the twist outside the subgroup of order r.
pub(crate) fn off_subgroup() -> G2Affine {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    loop {
        let point = G2Affine::get_point_from_x_unchecked(Fq2::rand(&mut rng), false);
        if let Some(point) = point.filter(|point| !point.is_in_correct_subgroup_assuming_on_curve()) {
            return point;
        }
    }
}

/// A ballot for option 1 of as many as the circuit has.
fn ballot(options: usize) -> Result<(BallotPublic<Fr>, BallotWitness), Box<dyn Error>> {
    let mut sample = sample(5, options)?;
    let choice = choose(options, &[1])?;
    let sealed = seal(&sample.election, &sample.members[3], &choice, &[0; 20], &mut sample.rng)?;
    Ok((sealed.public, sealed.witness))
}

/// The tally of three ballots, for the options 0, 1 and 2.
fn tally(options: usize) -> Result<TallyWitness, Box<dyn Error>> {
    let mut sample = sample(3, options)?;
    let mut ballots = Vec::new();
    for (option, member) in sample.members.iter().enumerate() {
        let choice = choose(options, &[option])?;
        ballots.push(seal(&sample.election, member, &choice, &[0; 20], &mut sample.rng)?.witness.words.clone());
    }
    let sums = accumulate(ballots.iter().map(Vec::as_slice), options);
    let context = sample.venue.context();
    let share = sample.trustee.share(context, &sums[0], options, &mut sample.rng);
    let keys = sample.trustee.keys(options);
    let mut totals = vec![0; options];
    totals[..3].copy_from_slice(&[1, 2, 3]);
    Ok(TallyWitness { context, c1: sums[0], c2: sums[1..].to_vec(), keys, totals, share })
}

/// A pass over two attributes, from 48 shards.
fn verdict() -> Result<Judged, Box<dyn Error>> {
    let name = "attributes: the fourth, three groups";
    let case = verdict_cases().into_iter().find(|case| case.name == name).ok_or("no such case")?;
    Ok(judged::<160>(&case.policy(), &case.counts(), case.groups(), 1))
}

fn sample(members: usize, options: usize) -> Result<SampleElection, Box<dyn Error>> {
    let mut sample = sample_election(Kind::Weighted, members, 1);
    sample.election.rule = Rule::single(Kind::Weighted, u8::try_from(options)?);
    sample.election.keys = sample.trustee.keys(options);
    Ok(sample)
}
