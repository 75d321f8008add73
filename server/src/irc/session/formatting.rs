//! What IRC clients put between the words of a text: the codes for bold, colours and so on are taken out, for no text on this
//! server has control characters; and CTCP, of which only `ACTION` is passed on.

/// A text of `PRIVMSG` or `NOTICE`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ctcp<'a> {
    /// Just a text.
    Text(&'a str),
    /// Something done.
    Action(&'a str),
    /// Another request or answer of CTCP.
    Other,
}

/// What kind of text it is.
pub(crate) fn ctcp(text: &str) -> Ctcp<'_> {
    let Some(inner) = text.strip_prefix('\u{1}') else { return Ctcp::Text(text) };
    let inner = inner.strip_suffix('\u{1}').unwrap_or(inner);
    match inner.split_once(' ') {
        Some((kind, action)) if kind.eq_ignore_ascii_case("ACTION") => Ctcp::Action(action),
        Some(_) | None => Ctcp::Other,
    }
}

/// A text without codes for formatting (<https://modern.ircdocs.horse/formatting>), and with spaces for tabs.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\u{2}' | '\u{f}' | '\u{11}' | '\u{16}' | '\u{1d}' | '\u{1e}' | '\u{1f}' => {}
            '\u{3}' => {
                if skip_number(&mut chars, 2, 10) && chars.peek() == Some(&',') {
                    let mut after = chars.clone();
                    after.next();
                    if skip_number(&mut after, 2, 10) {
                        chars = after;
                    }
                }
            }
            '\u{4}' => {
                skip_number(&mut chars, 6, 16);
            }
            '\t' => plain.push_str("    "),
            other => plain.push(other),
        }
    }
    plain
}

/// Skips up to so many digits; whether there was one.
fn skip_number(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, most: usize, radix: u32) -> bool {
    (0..most).take_while(|_| chars.next_if(|char| char.is_digit(radix)).is_some()).count() > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_for_formatting_are_taken_out_and_what_looks_like_them_stays() {
        for (coded, want) in [
            ("\u{2}bold\u{2} \u{1d}it\u{f}", "bold it"),
            ("\u{3}4,12red\u{3} on\u{3}4, blue", "red on, blue"),
            ("\u{3}123", "3"),
            ("\u{4}ff00aared", "red"),
            ("a\tb 한글", "a    b 한글"),
        ] {
            assert_eq!(plain(coded), want);
        }
    }

    #[test]
    fn of_ctcp_only_what_is_done_is_a_message() {
        assert_eq!(ctcp("\u{1}ACTION waves\u{1}"), Ctcp::Action("waves"));
        assert_eq!(ctcp("\u{1}action waves"), Ctcp::Action("waves"));
        assert_eq!(ctcp("\u{1}VERSION\u{1}"), Ctcp::Other);
        assert_eq!(ctcp("ACTION"), Ctcp::Text("ACTION"));
    }
}
