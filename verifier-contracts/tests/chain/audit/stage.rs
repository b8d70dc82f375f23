//! A DAO that audits models, a model, data, and their proofs: all real, and as small as they can be.

use std::path::PathBuf;

use alloy::primitives::{Address, B256, U256};
use ark_ff::UniformRand;
use rand::rngs::OsRng;
use serde_json::json;
use tabella_circuits::Fr;
use tabella_circuits::compliance::data::{SHARD_RECORDS, data_root, shard_digest, shards};
use tabella_circuits::compliance::linear::LinearModel;
use tabella_circuits::compliance::policy::{Attribute, Bound, Comparison, Fraction, Line, Over, Policy, Rate, Terms};
use tabella_circuits::compliance::record::{LANES, Record};
use tabella_circuits::compliance::schema::{schema_body, schema_hash};
use tabella_circuits::compliance::shard::{ShardLinearR205, ShardWitness};
use tabella_circuits::compliance::verdict::{OpenedCounts, Opening, VerdictS160};
use tabella_contracts::client::audit::{Audits, PolicyTerms, ShardProof, VerdictProof};
use tabella_contracts::client::to_word;
use tabella_contracts::deploy::{AuditPlan, Journal};
use tabella_contracts::{Call, Chain, ChainError, Dao, DataClaim, Mined, Sender};
use tabella_prover::{KeyStore, prove};

use crate::anvil::{Anvil, deploy_with, plan, start};

const BODY: &[u8] = b"a schema of two groups";
const GROUPS: [u8; 4] = [2, 0, 0, 0];
/// Seconds of a pass, for data, for an objection, for an audit.
pub(crate) const PERIODS: [u32; 4] = [10_000, 1000, 500, 2000];

/// A chain with a DAO that audits models. Accounts: 0 deploys, 5 guards, 6 opens audits, 7 owns models, 8 and 9 audit.
pub(crate) struct AuditStage {
    pub(crate) _anvil: Anvil,
    pub(crate) chain: Chain,
    pub(crate) accounts: Vec<Address>,
    pub(crate) dao: Dao,
    pub(crate) audits: Audits,
}

impl AuditStage {
    pub(crate) async fn new() -> Self {
        let anvil = start();
        let chain = Chain::connect(&anvil.url).await.expect("anvil answers");
        let accounts = chain.node_accounts().await.expect("anvil has accounts");
        let (mut plan, _) = plan(&accounts);
        let minimum_bond = U256::from(1000);
        plan.audit = Some(AuditPlan { guardian: accounts[5], opener: accounts[6], minimum_bond, fail_share: 5000 });
        let journal = Journal::new(chain.id(), accounts[0], 0, plan);
        let deployment = deploy_with(&chain, journal, &mut |_, _| Ok(())).await.expect("it can be deployed");
        let dao = Dao::open(chain.clone(), deployment).await.expect("its contracts belong together");
        let audits = dao.audits().await.expect("these too");
        audits.check_verifiers().await.expect("the verifiers are the deployment's");
        Self { _anvil: anvil, chain, accounts, dao, audits }
    }

    pub(crate) async fn send(&self, account: usize, call: Call) -> Result<Mined, ChainError> {
        self.chain.send(&Sender::node_account(self.accounts[account]), call).await
    }

    /// What the contract says where it refuses.
    pub(crate) async fn refused(&self, account: usize, call: Call) -> String {
        let error = self.send(account, call).await.expect_err("it must be refused");
        error.refusal().unwrap_or_else(|| panic!("{error}")).name.clone()
    }

    /// Does what the DAO would have accepted: as the timelock, which anvil impersonates.
    pub(crate) async fn as_timelock(&self, (to, value, data): (Address, U256, alloy::primitives::Bytes)) {
        let timelock = self.dao.deployment.contracts.timelock;
        self.chain.raw("anvil_impersonateAccount", json!([timelock])).await.expect("anvil impersonates");
        self.chain.raw("anvil_setBalance", json!([timelock, "0xde0b6b3a7640000"])).await.expect("anvil pays");
        let call = Call { to: Some(to), value, data, ..Call::transfer(to, value) };
        self.chain.send(&Sender::node_account(timelock), call).await.expect("the timelock may");
    }

    pub(crate) async fn advance(&self, seconds: u64) {
        self.chain.raw("evm_increaseTime", json!([seconds])).await.expect("anvil moves its clock");
        self.chain.raw("evm_mine", json!([])).await.expect("anvil mines");
    }

    /// Adopts the policy and returns its version.
    pub(crate) async fn adopt(&self, policy: &Policy) -> U256 {
        let [validity, data_period, ack_period, audit_period] = PERIODS;
        let auditors = vec![self.accounts[9], self.accounts[8]];
        let (text, uri) = ("a policy".to_owned(), "ipfs://policy".to_owned());
        let words = policy.words();
        let terms =
            PolicyTerms { words, validity, data_period, ack_period, audit_period, threshold: 2, auditors, text, uri };
        self.audits.rehearse_adoption(&terms).await.expect("it can be adopted");
        self.as_timelock(terms.action(&self.audits)).await;
        self.audits.policies().await.expect("it answers")
    }

    /// Registers a model of account 7 and opens an engagement.
    pub(crate) async fn engage(&self, model: &Owned, policy: U256) -> [U256; 2] {
        let word = to_word(&model.commitment());
        let call = self.audits.register_model(word, U256::ZERO, "https://example.org/card", U256::from(2000));
        self.send(7, call).await.expect("anyone may register");
        let id = self.audits.model_of(word).await.expect("it answers").expect("it is registered");
        let opened = self.send(7, self.audits.open_engagement(id, policy)).await.expect("the owner may");
        let engagement = self.audits.opened_in(opened.hash).await.expect("it answers").expect("it is open");
        [id, engagement]
    }

    /// What the auditors sign of these data.
    pub(crate) fn claim(&self, engagement: U256, data: &AuditData) -> DataClaim {
        self.audits.data_claim(engagement, data.root(), data.rows, data.shards.len() as u64, to_word(&schema()))
    }
}

/// The hash of the only schema.
pub(crate) fn schema() -> Fr {
    schema_hash(schema_body(BODY), GROUPS).expect("a schema")
}

/// Selection rates of the two groups within a/b of each other.
pub(crate) fn ratio(a: u32, b: u32) -> Policy {
    let over = Over { rate: Rate::Selection, attribute: Attribute::new(0).expect("an attribute") };
    let bound = Bound::new(a, b, false).expect("a bound");
    Policy::new(Terms {
        schema: schema(),
        min_rows: 10,
        min_group: 5,
        min_positive: 1,
        exclude: Fraction::NONE,
        lines: vec![Line { comparison: Comparison::Ratio(over), bound }],
        z: None,
    })
    .expect("a policy")
}

/// A model: positive where lane 0 is above its threshold.
pub(crate) struct Owned {
    model: LinearModel,
    blinding: Fr,
}

impl Owned {
    pub(crate) fn above(threshold: i64) -> Self {
        let mut model = LinearModel::default();
        (model.weights[0], model.bias) = (1, -threshold);
        Self { model, blinding: Fr::rand(&mut OsRng) }
    }

    pub(crate) fn commitment(&self) -> Fr {
        self.model.commitment(schema(), self.blinding)
    }
}

/// Data: records i with lane 0 = i, in group 0 the first half, in group 1 the second.
pub(crate) struct AuditData {
    pub(crate) rows: u64,
    pub(crate) shards: Vec<Vec<Record>>,
}

impl AuditData {
    pub(crate) fn new(rows: u64) -> Self {
        let record = |i: u64| {
            let mut lanes = [0; LANES];
            lanes[0] = u16::try_from(i % 100).expect("it fits");
            let code = u8::from(i >= rows / 2);
            Record::new(lanes, i.is_multiple_of(3), [code, 0, 0, 0], Fr::rand(&mut OsRng)).expect("a record")
        };
        let shards = shards::<SHARD_RECORDS>((0..rows).map(record).collect(), &mut OsRng).expect("a data set");
        Self { rows, shards }
    }

    fn digests(&self) -> Vec<Fr> {
        (0..).zip(&self.shards).map(|(k, records)| shard_digest(k, records)).collect()
    }

    pub(crate) fn root(&self) -> B256 {
        data_root(schema(), self.rows, &self.digests()).into()
    }
}

/// Proves a whole audit.
pub(crate) fn prove_all(
    model: &Owned,
    data: &AuditData,
    policy: &Policy,
    context: Fr,
) -> (Vec<ShardProof>, VerdictProof) {
    let target: PathBuf = std::env::current_exe().expect("it has a path").ancestors().nth(3).expect("in target").into();
    let keys = KeyStore::open(target.join("dev-keys"));
    let key = keys.development::<ShardLinearR205>().expect("the key can be made");
    let (mut proofs, mut opened) = (vec![], vec![]);
    for (index, records) in (0..).zip(&data.shards) {
        let blinding = Fr::rand(&mut OsRng);
        let witness = ShardWitness::new(records.clone(), model.model.clone(), schema(), model.blinding, blinding);
        let witness = witness.expect("every record has a prediction");
        let public = witness.public(context, index);
        let proof = prove::<ShardLinearR205>(&key, &public, &witness).expect("it can be proven");
        proofs.push(ShardProof { digest: public.digest, counts: public.counts, proof });
        opened.push(OpenedCounts::new(&witness.counts, blinding));
    }
    let opening = Opening {
        context,
        params: model.model.params(),
        blinding: model.blinding,
        body: schema_body(BODY),
        groups: GROUPS,
        shards: opened,
    };
    let judged = opening.judge::<160>(policy).expect("a verdict");
    let key = keys.development::<VerdictS160>().expect("the key can be made");
    let proof = prove::<VerdictS160>(&key, &judged.public, &judged.witness).expect("it can be proven");
    let list: Vec<(Fr, Fr)> = proofs.iter().map(|shard| (shard.digest, shard.counts)).collect();
    let verdict = VerdictProof::new(context, model.commitment(), data.rows, judged.report.verdict, proof, &list);
    assert_eq!(verdict.h, judged.public.h, "the words are the circuit's");
    (proofs, verdict)
}
