//! JSON as it may be printed: what could move a cursor, turn the direction of a line or end it is written as `\uXXXX`.
//!
//! `serde_json` escapes only what the grammar demands, so U+009B or U+2028 in a server's words would go out raw. Such
//! characters can stand in strings alone, where the escape means the same.

use std::fmt::Write as _;

use shared::text::is_safe;

/// A JSON line with every such character escaped; where only ASCII may go out, every other one, too.
pub(super) fn escape(line: &str, ascii: bool) -> String {
    let is_plain = |c: char| c == '\n' || is_safe(c) && !is_format(c) && (c.is_ascii() || !ascii);
    let mut escaped = String::with_capacity(line.len());
    for c in line.chars() {
        if is_plain(c) {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                write!(escaped, "\\u{unit:04x}").ok();
            }
        }
    }
    escaped
}

/// Marks without a width that [`is_safe`] lets pass because texts need them: joiners, direction marks, tags.
fn is_format(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_means_the_same() {
        let nasty = "a\u{9b}31m\u{202e}b\u{2028}c\u{2029}\u{7f}\u{85}\u{2066}\u{feff}\u{200e}\u{61c}\u{e0001}\u{fff9}";
        let line = serde_json::to_string(nasty).unwrap();
        let escaped = escape(&line, false);
        assert!(escaped.chars().all(|c| matches!(c, ' '..='~')), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), nasty);
        for kept in ["한글 👍🏽 é\n", "{\"a\":[1,true]}\n"] {
            assert_eq!(escape(kept, false), kept);
        }
    }

    #[test]
    fn ascii_alone_still_says_everything() {
        let escaped = escape("\"한 👍\"", true);
        assert_eq!(escaped, r#""\ud55c \ud83d\udc4d""#);
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), "한 👍");
    }
}
