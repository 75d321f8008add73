//! Finding messages by their words. It must not decide who may read what.
//!
//! The index ([`search_index`](super::search_index)) only says which messages may match: those with all tokens of the query
//! (`search_tokens`), in any order and place (phrases cost the index a time that grows with their
//! length and that of the messages). Each is then read and compared by [`SearchTerms`], the same rules a client marks matches
//! by; so an entry of the index that is out of date shows nothing. What has no token, an emoji, is looked for in the messages
//! themselves, and so is everything that is not indexed yet, which is all there is while the index is made anew.
//!
//! Every search has a limit of time and stops when its asker is gone; it says how far it came, and is asked on from there.

use rusqlite::{Connection, Row};

use shared::search_terms::SearchTerms;
use shared::{RoomName, Seq};

use super::reactions;
use super::search_limit::SearchLimit;
use super::search_tokens::to_fts;
use super::stored_event::{self, StoredEvent};

/// How many events are looked through at a time where the index does not help, so that the limit is seen in between.
const WINDOW: i64 = 4096;

/// Which parts of the past are in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Index {
    /// There is none.
    Missing,
    /// It is attached to the connection as `search`.
    Attached,
}

/// Up to which seq every message is in the index.
fn indexed(db: &Connection, index: Index) -> rusqlite::Result<i64> {
    match index {
        Index::Missing => Ok(0),
        Index::Attached => db.prepare_cached("SELECT seq FROM search.place")?.query_row([], |row| row.get(0)),
    }
}

fn newest(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT coalesce(max(seq), 0) FROM event")?.query_row([], |row| row.get(0))
}

/// What a search has found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Messages, newest first.
    pub(super) events: Vec<String>,
    /// Whether there may be more.
    pub(super) more: bool,
    /// How far down it has looked, if it was stopped before it was through.
    pub(super) reached: Option<i64>,
    /// How many events matched by the index could not be read.
    pub(super) unreadable: u32,
}

/// A search under way.
struct Search<'a> {
    wanted: &'a SearchTerms,
    /// The rooms, as a JSON list.
    rooms: String,
    limit: usize,
    stop: &'a SearchLimit,
    found: Found,
}

/// Looks for messages below `before`, newest first.
pub(super) fn find(
    db: &Connection,
    index: Index,
    wanted: &SearchTerms,
    rooms: &[RoomName],
    before: Option<Seq>,
    limit: usize,
    stop: &SearchLimit,
) -> rusqlite::Result<Found> {
    let rooms: Vec<&str> = rooms.iter().map(RoomName::as_str).collect();
    let rooms = serde_json::to_string(&rooms).unwrap_or_default();
    let mut search = Search { wanted, rooms, limit, stop, found: Found::default() };
    let before = before.map_or(i64::MAX, Seq::to_i64);
    // One snapshot for both halves, or a message indexed in between would be missed or found twice. It is one of each file;
    // whichever is the older one, every message is in the index or is looked through.
    let snapshot = db.unchecked_transaction()?;
    if let Some(fts) = to_fts(wanted) {
        let indexed = indexed(&snapshot, index)?;
        if search.look_through(&snapshot, indexed, before, None)? && index == Index::Attached {
            search.look_up(&snapshot, &fts, before)?;
        }
    } else {
        let rarest =
            wanted.terms().iter().flat_map(|term| term.text.chars()).find(|c| !matches!(c, ' ' | '\''));
        search.look_through(&snapshot, 0, before, rarest)?;
    }
    snapshot.commit()?;
    Ok(search.found)
}

impl Search<'_> {
    /// Looks through the messages above `down_to`, a window at a time; only at those with this character, if there is one.
    /// False when it is over.
    fn look_through(
        &mut self,
        db: &Connection,
        down_to: i64,
        before: i64,
        having: Option<char>,
    ) -> rusqlite::Result<bool> {
        let mut select = db.prepare_cached(
            "SELECT event.seq, event.body, room.name FROM event JOIN room ON room.id = event.room
             WHERE event.seq > ?1 AND event.seq < ?2 AND event.nonce IS NOT NULL
               AND room.name IN (SELECT value FROM json_each(?3))
               AND (?4 = '' OR instr(event.body, ?4) > 0)
             ORDER BY event.seq DESC",
        )?;
        // As it stands in the JSON of the event.
        let having = having.map(|c| serde_json::to_string(&c).unwrap_or_default());
        let having = having.as_ref().map_or("", |json| json.trim_matches('"'));
        let having = if having.is_empty() || having == "\\" { "" } else { having };
        let mut high = before.min(newest(db)?.saturating_add(1));
        while high > down_to.saturating_add(1) {
            let low = high.saturating_sub(WINDOW).max(down_to);
            let mut rows = select.query((low, high, &self.rooms, having))?;
            while let Some(row) = rows.next()? {
                if !self.take(db, row)? {
                    return Ok(false);
                }
            }
            high = low.saturating_add(1);
            if self.stop.is_over() && high > 1 {
                self.stop_at(high);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Looks at the messages the index names.
    fn look_up(&mut self, db: &Connection, fts: &str, before: i64) -> rusqlite::Result<()> {
        // CROSS JOIN: the index is walked backwards from the newest.
        let mut select = db.prepare_cached(
            "SELECT words.rowid, event.body, room.name
             FROM search.words CROSS JOIN event ON event.seq = words.rowid JOIN room ON room.id = event.room
             WHERE words MATCH ?1 AND words.rowid < ?2
               AND room.name IN (SELECT value FROM json_each(?3))
             ORDER BY words.rowid DESC",
        )?;
        let mut rows = select.query((fts, before, &self.rooms))?;
        while let Some(row) = rows.next()? {
            if !self.take(db, row)? {
                break;
            }
        }
        Ok(())
    }

    /// Takes a message in, if it matches; false when there are enough, or the time is over.
    fn take(&mut self, db: &Connection, row: &Row<'_>) -> rusqlite::Result<bool> {
        let seq: i64 = row.get(0)?;
        let body = row.get_ref(1)?;
        if stored_event::text(body).is_some_and(|text| self.wanted.is_in(&text)) {
            if self.found.events.len() == self.limit {
                self.found.more = true;
                return Ok(false);
            }
            match read_whole(db, seq, &row.get::<_, String>(2)?)? {
                StoredEvent::Good(mut body) => {
                    reactions::put_in(db, seq, &mut body)?;
                    self.found.events.push(body);
                }
                StoredEvent::Bad(why) => {
                    tracing::error!(seq, why, "an event in the store cannot be read; a search leaves it out");
                    self.found.unreadable += 1;
                }
            }
        }
        if self.stop.is_over() {
            self.stop_at(seq);
            return Ok(false);
        }
        Ok(true)
    }

    fn stop_at(&mut self, seq: i64) {
        (self.found.more, self.found.reached) = (true, Some(seq));
    }
}

/// Reads an event that matches with all its columns, for its checksum.
fn read_whole(db: &Connection, seq: i64, room: &str) -> rusqlite::Result<StoredEvent> {
    let sql = format!("SELECT {} FROM event WHERE seq = ?1", stored_event::COLUMNS);
    db.prepare_cached(&sql)?.query_row([seq], |row| stored_event::read(row, room))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::search_tokens::tokens;

    /// Everything a query finds, by searches that are stopped at once.
    fn find_in_steps(db: &Connection, index: Index, query: &str, limit: usize) -> (Vec<i64>, u32) {
        let (mut seqs, mut before, mut steps) = (Vec::new(), None, 0);
        loop {
            steps += 1;
            let stopped = SearchLimit::new(std::time::Duration::ZERO);
            let wanted = SearchTerms::parse(query).unwrap();
            let found = find(db, index, &wanted, &[RoomName::lobby()], before, limit, &stopped).unwrap();
            let page = found
                .events
                .iter()
                .map(|event| serde_json::from_str::<shared::Event>(event).unwrap().seq.to_i64());
            seqs.extend(page);
            if !found.more {
                return (seqs, steps);
            }
            let reached = found.reached.or(seqs.last().copied()).unwrap();
            before = Seq::try_from(reached).ok();
        }
    }

    #[test]
    fn a_search_that_is_stopped_goes_on_where_it_was() {
        let dir = tempfile::TempDir::new().unwrap();
        let sync = crate::config::storage::Sync::Normal;
        let db = crate::store::schema::open_writer(&dir.path().join("db"), sync).unwrap();
        db.execute_batch(
            "ATTACH ':memory:' AS search;
             CREATE VIRTUAL TABLE search.words USING fts5 (text, content = '', contentless_delete = 1);
             CREATE TABLE search.place (seq INTEGER NOT NULL);
             INSERT INTO search.place (seq) VALUES (0);",
        )
        .unwrap();
        db.execute("INSERT INTO room (id, name) VALUES (1, 'lobby')", []).unwrap();
        let from = r#"{"uid":1,"name":"ann","style":{"color":1}}"#;
        let last = 3 * WINDOW;
        for seq in [1, 2, 3, WINDOW + 5, last - 1, last] {
            let text = if seq == 2 { "something else" } else { "a word 😂" };
            let body = format!(
                r#"{{"room":"lobby","seq":{seq},"prev":0,"at":1,"from":{from},"kind":"message","text":"{text}","nonce":"{seq}"}}"#
            );
            let sql = "INSERT INTO event (seq, room, at, uid, nonce, body) VALUES (?1, 1, 1, 1, ?1, ?2)";
            db.execute(sql, (seq, body)).unwrap();
            if seq <= WINDOW {
                let sql = "INSERT INTO search.words (rowid, text) VALUES (?1, ?2)";
                db.execute(sql, (seq, tokens(text))).unwrap();
                db.execute("UPDATE search.place SET seq = ?1", [seq]).unwrap();
            }
        }
        for query in ["word", "😂", "\"a word\""] {
            for limit in [1, 2, 100] {
                for index in [Index::Attached, Index::Missing] {
                    let (seqs, steps) = find_in_steps(&db, index, query, limit);
                    assert_eq!(seqs, [last, last - 1, WINDOW + 5, 3, 1], "{query} by {limit}, {index:?}");
                    assert!(steps > 3, "{query} was not stopped");
                }
            }
        }
    }
}
