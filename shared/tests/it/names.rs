//! What a person may be called.

use proptest::prelude::*;
use shared::{Code, Name};

use crate::cases;
use crate::texts::strange;

/// Checks that a name is taken, in this form.
#[track_caller]
fn check(raw: &str, expected: Result<&str, Code>) {
    let parsed = Name::parse(raw);
    assert_eq!(parsed.as_ref().map(Name::as_str).map_err(|invalid| invalid.code), expected, "{raw:?}");
}

const REFUSED: Result<&str, Code> = Err(Code::NameInvalid);

#[test]
fn names_in_one_script_are_taken_as_they_are() {
    let names = [
        "calm-otter",
        "al",
        "Bob_7",
        "a.b.c",
        "42",
        "x-",
        "민수",
        "민",
        "한글이름",
        "ㅋㅋ",
        "ㅎㅎㅎ",
        "ㅋㅋ2",
        "민수ㅋㅋ",
        "さくら",
        "サクラー",
        "田中",
        "小明",
        "админ",
        "Наташа",
        "Ελένη",
        "łódź",
        "Nguyễn",
        "Øystein",
        "क्षत्रिय",
        "สวัสดี",
        "محمد",
        "דוד",
        "Արամ",
        "ქართველი",
    ];
    for name in names {
        check(name, Ok(name));
    }
}

#[test]
fn latin_may_stand_beside_korean_japanese_and_chinese() {
    for name in ["민수kim", "kim민수", "さくらchan", "田中さんX", "小明abc"] {
        check(name, Ok(name));
    }
}

#[test]
fn other_mixtures_of_scripts_are_refused() {
    for name in ["аdmin", "pаypal", "Ηello", "민수да", "さくらㅋ", "민수さくら", "שלוםabc", "ԁavid"]
    {
        check(name, REFUSED);
    }
}

#[test]
fn single_hangul_letters_do_not_stand_beside_latin_ones_they_resemble() {
    for name in ["admㅣn", "minㅋㅋ", "ㅇㅇoo"] {
        check(name, REFUSED);
    }
}

#[test]
fn a_name_has_2_to_24_columns() {
    check("a", REFUSED);
    check("", REFUSED);
    check("e\u{301}", REFUSED);
    check(&"a".repeat(24), Ok(&"a".repeat(24)));
    check(&"a".repeat(25), REFUSED);
    check(&"가".repeat(12), Ok(&"가".repeat(12)));
    check(&"가".repeat(13), REFUSED);
    check(&format!("{}a", "가".repeat(12)), REFUSED);
    check(&"a".repeat(1_000_000), REFUSED);
}

#[test]
fn a_decomposed_name_is_composed() {
    check("\u{1106}\u{1175}\u{11ab}\u{1109}\u{116e}", Ok("민수"));
    check("cafe\u{301}", Ok("café"));
    // Twelve syllables with a final consonant: 108 bytes decomposed, and still 24 columns.
    check(&"\u{1112}\u{1161}\u{11ab}".repeat(12), Ok(&"한".repeat(12)));
}

#[test]
fn a_name_begins_with_a_letter_or_digit() {
    for name in
        ["-ab", "_ab", ".ab", "@ab", "#ab", "/ab", " ab", "\u{301}ab", "\u{93e}कक", "\u{e31}สส", "\u{20dd}ab"]
    {
        check(name, REFUSED);
    }
}

#[test]
fn a_name_is_more_than_marks_and_blanks() {
    for name in
        ["\u{301}\u{301}", "\u{93e}\u{93e}", "  ", "\u{3164}\u{3164}", "\u{115f}\u{1160}", "\u{200b}\u{200b}"]
    {
        check(name, REFUSED);
    }
    for name in
        ["\u{2800}\u{2800}", "\u{ffa0}\u{ffa0}", "\u{13441}\u{13441}", "\u{16fe4}\u{16fe4}", "\u{ad}\u{ad}ab"]
    {
        check(name, REFUSED);
    }
}

#[test]
fn characters_that_cannot_be_seen_are_refused_anywhere_in_a_name() {
    let invisible = [
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{115f}',
        '\u{1160}',
        '\u{17b4}',
        '\u{180b}',
        '\u{180e}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{200e}',
        '\u{200f}',
        '\u{2060}',
        '\u{2064}',
        '\u{2800}',
        '\u{3164}',
        '\u{fe00}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{ffa0}',
        '\u{e0001}',
        '\u{e0041}',
        '\u{e0100}',
        '\u{13441}',
        '\u{16fe4}',
    ];
    for c in invisible {
        check(&format!("ab{c}"), REFUSED);
        check(&format!("민{c}수"), REFUSED);
        check(&format!("{c}ab"), REFUSED);
    }
}

#[test]
fn characters_that_steer_a_terminal_are_refused() {
    for c in ['\0', '\u{7}', '\u{8}', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{85}', '\u{9b}', '\u{2028}'] {
        check(&format!("ab{c}cd"), REFUSED);
    }
    for c in ['\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'] {
        check(&format!("ab{c}cd"), REFUSED);
    }
    check("ab\u{1b}[2J", REFUSED);
}

#[test]
fn lookalikes_of_whole_alphabets_are_refused() {
    for name in ["ａｄｍｉｎ", "ｱｲｳ", "Ⓐⓑ", "𝐚𝐝𝐦𝐢𝐧", "ᵃᵇ", "a²", "ⅷⅷ", "ᄏᄏ", "ᅵᅵ"]
    {
        check(name, REFUSED);
    }
}

#[test]
fn piled_up_marks_are_refused() {
    check(&format!("ab{}", "\u{301}".repeat(5)), REFUSED);
    check(&format!("a{}b", "\u{316}\u{302}".repeat(20)), REFUSED);
    check(&format!("z{}", "\u{20dd}".repeat(3)), REFUSED);
}

#[test]
fn punctuation_spaces_and_emoji_are_refused() {
    for name in
        ["a b", "a:b", "a@b", "a/b", "a#b", "a,b", "a'b", "a·b", "🦦🦦", "ab🦦", "a\u{a0}b", "한\u{3000}글"]
    {
        check(name, REFUSED);
    }
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn a_name_that_is_taken_is_taken_again_unchanged(raw in strange()) {
        if let Ok(name) = Name::parse(&raw) {
            prop_assert_eq!(Name::parse(name.as_str()), Ok(name.clone()));
            prop_assert!(name.as_str().chars().all(shared::text::is_safe));
        }
    }
}
