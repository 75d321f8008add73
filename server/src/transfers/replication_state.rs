//! What those who replicate contents share: the other nodes, and what is pulled from them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, Semaphore};

use super::nodes_interface::OtherNodes;
use super::pull_queue::PullQueue;

/// How many are pulled at once that somebody waits for; more wait for their turn, see [`super::pull_queue`].
const ASKED_AT_ONCE: usize = 6;

/// The other nodes, and what is pulled from them.
#[derive(Debug)]
pub(super) struct Replication {
    pub(super) others: Arc<dyn OtherNodes>,
    /// Wakes those who look for what to pull.
    pub(super) to_do: Notify,
    /// Taken by a pull that somebody waits for, while it runs.
    pub(super) turns: Semaphore,
    pulls: Mutex<PullQueue>,
}

impl Replication {
    pub(super) fn new(others: Arc<dyn OtherNodes>) -> Self {
        Self { others, to_do: Notify::new(), turns: Semaphore::new(ASKED_AT_ONCE), pulls: Mutex::default() }
    }

    /// For a moment.
    pub(super) fn pulls(&self) -> MutexGuard<'_, PullQueue> {
        self.pulls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
