//! The length of a message against the server's limits, and a message that is too long in parts.

use unicode_segmentation::UnicodeSegmentation as _;

/// How long a message may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// In bytes of UTF-8.
    pub bytes: usize,
    /// In lines.
    pub lines: usize,
}

/// What a length is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of UTF-8.
    Bytes,
    /// Lines.
    Lines,
}

/// A length and its limit, by whichever of the two is nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// How long it is.
    pub used: usize,
    /// How long it may be.
    pub limit: usize,
    /// In what.
    pub unit: Unit,
}

impl Limit {
    /// The length of a text, without the blanks at its end, which are not sent.
    #[must_use]
    pub fn measure(self, text: &str) -> Length {
        let text = text.trim_end();
        let bytes = Length { used: text.len(), limit: self.bytes, unit: Unit::Bytes };
        let lines = Length { used: count_lines(text), limit: self.lines, unit: Unit::Lines };
        if lines.used * bytes.limit > bytes.used * lines.limit { lines } else { bytes }
    }

    fn holds(self, text: &str) -> bool {
        text.len() <= self.bytes && count_lines(text) <= self.lines
    }

    /// The text in parts that keep its order: cut at the end of a line, else after a space, where there is one in the
    /// second half, else between characters as people see them.
    #[must_use]
    pub fn split(self, text: &str) -> Vec<String> {
        let mut parts = Vec::new();
        let mut rest = text.trim_end();
        while !self.holds(rest) {
            let (part, after) = self.cut(rest);
            parts.push(part.trim_end().to_owned());
            rest = after;
        }
        parts.push(rest.to_owned());
        parts.retain(|part| !part.trim().is_empty());
        parts
    }

    fn cut(self, text: &str) -> (&str, &str) {
        let (mut end, mut lines) = (0, 1);
        let (mut line, mut space) = (None, None);
        for (at, cluster) in text.grapheme_indices(true) {
            let next = at + cluster.len();
            lines += count_newlines(cluster);
            if next > self.bytes || lines > self.lines {
                // The last line ends here.
                line = line.or((lines > self.lines).then_some(next));
                break;
            }
            end = next;
            if next > self.bytes / 2 && cluster.trim().is_empty() {
                let last = if cluster.contains('\n') { &mut line } else { &mut space };
                *last = Some(next);
            }
        }
        // A cluster may be longer than a message.
        let end = match line.or(space).unwrap_or(end) {
            0 => text.floor_char_boundary(self.bytes.max(4)),
            end => end,
        };
        let (part, after) = text.split_at(end);
        // What the cut was made at is not said again; how the next line is indented is.
        let is_line = line.is_some();
        (part, if is_line { after.trim_start_matches('\n') } else { after.trim_start_matches(' ') })
    }
}

impl Length {
    /// By how much it is too long; zero where it is not.
    #[must_use]
    pub fn over(self) -> usize {
        self.used.saturating_sub(self.limit)
    }

    /// Whether the limit is near enough to be shown: three quarters of it are used.
    #[must_use]
    pub fn is_near(self) -> bool {
        self.used.saturating_mul(4) >= self.limit.saturating_mul(3)
    }
}

fn count_lines(text: &str) -> usize {
    1 + count_newlines(text)
}

fn count_newlines(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation as _;

    use super::{Length, Limit, Unit};

    fn limit(bytes: usize, lines: usize) -> Limit {
        Limit { bytes, lines }
    }

    #[test]
    fn the_nearer_limit_is_told() {
        let check = |text: &str, used, limit, unit, over| {
            let length = self::limit(40, 4).measure(text);
            assert_eq!(length, Length { used, limit, unit }, "{text:?}");
            assert_eq!(length.over(), over);
        };
        check("short", 1, 4, Unit::Lines, 0);
        check(&"x".repeat(50), 50, 40, Unit::Bytes, 10);
        check("a\nb\nc\nd\ne", 5, 4, Unit::Lines, 1);
        check("a\nb\n\n\n\n", 2, 4, Unit::Lines, 0);
        assert!(self::limit(40, 4).measure(&"x".repeat(30)).is_near());
        assert!(!self::limit(40, 4).measure(&"x".repeat(29)).is_near());
    }

    #[test]
    fn parts_end_where_people_would_end_them() {
        let table: [(&str, Limit, &[&str]); 9] = [
            ("one two three", limit(9, 9), &["one two", "three"]),
            ("one two three", limit(99, 9), &["one two three"]),
            ("abcdefghij", limit(4, 9), &["abcd", "efgh", "ij"]),
            ("one\ntwo\n  three\nfour", limit(99, 2), &["one\ntwo", "  three\nfour"]),
            ("one two\nthree four", limit(13, 9), &["one two", "three four"]),
            ("가나다 라마바", limit(13, 9), &["가나다", "라마바"]),
            (
                "👨\u{200d}👩\u{200d}👧👨\u{200d}👩\u{200d}👧",
                limit(20, 9),
                &["👨\u{200d}👩\u{200d}👧", "👨\u{200d}👩\u{200d}👧"],
            ),
            ("a\n\n\n\nb", limit(99, 2), &["a", "b"]),
            ("👨\u{200d}👩\u{200d}👧", limit(5, 9), &["👨", "\u{200d}", "👩", "\u{200d}", "👧"]),
        ];
        for (text, limit, parts) in table {
            assert_eq!(limit.split(text), parts, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_out_of_order_or_torn(
            text in "([a-z]{1,9}|[가-힣]{1,6}|👨\u{200d}👩\u{200d}👧|e\u{301}| |\n){0,60}",
            bytes in 24_usize..60,
            lines in 1_usize..6,
        ) {
            let limit = limit(bytes, lines);
            let parts = limit.split(&text);
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(letters(&parts.concat()), letters(&text));
            let whole: Vec<&str> = text.graphemes(true).filter(|one| !one.trim().is_empty()).collect();
            let split: Vec<&str> = parts.iter().flat_map(|part| part.graphemes(true)).filter(|one| !one.trim().is_empty()).collect();
            prop_assert_eq!(split, whole);
            for part in &parts {
                prop_assert!(limit.holds(part) && !part.trim().is_empty(), "{:?}", part);
            }
        }
    }
}
