//! What searches read the index by: a connection that reads the message store, with the index attached to it as `search`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::file;
use super::waker::Waker;
use crate::store::schema;

/// What searches read the index by.
#[derive(Clone, Debug)]
pub struct IndexReader {
    store: PathBuf,
    waker: Waker,
    /// A search holds it for as long as it takes, so that the file is not replaced meanwhile: the last connection that is
    /// closed removes the write-ahead log by its name, which may be that of the next file.
    open: Arc<Mutex<Option<Connection>>>,
    is_damaged: Arc<AtomicBool>,
}

impl IndexReader {
    pub(super) fn new(store: PathBuf, waker: Waker) -> Self {
        Self { store, waker, open: Arc::default(), is_damaged: Arc::default() }
    }

    /// Does something with the index; `None` if there is none that can be read.
    pub(in crate::store) fn with<T>(&self, search: impl FnOnce(&Connection) -> T) -> Option<T> {
        self.lock().as_ref().map(search)
    }

    /// A search failed with the index that went well without: if it is damaged, another one is made.
    pub(in crate::store) fn report(&self, error: &rusqlite::Error) {
        tracing::warn!(%error, "could not search with the index");
        if file::is_damage(error) {
            self.close();
            self.is_damaged.store(true, Ordering::Relaxed);
            self.waker.wake();
        }
    }

    /// Opens it, unless it is open.
    pub(super) fn open(&self, path: &Path) -> rusqlite::Result<()> {
        let mut open = self.lock();
        if open.is_none() {
            let db = schema::open_reader(&self.store)?;
            db.execute("ATTACH ?1 AS search", [path.as_os_str().as_encoded_bytes()])?;
            *open = Some(db);
        }
        Ok(())
    }

    pub(super) fn close(&self) {
        *self.lock() = None;
    }

    /// Whether a search found the index damaged since the last call.
    pub(super) fn take_damage(&self) -> bool {
        self.is_damaged.swap(false, Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Connection>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
