//! The search index that stores of versions before 6 had in them: which tables it has and which are beside it, and deleting it a
//! few rows at a time, since a large one has a hundred thousand pages, and commits go on meanwhile. Where it is damaged a store
//! is as good as any: the index is made anew from the messages.

use rusqlite::{Connection, TransactionBehavior};

use super::step::Budget;

/// The tables FTS5 had made for `words`, with what one deletes a part of them by: the small ones are dropped at once.
const TABLES: [(&str, Option<&str>); 4] = [
    ("words_data", Some("DELETE FROM words_data WHERE id IN (SELECT id FROM words_data LIMIT 16)")),
    ("words_docsize", Some("DELETE FROM words_docsize WHERE id IN (SELECT id FROM words_docsize LIMIT 512)")),
    ("words_idx", None),
    ("words_config", None),
];

/// Whether there is one.
pub(super) fn is_there(db: &Connection) -> rusqlite::Result<bool> {
    Ok(next(db)?.is_some())
}

/// Deletes some of it; false when nothing is left.
pub(super) fn delete_some(db: &mut Connection, budget: &mut Budget<'_>) -> rusqlite::Result<bool> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    while let Some((table, delete)) = next(&transaction)? {
        let deleted = match delete {
            Some(delete) => transaction.prepare_cached(delete)?.execute([])?,
            None => 0,
        };
        if deleted == 0 {
            transaction.execute(&format!("DROP TABLE {table}"), [])?;
        }
        if budget.is_spent() {
            transaction.commit()?;
            return Ok(true);
        }
    }
    transaction.commit()?;
    Ok(false)
}

/// Whether every table beside it is whole, with its indexes, as far as this check of `SQLite` sees: `quick_check`, or
/// `integrity_check`, which also compares indexes with what is in the tables.
pub(crate) fn is_the_rest_whole(db: &Connection, check: &str) -> rusqlite::Result<bool> {
    let mut tables = db.prepare(
        "SELECT name FROM main.sqlite_schema
         WHERE type = 'table' AND name <> 'words' AND name NOT LIKE 'words\\_%' ESCAPE '\\'",
    )?;
    let tables = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    let sql = format!("SELECT {check} FROM pragma_{check}(?1, 'main')");
    for table in tables {
        if db.query_row(&sql, [table], |row| row.get::<_, String>(0))? != "ok" {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Deletes all of it at once.
pub(super) fn delete_all(db: &Connection) -> rusqlite::Result<()> {
    TABLES.iter().try_for_each(|(table, _)| db.execute_batch(&format!("DROP TABLE IF EXISTS {table}")))
}

fn next(db: &Connection) -> rusqlite::Result<Option<(&'static str, Option<&'static str>)>> {
    let mut is_there =
        db.prepare_cached("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1")?;
    for (table, delete) in TABLES {
        if is_there.query_row([table], |row| row.get::<_, i64>(0))? > 0 {
            return Ok(Some((table, delete)));
        }
    }
    Ok(None)
}
