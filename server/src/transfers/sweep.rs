//! Removes what nobody needs: contents that lost their last message, contents that never had one, and parts that nobody went on with.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use shared::FileHash;
use tokio::time::{Instant, sleep_until};

use super::pool::on_disk;
use super::referred::Referred;
use super::shared_state::SharedState;
use crate::clock::wall;

/// When to look again at a content of which the store could not say whether it is referred to.
const ASK_AGAIN: Duration = Duration::from_mins(1);

/// Removes until it is aborted: at once what is released, and now and then everything.
pub(super) async fn sweep(shared: Arc<SharedState>, mut referred: Box<dyn Referred>) {
    let mut waiting: HashMap<FileHash, Instant> = HashMap::new();
    let mut next = Instant::now();
    loop {
        let to_do = shared.to_do.notified();
        let now = Instant::now();
        let (period, released) = {
            let mut registry = shared.registry();
            (registry.timing.sweep, registry.take_released())
        };
        waiting.extend(released.into_iter().map(|sha256| (sha256, now)));
        let is_whole = next <= now;
        if is_whole {
            next = now + period;
        }
        let due: Vec<FileHash> = waiting.extract_if(|_, due| *due <= now).map(|(sha256, _)| sha256).collect();
        if is_whole || !due.is_empty() {
            let of = Arc::clone(&shared);
            let swept = on_disk(move || {
                let mut late = Vec::new();
                if is_whole {
                    remove_old(&of, &mut *referred, &mut late);
                }
                for sha256 in due {
                    late.extend(remove_unless_needed(&of, &mut *referred, sha256));
                }
                (referred, late)
            });
            let Ok((back, late)) = swept.await else { return };
            referred = back;
            waiting.extend(late);
            continue;
        }
        let wake = waiting.values().copied().chain([next]).min().unwrap_or(next);
        tokio::select! {
            () = to_do => {}
            () = sleep_until(wake) => {}
        }
    }
}

/// Removes what is too old: parts, and contents that nobody refers to.
fn remove_old(shared: &SharedState, referred: &mut dyn Referred, late: &mut Vec<(FileHash, Instant)>) {
    let (contents, parts) = shared.change(|registry| registry.take_old(wall(), Instant::now()));
    for (uid, sha256) in parts {
        shared.remove_part(uid, sha256);
    }
    if contents.is_empty() {
        return;
    }
    let all = match referred.all() {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "the store does not say which files are referred to; none are removed");
            return;
        }
    };
    let orphans = contents.into_iter().filter(|sha256| !all.contains(sha256));
    for sha256 in orphans {
        // A message may have come since.
        late.extend(remove_unless_needed(shared, referred, sha256));
    }
}

/// Removes a content unless a message brings it or is about to; then it is looked at again when it says.
fn remove_unless_needed(
    shared: &SharedState,
    referred: &mut dyn Referred,
    sha256: FileHash,
) -> Option<(FileHash, Instant)> {
    if !shared.registry().has(sha256) {
        return None;
    }
    // Before the store is asked: a message that is being stored now is either held still, or found.
    if let Some(until) = shared.registry().needed_until(sha256, Instant::now()) {
        return Some((sha256, until));
    }
    match referred.is_referred(sha256) {
        Ok(true) => return None,
        Ok(false) => {}
        Err(error) => {
            tracing::warn!(%error, %sha256, "the store does not say whether a file is referred to; it stays");
            return Some((sha256, Instant::now() + ASK_AGAIN));
        }
    }
    let _names = shared.lock_names();
    match shared.change(|registry| registry.remove(sha256, Instant::now())) {
        Err(until) => Some((sha256, until)),
        Ok(None) => None,
        Ok(Some(content)) => {
            match shared.folder.remove_content(sha256, content.proof) {
                Ok(()) => {
                    tracing::debug!(%sha256, bytes = content.bytes, "a file is gone that no message brings");
                }
                Err(error) => {
                    tracing::error!(%error, %sha256, "a file that no message brings cannot be removed");
                }
            }
            None
        }
    }
}
