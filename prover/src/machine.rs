//! The machine that a measurement was made on.

use std::fmt;

use crate::engine::Backend;
use serde::Serialize;

/// What decides how fast a prover is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// The processor's name, as the system gives it.
    pub processor: String,
    /// Threads that run at once.
    pub threads: usize,
    /// Memory in MB; 0 where the system does not say.
    pub memory: u64,
    /// Operating system and architecture.
    pub system: String,
    /// Back ends of the engine that work here, the fastest first.
    pub backends: Vec<String>,
    /// Version of this build.
    pub version: String,
}

impl Machine {
    /// This machine.
    pub fn describe() -> Self {
        let text = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let field = |text: String, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).map(str::to_owned);
            line.and_then(|line| line.split_once(':').map(|(_, value)| value.trim().to_owned()))
        };
        let memory =
            field(text("/proc/meminfo"), "MemTotal").and_then(|value| value.split(' ').next()?.parse::<u64>().ok());
        Self {
            processor: field(text("/proc/cpuinfo"), "model name").unwrap_or_else(|| "unknown".to_owned()),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            memory: memory.unwrap_or(0) / 1024,
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            backends: Backend::available().rev().map(|backend| backend.name().to_owned()).collect(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, threads, memory, system, backends, version } = self;
        let backends = backends.join(", ");
        write!(f, "{processor}, {threads} threads, {memory} MB, {system}; back ends: {backends}; tabella {version}")
    }
}
