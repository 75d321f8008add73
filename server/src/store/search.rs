//! Finding messages by their words, Korean included. It must not decide who may read what.
//!
//! `SQLite`'s own tokenizers cannot find `회의` inside `내일회의`: they split at spaces, or into pieces of three. So
//! the words are cut here: a word in an alphabet is one token and is found by its beginning; a run of Hangul, Han or
//! kana is cut into overlapping pairs and is found anywhere, whole, by the phrase of its pairs.
//!
//! Indexing costs more than storing, so it is done behind, in steps ([`upkeep`](super::upkeep)), and a search reads the few
//! messages that are not indexed yet one by one.

use rusqlite::{Connection, Transaction};

use shared::{RoomName, Seq};

use super::step::Budget;

/// How many messages are indexed before the clock is asked how long it took.
const ROWS: i64 = 32;

/// Whether a character belongs to a script that is written without spaces, or with endings (Korean) that make a
/// word's beginning a poor way to find it.
fn is_paired(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// A stretch of text that is found as one.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    /// A word in an alphabet, or a number.
    Word(String),
    /// A run of Hangul, Han or kana.
    Run(String),
}

fn terms(text: &str) -> Vec<Term> {
    let folded = text.to_lowercase();
    let mut terms = Vec::new();
    for part in folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        let mut run = String::new();
        let mut paired = None;
        for c in part.chars() {
            if paired.is_some_and(|paired| paired != is_paired(c)) {
                terms.push(term(std::mem::take(&mut run), paired));
            }
            paired = Some(is_paired(c));
            run.push(c);
        }
        terms.push(term(run, paired));
    }
    terms
}

fn term(run: String, paired: Option<bool>) -> Term {
    if paired == Some(true) { Term::Run(run) } else { Term::Word(run) }
}

/// The overlapping pairs of a run, and its last character for itself.
fn pairs(run: &str) -> impl Iterator<Item = String> {
    let seconds = run.chars().skip(1).map(Some).chain([None]);
    run.chars().zip(seconds).map(|(a, b)| [Some(a), b].into_iter().flatten().collect())
}

/// A text as it is indexed: its tokens, with spaces between them.
fn tokens(text: &str) -> String {
    let mut tokens: Vec<String> = Vec::new();
    for term in terms(text) {
        match term {
            Term::Word(word) => tokens.push(word),
            Term::Run(run) => tokens.extend(pairs(&run)),
        }
    }
    tokens.join(" ")
}

/// What to look for.
#[derive(Debug)]
pub(super) struct Wanted(Vec<Term>);

/// The shortest beginning of a word that stands for longer words, in characters.
const PREFIX: usize = 3;

impl Wanted {
    /// Reads a query; `None` when there is no word in it.
    pub(super) fn new(query: &str) -> Option<Self> {
        let terms = terms(query);
        (!terms.is_empty()).then_some(Self(terms))
    }

    /// The query as FTS5 wants it: every term must be there. Terms hold letters and digits only, so quoting them is
    /// enough.
    fn to_fts(&self) -> String {
        let terms = self.0.iter().map(|term| match term {
            Term::Word(word) if word.chars().count() < PREFIX => format!("\"{word}\""),
            Term::Word(word) => format!("\"{word}\"*"),
            Term::Run(run) if run.chars().count() == 1 => format!("\"{run}\"*"),
            Term::Run(run) => {
                let count = run.chars().count() - 1;
                format!("\"{}\"", pairs(run).take(count).collect::<Vec<_>>().join(" "))
            }
        });
        terms.collect::<Vec<_>>().join(" ")
    }

    /// Whether a text that is not indexed yet has every term; the same answer the index would give.
    fn is_in(&self, text: &str) -> bool {
        let there = terms(text);
        self.0.iter().all(|wanted| {
            there.iter().any(|term| match (wanted, term) {
                (Term::Word(wanted), Term::Word(word)) if wanted.chars().count() < PREFIX => wanted == word,
                (Term::Word(wanted), Term::Word(word)) => word.starts_with(wanted.as_str()),
                (Term::Run(wanted), Term::Run(run)) => run.contains(wanted.as_str()),
                (Term::Word(_), Term::Run(_)) | (Term::Run(_), Term::Word(_)) => false,
            })
        })
    }
}

/// How far the index is: every message up to this seq is in it.
fn indexed(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT value FROM mark WHERE name = 'indexed'")?.query_row([], |row| row.get(0))
}

/// How many events are not indexed yet, at most.
pub(super) fn behind(db: &Connection) -> rusqlite::Result<i64> {
    let newest: i64 =
        db.prepare_cached("SELECT coalesce(max(seq), 0) FROM event")?.query_row([], |row| row.get(0))?;
    Ok(newest - indexed(db)?)
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
        "SELECT seq, nonce IS NOT NULL, CASE WHEN nonce IS NOT NULL THEN body ->> '$.text' END
         FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let mut insert = db.prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?;
    let mut rows = select.query((from, ROWS))?;
    let (mut count, mut last) = (0, from);
    while let Some(row) = rows.next()? {
        (count, last) = (count + 1, row.get(0)?);
        if row.get(1)? {
            let text: Option<String> = row.get(2)?;
            insert.execute((last, tokens(&text.unwrap_or_default())))?;
        }
    }
    Ok((count, last))
}

/// Messages found, newest first, one more than `limit` if there are more.
pub(super) fn find(
    db: &Connection,
    wanted: &Wanted,
    rooms: &[RoomName],
    before: Option<Seq>,
    limit: usize,
) -> rusqlite::Result<Vec<String>> {
    let rooms: Vec<&str> = rooms.iter().map(RoomName::as_str).collect();
    let rooms = serde_json::to_string(&rooms).unwrap_or_default();
    let before = before.map_or(i64::MAX, Seq::to_i64);
    // One snapshot for both halves, or a message indexed in between would be missed or found twice.
    let snapshot = db.unchecked_transaction()?;
    let mut found = find_fresh(&snapshot, wanted, &rooms, before, limit)?;
    let left = limit.saturating_sub(found.len());
    if left > 0 {
        found.extend(find_indexed(&snapshot, wanted, &rooms, before, left)?);
    }
    snapshot.commit()?;
    Ok(found)
}

fn find_fresh(
    db: &Connection,
    wanted: &Wanted,
    rooms: &str,
    before: i64,
    limit: usize,
) -> rusqlite::Result<Vec<String>> {
    let mut select = db.prepare_cached(
        "SELECT body, body ->> '$.text' FROM event
         WHERE seq > ?1 AND seq < ?2 AND nonce IS NOT NULL
           AND room IN (SELECT id FROM room WHERE name IN (SELECT value FROM json_each(?3)))
         ORDER BY seq DESC",
    )?;
    let mut rows = select.query((indexed(db)?, before, rooms))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let text: Option<String> = row.get(1)?;
        if text.is_some_and(|text| wanted.is_in(&text)) {
            found.push(row.get(0)?);
            if found.len() == limit {
                break;
            }
        }
    }
    Ok(found)
}

fn find_indexed(
    db: &Connection,
    wanted: &Wanted,
    rooms: &str,
    before: i64,
    limit: usize,
) -> rusqlite::Result<Vec<String>> {
    // CROSS JOIN: the index is walked backwards from the newest, and stops at the limit.
    let mut select = db.prepare_cached(
        "SELECT event.body FROM words CROSS JOIN event ON event.seq = words.rowid
         WHERE words MATCH ?1 AND words.rowid < ?2
           AND event.room IN (SELECT id FROM room WHERE name IN (SELECT value FROM json_each(?3)))
         ORDER BY words.rowid DESC LIMIT ?4",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = select.query_map((wanted.to_fts(), before, rooms, limit), |row| row.get(0))?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, text: &str, found: bool) {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0')").unwrap();
        db.execute("INSERT INTO words (rowid, text) VALUES (1, ?1)", [tokens(text)]).unwrap();
        let wanted = Wanted::new(query).unwrap();
        let sql = "SELECT count(*) FROM words WHERE words MATCH ?1";
        let hits: i64 = db.query_row(sql, [wanted.to_fts()], |row| row.get(0)).unwrap();
        assert_eq!(hits == 1, found, "the index: {query} in {text} ({})", wanted.to_fts());
        assert_eq!(wanted.is_in(text), found, "without the index: {query} in {text}");
    }

    #[test]
    fn korean_words_are_found_anywhere_and_alphabet_words_by_their_beginning() {
        for (query, text, found) in [
            ("회의", "내일 회의 있어요", true),
            ("회의", "내일회의를 합니다", true),
            ("회의를", "내일회의를 합니다", true),
            ("회의실", "내일회의를 합니다", false),
            ("회", "내일회의를 합니다", true),
            ("다", "내일회의를 합니다", true),
            ("의회", "내일회의를 합니다", false),
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
            ("cafe", "Café au lait", false),
            ("v2 배포", "배포v2완료", true),
            ("green build", "the build is green", true),
            ("red build", "the build is green", false),
            ("a\"b OR c", "a b or c", true),
            ("a* NOT b", "a not b", true),
            ("мир", "привет, МИР", true),
        ] {
            check(query, text, found);
        }
    }

    #[test]
    fn a_query_without_a_word_is_none() {
        for query in ["", "  ", "!?", "\"*", "👍"] {
            assert!(Wanted::new(query).is_none(), "{query}");
        }
    }
}
