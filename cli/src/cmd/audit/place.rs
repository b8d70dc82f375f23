//! Where an audit takes place: the context of its proofs.

use alloy::primitives::U256;
use clap::Args;
use tabella_circuits::Fr;
use tabella_circuits::compliance::context::Engagement;

use crate::error::CliError;
use crate::flow::numbers;
use crate::opts::address_of;

/// What the proofs are bound to.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct PlaceOpts {
    /// The context of every proof: a field element; 0 is a check off chain
    #[arg(long, value_name = "WORD", conflicts_with_all = ["engagement", "registry", "chain_id"])]
    context: Option<String>,
    /// The engagement's id, with --registry and --chain-id: the context is made of the three
    #[arg(long, value_name = "ID", requires_all = ["registry", "chain_id"])]
    engagement: Option<String>,
    /// The AuditRegistry
    #[arg(long, value_name = "ADDRESS", requires = "engagement")]
    registry: Option<String>,
    /// The chain's id
    #[arg(long, value_name = "N", requires = "engagement")]
    chain_id: Option<u64>,
}

impl PlaceOpts {
    /// The context; `None` if none was named.
    ///
    /// # Errors
    /// `field-invalid`, `engagement-invalid`, `address-invalid`.
    pub(super) fn context(&self) -> Result<Option<Fr>, CliError> {
        if let Some(text) = &self.context {
            return numbers::field_element("--context", text).map(Some);
        }
        let (Some(id), Some(registry), Some(chain_id)) = (&self.engagement, &self.registry, self.chain_id) else {
            return Ok(None);
        };
        let id = U256::from_str_radix(id, 10)
            .map_err(|_| CliError::usage("engagement-invalid", "an engagement's id is a decimal number"))?;
        let registry = address_of(registry)?.into_array();
        Ok(Some(Engagement { chain_id, registry, id: id.to_be_bytes() }.context()))
    }
}
