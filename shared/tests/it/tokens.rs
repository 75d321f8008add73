//! Numbers, marks, secrets and styles.

use shared::{Code, Nonce, RequestId, Secret, Seq, Style, Uid, WindowId};

#[track_caller]
fn check_token(raw: &str, good: bool) {
    let expected = if good { Ok(raw) } else { Err(Code::BadRequest) };
    assert_eq!(WindowId::parse(raw).as_ref().map(WindowId::as_str).map_err(|e| e.code), expected, "{raw:?}");
    assert_eq!(Nonce::parse(raw).as_ref().map(Nonce::as_str).map_err(|e| e.code), expected, "{raw:?}");
    assert_eq!(
        RequestId::parse(raw).as_ref().map(RequestId::as_str).map_err(|e| e.code),
        expected,
        "{raw:?}"
    );
}

#[track_caller]
fn check_number(json: &str, expected: Option<u64>) {
    let seq: Option<Seq> = serde_json::from_str(json).ok();
    let uid: Option<Uid> = serde_json::from_str(json).ok();
    assert_eq!(seq.map(Seq::get), expected, "{json}");
    assert_eq!(uid.map(Uid::get), expected, "{json}");
}

#[track_caller]
fn check_secret(raw: &str, good: bool) {
    assert_eq!(
        Secret::parse(raw).map(|_| ()).map_err(|e| e.code),
        if good { Ok(()) } else { Err(Code::AuthFailed) }
    );
}

#[test]
fn ids_and_nonces_are_1_to_64_printable_ascii_characters_without_spaces() {
    for good in ["1", "n-1", "!~", "\"quoted\"", &"x".repeat(64)] {
        check_token(good, true);
    }
    for bad in ["", " ", "a b", "a\n", "\u{1b}", "\u{7f}", "é", "한", &"x".repeat(65)] {
        check_token(bad, false);
    }
}

#[test]
fn numbers_go_from_0_to_2_to_the_53_minus_1() {
    check_number("0", Some(0));
    check_number("9007199254740991", Some(9_007_199_254_740_991));
    for bad in [
        "9007199254740992",
        "18446744073709551615",
        "18446744073709551616",
        "-1",
        "1.0",
        "1e3",
        "\"1\"",
        "null",
    ] {
        check_number(bad, None);
    }
    assert_eq!(Seq::try_from(-1_i64).map_err(|e| e.code), Err(Code::BadRequest));
    assert_eq!(Seq::try_from(i64::MAX).map_err(|e| e.code), Err(Code::BadRequest));
    let last = Seq::new(9_007_199_254_740_991).unwrap();
    assert_eq!((Seq::ZERO.next().get(), last.next()), (1, last));
    assert_eq!(Seq::try_from(last.to_i64()), Ok(last));
}

#[test]
fn secrets_are_base64url() {
    // RFC 4648 section 10, as far as 32 bytes reach: checked against `basenc --base64url`.
    let vectors = [
        ([0; 32], "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ([0xff; 32], "__________________________________________8"),
        ([0xfb; 32], "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s"),
        (*b"foobarfoobarfoobarfoobarfoobarfo", "Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8"),
        (std::array::from_fn(|i| u8::try_from(i).unwrap()), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"),
    ];
    for (bytes, text) in vectors {
        assert_eq!(Secret::from_bytes(bytes).as_str(), text);
        check_secret(text, true);
    }
}

#[test]
fn anything_else_is_no_secret() {
    let short = "A".repeat(42);
    for last in ["", "AA", "+", "/", "=", " ", "\u{1b}", "é"] {
        check_secret(&format!("{short}{last}"), false);
    }
    check_secret("", false);
}

#[test]
fn a_secret_is_not_shown() {
    let secret = Secret::from_bytes([7; 32]);
    assert!(!format!("{secret:?}").contains(secret.as_str()));
}

#[test]
fn a_style_is_one_of_24() {
    let (colors, json) =
        (Style::ALL.map(Style::color), |style: &Style| serde_json::to_string(style).unwrap());
    for color in 0..=u8::MAX {
        assert_eq!(Style::new(color, false).is_ok(), colors.contains(&color), "{color}");
    }
    let distinct: std::collections::HashSet<_> = Style::ALL.into();
    assert_eq!(distinct.len(), 24);
    assert!(Style::ALL[..10].iter().all(|style| !style.underline()), "plain ones are given out first");
    let is_red = |style: &Style| matches!(style.color(), 1 | 9);
    assert!(!Style::ALL[..20].iter().any(is_red), "clients show errors in red: names have it last");
    assert_eq!(json(&Style::ALL[0]), r#"{"color":6}"#);
    assert_eq!(json(&Style::ALL[10]), r#"{"color":6,"underline":true}"#);
    for bad in
        [r#"{"color":0}"#, r#"{"color":7}"#, r#"{"color":8}"#, r#"{"color":15}"#, r#"{"color":256}"#, "{}"]
    {
        assert!(serde_json::from_str::<Style>(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_uid_is_written_with_its_sign_and_in_one_form() {
    for (text, want) in [
        ("#6", Some(6)),
        ("#17", Some(17)),
        ("#9007199254740991", Some(9_007_199_254_740_991)),
        ("6", None),
        ("06", None),
        ("#06", None),
        ("#0", None),
        ("#+6", None),
        ("#-6", None),
        ("# 6", None),
        ("#", None),
        ("##6", None),
        ("#9007199254740992", None),
        ("#99999999999999999999", None),
    ] {
        assert_eq!(Uid::parse_written(text).map(Uid::get), want, "{text}");
    }
}
