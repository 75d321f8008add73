//! The files of the further windows of one identity, beside the file of its slot: `0.window-2.json`, and so on. Each holds what
//! was written in that window: drafts, lines sent before, messages that are not acknowledged. Who the identity is stands in the
//! file of the slot. What a window left behind is taken over by whoever starts next.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use shared::{RoomName, Seq};

use super::file;
use super::lock::{Lock, try_lock};
use crate::met::Damaged;
use crate::profile::Profile;

/// More windows than this of one identity have no file. Far more than a server takes.
const MAX_WINDOWS: u32 = 64;

/// The files of the further windows of a slot.
pub(super) fn files(slot: &Path) -> impl Iterator<Item = PathBuf> {
    (2..=MAX_WINDOWS).map(|number| slot.with_extension(format!("window-{number}.json")))
}

/// The profile of a further window: who the identity is, and what was left in the window's file.
pub(super) fn of_identity(shared: &Profile, own: Profile) -> Profile {
    let mut read = shared.read.clone();
    merge_read(&mut read, own.read);
    let mut attention = shared.attention.clone();
    attention.merge(own.attention);
    let mut ignored = shared.ignored.clone();
    ignored.merge(own.ignored);
    let Profile { drafts, sent, sent_as, outbox, changes, files, saves, .. } = own;
    Profile {
        read,
        drafts,
        sent,
        sent_as,
        attention,
        ignored,
        outbox,
        changes,
        files,
        saves,
        ..shared.clone()
    }
}

/// Takes over what windows that have ended left behind: it is written to `own` before their files are removed. A message that
/// is in both after a crash in between has one nonce, so it is said once.
pub(super) fn take_over(slot: &Path, own: &Path, profile: &mut Profile, damaged: &mut Vec<Damaged>) {
    for path in files(slot).filter(|path| path != own && path.exists()) {
        let Ok(Lock::Ours(_lock)) = try_lock(&path.with_extension("lock")) else { continue };
        let Some(left) = file::read_or_restore(&path, damaged) else { continue };
        merge(profile, left);
        if file::write(own, profile, false).is_ok() {
            fs::remove_file(&path).ok();
            fs::remove_file(file::previous(&path)).ok();
        }
    }
}

fn merge(profile: &mut Profile, mut left: Profile) {
    while let Some(room) = left.sent.keys().next().cloned() {
        let (mut lines, mut known) = (left.take_sent(&room), profile.take_sent(&room));
        if !known.ends_with(&lines) {
            lines.append(&mut known);
            known = lines;
        }
        profile.put_sent(room, known);
    }
    merge_read(&mut profile.read, left.read);
    profile.attention.merge(left.attention);
    profile.ignored.merge(left.ignored);
    let lists = [
        (&mut profile.outbox, left.outbox),
        (&mut profile.changes, left.changes),
        (&mut profile.files, left.files),
    ];
    for (known, left) in lists {
        for unsent in left {
            if known.iter().all(|known| known.nonce != unsent.nonce) {
                known.push(unsent);
            }
        }
    }
    for unsaved in left.saves {
        if !profile.saves.contains(&unsaved) {
            profile.saves.push(unsaved);
        }
    }
    for (room, draft) in left.drafts {
        let known = profile.drafts.entry(room).or_default();
        if !known.contains(&draft) {
            let between = if known.is_empty() { "" } else { "\n" };
            known.extend([between, &draft]);
        }
    }
}

/// A room was read as far as any of the windows has read it.
fn merge_read(read: &mut BTreeMap<RoomName, Seq>, other: BTreeMap<RoomName, Seq>) {
    for (room, seq) in other {
        let known = read.entry(room).or_insert(seq);
        *known = seq.max(*known);
    }
}
