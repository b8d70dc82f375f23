//! `tabella audit report`: what an audit proves, for people.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use tabella_circuits::compliance::counts::Counts;
use tabella_circuits::compliance::metrics::{Totals, evaluate};
use tabella_circuits::compliance::policy::Policy;
use tabella_circuits::field::to_decimal;
use tabella_prover::shard::{Claim, Directory, Expected, FileFault, JobError, Opening};

use super::errors;
use super::verify;
use crate::audit::findings::{Findings, verdict_word};
use crate::audit::lines;
use crate::audit::policy::LineName;
use crate::audit::schema::Schema;
use crate::context::Ctx;
use crate::error::CliError;
use crate::opts::VerifyKeys;
use crate::output::Outcome;

const REVEALED: [&str; 4] = [
    "the verdict, the number of records and of shards",
    "the policy's words and the schema",
    "which model it is: the commitment is the same in every audit of it",
    "that the owner knows records with this root; whoever signed the root answers for what they are",
];
const HIDDEN: [&str; 4] = [
    "the model's parameters and scores",
    "every record, its label, its groups and its prediction",
    "every count, rate and group size, and how close a line is to its bound",
    "why a verdict is \"insufficient\", or which line is violated",
];

/// Options of `audit report`.
#[derive(Debug, Args)]
#[command(after_help = "\
All proofs are checked first. --counts opens the counts from secret.json and is for the owner: what it prints is not public.

Examples:
  tabella audit report audit
  tabella audit report audit --counts --json")]
pub struct ReportOpts {
    /// The audit's directory
    dir: PathBuf,
    /// Also show the counts and the value of every line
    #[arg(long)]
    counts: bool,
    #[command(flatten)]
    keys: VerifyKeys,
}

pub(super) fn run(ctx: &Ctx, options: &ReportOpts) -> Result<Outcome, CliError> {
    let directory = Directory::at(&options.dir);
    let claim = verify::claim(&directory)?;
    let schema = verify::schema(&directory, &claim)?;
    let policy = Policy::from_words(&claim.policy).map_err(CliError::internal)?;
    verify::check(ctx, &options.keys, &directory, &claim, &Expected::default())?;
    let (names, z) = lines::names(&policy, &schema);
    let findings = match options.counts {
        true => Some(findings(&directory, &claim, &schema, &policy, (&names, z.as_ref()))?),
        false => None,
    };
    let mut data = verify::facts(&claim);
    (data["revealed"], data["hidden"]) = (json!(REVEALED), json!(HIDDEN));
    data["lines"] = json!(names.iter().chain(&z).map(ToString::to_string).collect::<Vec<_>>());
    data["support"] = json!({ "min_rows": policy.min_rows, "min_group": policy.min_group, "min_positive": policy.min_positive,
        "exclude": format!("{}/{}", policy.exclude.num(), policy.exclude.den()) });
    if let Some(findings) = &findings {
        data["counts"] = serde_json::to_value(findings).map_err(CliError::internal)?;
    }
    let mut text = text(&claim, &policy, &names, z.as_ref());
    if let Some(findings) = &findings {
        text.push_str(&format!("\n\nfor the owner alone\n{}", findings.text()));
    }
    Outcome::new(data, text)
}

fn text(claim: &Claim, policy: &Policy, names: &[LineName], z: Option<&LineName>) -> String {
    let mut text = format!(
        "The model with the commitment {}\non the {} records of the data root 0x{}\nhas this verdict under the policy below: {}\n\npolicy\n",
        to_decimal(&claim.model),
        claim.rows,
        hex::encode(claim.data_root()),
        verdict_word(claim.verdict),
    );
    names.iter().chain(z).for_each(|line| text.push_str(&format!("  {line}\n")));
    text.push_str(&format!(
        "  evidence: at least {} records, {} in a group, {} positive in a group; groups below {}/{} of all records left out\n",
        policy.min_rows,
        policy.min_group,
        policy.min_positive,
        policy.exclude.num(),
        policy.exclude.den(),
    ));
    text.push_str(&format!("\nproven by\n  {} x {}\n  {}\n", claim.shards.len(), claim.shard_key, claim.verdict_key));
    text.push_str(&format!("  context {}\n", to_decimal(&claim.context)));
    let list = |lines: &[&str]| lines.iter().map(|line| format!("\n  {line}")).collect::<String>();
    text.push_str(&format!("\nrevealed{}\n\nnot revealed{}", list(&REVEALED), list(&HIDDEN)));
    text
}

/// Opens the counts: they must be those that were proven.
fn findings(
    directory: &Directory,
    claim: &Claim,
    schema: &Schema,
    policy: &Policy,
    (names, z): (&[LineName], Option<&LineName>),
) -> Result<Findings, CliError> {
    let path = directory.openings_path();
    let missing =
        || JobError::Missing { path: path.clone(), what: "what opens the counts, which its owner has".to_owned() };
    let openings = directory.openings().and_then(|openings| openings.ok_or_else(missing)).map_err(errors::job)?;
    if !openings.shards.iter().map(Opening::commitment).eq(claim.shards.iter().map(|shard| shard.counts)) {
        let fault = FileFault::Another("the counts' commitments");
        return Err(errors::job(JobError::File { path, fault }));
    }
    let total = openings.shards.iter().fold(Counts::default(), |sum, opening| sum.add(&opening.counts()));
    let totals = Totals::new(&total, schema.group_counts()).map_err(CliError::internal)?;
    Ok(Findings::new(&evaluate(policy, &totals), schema, names, z))
}
