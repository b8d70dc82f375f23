//! Baby Jubjub in a circuit, with the complete twisted Edwards addition only: a = 168700 is a square and d = 168696 is not,
//! so no pair of curve points is exceptional (Bernstein et al., "Twisted Edwards Curves", ePrint 2008/013, section 6).

use super::Point;
use crate::Fr;
use crate::r1cs::{Builder, Num};
use ark_ff::Field;
use ark_relations::gr1cs::SynthesisError;

const A: u64 = 168_700;
const D: u64 = 168_696;

/// A point in a circuit; every gadget below assumes it is on the curve.
#[derive(Clone, Debug)]
pub struct PointVar {
    /// First coordinate.
    pub x: Num,
    /// Second coordinate.
    pub y: Num,
}

impl PointVar {
    /// A constant point.
    pub fn constant(point: &Point) -> Self {
        Self { x: Num::constant(point.x), y: Num::constant(point.y) }
    }

    /// Two witness variables on the curve (not necessarily in the subgroup).
    pub fn witness_on_curve(builder: &mut Builder<'_>, point: &Point) -> Result<Self, SynthesisError> {
        let (x, y) = (builder.witness(point.x)?, builder.witness(point.y)?);
        let (x2, y2) = (builder.mul(&x, &x)?, builder.mul(&y, &y)?);
        // a x^2 - 1 = y^2 (d x^2 - 1)
        let left = x2.scale(Fr::from(A)).plus(-Fr::ONE);
        let right = x2.scale(Fr::from(D)).plus(-Fr::ONE);
        builder.enforce(&y2, &right, &left)?;
        Ok(Self { x, y })
    }

    /// (x, y).
    pub fn words(&self) -> [Num; 2] {
        [self.x.clone(), self.y.clone()]
    }

    /// The assigned point.
    pub fn value(&self) -> Point {
        Point { x: self.x.value(), y: self.y.value() }
    }

    /// -self, free of constraints.
    pub fn neg(&self) -> Self {
        Self { x: self.x.scale(-Fr::ONE), y: self.y.clone() }
    }

    /// self + other: 6 constraints.
    pub fn add(&self, builder: &mut Builder<'_>, other: &Self) -> Result<Self, SynthesisError> {
        let (a, d) = (Fr::from(A), Fr::from(D));
        let beta = builder.mul(&self.x, &other.y)?;
        let gamma = builder.mul(&self.y, &other.x)?;
        let delta = builder.mul(&self.y.sub(&self.x.scale(a)), &other.x.add(&other.y))?;
        let tau = builder.mul(&beta, &gamma)?.scale(d);
        let x = builder.divide(&beta.add(&gamma), &tau.plus(Fr::ONE))?;
        let y_numerator = Num::linear([(Fr::ONE, &delta), (a, &beta), (-Fr::ONE, &gamma)]);
        let y = builder.divide(&y_numerator, &Num::one().sub(&tau))?;
        Ok(Self { x, y })
    }

    /// self + self: 5 constraints.
    pub fn double(&self, builder: &mut Builder<'_>) -> Result<Self, SynthesisError> {
        let x2 = builder.mul(&self.x, &self.x)?.scale(Fr::from(A));
        let y2 = builder.mul(&self.y, &self.y)?;
        let xy = builder.mul(&self.x, &self.y)?;
        // On the curve a x^2 + y^2 = 1 + d x^2 y^2, so neither denominator is 0.
        let sum = x2.add(&y2);
        let x = builder.divide(&xy.scale(Fr::from(2u64)), &sum)?;
        let y = builder.divide(&y2.sub(&x2), &Num::constant(Fr::from(2u64)).sub(&sum))?;
        Ok(Self { x, y })
    }

    /// 8 * self.
    pub fn times_eight(&self, builder: &mut Builder<'_>) -> Result<Self, SynthesisError> {
        self.double(builder)?.double(builder)?.double(builder)
    }

    /// bit ? self : O, 2 constraints.
    pub fn if_bit(&self, builder: &mut Builder<'_>, bit: &Num) -> Result<Self, SynthesisError> {
        let x = builder.mul(bit, &self.x)?;
        let y = builder.mul(bit, &self.y.plus(-Fr::ONE))?.plus(Fr::ONE);
        Ok(Self { x, y })
    }

    /// self = given, see [`Builder::tie`].
    pub fn tie(&self, builder: &mut Builder<'_>, given: &Self) -> Result<(), SynthesisError> {
        builder.tie(&self.x, &given.x)?;
        builder.tie(&self.y, &given.y)
    }
}

/// number * base for a constant base and boolean bits (least significant first), in windows of 3 bits.
pub fn mul_constant(builder: &mut Builder<'_>, bits: &[Num], base: &Point) -> Result<PointVar, SynthesisError> {
    let mut step = *base;
    let mut sum: Option<PointVar> = None;
    for window in bits.chunks(3) {
        let table = Point::progression(&Point::IDENTITY, &step, 8);
        let digit = lookup(builder, window, &table)?;
        sum = Some(match sum {
            None => digit,
            Some(sum) => sum.add(builder, &digit)?,
        });
        step = step.double().double().double();
    }
    Ok(sum.unwrap_or_else(|| PointVar::constant(&Point::IDENTITY)))
}

/// table\[b0 + 2 b1 + 4 b2\] as a multilinear polynomial of the bits; missing high bits are 0.
fn lookup(builder: &mut Builder<'_>, bits: &[Num], table: &[Point]) -> Result<PointVar, SynthesisError> {
    let mut monomials = vec![Num::one()];
    for bit in bits {
        let products: Vec<Num> = monomials.iter().map(|m| builder.mul(m, bit)).collect::<Result<_, _>>()?;
        monomials.extend(products);
    }
    let coordinate = |pick: fn(&Point) -> Fr| {
        let mut coefficients: Vec<Fr> = table[..monomials.len()].iter().map(pick).collect();
        // Moebius transform: values at the corners to coefficients of the monomials.
        for i in 0..bits.len() {
            for corner in 0..coefficients.len() {
                if corner >> i & 1 == 1 {
                    let lower = coefficients[corner ^ (1 << i)];
                    coefficients[corner] -= lower;
                }
            }
        }
        Num::linear(coefficients.into_iter().zip(&monomials))
    };
    Ok(PointVar { x: coordinate(|p| p.x), y: coordinate(|p| p.y) })
}

/// A number's bits, recoded once for any number of variable bases.
///
/// The number with its lowest bit forced to 1 is odd, so it is a sum of signed digits d_i 4^i, d_i in {-3, -1, 1, 3}:
/// with c' = (bits shifted down by one, then a 1 on top), sum over j of (2 c'_j - 1) 2^j is that odd number. A digit is a sign and
/// a choice between P and 3P. The lowest bit is put right at the end by subtracting P.
pub struct Windows {
    lowest: Num,
    /// Least significant first: (the digit is positive, its magnitude is 3).
    digits: Vec<(Num, Num)>,
}

impl Windows {
    /// Recodes boolean bits, least significant first.
    pub fn new(builder: &mut Builder<'_>, bits: &[Num]) -> Result<Self, SynthesisError> {
        let mut shifted = bits[1..].to_vec();
        if shifted.len().is_multiple_of(2) {
            shifted.push(Num::zero());
        }
        shifted.push(Num::one());
        let mut digits = Vec::with_capacity(shifted.len() / 2);
        for pair in shifted.chunks(2) {
            let (low, high) = (&pair[0], &pair[1]);
            // The magnitude is 3 where both bits agree.
            let both = builder.mul(low, high)?;
            let two = Fr::from(2u64);
            let agree = Num::linear([(Fr::ONE, &Num::one()), (-Fr::ONE, low), (-Fr::ONE, high), (two, &both)]);
            digits.push((high.clone(), agree));
        }
        Ok(Self { lowest: bits[0].clone(), digits })
    }

    /// number * base.
    pub fn mul(&self, builder: &mut Builder<'_>, base: &PointVar) -> Result<PointVar, SynthesisError> {
        let triple = base.double(builder)?.add(builder, base)?;
        let mut sum: Option<PointVar> = None;
        for (positive, three) in self.digits.iter().rev() {
            let digit = signed(builder, positive, three, base, &triple)?;
            sum = Some(match sum {
                None => digit,
                Some(sum) => sum.double(builder)?.double(builder)?.add(builder, &digit)?,
            });
        }
        let odd = sum.unwrap_or_else(|| PointVar::constant(&Point::IDENTITY));
        let surplus = base.neg().if_bit(builder, &self.lowest.not())?;
        odd.add(builder, &surplus)
    }
}

fn signed(
    builder: &mut Builder<'_>,
    positive: &Num,
    three: &Num,
    base: &PointVar,
    triple: &PointVar,
) -> Result<PointVar, SynthesisError> {
    let x = builder.select(three, &triple.x, &base.x)?;
    let y = builder.select(three, &triple.y, &base.y)?;
    let sign = positive.scale(Fr::from(2u64)).plus(-Fr::ONE);
    Ok(PointVar { x: builder.mul(&sign, &x)?, y })
}
