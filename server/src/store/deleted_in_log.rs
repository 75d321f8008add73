//! What is left of a deleted text in the write-ahead log: pages as they were before. The log is emptied as soon as that holds nobody
//! up: in a lull, or while people talk when it is short, which it is whenever the checkpoints have caught up.

use std::path::Path;

use rusqlite::Connection;

use super::beside::with_suffix;
use super::write::Write;
use crate::chat::effect::Record;

/// Whether there may be something left.
#[derive(Debug, Default)]
pub(super) struct DeletedInLog {
    may_be_there: bool,
}

impl DeletedInLog {
    /// Whether a run before left a log, to be asked before the store is opened: then it was killed.
    pub(super) fn is_left_in(store: &Path) -> bool {
        std::fs::metadata(with_suffix(store, "-wal")).is_ok_and(|log| log.len() > 0)
    }

    /// Whether a commit of this leaves something: a text that is replaced or deleted.
    pub(super) fn is_left_by(batch: &[Write]) -> bool {
        let leaves =
            |write: &Write| matches!(write, Write::Record(Record::Edit { .. } | Record::Delete { .. }));
        batch.iter().any(leaves)
    }

    /// Notes that something is left.
    pub(super) fn note(&mut self) {
        self.may_be_there = true;
    }

    /// Whether the log is to be emptied.
    pub(super) fn may_be_there(&self) -> bool {
        self.may_be_there
    }

    /// Empties the log, unless a reader is in it; then it is tried again. Says whether it is empty.
    pub(super) fn clear(&mut self, db: &Connection) -> bool {
        self.may_be_there = !empty_log(db);
        !self.may_be_there
    }
}

/// Empties the log, unless a reader is in it. Says whether it is empty.
pub(super) fn empty_log(db: &Connection) -> bool {
    let is_busy = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
    is_busy.map_or_else(
        |error| {
            tracing::warn!(%error, "could not empty the write-ahead log; what was deleted is still in it");
            false
        },
        |is_busy| !is_busy,
    )
}
