//! What a node that is new, or was away for too long, gets from another one: a copy of the store with how far it is, and the keys
//! that all nodes must have alike.
//!
//! The keys go over the nodes' connections to NATS, never into the order.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::time::Instant;

use super::notify;
use crate::admin;
use crate::order::jetstream::pieces::{FetchError, Peers, Source};
use crate::store::copy::copy;
use crate::store::schema::{self, FILE};
use crate::store::search_index;
use crate::{derived_secrets, private_files};

/// What this kind of thing is called among nodes.
pub(super) const COPIES: &str = "copies";
/// The store.
const STORE: &str = "store";
/// The keys: to become an admin, and to know certificates again.
const KEYS: [&str; 2] = [admin::KEY_FILE, derived_secrets::KEY_FILE];
/// How long to wait before other nodes are asked again.
const AGAIN: Duration = Duration::from_secs(2);
/// How often the log says how far it is.
const TELL_EVERY: Duration = Duration::from_secs(5);

/// What this node gives to others.
#[derive(Debug)]
pub(super) struct OwnCopies {
    dir: PathBuf,
}

impl OwnCopies {
    /// Of what is in a state directory.
    pub(super) fn new(dir: PathBuf) -> Self {
        Self { dir }
    }
}

impl Source for OwnCopies {
    fn has(&self, key: &str) -> bool {
        key == STORE || KEYS.contains(&key)
    }

    fn open(&self, key: &str) -> io::Result<File> {
        if KEYS.contains(&key) {
            return File::open(self.dir.join(key));
        }
        let path = self.dir.join("copy-for-another-node.partial");
        fs::remove_file(&path).ok();
        private_files::open_file(&path).map_err(io::Error::other)?;
        let copied = schema::open_reader(&self.dir.join(FILE)).and_then(|source| copy(&source, &path));
        let file = copied.map_err(io::Error::other).and_then(|()| File::open(&path));
        // Whoever has it open reads on.
        fs::remove_file(&path)?;
        file
    }
}

/// Sets a state directory up from another node, in place of what is there. Waits until one can give it.
///
/// # Errors
/// When it cannot be written.
pub(super) async fn fetch_all(peers: &Peers, dir: &Path) -> Result<()> {
    for key in KEYS {
        fetch(peers, key, &dir.join(key)).await?;
    }
    // What belongs to the store that is replaced.
    for beside in ["-wal", "-shm"] {
        fs::remove_file(dir.join(format!("{FILE}{beside}"))).ok();
    }
    fs::remove_file(dir.join(search_index::FILE)).ok();
    fetch(peers, STORE, &dir.join(FILE)).await
}

/// Fetches one of them, in place of the file that is there.
async fn fetch(peers: &Peers, key: &str, to: &Path) -> Result<()> {
    let partial = to.with_added_extension("partial");
    let mut told = Instant::now();
    loop {
        fs::remove_file(&partial).ok();
        let file = private_files::open_file(&partial)?;
        let progress = |has: u64, of: u64| {
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                notify::status(&format!("getting a copy from another node: {key}, {has} of {of} bytes"));
                tracing::info!(what = key, bytes = has, of, "getting a copy from another node");
            }
        };
        match peers.fetch(COPIES, key, file, progress).await {
            Ok(fetched) => {
                fetched.file.sync_all().context("cannot write the copy of another node's store")?;
                fs::rename(&partial, to).with_context(|| format!("cannot write {}", to.display()))?;
                tracing::info!(what = key, bytes = fetched.bytes, "got a copy from another node");
                return Ok(());
            }
            Err(FetchError::Written(error)) => {
                return Err(error).with_context(|| format!("cannot write {}", partial.display()));
            }
            Err(error) => {
                tracing::warn!(%error, what = key, "waiting for a node that has all of the chat to give a copy of it");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}
