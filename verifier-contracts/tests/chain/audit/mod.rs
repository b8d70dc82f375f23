//! A model's audit on the chain, through the typed client: pass, fail, silence; and what the contracts refuse on the way.

mod stage;

use alloy::primitives::{Address, U256};
use tabella_circuits::Fr;
use tabella_circuits::compliance::metrics::Verdict;
use tabella_circuits::compliance::shard::ShardLinearR205;
use tabella_circuits::compliance::verdict::VerdictS160;
use tabella_contracts::bindings::IMilestoneTreasury::State as MilestoneState;
use tabella_contracts::bindings::IModelRegistry::Status;
use tabella_contracts::client::audit::{MilestoneTerms, shard_inputs, state_word, verdict_inputs, verdict_words};
use tabella_contracts::{DataSignature, Sender};
use tabella_prover::{CircuitKey, KeyStore, Verifier};

use stage::{AuditData, AuditStage, Owned, PERIODS, prove_all, ratio};

async fn signatures(stage: &AuditStage, engagement: U256, data: &AuditData) -> Vec<DataSignature> {
    let claim = stage.claim(engagement, data);
    let computed = stage.audits.data_digest(&claim).await.expect("it answers");
    assert_eq!(claim.digest(), computed, "what is signed here is what the contract checks");
    let mut signed = Vec::new();
    for auditor in [9, 8] {
        let sender = Sender::node_account(stage.accounts[auditor]);
        signed.push(claim.sign(&stage.chain, &sender).await.expect("the node signs"));
    }
    signed
}

/// Registers data as auditor 8; provider 4 may revoke them.
async fn register(stage: &AuditStage, engagement: U256, data: &AuditData) {
    let signed = signatures(stage, engagement, data).await;
    let (claim, provider) = (stage.claim(engagement, data), stage.accounts[4]);
    let one = stage.audits.register_data(&claim, provider, &signed[..1]);
    assert_eq!(stage.refused(8, one).await, "TooFewSignatures");
    let call = stage.audits.register_data(&claim, provider, &signed);
    assert_eq!(stage.refused(7, call.clone()).await, "NotAnAuditor");
    let mut other = signed.clone();
    other[0].signature = other[1].signature.clone();
    let forged = stage.audits.register_data(&claim, provider, &other);
    assert_eq!(stage.refused(8, forged).await, "InvalidSignature");
    stage.send(8, call.clone()).await.expect("an auditor registers");
    assert_eq!(stage.refused(8, call).await, "RootTaken");
    let found = stage.audits.registered_data(engagement).await.expect("it agrees").expect("it is there");
    assert_eq!((found.claim, found.signers.len(), found.provider), (claim, 2, provider));
}

async fn state(stage: &AuditStage, engagement: U256) -> &'static str {
    state_word(stage.audits.engagement(engagement).await.expect("it agrees").engagement.state)
}

#[tokio::test]
async fn a_pass_is_attested_checked_again_and_paid() {
    let stage = AuditStage::new().await;
    let (audits, policy, owned) = (&stage.audits, ratio(4, 5), Owned::above(20));
    let version = stage.adopt(&policy).await;
    let adopted = audits.adopted_policy(version).await.expect("the event agrees");
    assert_eq!((adopted.words, adopted.terms.auditors.len()), (policy.words(), 2));
    let [model, engagement] = stage.engage(&owned, version).await;
    // Rows 205 + 95: two shards, so that the list has an order.
    let data = AuditData::new(300);
    let context = audits.context(engagement);
    assert_eq!(stage.refused(7, audits.acknowledge(engagement)).await, "WrongState");
    register(&stage, engagement, &data).await;
    let milestone = milestone(&stage, model, version, 90_000).await;
    stage.send(7, audits.acknowledge(engagement)).await.expect("the owner may");

    let (shards, verdict) = prove_all(&owned, &data, &policy, context);
    assert_eq!(verdict.verdict, Verdict::Pass);
    assert_eq!(stage.refused(4, audits.submit_shards(engagement, &shards)).await, "NotTheOwner");
    assert_eq!(stage.refused(7, audits.submit_verdict(engagement, &verdict)).await, "WrongNumberOfShards");
    let swapped = [shards[1].clone(), shards[0].clone()];
    assert_eq!(stage.refused(7, audits.submit_shards(engagement, &swapped)).await, "ProofInvalid");
    stage.send(7, audits.submit_shards(engagement, &shards[..1])).await.expect("the first shard");
    let record = audits.engagement(engagement).await.expect("it agrees");
    assert_eq!(audits.verified_list(&record).await.expect("acc agrees").shards.len(), 1);
    stage.send(7, audits.submit_shards(engagement, &shards[1..])).await.expect("the second");
    let mut lie = verdict.clone();
    lie.verdict = Verdict::Insufficient;
    assert_eq!(stage.refused(7, audits.submit_verdict(engagement, &lie)).await, "ProofInvalid");
    let mut other = verdict.clone();
    other.counts.swap(0, 1);
    assert_eq!(stage.refused(7, audits.submit_verdict(engagement, &other)).await, "WrongList");
    let mined = stage.send(7, audits.submit_verdict(engagement, &verdict)).await.expect("the verdict");
    println!("verdict over two shards: {} gas", mined.gas);

    assert_eq!(state(&stage, engagement).await, "passed");
    let attested = audits.attestation(engagement).await.expect("it is attested");
    assert!(attested.valid);
    check_again(&stage, engagement, &policy).await;
    release(&stage, milestone, engagement).await;
    stage.advance(u64::from(PERIODS[0])).await;
    assert!(!audits.attestation(engagement).await.expect("it is attested").valid, "it has expired");
}

/// Everything that the chain says, once more: calldata, inputs, proofs.
async fn check_again(stage: &AuditStage, engagement: U256, policy: &tabella_circuits::compliance::policy::Policy) {
    let audits = &stage.audits;
    let record = audits.engagement(engagement).await.expect("it agrees");
    let attested = audits.attestation(engagement).await.expect("it is attested");
    let proofs = audits.submitted_proofs(&record, &attested).await.expect("they can be read");
    let model = audits.model_word(&record).await.expect("it is registered");
    let context = audits.context(engagement);
    let target =
        std::env::current_exe().expect("it has a path").ancestors().nth(3).expect("in target").join("dev-keys");
    let shard = KeyStore::open(&target).development::<ShardLinearR205>().expect("the key");
    let shard = Verifier::new(shard.verifying_key(), 5).expect("a key");
    for (index, proof) in proofs.shards.iter().enumerate() {
        shard.verify(&shard_inputs(context, model, proof, index), &proof.proof).expect("a proof");
        let elsewhere = shard_inputs(context, model, proof, index + 1);
        shard.verify(&elsewhere, &proof.proof).expect_err("of another place");
    }
    let verdict = KeyStore::open(&target).development::<VerdictS160>().expect("the key");
    let verdict = Verifier::new(verdict.verifying_key(), 14).expect("a key");
    let rows = record.data.as_ref().expect("there are data").claim.rows;
    let words = verdict_words(context, model, rows, proofs.verdict.verdict, &proofs.verdict.counts);
    let inputs = verdict_inputs(&policy.words(), proofs.verdict.h, &words);
    verdict.verify(&inputs, &proofs.verdict.proof).expect("a proof");
    let other = verdict_inputs(&ratio(1, 2).words(), proofs.verdict.h, &words);
    verdict.verify(&other, &proofs.verdict.proof).expect_err("under another policy");
}

/// A milestone of 600 wei for the model, funded by the treasury.
async fn milestone(stage: &AuditStage, model: U256, policy: U256, period: u64) -> U256 {
    let now = stage.chain.latest().await.expect("it answers").time;
    let (beneficiary, amount) = (Address::repeat_byte(0x77), U256::from(600));
    let (token, deadline) = (Address::ZERO, now + period);
    let terms = MilestoneTerms { model, policy, beneficiary, token, amount, deadline, funded: amount };
    stage.as_timelock(terms.action(&stage.audits).expect("it fits")).await;
    stage.audits.milestones().await.expect("it answers")
}

async fn release(stage: &AuditStage, milestone: U256, attestation: U256) {
    let audits = &stage.audits;
    let before = stage.chain.balance(Address::repeat_byte(0x77)).await.expect("it answers");
    let early = audits.claw_back_milestone(milestone);
    assert_eq!(stage.refused(4, early).await, "NotClawable");
    stage.send(4, audits.release_milestone(milestone, attestation)).await.expect("anyone may");
    let after = stage.chain.balance(Address::repeat_byte(0x77)).await.expect("it answers");
    assert_eq!(after - before, U256::from(600));
    assert_eq!(stage.refused(4, audits.release_milestone(milestone, attestation)).await, "MilestoneClosed");
    assert_eq!(audits.milestone(milestone).await.expect("it is there").state, MilestoneState::Released);
    assert_eq!(audits.released_on(milestone).await.expect("it answers"), Some(attestation));
}

#[tokio::test]
async fn silence_halts_the_model_and_costs_its_bond() {
    let stage = AuditStage::new().await;
    let audits = &stage.audits;
    let version = stage.adopt(&ratio(4, 5)).await;
    let owned = Owned::above(20);
    let [model, engagement] = stage.engage(&owned, version).await;
    let data = AuditData::new(120);
    register(&stage, engagement, &data).await;
    let milestone = milestone(&stage, model, version, 90_000).await;
    assert_eq!(stage.refused(4, audits.enforce_deadline(engagement)).await, "DeadlineNotPassed");
    stage.advance(u64::from(PERIODS[2] + PERIODS[3]) + 10).await;
    let (shards, _) = prove_all(&owned, &data, &ratio(4, 5), audits.context(engagement));
    assert_eq!(stage.refused(7, audits.submit_shards(engagement, &shards)).await, "DeadlinePassed");
    stage.send(4, audits.enforce_deadline(engagement)).await.expect("anyone may");
    assert_eq!(state(&stage, engagement).await, "defaulted");
    let halted = audits.model_record(model).await.expect("it is registered");
    assert_eq!((halted.model.status, halted.model.bond), (Status::Halted, 0));
    assert_eq!(halted.uri, "https://example.org/card");
    stage.send(4, audits.claw_back_milestone(milestone)).await.expect("anyone may");

    // Only the timelock restores; the guardian only worsens.
    assert_eq!(stage.refused(5, audits.restore_model(model, "please")).await, "AccessManagedUnauthorized");
    let restore = audits.restore_model(model, "the DAO decides");
    stage.as_timelock((restore.to.expect("a contract"), U256::ZERO, restore.data)).await;
    stage.send(5, audits.flag_model(model, "doubt")).await.expect("the guardian may");
    stage.send(5, audits.halt_model(model, "stop")).await.expect("and again");
    assert_eq!(stage.refused(5, audits.flag_model(model, "better")).await, "StatusNotWorse");
    let history = audits.model_history(model).await.expect("it answers");
    let reasons: Vec<&str> = history.iter().map(|change| change.reason.as_str()).collect();
    assert_eq!(reasons, ["audit: neither pass nor fail by the deadline", "the DAO decides", "doubt", "stop"]);
    let events: Vec<&str> = audits
        .engagement_history(engagement)
        .await
        .expect("it answers")
        .iter()
        .map(|happened| happened.event)
        .collect();
    assert_eq!(events, ["EngagementOpened", "DataReceived", "DeadlineEnforced"]);
}

#[tokio::test]
async fn a_fail_halts_and_costs_less_and_no_root_serves_twice() {
    let stage = AuditStage::new().await;
    let audits = &stage.audits;
    // Lane 0 is 0 to 49 in group 0: none of it is selected.
    let (policy, owned) = (ratio(4, 5), Owned::above(49));
    let version = stage.adopt(&policy).await;
    let [model, engagement] = stage.engage(&owned, version).await;
    let data = AuditData::new(100);
    register(&stage, engagement, &data).await;
    let (shards, verdict) = prove_all(&owned, &data, &policy, audits.context(engagement));
    assert_eq!(verdict.verdict, Verdict::Fail);
    stage.send(7, audits.submit_shards(engagement, &shards)).await.expect("submitting acknowledges");
    stage.send(7, audits.submit_verdict(engagement, &verdict)).await.expect("the verdict");
    assert_eq!(state(&stage, engagement).await, "failed");
    let after = audits.model(model).await.expect("it is registered");
    assert_eq!((after.status, after.bond), (Status::Halted, 1000));
    assert!(!audits.attestation(engagement).await.expect("it is attested").valid);

    // The same data, and the same proofs, for another engagement.
    let [_, second] = stage.engage(&Owned::above(20), version).await;
    let signed = signatures(&stage, second, &data).await;
    let again = audits.register_data(&stage.claim(second, &data), Address::ZERO, &signed);
    assert_eq!(stage.refused(8, again).await, "RootTaken");
    let fresh = AuditData::new(100);
    register(&stage, second, &fresh).await;
    assert_eq!(stage.refused(7, audits.submit_shards(second, &shards)).await, "ProofInvalid");
    assert_ne!(audits.context(second), audits.context(engagement));
    assert_ne!(audits.context(second), Fr::from(0_u64));

    // The provider withdraws: the engagement ends, nobody is halted.
    let root = stage.claim(second, &fresh).data_root;
    assert_eq!(stage.refused(7, audits.revoke_data(root, "mine")).await, "AccessManagedUnauthorized");
    stage.send(4, audits.revoke_data(root, "consent withdrawn")).await.expect("the provider may");
    stage.send(3, audits.lapse(second)).await.expect("anyone may");
    assert_eq!(state(&stage, second).await, "lapsed");
}
