//! The command line as its users meet it: the real program, real files, a real chain. Nothing is skipped; a missing anvil fails.
#![cfg(unix)]

mod devnet;
mod frame;
mod help;
mod identity;
mod keys;
mod rpc;
mod sender;
mod settings;
mod store;
mod support;
mod terminal;
