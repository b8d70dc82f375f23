//! Option groups that several commands share; flatten them with `#[command(flatten)]`.

mod at;
mod chain;
mod passphrase;
mod sender;

pub use at::{Acting, Actor, AtDao};
pub use chain::{ChainOpts, DaoOpts, KeysOpts, VerifyKeys};
pub use passphrase::PassphraseOpts;
pub(crate) use sender::address_of;
pub use sender::{Sender, SenderOpts};
