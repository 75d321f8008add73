//! What the handle, the service and every transfer share.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::{Notify, watch};

use super::folder::Folder;
use super::nodes_interface::OtherNodes;
use super::referred::Brings;
use super::registry::Registry;
use super::replication_state::Replication;
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
    /// The other nodes, if this is one of a cluster.
    pub(super) replication: OnceLock<Replication>,
    /// What messages bring, until those who replicate take it.
    brings: Mutex<Option<Box<dyn Brings>>>,
    joined: Notify,
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
            replication: OnceLock::new(),
            brings: Mutex::default(),
            joined: Notify::new(),
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

    /// Shares contents with other nodes from now on; once at most.
    pub(super) fn share(&self, others: Arc<dyn OtherNodes>, brings: Box<dyn Brings>) {
        if self.replication.set(Replication::new(others)).is_ok() {
            self.registry().has_others = true;
            *self.brings.lock().unwrap_or_else(PoisonError::into_inner) = Some(brings);
            self.joined.notify_one();
        }
    }

    /// Waits until contents are shared. Cancel safe, and resolves once.
    pub(super) async fn shares(&self) -> Box<dyn Brings> {
        loop {
            let joined = self.joined.notified();
            if let Some(brings) = self.brings.lock().unwrap_or_else(PoisonError::into_inner).take() {
                return brings;
            }
            joined.await;
        }
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
