//! The two shapes of parallel work in the engine; without the feature `parallel` they are plain loops.

/// Calls `work(i, chunk)` for the i-th run of `size` elements (>= 1) of `data`; the last run may be shorter.
pub(crate) fn chunks_mut<T: Send>(data: &mut [T], size: usize, work: impl Fn(usize, &mut [T]) + Sync + Send) {
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        data.par_chunks_mut(size).enumerate().for_each(|(i, chunk)| work(i, chunk));
    }
    #[cfg(not(feature = "parallel"))]
    data.chunks_mut(size).enumerate().for_each(|(i, chunk)| work(i, chunk));
}

/// The least i < `count` for which `test` holds.
pub(crate) fn first(count: usize, test: impl Fn(usize) -> bool + Sync + Send) -> Option<usize> {
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        (0..count).into_par_iter().with_min_len(1024).find_first(|i| test(*i))
    }
    #[cfg(not(feature = "parallel"))]
    (0..count).find(|i| test(*i))
}

/// Both results, the two computed side by side where threads are to be had.
pub(crate) fn join<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    #[cfg(feature = "parallel")]
    return rayon::join(a, b);
    #[cfg(not(feature = "parallel"))]
    return (a(), b());
}
