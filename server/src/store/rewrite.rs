//! Changes of what was said: a message gets another text, or is deleted. Its row is the only place in the store that has its
//! text, apart from the search index, which follows the row; an `edit` is kept without one. What the row had before is overwritten
//! with zeros (`secure_delete`), and [`deleted_in_log`](super::deleted_in_log) empties the write-ahead log.

use rusqlite::{OptionalExtension as _, Transaction};

use shared::{Event, Kind, Millis, Sender, Seq, Text};

use super::checksum;
use super::stored_event::{self, StoredEvent};

/// A message says something else from now on.
pub(super) fn edit(db: &Transaction<'_>, of: Seq, text: &Text, at: Millis) -> rusqlite::Result<()> {
    change(db, of, |event| {
        let kind = if matches!(event.kind, Kind::Action(_)) { Kind::Action } else { Kind::Message };
        // Where it was deleted in the meantime, or is none, nothing is said in its place.
        let says = event.kind.text().is_some();
        if says { Event { kind: kind(text.clone()), edited: Some(at), ..event } } else { event }
    })
}

/// A message is gone; its place, and who said it, stay.
pub(super) fn delete(db: &Transaction<'_>, of: Seq, by: &Sender) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM reaction WHERE of = ?1")?.execute([of.to_i64()])?;
    change(db, of, |event| {
        let Event { room, prev, seq, at, from, nonce, .. } = event;
        let deleted = Event::new(room, (prev, seq), at, from, Kind::Deleted(Some(Box::new(by.clone()))));
        Event { nonce, ..deleted }
    })
}

fn change(db: &Transaction<'_>, of: Seq, change: impl FnOnce(Event) -> Event) -> rusqlite::Result<()> {
    let sql = format!(
        "SELECT {}, room.name FROM event JOIN room ON room.id = event.room WHERE event.seq = ?1",
        stored_event::COLUMNS
    );
    let row = |row: &rusqlite::Row<'_>| {
        let room: String = row.get(stored_event::AFTER)?;
        let numbers = [row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
        Ok((numbers, row.get::<_, Option<String>>(4)?, stored_event::read(row, &room)?))
    };
    // One that is damaged stays as it is: it is given to nobody.
    let Some((numbers, nonce, StoredEvent::Good(body))) =
        db.prepare_cached(&sql)?.query_row([of.to_i64()], row).optional()?
    else {
        return Ok(());
    };
    let Ok(event) = serde_json::from_str(&body) else { return Ok(()) };
    let body = serde_json::to_string(&change(event))
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let sum = checksum::of(numbers, nonce.as_deref().map(str::as_bytes), body.as_bytes());
    let sql = "UPDATE event SET body = ?2, sum = ?3 WHERE seq = ?1";
    db.prepare_cached(sql)?.execute((of.to_i64(), &body, sum)).map(drop)
}
