//! `tabella audit verify`: all proofs of a directory, with public material alone.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use tabella_circuits::compliance::data::{MAX_SHARDS, SHARD_RECORDS};
use tabella_circuits::compliance::shard::ShardLinearR205;
use tabella_circuits::compliance::verdict::VerdictS160;
use tabella_circuits::evm::Word;
use tabella_circuits::field::to_decimal;
use tabella_circuits::statement::Statement;
use tabella_prover::shard::{Claim, Directory, Expected, JobError, KeyNote, Part, Verifiers};
use tabella_prover::{CompiledCircuit, VerifyingKey, key_digest};

use super::place::PlaceOpts;
use super::subject::PolicyOpts;
use super::{errors, prove};
use crate::audit::findings::verdict_word;
use crate::audit::schema::Schema;
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::numbers;
use crate::opts::VerifyKeys;
use crate::output::Outcome;

/// The verifiers of this build's circuits.
pub(super) type Both = Verifiers<SHARD_RECORDS, MAX_SHARDS>;

/// Options of `audit verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Every public input is formed here from audit.json, as a contract forms it. What you know from elsewhere is compared: the policy
always; name the data root that auditors signed, the model's registered commitment and the context as well.

Examples:
  tabella audit verify audit --policy policy.toml --data-root 0x... --model 1234...
  tabella audit verify audit --pack four-fifths --context 0 --json")]
pub struct VerifyOpts {
    /// The audit's directory
    dir: PathBuf,
    #[command(flatten)]
    policy: PolicyOpts,
    /// The data root that auditors signed
    #[arg(long, value_name = "HEX")]
    data_root: Option<String>,
    /// The model's commitment
    #[arg(long, value_name = "WORD")]
    model: Option<String>,
    #[command(flatten)]
    place: PlaceOpts,
    #[command(flatten)]
    keys: VerifyKeys,
}

pub(super) fn run(ctx: &Ctx, options: &VerifyOpts) -> Result<Outcome, CliError> {
    let directory = Directory::at(&options.dir);
    let claim = claim(&directory)?;
    let schema = schema(&directory, &claim)?;
    let policy = options.policy.compile(&schema)?;
    let expected = Expected {
        data_root: options.data_root.as_deref().map(word).transpose()?,
        model: options.model.as_deref().map(|text| numbers::field_element("--model", text)).transpose()?,
        policy: Some(policy.policy.words()),
        context: options.place.context(ctx)?,
    };
    check(ctx, &options.keys, &directory, &claim, &expected)?;
    let unnamed: Vec<&str> = [
        ("the data root", expected.data_root.is_none()),
        ("the model", expected.model.is_none()),
        ("the context", expected.context.is_none()),
    ]
    .into_iter()
    .filter_map(|(name, unnamed)| unnamed.then_some(name))
    .collect();
    if !unnamed.is_empty() {
        ctx.note(format!("not compared with anything: {}", unnamed.join(", ")));
    }
    let mut data = facts(&claim);
    (data["valid"], data["not_compared"]) = (json!(true), json!(unnamed));
    let lines: Vec<String> = policy.lines.iter().chain(&policy.z).map(|line| format!("  {line}")).collect();
    let text = format!(
        "valid        {} proofs over {} records\nverdict      {}\n{}\ndata root    0x{}\nmodel        {}\ncontext      {}",
        claim.shards.len() + 1,
        claim.rows,
        verdict_word(claim.verdict),
        lines.join("\n"),
        hex::encode(claim.data_root()),
        to_decimal(&claim.model),
        to_decimal(&claim.context),
    );
    Outcome::new(data, text)
}

/// Checks every proof against the claim and what is expected of it.
pub(super) fn check(
    ctx: &Ctx,
    keys: &VerifyKeys,
    directory: &Directory,
    claim: &Claim,
    expected: &Expected,
) -> Result<(), CliError> {
    // What needs no key comes first: loading one takes seconds.
    claim.check_shape(SHARD_RECORDS, MAX_SHARDS).map_err(errors::job)?;
    expected.check(claim).map_err(errors::job)?;
    for part in (0..claim.shards.len()).map(Part::Shard).chain([Part::Verdict]) {
        directory.required_proof(part).map_err(errors::job)?;
    }
    let verifiers = verifiers(ctx, keys)?;
    let bar = ctx.bar(claim.shards.len() as u64 + 1, "Checking proofs");
    verifiers.verify(directory, claim, expected, |_| bar.step()).map_err(errors::job)
}

/// The claim of a directory.
///
/// # Errors
/// `file-not-found`, `audit-damaged`.
pub(super) fn claim(directory: &Directory) -> Result<Claim, CliError> {
    let missing = || JobError::Missing { path: directory.claim_path(), what: "an audit's public words".to_owned() };
    directory.claim().and_then(|claim| claim.ok_or_else(missing)).map_err(errors::job)
}

/// The schema beside it, which must be the one that the policy names.
///
/// # Errors
/// Errors about the file; `audit-damaged`.
pub(super) fn schema(directory: &Directory, claim: &Claim) -> Result<Schema, CliError> {
    let path = directory.root().join("schema.json");
    let schema = Schema::read(&path)?;
    if schema.hash()? != claim.schema_hash() {
        let what = format!("this is not the schema with the hash {}", to_decimal(&claim.schema_hash()));
        return Err(CliError::file("audit-damaged", &path, what).hint("take the schema of the data set"));
    }
    Ok(schema)
}

/// What a claim says, for the envelope.
pub(super) fn facts(claim: &Claim) -> Value {
    let key = |note: &KeyNote| json!({ "id": note.circuit, "version": note.version, "key": note.kind, "key_digest": note.key_digest });
    json!({
        "verdict": verdict_word(claim.verdict), "rows": claim.rows, "shards": claim.shards.len(),
        "proofs": claim.shards.len() + 1, "data_root": format!("0x{}", hex::encode(claim.data_root())),
        "schema_hash": to_decimal(&claim.schema_hash()), "model": to_decimal(&claim.model),
        "context": to_decimal(&claim.context), "policy_words": claim.policy.iter().map(to_decimal).collect::<Vec<_>>(),
        "circuits": { "shard": key(&claim.shard_key), "verdict": key(&claim.verdict_key) },
    })
}

fn verifiers(ctx: &Ctx, options: &VerifyKeys) -> Result<Both, CliError> {
    let both = match (&options.shard_vkey, &options.verdict_vkey) {
        (Some(shard), Some(verdict)) => {
            let (shard, verdict) = (given::<ShardLinearR205>(shard)?, given::<VerdictS160>(verdict)?);
            Verifiers::new((&shard.0, shard.1), (&verdict.0, verdict.1))
        }
        _ => {
            let keys = prove::keys(ctx, &options.keys)?;
            ctx.warn("checked with development keys, under which anyone can forge proofs; name others with --shard-vkey and --verdict-vkey");
            Verifiers::of(&keys)
        }
    };
    both.map_err(errors::job)
}

/// A verifying key from a file, for this circuit.
fn given<S: Statement>(path: &Path) -> Result<(VerifyingKey, KeyNote), CliError> {
    let key = crate::cmd::verify::verifying_key(path)?;
    let circuit = CompiledCircuit::compile::<S>()?;
    let note = KeyNote {
        circuit: circuit.id().to_owned(),
        version: circuit.version(),
        kind: "given".to_owned(),
        key_digest: hex::encode(key_digest(&key)),
        matrix_digest: hex::encode(circuit.digest()),
    };
    Ok((key, note))
}

/// 0x and 64 hexadecimal digits.
fn word(text: &str) -> Result<Word, CliError> {
    let mut word = [0; 32];
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hex::decode_to_slice(digits, &mut word)
        .map_err(|_| CliError::usage("data-root-invalid", "a data root is 0x and 64 hexadecimal digits"))?;
    Ok(word)
}
