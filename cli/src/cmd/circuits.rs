//! `tabella circuits`: what this build can prove.

use serde_json::json;

use crate::context::Ctx;
use crate::error::CliError;
use crate::output::Outcome;

/// Compiles every circuit of this build and describes it: the numbers that `circuits/pinned/` holds.
///
/// # Errors
/// `circuit-defective`, a bug.
pub fn run(ctx: &Ctx) -> Result<Outcome, CliError> {
    let all = tabella_prover::circuits();
    let bar = ctx.bar(all.len() as u64, "Compiling the circuits");
    let mut list = vec![];
    let mut blocks = vec![];
    for info in all {
        let summary = info.compile()?.summary();
        let (constants, words): (Vec<_>, Vec<_>) =
            summary.public_inputs.iter().enumerate().partition(|(i, _)| *i < info.constants);
        let names =
            |part: Vec<(usize, &String)>| part.into_iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(" ");
        let mut block = format!(
            "{}, version {}\n  constraints {}, domain {}\n",
            summary.id, summary.version, summary.constraints, summary.domain
        );
        if info.constants > 0 {
            block.push_str(&format!("  inputs, constant in an election: {}\n", names(constants)));
        }
        block.push_str(&format!("  inputs of each proof: {}\n  matrix digest {}", names(words), summary.matrix_digest));
        blocks.push(block);
        list.push(json!({ "id": summary.id, "version": summary.version, "constraints": summary.constraints, "domain": summary.domain,
            "constants": info.constants, "public_inputs": summary.public_inputs, "matrix_digest": summary.matrix_digest }));
        bar.step();
    }
    Outcome::new(json!({ "circuits": list }), blocks.join("\n\n"))
}
