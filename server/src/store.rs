//! What outlives the process: events, rooms, identities, in one `SQLite` file. It must not decide anything.
//!
//! One [`writer`] thread commits whole batches; one [`reader`] thread answers history and search; [`Lookup`] is for
//! the few small questions the hub asks in passing. WAL lets them work side by side.

pub mod load;
pub mod reader;
pub mod retention;
pub mod schema;
pub mod search;
pub mod writer;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _};

use shared::server_msg::Sanction;
use shared::{Event, Line, Nonce, Refusal, RequestId, RoomName, Seq, Uid};

use self::reader::Reader;
use self::writer::Writer;
use crate::chat::effect::{Query, Record};
use crate::chat::proposal::ConnId;
use crate::chat::roster::Identity;
use crate::delivery::encoded::Encoded;

/// The file in the state directory.
pub const FILE: &str = "chinwag.db";

/// What a commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Sync {
    /// The operating system has it: survives the end of this process.
    #[default]
    Normal,
    /// The disk has it: survives power loss, as far as the disk keeps its word.
    Full,
}

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `SQLite` said no.
    #[error("cannot open the message store {path}: {source}; check that the state directory is writable")]
    Open {
        /// The file.
        path: PathBuf,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// The file is no database, or a broken one.
    #[error(
        "the message store {path} is damaged ({detail}); it was moved to {aside}: start again to begin an empty one, \
         or repair it with `sqlite3 {aside} .recover` and move it back"
    )]
    Damaged {
        /// Where it was.
        path: PathBuf,
        /// Where it is now.
        aside: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The file was made by a newer server.
    #[error(
        "the message store {path} has version {found}, this server knows up to {known}; run a newer chinwagd"
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version this server knows.
        known: i64,
    },
}

/// Something to keep, in the order it happened.
#[derive(Clone, Debug)]
pub enum Write {
    /// An event.
    Event(Stored),
    /// A row beside the events.
    Record(Record),
    /// Nothing that matters: whether the store takes anything is found out by giving it something.
    Probe,
}

/// An event as it is stored: what it is found by, and its wire form.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its room.
    pub room: RoomName,
    /// When it happened.
    pub at: shared::Millis,
    /// Who did it.
    pub uid: Uid,
    /// Its nonce.
    pub nonce: Option<Nonce>,
    /// Its place and its wire form.
    pub encoded: Encoded,
}

/// What the hub needs of a store. Nothing here waits for a disk: commits and pages are answered later, through the
/// channels the store was made with, in the order they were asked for.
pub trait Store: Send {
    /// Hands a batch over to be kept, all of it or nothing; false when the store is gone.
    fn commit(&mut self, batch: Vec<Write>) -> bool;

    /// Asks for a page of the past. When too many wait, the refusal is returned instead.
    fn ask(&self, conn: ConnId, id: Option<RequestId>, query: Query) -> Result<(), Refusal>;

    /// For small questions about what was committed, answered at once.
    fn lookup(&self) -> &Lookup;
}

/// The store of a running server: a thread that writes and a thread that reads one `SQLite` file.
#[derive(Debug)]
pub struct Threads {
    /// The writing end.
    pub writer: Writer,
    /// The reading end.
    pub reader: Reader,
    /// The small questions.
    pub lookup: Lookup,
}

impl Store for Threads {
    fn commit(&mut self, batch: Vec<Write>) -> bool {
        self.writer.commit(batch)
    }

    fn ask(&self, conn: ConnId, id: Option<RequestId>, query: Query) -> Result<(), Refusal> {
        self.reader.ask(conn, id, query)
    }

    fn lookup(&self) -> &Lookup {
        &self.lookup
    }
}

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
