//! The thread that answers small reads by key, each a few index look-ups. It has a thread of its own because a search may
//! take tens of milliseconds, and messages wait for these answers.

use std::path::Path;
use std::sync::mpsc;

use rusqlite::Error::FromSqlConversionFailure;
use rusqlite::config::DbConfig;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row};

use shared::{Event, Kind, Line, Nonce, RoomName, Sender, Seq, Uid};

use super::error::StoreError;
use super::lookups::{self, Order, Range};
use super::point_read::{Marked, PointAnswer, PointRead, Tail};
use super::schema::FILE;
use super::stored_event::{self, Placed, StoredEvent};
use super::{load, reactions, schema};
use crate::chat::dedupe::Said;
use crate::chat::rollback::{CommittedState, Touched};
use crate::chat::room_settings::Settings;
use crate::encoded::Encoded;

/// The near end of the thread. Dropping it ends the thread.
#[derive(Debug)]
pub struct PointReader {
    reads: mpsc::SyncSender<Vec<PointRead>>,
}

impl PointReader {
    /// Starts the thread. `done` is called on it with the answers of each batch, in order.
    pub fn start(dir: &Path, done: impl Fn(Vec<PointAnswer>) + Send + 'static) -> Result<Self, StoreError> {
        let path = dir.join(FILE);
        let db = open(&path).map_err(|source| StoreError::Open { path: path.clone(), source })?;
        // One batch at a time: the hub hands over the next when it has heard of the last.
        let (reads, inbox) = mpsc::sync_channel::<Vec<PointRead>>(1);
        let work = move || {
            while let Ok(reads) = inbox.recv() {
                done(reads.into_iter().map(|read| answer(&db, read)).collect());
            }
        };
        let spawned = std::thread::Builder::new().name("point-reader".into()).spawn(work);
        spawned.map_err(|e| StoreError::Open {
            path,
            source: rusqlite::Error::ToSqlConversionFailure(e.into()),
        })?;
        Ok(Self { reads })
    }

    /// Hands reads over; false when the thread is gone.
    #[must_use]
    pub fn read(&self, reads: Vec<PointRead>) -> bool {
        self.reads.send(reads).is_ok()
    }
}

/// A reading connection whose plans do not depend on what is looked up. Otherwise `SQLite` prepares the look-up of a nonce anew
/// for each nonce, which costs several times the look-up.
pub fn open(path: &Path) -> rusqlite::Result<Connection> {
    let db = schema::open_reader(path)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(db)
}

/// Reads, and says what was found or why nothing could be.
#[must_use]
pub fn answer(db: &Connection, read: PointRead) -> PointAnswer {
    match read {
        PointRead::Nonce(uid, nonce) => {
            let marked = marked(db, uid, &nonce).map_err(|error| error.to_string());
            PointAnswer::Nonce(uid, nonce, marked)
        }
        PointRead::Message(question) => {
            let found = message(db, &question.room, question.of).map_err(|error| error.to_string());
            PointAnswer::Message(question, found)
        }
        PointRead::Tail(room, limit) => {
            let tail = tail(db, &room, limit).map_err(|error| error.to_string());
            PointAnswer::Tail(room, tail)
        }
        PointRead::Committed(touched) => {
            PointAnswer::Committed(committed(db, touched).map_err(|error| error.to_string()))
        }
    }
}

fn marked(db: &Connection, uid: Uid, nonce: &Nonce) -> rusqlite::Result<Marked> {
    let greatest = lookups::greatest_nonce(db, uid.to_i64())?;
    Ok(Marked {
        said: said(db, uid, nonce)?,
        greatest: greatest.and_then(|greatest| Nonce::parse(&greatest).ok()),
    })
}

fn said(db: &Connection, uid: Uid, nonce: &Nonce) -> rusqlite::Result<Option<Said>> {
    let Some(seq) = lookups::of_nonce(db, uid.to_i64(), nonce.as_str())? else { return Ok(None) };
    let sql = format!(
        "SELECT {}, room.name FROM event JOIN room ON room.id = event.room WHERE seq = ?1",
        stored_event::COLUMNS
    );
    let mut find = db.prepare_cached(&sql)?;
    // One that cannot be read is not taken for none, or the message would be stored twice.
    let unreadable = |why: Box<dyn std::error::Error + Send + Sync>| {
        FromSqlConversionFailure(stored_event::AFTER - 1, Type::Text, why)
    };
    let read = |row: &Row<'_>| match stored_event::read(row, &row.get::<_, String>(stored_event::AFTER)?)? {
        StoredEvent::Good(body) => {
            serde_json::from_str::<Event>(&body).map_err(|error| unreadable(error.into()))
        }
        StoredEvent::Bad(why) => Err(unreadable(why.into())),
    };
    let event = find.query_row([seq], read).optional()?;
    Ok(event.as_ref().map(Said::of))
}

fn message(db: &Connection, room: &RoomName, of: Seq) -> rusqlite::Result<Option<(Sender, u32)>> {
    let Some(event) = stored_event::find(db, room, of)? else { return Ok(None) };
    if !matches!(event.kind, Kind::Message(_) | Kind::Action(_)) {
        return Ok(None);
    }
    Ok(Some((event.from, reactions::count(db, of)?)))
}

fn committed(db: &Connection, touched: Touched) -> rusqlite::Result<CommittedState> {
    let Touched { people, sanctioned, rooms } = touched;
    let identity = |uid| Ok((uid, load::identity_of(db, uid)?));
    let sanctions = |uid| Ok((uid, load::sanctions_on(db, uid)?));
    let room_of = |room| {
        let (topic, settings) = kept_room(db, &room)?;
        Ok((room, topic, settings))
    };
    Ok(CommittedState {
        people: people.into_iter().map(identity).collect::<rusqlite::Result<_>>()?,
        sanctions: sanctioned.into_iter().map(sanctions).collect::<rusqlite::Result<_>>()?,
        rooms: rooms.into_iter().map(room_of).collect::<rusqlite::Result<_>>()?,
    })
}

fn kept_room(db: &Connection, room: &RoomName) -> rusqlite::Result<(Line, Option<Box<Settings>>)> {
    let mut find = db.prepare_cached("SELECT topic, settings FROM room WHERE name = ?1")?;
    let row = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let (topic, settings) = find.query_row([room.as_str()], row).optional()?.unwrap_or_default();
    Ok((Line::parse(&topic).unwrap_or_default(), load::room_settings(&settings)))
}

fn tail(db: &Connection, room: &RoomName, limit: usize) -> rusqlite::Result<Tail> {
    let Some(id) = lookups::room_id(db, room.as_str())? else { return Ok(Tail::default()) };
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let range = Range { after: i64::MIN, before: i64::MAX, limit: most, order: Order::Newest };
    let (mut events, mut unreadable) = (Vec::new(), 0);
    for Placed { seq, body, damage } in stored_event::list(db, room.as_str(), id, range)? {
        let Ok(seq) = Seq::try_from(seq) else { continue };
        unreadable += u32::from(damage.is_some());
        events.push(Encoded::of_body(seq, &body));
    }
    events.reverse();
    Ok(Tail { is_cut: events.len() >= limit, events, unreadable })
}
