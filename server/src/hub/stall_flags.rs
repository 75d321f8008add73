//! What connections must know while the order of a cluster stands: whether what they are asked for is refused before it is proposed
//! (`connection/stall_refusal`), and whether whoever greets is sent away (`connection/greet`). The hub sets it (`order_stall`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Shared by the hub and all connections.
#[derive(Clone, Debug, Default)]
pub struct StallFlags {
    refuses_changes: Arc<AtomicBool>,
    sends_away: Arc<AtomicBool>,
}

impl StallFlags {
    /// Whether nothing new is taken now.
    #[must_use]
    pub fn refuses_changes(&self) -> bool {
        self.refuses_changes.load(Ordering::Relaxed)
    }

    pub(super) fn set_refuses_changes(&self, refuses: bool) {
        self.refuses_changes.store(refuses, Ordering::Relaxed);
    }

    /// Whether nobody is let in now, since nobody knows when the greeting would be carried out.
    #[must_use]
    pub fn sends_away(&self) -> bool {
        self.sends_away.load(Ordering::Relaxed)
    }

    pub(super) fn set_sends_away(&self, sends: bool) {
        self.sends_away.store(sends, Ordering::Relaxed);
    }
}
