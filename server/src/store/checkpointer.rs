//! Brings the write-ahead log into the database file, on a thread beside the one that commits.
//!
//! `SQLite` would do it in a commit every thousand pages: writes all over the file and two `fsync`, for which everybody
//! waits. Here the thread does it (`PASSIVE`, which blocks nobody), and the store thread only does the rest, the few pages
//! that were committed meanwhile: without a moment at which nothing is left to be brought over, the log never begins anew
//! and grows for as long as people talk.

use std::path::Path;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::error::StoreError;
use super::schema;

/// From how many pages in the log on it is brought over: 8 MiB. Fewer, larger rounds write less, since a page that was
/// changed often is written once.
const PAGES: i32 = 2048;
/// How many pages may be left over for the store thread after a round of the other one. While more were committed
/// meanwhile, another round comes first.
const REST: i32 = 256;
/// From how many pages on the store thread does the rest however much it is, lest the log grow without bound: 64 MiB.
const BOUND: i32 = 8 * PAGES;

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
        let work = move || while inbox.recv().is_ok() && sink.send(checkpoint(&beside)).is_ok() {};
        let thread = std::thread::Builder::new().name("checkpoint".into()).spawn(work);
        let thread = thread.map_err(|e| failed(rusqlite::Error::ToSqlConversionFailure(e.into())))?;
        let (rounds, thread) = (Some(rounds), Some(thread));
        Ok(Self { rounds, ended, thread, is_under_way: false, pages, next: PAGES })
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
        if pages < PAGES {
            // The log began anew.
            self.next = PAGES;
        } else if brought_over.is_some_and(|brought_over| pages - brought_over <= REST || pages >= BOUND) {
            checkpoint(db);
            // If a reader held it back, it is tried again later.
            self.next = pages + PAGES;
        } else if brought_over.is_some() || pages >= self.next {
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
