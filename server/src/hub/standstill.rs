//! Whether the order of a cluster stands, as far as those must know who propose to it, and what people were told of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// How often it is looked.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Whether nothing new is taken, for those who propose.
#[derive(Clone, Debug, Default)]
pub struct Standstill(Arc<AtomicBool>);

impl Standstill {
    /// Whether nothing new is taken now.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, holds: bool) {
        self.0.store(holds, Ordering::Relaxed);
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
