//! The command tree: what `tabella` understands, how it is listed, and which file does it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::cmd;
use crate::context::Ctx;
use crate::error::CliError;
use crate::output::{self, Outcome};
use crate::settings::Settings;

/// How the commands are grouped in `tabella --help`. A command that is missing here is listed under "Other".
const GROUPS: &[(&str, &[&str])] = &[
    ("See it work", &["demo", "devnet"]),
    ("Vote", &["identity", "vote"]),
    ("Run a DAO", &["dao", "electorate", "trustee", "proposal", "poll", "tally"]),
    ("Audit a model", &["data", "model", "policy", "engagement", "audit", "attestation", "milestone"]),
    ("Check", &["verify", "circuits"]),
    ("Keys and contracts", &["keys", "verifier", "bench"]),
];

const AFTER_HELP: &str = "\
Settings: a flag beats its TABELLA_* variable, which beats ./tabella.toml, which beats
<home>/tabella.toml. Results go to stdout, everything else to stderr; --json gives one
envelope on stdout, on failure too.

Exit codes:
  0  yes, or done
  1  what was checked is false
  2  wrong usage, or something about a file
  3  chain unreachable, or not the right one
  4  refused by a contract, whose error is named

Examples:
  tabella devnet start                 a chain of your own
  tabella identity new alice           your secret voting identity
  tabella identity show alice --json   what a registrar needs to admit you
  tabella help devnet                  more about one command";

#[derive(Debug, Parser)]
#[command(name = "tabella", version, about = "Private votes and compliance proofs for DAOs that govern AI", after_help = AFTER_HELP)]
#[command(disable_help_subcommand = false, max_term_width = 100)]
struct Cli {
    /// Directory for everything that Tabella keeps [TABELLA_HOME; default: $XDG_DATA_HOME/tabella or ~/.local/share/tabella]
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    home: Option<PathBuf>,
    /// Print one JSON envelope on stdout
    #[arg(long, global = true, help_heading = "Global options")]
    json: bool,
    /// No notes and no progress on stderr
    #[arg(long, short, global = true, help_heading = "Global options")]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

/// One variant per file in `cmd/`.
#[derive(Debug, Subcommand)]
enum Command {
    /// A local chain for trying things out: start, stop, move its clock, give out money
    #[command(subcommand)]
    Devnet(cmd::devnet::Command),
    /// Your secret voting identity: make one, import Semaphore's, show its commitment, export it
    #[command(subcommand)]
    Identity(cmd::identity::Command),
    /// A trustee, who opens the sum of all ballots after the close: make one, show its keys
    #[command(subcommand)]
    Trustee(cmd::trustee::Command),
    /// Proving keys: make the development keys, list what is there
    #[command(subcommand)]
    Keys(cmd::keys::Command),
    /// The circuits of this build: size, public inputs, digest
    #[command(after_help = "Example:\n  tabella circuits --json")]
    Circuits,
    /// A DAO with private voting: deploy it, look at it
    #[command(subcommand)]
    Dao(cmd::dao::Command),
    /// Who may vote: admit members, list them, compare the tree with the contract's
    #[command(subcommand)]
    Electorate(cmd::electorate::Command),
    /// What is voted on: make, open, list, show, queue and execute proposals
    #[command(subcommand)]
    Proposal(cmd::proposal::Command),
    /// What is asked without a Governor, of up to eight options: create, open, list and show polls
    #[command(subcommand)]
    Poll(cmd::poll::Command),
    /// A sealed ballot: cast it, send it for someone, check that it was counted
    #[command(subcommand)]
    Vote(cmd::vote::Command),
    Tally(cmd::tally::Command),
    /// The data that a model is audited on: import a CSV file, look at it
    #[command(subcommand)]
    Data(cmd::data::Command),
    /// A model as integers: import it from a library's export, commit to it, predict with it
    #[command(subcommand)]
    Model(cmd::model::Command),
    /// What a DAO asks of a model: check, hash and show policies
    #[command(subcommand)]
    Policy(cmd::policy::Command),
    /// A model audited under a policy: open, show, acknowledge, enforce engagements
    #[command(subcommand)]
    Engagement(cmd::engagement::Command),
    /// A model's compliance: plan an audit, compute its verdict, prove it, check the proofs, report, submit
    #[command(subcommand)]
    Audit(cmd::audit::Command),
    /// Verdicts that the chain verified: list, show, verify again
    #[command(subcommand)]
    Attestation(cmd::attestation::Command),
    /// Money that is paid when a model passes: create, fund, release, claw back
    #[command(subcommand)]
    Milestone(cmd::milestone::Command),
    /// Check a proof or a ballot here, without a chain
    #[command(subcommand)]
    Verify(cmd::verify::Command),
    /// Verifier contracts: export one, make its calldata
    #[command(subcommand)]
    Verifier(cmd::verifier::Command),
    Bench(cmd::bench::BenchOpts),
    Demo(cmd::demo::Command),
}

impl Command {
    fn run(self, ctx: &Ctx) -> Result<Outcome, CliError> {
        match self {
            Self::Devnet(command) => cmd::devnet::run(command, ctx),
            Self::Identity(command) => cmd::identity::run(command, ctx),
            Self::Trustee(command) => cmd::trustee::run(command, ctx),
            Self::Keys(command) => cmd::keys::run(command, ctx),
            Self::Circuits => cmd::circuits::run(ctx),
            Self::Dao(command) => cmd::dao::run(command, ctx),
            Self::Electorate(command) => cmd::electorate::run(command, ctx),
            Self::Proposal(command) => cmd::proposal::run(command, ctx),
            Self::Poll(command) => cmd::poll::run(command, ctx),
            Self::Vote(command) => cmd::vote::run(command, ctx),
            Self::Tally(command) => cmd::tally::run(command, ctx),
            Self::Data(command) => cmd::data::run(command, ctx),
            Self::Model(command) => cmd::model::run(command, ctx),
            Self::Policy(command) => cmd::policy::run(command, ctx),
            Self::Engagement(command) => cmd::engagement::run(command, ctx),
            Self::Audit(command) => cmd::audit::run(command, ctx),
            Self::Attestation(command) => cmd::attestation::run(command, ctx),
            Self::Milestone(command) => cmd::milestone::run(command, ctx),
            Self::Verify(command) => cmd::verify::run(command, ctx),
            Self::Verifier(command) => cmd::verifier::run(command, ctx),
            Self::Bench(options) => cmd::bench::run(&options, ctx),
            Self::Demo(command) => cmd::demo::run(command, ctx),
        }
    }
}

/// Whether `--json` is among the arguments, also where the rest of them makes no sense.
pub fn wants_json(args: &[OsString]) -> bool {
    args.iter().skip(1).take_while(|arg| *arg != "--").any(|arg| arg == "--json")
}

/// The whole command tree, as `--help`, completions and manual pages need it.
pub fn command() -> clap::Command {
    let command = Cli::command();
    let mut template = String::from("{about}\n\n{usage-heading} {usage}\n");
    for (title, listing) in groups(&command) {
        template.push_str(&format!("\n{title}:\n{listing}"));
    }
    template.push_str("\nGlobal options:\n{options}{after-help}");
    command.help_template(template)
}

/// The groups with a line for each command that exists.
fn groups(command: &clap::Command) -> Vec<(&'static str, String)> {
    let line = |sub: &clap::Command| {
        format!("  {:<11} {}\n", sub.get_name(), sub.get_about().map(ToString::to_string).unwrap_or_default())
    };
    let mut groups: Vec<(&'static str, String)> = GROUPS
        .iter()
        .map(|(title, names)| {
            (*title, names.iter().filter_map(|name| command.find_subcommand(name)).map(line).collect())
        })
        .collect();
    let grouped = |name: &str| GROUPS.iter().any(|(_, names)| names.contains(&name));
    groups.push(("Other", command.get_subcommands().filter(|sub| !grouped(sub.get_name())).map(line).collect()));
    groups.retain(|(_, listing)| !listing.is_empty());
    groups
}

/// Parses and runs a command inside another one (the demo is made of commands), without reporting it.
///
/// # Errors
/// The command's own.
pub(crate) fn execute(args: &[OsString]) -> Result<Outcome, CliError> {
    let matches = command().try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = matches.map_err(|error| explain(&error))?;
    let ctx = Ctx::new(Settings::load(cli.home.as_deref())?, cli.quiet);
    cli.command.run(&ctx)
}

/// Parses, runs and reports; returns the exit code.
pub fn run(args: &[OsString]) -> u8 {
    let json = wants_json(args);
    let cli = match command().try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(e) => return usage(json, &e),
    };
    let ctx = match Settings::load(cli.home.as_deref()) {
        Ok(settings) => Ctx::new(settings, cli.quiet),
        Err(e) => return output::report_error(json, &e, &[]),
    };
    match cli.command.run(&ctx) {
        Ok(outcome) => output::report(json, &outcome, &ctx.warnings()),
        Err(e) => output::report_error(json, &e, &ctx.warnings()),
    }
}

/// What clap could not parse, or a text that was asked for.
fn usage(json: bool, e: &clap::Error) -> u8 {
    match e.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = e.render().to_string();
            if json {
                return match Outcome::new(serde_json::json!({ "text": text }), "") {
                    Ok(outcome) => output::report(true, &outcome, &[]),
                    Err(error) => output::report_error(true, &error, &[]),
                };
            }
            // clap colours it where stdout is a terminal.
            let _ = e.print();
            0
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let error = CliError::usage("usage", "a command is missing").hint("see the list below, or tabella --help");
            let code = output::report_error(json, &error, &[]);
            output::print_stderr(&format!("\n{}", e.render()));
            code
        }
        _ => output::report_error(json, &explain(e), &[]),
    }
}

/// clap's error as ours: its first sentence, its tips as the hint, the usage line last.
fn explain(e: &clap::Error) -> CliError {
    let text = e.render().to_string();
    let mut lines = text.lines();
    let message = lines.next().unwrap_or("the arguments make no sense").trim_start_matches("error: ").to_owned();
    // A list of missing arguments, or of values, continues the first sentence.
    let details: Vec<&str> = text
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with("  ") && !line.trim_start().starts_with("tip:"))
        .map(str::trim)
        .collect();
    let message = if details.is_empty() { message } else { format!("{message} {}", details.join(" ")) };
    let mut hints: Vec<String> =
        text.lines().filter_map(|line| line.trim().strip_prefix("tip: ")).map(str::to_owned).collect();
    if let Some(ContextValue::StyledStr(usage)) = e.get(ContextKind::Usage) {
        hints.push(usage.to_string().trim().replace('\n', " "));
    }
    hints.push("see --help".to_owned());
    CliError::usage("usage", message).hint(hints.join("; "))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_tree_is_sound_and_every_command_is_grouped() {
        super::command().debug_assert();
        assert!(super::groups(&super::command()).iter().all(|(title, _)| *title != "Other"));
    }
}
