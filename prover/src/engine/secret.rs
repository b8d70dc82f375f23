//! Memory that is erased when dropped.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytemuck::Pod;
use zeroize::Zeroize;

/// A vector of plain data that tells something of a witness. What it grew out of is not erased, so give it its
/// capacity at once where that is known.
pub(crate) struct Secret<T: Pod>(Vec<T>);

impl<T: Pod> Default for Secret<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Pod> From<Vec<T>> for Secret<T> {
    fn from(data: Vec<T>) -> Self {
        Self(data)
    }
}

impl<T: Pod> Deref for Secret<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Pod> DerefMut for Secret<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T: Pod> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.resize(self.0.capacity(), T::zeroed());
        let (head, words, tail) = bytemuck::pod_align_to_mut::<u8, u64>(bytemuck::cast_slice_mut(&mut self.0));
        head.zeroize();
        words.zeroize();
        tail.zeroize();
    }
}

impl<T: Pod> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} secret values", self.0.len())
    }
}
