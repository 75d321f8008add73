//! Brings the write-ahead log into the database file, on a thread beside the one that commits.
//!
//! `SQLite` would do it in a commit every thousand pages: writes all over the file and two `fsync`, for which everybody
//! waits. Here the thread does it (`PASSIVE`, which blocks nobody), a little at a time, since an `fsync` of much keeps the
//! processor to itself for milliseconds. When no commit came into a round, nothing is left of the log, and it begins anew.
//! When there is never such a moment it would grow for as long as people talk; so once it is large, the store thread does
//! the rest after a round, the few pages that were committed meanwhile.

use std::path::Path;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::error::StoreError;
use super::schema;
use super::thread_priority::stand_back;

/// After how many more pages in the log there is another round: 2 MiB.
const PAGES: i32 = 512;
/// From how many pages on the store thread does the rest after a round: 16 MiB.
const LARGE: i32 = 8 * PAGES;
/// How many pages may be left over for the store thread. While more were committed meanwhile, another round comes first.
const REST: i32 = 64;
/// From how many pages on the store thread does the rest however much it is, lest the log grow without bound: 64 MiB.
const BOUND: i32 = 32 * PAGES;

/// What the store thread has of it.
#[derive(Debug)]
pub(super) struct Checkpointer {
    rounds: Option<mpsc::SyncSender<()>>,
    /// How many pages of the log were in the database file when a round ended.
    ended: mpsc::Receiver<i32>,
    thread: Option<JoinHandle<()>>,
    is_under_way: bool,
    /// How many pages are in the log, after the last commit of the store thread.
    pages: Arc<AtomicI32>,
    /// At how many pages the next round begins.
    next: i32,
}

impl Checkpointer {
    /// Takes the checkpoints of the store thread's connection over. `committed` is called after each commit of it.
    pub(super) fn start(
        path: &Path,
        db: &mut Connection,
        committed: impl Fn() + Send + std::panic::RefUnwindSafe + 'static,
    ) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Open { path: path.to_owned(), source };
        let beside = schema::open_beside_writer(path).map_err(failed)?;
        let pages = Arc::new(AtomicI32::new(0));
        let counted = Arc::clone(&pages);
        // In place of SQLite's own hook, which is what brings the log over in a commit.
        let hook = move |_: &mut Wal, pages| {
            counted.store(pages, Ordering::Relaxed);
            committed();
            Ok(())
        };
        db.wal_hook(Some(hook)).map_err(failed)?;
        let (rounds, inbox) = mpsc::sync_channel(1);
        let (sink, ended) = mpsc::sync_channel(1);
        let work = move || {
            stand_back();
            while inbox.recv().is_ok() && sink.send(checkpoint(&beside)).is_ok() {}
        };
        let thread = std::thread::Builder::new().name("checkpoint".into()).spawn(work);
        let thread = thread.map_err(|e| failed(rusqlite::Error::ToSqlConversionFailure(e.into())))?;
        let (rounds, thread) = (Some(rounds), Some(thread));
        Ok(Self { rounds, ended, thread, is_under_way: false, pages, next: PAGES })
    }

    /// Whether so little is in the log that bringing it over holds nobody up for long.
    pub(super) fn is_log_short(&self) -> bool {
        self.pages.load(Ordering::Relaxed) < PAGES
    }

    /// To be called after each commit.
    pub(super) fn on_commit(&mut self, db: &Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        let brought_over = if !self.is_under_way {
            None
        } else if pages < BOUND {
            let Ok(brought_over) = self.ended.try_recv() else { return };
            Some(brought_over)
        } else {
            // The disk is slower than what is written: now everybody waits for it.
            self.ended.recv().ok()
        };
        self.is_under_way = false;
        let is_rest_small = |brought_over| pages >= BOUND || pages >= LARGE && pages - brought_over <= REST;
        if pages < PAGES {
            // The log began anew.
            self.next = PAGES;
        } else if brought_over.is_some_and(is_rest_small) {
            checkpoint(db);
            // If a reader held it back, it is tried again later.
            self.next = pages + PAGES;
        } else if pages >= self.next || pages >= LARGE && brought_over.is_some() {
            self.next = pages + PAGES;
            self.is_under_way = self.rounds.as_ref().is_some_and(|rounds| rounds.try_send(()).is_ok());
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.rounds.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the checkpoint thread panicked");
        }
    }
}

/// Brings over what no reader holds back; how many pages of the log are in the database file then.
fn checkpoint(db: &Connection) -> i32 {
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2)).unwrap_or_else(|error| {
        tracing::warn!(%error, "could not bring the write-ahead log into the message store");
        0
    })
}

#[cfg(test)]
mod tests;
