//! The way back to the version before: before a store is brought to a newer version, it is copied to a file beside it that
//! has the old version's number in its name, such as `chinwag.db.version-4-1`. With that, `ctl restore` and the program
//! of before, a server is as it was before the upgrade. Nothing deletes these copies but the operator.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::beside::{free_bytes, free_name, with_suffix};
use crate::private_files;

/// What must be left on the disk beside the copy, in bytes: people go on talking.
const LEFT: u64 = 64 * 1024 * 1024;

/// The word in the name of a copy.
fn word(version: i64) -> String {
    format!("version-{version}")
}

/// Copies the store as it is. Where that fails, as on a disk that has no room for it, the server starts all the same: a migration
/// is carried out whole or not at all, so what is lost is the way back only, and the log says so.
pub(super) fn keep_copy(db: &Connection, path: &Path, version: i64) {
    match copy(db, path, version) {
        Ok(copy) => tracing::info!(
            copy = %copy.display(),
            version,
            "the message store is brought to a newer version; it was copied before. Delete the copy when you will not \
             go back"
        ),
        Err(error) => tracing::warn!(
            error = %format_args!("{error:#}"),
            version,
            "the message store is brought to a newer version, and could not be copied before: going back takes a backup"
        ),
    }
}

fn copy(db: &Connection, path: &Path, version: i64) -> anyhow::Result<PathBuf> {
    let size = std::fs::metadata(path)?.len();
    let free = path.parent().and_then(free_bytes);
    if let Some(free) = free.filter(|free| *free < size.saturating_add(LEFT)) {
        anyhow::bail!("the disk has {} MB left for {} MB", free / 1_000_000, size / 1_000_000);
    }
    let copy = free_name(path, &word(version))?;
    // Under its name only when it is whole.
    let partial = with_suffix(&copy, ".partial");
    std::fs::remove_file(&partial).ok();
    drop(private_files::open_file(&partial)?);
    let copied = copy_to(db, &partial).and_then(|()| Ok(std::fs::rename(&partial, &copy)?));
    if copied.is_err() {
        std::fs::remove_file(&partial).ok();
    }
    copied.map(|()| copy)
}

fn copy_to(db: &Connection, to: &Path) -> anyhow::Result<()> {
    let mut target = Connection::open(to)?;
    let done = Backup::new(db, &mut target)?.step(-1)?;
    anyhow::ensure!(done == StepResult::Done, "the store is in use");
    // One file, without a write-ahead log beside it.
    target.pragma_update(None, "journal_mode", "DELETE")?;
    drop(target);
    Ok(std::fs::File::open(to)?.sync_all()?)
}

/// The newest copy that a server which knows versions up to this one can serve.
pub(super) fn find(path: &Path, known: i64) -> Option<PathBuf> {
    let copies = (1..=known).rev().flat_map(|version| {
        (1..1000)
            .map(move |n| with_suffix(path, &format!(".{}-{n}", word(version))))
            .take_while(|copy| copy.exists())
    });
    copies.max_by_key(|copy| std::fs::metadata(copy).and_then(|meta| meta.modified()).ok())
}
