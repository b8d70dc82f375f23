//! Proofs against the clock.

use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use rayon::{ThreadPool, ThreadPoolBuilder};
use tabella_circuits::statement::Statement;
use tabella_prover::{CircuitKey, DevelopmentKey, KeyStore, Proof, Verifier, prove};

use super::subject::Task;
use super::{Mode, Point};
use crate::error::CliError;
use crate::progress::Progress;

/// All measurements of one circuit.
pub(super) struct Series<'a> {
    pub(super) store: &'a KeyStore,
    pub(super) plan: &'a [(Mode, usize)],
    pub(super) proofs: usize,
    pub(super) bar: &'a Progress,
}

impl Task for Series<'_> {
    type Made = Result<Vec<Point>, CliError>;

    fn of<S: Statement<Public: Sync, Witness: Sync>>(self, public: &S::Public, witness: &S::Witness) -> Self::Made {
        let key = self.store.development::<S>()?;
        let inputs = S::inputs(public);
        let verifier = Verifier::new(key.verifying_key(), inputs.len()).map_err(CliError::internal)?;
        let mut points = Vec::new();
        for &(mode, threads) in self.plan {
            self.bar.message(format!("Measuring {}: {} of {threads} threads", S::id(), mode.name()));
            let (point, proofs) = self.point::<S>(&key, public, witness, mode, threads)?;
            for proof in proofs {
                let failed = |error| {
                    CliError::check_failed("bench-failed", format!("a proof of {} does not verify: {error}", S::id()))
                };
                verifier.verify(&inputs, &proof).map_err(failed)?;
            }
            points.push(point);
            self.bar.step();
        }
        Ok(points)
    }
}

impl Series<'_> {
    /// One measurement; a proof before it warms what it needs.
    fn point<S: Statement<Public: Sync, Witness: Sync>>(
        &self,
        key: &DevelopmentKey,
        public: &S::Public,
        witness: &S::Witness,
        mode: Mode,
        threads: usize,
    ) -> Result<(Point, Vec<Proof>), CliError> {
        let (workers, share) = if mode == Mode::Latency { (1, threads) } else { (threads, 1) };
        let proofs = self.proofs.max(workers);
        let pools = (0..workers).map(|_| pool(share)).collect::<Result<Vec<_>, _>>()?;
        let one = |pool: &ThreadPool| pool.install(|| prove::<S>(key, public, witness)).map_err(CliError::internal);
        one(&pools[0])?;
        forget_peak();
        let (next, made) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = |pool: &ThreadPool| {
            while next.fetch_add(1, Ordering::Relaxed) < proofs {
                let start = Instant::now();
                let proof = one(pool)?;
                let entry = (start.elapsed().as_secs_f64(), proof);
                made.lock().map_err(CliError::internal)?.push(entry);
            }
            Ok::<_, CliError>(())
        };
        let start = Instant::now();
        std::thread::scope(|scope| {
            let running: Vec<_> = pools.iter().map(|pool| scope.spawn(|| work(pool))).collect();
            running
                .into_iter()
                .try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(CliError::internal("a thread was lost"))))
        })?;
        let seconds = start.elapsed().as_secs_f64();
        let (mut times, proofs): (Vec<f64>, Vec<Proof>) =
            made.into_inner().map_err(CliError::internal)?.into_iter().unzip();
        times.sort_by(f64::total_cmp);
        let rate = times.len() as f64 / seconds;
        let constraints = key.circuit().num_constraints();
        let point = Point {
            circuit: S::id(),
            constraints,
            mode,
            threads,
            proofs: times.len(),
            seconds,
            proofs_per_second: rate,
            constraints_per_second: rate * constraints as f64,
            median_milliseconds: 1e3 * times[times.len() / 2],
            peak_memory: peak(),
        };
        Ok((point, proofs))
    }
}

fn pool(threads: usize) -> Result<ThreadPool, CliError> {
    ThreadPoolBuilder::new().num_threads(threads).build().map_err(CliError::internal)
}

/// Lets the system count the peak anew; where it cannot, the peak is the process's.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()?.checked_mul(1024)
}
