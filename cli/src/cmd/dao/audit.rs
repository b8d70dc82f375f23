//! The part of a DAO that audits models: whether it has one, and how it is configured.

use alloy::primitives::Address;
use clap::Args;
use serde_json::{Value, json};
use tabella_contracts::Dao;
use tabella_contracts::deploy::AuditPlan;
use tabella_contracts::deployment::Audit;

use crate::error::CliError;
use crate::flow::{errors, numbers};
use crate::opts::address_of;

/// Options of `dao deploy` for audits.
#[derive(Debug, Args)]
#[command(next_help_heading = "Audits of models")]
pub(super) struct Options {
    /// Deploy the contracts that audit models as well
    #[arg(long)]
    audit: bool,
    /// Who may flag and halt models without delay [default: the sender]
    #[arg(long, value_name = "ADDRESS", requires = "audit")]
    guardian: Option<String>,
    /// Who may open engagements of models that are not its own [default: the sender]
    #[arg(long, value_name = "ADDRESS", requires = "audit")]
    audit_opener: Option<String>,
    /// Least bond of a model [default: 1]
    #[arg(long, value_name = "ETHER", requires = "audit")]
    minimum_bond: Option<String>,
    /// Part of the bond that a fail costs, in percent; silence costs all of it [default: 50]
    #[arg(long, value_name = "PERCENT", requires = "audit", value_parser = clap::value_parser!(u16).range(1..=99))]
    fail_share: Option<u16>,
}

impl Options {
    /// The plan's part, if audits are wanted.
    ///
    /// # Errors
    /// `address-invalid`, `ether-invalid`.
    pub(super) fn plan(&self, sender: Address) -> Result<Option<AuditPlan>, CliError> {
        if !self.audit {
            return Ok(None);
        }
        let or_sender = |text: &Option<String>| text.as_deref().map_or(Ok(sender), address_of);
        let minimum_bond = numbers::ether(self.minimum_bond.as_deref().unwrap_or("1"))?;
        if minimum_bond >> 128 != alloy::primitives::U256::ZERO {
            return Err(CliError::usage("option-invalid", "--minimum-bond must be below 2^128 wei"));
        }
        Ok(Some(AuditPlan {
            guardian: or_sender(&self.guardian)?,
            opener: or_sender(&self.audit_opener)?,
            minimum_bond,
            fail_share: self.fail_share.unwrap_or(50) * 100,
        }))
    }
}

/// The contracts with their names, as `dao status` lists them.
pub(super) fn addresses(at: &Audit) -> [(&'static str, Address); 7] {
    [
        ("ModelRegistry", at.model_registry),
        ("PolicyRegistry", at.policy_registry),
        ("DataRegistry", at.data_registry),
        ("AuditRegistry", at.audit_registry),
        ("MilestoneTreasury", at.milestone_treasury),
        ("shard verifier", at.shard_verifier),
        ("verdict verifier", at.verdict_verifier),
    ]
}

/// Adds what the contracts that audit models say, if there are any, after checking that they belong together.
pub(super) async fn status(dao: &Dao, data: &mut Value, text: &mut String) -> Result<(), CliError> {
    if dao.deployment.audit.is_none() {
        return Ok(());
    }
    let audits = dao.audits().await.map_err(errors::chain)?;
    audits.check_verifiers().await.map_err(errors::chain)?;
    let bond = audits.minimum_bond().await.map_err(errors::chain)?;
    let share = audits.fail_share().await.map_err(errors::chain)?;
    let policies = audits.policies().await.map_err(errors::chain)?;
    let engagements = audits.engagements().await.map_err(errors::chain)?;
    let milestones = audits.milestones().await.map_err(errors::chain)?;
    data["audits"] = json!({
        "minimum_bond": bond.to_string(), "fail_share_basis_points": share.to_string(), "policies": policies.to_string(),
        "engagements": engagements.to_string(), "milestones": milestones.to_string(),
    });
    text.push_str(&format!(
        "minimum bond        {}, a fail costs {share} of 10000\naudits              {policies} policies, {engagements} engagements, {milestones} milestones\n",
        numbers::in_ether(bond)
    ));
    Ok(())
}
