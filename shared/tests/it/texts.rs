//! What may be written: messages ([`Text`]) and one-line notes ([`Line`]).

use proptest::collection::vec;
use proptest::prelude::*;
use shared::text::is_safe;
use shared::{Code, Line, Text};

use crate::cases;

#[track_caller]
fn check(raw: &str, expected: Result<&str, Code>) {
    let parsed = Text::parse(raw);
    assert_eq!(parsed.as_ref().map(Text::as_str).map_err(|invalid| invalid.code), expected, "{raw:?}");
}

#[track_caller]
fn check_line(raw: &str, expected: Result<&str, Code>) {
    let parsed = Line::parse(raw);
    assert_eq!(parsed.as_ref().map(Line::as_str).map_err(|invalid| invalid.code), expected, "{raw:?}");
}

const REFUSED: Result<&str, Code> = Err(Code::TextInvalid);

#[test]
fn what_people_write_stays_as_it_is() {
    let texts = [
        "hi",
        "  indented",
        "trailing ",
        "two\nlines",
        "\n\nafter blank lines",
        "안녕하세요",
        "ㅋㅋㅋ",
        "こんにちは",
        "Привет, мир",
        "mixed Привет 안녕 hi",
        "ｆｕｌｌｗｉｄｔｈ",
        "שלום עולם",
        "مرحبا بالعالم",
        "x\u{200b}y",
        "a\u{ad}b",
        "नमस्ते",
        "q\u{331}\u{302}",
        "{\"type\":\"quit\"}",
        "\\u001b[2J",
        "/me waves",
        "𝕏",
        "\u{a0}x",
        "ไทย",
        "\u{f8ff}",
        "\u{10fffd}",
    ];
    for text in texts {
        check(text, Ok(text));
    }
}

#[test]
fn emoji_sequences_stay_whole() {
    let emoji = [
        "👩‍👩‍👧‍👦",
        "❤\u{fe0f}",
        "👋🏽",
        "🏳\u{fe0f}\u{200d}🌈",
        "👁\u{fe0f}\u{200d}🗨\u{fe0f}",
        "1\u{fe0f}\u{20e3}",
        "🇰🇷",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "❤\u{fe0f}\u{200d}🔥",
        "☺\u{fe0e}",
    ];
    for text in emoji {
        check(text, Ok(text));
        check_line(text, Ok(text));
    }
}

#[test]
fn decomposed_text_is_composed() {
    check("\u{110b}\u{1161}\u{11ab}\u{1102}\u{1167}\u{11bc}", Ok("안녕"));
    check("cafe\u{301}", Ok("café"));
    check("\u{212b}", Ok("Å"));
    check_line("\u{110b}\u{1161}\u{11ab}\u{1102}\u{1167}\u{11bc}", Ok("안녕"));
}

#[test]
fn nothing_that_moves_a_cursor_gets_in() {
    let controls = (0..=0x9f).filter_map(char::from_u32).filter(|c| c.is_control() && *c != '\n');
    let others = "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{206a}\u{206f}\u{2028}\
                  \u{2029}\u{fff9}\u{fffa}\u{fffb}\u{feff}";
    for c in controls.chain(others.chars()) {
        assert!(!is_safe(c), "{c:?}");
        check(&format!("a{c}b"), REFUSED);
        check_line(&format!("a{c}b"), REFUSED);
    }
    check("\u{1b}[2Jgone", REFUSED);
    check("red \u{1b}[31m", REFUSED);
    check("\u{1b}]52;c;aGk=\u{7}", REFUSED);
    check("line\r\nend", REFUSED);
    check("tab\tstop", REFUSED);
}

#[test]
fn a_text_has_something_visible_in_it() {
    let blank = [
        "",
        " ",
        "\n",
        " \n ",
        "\u{a0}",
        "\u{3000}",
        "\u{200b}",
        "\u{200d}\u{200d}",
        "\u{2060}",
        "\u{ad}",
        "\u{3164}",
        "\u{115f}",
        "\u{ffa0}",
        "\u{2800}",
        "\u{301}",
        "\u{fe0f}",
        "\u{e0041}",
        "\u{200e}\u{200f}",
        "\u{13441}",
    ];
    for text in blank {
        check(text, REFUSED);
    }
    check("\u{200b}.", Ok("\u{200b}."));
}

#[test]
fn a_text_has_at_most_4096_bytes() {
    check(&"x".repeat(4096), Ok(&"x".repeat(4096)));
    check(&"x".repeat(4097), REFUSED);
    let korean = "가".repeat(1365);
    check(&korean, Ok(&korean));
    check(&format!("{korean}가"), REFUSED);
    check(&"x".repeat(10_000_000), REFUSED);
    // U+0958 is six bytes in form C, so this grows beyond the limit.
    check(&"\u{958}".repeat(1000), REFUSED);
}

#[test]
fn a_text_has_at_most_64_lines() {
    let lines = |n: usize| vec!["x"; n].join("\n");
    check(&lines(64), Ok(&lines(64)));
    check(&lines(65), REFUSED);
    check(&format!("{}\n", lines(64)), REFUSED);
}

#[test]
fn piled_up_marks_are_refused() {
    let piled = |n| format!("z{}", "\u{33f}".repeat(n));
    check(&piled(8), Ok(&piled(8)));
    check(&piled(9), REFUSED);
    check_line(&piled(9), REFUSED);
    check(&"z\u{33f}".repeat(100), Ok(&"z\u{33f}".repeat(100)));
}

#[test]
fn marks_are_counted_in_the_form_that_is_kept_and_across_what_cannot_be_seen() {
    // Form C makes two marks of this one.
    check(&format!("z{}", "\u{344}".repeat(8)), REFUSED);
    for joint in ["\u{200d}", "\u{200b}", "\u{2060}", "\u{e0041}"] {
        check(&format!("z{}{joint}{}", "\u{33f}".repeat(8), "\u{33f}".repeat(8)), REFUSED);
    }
}

#[test]
fn a_line_is_one_line_of_at_most_300_bytes_and_may_be_empty() {
    check_line("", Ok(""));
    check_line("  lunch  ", Ok("lunch"));
    check_line("\n lunch \r\n", Ok("lunch"));
    check_line("two\nlines", REFUSED);
    check_line(&"x".repeat(300), Ok(&"x".repeat(300)));
    check_line(&"x".repeat(301), REFUSED);
    check_line(&"가".repeat(100), Ok(&"가".repeat(100)));
    check_line(&"가".repeat(101), REFUSED);
    for invisible in [
        "\u{3164}",
        "\u{2800}\u{200b}",
        "\u{115f}\u{1160}",
        "\u{ffa0} \u{ad}",
        "\u{fe0f}",
        "\u{1d159}",
        "\u{301}",
    ] {
        check_line(invisible, Ok(""));
    }
    check_line("\u{3164}lunch", Ok("\u{3164}lunch"));
    assert!(Line::default().is_empty() && !Line::parse("x").unwrap().is_empty());
}

/// Strings of what is usual, what is dangerous, and everything else.
pub(crate) fn strange() -> impl Strategy<Value = String> {
    let dangerous = "\0\t\r\n\u{1b}\u{7f}\u{85}\u{9b}\u{202e}\u{2066}\u{feff}\u{200b}\u{200d}\u{fe0f}\u{3164}\u{301}\
                     \u{33f}\u{344}\u{345}\u{93e}\u{958}\u{1100}\u{1161}\u{11a8}\u{130}\u{1e9e}\u{30c}JΣςﬁK";
    let usual = "abzAZ09 -_.@:가힣ㅋ한あア漢жЖåÅ👩🏽❤";
    let one_of = |chars: &str| prop::sample::select(chars.chars().collect::<Vec<_>>());
    let piece = prop_oneof![3 => one_of(usual), 2 => one_of(dangerous), 1 => any::<char>()];
    vec(piece, 0..40).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn a_text_that_is_taken_is_safe_and_taken_again_unchanged(raw in strange()) {
        if let Ok(text) = Text::parse(&raw) {
            prop_assert_eq!(Text::parse(text.as_str()), Ok(text.clone()));
            prop_assert!(text.as_str().chars().all(|c| is_safe(c) || c == '\n'));
        }
        if let Ok(line) = Line::parse(&raw) {
            prop_assert_eq!(Line::parse(line.as_str()), Ok(line.clone()));
            prop_assert!(line.as_str().chars().all(is_safe));
        }
    }
}
