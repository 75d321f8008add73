//! Sanitising what enters a draft: control characters and bidi overrides, which could move the cursor or reverse the line, are
//! removed.

use crate::app::escape_sequences;

/// Makes pasted or typed text fit for a draft.
///
/// Escape sequences go as a whole. CR LF, CR and the Unicode line and paragraph separators become newlines, a tab four
/// spaces; other control characters and bidi embeddings, overrides and isolates go. Joiners stay: emoji and several scripts need them.
pub(super) fn text(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut after_cr = false;
    for c in escape_sequences::strip(raw).chars() {
        match c {
            '\n' if after_cr => {}
            '\r' | '\n' | '\u{2028}' | '\u{2029}' => text.push('\n'),
            '\t' => text.push_str("    "),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => {}
            c => text.push(c),
        }
        after_cr = c == '\r';
    }
    text
}
