//! Copies a store without the search index that versions before 6 had in it: one that is damaged in nothing else is
//! as good as any, for the index is made anew from the messages.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::store::{old_index, schema};

/// Which tables and indexes a store has beside the old search index, in an order to make them again.
const OBJECTS: &str = "
    SELECT type, name, coalesce(sql, '') FROM sqlite_schema
    WHERE name <> 'words' AND name NOT LIKE 'words\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    ORDER BY type = 'trigger', type = 'index'";

/// Copies a store without its search index to an empty file, if there is nothing else that is damaged; false otherwise.
pub(super) fn copy_without_index(from: &Path, to: &Path) -> rusqlite::Result<bool> {
    let is_whole = old_index::is_the_rest_whole(&schema::open_reader(from)?, "quick_check")?;
    if is_whole {
        copy(from, to)?;
    }
    Ok(is_whole)
}

fn copy(from: &Path, to: &Path) -> rusqlite::Result<()> {
    let mut db = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // As every new store is made.
    db.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    // Until it is renamed nobody reads it.
    db.pragma_update(None, "synchronous", "OFF")?;
    db.execute("ATTACH ?1 AS old", [from.as_os_str().as_encoded_bytes()])?;
    let version: i64 = db.pragma_query_value(Some("old"), "user_version", |row| row.get(0))?;
    let objects: Vec<(String, String, String)> = {
        let mut select = db.prepare(&OBJECTS.replace("sqlite_schema", "old.sqlite_schema"))?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.collect::<rusqlite::Result<_>>()?
    };
    let step = db.transaction()?;
    for (kind, name, sql) in &objects {
        step.execute_batch(sql)?;
        if kind == "table" {
            step.execute(&format!("INSERT INTO main.\"{name}\" SELECT * FROM old.\"{name}\""), [])?;
        }
    }
    // The last numbers of identities; a table with AUTOINCREMENT has made it.
    step.execute("DELETE FROM main.sqlite_sequence", [])?;
    step.execute("INSERT INTO main.sqlite_sequence SELECT * FROM old.sqlite_sequence", [])?;
    step.pragma_update(None, "user_version", version)?;
    step.commit()
}
