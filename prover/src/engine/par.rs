//! The shapes of parallel work in the engine; without the feature `parallel` they are plain loops.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// Calls `work(i, chunk)` for the i-th run of `size` elements (>= 1) of `data`; the last run may be shorter.
pub(crate) fn chunks_mut<T: Send>(data: &mut [T], size: usize, work: impl Fn(usize, &mut [T]) + Sync + Send) {
    #[cfg(feature = "parallel")]
    let chunks = data.par_chunks_mut(size);
    #[cfg(not(feature = "parallel"))]
    let chunks = data.chunks_mut(size);
    chunks.enumerate().for_each(|(i, chunk)| work(i, chunk));
}

/// Calls `work` for equal parts, of at most `size` elements (>= 1), of two slices of one length, side by side.
pub(crate) fn halves_mut<T: Send>(
    low: &mut [T],
    high: &mut [T],
    size: usize,
    work: &(impl Fn(&mut [T], &mut [T]) + Sync),
) {
    if low.len() <= size {
        return work(low, high);
    }
    let (low, low_rest) = low.split_at_mut(low.len() / 2);
    let (high, high_rest) = high.split_at_mut(high.len() / 2);
    join(|| halves_mut(low, high, size, work), || halves_mut(low_rest, high_rest, size, work));
}

/// The least i < `count` for which `test` holds.
pub(crate) fn first(count: usize, test: impl Fn(usize) -> bool + Sync + Send) -> Option<usize> {
    #[cfg(feature = "parallel")]
    return (0..count).into_par_iter().with_min_len(1024).find_first(|i| test(*i));
    #[cfg(not(feature = "parallel"))]
    return (0..count).find(|i| test(*i));
}

/// Both results, the two computed side by side where threads are to be had.
pub(crate) fn join<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    #[cfg(feature = "parallel")]
    return rayon::join(a, b);
    #[cfg(not(feature = "parallel"))]
    return (a(), b());
}

/// [`join`] if that is `worth` a task, else one after the other.
pub(crate) fn join_if(worth: bool, a: impl FnOnce() + Send, b: impl FnOnce() + Send) {
    if worth {
        join(a, b);
    } else {
        a();
        b();
    }
}

/// `f(state, i)` for every i below `count`, in order of i; every worker makes a state and takes the smallest i that is
/// left, so unequal work should come largest first.
pub(crate) fn map_with<S, U: Send>(
    count: usize,
    state_of: impl Fn() -> S + Send + Sync,
    f: impl Fn(&mut S, usize) -> U + Send + Sync,
) -> Vec<U> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(count)));
    let worker = || {
        let taken = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&i| i < count);
        let (mut state, mut results, mut task) = (None, Vec::new(), taken());
        while let Some(i) = task {
            results.push((i, f(state.get_or_insert_with(&state_of), i)));
            task = taken();
        }
        done.lock().unwrap_or_else(PoisonError::into_inner).append(&mut results);
    };
    #[cfg(feature = "parallel")]
    rayon::scope(|scope| {
        (1..threads().min(count)).for_each(|_| scope.spawn(|_| worker()));
        worker();
    });
    #[cfg(not(feature = "parallel"))]
    worker();
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}

/// `f(i, item)` for every item, in order of the items.
pub(crate) fn map<T: Sync, U: Send>(items: &[T], f: impl Fn(usize, &T) -> U + Send + Sync) -> Vec<U> {
    map_with(items.len(), || (), |(), i| f(i, &items[i]))
}

/// Threads that share the work, at least 1.
pub(crate) fn threads() -> usize {
    #[cfg(feature = "parallel")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "parallel"))]
    return 1;
}
