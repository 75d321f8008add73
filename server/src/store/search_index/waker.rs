//! How the message store's writer says that something was committed: without waiting, and at most once until it is heard.

use std::sync::mpsc::{self, Receiver, SyncSender};

/// Wakes the thread. It waits for nothing: one that is awake already is not woken twice.
#[derive(Clone, Debug)]
pub struct Waker(SyncSender<()>);

impl Waker {
    /// Something was committed to the message store.
    pub fn wake(&self) {
        // Full: it is awake. Disconnected: it has ended.
        self.0.try_send(()).ok();
    }
}

/// The other end of a [`Waker`].
#[derive(Debug)]
pub struct WakeUps(pub(super) Receiver<()>);

/// A waker, and what it wakes.
#[must_use]
pub fn wake_ups() -> (Waker, WakeUps) {
    let (wake, wake_ups) = mpsc::sync_channel(1);
    (Waker(wake), WakeUps(wake_ups))
}
