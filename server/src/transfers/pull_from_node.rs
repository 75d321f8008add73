//! Pulls one content from another node: opens the file that holds what came of it, lets the other nodes fill it, and makes it a
//! content once it is whole and on disk. Which content is pulled when is [`super::pull_queue`]'s; what is missing,
//! [`super::replication`]'s.

use std::fs::File;
use std::io::Error;
use std::sync::Arc;

use shared::FileProof;
use tokio::sync::watch;
use tokio::time::Instant;

use super::contents::Content;
use super::nodes_interface::NotFetched;
use super::pool::on_disk;
use super::pull_queue::{Begin, Progress, PullFailure, Waiting};
use super::replication_state::Replication;
use super::shared_state::SharedState;
use super::wanted::Wanted;
use crate::clock::wall;

/// Pulls a content that somebody waits for; how that goes. Nothing where there is nobody to pull it from, or too much is pulled.
pub(super) fn pull_now(shared: &Arc<SharedState>, wanted: Wanted) -> Option<watch::Receiver<Progress>> {
    let begun = shared.replication.get()?.pulls().begin(wanted, true);
    match begun {
        Begin::Joined(progress) => Some(progress),
        Begin::Begun(sender, progress) => {
            let shared = Arc::clone(shared);
            tokio::spawn(async move {
                let turn = shared.replication.get()?.turns.acquire().await.ok();
                pull(&shared, wanted, sender).await;
                drop(turn);
                Some(())
            });
            Some(progress)
        }
        Begin::TooMany => None,
    }
}

/// Pulls a content, and tells how that goes.
pub(super) async fn pull(shared: &Arc<SharedState>, wanted: Wanted, progress: watch::Sender<Progress>) {
    let Some(replication) = shared.replication.get() else { return };
    let sha256 = wanted.sha256;
    let end = pull_into_place(shared, replication, wanted, &progress).await;
    match &end {
        Ok(()) => shared.stats.pulled.add(1),
        Err(PullFailure::Nobody) => {}
        Err(PullFailure::NoRoom | PullFailure::Failed) => shared.stats.pulls_failed.add(1),
    }
    replication.pulls().ended(sha256, end, Instant::now());
    progress.send_modify(|progress| progress.end = Some(end));
    if end.is_ok() {
        // Its message may have been deleted meanwhile.
        shared.registry().look_at(sha256);
        shared.to_do.notify_one();
    }
    gauge(shared, replication);
    replication.to_do.notify_one();
}

async fn pull_into_place(
    shared: &Arc<SharedState>,
    replication: &Replication,
    wanted: Wanted,
    progress: &watch::Sender<Progress>,
) -> Result<(), PullFailure> {
    let Wanted { sha256, bytes } = wanted;
    let coming = replication.pulls().coming(sha256);
    let of = Arc::clone(shared);
    let opened = on_disk(move || {
        let there = of.folder.pulled_bytes(sha256);
        let room = of.folder.room();
        if of.registry().check_pull(bytes.saturating_sub(there), coming, room).is_err() {
            return Ok(None);
        }
        of.folder.open_pulled(sha256).map(Some)
    });
    let file = match opened.await.and_then(|opened| opened) {
        Ok(Some(file)) => Arc::new(file),
        Ok(None) => {
            tracing::warn!(%sha256, bytes, "there is no room for a file that other nodes have; see files-total and the disk");
            return Err(PullFailure::NoRoom);
        }
        Err(error) => return Err(not_written(wanted, &error)),
    };
    let into = file.try_clone().map_err(|error| not_written(wanted, &error))?;
    progress.send_modify(|progress| progress.file = Some(Arc::clone(&file)));
    let (told, of) = (progress.clone(), Arc::clone(shared));
    let mut had = None;
    let on_progress = Box::new(move |written: u64| {
        // What was there before was not received now.
        let before = had.replace(written).unwrap_or(written);
        of.stats.pulled_bytes.add(written.saturating_sub(before));
        told.send_modify(|progress| progress.written = written);
    });
    let proof = match replication.others.fetch(wanted, into, on_progress).await {
        Ok(proof) => proof,
        Err(NotFetched::Nobody) => {
            tracing::debug!(%sha256, "no node that can be reached has a file that messages bring");
            return Err(PullFailure::Nobody);
        }
        Err(NotFetched::Disk(error)) => return Err(not_written(wanted, &error)),
        Err(NotFetched::Given(why)) => {
            tracing::warn!(%sha256, bytes, %why, "a file did not come from another node; it is asked for again");
            return Err(PullFailure::Failed);
        }
    };
    let of = Arc::clone(shared);
    let kept = on_disk(move || keep(&of, wanted, &file, proof)).await.and_then(|kept| kept);
    kept.map_err(|error| not_written(wanted, &error))
}

fn not_written(wanted: Wanted, error: &Error) -> PullFailure {
    tracing::error!(%error, sha256 = %wanted.sha256, "a file of another node cannot be written");
    PullFailure::Failed
}

/// Makes what was pulled a content, which is on disk then.
fn keep(
    shared: &SharedState,
    Wanted { sha256, bytes }: Wanted,
    file: &File,
    proof: FileProof,
) -> std::io::Result<()> {
    file.sync_all()?;
    let _names = shared.lock_names();
    if shared.registry().has(sha256) && shared.folder.content(sha256, proof).exists() {
        return shared.folder.remove_pulled(sha256);
    }
    shared.folder.keep_pulled(sha256, proof)?;
    shared.change(|registry| registry.found(sha256, Content { proof, bytes, kept: wall() }));
    Ok(())
}

/// Shows how much is missing, and since when.
pub(super) fn gauge(shared: &SharedState, replication: &Replication) {
    let Waiting { count, longest } = replication.pulls().waiting(Instant::now());
    shared.stats.missing.set(count as u64);
    shared.stats.missing_for_s.set(longest.as_secs());
}
