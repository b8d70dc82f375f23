//! From ark-groth16's keys to the engine's, and back for comparison and export.

use ark_bn254::{Bn254, G1Affine};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::Affine;
use ark_groth16::ProvingKey;
use bytemuck::Pod;

use crate::engine::image::Image;
use crate::engine::key::{Constants, EngineKey, Section, Table};
use crate::engine::matrices::Matrices;
use crate::engine::point::{G1Point, G2Point, Point};

impl EngineKey {
    /// An image with ark's key and the rows of its circuit in its sections, `before` bytes before them and `after` bytes
    /// behind them left zero. Nothing if that is beyond the address space.
    pub(crate) fn lay_out(
        key: &ProvingKey<Bn254>,
        matrices: &Matrices<'_>,
        before: usize,
        after: usize,
    ) -> Option<(Image, Table)> {
        let finite = |query: &[G1Affine]| -> Vec<u32> {
            (0u32..).zip(query).filter(|(_, point)| !point.is_zero()).map(|(i, _)| i).collect()
        };
        let (a, b, l) = (finite(&key.a_query), finite_pairs(key), finite(&key.l_query));
        let (ic, h) = (key.vk.gamma_abc_g1.len(), key.h_query.len());
        let (na, nb, nl) = (a.len(), b.len(), l.len());
        let [r0, r1, r2, r3] = matrices.counts();
        let counts = [1, ic, na, na, nb, nb, nb, h, nl, nl, r0, r1, r2, r3];
        let table = Table::packed(before, counts)?;
        let mut image = Image::zeroed(table.end().checked_add(after)?);

        let mut put = Writer { image: &mut image, table: &table };
        let g1 = [key.vk.alpha_g1, key.beta_g1, key.delta_g1].map(|point| G1Point::pack(&point));
        let g2 = [key.vk.beta_g2, key.vk.gamma_g2, key.vk.delta_g2].map(|point| G2Point::pack(&point));
        put.all(Section::Constants, [Constants { g1, g2 }].into_iter());
        put.all(Section::Inputs, key.vk.gamma_abc_g1.iter().map(G1Point::pack));
        put.all(Section::AVariables, a.iter().copied());
        put.all(Section::A, a.iter().map(|i| G1Point::pack(&key.a_query[*i as usize])));
        put.all(Section::BVariables, b.iter().copied());
        put.all(Section::B1, b.iter().map(|i| G1Point::pack(&key.b_g1_query[*i as usize])));
        put.all(Section::B2, b.iter().map(|i| G2Point::pack(&key.b_g2_query[*i as usize])));
        put.all(Section::H, key.h_query.iter().map(G1Point::pack));
        let first = key.vk.gamma_abc_g1.len() as u32;
        put.all(Section::LVariables, l.iter().map(|i| first + i));
        put.all(Section::L, l.iter().map(|i| G1Point::pack(&key.l_query[*i as usize])));
        for (section, bytes) in Section::MATRICES.into_iter().zip(matrices.sections()) {
            put.all(section, bytes.iter().copied());
        }
        Some((image, table))
    }

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

/// Variables of which B is finite in one of its groups; honest keys have both.
fn finite_pairs(key: &ProvingKey<Bn254>) -> Vec<u32> {
    let pairs = (0u32..).zip(key.b_g1_query.iter().zip(&key.b_g2_query));
    pairs.filter(|(_, (b1, b2))| !b1.is_zero() || !b2.is_zero()).map(|(i, _)| i).collect()
}

/// Fills the sections of an image.
struct Writer<'a> {
    image: &'a mut Image,
    table: &'a Table,
}

impl Writer<'_> {
    fn all<T: Pod>(&mut self, section: Section, items: impl Iterator<Item = T>) {
        let bytes = self.image.bytes_mut(self.table.0[section as usize].clone());
        bytemuck::cast_slice_mut::<u8, T>(bytes).iter_mut().zip(items).for_each(|(place, item)| *place = item);
    }
}
