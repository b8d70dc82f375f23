//! Trustees' secrets at rest: a seed of 32 bytes, from which one independent key per option is derived.

use serde::{Deserialize, Serialize};
use tabella_circuits::babyjubjub::Point;
use tabella_circuits::field;
use tabella_circuits::voting::trustee::TrusteeSecret;

use crate::context::Ctx;
use crate::error::CliError;
use crate::opts::PassphraseOpts;
use crate::secret::Passphrase;

use super::{Kind, Record, Store};

/// Options that a rule word has room for; that many keys are kept readable.
pub const MAX_OPTIONS: usize = 16;

/// The kind of a trustee's secret.
#[derive(Debug)]
pub struct TrusteeKind;

/// What anyone may know about a trustee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrusteePublic {
    /// The keys Y_k of [`MAX_OPTIONS`] options, x and y in decimal.
    pub keys: Vec<[String; 2]>,
}

impl TrusteePublic {
    /// The public part of a secret.
    pub fn of(secret: &TrusteeSecret) -> Self {
        let keys = secret.keys(MAX_OPTIONS);
        Self { keys: keys.iter().map(|key| key.words().map(|word| field::to_decimal(&word))).collect() }
    }
}

impl Kind for TrusteeKind {
    const KIND: &'static str = "trustee";
    const DIR: &'static str = "trustees";
    type Public = TrusteePublic;
}

/// Where trustees' secrets are.
pub type TrusteeStore = Store<TrusteeKind>;

impl Record<TrusteeKind> {
    /// The first `options` keys, each a point of the subgroup.
    ///
    /// # Errors
    /// `options-invalid` for more than [`MAX_OPTIONS`] or none; `file-damaged`.
    pub fn keys(&self, options: usize) -> Result<Vec<Point>, CliError> {
        if !(1..=MAX_OPTIONS).contains(&options) {
            return Err(CliError::usage(
                "options-invalid",
                format!("{options} options: from 1 to {MAX_OPTIONS} is possible"),
            ));
        }
        let keys: Option<Vec<Point>> = self.public.keys.iter().take(options).map(point).collect();
        match keys.filter(|keys| keys.len() == options) {
            Some(keys) => Ok(keys),
            None => Err(self.damaged("its keys are not points of the subgroup")),
        }
    }

    /// Opens the secret and checks that it belongs to the public part.
    ///
    /// # Errors
    /// `passphrase-wrong`, `file-damaged`, and `secret-mismatch` (exit 1).
    pub fn trustee(&self, ctx: &Ctx, passphrase: &Passphrase) -> Result<TrusteeSecret, CliError> {
        let secret = self.open(ctx, passphrase)?;
        let seed = secret.as_slice().try_into().map_err(|_| self.damaged("the secret is not a seed of 32 bytes"))?;
        let secret = TrusteeSecret::from_seed(seed);
        if TrusteePublic::of(&secret) != self.public {
            return Err(self.mismatch());
        }
        Ok(secret)
    }
}

fn point(words: &[String; 2]) -> Option<Point> {
    let point = Point { x: field::parse(&words[0]).ok()?, y: field::parse(&words[1]).ok()? };
    (point != Point::IDENTITY && point.is_in_subgroup()).then_some(point)
}

/// Opens the trustee `name` of this home, asking for its passphrase if no file has it.
///
/// # Errors
/// `name-invalid`, `not-found`, `file-damaged`, `passphrase-needed`, `passphrase-wrong`, `secret-mismatch`.
pub fn open_trustee(ctx: &Ctx, name: &str, opts: &PassphraseOpts) -> Result<TrusteeSecret, CliError> {
    let record = TrusteeStore::at(ctx.settings().home()).load(ctx, name)?;
    let passphrase = opts.existing(ctx, &format!("trustee {name}"))?;
    record.trustee(ctx, &passphrase)
}

/// The first `options` public keys of the trustee `name`; no passphrase is needed.
///
/// # Errors
/// `name-invalid`, `not-found`, `file-damaged`, `options-invalid`.
pub fn trustee_keys(ctx: &Ctx, name: &str, options: usize) -> Result<Vec<Point>, CliError> {
    TrusteeStore::at(ctx.settings().home()).load(ctx, name)?.keys(options)
}
