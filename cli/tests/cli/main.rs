//! The command line as its users meet it: the real program, real files, a real chain. Nothing is skipped; a missing anvil fails.
#![cfg(unix)]

mod attack_audit;
mod attack_files;
mod attack_keys;
mod attack_oracle;
mod attack_secrets;
mod audit;
mod audit_cases;
mod audit_stage;
mod audited;
mod batch;
mod bench;
mod dao;
mod data;
mod data_files;
mod demo;
mod devnet;
mod electorate;
mod frame;
mod help;
mod identity;
mod keys;
mod model;
mod policy;
mod poll;
mod proofs;
mod registries;
mod rpc;
mod sender;
mod settings;
mod store;
mod support;
mod terminal;
mod vote;
