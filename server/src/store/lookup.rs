//! Small reads of what was committed: nonces, identities, topics, the tail of a room. Each is a few index look-ups.

use std::path::Path;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _};

use shared::server_msg::Sanction;
use shared::{Event, Line, Nonce, RoomName, Seq, Uid};

use super::error::StoreError;
use super::schema::FILE;
use super::{load, schema};
use crate::chat::roster::Identity;
use crate::encoded::Encoded;

/// Small questions, answered at once on the caller's thread: each is a few index lookups.
#[derive(Debug)]
pub struct Lookup {
    db: Connection,
}

impl Lookup {
    /// Opens the store for reading.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(FILE);
        schema::open_reader(&path).map(|db| Self { db }).map_err(|source| StoreError::Open { path, source })
    }

    /// The message somebody marked with a nonce.
    pub fn said(&self, uid: Uid, nonce: &Nonce) -> rusqlite::Result<Option<Event>> {
        let mut find = self.db.prepare_cached("SELECT body FROM event WHERE uid = ?1 AND nonce = ?2")?;
        let body: Option<String> =
            find.query_row((uid.to_i64(), nonce.as_str()), |row| row.get(0)).optional()?;
        Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
    }

    /// Somebody as they were committed; `None` when they were not.
    pub fn identity(&self, uid: Uid) -> rusqlite::Result<Option<Identity>> {
        load::identity_of(&self.db, uid)
    }

    /// The bans and mutes of somebody as they were committed.
    pub fn sanctions(&self, uid: Uid) -> rusqlite::Result<Vec<Sanction>> {
        load::sanctions_on(&self.db, uid)
    }

    /// A room's topic as it was committed.
    pub fn topic(&self, room: &RoomName) -> rusqlite::Result<Line> {
        let mut find = self.db.prepare_cached("SELECT topic FROM room WHERE name = ?1")?;
        let topic: Option<String> = find.query_row([room.as_str()], |row| row.get(0)).optional()?;
        Ok(topic.and_then(|topic| Line::parse(&topic).ok()).unwrap_or_default())
    }

    /// The newest `limit` events of a room, oldest first, as they go over the wire.
    pub fn tail(&self, room: &RoomName, limit: usize) -> rusqlite::Result<Vec<Encoded>> {
        let mut find = self.db.prepare_cached(
            "SELECT event.seq, event.body FROM event WHERE room = (SELECT id FROM room WHERE name = ?1)
             ORDER BY seq DESC LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = find
            .query_map((room.as_str(), limit), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        let mut tail = Vec::new();
        for row in rows {
            let (seq, body) = row?;
            let Ok(seq) = Seq::try_from(seq) else { continue };
            tail.push(Encoded { seq, line: Bytes::from(Encoded::line_of_body(&body)) });
        }
        tail.reverse();
        Ok(tail)
    }
}
