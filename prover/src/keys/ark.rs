//! The engine's keys in ark-groth16's type, for comparison and export.

use ark_bn254::Bn254;
use ark_ec::short_weierstrass::Affine;
use ark_groth16::ProvingKey;

use crate::engine::key::{EngineKey, Section};
use crate::engine::point::{G1Point, G2Point, Point};

impl EngineKey {
    /// The key in ark-groth16's type.
    pub(crate) fn to_ark(&self) -> ProvingKey<Bn254> {
        let [_, beta_g1, delta_g1] = self.constants().g1.map(|point| point.unpack());
        let inputs = self.vk().gamma_abc_g1.len();
        ProvingKey {
            vk: self.vk().clone(),
            beta_g1,
            delta_g1,
            a_query: self.spread::<G1Point>(Section::AVariables, Section::A, 0),
            b_g1_query: self.spread::<G1Point>(Section::BVariables, Section::B1, 0),
            b_g2_query: self.spread::<G2Point>(Section::BVariables, Section::B2, 0),
            h_query: self.h().iter().map(Point::unpack).collect(),
            l_query: self.spread::<G1Point>(Section::LVariables, Section::L, inputs),
        }
    }

    /// All variables' points from `first` on, infinity where the query has none.
    fn spread<P: Point>(&self, variables: Section, points: Section, first: usize) -> Vec<Affine<P::Curve>> {
        let mut all = vec![Affine::identity(); self.variables() - first];
        for (variable, point) in self.section::<u32>(variables).iter().zip(self.section::<P>(points)) {
            // A damaged list of variables is refused when a key is installed.
            if let Some(place) = (*variable as usize).checked_sub(first).and_then(|i| all.get_mut(i)) {
                *place = point.unpack();
            }
        }
        all
    }
}
