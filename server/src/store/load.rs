//! What the chat starts with: identities, rooms and how far everything had come. It must not read messages, so a
//! start costs the same whatever was said.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Row};

use shared::server_msg::Sanction;
use shared::{Line, Name, Role, RoomName, Seq, Style, Uid};

use super::error::StoreError;
use super::lookups::{self, Head};
use super::schema::{self, FILE};
use crate::chat::Memory;
use crate::chat::forgotten_nonces::ForgottenNonces;
use crate::chat::identity::Identity;
use crate::chat::presence::Presence;
use crate::chat::proposal::SecretHash;
use crate::chat::room::Room;
use crate::chat::room_settings::Settings;

const IDENTITY: &str =
    "SELECT uid, secret, name, color, underline, role, present, spoke, left_at, linked, absent FROM identity";

/// Reads the chat as it was when the server last stopped. The writer must have opened the file before.
pub fn memory(dir: &Path) -> Result<Memory, StoreError> {
    let path = dir.join(FILE);
    let read = || {
        let db = schema::open_reader(&path)?;
        let rooms = rooms(&db)?;
        let names: HashMap<i64, &RoomName> = rooms.iter().map(|(id, name, _)| (*id, name)).collect();
        let identities = identities(&db, &memberships(&db, &names)?)?;
        let last_seq = number(&db, "SELECT coalesce(max(seq), 0) FROM event")?;
        let last_uid =
            number(&db, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'identity'")?;
        let rooms = rooms.into_iter().map(|(_, name, room)| (name, room)).collect();
        let seq = Seq::try_from(last_seq).unwrap_or_default();
        let last_uid = Uid::try_from(last_uid).unwrap_or_default();
        Ok(Memory { identities, rooms, sanctions: sanctions(&db)?, last_seq: seq, last_uid })
    };
    read().map_err(|source: rusqlite::Error| schema::refine(&path, source))
}

fn number(db: &Connection, sql: &str) -> rusqlite::Result<i64> {
    db.query_row(sql, [], |row| row.get(0))
}

fn rooms(db: &Connection) -> rusqlite::Result<Vec<(i64, RoomName, Room)>> {
    let rooms = lookups::heads(db)?.into_iter().filter_map(|Head { room, name, topic, settings, seq }| {
        let topic = Line::parse(&topic).unwrap_or_default();
        let head = Seq::try_from(seq).unwrap_or_default();
        Some((
            room,
            RoomName::parse(&name).ok()?,
            Room { topic, head, members: Vec::new(), settings: room_settings(&settings) },
        ))
    });
    Ok(rooms.collect())
}

/// How a room is set up. What cannot be read keeps everybody out but the operator, who may set it up anew: it may have been private.
pub(super) fn room_settings(kept: &str) -> Option<Box<Settings>> {
    if kept.is_empty() {
        return None;
    }
    let settings = serde_json::from_str(kept);
    Some(Box::new(settings.unwrap_or_else(|_| Settings { private: true, ..Settings::default() })))
}

/// The rooms of each person, with the event by which they came in.
type Memberships = HashMap<i64, BTreeMap<RoomName, Seq>>;

fn memberships(db: &Connection, names: &HashMap<i64, &RoomName>) -> rusqlite::Result<Memberships> {
    let mut all = Memberships::new();
    let mut select = db.prepare("SELECT uid, room, since FROM member")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(name) = names.get(&row.get(1)?) {
            let since = Seq::try_from(row.get::<_, i64>(2)?).unwrap_or_default();
            all.entry(row.get(0)?).or_default().insert((*name).clone(), since);
        }
    }
    Ok(all)
}

fn identities(db: &Connection, memberships: &Memberships) -> rusqlite::Result<Vec<Identity>> {
    let mut select = db.prepare(&format!("{IDENTITY} ORDER BY uid"))?;
    let rows = select.query_map([], |row| identity(row, memberships).or_else(unless_of_row))?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// A value that cannot be read as what it should be costs the row it is in.
fn unless_of_row<T>(error: rusqlite::Error) -> rusqlite::Result<Option<T>> {
    let of_row = matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
    );
    if !of_row {
        return Err(error);
    }
    tracing::error!(%error, "a row of the store cannot be read and is left out");
    Ok(None)
}

/// How many people, bans and mutes there are that cannot be read, and how many there are of each.
pub(super) fn count_unreadable(db: &Connection) -> rusqlite::Result<[(usize, usize); 2]> {
    let count = |sql| number(db, sql).map(|count| usize::try_from(count).unwrap_or(0));
    let (people, held) = (count("SELECT count(*) FROM identity")?, count("SELECT count(*) FROM sanction")?);
    let read = (identities(db, &Memberships::new())?.len(), sanctions(db)?.len());
    Ok([(people.saturating_sub(read.0), people), (held.saturating_sub(read.1), held)])
}

fn sanctions(db: &Connection) -> rusqlite::Result<Vec<Sanction>> {
    let mut select = db.prepare("SELECT body FROM sanction")?;
    let rows = select.query_map([], |row| row.get::<_, String>(0).map(Some).or_else(unless_of_row))?;
    Ok(readable(&rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect::<Vec<_>>()))
}

/// What holds for one person.
pub(super) fn sanctions_on(db: &Connection, uid: Uid) -> rusqlite::Result<Vec<Sanction>> {
    let mut select = db.prepare_cached("SELECT body FROM sanction WHERE uid = ?1")?;
    let rows = select.query_map([uid.to_i64()], |row| row.get::<_, String>(0))?;
    Ok(readable(&rows.collect::<rusqlite::Result<Vec<_>>>()?))
}

/// One this version cannot read holds for nobody.
fn readable(bodies: &[String]) -> Vec<Sanction> {
    bodies.iter().filter_map(|body| serde_json::from_str(body).ok()).collect()
}

/// One identity with its rooms.
pub(super) fn identity_of(db: &Connection, uid: Uid) -> rusqlite::Result<Option<Identity>> {
    let names =
        "SELECT room.name, member.since FROM member JOIN room ON room.id = member.room WHERE member.uid = ?1";
    let mut select = db.prepare_cached(names)?;
    let rooms =
        select.query_map([uid.to_i64()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    let rooms = rooms.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().filter_map(|(name, since)| {
        Some((RoomName::parse(&name).ok()?, Seq::try_from(since).unwrap_or_default()))
    });
    let rooms = rooms.collect();
    let memberships = Memberships::from([(uid.to_i64(), rooms)]);
    let row = format!("{IDENTITY} WHERE uid = ?1");
    let found =
        db.prepare_cached(&row)?.query_row([uid.to_i64()], |row| identity(row, &memberships)).optional()?;
    Ok(found.flatten())
}

/// `None` for a row this version cannot read: its owner gets a new identity, nothing else is lost.
fn identity(row: &Row<'_>, memberships: &Memberships) -> rusqlite::Result<Option<Identity>> {
    let number: i64 = row.get(0)?;
    let role: String = row.get(5)?;
    let role = [Role::Moderator, Role::Admin].into_iter().find(|known| known.as_str() == role);
    let memberships = memberships.get(&number).cloned().unwrap_or_default();
    let rooms = memberships.keys().cloned().chain([RoomName::lobby()]).collect();
    let since = memberships.into_iter().filter(|(_, since)| *since != Seq::ZERO).collect();
    let (Ok(uid), Ok(name), Ok(style)) =
        (Uid::try_from(number), Name::parse(&row.get::<_, String>(2)?), Style::new(row.get(3)?, row.get(4)?))
    else {
        return Ok(None);
    };
    let present: bool = row.get(6)?;
    // A list this version cannot read: they keep the first machine.
    let linked = row.get::<_, Option<String>>(9)?.and_then(|linked| serde_json::from_str(&linked).ok());
    let absent = row.get::<_, Option<String>>(10)?.and_then(|absent| serde_json::from_str(&absent).ok());
    // When they are given up is not stored; the roster sets it for all.
    let presence = if present { Presence::Away { until: 0 } } else { Presence::Gone };
    Ok(Some(Identity {
        uid,
        secret: SecretHash(row.get(1)?),
        name,
        style,
        role: role.unwrap_or_default(),
        presence,
        rooms,
        since,
        left_at: row.get(8)?,
        spoke: row.get(7)?,
        forgotten: ForgottenNonces::unread(),
        unsaved: false,
        linked,
        absent,
        seen: None,
    }))
}
