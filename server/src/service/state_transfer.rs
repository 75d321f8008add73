//! State transfer: what a node that is new, or was away for too long, gets from another one: a copy of the store with how far it is,
//! and the keys that all nodes must have alike.
//!
//! The keys go over the nodes' connections to NATS, never into the order.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use anyhow::{Context as _, Result};
use shared::Millis;
use tokio::time::Instant;

use super::notify;
use super::unfit::Unfit;
use crate::admin;
use crate::chat::level::LEVEL;
use crate::chat::place::Place;
use crate::chat::snapshot::{Snapshot, SnapshotError};
use crate::order::jetstream::peer_files::{FetchError, Peers, Source};
use crate::store::copy::copy;
use crate::store::schema::{self, FILE};
use crate::store::{replica, search_index};
use crate::{derived_secrets, private_files};

/// What this kind of thing is called among nodes.
pub(super) const COPIES: &str = "copies";
/// The store.
const STORE: &str = "store";
/// The keys: to become an admin, and to know certificates again.
const KEYS: [&str; 2] = [admin::KEY_FILE, derived_secrets::KEY_FILE];
/// How long to wait before other nodes are asked again.
const AGAIN: Duration = Duration::from_secs(2);
/// How often those are asked who have not given a copy yet, when the others have given one that this program cannot read: one that
/// starts just now has that time.
const ASKED_FOR_ANOTHER: u32 = 3;
/// How often the log says what to do where nobody has the chat.
const HELP_EVERY: Duration = Duration::from_secs(30);
/// How often the log says how far it is.
const TELL_EVERY: Duration = Duration::from_secs(5);

/// What a copy of the store is called while it is made, with a number behind; it has no name once it is.
const MAKING: &str = "copy-for-another-node";
/// Copies that this process made, so that each has a file of its own.
static MADE: AtomicU64 = AtomicU64::new(0);
/// For how long a copy is given to others as well, while somebody still reads it.
const SHARED_FOR: Duration = Duration::from_mins(1);

/// What this node gives to others.
#[derive(Debug)]
pub(super) struct OwnCopies {
    dir: PathBuf,
    /// The last copy of the store, and when it was made: who comes while it is read gets the same, and who comes while it is made
    /// waits for it. So there is one at a time, or one more for each time of [`SHARED_FOR`] that somebody takes.
    last: Mutex<Option<(Instant, Weak<File>)>>,
}

impl OwnCopies {
    /// Of what is in a state directory. A copy that was being made when the server was killed is removed.
    pub(super) fn new(dir: PathBuf) -> Self {
        let entries = fs::read_dir(&dir).into_iter().flatten().flatten();
        let is_left = |name: &OsString| name.to_string_lossy().starts_with(MAKING);
        for name in entries.map(|entry| entry.file_name()).filter(is_left) {
            if let Err(error) = fs::remove_file(dir.join(&name)) {
                tracing::warn!(%error, ?name, "cannot remove what is left of a copy for another node");
            }
        }
        Self { dir, last: Mutex::default() }
    }

    fn store(&self) -> io::Result<Arc<File>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let young = last.as_ref().filter(|(made, _)| made.elapsed() < SHARED_FOR);
        if let Some(shared) = young.and_then(|(_, copy)| copy.upgrade()) {
            return Ok(shared);
        }
        let made = Arc::new(self.make()?);
        *last = Some((Instant::now(), Arc::downgrade(&made)));
        Ok(made)
    }

    fn make(&self) -> io::Result<File> {
        let path = self.dir.join(format!("{MAKING}-{}.partial", MADE.fetch_add(1, Ordering::Relaxed)));
        private_files::open_file(&path).map_err(io::Error::other)?;
        let copied = schema::open_reader(&self.dir.join(FILE)).and_then(|source| copy(&source, &path));
        let file = copied.map_err(io::Error::other).and_then(|()| File::open(&path));
        // Whoever has it open reads on.
        fs::remove_file(&path)?;
        file
    }
}

impl Source for OwnCopies {
    fn has(&self, key: &str) -> bool {
        key == STORE || KEYS.contains(&key)
    }

    fn open(&self, key: &str) -> io::Result<Arc<File>> {
        if KEYS.contains(&key) { File::open(self.dir.join(key)).map(Arc::new) } else { self.store() }
    }
}

/// Sets a state directory up from another node, in place of what is there, once all is here and this program can use it. Waits until
/// one can give it; where a copy is of a newer version, another node is asked. Returns where that is in the order.
///
/// # Errors
/// When it cannot be written, or all who have one have a newer version; what is there is as it was then.
pub(super) async fn fetch_all(peers: &Peers, dir: &Path, order: &str) -> Result<(Place, Millis)> {
    for key in KEYS {
        fetch(peers, key, &partial(dir, key), &Newer::default()).await?;
    }
    let at = fetch_store(peers, &partial(dir, FILE), order).await?;
    // What belongs to the store that is replaced.
    for beside in ["-wal", "-shm"] {
        fs::remove_file(dir.join(format!("{FILE}{beside}"))).ok();
    }
    fs::remove_file(dir.join(search_index::FILE)).ok();
    for name in KEYS.into_iter().chain([FILE]) {
        let to = dir.join(name);
        fs::rename(partial(dir, name), &to).with_context(|| format!("cannot write {}", to.display()))?;
    }
    Ok(at)
}

/// Fetches a store that this program can read, from one node after the other.
async fn fetch_store(peers: &Peers, store: &Path, order: &str) -> Result<(Place, Millis)> {
    let mut newer = Newer::default();
    loop {
        let from = fetch(peers, STORE, store, &newer).await?;
        match check(store, order).inspect_err(|_| _ = fs::remove_file(store))? {
            Copied::At(place, at) => return Ok((place, at)),
            Copied::Newer(version) => {
                fs::remove_file(store).ok();
                tracing::warn!(
                    copy = version,
                    "a copy of another node is of a newer version; asking other nodes"
                );
                newer.from.insert(from);
                newer.versions.insert(version);
            }
        }
    }
}

/// Who gave a copy that this program cannot read, and of what versions those were.
#[derive(Debug, Default)]
struct Newer {
    from: BTreeSet<String>,
    versions: BTreeSet<String>,
}

impl Newer {
    /// Nobody else has one.
    fn unfit(&self) -> Unfit {
        let seen: Vec<_> = self.versions.iter().map(String::as_str).collect();
        Unfit(format!(
            "no node that runs has a copy of the chat that this chinwagd can read: it knows stores up to version {} and the chat up to \
             level {LEVEL}, and was given {}. Install the version of the others here, or start a node of the version of this one; \
             what this node has is as it was",
            schema::newest_version(),
            seen.join(", ")
        ))
    }
}

fn partial(dir: &Path, name: &str) -> PathBuf {
    dir.join(name).with_added_extension("partial")
}

/// What a copy is for this node.
#[derive(Debug, PartialEq, Eq)]
enum Copied {
    /// It can go on from here.
    At(Place, Millis),
    /// It cannot read it: of what version it is.
    Newer(String),
}

/// Whether a copy is one that this node can go on from, and where that is in the order.
fn check(copy: &Path, order: &str) -> Result<Copied> {
    let found = schema::version_in_header(copy).filter(|found| *found > schema::newest_version());
    if let Some(found) = found {
        return Ok(Copied::Newer(format!("a store of version {found}")));
    }
    let copied = replica::load_file(copy)?.filter(|copied| copied.order == order);
    let copied = copied.context("the copy of another node is not of this order; start this node again")?;
    match Snapshot::decode(&copied.snapshot) {
        Err(SnapshotError::Version(level)) => Ok(Copied::Newer(format!("a chat of level {level}"))),
        decoded => {
            let snapshot = decoded.context("cannot read the state in another node's copy")?;
            Ok(Copied::At(snapshot.applied, snapshot.at()))
        }
    }
}

/// Fetches one of them into a file, from any node but those whose copy cannot be read. Returns from which.
async fn fetch(peers: &Peers, key: &str, to: &Path, newer: &Newer) -> Result<String> {
    let (mut told, mut helped, mut asked) = (Instant::now(), None::<Instant>, 0);
    loop {
        fs::remove_file(to).ok();
        let file = private_files::open_file(to)?;
        let progress = |has: u64, of: u64| {
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                notify::status(&format!("getting a copy from another node: {key}, {has} of {of} bytes"));
                tracing::info!(what = key, bytes = has, of, "getting a copy from another node");
            }
        };
        asked += 1;
        match peers.fetch_but(&newer.from, (COPIES, key), file, progress).await {
            Ok(fetched) => {
                fetched.file.sync_all().context("cannot write the copy of another node's store")?;
                tracing::info!(what = key, bytes = fetched.bytes, "got a copy from another node");
                return Ok(fetched.from);
            }
            Err(FetchError::Nobody) if !newer.from.is_empty() && asked >= ASKED_FOR_ANOTHER => {
                return Err(newer.unfit().into());
            }
            Err(FetchError::Written(error)) => {
                return Err(error).with_context(|| format!("cannot write {}", to.display()));
            }
            Err(error) => {
                tracing::warn!(%error, what = key, "waiting for a node that has all of the chat to give a copy of it");
                if matches!(error, FetchError::Nobody) && helped.is_none_or(|at| at.elapsed() >= HELP_EVERY) {
                    helped = Some(Instant::now());
                    notify::status("waiting for a node that has all of the chat; no node that runs has it");
                    tracing::warn!(
                        "no node that runs has the chat: start one that has it. If none has it any more, set another cluster-name \
                         on all nodes: the first one that starts begins anew, with the chat of a backup where one is restored there \
                         before and cluster-found is set"
                    );
                }
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}
