//! Takes escape sequences (colours, titles, hyperlinks) out of text that was made for a terminal, so that no `[31m` is left
//! of them. The grammar is that of ECMA-48; a sequence that is cut off goes to the end of its line.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

/// The text without its escape sequences. Other control characters stay.
#[must_use]
pub fn strip(text: &str) -> Cow<'_, str> {
    if !text.contains(['\u{1b}', '\u{90}', '\u{98}', '\u{9b}', '\u{9d}', '\u{9e}', '\u{9f}']) {
        return Cow::Borrowed(text);
    }
    let mut stripped = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => skip_escape(&mut chars),
            '\u{9b}' => skip_control(&mut chars),
            '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => skip_string(&mut chars),
            c => stripped.push(c),
        }
    }
    Cow::Owned(stripped)
}

/// What follows an Esc.
fn skip_escape(chars: &mut Peekable<Chars>) {
    match chars.peek() {
        Some('[') => {
            chars.next();
            skip_control(chars);
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            chars.next();
            skip_string(chars);
        }
        // Intermediates, and one final character.
        Some(' '..='~') => {
            while chars.next_if(|c| matches!(c, ' '..='/')).is_some() {}
            chars.next_if(|c| matches!(c, '0'..='~'));
        }
        Some(_) | None => {}
    }
}

/// Parameters, intermediates and a final character.
fn skip_control(chars: &mut Peekable<Chars>) {
    while chars.next_if(|c| matches!(c, ' '..='?')).is_some() {}
    chars.next_if(|c| matches!(c, '@'..='~'));
}

/// Up to a string terminator; where there is none, to the end of the line.
fn skip_string(chars: &mut Peekable<Chars>) {
    while let Some(c) = chars.next_if(|c| *c != '\n') {
        match c {
            '\u{7}' | '\u{9c}' => return,
            '\u{1b}' => {
                chars.next_if_eq(&'\\');
                return;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn nothing_is_left_of_a_sequence_and_nothing_else_is_lost() {
        for (raw, left) in [
            ("\u{1b}[1;31mred\u{1b}[0m and \u{1b}[38:2::1:2:3mmore", "red and more"),
            ("\u{9b}31mred\u{9b}m", "red"),
            ("\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{7}!", "link!"),
            ("\u{1b}(Bplain\u{1b}=\u{1b}M", "plain"),
            ("\u{1b}P1$r\u{1b}\\a\u{1b}_x\u{9c}b", "ab"),
            ("cut \u{1b}[31", "cut "),
            ("cut \u{1b}]0;title\nnext", "cut \nnext"),
            ("\u{1b}[31\u{1b}[32mtwice", "twice"),
            ("\u{1b}[한글", "한글"),
            ("\u{1b}한글\u{1b}", "한글"),
            ("plain [31m", "plain [31m"),
        ] {
            assert_eq!(strip(raw), left, "{raw:?}");
        }
    }
}
