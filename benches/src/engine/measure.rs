//! Times and memory.

use std::time::Instant;

use serde::{Deserialize, Serialize};

/// Repeated times of one thing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Times {
    /// Milliseconds: half of the runs were faster.
    pub median: f64,
    /// Milliseconds: the fastest run.
    pub min: f64,
    /// Milliseconds: the slowest run.
    pub max: f64,
    /// Number of runs.
    pub runs: usize,
}

impl Times {
    /// From milliseconds, at least one.
    pub fn of(mut runs: Vec<f64>) -> Self {
        runs.sort_by(f64::total_cmp);
        let at = |i: usize| runs.get(i).copied().unwrap_or(f64::NAN);
        let (count, middle) = (runs.len(), runs.len() / 2);
        let median =
            if count.is_multiple_of(2) && count > 0 { (at(middle - 1) + at(middle)) / 2.0 } else { at(middle) };
        Self { median, min: at(0), max: at(count.saturating_sub(1)), runs: count }
    }
}

/// Milliseconds that `work` takes.
pub fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let made = work();
    (start.elapsed().as_secs_f64() * 1e3, made)
}

/// Runs each of `sides` once to warm it, then all of them `rounds` times in turn.
pub fn in_turn(rounds: usize, sides: &mut [&mut dyn FnMut()]) -> Vec<Times> {
    let mut times = vec![Vec::new(); sides.len()];
    sides.iter_mut().for_each(|side| side());
    for _ in 0..rounds {
        for (side, times) in sides.iter_mut().zip(&mut times) {
            times.push(timed(&mut *side).0);
        }
    }
    times.into_iter().map(Times::of).collect()
}

/// The most memory that this process ever held, in MB; none where the system does not say.
pub fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<f64>().ok().map(|kilobytes| kilobytes / 1e3)
}
