//! The bytes of a key: in memory, or a file mapped read-only.

use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use bytemuck::{Pod, Zeroable};

/// Every section of a key starts at a multiple of this: a cache line, and one 512-bit register.
pub(crate) const ALIGNMENT: usize = 64;

/// One aligned line of an image in memory.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
pub(crate) struct Line([u8; ALIGNMENT]);

/// The bytes of a key, starting at a multiple of [`ALIGNMENT`]; never changed once it is shared.
pub(crate) enum Image {
    /// In memory; only the first `length` bytes count.
    Owned {
        /// Whole lines, the last one padded with zeros.
        lines: Vec<Line>,
        /// Bytes that count.
        length: usize,
    },
    /// A file, mapped page by page as it is used.
    #[cfg(feature = "mmap")]
    Mapped(filebuffer::FileBuffer),
}

impl Image {
    /// `length` zero bytes.
    pub(crate) fn zeroed(length: usize) -> Self {
        Self::Owned { lines: vec![Line::zeroed(); length.div_ceil(ALIGNMENT)], length }
    }

    /// The file at `path`: mapped with the feature `mmap`, else read.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        #[cfg(feature = "mmap")]
        return filebuffer::FileBuffer::open(path).map(Self::Mapped);
        #[cfg(not(feature = "mmap"))]
        Self::read(path)
    }

    /// The file at `path`, read into memory.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let mut file = std::fs::File::open(path)?;
        let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        let mut image = Self::zeroed(length);
        file.read_exact(image.bytes_mut(0..length))?;
        Ok(image)
    }

    /// All bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Owned { lines, length } => &bytemuck::cast_slice(lines)[..*length],
            #[cfg(feature = "mmap")]
            Self::Mapped(file) => file,
        }
    }

    /// Some bytes of an image in memory, to be written; none of a mapped one.
    pub(crate) fn bytes_mut(&mut self, range: Range<usize>) -> &mut [u8] {
        match self {
            Self::Owned { lines, length } => &mut bytemuck::cast_slice_mut(lines)[..*length][range],
            #[cfg(feature = "mmap")]
            Self::Mapped(_) => &mut [],
        }
    }
}
