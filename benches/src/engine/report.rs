//! What a run found: as JSON, and as the table of `benches/README.md`.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;
use tabella_prover::machine::Machine;

use super::measure::Times;
use super::msm::{SIZE, Sums};
use super::work::{Measured, Proofs};

/// A run.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Version of this shape.
    pub schema_version: u32,
    /// Where.
    pub machine: Machine,
    /// Back ends that this machine has, the fastest first.
    pub backends: Vec<String>,
    /// A row a circuit.
    pub rows: Vec<Row>,
    /// Sums alone, by back end.
    pub msm: BTreeMap<String, Vec<Sums>>,
}

/// What was measured with one circuit. Times are milliseconds, memory is in MB.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Name of the subject.
    pub subject: String,
    /// Key generation: ours, the peer's.
    pub setup: Option<(f64, f64)>,
    /// By back end.
    pub proofs: BTreeMap<String, Proofs>,
    /// Peak memory by measurement.
    pub memory: BTreeMap<String, f64>,
    /// Opening our key again.
    pub load: Option<Times>,
}

impl Row {
    /// Nothing yet.
    pub fn new(subject: &str) -> Self {
        let (proofs, memory) = (BTreeMap::new(), BTreeMap::new());
        Self { subject: subject.to_owned(), setup: None, proofs, memory, load: None }
    }

    /// Takes a measurement in.
    pub fn add(&mut self, what: &str, backend: &str, measured: Measured) {
        match measured {
            Measured::Setup { ours, peer } => self.setup = Some((ours, peer)),
            Measured::Prove(proofs) => drop(self.proofs.insert(backend.to_owned(), *proofs)),
            Measured::Peak(memory) => drop(self.memory.insert(what.to_owned(), memory)),
            Measured::Load(times) => self.load = Some(times),
            Measured::Msm(_) => {}
        }
    }
}

impl Default for Report {
    fn default() -> Self {
        Self::new()
    }
}

impl Report {
    /// A run on this machine.
    pub fn new() -> Self {
        let machine = Machine::describe();
        let backends = machine.backends.clone();
        Self { schema_version: 1, machine, backends, rows: Vec::new(), msm: BTreeMap::new() }
    }

    /// The tables in Markdown.
    pub fn table(&self) -> String {
        let mut text = format!("{}\n\n", self.machine);
        text.push_str("| circuit | rows | back end | ours, 2 threads | ark-groth16 | ratio | ours, 1 thread | ratio | 2 threads over 1 | witness |\n");
        text.push_str("|---|---|---|---|---|---|---|---|---|---|\n");
        for row in &self.rows {
            for (backend, p) in &row.proofs {
                let _ = writeln!(
                    text,
                    "| {} | {} | {backend} | {} | {} | {:.2} | {} | {:.2} | {:.2} | {:.1} ({:.1} %) |",
                    row.subject,
                    p.constraints,
                    spread(&p.ours),
                    spread(&p.peer),
                    p.peer.median / p.ours.median,
                    spread(&p.ours_one),
                    p.peer_one.median / p.ours_one.median,
                    p.ours_one.median / p.ours.median,
                    p.witness.median,
                    100.0 * p.witness.median / p.ours.median,
                );
            }
        }
        text.push_str("\n| circuit | setup, ours | setup, ark-groth16 | ratio | warm key | memory, ours | memory, ark-groth16 |\n");
        text.push_str("|---|---|---|---|---|---|---|\n");
        for row in &self.rows {
            let (ours, peer) = row.setup.unwrap_or((f64::NAN, f64::NAN));
            let load = row.load.map_or(f64::NAN, |times| times.median);
            let memory = |what| row.memory.get(what).copied().unwrap_or(f64::NAN);
            let _ = writeln!(
                text,
                "| {} | {:.0} ms | {:.0} ms | {:.2} | {load:.1} ms | {:.0} MB | {:.0} MB |",
                row.subject,
                ours,
                peer,
                peer / ours,
                memory("peak-ours"),
                memory("peak-peer"),
            );
        }
        if !self.msm.is_empty() {
            let _ = write!(
                text,
                "\n| {SIZE} scalars, 1 thread | back end | ours | ark-ec | ratio |\n|---|---|---|---|---|\n"
            );
        }
        for (backend, sums) in &self.msm {
            for Sums { group, ours, peer } in sums {
                let ratio = peer.median / ours.median;
                let _ = writeln!(text, "| {group} | {backend} | {} | {} | {ratio:.2} |", spread(ours), spread(peer));
            }
        }
        text
    }
}

fn spread(times: &Times) -> String {
    format!("{:.1} ({:.1}-{:.1})", times.median, times.min, times.max)
}
