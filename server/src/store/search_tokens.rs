//! How texts and queries are cut into the tokens of the search index, Korean included.
//!
//! `SQLite`'s own tokenizers cannot find `회의` inside `내일회의`: they split at spaces, or into pieces of three. So
//! the words are cut here: a word in an alphabet is one token; a run of Hangul, Han or kana is cut into overlapping pairs.

use shared::search_terms::{How, PREFIX, SearchTerms, Term, is_paired};

/// The most tokens the index is asked for; the more there are, the fewer messages are left to be compared.
const MOST_TOKENS: usize = 16;

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
pub(super) fn tokens(text: &str) -> String {
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
pub(super) fn to_fts(wanted: &SearchTerms) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

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
