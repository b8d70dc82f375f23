//! Members' identities at rest. The sealed secret is the text of Semaphore's export, so plain `age -d` gives something useful.

use serde::{Deserialize, Serialize};
use tabella_circuits::voting::identity::Identity;
use tabella_circuits::{Fr, field};

use crate::context::Ctx;
use crate::error::CliError;
use crate::opts::PassphraseOpts;
use crate::secret::Passphrase;

use super::{Kind, Record, Store};

/// The kind of a member's secret.
#[derive(Debug)]
pub struct IdentityKind;

/// What anyone may know about an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityPublic {
    /// What an electorate admits: a field element in decimal.
    pub commitment: String,
}

impl IdentityPublic {
    /// The public part of a secret.
    pub fn of(identity: &Identity) -> Self {
        Self { commitment: field::to_decimal(&identity.commitment()) }
    }
}

impl Kind for IdentityKind {
    const KIND: &'static str = "identity";
    const DIR: &'static str = "identities";
    type Public = IdentityPublic;
}

/// Where identities are.
pub type IdentityStore = Store<IdentityKind>;

impl Record<IdentityKind> {
    /// What an electorate admits; no passphrase is needed.
    ///
    /// # Errors
    /// `file-damaged`.
    pub fn commitment(&self) -> Result<Fr, CliError> {
        field::parse(&self.public.commitment).map_err(|error| self.damaged(error))
    }

    /// Opens the secret and checks that it belongs to the public part.
    ///
    /// # Errors
    /// `passphrase-wrong`, `file-damaged`, and `secret-mismatch` (exit 1).
    pub fn identity(&self, ctx: &Ctx, passphrase: &Passphrase) -> Result<Identity, CliError> {
        let secret = self.open(ctx, passphrase)?;
        self.read(&secret)
    }

    /// As [`Self::identity`], on any thread.
    pub(crate) fn unlock(&self, passphrase: &Passphrase) -> Result<Identity, CliError> {
        let secret = self.unseal(passphrase)?;
        self.read(&secret)
    }

    fn read(&self, secret: &[u8]) -> Result<Identity, CliError> {
        let text = std::str::from_utf8(secret).map_err(|_| self.damaged("the secret is not an export"))?;
        let identity = Identity::from_export(text).map_err(|e| self.damaged(e))?;
        if IdentityPublic::of(&identity) != self.public {
            return Err(self.mismatch());
        }
        Ok(identity)
    }
}

/// Opens the identity `name` of this home, asking for its passphrase if no file has it.
///
/// # Errors
/// `name-invalid`, `not-found`, `file-damaged`, `passphrase-needed`, `passphrase-wrong`, `secret-mismatch`.
pub fn open_identity(ctx: &Ctx, name: &str, opts: &PassphraseOpts) -> Result<Identity, CliError> {
    let record = IdentityStore::at(ctx.settings().home()).load(ctx, name)?;
    let passphrase = opts.existing(ctx, &format!("identity {name}"))?;
    record.identity(ctx, &passphrase)
}
