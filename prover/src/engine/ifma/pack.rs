//! Between packed elements, four limbs of 64 bits each, and lanes.

use std::arch::x86_64::*;

use bytemuck::{Pod, cast};

use super::field::{Lanes, each, splat};
use super::modulus::{MASK, Modulus};

/// A packed element: little-endian limbs of 64 bits.
pub(crate) type Packed = [u64; 4];

/// Limb i of eight packed elements in vector i.
pub(super) type Columns = [__m512i; 4];

impl<M: Modulus> Lanes<M> {
    /// Eight packed elements below 2^256, as they are.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(crate) fn load(elements: [&Packed; 8]) -> Self {
        let rows = each!([_mm512_setzero_si512(); 8], i => _mm512_castsi256_si512(cast(*elements[i])));
        let [a, b, c, d, ..] = transpose(rows);
        Self::split([a, b, c, d])
    }

    /// Packs the numbers, which must be below 2^256.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn rows(self) -> [Packed; 8] {
        let [a, b, c, d] = self.pack();
        let rows = transpose([a, b, c, d, a, b, c, d]);
        each!([[0; 4]; 8], i => cast(_mm512_castsi512_si256(rows[i])))
    }

    /// Limbs of 52 bits from limbs of 64.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn split([a, b, c, d]: Columns) -> Self {
        let mask = splat(MASK);
        Self::new([
            _mm512_and_si512(a, mask),
            _mm512_and_si512(join::<52, 12>(a, b), mask),
            _mm512_and_si512(join::<40, 24>(b, c), mask),
            _mm512_and_si512(join::<28, 36>(c, d), mask),
            _mm512_srli_epi64::<16>(d),
        ])
    }

    /// Limbs of 64 bits from limbs of 52; the numbers must be below 2^256.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn pack(self) -> Columns {
        let [a, b, c, d, e] = self.limbs;
        [
            _mm512_or_si512(a, _mm512_slli_epi64::<52>(b)),
            join::<12, 40>(b, c),
            join::<24, 28>(c, d),
            join::<36, 16>(d, e),
        ]
    }
}

/// The low 64 bits of `low >> RIGHT | high << LEFT`.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn join<const RIGHT: u32, const LEFT: u32>(low: __m512i, high: __m512i) -> __m512i {
    _mm512_or_si512(_mm512_srli_epi64::<RIGHT>(low), _mm512_slli_epi64::<LEFT>(high))
}

/// 64 bytes each of eight places as rows of a matrix, of which the columns.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn columns<T: Pod>(places: [&T; 8]) -> [__m512i; 8] {
    transpose(each!([_mm512_setzero_si512(); 8], i => cast(*places[i])))
}

/// Rows become columns.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn transpose(rows: [__m512i; 8]) -> [__m512i; 8] {
    let [a, b, c, d, e, f, g, h] = rows;
    let even = quarter([
        _mm512_unpacklo_epi64(a, b),
        _mm512_unpacklo_epi64(c, d),
        _mm512_unpacklo_epi64(e, f),
        _mm512_unpacklo_epi64(g, h),
    ]);
    let odd = quarter([
        _mm512_unpackhi_epi64(a, b),
        _mm512_unpackhi_epi64(c, d),
        _mm512_unpackhi_epi64(e, f),
        _mm512_unpackhi_epi64(g, h),
    ]);
    [even[0], odd[0], even[1], odd[1], even[2], odd[2], even[3], odd[3]]
}

/// The transpose of a 4x4 matrix of 128-bit entries.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn quarter([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let (ab, cd) = (_mm512_shuffle_i64x2::<0x88>(a, b), _mm512_shuffle_i64x2::<0x88>(c, d));
    let (ab_odd, cd_odd) = (_mm512_shuffle_i64x2::<0xdd>(a, b), _mm512_shuffle_i64x2::<0xdd>(c, d));
    [
        _mm512_shuffle_i64x2::<0x88>(ab, cd),
        _mm512_shuffle_i64x2::<0x88>(ab_odd, cd_odd),
        _mm512_shuffle_i64x2::<0xdd>(ab, cd),
        _mm512_shuffle_i64x2::<0xdd>(ab_odd, cd_odd),
    ]
}
