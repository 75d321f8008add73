//! Removes escape sequences from text that came from somewhere else: what a program printed in colours and somebody pasted
//! or piped. A sequence goes as a whole; without its first byte alone, its rest would stay as `[31m`.

use std::borrow::Cow;

const ESC: char = '\u{1b}';
/// The one-character forms of `ESC [`, and of `ESC` with the letter of a control string.
const CSI: char = '\u{9b}';
const STRINGS: [char; 5] = ['\u{90}', '\u{98}', '\u{9d}', '\u{9e}', '\u{9f}'];
const STRING_END: char = '\u{9c}';
const BEL: char = '\u{7}';

/// The text without its escape sequences (ECMA-48). One that is not finished goes as far as it is one: a control string
/// never takes the next line with it.
#[must_use]
pub fn strip(text: &str) -> Cow<'_, str> {
    let begins = |c: char| c == ESC || c == CSI || STRINGS.contains(&c);
    if !text.contains(begins) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(begins) {
        let (before, sequence) = rest.split_at(at);
        kept.push_str(before);
        rest = after_sequence(sequence);
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// What comes after the sequence that `text` begins with.
fn after_sequence(text: &str) -> &str {
    let mut chars = text.chars();
    match chars.next() {
        Some(CSI) => return after_control_sequence(chars.as_str()),
        Some(c) if STRINGS.contains(&c) => return after_string(chars.as_str()),
        _ => {}
    }
    let rest = chars.as_str();
    match chars.next() {
        Some('[') => after_control_sequence(chars.as_str()),
        Some(']' | 'P' | 'X' | '^' | '_') => after_string(chars.as_str()),
        // A character set, `ESC ( B`, and the two-character sequences.
        Some(' '..='/') => {
            after(chars.as_str().trim_start_matches(|c| matches!(c, ' '..='/')), |c| matches!(c, '0'..='~'))
        }
        Some('0'..='~') => chars.as_str(),
        _ => rest,
    }
}

/// Parameters, intermediates and a final character.
fn after_control_sequence(text: &str) -> &str {
    let rest =
        text.trim_start_matches(|c| matches!(c, '0'..='?')).trim_start_matches(|c| matches!(c, ' '..='/'));
    after(rest, |c| matches!(c, '@'..='~'))
}

fn after_string(text: &str) -> &str {
    let Some(end) = text.find(|c: char| matches!(c, BEL | STRING_END | ESC | '\n' | '\r')) else { return "" };
    let rest = text.get(end..).unwrap_or_default();
    let ended = rest.strip_prefix([BEL, STRING_END]).or_else(|| rest.strip_prefix("\u{1b}\\"));
    ended.unwrap_or(rest)
}

/// The text without its first character, if it is such a one.
fn after(text: &str, is_last: impl Fn(char) -> bool) -> &str {
    text.strip_prefix(is_last).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn a_sequence_goes_as_a_whole_and_nothing_else_does() {
        for (text, expect) in [
            ("plain [31m 한글", "plain [31m 한글"),
            ("\u{1b}[31mred\u{1b}[0m", "red"),
            ("\u{1b}[1;38;2;255;0;10mtrue\u{1b}[K colour\u{1b}[?25l", "true colour"),
            ("\u{1b}[38:5:208m=\u{1b}[ q|", "=|"),
            ("\u{9b}32mgreen", "green"),
            ("\u{1b}]8;;https://example.net\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("\u{1b}]0;title\u{7}text", "text"),
            ("\u{1b}Pq#0\u{1b}\\x\u{1b}_Gi=1;\u{1b}\\y\u{9d}2;t\u{9c}z", "xyz"),
            ("\u{1b}(Bascii\u{1b}7\u{1b}=\u{1b}M", "ascii"),
            // Unfinished.
            ("a\u{1b}", "a"),
            ("a\u{1b}[31", "a"),
            ("a\u{1b}[31\nb", "a\nb"),
            ("a\u{1b}]0;title\nb", "a\nb"),
            ("a\u{1b}\u{1b}[1mb", "ab"),
            ("a\u{1b}한", "a한"),
        ] {
            assert_eq!(strip(text), expect, "{text:?}");
        }
    }
}
