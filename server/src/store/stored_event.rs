//! An event as the store has it. A page copies events as they are, so each is checked first: one that cannot be read (a fault of
//! the disk, or somebody wrote into the file) must not make the whole page unreadable for clients.

use std::borrow::Cow;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde::Deserialize;
use serde_json::json;

use shared::{Event, RoomName, Sender};

/// What was read of a row.
#[derive(Debug, PartialEq)]
pub(super) enum StoredEvent {
    /// The event, as it goes over the wire without its `type`.
    Good(String),
    /// It cannot be read.
    Bad,
}

/// Reads the body of the event `seq` of a room.
pub(super) fn read(body: ValueRef<'_>, seq: i64, room: &str) -> StoredEvent {
    let text = bytes(body).and_then(|body| std::str::from_utf8(body).ok());
    let is_it = |event: Event| event.seq.to_i64() == seq && event.room.as_str() == room;
    match text.filter(|text| serde_json::from_str::<Event>(text).is_ok_and(is_it)) {
        Some(text) => StoredEvent::Good(text.to_owned()),
        None => StoredEvent::Bad,
    }
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

/// An event that keeps the place of one that cannot be read, of a kind that no client knows: so the chain of the room holds, and
/// nobody asks for it over and over.
pub(super) fn placeholder(db: &Connection, room: &RoomName, seq: i64, at: i64) -> rusqlite::Result<String> {
    tracing::error!(seq, %room, "an event in the store cannot be read; its place is kept empty");
    let mut find = db.prepare_cached(
        "SELECT coalesce(max(seq), 0) FROM event WHERE room = (SELECT id FROM room WHERE name = ?1) AND seq < ?2",
    )?;
    let prev: i64 = find.query_row((room.as_str(), seq), |row| row.get(0))?;
    let from = Sender::operator();
    Ok(json!({"room": room, "seq": seq, "prev": prev, "at": at, "from": from, "kind": "unreadable"})
        .to_string())
}

fn bytes(body: ValueRef<'_>) -> Option<&[u8]> {
    match body {
        ValueRef::Text(body) | ValueRef::Blob(body) => Some(body),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => None,
    }
}
