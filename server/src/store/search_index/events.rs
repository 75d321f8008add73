//! What the search index reads of the message store, a bounded piece at a time: the messages after its place, and those
//! that were changed or deleted since, which triggers of the store write into a short log (see
//! [`schema`](crate::store::schema)). Each piece is one short read transaction, so the write-ahead log can be emptied.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _};

use crate::store::search_tokens::tokens;
use crate::store::thread_priority::yield_often;
use crate::store::{schema, stored_event};

/// How many events are read at a time, at most.
const ROWS: i64 = 1024;
/// How many bytes of messages are read at a time; the last one may be beyond.
const BYTES: usize = 1024 * 1024;
/// How many entries of the log of changes are read at a time, at most.
const CHANGES: i64 = 1024;

/// How much of the store it keeps in memory. Each message is read once, so a page is of no use after the next.
const CACHE_KIB: i64 = 64;

/// Up to where an index is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Every message up to this seq is in it.
    pub(super) seq: i64,
    /// When the event with that seq happened: another store has another one there.
    pub(super) at: i64,
    /// Every change up to this one is in it.
    pub(super) change: i64,
}

/// What is new to an index.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// Messages that are to be taken out; with the tokens they have now, if they are still there.
    pub(super) changed: Vec<(i64, Option<String>)>,
    /// Whether one of those is still there, so that somebody changed or deleted what they had said: that goes soon.
    pub(super) is_erased: bool,
    /// Messages to add, with their tokens.
    pub(super) said: Vec<(i64, String)>,
    /// Up to where the index is then.
    pub(super) place: Place,
    /// Whether there is more.
    pub(super) goes_on: bool,
    /// The newest event.
    pub(super) newest: i64,
}

/// The message store, for reading.
#[derive(Debug)]
pub(super) struct Events {
    db: Connection,
    /// Where the store ended when it was opened, before anything was written to it.
    end: Place,
}

impl Events {
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let mut db = schema::open_reader(path)?;
        yield_often(&mut db)?;
        db.pragma_update(None, "cache_size", -CACHE_KIB)?;
        let end = Place { seq: newest(&db)?, at: 0, change: newest_change(&db)? };
        Ok(Self { db, end })
    }

    /// Whether an index that was there at the start is one of this store, not of the one that a backup has replaced.
    pub(super) fn has(&self, place: Place) -> rusqlite::Result<bool> {
        if place.seq > self.end.seq || place.change > self.end.change {
            return Ok(false);
        }
        let at = self.db.query_row("SELECT at FROM event WHERE seq = ?1", [place.seq], |row| row.get(0));
        Ok(place.seq == 0 || at.optional()? == Some(place.at))
    }

    /// Where an index with nothing in it begins.
    pub(super) fn beginning(&self) -> rusqlite::Result<Place> {
        Ok(Place { change: newest_change(&self.db)?, ..Place::default() })
    }

    /// What is new after a place; `None` when some changes have left the log already.
    pub(super) fn after(&self, place: Place) -> rusqlite::Result<Option<Piece>> {
        let snapshot = self.db.unchecked_transaction()?;
        let oldest: Option<i64> = snapshot.query_row("SELECT min(id) FROM changed", [], |row| row.get(0))?;
        if oldest.is_some_and(|oldest| oldest > place.change + 1) {
            return Ok(None);
        }
        let mut piece = Piece { place, newest: newest(&snapshot)?, ..Piece::default() };
        read_changes(&snapshot, &mut piece)?;
        read_messages(&snapshot, &mut piece)?;
        snapshot.commit()?;
        Ok(Some(piece))
    }
}

fn newest(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT coalesce(max(seq), 0) FROM event")?.query_row([], |row| row.get(0))
}

fn newest_change(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("SELECT coalesce(max(id), 0) FROM changed", [], |row| row.get(0))
}

fn read_changes(db: &Connection, piece: &mut Piece) -> rusqlite::Result<()> {
    let mut select = db.prepare_cached(
        "SELECT changed.id, changed.seq, event.body FROM changed
         LEFT JOIN event ON event.seq = changed.seq AND event.nonce IS NOT NULL
         WHERE changed.id > ?1 ORDER BY changed.id LIMIT ?2",
    )?;
    let mut rows = select.query((piece.place.change, CHANGES))?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        let seq: i64 = row.get(1)?;
        piece.place.change = row.get(0)?;
        piece.is_erased |= row.get_ref(2)? != ValueRef::Null;
        // What is not in the index yet is added as it is now.
        if seq <= piece.place.seq {
            piece.changed.push((seq, stored_event::text(row.get_ref(2)?).map(|text| tokens(&text))));
        }
    }
    piece.goes_on |= count == CHANGES;
    Ok(())
}

fn read_messages(db: &Connection, piece: &mut Piece) -> rusqlite::Result<()> {
    let mut select = db.prepare_cached(
        "SELECT seq, at, CASE WHEN nonce IS NOT NULL THEN body END FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let mut rows = select.query((piece.place.seq, ROWS))?;
    let (mut count, mut bytes) = (0, 0);
    while let Some(row) = rows.next()? {
        count += 1;
        (piece.place.seq, piece.place.at) = (row.get(0)?, row.get(1)?);
        // One that cannot be read has no words, and holds up nothing.
        if let Some(text) = stored_event::text(row.get_ref(2)?) {
            bytes += text.len();
            piece.said.push((piece.place.seq, tokens(&text)));
        }
        if count == ROWS || bytes >= BYTES {
            piece.goes_on = true;
            break;
        }
    }
    Ok(())
}
