//! The quotient of a proof from the sides of its rows: three columns, each an inverse transform, a shift and a transform to
//! the odd coset, and A·B - C there. ark-poly's transforms beside ours on every back end, by one thread and by two.
//!
//! `cargo bench --bench quotient --features peer -- 2^16` runs one size only, `-- "2 threads"` one number of threads.
//! Without the feature `peer` ark-poly computes each transform by one thread; the columns are side by side nevertheless.
#![allow(missing_docs, reason = "criterion's macros write functions without documentation")]

use std::hint::black_box;
use std::time::Duration;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, FftField, UniformRand};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use criterion::{BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rayon::prelude::*;
use tabella_prover::engine::Backend;
use tabella_prover::engine::fft::Domain;
use tabella_prover::engine::matrices::Sides;
use tabella_prover::engine::quotient::quotient;

const SIZES: [usize; 6] = [13, 14, 15, 16, 17, 18];
const INPUTS: usize = 8;

/// Random sides of as many rows as fit a domain of `size` beside [`INPUTS`], and the inputs.
fn random(size: usize) -> (Sides, Vec<Fr>) {
    let mut rng = StdRng::seed_from_u64(3);
    let mut column = |count| -> Vec<Fr> { (0..count).map(|_| Fr::rand(&mut rng)).collect() };
    let (a, b, inputs) = (column(size - INPUTS), column(size - INPUTS), column(INPUTS));
    let c: Vec<Fr> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
    (Sides { a: a.into(), b: b.into(), c: c.into() }, inputs)
}

/// The domain of ark-poly and its odd coset.
struct Peer {
    domain: Radix2EvaluationDomain<Fr>,
    coset: Radix2EvaluationDomain<Fr>,
}

impl Peer {
    fn new(size: usize) -> Self {
        let domain = Radix2EvaluationDomain::new(size).expect("a power of two");
        let shift = Fr::get_root_of_unity(2 * size as u64).expect("below the field's two-adicity");
        Self { domain, coset: domain.get_coset(shift).expect("a shift that is not 0") }
    }

    fn quotient(&self, sides: &Sides, inputs: &[Fr]) -> Vec<Fr> {
        let on_coset = |rows: &[Fr], rest: &[Fr]| {
            let mut values = Vec::with_capacity(self.domain.size());
            values.extend(rows.iter().chain(rest));
            values.resize(self.domain.size(), Fr::ZERO);
            self.domain.ifft_in_place(&mut values);
            self.coset.fft_in_place(&mut values);
            values
        };
        let (mut a, (b, c)) = rayon::join(
            || on_coset(&sides.a, inputs),
            || rayon::join(|| on_coset(&sides.b, &[]), || on_coset(&sides.c, &[])),
        );
        a.par_iter_mut().zip(&b).zip(&c).for_each(|((a, b), c)| *a = *a * b - c);
        a
    }
}

fn by_threads(c: &mut Criterion, name: &str, threads: usize) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let mut bench = c.benchmark_group(format!("quotient/{name}"));
    bench.sample_size(10).sampling_mode(SamplingMode::Flat);
    bench.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    for log in SIZES {
        let (sides, inputs) = random(1 << log);
        let (peer, domain) = (Peer::new(1 << log), Domain::new(1 << log).expect("a power of two"));
        let ours = |backend| quotient(backend, &domain, black_box(&sides), black_box(&inputs)).expect("rows that fit");
        for backend in Backend::available() {
            assert_eq!(*ours(backend), peer.quotient(&sides, &inputs), "the same values on {backend:?}");
        }
        let size = format!("2^{log}");
        bench.bench_function(BenchmarkId::new("ark-poly", &size), |b| {
            b.iter(|| pool.install(|| peer.quotient(black_box(&sides), black_box(&inputs))));
        });
        for backend in Backend::available() {
            bench.bench_function(BenchmarkId::new(backend.name(), &size), |b| {
                b.iter(|| pool.install(|| ours(backend)));
            });
        }
    }
}

fn benches(c: &mut Criterion) {
    by_threads(c, "1 thread", 1);
    by_threads(c, "2 threads", 2);
}

criterion_group!(quotient_group, benches);
criterion_main!(quotient_group);
