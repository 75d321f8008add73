//! What people write: [`Text`] for messages, [`Line`] for topics, reasons and other one-line notes.
//! Neither can hold a control character, an escape sequence or a character that changes the text's direction.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::code::{Code, Invalid};
use crate::newtype::{shown_string, wire_string};

/// How many combining marks may follow one another; living scripts need four, UAX #15 allows thirty in a stream.
const MAX_MARKS: usize = 8;

/// A message: 1 to 4096 bytes, at most 64 lines, something visible in it, in Unicode form C.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text(Arc<str>);

impl Text {
    /// The longest message, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 4096;
    /// The most lines in a message.
    pub const MAX_LINES: usize = 64;

    /// Checks a message; what is refused and why is in the error. Line ends are `\n`.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let text = clean(raw, Self::MAX_BYTES, true)?;
        if !text.chars().any(|c| is_plain(c) || is_visible(c)) {
            return Err(Invalid::new(Code::TextInvalid, "the text is empty"));
        }
        if text.bytes().filter(|&b| b == b'\n').count() >= Self::MAX_LINES {
            return Err(Invalid::new(Code::TextInvalid, "the text has more than 64 lines; send it in parts"));
        }
        Ok(Self(text.into()))
    }
}

wire_string!(Text);
shown_string!(Text);

/// One line of up to 300 bytes, perhaps empty: a topic, a reason, a client's name, a server's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Line(Arc<str>);

impl Line {
    /// The longest line, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 300;

    /// Checks a line. Spaces around it are cut off, and one in which nothing is visible is empty: stored ones were taken once
    /// and must be read again, so it is not refused.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        clean_line(raw, Self::MAX_BYTES).map(|line| Self(line.into()))
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Default for Line {
    /// All empty lines share one string: most lines are empty, and every room that is told has one.
    fn default() -> Self {
        static EMPTY: LazyLock<Arc<str>> = LazyLock::new(|| "".into());
        Self(Arc::clone(&EMPTY))
    }
}

wire_string!(Line);
shown_string!(Line);

/// A line of up to so many bytes, as [`Line::parse`] takes it.
pub(crate) fn clean_line(raw: &str, max_bytes: usize) -> Result<Cow<'_, str>, Invalid> {
    let line = clean(raw.trim(), max_bytes, false)?;
    Ok(if line.chars().any(is_visible) { line } else { Cow::Borrowed("") })
}

/// Whether a character may stand in a text: none that moves a cursor, starts an escape or turns the direction.
#[must_use]
pub const fn is_safe(c: char) -> bool {
    !matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'       // C0, DEL, C1
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // bidi embeddings, overrides, isolates (UAX #9)
        | '\u{206a}'..='\u{206f}'                   // deprecated formatting (Unicode 15, section 23.3)
        | '\u{2028}' | '\u{2029}'                   // line and paragraph separator
        | '\u{fff9}'..='\u{fffb}'                   // interlinear annotation
        | '\u{feff}'                                // byte order mark
    )
}

fn clean(raw: &str, max_bytes: usize, multi_line: bool) -> Result<Cow<'_, str>, Invalid> {
    let invalid = |why: String| Err(Invalid::new(Code::TextInvalid, why));
    let too_long =
        |len: usize| format!("the text has {len} bytes, {max_bytes} are allowed; send it in parts");
    if raw.len() > max_bytes {
        return invalid(too_long(raw.len()));
    }
    // Every byte is looked at, since the loop that stops at the first that is not plain takes many times as long.
    let is_ascii = |b: u8| matches!(b, b' '..=b'~') || (multi_line && b == b'\n');
    if raw.bytes().fold(true, |plain, b| plain & is_ascii(b)) {
        return Ok(Cow::Borrowed(raw));
    }
    if raw.chars().all(|c| is_plain(c) || c == ' ' || multi_line && c == '\n') {
        return Ok(Cow::Borrowed(raw));
    }
    if !raw.chars().all(|c| is_safe(c) || multi_line && c == '\n') {
        return invalid("the text has a control character; remove it".to_owned());
    }
    let text = match is_nfc_quick(raw.chars()) {
        IsNormalized::Yes => Cow::Borrowed(raw),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(raw.nfc().collect()),
    };
    // Form C may be longer, and may have more marks, than what it was made of.
    if text.len() > max_bytes {
        return invalid(too_long(text.len()));
    }
    if longest_run_of_marks(&text) > MAX_MARKS {
        return invalid(format!("the text has more than {MAX_MARKS} combining marks on one character"));
    }
    Ok(text)
}

/// Whether a character is visible, is safe, and is in form C whatever stands beside it, as most are: signs and letters of Latin,
/// Greek and Cyrillic, Hangul, kana, ideographs and emoji. The tables of Unicode need not be asked about a text of these.
const fn is_plain(c: char) -> bool {
    matches!(c,
        '!'..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{ff}'
        | '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3ce}' | '\u{400}'..='\u{482}'
        | '\u{2010}'..='\u{2027}' | '\u{20ac}'
        | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30a0}'..='\u{30ff}'
        | '\u{3131}'..='\u{3163}' | '\u{3165}'..='\u{318e}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff01}'..='\u{ff5e}' | '\u{1f300}'..='\u{1faff}'
    )
}

fn is_visible(c: char) -> bool {
    !(c.is_whitespace() || is_combining_mark(c) || is_invisible(c))
}

/// Whether a character leaves no trace on a screen: the default ignorables (`DerivedCoreProperties.txt`) and blanks
/// that count as letters or symbols.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
        | '\u{2800}' | '\u{1d159}'                          // braille without a dot, a note without a head
        | '\u{13441}' | '\u{13442}' | '\u{16fe4}'          // hieroglyphic blanks, Khitan filler
    )
}

/// The most combining marks that are drawn on one character. What cannot be seen between them separates nothing.
pub(crate) fn longest_run_of_marks(text: &str) -> usize {
    let (mut run, mut longest) = (0, 0);
    for c in text.chars() {
        if is_combining_mark(c) {
            run += 1;
            longest = longest.max(run);
        } else if !is_invisible(c) {
            run = 0;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_character_is_what_the_tables_say_of_it() {
        let plain: Vec<char> = (char::MIN..=char::MAX).filter(|&c| is_plain(c)).collect();
        assert!(plain.len() > 32_000, "{}", plain.len());
        for c in plain {
            assert!(is_safe(c) && is_visible(c), "{c:?}");
            // Yes, and not perhaps: it joins with nothing before it, either.
            assert_eq!(is_nfc_quick(std::iter::once(c)), IsNormalized::Yes, "{c:?}");
        }
    }
}
