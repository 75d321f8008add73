//! How much of the disk the contents take that people send and that wait to be passed on: all together no more than
//! [`SPOOL`]. What a session has taken it gives back when it ends, however that happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::limits::SPOOL;

/// The bytes that are taken.
#[derive(Debug, Default)]
pub(super) struct Spool(Arc<AtomicU64>);

/// What one session has taken of it.
#[derive(Debug)]
pub(super) struct Share {
    all: Arc<AtomicU64>,
    bytes: u64,
}

impl Spool {
    /// A share, of nothing so far.
    pub(super) fn share(&self) -> Share {
        Share { all: Arc::clone(&self.0), bytes: 0 }
    }
}

impl Share {
    /// Takes so many bytes more; whether there are as many.
    pub(super) fn take(&mut self, bytes: u64) -> bool {
        let more = |taken: u64| taken.checked_add(bytes).filter(|taken| *taken <= SPOOL);
        let is_taken = self.all.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok();
        if is_taken {
            self.bytes += bytes;
        }
        is_taken
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.all.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_together_take_no_more_than_there_is_and_give_it_back() {
        let spool = Spool::default();
        let (mut one, mut other) = (spool.share(), spool.share());
        assert!(one.take(SPOOL - 10) && other.take(10));
        assert!(!other.take(1), "it is full");
        drop(one);
        assert!(other.take(SPOOL - 10) && !other.take(u64::MAX));
        drop(other);
        assert!(spool.share().take(SPOOL));
    }
}
