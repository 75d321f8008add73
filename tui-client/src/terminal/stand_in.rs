//! ASCII in the place of signs, for who wants nothing else on the screen (the setting `ascii`), and in the place of characters
//! whose width Unicode leaves open (UAX #11, "ambiguous"), for terminals that draw them two columns wide: a frame of them would
//! tear every row it is in. The screen (`terminal/screen.rs`) puts it there, when
//! `--ambiguous-width` (`ambiguous_width.rs`) or the terminal's answer (`terminal/query.rs`) says so.

use unicode_normalization::UnicodeNormalization as _;
use unicode_width::UnicodeWidthChar as _;

/// The character to draw in the place of one that is taken for one column, where it would be drawn as two.
#[must_use]
pub fn stand_in(c: char) -> Option<char> {
    if c.is_ascii() || !is_ambiguous(c) {
        return None;
    }
    Some(sign(c).unwrap_or_else(|| match c {
        'ß' => 's',
        'æ' | 'Æ' => 'a',
        'Ð' | 'ð' | 'đ' => 'd',
        'ı' | 'ĳ' => 'i',
        'ŀ' | 'ł' => 'l',
        'ŋ' | 'Ŋ' => 'n',
        'þ' | 'Þ' => 't',
        'œ' | 'Œ' | 'ø' | 'Ø' => 'o',
        // A letter without its marks, a number without its circle.
        _ => std::iter::once(c).nfkd().find(char::is_ascii_alphanumeric).unwrap_or('?'),
    }))
}

/// The ASCII for a sign that is no letter: of a frame, an arrow, punctuation.
#[must_use]
pub fn sign(c: char) -> Option<char> {
    Some(match c {
        '─' | '━' | '┄'..='┈' | '╌' | '╍' | '═' | '‐'..='―' | '\u{ad}' => '-',
        '│' | '┃' | '┆'..='┋' | '╎' | '╏' | '║' | '‖' => '|',
        '┌'..='╋' | '╒'..='╿' | '±' => '+',
        '▀'..='▟' | '■'..='▩' | '♩'..='♯' => '#',
        '←' | '◀' | '◁' | '⇐' | '≤' | '«' => '<',
        '→' | '↱' | '›' | '▶' | '▷' | '⇒' | '≥' | '»' => '>',
        '↑' | '▲' | '△' | '⇑' => '^',
        '↓' | '▼' | '▽' | '⇓' => 'v',
        '…' | '‥' | '·' => '.',
        '‘' | '’' | '′' | '´' => '\'',
        '“' | '”' | '″' | '¨' => '"',
        '×' => 'x',
        '÷' => '/',
        '●' | '★' | '☆' | '※' | '◆' | '◇' | '♥' | '♡' | '♠'..='♧' => '*',
        '○'..='◯' | '°' => 'o',
        '¡' => '!',
        '≠' | '≒' | '≡' => '=',
        _ => return None,
    })
}

/// Whether some terminals draw a character two columns wide that is taken for one. The crate counts the letters among them
/// as narrow, as the reports of UAX #11 advise since Unicode 16; terminals follow the older tables.
fn is_ambiguous(c: char) -> bool {
    c.width() == Some(1) && (c.width_cjk() == Some(2) || is_ambiguous_letter(c))
}

/// The letters of `EastAsianWidth.txt` with the value A: of Latin those of pinyin and of a few languages, of Greek and
/// Cyrillic those of the national standards for Chinese, Japanese and Korean.
fn is_ambiguous_letter(c: char) -> bool {
    matches!(c,
        'Æ' | 'Ð' | 'Ø' | 'Þ'..='á' | 'æ' | 'è'..='ê' | 'ì' | 'í' | 'ð' | 'ò' | 'ó' | 'ø'..='ú' | 'ü' | 'þ' | 'ā' | 'đ'
        | 'ē' | 'ě' | 'Ħ' | 'ħ' | 'ī' | 'ı'..='ĳ' | 'ĸ' | 'Ŀ'..='ł' | 'ń' | 'ň'..='ŋ' | 'ō' | 'Œ' | 'œ' | 'Ŧ' | 'ŧ' | 'ū'
        | 'ǎ' | 'ǐ' | 'ǒ' | 'ǔ' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' | 'ɑ' | 'ɡ'
        | 'Α'..='Ω' | 'α'..='ρ' | 'σ'..='ω' | 'Ё' | 'А'..='я' | 'ё')
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthChar as _;

    use super::stand_in;

    #[test]
    fn what_may_be_two_columns_wide_becomes_ascii_and_nothing_else_does() {
        for (c, expect) in [
            ('─', Some('-')),
            ('│', Some('|')),
            ('┬', Some('+')),
            ('…', Some('.')),
            ('↑', Some('^')),
            ('·', Some('.')),
            ('“', Some('"')),
            ('é', Some('e')),
            ('ß', Some('s')),
            ('ë', None),
            ('①', Some('1')),
            ('д', Some('?')),
            ('a', None),
            ('한', None),
            ('›', None),
            ('😀', None),
        ] {
            assert_eq!(stand_in(c), expect, "{c}");
        }
        for c in '\0'..=char::MAX {
            assert!(stand_in(c).is_none_or(|c| c.is_ascii_graphic()), "{c:?}");
            let may_be_wide = !c.is_ascii() && (c.width(), c.width_cjk()) == (Some(1), Some(2));
            assert!(!may_be_wide || stand_in(c).is_some(), "{c:?}");
        }
    }
}
