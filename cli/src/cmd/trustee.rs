//! `tabella trustee`: the secret that opens a tally.

use clap::Subcommand;
use rand::rngs::OsRng;
use serde_json::{Value, json};
use tabella_circuits::babyjubjub::Point;
use tabella_circuits::field;
use tabella_circuits::voting::trustee::TrusteeSecret;

use crate::context::Ctx;
use crate::error::CliError;
use crate::opts::PassphraseOpts;
use crate::output::{Outcome, path_text};
use crate::store::{TrusteePublic, TrusteeStore};

/// Against, For, Abstain.
const USUAL_OPTIONS: usize = 3;

/// A trustee: who opens the sum of all ballots after the close.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
A trustee's secret opens the tally of an election, and could open single ballots: keep it on a machine of its own.
It is kept sealed with a passphrase in <home>/trustees/NAME.json. Its keys are public; the DAO's Committee needs them.

Examples:
  tabella trustee new council
  tabella trustee show council --json")]
pub enum Command {
    /// Make a new trustee's secret
    New {
        /// How it is called on this machine: a-z 0-9 . _ -
        name: String,
        /// How it is sealed
        #[command(flatten)]
        passphrase: PassphraseOpts,
    },
    /// Show the keys Y_k and their eighths; with --passphrase-file also check that the secret belongs to them
    Show {
        /// Which trustee
        name: String,
        /// Options of the elections, 1 to 16: so many keys are shown
        #[arg(long, value_name = "K", default_value_t = USUAL_OPTIONS)]
        options: usize,
        /// How the secret is opened
        #[command(flatten)]
        passphrase: PassphraseOpts,
    },
    /// List all trustees
    List,
}

/// Runs `tabella trustee`.
///
/// # Errors
/// Exit 2 for names, files and passphrases; 1 from `show` when the secret does not belong to the keys.
pub fn run(command: Command, ctx: &Ctx) -> Result<Outcome, CliError> {
    match command {
        Command::New { name, passphrase } => new(ctx, &name, &passphrase),
        Command::Show { name, options, passphrase } => show(ctx, &name, options, &passphrase),
        Command::List => list(ctx),
    }
}

fn store(ctx: &Ctx) -> TrusteeStore {
    TrusteeStore::at(ctx.settings().home())
}

fn new(ctx: &Ctx, name: &str, opts: &PassphraseOpts) -> Result<Outcome, CliError> {
    store(ctx).vacant(name)?;
    let passphrase = opts.fresh(ctx, &format!("trustee {name}"))?;
    let secret = TrusteeSecret::generate(&mut OsRng);
    let path = store(ctx).create(ctx, name, TrusteePublic::of(&secret), secret.seed().as_slice(), &passphrase)?;
    ctx.note(format!("sealed in {}; without it no tally: keep a copy, and keep the passphrase", path.display()));
    let (keys, text) = describe(&secret.keys(USUAL_OPTIONS));
    let data =
        json!({ "name": name, "file": path_text(&path), "options": USUAL_OPTIONS, "keys": keys.0, "eighths": keys.1 });
    Outcome::new(data, format!("trustee {name}\n{text}"))
}

fn show(ctx: &Ctx, name: &str, options: usize, opts: &PassphraseOpts) -> Result<Outcome, CliError> {
    let record = store(ctx).load(ctx, name)?;
    let keys = record.keys(options)?;
    let checked = opts.passphrase_file.is_some();
    if checked {
        record.trustee(ctx, &opts.existing(ctx, &format!("trustee {name}"))?)?;
    }
    let (keys, text) = describe(&keys);
    let data = json!({ "name": name, "file": path_text(record.path()), "options": options, "keys": keys.0, "eighths": keys.1,
        "secret_checked": checked });
    let note = if checked { "\nthe secret belongs to them" } else { "" };
    Outcome::new(data, format!("trustee {name}\n{text}{note}"))
}

/// Keys Y_k and points Z_k with 8 Z_k = Y_k (what shows a contract that Y_k is in the subgroup), as JSON and as text.
fn describe(keys: &[Point]) -> ((Vec<Value>, Vec<Value>), String) {
    let words = |point: &Point| point.words().map(|word| field::to_decimal(&word));
    let eighths: Vec<Point> = keys.iter().map(Point::eighth).collect();
    let lines = keys.iter().zip(&eighths).enumerate().map(|(k, (key, eighth))| {
        let ([x, y], [ex, ey]) = (words(key), words(eighth));
        format!("option {k}\n  key    {x}\n         {y}\n  eighth {ex}\n         {ey}")
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let list = |points: &[Point]| points.iter().map(|point| json!(words(point))).collect();
    ((list(keys), list(&eighths)), text)
}

fn list(ctx: &Ctx) -> Result<Outcome, CliError> {
    let store = store(ctx);
    let mut good = vec![];
    for name in store.names()? {
        match store.load(ctx, &name) {
            Ok(_) => good.push(name),
            Err(e) => ctx.warn(e.to_string()),
        }
    }
    Outcome::new(json!({ "trustees": good }), good.join("\n"))
}
