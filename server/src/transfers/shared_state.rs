//! What the handle, the service and every transfer share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use super::folder::Folder;
use super::registry::Registry;
use super::stats::TransferStats;

/// The shared state.
#[derive(Debug)]
pub(super) struct SharedState {
    registry: Mutex<Registry>,
    /// The files.
    pub(super) folder: Folder,
    /// Held while a content gets its name or loses it, with the index: a content is not removed while the same is kept anew.
    naming: Mutex<()>,
    pub(super) stats: TransferStats,
    /// A transfer is over.
    pub(super) finished: Notify,
    /// There is something to remove.
    pub(super) to_do: Notify,
    /// The server ends.
    pub(super) ending: Notify,
    /// Whether the service has ended.
    pub(super) ended: watch::Sender<bool>,
}

impl SharedState {
    pub(super) fn new(registry: Registry, folder: Folder) -> Self {
        Self {
            registry: Mutex::new(registry),
            folder,
            naming: Mutex::new(()),
            stats: TransferStats::default(),
            finished: Notify::new(),
            to_do: Notify::new(),
            ending: Notify::new(),
            ended: watch::Sender::new(false),
        }
    }

    /// The registry, for a moment.
    pub(super) fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the registry, and the gauges with it.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Registry) -> T) -> T {
        let mut registry = self.registry();
        let changed = change(&mut registry);
        registry.gauge(&self.stats);
        changed
    }

    /// Locks the names of contents. Only where the disk may be touched.
    pub(super) fn lock_names(&self) -> MutexGuard<'_, ()> {
        self.naming.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the file of a part; what fails is tried again by nobody before the next start.
    pub(super) fn remove_part(&self, uid: shared::Uid, sha256: shared::FileHash) {
        if let Err(error) = self.folder.remove_part(uid, sha256) {
            tracing::warn!(%error, %uid, "could not remove what was received of a file");
        }
    }
}
