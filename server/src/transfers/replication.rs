//! Contents on every node of a cluster. Each node looks through its own store for what messages bring and is not here, and pulls it
//! from a node that has it, so that nothing need be said of contents in the order, and a node that was away or is new does what the
//! others do. A content that is deleted is in no store, so nobody pulls it.
//!
//! Before a message with a file is proposed, its node asks the others to keep the content too, and waits until one has it, for a
//! while: so the loss of a node with its disk loses no file that was acknowledged.

use std::fs::File;
use std::io::{Error, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use shared::{FileHash, Uid};
use tokio::time::{Instant, sleep_until, timeout};

use super::nodes_interface::{Answer, OwnContents};
use super::pool::on_disk;
use super::pull_from_node::{gauge, pull, pull_now};
use super::pull_queue::Begin;
use super::referred::{Bringing, Brings};
use super::replication_state::Replication;
use super::shared_state::SharedState;
use super::wanted::Wanted;

/// How long a message waits until another node has its content.
const COPIED_WITHIN: Duration = Duration::from_secs(10);
/// For how long it is not waited again for a content that no other node took.
const GIVEN_UP: Duration = Duration::from_mins(1);
/// How often the store is looked at for what new messages bring.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often all of the store is looked at.
const LOOK_AT_ALL_EVERY: Duration = Duration::from_mins(10);

/// How many events are looked at at once.
const EVENTS: usize = 1024;

/// Waits until another node has this content as well, for a while. At once where there is no other node. Whether it is so.
pub(super) async fn copied(shared: &SharedState, wanted: Wanted, uid: Uid) -> bool {
    let Some(Replication { others, .. }) = shared.replication.get() else { return true };
    if others.running() == 0 {
        return true;
    }
    let now = Instant::now();
    if shared.registry().gave_up(wanted.sha256, now) {
        return false;
    }
    let copied = timeout(COPIED_WITHIN, others.keep_too(wanted, uid)).await.unwrap_or(false);
    if !copied {
        shared.registry().give_up(wanted.sha256, now, Instant::now() + GIVEN_UP);
    }
    copied
}

/// What this node has, for the others.
#[derive(Debug)]
struct Own(Arc<SharedState>);

impl OwnContents for Own {
    fn has(&self, sha256: FileHash) -> bool {
        self.0.registry().has(sha256)
    }

    fn open(&self, sha256: FileHash) -> std::io::Result<File> {
        let content = self.0.registry().content(sha256);
        let content = content.ok_or_else(|| Error::new(ErrorKind::NotFound, "it is not here"))?;
        let opened = File::open(self.0.folder.content(sha256, content.proof));
        if opened.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            tracing::error!(%sha256, "a content is not in its place any more");
            self.0.change(|registry| registry.lost(sha256));
        }
        opened
    }

    fn keep(&self, wanted: Wanted, uid: Uid) -> Answer<'_, bool> {
        Box::pin(async move {
            // First, so that it is not removed as soon as it is here.
            self.0.registry().lend(uid, wanted.sha256, Instant::now());
            if !self.has(wanted.sha256) {
                let Some(mut progress) = pull_now(&self.0, wanted) else { return false };
                // It fails where nobody tells any more.
                progress.wait_for(|progress| progress.end.is_some()).await.ok();
            }
            self.has(wanted.sha256)
        })
    }
}

/// Pulls what is missing until it is aborted.
pub(super) async fn replicate(shared: Arc<SharedState>, mut brings: Box<dyn Brings>) {
    let Some(replication) = shared.replication.get() else { return };
    let _serving = replication.others.serve(Arc::new(Own(Arc::clone(&shared))));
    let (mut after, mut is_complete, mut all_at) = (0, true, Instant::now() + LOOK_AT_ALL_EVERY);
    let mut is_swept = false;
    loop {
        let now = Instant::now();
        if now >= all_at && (is_complete || replication.pulls().has_room()) {
            (after, is_complete, is_swept, all_at) = (0, true, false, now + LOOK_AT_ALL_EVERY);
        }
        let (of, candidate) = (Arc::clone(&shared), replication.pulls().next(now));
        let looked = on_disk(move || {
            let looked = look(&of, &mut *brings, after, candidate);
            (brings, looked)
        });
        let Ok((back, looked)) = looked.await else { return };
        brings = back;
        let goes_on = match looked {
            Ok(looked) => {
                is_complete &= looked.is_complete;
                let has_all = looked.up_to == after;
                after = looked.up_to;
                if let Some(wanted) = looked.pulls
                    && let Begin::Begun(sender, _) = replication.pulls().begin(wanted, false)
                {
                    let shared = Arc::clone(&shared);
                    tokio::spawn(async move { pull(&shared, wanted, sender).await });
                }
                if has_all && is_complete && !is_swept {
                    is_swept = true;
                    remove_unwanted(&shared).await;
                }
                !has_all || candidate.is_some()
            }
            Err(error) => {
                tracing::warn!(%error, "the store does not say which files messages bring; none are pulled");
                false
            }
        };
        gauge(&shared, replication);
        if goes_on {
            continue;
        }
        let soon = Instant::now() + LOOK_EVERY;
        let wake = replication.pulls().due().map_or(soon, |due| due.min(soon));
        tokio::select! {
            () = replication.to_do.notified() => {}
            () = sleep_until(wake) => {}
        }
    }
}

/// What a look at the store found.
struct Looked {
    /// The event up to which it was looked at.
    up_to: i64,
    /// Whether all that is missing could be remembered.
    is_complete: bool,
    /// What is to be pulled.
    pulls: Option<Wanted>,
}

/// Looks at some of what the store has behind an event, and whether something still brings what is to be pulled.
fn look(
    shared: &SharedState,
    brings: &mut dyn Brings,
    after: i64,
    candidate: Option<Wanted>,
) -> anyhow::Result<Looked> {
    let brought = brings.after(after, EVENTS)?;
    let up_to = brought.last().map_or(after, |last| last.seq);
    let Some(replication) = shared.replication.get() else {
        return Ok(Looked { up_to, is_complete: true, pulls: None });
    };
    let (now, mut is_complete) = (Instant::now(), true);
    for Bringing { seq, wanted } in brought {
        if !shared.registry().has(wanted.sha256) {
            is_complete &= replication.pulls().want(wanted, seq, now);
        }
    }
    let Some(wanted) = candidate else { return Ok(Looked { up_to, is_complete, pulls: None }) };
    let is_missing = !shared.registry().has(wanted.sha256) && brings.is_brought(wanted.sha256)?;
    if !is_missing {
        replication.pulls().forget(wanted.sha256);
    }
    Ok(Looked { up_to, is_complete, pulls: is_missing.then_some(wanted) })
}

/// Removes what was pulled in part and is not wanted any more.
async fn remove_unwanted(shared: &Arc<SharedState>) {
    let of = Arc::clone(shared);
    let removed = on_disk(move || -> std::io::Result<()> {
        for sha256 in of.folder.all_pulled()? {
            let is_wanted = of.replication.get().is_some_and(|replication| replication.pulls().knows(sha256));
            if !is_wanted {
                of.folder.remove_pulled(sha256)?;
            }
        }
        Ok(())
    });
    if let Err(error) = removed.await.and_then(|removed| removed) {
        tracing::warn!(%error, "could not remove what was pulled of files that nobody needs");
    }
}
