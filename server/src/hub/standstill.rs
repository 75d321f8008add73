//! Whether the order of a cluster stands, as far as those must know who propose to it, and what people were told of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// How often it is looked.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Whether nothing new is taken, for those who propose.
#[derive(Clone, Debug, Default)]
pub struct Standstill {
    holds: Arc<AtomicBool>,
    sends_elsewhere: Arc<AtomicBool>,
}

impl Standstill {
    /// Whether nothing new is taken now.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.holds.load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, holds: bool) {
        self.holds.store(holds, Ordering::Relaxed);
    }

    /// Whether nobody is let in now, since nobody knows when the greeting would be carried out, and there are other nodes.
    #[must_use]
    pub fn sends_elsewhere(&self) -> bool {
        self.sends_elsewhere.load(Ordering::Relaxed)
    }

    pub(super) fn set_elsewhere(&self, sends: bool) {
        self.sends_elsewhere.store(sends, Ordering::Relaxed);
    }
}

/// What was told of it.
#[derive(Debug)]
pub(super) struct Stalled {
    pub(super) look_at: Instant,
    pub(super) told: bool,
}

impl Stalled {
    pub(super) fn new() -> Self {
        Self { look_at: Instant::now() + LOOK_EVERY, told: false }
    }
}
