//! What every transfer's task has: its orders, its way to tell, and a thread of its own while bytes move.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use shared::TransferToken;
use tokio::sync::{mpsc, oneshot};

use super::connection::Route;
use crate::transfer::{TransferId, TransferNews};

/// Progress is told no more often than this.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);
/// What is read, sent, received and written at once. Larger pieces are no faster, and each transfer holds one.
pub(super) const PIECE: usize = 128 * 1024;

/// Move bytes now.
pub(super) struct Go {
    pub(super) token: TransferToken,
    pub(super) route: Route,
}

/// Tells the shell what comes of a transfer.
#[derive(Clone)]
pub(super) struct Report {
    id: TransferId,
    number: u64,
    sink: mpsc::Sender<(TransferId, u64, TransferNews)>,
    told: Option<Instant>,
}

impl Report {
    pub(super) fn new(
        id: TransferId,
        number: u64,
        sink: mpsc::Sender<(TransferId, u64, TransferNews)>,
    ) -> Self {
        Self { id, number, sink, told: None }
    }

    /// Tells something that must be heard.
    pub(super) async fn tell(&self, news: TransferNews) {
        self.sink.send((self.id, self.number, news)).await.ok();
    }

    /// So many bytes are done. It is told from time to time, and left out where the shell has enough to do.
    #[expect(clippy::disallowed_methods, reason = "how often a shell is told is not for the app to know")]
    pub(super) fn progress(&mut self, done: u64) {
        let now = Instant::now();
        if self.told.is_none_or(|told| now.duration_since(told) >= PROGRESS_INTERVAL) {
            self.told = Some(now);
            self.sink.try_send((self.id, self.number, TransferNews::Progress { done })).ok();
        }
    }
}

/// Whether a task was dropped, for blocking work that has to end then.
#[derive(Clone, Default)]
pub(super) struct Stopped(Arc<AtomicBool>);

impl Stopped {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Sets it when the task is dropped.
pub(super) struct StopOnDrop(pub(super) Stopped);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// Runs blocking work, which is told to stop when this future is dropped; nothing when it panicked.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce(&Stopped) -> T + Send + 'static,
) -> Option<T> {
    let stopped = Stopped::default();
    let _stop = StopOnDrop(stopped.clone());
    tokio::task::spawn_blocking(move || work(&stopped)).await.ok()
}

/// Runs a future on a thread of its own with a runtime of its own, where it may block; it ends when this future is dropped. What it was
/// given comes back. Nothing comes back when the system has no thread for it.
pub(super) async fn on_own_thread<T, F>(work: impl FnOnce() -> F + Send + 'static) -> Option<T>
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let (outcome, waiting) = oneshot::channel();
    // It is dropped with this future.
    let (_alive, stop) = oneshot::channel::<()>();
    let run = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            tokio::select! {
                biased;
                _ = stop => {}
                done = work() => drop(outcome.send(done)),
            }
        });
    };
    thread::Builder::new().name("transfer".to_owned()).spawn(run).ok()?;
    waiting.await.ok()
}
