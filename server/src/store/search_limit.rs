//! When a search stops before it is through: its time is over, or nobody waits for it any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// How long a search may take; then it answers what it has, and is asked on.
pub const MOST: Duration = Duration::from_millis(500);

/// The limit of one search.
#[derive(Clone, Debug)]
pub struct SearchLimit {
    end: Instant,
    cancelled: Arc<AtomicBool>,
}

impl SearchLimit {
    /// A limit that begins now.
    #[must_use]
    pub fn new(most: Duration) -> Self {
        Self { end: Instant::now() + most, cancelled: Arc::default() }
    }

    /// Stops the search.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_over(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed) || Instant::now() >= self.end
    }
}
