//! An event as the store has it. A page copies events as they are, so each is checked first, by its checksum and by reading it:
//! one that is damaged (a fault of the disk, or somebody wrote into the file) must not make the whole page unreadable
//! for clients.

use std::borrow::Cow;

use rusqlite::types::ValueRef::{self, Integer, Null, Text};
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row};
use serde::Deserialize;
use serde_json::json;

use shared::event::Edit;
use shared::{Event, Kind, RoomName, Sender, Seq};

use self::StoredEvent::{Bad, Good};
use super::checksum;
use super::lookups::{self, Range};

/// What a query selects for [`read`], before anything else.
pub(crate) const COLUMNS: &str =
    "event.seq, event.room, event.at, event.uid, event.nonce, event.body, event.sum";
/// Where the seq is.
const SEQ: usize = 0;
/// Where the time is.
const AT: usize = 2;
/// Where the next column of a query is.
pub(crate) const AFTER: usize = 7;
/// Why an event is damaged that the look-up table knows and the table of events does not give.
const UNREACHABLE: &str = "the file is damaged where it was";

/// What was read of a row.
#[derive(Debug, PartialEq)]
pub(crate) enum StoredEvent {
    /// The event, as it goes over the wire without its `type`, but that an edit has no text.
    Good(String),
    /// It cannot be read, or is not what was written; why.
    Bad(&'static str),
}

/// Reads the event of a room from a row of [`COLUMNS`].
pub(crate) fn read(row: &Row<'_>, room: &str) -> rusqlite::Result<StoredEvent> {
    let columns = [0, 1, 2, 3, 4, 5, 6].map(|column| row.get_ref(column));
    let [seq, room_id, at, uid, nonce, body, sum] = columns;
    // One from before there were checksums has none, and may be anything that reads as an event.
    let (seq, sum) = match (seq?, room_id?, at?, uid?, sum?) {
        (Integer(seq), Integer(room), Integer(at), Integer(uid), Integer(sum)) => {
            (seq, Some(([seq, room, at, uid], sum)))
        }
        (Integer(seq), Integer(_), Integer(_), Integer(_), Null) => (seq, None),
        _ => return Ok(Bad("a column is of another kind")),
    };
    let (nonce, body) = match (nonce?, body?) {
        (Null, Text(body)) => (None, body),
        (Text(nonce), Text(body)) => (Some(nonce), body),
        _ => return Ok(Bad("a column is of another kind")),
    };
    if sum.is_some_and(|(numbers, sum)| sum != checksum::of(numbers, nonce, body)) {
        return Ok(Bad("it is not what was written: its checksum is another"));
    }
    let Ok(text) = std::str::from_utf8(body) else { return Ok(Bad("it is no text")) };
    Ok(match serde_json::from_str::<Event>(text) {
        Ok(event) if event.seq.to_i64() == seq && event.room.as_str() == room => Good(text.to_owned()),
        Ok(_) => Bad("it is an event of another place"),
        Err(_) => Bad("it is no event"),
    })
}

/// The event of a room at a place, if there is one that can be read.
pub(super) fn find(db: &Connection, room: &RoomName, seq: Seq) -> rusqlite::Result<Option<Event>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM event WHERE seq = ?1 AND room = (SELECT id FROM room WHERE name = ?2)"
    );
    let row = |row: &Row<'_>| read(row, room.as_str());
    let found = db.prepare_cached(&sql)?.query_row((seq.to_i64(), room.as_str()), row).optional()?;
    Ok(match found {
        Some(Good(body)) => serde_json::from_str(&body).ok(),
        Some(Bad(_)) | None => None,
    })
}

/// The text that a message has now, for an edit of it.
fn with_text(db: &Connection, edit: Event) -> rusqlite::Result<String> {
    let Event { kind, room, .. } = &edit;
    let of = kind.of().unwrap_or_default();
    let text = find(db, room, of)?.and_then(|event| event.kind.text().cloned());
    let edit = Event { kind: Kind::Edit(Edit { of, text }), ..edit };
    serde_json::to_string(&edit).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// An event, or what keeps its place.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    /// Its seq.
    pub(crate) seq: i64,
    /// As it goes over the wire, without its `type`.
    pub(crate) body: String,
    /// Why it cannot be read, if it cannot.
    pub(crate) damage: Option<&'static str>,
}

/// Some events of a room, in their order. In the place of one that cannot be read is one of a kind that no client knows: so the
/// chain of the room holds, and nobody asks for it over and over.
pub(crate) fn list(db: &Connection, room: &str, id: i64, range: Range) -> rusqlite::Result<Vec<Placed>> {
    // One snapshot for all: what is found must not be deleted before it is read.
    let snapshot = db.unchecked_transaction()?;
    let one = format!("SELECT {COLUMNS} FROM event WHERE seq = ?1");
    let mut one = snapshot.prepare_cached(&one)?;
    let read = |seq| match one.query_row([seq], |row| place(db, row, room)) {
        // The row, or the page it is on, cannot be read at all.
        Err(error) if is_corrupt(&error) => keep_place(db, room, seq, 0, UNREACHABLE),
        // The look-up table has it, and the table of events has not.
        Err(rusqlite::Error::QueryReturnedNoRows) => keep_place(db, room, seq, 0, UNREACHABLE),
        read => read,
    };
    // The snapshot is dropped, not committed: that fails where something was damaged.
    lookups::of_room(&snapshot, id, range)?.into_iter().map(read).collect()
}

/// The event of a row of [`COLUMNS`], or what keeps its place.
pub(crate) fn place(db: &Connection, row: &Row<'_>, room: &str) -> rusqlite::Result<Placed> {
    let seq = row.get(SEQ)?;
    match read(row, room)? {
        Good(body) if body.contains(r#""kind":"edit""#) => {
            let body = match serde_json::from_str::<Event>(&body) {
                Ok(event) if matches!(event.kind, Kind::Edit(_)) => with_text(db, event)?,
                // A message that has these words in it.
                Ok(_) | Err(_) => body,
            };
            Ok(Placed { seq, body, damage: None })
        }
        Good(body) => Ok(Placed { seq, body, damage: None }),
        Bad(why) => keep_place(db, room, seq, row.get_ref(AT)?.as_i64().unwrap_or(0), why),
    }
}

fn keep_place(db: &Connection, room: &str, seq: i64, at: i64, why: &'static str) -> rusqlite::Result<Placed> {
    tracing::error!(seq, %room, why, "an event in the store cannot be read; its place is kept empty");
    let prev = match lookups::room_id(db, room)? {
        Some(id) => lookups::newest_below(db, id, seq)?,
        None => 0,
    };
    let from = Sender::operator();
    let body = json!({"room": room, "seq": seq, "prev": prev, "at": at, "from": from, "kind": "unreadable"});
    Ok(Placed { seq, body: body.to_string(), damage: Some(why) })
}

/// Whether the file is damaged where this read.
pub(crate) fn is_corrupt(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
}

/// The text of a message.
pub(super) fn text(body: ValueRef<'_>) -> Option<String> {
    #[derive(Deserialize)]
    struct Said<'a> {
        #[serde(borrow)]
        text: Cow<'a, str>,
    }
    let said: Said<'_> = serde_json::from_slice(bytes(body)?).ok()?;
    Some(said.text.into_owned())
}

fn bytes(body: ValueRef<'_>) -> Option<&[u8]> {
    match body {
        ValueRef::Text(body) | ValueRef::Blob(body) => Some(body),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => None,
    }
}
