//! The shapes of parallel work in the engine; without the feature `parallel` they are plain loops.

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

/// Calls `work` for the runs of `size` elements (>= 1) of two slices of one length, side by side.
pub(crate) fn chunk_pairs_mut<T: Send>(
    low: &mut [T],
    high: &mut [T],
    size: usize,
    work: impl Fn(&mut [T], &mut [T]) + Sync + Send,
) {
    if low.len() <= size {
        return work(low, high);
    }
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        low.par_chunks_mut(size).zip(high.par_chunks_mut(size)).for_each(|(low, high)| work(low, high));
    }
    #[cfg(not(feature = "parallel"))]
    low.chunks_mut(size).zip(high.chunks_mut(size)).for_each(|(low, high)| work(low, high));
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

/// [`join`] if that is `worth` a task, else one after the other.
pub(crate) fn join_if(worth: bool, a: impl FnOnce() + Send, b: impl FnOnce() + Send) {
    if worth {
        join(a, b);
    } else {
        a();
        b();
    }
}

/// One worker's share of the threads, for several proofs at once: each keeps to its own, and none waits for another.
pub(crate) struct Share {
    #[cfg(feature = "parallel")]
    pool: Option<rayon::ThreadPool>,
}

impl Share {
    /// The share of one of so many workers, rounded up. A single worker has them all, as without a share.
    #[cfg_attr(not(feature = "parallel"), allow(unused_variables))]
    pub(crate) fn of(workers: usize) -> Self {
        #[cfg(feature = "parallel")]
        let pool = || rayon::ThreadPoolBuilder::new().num_threads(threads().div_ceil(workers)).build().ok();
        Self {
            #[cfg(feature = "parallel")]
            pool: if workers > 1 { pool() } else { None },
        }
    }

    /// Runs `f` on this share.
    pub(crate) fn run<T: Send>(&self, f: impl FnOnce() -> T + Send) -> T {
        #[cfg(feature = "parallel")]
        if let Some(pool) = &self.pool {
            return pool.install(f);
        }
        f()
    }
}

/// `f(state, i)` for every i below `count`, in order of i; every worker makes a state and takes the smallest i that is
/// left, so unequal work should come largest first.
#[cfg(feature = "parallel")]
pub(crate) fn map_with<S, U: Send>(
    count: usize,
    state: impl Fn() -> S + Send + Sync,
    f: impl Fn(&mut S, usize) -> U + Send + Sync,
) -> Vec<U> {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count));
    let worker = || {
        let taken = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&i| i < count);
        let Some(mut i) = taken() else { return };
        let (mut state, mut results) = (state(), Vec::new());
        loop {
            results.push((i, f(&mut state, i)));
            match taken() {
                Some(after) => i = after,
                None => break,
            }
        }
        done.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).append(&mut results);
    };
    rayon::scope(|scope| {
        (1..threads().min(count)).for_each(|_| scope.spawn(|_| worker()));
        worker();
    });
    let mut done = done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    done.sort_unstable_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}

/// `f(state, i)` for every i below `count`, in order of i.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map_with<S, U: Send>(
    count: usize,
    state: impl Fn() -> S + Send + Sync,
    f: impl Fn(&mut S, usize) -> U + Send + Sync,
) -> Vec<U> {
    let mut state = state();
    (0..count).map(|i| f(&mut state, i)).collect()
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
