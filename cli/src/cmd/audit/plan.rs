//! `tabella audit plan`: what an audit costs, before anything is made.

use clap::Args;
use serde_json::json;
use tabella_circuits::Fr;
use tabella_circuits::compliance::linear::LinearModel;
use tabella_circuits::compliance::record::Record;
use tabella_circuits::compliance::shard::{ShardLinearR205, ShardWitness};
use tabella_circuits::compliance::verdict::VerdictS160;
use tabella_contracts::audit_gas::AuditGas;
use tabella_prover::jobs::on_one_core;
use tabella_prover::shard::plan::{self, Origin};
use tabella_prover::shard::{Plan, Rates};
use tabella_prover::{Circuit, CircuitKey, CompiledCircuit, prove};

use super::subject::CAPACITY;
use super::{errors, submit::BATCH};
use crate::audit::machine;
use crate::audit::store;
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::numbers;
use crate::opts::KeysOpts;
use crate::output::Outcome;

/// Options of `audit plan`.
#[derive(Debug, Args)]
#[command(after_help = "\
Times are an estimate from a server of two cores; --calibrate proves one shard here and measures. Making the development keys the
first time takes longer than the proofs.

Examples:
  tabella audit plan --rows 1000
  tabella audit plan --data german --calibrate")]
pub struct PlanOpts {
    /// Number of records
    #[arg(long, value_name = "N", required_unless_present = "data", conflicts_with = "data")]
    rows: Option<u64>,
    /// The data set's directory, in place of a number
    #[arg(long, value_name = "DIR")]
    data: Option<std::path::PathBuf>,
    /// Proofs at once [default: one a core, as memory allows]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Prove one shard here to measure the time
    #[arg(long)]
    calibrate: bool,
    #[command(flatten)]
    keys: KeysOpts,
}

pub(super) fn run(ctx: &Ctx, options: &PlanOpts) -> Result<Outcome, CliError> {
    let rows = match (&options.data, options.rows) {
        (Some(dir), _) => store::summary(dir)?.rows,
        (None, rows) => rows.unwrap_or_default(),
    };
    CAPACITY.shards_for(rows).map_err(errors::subject)?;
    let spinner = ctx.spinner("Compiling the circuits");
    let (shard, verdict) = (CompiledCircuit::compile::<ShardLinearR205>()?, CompiledCircuit::compile::<VerdictS160>()?);
    drop(spinner);
    let rates = if options.calibrate { calibrate(ctx, &options.keys)? } else { Rates::default() };
    let jobs = jobs(options.jobs, &shard, &verdict);
    let plan = Plan::new(rows, CAPACITY, &shard, &verdict, rates, jobs).map_err(errors::subject)?;
    let shards = plan.shards as u64;
    let budget = AuditGas::budget(shards);
    let measured = AuditGas::measured(shards, BATCH.into()).map_err(CliError::internal)?;
    let how = match plan.origin {
        Origin::Estimate => "estimate",
        Origin::Calibrated => "calibrated",
    };
    let data = json!({
        "rows": plan.rows, "shards": plan.shards, "padding": plan.padding, "proofs": plan.proofs, "jobs": plan.jobs,
        "constraints": { "shard": plan.shard_constraints, "verdict": plan.verdict_constraints, "total": plan.constraints },
        "seconds": plan.seconds, "seconds_are": how, "memory_bytes": plan.memory,
        "disk_bytes": { "keys": plan.key_bytes, "audit": plan.audit_bytes },
        "gas": { "shards": budget.shards, "verdict": budget.verdict, "total": budget.total(), "is": "budget",
            "measured": { "shards": measured.shards, "verdict": measured.verdict, "total": measured.total(), "batch": BATCH } },
    });
    Outcome::new(data, text(&plan, how, measured, budget))
}

fn text(plan: &Plan, how: &str, measured: AuditGas, budget: AuditGas) -> String {
    [
        format!("records      {}, in {} shards, {} places filled with padding", plan.rows, plan.shards, plan.padding),
        format!("proofs       {}: {} shards and the verdict", plan.proofs, plan.shards),
        format!(
            "constraints  {} ({} a shard, {} the verdict)",
            numbers::gas(plan.constraints),
            numbers::gas(plan.shard_constraints as u64),
            numbers::gas(plan.verdict_constraints as u64)
        ),
        format!("time         about {:.0} s with {} proofs at once ({how})", plan.seconds.max(1.0), plan.jobs),
        format!("memory       about {}", machine::bytes(plan.memory)),
        format!(
            "disk         {} of keys, at most {} of proofs",
            machine::bytes(plan.key_bytes),
            machine::bytes(plan.audit_bytes)
        ),
        format!(
            "gas          about {} as measured ({} for the shards, {BATCH} at once, {} for a pass); the budget is {}",
            numbers::gas(measured.total()),
            numbers::gas(measured.shards),
            numbers::gas(measured.verdict),
            numbers::gas(budget.total())
        ),
    ]
    .join("\n")
}

/// How many proofs at once: as asked, or one a core as far as memory goes.
pub(super) fn jobs(asked: Option<usize>, shard: &Circuit, verdict: &Circuit) -> usize {
    asked.unwrap_or_else(|| plan::jobs(machine::cores(), machine::free_memory(), shard, verdict)).max(1)
}

/// Proves a shard of nothing, on one core.
fn calibrate(ctx: &Ctx, keys: &KeysOpts) -> Result<Rates, CliError> {
    let spinner = ctx.spinner("Loading the key");
    let key = keys.store(ctx)?.development::<ShardLinearR205>()?;
    spinner.message("Proving one shard");
    let zero = Fr::from(0u64);
    let records = (0..CAPACITY.records).map(|row| Record::padding(Fr::from(row as u64))).collect();
    let witness = ShardWitness::new(records, LinearModel::default(), zero, zero, zero).map_err(CliError::internal)?;
    let public = witness.public(zero, 0);
    let (made, took) = on_one_core(|| prove::<ShardLinearR205>(&key, &public, &witness));
    made.map_err(CliError::internal)?;
    Ok(Rates::measured(key.circuit(), took))
}
