//! Text for a terminal that shows only ASCII: signs that have a likeness there are replaced by it, everything else is `?`.

use std::borrow::Cow;

/// The text in ASCII. Its line ends stay.
pub(super) fn to_ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut ascii = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii() => ascii.push(c),
            '→' => ascii.push_str("->"),
            '←' => ascii.push_str("<-"),
            '…' => ascii.push_str("..."),
            '×' => ascii.push('x'),
            '·' | '•' => ascii.push('.'),
            '›' | '»' => ascii.push('>'),
            '‹' | '«' => ascii.push('<'),
            '‐'..='―' => ascii.push('-'),
            '‘' | '’' => ascii.push('\''),
            '“' | '”' => ascii.push('"'),
            '\u{a0}' => ascii.push(' '),
            _ => ascii.push('?'),
        }
    }
    Cow::Owned(ascii)
}

#[cfg(test)]
mod tests {
    use super::to_ascii;

    #[test]
    fn what_has_a_likeness_is_shown_by_it() {
        for (text, ascii) in [
            ("plain\n", "plain\n"),
            ("→ kim joined… “really” – yes", "-> kim joined... \"really\" - yes"),
            ("kim › 한글", "kim > ??"),
            ("× lee", "x lee"),
        ] {
            assert_eq!(to_ascii(text), ascii);
        }
    }
}
