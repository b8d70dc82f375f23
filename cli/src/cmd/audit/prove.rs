//! `tabella audit prove`: every shard and the verdict, into a directory.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::json;
use tabella_circuits::Fr;
use tabella_circuits::compliance::data::{MAX_SHARDS, SHARD_RECORDS};
use tabella_circuits::compliance::shard::ShardLinearR205;
use tabella_circuits::compliance::verdict::VerdictS160;
use tabella_circuits::field::to_decimal;
use tabella_prover::shard::{Directory, Done, KeyPair, Work};
use tabella_prover::{CircuitKey, DevelopmentKey};

use super::place::PlaceOpts;
use super::subject::{Loaded, SubjectOpts};
use super::{errors, plan};
use crate::audit::findings::verdict_word;
use crate::context::Ctx;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::opts::KeysOpts;
use crate::output::{Outcome, path_text};

/// Options of `audit prove`.
#[derive(Debug, Args)]
#[command(after_help = "\
A proof is written when it is made and checked: after a kill the same command goes on. audit.json, schema.json, the proofs in shards/
and verdict.json are public; secret.json opens the counts and is its owner's alone.

Examples:
  tabella audit prove --model model.json --data german --policy policy.toml --out audit
  tabella audit prove --model model.json --data german --policy policy.toml --out audit --engagement 1
  tabella audit prove --model model.json --data german --policy policy.toml --out audit \\
      --engagement 1 --registry 0x... --chain-id 31337")]
pub struct ProveOpts {
    #[command(flatten)]
    subject: SubjectOpts,
    /// The blinding's file [default: the model's name with .blinding]
    #[arg(long, value_name = "FILE")]
    blinding: Option<PathBuf>,
    /// Directory for the proofs; one of the same audit is gone on with
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    place: PlaceOpts,
    /// Proofs at once [default: one a core, as memory allows]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    #[command(flatten)]
    keys: KeysOpts,
}

pub(super) fn run(ctx: &Ctx, options: &ProveOpts) -> Result<Outcome, CliError> {
    let context = options.place.context(ctx)?.unwrap_or_default();
    let loaded = options.subject.load(ctx)?;
    let blinding = options.subject.blinding(ctx, &loaded.model, options.blinding.as_ref())?;
    let keys = keys(ctx, &options.keys)?;
    prove(ctx, &loaded, blinding, context, &keys, options)
}

/// The development keys of both circuits.
pub(super) fn keys(ctx: &Ctx, opts: &KeysOpts) -> Result<KeyPair<DevelopmentKey>, CliError> {
    let store = opts.store(ctx)?;
    let _spinner = ctx.spinner("Loading the keys of shards and verdict, or making them");
    let (shard, verdict) = std::thread::scope(|scope| {
        let shard = scope.spawn(|| store.development::<ShardLinearR205>());
        let verdict = store.development::<VerdictS160>();
        (shard.join(), verdict)
    });
    let shard = shard.map_err(|_| CliError::internal("the shards' key was not loaded"))?;
    Ok(KeyPair { shard: shard?, verdict: verdict? })
}

fn prove(
    ctx: &Ctx,
    loaded: &Loaded,
    blinding: Fr,
    context: Fr,
    keys: &KeyPair<DevelopmentKey>,
    options: &ProveOpts,
) -> Result<Outcome, CliError> {
    let start = Instant::now();
    let subject = loaded.subject(blinding, context)?;
    let directory = Directory::at(&options.out);
    directory.create().map_err(errors::job)?;
    let _lock = files::lock(directory.root())?;
    let work = Work::<_, SHARD_RECORDS, MAX_SHARDS>::prepare(&subject, &directory, keys).map_err(errors::subject)?;
    write_schema(directory.root(), &loaded.data.schema.bytes()?)?;
    let jobs = plan::jobs(options.jobs, keys.shard.circuit(), keys.verdict.circuit());
    let proofs = work.claim().shards.len() + 1;
    let bar = ctx.bar(proofs as u64, "Proving shards and verdict");
    let done = work.prove(jobs, |_| bar.step()).map_err(errors::job)?;
    drop(bar);
    ctx.warn("proven with development keys, under which anyone can forge proofs");
    report(&done, &options.out, jobs, start.elapsed().as_secs_f64())
}

/// The schema is public and stands with the proofs, so that a policy can be read against it.
fn write_schema(root: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let path = root.join("schema.json");
    match files::write_atomic(&path, bytes, Existing::Refuse) {
        Err(error) if error.code == "file-exists" => {
            let found = files::read_bounded(&path, bytes.len() as u64)?;
            if found[..] == *bytes { Ok(()) } else { Err(error) }
        }
        other => other,
    }
}

fn report(done: &Done, out: &Path, jobs: usize, seconds: f64) -> Result<Outcome, CliError> {
    let claim = &done.claim;
    let (verdict, root) = (verdict_word(claim.verdict), format!("0x{}", hex::encode(claim.data_root())));
    let proofs = claim.shards.len() + 1;
    let data = json!({
        "directory": path_text(out), "verdict": verdict, "rows": claim.rows, "shards": claim.shards.len(), "proofs": proofs,
        "made": done.made, "jobs": jobs, "seconds": seconds, "data_root": root, "model": to_decimal(&claim.model),
        "context": to_decimal(&claim.context), "schema_hash": to_decimal(&claim.schema_hash()),
    });
    let text = format!(
        "verdict      {verdict}\nproofs       {proofs} in {}, {} made now in {seconds:.1} s\ndata root    {root}\nmodel        {}\n             {} opens the counts: it is secret",
        out.display(),
        done.made,
        to_decimal(&claim.model),
        out.join("secret.json").display(),
    );
    Outcome::new(data, text)
}
