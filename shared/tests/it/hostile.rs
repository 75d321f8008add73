//! What a stranger may send: nothing of it panics, gets an escape sequence through, or is repeated.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use shared::limits::LINE_BYTES;
use shared::{Code, Request, ServerMsg};

use crate::cases;
use crate::golden::{CLIENT, EVENTS, SERVER};
use crate::texts::strange;

/// The code a field is refused with when it holds something that no validated string may hold; `None` where any
/// string goes. A field that is not listed fails the suite: decide what it may hold.
fn code_of(path: &str) -> Option<Code> {
    match path {
        "type" => Some(Code::UnknownType),
        "text" | "topic" | "reason" | "query" | "client" | "prefix" | "setting" | "value" | "with"
        | "notice" | "word" | "machine" | "why" => Some(Code::TextInvalid),
        "name" => Some(Code::NameInvalid),
        "secret" => Some(Code::AuthFailed),
        "link" => Some(Code::LinkInvalid),
        "token" => Some(Code::TokenInvalid),
        "id" | "room" | "after" | "nonce" | "window" | "role" | "resume" | "file" | "sha256" | "proof"
        | "fingerprint" => Some(Code::BadRequest),
        "password" | "key" => None,
        other => unreachable!("nothing is said about the field {other}"),
    }
}

/// Every golden request, with each of its strings replaced in turn: the field, the line.
fn with_every_string_replaced(by: &str) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for golden in CLIENT.lines() {
        let Value::Object(fields) = serde_json::from_str(golden).unwrap() else { unreachable!() };
        for (field, value) in &fields {
            let mut changed = fields.clone();
            match value {
                Value::String(_) => changed[field] = by.into(),
                Value::Object(_) => changed[field] = [(by.to_owned(), Value::from(1))].into_iter().collect(),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => continue,
            }
            lines.push((field.clone(), Value::Object(changed).to_string()));
        }
    }
    lines
}

/// Checks that a field with this value is refused as it must be, and that the refusal does not repeat it.
#[track_caller]
fn check_everywhere(value: &str) {
    for (field, line) in with_every_string_replaced(value) {
        let parsed = Request::parse(line.as_bytes());
        assert_eq!(parsed.as_ref().err().map(|refusal| refusal.code), code_of(&field), "{field} in {line}");
        let shown = format!("{parsed:?}");
        assert!(!shown.contains("SENTINEL") && !shown.contains('\u{1b}'), "{field} is repeated: {shown}");
        let message = parsed.err().map(|refusal| refusal.message).unwrap_or_default();
        assert!(message.chars().all(shared::text::is_safe) && message.len() < 200, "{field}: {message}");
    }
}

#[track_caller]
fn check(line: &str, expected: Result<(), Code>) {
    let parsed = Request::parse(line.as_bytes());
    assert_eq!(parsed.map(|_| ()).map_err(|refusal| refusal.code), expected, "{line:.60}…");
}

#[test]
fn escape_sequences_are_refused_in_every_field_and_never_repeated() {
    check_everywhere("SENTINEL\u{1b}[2J");
    check_everywhere("\u{1b}]0;SENTINEL\u{7}");
    check_everywhere("SENTINEL\u{9b}31m");
}

#[test]
fn bidi_overrides_and_nul_are_refused_in_every_field() {
    check_everywhere("SENTINEL\u{202e}x");
    check_everywhere("SENTINEL\0");
    check_everywhere("SENTINEL\u{2028}x");
}

#[test]
fn an_over_long_value_is_not_repeated_in_the_refusal() {
    check_everywhere(&"SENTINEL ".repeat(1000));
}

#[test]
fn a_value_of_the_wrong_kind_is_not_repeated_in_the_refusal() {
    let lines = [
        r#"{"type":"auth","key":31337}"#,
        r#"{"type":"hello","protocol":[1,1],"password":31337}"#,
        r#"{"type":"hello","protocol":[1,1],"secret":31337.5}"#,
        r#"{"type":"kick","uid":"31337, expected 31337"}"#,
        r#"{"type":"role","uid":1,"role":"31337`, expected 31337"}"#,
        r#"{"type":31337}"#,
        r#"{"type":"ping","id":31337}"#,
        r#"{"type":"history","room":"a","limit":-31337}"#,
    ];
    for line in lines {
        let refusal = Request::parse(line.as_bytes()).expect_err(line);
        assert!(!refusal.message.contains("31337"), "{line}: {}", refusal.message);
    }
}

#[test]
fn passwords_and_keys_are_any_string_and_never_shown() {
    let lines = [
        r#"{"type":"auth","key":"SENTI\u001bNEL"}"#,
        r#"{"type":"hello","protocol":[1,1],"password":"SENTI\u001bNEL"}"#,
    ];
    for line in lines {
        let shown = format!("{:?}", Request::parse(line.as_bytes()).unwrap());
        assert!(!shown.contains("SENTI"), "{shown}");
    }
}

#[test]
fn a_lone_surrogate_is_refused_wherever_it_is_read() {
    for broken in [r"\ud800", r"\udc00", r"\ud800x", r"\ud800\ud800", r"\ud83d\u0041"] {
        for field in ["text", "room", "nonce"] {
            let good = |name: &str| if name == field { broken } else { "x" };
            let (text, room, nonce) = (good("text"), good("room"), good("nonce"));
            let line = format!(r#"{{"type":"say","text":"{text}","room":"{room}","nonce":"{nonce}"}}"#);
            check(&line, Err(Code::BadRequest));
        }
        check(&format!(r#"{{"type":"auth","key":"{broken}"}}"#), Err(Code::BadRequest));
        check(&format!(r#"{{"type":"{broken}"}}"#), Err(Code::BadJson));
    }
    check(r#"{"type":"say","text":"\ud83e\udda6","room":"lobby","nonce":"n"}"#, Ok(()));
}

#[test]
fn a_line_nested_as_deep_as_it_goes_costs_nothing() {
    let depth = LINE_BYTES - 64;
    check(&"[".repeat(LINE_BYTES), Err(Code::BadJson));
    check(&"{\"type\":".repeat(LINE_BYTES / 8), Err(Code::BadJson));
    for open in ["[", "{\"a\":"] {
        let (opens, closes) = (depth / 2 / open.len(), if open == "[" { "]" } else { "}" });
        let (left, right) = (open.repeat(opens), closes.repeat(opens));
        check(&format!(r#"{{"type":"ping","x":{left}"#), Err(Code::BadJson));
        check(&format!(r#"{{"type":"ping","x":{left}1{right}}}"#), Ok(()));
        check(&format!(r#"{{"type":"join","room":{left}1{right}}}"#), Err(Code::BadRequest));
        check(&format!(r#"{{"type":"hello","protocol":{left}1{right}}}"#), Err(Code::BadRequest));
        check(
            &format!(r#"{{"type":"hello","protocol":[1,1],"resume":{left}1{right}}}"#),
            Err(Code::BadRequest),
        );
        check(&format!(r#"{{"type":"ping","id":{left}1{right}}}"#), Err(Code::BadRequest));
        check(&format!(r#"{{"type":{left}1{right}}}"#), Err(Code::BadJson));
    }
}

#[test]
fn a_hundred_thousand_brackets_do_not_reach_the_stack() {
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let line = format!(r#"{{"type":"ok","x":{nested}}}"#);
    assert_eq!(ServerMsg::parse(line.as_bytes()).unwrap(), ServerMsg::done(None));
    let in_answer = format!(r#"{{"type":"ok","users":[{{"x":{nested},"uid":1}}]}}"#);
    assert!(ServerMsg::parse(in_answer.as_bytes()).is_err());
    let as_event = format!(r#"{{"type":"event","room":{nested}}}"#);
    assert!(ServerMsg::parse(as_event.as_bytes()).is_err());
    check(&format!(r#"{{"type":"say","x":{nested}}}"#), Err(Code::BadRequest));
    assert!(ServerMsg::parse("[".repeat(100_000).as_bytes()).is_err());
}

#[test]
fn a_server_cannot_get_an_escape_sequence_into_a_validated_field_either() {
    for golden in EVENTS.lines() {
        let Value::Object(fields) = serde_json::from_str(golden).unwrap() else { unreachable!() };
        for (field, _) in fields.iter().filter(|(field, value)| value.is_string() && *field != "type") {
            let mut changed = fields.clone();
            changed[field] = "x\u{1b}[2J".into();
            let parsed = ServerMsg::parse(Value::Object(changed).to_string().as_bytes());
            let shown = format!("{parsed:?}");
            assert!(!shown.contains('\u{1b}') && !shown.contains("\\u{1b}[2J\")"), "{field}: {shown}");
            assert!(parsed.is_err() || matches!(field.as_str(), "kind" | "how"), "{field} in {golden}");
        }
    }
}

/// Golden lines with some bytes changed, taken out or put in.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let lines: Vec<_> = [CLIENT, SERVER, EVENTS].iter().flat_map(|file| file.lines()).collect();
    let byte = prop_oneof![any::<u8>(), prop::sample::select(b"{}[]\",:\\u0019e-.".to_vec())];
    let damage = vec((any::<prop::sample::Index>(), byte, 0..3_u8), 0..4);
    (prop::sample::select(lines), damage).prop_map(|(line, damage)| {
        let mut bytes = line.as_bytes().to_vec();
        for (at, byte, how) in damage {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => bytes.truncate(at.max(1)),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn a_damaged_line_is_refused_or_read_but_never_a_panic(bytes in damaged()) {
        if let Ok(request) = Request::parse(&bytes) {
            let line = serde_json::to_vec(&request).unwrap();
            prop_assert_eq!(Request::parse(&line), Ok(request));
        }
        if let Ok(msg) = ServerMsg::parse(&bytes) {
            let line = serde_json::to_vec(&msg).unwrap();
            prop_assert_eq!(ServerMsg::parse(&line).unwrap(), msg);
        }
    }

    #[test]
    fn a_refusal_quotes_nothing_that_a_terminal_would_obey(field in "[a-z]{2,8}", value in strange()) {
        for golden in CLIENT.lines() {
            let Value::Object(mut fields) = serde_json::from_str(golden).unwrap() else { unreachable!() };
            fields.insert(field.clone(), value.clone().into());
            if let Err(refusal) = Request::parse(Value::Object(fields).to_string().as_bytes()) {
                prop_assert!(refusal.message.chars().all(shared::text::is_safe), "{}", refusal.message);
            }
        }
    }
}
