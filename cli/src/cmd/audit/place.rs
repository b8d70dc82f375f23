//! Where an audit takes place: the context of its proofs.

use alloy::primitives::U256;
use clap::Args;
use tabella_circuits::Fr;
use tabella_circuits::compliance::context::Engagement;

use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::{self, numbers};
use crate::opts::{DaoOpts, address_of};

/// What the proofs are bound to.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct PlaceOpts {
    /// The context of every proof: a field element; 0 is a check off chain
    #[arg(long, value_name = "WORD", conflicts_with_all = ["engagement", "registry", "chain_id"])]
    context: Option<String>,
    /// The engagement's id: the context is made of it, the AuditRegistry and the chain
    #[arg(long, value_name = "ID")]
    engagement: Option<String>,
    /// The AuditRegistry [default: the DAO's]
    #[arg(long, value_name = "ADDRESS", requires_all = ["engagement", "chain_id"])]
    registry: Option<String>,
    /// The chain's id [default: the DAO's]
    #[arg(long, value_name = "N", requires_all = ["engagement", "registry"])]
    chain_id: Option<u64>,
    #[command(flatten)]
    dao: DaoOpts,
}

impl PlaceOpts {
    /// The context; `None` if none was named. The DAO's file is read only for what the options do not say; no node is asked.
    ///
    /// # Errors
    /// `field-invalid`, `engagement-invalid`, `address-invalid`; errors about the DAO's file, `no-audits`.
    pub(super) fn context(&self, ctx: &Ctx) -> Result<Option<Fr>, CliError> {
        if let Some(text) = &self.context {
            return numbers::field_element("--context", text).map(Some);
        }
        let Some(id) = &self.engagement else { return Ok(None) };
        let id = U256::from_str_radix(id, 10)
            .map_err(|_| CliError::usage("engagement-invalid", "an engagement's id is a decimal number"))?;
        let (chain_id, registry) = match (&self.registry, self.chain_id) {
            (Some(registry), Some(chain_id)) => (chain_id, address_of(registry)?),
            _ => flow::audited_at(ctx, &self.dao).map(|(chain_id, at)| (chain_id, at.audit_registry))?,
        };
        Ok(Some(Engagement { chain_id, registry: registry.into_array(), id: id.to_be_bytes() }.context()))
    }
}
