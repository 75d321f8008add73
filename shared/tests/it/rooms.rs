//! What a room may be called.

use proptest::prelude::*;
use shared::{Code, RoomName, Uid};

use crate::cases;
use crate::texts::strange;

#[track_caller]
fn check(raw: &str, expected: Result<&str, Code>) {
    let parsed = RoomName::parse(raw);
    assert_eq!(parsed.as_ref().map(RoomName::as_str).map_err(|invalid| invalid.code), expected, "{raw:?}");
}

const REFUSED: Result<&str, Code> = Err(Code::BadRequest);

#[test]
fn names_in_one_script_are_taken() {
    for name in ["lobby", "a", "7", "rust-한국", "ㅋㅋ", "점심", "雑談", "кухня", "v1.2_beta", "kitchen-"]
    {
        check(name, Ok(name));
    }
}

#[test]
fn a_name_is_brought_into_lower_case_and_form_c() {
    check("Lobby", Ok("lobby"));
    check("КУХНЯ", Ok("кухня"));
    check("\u{110c}\u{1165}\u{11b7}\u{1109}\u{1175}\u{11b7}", Ok("점심"));
    check("CAFE\u{301}", Ok("café"));
    // There is no single capital for this letter, so the case must go before the marks are composed.
    check("\u{3aa}\u{301}", Ok("ΐ"));
    check(&"\u{1112}\u{1161}\u{11ab}".repeat(16), Ok(&"한".repeat(16)));
}

#[test]
fn a_name_has_1_to_32_columns() {
    check("", REFUSED);
    check(&"a".repeat(32), Ok(&"a".repeat(32)));
    check(&"a".repeat(33), REFUSED);
    check(&"가".repeat(16), Ok(&"가".repeat(16)));
    check(&"가".repeat(17), REFUSED);
    check(&"a".repeat(1_000_000), REFUSED);
}

#[test]
fn signs_and_controls_are_refused() {
    for name in ["#lobby", "a b", "-a", ".a", "_", "a/b", "a\nb", "a\u{1b}b", "a\0", "lobby\u{202e}", "🦦"]
    {
        check(name, REFUSED);
    }
}

#[test]
fn a_room_that_looks_like_another_is_refused() {
    let lookalikes = [
        "lоbby",
        "lobby\u{fe0f}",
        "lobby\u{34f}",
        "lobby\u{200b}",
        "lobby\u{3164}",
        "lobby\u{e0100}",
        "ｌobby",
        "ⓛobby",
        "\u{301}lobby",
        "lobbㅣ",
    ];
    for name in lookalikes {
        check(name, REFUSED);
    }
    check(&format!("lob{}", "\u{301}".repeat(5)), REFUSED);
}

#[test]
fn a_direct_room_is_named_by_two_people_the_smaller_first() {
    check("@3:17", Ok("@3:17"));
    check("@1:9007199254740991", Ok("@1:9007199254740991"));
    let wrong = [
        "@",
        "@:",
        "@1",
        "@1:",
        "@:2",
        "@17:3",
        "@3:3",
        "@0:3",
        "@03:17",
        "@3:017",
        "@+3:17",
        "@-3:17",
        "@3:17:19",
        "@3: 17",
        "@٣:17",
        "@a:b",
        "@3:9007199254740992",
        "@3:99999999999999999999",
    ];
    for name in wrong {
        check(name, REFUSED);
    }
}

#[test]
fn a_direct_room_knows_its_people() {
    let (three, seventeen) = (Uid::new(3).unwrap(), Uid::new(17).unwrap());
    assert_eq!(RoomName::direct(seventeen, three), RoomName::parse("@3:17").unwrap());
    assert_eq!(RoomName::direct(three, seventeen).pair(), Some((three, seventeen)));
    assert_eq!(RoomName::lobby().pair(), None);
    check("lobby", Ok(RoomName::lobby().as_str()));
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn a_name_that_is_taken_is_taken_again_unchanged(raw in strange()) {
        if let Ok(name) = RoomName::parse(&raw) {
            prop_assert_eq!(RoomName::parse(name.as_str()), Ok(name.clone()));
            prop_assert!(name.as_str().chars().all(shared::text::is_safe));
        }
    }
}
