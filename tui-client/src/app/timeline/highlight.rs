//! What is highlighted inside a text: mentions of a name. `ui/timeline.rs` draws them.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::korean_suffix::is_suffix;

/// Where a text names `name` as a word of its own, whatever the case, in bytes.
///
/// A word ends where the script changes (`annさん`, `你好ann`). Scripts without spaces between words have no ends to look at:
/// there a name counts wherever it stands, unless it is a single character (`明` in `明天`), which has to stand alone or after
/// `@`. A Korean particle may follow a name: `민수야`, `otter는`; after a single syllable nothing else may (`별아`, not `별로`).
#[must_use]
pub fn mentions(text: &str, name: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut letters = name.chars();
    let Some(first) = letters.next() else { return found };
    let is_single = letters.next().is_none();
    let mut from = 0;
    while let Some((at, rest)) = find_letter(text, from, first) {
        let begins_with = rest.chars().next().unwrap_or(first);
        let before = || text.get(..at).and_then(|before| before.chars().next_back());
        let end = prefix_length(rest, name).map(|length| at + length).filter(|&end| {
            let before = before();
            let is_called = before == Some('@');
            begins_word(before, begins_with, is_single) && ends_word(text, end, is_single && !is_called)
        });
        found.extend(end.map(|end| at..end));
        from = end.unwrap_or(at + begins_with.len_utf8());
    }
    found
}

/// The first character from `from` on that is `letter` in any case: where it stands, and the text from there. This is looked for in
/// each message that somebody does not see at once, and mostly it is not the one that is sought, so bytes are all that is looked at
/// while they are ASCII.
fn find_letter(text: &str, mut from: usize, letter: char) -> Option<(usize, &str)> {
    let ascii = u8::try_from(letter).ok().filter(u8::is_ascii);
    loop {
        let bytes = text.as_bytes().get(from..)?;
        // Of what is not ASCII, some is an ASCII letter in another case: the sign of kelvin is a `k`.
        let may_be =
            |byte: &u8| !byte.is_ascii() || ascii.is_none_or(|letter| letter.eq_ignore_ascii_case(byte));
        let at = from + bytes.iter().position(may_be)?;
        let rest = text.get(at..)?;
        let found = rest.chars().next()?;
        if is_same(found, letter) {
            return Some((at, rest));
        }
        from = at + found.len_utf8();
    }
}

/// Whether two characters are the same in any case.
fn is_same(one: char, other: char) -> bool {
    one.eq_ignore_ascii_case(&other)
        || !(one.is_ascii() && other.is_ascii())
            && has_case(one)
            && has_case(other)
            && one.to_lowercase().eq(other.to_lowercase())
}

/// Whether a character may have another case. Han, Kana and Hangul have none, and this is all that is known here.
fn has_case(c: char) -> bool {
    !matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}')
}

/// The bytes of `text` that are `name` in any case, when it begins with it.
fn prefix_length(text: &str, name: &str) -> Option<usize> {
    let mut chars = text.chars();
    for expect in name.chars() {
        if !is_same(chars.next()?, expect) {
            return None;
        }
    }
    (!name.is_empty()).then(|| text.len() - chars.as_str().len())
}

/// How words are written with a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    /// No letter: it ends every word.
    Between,
    /// A sign inside names: `-`, `_`.
    Joint,
    /// With spaces around words: Latin, Greek, Cyrillic, Arabic, digits and the rest.
    Spaced,
    /// With spaces, but with particles at the end of words.
    Hangul,
    /// Katakana, whose runs are words between others.
    Katakana,
    /// Without spaces: Han, Hiragana, Thai, Lao, Khmer, Burmese, Tibetan.
    Unspaced,
}

fn writing(c: char) -> Writing {
    match c {
        '_' | '-' => Writing::Joint,
        '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' => Writing::Hangul,
        '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => {
            Writing::Katakana
        }
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{309f}' // Han marks, Hiragana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}' // Han
        | '\u{e00}'..='\u{eff}' // Thai, Lao
        | '\u{f00}'..='\u{fff}' // Tibetan
        | '\u{1000}'..='\u{109f}' // Burmese
        | '\u{1780}'..='\u{17ff}' // Khmer
        => Writing::Unspaced,
        c if c.is_alphanumeric() => Writing::Spaced,
        _ => Writing::Between,
    }
}

/// Whether two neighbours belong to one word.
fn is_joined(a: char, b: char) -> bool {
    match (writing(a), writing(b)) {
        (Writing::Between | Writing::Unspaced, _) | (_, Writing::Between | Writing::Unspaced) => false,
        (Writing::Joint, _) | (_, Writing::Joint) => true,
        // `민수2` is another name than `민수`.
        (one, other) => one == other || a.is_ascii_digit() || b.is_ascii_digit(),
    }
}

/// Whether a word may begin with `first` after `before`.
fn begins_word(before: Option<char>, first: char, is_single: bool) -> bool {
    let Some(before) = before else { return true };
    let is_inside = is_single && writing(first) == Writing::Unspaced && writing(before) == Writing::Unspaced;
    !is_joined(before, first) && !is_inside
}

/// Whether a word may end at `end`. Names have `-` and `.` in them, sentences end with them.
fn ends_word(text: &str, end: usize, is_single: bool) -> bool {
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let mut rest = rest.chars();
    let (Some(last), Some(next)) = (name.chars().next_back(), rest.next()) else { return true };
    match next {
        '-' | '.' | '_' => !rest.next().is_some_and(|c| is_joined(last, c)),
        _ if is_combining_mark(next) => false,
        _ if writing(next) == Writing::Hangul => {
            !(is_single && writing(last) == Writing::Hangul) || is_suffix(text.get(end..).unwrap_or_default())
        }
        _ if is_single && writing(last) == Writing::Unspaced => writing(next) != Writing::Unspaced,
        _ => !is_joined(last, next),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{begins_word, ends_word, has_case, mentions, prefix_length};

    #[track_caller]
    fn check(found: Vec<std::ops::Range<usize>>, text: &str, expect: &[&str]) {
        let found: Vec<&str> = found.into_iter().map(|range| text.get(range).unwrap()).collect();
        assert_eq!(found, expect, "{text:?}");
    }

    #[test]
    fn names_are_words_of_their_own() {
        let table: [(&str, &str, &[&str]); 17] = [
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
            ("지민아, 지민님", "지민", &["지민", "지민"]),
            ("별아 별님은?", "별", &["별", "별"]),
            ("별로 별일 없어", "별", &[]),
            ("@별로", "별", &["별"]),
            ("anything", "", &[]),
            ("ÉMILE!", "émile", &["ÉMILE"]),
        ];
        for (text, name, expect) in table {
            check(mentions(text, name), text, expect);
        }
    }

    #[test]
    fn names_are_words_in_any_script() {
        let table: [(&str, &str, &[&str]); 38] = [
            ("annさん", "ann", &["ann"]),
            ("ann君、どう?", "ann", &["ann"]),
            ("你好ann", "ann", &["ann"]),
            ("你好，Ann！", "ann", &["Ann"]),
            ("叫ann来", "ann", &["ann"]),
            ("안녕ann", "ann", &["ann"]),
            ("안나야 밥 먹자", "안나", &["안나"]),
            ("ann님", "ann", &["ann"]),
            ("ann님께서도요", "ann", &["ann"]),
            ("あのann", "ann", &["ann"]),
            ("アン・ann", "ann", &["ann"]),
            ("你好小明在吗", "小明", &["小明"]),
            ("小明", "小明", &["小明"]),
            ("@小明：", "小明", &["小明"]),
            ("小明和小明", "小明", &["小明", "小明"]),
            ("さくらさんへ", "さくら", &["さくら"]),
            ("ねえアンナちゃん", "アンナ", &["アンナ"]),
            ("ジョアンナ", "アンナ", &[]),
            ("アンナー", "アンナ", &[]),
            ("สวัสดีแอนครับ", "แอน", &["แอน"]),
            ("明天见", "明", &[]),
            ("@明天见", "明", &["明"]),
            ("明, 在吗", "明", &["明"]),
            ("joanna", "anna", &[]),
            ("annabel", "anna", &[]),
            ("Joanna and Anna", "anna", &["Anna"]),
            ("hannah", "anna", &[]),
            ("ann2", "ann", &[]),
            ("2ann", "ann", &[]),
            ("민수2", "민수", &[]),
            ("我是2小明", "小明", &["小明"]),
            ("김안나", "안나", &[]),
            ("анна, привет", "Анна", &["анна"]),
            ("жанна", "анна", &[]),
            ("γειάΆννα", "Άννα", &[]),
            ("anna\u{331}", "anna", &[]),
            ("anna's", "anna", &["anna"]),
            ("anna_b annaさん", "anna", &["anna"]),
        ];
        for (text, name, expect) in table {
            check(mentions(text, name), text, expect);
        }
    }

    /// The same, as it is said: at every place it is looked for the name.
    fn anywhere(text: &str, name: &str) -> Vec<std::ops::Range<usize>> {
        let (mut found, mut taken, mut before) = (Vec::new(), 0, None);
        let is_single = name.chars().nth(1).is_none();
        for (at, c) in text.char_indices() {
            let end = prefix_length(text.get(at..).unwrap(), name).map(|length| at + length).filter(|&end| {
                begins_word(before, c, is_single) && ends_word(text, end, is_single && before != Some('@'))
            });
            if let Some(end) = end.filter(|_| at >= taken) {
                found.push(at..end);
                taken = end;
            }
            before = Some(c);
        }
        found
    }

    #[test]
    fn what_has_no_other_case_is_known_by_its_block() {
        for c in (0..=0x0010_ffff).filter_map(char::from_u32) {
            let lower: Vec<char> = c.to_lowercase().collect();
            assert!(has_case(c) || lower == [c], "{c:?}");
            assert!(lower == [c] || lower.into_iter().all(has_case), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_found_as_if_it_was_looked_for_everywhere(
            text in "[aAkK\u{212a}éÉ@_ \u{ac00}가나ßẞ]{0,12}", name in "[aAkK\u{212a}é\u{ac00}나]{0,3}"
        ) {
            prop_assert_eq!(mentions(&text, &name), anywhere(&text, &name));
        }

        #[test]
        fn marks_are_parts_of_the_text(text in "[a(). \u{ac00}é:/]{0,12}(https?://)?[a(). \u{ac00}é:/]{0,12}", name in "[aé\u{ac00}]{1,2}") {
            for range in mentions(&text, &name) {
                prop_assert!(text.get(range).is_some_and(|part| !part.is_empty()));
            }
        }
    }
}
