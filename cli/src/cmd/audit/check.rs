//! `tabella audit check`: the counts and the verdict, before anyone proves anything.

use clap::{Args, ValueEnum};
use serde_json::json;
use tabella_circuits::Fr;
use tabella_circuits::compliance::metrics::Verdict;
use tabella_circuits::field::to_decimal;

use super::errors;
use super::subject::{CAPACITY, SubjectOpts};
use crate::audit::findings::{Findings, verdict_word};
use crate::context::Ctx;
use crate::error::CliError;
use crate::output::Outcome;

/// Options of `audit check`.
#[derive(Debug, Args)]
#[command(after_help = "\
The exit code is 0 whatever the verdict, unless --require names the one that must come out (then 1). `num` and `den` are exact.

Examples:
  tabella audit check --model model.json --data german --policy policy.toml --json
  tabella audit check --model model.json --data german --pack four-fifths --require pass")]
pub struct CheckOpts {
    #[command(flatten)]
    subject: SubjectOpts,
    /// Exit with 1 unless this is the verdict
    #[arg(long, value_name = "VERDICT")]
    require: Option<Required>,
}

/// A verdict on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Required {
    Pass,
    Fail,
    Insufficient,
}

impl From<Required> for Verdict {
    fn from(required: Required) -> Self {
        match required {
            Required::Pass => Self::Pass,
            Required::Fail => Self::Fail,
            Required::Insufficient => Self::Insufficient,
        }
    }
}

pub(super) fn run(ctx: &Ctx, options: &CheckOpts) -> Result<Outcome, CliError> {
    let loaded = options.subject.load(ctx)?;
    // Nothing here is committed to, so no blinding is needed.
    let subject = loaded.subject(Fr::from(0u64), Fr::from(0u64))?;
    let answers = subject.answers(CAPACITY).map_err(errors::subject)?;
    let (policy, schema) = (&loaded.policy, &loaded.data.schema);
    let findings = Findings::new(&answers.report, schema, &policy.lines, policy.z.as_ref());
    let mut data = serde_json::to_value(&findings).map_err(CliError::internal)?;
    data["rows"] = json!(answers.rows);
    data["shards"] = json!(answers.digests.len());
    data["schema_hash"] = json!(to_decimal(&loaded.data.schema_hash));
    data["data_root"] = json!(format!("0x{}", hex::encode(loaded.data.root)));
    match options.require {
        Some(required) if Verdict::from(required) != findings.verdict => {
            let (found, wanted) = (verdict_word(findings.verdict), verdict_word(required.into()));
            ctx.note(findings.text());
            Err(CliError::check_failed("verdict-not-required", format!("the verdict is {found}, not {wanted}"))
                .data(data))
        }
        _ => Outcome::new(data, findings.text()),
    }
}
