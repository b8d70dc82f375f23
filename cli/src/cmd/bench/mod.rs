//! `tabella bench`: how fast this machine proves, one proof at a time and many at once.

mod measure;
mod plot;
mod subject;

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use serde::Serialize;
use serde_json::json;
use tabella_prover::machine::Machine;

use crate::context::Ctx;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::flow::numbers;
use crate::opts::KeysOpts;
use crate::output::{Outcome, path_text};
use subject::CIRCUITS;

/// Measure how fast this machine proves: one proof by all cores, and many proofs at once
#[derive(Debug, Args)]
#[command(after_help = "\
Every proof is of a real statement (a ballot among 1000 members, a shard of 205 records), made with the
development key (which is made if it is not there), and checked.
  latency     one proof after another, each by all the threads
  throughput  as many proofs at once as threads, each by one thread
Memory is the most that the process held during a measurement.

Examples:
  tabella bench
  tabella bench --circuit ballot-k3-d20 --circuit shard-linear-r205 --plot bench.svg
  TABELLA_BACKEND=portable tabella bench --proofs 20 --json")]
pub struct BenchOpts {
    /// A circuit to measure; repeat it for more
    #[arg(long, value_name = "ID", default_value = CIRCUITS[0], value_parser = PossibleValuesParser::new(CIRCUITS))]
    circuit: Vec<String>,
    /// Proofs in each measurement; of throughput at least as many as threads
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    proofs: u32,
    /// The most threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Draw the proofs per second as an SVG file; one that is there is not overwritten
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    #[command(flatten)]
    keys: KeysOpts,
}

/// How the threads are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// All for one proof.
    Latency,
    /// A proof for each.
    Throughput,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Throughput => "throughput",
        }
    }
}

/// One measurement.
#[derive(Debug, Clone, Serialize)]
struct Point {
    circuit: String,
    constraints: usize,
    mode: Mode,
    threads: usize,
    proofs: usize,
    /// From the first proof's begin to the last one's end.
    seconds: f64,
    proofs_per_second: f64,
    constraints_per_second: f64,
    /// Of one proof, its witness included.
    median_milliseconds: f64,
    /// Most memory held, in bytes; none where the system does not say.
    peak_memory: Option<u64>,
}

/// Runs `tabella bench`.
///
/// # Errors
/// As loading a key; `bench-failed` (exit 1) if a proof does not verify; `file-exists` and `file-unwritable` for the plot.
pub fn run(options: &BenchOpts, ctx: &Ctx) -> Result<Outcome, CliError> {
    if let Some(path) = options.plot.as_ref().filter(|path| path.exists()) {
        return Err(files::exists(path));
    }
    let machine = Machine::describe();
    let most = options.threads.map_or(machine.threads, usize::from);
    let plan: Vec<(Mode, usize)> =
        [Mode::Latency, Mode::Throughput].into_iter().flat_map(|mode| steps(most).map(move |n| (mode, n))).collect();
    let mut circuits = options.circuit.clone();
    circuits.dedup();
    let store = options.keys.store(ctx)?;
    let mut points = Vec::new();
    for circuit in &circuits {
        let bar = ctx.bar(plan.len() as u64, format!("Measuring {circuit}"));
        points.extend(subject::with(
            circuit,
            measure::Series { store: &store, plan: &plan, proofs: options.proofs as usize, bar: &bar },
        )??);
    }
    if let Some(path) = &options.plot {
        files::write_atomic(path, plot::svg(&points, &machine).as_bytes(), Existing::Refuse)?;
    }
    let plotted = options.plot.as_deref().map(path_text);
    let mut text = table(&points);
    text.push_str(&format!("\n{machine}"));
    Outcome::new(json!({ "machine": machine, "measurements": points, "plot": plotted }), text)
}

/// 1, 2, 4, ... and the most.
fn steps(most: usize) -> impl Iterator<Item = usize> {
    let powers = (0..usize::BITS).map(|bit| 1usize << bit).take_while(move |n| *n < most);
    powers.chain([most])
}

fn table(points: &[Point]) -> String {
    let mut text = format!(
        "{:<18} {:<10} {:>7} {:>12} {:>10} {:>14} {:>9}\n",
        "circuit", "mode", "threads", "ms a proof", "proofs/s", "constraints/s", "memory"
    );
    for point in points {
        let memory = point.peak_memory.map_or("-".to_owned(), crate::audit::machine::bytes);
        text.push_str(&format!(
            "{:<18} {:<10} {:>7} {:>12.1} {:>10.2} {:>14} {:>9}\n",
            point.circuit,
            point.mode.name(),
            point.threads,
            point.median_milliseconds,
            point.proofs_per_second,
            numbers::gas(point.constraints_per_second as u64),
            memory
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn threads_double_up_to_the_most() {
        for (most, expected) in
            [(1, vec![1]), (2, vec![1, 2]), (3, vec![1, 2, 3]), (8, vec![1, 2, 4, 8]), (12, vec![1, 2, 4, 8, 12])]
        {
            assert_eq!(steps(most).collect::<Vec<_>>(), expected);
        }
    }
}
