//! What is highlighted inside a text: links and mentions of a name. `ui/timeline.rs` draws them.

use std::ops::Range;

/// Where the `http` and `https` links of a text are, in bytes.
#[must_use]
pub fn links(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = next_link(text, from) {
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.find(|c: char| c.is_whitespace() || "<>\"`".contains(c)).unwrap_or(rest.len());
        let link = without_punctuation(rest.get(..length).unwrap_or_default());
        let has_host =
            link.split_once("://").is_some_and(|(_, host)| host.starts_with(char::is_alphanumeric));
        if has_host {
            found.push(at..at + link.len());
        }
        from = at + length.max(1);
    }
    found
}

fn next_link(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let starts = ["http://", "https://"].into_iter().filter_map(|scheme| rest.find(scheme));
    starts.min().map(|at| from + at)
}

/// A link as people end it: `(see http://a.b/c).` means `http://a.b/c`, `http://a.b/c_(d)` means itself.
fn without_punctuation(link: &str) -> &str {
    let mut link = link;
    while let Some(last) = link.chars().next_back() {
        let open = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '。' | '、' => None,
            ')' => Some('('),
            ']' => Some('['),
            '}' => Some('{'),
            _ => break,
        };
        if open.is_some_and(|open| link.matches(open).count() >= link.matches(last).count()) {
            break;
        }
        link = link.strip_suffix(last).unwrap_or_default();
    }
    link
}

/// Where a text names `name` as a word of its own, whatever the case, in bytes. A Korean particle may follow:
/// `민수야`, `otter는`.
#[must_use]
pub fn mentions(text: &str, name: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut before = None;
    let mut taken = 0;
    for (at, c) in text.char_indices() {
        if at >= taken && !before.is_some_and(is_word) {
            let length = prefix_length(text.get(at..).unwrap_or_default(), name);
            if let Some(end) = length.map(|length| at + length).filter(|&end| ends_word(text, end)) {
                found.push(at..end);
                taken = end;
            }
        }
        before = Some(c);
    }
    found
}

/// The bytes of `text` that are `name` in any case, when it begins with it.
fn prefix_length(text: &str, name: &str) -> Option<usize> {
    let mut chars = text.chars();
    for expect in name.chars() {
        let found = chars.next()?;
        if !(found.eq_ignore_ascii_case(&expect) || found.to_lowercase().eq(expect.to_lowercase())) {
            return None;
        }
    }
    (!name.is_empty()).then(|| text.len() - chars.as_str().len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// Whether a word may end at `end`. Names have `-` and `.` in them, sentences end with them.
fn ends_word(text: &str, end: usize) -> bool {
    let mut rest = text.get(end..).unwrap_or_default().chars();
    match rest.next() {
        None => true,
        Some(c) if is_hangul(c) => true,
        Some('-' | '.' | '_') => !rest.next().is_some_and(char::is_alphanumeric),
        Some(c) => !c.is_alphanumeric(),
    }
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{links, mentions};

    #[track_caller]
    fn check(found: Vec<std::ops::Range<usize>>, text: &str, expect: &[&str]) {
        let found: Vec<&str> = found.into_iter().map(|range| text.get(range).unwrap()).collect();
        assert_eq!(found, expect, "{text:?}");
    }

    #[test]
    fn links_end_where_people_mean() {
        let table: [(&str, &[&str]); 9] = [
            ("see http://a.b/c, ok", &["http://a.b/c"]),
            ("(see https://a.b/c).", &["https://a.b/c"]),
            ("https://a.b/c_(d)", &["https://a.b/c_(d)"]),
            ("http://a http://b", &["http://a", "http://b"]),
            ("<https://a.b>", &["https://a.b"]),
            ("https:// http:// ftp://x", &[]),
            ("주소는 https://예.한국/길 입니다", &["https://예.한국/길"]),
            ("https://https://x", &["https://https://x"]),
            ("", &[]),
        ];
        for (text, expect) in table {
            check(links(text), text, expect);
        }
    }

    #[test]
    fn names_are_words_of_their_own() {
        let table: [(&str, &str, &[&str]); 13] = [
            ("hi otter", "otter", &["otter"]),
            ("@Otter: hi", "otter", &["Otter"]),
            ("otters", "otter", &[]),
            ("calm-otter", "otter", &[]),
            ("otter-2", "otter", &[]),
            ("otter.", "otter", &["otter"]),
            ("otter- otter", "otter", &["otter", "otter"]),
            ("otter는 otter", "otter", &["otter", "otter"]),
            ("민수야 안녕", "민수", &["민수"]),
            ("김민수", "민수", &[]),
            ("(민수)", "민수", &["민수"]),
            ("anything", "", &[]),
            ("ÉMILE!", "émile", &["ÉMILE"]),
        ];
        for (text, name, expect) in table {
            check(mentions(text, name), text, expect);
        }
    }

    proptest! {
        #[test]
        fn marks_are_parts_of_the_text(text in "[a(). \u{ac00}é:/]{0,12}(https?://)?[a(). \u{ac00}é:/]{0,12}", name in "[aé\u{ac00}]{1,2}") {
            for range in links(&text).into_iter().chain(mentions(&text, &name)) {
                prop_assert!(text.get(range).is_some_and(|part| !part.is_empty()));
            }
        }
    }
}
