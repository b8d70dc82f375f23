//! `tabella attestation verify`: an attestation checked again from nothing but the chain's data.

use std::path::Path;

use alloy::primitives::{B256, U256};
use clap::Args;
use serde_json::{Value, json};
use tabella_circuits::Fr;
use tabella_circuits::compliance::data::data_root;
use tabella_circuits::field::{self, to_decimal};
use tabella_circuits::poseidon::hash_words;
use tabella_contracts::client::audit::{
    AdoptedPolicy, AttestedVerdict, Audits, EngagementRecord, RegisteredData, SubmittedProofs, shard_inputs,
    verdict_inputs, verdict_text, verdict_word, verdict_words,
};
use tabella_contracts::client::to_word;
use tabella_contracts::deployment::CircuitRef;
use tabella_prover::{CircuitKey, Verifier, key_digest};

use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::{errors, numbers};
use crate::opts::{AtDao, KeysOpts, VerifyKeys};
use crate::output::Outcome;

/// Options of `attestation verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
The keys must be those that the chain's verifiers hold; any other is an error (exit 2). Under a ceremony's keys, name both
files.

Examples:
  tabella attestation verify 1
  tabella attestation verify 1 --shard-vkey shard.json --verdict-vkey verdict.json")]
pub struct Verify {
    /// The attestation's id, which is its engagement's
    attestation: String,
    #[command(flatten)]
    at: AtDao,
    #[command(flatten)]
    keys: VerifyKeys,
}

/// Everything that the chain says about an attestation.
struct Found {
    record: EngagementRecord,
    attested: AttestedVerdict,
    data: RegisteredData,
    policy: AdoptedPolicy,
    model: Fr,
    list: Vec<(Fr, Fr)>,
    proofs: SubmittedProofs,
}

pub(super) async fn verify(ctx: &Ctx, options: Verify) -> Result<Outcome, CliError> {
    let id = numbers::id("attestation", &options.attestation)?;
    let (_, audits) = options.at.audits(ctx).await?;
    audits.check_verifiers().await.map_err(errors::chain)?;
    let found = read(&audits, id).await?;
    let words = check_words(&found, audits.context(id))?;
    let _spinner = ctx.spinner("Verifying every proof");
    let VerifyKeys { keys, shard_vkey, verdict_vkey } = &options.keys;
    let shard = verifier(ctx, keys, shard_vkey.as_deref(), &audits.at.circuits.shard)?;
    let verdict = verifier(ctx, keys, verdict_vkey.as_deref(), &audits.at.circuits.verdict)?;
    check_proofs(&found, audits.context(id), &words, &shard, &verdict)?;
    report(id, &found)
}

/// Reads events and calldata; what the client recomputes from them (contexts, accumulators, policies) is checked on the way.
async fn read(audits: &Audits, id: U256) -> Result<Found, CliError> {
    let attested = audits.attestation(id).await.map_err(errors::chain)?;
    let record = audits.engagement(id).await.map_err(errors::chain)?;
    let data =
        record.data.clone().ok_or_else(|| differs("data", "none are registered", "an attestation rests on data"))?;
    let policy = audits.adopted_policy(record.engagement.policyVersion).await.map_err(errors::chain)?;
    let model = audits.model_word(&record).await.map_err(errors::chain)?;
    let list = audits.verified_list(&record).await.map_err(errors::chain)?.shards;
    let proofs = audits.submitted_proofs(&record, &attested).await.map_err(errors::chain)?;
    Ok(Found { record, attested, data, policy, model, list, proofs })
}

/// The verdict's words, after every one of them was found to be what it should be.
fn check_words(found: &Found, context: Fr) -> Result<Vec<Fr>, CliError> {
    let given = &found.proofs.verdict;
    let sent: Vec<(Fr, Fr)> = found.proofs.shards.iter().map(|shard| (shard.digest, shard.counts)).collect();
    let told: Vec<(Fr, Fr)> = given.digests.iter().copied().zip(given.counts.iter().copied()).collect();
    if sent != found.list || told != found.list || given.digests.len() != given.counts.len() {
        return Err(differs("list of shards", "the calldata's", "the events'"));
    }
    let claim = &found.data.claim;
    let schema = found.policy.words[0];
    if to_word(&schema) != claim.schema_hash {
        return Err(differs("schema", &claim.schema_hash.to_string(), &to_decimal(&schema)));
    }
    let root = B256::from(data_root(schema, claim.rows, &given.digests));
    if root != claim.data_root || root != found.attested.attestation.dataRoot || claim.shards != found.list.len() as u64
    {
        return Err(differs("data root", &claim.data_root.to_string(), &root.to_string()));
    }
    if verdict_word(found.attested.attestation.verdict) != Some(given.verdict) {
        return Err(differs("verdict", "the attestation's", verdict_text(given.verdict)));
    }
    let words = verdict_words(context, found.model, claim.rows, given.verdict, &given.counts);
    match hash_words(&words) == given.h {
        true => Ok(words),
        false => Err(differs("hash of the verdict's words", "the calldata's", "another")),
    }
}

fn check_proofs(
    found: &Found,
    context: Fr,
    words: &[Fr],
    shard: &Verifier,
    verdict: &Verifier,
) -> Result<(), CliError> {
    let invalid = |what: String, error: tabella_prover::VerifyError| {
        CliError::check_failed("proof-invalid", format!("{what}: {error}"))
            .hint("do not trust this node for this DAO; ask another one")
    };
    for (index, proof) in found.proofs.shards.iter().enumerate() {
        let inputs = shard_inputs(context, found.model, proof, index);
        shard.verify(&inputs, &proof.proof).map_err(|error| invalid(format!("shard {index}"), error))?;
    }
    let given = &found.proofs.verdict;
    let inputs = verdict_inputs(&found.policy.words, given.h, words);
    verdict.verify(&inputs, &given.proof).map_err(|error| invalid("the verdict".to_owned(), error))
}

/// The verifier of a circuit under the key that the chain's verifier has: the one in `file`, or the development key.
fn verifier(ctx: &Ctx, keys: &KeysOpts, file: Option<&Path>, named: &CircuitRef) -> Result<Verifier, CliError> {
    let circuit = crate::cmd::verify::circuit(&named.id)?;
    let key = match file {
        Some(path) => crate::cmd::verify::verifying_key(path)?,
        None if !named.development => {
            let what = format!("{} is verified under a ceremony's key, which is not here", named.id);
            return Err(CliError::usage("key-unsupported", what)
                .hint("name the verifying keys' files with --shard-vkey and --verdict-vkey"));
        }
        None => keys.store(ctx)?.development_for(circuit.compile()?)?.verifying_key().clone(),
    };
    let digest = key_digest(&key);
    if named.key_digest != B256::from(digest) {
        let here = hex::encode(digest);
        let what = format!("the chain verifies {} under the key {}, here is {here}", named.id, named.key_digest);
        return Err(match file {
            Some(path) => CliError::file("key-mismatch", path, what),
            None => CliError::usage("key-mismatch", what).hint("the DAO was deployed with another version of tabella"),
        });
    }
    let verifier = Verifier::new(&key, circuit.input_names.len());
    verifier.map_err(|error| CliError::usage("verifying-key-unusable", error.to_string()))
}

fn differs(what: &str, chain: &str, recomputed: &str) -> CliError {
    CliError::check_failed("attestation-differs", format!("{what}: the chain has {chain}, recomputed is {recomputed}"))
        .hint("do not trust this node for this DAO; ask another one")
}

fn report(id: U256, found: &Found) -> Result<Outcome, CliError> {
    let mut data: Value = super::row(&found.attested);
    let checked = found.list.len() + 1;
    data["verified"] = json!(true);
    data["proofs"] = json!(checked);
    data["rows"] = json!(found.data.claim.rows);
    data["shards"] = json!(found.list.len());
    data["accumulator"] = json!(found.record.engagement.acc.to_string());
    data["commitment"] = json!(field::to_decimal(&found.model));
    let text = format!(
        "{}\nverified    {checked} proofs over {} records in {} shards, accumulator, data root and policy recomputed",
        super::text(&found.attested),
        found.data.claim.rows,
        found.list.len()
    );
    debug_assert_eq!(id, found.record.id);
    Outcome::new(data, text)
}
