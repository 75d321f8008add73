//! Which parts of a message match a search, to highlight them. It follows the server's index: words of an alphabet match by
//! their beginning, Korean, Chinese and Japanese anywhere (bigrams).

use std::ops::Range;

/// The shortest beginning of a word that stands for longer words, in characters.
const PREFIX: usize = 3;

/// The parts of `text` that are words of `query`, from left to right, apart from one another.
#[must_use]
pub fn find(text: &str, query: &str) -> Vec<Range<usize>> {
    let (text, wanted) = (fold(text), terms(query));
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let longest = wanted.iter().filter(|term| is_at(&text, at, term)).map(Vec::len).max();
        let end = at + longest.unwrap_or(0);
        if let (Some(first), Some(last)) = (text.get(at), text.get(end.saturating_sub(1)))
            && end > at
        {
            found.push(first.bytes.start..last.bytes.end);
        }
        at = end.max(at + 1);
    }
    found
}

/// A character in lower case, and the bytes it is made of.
#[derive(Clone, Debug)]
struct Letter {
    lower: char,
    bytes: Range<usize>,
}

fn fold(text: &str) -> Vec<Letter> {
    let letters = text.char_indices().flat_map(|(at, c)| {
        c.to_lowercase().map(move |lower| Letter { lower, bytes: at..at + c.len_utf8() })
    });
    letters.collect()
}

/// The words of a query; a word of two scripts is two.
fn terms(query: &str) -> Vec<Vec<char>> {
    let mut terms: Vec<Vec<char>> = Vec::new();
    let mut before = None;
    for letter in fold(query) {
        let kind = kind(letter.lower);
        match terms.last_mut() {
            Some(term) if kind.is_some() && kind == before => term.push(letter.lower),
            Some(_) | None if kind.is_some() => terms.push(vec![letter.lower]),
            Some(_) | None => {}
        }
        before = kind;
    }
    terms
}

fn is_at(text: &[Letter], at: usize, term: &[char]) -> bool {
    let lower = |at: usize| text.get(at).map(|letter| letter.lower);
    if !term.iter().enumerate().all(|(step, c)| lower(at + step) == Some(*c)) {
        return false;
    }
    let in_alphabet = |c: Option<char>| c.and_then(kind) == Some(Script::Alphabet);
    if !in_alphabet(term.first().copied()) {
        return true;
    }
    let begins = !in_alphabet(at.checked_sub(1).and_then(lower));
    begins && (term.len() >= PREFIX || !in_alphabet(lower(at + term.len())))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Alphabet,
    /// Written without spaces, or with endings.
    Paired,
}

fn kind(c: char) -> Option<Script> {
    let paired = matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}');
    c.is_alphanumeric().then_some(if paired { Script::Paired } else { Script::Alphabet })
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn what_the_server_finds_is_marked() {
        let table: [(&str, &str, &[&str]); 10] = [
            ("lunch at noon? Lunch!", "lunch", &["lunch", "Lunch"]),
            ("the lunchbox", "lunch", &["lunch"]),
            ("brunch", "lunch", &[]),
            ("to be, today", "to", &["to"]),
            ("내일회의는 회의실에서", "회의", &["회의", "회의"]),
            ("3월의 점심", "점심 3월", &["3", "월", "점심"]),
            ("점심 lunch 점심", "LUNCH 점심", &["점심", "lunch", "점심"]),
            ("İstanbul", "i", &["İ"]),
            ("a-b", "a b", &["a", "b"]),
            ("anything", "!?", &[]),
        ];
        for (text, query, expect) in table {
            let found: Vec<&str> =
                find(text, query).into_iter().map(|part| text.get(part).unwrap()).collect();
            assert_eq!(found, expect, "{query:?} in {text:?}");
        }
    }
}
