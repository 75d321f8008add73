//! The file of the search index: its tables, and writing to them. It must not read messages.
//!
//! It is written with `synchronous = NORMAL`: after a loss of power it is whole, though some commits behind, and the message
//! store says what is missing. With `OFF` it might be damaged in a way that nobody notices, and what `NORMAL` adds, two
//! `fsync` at each checkpoint, only the thread of the index waits for.
//!
//! What was deleted is marked in the index at once, and its words leave the file with [`IndexFile::sweep`], which merges
//! everything into one segment without them. With `secure_delete` what becomes free is overwritten.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::events::{Piece, Place};
use crate::private_files;
use crate::store::beside::with_suffix;
use crate::store::schema;
use crate::store::thread_priority::yield_often;

/// The file, beside the message store.
pub const FILE: &str = "search.db";

/// Which tables it has, and what is in them. A file of another version is made anew, so a change of
/// [`tokens`](crate::store::search_tokens) needs another number.
const VERSION: i64 = 1;

const TABLES: &str = "
    -- Holds the index only; what it finds is read from the message store. See `search_tokens.rs` for what a token is.
    CREATE VIRTUAL TABLE words USING fts5 (
        text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
    );
    CREATE TABLE place (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        seq INTEGER NOT NULL,
        at INTEGER NOT NULL,
        change INTEGER NOT NULL,
        -- How many messages were taken out whose words may still be in the file.
        stale INTEGER NOT NULL
    ) STRICT;
";

/// From how many pages on the write-ahead log is brought into the file: 2 MiB. An `fsync` of more keeps the processor to itself
/// for milliseconds.
const CHECKPOINT_PAGES: i64 = 512;
/// What an emptied write-ahead log may keep of the disk, in bytes.
const JOURNAL_BYTES: i64 = 4 * 1024 * 1024;
/// How many pages are merged at a time.
const SWEEP_PAGES: i64 = 256;

/// The file, open for writing.
#[derive(Debug)]
pub(super) struct IndexFile {
    /// Its one connection that writes.
    pub(super) db: Connection,
    /// Up to where it is.
    pub(super) place: Place,
    /// How many messages were taken out whose words may still be in the file.
    pub(super) stale: i64,
}

impl IndexFile {
    /// Opens a file that is there; `None` if there is none, or if it is of another version.
    pub(super) fn open(path: &Path) -> rusqlite::Result<Option<Self>> {
        if !path.exists() {
            return Ok(None);
        }
        let db = connect(path)?;
        if schema::version(&db)? != VERSION {
            return Ok(None);
        }
        let (place, stale) = db.query_row("SELECT seq, at, change, stale FROM place", [], |row| {
            let place = Place { seq: row.get(0)?, at: row.get(1)?, change: row.get(2)? };
            Ok((place, row.get(3)?))
        })?;
        Ok(Some(Self { db, place, stale }))
    }

    /// Makes an empty one. There must be no file.
    pub(super) fn create(path: &Path, place: Place) -> rusqlite::Result<Self> {
        // What SQLite makes beside the file has the file's permissions; where that fails, opening says why.
        drop(private_files::open_file(path));
        let mut db = connect(path)?;
        let step = db.transaction()?;
        step.execute_batch(TABLES)?;
        let sql = "INSERT INTO place (only, seq, at, change, stale) VALUES (1, ?1, ?2, ?3, 0)";
        step.execute(sql, (place.seq, place.at, place.change))?;
        step.pragma_update(None, "user_version", VERSION)?;
        step.commit()?;
        Ok(Self { db, place, stale: 0 })
    }

    /// Takes a piece in, in one transaction.
    pub(super) fn take(&mut self, piece: &Piece) -> rusqlite::Result<()> {
        let stale = self.stale + i64::try_from(piece.changed.len()).unwrap_or(i64::MAX);
        let step = self.db.transaction()?;
        {
            let mut delete = step.prepare_cached("DELETE FROM words WHERE rowid = ?1")?;
            let mut insert = step.prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?;
            for (seq, tokens) in &piece.changed {
                delete.execute([seq])?;
                if let Some(tokens) = tokens {
                    insert.execute((seq, tokens))?;
                }
            }
            // In one statement: before each one in a transaction, FTS5 writes what it has gathered as a segment of its own.
            let said = serde_json::to_string(&piece.said).unwrap_or_default();
            step.prepare_cached(
                "INSERT INTO words (rowid, text) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
            )?
            .execute([said])?;
            let Place { seq, at, change } = piece.place;
            let mut update =
                step.prepare_cached("UPDATE place SET seq = ?1, at = ?2, change = ?3, stale = ?4")?;
            update.execute((seq, at, change, stale))?;
        }
        step.commit()?;
        (self.place, self.stale) = (piece.place, stale);
        Ok(())
    }

    /// Merges some more of the index into one segment that has nothing of what was taken out; false when it is done. When
    /// something is added in between it begins again.
    pub(super) fn sweep(&mut self) -> rusqlite::Result<bool> {
        let before = self.db.total_changes();
        let step = self.db.transaction()?;
        step.prepare_cached("INSERT INTO words (words, rank) VALUES ('merge', ?1)")?
            .execute([-SWEEP_PAGES])?;
        step.commit()?;
        // <https://www.sqlite.org/fts5.html>, section 6.9: fewer than two changes mean that there was nothing to merge.
        if self.db.total_changes() - before >= 2 {
            return Ok(true);
        }
        self.db.execute("UPDATE place SET stale = 0", [])?;
        self.stale = 0;
        // So that the log does not have them either.
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(false)
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let mut db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    schema::set_up(&db)?;
    yield_often(&mut db)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "secure_delete", true)?;
    db.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    db.pragma_update(None, "journal_size_limit", JOURNAL_BYTES)?;
    Ok(db)
}

/// Whether it is the file that is at fault, so that another one helps; else it is what is around it, a disk that is full.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    let Some(code) = error.sqlite_error_code() else { return true };
    !matches!(
        code,
        ErrorCode::CannotOpen
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::OutOfMemory
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly
            | ErrorCode::SystemIoFailure
    )
}

/// Removes the file and what belongs to it: it is made again from the messages.
pub fn remove(path: &Path) -> std::io::Result<()> {
    for part in parts(path) {
        match std::fs::remove_file(part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// How large the file in this directory is, and what belongs to it, in bytes.
pub(super) fn size(dir: &Path) -> u64 {
    let path = dir.join(FILE);
    parts(&path).map(|part| std::fs::metadata(part).map_or(0, |meta| meta.len())).sum()
}

fn parts(path: &Path) -> impl Iterator<Item = PathBuf> {
    ["", "-wal", "-shm"].into_iter().map(|part| with_suffix(path, part))
}
