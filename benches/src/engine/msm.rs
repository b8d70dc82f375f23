//! Multi-scalar multiplication alone, by one thread: 2^16 random scalars and points, beside ark-ec.

use ark_bn254::Fr;
use ark_ec::scalar_mul::variable_base::VariableBaseMSM;
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ec::{CurveGroup, ScalarMul};
use ark_ff::UniformRand;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use tabella_prover::engine::Backend;
use tabella_prover::engine::msm::msm;
use tabella_prover::engine::{G1Point, G2Point, Point};

use super::measure::{Times, in_turn};
use super::work::pool;

/// Scalars.
pub const SIZE: usize = 1 << 16;

/// One group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sums {
    /// `G1` or `G2`.
    pub group: String,
    /// Ours.
    pub ours: Times,
    /// ark-ec's.
    pub peer: Times,
}

/// Measures both groups.
pub fn measure() -> Vec<Sums> {
    vec![group::<G1Point>("G1"), group::<G2Point>("G2")]
}

fn group<P: Point>(name: &str) -> Sums
where
    Projective<P::Curve>: VariableBaseMSM<ScalarField = Fr> + ScalarMul<MulBase = Affine<P::Curve>>,
{
    let mut rng = StdRng::seed_from_u64(1);
    let scalars: Vec<_> = (0..SIZE).map(|_| Fr::rand(&mut rng)).collect();
    // Distinct points, quickly: multiples of a random one by a random walk.
    let step = Projective::<P::Curve>::rand(&mut rng);
    let points: Vec<_> = std::iter::successors(Some(Projective::<P::Curve>::rand(&mut rng)), |last| Some(*last + step))
        .take(SIZE)
        .collect();
    let points = Projective::<P::Curve>::normalize_batch(&points);
    let packed: Vec<P> = points.iter().map(P::pack).collect();
    let backend = Backend::from_environment().expect("a back end of this machine");
    let pool = pool(1);
    let mut sums = [None, None];
    let [first, second] = &mut sums;
    let mut ours = || *first = Some(pool.install(|| msm(backend, &packed, &scalars).expect("as many points")));
    let mut peer =
        || *second = Some(pool.install(|| Projective::<P::Curve>::msm(&points, &scalars).expect("as many points")));
    let times = in_turn(9, &mut [&mut ours, &mut peer]);
    assert_eq!(sums[0], sums[1], "both sides sum alike");
    Sums { group: name.to_owned(), ours: times[0], peer: times[1] }
}
