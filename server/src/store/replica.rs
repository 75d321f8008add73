//! What a node of a cluster keeps beside the chat's rows: how far it has followed the order, in the same transaction as what that
//! wrote, and the chat's whole state at some place before. A node starts from the two: the state as it was there, and the order
//! from there on, of which nothing is written again up to the place that was kept.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Transaction, params};

use super::error::StoreError;
use super::schema::{self, FILE};
use crate::chat::conn_id::NodeStart;
use crate::chat::digest::Digest;
use crate::chat::place::Place;
use crate::chat::proposal::NodeOrigin;
use crate::config::storage::Sync;

/// How far a node is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The place of the last proposal whose effects are kept.
    pub applied: Place,
    /// The digest of all that was written up to there.
    pub digest: Digest,
    /// Who proposed what is at that place, by which it is known again. Not kept by older versions.
    pub origin: Option<NodeOrigin>,
}

/// What a node starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    /// Which order it has followed, as its founder called it.
    pub order: String,
    /// How far.
    pub progress: Progress,
    /// The state of the chat at a place not after that, as JSON.
    pub snapshot: String,
    /// Why the node must not go on from here, if it must not.
    pub diverged: Option<String>,
}

/// What is kept in a directory; nothing where there is no store, or that of a server that was never in a cluster.
///
/// # Errors
/// When the store cannot be read.
pub fn load(dir: &Path) -> Result<Option<Replica>, StoreError> {
    load_file(&dir.join(FILE))
}

/// The same of a file.
///
/// # Errors
/// The same.
pub fn load_file(path: &Path) -> Result<Option<Replica>, StoreError> {
    let read = || {
        let db = match schema::open_reader(path) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) => return Ok(None),
            db => db?,
        };
        if !schema::has_replica(&db)? {
            return Ok(None);
        }
        let sql = "SELECT r.cluster, r.applied, r.digest, s.chat, r.diverged FROM replica r, chat_snapshot s";
        let read = |row: &rusqlite::Row<'_>| {
            let digest = Digest::try_from(row.get::<_, String>(2)?).unwrap_or_default();
            let applied = Place(row.get::<_, i64>(1)?.unsigned_abs());
            let progress = Progress { applied, digest, origin: origin(&db, applied)? };
            Ok(Replica { order: row.get(0)?, progress, snapshot: row.get(3)?, diverged: row.get(4)? })
        };
        db.query_row(sql, [], read).optional()
    };
    read().map_err(|source: rusqlite::Error| schema::refine(path, source))
}

/// Sets a store up to follow an order from a place on.
///
/// # Errors
/// When the store cannot be written.
pub fn begin(dir: &Path, sync: Sync, replica: &Replica) -> Result<(), StoreError> {
    let path = dir.join(FILE);
    let write = |db: &mut Connection| {
        let transaction = db.transaction()?;
        keep_progress(&transaction, &replica.order, replica.progress)?;
        keep_snapshot(&transaction, &replica.snapshot)?;
        transaction.commit()
    };
    let mut db = schema::open_writer(&path, sync)?;
    write(&mut db).map_err(|source| schema::refine(&path, source))
}

/// The store is that of a server of its own from now on.
///
/// # Errors
/// When the store cannot be written.
pub fn forget(dir: &Path, sync: Sync) -> Result<(), StoreError> {
    let path = dir.join(FILE);
    let db = schema::open_writer(&path, sync)?;
    let forgotten = db.execute_batch("BEGIN; DELETE FROM replica; DELETE FROM chat_snapshot; COMMIT;");
    forgotten.map_err(|source| schema::refine(&path, source))
}

fn keep_progress(transaction: &Transaction<'_>, order: &str, progress: Progress) -> rusqlite::Result<()> {
    let sql = "INSERT INTO replica (id, cluster, applied, digest) VALUES (0, ?1, ?2, ?3)
               ON CONFLICT (id) DO UPDATE SET cluster = ?1, applied = ?2, digest = ?3, diverged = NULL";
    let mut insert = transaction.prepare_cached(sql)?;
    insert.execute(params![order, number(progress.applied), String::from(progress.digest)]).map(drop)
}

/// Keeps how far the order was followed.
pub(super) fn advance(transaction: &Transaction<'_>, progress: Progress) -> rusqlite::Result<()> {
    let mut update = transaction.prepare_cached("UPDATE replica SET applied = ?1, digest = ?2")?;
    update.execute(params![number(progress.applied), String::from(progress.digest)])?;
    progress.origin.map_or(Ok(()), |origin| keep_origin(transaction, progress.applied, origin))
}

/// Keeps who proposed what is at a place. Beside the row, and with the place: a version that does not know of it goes on without.
fn keep_origin(transaction: &Transaction<'_>, at: Place, origin: NodeOrigin) -> rusqlite::Result<()> {
    let NodeOrigin { start: NodeStart { node, start }, number: count } = origin;
    let sql = "INSERT INTO mark (name, value)
               VALUES ('origin_of', ?1), ('origin_node', ?2), ('origin_start', ?3), ('origin_number', ?4)
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    transaction.prepare_cached(sql)?.execute(params![number(at), node, start, count]).map(drop)
}

/// Who proposed what is at a place, if that was kept.
fn origin(db: &Connection, at: Place) -> rusqlite::Result<Option<NodeOrigin>> {
    let sql =
        "SELECT node.value, start.value, number.value FROM mark place, mark node, mark start, mark number
               WHERE place.name = 'origin_of' AND place.value = ?1 AND node.name = 'origin_node'
               AND start.name = 'origin_start' AND number.name = 'origin_number'";
    let read = |row: &rusqlite::Row<'_>| {
        let start = NodeStart { node: row.get(0)?, start: row.get(1)? };
        Ok(NodeOrigin { start, number: row.get::<_, i64>(2)?.unsigned_abs() })
    };
    db.query_row(sql, [number(at)], read).optional()
}

/// Keeps the state of the chat, in place of the one before.
pub(super) fn keep_snapshot(transaction: &Transaction<'_>, snapshot: &str) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO chat_snapshot (id, chat) VALUES (0, ?1)";
    transaction.prepare_cached(sql)?.execute([snapshot]).map(drop)
}

/// Keeps why this node must not go on.
pub(super) fn diverged(transaction: &Transaction<'_>, why: &str) -> rusqlite::Result<()> {
    transaction.execute("UPDATE replica SET diverged = ?1", [why]).map(drop)
}

fn number(place: Place) -> i64 {
    i64::try_from(place.0).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_finds_how_far_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        let mut db = schema::open_writer(&path, Sync::Normal).unwrap();
        assert_eq!(load(dir.path()).unwrap(), None);
        let progress = Progress { applied: Place(1 << 10), ..Progress::default() };
        let first = Replica { order: "a".into(), progress, snapshot: "{}".into(), diverged: None };
        begin(dir.path(), Sync::Normal, &first).unwrap();
        assert_eq!(load(dir.path()).unwrap(), Some(first.clone()));

        let origin = Some(NodeOrigin { start: NodeStart { node: 7, start: u32::MAX }, number: 91 });
        let later = Progress { applied: Place(5 << 10), digest: Digest::default().with_event(b"x"), origin };
        let transaction = db.transaction().unwrap();
        advance(&transaction, later).unwrap();
        keep_snapshot(&transaction, "{1}").unwrap();
        diverged(&transaction, "why").unwrap();
        transaction.commit().unwrap();
        let expected =
            Replica { progress: later, snapshot: "{1}".into(), diverged: Some("why".into()), ..first };
        assert_eq!(load(dir.path()).unwrap(), Some(expected));

        // A version that does not keep it went on.
        let transaction = db.transaction().unwrap();
        advance(&transaction, Progress { applied: Place(6 << 10), origin: None, ..later }).unwrap();
        transaction.commit().unwrap();
        assert_eq!(load(dir.path()).unwrap().unwrap().progress.origin, None);

        forget(dir.path(), Sync::Normal).unwrap();
        assert_eq!(load(dir.path()).unwrap(), None);
    }
}
