//! Eight elements a0 + a1 u of the quadratic extension of the base field, u^2 = -1.

use std::arch::x86_64::*;

use super::field::{Lanes, Loose, each};
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
        Loose2([self.0[0].loose(), self.0[1].loose()])
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
        self.0[0].squared().add(self.0[1].squared()).montgomery()
    }

    /// Both coefficients times a number, divided by R.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn scale(self, factor: Lanes<Base>) -> Loose2 {
        Loose2([self.0[0].mul(factor), self.0[1].mul(factor)])
    }

    /// See [`Lanes::replace`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn replace(self, mask: __mmask8, other: Self) -> Self {
        Self(each!(self.0, i => self.0[i].replace(mask, other.0[i])))
    }
}

impl Loose2 {
    /// See [`Loose::zeros`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn zeros(self) -> __mmask8 {
        self.0[0].zeros() & self.0[1].zeros()
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn sub(self, other: Self) -> Self {
        Self(each!(self.0, i => self.0[i].sub(other.0[i])))
    }

    /// K q added to both coefficients.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn add_modulus<const K: usize>(self) -> Self {
        Self(each!(self.0, i => self.0[i].add_modulus::<K>()))
    }

    /// 2^K a.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn shift<const K: u32>(self) -> Self {
        Self(each!(self.0, i => self.0[i].shift::<K>()))
    }

    /// -a where the mask has ones, else a.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn negate(self, mask: __mmask8) -> Self {
        Self(each!(self.0, i => self.0[i].negate(mask)))
    }

    /// See [`Loose::carry`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn carry(self) -> Lanes2 {
        Lanes2([self.0[0].carry(), self.0[1].carry()])
    }

    /// See [`Loose::reduce`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn reduce(self) -> Lanes2 {
        Lanes2([self.0[0].reduce(), self.0[1].reduce()])
    }
}
