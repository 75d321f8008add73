//! Writes the profile beside the shell, which never waits for the disk: each write runs on a thread of the runtime's pool.
//! What is to be written while one is under way is written once, in its newest form.

use std::io;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

use crate::profile::Profile;
use crate::profile_store::ProfileStore;

/// How long the last write is waited for at the end. A disk that hangs must not keep the program from ending.
const LAST_WRITE: Duration = Duration::from_secs(2);

/// The shell's side.
pub(super) struct ProfileWriter {
    newest: watch::Sender<Option<Box<Profile>>>,
    failures: mpsc::Receiver<String>,
    /// Ends with what became of the last write.
    writing: JoinHandle<io::Result<()>>,
}

impl ProfileWriter {
    /// Begins to write to a store. Needs a runtime.
    pub(super) fn start(store: Box<dyn ProfileStore>) -> Self {
        let (newest, changes) = watch::channel(None);
        let (sink, failures) = mpsc::channel(1);
        Self { newest, failures, writing: tokio::spawn(write(store, changes, sink)) }
    }

    /// Has this written; one that was not begun to be written is dropped for it.
    pub(super) fn save(&self, profile: Box<Profile>) {
        self.newest.send_replace(Some(profile));
    }

    /// Why writing fails, once until it works again. Cancel safe.
    pub(super) async fn failure(&mut self) -> String {
        match self.failures.recv().await {
            Some(why) => why,
            None => std::future::pending().await,
        }
    }

    /// Waits until the newest profile is written, at most [`LAST_WRITE`].
    pub(super) async fn close(self) -> io::Result<()> {
        drop(self.newest);
        match timeout(LAST_WRITE, self.writing).await {
            Ok(Ok(last)) => last,
            Ok(Err(panicked)) => Err(io::Error::other(panicked)),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

/// Writes until there is nothing more to write and nobody left to ask for it.
async fn write(
    mut store: Box<dyn ProfileStore>,
    mut changes: watch::Receiver<Option<Box<Profile>>>,
    failures: mpsc::Sender<String>,
) -> io::Result<()> {
    let mut last = Ok(());
    while changes.changed().await.is_ok() {
        let Some(profile) = changes.borrow_and_update().clone() else { continue };
        let was_failing = last.is_err();
        let written = spawn_blocking(move || {
            let written = store.save(&profile);
            (store, written)
        });
        (store, last) = written.await.map_err(io::Error::other)?;
        if let (false, Err(why)) = (was_failing, &last) {
            failures.try_send(why.to_string()).ok();
        }
    }
    last
}
