//! Values of points known ahead of the gadgets that need them, and tables of a constant base.
//!
//! An affine addition has two divisions. Where only values are wanted, a whole multiplication is computed in projective
//! coordinates first and made affine with one inversion. The gadgets then find their sums' values ready; their rows do
//! not change.

use super::Point;
use super::gadget::PointVar;
use crate::Fr;
use crate::r1cs::{Builder, Num};
use ark_ec::AdditiveGroup;
use ark_relations::gr1cs::SynthesisError;
use std::borrow::Cow;
use std::sync::OnceLock;

/// Values of points in the order of their use; none unless the builder only assigns.
pub(super) struct Hints(std::vec::IntoIter<Point>);

impl Hints {
    pub(super) fn new(builder: &Builder<'_>, values: impl FnOnce() -> Vec<Point>) -> Self {
        Self(if builder.assigning() { values() } else { Vec::new() }.into_iter())
    }

    pub(super) fn next(&mut self) -> Option<Point> {
        self.0.next()
    }
}

/// The sums of the first two, three, ... points.
pub(super) fn sums(mut points: impl Iterator<Item = Point>) -> Vec<Point> {
    let Some(first) = points.next() else { return Vec::new() };
    let mut sum = first.group();
    let sums: Vec<_> = points
        .map(|point| {
            sum += point.affine();
            sum
        })
        .collect();
    Point::normalized(&sums)
}

/// Eight points to choose from by three bits.
#[derive(Clone)]
pub(super) struct Table {
    /// By the number with these bits.
    pub(super) points: Vec<Point>,
    /// The coordinates as multilinear polynomials of the bits: coefficients of the monomials 1, b0, b1, b0 b1, b2, ...
    coordinates: [Vec<Fr>; 2],
}

impl Table {
    fn new(points: Vec<Point>) -> Self {
        let coordinate = |pick: fn(&Point) -> Fr| {
            let mut coefficients: Vec<Fr> = points.iter().map(pick).collect();
            // Moebius transform: values at the corners to coefficients of the monomials.
            for i in 0..3 {
                for corner in 0..coefficients.len() {
                    if corner >> i & 1 == 1 {
                        let lower = coefficients[corner ^ (1 << i)];
                        coefficients[corner] -= lower;
                    }
                }
            }
            coefficients
        };
        Self { coordinates: [coordinate(|p| p.x), coordinate(|p| p.y)], points }
    }

    /// points\[b0 + 2 b1 + 4 b2\] as a multilinear polynomial of the bits; missing high bits are 0.
    pub(super) fn lookup(&self, builder: &mut Builder<'_>, bits: &[Num]) -> Result<PointVar, SynthesisError> {
        let mut monomials = vec![Num::one()];
        for bit in bits {
            let products: Vec<Num> = monomials.iter().map(|m| builder.mul(m, bit)).collect::<Result<_, _>>()?;
            monomials.extend(products);
        }
        let [x, y] = self.coordinates.each_ref().map(|c| Num::linear(c.iter().copied().zip(&monomials)));
        Ok(PointVar { x, y })
    }
}

/// Tables of the multiples of a base.
pub(super) struct Windows;

impl Windows {
    /// Windows of a scalar's 251 bits by threes, which are kept for [`Point::BASE8`].
    const PLAIN: usize = 84;
    /// Windows of a random scalar's digits by twos, which are kept for [`Point::BASE8`].
    const SIGNED: usize = 63;

    /// Window i holds d 8^i base for d = 0..8.
    pub(super) fn plain(base: &Point, count: usize) -> Cow<'static, [Table]> {
        static BASE8: OnceLock<Vec<Table>> = OnceLock::new();
        Self::kept(&BASE8, Self::PLAIN, base, count, |base, count| {
            let mut step = *base;
            let window = |_| {
                let table = Point::progression(&Point::IDENTITY, &step, 8);
                step = table[4].double();
                Table::new(table)
            };
            (0..count).map(window).collect()
        })
    }

    /// Window i holds the choices of [`Point::signed_window`] times 16^i.
    pub(super) fn signed(base: &Point, count: usize) -> Cow<'static, [Table]> {
        static BASE8: OnceLock<Vec<Table>> = OnceLock::new();
        Self::kept(&BASE8, Self::SIGNED, base, count, |base, count| {
            let mut step = *base;
            let window = |_| {
                let table = step.signed_window();
                step = Point::from(step.group().double().double().double().double());
                Table::new(table)
            };
            (0..count).map(window).collect()
        })
    }

    fn kept(
        cell: &'static OnceLock<Vec<Table>>,
        most: usize,
        base: &Point,
        count: usize,
        make: impl Fn(&Point, usize) -> Vec<Table>,
    ) -> Cow<'static, [Table]> {
        if *base != Point::BASE8 || count > most {
            return Cow::Owned(make(base, count));
        }
        Cow::Borrowed(&cell.get_or_init(|| make(base, most))[..count])
    }
}
