//! Sums of scalars times points in G1 and G2, ark-ec's beside ours on every back end, one thread: random scalars, and the
//! bit-heavy mix of a witness (nine of ten are 0 or 1).
//!
//! `cargo bench --bench msm -- 2^16` runs one size only, `-- threads` only the scaling from one thread to two.
#![allow(missing_docs, reason = "criterion's macros write functions without documentation")]

use std::hint::black_box;
use std::time::Duration;

use ark_bn254::Fr;
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ec::{CurveGroup, PrimeGroup, VariableBaseMSM};
use ark_ff::UniformRand;
use criterion::{BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tabella_prover::engine::msm::msm;
use tabella_prover::engine::{Backend, G1Point, G2Point, Point};

const SIZES: [usize; 3] = [14, 16, 18];

fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

/// Distinct points of the group.
fn points<P: Point>(count: usize) -> Vec<Affine<P::Curve>> {
    let mut rng = StdRng::seed_from_u64(1);
    let generator = Projective::<P::Curve>::generator();
    let step = (generator * Fr::rand(&mut rng)).into_affine();
    let first = generator * Fr::rand(&mut rng);
    let sums: Vec<_> = std::iter::successors(Some(first), |sum| Some(*sum + step)).take(count).collect();
    Projective::normalize_batch(&sums)
}

fn scalars(count: usize, bits: bool) -> Vec<Fr> {
    let mut rng = StdRng::seed_from_u64(2);
    let short = |i: usize| bits && !i.is_multiple_of(10);
    (0..count).map(|i| if short(i) { Fr::from(rng.r#gen::<bool>()) } else { Fr::rand(&mut rng) }).collect()
}

fn one_thread<P: Point>(c: &mut Criterion, group: &str) {
    let pool = pool(1);
    let bases = points::<P>(1 << SIZES[SIZES.len() - 1]);
    let packed: Vec<P> = bases.iter().map(P::pack).collect();
    for (mix, bits) in [("random", false), ("bits", true)] {
        let mut bench = c.benchmark_group(format!("msm/{group}/{mix}"));
        bench.sample_size(10).sampling_mode(SamplingMode::Flat);
        bench.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
        for log in SIZES {
            let (count, size) = (1 << log, format!("2^{log}"));
            let scalars = scalars(count, bits);
            bench.bench_function(BenchmarkId::new("ark-ec", &size), |b| {
                b.iter(|| {
                    pool.install(|| {
                        Projective::<P::Curve>::msm_unchecked(black_box(&bases[..count]), black_box(&scalars))
                    })
                });
            });
            for backend in Backend::available() {
                bench.bench_function(BenchmarkId::new(backend.name(), &size), |b| {
                    b.iter(|| pool.install(|| msm(backend, black_box(&packed[..count]), black_box(&scalars))));
                });
            }
        }
    }
}

fn scaling(c: &mut Criterion) {
    let packed: Vec<G1Point> = points::<G1Point>(1 << 16).iter().map(G1Point::pack).collect();
    let scalars = scalars(1 << 16, false);
    let mut bench = c.benchmark_group("msm/threads/2^16");
    bench.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    for (backend, threads) in Backend::available().flat_map(|backend| [1, 2].map(|threads| (backend, threads))) {
        let pool = pool(threads);
        bench.bench_function(BenchmarkId::new(backend.name(), threads), |b| {
            b.iter(|| pool.install(|| msm(backend, black_box(&packed), black_box(&scalars))));
        });
    }
}

fn benches(c: &mut Criterion) {
    one_thread::<G1Point>(c, "G1");
    one_thread::<G2Point>(c, "G2");
    scaling(c);
}

criterion_group!(msm_group, benches);
criterion_main!(msm_group);
