//! A proving key in the engine's own layout: one image in memory or in a mapped file, seen through its sections.
//!
//! Groth16 ("On the size of pairing-based non-interactive arguments", 2016), its H in Lagrange form on the odd coset (see
//! [`crate::reduction`]). Queries hold finite points only, each beside the variable it belongs to: a third of B is the
//! point at infinity. H is in the order of the coset's elements, as [`super::quotient`] has them.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use ark_bn254::Bn254;
use ark_groth16::VerifyingKey;
use bytemuck::{Pod, Zeroable};

use super::fft::Domain;
use super::image::{ALIGNMENT, Image};
use super::matrices::{Matrices, MatricesError};
use super::msm::{Digits, Query, QueryError};
use super::point::{G1Point, G2Point, Point};

/// The sections of a key, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Section {
    /// alpha, beta, delta in G1; then beta, gamma, delta in G2.
    Constants,
    /// The verifying key's IC, a G1 point for the constant 1 and each public input.
    Inputs,
    /// Variables of A, increasing, 4 bytes each.
    AVariables,
    /// A in G1.
    A,
    /// Variables of B, increasing, 4 bytes each.
    BVariables,
    /// B in G1.
    B1,
    /// B in G2.
    B2,
    /// H in G1, as many as the domain.
    H,
    /// Variables of L, increasing, 4 bytes each.
    LVariables,
    /// L in G1.
    L,
    /// The circuit's rows; this and the next three as [`super::matrices::SECTIONS`] has them.
    Rows,
    /// Where each linear combination begins.
    Offsets,
    /// Terms of linear combinations.
    Terms,
    /// Coefficients other than 1 and -1.
    Coefficients,
}

impl Section {
    /// The sections of [`super::matrices`].
    pub(crate) const MATRICES: [Self; 4] = [Self::Rows, Self::Offsets, Self::Terms, Self::Coefficients];

    /// Bytes of one element.
    pub(crate) const ELEMENTS: [usize; SECTIONS] =
        [size_of::<Constants>(), G1, 4, G1, 4, G1, G2, G1, 4, G1, 12, 4, 8, 32];
}

/// Number of sections.
pub(crate) const SECTIONS: usize = 14;

const G1: usize = size_of::<G1Point>();
const G2: usize = size_of::<G2Point>();

/// Single points.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
pub(crate) struct Constants {
    /// alpha, beta, delta.
    pub(crate) g1: [G1Point; 3],
    /// beta, gamma, delta.
    pub(crate) g2: [G2Point; 3],
}

/// Where each section lies in its image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table(pub(crate) [Range<usize>; SECTIONS]);

impl Table {
    /// Sections with so many elements, one after another from `start`, each at the next multiple of [`ALIGNMENT`].
    /// Nothing if that is beyond the address space.
    pub(crate) fn packed(start: usize, counts: [usize; SECTIONS]) -> Option<Self> {
        let mut next = start;
        let mut ranges = [const { 0..0 }; SECTIONS];
        for ((range, count), size) in ranges.iter_mut().zip(counts).zip(Section::ELEMENTS) {
            let begin = next.checked_next_multiple_of(ALIGNMENT)?;
            next = begin.checked_add(count.checked_mul(size)?)?;
            *range = begin..next;
        }
        Some(Self(ranges))
    }

    /// Elements in each section.
    pub(crate) fn counts(&self) -> [usize; SECTIONS] {
        std::array::from_fn(|i| self.0[i].len() / Section::ELEMENTS[i])
    }

    /// First byte after the last section.
    pub(crate) fn end(&self) -> usize {
        self.0[SECTIONS - 1].end
    }
}

/// A proving key that the engine can use; its sections have consistent lengths and lie inside the image.
pub struct EngineKey {
    image: Image,
    table: Table,
    constants: Constants,
    vk: VerifyingKey<Bn254>,
    variables: usize,
    domain: OnceLock<Option<Domain>>,
}

impl EngineKey {
    /// Views a key of a circuit with so many variables in an image. Only lengths are looked at, so this takes no time;
    /// nothing if they disagree.
    pub(crate) fn view(image: Image, table: Table, variables: usize) -> Option<Self> {
        let counts = table.counts();
        let exact = table.0.iter().zip(Section::ELEMENTS).all(|(range, size)| range.len().is_multiple_of(size));
        let [one, inputs, av, a, bv, b1, b2, h, lv, l, ..] = counts;
        let paired = av == a && bv == b1 && bv == b2 && lv == l;
        let sized = one == 1 && inputs >= 1 && inputs <= variables && h.is_power_of_two();
        if !exact || !paired || !sized || table.end() > image.bytes().len() {
            return None;
        }
        let section = |section: Section| &image.bytes()[table.0[section as usize].clone()];
        let constants: Constants = *bytemuck::try_from_bytes(section(Section::Constants)).ok()?;
        let ic: &[G1Point] = bytemuck::try_cast_slice(section(Section::Inputs)).ok()?;
        let [beta_g2, gamma_g2, delta_g2] = constants.g2.map(|point| point.unpack());
        let gamma_abc_g1 = ic.iter().map(Point::unpack).collect();
        let vk = VerifyingKey { alpha_g1: constants.g1[0].unpack(), beta_g2, gamma_g2, delta_g2, gamma_abc_g1 };
        Some(Self { table, constants, vk, variables, domain: OnceLock::new(), image })
    }

    /// The single points.
    pub(crate) fn constants(&self) -> &Constants {
        &self.constants
    }

    /// Variables of the circuit, the constant 1 included.
    pub(crate) fn variables(&self) -> usize {
        self.variables
    }

    /// The verifying key.
    pub(crate) fn vk(&self) -> &VerifyingKey<Bn254> {
        &self.vk
    }

    /// All bytes, with whatever precedes the sections.
    pub(crate) fn image(&self) -> &Image {
        &self.image
    }

    /// The elements of a section. Sections are aligned and of whole elements, so nothing is ever cut off.
    pub(crate) fn section<T: Pod>(&self, section: Section) -> &[T] {
        bytemuck::try_cast_slice(&self.image.bytes()[self.table.0[section as usize].clone()]).unwrap_or_default()
    }

    /// A query over some of the variables with the digits of an assignment.
    pub(crate) fn query<'a, P: Point>(
        &'a self,
        points: Section,
        variables: Section,
        z: &'a Digits,
    ) -> Result<Query<'a, P>, QueryError> {
        Query::some(self.section(points), self.section(variables), z)
    }

    /// The domain of the transforms, made when it is first asked for.
    pub(crate) fn domain(&self) -> Option<&Domain> {
        self.domain.get_or_init(|| Domain::new(self.h().len())).as_ref()
    }

    /// H, in the order of the quotient's values.
    pub(crate) fn h(&self) -> &[G1Point] {
        self.section(Section::H)
    }

    /// The circuit's rows.
    pub(crate) fn matrices(&self) -> Result<Matrices<'_>, MatricesError> {
        Matrices::view(self.variables, Section::MATRICES.map(|section| self.section(section)))
    }
}

impl fmt::Debug for EngineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineKey").field("counts", &self.table.counts()).finish_non_exhaustive()
    }
}
