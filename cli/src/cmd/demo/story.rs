//! What happened, step by step.

use serde_json::{Value, json};

use crate::flow::numbers;

/// One step of the demo.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// What it is about.
    pub title: String,
    /// The command, as a user would type it.
    pub command: String,
    /// What came out, in words.
    pub result: String,
    /// Gas of its transactions.
    pub gas: Option<u64>,
    /// Wall-clock time, in milliseconds.
    pub milliseconds: u128,
}

/// All steps so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    title: &'static str,
    steps: Vec<Step>,
    endings: Vec<String>,
}

impl Story {
    /// Nothing yet.
    pub(super) fn new(title: &'static str) -> Self {
        Self { title, ..Self::default() }
    }

    /// Adds a step.
    pub(super) fn tell(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// Says how a part ended.
    pub(super) fn end(&mut self, ending: String) {
        self.endings.push(ending);
    }

    /// The story for scripts.
    pub(super) fn data(&self) -> Value {
        let step = |step: &Step| {
            json!({
                "title": step.title,
                "command": step.command,
                "result": step.result,
                "gas": step.gas.map(|gas| gas.to_string()),
                "milliseconds": u64::try_from(step.milliseconds).unwrap_or(u64::MAX),
            })
        };
        json!({ "steps": self.steps.iter().map(step).collect::<Vec<_>>(), "ending": self.endings.join("\n") })
    }

    /// The story for people.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n", self.title);
        for (i, step) in self.steps.iter().enumerate() {
            let seconds = format!("{}.{:02} s", step.milliseconds / 1000, step.milliseconds % 1000 / 10);
            let gas = step.gas.map_or_else(String::new, |gas| format!("{} gas", numbers::gas(gas)));
            text.push_str(&format!("\n{:>2}  {:<58}{gas:>16}{seconds:>10}\n", i + 1, step.title));
            if !step.command.is_empty() {
                text.push_str(&format!("    $ {}\n", step.command));
            }
            for line in step.result.lines() {
                text.push_str(&format!("    {line}\n"));
            }
        }
        for ending in &self.endings {
            text.push_str(&format!("\n{ending}\n"));
        }
        text
    }
}
