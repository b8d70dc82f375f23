//! Eight numbers modulo a prime at once, in limbs of 52 bits, with AVX-512 IFMA.
//!
//! Two states of a number. [`Lanes`]: five limbs of 52 bits, which the multiplier takes. [`Loose`]: five signed limbs
//! of 64 bits, where sums, differences and products stand before their carries are moved. Neither is reduced below p
//! until [`Loose::reduce`]; what bounds hold is written beside each operation, in multiples of p. 2^260 is above 84 p.
//!
//! Multiplication is Montgomery's (1985) with R = 2^260: `mul(a, b) = a b / R mod p`. A packed element of arkworks,
//! which is x 2^256, is therefore taken for the element x / 16; callers keep count of that factor where it matters,
//! instead of multiplying it away.

use std::arch::x86_64::*;
use std::marker::PhantomData;

use bytemuck::{Pod, Zeroable, cast};

use super::modulus::{MASK, Modulus, RECIPROCAL};

/// Eight numbers below 2^260: limb i of all eight in vector i.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(transparent)]
pub(crate) struct Lanes<M> {
    pub(super) limbs: [__m512i; 5],
    modulus: PhantomData<M>,
}

/// Eight numbers as N signed limbs, limb i weighing 2^(52 i); limbs stay within 2^62 in absolute value.
#[derive(Debug, Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Loose<M, const N: usize = 5> {
    limbs: [__m512i; N],
    modulus: PhantomData<M>,
}

/// Eight products before their reduction.
type Product<M> = Loose<M, 10>;

/// The array with a new value at each place i. A loop: closures are not inlined into what lacks the features, so
/// `array::from_fn` costs calls.
macro_rules! each {
    ($array:expr, $i:ident => $value:expr) => {{
        let mut array = $array;
        for $i in 0..array.len() {
            array[$i] = $value;
        }
        array
    }};
}
pub(super) use each;

/// The same number in all lanes.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn splat(limb: u64) -> __m512i {
    _mm512_set1_epi64(limb.cast_signed())
}

impl<M: Modulus> Lanes<M> {
    /// From limbs of 52 bits.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn new(limbs: [__m512i; 5]) -> Self {
        Self { limbs, modulus: PhantomData }
    }

    /// One number in all lanes.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn splat(limbs: [u64; 5]) -> Self {
        let [a, b, c, d, e] = limbs;
        Self::new([splat(a), splat(b), splat(c), splat(d), splat(e)])
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn loose(self) -> Loose<M> {
        Loose::new(self.limbs)
    }

    /// a b / R: below (a b / R) + 1.13 p, which is below 2^260 for a b < 83 p R.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn mul(self, other: Self) -> Loose<M> {
        self.product(other).montgomery()
    }

    /// a^2 / R, with the bounds of [`Self::mul`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn square(self) -> Loose<M> {
        self.squared().montgomery()
    }

    /// a b: columns below 10 * 2^52.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn product(self, other: Self) -> Product<M> {
        let (a, b) = (self.limbs, other.limbs);
        let mut columns = [_mm512_setzero_si512(); 10];
        for i in 0..5 {
            for j in 0..5 {
                columns[i + j] = _mm512_madd52lo_epu64(columns[i + j], a[j], b[i]);
                columns[i + j + 1] = _mm512_madd52hi_epu64(columns[i + j + 1], a[j], b[i]);
            }
        }
        Loose::new(columns)
    }

    /// a^2: the products of different limbs once, doubled in their columns; columns below 10 * 2^52.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn squared(self) -> Product<M> {
        let a = self.limbs;
        let mut columns = [_mm512_setzero_si512(); 10];
        for i in 0..5 {
            for j in i + 1..5 {
                columns[i + j] = _mm512_madd52lo_epu64(columns[i + j], a[i], a[j]);
                columns[i + j + 1] = _mm512_madd52hi_epu64(columns[i + j + 1], a[i], a[j]);
            }
        }
        for i in 1..9 {
            columns[i] = _mm512_add_epi64(columns[i], columns[i]);
        }
        for i in 0..5 {
            columns[2 * i] = _mm512_madd52lo_epu64(columns[2 * i], a[i], a[i]);
            columns[2 * i + 1] = _mm512_madd52hi_epu64(columns[2 * i + 1], a[i], a[i]);
        }
        Loose::new(columns)
    }

    /// Lanes of `other` where the mask has ones, else of `self`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn replace(self, mask: __mmask8, other: Self) -> Self {
        Self::new(each!(self.limbs, i => _mm512_mask_mov_epi64(self.limbs[i], mask, other.limbs[i])))
    }

    /// Lane i becomes lane i + K, around the end.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn rotate<const K: i32>(self) -> Self {
        Self::new(each!(self.limbs, i => _mm512_alignr_epi64::<K>(self.limbs[i], self.limbs[i])))
    }

    /// Lanes that are zero.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn zeros(self) -> __mmask8 {
        self.loose().zeros()
    }
}

impl<M: Modulus> Product<M> {
    /// a / R for a >= 0: below a / R + 1.13 p, in limbs below 2^57.
    ///
    /// Four steps clear a column each by adding its low 52 bits times a multiple of p below 2^52 p, the fifth step by
    /// adding less than 2^52 p: in all less than (2^52 + k) 2^208 p with k = -1/p mod 2^52, and k < 0.13 * 2^52 for
    /// both primes.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn montgomery(self) -> Loose<M> {
        let mut c = self.limbs;
        for i in 0..4 {
            // The multiplier reads the low 52 bits only, so the column is its own factor; its high bits move up.
            let factor = c[i];
            c[i + 1] = _mm512_add_epi64(c[i + 1], _mm512_srai_epi64::<52>(factor));
            for j in 0..5 {
                c[i + j + 1] = _mm512_madd52lo_epu64(c[i + j + 1], factor, splat(M::STEP[j]));
            }
            for j in 0..5 {
                c[i + j + 2] = _mm512_madd52hi_epu64(c[i + j + 2], factor, splat(M::STEP[j]));
            }
        }
        let factor = _mm512_madd52lo_epu64(_mm512_setzero_si512(), c[4], splat(M::NEGATED_INVERSE));
        for j in 0..5 {
            c[j + 4] = _mm512_madd52lo_epu64(c[j + 4], factor, splat(M::P[j]));
            c[j + 5] = _mm512_madd52hi_epu64(c[j + 5], factor, splat(M::P[j]));
        }
        c[5] = _mm512_add_epi64(c[5], _mm512_srai_epi64::<52>(c[4]));
        Loose::new([c[5], c[6], c[7], c[8], c[9]])
    }
}

impl<M: Modulus, const N: usize> Loose<M, N> {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn new(limbs: [__m512i; N]) -> Self {
        Self { limbs, modulus: PhantomData }
    }

    /// a + b, limb by limb.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn add(self, other: Self) -> Self {
        Self::new(each!(self.limbs, i => _mm512_add_epi64(self.limbs[i], other.limbs[i])))
    }

    /// a - b, limb by limb; the caller sees to it that what is carried or reduced in the end is not negative.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn sub(self, other: Self) -> Self {
        Self::new(each!(self.limbs, i => _mm512_sub_epi64(self.limbs[i], other.limbs[i])))
    }
}

impl<M: Modulus> Loose<M> {
    /// Lanes whose limbs are all zero.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn zeros(self) -> __mmask8 {
        let [a, b, c, d, e] = self.limbs;
        let any = _mm512_or_si512(_mm512_or_si512(_mm512_or_si512(a, b), _mm512_or_si512(c, d)), e);
        _mm512_testn_epi64_mask(any, any)
    }

    /// a + K p, K below 8: makes a difference that is above -K p one that is not negative.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn add_modulus<const K: usize>(self) -> Self {
        Self::new(each!(self.limbs, i => _mm512_add_epi64(self.limbs[i], splat(M::MULTIPLES[i][K]))))
    }

    /// 2^K a.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn shift<const K: u32>(self) -> Self {
        Self::new(each!(self.limbs, i => _mm512_slli_epi64::<K>(self.limbs[i])))
    }

    /// -a where the mask has ones, else a.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn negate(self, mask: __mmask8) -> Self {
        Self::new(
            each!(self.limbs, i => _mm512_mask_sub_epi64(self.limbs[i], mask, _mm512_setzero_si512(), self.limbs[i])),
        )
    }

    /// The same number in limbs of 52 bits, for 0 <= a < 2^260.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn carry(self) -> Lanes<M> {
        let mut limbs = self.limbs;
        for i in 0..4 {
            limbs[i + 1] = _mm512_add_epi64(limbs[i + 1], _mm512_srai_epi64::<52>(limbs[i]));
            limbs[i] = _mm512_and_si512(limbs[i], splat(MASK));
        }
        Lanes::new(limbs)
    }

    /// a mod p, for 0 <= a < 8 p.
    ///
    /// The fifth limb, without the carries that it will get, nearly always gives the quotient; a remainder that is not
    /// clearly below p by its own fifth limb (one in 2^40) goes the long way.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn reduce(self) -> Lanes<M> {
        let high = _mm512_madd52hi_epu64(_mm512_setzero_si512(), self.limbs[4], splat(RECIPROCAL));
        // An index into a table of eight: only its low three bits are read.
        let quotient = _mm512_srli_epi64::<45>(high);
        let multiple = each!(self.limbs, i => _mm512_permutexvar_epi64(quotient, cast(M::MULTIPLES[i])));
        let rest = self.sub(Self::new(multiple)).carry();
        // A negative remainder has a fifth limb near 2^64.
        if _mm512_cmplt_epu64_mask(rest.limbs[4], splat(M::P[4])) == 0xff {
            return rest;
        }
        self.reduce_slowly()
    }

    /// [`Self::reduce`] by subtracting p as long as that leaves no negative number.
    #[cold]
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn reduce_slowly(self) -> Lanes<M> {
        let mut rest = self.carry();
        for _ in 0..7 {
            let less = rest.loose().sub(Lanes::splat(M::P).loose()).carry();
            let fits = _mm512_cmpge_epi64_mask(less.limbs[4], _mm512_setzero_si512());
            rest = rest.replace(fits, less);
        }
        rest
    }
}
