//! Text wrap: breaking text into rows of a width at newlines, spaces and beside wide characters (Hangul, Kanji, emoji), for the
//! composer and the timeline. Rows are ranges of bytes; nothing is copied.

use shared::Fingerprint;

use super::text_width::clusters;

/// One row of wrapped text: what to draw and how wide it is.
///
/// `text[start..end]` is what is drawn. Between one row's `end` and the next one's `start` lies nothing (the row was
/// full), one breaking space, or one newline: a byte position belongs to the last row that starts at or before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The byte the row starts at, a cluster boundary.
    pub start: usize,
    /// The byte after the last one drawn, a cluster boundary.
    pub end: usize,
    /// Terminal columns of what is drawn: at most the width, unless a single cluster is wider than that.
    pub columns: u16,
}

/// Breaks `text` into rows of at most `width` columns (0 counts as 1). There is always at least one row.
///
/// Breaks come at newlines, else after a space, else beside a wide cluster (Hangul, Kanji, emoji) where punctuation
/// allows it, else inside the word. The one space a row breaks at is not drawn; further spaces are. A fingerprint that is
/// wider than a row has rows of its own: its hash in parts of one width, so that two people can compare them aloud.
#[must_use]
pub fn wrap(text: &str, width: u16) -> Vec<Row> {
    rows(text, width).collect()
}

/// Counts the rows [`wrap`] makes of `text`, without allocating.
#[must_use]
pub fn count_rows(text: &str, width: u16) -> usize {
    // No character is wider than its bytes are many, so short text fits without being measured.
    if text.len() <= usize::from(width) && !text.contains('\n') { 1 } else { rows(text, width).count() }
}

/// The rows [`wrap`] collects, one at a time.
pub fn rows(text: &str, width: u16) -> impl Iterator<Item = Row> {
    Rows { text, width: width.max(1), next: Some(0), hash: None }
}

struct Rows<'a> {
    text: &'a str,
    width: u16,
    /// Where the next row starts; `None` after the last.
    next: Option<usize>,
    /// Where the hash ends that is drawn in parts from there on, and the columns of a part.
    hash: Option<(usize, u16)>,
}

/// What stands before the hash of a fingerprint, and the columns of both.
const HASH: &str = "SHA256:";
const HASH_COLUMNS: u16 = 43;
const FINGERPRINT_COLUMNS: u16 = 7 + HASH_COLUMNS;

/// Where a row ends.
#[derive(Clone, Copy)]
struct Break {
    end: usize,
    columns: u16,
    /// Where the following row starts, past the breaking space or newline; `None` when the text ends here.
    next: Option<usize>,
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let start = self.next?;
        let Break { end, columns, next } = self.break_hash(start).unwrap_or_else(|| self.find_break(start));
        self.next = next;
        Some(Row { start, end, columns })
    }
}

impl Rows<'_> {
    /// Fills the row at `start`.
    fn find_break(&mut self, start: usize) -> Break {
        let (mut end, mut columns) = (start, 0_u16);
        // Where to break: after a space or beside an ideograph, or else inside a Korean word.
        let (mut best, mut spare) = (None, None);
        let mut previous = None;
        // A break among leading spaces would leave an empty row and keep the indented word no more whole.
        let mut inked = false;
        for cluster @ (symbol, wide) in clusters(self.text.get(start..).unwrap_or_default()) {
            let next = end + symbol.len();
            if symbol.ends_with('\n') {
                return Break { end, columns, next: Some(next) };
            }
            if symbol == "S"
                && columns.saturating_add(FINGERPRINT_COLUMNS) > self.width
                && self.is_fingerprint(end)
            {
                if inked {
                    let after_space = best.filter(|best: &Break| best.next == Some(end));
                    return after_space.unwrap_or(Break { end, columns, next: Some(end) });
                }
                let label = columns.saturating_add(7);
                if label <= self.width {
                    let parts = HASH_COLUMNS.div_ceil(self.width);
                    let hash = end + HASH.len();
                    self.hash = Some((end + usize::from(FINGERPRINT_COLUMNS), HASH_COLUMNS.div_ceil(parts)));
                    return Break { end: hash, columns: label, next: Some(hash) };
                }
            }
            let blank = is_space(symbol);
            if let Some(previous) = previous.filter(|previous| may_part(*previous, cluster)) {
                let here = Some(Break { end, columns, next: Some(end) });
                if is_one_word(previous, cluster) { spare = here } else { best = here }
            }
            if wide > 0 && columns.saturating_add(wide) > self.width {
                if blank {
                    return Break { end, columns, next: Some(next) };
                }
                if end > start {
                    return best.or(spare).unwrap_or(Break { end, columns, next: Some(end) });
                }
            }
            if blank && inked {
                best = Some(Break { end, columns, next: Some(next) });
            }
            inked |= !blank;
            previous = Some(cluster);
            columns = columns.saturating_add(wide);
            end = next;
        }
        Break { end, columns, next: None }
    }

    /// The next part of a hash, if one is being drawn.
    fn break_hash(&mut self, start: usize) -> Option<Break> {
        let (hash_end, part) = self.hash?;
        let end = hash_end.min(start + usize::from(part));
        let columns = u16::try_from(end - start).unwrap_or(part);
        if end < hash_end {
            return Some(Break { end, columns, next: Some(end) });
        }
        self.hash = None;
        // A row of its own: what follows it begins another.
        let after = self.text.get(end..).and_then(|rest| clusters(rest).next());
        let next =
            after.map(
                |(symbol, _)| {
                    if is_space(symbol) || symbol.ends_with('\n') { end + symbol.len() } else { end }
                },
            );
        Some(Break { end, columns, next })
    }

    /// Whether a fingerprint stands here.
    fn is_fingerprint(&self, at: usize) -> bool {
        let end = at + usize::from(FINGERPRINT_COLUMNS);
        let goes_on =
            self.text.get(end..).unwrap_or_default().starts_with(|c: char| c.is_ascii_alphanumeric());
        !goes_on && self.text.get(at..end).is_some_and(|word| word.parse::<Fingerprint>().is_ok())
    }
}

/// Whether a row may break at this cluster, which is then not drawn.
fn is_space(symbol: &str) -> bool {
    matches!(symbol, " " | "\u{3000}")
}

/// Whether a row may break between two clusters without a space: beside a wide one, unless punctuation clings to
/// its neighbour.
fn may_part(left: (&str, u16), right: (&str, u16)) -> bool {
    const OPENING: &str = "（［｛「『【〈《〔〖〘〚";
    const CLOSING: &str =
        "、。，．：；！？）］｝」』】〉》〕〗〙〛・ー〜％ゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ";
    let solid = |(symbol, columns): (&str, u16)| {
        (columns > 1 && !is_space(symbol)) || symbol.starts_with(char::is_alphanumeric)
    };
    (left.1 > 1 || right.1 > 1)
        && solid(left)
        && solid(right)
        && !left.0.starts_with(|c| OPENING.contains(c))
        && !right.0.starts_with(|c| CLOSING.contains(c))
}

/// Whether a break between two clusters is the second choice: Korean has spaces between its words, so it breaks
/// there while it can, like an alphabet.
fn is_one_word(left: (&str, u16), right: (&str, u16)) -> bool {
    let spaced = |(symbol, columns): (&str, u16)| columns == 1 || symbol.starts_with(is_hangul);
    spaced(left) && spaced(right)
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}')
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::{Row, count_rows, is_space, wrap};
    use crate::app::text_width::columns;
    use crate::app::text_width::tests::nasty;

    /// Checks the rows of `text`, as drawn.
    #[track_caller]
    fn check(text: &str, width: u16, expect: &[&str]) {
        let rows = wrap(text, width);
        let drawn: Vec<&str> = rows.iter().map(|row| &text[row.start..row.end]).collect();
        assert_eq!(drawn, expect, "{text:?} in {width} columns");
        assert_eq!(count_rows(text, width), rows.len());
    }

    #[test]
    fn nothing_is_one_empty_row() {
        check("", 5, &[""]);
        check("", 0, &[""]);
    }

    #[test]
    fn rows_break_after_spaces() {
        check("hello world", 5, &["hello", "world"]);
        check("hello world", 8, &["hello", "world"]);
        check("hello world", 11, &["hello world"]);
        check("a b c d", 3, &["a b", "c d"]);
        check("hi 日本 x", 5, &["hi 日", "本 x"]);
        check("日\u{3000}本", 3, &["日", "本"]);
        check("日\u{3000}本", 4, &["日", "本"]);
    }

    #[test]
    fn one_space_goes_and_the_others_stay() {
        check("ab  cd", 3, &["ab ", "cd"]);
        check("ab   cd", 3, &["ab ", " cd"]);
        check("hello ", 5, &["hello", ""]);
        check("      ", 3, &["   ", "  "]);
    }

    #[test]
    fn no_break_spaces_hold() {
        check("ab cd\u{a0}ef", 5, &["ab", "cd\u{a0}ef"]);
    }

    #[test]
    fn indentation_does_not_leave_an_empty_row() {
        check("  longword", 6, &["  long", "word"]);
    }

    #[test]
    fn newlines_are_kept() {
        check("a\nb", 5, &["a", "b"]);
        check("a\n\nb\n", 5, &["a", "", "b", ""]);
        check("\n", 5, &["", ""]);
        check("hello\nworld", 5, &["hello", "world"]);
        check("a\r\nb", 5, &["a", "b"]);
        check("\r\n", 5, &["", ""]);
    }

    #[test]
    fn long_words_are_broken() {
        check("abcdefgh", 3, &["abc", "def", "gh"]);
        check("x abcdefgh", 3, &["x", "abc", "def", "gh"]);
    }

    #[test]
    fn a_fingerprint_is_whole_or_in_equal_parts_on_rows_of_their_own() {
        let key = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
        let all = &key[7..];
        let text = format!("its key is {key} now");
        check(&text, 80, &[&text]);
        check(&text, 55, &["its key is", &format!("{key} now")]);
        check(&text, 50, &["its key is", key, "now"]);
        check(&text, 49, &["its key is", "SHA256:", all, "now"]);
        check(&text, 42, &["its key is", "SHA256:", &all[..22], &all[22..], "now"]);
        check(key, 20, &["SHA256:", &all[..15], &all[15..30], &all[30..]]);
        check(&format!("  {key}\nnow"), 40, &["  SHA256:", &all[..22], &all[22..], "now"]);
        check(&format!("({key})"), 40, &["(", "SHA256:", &all[..22], &all[22..], ")"]);
        // What only looks like one is a long word.
        check(&format!("{key}x"), 49, &[&key[..49], &format!("{}x", &key[49..])]);
    }

    #[test]
    fn wide_text_breaks_anywhere() {
        check("안녕하세요", 4, &["안녕", "하세", "요"]);
        check("안녕하세요", 5, &["안녕", "하세", "요"]);
        check("안녕하세요hello", 12, &["안녕하세요", "hello"]);
        check("내일 회의를 합니다", 10, &["내일", "회의를", "합니다"]);
        check("내일 회의를합니다 네", 10, &["내일", "회의를합니", "다 네"]);
        check("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 3, &["👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]);
    }

    #[test]
    fn punctuation_clings_to_its_word() {
        check("안녕하세요.", 10, &["안녕하세", "요."]);
        check("日本語。", 6, &["日本", "語。"]);
        check("あ「い」", 4, &["あ", "「い", "」"]);
        check("ab @한글", 5, &["ab", "@한글"]);
    }

    #[test]
    fn too_narrow_still_makes_progress() {
        check("한글", 1, &["한", "글"]);
        check("한글", 0, &["한", "글"]);
        check("a한b", 1, &["a", "한", "b"]);
        check("あﾞx", 2, &["あﾞ", "x"]);
    }

    #[test]
    fn a_combining_mark_alone_is_no_row() {
        check("abc\u{301}d", 3, &["abc\u{301}", "d"]);
        check("abc\u{200b}d", 3, &["abc\u{200b}", "d"]);
    }

    /// Text of what is hard to measure or to break.
    /// Panics unless `gap`, what is not drawn between two rows, is nothing, one space or one newline.
    fn assert_gap(gap: &str) {
        assert!(gap.is_empty() || is_space(gap) || gap == "\n" || gap == "\r\n", "lost {gap:?}");
    }

    proptest! {
        #[test]
        fn rows_cover_the_text(text in nasty(), width in 0_u16..12) {
            let rows = wrap(&text, width);
            prop_assert_eq!(count_rows(&text, width), rows.len());
            let mut at = 0;
            for (index, &Row { start, end, columns: wide }) in rows.iter().enumerate() {
                assert_gap(&text[at..start]);
                prop_assert!(index == 0 || start > rows[index - 1].start, "no progress");
                let drawn = &text[start..end];
                prop_assert!(!drawn.contains('\n'));
                prop_assert_eq!(columns(drawn), usize::from(wide));
                let visible = drawn.graphemes(true).filter(|symbol| columns(symbol) > 0).count();
                prop_assert!(wide <= width.max(1) || visible == 1, "{:?} is wider than {}", drawn, width);
                at = end;
            }
            prop_assert_eq!(at, text.len());
        }

        #[test]
        fn rows_are_clusters_of_the_whole(text in nasty(), width in 0_u16..12) {
            let boundaries: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
            for row in wrap(&text, width) {
                prop_assert!(boundaries.contains(&row.start) && boundaries.contains(&row.end));
            }
        }

        #[test]
        fn wider_never_needs_more_rows(text in "[a-c ]{0,40}", width in 1_u16..12) {
            prop_assert!(count_rows(&text, width + 1) <= count_rows(&text, width));
        }
    }
}
