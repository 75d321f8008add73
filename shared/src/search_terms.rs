//! What a search looks for in messages, and where it is in one: the server decides by these rules what is found, and a client
//! marks it.
//!
//! A word of letters is found by its beginning, Hangul, Han and kana anywhere, for they are written without spaces or with
//! endings. What is typed with signs (`c++`, `192.0.2.7`), between quotes, or as an emoji is found exactly as it is typed,
//! but for the case.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

/// The shortest beginning of a word that stands for longer words, in characters.
pub const PREFIX: usize = 3;

/// What a query looks for; all of it must be in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchTerms(Vec<Term>);

/// A part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// How it is found.
    pub how: How,
    /// What it is, folded.
    pub text: String,
}

/// How a part of a query is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// A word of an alphabet or a number: where a word begins so, or is that if it is shorter than [`PREFIX`].
    Word,
    /// A run of Hangul, Han or kana: anywhere.
    Run,
    /// Exactly, and not as a part of a longer word, sign or emoji.
    Exact,
}

impl SearchTerms {
    /// Reads a query; `None` if there is nothing to look for.
    #[must_use]
    pub fn parse(query: &str) -> Option<Self> {
        let mut terms = Vec::new();
        let mut rest = query.trim_start();
        while !rest.is_empty() {
            if let Some((phrase, after)) = quoted(rest) {
                push_exact(&mut terms, phrase);
                rest = after;
            } else {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                push_word(&mut terms, word);
                rest = after;
            }
            rest = rest.trim_start();
        }
        (!terms.is_empty()).then_some(Self(terms))
    }

    /// The parts.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.0
    }

    /// Whether all of it is in a text.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        let text = fold(text);
        self.0.iter().all(|term| {
            let wanted: Vec<char> = term.text.chars().collect();
            (0..text.len()).any(|at| is_at(&text, at, &wanted, term.how))
        })
    }

    /// The parts of a text that are looked for, from left to right, apart from one another.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let text = fold(text);
        let wanted: Vec<(Vec<char>, How)> =
            self.0.iter().map(|term| (term.text.chars().collect(), term.how)).collect();
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let here = wanted.iter().filter(|(chars, how)| is_at(&text, at, chars, *how));
            let end = at + here.map(|(chars, _)| chars.len()).max().unwrap_or(0);
            if let (Some(first), Some(last)) = (text.get(at), text.get(end.saturating_sub(1)))
                && end > at
            {
                found.push(first.bytes.start..last.bytes.end);
            }
            at = end.max(at + 1);
        }
        found
    }
}

/// A phrase between quotes at the beginning, and what comes behind it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mut chars = text.chars();
    let close = match chars.next()? {
        '"' => '"',
        '\u{201c}' => '\u{201d}',
        _ => return None,
    };
    let (phrase, after) = chars.as_str().split_once(close)?;
    after.chars().next().is_none_or(char::is_whitespace).then_some((phrase, after))
}

fn push_exact(terms: &mut Vec<Term>, phrase: &str) {
    let folded: String = fold(phrase.trim()).into_iter().map(|letter| letter.lower).collect();
    if !folded.is_empty() {
        terms.push(Term { how: How::Exact, text: folded });
    }
}

fn push_word(terms: &mut Vec<Term>, word: &str) {
    if !word.chars().all(is_in_word) {
        return push_exact(terms, word);
    }
    // A word of two scripts is two.
    let mut before = None;
    for Letter { lower, .. } in fold(word) {
        let how = if is_paired(lower) { How::Run } else { How::Word };
        match terms.last_mut() {
            Some(term) if before == Some(how) => term.text.push(lower),
            Some(_) | None => terms.push(Term { how, text: lower.to_string() }),
        }
        before = Some(how);
    }
}

/// A character as it is compared, and the bytes it is made of.
#[derive(Clone, Debug)]
struct Letter {
    lower: char,
    bytes: Range<usize>,
}

/// A text as it is compared: in lower case, without the selectors that choose between the forms of a character, with one space
/// for any white space, and one form of the apostrophe.
fn fold(text: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let bytes = at..at + c.len_utf8();
        match c {
            '\u{fe0e}' | '\u{fe0f}' => {}
            '\u{2019}' => letters.push(Letter { lower: '\'', bytes }),
            _ if c.is_whitespace() => match letters.last_mut() {
                Some(space) if space.lower == ' ' => space.bytes.end = bytes.end,
                Some(_) | None => letters.push(Letter { lower: ' ', bytes }),
            },
            _ => letters.extend(c.to_lowercase().map(|lower| Letter { lower, bytes: bytes.clone() })),
        }
    }
    letters
}

fn is_at(text: &[Letter], at: usize, wanted: &[char], how: How) -> bool {
    let char_at = |at: usize| text.get(at).map(|letter| letter.lower);
    if !wanted.iter().enumerate().all(|(step, c)| char_at(at + step) == Some(*c)) {
        return false;
    }
    let (before, after) = (at.checked_sub(1).and_then(char_at), char_at(at + wanted.len()));
    let (first, last) = (wanted.first().copied(), wanted.last().copied());
    match how {
        How::Run => true,
        How::Word => {
            !before.is_some_and(is_in_alphabet)
                && (wanted.len() >= PREFIX || !after.is_some_and(is_in_alphabet))
        }
        How::Exact => {
            let flags_before = text.iter().take(at).rev().take_while(|letter| is_half_flag(letter.lower));
            let goes_on = |one: Option<char>, next: Option<char>| {
                one.is_some_and(is_in_alphabet) && next.is_some_and(is_in_alphabet)
            };
            let in_word = goes_on(before, first) || goes_on(last, after);
            let in_emoji = before == Some(JOINER)
                || after.is_some_and(|c| c == JOINER || is_skin_tone(c))
                || first.is_some_and(is_half_flag) && flags_before.count() % 2 == 1;
            // `c+` is not in `c++`, nor `=` in `==`.
            let in_signs = first.is_some_and(|c| makes_a_sign(c) && before == first)
                || last.is_some_and(|c| makes_a_sign(c) && after == last);
            !in_word && !in_emoji && !in_signs
        }
    }
}

/// Whether a sign makes another one of itself when it stands there twice. Marks of a sentence do not: `really!!` has `really!`
/// in it.
fn makes_a_sign(c: char) -> bool {
    c.is_ascii_punctuation() && !".,;:!?'\"`()[]{}~".contains(c)
}

/// Joins emoji to one.
const JOINER: char = '\u{200d}';

fn is_skin_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// A regional indicator; two are a flag.
fn is_half_flag(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// Whether a character belongs to a word: letters, digits, and the marks on them.
#[must_use]
pub fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

fn is_in_alphabet(c: char) -> bool {
    is_in_word(c) && !is_paired(c)
}

/// Whether a character belongs to a script that is written without spaces, or with endings (Korean) that make a word's
/// beginning a poor way to find it.
#[must_use]
pub fn is_paired(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
        && c.is_alphanumeric()
}
