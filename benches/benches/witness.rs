//! The witness of every kind of circuit: all values of an assignment, no row looked at.
#![allow(missing_docs, reason = "criterion's macros write functions without documentation")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use tabella_circuits::compliance::shard::ShardLinearR205;
use tabella_circuits::compliance::verdict::VerdictS160;
use tabella_circuits::sample::{sample_audit, sample_ballot, sample_poll, sample_tally, sample_verdict};
use tabella_circuits::statement::Statement;
use tabella_circuits::voting::ballot::{BallotK3D20, BallotK8D20};
use tabella_circuits::voting::electorate::Kind;
use tabella_circuits::voting::tally::TallyK3T1;
use tabella_prover::CompiledCircuit;

fn bench<S: Statement>(c: &mut Criterion, public: &S::Public, witness: &S::Witness) {
    let circuit = CompiledCircuit::compile::<S>().expect("a sound circuit");
    let mut group = c.benchmark_group("witness");
    group.sample_size(20).bench_function(S::id(), |b| {
        b.iter(|| circuit.assign::<S>(black_box(public), black_box(witness)).expect("values"))
    });
    group.finish();
}

fn benches(c: &mut Criterion) {
    let poll = |options| sample_poll(Kind::Weighted, 1000, options, 1);
    let ballot = sample_ballot(&mut poll(3), 500, 1);
    bench::<BallotK3D20>(c, &ballot.public, &ballot.witness);
    let ballot = sample_ballot(&mut poll(8), 500, 1);
    bench::<BallotK8D20>(c, &ballot.public, &ballot.witness);
    let tally = sample_tally(&mut poll(3), 30);
    bench::<TallyK3T1>(c, &tally.public(), &tally);
    let (public, witness) = sample_audit::<205>(205, 1).shard(0);
    bench::<ShardLinearR205>(c, &public, &witness);
    let judged = sample_verdict::<160>(1);
    bench::<VerdictS160>(c, &judged.public, &judged.witness);
}

criterion_group!(witness_group, benches);
criterion_main!(witness_group);
