//! Text width: how many terminal columns a text takes, by grapheme clusters, and truncating it to a width.
//!
//! Widths are those ratatui draws (wide Hangul, emoji, combining marks). Measuring text in any other way would disagree with
//! the screen.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

/// Counts the terminal columns `text` takes when it is drawn in one row.
///
/// Control characters, newlines among them, are not drawn and count nothing.
#[must_use]
pub fn columns(text: &str) -> usize {
    clusters(text).map(|(_, columns)| usize::from(columns)).sum()
}

/// The grapheme clusters of `text`, each with its columns: the units a caret moves by and a row breaks at.
pub fn clusters(text: &str) -> impl Iterator<Item = (&str, u16)> {
    Clusters { rest: text }
}

/// Truncates `text` to what fits `width` columns, with `…` at the end when something is left out.
#[must_use]
pub fn truncate(text: &str, width: u16) -> Cow<'_, str> {
    if columns(text) <= usize::from(width) {
        return Cow::Borrowed(text);
    }
    let mut room = width.saturating_sub(1);
    let mut kept = String::new();
    for (symbol, columns) in clusters(text) {
        let Some(left) = room.checked_sub(columns) else { break };
        room = left;
        kept.push_str(symbol);
    }
    if width > 0 {
        kept.push('…');
    }
    Cow::Owned(kept)
}

struct Clusters<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Clusters<'a> {
    type Item = (&'a str, u16);

    fn next(&mut self) -> Option<Self::Item> {
        // ASCII before ASCII always stands alone, but for CR LF: most text needs no look into the Unicode tables.
        let length = match self.rest.as_bytes() {
            [] => return None,
            [_] => 1,
            [first, second, ..] if first.is_ascii() && second.is_ascii() && *first != b'\r' => 1,
            _ => self.rest.graphemes(true).next()?.len(),
        };
        let (symbol, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some((symbol, cluster_columns(symbol)))
    }
}

/// The columns ratatui gives one cluster: it skips clusters with a control character and lets the rest say how wide
/// they are.
fn cluster_columns(symbol: &str) -> u16 {
    if symbol.contains(char::is_control) { 0 } else { symbol.cell_width() }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use ratatui::{buffer::Buffer, layout::Rect, style::Style};

    use super::columns;

    /// What ratatui says it drew of `text`.
    fn drawn_columns(text: &str) -> usize {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 400, 1));
        usize::from(buffer.set_stringn(0, 0, text, usize::MAX, Style::default()).0)
    }

    #[test]
    fn columns_are_those_of_the_screen() {
        let table = [
            ("", 0),
            ("hello", 5),
            ("한글", 4),
            ("日本語", 6),
            ("\u{1112}\u{1161}\u{11ab}", 2), // conjoining jamo
            ("안녕하세요 👨‍👩‍👧‍👦 hi", 16),
            ("👍🏽", 2),       // skin tone
            ("🇰🇷", 2),       // flag
            ("❤️", 2),       // VS16
            ("❤", 1),        // the same as text
            ("1️⃣", 2),       // keycap
            ("e\u{301}", 1), // combining mark
            ("\u{200b}", 0),
            ("a\tb\u{1b}c\nd", 4), // control characters are not drawn
            ("لا", 2),              // two cells, whatever the font joins
        ];
        for (text, expect) in table {
            assert_eq!(columns(text), expect, "{text:?}");
            assert_eq!(drawn_columns(text), expect, "{text:?} on the screen");
        }
    }

    #[test]
    fn halfwidth_kana_are_as_wide_as_they_are_drawn() {
        // Terminals show two columns a syllable, and so does ratatui-core 0.1.2 with unicode-width 0.2.2. Since 0.2.3
        // both crates count the mark and ratatui draws three: to be in step with it matters more than to be right.
        for text in ["ｶﾞ", "ﾊﾟ", "ﾞ"] {
            assert_eq!(columns(text), drawn_columns(text), "{text:?}");
        }
        assert_eq!(columns("ｶﾅ"), 2);
    }

    #[test]
    fn no_character_is_wider_than_its_bytes() {
        for c in '\0'..=char::MAX {
            let emoji = format!("{c}\u{fe0f}");
            assert!(columns(&c.to_string()) <= c.len_utf8(), "{c:?}");
            assert!(columns(&emoji) <= emoji.len(), "{c:?} as emoji");
        }
    }

    /// Texts of pieces that are hard to measure and to break.
    pub(in crate::app) fn nasty() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "a",
            "b",
            "word",
            "e\u{301}",
            " ",
            "  ",
            "\n",
            "한",
            "글",
            "日",
            "。",
            "「",
            "👨‍👩‍👧‍👦",
            "🇰🇷",
            "🇰",
            "❤️",
            "👍🏽",
            "ｶﾞ",
            "あﾞ",
            "\u{200d}",
            "\u{200b}",
            "\u{301}",
            "\u{1112}",
            "\u{1161}",
            "\u{a0}",
            "\u{3000}",
            "\r",
            "\r\n",
            "\t",
            ".",
            "@",
        ]);
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn columns_agree_with_ratatui(text in nasty()) {
            prop_assert_eq!(columns(&text), drawn_columns(&text));
        }
    }
}
