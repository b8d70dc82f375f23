//! Writes the real proofs that the forge tests of audits run on, `test/fixtures/audit.json`: four engagements of a fixed deployment
//! with shards and verdicts (pass, fail, insufficient, and a pass of 12 shards), and proofs for other places, models and
//! policies that must be refused. Everything is derived from fixed numbers, so the file is the same each time.
//!
//! `cargo run --release -p tabella-contracts --example audit-fixtures [-- --check]`: with `--check`, nothing is written; the proofs in
//! the file are verified, not made again, and everything else in it is compared.

mod audit;

use std::path::Path;

use alloy::primitives::{Address, U256, address};
use ark_ff::PrimeField;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::compliance::shard::{ShardLinearR205, ShardPublic, ShardWitness};
use tabella_circuits::compliance::verdict::{Judged, VerdictS160};
use tabella_circuits::field::{to_be_bytes, to_decimal};
use tabella_circuits::statement::Statement;
use tabella_contracts::calldata::{proof_from_words, proof_words};
use tabella_prover::groth16::prove_with_randomness;
use tabella_prover::{CircuitKey, DevelopmentKey, KeyStore, verify};

use audit::{Failure, Sample};

/// Who deploys in `test/support/AuditFixture.sol`, and at which nonce the AuditRegistry.
const DEPLOYER: Address = address!("00000000000000000000000000000000000A0D17");
const REGISTRY_NONCE: u64 = 6;

fn main() -> Result<(), Failure> {
    let check = std::env::args().any(|argument| argument == "--check");
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = crate_dir.join("test/fixtures/audit.json");
    let named = std::env::var_os("TABELLA_KEYS").map(Into::into);
    let keys = KeyStore::open(named.unwrap_or_else(|| crate_dir.join("../target/dev-keys")));
    let known = if check { Some(serde_json::from_str(&std::fs::read_to_string(&path)?)?) } else { None };
    let mut prover = Prover::new(&keys, known.as_ref())?;
    let sample = Sample::new(DEPLOYER.create(REGISTRY_NONCE).into_array())?;
    let mut value = sample.json(&mut prover)?;
    value["proofs"] = prover.proofs.into();
    match known {
        Some(known) if known == value => Ok(()),
        Some(_) => Err(format!("{} is not what this program writes: run it without --check", path.display()).into()),
        None => Ok(std::fs::write(path, serde_json::to_string_pretty(&value)? + "\n")?),
    }
}

/// Proves, or verifies the proofs that a file holds, in the order in which it was written.
pub(crate) struct Prover {
    shard: DevelopmentKey,
    verdict: DevelopmentKey,
    /// Proofs of the file; none where they are made.
    known: Option<Vec<Value>>,
    /// Every proof so far, eight words in decimal.
    proofs: Vec<Value>,
}

impl Prover {
    fn new(keys: &KeyStore, known: Option<&Value>) -> Result<Self, Failure> {
        let known = known.map(|file| file["proofs"].as_array().cloned().unwrap_or_default());
        let (shard, verdict) = (keys.development::<ShardLinearR205>()?, keys.development::<VerdictS160>()?);
        Ok(Self { shard, verdict, known, proofs: Vec::new() })
    }

    /// The place of a shard's proof among all.
    pub(crate) fn shard(&mut self, public: &ShardPublic<Fr>, witness: &ShardWitness) -> Result<usize, Failure> {
        let proof = self.proof::<ShardLinearR205>(&self.shard, public, witness)?;
        Ok(self.keep(proof))
    }

    /// The place of a verdict's proof among all.
    pub(crate) fn verdict(&mut self, judged: &Judged) -> Result<usize, Failure> {
        let proof = self.proof::<VerdictS160>(&self.verdict, &judged.public, &judged.witness)?;
        Ok(self.keep(proof))
    }

    fn keep(&mut self, proof: Value) -> usize {
        self.proofs.push(proof);
        self.proofs.len() - 1
    }

    fn proof<S: Statement>(
        &self,
        key: &DevelopmentKey,
        public: &S::Public,
        witness: &S::Witness,
    ) -> Result<Value, Failure> {
        let inputs = S::inputs(public);
        if let Some(known) = &self.known {
            let value = known.get(self.proofs.len()).ok_or("the file has too few proofs")?;
            let words = value.as_array().ok_or("a proof is a list")?.iter();
            let words = words.map(|word| Ok(U256::from_str_radix(word.as_str().ok_or("a word is a string")?, 10)?));
            let proof = proof_from_words(&words.collect::<Result<Vec<_>, Failure>>()?)?;
            verify(key.verifying_key(), &inputs, &proof)?;
            return Ok(value.clone());
        }
        let (r, s) = randomness(&inputs);
        let proof = prove_with_randomness::<S>(key, public, witness, r, s)?;
        eprintln!("{}: proof {}", S::id(), self.proofs.len());
        Ok(proof_words(&proof).iter().map(U256::to_string).map(Value::from).collect())
    }
}

/// The proof's randomness, fixed by what is proven: these proofs hide nothing and need not.
fn randomness(inputs: &[Fr]) -> (Fr, Fr) {
    let mut seed = [0u8; 32];
    for input in inputs {
        seed.iter_mut().zip(to_be_bytes(input)).for_each(|(byte, other)| *byte = byte.rotate_left(1) ^ other);
    }
    let mut rng = StdRng::from_seed(seed);
    let mut next = || {
        let mut bytes = [0u8; 32];
        rand::RngCore::fill_bytes(&mut rng, &mut bytes);
        Fr::from_be_bytes_mod_order(&bytes)
    };
    (next(), next())
}

pub(crate) fn decimals(values: &[Fr]) -> Value {
    json!(values.iter().map(to_decimal).collect::<Vec<_>>())
}
