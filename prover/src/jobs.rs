//! Many pieces of work at once, all cores busy: an audit's proofs, a batch of ballots.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

#[cfg(feature = "parallel")]
use crate::engine::par;

/// A bug: a thread ended without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a piece of work ended without an answer")]
pub struct Lost;

/// Does `work` for every item, `jobs` at once (at least one), beginning in order; unequal work should come largest first. Gives
/// the results in the items' order.
///
/// One job gives each item all cores, so that the first is done soonest; as many jobs as cores give each item one, so that no core
/// waits and all are done soonest.
///
/// # Errors
/// The first error; no item is begun after it, those under way are finished. [`Lost`] where a thread ended without an answer.
pub fn run<T: Sync, U: Send, E: Send + From<Lost>>(
    items: &[T],
    jobs: usize,
    work: impl Fn(&T) -> Result<U, E> + Sync,
) -> Result<Vec<U>, E> {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let done: Mutex<Vec<(usize, U)>> = Mutex::new(Vec::with_capacity(items.len()));
    let failed: Mutex<Option<E>> = Mutex::new(None);
    let workers = jobs.clamp(1, items.len().max(1));
    let worker = || {
        let share = Share::of(workers);
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return };
            match share.run(|| work(item)) {
                Ok(result) => locked(&done).push((index, result)),
                Err(error) => {
                    stop.store(true, Ordering::Relaxed);
                    locked(&failed).get_or_insert(error);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (1..workers).map(|_| scope.spawn(worker)).collect();
        worker();
        for thread in threads {
            if thread.join().is_err() {
                locked(&failed).get_or_insert(Lost.into());
            }
        }
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

/// Does some work on one core, and says how long it took: what a proof costs where as many are made at once as there are cores.
pub fn on_one_core<T: Send>(work: impl FnOnce() -> T + Send) -> (T, Duration) {
    let share = Share::of(usize::MAX);
    let start = Instant::now();
    (share.run(work), start.elapsed())
}

/// One worker's share of the threads, for several proofs at once: each keeps to its own, and none waits for another.
struct Share {
    #[cfg(feature = "parallel")]
    pool: Option<rayon::ThreadPool>,
}

impl Share {
    /// The share of one of so many workers, rounded up. A single worker has them all, as without a share.
    #[cfg_attr(not(feature = "parallel"), allow(unused_variables))]
    fn of(workers: usize) -> Self {
        #[cfg(feature = "parallel")]
        let pool = || rayon::ThreadPoolBuilder::new().num_threads(par::threads().div_ceil(workers)).build().ok();
        Self {
            #[cfg(feature = "parallel")]
            pool: if workers > 1 { pool() } else { None },
        }
    }

    /// Runs `f` on this share.
    fn run<T: Send>(&self, f: impl FnOnce() -> T + Send) -> T {
        #[cfg(feature = "parallel")]
        if let Some(pool) = &self.pool {
            return pool.install(f);
        }
        f()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Trouble {
        Item(u32),
        Lost,
    }

    impl From<Lost> for Trouble {
        fn from(_: Lost) -> Self {
            Self::Lost
        }
    }

    #[test]
    fn results_are_in_order_whatever_the_number_of_jobs() {
        for jobs in [0, 1, 2, 7, 100] {
            for count in [0, 1, 2, 50] {
                let items: Vec<u32> = (0..count).collect();
                let made = run(&items, jobs, |item| Ok::<_, Trouble>(item * 3)).unwrap();
                assert_eq!(made, items.iter().map(|item| item * 3).collect::<Vec<_>>(), "{jobs} jobs");
            }
        }
    }

    #[test]
    fn no_item_is_begun_after_an_error() {
        let begun = AtomicUsize::new(0);
        let items: Vec<u32> = (0..1000).collect();
        let work = |item: &u32| {
            begun.fetch_add(1, Ordering::Relaxed);
            if *item == 3 { Err(Trouble::Item(*item)) } else { Ok(()) }
        };
        assert_eq!(run(&items, 1, work), Err(Trouble::Item(3)));
        assert_eq!(begun.load(Ordering::Relaxed), 4);
    }

    #[test]
    fn as_many_are_under_way_as_were_asked_for() {
        let meet = std::sync::Barrier::new(3);
        let made = run(&[(); 6], 3, |()| {
            meet.wait();
            Ok::<_, Trouble>(())
        });
        assert_eq!(made.map(|made| made.len()), Ok(6));
    }
}
