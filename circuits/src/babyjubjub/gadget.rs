//! Baby Jubjub in a circuit, with the complete twisted Edwards addition only: a = 168700 is a square and d = 168696 is not,
//! so no pair of curve points is exceptional (Bernstein et al., "Twisted Edwards Curves", ePrint 2008/013, section 6).

use super::hints::{Hints, Windows, sums};
use super::{Point, Scalar};
use crate::Fr;
use crate::r1cs::{Builder, Num};
use ark_ec::AdditiveGroup;
use ark_ff::{BigInt, BigInteger, Field, PrimeField};
use ark_relations::gr1cs::SynthesisError;
use taceo_ark_babyjubjub::EdwardsProjective;

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
        self.add_hinted(builder, other, None)
    }

    /// [`PointVar::add`] with the sum's value, where it is known already.
    fn add_hinted(&self, builder: &mut Builder<'_>, other: &Self, hint: Option<Point>) -> Result<Self, SynthesisError> {
        let (a, d) = (Fr::from(A), Fr::from(D));
        let beta = builder.mul(&self.x, &other.y)?;
        let gamma = builder.mul(&self.y, &other.x)?;
        let delta = builder.mul(&self.y.sub(&self.x.scale(a)), &other.x.add(&other.y))?;
        let tau = builder.mul(&beta, &gamma)?.scale(d);
        if let Some(Point { x, y }) = hint.filter(|_| builder.assigning()) {
            return Ok(Self { x: builder.witness(x)?, y: builder.witness(y)? });
        }
        let x = builder.divide(&beta.add(&gamma), &tau.plus(Fr::ONE))?;
        let y_numerator = Num::linear([(Fr::ONE, &delta), (a, &beta), (-Fr::ONE, &gamma)]);
        let y = builder.divide(&y_numerator, &Num::one().sub(&tau))?;
        Ok(Self { x, y })
    }

    /// self + self: 5 constraints.
    pub fn double(&self, builder: &mut Builder<'_>) -> Result<Self, SynthesisError> {
        self.double_hinted(builder, None)
    }

    /// [`PointVar::double`] with its value, where it is known already.
    fn double_hinted(&self, builder: &mut Builder<'_>, hint: Option<Point>) -> Result<Self, SynthesisError> {
        let x2 = builder.mul(&self.x, &self.x)?.scale(Fr::from(A));
        let y2 = builder.mul(&self.y, &self.y)?;
        let xy = builder.mul(&self.x, &self.y)?;
        if let Some(Point { x, y }) = hint.filter(|_| builder.assigning()) {
            return Ok(Self { x: builder.witness(x)?, y: builder.witness(y)? });
        }
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
    let windows = Windows::plain(base, bits.len().div_ceil(3));
    let chosen = bits.chunks(3).zip(windows.iter()).map(|(window, table)| table.points[place(window)]);
    let mut hints = Hints::new(builder, || sums(chosen));
    let mut sum: Option<PointVar> = None;
    for (window, table) in bits.chunks(3).zip(windows.iter()) {
        let digit = table.lookup(builder, window)?;
        sum = Some(match sum {
            None => digit,
            Some(sum) => sum.add_hinted(builder, &digit, hints.next())?,
        });
    }
    Ok(sum.unwrap_or_else(|| PointVar::constant(&Point::IDENTITY)))
}

/// The number with these bits, least significant first; what is not 1 counts as 0.
fn place(bits: &[Num]) -> usize {
    bits.iter().rev().fold(0, |place, bit| 2 * place + usize::from(bit.value() == Fr::ONE))
}

/// A number in signed digits, recoded once for any number of bases.
///
/// An odd number is a sum of d_i 4^i with d_i in {-3, -1, 1, 3}; a digit is a sign and a choice between P and 3P. A number given
/// by its bits has its lowest bit forced to 1: with c' = (bits shifted down by one, then a 1 on top), the sum over j of (2 c'_j - 1) 2^j is
/// that odd number; the lowest bit is put right at the end by subtracting P.
pub struct SignedDigits {
    /// `None` where the number is odd.
    lowest: Option<Num>,
    /// Least significant first.
    digits: Vec<Digit>,
}

/// -3, -1, 1 or 3.
struct Digit {
    positive: Num,
    three: Num,
}

impl SignedDigits {
    /// Digits of [`SignedDigits::random`]: the odd representatives of all residues modulo l lie between -4^126 and 4^126.
    const RANDOM_DIGITS: usize = 126;

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
            let three = agree(builder, low, high)?;
            digits.push(Digit { positive: high.clone(), three });
        }
        Ok(Self { lowest: Some(bits[0].clone()), digits })
    }

    /// New witness digits whose number is congruent to `number` (at most l) modulo l: free to be any, as randomness may be.
    ///
    /// Of `number` and `number - l` one is odd; below 2^251 in size, it has a top digit of 1 or -1.
    pub fn random(builder: &mut Builder<'_>, number: BigInt<4>) -> Result<Self, SynthesisError> {
        // (odd + 4^126 - 1) / 2: its bits, two at a time, are the digits.
        let mut shifted = BigInt::one() << (2 * Self::RANDOM_DIGITS as u32);
        shifted.sub_with_borrow(&BigInt::one());
        if number.is_even() {
            shifted.sub_with_borrow(&Scalar::MODULUS);
        }
        shifted.add_with_carry(&number);
        shifted.div2();
        let digits = (0..Self::RANDOM_DIGITS).map(|i| {
            let (low, high) = (shifted.get_bit(2 * i), shifted.get_bit(2 * i + 1));
            let positive = builder.bit(high)?;
            let top = i + 1 == Self::RANDOM_DIGITS;
            let three = if top { Num::zero() } else { builder.bit(low == high)? };
            Ok(Digit { positive, three })
        });
        Ok(Self { lowest: None, digits: digits.collect::<Result<_, SynthesisError>>()? })
    }

    /// number * base.
    pub fn mul(&self, builder: &mut Builder<'_>, base: &PointVar) -> Result<PointVar, SynthesisError> {
        let mut hints = Hints::new(builder, || self.trace(&base.value()));
        let triple = base.double_hinted(builder, hints.next())?.add_hinted(builder, base, hints.next())?;
        let mut sum: Option<PointVar> = None;
        for digit in self.digits.iter().rev() {
            let term = digit.mul(builder, base, &triple)?;
            sum = Some(match sum {
                None => term,
                Some(sum) => {
                    let twice = sum.double_hinted(builder, hints.next())?.double_hinted(builder, hints.next())?;
                    twice.add_hinted(builder, &term, hints.next())?
                }
            });
        }
        let odd = sum.unwrap_or_else(|| PointVar::constant(&Point::IDENTITY));
        let Some(lowest) = &self.lowest else { return Ok(odd) };
        let surplus = base.neg().if_bit(builder, &lowest.not())?;
        odd.add_hinted(builder, &surplus, hints.next())
    }

    /// The values of the points that [`SignedDigits::mul`] computes, in its order, but for those of its choices.
    fn trace(&self, base: &Point) -> Vec<Point> {
        let one = base.group();
        let double = one.double();
        let triple = double + one;
        let mut points = vec![double, triple];
        let mut sum: Option<EdwardsProjective> = None;
        for digit in self.digits.iter().rev() {
            let size = if digit.three.value() == Fr::ONE { triple } else { one };
            let term = if digit.positive.value() == Fr::ONE { size } else { -size };
            sum = Some(match sum {
                None => term,
                Some(sum) => {
                    let twice = sum.double();
                    let four = twice.double();
                    points.extend([twice, four, four + term]);
                    four + term
                }
            });
        }
        if let (Some(sum), Some(lowest)) = (sum, &self.lowest) {
            points.push(if lowest.value() == Fr::ONE { sum } else { sum - one });
        }
        Point::normalized(&points)
    }

    /// number * base for a constant base and an even number of digits of an odd number, two digits to a window.
    ///
    /// low P + high 4P = sign(high) (|high| 4P + |low| P or - |low| P): eight points to choose from, and a sign.
    pub fn mul_constant(&self, builder: &mut Builder<'_>, base: &Point) -> Result<PointVar, SynthesisError> {
        assert!(self.lowest.is_none() && self.digits.len().is_multiple_of(2), "the digits of an odd number, in pairs");
        let windows = Windows::signed(base, self.digits.len() / 2);
        let mut hints = Hints::new(builder, || {
            sums(self.digits.chunks(2).zip(windows.iter()).map(|(pair, table)| {
                let one = |num: &Num| num.value() == Fr::ONE;
                let (low, high) = (&pair[0], &pair[1]);
                let same = one(&low.positive) == one(&high.positive);
                let place = usize::from(one(&low.three)) + 2 * usize::from(one(&high.three)) + 4 * usize::from(same);
                let point = table.points[place];
                if one(&high.positive) { point } else { point.neg() }
            }))
        });
        let mut sum: Option<PointVar> = None;
        for (pair, table) in self.digits.chunks(2).zip(windows.iter()) {
            let (low, high) = (&pair[0], &pair[1]);
            let same = agree(builder, &low.positive, &high.positive)?;
            let point = table.lookup(builder, &[low.three.clone(), high.three.clone(), same])?;
            let x = builder.mul(&high.sign(), &point.x)?;
            let term = PointVar { x, y: point.y };
            sum = Some(match sum {
                None => term,
                Some(sum) => sum.add_hinted(builder, &term, hints.next())?,
            });
        }
        Ok(sum.unwrap_or_else(|| PointVar::constant(&Point::IDENTITY)))
    }
}

impl Digit {
    /// 1 or -1.
    fn sign(&self) -> Num {
        self.positive.scale(Fr::from(2u64)).plus(-Fr::ONE)
    }

    fn mul(&self, builder: &mut Builder<'_>, base: &PointVar, triple: &PointVar) -> Result<PointVar, SynthesisError> {
        let x = builder.select(&self.three, &triple.x, &base.x)?;
        let y = builder.select(&self.three, &triple.y, &base.y)?;
        Ok(PointVar { x: builder.mul(&self.sign(), &x)?, y })
    }
}

/// 1 where both bits are equal, as a linear combination of their product: 1 constraint.
fn agree(builder: &mut Builder<'_>, a: &Num, b: &Num) -> Result<Num, SynthesisError> {
    let both = builder.mul(a, b)?;
    Ok(Num::linear([(Fr::ONE, &Num::one()), (-Fr::ONE, a), (-Fr::ONE, b), (Fr::from(2u64), &both)]))
}
