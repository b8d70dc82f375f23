//! `ballot-k3-d20`: sealing, the witness, the proof (witness included), the verification.
#![allow(missing_docs, reason = "criterion's macros write functions without documentation")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use tabella_benches::{election, key};
use tabella_circuits::sample::sample_ballot;
use tabella_circuits::statement::Statement;
use tabella_circuits::voting::ballot::BallotK3D20;
use tabella_prover::{CircuitKey, Verifier, prove};

fn benches(c: &mut Criterion) {
    let key = key::<BallotK3D20>();
    let mut sample = election();
    let sealed = sample_ballot(&mut sample, 500, 1);
    let inputs = BallotK3D20::inputs(&sealed.public);
    let proof = prove::<BallotK3D20>(&key, &sealed.public, &sealed.witness).expect("an honest ballot");
    let verifier = Verifier::new(key.verifying_key(), inputs.len()).expect("a sound key");

    let mut group = c.benchmark_group("ballot-k3-d20");
    group.bench_function("seal", |b| b.iter(|| black_box(sample_ballot(&mut sample, 500, 1))));
    group.sample_size(10).measurement_time(Duration::from_secs(15));
    group.bench_function("witness", |b| {
        b.iter(|| key.circuit().assign::<BallotK3D20>(black_box(&sealed.public), black_box(&sealed.witness)))
    });
    group.bench_function("prove", |b| {
        b.iter(|| prove::<BallotK3D20>(&key, black_box(&sealed.public), black_box(&sealed.witness)))
    });
    group.bench_function("verify", |b| b.iter(|| verifier.verify(black_box(&inputs), black_box(&proof))));
    group.finish();
}

criterion_group!(ballot_group, benches);
criterion_main!(ballot_group);
