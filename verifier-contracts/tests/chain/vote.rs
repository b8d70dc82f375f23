//! One sealed vote, from the first member to the Governor's count, through the typed client.

use std::path::PathBuf;

use alloy::primitives::{Address, Bytes, U256};
use rand::rngs::OsRng;
use tabella_circuits::Fr;
use tabella_circuits::statement::Statement;
use tabella_circuits::voting::ballot::{BallotK3D20, Member, seal};
use tabella_circuits::voting::identity::Identity;
use tabella_circuits::voting::rule::choose;
use tabella_circuits::voting::tally::{TallyK3T1, TallyWitness, totals};
use tabella_contracts::ballot::{BallotFile, ProvenBallot, Receipt};
use tabella_contracts::bindings::{IBallotBox, IElectorate};
use tabella_contracts::client::{ElectionState, ProposalState, to_word};
use tabella_contracts::{Call, ChainError, Contract, calldata};
use tabella_prover::{DevelopmentKey, KeyStore, prove};

use super::anvil::Stage;

/// Weights of the members; each but the last votes.
const WEIGHTS: [u32; 3] = [3, 40, 50];

fn keys() -> KeyStore {
    let target: PathBuf = std::env::current_exe().expect("it has a path").ancestors().nth(3).expect("in target").into();
    KeyStore::open(target.join("dev-keys"))
}

#[tokio::test]
async fn sealed_ballots_become_the_governors_votes() {
    let stage = Stage::new().await;
    let members = admit(&stage).await;
    let proposal = propose(&stage).await;
    let state = stage.dao.election(proposal).await.expect("it is open");
    // Admitted after the snapshot: not in this election.
    let late = IElectorate::addWeightedCall { commitment: U256::from(99), weight: 1 };
    send(&stage, 1, Call::new(Contract::Electorate, stage.dao.deployment.contracts.electorate, &late))
        .await
        .expect("it works");

    let key = keys().development::<BallotK3D20>().expect("the key can be made");
    let mut cast = Vec::new();
    for (i, (identity, choice)) in members.iter().zip([1, 2]).enumerate() {
        let ballot = ballot(&stage, &key, &state, identity, choice).await;
        send(&stage, 4 + i, ballot.cast(&stage.dao, proposal)).await.expect("the box takes it");
        cast.push(ballot);
    }
    refused_ballots(&stage, &key, &state, &members, &cast).await;

    let block = stage.chain.latest().await.expect("it answers").block;
    let ballots = stage.dao.ballots(proposal, block).await.expect("the sums agree");
    for (found, ballot) in ballots.cast.iter().zip(&cast) {
        assert_eq!((found.nullifier, found.digest), (ballot.nullifier(), ballot.digest()));
        assert!(stage.dao.is_spent(proposal, &found.nullifier).await.expect("it answers"));
    }
    tally(&stage, &state).await;
    let votes = stage.dao.proposal_votes(proposal).await.expect("it answers");
    assert_eq!(votes, [0_u64, 3000, 40_000].map(U256::from), "in units of 1000");
    stage.advance(200).await;
    assert_eq!(stage.dao.proposal_state(proposal).await.expect("it answers"), ProposalState::Succeeded);
}

async fn send(stage: &Stage, account: usize, call: Call) -> Result<tabella_contracts::Mined, ChainError> {
    stage.chain.send(&stage.account(account), call).await
}

async fn admit(stage: &Stage) -> Vec<Identity> {
    let mut members = Vec::new();
    for weight in WEIGHTS {
        let identity = Identity::generate(&mut OsRng);
        let call = IElectorate::addWeightedCall { commitment: to_word(&identity.commitment()), weight };
        let at = stage.dao.deployment.contracts.electorate;
        send(stage, 1, Call::new(Contract::Electorate, at, &call)).await.expect("the registrar admits");
        members.push(identity);
    }
    let electorate = stage.dao.electorate().await.expect("root, size and weight agree");
    assert_eq!(electorate.total_weight, 93);
    members
}

async fn propose(stage: &Stage) -> U256 {
    let actions = [(Address::repeat_byte(5), U256::ZERO, Bytes::new())];
    let id = stage.dao.proposal_id(&actions, "Title\n\nText").await.expect("it answers");
    send(stage, 2, stage.dao.propose(&actions, "Title\n\nText")).await.expect("the proposer may");
    let made = stage.dao.proposal(id).await.expect("it answers").expect("it is there");
    assert_eq!((made.title(), made.targets[0]), ("Title", Address::repeat_byte(5)));
    let at = stage.dao.deployment.contracts.ballot_box;
    let open = Call::new(Contract::BallotBox, at, &IBallotBox::openCall { proposalId: id });
    let early = send(stage, 4, open.clone()).await.expect_err("before the snapshot");
    assert_eq!(early.refusal().expect("a refusal").name, "ProposalNotActive");
    stage.advance(11).await;
    send(stage, 4, open).await.expect("anyone may open");
    id
}

async fn ballot(
    stage: &Stage,
    key: &DevelopmentKey,
    state: &ElectionState,
    who: &Identity,
    choice: usize,
) -> ProvenBallot {
    let now = stage.dao.electorate().await.expect("it agrees");
    let electorate = now.at(state.election.size, &state.election.root).expect("it was like that");
    let found = electorate.find(&who.commitment()).expect("a member");
    let proof = electorate.tree.proof(found.index).expect("it is there");
    let member = Member { identity: who.clone(), weight: found.weight, proof };
    let binding = Address::ZERO;
    let sealed =
        seal(&state.election, &member, &choose(3, &[choice]).expect("an option"), &binding.into_array(), &mut OsRng)
            .expect("it fits");
    let proof = prove::<BallotK3D20>(key, &sealed.public, &sealed.witness).expect("it can be proven");
    let inputs = BallotK3D20::inputs(&sealed.public);
    ProvenBallot { binding, h: sealed.public.h, words: sealed.witness.words.clone(), inputs, proof }
}

/// Each refusal names the check that made it, and the files say what is wrong with them.
async fn refused_ballots(
    stage: &Stage,
    key: &DevelopmentKey,
    state: &ElectionState,
    members: &[Identity],
    cast: &[ProvenBallot],
) {
    let refused = async |ballot: &ProvenBallot| {
        let error = send(stage, 6, ballot.cast(&stage.dao, state.proposal)).await.expect_err("it must be refused");
        error.refusal().unwrap_or_else(|| panic!("{error}")).to_string()
    };
    let again = ballot(stage, key, state, &members[0], 0).await;
    let spent = format!("NullifierSpent(nullifier: {})", to_word(&again.nullifier()));
    assert_eq!(refused(&again).await, spent);

    let mut fresh = ballot(stage, key, state, &members[2], 0).await;
    let file = BallotFile::new("ballot-k3-d20", 1, &state.venue, &fresh).expect("it can be written");
    assert_eq!(file.ballot().expect("it is consistent"), fresh);
    let text = serde_json::to_string(&file).expect("it can be written");
    assert_eq!(BallotFile::parse(&text).expect("and read again"), file);
    assert!(Receipt::parse(&text).is_err(), "a ballot is no receipt");
    for (i, name) in [(10, "h"), (11, "gamma"), (12, "e")] {
        let mut other = file.clone();
        other.inputs[i] += U256::ONE;
        let error = other.ballot().expect_err("an input differs").to_string();
        assert!(error.contains(&format!("input {name} ")), "{error}");
    }

    fresh.words[1] += Fr::from(1_u64);
    assert_eq!(refused(&fresh).await, "ProofInvalid()");
    fresh.words[1] -= Fr::from(1_u64);
    fresh.proof = cast[0].proof.clone();
    assert_eq!(refused(&fresh).await, "ProofInvalid()");
    fresh.binding = stage.accounts[5];
    assert!(refused(&fresh).await.starts_with("BoundToAnother("));
}

async fn tally(stage: &Stage, state: &ElectionState) {
    let (dao, at) = (&stage.dao, stage.dao.deployment.contracts.ballot_box);
    let early = Call::new(Contract::BallotBox, at, &IBallotBox::castResultCall { proposalId: state.proposal });
    let error = send(stage, 6, early).await.expect_err("there is no result yet");
    assert_eq!(error.refusal().expect("a refusal").name, "NotTallied");
    stage.advance(900).await;
    let settled = stage.chain.settled().await.expect("it answers");
    assert!(settled.time >= state.closes);
    let ballots = dao.ballots(state.proposal, settled.block).await.expect("the sums agree");
    let share = stage.trustee.share(state.context(), &ballots.c1, 3, &mut OsRng);
    let words = share.to_words();
    let call = IBallotBox::postShareCall {
        proposalId: state.proposal,
        trustee: U256::ZERO,
        share: words.iter().map(to_word).collect(),
    };
    let call = Call::new(Contract::BallotBox, at, &call);
    let error = send(stage, 6, call.clone()).await.expect_err("not the trustee");
    assert_eq!(error.refusal().expect("a refusal").name, "NotTheTrustee");
    send(stage, 3, call).await.expect("the trustee posts");
    let posted = dao.posted_share(state.proposal, 0).await.expect("it answers").expect("it is there");
    assert_eq!(posted.words, words);

    let keys = dao.trustee_keys(state.venue.term, 0).await.expect("it answers");
    let totals = totals(&ballots.c2, &share.decryptions, state.total_weight).expect("they are found");
    let witness = TallyWitness { context: state.context(), c1: ballots.c1, c2: ballots.c2, keys, totals, share };
    record(stage, state, witness).await;
}

async fn record(stage: &Stage, state: &ElectionState, witness: TallyWitness) {
    let at = stage.dao.deployment.contracts.ballot_box;
    let key = self::keys().development::<TallyK3T1>().expect("the key can be made");
    let public = witness.public();
    let proof = prove::<TallyK3T1>(&key, &public, &witness).expect("it can be proven");
    let call = |totals: &[u64]| {
        let call = IBallotBox::tallyCall {
            proposalId: state.proposal,
            subset: U256::ONE,
            totals_: totals.iter().map(|total| U256::from(*total)).collect(),
            h: to_word(&public.h),
            proof: calldata::proof_words(&proof),
        };
        Call::new(Contract::BallotBox, at, &call)
    };
    let error = send(stage, 6, call(&[1, 3, 40])).await.expect_err("other totals");
    assert_eq!(error.refusal().expect("a refusal").name, "ProofInvalid");
    send(stage, 6, call(&witness.totals)).await.expect("the box records them");
    assert_eq!(stage.dao.totals(state.proposal).await.expect("it answers"), [0, 3, 40]);
    let result = Call::new(Contract::BallotBox, at, &IBallotBox::castResultCall { proposalId: state.proposal });
    send(stage, 6, result).await.expect("anyone may");
}
