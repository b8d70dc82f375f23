//! The measurements, each in a process of its own.

use std::path::{Path, PathBuf};

use rayon::ThreadPool;
use serde::{Deserialize, Serialize};
use tabella_circuits::statement::Statement;
use tabella_prover::{CircuitKey, CompiledCircuit, DevelopmentKey, KeyStore, prove};

use super::measure::{Times, in_turn, peak_memory, timed};
use super::subject::{Task, with};
use super::{msm, peer};

/// The folder of a run: keys of both sides.
#[derive(Debug, Clone, Copy)]
pub struct Folder<'a>(pub &'a Path);

impl Folder<'_> {
    fn peer(&self, subject: &str) -> PathBuf {
        self.0.join(format!("{subject}.peer"))
    }

    fn ours<S: Statement>(&self) -> DevelopmentKey {
        KeyStore::open(self.0).development::<S>().unwrap_or_else(|error| panic!("{error}"))
    }
}

/// What one process measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Measured {
    /// Key generation, once on each side, in milliseconds.
    Setup {
        /// Ours, the circuit compiled before; the key is written to its file.
        ours: f64,
        /// The peer's, which compiles in it.
        peer: f64,
    },
    /// Proofs by two threads and by one.
    Prove(Box<Proofs>),
    /// The most memory of a process that loads a key and makes one proof, in MB.
    Peak(f64),
    /// Opening a key that was opened before.
    Load(Times),
    /// Multi-scalar multiplications by one thread.
    Msm(Vec<msm::Sums>),
}

/// Times of one circuit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Proofs {
    /// Rows.
    pub constraints: usize,
    /// Size of the evaluation domain.
    pub domain: usize,
    /// The witness alone, which `ours` contains.
    pub witness: Times,
    /// Ours, two threads: witness, check of every row, proof.
    pub ours: Times,
    /// ark-groth16's ordinary API, two threads.
    pub peer: Times,
    /// Ours, one thread.
    pub ours_one: Times,
    /// The peer, one thread.
    pub peer_one: Times,
}

/// Threads of a measurement's own.
pub(super) fn pool(threads: usize) -> ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

struct Setup<'a>(&'a str, Folder<'a>);

impl Task for Setup<'_> {
    type Made = Measured;

    fn of<S: Statement<Public: Sync, Witness: Sync>>(self, _: &S::Public, _: &S::Witness) -> Measured {
        let circuit = CompiledCircuit::compile::<S>().unwrap_or_else(|error| panic!("{error}"));
        let store = KeyStore::open(self.1.0);
        let made = || drop(store.development_for(circuit).unwrap_or_else(|error| panic!("{error}")));
        let (ours, (peer, key)) = pool(2).install(|| (timed(made).0, timed(peer::setup::<S>)));
        peer::store(&key, &self.1.peer(self.0));
        Measured::Setup { ours, peer }
    }
}

struct Prove<'a>(&'a str, Folder<'a>);

impl Task for Prove<'_> {
    type Made = Measured;

    fn of<S: Statement<Public: Sync, Witness: Sync>>(self, public: &S::Public, witness: &S::Witness) -> Measured {
        let ours = self.1.ours::<S>();
        let peers = peer::load(&self.1.peer(self.0));
        let circuit = ours.circuit();
        let rounds = (1 << 20) / circuit.domain().clamp(1 << 16, 1 << 18);
        let (two, one) = (pool(2), pool(1));
        let engine = |pool: &ThreadPool| {
            pool.install(|| prove::<S>(&ours, public, witness).expect("an honest witness"));
        };
        let peer = |pool: &ThreadPool| {
            pool.install(|| peer::prove::<S>(&peers, public, witness));
        };
        let mut assign = || drop(circuit.assign::<S>(public, witness).expect("an honest witness"));
        let witness_times = in_turn(9, &mut [&mut assign])[0];
        let times = in_turn(rounds + 1, &mut [&mut || engine(&two), &mut || engine(&one), &mut || peer(&two)]);
        let peer_one = in_turn(rounds.min(3), &mut [&mut || peer(&one)])[0];
        Measured::Prove(Box::new(Proofs {
            constraints: circuit.num_constraints(),
            domain: circuit.domain(),
            witness: witness_times,
            ours: times[0],
            peer: times[2],
            ours_one: times[1],
            peer_one,
        }))
    }
}

struct Peak<'a>(&'a str, Folder<'a>, bool);

impl Task for Peak<'_> {
    type Made = Measured;

    fn of<S: Statement<Public: Sync, Witness: Sync>>(self, public: &S::Public, witness: &S::Witness) -> Measured {
        let Self(subject, folder, ours) = self;
        pool(2).install(|| match ours {
            true => drop(prove::<S>(&folder.ours::<S>(), public, witness).expect("an honest witness")),
            false => drop(peer::prove::<S>(&peer::load(&folder.peer(subject)), public, witness)),
        });
        Measured::Peak(peak_memory().unwrap_or(f64::NAN))
    }
}

struct Load<'a>(Folder<'a>);

impl Task for Load<'_> {
    type Made = Measured;

    fn of<S: Statement<Public: Sync, Witness: Sync>>(self, _: &S::Public, _: &S::Witness) -> Measured {
        let mut open = || drop(self.0.ours::<S>());
        Measured::Load(in_turn(9, &mut [&mut open])[0])
    }
}

/// Does the measurement of this name with this subject.
///
/// # Panics
/// If there is none of this name.
pub fn measure(what: &str, subject: &str, folder: &Path) -> Measured {
    let folder = Folder(folder);
    match what {
        "setup" => with(subject, Setup(subject, folder)),
        "prove" => with(subject, Prove(subject, folder)),
        "peak-ours" => with(subject, Peak(subject, folder, true)),
        "peak-peer" => with(subject, Peak(subject, folder, false)),
        "msm" => Measured::Msm(msm::measure()),
        "load" => with(subject, Load(folder)),
        other => panic!("no measurement {other}"),
    }
}
