//! Times point additions: every back end in batches, beside ark-ec's mixed addition, in nanoseconds each.
//!
//! `cargo run --release -p tabella-prover --example additions [log2 of the points]`; more than 14 leaves the cache.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use ark_bn254::Fr;
use ark_ec::short_weierstrass::Projective;
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::{UniformRand, Zero};
use rand::{Rng, SeedableRng, rngs::StdRng};
use tabella_prover::engine::kernel::{Pair, Ref, Scratch, add_pairs};
use tabella_prover::engine::{Backend, G1Point, G2Point, Point};

/// Additions of one measurement, whatever the length of the batch.
const ADDITIONS: usize = 1 << 13;
/// Measurements, of which the shortest counts: what disturbs only ever lengthens.
const MEASUREMENTS: usize = 50;

fn main() -> Result<(), Box<dyn Error>> {
    let log = std::env::args().nth(1).map_or(Ok(13), |argument| argument.parse::<u32>())?;
    if !(8..=22).contains(&log) {
        return Err("the logarithm is between 8 and 22".into());
    }
    compare::<G1Point>("G1", 1 << log);
    compare::<G2Point>("G2", 1 << log);
    Ok(())
}

fn compare<P: Point>(group: &str, count: usize) {
    let mut rng = StdRng::seed_from_u64(1);
    let step = Projective::<P::Curve>::generator() * Fr::rand(&mut rng);
    let points: Vec<_> = std::iter::successors(Some(step), |sum| Some(*sum + step)).take(count).collect();
    let affine = Projective::normalize_batch(&points);
    let source: Vec<P> = affine.iter().map(P::pack).collect();
    let mut sum = points[count / 2];
    let mixed = shortest(|| (0..ADDITIONS).for_each(|i| sum += affine[i * 97 % count]));
    assert!(!black_box(sum).is_zero(), "a sum of so many points");
    println!("{group}, {count} points: ark-ec's mixed addition {mixed:.1} ns");

    let mut any = || rng.gen_range(0..count as u32);
    let pairs: Vec<Pair> = (0..ADDITIONS).map(|i| Pair(any(), Ref::new(any(), i % 3 == 0))).collect();
    let mut sums = [P::INFINITY; ADDITIONS];
    let mut scratch = Scratch::default();
    for batch in [64, 256, 1024, 2048, 8192] {
        print!("  batches of {batch:4}:");
        for backend in Backend::available() {
            let time = shortest(|| {
                for (pairs, sums) in pairs.chunks(batch).zip(sums.chunks_mut(batch)) {
                    add_pairs(backend, &source, pairs, sums, &mut scratch);
                }
            });
            print!("  {} {time:.1} ns ({:.1}x)", backend.name(), mixed / time);
        }
        println!();
    }
}

/// Nanoseconds of an addition.
fn shortest(mut work: impl FnMut()) -> f64 {
    let once = |_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e9 / ADDITIONS as f64
    };
    (0..MEASUREMENTS).map(once).fold(f64::MAX, f64::min)
}
