//! What keeps a profile, whatever it is: the trait, and one that the writer of the profile and the connection share.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::spawn_blocking;

use crate::met::{Met, Recognised};
use crate::profile::Profile;

/// Keeps the profile of one identity. A store in memory is one, too: the shells of guests need no disk.
pub trait ProfileStore: Send {
    /// Keeps this instead of what was kept before. May block.
    fn save(&mut self, profile: &Profile) -> io::Result<()>;

    /// Whether it matters which server somebody says they are: it is asked before the greeting. May block.
    fn wants_id(&self, _met: &Met) -> bool {
        false
    }

    /// Whether a server that was met at another address than the first of its server is not that one. May block.
    fn is_another(&self, _met: &Met) -> bool {
        false
    }

    /// A server was connected to. If it is not the one whose profile is kept here, keeps that of the other one from now on,
    /// and gives it back. May block.
    fn recognise(&mut self, _met: &Met) -> Option<Recognised> {
        None
    }
}

/// A store that the writer of the profile and the connection share. Each call runs on a thread of the runtime's pool.
#[derive(Clone)]
pub struct SharedStore(Arc<Mutex<Box<dyn ProfileStore>>>);

impl std::fmt::Debug for SharedStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedStore(…)")
    }
}

impl SharedStore {
    /// Shares a store.
    #[must_use]
    pub fn new(store: Box<dyn ProfileStore>) -> Self {
        Self(Arc::new(Mutex::new(store)))
    }

    /// [`ProfileStore::save`].
    pub async fn save(&self, profile: Box<Profile>) -> io::Result<()> {
        self.run(move |store| store.save(&profile)).await.unwrap_or_else(|panicked| Err(panicked.into()))
    }

    /// [`ProfileStore::wants_id`].
    pub async fn wants_id(&self, met: Met) -> bool {
        self.run(move |store| store.wants_id(&met)).await.unwrap_or(false)
    }

    /// [`ProfileStore::is_another`].
    pub async fn is_another(&self, met: Met) -> bool {
        self.run(move |store| store.is_another(&met)).await.unwrap_or(false)
    }

    /// [`ProfileStore::recognise`].
    pub async fn recognise(&self, met: Met) -> Option<Recognised> {
        self.run(move |store| store.recognise(&met)).await.ok().flatten()
    }

    async fn run<T: Send + 'static>(
        &self,
        what: impl FnOnce(&mut dyn ProfileStore) -> T + Send + 'static,
    ) -> Result<T, tokio::task::JoinError> {
        let store = Arc::clone(&self.0);
        spawn_blocking(move || what(&mut **store.lock().unwrap_or_else(PoisonError::into_inner))).await
    }
}
