//! The threads that answer history and search, so that a long read delays nobody's chat. They must not write.
//!
//! History is answered by a thread of its own, so that it never waits for a search. Searches run one after the other, those of
//! the connections in turn, each for a bounded time (see [`SearchLimit`]); a connection that is gone has none any more.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use bytes::Bytes;
use rusqlite::Connection;
use tokio::time::Instant;

use shared::codec::to_line;
use shared::search_terms::SearchTerms;
use shared::{Attachment, Code, Kind, Refusal, RequestId, RoomName, Seq, ServerMsg};

use super::error::StoreError;
use super::lookups::{self, Order, Range};
use super::reactions;
use super::schema::{self, FILE};
use super::search::{self, Found, Index};
use super::search_index::IndexReader;
use super::search_limit::{self, SearchLimit};
use super::stored_event::{self, Placed};
use crate::chat::conn_id::ConnId;
use crate::chat::effect::{PageFrom, Query};
use crate::chat::newcomer_history::ReadFrom;
use crate::stats::Count;

/// How many reads may wait, of history and of searches; beyond that the asker is told to come back.
const WAITING: usize = 256;

/// How many searches of one connection may wait.
const WAITING_EACH: usize = 4;

/// A page stays below this many bytes of events, whatever its limit: one page must not be a burden to anyone.
const PAGE_BYTES: usize = 1024 * 1024;

/// A read for a connection.
#[derive(Debug)]
struct Ask {
    conn: ConnId,
    id: Option<RequestId>,
    query: Query,
}

/// What became of a read.
#[derive(Debug)]
pub struct PageAnswer {
    /// The line that answers it.
    pub line: Bytes,
    /// How long it searched; nothing for a page of history.
    pub searched: Duration,
    /// How many events could not be read.
    pub unreadable: u32,
    /// The request.
    pub id: Option<RequestId>,
    /// The rooms it may tell of: whoever asked may have left them since.
    pub rooms: Vec<RoomName>,
    /// The file that was asked for: in place of the line, a token to fetch it is the answer.
    pub file: Option<Box<Attachment>>,
}

/// The reading end of the store. Dropping it ends the threads.
#[derive(Debug)]
pub struct Reader {
    pages: mpsc::SyncSender<Ask>,
    queues: ReadQueues,
}

/// What waits to be read, and what is being read.
#[derive(Clone, Debug, Default)]
pub struct ReadQueues {
    pages: Arc<Count>,
    searches: Arc<Searches>,
}

impl ReadQueues {
    /// Pages of history.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.pages.get()
    }

    /// Searches.
    #[must_use]
    pub fn searches(&self) -> u64 {
        let state = self.searches.state();
        state.waiting.len() as u64 + u64::from(state.running.is_some())
    }
}

impl Reader {
    /// Starts the threads. `done` is called on them with each answer.
    pub fn start(
        dir: &Path,
        index: IndexReader,
        done: impl Fn(ConnId, PageAnswer) + Clone + Send + 'static,
    ) -> Result<Self, StoreError> {
        let path = dir.join(FILE);
        let failed = |source| StoreError::Open { path: path.clone(), source };
        let (page_db, search_db) =
            (schema::open_reader(&path).map_err(failed)?, schema::open_reader(&path).map_err(failed)?);
        let (pages, inbox) = mpsc::sync_channel::<Ask>(WAITING);
        let queues = ReadQueues::default();
        let (queue, asked) = (Arc::clone(&queues.searches), Arc::clone(&queues.pages));
        let page_done = done.clone();
        let read_pages = move || {
            while let Ok(ask) = inbox.recv() {
                let unlimited = SearchLimit::new(search_limit::MOST);
                page_done(ask.conn, answer(&page_db, None, ask.id, &ask.query, &unlimited));
                asked.sub(1);
            }
        };
        let search = move || {
            while let Some((ask, limit)) = queue.next() {
                done(ask.conn, answer(&search_db, Some(&index), ask.id, &ask.query, &limit));
            }
        };
        let spawned = std::thread::Builder::new().name("reader".into()).spawn(read_pages);
        let spawned = spawned.and_then(|_| std::thread::Builder::new().name("search".into()).spawn(search));
        spawned.map_err(|e| failed(rusqlite::Error::ToSqlConversionFailure(e.into())))?;
        Ok(Self { pages, queues })
    }

    /// Asks for a page. When too many wait, the refusal is returned instead.
    pub fn ask(&self, conn: ConnId, id: Option<RequestId>, query: Query) -> Result<(), Refusal> {
        let ask = Ask { conn, id: id.clone(), query };
        let (asked, many) = match ask.query {
            Query::Page { .. } | Query::File { .. } => (self.ask_page(ask), "too many people read history"),
            Query::Find { .. } => {
                (self.queues.searches.push(ask), "too many searches wait, yours or others'")
            }
        };
        asked.then_some(()).ok_or_else(|| {
            let many = format!("{many}; try again in a second");
            Refusal::new(Code::RateLimited, many).retry_after(Duration::from_secs(1)).to(id)
        })
    }

    /// A connection is gone: what it waits for is not searched any more.
    pub fn forget(&self, conn: ConnId) {
        self.queues.searches.forget(conn);
    }

    /// What waits to be read.
    #[must_use]
    pub fn queues(&self) -> ReadQueues {
        self.queues.clone()
    }

    fn ask_page(&self, ask: Ask) -> bool {
        // Counted before the thread can have answered it.
        self.queues.pages.add(1);
        let asked = self.pages.try_send(ask).is_ok();
        if !asked {
            self.queues.pages.sub(1);
        }
        asked
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.queues.searches.close();
    }
}

/// The searches that wait, and the one that runs.
#[derive(Debug, Default)]
struct Searches {
    state: Mutex<SearchState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct SearchState {
    waiting: VecDeque<Ask>,
    running: Option<(ConnId, SearchLimit)>,
    closed: bool,
}

impl Searches {
    /// Appends a search; false if there are too many.
    fn push(&self, ask: Ask) -> bool {
        let mut state = self.state();
        let own = state.waiting.iter().filter(|waiting| waiting.conn == ask.conn).count();
        let fits = own < WAITING_EACH && state.waiting.len() < WAITING;
        if fits {
            state.waiting.push_back(ask);
            self.changed.notify_one();
        }
        fits
    }

    /// Waits for the next search, which runs then; `None` at the end.
    fn next(&self) -> Option<(Ask, SearchLimit)> {
        let mut state = self.state();
        state.running = None;
        loop {
            if state.closed {
                return None;
            }
            if let Some(ask) = state.waiting.pop_front() {
                // The others of this connection go behind those of everybody else.
                let (own, others): (VecDeque<_>, VecDeque<_>) =
                    std::mem::take(&mut state.waiting).into_iter().partition(|other| other.conn == ask.conn);
                state.waiting = others.into_iter().chain(own).collect();
                let limit = SearchLimit::new(search_limit::MOST);
                state.running = Some((ask.conn, limit.clone()));
                return Some((ask, limit));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn forget(&self, conn: ConnId) {
        let mut state = self.state();
        state.waiting.retain(|ask| ask.conn != conn);
        if let Some((_, limit)) = state.running.as_ref().filter(|(running, _)| *running == conn) {
            limit.cancel();
        }
    }

    fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        if let Some((_, limit)) = &state.running {
            limit.cancel();
        }
        self.changed.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, SearchState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a request for a page: `ok` with events, or an error; one for a file with that. Without an index it looks through the messages.
#[must_use]
pub fn answer(
    db: &Connection,
    index: Option<&IndexReader>,
    id: Option<RequestId>,
    query: &Query,
    limit: &SearchLimit,
) -> PageAnswer {
    let began = Instant::now();
    let page = match query {
        Query::File { room, of, read_from } => {
            return answer_file(db, id, room, *of, *read_from);
        }
        Query::Page { room, from, read_from, limit } => {
            floor_of(db, room, *read_from).and_then(|floor| page(db, room, *from, floor, *limit))
        }
        Query::Find { words, rooms, read_from, before, limit: most } => {
            let search = |db: &Connection, index| {
                let Some(wanted) = SearchTerms::parse(words.as_str()) else { return Ok(Found::default()) };
                search::find(db, index, &wanted, rooms, *before, *most, limit)
            };
            find(db, index, search).and_then(|found| page_of_found(db, found, rooms, read_from))
        }
    };
    let rooms = match query {
        Query::Page { room, .. } | Query::File { room, .. } => vec![room.clone()],
        Query::Find { rooms, .. } => rooms.clone(),
    };
    let searched = if matches!(query, Query::Find { .. }) { began.elapsed() } else { Duration::ZERO };
    match page {
        Ok(page) => {
            let unreadable = page.unreadable;
            let line = page.into_line(id.as_ref());
            PageAnswer { line, searched, unreadable, id, rooms, file: None }
        }
        Err(error) => {
            tracing::error!(%error, "could not read history");
            let line = refused(unreadable(), id.as_ref());
            PageAnswer { line, searched, unreadable: 0, id, rooms, file: None }
        }
    }
}

fn unreadable() -> Refusal {
    Refusal::new(Code::Storage, "the history cannot be read just now; try again in a moment")
}

fn refused(refusal: Refusal, id: Option<&RequestId>) -> Bytes {
    to_line(&ServerMsg::Error(refusal.to(id.cloned())))
}

/// Answers a request for the file of a message.
fn answer_file(
    db: &Connection,
    id: Option<RequestId>,
    room: &RoomName,
    of: Seq,
    read_from: Option<ReadFrom>,
) -> PageAnswer {
    let found = file_of(db, room, of, read_from).unwrap_or_else(|error| {
        tracing::error!(%error, "could not read a message");
        Err(unreadable())
    });
    let (line, file) = match found {
        Ok(file) => (Bytes::new(), Some(file)),
        Err(refusal) => (refused(refusal, id.as_ref()), None),
    };
    PageAnswer { line, searched: Duration::ZERO, unreadable: 0, id, rooms: vec![room.clone()], file }
}

fn file_of(
    db: &Connection,
    room: &RoomName,
    of: Seq,
    read_from: Option<ReadFrom>,
) -> rusqlite::Result<Result<Box<Attachment>, Refusal>> {
    let may_read = of.to_i64() >= floor_of(db, room, read_from)?;
    let found = if may_read { stored_event::find(db, room, of)? } else { None };
    let Some(event) = found.filter(|event| !matches!(event.kind, Kind::Deleted(_))) else {
        return Ok(Err(Refusal::new(
            Code::NoSuchMessage,
            "there is no message with this seq in the room, or it was deleted; history has what is there",
        )));
    };
    let none = "this message brings no file; history says which do";
    Ok(event.file.ok_or_else(|| Refusal::new(Code::NoSuchFile, none)))
}

/// Events as JSON objects, oldest first.
#[derive(Debug, Default)]
struct Page {
    events: Vec<String>,
    more: bool,
    /// Where the next page ends, if that is not at the oldest event.
    before: Option<i64>,
    unreadable: u32,
}

impl Page {
    /// The `ok` of the request. The events are stored as they go over the wire, so they are copied.
    fn into_line(self, id: Option<&RequestId>) -> Bytes {
        let mut line =
            String::with_capacity(96 + self.events.iter().map(|event| event.len() + 1).sum::<usize>());
        line.push_str(r#"{"type":"ok","#);
        if let Some(id) = id.and_then(|id| serde_json::to_string(id).ok()) {
            line.push_str(r#""id":"#);
            line.push_str(&id);
            line.push(',');
        }
        line.push_str(r#""events":["#);
        line.push_str(&self.events.join(","));
        line.push_str(if self.more { "],\"more\":true" } else { "],\"more\":false" });
        if let Some(before) = self.before {
            line.push_str(",\"before\":");
            line.push_str(&before.to_string());
        }
        line.push_str("}\n");
        line.into()
    }
}

/// The first seq that may be read.
fn floor_of(db: &Connection, room: &RoomName, limit: Option<ReadFrom>) -> rusqlite::Result<i64> {
    let Some(ReadFrom { since, before }) = limit else { return Ok(0) };
    if before == 0 {
        return Ok(since.to_i64());
    }
    let Some(room) = lookups::room_id(db, room.as_str())? else { return Ok(0) };
    let limit = i64::from(before);
    let range = Range { after: i64::MIN, before: since.to_i64(), limit, order: Order::Newest };
    let found = lookups::of_room(db, room, range)?;
    // Fewer than so many are all there are.
    let is_floor = i64::try_from(found.len()) == Ok(limit);
    Ok(found.last().copied().filter(|_| is_floor).unwrap_or(0))
}

fn page(
    db: &Connection,
    room: &RoomName,
    from: PageFrom,
    floor: i64,
    limit: usize,
) -> rusqlite::Result<Page> {
    match from {
        PageFrom::End => before(db, room, i64::MAX, floor, limit),
        PageFrom::Before(seq) => before(db, room, seq.to_i64(), floor, limit),
        PageFrom::After(seq) => after(db, room, seq.to_i64().max(floor - 1), limit),
        PageFrom::Around(seq) => around(db, room, seq.to_i64(), floor, limit),
        PageFrom::BeforeTime(at) => before(db, room, lookups::first_at(db, at)?, floor, limit),
        PageFrom::AfterTime(at) => {
            let seq = lookups::first_at(db, at.saturating_add(1))?.saturating_sub(1);
            after(db, room, seq.max(floor - 1), limit)
        }
        PageFrom::AroundTime(at) => {
            around(db, room, lookups::first_at(db, at)?.saturating_sub(1), floor, limit)
        }
    }
}

fn around(db: &Connection, room: &RoomName, seq: i64, floor: i64, limit: usize) -> rusqlite::Result<Page> {
    let mut page = before(db, room, seq.saturating_add(1), floor, limit.div_ceil(2))?;
    let newer = after(db, room, seq.max(floor - 1), limit - limit.div_ceil(2))?;
    page.events.extend(newer.events);
    page.unreadable += newer.unreadable;
    Ok(page)
}

fn before(db: &Connection, room: &RoomName, seq: i64, floor: i64, limit: usize) -> rusqlite::Result<Page> {
    let after = floor.saturating_sub(1);
    let range = Range { after, before: seq, limit: limit_plus_one(limit), order: Order::Newest };
    let mut page = run(db, room, range, limit)?;
    page.events.reverse();
    Ok(page)
}

fn after(db: &Connection, room: &RoomName, seq: i64, limit: usize) -> rusqlite::Result<Page> {
    let range = Range { after: seq, before: i64::MAX, limit: limit_plus_one(limit), order: Order::Oldest };
    run(db, room, range, limit)
}

/// One row more than wanted is asked for: it says whether there is more.
fn run(db: &Connection, room: &RoomName, range: Range, limit: usize) -> rusqlite::Result<Page> {
    let mut page = Page::default();
    let Some(id) = lookups::room_id(db, room.as_str())? else { return Ok(page) };
    let mut bytes = 0;
    let rows = stored_event::list(db, room.as_str(), id, range)?;
    // Most pages have none: that is found out once.
    let ends = rows.first().zip(rows.last()).map(|(one, other)| [one.seq, other.seq]);
    let has_reactions = ends.map_or(Ok(false), |ends| reactions::are_any(db, ends))?;
    for Placed { seq, mut body, damage } in rows {
        page.unreadable += u32::from(damage.is_some());
        if has_reactions {
            reactions::put_in(db, seq, &mut body)?;
        }
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

/// Searches with the index where there is one that can be read, else without.
fn find(
    db: &Connection,
    index: Option<&IndexReader>,
    search: impl Fn(&Connection, Index) -> rusqlite::Result<Found>,
) -> rusqlite::Result<Found> {
    match index.and_then(|index| index.with(|db| search(db, Index::Attached)).map(|found| (index, found))) {
        None => search(db, Index::Missing),
        Some((_, Ok(found))) => Ok(found),
        Some((index, Err(error))) => {
            let found = search(db, Index::Missing)?;
            index.report(&error);
            Ok(found)
        }
    }
}

/// A page of what was found, the newest first page, without what the asker may not read.
fn page_of_found(
    db: &Connection,
    found: Found,
    rooms: &[RoomName],
    read_from: &[(RoomName, ReadFrom)],
) -> rusqlite::Result<Page> {
    let floors = read_from.iter().map(|(room, limit)| Ok((room, floor_of(db, room, Some(*limit))?)));
    let floors = floors.collect::<rusqlite::Result<HashMap<_, _>>>()?;
    let mut page =
        Page { events: found.events, more: found.more, before: found.reached, unreadable: found.unreadable };
    if !floors.is_empty() {
        page = readable(page, rooms, &floors);
    }
    page.events.reverse();
    Ok(page)
}

/// A page of a search, newest first, without what may not be read. The next page goes on below all of it.
fn readable(page: Page, rooms: &[RoomName], floors: &HashMap<&RoomName, i64>) -> Page {
    // Below this nothing may be read in any room.
    let lowest = rooms.iter().map(|room| floors.get(room).copied().unwrap_or(0)).min().unwrap_or(0);
    let (mut events, mut oldest) = (Vec::new(), i64::MAX);
    for event in page.events {
        let Ok(FoundAt { room, seq }) = serde_json::from_str(&event) else { continue };
        oldest = seq.to_i64();
        if oldest >= floors.get(&room).copied().unwrap_or(0) {
            events.push(event);
        }
    }
    let reached = page.before.unwrap_or(oldest);
    let more = page.more && reached > lowest;
    Page { events, more, before: more.then_some(reached), ..page }
}

/// Where an event was found.
#[derive(serde::Deserialize)]
struct FoundAt {
    room: RoomName,
    seq: Seq,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::conn_id::NodeStart;
    use crate::store::search_index::{self, SearchIndex};

    fn ask(conn: u64, words: &str) -> Ask {
        let query = Query::Find {
            words: words.parse().unwrap(),
            rooms: vec![],
            read_from: vec![],
            before: None,
            limit: 1,
        };
        Ask { conn: ConnId::new(NodeStart::default(), conn), id: None, query }
    }

    fn next(searches: &Searches) -> (String, SearchLimit) {
        let (ask, limit) = searches.next().unwrap();
        let Query::Find { words, .. } = ask.query else { panic!("no search") };
        (words.to_string(), limit)
    }

    #[test]
    fn history_never_waits_for_a_search() {
        let dir = tempfile::TempDir::new().unwrap();
        let sync = crate::config::storage::Sync::Normal;
        drop(schema::open_writer(&dir.path().join(FILE), sync).unwrap());
        let ((go_on, held), (done, answered)) = (mpsc::channel::<()>(), mpsc::channel());
        let held = Arc::new(Mutex::new(held));
        let index = SearchIndex::start(dir.path(), search_index::wake_ups()).unwrap();
        let reader = Reader::start(dir.path(), index.reader(), move |conn, _| {
            // The search is not over before it is allowed to be.
            if conn.number == 1 {
                held.lock().unwrap().recv().ok();
            }
            done.send(conn.number).unwrap();
        });
        let reader = reader.unwrap();
        let Ask { conn, id, query } = ask(1, "word");
        reader.ask(conn, id, query).unwrap();
        let page = Query::Page { room: RoomName::lobby(), from: PageFrom::End, read_from: None, limit: 1 };
        reader.ask(ConnId::new(NodeStart::default(), 2), None, page).unwrap();
        assert_eq!(answered.recv_timeout(Duration::from_secs(20)), Ok(2));
        drop(go_on);
        assert_eq!(answered.recv_timeout(Duration::from_secs(20)), Ok(1));
    }

    #[test]
    fn connections_search_in_turn_and_few_of_one_wait() {
        let searches = Searches::default();
        for words in ["a1", "a2", "a3", "a4"] {
            assert!(searches.push(ask(1, words)));
        }
        assert!(!searches.push(ask(1, "a5")));
        assert!(searches.push(ask(2, "b1")) && searches.push(ask(2, "b2")) && searches.push(ask(3, "c1")));
        let order: Vec<_> = (0..7).map(|_| next(&searches).0).collect();
        assert_eq!(order, ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
    }

    #[test]
    fn whoever_is_gone_waits_for_nothing_and_their_search_stops() {
        let searches = Searches::default();
        for (conn, words) in [(1, "a1"), (1, "a2"), (2, "b1")] {
            searches.push(ask(conn, words));
        }
        let (_, running) = next(&searches);
        assert!(!running.is_over());
        searches.forget(ConnId::new(NodeStart::default(), 1));
        assert!(running.is_over());
        assert_eq!(next(&searches).0, "b1");
        searches.close();
        assert!(searches.next().is_none());
    }
}
