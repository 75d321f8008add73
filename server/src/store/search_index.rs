//! The search index: a database file of its own, written by a thread of its own, which follows the events in the message
//! store through a connection that reads. So indexing shares neither a thread nor a lock nor a file with what a commit does:
//! the store's writer only says that something changed ([`Waker`]). What the index takes from others is the processor, and
//! its thread has a low priority and yields often.
//!
//! The index is a copy that can be made again, so it is: when its file is missing, damaged, of another version, or not
//! the index of this store (a backup was restored). Searches look through the messages themselves meanwhile, as they do
//! with those that are not indexed yet. What the index cannot do (a full disk) is told and tried again, and nobody else
//! notices.

pub mod status;

mod events;
mod file;
mod follower;
mod reader;
mod waker;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::JoinHandle;
use std::time::Duration;

use self::events::Events;
use self::follower::Follower;
use self::status::IndexStatus;
use super::error::StoreError;
use super::schema;
use super::thread_priority::stand_back;

pub use self::file::{FILE, remove};
pub use self::reader::IndexReader;
pub use self::waker::{WakeUps, Waker, wake_ups};

/// How long what was said gathers before it is indexed: many messages at once cost less, each, than one.
const GATHER: Duration = Duration::from_millis(500);

/// The thread. Dropping it ends the thread, wherever it is; it goes on from there at the next start.
#[derive(Debug)]
pub struct SearchIndex {
    status: Arc<IndexStatus>,
    reader: IndexReader,
    waker: Waker,
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl SearchIndex {
    /// Starts the thread. The message store in this directory has been opened, and nothing is written to it yet.
    pub fn start(dir: &Path, (waker, wake_ups): (Waker, WakeUps)) -> Result<Self, StoreError> {
        let path = dir.join(schema::FILE);
        let failed = |source| StoreError::Open { path: path.clone(), source };
        let events = Events::open(&path).map_err(failed)?;
        let reader = IndexReader::new(path.clone(), waker.clone());
        let status = Arc::new(IndexStatus::default());
        let follower = Follower::new(dir.join(FILE), events, reader.clone(), Arc::clone(&status));
        let (stop, stopped) = mpsc::sync_channel(1);
        let work = move || run(follower, &wake_ups, &stopped);
        let thread = std::thread::Builder::new().name("search-index".into()).spawn(work);
        let thread = thread.map_err(|e| failed(rusqlite::Error::ToSqlConversionFailure(e.into())))?;
        waker.wake();
        Ok(Self { status, reader, waker, stop: Some(stop), thread: Some(thread) })
    }

    /// How it does.
    #[must_use]
    pub fn status(&self) -> Arc<IndexStatus> {
        Arc::clone(&self.status)
    }

    /// What searches read it by.
    #[must_use]
    pub fn reader(&self) -> IndexReader {
        self.reader.clone()
    }
}

impl Drop for SearchIndex {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.waker.wake();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the search index panicked");
        }
    }
}

fn run(mut follower: Follower, WakeUps(wake_ups): &WakeUps, stopped: &Receiver<()>) {
    stand_back();
    // Nobody sends: it is disconnected when the server stops.
    let is_stopped = || matches!(stopped.try_recv(), Err(mpsc::TryRecvError::Disconnected));
    let mut wait = None;
    loop {
        let woken = match wait {
            None => wake_ups.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(wait) => wake_ups.recv_timeout(wait),
        };
        if woken == Err(RecvTimeoutError::Disconnected) || is_stopped() {
            return;
        }
        wait = follower.catch_up(&is_stopped);
        if stopped.recv_timeout(GATHER) == Err(RecvTimeoutError::Disconnected) {
            return;
        }
    }
}
