//! The rules of formatting within a line: where `*`, `_` and backticks open and close something. A marker opens at the beginning of a
//! word and closes at the end of one, before the end of the line.

use std::ops::Range;

use super::spans::{Look, Markup};

/// Adds the formatting of a line. What is in a link is none.
pub(super) fn add(markup: &mut Markup, text: &str, line: Range<usize>, links: &[Range<usize>]) {
    let mut reader = Reader { text, line: line.clone(), links, is_unclosed: [false; SIGNS.len()] };
    reader.read(markup, line, &SIGNS);
}

/// A sign that opens and closes something.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Sign {
    symbol: char,
    /// How many of it stand together.
    run: usize,
    look: Look,
}

const SIGNS: [Sign; 6] = [
    Sign { symbol: '*', run: 1, look: Look::Bold },
    Sign { symbol: '*', run: 2, look: Look::Bold },
    Sign { symbol: '_', run: 1, look: Look::Italic },
    Sign { symbol: '`', run: 1, look: Look::Code },
    Sign { symbol: '`', run: 2, look: Look::Code },
    Sign { symbol: '`', run: 3, look: Look::Code },
];

struct Reader<'a> {
    text: &'a str,
    line: Range<usize>,
    links: &'a [Range<usize>],
    /// The signs that nothing closes in the rest of the part: they are not looked for again, so a line is read in linear time.
    is_unclosed: [bool; SIGNS.len()],
}

impl Reader<'_> {
    /// Reads a part of the line, in which these signs count.
    fn read(&mut self, markup: &mut Markup, part: Range<usize>, signs: &[Sign]) {
        let outside = std::mem::take(&mut self.is_unclosed);
        let mut at = part.start;
        while let Some(c) = self.char_at(at).filter(|_| at < part.end) {
            if let Some(end) = self.link_end(at) {
                at = end;
                continue;
            }
            if !matches!(c, '*' | '_' | '`') {
                at += c.len_utf8();
                continue;
            }
            let run = self.run(at);
            let opened = signs.iter().find(|opened| opened.symbol == c && opened.run == run).copied();
            let closed = opened.and_then(|opened| Some((opened, self.find_end(opened, at, part.end)?)));
            let Some((opened, end)) = closed else {
                at += run;
                continue;
            };
            let inside = at + run..end;
            if opened.look == Look::Code {
                // Its signs are drawn: they say what it is without colour, too.
                markup.looks.push((at..end + run, Look::Code));
            } else {
                markup.markers.push(at..at + run);
                markup.looks.push((inside.clone(), opened.look));
                let others: Vec<Sign> =
                    signs.iter().copied().filter(|other| other.look != opened.look).collect();
                self.read(markup, inside, &others);
                markup.markers.push(end..end + run);
            }
            at = end + run;
        }
        self.is_unclosed = outside;
    }

    /// Where the sign stands that closes the one at `at`.
    fn find_end(&mut self, opened: Sign, at: usize, limit: usize) -> Option<usize> {
        let place = SIGNS.iter().position(|sign| *sign == opened)?;
        let start = at + opened.run;
        if self.is_unclosed.get(place).copied().unwrap_or(true) || !self.opens(opened, at) {
            return None;
        }
        let mut next = start;
        let mut has_words = false;
        while let Some(c) = self.char_at(next).filter(|_| next < limit) {
            let is_code = opened.look == Look::Code;
            if let Some(end) = self.link_end(next).filter(|_| !is_code) {
                (next, has_words) = (end, true);
                continue;
            }
            if c == opened.symbol {
                let run = self.run(next);
                if run == opened.run && has_words && self.closes(opened, next) {
                    return Some(next);
                }
                next += run;
            } else if c == '`' && !is_code {
                // What looks like an end in code is none.
                let run = self.run(next);
                let code = SIGNS.iter().find(|sign| sign.symbol == '`' && sign.run == run).copied();
                match code.and_then(|code| self.find_end(code, next, limit)) {
                    Some(end) => (next, has_words) = (end + run, true),
                    None => next += run,
                }
            } else {
                has_words |= if is_code { !c.is_whitespace() } else { is_word(c) };
                next += c.len_utf8();
            }
        }
        if let Some(unclosed) = self.is_unclosed.get_mut(place) {
            *unclosed = true;
        }
        None
    }

    /// Whether a sign may open something: at the beginning of a word.
    fn opens(&self, sign: Sign, at: usize) -> bool {
        let before = self.char_before(at);
        let Some(next) = self.char_at(at + sign.run) else { return false };
        if sign.look == Look::Code {
            return before.is_none_or(|c| !c.is_alphanumeric());
        }
        before.is_none_or(|c| c.is_whitespace() || "([{\"'“‘«「『（*_~".contains(c))
            && (is_word(next) || "\"'(`@#*_[“‘".contains(next))
    }

    /// Whether a sign may close something: at the end of a word. A particle may follow, as in Korean.
    fn closes(&self, sign: Sign, at: usize) -> bool {
        let Some(before) = self.char_before(at) else { return false };
        let Some(next) = self.char_at(at + sign.run) else {
            return sign.look == Look::Code || is_word_end(before);
        };
        if sign.look == Look::Code {
            return !next.is_ascii_alphanumeric();
        }
        let goes_on =
            || self.char_at(at + sign.run + next.len_utf8()).is_some_and(|c| c.is_ascii_alphanumeric());
        is_word_end(before)
            && (next.is_whitespace()
                || ")]}\"'”’»」』）*_~`".contains(next)
                || (".,;:!?…。、，！？".contains(next) && !goes_on())
                || is_unspaced(next))
    }

    /// How many of the sign at `at` stand together.
    fn run(&self, at: usize) -> usize {
        let rest = self.text.get(at..self.line.end).unwrap_or_default();
        rest.chars().next().map_or(0, |sign| rest.len() - rest.trim_start_matches(sign).len())
    }

    /// Where the link ends in which `at` is.
    fn link_end(&self, at: usize) -> Option<usize> {
        let next = self.links.partition_point(|link| link.end <= at);
        self.links.get(next).filter(|link| link.start <= at).map(|link| link.end)
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..self.line.end)?.chars().next()
    }

    fn char_before(&self, at: usize) -> Option<char> {
        self.text.get(self.line.start..at)?.chars().next_back()
    }
}

/// Part of a word, or a picture.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_ascii() && !c.is_whitespace())
}

fn is_word_end(c: char) -> bool {
    is_word(c) || ".,!?;:)]}\"'`_*%".contains(c)
}

/// Hangul, kana and ideographs, which follow each other without spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3041}'..='\u{30ff}' | '\u{3131}'..='\u{318e}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}
