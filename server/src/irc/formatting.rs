//! Colours and styles as IRC clients send them (modern.ircdocs.horse/formatting): codes among the text, which the chat does not take.
//! They are left out, as every other control character is, but for the tab, which is a space.

/// The text without codes.
#[must_use]
pub fn strip(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            '\u{3}' => take_colours(&mut rest, 2, |char| char.is_ascii_digit()),
            '\u{4}' => take_colours(&mut rest, 6, |char| char.is_ascii_hexdigit()),
            '\t' => plain.push(' '),
            // It ends a line of a message of several.
            '\n' => plain.push(char),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => {}
            other => plain.push(other),
        }
    }
    plain
}

/// Takes a colour of at most so many digits and, behind a comma, that of the background. A comma that no digit follows is text.
fn take_colours(
    rest: &mut std::iter::Peekable<std::str::Chars<'_>>,
    most: usize,
    is_digit: impl Fn(char) -> bool,
) {
    let take = |rest: &mut std::iter::Peekable<std::str::Chars<'_>>| {
        (0..most).take_while(|_| rest.next_if(|char| is_digit(*char)).is_some()).count()
    };
    if take(rest) == 0 || rest.peek() != Some(&',') {
        return;
    }
    let mut ahead = rest.clone();
    ahead.next();
    if take(&mut ahead) > 0 {
        *rest = ahead;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_left_out_and_what_only_looks_like_one_stays() {
        for (sent, plain) in [
            ("\u{2}bold\u{2} \u{1d}italic\u{f}", "bold italic"),
            ("\u{3}4red\u{3} \u{3}04,12x", "red x"),
            ("\u{3}4,text \u{3},x \u{3}123", ",text ,x 3"),
            ("\u{4}ff0000,00ff00x \u{4}ffx", "x x"),
            ("one\ntwo", "one\ntwo"),
            ("a\tb\u{1}c\u{9b}31md", "a bc31md"),
            ("안녕 1,2", "안녕 1,2"),
        ] {
            assert_eq!(strip(sent), plain, "{sent:?}");
        }
    }
}
