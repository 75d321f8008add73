//! The fuzz target `words`: what the validated strings take is safe to draw, short, and taken again as it is. What is
//! dangerous is listed here once more, instead of calling the functions that are tested.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::{Invalid, Line, Name, Nonce, RequestId, RoomName, Secret, Text};
use unicode_normalization::UnicodeNormalization as _;
use unicode_width::UnicodeWidthStr as _;

/// The input is what somebody wrote.
pub(super) fn check(input: &[u8]) {
    let raw = String::from_utf8_lossy(input);
    if let Some(text) = taken::<Text>(&raw) {
        let text = text.to_string();
        assert!((1..=Text::MAX_BYTES).contains(&text.len()) && text.lines().count() <= Text::MAX_LINES);
        assert!(!text.trim().is_empty(), "{text:?} shows nothing");
        text.split('\n').for_each(safe);
    }
    if let Some(line) = taken::<Line>(&raw) {
        let line = line.to_string();
        assert!(line.len() <= Line::MAX_BYTES && line.trim() == line, "{line:?}");
        safe(&line);
    }
    if let Some(name) = taken::<Name>(&raw) {
        assert!((Name::MIN_COLUMNS..=Name::MAX_COLUMNS).contains(&name.as_str().width()), "{name}");
        word(name.as_str());
    }
    if let Some(room) = taken::<RoomName>(&raw) {
        assert!((1..=RoomName::MAX_COLUMNS + 4).contains(&room.as_str().width()), "{room}");
        match room.pair() {
            Some((a, b)) => assert_eq!((room.clone(), true), (RoomName::direct(a, b), a < b)),
            None => word(room.as_str()),
        }
    }
    taken::<RequestId>(&raw);
    taken::<Nonce>(&raw);
    assert_eq!(Secret::parse(&raw).is_ok(), raw.len() == 43 && raw.bytes().all(is_base64url));
}

/// What a type makes of a string, by its constructor and by serde alike; and of what it made, again.
fn taken<T>(raw: &str) -> Option<T>
where
    T: FromStr<Err = Invalid> + Serialize + DeserializeOwned + Display + PartialEq + Debug,
{
    let parsed = raw.parse::<T>();
    let json = serde_json::to_string(raw).unwrap();
    assert_eq!(serde_json::from_str::<T>(&json).ok().as_ref(), parsed.as_ref().ok(), "{raw:?}");
    match parsed {
        Ok(value) => {
            let again = value.to_string().parse::<T>();
            assert_eq!(again.as_ref(), Ok(&value), "{raw:?} is not taken as it was made");
            let json = serde_json::to_string(&value).unwrap();
            assert!(!json.bytes().any(|byte| byte < b' '), "{json:?} is not one line");
            assert_eq!(serde_json::from_str::<T>(&json).unwrap(), value);
            Some(value)
        }
        Err(Invalid { why, .. }) => {
            safe(&why);
            assert!(why.len() < 200, "{why:?} is long");
            None
        }
    }
}

/// Nothing that moves a cursor, turns the direction, or piles up; in form C.
#[track_caller]
fn safe(text: &str) {
    let dangerous = |c: char| {
        c.is_control() || matches!(u32::from(c), 0x2028..=0x202e | 0x2066..=0x206f | 0xfff9..=0xfffb | 0xfeff)
    };
    assert!(!text.contains(dangerous), "{text:?}");
    assert!(text.nfc().eq(text.chars()), "{text:?} is not in form C");
    // `Mn` of a reader's own eyes: nine accents on one letter would stand in the line above.
    assert!(!text.contains(&"\u{301}".repeat(9)), "{text:?} piles up");
}

/// A name of a person or a room: nothing in it that is not seen.
#[track_caller]
fn word(name: &str) {
    safe(name);
    assert!(name.starts_with(char::is_alphanumeric), "{name:?}");
    assert!(!name.contains(|c: char| c.is_whitespace() || "@:#/\\\"'<>\u{200b}\u{200d}\u{2060}".contains(c)));
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_".contains(&byte)
}
