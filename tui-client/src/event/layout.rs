//! Which key of a US keyboard typed a character, by where other layouts and input methods have their letters: the Korean
//! Dubeolsik (KS X 5002), the Russian ЙЦУКЕН and the Greek one. A letter that is a command is meant by its key, whatever is
//! switched on.

use unicode_normalization::UnicodeNormalization as _;

/// Leading consonants from U+1100, vowels from U+1161 and trailing consonants from U+11A8, by the keys that type them.
const LEADING: &str = "r R s e E f a q Q t T d w W c z x v g";
const VOWELS: &str = "k o i O j p u P h hk ho hl y n nj np nl b m ml l";
const TRAILING: &str = "r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g";

/// Letters of other scripts, each before its key.
const LETTERS: &str = "йqцwуeкrеtнyгuшiщoзpфaыsіsвdаfпgрhоjлkдlяzчxсcмvиbтnьm\
                       ςwεeρrτtυyθuιiοoπpαaσsδdφfγgηhξjκkλlζzχxψcωvβbνnμm";

/// The letter on the key that typed `c`, where one key did and it has one. What is Latin already is its own.
#[must_use]
pub fn latin_letter(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_alphabetic().then_some(c);
    }
    if let Some(keys) = hangul_keys(c) {
        let mut keys = keys.chars();
        return keys.next().filter(|_| keys.next().is_none());
    }
    let lower = c.to_lowercase().next()?;
    let mut pairs = LETTERS.chars();
    while let (Some(letter), Some(key)) = (pairs.next(), pairs.next()) {
        if letter == lower {
            return Some(if lower == c { key } else { key.to_ascii_uppercase() });
        }
    }
    None
}

/// The text that the same keys type on a US keyboard: `ㅛㄷㄴ` is `yes`, and `네` is `sp`.
#[must_use]
pub fn latin_keys(text: &str) -> String {
    let mut keys = String::with_capacity(text.len());
    for c in text.chars() {
        match (latin_letter(c), hangul_keys(c)) {
            (Some(letter), _) => keys.push(letter),
            (None, Some(several)) => keys.push_str(&several),
            (None, None) => keys.push(c),
        }
    }
    keys
}

/// The keys of a Hangul letter or syllable: compatibility, conjoining and halfwidth letters are the same ones.
fn hangul_keys(c: char) -> Option<String> {
    if !matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}' | '\u{ffa1}'..='\u{ffdc}')
    {
        return None;
    }
    std::iter::once(c).nfkd().map(jamo_keys).collect()
}

fn jamo_keys(jamo: char) -> Option<&'static str> {
    let (table, first) = match jamo {
        '\u{1100}'..='\u{1112}' => (LEADING, 0x1100),
        '\u{1161}'..='\u{1175}' => (VOWELS, 0x1161),
        '\u{11a8}'..='\u{11c2}' => (TRAILING, 0x11a8),
        _ => return None,
    };
    table.split(' ').nth(usize::try_from(u32::from(jamo) - first).ok()?)
}

#[cfg(test)]
mod tests {
    use super::{latin_keys, latin_letter};

    #[test]
    fn a_letter_of_any_layout_is_the_key_it_is_on() {
        for (typed, letter) in [
            ("yㅛ\u{116d}\u{ffd2}нυ", 'y'),
            ("nㅜ\u{116e}тν", 'n'),
            ("rㄱ\u{1100}\u{11a8}\u{ffa1}кρ", 'r'),
            ("qㅂй", 'q'),
            ("Qㅃ\u{1108}Й", 'Q'),
            ("cㅊсψ", 'c'),
            ("uㅕгθ", 'u'),
            ("Pㅖ", 'P'),
        ] {
            for c in typed.chars() {
                assert_eq!(latin_letter(c), Some(letter), "{c} U+{:04X}", u32::from(c));
            }
        }
        // No key, two keys, or none that has a letter.
        for c in ['1', '?', ' ', 'é', '가', 'ㅘ', 'ㄳ', 'ж', '日', '\u{3164}', '\u{115f}'] {
            assert_eq!(latin_letter(c), None, "{c}");
        }
    }

    #[test]
    fn a_word_is_the_keys_that_typed_it() {
        for (typed, keys) in [
            ("yes", "yes"),
            ("ㅛㄷㄴ", "yes"),
            ("ㅜㅐ", "no"),
            ("네", "sp"),
            ("뷁", "qnpfr"),
            ("нуы", "yes"),
            ("3일", "3dlf"),
        ] {
            assert_eq!(latin_keys(typed), keys);
        }
    }
}
