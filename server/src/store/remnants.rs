//! What files of earlier builds have between their rows: `SQLite` left it in the root page of a table that got its first children, and
//! nothing that deletes a message later comes there. Since [`OVERWRITE`](super::schema::OVERWRITE) it leaves nothing, so a file is
//! written anew once. In a large one the root page was filled since then, and there is nothing left.

use rusqlite::Connection;

/// A file above this size has its root pages full: the first hundreds of pages of a table fill the root page with their numbers.
const SMALL_BYTES: u64 = 16 * 1024 * 1024;

/// Writes a file anew that may have remnants, if that was not done; one that is new has none.
pub(super) fn clear(db: &Connection, is_new: bool) {
    if let Err(error) = clear_once(db, is_new) {
        tracing::warn!(%error, "could not write the message store anew; it may have remnants of deleted messages");
    }
}

fn clear_once(db: &Connection, is_new: bool) -> rusqlite::Result<()> {
    let is_done = "SELECT EXISTS (SELECT 1 FROM mark WHERE name = 'no_remnants')";
    if db.query_row(is_done, [], |row| row.get(0))? {
        return Ok(());
    }
    let number = |name| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let bytes = number("page_size")?.saturating_mul(number("page_count")?);
    // With it, the file can be made smaller in steps from now on: see `compaction.rs`.
    if !is_new && u64::try_from(bytes).unwrap_or(0) <= SMALL_BYTES {
        db.execute_batch("VACUUM")?;
    }
    db.execute("INSERT INTO mark (name, value) VALUES ('no_remnants', 1)", []).map(drop)
}

#[cfg(test)]
mod tests {
    use crate::config::storage::Sync;
    use crate::store::schema;

    #[test]
    fn a_file_of_before_is_rid_of_what_was_left_between_its_rows() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(schema::FILE);
        let db = schema::open_writer(&path, Sync::Normal).unwrap();
        db.pragma_update(None, "secure_delete", false).unwrap();
        db.execute("INSERT INTO room (id, name) VALUES (1, 'lobby')", []).unwrap();
        for n in 0..200 {
            let insert = "INSERT INTO event (seq, room, at, uid, body) VALUES (?1, 1, 0, 1, ?2)";
            db.execute(insert, (n, format!("xyzzy{n} {}", "x".repeat(60)))).unwrap();
        }
        db.pragma_update(None, "secure_delete", true).unwrap();
        db.execute("UPDATE event SET body = '-'", []).unwrap();
        db.execute("DELETE FROM mark WHERE name = 'no_remnants'", []).unwrap();
        let has = || {
            db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
            std::fs::read(&path).unwrap().windows(5).any(|bytes| bytes == b"xyzzy")
        };
        assert!(has(), "otherwise this would not say much");
        drop(schema::open_writer(&path, Sync::Normal).unwrap());
        assert!(!has());
    }
}
