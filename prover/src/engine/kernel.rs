//! The one hot operation of the engine, many independent additions of affine points, and the choice of its back end.

use ark_ec::CurveGroup;
use ark_ec::short_weierstrass::Projective;
use bytemuck::{Pod, Zeroable};
use zeroize::Zeroizing;

use super::ifma::{self, Ifma};
use super::point::Point;
use super::portable;
use super::secret::Secret;

/// Points that one slice passed to [`add_pairs`] may hold.
pub const MAX_POINTS: usize = 1 << 31;

/// A point of a slice or its opposite: the position, and in the top bit whether the opposite is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Ref(u32);

impl Ref {
    /// The point at `index`, which is below [`MAX_POINTS`], or its opposite.
    #[inline]
    pub fn new(index: u32, negative: bool) -> Self {
        debug_assert!(index < 1 << 31);
        Self(index | u32::from(negative) << 31)
    }

    /// Position in the slice.
    #[inline]
    pub fn index(self) -> usize {
        (self.0 & (u32::MAX >> 1)) as usize
    }

    /// Whether the opposite is meant.
    #[inline]
    pub fn is_negative(self) -> bool {
        self.0 >> 31 == 1
    }

    /// The point of `source` that is meant.
    #[inline]
    pub(super) fn of<P: Point>(self, source: &[P]) -> P {
        let point = source[self.index()];
        if self.is_negative() { P::pack(&-point.unpack()) } else { point }
    }
}

/// One addition: the position of a point, and another one or its opposite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Pair(pub u32, pub Ref);

/// 64 aligned bytes of working memory.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
pub(super) struct Block(pub(super) [u64; 8]);

/// Working memory of additions, kept between calls by each worker and erased when dropped: sums of points chosen by
/// secret digits pass through it.
#[derive(Debug, Default)]
pub struct Scratch(Secret<Block>);

impl Scratch {
    /// `count` blocks with whatever the last use left in them.
    pub(super) fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            self.0.resize(count, Block::zeroed());
        }
        &mut self.0[..count]
    }
}

/// `out[i] = source[pairs[i].0] + source[pairs[i].1]` for every pair.
///
/// Every case is included: infinity on either side, equal points, opposite points. The points must be in the group of
/// prime order.
/// One inversion serves all pairs (Montgomery's trick), so a call should bring hundreds of them.
///
/// # Panics
/// If `pairs` and `out` differ in length or a reference is out of range.
pub fn add_pairs<P: Point>(backend: Backend, source: &[P], pairs: &[Pair], out: &mut [P], scratch: &mut Scratch) {
    assert_eq!(pairs.len(), out.len(), "one result per pair");
    let without_slope = match backend.ifma() {
        Some(ifma) => P::add_in_lanes(ifma, source, pairs, out, scratch),
        None => portable::add_pairs(source, pairs, out, scratch),
    };
    // They are rare, so arkworks adds them.
    let sum = |Pair(first, second): &Pair| source[*first as usize].unpack() + second.of(source).unpack();
    let sums = without_slope.iter().map(|i| sum(&pairs[*i]));
    let sums = Zeroizing::new(sums.collect::<Vec<Projective<P::Curve>>>());
    let sums = Zeroizing::new(Projective::normalize_batch(&sums));
    without_slope.iter().zip(&*sums).for_each(|(i, sum)| out[*i] = P::pack(sum));
}

/// How field arithmetic is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// Scalar instructions, on any machine.
    Portable,
    /// Eight lanes of AVX-512 IFMA; on a processor without it, the same as [`Self::Portable`].
    Ifma,
}

impl Backend {
    /// All back ends that this build knows, fastest last.
    pub const ALL: &[Self] = &[Self::Portable, Self::Ifma];

    /// The name in [`BACKEND_VARIABLE`](crate::backend::BACKEND_VARIABLE) and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Ifma => "ifma",
        }
    }

    /// Processor features that the back end needs; empty for the portable one.
    pub fn needs(self) -> &'static str {
        match self {
            Self::Portable => "",
            Self::Ifma => ifma::FEATURES,
        }
    }

    /// Whether this processor can run it.
    pub fn is_available(self) -> bool {
        self == Self::Portable || self.ifma().is_some()
    }

    /// The way into the back end of that name, if this is it and the processor has it.
    pub(super) fn ifma(self) -> Option<Ifma> {
        Ifma::detect().filter(|_| self == Self::Ifma)
    }

    /// The back ends that this processor can run, fastest last.
    pub fn available() -> impl DoubleEndedIterator<Item = Self> {
        Self::ALL.iter().copied().filter(|backend| backend.is_available())
    }

    /// The fastest back end of this processor.
    pub fn detect() -> Self {
        Self::available().next_back().unwrap_or(Self::Portable)
    }
}
