//! `tally-k3-t1`: a trustee's share, finding the totals, the proof, the verification.
#![allow(missing_docs, reason = "criterion's macros write functions without documentation")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use tabella_benches::{election, key};
use tabella_circuits::sample::sample_tally;
use tabella_circuits::statement::Statement;
use tabella_circuits::voting::tally::{TallyK3T1, totals};
use tabella_prover::{CircuitKey, Verifier, prove};

/// Ballots in the tally; the cost of everything but finding the totals does not depend on it.
const BALLOTS: usize = 30;

fn benches(c: &mut Criterion) {
    let key = key::<TallyK3T1>();
    let mut sample = election();
    let witness = sample_tally(&mut sample, BALLOTS);
    let open = |max| totals(&witness.c2, &witness.share.decryptions, max).expect("the totals are below the bound");
    let share = |rng: &mut _| sample.trustee.share(witness.context, black_box(&witness.c1), 3, rng);
    let public = witness.public();
    let inputs = TallyK3T1::inputs(&public);
    let proof = prove::<TallyK3T1>(&key, &public, &witness).expect("an honest tally");
    let verifier = Verifier::new(key.verifying_key(), inputs.len()).expect("a sound key");

    let mut group = c.benchmark_group("tally-k3-t1");
    group.bench_function("share", |b| b.iter(|| share(&mut sample.rng)));
    group.sample_size(10).measurement_time(Duration::from_secs(15));
    for bits in [20, 32] {
        group.bench_function(format!("totals below 2^{bits}"), |b| b.iter(|| open(black_box(1 << bits))));
    }
    group.bench_function("prove", |b| b.iter(|| prove::<TallyK3T1>(&key, black_box(&public), black_box(&witness))));
    group.bench_function("verify", |b| b.iter(|| verifier.verify(black_box(&inputs), black_box(&proof))));
    group.finish();
}

criterion_group!(tally_group, benches);
criterion_main!(tally_group);
