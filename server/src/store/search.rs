//! Finding messages by their words, Korean included. It must not decide who may read what.
//!
//! `SQLite`'s own tokenizers cannot find `회의` inside `내일회의`: they split at spaces, or into pieces of three. So
//! the words are cut here: a word in an alphabet is one token; a run of Hangul, Han or kana is cut into overlapping pairs.
//! The index only says which messages may match: those with all tokens of the query, in any order and place (phrases cost
//! the index a time that grows with their length and that of the messages). Each is then read and compared by
//! [`SearchTerms`], the same rules a client marks matches by. What has no token, an emoji, is looked for in the messages
//! themselves.
//!
//! Every search has a limit of time and stops when its asker is gone; it says how far it came, and is asked on from there.
//!
//! Indexing costs more than storing, so it is done behind, in steps ([`upkeep`](super::upkeep)), and a search reads the few
//! messages that are not indexed yet one by one.

use rusqlite::{Connection, Row, Transaction};

use shared::search_terms::{How, PREFIX, SearchTerms, Term, is_paired};
use shared::{RoomName, Seq};

use super::search_limit::SearchLimit;
use super::step::Budget;
use super::stored_event::{self, StoredEvent};

/// How many messages are indexed before the clock is asked how long it took.
const ROWS: i64 = 32;

/// The most tokens the index is asked for; the more there are, the fewer messages are left to be compared.
const MOST_TOKENS: usize = 16;

/// How many events are looked through at a time where the index does not help, so that the limit is seen in between.
const WINDOW: i64 = 4096;

/// A stretch of a text that is indexed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// A word in an alphabet, or a number.
    Word(String),
    /// A run of Hangul, Han or kana.
    Run(String),
}

fn pieces(text: &str) -> Vec<Piece> {
    let folded = text.to_lowercase();
    let mut pieces = Vec::new();
    for part in folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        let mut run = String::new();
        let mut paired = None;
        for c in part.chars() {
            if paired.is_some_and(|paired| paired != is_paired(c)) {
                pieces.push(piece(std::mem::take(&mut run), paired));
            }
            paired = Some(is_paired(c));
            run.push(c);
        }
        pieces.push(piece(run, paired));
    }
    pieces
}

fn piece(run: String, paired: Option<bool>) -> Piece {
    if paired == Some(true) { Piece::Run(run) } else { Piece::Word(run) }
}

/// The overlapping pairs of a run, and its last character for itself.
fn pairs(run: &str) -> impl Iterator<Item = String> {
    let seconds = run.chars().skip(1).map(Some).chain([None]);
    run.chars().zip(seconds).map(|(a, b)| [Some(a), b].into_iter().flatten().collect())
}

/// A text as it is indexed: its tokens, with spaces between them.
fn tokens(text: &str) -> String {
    let mut tokens: Vec<String> = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Word(word) => tokens.push(word),
            Piece::Run(run) => tokens.extend(pairs(&run)),
        }
    }
    tokens.join(" ")
}

/// The query as FTS5 wants it: every message that matches has all of it. Tokens hold letters and digits only, so quoting them
/// is enough. `None` where there is no token.
fn to_fts(wanted: &SearchTerms) -> Option<String> {
    let mut all: Vec<String> = Vec::new();
    for term in wanted.terms() {
        for token in tokens_of(term) {
            if !all.contains(&token) {
                all.push(token);
            }
        }
    }
    all.truncate(MOST_TOKENS);
    (!all.is_empty()).then(|| all.join(" "))
}

fn tokens_of(term: &Term) -> Vec<String> {
    let pieces = pieces(&term.text);
    let last = pieces.len().saturating_sub(1);
    let mut tokens = Vec::new();
    for (at, piece) in pieces.into_iter().enumerate() {
        match piece {
            // Only the end of a word may be missing.
            Piece::Word(word) => {
                let open = term.how == How::Word && at == last && term.text.chars().count() >= PREFIX;
                tokens.push(if open { format!("\"{word}\"*") } else { format!("\"{word}\"") });
            }
            Piece::Run(run) if run.chars().nth(1).is_none() => tokens.push(format!("\"{run}\"*")),
            Piece::Run(run) => {
                let count = run.chars().count() - 1;
                tokens.extend(pairs(&run).take(count).map(|pair| format!("\"{pair}\"")));
            }
        }
    }
    tokens
}

/// How far the index is: every message up to this seq is in it.
fn indexed(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT value FROM mark WHERE name = 'indexed'")?.query_row([], |row| row.get(0))
}

/// How many events are not indexed yet, at most.
pub(super) fn behind(db: &Connection) -> rusqlite::Result<i64> {
    Ok(newest(db)? - indexed(db)?)
}

fn newest(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT coalesce(max(seq), 0) FROM event")?.query_row([], |row| row.get(0))
}

/// Indexes messages until the budget is spent; false when none is left.
pub(super) fn index_some(db: &mut Connection, budget: &mut Budget<'_>) -> rusqlite::Result<bool> {
    let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut last = indexed(&transaction)?;
    let goes_on = loop {
        let (count, seq) = index_rows(&transaction, last)?;
        last = seq;
        if count < ROWS {
            break false;
        }
        if budget.is_spent() {
            break true;
        }
    };
    transaction.prepare_cached("UPDATE mark SET value = ?1 WHERE name = 'indexed'")?.execute([last])?;
    transaction.commit()?;
    Ok(goes_on)
}

/// Indexes the messages among the next few events; says how many events there were, and which was the last.
fn index_rows(db: &Transaction<'_>, from: i64) -> rusqlite::Result<(i64, i64)> {
    let mut select = db.prepare_cached(
        "SELECT seq, CASE WHEN nonce IS NOT NULL THEN body END FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let mut insert = db.prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?;
    let mut rows = select.query((from, ROWS))?;
    let (mut count, mut last) = (0, from);
    while let Some(row) = rows.next()? {
        (count, last) = (count + 1, row.get(0)?);
        // One that cannot be read has no words, and holds up nothing.
        if let Some(text) = stored_event::text(row.get_ref(1)?) {
            insert.execute((last, tokens(&text)))?;
        }
    }
    Ok((count, last))
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
    // One snapshot for both halves, or a message indexed in between would be missed or found twice.
    let snapshot = db.unchecked_transaction()?;
    if let Some(fts) = to_fts(wanted) {
        let indexed = indexed(&snapshot)?;
        if search.look_through(&snapshot, indexed, before, None)? {
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
             FROM words CROSS JOIN event ON event.seq = words.rowid JOIN room ON room.id = event.room
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
                StoredEvent::Good(body) => self.found.events.push(body),
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

    /// The index must name every message that matches.
    #[track_caller]
    fn check(query: &str, text: &str, found: bool) {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0')").unwrap();
        db.execute("INSERT INTO words (rowid, text) VALUES (1, ?1)", [tokens(text)]).unwrap();
        let wanted = SearchTerms::parse(query).unwrap();
        assert_eq!(wanted.is_in(text), found, "{query} in {text}");
        let Some(fts) = to_fts(&wanted) else { return };
        let sql = "SELECT count(*) FROM words WHERE words MATCH ?1";
        let hits: i64 = db.query_row(sql, [&fts], |row| row.get(0)).unwrap();
        assert!(hits == 1 || !found, "the index: {query} in {text} ({fts})");
    }

    #[test]
    fn the_index_names_what_matches() {
        for (query, text, found) in [
            ("회의", "내일 회의 있어요", true),
            ("회의를", "내일회의를 합니다", true),
            ("회의실", "내일회의를 합니다", false),
            ("회", "내일회의를 합니다", true),
            ("다", "내일회의를 합니다", true),
            ("일회의를합", "내일회의를 합니다", false),
            ("내일 합니다", "내일회의를 합니다", true),
            ("ㅋㅋ", "아 ㅋㅋㅋㅋ", true),
            ("東京", "今日は東京です", true),
            ("build", "The BUILD is green", true),
            ("buil", "the build is green", true),
            ("uild", "the build is green", false),
            ("is", "this thing", false),
            ("is", "it is", true),
            ("café", "Café au lait", true),
            ("v2 배포", "배포v2완료", true),
            ("green build", "the build is green", true),
            ("a\"b OR c", "a\"b or c", true),
            ("a* NOT b", "a* not b", true),
            ("мир", "привет, МИР", true),
            ("c++", "we use c++11", true),
            ("192.0.2.7", "at 192.0.2.7, port 9", true),
            ("example.com", "https://www.example.com/", true),
            ("\"exact phrase\"", "the exact phrase", true),
            ("\"회의를 합\"", "내일회의를 합니다", true),
            ("हिन्दी", "यह हिन्दीX है", true),
            ("don't", "I don’t know", true),
            ("배포v2!", "오늘배포v2!", true),
            ("😂", "no words 😂", true),
        ] {
            check(query, text, found);
        }
        assert_eq!(to_fts(&SearchTerms::parse("😂 !?").unwrap()), None);
    }

    /// Everything a query finds, by searches that are stopped at once.
    fn find_in_steps(db: &Connection, query: &str, limit: usize) -> (Vec<i64>, u32) {
        let (mut seqs, mut before, mut steps) = (Vec::new(), None, 0);
        loop {
            steps += 1;
            let stopped = SearchLimit::new(std::time::Duration::ZERO);
            let wanted = SearchTerms::parse(query).unwrap();
            let found = find(db, &wanted, &[RoomName::lobby()], before, limit, &stopped).unwrap();
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
                db.execute("INSERT INTO words (rowid, text) VALUES (?1, ?2)", (seq, tokens(text))).unwrap();
                db.execute("UPDATE mark SET value = ?1 WHERE name = 'indexed'", [seq]).unwrap();
            }
        }
        for query in ["word", "😂", "\"a word\""] {
            for limit in [1, 2, 100] {
                let (seqs, steps) = find_in_steps(&db, query, limit);
                assert_eq!(seqs, [last, last - 1, WINDOW + 5, 3, 1], "{query} by {limit}");
                assert!(steps > 3, "{query} was not stopped");
            }
        }
    }

    #[test]
    fn a_long_run_asks_the_index_for_no_phrase_and_a_few_tokens() {
        let query = SearchTerms::parse(&"가나다라마바사아자차카타파하".repeat(7)).unwrap();
        let fts = to_fts(&query).unwrap();
        assert_eq!(fts.split(' ').count(), 14, "{fts}");
        let many: String = ('가'..='깋').step_by(5).collect();
        let fts = to_fts(&SearchTerms::parse(&many).unwrap()).unwrap();
        assert!(
            fts.split(' ').count() == MOST_TOKENS
                && fts.split(' ').all(|token| token.matches('"').count() == 2)
        );
    }
}
