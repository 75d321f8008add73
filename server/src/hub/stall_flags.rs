//! What connections must know while the order of a cluster stands: whether what they are asked for is refused before it is proposed
//! (`connection/stall_refusal`), and whether greetings are sent elsewhere (`connection/greet`). The hub sets it (`order_stall`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Shared by the hub and all connections.
#[derive(Clone, Debug, Default)]
pub struct StallFlags {
    refuses_changes: Arc<AtomicBool>,
    sends_elsewhere: Arc<AtomicBool>,
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

    /// Whether nobody is let in now, since nobody knows when the greeting would be carried out, and there are other nodes.
    #[must_use]
    pub fn sends_elsewhere(&self) -> bool {
        self.sends_elsewhere.load(Ordering::Relaxed)
    }

    pub(super) fn set_sends_elsewhere(&self, sends: bool) {
        self.sends_elsewhere.store(sends, Ordering::Relaxed);
    }
}
