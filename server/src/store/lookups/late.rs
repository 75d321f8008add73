//! The newest events, which may not be in the look-up tables yet: the condition that selects them in `event`, also where one of them
//! is damaged. It must not know what is looked up.

use rusqlite::{Connection, ErrorCode};

/// Up to which seq every event is in the tables; as an expression.
pub(super) const MARK: &str = "coalesce((SELECT value FROM mark WHERE name = 'lookups'), 0)";

/// Selects something with the condition that an event may not be in the tables. Where one of these is damaged so that `SQLite`
/// cannot read it, the others are found without it.
pub(super) fn among_late<T>(
    db: &Connection,
    select: impl Fn(&str) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    match select(&format!("event.seq > {MARK}")) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => {
            select(&format!("event.seq IN ({})", readable(db)?.join(",")))
        }
        selected => selected,
    }
}

/// The events above the mark whose records can be read.
fn readable(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0));
    let mark = number(&format!("SELECT {MARK}"))?;
    let newest = number("SELECT coalesce(max(seq), 0) FROM event")?;
    let mut read = db.prepare_cached("SELECT room, uid, nonce FROM event WHERE seq = ?1")?;
    let mut is_readable = |seq: &i64| read.query_row([seq], |row| row.get_ref(2).map(drop)).is_ok();
    Ok((mark.saturating_add(1)..=newest).filter(|seq| is_readable(seq)).map(|seq| seq.to_string()).collect())
}
