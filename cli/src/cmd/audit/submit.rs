//! `tabella audit submit`: an audit's proofs to the chain, in batches, then its verdict.

use std::path::{Path, PathBuf};

use alloy::primitives::U256;
use clap::Args;
use serde_json::{Value, json};
use tabella_circuits::compliance::data::MAX_SHARDS;
use tabella_circuits::compliance::metrics::Verdict;
use tabella_contracts::client::audit::{
    AttestedVerdict, EngagementRecord, ShardProof, VerdictProof, state_word, verdict_text,
};
use tabella_contracts::client::to_word;
use tabella_contracts::deployment::CircuitRef;
use tabella_prover::Proof;
use tabella_prover::shard::{Claim, Directory, Expected, KeyNote, Part, ShardClaim};

use super::errors as files;
use super::verify;
use crate::context::Ctx;
use crate::error::CliError;
use crate::flow::submit::Submitted;
use crate::flow::{errors, numbers};
use crate::opts::{Acting, Actor, VerifyKeys};
use crate::output::Outcome;

/// Shards in one transaction, where the options do not say.
pub(super) const BATCH: u8 = 16;

/// Options of `audit submit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Before anything is sent, every word is compared with the chain's (model, policy, data root, context, keys) and every proof is
verified. What the chain has already is not sent so an interrupted submission is finished by the same command.

Example:
  tabella audit submit audit --engagement 1 --from 0x7099...")]
pub struct Submit {
    /// The audit's directory, with all proofs
    dir: PathBuf,
    /// The engagement that the proofs were made for
    #[arg(long, value_name = "ID")]
    engagement: String,
    /// Shards in one transaction
    #[arg(long, value_name = "NUMBER", default_value_t = BATCH, value_parser = clap::value_parser!(u8).range(1..=MAX_SHARDS as i64))]
    batch: u8,
    #[command(flatten)]
    keys: VerifyKeys,
    #[command(flatten)]
    by: Acting,
}

/// An audit's files, read.
struct Audit {
    claim: Claim,
    shards: Vec<ShardProof>,
    verdict: Proof,
}

pub(super) fn submit(ctx: &Ctx, options: Submit) -> Result<Outcome, CliError> {
    ctx.block_on(submit_async(ctx, options))
}

async fn submit_async(ctx: &Ctx, options: Submit) -> Result<Outcome, CliError> {
    let id = numbers::id("--engagement", &options.engagement)?;
    let audit = read(&Directory::at(&options.dir))?;
    let actor = options.by.open(ctx).await?;
    actor.audits.check_verifiers().await.map_err(errors::chain)?;
    let record = actor.audits.engagement(id).await.map_err(errors::chain)?;
    check(ctx, &options, &actor, &record, &audit.claim).await?;
    let done = verified(&actor, &record, &audit.claim, &options.dir).await?;
    let mut steps = Steps { ctx, actor: &actor, data: vec![], text: String::new() };
    if done > 0 {
        steps.text.push_str(&format!("shards      {done} are verified already\n"));
    }
    let complete = steps.shards(id, &audit.shards[done..], done, options.batch.into()).await?;
    let attested = steps.verdict(id, &record, &audit, complete).await?;
    steps.report(id, &record, &audit.claim, attested).await
}

/// Reads the claim and every proof.
fn read(directory: &Directory) -> Result<Audit, CliError> {
    let claim = verify::claim(directory)?;
    let proof = |part: Part| directory.required_proof(part).map_err(files::job);
    let shard = |(index, of): (usize, &ShardClaim)| {
        Ok(ShardProof { digest: of.digest, counts: of.counts, proof: proof(Part::Shard(index))? })
    };
    let shards = claim.shards.iter().enumerate().map(shard).collect::<Result<Vec<_>, CliError>>()?;
    Ok(Audit { shards, verdict: proof(Part::Verdict)?, claim })
}

/// The claim must be about this engagement, word by word, and every proof must hold.
async fn check(
    ctx: &Ctx,
    options: &Submit,
    actor: &Actor,
    record: &EngagementRecord,
    claim: &Claim,
) -> Result<(), CliError> {
    let audits = &actor.audits;
    let Some(data) = &record.data else {
        let what = format!("engagement {} has no data yet: it is {}", record.id, state_word(record.engagement.state));
        return Err(CliError::usage("data-unknown", what).hint("an auditor registers them: tabella data register"));
    };
    check_key(&options.dir, "shards", &claim.shard_key, &audits.at.circuits.shard)?;
    check_key(&options.dir, "verdict", &claim.verdict_key, &audits.at.circuits.verdict)?;
    let policy = audits.adopted_policy(record.engagement.policyVersion).await.map_err(errors::chain)?;
    let expected = Expected {
        data_root: Some(data.claim.data_root.0),
        model: Some(audits.model_word(record).await.map_err(errors::chain)?),
        policy: Some(policy.words),
        context: Some(audits.context(record.id)),
    };
    verify::check(ctx, &options.keys, &Directory::at(&options.dir), claim, &expected)
}

/// The key that proofs were made with must be the one that the chain verifies with.
fn check_key(dir: &Path, what: &str, note: &KeyNote, named: &CircuitRef) -> Result<(), CliError> {
    if note.circuit == named.id
        && u64::from(note.version) == named.version
        && note.key_digest == hex::encode(named.key_digest)
    {
        return Ok(());
    }
    let found = format!(
        "the {what}' proofs are of {note}; the chain verifies {} v{} key {}",
        named.id, named.version, named.key_digest
    );
    Err(CliError::file("key-mismatch", dir, found).hint("prove again with the key of the DAO's verifiers"))
}

/// How many of the audit's shards the chain has; they must be the audit's own, in order.
async fn verified(actor: &Actor, record: &EngagementRecord, claim: &Claim, dir: &Path) -> Result<usize, CliError> {
    let list = actor.audits.verified_list(record).await.map_err(errors::chain)?;
    for (index, (digest, counts)) in list.shards.iter().enumerate() {
        let same = claim.shards.get(index).is_some_and(|shard| (shard.digest, shard.counts) == (*digest, *counts));
        if !same {
            let what =
                format!("shard {index} on the chain is not this audit's: it was submitted from another directory");
            return Err(
                CliError::file("audit-differs", dir, what).hint("submit from the directory that was begun with")
            );
        }
    }
    Ok(list.shards.len())
}

/// What is sent, and what is said about it.
struct Steps<'a> {
    ctx: &'a Ctx,
    actor: &'a Actor,
    data: Vec<Value>,
    text: String,
}

impl Steps<'_> {
    /// Sends what is left in batches; a dry run shows the first. Says whether all shards are on the chain now.
    async fn shards(&mut self, id: U256, left: &[ShardProof], first: usize, batch: usize) -> Result<bool, CliError> {
        let bar = self.ctx.bar(left.len().div_ceil(batch) as u64, "Submitting shards");
        let mut at = first;
        for shards in left.chunks(batch) {
            let submitted = self.actor.submit(self.ctx, self.actor.audits.submit_shards(id, shards)).await?;
            self.say(&format!("shards {at} to {}", at + shards.len() - 1), &submitted);
            if !submitted.sent() {
                return Ok(false);
            }
            at += shards.len();
            bar.step();
        }
        Ok(true)
    }

    /// Sends the verdict, unless there is one.
    async fn verdict(
        &mut self,
        id: U256,
        record: &EngagementRecord,
        audit: &Audit,
        complete: bool,
    ) -> Result<Option<AttestedVerdict>, CliError> {
        let audits = &self.actor.audits;
        match audits.attestation(id).await {
            Ok(attested) => {
                self.text.push_str("verdict     is attested already\n");
                return Ok(Some(attested));
            }
            Err(error) if error.refusal().is_some_and(|refusal| refusal.name == "UnknownAttestation") => {}
            Err(error) => return Err(errors::chain(error)),
        }
        if !complete {
            self.text.push_str("the verdict is sent when all shards are verified\n");
            return Ok(None);
        }
        let (claim, list) = (&audit.claim, audit.claim.shards.iter().map(|s| (s.digest, s.counts)).collect::<Vec<_>>());
        let model = audits.model_word(record).await.map_err(errors::chain)?;
        let proof = audit.verdict.clone();
        let verdict = VerdictProof::new(claim.context, model, claim.rows, claim.verdict, proof, &list);
        let submitted = self.actor.submit(self.ctx, audits.submit_verdict(id, &verdict)).await?;
        self.say("verdict", &submitted);
        if !submitted.sent() {
            return Ok(None);
        }
        audits.attestation(id).await.map(Some).map_err(errors::chain)
    }

    fn say(&mut self, step: &str, submitted: &Submitted) {
        self.data.push(json!({ "step": step, "transaction": submitted.data() }));
        self.text.push_str(&format!("{step}\n{}\n", submitted.text()));
    }

    async fn report(
        mut self,
        id: U256,
        record: &EngagementRecord,
        claim: &Claim,
        attested: Option<AttestedVerdict>,
    ) -> Result<Outcome, CliError> {
        let verdict = verdict_text(claim.verdict);
        let mut data = json!({
            "engagement": id.to_string(), "verdict": verdict, "shards": claim.shards.len(), "rows": claim.rows,
            "data_root": format!("0x{}", hex::encode(claim.data_root())), "commitment": to_word(&claim.model).to_string(),
            "steps": self.data, "attested": attested.is_some(),
        });
        if let Some(attested) = attested {
            let model = self.actor.audits.model(record.engagement.modelId).await.map_err(errors::chain)?;
            let status = crate::cmd::model::registry::status_word(model.status);
            let expiry: u64 = attested.attestation.expiry.to();
            data["attestation"] = json!(id.to_string());
            data["valid"] = json!(attested.valid);
            data["expires_at"] = if expiry == 0 { Value::Null } else { json!(expiry) };
            data["model_status"] = json!(status);
            self.text.push_str(&format!("verdict     {verdict}\nattestation {id}\n"));
            if expiry != 0 {
                self.text.push_str(&format!("expires     {expiry}\n"));
            }
            self.text.push_str(&format!("model       {} is {status}", record.engagement.modelId));
            if claim.verdict == Verdict::Insufficient {
                self.ctx.warn(format!(
                    "insufficient evidence is no pass: without one by {} the model is halted",
                    record.engagement.deadline
                ));
            }
        }
        Outcome::new(data, self.text.trim_end().to_owned())
    }
}
