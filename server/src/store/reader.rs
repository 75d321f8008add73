//! The thread that answers history and search, so that a long read delays nobody's chat. It must not write.

use std::path::Path;
use std::sync::mpsc;

use bytes::Bytes;
use rusqlite::Connection;

use shared::codec::to_line;
use shared::{Code, Refusal, RequestId, RoomName, Seq, ServerMsg};

use super::error::StoreError;
use super::schema::{self, FILE};
use super::search::{self, Wanted};
use crate::chat::conn_id::ConnId;
use crate::chat::effect::{PageFrom, Query};

/// How many reads may wait; beyond that the asker is told to come back.
const WAITING: usize = 256;

/// A page stays below this many bytes of events, whatever its limit: one page must not be a burden to anyone.
const PAGE_BYTES: usize = 1024 * 1024;

/// A read for a connection.
#[derive(Debug)]
struct Ask {
    conn: ConnId,
    id: Option<RequestId>,
    query: Query,
}

/// The reading end of the store. Dropping it ends the thread.
#[derive(Debug)]
pub struct Reader {
    asks: mpsc::SyncSender<Ask>,
}

impl Reader {
    /// Starts the thread. `done` is called on it with each answer, a complete line.
    pub fn start(dir: &Path, done: impl Fn(ConnId, Bytes) + Send + 'static) -> Result<Self, StoreError> {
        let path = dir.join(FILE);
        let db =
            schema::open_reader(&path).map_err(|source| StoreError::Open { path: path.clone(), source })?;
        let (asks, inbox) = mpsc::sync_channel::<Ask>(WAITING);
        let work = move || {
            while let Ok(ask) = inbox.recv() {
                done(ask.conn, answer(&db, ask.id, &ask.query));
            }
        };
        let spawned = std::thread::Builder::new().name("reader".into()).spawn(work);
        spawned.map_err(|e| StoreError::Open {
            path,
            source: rusqlite::Error::ToSqlConversionFailure(e.into()),
        })?;
        Ok(Self { asks })
    }

    /// Asks for a page. When too many wait, the refusal is returned instead.
    pub fn ask(&self, conn: ConnId, id: Option<RequestId>, query: Query) -> Result<(), Refusal> {
        let ask = Ask { conn, id: id.clone(), query };
        self.asks.try_send(ask).map_err(|_| Refusal {
            retry_ms: Some(1000),
            ..Refusal::new(Code::RateLimited, "too many people read history; try again in a second").to(id)
        })
    }
}

/// The line that answers a request for a page: `ok` with events, or an error.
#[must_use]
pub fn answer(db: &Connection, id: Option<RequestId>, query: &Query) -> Bytes {
    let page = match query {
        Query::Page { room, from, limit } => page(db, room, *from, *limit),
        Query::Find { words, rooms, before, limit } => find(db, words.as_str(), rooms, *before, *limit),
    };
    match page {
        Ok(page) => page.into_line(id.as_ref()),
        Err(error) => {
            tracing::error!(%error, "could not read history");
            to_line(&ServerMsg::Error(
                Refusal::new(Code::Storage, "the history cannot be read just now").to(id),
            ))
        }
    }
}

/// Events as JSON objects, oldest first.
#[derive(Debug, Default)]
struct Page {
    events: Vec<String>,
    more: bool,
}

impl Page {
    /// The `ok` of the request. The events are stored as they go over the wire, so they are copied, not parsed.
    fn into_line(self, id: Option<&RequestId>) -> Bytes {
        let mut line =
            String::with_capacity(64 + self.events.iter().map(|event| event.len() + 1).sum::<usize>());
        line.push_str(r#"{"type":"ok","#);
        if let Some(id) = id.and_then(|id| serde_json::to_string(id).ok()) {
            line.push_str(r#""id":"#);
            line.push_str(&id);
            line.push(',');
        }
        line.push_str(r#""events":["#);
        line.push_str(&self.events.join(","));
        line.push_str(if self.more { "],\"more\":true}\n" } else { "],\"more\":false}\n" });
        line.into()
    }
}

fn page(db: &Connection, room: &RoomName, from: PageFrom, limit: usize) -> rusqlite::Result<Page> {
    match from {
        PageFrom::End => before(db, room, i64::MAX, limit),
        PageFrom::Before(seq) => before(db, room, seq.to_i64(), limit),
        PageFrom::After(seq) => after(db, room, seq.to_i64(), limit),
        PageFrom::Around(seq) => {
            let mut page = before(db, room, seq.to_i64().saturating_add(1), limit.div_ceil(2))?;
            let newer = after(db, room, seq.to_i64(), limit - limit.div_ceil(2))?;
            page.events.extend(newer.events);
            Ok(page)
        }
    }
}

fn before(db: &Connection, room: &RoomName, seq: i64, limit: usize) -> rusqlite::Result<Page> {
    let sql = "SELECT body FROM event WHERE room = (SELECT id FROM room WHERE name = ?1) AND seq < ?2
               ORDER BY seq DESC LIMIT ?3";
    let mut page = run(db, sql, room, seq, limit)?;
    page.events.reverse();
    Ok(page)
}

fn after(db: &Connection, room: &RoomName, seq: i64, limit: usize) -> rusqlite::Result<Page> {
    let sql = "SELECT body FROM event WHERE room = (SELECT id FROM room WHERE name = ?1) AND seq > ?2
               ORDER BY seq ASC LIMIT ?3";
    run(db, sql, room, seq, limit)
}

/// One row more than wanted is asked for: it says whether there is more.
fn run(db: &Connection, sql: &str, room: &RoomName, seq: i64, limit: usize) -> rusqlite::Result<Page> {
    let mut select = db.prepare_cached(sql)?;
    let mut rows = select.query((room.as_str(), seq, limit_plus_one(limit)))?;
    let mut page = Page::default();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let body: String = row.get(0)?;
        bytes += body.len();
        if page.events.len() == limit || (bytes > PAGE_BYTES && !page.events.is_empty()) {
            page.more = true;
            break;
        }
        page.events.push(body);
    }
    Ok(page)
}

fn limit_plus_one(limit: usize) -> i64 {
    i64::try_from(limit).map_or(i64::MAX, |limit| limit.saturating_add(1))
}

/// A page of messages with some words in them, the newest first page.
fn find(
    db: &Connection,
    words: &str,
    rooms: &[RoomName],
    before: Option<Seq>,
    limit: usize,
) -> rusqlite::Result<Page> {
    let Some(wanted) = Wanted::new(words) else { return Ok(Page::default()) };
    let mut events = search::find(db, &wanted, rooms, before, limit + 1)?;
    let more = events.len() > limit;
    events.truncate(limit);
    events.reverse();
    Ok(Page { events, more })
}
