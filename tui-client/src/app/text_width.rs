//! Text width: how many terminal columns a text takes, by grapheme clusters, and truncating it to a width.
//!
//! Widths are those `ui::paint` draws (wide Hangul, emoji, combining marks). Measuring text in any other way would disagree
//! with the screen.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr as _;

/// The most code points of a cluster that are drawn. The longest that mean something, families and couples of many skin tones,
/// have eleven; without a limit a message could put kilobytes into one cell.
const MAX_CODE_POINTS: usize = 12;

/// Counts the terminal columns `text` takes when it is drawn in one row.
///
/// Control characters, newlines among them, are not drawn and count nothing.
#[must_use]
pub fn columns(text: &str) -> usize {
    if text.bytes().all(is_printable) {
        return text.len();
    }
    clusters(text).map(|(_, columns)| usize::from(columns)).sum()
}

/// The grapheme clusters of `text`, each with its columns: the units a caret moves by and a row breaks at.
pub fn clusters(text: &str) -> impl Iterator<Item = (&str, u16)> {
    Clusters { rest: text }
}

/// Truncates `text` to what fits `width` columns, with `…` at the end when something is left out.
#[must_use]
pub fn truncate(text: &str, width: u16) -> Cow<'_, str> {
    fit(text, width).0
}

/// The same, with the columns of what is left.
#[must_use]
pub fn fit(text: &str, width: u16) -> (Cow<'_, str>, u16) {
    if let Some(columns) = u16::try_from(columns(text)).ok().filter(|columns| *columns <= width) {
        return (Cow::Borrowed(text), columns);
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
    (Cow::Owned(kept), width - room)
}

struct Clusters<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Clusters<'a> {
    type Item = (&'a str, u16);

    fn next(&mut self) -> Option<Self::Item> {
        let mut chars = self.rest.chars();
        let first = chars.next()?;
        // Most text needs no look into the Unicode tables.
        let alone =
            columns_alone(first).filter(|_| chars.next().is_none_or(|next| columns_alone(next).is_some()));
        let (length, columns) = if let Some(columns) = alone {
            (first.len_utf8(), columns)
        } else {
            let symbol = self.rest.graphemes(true).next()?;
            (symbol.len(), cluster_columns(symbol))
        };
        let (symbol, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some((symbol, columns))
    }
}

/// The columns of a character that makes one cluster with no other such character: ASCII but for CR, which LF joins, Hangul
/// syllables, kana and the unified ideographs.
fn columns_alone(c: char) -> Option<u16> {
    match c {
        '\r' => None,
        ' '..='~' => Some(1),
        '\0'..='\x7f' => Some(0),
        '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' => Some(2),
        _ => None,
    }
}

/// Whether a byte is an ASCII character of one column.
fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// What is drawn of a cluster: all of it, or where it has too many code points the first of them, and `true`: then `…` is
/// drawn after it, in a cell of its own.
#[must_use]
pub fn cut_cluster(symbol: &str) -> (&str, bool) {
    let end = if symbol.len() <= MAX_CODE_POINTS { None } else { symbol.char_indices().nth(MAX_CODE_POINTS) };
    match end {
        // A joiner at the end would join nothing.
        Some((end, _)) => (symbol.get(..end).unwrap_or_default().trim_end_matches('\u{200d}'), true),
        None => (symbol, false),
    }
}

/// The columns of one cluster: those with a control character are not drawn. Of halfwidth kana, the sound mark has a column
/// of its own, as the tables of `unicode-width` say; ratatui adds it a second time.
fn cluster_columns(symbol: &str) -> u16 {
    if symbol.contains(char::is_control) {
        return 0;
    }
    let (head, is_cut) = cut_cluster(symbol);
    u16::try_from(head.width()).unwrap_or(u16::MAX).saturating_add(u16::from(is_cut))
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use unicode_segmentation::UnicodeSegmentation as _;

    use super::{MAX_CODE_POINTS, cluster_columns, clusters, columns, columns_alone, cut_cluster, fit};

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
        }
    }

    #[test]
    fn a_halfwidth_sound_mark_has_a_column_of_its_own() {
        for (text, expect) in [("ｶﾞ", 2), ("ﾊﾟ", 2), ("ﾞ", 1), ("ｶﾅ", 2), ("か\u{3099}", 2)] {
            assert_eq!(columns(text), expect, "{text:?}");
        }
    }

    #[test]
    fn a_cluster_of_many_code_points_is_cut_and_shows_it() {
        let joined = "👨\u{200d}".repeat(580);
        let (head, is_cut) = cut_cluster(&joined);
        assert!(is_cut && head.chars().count() <= MAX_CODE_POINTS && !head.ends_with('\u{200d}'));
        assert_eq!(columns(&joined), columns(head) + 1);
        for whole in ["👨🏽‍👩🏽‍👧🏽‍👦🏽", "🧑🏻‍❤️‍💋‍🧑🏼", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "각", "e\u{301}\u{302}\u{303}"]
        {
            assert_eq!(cut_cluster(whole), (whole, false));
        }
    }

    #[test]
    fn a_character_that_stands_alone_is_as_wide_as_the_tables_say() {
        let alone: Vec<char> = ('\0'..=char::MAX).filter(|c| columns_alone(*c).is_some()).collect();
        assert_eq!(alone.len(), 127 + 86 + 90 + 20_992 + 11_172);
        for c in &alone {
            let symbol = c.to_string();
            assert_eq!(columns_alone(*c), Some(cluster_columns(&symbol)), "{c:?}");
            for other in ['a', '\n', 'あ', 'ア', '日', '가', '각'] {
                let both = format!("{c}{other}");
                assert_eq!(both.graphemes(true).count(), 2, "{both:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn clusters_are_those_of_the_tables(text in nasty()) {
            let ours: Vec<_> = clusters(&text).collect();
            let tables: Vec<_> = text.graphemes(true).map(|symbol| (symbol, cluster_columns(symbol))).collect();
            prop_assert_eq!(ours, tables);
        }

        #[test]
        fn what_was_made_fit_says_its_columns(text in nasty(), width in 0_u16..40) {
            let (shown, taken) = fit(&text, width);
            prop_assert_eq!(columns(&shown), usize::from(taken));
            prop_assert!(taken <= width);
        }
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
    pub(crate) fn nasty() -> impl Strategy<Value = String> {
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
            "👨\u{200d}👨\u{200d}👨\u{200d}👨\u{200d}👨\u{200d}👨\u{200d}👨\u{200d}👨\u{200d}",
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
}
