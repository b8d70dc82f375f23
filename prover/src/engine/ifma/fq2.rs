//! Eight elements a0 + a1 u of the quadratic extension of the base field, u^2 = -1.

use std::arch::x86_64::*;

use super::field::{Lanes, Loose};
use super::modulus::Base;

/// Both coefficients, each with the bounds of [`Lanes`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Lanes2(pub(super) [Lanes<Base>; 2]);

/// Both coefficients, each with the bounds of [`Loose`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Loose2(pub(super) [Loose<Base>; 2]);

impl Lanes2 {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn loose(self) -> Loose2 {
        let Self([a0, a1]) = self;
        Loose2([a0.loose(), a1.loose()])
    }

    /// a b / R, three products and two reductions (Karatsuba).
    ///
    /// For a below A q and b below B q: coefficients between 0 and A B q / 42 + 2.13 q. A and B must be below 42, for
    /// the sums, and A B below 40.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn mul(self, other: Self) -> Loose2 {
        let (Self([a0, a1]), Self([b0, b1])) = (self, other);
        let sums = (a0.loose().add(a1.loose()).carry(), b0.loose().add(b1.loose()).carry());
        let (low, high) = (a0.product(b0), a1.product(b1));
        let middle = sums.0.product(sums.1).sub(low.add(high));
        // The difference of products is above -(A B / 84) q R.
        Loose2([low.sub(high).montgomery().add_modulus::<1>(), middle.montgomery()])
    }

    /// a^2 / R as (a0 + a1)(a0 - a1) and 2 a0 a1: for a below A q, A <= 4, below (A^2 + 4 A) q / 42 + 1.13 q and
    /// A^2 q / 42 + 2.26 q.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn square(self) -> Loose2 {
        let [a0, a1] = self.loose().0;
        let (sum, difference) = (a0.add(a1).carry(), a0.sub(a1).add_modulus::<4>().carry());
        Loose2([sum.mul(difference), self.0[0].mul(self.0[1]).shift::<1>()])
    }

    /// (a0^2 + a1^2) / R, the product with the conjugate: for a below A q below A^2 q / 42 + 1.13 q.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn norm(self) -> Loose<Base> {
        let Self([a0, a1]) = self;
        a0.squared().add(a1.squared()).montgomery()
    }

    /// Both coefficients times a number, divided by R.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn scale(self, factor: Lanes<Base>) -> Loose2 {
        let Self([a0, a1]) = self;
        Loose2([a0.mul(factor), a1.mul(factor)])
    }

    /// See [`Lanes::replace`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn replace(self, mask: __mmask8, other: Self) -> Self {
        let (Self([a0, a1]), Self([b0, b1])) = (self, other);
        Self([a0.replace(mask, b0), a1.replace(mask, b1)])
    }
}

impl Loose2 {
    /// See [`Loose::zeros`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn zeros(self) -> __mmask8 {
        let Self([a0, a1]) = self;
        a0.zeros() & a1.zeros()
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn sub(self, other: Self) -> Self {
        let (Self([a0, a1]), Self([b0, b1])) = (self, other);
        Self([a0.sub(b0), a1.sub(b1)])
    }

    /// K q added to both coefficients.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn add_modulus<const K: usize>(self) -> Self {
        let Self([a0, a1]) = self;
        Self([a0.add_modulus::<K>(), a1.add_modulus::<K>()])
    }

    /// 2^K a.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn shift<const K: u32>(self) -> Self {
        let Self([a0, a1]) = self;
        Self([a0.shift::<K>(), a1.shift::<K>()])
    }

    /// -a where the mask has ones, else a.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn negate(self, mask: __mmask8) -> Self {
        let Self([a0, a1]) = self;
        Self([a0.negate(mask), a1.negate(mask)])
    }

    /// See [`Loose::carry`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn carry(self) -> Lanes2 {
        let Self([a0, a1]) = self;
        Lanes2([a0.carry(), a1.carry()])
    }

    /// See [`Loose::reduce`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn reduce(self) -> Lanes2 {
        let Self([a0, a1]) = self;
        Lanes2([a0.reduce(), a1.reduce()])
    }
}
